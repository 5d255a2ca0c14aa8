/* quarry-bounded-queue.h: a queue that holds its producers back
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _QuarryBoundedQueue QuarryBoundedQueue;

/* @compare: of two items; they come out in its order, as far as they have come in; NULL: as they went in. */
QuarryBoundedQueue *quarry_bounded_queue_new (guint capacity, GCompareFunc compare, GDestroyNotify destroy);
void quarry_bounded_queue_free (QuarryBoundedQueue *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryBoundedQueue, quarry_bounded_queue_free)

/* Who pops waits so long from now, though there are items, unless the queue is full or closed: so that the
 * first to come out is the first of many. Before others use the queue. */
void quarry_bounded_queue_set_head_start (QuarryBoundedQueue *self, gint64 microseconds);

/* Waits for room. Takes @item over; once the queue is closed, destroys it and returns FALSE. */
gboolean quarry_bounded_queue_push (QuarryBoundedQueue *self, gpointer item);

/* Waits for an item; NULL once the queue is closed and empty. */
gpointer quarry_bounded_queue_pop (QuarryBoundedQueue *self);

/* The next item if it is @wanted; else NULL. Waits for one until @until (monotonic time) at most. */
gpointer quarry_bounded_queue_pop_if (QuarryBoundedQueue *self, gboolean (*wanted) (gconstpointer item), gint64 until);

/* Closed and empty. */
gboolean quarry_bounded_queue_is_done (QuarryBoundedQueue *self);

/* No more items come; those there are may still be popped, or are thrown away if @discard. */
void quarry_bounded_queue_close (QuarryBoundedQueue *self, gboolean discard);

G_END_DECLS
