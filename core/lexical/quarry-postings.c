/* quarry-postings.c: the passages that hold one term, packed
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/lexical/quarry-postings.h"

#include <string.h>

static inline guint32
read_uint32 (const guint8 *bytes)
{
  guint32 number;

  memcpy (&number, bytes, sizeof number);
  return GUINT32_FROM_LE (number);
}

static inline guint64
read_uint64 (const guint8 *bytes)
{
  guint64 number;

  memcpy (&number, bytes, sizeof number);
  return GUINT64_FROM_LE (number);
}

static void
append_uint32 (GByteArray *bytes, guint32 number)
{
  guint32 little = GUINT32_TO_LE (number);

  g_byte_array_append (bytes, (const guint8 *) &little, sizeof little);
}

static inline guint
count_blocks (guint32 n)
{
  return n / QUARRY_POSTINGS_BLOCK + (n % QUARRY_POSTINGS_BLOCK != 0);
}

static inline guint
block_length (guint32 n, guint32 block)
{
  return MIN (n - block * QUARRY_POSTINGS_BLOCK, QUARRY_POSTINGS_BLOCK);
}

/* Distances are at least 1 and kept less 1: neighbours cost no bits. */
static guint
distance_bits (const guint32 *slots, guint length)
{
  guint32 all = 0;

  for (guint i = 1; i < length; i++)
    all |= slots[i] - slots[i - 1] - 1;
  return all == 0 ? 0 : g_bit_storage (all);
}

static inline gsize
distance_bytes (guint length, guint bits)
{
  return ((gsize) (length - 1) * bits + 7) / 8;
}

static void
pack_distances (guint8 *to, const guint32 *slots, guint length, guint bits)
{
  guint64 buffer = 0;
  guint filled = 0;

  for (guint i = 1; i < length; i++)
    {
      buffer |= (guint64) (slots[i] - slots[i - 1] - 1) << filled;
      filled += bits;
      while (filled >= 8)
        {
          *to++ = (guint8) buffer;
          buffer >>= 8;
          filled -= 8;
        }
    }
  if (filled > 0)
    *to = (guint8) buffer;
}

void
quarry_postings_pack (GByteArray *bytes, const guint32 *slots, const guint8 *weights, guint32 n)
{
  guint n_blocks = count_blocks (n);
  guint32 offset = 0;

  for (guint b = 0; b < n_blocks; b++)
    append_uint32 (bytes, slots[b * QUARRY_POSTINGS_BLOCK]);
  for (guint b = 0; b < n_blocks; b++)
    {
      const guint32 *block = slots + b * QUARRY_POSTINGS_BLOCK;
      guint length = block_length (n, b);

      append_uint32 (bytes, offset);
      offset += (guint32) (distance_bytes (length, distance_bits (block, length)) + length);
    }
  for (guint b = 0; b < n_blocks; b++)
    {
      guint8 bits = (guint8) distance_bits (slots + b * QUARRY_POSTINGS_BLOCK, block_length (n, b));

      g_byte_array_append (bytes, &bits, 1);
    }
  for (guint b = 0; b < n_blocks; b++)
    {
      guint8 max = 0;

      for (guint i = 0; i < block_length (n, b); i++)
        max = MAX (max, weights[b * QUARRY_POSTINGS_BLOCK + i]);
      g_byte_array_append (bytes, &max, 1);
    }
  for (guint b = 0; b < n_blocks; b++)
    {
      const guint32 *block = slots + b * QUARRY_POSTINGS_BLOCK;
      guint length = block_length (n, b);
      guint bits = distance_bits (block, length);
      gsize at = bytes->len;

      g_byte_array_set_size (bytes, (guint) (at + distance_bytes (length, bits)));
      pack_distances (bytes->data + at, block, length, bits);
      g_byte_array_append (bytes, weights + b * QUARRY_POSTINGS_BLOCK, length);
    }
}

gboolean
quarry_postings_init (QuarryPostings *self, const guint8 *data, gsize size, guint32 n)
{
  gsize n_blocks = count_blocks (n);

  if (n == 0 || size < n_blocks * 10)
    return FALSE;

  self->n_postings = n;
  self->n_blocks = (guint32) n_blocks;
  self->firsts = data;
  self->offsets = data + n_blocks * 4;
  self->bits = data + n_blocks * 8;
  self->maxima = data + n_blocks * 9;
  self->payload = data + n_blocks * 10;
  self->payload_size = size - n_blocks * 10;
  self->max_weight = 0;
  for (gsize b = 0; b < n_blocks; b++)
    self->max_weight = MAX (self->max_weight, self->maxima[b]);
  return TRUE;
}

guint32
quarry_postings_block_first (const QuarryPostings *self, guint32 block)
{
  return read_uint32 (self->firsts + 4 * (gsize) block);
}

guint8
quarry_postings_block_max (const QuarryPostings *self, guint32 block)
{
  return self->maxima[block];
}

guint
quarry_postings_unpack (const QuarryPostings *self,
                        guint32 block,
                        guint32 slots[QUARRY_POSTINGS_BLOCK],
                        const guint8 **weights)
{
  guint length = block_length (self->n_postings, block);
  guint bits = self->bits[block];
  gsize offset = read_uint32 (self->offsets + 4 * (gsize) block);
  gsize n_bytes = distance_bytes (length, bits);
  guint32 slot = quarry_postings_block_first (self, block);
  guint64 mask;

  if (bits > 32 || offset > self->payload_size || self->payload_size - offset < n_bytes + length)
    return 0;

  /* A distance starts in any bit of a byte and has up to 32: eight bytes hold it whole. */
  mask = (G_GUINT64_CONSTANT (1) << bits) - 1;
  slots[0] = slot;
  for (guint i = 1; i < length; i++)
    {
      gsize at = (gsize) (i - 1) * bits;

      slot += 1 + (guint32) ((read_uint64 (self->payload + offset + (at >> 3)) >> (at & 7)) & mask);
      slots[i] = slot;
    }
  *weights = self->payload + offset + n_bytes;
  return length;
}
