/* quarry-arena.h: many small pieces of memory, freed together
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Threads: of one at a time.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _QuarryArena QuarryArena;

QuarryArena *quarry_arena_new (void);

/* Frees all that has been taken. */
void quarry_arena_free (QuarryArena *self);

/* (transfer none) At least @size bytes, as aligned as any object needs it; ends the program where there are none. */
void *quarry_arena_take (QuarryArena *self, gsize size);

G_END_DECLS
