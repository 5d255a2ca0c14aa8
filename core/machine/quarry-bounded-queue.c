/* quarry-bounded-queue.c: a queue between threads, whose producers wait while it is full
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One lock and two conditions, one for each side that may wait. The items are in a list where they come out in the
 * order in which they went in, and otherwise in a binary heap.
 */
#include "core/machine/quarry-bounded-queue.h"

struct _QuarryBoundedQueue
{
  GMutex lock;
  GCond filled;   /* signalled when there is an item to pop */
  GCond emptied;  /* signalled when there is room to push */
  guint n_popping, n_pushing; /* threads that wait to */
  GQueue items;   /* used without @compare: first in, first out */
  GPtrArray *heap; /* used with @compare: a binary heap, the next item at its top */
  GCompareFunc compare;
  guint capacity;
  gboolean closed;
  gint64 opens_at; /* monotonic time; until then pop waits, unless the queue is full or closed */
  GDestroyNotify destroy;
};

QuarryBoundedQueue *
quarry_bounded_queue_new (guint capacity, GCompareFunc compare, GDestroyNotify destroy)
{
  QuarryBoundedQueue *self = g_new0 (QuarryBoundedQueue, 1);

  g_mutex_init (&self->lock);
  g_queue_init (&self->items);
  if (compare != NULL)
    self->heap = g_ptr_array_new ();
  self->compare = compare;
  self->capacity = capacity;
  self->destroy = destroy;

  return self;
}

void
quarry_bounded_queue_set_head_start (QuarryBoundedQueue *self, gint64 microseconds)
{
  self->opens_at = g_get_monotonic_time () + microseconds;
}

static guint
length (QuarryBoundedQueue *self)
{
  return self->heap != NULL ? self->heap->len : g_queue_get_length (&self->items);
}

/* Puts @item into the heap, into the place @at, which is free, or nearer to the top. */
static void
rise (QuarryBoundedQueue *self, gpointer item, guint at)
{
  gpointer *data = self->heap->pdata;

  for (; at > 0 && self->compare (item, data[(at - 1) / 2]) < 0; at = (at - 1) / 2)
    data[at] = data[(at - 1) / 2];
  data[at] = item;
}

static void
put (QuarryBoundedQueue *self, gpointer item)
{
  if (self->heap == NULL)
    {
      g_queue_push_tail (&self->items, item);
      return;
    }
  g_ptr_array_add (self->heap, item);
  rise (self, item, self->heap->len - 1);
}

/* Takes the item at @at out of the heap, and fills its place with the last one. */
static gpointer
take_from_heap (QuarryBoundedQueue *self, guint at)
{
  gpointer *data = self->heap->pdata;
  gpointer taken = data[at], last;
  guint n = self->heap->len - 1;

  last = data[n];
  g_ptr_array_set_size (self->heap, (int) n);
  if (at == n)
    return taken;
  for (guint below = 2 * at + 1; below < n; below = 2 * at + 1)
    {
      if (below + 1 < n && self->compare (data[below + 1], data[below]) < 0)
        below++;
      if (self->compare (last, data[below]) <= 0)
        break;
      data[at] = data[below];
      at = below;
    }
  rise (self, last, at);
  return taken;
}

static gpointer
take (QuarryBoundedQueue *self)
{
  if (self->heap == NULL)
    return g_queue_pop_head (&self->items);
  return self->heap->len > 0 ? take_from_heap (self, 0) : NULL;
}

static void
discard_all (QuarryBoundedQueue *self)
{
  gpointer item;

  while ((item = take (self)) != NULL)
    self->destroy (item);
}

void
quarry_bounded_queue_free (QuarryBoundedQueue *self)
{
  discard_all (self);
  g_clear_pointer (&self->heap, g_ptr_array_unref);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->filled);
  g_cond_clear (&self->emptied);
  g_free (self);
}

gboolean
quarry_bounded_queue_push (QuarryBoundedQueue *self, gpointer item)
{
  gboolean taken = FALSE;

  g_mutex_lock (&self->lock);
  self->n_pushing++;
  while (!self->closed && length (self) >= self->capacity)
    g_cond_wait (&self->emptied, &self->lock);
  self->n_pushing--;
  if (!self->closed)
    {
      put (self, item);
      if (self->n_popping > 0)
        g_cond_signal (&self->filled);
      taken = TRUE;
    }
  g_mutex_unlock (&self->lock);

  if (!taken)
    self->destroy (item);

  return taken;
}

/* Where in the heap the item is that @other sorts first. */
static guint
find_first (QuarryBoundedQueue *self, GCompareFunc other)
{
  guint first = 0;

  for (guint i = 1; i < self->heap->len; i++)
    if (other (self->heap->pdata[i], self->heap->pdata[first]) < 0)
      first = i;
  return first;
}

/* @other: NULL for none. */
static gpointer
pop (QuarryBoundedQueue *self, GCompareFunc other, guint most)
{
  gpointer item;

  g_mutex_lock (&self->lock);
  self->n_popping++;
  while (!self->closed && length (self) < self->capacity && g_get_monotonic_time () < self->opens_at)
    g_cond_wait_until (&self->filled, &self->lock, self->opens_at);
  while (!self->closed && length (self) == 0)
    g_cond_wait (&self->filled, &self->lock);
  self->n_popping--;
  if (other != NULL && self->closed && self->heap->len > 0 && self->heap->len <= most)
    item = take_from_heap (self, find_first (self, other));
  else
    item = take (self);
  if (self->n_pushing > 0)
    g_cond_signal (&self->emptied);
  g_mutex_unlock (&self->lock);

  return item;
}

gpointer
quarry_bounded_queue_pop (QuarryBoundedQueue *self)
{
  return pop (self, NULL, 0);
}

gpointer
quarry_bounded_queue_pop_by (QuarryBoundedQueue *self, GCompareFunc other, guint most)
{
  g_return_val_if_fail (self->heap != NULL, NULL);

  return pop (self, other, most);
}

gpointer
quarry_bounded_queue_pop_if (QuarryBoundedQueue *self, gboolean (*wanted) (gconstpointer item), gint64 until)
{
  gpointer item = NULL;

  g_mutex_lock (&self->lock);
  self->n_popping++;
  while (!self->closed && length (self) == 0 && g_cond_wait_until (&self->filled, &self->lock, until))
    ;
  self->n_popping--;
  if (length (self) > 0)
    item = self->heap != NULL ? self->heap->pdata[0] : g_queue_peek_head (&self->items);
  if (item != NULL && wanted (item))
    {
      take (self);
      if (self->n_pushing > 0)
        g_cond_signal (&self->emptied);
    }
  else
    item = NULL;
  g_mutex_unlock (&self->lock);

  return item;
}

gboolean
quarry_bounded_queue_is_done (QuarryBoundedQueue *self)
{
  gboolean done;

  g_mutex_lock (&self->lock);
  done = self->closed && length (self) == 0;
  g_mutex_unlock (&self->lock);

  return done;
}

void
quarry_bounded_queue_close (QuarryBoundedQueue *self, gboolean discard)
{
  g_mutex_lock (&self->lock);
  self->closed = TRUE;
  if (discard)
    discard_all (self);
  /* Signalling a condition costs a system call even where nobody waits, so it is done only where somebody does. */
  if (self->n_popping > 0)
    g_cond_broadcast (&self->filled);
  if (self->n_pushing > 0)
    g_cond_broadcast (&self->emptied);
  g_mutex_unlock (&self->lock);
}
