/* quarry-bounded-queue.h: a queue between threads, whose producers wait while it is full
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Threads: any, but for quarry_bounded_queue_set_head_start() and quarry_bounded_queue_free(). */
typedef struct _QuarryBoundedQueue QuarryBoundedQueue;

/* @capacity: the most items. @compare: decides which of the items that are in the queue is popped first; NULL: first
 * in, first out. @destroy: frees items that are thrown away. (transfer full) */
QuarryBoundedQueue *quarry_bounded_queue_new (guint capacity, GCompareFunc compare, GDestroyNotify destroy);
void quarry_bounded_queue_free (QuarryBoundedQueue *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryBoundedQueue, quarry_bounded_queue_free)

/* From now on for @microseconds, pop waits although there are items, until the queue is full or closed, so that
 * @compare has many to choose from. To be called before other threads use the queue. */
void quarry_bounded_queue_set_head_start (QuarryBoundedQueue *self, gint64 microseconds);

/* Waits for room. @item: (transfer full). FALSE, with @item destroyed, once the queue is closed. */
gboolean quarry_bounded_queue_push (QuarryBoundedQueue *self, gpointer item);

/* Waits for an item, (transfer full); NULL once the queue is closed and empty. */
gpointer quarry_bounded_queue_pop (QuarryBoundedQueue *self);

/* The next item, (transfer full), if @wanted says so of it, else NULL and it stays. Waits for an item until the
 * monotonic time @until at most. */
gpointer quarry_bounded_queue_pop_if (QuarryBoundedQueue *self, gboolean (*wanted) (gconstpointer item), gint64 until);

/* TRUE once the queue is closed and empty. */
gboolean quarry_bounded_queue_is_done (QuarryBoundedQueue *self);

/* Ends the queue: push takes no more items. Those in it may still be popped, or with @discard are destroyed. */
void quarry_bounded_queue_close (QuarryBoundedQueue *self, gboolean discard);

G_END_DECLS
