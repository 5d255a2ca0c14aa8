/* quarry-vector-slabs.h: memory that is scanned from end to end with every search
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to core/vector. Blocks of one size, numbered without gaps, lie in slabs of the size of a
 * huge page or a few: with pages of 4 KiB, filling and scanning a large index takes several times as
 * long on some machines, under virtualisation above all. Blocks never move.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define QUARRY_VECTOR_HUGE_PAGE ((gsize)2 << 20)

typedef struct
{
  gsize block_size;
  gsize slab_size;
  guint n_in_slab; /* blocks */
  char **slabs;
  guint n_slabs;
} QuarryVectorSlabs;

/* @size bytes of zeros at a multiple of a huge page, and in huge pages where @huge is set: for what
 * will be filled. Given back by munmap(). @size: a multiple of QUARRY_VECTOR_HUGE_PAGE. */
gpointer quarry_vector_slab_map (gsize size, gboolean huge);

/* @block_size: a multiple of 64, blocks lie at multiples of 64. */
void quarry_vector_slabs_init (QuarryVectorSlabs *self, gsize block_size);
void quarry_vector_slabs_clear (QuarryVectorSlabs *self);

/* Block @number, of all zeros when it is new; those before it are there. @n_expected: how many
 * blocks there will be soon. */
gpointer quarry_vector_slabs_get (QuarryVectorSlabs *self, guint number, guint n_expected);

/* Gives back what only blocks from number @n_blocks on lie in. */
void quarry_vector_slabs_cut (QuarryVectorSlabs *self, guint n_blocks);

gsize quarry_vector_slabs_get_bytes (const QuarryVectorSlabs *self, guint n_blocks);

G_END_DECLS
