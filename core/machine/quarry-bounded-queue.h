/* quarry-bounded-queue.h: a queue between threads, whose producers wait while it is full
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Any thread may call these functions, at the same time as others; quarry_bounded_queue_set_head_start() and
 * quarry_bounded_queue_free() only while no other thread uses the queue. */
typedef struct _QuarryBoundedQueue QuarryBoundedQueue;

/* @capacity: how many items the queue holds at most. @compare: orders the items; the one that sorts first of those in
 * the queue is popped next. NULL: first in, first out. @destroy: frees items that are thrown away; not NULL.
 * (transfer full) */
QuarryBoundedQueue *quarry_bounded_queue_new (guint capacity, GCompareFunc compare, GDestroyNotify destroy);
void quarry_bounded_queue_free (QuarryBoundedQueue *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryBoundedQueue, quarry_bounded_queue_free)

/* From now on for @microseconds, pop (but not pop_if) waits although there are items, until the queue is full or closed,
 * so that @compare has many to choose from. To be called before other threads use the queue. */
void quarry_bounded_queue_set_head_start (QuarryBoundedQueue *self, gint64 microseconds);

/* Waits for room. @item: (transfer full). FALSE, with @item destroyed, once the queue is closed. */
gboolean quarry_bounded_queue_push (QuarryBoundedQueue *self, gpointer item);

/* Waits for an item, (transfer full); NULL once the queue is closed and empty. */
gpointer quarry_bounded_queue_pop (QuarryBoundedQueue *self);

/* The same, but once the queue is closed and holds no more than @most items, pops the one that @other sorts first. It
 * looks at all of them. For queues that were made with an order. */
gpointer quarry_bounded_queue_pop_by (QuarryBoundedQueue *self, GCompareFunc other, guint most);

/* Pops the next item, (transfer full), if @wanted returns TRUE for it; otherwise leaves it in the queue and returns
 * NULL. Where the queue is empty, waits for an item until the monotonic time @until. */
gpointer quarry_bounded_queue_pop_if (QuarryBoundedQueue *self, gboolean (*wanted) (gconstpointer item), gint64 until);

/* TRUE once the queue is closed and empty. */
gboolean quarry_bounded_queue_is_done (QuarryBoundedQueue *self);

/* Closes the queue: push takes no more items. The items in it may still be popped; with @discard they are destroyed. */
void quarry_bounded_queue_close (QuarryBoundedQueue *self, gboolean discard);

G_END_DECLS
