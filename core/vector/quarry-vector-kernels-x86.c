/* quarry-vector-kernels-x86.c: the kernels for AVX2 and for AVX-512 with VNNI
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The functions are compiled for their processors by attributes and chosen at run time.
 */
#include "core/vector/quarry-vector-kernels.h"

#if defined(__x86_64__)

#include <immintrin.h>

/* GCC 12 mistakes the "undefined" vectors of its own headers for uninitialised variables. */
#ifndef __clang__
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

/* A register from an address that is a multiple of its size, as queries, rows, tables and codes are placed. */
__attribute__ ((target ("avx2"), always_inline)) static inline __m256i
load_256 (gconstpointer place)
{
  return _mm256_load_si256 (place);
}

__attribute__ ((target ("avx512f"), always_inline)) static inline __m512i
load_512 (gconstpointer place)
{
  return _mm512_load_si512 (place);
}

/* If a damaged row makes it overflow, it wraps around. */
__attribute__ ((target ("avx2"))) static inline gint32
sum_of_lanes (__m256i lanes)
{
  __m128i sum = _mm_add_epi32 (_mm256_castsi256_si128 (lanes), _mm256_extracti128_si256 (lanes, 1));

  sum = _mm_add_epi32 (sum, _mm_shuffle_epi32 (sum, 0x4e));
  sum = _mm_add_epi32 (sum, _mm_shuffle_epi32 (sum, 0xb1));
  return _mm_cvtsi128_si32 (sum);
}

__attribute__ ((target ("avx2"))) static void
dots_avx2 (const gint16 *query, const gint16 *rows, gsize stride, guint n_rows, gint32 *dots)
{
  for (guint i = 0; i < n_rows; i++)
    {
      const gint16 *row = rows + i * stride;
      __m256i a = _mm256_setzero_si256 ();
      __m256i b = _mm256_setzero_si256 ();

      for (gsize j = 0; j < stride; j += 32)
        {
          a = _mm256_add_epi32 (a, _mm256_madd_epi16 (load_256 (query + j), load_256 (row + j)));
          b = _mm256_add_epi32 (b, _mm256_madd_epi16 (load_256 (query + j + 16), load_256 (row + j + 16)));
        }
      dots[i] = sum_of_lanes (_mm256_add_epi32 (a, b));
    }
}

__attribute__ ((target ("avx512f"))) static inline __m256i
halves (__m512i lanes)
{
  return _mm256_add_epi32 (_mm512_castsi512_si256 (lanes), _mm512_extracti64x4_epi64 (lanes, 1));
}

__attribute__ ((target ("avx512f,avx512bw,avx512vnni"))) static void
dots_avx512 (const gint16 *query, const gint16 *rows, gsize stride, guint n_rows, gint32 *dots)
{
  for (guint i = 0; i < n_rows; i++)
    {
      const gint16 *row = rows + i * stride;
      __m512i sum = _mm512_setzero_si512 ();

      for (gsize j = 0; j < stride; j += 32)
        sum = _mm512_dpwssd_epi32 (sum, load_512 (query + j), load_512 (row + j));
      dots[i] = sum_of_lanes (halves (sum));
    }
}

/* For each of four registers, the sum of its lanes. */
__attribute__ ((target ("avx2"))) static inline __m128i
sums_of_four (__m256i a, __m256i b, __m256i c, __m256i d)
{
  __m256i sums = _mm256_hadd_epi32 (_mm256_hadd_epi32 (a, b), _mm256_hadd_epi32 (c, d));

  return _mm_add_epi32 (_mm256_castsi256_si128 (sums), _mm256_extracti128_si256 (sums, 1));
}

/* Two queries and four rows at a time, which is as many sums as fit in registers. Unless these loops are unrolled,
 * which GCC does not do by itself at -O2, the sums are kept in memory, which takes twice as long, or three times with
 * AVX-512. */
