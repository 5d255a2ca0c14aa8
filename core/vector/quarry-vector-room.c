/* quarry-vector-room.c: memory for several chunks
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Anonymous mappings aligned to huge pages, from which pieces are taken in order; the whole mapping is freed when
 * nobody uses any piece.
 */
#include "core/vector/quarry-vector-room.h"

#include <sys/mman.h>

#define HUGE_PAGE QUARRY_VECTOR_HUGE_PAGE

struct QuarryVectorRoom
{
  char *memory;
  gsize length;
  gsize taken;
  guint n_users;
};

gpointer
quarry_vector_map_pages (gsize size, gboolean huge)
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

QuarryVectorRoom *
quarry_vector_room_new (gsize length)
{
  QuarryVectorRoom *self = g_new (QuarryVectorRoom, 1);

  *self = (QuarryVectorRoom){ .length = (length + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE,
                              .n_users = 1 };
  self->memory = quarry_vector_map_pages (self->length, TRUE);
  return self;
}

gpointer
quarry_vector_room_take (QuarryVectorRoom *self, gsize size)
{
  gsize start;

  size = (size + 63) / 64 * 64;
  if (self == NULL || size > self->length - self->taken)
    return NULL;
  start = self->taken;
  self->taken += size;
  self->n_users++;
  return self->memory + start;
}

void
quarry_vector_room_leave (QuarryVectorRoom *self)
{
  if (self == NULL || --self->n_users > 0)
    return;
  munmap (self->memory, self->length);
  g_free (self);
}
