/* quarry-word-forms.h: the words of a library's passages, each looked into once
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Whatever a text consists of, its words repeat: what a word is (its stem, whether it is a function
 * word, its tokens) is worked out when it is met first and then looked up by its folded form. Counted.
 *
 * Threads: any, and they do not wait for each other but where words are new; what quarry_word_forms_read() returns is
 * never changed and lives as long as the forms.
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

/* Appends the words of @text (UTF-8, @length bytes or -1), at most @most of them, to @words (of
 * QuarryWord), and the model's tokens to @tokens (of QuarryToken; NULL: not asked for). Where
 * @first_tokens (of guint32) is given, it gets for each word the index in @tokens at which its tokens
 * begin: they end where those of the next word begin, or with @tokens. */
void quarry_word_forms_read (QuarryWordForms *self,
                             const char *text,
                             gssize length,
                             guint most,
                             GArray *words,
                             GArray *tokens,
                             GArray *first_tokens);

/* Bytes that the forms take. */
gsize quarry_word_forms_get_bytes (QuarryWordForms *self);

/* The number that stands for the stem of a folded word, in all forms. */
guint32 quarry_stem_number (const char *folded, gsize length);

G_END_DECLS
