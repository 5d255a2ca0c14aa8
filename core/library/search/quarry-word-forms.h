/* quarry-word-forms.h: what is known of each distinct word in a library's passages
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In every text words repeat. What is known of a word (its stem, whether it is a function word, its tokens) is worked
 * out when it first occurs, and then looked up by its folded form. Reference counted.
 *
 * Threads: any. They wait for each other only where a word is new. What quarry_word_forms_read() returns never
 * changes and lives as long as the forms.
 */
#pragma once

#include "core/document/quarry-words.h"
#include "core/embed/quarry-embedder.h"

G_BEGIN_DECLS

typedef struct _QuarryWordForms QuarryWordForms;

QuarryWordForms *quarry_word_forms_new (QuarryEmbedder *embedder);
QuarryWordForms *quarry_word_forms_ref (QuarryWordForms *self);
void quarry_word_forms_unref (QuarryWordForms *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryWordForms, quarry_word_forms_unref)

/* Appends the words of @text (UTF-8, @length bytes or -1), at most @most of them, to @words (of QuarryWord), and the
 * model's tokens to @tokens (of QuarryToken; NULL: not wanted). @first_tokens (of guint32; may be NULL) gets for each
 * word the index in @tokens at which its tokens begin; they end where those of the next word begin, or at the end of
 * @tokens. */
void quarry_word_forms_read (QuarryWordForms *self,
                             const char *text,
                             gssize length,
                             guint most,
                             GArray *words,
                             GArray *tokens,
                             GArray *first_tokens);

/* The memory that the forms take, in bytes. */
gsize quarry_word_forms_get_bytes (QuarryWordForms *self);

/* The number of the stem of a folded word; the same in all QuarryWordForms. */
guint32 quarry_stem_number (const char *folded, gsize length);

G_END_DECLS
