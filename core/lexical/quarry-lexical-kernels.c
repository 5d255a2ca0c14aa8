/* quarry-lexical-kernels.c: the portable kernels, and the choice among all
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The fastest set of kernels that the processor supports is determined at run time.
 */
#include "core/lexical/quarry-lexical-kernels.h"

#include "core/lexical/quarry-postings.h"
#include "core/machine/quarry-wide.h"

static inline guint64
read_uint64 (const guint8 *bytes)
{
  guint64 number;

  memcpy (&number, bytes, sizeof number);
  return GUINT64_FROM_LE (number);
}

static inline gsize
bits_to_bytes (guint64 bits)
{
  return (gsize) ((bits + 7) / 8);
}

#define EACH_BYTE G_GUINT64_CONSTANT (0x0101010101010101)

/* The number of ones in each byte, as a byte in its place. */
static inline guint64
count_ones_of_bytes (guint64 bits)
{
  bits -= bits >> 1 & (EACH_BYTE * 0x55);
  bits = (bits & (EACH_BYTE * 0x33)) + (bits >> 2 & (EACH_BYTE * 0x33));
  return (bits + (bits >> 4)) & (EACH_BYTE * 0x0f);
}

static inline guint
count_ones (guint64 bits)
{
  return (guint) (count_ones_of_bytes (bits) * EACH_BYTE >> 56);
}

static const guint8 *
unpack_codes_portable (const guint8 *from, const guint8 *end, guint form, guint8 *codes, guint length)
{
  gsize n_bytes = bits_to_bytes (length);

  memset (codes, 0, QUARRY_POSTINGS_BLOCK);
  if ((form & QUARRY_POSTINGS_CODES) == QUARRY_POSTINGS_CODES_ZERO)
    return from;
  if ((form & QUARRY_POSTINGS_CODES) == QUARRY_POSTINGS_CODES_ALL)
    {
      n_bytes = bits_to_bytes (4 * length);
      if ((gsize) (end - from) < n_bytes)
        return NULL;
      for (gsize i = 0; i < n_bytes; i++)
        {
          guint8 two = from[i];

          codes[2 * i] = two & 15;
          codes[2 * i + 1] = two >> 4;
        }
      return from + n_bytes;
    }

  if ((form & QUARRY_POSTINGS_CODES) != QUARRY_POSTINGS_CODES_FEW || (gsize) (end - from) < n_bytes)
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
        if (k + count_ones (bits) > n_left)
          return NULL;
        for (; bits != 0; bits &= bits - 1, k++)
          codes[w + (guint) __builtin_ctzll (bits)] = few[k / 2] >> (4 * (k & 1)) & 15;
      }
    return few + bits_to_bytes (4 * k);
  }
}

/* Unpacks the low bits of numbers. */
static inline __attribute__ ((always_inline)) void
unpack_lows_of (const guint8 *from, guint low, guint32 *numbers, guint n)
{
  guint32 mask = (guint32) ((G_GUINT64_CONSTANT (1) << low) - 1);
  guint whole = n / 8 * 8;

  /* Eight numbers at a time, which begin at a whole byte, so that the position of each is constant. */
  for (guint i = 0; i < whole; i += 8, from += low)
#pragma GCC unroll 8
    for (guint j = 0; j < 8; j++)
      numbers[i + j] = (guint32) (read_uint64 (from + (j * low >> 3)) >> (j * low & 7)) & mask;
  for (guint j = 0; j < n - whole; j++)
    numbers[whole + j] = (guint32) (read_uint64 (from + (j * low >> 3)) >> (j * low & 7)) & mask;
}

/* Compiled separately for each usual number of bits. */
static void
unpack_lows (const guint8 *from, guint low, guint32 *numbers, guint n)
{
#define CASE(bits)                              \
  case bits:                                    \
    unpack_lows_of (from, bits, numbers, n);    \
    break;

  switch (low)
    {
      CASE (0)
      CASE (1)
      CASE (2)
      CASE (3)
      CASE (4)
      CASE (5)
      CASE (6)
      CASE (7)
      CASE (8)
      CASE (9)
      CASE (10)
      CASE (11)
      CASE (12)
      CASE (13)
      CASE (14)
    default:
      unpack_lows_of (from, low, numbers, n);
    }
#undef CASE
}

