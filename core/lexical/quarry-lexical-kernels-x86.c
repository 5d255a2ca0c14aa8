/* quarry-lexical-kernels-x86.c: the kernels for AVX-512 with VBMI2
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sixteen rows at a time, or 64 bytes. The functions are compiled for their processors by attributes and chosen at run
 * time.
 */
#include "core/lexical/quarry-lexical-kernels.h"

#if defined(__x86_64__)

#include <immintrin.h>

#include "core/lexical/quarry-postings.h"

/* GCC 12 mistakes the "undefined" vectors of its own headers for uninitialised variables. */
#ifndef __clang__
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#endif

#define FOR_AVX512 \
  __attribute__ ((target ("avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vbmi2,bmi,bmi2,popcnt")))
#define INLINE_AVX512 FOR_AVX512 __attribute__ ((always_inline)) static inline

/* The @n lowest bits. */
INLINE_AVX512 guint64
lowest (gsize n)
{
  return n < 64 ? _bzhi_u64 (~G_GUINT64_CONSTANT (0), (guint) n) : ~G_GUINT64_CONSTANT (0);
}

INLINE_AVX512 __mmask16
lowest_16 (guint n)
{
  return (__mmask16) _bzhi_u32 (0xffff, n);
}

INLINE_AVX512 __m512i
count_up_bytes (void)
{
  static const guint8 numbers[64]
      = { 0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
          22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43,
          44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63 };

  return _mm512_loadu_si512 (numbers);
}

