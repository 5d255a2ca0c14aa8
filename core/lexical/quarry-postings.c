/* quarry-postings.c: compressed lists of the passages that hold a term
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rows are encoded as by Elias (1974) and Fano (1971): the low bits of each row literally; the high bits in unary, as
 * one zero for each unit by which they exceed those of the row before, then a one. Most codes are 0 and take no space.
 * A list of one block has no offsets, since most terms are held by few passages.
 */
#include "core/lexical/quarry-postings.h"

#include "core/lexical/quarry-lexical-kernels.h"

static const guint8 no_offset[4];

static inline guint32
read_uint32 (const guint8 *bytes)
{
  guint32 number;

  memcpy (&number, bytes, sizeof number);
  return GUINT32_FROM_LE (number);
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

static inline gsize
bits_to_bytes (guint64 bits)
{
  return (gsize) ((bits + 7) / 8);
}

/* Writes the @low (at most 31) lowest bits of the distance from the first row of each of the @n rows after it.
 * Consecutive rows count as distance 0. The lowest bits come first. */
static void
put_lows (guint8 *to, const guint32 *rows, guint n, guint low)
{
  guint32 mask = (guint32) ((G_GUINT64_CONSTANT (1) << low) - 1);
  guint64 bits = 0; /* not written yet */
  guint n_bits = 0;

  for (guint i = 1; i <= n; i++)
    {
      bits |= (guint64) ((rows[i] - rows[0] - i) & mask) << n_bits;
      n_bits += low;
      if (n_bits >= 32)
        {
          write_uint32 (to, (guint32) bits);
          to += 4;
          bits >>= 32;
          n_bits -= 32;
        }
    }
  write_uint32 (to, (guint32) bits);
}

/* Writes the remaining high bits in unary: zeros for the increase since the row before, then a one. */
static void
put_highs (guint8 *to, const guint32 *rows, guint n, guint low)
{
  guint64 word = 0, bits = 0; /* of the word that is not written yet */

  for (guint i = 1; i <= n; i++)
    {
      guint64 at = ((rows[i] - rows[0] - i) >> low) + (i - 1);

      if (at >> 5 != word)
        {
          write_uint32 (to + 4 * word, (guint32) bits);
          word = at >> 5;
          bits = 0;
        }
      bits |= G_GUINT64_CONSTANT (1) << (at & 31);
    }
  write_uint32 (to + 4 * word, (guint32) bits);
}

/* How many bits @n numbers, ascending up to @last, take with @low low bits each. */
static guint64
count_bits (guint n, guint64 last, guint low)
{
  return (guint64) n * low + n + (last >> low);
}

static guint
choose_low_bits (guint n, guint64 last)
{
  guint low = last / n == 0 ? 0 : (guint) g_bit_storage (last / n) - 1;

  return low < QUARRY_POSTINGS_LOW_BITS && count_bits (n, last, low + 1) < count_bits (n, last, low) ? low + 1 : low;
}

/* Chooses the form that stores the codes in the fewest bytes; *n_bytes gets how many. */
static guint
choose_codes (const guint8 *codes, guint length, gsize *n_bytes)
{
  gsize all = bits_to_bytes (4 * length), few;
  guint n_few = 0;

  for (guint i = 0; i < length; i++)
    n_few += codes[i] != 0;
  few = bits_to_bytes (length) + bits_to_bytes (4 * n_few);
  *n_bytes = n_few == 0 ? 0 : MIN (few, all);
  return n_few == 0 ? QUARRY_POSTINGS_CODES_ZERO : few < all ? QUARRY_POSTINGS_CODES_FEW : QUARRY_POSTINGS_CODES_ALL;
}

static void
pack_codes (guint8 *to, guint form, const guint8 *codes, guint length)
{
  guint8 *few = to + bits_to_bytes (length);
  guint k = 0;

  if (form == QUARRY_POSTINGS_CODES_ALL)
    for (guint i = 0; i < length; i++)
      to[i / 2] |= (guint8) (codes[i] << (4 * (i & 1)));
  else if (form == QUARRY_POSTINGS_CODES_FEW)
    for (guint i = 0; i < length; i++)
      if (codes[i] != 0)
        {
          to[i / 8] |= (guint8) (1u << (i & 7));
          few[k / 2] |= (guint8) (codes[i] << (4 * (k & 1)));
          k++;
        }
}

/* Appends a block of several postings. Returns its form. */
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
      put_lows (packed + code_bytes, rows, n, low);
      put_highs (packed + code_bytes + low_bytes, rows, n, low);
    }
  g_byte_array_append (bytes, packed, (guint) n_bytes);
  return (guint8) (form | (last > 0 ? low : QUARRY_POSTINGS_NEIGHBOURS));
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
      /* A list of a single posting stores its code in place of the form. */
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
      self->offsets = no_offset;
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

/* Most blocks are not larger than this. */
#define USUAL_BYTES 256u

/* Prefetches the next block. A search reads several lists in turn, and none long enough at a time for the processor to
 * recognise the pattern. It has to be inlined, because GCC drops calls to functions that only prefetch. */
static inline __attribute__ ((always_inline)) void
prefetch_next (const QuarryPostings *self, guint32 block)
{
  guint32 offset = block + 1 < self->n_blocks ? read_uint32 (self->offsets + 4 * (gsize) (block + 1)) : G_MAXUINT32;

  if (offset < self->payload_size)
    for (guint at = 0; at < USUAL_BYTES; at += 64)
      __builtin_prefetch (self->payload + offset + at);
}

gboolean
quarry_postings_unpack (const QuarryPostings *self, guint32 block, QuarryPostingsBlock *unpacked)
{
  const QuarryLexicalKernels *kernels = quarry_lexical_kernels ();
  guint length = quarry_postings_block_length (self, block);
  guint32 *rows = unpacked->own_rows;
  const guint8 *from, *end;
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
  form = *(const volatile guint8 *) &self->forms[block]; /* read once: a mapped file may change */
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
  end = self->payload + self->payload_size;
  prefetch_next (self, block);
  from = kernels->unpack_codes (self->payload + offset, end, form, unpacked->own_codes, length);
  if (from == NULL)
    return FALSE;
  if ((form & QUARRY_POSTINGS_NEIGHBOURS) != 0)
    {
      if (rows[0] > G_MAXUINT32 - length)
        return FALSE;
      for (guint i = 1; i < length; i++)
        rows[i] = rows[0] + i;
    }
  else if (!kernels->unpack_rows (from, end, form & QUARRY_POSTINGS_LOW_BITS, rows, length - 1))
    {
      return FALSE;
    }
  if (rows[length - 1] >= self->n_rows)
    return FALSE;
  unpacked->length = length;
  return TRUE;
}
