/* quarry-vector-slots.h: which row holds a slot
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to core/vector. A table of two levels: slots are handed out in order and their
 * documents come and go whole, so pages, huge ones (quarry-vector-room.h), are mostly full or
 * absent.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The slot is empty; it holds an all-zero vector, which has no row. */
#define QUARRY_VECTOR_NO_ROW G_MAXUINT32
#define QUARRY_VECTOR_ZERO_ROW (G_MAXUINT32 - 1)
#define QUARRY_VECTOR_MAX_ROWS (G_MAXUINT32 - 1)

typedef struct
{
  struct QuarryVectorSlotPage *pages;
  gsize n_pages; /* including absent ones */
  gboolean many; /* the first page will be filled, not only begun */
} QuarryVectorSlots;

/* @n: how many slots there will be. */
void quarry_vector_slots_expect (QuarryVectorSlots *self, guint64 n);
void quarry_vector_slots_clear (QuarryVectorSlots *self);
guint32 quarry_vector_slots_get (const QuarryVectorSlots *self, guint32 slot);
void quarry_vector_slots_set (QuarryVectorSlots *self, guint32 slot, guint32 row);
/* Fills an empty slot; FALSE where it is not. */
gboolean quarry_vector_slots_take (QuarryVectorSlots *self, guint32 slot, guint32 row);
/* Has a slot brought near, soon before it is used. */
void quarry_vector_slots_prefetch (const QuarryVectorSlots *self, guint32 slot);
/* Calls @function for every slot that is not empty, in order. */
void quarry_vector_slots_foreach (const QuarryVectorSlots *self,
                                  void (*function) (guint32 slot, guint32 row, gpointer data),
                                  gpointer data);

/* The last slot that is not empty; 0 where all are. */
guint32 quarry_vector_slots_get_last (const QuarryVectorSlots *self);

gsize quarry_vector_slots_get_bytes (const QuarryVectorSlots *self);

G_END_DECLS
