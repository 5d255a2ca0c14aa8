/* quarry-vector-room.c: memory for the rows of several chunks
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/vector/quarry-vector-room.h"

#include "core/vector/quarry-vector-slabs.h"

#include <sys/mman.h>

#define HUGE_PAGE QUARRY_VECTOR_HUGE_PAGE

struct QuarryVectorRoom
{
  char *memory;
  gsize length;
  gsize size; /* of a piece */
  guint n_taken;
  guint n_users;
};

QuarryVectorRoom *
quarry_vector_room_new (gsize size)
{
  QuarryVectorRoom *self = g_new (QuarryVectorRoom, 1);

  *self = (QuarryVectorRoom){ .length = (size + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE,
                              .size = (size + 63) / 64 * 64,
                              .n_users = 1 };
  self->memory = quarry_vector_slab_map (self->length, TRUE);
  return self;
}

gpointer
quarry_vector_room_take (QuarryVectorRoom *self)
{
  if ((self->n_taken + 1) * self->size > self->length)
    return NULL;
  self->n_users++;
  return self->memory + self->n_taken++ * self->size;
}

void
quarry_vector_room_leave (QuarryVectorRoom *self)
{
  if (self == NULL || --self->n_users > 0)
    return;
  munmap (self->memory, self->length);
  g_free (self);
}