/* For each value of a byte: how many zeros precede each of its ones, counted from the lowest bit. The result for the
 * k-th one is byte k of eight. */
#define ONES_BELOW(byte, bit) __builtin_popcount ((byte) & ((1u << (bit)) - 1u))
#define ZEROS_OF(byte, bit)                                                                 \
  (((byte) >> (bit) & 1u) != 0                                                              \
       ? (guint64) ((bit) - ONES_BELOW (byte, bit)) << (8 * ONES_BELOW (byte, bit)) \
       : 0)
#define OF_1(byte)                                                                          \
  ZEROS_OF (byte, 0) | ZEROS_OF (byte, 1) | ZEROS_OF (byte, 2) | ZEROS_OF (byte, 3)         \
      | ZEROS_OF (byte, 4) | ZEROS_OF (byte, 5) | ZEROS_OF (byte, 6) | ZEROS_OF (byte, 7)
#define OF_4(byte) OF_1 ((byte)), OF_1 ((byte) + 1u), OF_1 ((byte) + 2u), OF_1 ((byte) + 3u)
#define OF_16(byte) OF_4 (byte), OF_4 ((byte) + 4u), OF_4 ((byte) + 8u), OF_4 ((byte) + 12u)
#define OF_64(byte) OF_16 (byte), OF_16 ((byte) + 16u), OF_16 ((byte) + 32u), OF_16 ((byte) + 48u)

static const guint64 zeros_before[256] = { OF_64 (0u), OF_64 (64u), OF_64 (128u), OF_64 (192u) };

/* The high part of a row's distance is less than twice the number of rows in the block, because otherwise
 * choose_low_bits() would have chosen one more low bit. */
#define MAX_HIGH (2u * QUARRY_POSTINGS_BLOCK - 3u)

/* Unpacks the high bits of @n numbers. Up to 88 bytes after them may be written to. */
static gboolean
unpack_highs (const guint8 *from, const guint8 *end, guint8 *highs, guint n)
{
  guint zeros = 0; /* in all words before this one */

  for (guint i = 0; i < n; from += 8)
    {
      guint64 bits, ones;

      if (from >= end || zeros > MAX_HIGH)
        return FALSE;
      bits = read_uint64 (from);
      /* For each byte: how many ones there are up to and including it. */
      ones = count_ones_of_bytes (bits) * EACH_BYTE;
#pragma GCC unroll 8
      for (guint j = 0; j < 8; j++)
        {
          guint before = j > 0 ? (guint) (ones >> (8 * (j - 1)) & 0xff) : 0;
          guint64 numbers
              = zeros_before[bits >> (8 * j) & 0xff] + (zeros + 8 * j - before) * EACH_BYTE;

          numbers = GUINT64_TO_LE (numbers);
          memcpy (highs + i + before, &numbers, sizeof numbers);
        }
      i += (guint) (ones >> 56);
      zeros += 64 - (guint) (ones >> 56);
    }
  return TRUE;
}

/* Combines low and high bits to rows. FALSE where a row is not greater than the one before. The loops always go over a
 * full block, since with a constant count they are several times faster. */
FOR_WIDE_REGISTERS static gboolean
put_together (guint32 *restrict rows, const guint8 *restrict highs, guint low, guint n)
{
  guint32 first = rows[0] + 1, wrong = 0;

  for (guint i = 0; i < QUARRY_POSTINGS_BLOCK; i++)
    rows[i + 1] += first + i + ((guint32) highs[i] << low);
  /* In a damaged list, rows may overflow 32 bits. */
  for (guint i = 0; i < QUARRY_POSTINGS_BLOCK; i++)
    wrong |= (i < n) & (rows[i + 1] <= rows[i]);
  return wrong == 0;
}

static gboolean
unpack_rows_portable (const guint8 *from, const guint8 *end, guint low, guint32 *rows, guint n)
{
  guint8 highs[QUARRY_POSTINGS_BLOCK + 88];
  gsize low_bytes = bits_to_bytes ((guint64) n * low);

  if ((gsize) (end - from) < low_bytes || !unpack_highs (from + low_bytes, end, highs, n))
    return FALSE;
  unpack_lows (from, low, rows + 1, n);
  return put_together (rows, highs, low, n);
}