__attribute__ ((target ("avx2"))) static void
dots_many_avx2 (const gint16 *queries,
                guint n_queries,
                const gint16 *rows,
                gsize stride,
                guint n_rows,
                gint32 *dots)
{
  guint q = 0;

  for (; q + 2 <= n_queries; q += 2)
    {
      const gint16 *query = queries + q * stride;
      guint i = 0;

      for (; i + 4 <= n_rows; i += 4)
        {
          const gint16 *row = rows + i * stride;
          __m256i sums[2][4];

#pragma GCC unroll 2
          for (guint a = 0; a < 2; a++)
#pragma GCC unroll 4
            for (guint b = 0; b < 4; b++)
              sums[a][b] = _mm256_setzero_si256 ();
          for (gsize j = 0; j < stride; j += 16)
#pragma GCC unroll 4
            for (guint b = 0; b < 4; b++)
#pragma GCC unroll 2
              for (guint a = 0; a < 2; a++)
                sums[a][b] = _mm256_add_epi32 (
                    sums[a][b],
                    _mm256_madd_epi16 (load_256 (query + a * stride + j), load_256 (row + b * stride + j)));
#pragma GCC unroll 2
          for (guint a = 0; a < 2; a++)
            _mm_storeu_si128 ((__m128i *)(gpointer)(dots + (gsize) (q + a) * n_rows + i),
                              sums_of_four (sums[a][0], sums[a][1], sums[a][2], sums[a][3]));
        }
#pragma GCC unroll 2
      for (guint a = 0; a < 2; a++)
        dots_avx2 (query + a * stride, rows + i * stride, stride, n_rows - i,
                   dots + (gsize) (q + a) * n_rows + i);
    }
  for (; q < n_queries; q++)
    dots_avx2 (queries + q * stride, rows, stride, n_rows, dots + (gsize) q * n_rows);
}

/* sum += a · b, in place. With the intrinsic, GCC 12 copies registers to and fro, which takes a third longer. */
__attribute__ ((target ("avx512f,avx512vnni"), always_inline)) static inline void
add_products (__m512i *sum, __m512i a, __m512i b)
{
  __asm__ ("vpdpwssd %2, %1, %0" : "+v"(*sum) : "v"(a), "v"(b));
}

/* The same, with four queries and four rows at a time. */
__attribute__ ((target ("avx512f,avx512bw,avx512vnni"))) static void
dots_many_avx512 (const gint16 *queries,
                  guint n_queries,
                  const gint16 *rows,
                  gsize stride,
                  guint n_rows,
                  gint32 *dots)
{
  guint q = 0;

  for (; q + 4 <= n_queries; q += 4)
    {
      const gint16 *query = queries + q * stride;
      guint i = 0;

      for (; i + 4 <= n_rows; i += 4)
        {
          const gint16 *row = rows + i * stride;
          __m512i sums[4][4];

#pragma GCC unroll 4
          for (guint a = 0; a < 4; a++)
#pragma GCC unroll 4
            for (guint b = 0; b < 4; b++)
              sums[a][b] = _mm512_setzero_si512 ();
          for (gsize j = 0; j < stride; j += 32)
#pragma GCC unroll 4
            for (guint b = 0; b < 4; b++)
#pragma GCC unroll 4
              for (guint a = 0; a < 4; a++)
                add_products (&sums[a][b], load_512 (query + a * stride + j), load_512 (row + b * stride + j));
#pragma GCC unroll 4
          for (guint a = 0; a < 4; a++)
            _mm_storeu_si128 ((__m128i *)(gpointer)(dots + (gsize) (q + a) * n_rows + i),
                              sums_of_four (halves (sums[a][0]), halves (sums[a][1]),
                                            halves (sums[a][2]), halves (sums[a][3])));
        }
#pragma GCC unroll 4
      for (guint a = 0; a < 4; a++)
        dots_avx512 (query + a * stride, rows + i * stride, stride, n_rows - i,
                     dots + (gsize) (q + a) * n_rows + i);
    }
  for (; q < n_queries; q++)
    dots_avx512 (queries + q * stride, rows, stride, n_rows, dots + (gsize) q * n_rows);
}

