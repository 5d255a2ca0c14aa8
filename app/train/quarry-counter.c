/* quarry-counter.c: counts strings, by weight
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/train/quarry-counter.h"

#include <string.h>

#include "core/embed/quarry-vocabulary.h"

#define FREE G_MAXUINT32

struct _QuarryCounter
{
  char *arena;
  gsize arena_length, arena_size;
  GArray *counts; /* QuarryCount */
  guint32 *slots;
  guint32 mask;
};

static void
rehash (QuarryCounter *self, guint32 n_slots)
{
  g_free (self->slots);
  self->slots = g_new (guint32, n_slots);
  self->mask = n_slots - 1;
  memset (self->slots, 0xff, (gsize) n_slots * sizeof *self->slots);
  for (guint32 i = 0; i < self->counts->len; i++)
    {
      guint32 slot = g_array_index (self->counts, QuarryCount, i).tag & self->mask;

      while (self->slots[slot] != FREE)
        slot = (slot + 1) & self->mask;
      self->slots[slot] = i;
    }
}

QuarryCounter *
quarry_counter_new (void)
{
  QuarryCounter *self = g_new0 (QuarryCounter, 1);

  self->counts = g_array_new (FALSE, FALSE, sizeof (QuarryCount));
  rehash (self, 1 << 16);
  return self;
}

void
quarry_counter_free (QuarryCounter *self)
{
  g_array_unref (self->counts);
  g_free (self->arena);
  g_free (self->slots);
  g_free (self);
}

void
quarry_counter_add_hashed (
    QuarryCounter *self, guint64 hash, const char *bytes, gsize length, double count)
{
  guint32 tag = hash >> 32, slot = tag & self->mask;
  QuarryCount new = { self->arena_length, length, tag, count };

  for (; self->slots[slot] != FREE; slot = (slot + 1) & self->mask)
    {
      QuarryCount *old = &g_array_index (self->counts, QuarryCount, self->slots[slot]);

      if (old->tag == tag && old->length == length
          && memcmp (self->arena + old->offset, bytes, length) == 0)
        {
          old->count += count;
          return;
        }
    }
  if (self->arena_length + length > self->arena_size)
    {
      self->arena_size = MAX (1 << 20, 2 * (self->arena_size + length));
      self->arena = g_realloc (self->arena, self->arena_size);
    }
  memcpy (self->arena + self->arena_length, bytes, length);
  self->arena_length += length;
  self->slots[slot] = self->counts->len;
  g_array_append_val (self->counts, new);
  if (self->counts->len > self->mask / 2)
    rehash (self, 2 * (self->mask + 1));
}

void
quarry_counter_add (QuarryCounter *self, const char *bytes, gsize length, double count)
{
  guint64 hash = QUARRY_HASH_START;

  for (gsize i = 0; i < length; i++)
    hash = quarry_hash_byte (hash, bytes[i]);
  quarry_counter_add_hashed (self, hash, bytes, length, count);
}

const char *
quarry_counter_get_bytes (QuarryCounter *self, const QuarryCount *count)
{
  return self->arena + count->offset;
}

typedef struct
{
  const char *arena;
  QuarryCountKey key;
} Order;

static int
compare (gconstpointer a, gconstpointer b, gpointer data)
{
  const Order *order = data;
  const QuarryCount *one = *(const QuarryCount *const *)a, *other = *(const QuarryCount *const *)b;
  double x = one->count, y = other->count;
  int bytes;

  if (order->key != NULL)
    {
      x = order->key (order->arena + one->offset, one->length, x);
      y = order->key (order->arena + other->offset, other->length, y);
    }
  if (x != y)
    return x > y ? -1 : 1;
  bytes = memcmp (
      order->arena + one->offset, order->arena + other->offset, MIN (one->length, other->length));
  return bytes != 0 ? bytes : (one->length > other->length) - (one->length < other->length);
}

GPtrArray *
quarry_counter_sort (QuarryCounter *self, QuarryCountKey key)
{
  GPtrArray *sorted = g_ptr_array_sized_new (self->counts->len);
  Order order = { self->arena, key };

  for (guint i = 0; i < self->counts->len; i++)
    g_ptr_array_add (sorted, &g_array_index (self->counts, QuarryCount, i));
  g_ptr_array_sort_with_data (sorted, compare, &order);
  return sorted;
}