INLINE_AVX512 __m512i
count_up (void)
{
  return _mm512_set_epi32 (15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
}

/* --- Blocks of postings ----------------------------------------------------------------------- */

/* The 64 codes in the first or second 32 of some bytes. */
INLINE_AVX512 __m512i
split_codes (__m512i bytes, guint half)
{
  __m512i at = _mm512_add_epi8 (_mm512_and_si512 (_mm512_srli_epi16 (count_up_bytes (), 1), _mm512_set1_epi8 (0x1f)),
                                _mm512_set1_epi8 ((char) (32 * half)));
  __m512i twice = _mm512_permutexvar_epi8 (at, bytes);

  return _mm512_and_si512 (
      _mm512_mask_blend_epi8 (G_GUINT64_CONSTANT (0xaaaaaaaaaaaaaaaa), twice, _mm512_srli_epi16 (twice, 4)),
      _mm512_set1_epi8 (15));
}

FOR_AVX512 static const guint8 *
unpack_codes_avx512 (const guint8 *from, const guint8 *end, guint form, guint8 *codes, guint length)
{
  gsize size = (gsize) (end - from), n_bits = (length + 7) / 8, n_bytes;
  guint8 few[QUARRY_POSTINGS_BLOCK + 64];
  guint64 low, high;
  __m512i bytes;

  form &= QUARRY_POSTINGS_CODES;
  if (form == QUARRY_POSTINGS_CODES_ZERO)
    {
      _mm512_storeu_si512 (codes, _mm512_setzero_si512 ());
      _mm512_storeu_si512 (codes + 64, _mm512_setzero_si512 ());
      return from;
    }
  if (form == QUARRY_POSTINGS_CODES_ALL)
    {
      n_bytes = (length + 1) / 2;
      if (size < n_bytes)
        return NULL;
      bytes = _mm512_maskz_loadu_epi8 (lowest (n_bytes), from);
      _mm512_storeu_si512 (codes, split_codes (bytes, 0));
      _mm512_storeu_si512 (codes + 64, split_codes (bytes, 1));
      return from + n_bytes;
    }
  if (form != QUARRY_POSTINGS_CODES_FEW || size < n_bits)
    return NULL;

  memcpy (&low, from, sizeof low);
  memcpy (&high, from + (length > 64 ? 8 : 0), sizeof high);
  low &= lowest (length);
  high = length > 64 ? high & lowest (length - 64) : 0;
  from += n_bits;
  n_bytes = (gsize) (_mm_popcnt_u64 (low) + _mm_popcnt_u64 (high) + 1) / 2;
  if ((gsize) (end - from) < n_bytes)
    return NULL;
  bytes = _mm512_maskz_loadu_epi8 (lowest (n_bytes), from);
  _mm512_storeu_si512 (few, split_codes (bytes, 0));
  _mm512_storeu_si512 (few + 64, split_codes (bytes, 1));
  _mm512_storeu_si512 (codes, _mm512_maskz_expand_epi8 (low, _mm512_loadu_si512 (few)));
  _mm512_storeu_si512 (codes + 64, _mm512_maskz_expand_epi8 (high, _mm512_loadu_si512 (few + _mm_popcnt_u64 (low))));
  return from + n_bytes;
}

/* The high part of a row's distance is less than twice the number of rows in the block, because otherwise fewer bits
 * would have been taken for high ones. */
#define MAX_HIGH (2u * QUARRY_POSTINGS_BLOCK - 3u)

/* Unpacks the high bits of @n numbers. Up to 63 bytes after them may be written to. */
INLINE_AVX512 gboolean
unpack_highs (const guint8 *from, const guint8 *end, guint8 *highs, guint n)
{
  guint zeros = 0; /* in all words before this one */

  for (guint i = 0; i < n; from += 8)
    {
      guint64 bits;
      guint ones;
      __m512i at;

      if (from >= end || zeros > MAX_HIGH)
        return FALSE;
      memcpy (&bits, from, sizeof bits);
      ones = (guint) _mm_popcnt_u64 (bits);
      /* Where the k-th one is, less the k ones before it. */
      at = _mm512_sub_epi8 (_mm512_maskz_compress_epi8 (bits, count_up_bytes ()), count_up_bytes ());
      _mm512_storeu_si512 (highs + i, _mm512_add_epi8 (at, _mm512_set1_epi8 ((char) zeros)));
      i += ones;
      zeros += 64 - ones;
    }
  return TRUE;
}

FOR_AVX512 static gboolean
unpack_rows_avx512 (const guint8 *from, const guint8 *end, guint low, guint32 *rows, guint n)
{
  guint8 highs[QUARRY_POSTINGS_BLOCK + 64];
  gsize low_bytes = ((gsize) n * low + 7) / 8;
  /* Number j of sixteen begins at bit j × low, and is taken from the four bytes, or eight, from there on. */
  __m512i bit = _mm512_mullo_epi32 (count_up (), _mm512_set1_epi32 ((int) low));
  __m512i byte = _mm512_mullo_epi32 (_mm512_srli_epi32 (bit, 3), _mm512_set1_epi32 (0x01010101));
  __m512i four = _mm512_add_epi32 (byte, _mm512_set1_epi32 (0x03020100));
  __m512i shift = _mm512_and_si512 (bit, _mm512_set1_epi32 (7));
  __m512i mask = _mm512_set1_epi32 ((int) ((1u << low) - 1));
  __m512i last = _mm512_set1_epi32 ((int) rows[0]);
  __m512i first = _mm512_add_epi32 (last, _mm512_add_epi32 (count_up (), _mm512_set1_epi32 (1)));
  __mmask16 wrong = 0;

  if ((gsize) (end - from) < low_bytes || !unpack_highs (from + low_bytes, end, highs, n))
    return FALSE;
  for (guint i = 0; i < n; i += 16)
    {
      gsize at = 2 * (gsize) low * (i / 16);
      __m512i bytes = _mm512_maskz_loadu_epi8 (lowest (low_bytes - at), from + at);
      __m512i lows = _mm512_srlv_epi32 (_mm512_permutexvar_epi8 (four, bytes), shift);
      __m512i more = _mm512_permutexvar_epi8 (_mm512_add_epi32 (four, _mm512_set1_epi32 (0x04040404)), bytes);
      __m512i high = _mm512_cvtepu8_epi32 (_mm_loadu_si128 ((const __m128i *) (gconstpointer) (highs + i)));
      __m512i row;

      /* Shifts by 32 give 0. */
      lows = _mm512_or_si512 (lows, _mm512_sllv_epi32 (more, _mm512_sub_epi32 (_mm512_set1_epi32 (32), shift)));
      row = _mm512_add_epi32 (
          _mm512_add_epi32 (first, _mm512_set1_epi32 ((int) i)),
          _mm512_add_epi32 (_mm512_sllv_epi32 (high, _mm512_set1_epi32 ((int) low)), _mm512_and_si512 (lows, mask)));
      _mm512_storeu_si512 (rows + 1 + i, row);
      /* In a damaged list, rows may overflow 32 bits. */
      wrong |= _mm512_mask_cmple_epu32_mask (lowest_16 (MIN (n - i, 16)), row, _mm512_alignr_epi32 (row, last, 15));
      last = row;
    }
  return wrong == 0;
}

/* --- Windows of rows -------------------------------------------------------------------------- */

/* quarry_lexical_impact(). The rounding is named, since the compiler would otherwise join multiplication and addition
 * to one operation that rounds once. */
#define ROUND (_MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC)

INLINE_AVX512 __m512i
impacts_of (__m512i quarters, __m512 norms)
{
  __m512 counts = _mm512_cvtepi32_ps (quarters);
  __m512 parts = _mm512_div_round_ps (counts, _mm512_add_round_ps (counts, norms, ROUND), ROUND);
  __m512 most = _mm512_set1_ps ((float) (QUARRY_LEXICAL_ONE - 1));

  return _mm512_cvttps_epi32 (
      _mm512_add_round_ps (_mm512_set1_ps (1.0f), _mm512_mul_round_ps (most, parts, ROUND), ROUND));
}

INLINE_AVX512 void
note_places (QuarryMaxscorePlaces *self, __m512i places, __mmask16 are_new)
{
  _mm256_storeu_si256 ((__m256i *) (gpointer) (self->places + self->n),
                       _mm512_cvtepi32_epi16 (_mm512_maskz_compress_epi32 (are_new, places)));
  self->n += (guint) _mm_popcnt_u32 (are_new);
}

/* What is read of each posting of a list. */
typedef struct
{
  __m512i places, quarters;
  __m512 norms;
} Sixteen;

INLINE_AVX512 Sixteen
read_sixteen (
    const QuarryMaxscoreAdding *adding, __m512i table, const guint32 *rows, const guint8 *codes, __mmask16 lanes)
{
  __m512i none = _mm512_setzero_si512 (), lengths;
  Sixteen read;

  read.places = _mm512_sub_epi32 (_mm512_maskz_loadu_epi32 (lanes, rows), _mm512_set1_epi32 ((int) adding->start));
  read.quarters = _mm512_permutexvar_epi32 (_mm512_cvtepu8_epi32 (_mm_maskz_loadu_epi8 (lanes, codes)), table);
  lengths = _mm512_mask_i32gather_epi32 (none, lanes, read.places, adding->lengths, 1);
  lengths = _mm512_and_si512 (lengths, _mm512_set1_epi32 (0xff));
  read.norms = _mm512_mask_i32gather_ps (_mm512_setzero_ps (), lanes, lengths, adding->norms, 4);
  return read;
}

FOR_AVX512 static void
add_alone (const QuarryMaxscoreAdding *adding, __m512i table, const guint32 *rows, const guint8 *codes, guint n)
{
  __m512i none = _mm512_setzero_si512 (), weight = _mm512_set1_epi32 ((int) adding->weight);

  for (guint i = 0; i < n; i += 16)
    {
      __mmask16 lanes = lowest_16 (MIN (n - i, 16));
      Sixteen read = read_sixteen (adding, table, rows + i, codes + i, lanes);
      __m512i sums = _mm512_mask_i32gather_epi32 (none, lanes, read.places, &adding->sums->sum, 8);

      note_places (adding->has_sum, read.places, _mm512_mask_testn_epi32_mask (lanes, sums, sums));
      sums = _mm512_add_epi32 (sums, _mm512_mullo_epi32 (weight, impacts_of (read.quarters, read.norms)));
      _mm512_mask_i32scatter_epi32 (&adding->sums->sum, lanes, read.places, sums, 8);
    }
}

FOR_AVX512 static void
add_together (const QuarryMaxscoreAdding *adding, __m512i table, const guint32 *rows, const guint8 *codes, guint n)
{
  __m512i none = _mm512_setzero_si512 (), weight = _mm512_set1_epi32 ((int) adding->weight);
  __m512i group = _mm512_set1_epi32 ((int) ((guint32) adding->group << 16));
  __m512i even = _mm512_add_epi32 (count_up (), count_up ());
  __m512i odd = _mm512_add_epi32 (even, _mm512_set1_epi32 (1));
  /* The first eight numbers and the last eight, alternately. */
  __m512i mix_low = _mm512_set_epi32 (23, 7, 22, 6, 21, 5, 20, 4, 19, 3, 18, 2, 17, 1, 16, 0);
  __m512i mix_high = _mm512_add_epi32 (mix_low, _mm512_set1_epi32 (8));

  for (guint i = 0; i < n; i += 16)
    {
      __mmask16 lanes = lowest_16 (MIN (n - i, 16)), same;
      Sixteen read = read_sixteen (adding, table, rows + i, codes + i, lanes);
      __m256i places_low = _mm512_castsi512_si256 (read.places);
      __m256i places_high = _mm512_extracti64x4_epi64 (read.places, 1);
      __m512i low = _mm512_mask_i32gather_epi64 (none, (__mmask8) lanes, places_low, adding->sums, 8);
      __m512i high = _mm512_mask_i32gather_epi64 (none, (__mmask8) (lanes >> 8), places_high, adding->sums, 8);
      __m512i sums = _mm512_permutex2var_epi32 (low, even, high);
      __m512i counts = _mm512_permutex2var_epi32 (low, odd, high);
      __m512i known = _mm512_and_si512 (counts, _mm512_set1_epi32 (0xffff));

      note_places (adding->has_sum, read.places, _mm512_mask_testn_epi32_mask (lanes, sums, sums));
      same = _mm512_mask_cmpeq_epi32_mask (lanes, _mm512_xor_si512 (counts, known), group);
      if (same != 0)
        {
          sums = _mm512_mask_sub_epi32 (sums, same, sums, _mm512_mullo_epi32 (weight, impacts_of (known, read.norms)));
          read.quarters = _mm512_mask_add_epi32 (read.quarters, same, read.quarters, known);
          read.quarters = _mm512_min_epu32 (read.quarters, _mm512_set1_epi32 (G_MAXUINT16));
        }
      sums = _mm512_add_epi32 (sums, _mm512_mullo_epi32 (weight, impacts_of (read.quarters, read.norms)));
      counts = _mm512_or_si512 (read.quarters, group);
      _mm512_mask_i32scatter_epi64 (
          adding->sums, (__mmask8) lanes, places_low, _mm512_permutex2var_epi32 (sums, mix_low, counts), 8);
      _mm512_mask_i32scatter_epi64 (
          adding->sums, (__mmask8) (lanes >> 8), places_high, _mm512_permutex2var_epi32 (sums, mix_high, counts), 8);
    }
}

FOR_AVX512 static void
add_avx512 (const QuarryMaxscoreAdding *adding, const guint32 *rows, const guint8 *codes, guint n)
{
  __m512i table = _mm512_cvtepu16_epi32 (_mm256_loadu_si256 ((const __m256i *) (gconstpointer) adding->quarters));

  if (adding->group == 0)
    add_alone (adding, table, rows, codes, n);
  else
    add_together (adding, table, rows, codes, n);
}

FOR_AVX512 static guint
pick_avx512 (const QuarryMaxscoreSum *sums, guint32 start, const guint32 *rows, guint n, guint8 *picked)
{
  __m128i indices = _mm512_castsi512_si128 (count_up_bytes ());
  guint n_picked = 0;

  for (guint i = 0; i < n; i += 16)
    {
      __mmask16 lanes = lowest_16 (MIN (n - i, 16)), has_sum;
      __m512i places = _mm512_sub_epi32 (_mm512_maskz_loadu_epi32 (lanes, rows + i), _mm512_set1_epi32 ((int) start));
      __m512i found = _mm512_mask_i32gather_epi32 (_mm512_setzero_si512 (), lanes, places, &sums->sum, 8);

      has_sum = _mm512_test_epi32_mask (found, found);
      _mm_storeu_si128 ((__m128i *) (gpointer) (picked + n_picked),
                        _mm_maskz_compress_epi8 (has_sum, _mm_add_epi8 (indices, _mm_set1_epi8 ((char) i))));
      n_picked += (guint) _mm_popcnt_u32 (has_sum);
    }
  return n_picked;
}

FOR_AVX512 static guint
keep_avx512 (QuarryMaxscoreSum *sums, const guint16 *places, guint n, guint32 rest, guint32 floor, guint16 *kept)
{
  guint n_kept = 0;

  for (guint i = 0; i < n; i += 16)
    {
      __mmask16 lanes = lowest_16 (MIN (n - i, 16)), hopeful;
      __m256i sixteen = _mm256_maskz_loadu_epi16 (lanes, places + i);
      __m512i wide = _mm512_cvtepu16_epi32 (sixteen);
      __m512i most = _mm512_mask_i32gather_epi32 (_mm512_setzero_si512 (), lanes, wide, &sums->sum, 8);

      most = _mm512_add_epi32 (most, _mm512_set1_epi32 ((int) rest));
      hopeful = _mm512_mask_cmpgt_epu32_mask (lanes, most, _mm512_set1_epi32 ((int) floor));
      _mm256_storeu_si256 ((__m256i *) (gpointer) (kept + n_kept), _mm256_maskz_compress_epi16 (hopeful, sixteen));
      n_kept += (guint) _mm_popcnt_u32 (hopeful);
      if (hopeful != lanes)
        _mm512_mask_i32scatter_epi32 (&sums->sum, lanes & ~hopeful, wide, _mm512_setzero_si512 (), 8);
    }
  return n_kept;
}

static const QuarryLexicalKernels avx512 = {
  .name = "AVX-512",
  .unpack_codes = unpack_codes_avx512,
  .unpack_rows = unpack_rows_avx512,
  .add = add_avx512,
  .pick = pick_avx512,
  .keep = keep_avx512,
};

const QuarryLexicalKernels *
quarry_lexical_kernels_avx512 (void)
{
  __builtin_cpu_init ();
  return __builtin_cpu_supports ("avx512f") && __builtin_cpu_supports ("avx512vl") && __builtin_cpu_supports ("avx512bw")
                 && __builtin_cpu_supports ("avx512dq") && __builtin_cpu_supports ("avx512vbmi")
                 && __builtin_cpu_supports ("avx512vbmi2") && __builtin_cpu_supports ("bmi")
                 && __builtin_cpu_supports ("bmi2") && __builtin_cpu_supports ("popcnt")
             ? &avx512
             : NULL;
}

#endif