/* For each lane and the one that @swapped has in its place: their sum, or their difference where @signs is negative. */
__attribute__ ((target ("avx2"))) static inline __m256
add_or_subtract (__m256 x, __m256 swapped, __m256 signs)
{
  return _mm256_add_ps (swapped, _mm256_xor_ps (x, signs));
}

__attribute__ ((target ("avx2"))) static void
transform_avx2 (float *vector, const float *signs, guint n)
{
  const __m256 odd = _mm256_setr_ps (0, -0.0f, 0, -0.0f, 0, -0.0f, 0, -0.0f);
  const __m256 pairs = _mm256_setr_ps (0, 0, -0.0f, -0.0f, 0, 0, -0.0f, -0.0f);
  const __m256 half_lanes = _mm256_setr_ps (0, 0, 0, 0, -0.0f, -0.0f, -0.0f, -0.0f);
  guint half = 8;

  for (guint i = 0; i < n; i += 8)
    {
      __m256 x = _mm256_mul_ps (_mm256_loadu_ps (vector + i), _mm256_loadu_ps (signs + i));

      x = add_or_subtract (x, _mm256_permute_ps (x, 0xb1), odd);
      x = add_or_subtract (x, _mm256_permute_ps (x, 0x4e), pairs);
      x = add_or_subtract (x, _mm256_permute2f128_ps (x, x, 1), half_lanes);
      _mm256_storeu_ps (vector + i, x);
    }
  /* Two steps are done at a time; if the number of steps is odd, one is done first. */
  if (__builtin_ctz (n / 8) % 2 == 1)
    {
      for (guint i = 0; i < n; i += 16)
        {
          __m256 a = _mm256_loadu_ps (vector + i), b = _mm256_loadu_ps (vector + i + 8);

          _mm256_storeu_ps (vector + i, _mm256_add_ps (a, b));
          _mm256_storeu_ps (vector + i + 8, _mm256_sub_ps (a, b));
        }
      half = 16;
    }
  for (; half < n; half *= 4)
    for (guint i = 0; i < n; i += 4 * half)
      for (guint j = i; j < i + half; j += 8)
        {
          __m256 a = _mm256_loadu_ps (vector + j), b = _mm256_loadu_ps (vector + j + half);
          __m256 c = _mm256_loadu_ps (vector + j + 2 * half);
          __m256 d = _mm256_loadu_ps (vector + j + 3 * half);
          __m256 sum = _mm256_add_ps (a, b), difference = _mm256_sub_ps (a, b);
          __m256 sum2 = _mm256_add_ps (c, d), difference2 = _mm256_sub_ps (c, d);

          _mm256_storeu_ps (vector + j, _mm256_add_ps (sum, sum2));
          _mm256_storeu_ps (vector + j + half, _mm256_add_ps (difference, difference2));
          _mm256_storeu_ps (vector + j + 2 * half, _mm256_sub_ps (sum, sum2));
          _mm256_storeu_ps (vector + j + 3 * half, _mm256_sub_ps (difference, difference2));
        }
}

/* Codes are prefetched this many bytes ahead: they are most of what a search reads, and processors do not prefetch
 * past the end of a page by themselves. Leaving it out at the end of a chunk would take longer than the useless
 * prefetches. */
#define AHEAD 2048

/* 16-bit sums are accumulated in two registers. `all` adds pairs of bytes as if each were one number, even + 256 × odd,
 * modulo 2¹⁶; `odd` adds the odd bytes alone. So the sums of the even bytes are all − 256 × odd. */

