/* quarry-vector-kernels-x86.c: the kernels for AVX2 and for AVX-512 with VNNI
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/vector/quarry-vector-kernels.h"

#if defined(__x86_64__)

#include <immintrin.h>

/* GCC 12 takes its own "undefined" vectors for variables that were forgotten. */
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"

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
      a = _mm256_add_epi32 (a, b);

      __m128i sum = _mm_add_epi32 (_mm256_castsi256_si128 (a), _mm256_extracti128_si256 (a, 1));
      sum = _mm_add_epi32 (sum, _mm_shuffle_epi32 (sum, 0x4e));
      sum = _mm_add_epi32 (sum, _mm_shuffle_epi32 (sum, 0xb1));
      dots[i] = _mm_cvtsi128_si32 (sum);
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
      dots[i] = _mm512_reduce_add_epi32 (sum);
    }
}

static const QuarryVectorKernels avx2 = {
  .name = "avx2",
  .dots = dots_avx2,
};

static const QuarryVectorKernels avx512 = {
  .name = "avx512",
  .dots = dots_avx512,
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
