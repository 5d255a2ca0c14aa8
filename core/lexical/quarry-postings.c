/* quarry-postings.c: the passages that hold one term, packed
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rows are kept as Elias and Fano did (1974, 1971): the low bits of each as they are, the rest as a one
 * behind as many zeros as it has grown by. Most codes are 0. A list of one block has no offset: most terms
 * stand in few passages.
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
write_uint32 (guint8 *bytes, guint32 number)
{
  guint32 little = GUINT32_TO_LE (number);

  memcpy (bytes, &little, sizeof little);
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

static inline gsize
head_bytes (guint32 n)
{
  return n <= QUARRY_POSTINGS_BLOCK ? 6 : (gsize) count_blocks (n) * 10;
}

/* A block's form: how many low bits a row has; how the codes are kept; whether the rows are neighbours,
 * which cost nothing. */
#define LOW_BITS 31u
#define CODES_ZERO 0u
#define CODES_FEW (1u << 5) /* a bit each whether it is not 0, then those that are not */
#define CODES_ALL (2u << 5)
#define CODES (3u << 5)
#define NEIGHBOURS (1u << 7)

static inline gsize
bits_to_bytes (guint64 bits)
{
  return (gsize) ((bits + 7) / 8);
}

/* Up to 57 bits, lowest first, where there are zeros. Eight bytes are written anew. */
static inline void
put_bits (guint8 *to, guint64 at, guint64 bits)
{
  guint64 word;

  to += at >> 3;
  word = GUINT64_TO_LE (read_uint64 (to) | bits << (at & 7));
  memcpy (to, &word, sizeof word);
}

/* @n numbers, not descending, up to @last: bits of all of them. */
static guint64
count_bits (guint n, guint64 last, guint low)
{
  return (guint64) n * low + n + (last >> low);
}

static guint
choose_low_bits (guint n, guint64 last)
{
  guint low = last / n == 0 ? 0 : (guint) g_bit_storage (last / n) - 1;

  return low < LOW_BITS && count_bits (n, last, low + 1) < count_bits (n, last, low) ? low + 1 : low;
}

/* How codes are kept in the fewest bytes, and these. */
static guint
choose_codes (const guint8 *codes, guint length, gsize *n_bytes)
{
  gsize all = bits_to_bytes (4 * length), few;
  guint n_few = 0;

  for (guint i = 0; i < length; i++)
    n_few += codes[i] != 0;
  few = bits_to_bytes (length) + bits_to_bytes (4 * n_few);
  *n_bytes = n_few == 0 ? 0 : MIN (few, all);
  return n_few == 0 ? CODES_ZERO : few < all ? CODES_FEW : CODES_ALL;
}

static void
pack_codes (guint8 *to, guint form, const guint8 *codes, guint length)
{
  guint8 *few = to + bits_to_bytes (length);
  guint k = 0;

  if (form == CODES_ALL)
    for (guint i = 0; i < length; i++)
      to[i / 2] |= (guint8) (codes[i] << (4 * (i & 1)));
  else if (form == CODES_FEW)
    for (guint i = 0; i < length; i++)
      if (codes[i] != 0)
        {
          to[i / 8] |= (guint8) (1u << (i & 7));
          few[k / 2] |= (guint8) (codes[i] << (4 * (k & 1)));
          k++;
        }
}

/* Appends a block of several postings; its form. */
static guint8
pack_block (GByteArray *bytes, const guint32 *rows, const guint8 *codes, guint length)
{
  guint8 packed[QUARRY_POSTINGS_BLOCK * 6 + 16];
  guint n = length - 1;
  guint64 last = (guint64) rows[n] - rows[0] - n;
  guint low = last > 0 ? choose_low_bits (n, last) : 0;
  gsize code_bytes, low_bytes = bits_to_bytes ((guint64) n * low);
  gsize n_bytes = last > 0 ? low_bytes + bits_to_bytes (n + (last >> low)) : 0;
  guint form = choose_codes (codes, length, &code_bytes);

  n_bytes += code_bytes;
  memset (packed, 0, n_bytes + 8);
  pack_codes (packed, form, codes, length);
  if (last > 0)
    {
      guint64 mask = (G_GUINT64_CONSTANT (1) << low) - 1;
      guint8 *lows = packed + code_bytes, *highs = lows + low_bytes;

      for (guint i = 0; i < n; i++)
        put_bits (lows, (guint64) i * low, (rows[i + 1] - rows[0] - (i + 1)) & mask);
      for (guint i = 0; i < n; i++)
        {
          guint64 at = ((rows[i + 1] - rows[0] - (i + 1)) >> low) + i;

          highs[at >> 3] |= (guint8) (1u << (at & 7));
        }
    }
  g_byte_array_append (bytes, packed, (guint) n_bytes);
  return (guint8) (form | (last > 0 ? low : NEIGHBOURS));
}

static guint8
highest_of (const guint8 *impacts, guint length)
{
  guint8 highest = 0;

  for (guint i = 0; i < length; i++)
    highest = MAX (highest, impacts[i]);
  return highest;
}