__attribute__ ((target ("avx2"))) static inline guint
found_avx2 (const QuarryVectorScan *scan, __m128i sums16, guint row, gint32 *sums)
{
  __m256i sum = _mm256_cvtepu16_epi32 (sums16);
  __m256 factors = _mm256_loadu_ps (scan->factors + row);
  __m256 terms = _mm256_loadu_ps (scan->terms + row);
  __m256 value = _mm256_mul_ps (
      factors, _mm256_cvtepi32_ps (_mm256_sub_epi32 (sum, _mm256_set1_epi32 (scan->offset))));
  __m256 limit = _mm256_mul_ps (_mm256_sub_ps (_mm256_set1_ps (scan->limit), terms),
                                _mm256_set1_ps (scan->inverse_step));

  _mm256_storeu_si256 ((__m256i *) (gpointer) sums, sum);
  return _mm256_movemask_ps (_mm256_cmp_ps (value, limit, _CMP_GT_OQ));
}

__attribute__ ((target ("avx2"))) static guint
scan_avx2 (
    const QuarryVectorScan *scan, const guint8 *bits, guint n_rows, guint16 *rows, gint32 *sums)
{
  const __m256i low = _mm256_set1_epi8 (15);
  guint n = 0;

  for (guint start = 0; start < n_rows; start += QUARRY_VECTOR_GROUP)
    {
      __m256i all[2] = { _mm256_setzero_si256 (), _mm256_setzero_si256 () };
      __m256i odd[2] = { _mm256_setzero_si256 (), _mm256_setzero_si256 () };
      gint32 group[QUARRY_VECTOR_GROUP];
      guint64 found = 0;

      for (gsize i = 0; i < scan->n_bytes; i++, bits += QUARRY_VECTOR_GROUP)
        {
          const __m128i *table = (gconstpointer) (scan->table + i * 32);
          __m256i table_low = _mm256_broadcastsi128_si256 (table[0]);
          __m256i table_high = _mm256_broadcastsi128_si256 (table[1]);

          __builtin_prefetch (bits + AHEAD);
          for (guint half = 0; half < 2; half++)
            {
              __m256i code = load_256 (bits + half * 32);
              __m256i sum = _mm256_add_epi8 (
                  _mm256_shuffle_epi8 (table_low, _mm256_and_si256 (code, low)),
                  _mm256_shuffle_epi8 (table_high,
                                       _mm256_and_si256 (_mm256_srli_epi16 (code, 4), low)));

              all[half] = _mm256_add_epi16 (all[half], sum);
              odd[half] = _mm256_add_epi16 (odd[half], _mm256_srli_epi16 (sum, 8));
            }
        }
      for (guint half = 0; half < 2; half++)
        {
          __m256i even = _mm256_sub_epi16 (all[half], _mm256_slli_epi16 (odd[half], 8));
          __m128i part[4] = { _mm256_castsi256_si128 (even),
                              _mm256_extracti128_si256 (even, 1),
                              _mm256_castsi256_si128 (odd[half]),
                              _mm256_extracti128_si256 (odd[half], 1) };

          for (guint j = 0; j < 4; j++)
            {
              guint row = j / 2 * 32 + half * 16 + j % 2 * 8;

              found |= (guint64) found_avx2 (scan, part[j], start + row, group + row) << row;
            }
        }
      if (n_rows - start < QUARRY_VECTOR_GROUP)
        found &= (G_GUINT64_CONSTANT (1) << (n_rows - start)) - 1;
      for (; found != 0; found &= found - 1)
        {
          guint row = __builtin_ctzll (found);

          rows[n] = start + row;
          sums[n++] = group[row];
        }
    }
  return n;
}

