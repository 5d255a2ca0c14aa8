/* quarry-arena.h: many small pieces of memory, freed together
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Threads: of one at a time.
 */
#pragma once

#include <stddef.h>

#include <glib.h>

G_BEGIN_DECLS

typedef struct _QuarryArena QuarryArena;

QuarryArena *quarry_arena_new (void);

/* Frees all that has been taken, given back or not. */
void quarry_arena_free (QuarryArena *self);

/* At least @size bytes, as aligned as any object needs it; ends the program where there are none. */
void *quarry_arena_take (void *arena, size_t size);

/* @memory: taken there, or NULL. It is taken again for what is about as large. */
void quarry_arena_give_back (void *arena, void *memory);

G_END_DECLS
