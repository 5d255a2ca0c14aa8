/* quarry-token-memory.h: the tokens of passages that have just come
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Once an import is done, tokens are counted and weighed anew, and passages embedded by the new weights. Of
 * those that this import brought the tokens are still known; of any other the text is read again. Of an import that
 * brings more than there is room for nothing is remembered: it needs the room, and most of its texts would be read anyway.
 *
 * Threads: any may read while none changes it.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _QuarryTokenMemory QuarryTokenMemory;

/* @most: tokens that it keeps. */
QuarryTokenMemory *quarry_token_memory_new (gsize most);
void quarry_token_memory_free (QuarryTokenMemory *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryTokenMemory, quarry_token_memory_free)

/* @slots are never used twice. Tokens of more than 16 bits, as of large models, are not remembered. */
void quarry_token_memory_add (QuarryTokenMemory *self, guint32 slot, const guint32 *tokens, guint n_tokens);

/* Sets @tokens, of guint32, to those of @slot; FALSE where they are not remembered. */
gboolean quarry_token_memory_find (QuarryTokenMemory *self, guint32 slot, GArray *tokens);

/* Forgets all, gives back their room, and begins anew. */
void quarry_token_memory_clear (QuarryTokenMemory *self);

G_END_DECLS
