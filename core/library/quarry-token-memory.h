/* quarry-token-memory.h: the tokens of passages that have just come
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Once an import is done, tokens are counted and weighed anew, and passages embedded by the new weights. Of
 * those that this import brought the tokens are still known; of any other the text is read again.
 *
 * Threads: any may read while none changes it.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _QuarryTokenMemory QuarryTokenMemory;

/* @most: tokens that it keeps; what comes later is not remembered. */
QuarryTokenMemory *quarry_token_memory_new (gsize most);
void quarry_token_memory_free (QuarryTokenMemory *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryTokenMemory, quarry_token_memory_free)

/* @slots are never used twice. */
void quarry_token_memory_add (QuarryTokenMemory *self, guint32 slot, const guint32 *tokens, guint n_tokens);

/* NULL where they are not remembered. (transfer none), until the next change */
const guint32 *quarry_token_memory_find (QuarryTokenMemory *self, guint32 slot, guint *n_tokens);

/* Forgets all, and gives back their room. */
void quarry_token_memory_clear (QuarryTokenMemory *self);

G_END_DECLS