static inline __attribute__ ((always_inline)) void
add_as (const QuarryMaxscoreAdding *adding, const guint32 *rows, const guint8 *codes, guint n, gboolean together)
{
  /* Copies, since for all the compiler knows, writing sums could change what adding points to. */
  const QuarryMaxscoreAdding own = *adding;
  guint16 *places = own.has_sum->places;
  guint n_places = own.has_sum->n;

  for (guint i = 0; i < n; i++)
    {
      guint place = rows[i] - own.start;
      guint32 before, score = quarry_maxscore_count (&own, place, codes[i], together, &before);
      QuarryMaxscoreSum *sum = &own.sums[place];

      places[n_places] = (guint16) place;
      n_places += sum->sum == 0;
      sum->sum += score - before;
    }
  own.has_sum->n = n_places;
}

/* The two are not inlined, so that their loops have all registers to themselves. */
static __attribute__ ((noinline)) void
add_alone (const QuarryMaxscoreAdding *adding, const guint32 *rows, const guint8 *codes, guint n)
{
  add_as (adding, rows, codes, n, FALSE);
}

static __attribute__ ((noinline)) void
add_together (const QuarryMaxscoreAdding *adding, const guint32 *rows, const guint8 *codes, guint n)
{
  add_as (adding, rows, codes, n, TRUE);
}

static void
add_portable (const QuarryMaxscoreAdding *adding, const guint32 *rows, const guint8 *codes, guint n)
{
  if (adding->group == 0)
    add_alone (adding, rows, codes, n);
  else
    add_together (adding, rows, codes, n);
}

static guint
pick_portable (const QuarryMaxscoreSum *sums, guint32 start, const guint32 *rows, guint n, guint8 *picked)
{
  guint n_picked = 0;

  for (guint i = 0; i < n; i++)
    {
      picked[n_picked] = (guint8) i;
      n_picked += sums[rows[i] - start].sum != 0;
    }
  return n_picked;
}

static guint
keep_portable (
    QuarryMaxscoreSum *sums, const guint16 *places, guint n, guint32 rest, guint32 floor, guint16 *kept)
{
  guint n_kept = 0;

  for (guint i = 0; i < n; i++)
    {
      guint16 place = places[i];
      guint32 sum = sums[place].sum;
      gboolean hopeful = sum + rest > floor;

      kept[n_kept] = place;
      sums[place].sum = sum & -(guint32) hopeful; /* without a branch, as in note() */
      n_kept += hopeful;
    }
  return n_kept;
}

static const QuarryLexicalKernels portable = {
  .name = "portable",
  .unpack_codes = unpack_codes_portable,
  .unpack_rows = unpack_rows_portable,
  .add = add_portable,
  .pick = pick_portable,
  .keep = keep_portable,
};

static const QuarryLexicalKernels *chosen; /* atomic */

const QuarryLexicalKernels *const *
quarry_lexical_kernels_list (guint *n_kernels)
{
  static const QuarryLexicalKernels *list[2];
  static gsize n;

  if (g_once_init_enter (&n))
    {
      gsize found = 0;

      list[found++] = &portable;
#if defined(__x86_64__)
      if (quarry_lexical_kernels_avx512 () != NULL)
        list[found++] = quarry_lexical_kernels_avx512 ();
#endif
      g_once_init_leave (&n, found);
    }
  *n_kernels = (guint) n;
  return list;
}

void
quarry_lexical_kernels_choose (const QuarryLexicalKernels *kernels)
{
  g_atomic_pointer_set (&chosen, kernels);
}

const QuarryLexicalKernels *
quarry_lexical_kernels (void)
{
  const QuarryLexicalKernels *kernels = g_atomic_pointer_get (&chosen);

  if (G_UNLIKELY (kernels == NULL))
    {
      guint n;
      const QuarryLexicalKernels *const *list = quarry_lexical_kernels_list (&n);

      kernels = list[n - 1];
      quarry_lexical_kernels_choose (kernels);
    }
  return kernels;
}
