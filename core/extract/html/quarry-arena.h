/* quarry-arena.h: many small pieces of memory, freed together
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Threads: one at a time.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _QuarryArena QuarryArena;

QuarryArena *quarry_arena_new (void);

/* Frees the arena and all memory taken from it. */
void quarry_arena_free (QuarryArena *self);

/* At least @size bytes, aligned for any type. Aborts the program if there is no memory. (transfer none) */
void *quarry_arena_take (QuarryArena *self, gsize size);

G_END_DECLS