__attribute__ ((target ("avx512f,avx512bw"))) static inline guint64
found_avx512 (const QuarryVectorScan *scan, __m256i sums16, guint row, gint32 *sums)
{
  __m512i sum = _mm512_cvtepu16_epi32 (sums16);
  __m512 factors = _mm512_loadu_ps (scan->factors + row);
  __m512 terms = _mm512_loadu_ps (scan->terms + row);
  __m512 value = _mm512_mul_ps (
      factors, _mm512_cvtepi32_ps (_mm512_sub_epi32 (sum, _mm512_set1_epi32 (scan->offset))));
  __m512 limit = _mm512_mul_ps (_mm512_sub_ps (_mm512_set1_ps (scan->limit), terms),
                                _mm512_set1_ps (scan->inverse_step));

  _mm512_storeu_si512 (sums, sum);
  return _mm512_cmp_ps_mask (value, limit, _CMP_GT_OQ);
}

__attribute__ ((target ("avx512f,avx512bw"))) static guint
scan_avx512 (
    const QuarryVectorScan *scan, const guint8 *bits, guint n_rows, guint16 *rows, gint32 *sums)
{
  const __m512i low = _mm512_set1_epi8 (15);
  guint n = 0;

  for (guint start = 0; start < n_rows; start += QUARRY_VECTOR_GROUP)
    {
      __m512i all = _mm512_setzero_si512 ();
      __m512i odd = _mm512_setzero_si512 ();
      gint32 group[QUARRY_VECTOR_GROUP];

      for (gsize i = 0; i < scan->n_bytes; i++, bits += QUARRY_VECTOR_GROUP)
        {
          const __m128i *table = (gconstpointer) (scan->table + i * 32);
          __m512i code = load_512 (bits);

          __builtin_prefetch (bits + AHEAD);

          __m512i sum = _mm512_add_epi8 (
              _mm512_shuffle_epi8 (_mm512_broadcast_i32x4 (table[0]), _mm512_and_si512 (code, low)),
              _mm512_shuffle_epi8 (_mm512_broadcast_i32x4 (table[1]),
                                   _mm512_and_si512 (_mm512_srli_epi16 (code, 4), low)));

          all = _mm512_add_epi16 (all, sum);
          odd = _mm512_add_epi16 (odd, _mm512_srli_epi16 (sum, 8));
        }

      __m512i even = _mm512_sub_epi16 (all, _mm512_slli_epi16 (odd, 8));
      guint64 found
          = found_avx512 (scan, _mm512_castsi512_si256 (even), start, group)
            | found_avx512 (scan, _mm512_extracti64x4_epi64 (even, 1), start + 16, group + 16) << 16
            | found_avx512 (scan, _mm512_castsi512_si256 (odd), start + 32, group + 32) << 32
            | found_avx512 (scan, _mm512_extracti64x4_epi64 (odd, 1), start + 48, group + 48) << 48;

      if (n_rows - start < QUARRY_VECTOR_GROUP)
        found &= (G_GUINT64_CONSTANT (1) << (n_rows - start)) - 1;
      for (; found != 0; found &= found - 1)
        {
          guint row = __builtin_ctzll (found);

          rows[n] = start + row;
          sums[n++] = group[row];
        }
    }
  return n;
}

static const QuarryVectorKernels avx2 = {
  .name = "avx2",
  .dots = dots_avx2,
  .dots_many = dots_many_avx2,
  .transform = transform_avx2,
  .scan = scan_avx2,
};

static const QuarryVectorKernels avx512 = {
  .name = "avx512",
  .dots = dots_avx512,
  .dots_many = dots_many_avx512,
  .transform = transform_avx2,
  .scan = scan_avx512,
};

const QuarryVectorKernels *
quarry_vector_kernels_avx2 (void)
{
  return __builtin_cpu_supports ("avx2") ? &avx2 : NULL;
}

const QuarryVectorKernels *
quarry_vector_kernels_avx512 (void)
{
  return __builtin_cpu_supports ("avx512f") && __builtin_cpu_supports ("avx512bw")
                 && __builtin_cpu_supports ("avx512vnni")
             ? &avx512
             : NULL;
}

#endif