void
quarry_postings_pack (
    GByteArray *bytes, const guint32 *rows, const guint8 *codes, const guint8 *impacts, guint32 n)
{
  guint n_blocks = count_blocks (n);
  guint head = bytes->len;
  guint payload = head + (guint) head_bytes (n);

  g_byte_array_set_size (bytes, payload);
  for (guint b = 0; b < n_blocks; b++)
    {
      guint at = b * QUARRY_POSTINGS_BLOCK;
      guint length = block_length (n, b);
      guint32 offset = bytes->len - payload;
      /* The form of a block of one posting says its code. */
      guint8 form = length == 1 && n_blocks == 1 ? codes[0] : pack_block (bytes, rows + at, codes + at, length);
      guint8 highest = highest_of (impacts + at, length);

      write_uint32 (bytes->data + head + 4 * b, rows[at]);
      if (n_blocks == 1)
        {
          bytes->data[head + 4] = highest;
          bytes->data[head + 5] = form;
          return;
        }
      write_uint32 (bytes->data + head + 4 * (n_blocks + b), offset);
      bytes->data[head + 8 * n_blocks + b] = form;
      bytes->data[head + 9 * n_blocks + b] = highest;
    }
}

gboolean
quarry_postings_init (
    QuarryPostings *self, const guint8 *data, gsize size, guint32 n, guint32 n_rows)
{
  gsize n_blocks = count_blocks (n);
  gsize head = head_bytes (n);

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
      self->forms = data + 5;
    }
  else
    {
      self->offsets = data + n_blocks * 4;
      self->forms = data + n_blocks * 8;
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

/* Where the codes end; NULL where they do not before @end. */
static const guint8 *
unpack_codes (const guint8 *from, const guint8 *end, guint form, guint8 *codes, guint length)
{
  gsize n_bytes = bits_to_bytes (length);

  memset (codes, 0, QUARRY_POSTINGS_BLOCK);
  if ((form & CODES) == CODES_ZERO)
    return from;
  if ((form & CODES) == CODES_ALL)
    {
      n_bytes = bits_to_bytes (4 * length);
      if ((gsize) (end - from) < n_bytes)
        return NULL;
      for (guint i = 0; i < length; i++)
        codes[i] = from[i / 2] >> (4 * (i & 1)) & 15;
      return from + n_bytes;
    }

  if ((form & CODES) != CODES_FEW || (gsize) (end - from) < n_bytes)
    return NULL;
  {
    const guint8 *few = from + n_bytes;
    gsize n_left = 2 * (gsize) (end - few);
    guint k = 0;

    for (guint w = 0; w < length; w += 64)
      {
        guint64 bits = read_uint64 (from + w / 8);

        if (length - w < 64)
          bits &= (G_GUINT64_CONSTANT (1) << (length - w)) - 1;
        for (; bits != 0; bits &= bits - 1, k++)
          {
            if (k >= n_left)
              return NULL;
            codes[w + (guint) __builtin_ctzll (bits)] = few[k / 2] >> (4 * (k & 1)) & 15;
          }
      }
    return few + bits_to_bytes (4 * k);
  }
}

/* The rows behind the first, each of which is above the one before. */
static gboolean
unpack_rows (const guint8 *from, const guint8 *end, guint low, guint64 first, guint32 *rows, guint n)
{
  const guint8 *high = from + bits_to_bytes ((guint64) n * low);
  guint64 mask = (G_GUINT64_CONSTANT (1) << low) - 1;
  guint64 previous = first, wrong = 0;
  guint64 base = 0; /* of the word, in bits */
  guint i = 0;

  if ((gsize) (end - from) < (gsize) (high - from))
    return FALSE;
  for (; i < n; high += 8, base += 64)
    {
      if (high >= end)
        return FALSE;
      for (guint64 bits = read_uint64 (high); bits != 0 && i < n; bits &= bits - 1, i++)
        {
          guint64 at = (guint64) i * low;
          guint64 number = (base + (guint) __builtin_ctzll (bits) - i) << low
                           | (read_uint64 (from + (at >> 3)) >> (at & 7) & mask);
          guint64 row = first + 1 + i + number;

          wrong |= row <= previous;
          rows[i] = (guint32) row;
          previous = row;
        }
    }
  return wrong == 0 && previous <= G_MAXUINT32;
}

gboolean
quarry_postings_unpack (const QuarryPostings *self, guint32 block, QuarryPostingsBlock *unpacked)
{
  guint length = block_length (self->n_postings, block);
  guint32 *rows = unpacked->own_rows;
  const guint8 *from = self->payload, *end = self->payload + self->payload_size;
  guint form;
  guint32 offset;

  if (self->rows != NULL)
    {
      unpacked->length = length;
      unpacked->rows = self->rows + block * QUARRY_POSTINGS_BLOCK;
      unpacked->codes = self->codes + block * QUARRY_POSTINGS_BLOCK;
      return TRUE;
    }

  unpacked->length = 0;
  unpacked->rows = rows;
  unpacked->codes = unpacked->own_codes;
  form = *(const volatile guint8 *) &self->forms[block]; /* once: a mapped file may change */
  rows[0] = quarry_postings_block_first (self, block);
  if (self->n_postings == 1)
    {
      unpacked->own_codes[0] = form & 15;
      unpacked->length = rows[0] < self->n_rows;
      return unpacked->length > 0;
    }

  offset = read_uint32 (self->offsets + 4 * (gsize) block);
  if (offset > self->payload_size)
    return FALSE;
  from = unpack_codes (from + offset, end, form, unpacked->own_codes, length);
  if (from == NULL)
    return FALSE;
  if ((form & NEIGHBOURS) != 0)
    {
      if (rows[0] > G_MAXUINT32 - length)
        return FALSE;
      for (guint i = 1; i < length; i++)
        rows[i] = rows[0] + i;
    }
  else if (!unpack_rows (from, end, form & LOW_BITS, rows[0], rows + 1, length - 1))
    {
      return FALSE;
    }
  if (rows[length - 1] >= self->n_rows)
    return FALSE;
  unpacked->length = length;
  return TRUE;
}
