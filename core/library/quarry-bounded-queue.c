/* quarry-bounded-queue.c: a queue that holds its producers back
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/library/quarry-bounded-queue.h"

struct _QuarryBoundedQueue
{
  GMutex lock;
  GCond changed;
  GQueue items;
  guint capacity;
  gboolean closed;
  GDestroyNotify destroy;
};

QuarryBoundedQueue *
quarry_bounded_queue_new (guint capacity, GDestroyNotify destroy)
{
  QuarryBoundedQueue *self = g_new0 (QuarryBoundedQueue, 1);

  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  g_queue_init (&self->items);
  self->capacity = capacity;
  self->destroy = destroy;

  return self;
}

void
quarry_bounded_queue_free (QuarryBoundedQueue *self)
{
  g_queue_clear_full (&self->items, self->destroy);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_free (self);
}

gboolean
quarry_bounded_queue_push (QuarryBoundedQueue *self, gpointer item)
{
  gboolean taken = FALSE;

  g_mutex_lock (&self->lock);
  while (!self->closed && g_queue_get_length (&self->items) >= self->capacity)
    g_cond_wait (&self->changed, &self->lock);
  if (!self->closed)
    {
      g_queue_push_tail (&self->items, item);
      g_cond_broadcast (&self->changed);
      taken = TRUE;
    }
  g_mutex_unlock (&self->lock);

  if (!taken)
    self->destroy (item);

  return taken;
}

gpointer
quarry_bounded_queue_pop (QuarryBoundedQueue *self)
{
  gpointer item;

  g_mutex_lock (&self->lock);
  while (!self->closed && g_queue_is_empty (&self->items))
    g_cond_wait (&self->changed, &self->lock);
  item = g_queue_pop_head (&self->items);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);

  return item;
}

void
quarry_bounded_queue_close (QuarryBoundedQueue *self, gboolean discard)
{
  g_mutex_lock (&self->lock);
  self->closed = TRUE;
  if (discard)
    g_queue_clear_full (&self->items, self->destroy);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}
