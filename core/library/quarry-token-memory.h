/* quarry-token-memory.h: the tokens of passages that have just come
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Once an import is done, tokens are counted and weighed anew, and passages embedded by the new weights. Of
 * those that this import brought the tokens are still known; of any other the text is read, and broken into words, again.
 * Tokens take a third of the room of their text: the first lie in memory, all others in a file without a name, from which
 * each passage's are read in one piece.
 *
 * Threads: any may read while none changes it.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _QuarryTokenMemory QuarryTokenMemory;

/* @most: tokens that it keeps in memory. @folder: where the file may lie. Where it cannot be written, nothing is
 * remembered any more. */
QuarryTokenMemory *quarry_token_memory_new (gsize most, const char *folder);
void quarry_token_memory_free (QuarryTokenMemory *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryTokenMemory, quarry_token_memory_free)

/* Each @slot has to be larger than the one before, or it is not remembered; nor are tokens of more than 16 bits, as of
 * large models. */
void quarry_token_memory_add (QuarryTokenMemory *self, guint32 slot, const guint32 *tokens, guint n_tokens);

/* Sets @tokens, of guint32, to those of @slot; FALSE where they are not remembered. */
gboolean quarry_token_memory_find (QuarryTokenMemory *self, guint32 slot, GArray *tokens);

/* Forgets all, gives back their room, and begins anew. */
void quarry_token_memory_clear (QuarryTokenMemory *self);

G_END_DECLS
