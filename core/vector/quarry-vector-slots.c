/* quarry-vector-slots.c: a table of the row that each slot is in
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Pages of 2 MiB, which are mapped when the first of their slots is set and unmapped when the last one is cleared.
 */
#include "core/vector/quarry-vector-slots.h"

#include "core/vector/quarry-vector-room.h"

#include <sys/mman.h>

#define PAGE_BITS 19
#define PAGE_SLOTS (1u << PAGE_BITS)
#define PAGE_BYTES (PAGE_SLOTS * sizeof (guint32))

G_STATIC_ASSERT (PAGE_BYTES % QUARRY_VECTOR_HUGE_PAGE == 0);

typedef struct QuarryVectorSlotPage
{
  guint32 *rows; /* PAGE_SLOTS of them, stored as complements, so that 0 means that there is none; or NULL */
  guint n_used;
} Page;

void
quarry_vector_slots_expect (QuarryVectorSlots *self, guint64 n)
{
  self->many = n >= PAGE_SLOTS / 8;
}

void
quarry_vector_slots_clear (QuarryVectorSlots *self)
{
  for (gsize i = 0; i < self->n_pages; i++)
    if (self->pages[i].rows != NULL)
      munmap (self->pages[i].rows, PAGE_BYTES);
  g_free (self->pages);
  *self = (QuarryVectorSlots){ 0 };
}

guint32
quarry_vector_slots_get (const QuarryVectorSlots *self, guint32 slot)
{
  gsize number = slot >> PAGE_BITS;

  if (number >= self->n_pages || self->pages[number].rows == NULL)
    return QUARRY_VECTOR_NO_ROW;
  return ~self->pages[number].rows[slot % PAGE_SLOTS];
}

static void
add_page (QuarryVectorSlots *self, gsize number)
{
  if (number >= self->n_pages)
    {
      self->pages = g_renew (Page, self->pages, number + 1);
      for (gsize i = self->n_pages; i <= number; i++)
        self->pages[i] = (Page){ 0 };
      self->n_pages = number + 1;
    }
  self->pages[number].rows = quarry_vector_map_pages (PAGE_BYTES, number > 0 || self->many);
}

void
quarry_vector_slots_set (QuarryVectorSlots *self, guint32 slot, guint32 row)
{
  gsize number = slot >> PAGE_BITS;

  if (number >= self->n_pages || self->pages[number].rows == NULL)
    {
      if (row == QUARRY_VECTOR_NO_ROW)
        return;
      add_page (self, number);
    }

  Page *page = &self->pages[number];
  guint32 *entry = &page->rows[slot % PAGE_SLOTS];

  page->n_used += (row != QUARRY_VECTOR_NO_ROW) - (*entry != ~QUARRY_VECTOR_NO_ROW);
  *entry = ~row;
  if (page->n_used == 0)
    {
      munmap (page->rows, PAGE_BYTES);
      page->rows = NULL;
    }
}

gboolean
quarry_vector_slots_take (QuarryVectorSlots *self, guint32 slot, guint32 row)
{
  if (quarry_vector_slots_get (self, slot) != QUARRY_VECTOR_NO_ROW)
    return FALSE;
  quarry_vector_slots_set (self, slot, row);
  return TRUE;
}

void
quarry_vector_slots_prefetch (const QuarryVectorSlots *self, guint32 slot)
{
  gsize number = slot >> PAGE_BITS;

  if (number < self->n_pages && self->pages[number].rows != NULL)
    __builtin_prefetch (&self->pages[number].rows[slot % PAGE_SLOTS], 1);
}

void
quarry_vector_slots_foreach (const QuarryVectorSlots *self,
                             void (*function) (guint32 slot, guint32 row, gpointer data),
                             gpointer data)
{
  for (gsize i = 0; i < self->n_pages; i++)
    for (guint j = 0; self->pages[i].rows != NULL && j < PAGE_SLOTS; j++)
      if (self->pages[i].rows[j] != ~QUARRY_VECTOR_NO_ROW)
        function (i * PAGE_SLOTS + j, ~self->pages[i].rows[j], data);
}

guint32
quarry_vector_slots_get_last (const QuarryVectorSlots *self)
{
  for (gsize i = self->n_pages; i-- > 0;)
    for (guint j = PAGE_SLOTS; self->pages[i].rows != NULL && j-- > 0;)
      if (self->pages[i].rows[j] != ~QUARRY_VECTOR_NO_ROW)
        return (guint32) (i * PAGE_SLOTS + j);
  return 0;
}

gsize
quarry_vector_slots_get_bytes (const QuarryVectorSlots *self)
{
  gsize bytes = self->n_pages * sizeof (Page);

  /* Of a page that is not a huge page, only the parts in use occupy memory. */
  for (gsize i = 0; i < self->n_pages; i++)
    if (self->pages[i].rows != NULL)
      bytes += i > 0 || self->many ? PAGE_BYTES
                                   : self->pages[i].n_used * sizeof (guint32);
  return bytes;
}
