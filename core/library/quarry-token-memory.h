/* quarry-token-memory.h: remembers the tokens of passages that were just imported
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * After an import, tokens are counted and weighted anew, and passages are embedded with the new weights. For the
 * passages of this import the tokens are still remembered; the text of any other has to be read and tokenized again.
 * Tokens take a third of the space of their text: the first are kept in memory, all others in a nameless file, from
 * which each passage's are read in one piece.
 *
 * Threads: any may read while none changes it.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _QuarryTokenMemory QuarryTokenMemory;

/* @most: the number of tokens to keep in memory. @folder: where the file is made. If it cannot be written, everything
 * is forgotten, and nothing is remembered until the memory is cleared. */
QuarryTokenMemory *quarry_token_memory_new (gsize most, const char *folder);
void quarry_token_memory_free (QuarryTokenMemory *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryTokenMemory, quarry_token_memory_free)

/* Remembers the tokens of a passage. Not remembered are those of a @slot that is not larger than the one before, and
 * those with ids of more than 16 bits, which large models have. */
void quarry_token_memory_add (QuarryTokenMemory *self, guint32 slot, const guint32 *tokens, guint n_tokens);

/* Sets @tokens, of guint32, to those of @slot. FALSE where they are not remembered. */
gboolean quarry_token_memory_find (QuarryTokenMemory *self, guint32 slot, GArray *tokens);

/* Forgets everything and frees its memory; remembering begins anew. */
void quarry_token_memory_clear (QuarryTokenMemory *self);

G_END_DECLS
