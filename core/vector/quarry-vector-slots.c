/* quarry-vector-slots.c: which row holds a slot
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/vector/quarry-vector-slots.h"

#define PAGE_BITS 10
#define PAGE_SLOTS (1 << PAGE_BITS)

typedef struct QuarryVectorSlotPage
{
  guint n_used;
  guint32 rows[PAGE_SLOTS];
} Page;

void
quarry_vector_slots_clear (QuarryVectorSlots *self)
{
  for (gsize i = 0; i < self->n_pages; i++)
    g_free (self->pages[i]);
  g_free (self->pages);
  *self = (QuarryVectorSlots){ 0 };
}

guint32
quarry_vector_slots_get (const QuarryVectorSlots *self, guint32 slot)
{
  gsize number = slot >> PAGE_BITS;

  if (number >= self->n_pages || self->pages[number] == NULL)
    return QUARRY_VECTOR_NO_ROW;
  return self->pages[number]->rows[slot % PAGE_SLOTS];
}

static Page *
add_page (QuarryVectorSlots *self, gsize number)
{
  if (number >= self->n_pages)
    {
      gsize n = MAX (number + 1, self->n_pages + self->n_pages / 2);

      self->pages = g_renew (Page *, self->pages, n);
      for (gsize i = self->n_pages; i < n; i++)
        self->pages[i] = NULL;
      self->n_pages = n;
    }

  Page *page = g_new (Page, 1);

  page->n_used = 0;
  for (guint i = 0; i < PAGE_SLOTS; i++)
    page->rows[i] = QUARRY_VECTOR_NO_ROW;
  self->pages[number] = page;
  self->n_present++;
  return page;
}

void
quarry_vector_slots_set (QuarryVectorSlots *self, guint32 slot, guint32 row)
{
  gsize number = slot >> PAGE_BITS;
  Page *page = number < self->n_pages ? self->pages[number] : NULL;

  if (page == NULL)
    {
      if (row == QUARRY_VECTOR_NO_ROW)
        return;
      page = add_page (self, number);
    }

  guint32 *entry = &page->rows[slot % PAGE_SLOTS];

  page->n_used += (row != QUARRY_VECTOR_NO_ROW) - (*entry != QUARRY_VECTOR_NO_ROW);
  *entry = row;
  if (page->n_used == 0)
    {
      g_free (page);
      self->pages[number] = NULL;
      self->n_present--;
    }
}

void
quarry_vector_slots_foreach (const QuarryVectorSlots *self,
                             void (*function) (guint32 slot, guint32 row, gpointer data),
                             gpointer data)
{
  for (gsize i = 0; i < self->n_pages; i++)
    for (guint j = 0; self->pages[i] != NULL && j < PAGE_SLOTS; j++)
      if (self->pages[i]->rows[j] != QUARRY_VECTOR_NO_ROW)
        function (i * PAGE_SLOTS + j, self->pages[i]->rows[j], data);
}

gsize
quarry_vector_slots_get_bytes (const QuarryVectorSlots *self)
{
  return self->n_pages * sizeof (Page *) + self->n_present * sizeof (Page);
}
