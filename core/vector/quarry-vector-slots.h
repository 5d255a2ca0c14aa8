/* quarry-vector-slots.h: a table of the row that each slot is in
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to core/vector. It has two levels. Slots are assigned in order, and documents are added and removed as a
 * whole, so that pages are mostly either full or absent. Pages are huge pages (quarry-vector-room.h).
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* In place of a row: the slot is empty; or it holds an all-zero vector, which has no row. */
#define QUARRY_VECTOR_NO_ROW G_MAXUINT32
#define QUARRY_VECTOR_ZERO_ROW (G_MAXUINT32 - 1)
#define QUARRY_VECTOR_MAX_ROWS (G_MAXUINT32 - 1)

typedef struct
{
  struct QuarryVectorSlotPage *pages;
  gsize n_pages; /* including absent ones */
  gboolean many; /* so many slots will be used that the first page, too, should be a huge one */
} QuarryVectorSlots;

/* @n: how many slots will be used. */
void quarry_vector_slots_expect (QuarryVectorSlots *self, guint64 n);
void quarry_vector_slots_clear (QuarryVectorSlots *self);
guint32 quarry_vector_slots_get (const QuarryVectorSlots *self, guint32 slot);
void quarry_vector_slots_set (QuarryVectorSlots *self, guint32 slot, guint32 row);
/* Sets an empty slot; FALSE where it is not empty. */
gboolean quarry_vector_slots_take (QuarryVectorSlots *self, guint32 slot, guint32 row);
/* Prefetches a slot that is about to be used. */
void quarry_vector_slots_prefetch (const QuarryVectorSlots *self, guint32 slot);
/* Calls @function for every slot that is not empty, in order. */
void quarry_vector_slots_foreach (const QuarryVectorSlots *self,
                                  void (*function) (guint32 slot, guint32 row, gpointer data),
                                  gpointer data);

/* The last slot that is not empty; 0 where all are. */
guint32 quarry_vector_slots_get_last (const QuarryVectorSlots *self);

gsize quarry_vector_slots_get_bytes (const QuarryVectorSlots *self);

G_END_DECLS
