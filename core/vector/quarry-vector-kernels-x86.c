/* quarry-vector-kernels-x86.c: the kernels for AVX2 and for AVX-512 with VNNI
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/vector/quarry-vector-kernels.h"

#if defined(__x86_64__)

#include <immintrin.h>

/* GCC 12 takes its own "undefined" vectors for variables that were forgotten. */
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"

/* Wraps, should a damaged row overflow it. */
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
          a = _mm256_add_epi32 (
              a, _mm256_madd_epi16 (*(const __m256i *)(query + j), *(const __m256i *)(row + j)));
          b = _mm256_add_epi32 (b,
                                _mm256_madd_epi16 (*(const __m256i *)(query + j + 16),
                                                   *(const __m256i *)(row + j + 16)));
        }
      dots[i] = sum_of_lanes (_mm256_add_epi32 (a, b));
    }
}

__attribute__ ((target ("avx512f,avx512bw,avx512vnni"))) static void
dots_avx512 (const gint16 *query, const gint16 *rows, gsize stride, guint n_rows, gint32 *dots)
{
  for (guint i = 0; i < n_rows; i++)
    {
      const gint16 *row = rows + i * stride;
      __m512i sum = _mm512_setzero_si512 ();

      for (gsize j = 0; j < stride; j += 32)
        sum = _mm512_dpwssd_epi32 (sum, *(const __m512i *)(query + j), *(const __m512i *)(row + j));
      dots[i] = sum_of_lanes (
          _mm256_add_epi32 (_mm512_castsi512_si256 (sum), _mm512_extracti64x4_epi64 (sum, 1)));
    }
}

/* Sums of 16 bits are gathered in two registers: `all` adds bytes in pairs as if they were one
 * number, even + 256 × odd, modulo 2¹⁶; `odd` adds the odd ones alone. */

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

  _mm256_storeu_si256 ((__m256i *)sums, sum);
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
          const __m128i *table = (const __m128i *)(scan->table + i * 32);
          __m256i table_low = _mm256_broadcastsi128_si256 (table[0]);
          __m256i table_high = _mm256_broadcastsi128_si256 (table[1]);

          for (guint half = 0; half < 2; half++)
            {
              __m256i code = ((const __m256i *)bits)[half];
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
          const __m128i *table = (const __m128i *)(scan->table + i * 32);
          __m512i code = *(const __m512i *)bits;
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
  .scan = scan_avx2,
};

static const QuarryVectorKernels avx512 = {
  .name = "avx512",
  .dots = dots_avx512,
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
