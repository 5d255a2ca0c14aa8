/* quarry-postings.c: the passages that hold one term, packed
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A list of one block has no offset, one of a single posting no width either: most terms stand in
 * few passages.
 */
#include "core/lexical/quarry-postings.h"

static const guint8 zeros[4];

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
distance_bits (const guint32 *rows, guint length)
{
  guint32 all = 0;

  for (guint i = 1; i < length; i++)
    all |= rows[i] - rows[i - 1] - 1;
  return all == 0 ? 0 : g_bit_storage (all);
}

static inline gsize
distance_bytes (guint length, guint bits)
{
  return ((gsize) (length - 1) * bits + 7) / 8;
}

static inline gsize
code_bytes (guint length)
{
  return (length + 1) / 2;
}

static void
pack_block (
    GByteArray *bytes, const guint32 *rows, const guint8 *codes, guint length, guint bits)
{
  gsize at = bytes->len;
  guint64 buffer = 0;
  guint filled = 0;
  guint8 *to;

  g_byte_array_set_size (bytes, (guint) (at + distance_bytes (length, bits) + code_bytes (length)));
  to = bytes->data + at;
  for (guint i = 1; i < length; i++)
    {
      buffer |= (guint64) (rows[i] - rows[i - 1] - 1) << filled;
      filled += bits;
      while (filled >= 8)
        {
          *to++ = (guint8) buffer;
          buffer >>= 8;
          filled -= 8;
        }
    }
  if (filled > 0)
    *to++ = (guint8) buffer;
  for (guint i = 0; i + 1 < length; i += 2)
    *to++ = (guint8) (codes[i] | codes[i + 1] << 4);
  if (length % 2 != 0)
    *to++ = codes[length - 1];
}

static guint8
highest_of (const guint8 *impacts, guint length)
{
  guint8 highest = 0;

  for (guint i = 0; i < length; i++)
    highest = MAX (highest, impacts[i]);
  return highest;
}

static void
pack_one_block (
    GByteArray *bytes, const guint32 *rows, const guint8 *codes, const guint8 *impacts, guint32 n)
{
  guint8 highest = highest_of (impacts, n);
  guint8 bits = (guint8) distance_bits (rows, n);

  append_uint32 (bytes, rows[0]);
  g_byte_array_append (bytes, &highest, 1);
  if (n > 1)
    g_byte_array_append (bytes, &bits, 1);
  pack_block (bytes, rows, codes, n, bits);
}

void
quarry_postings_pack (
    GByteArray *bytes, const guint32 *rows, const guint8 *codes, const guint8 *impacts, guint32 n)
{
  guint n_blocks = count_blocks (n);
  guint8 *bits;
  guint32 offset = 0;

  if (n_blocks == 1)
    {
      pack_one_block (bytes, rows, codes, impacts, n);
      return;
    }

  bits = g_new (guint8, n_blocks);
  for (guint b = 0; b < n_blocks; b++)
    {
      bits[b] = (guint8) distance_bits (rows + b * QUARRY_POSTINGS_BLOCK, block_length (n, b));
      append_uint32 (bytes, rows[b * QUARRY_POSTINGS_BLOCK]);
    }
  for (guint b = 0; b < n_blocks; b++)
    {
      append_uint32 (bytes, offset);
      offset += (guint32) (distance_bytes (block_length (n, b), bits[b])
                           + code_bytes (block_length (n, b)));
    }
  g_byte_array_append (bytes, bits, n_blocks);
  for (guint b = 0; b < n_blocks; b++)
    {
      guint8 highest = highest_of (impacts + b * QUARRY_POSTINGS_BLOCK, block_length (n, b));

      g_byte_array_append (bytes, &highest, 1);
    }
  for (guint b = 0; b < n_blocks; b++)
    pack_block (bytes,
                rows + b * QUARRY_POSTINGS_BLOCK,
                codes + b * QUARRY_POSTINGS_BLOCK,
                block_length (n, b),
                bits[b]);
  g_free (bits);
}

gboolean
quarry_postings_init (
    QuarryPostings *self, const guint8 *data, gsize size, guint32 n, guint32 n_rows)
{
  gsize n_blocks = count_blocks (n);
  gsize head = n == 1 ? 5 : n_blocks == 1 ? 6 : n_blocks * 10;

  if (n == 0 || n > n_rows || size < head)
    return FALSE;

  self->n_postings = n;
  self->n_blocks = (guint32) n_blocks;
  self->n_rows = n_rows;
  self->rows = NULL;
  self->codes = NULL;
  self->firsts = data;
  if (n_blocks == 1)
    {
      self->offsets = zeros;
      self->maxima = data + 4;
      self->bits = n > 1 ? data + 5 : zeros;
    }
  else
    {
      self->offsets = data + n_blocks * 4;
      self->bits = data + n_blocks * 8;
      self->maxima = data + n_blocks * 9;
    }
  self->payload = data + head;
  self->payload_size = size - head;
  self->highest = 0;
  for (gsize b = 0; b < n_blocks; b++)
    self->highest = MAX (self->highest, self->maxima[b]);
  return TRUE;
}

void
quarry_postings_init_plain (QuarryPostings *self,
                            const guint32 *rows,
                            const guint8 *codes,
                            guint32 n)
{
  memset (self, 0, sizeof *self);
  self->n_postings = n;
  self->n_blocks = count_blocks (n);
  self->highest = 255;
  self->rows = rows;
  self->codes = codes;
}

gboolean
quarry_postings_unpack (const QuarryPostings *self, guint32 block, QuarryPostingsBlock *unpacked)
{
  guint length = block_length (self->n_postings, block);
  guint32 *rows = unpacked->own_rows;
  guint8 *codes = unpacked->own_codes;
  const guint8 *from;
  gsize offset, n_bytes;
  guint64 row, mask;
  guint bits;

  if (self->rows != NULL)
    {
      unpacked->length = length;
      unpacked->rows = self->rows + block * QUARRY_POSTINGS_BLOCK;
      unpacked->codes = self->codes + block * QUARRY_POSTINGS_BLOCK;
      return TRUE;
    }

  unpacked->length = 0;
  unpacked->rows = rows;
  unpacked->codes = codes;
  bits = self->bits[block];
  offset = read_uint32 (self->offsets + 4 * (gsize) block);
  n_bytes = distance_bytes (length, bits);
  if (bits > 32 || offset > self->payload_size
      || self->payload_size - offset < n_bytes + code_bytes (length))
    return FALSE;

  /* A distance starts in any bit of a byte and has up to 32: eight bytes hold it whole. */
  from = self->payload + offset;
  mask = (G_GUINT64_CONSTANT (1) << bits) - 1;
  row = quarry_postings_block_first (self, block);
  rows[0] = (guint32) row;
  for (guint i = 1; i < length; i++)
    {
      gsize at = (gsize) (i - 1) * bits;

      row += 1 + ((read_uint64 (from + (at >> 3)) >> (at & 7)) & mask);
      rows[i] = (guint32) row;
    }
  if (row >= self->n_rows)
    return FALSE;

  from += n_bytes;
  for (guint i = 0; i < length / 2; i++)
    {
      codes[2 * i] = from[i] & 15;
      codes[2 * i + 1] = from[i] >> 4;
    }
  if (length % 2 != 0)
    codes[length - 1] = from[length / 2] & 15;
  unpacked->length = length;
  return TRUE;
}
