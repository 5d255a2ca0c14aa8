/* quarry-vector-slabs.c: memory that is scanned from end to end with every search
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/vector/quarry-vector-slabs.h"

#include <sys/mman.h>

#define HUGE_PAGE QUARRY_VECTOR_HUGE_PAGE

void
quarry_vector_slabs_init (QuarryVectorSlabs *self, gsize block_size)
{
  *self = (QuarryVectorSlabs){ .block_size = block_size };
  self->n_in_slab = MAX (1, HUGE_PAGE / block_size);
  self->slab_size
      = (self->n_in_slab * block_size + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
}

void
quarry_vector_slabs_clear (QuarryVectorSlabs *self)
{
  quarry_vector_slabs_cut (self, 0);
  g_clear_pointer (&self->slabs, g_free);
}

gpointer
quarry_vector_slab_map (gsize size, gboolean huge)
{
  gsize room = size + HUGE_PAGE;
  char *start
      = mmap (NULL, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  gsize before;

  if (start == MAP_FAILED)
    g_error ("%" G_GSIZE_FORMAT " bytes of memory cannot be had", size);
  before = (HUGE_PAGE - (gsize) start % HUGE_PAGE) % HUGE_PAGE;
  if (before > 0)
    munmap (start, before);
  munmap (start + before + size, room - before - size);
  if (huge)
    madvise (start + before, size, MADV_HUGEPAGE);
  return start + before;
}

gpointer
quarry_vector_slabs_get (QuarryVectorSlabs *self, guint number, guint n_expected)
{
  guint slab = number / self->n_in_slab;

  if (slab == self->n_slabs)
    {
      self->slabs = g_renew (char *, self->slabs, self->n_slabs + 1);
      /* A small index does not take a huge page for the little that it has. */
      self->slabs[self->n_slabs++] = quarry_vector_slab_map (
          self->slab_size, slab > 0 || n_expected >= self->n_in_slab);
    }
  return self->slabs[slab] + number % self->n_in_slab * self->block_size;
}

void
quarry_vector_slabs_cut (QuarryVectorSlabs *self, guint n_blocks)
{
  guint n_needed = (n_blocks + self->n_in_slab - 1) / self->n_in_slab;

  while (self->n_slabs > n_needed)
    munmap (self->slabs[--self->n_slabs], self->slab_size);
}

gsize
quarry_vector_slabs_get_bytes (const QuarryVectorSlabs *self, guint n_blocks)
{
  return self->n_slabs > 1 ? self->n_slabs * self->slab_size : n_blocks * self->block_size;
}
