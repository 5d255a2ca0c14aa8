/* quarry-segment-kernels.c: products of small whole numbers, for the segmenter's network
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One portable kernel and, for processors that have them, kernels for their vector instructions. Each computes a block
 * of rows for all channels, keeping in registers as many sums as there is room for.
 */
#include "quarry-config.h"

#include "core/segment/quarry-segment-kernels.h"

#include <string.h>

#ifdef __x86_64__
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#define BLOCK QUARRY_SEGMENT_BLOCK
#define CHANNELS QUARRY_SEGMENT_CHANNELS
#define GROUP QUARRY_SEGMENT_GROUP

G_STATIC_ASSERT (BLOCK == 8 && CHANNELS % 32 == 0);

static void
multiply_portable (const guint8 *in,
                   guint width,
                   guint n_taps,
                   guint step,
                   const gint8 *weights,
                   gint32 (*sums)[CHANNELS])
{
  memset (sums, 0, BLOCK * sizeof *sums);
  for (guint tap = 0; tap < n_taps; tap++)
    for (guint group = 0; group < width / GROUP; group++, weights += CHANNELS * GROUP)
      for (guint r = 0; r < BLOCK; r++)
        {
          const guint8 *at = in + (gsize) (r + tap * step) * width + group * GROUP;

          for (guint c = 0; c < CHANNELS; c++)
            sums[r][c] += at[0] * weights[c * GROUP] + at[1] * weights[c * GROUP + 1]
                          + at[2] * weights[c * GROUP + 2] + at[3] * weights[c * GROUP + 3];
        }
}

#ifdef __x86_64__

static inline gint32
four_of (const guint8 *in)
{
  gint32 four;

  memcpy (&four, in, sizeof four);
  return four;
}

/* Two rows and 32 channels at a time: the sums of more would not fit into the registers. */
__attribute__ ((target ("avx2"))) static void
multiply_avx2 (const guint8 *in,
               guint width,
               guint n_taps,
               guint step,
               const gint8 *weights,
               gint32 (*sums)[CHANNELS])
{
  const __m256i ones = _mm256_set1_epi16 (1);

  for (guint r = 0; r < BLOCK; r += 2)
    for (guint first = 0; first < CHANNELS; first += 32)
      {
        const gint8 *w = weights + first * GROUP;
        __m256i sum[2][4];

#pragma GCC unroll 4
        for (guint c = 0; c < 4; c++)
          sum[0][c] = sum[1][c] = _mm256_setzero_si256 ();
        for (guint tap = 0; tap < n_taps; tap++)
          {
            const guint8 *at = in + (gsize) (r + tap * step) * width;

            for (guint i = 0; i < width; i += GROUP, w += CHANNELS * GROUP)
              {
                __m256i a = _mm256_set1_epi32 (four_of (at + i));
                __m256i b = _mm256_set1_epi32 (four_of (at + width + i));

#pragma GCC unroll 4
                for (guint c = 0; c < 4; c++)
                  {
                    __m256i by = _mm256_loadu_si256 ((const __m256i_u *) (w + c * 32));

                    sum[0][c] = _mm256_add_epi32 (sum[0][c], _mm256_madd_epi16 (_mm256_maddubs_epi16 (a, by), ones));
                    sum[1][c] = _mm256_add_epi32 (sum[1][c], _mm256_madd_epi16 (_mm256_maddubs_epi16 (b, by), ones));
                  }
              }
          }
#pragma GCC unroll 4
        for (guint c = 0; c < 4; c++)
          {
            _mm256_storeu_si256 ((__m256i_u *) (sums[r] + first + c * 8), sum[0][c]);
            _mm256_storeu_si256 ((__m256i_u *) (sums[r + 1] + first + c * 8), sum[1][c]);
          }
      }
}

/* sum += a · b, written in assembler so that the sum stays in its register: with the intrinsic, GCC 12 copies it
 * around. */
__attribute__ ((target ("avx512f,avx512vnni"), always_inline)) static inline void
add_products (__m512i *sum, __m512i a, __m512i b)
{
  __asm__ ("vpdpbusd %2, %1, %0" : "+v"(*sum) : "v"(a), "v"(b));
}

/* All rows and 32 channels at a time: each weight is loaded once for eight rows. A layer's weights do not fit into the
 * first cache, and loading them for every four rows takes longer than the products. */
__attribute__ ((target ("avx512f,avx512bw,avx512vnni"))) static void
multiply_avx512 (const guint8 *in,
                 guint width,
                 guint n_taps,
                 guint step,
                 const gint8 *weights,
                 gint32 (*sums)[CHANNELS])
{
  for (guint first = 0; first < CHANNELS; first += 32)
    {
      const gint8 *w = weights + first * GROUP;
      __m512i sum[BLOCK][2];

#pragma GCC unroll 8
      for (guint r = 0; r < BLOCK; r++)
        sum[r][0] = sum[r][1] = _mm512_setzero_si512 ();
      for (guint tap = 0; tap < n_taps; tap++)
        {
          const guint8 *at = in + (gsize) tap * step * width;

          for (guint i = 0; i < width; i += GROUP, w += CHANNELS * GROUP)
            {
              __m512i low = _mm512_loadu_si512 (w), high = _mm512_loadu_si512 (w + 64);

#pragma GCC unroll 8
              for (guint r = 0; r < BLOCK; r++)
                {
                  __m512i a = _mm512_set1_epi32 (four_of (at + (gsize) r * width + i));

                  add_products (&sum[r][0], a, low);
                  add_products (&sum[r][1], a, high);
                }
            }
        }
#pragma GCC unroll 8
      for (guint r = 0; r < BLOCK; r++)
        {
          _mm512_storeu_si512 (sums[r] + first, sum[r][0]);
          _mm512_storeu_si512 (sums[r] + first + 16, sum[r][1]);
        }
    }
}

#elif defined(__aarch64__)

/* Four channels of all rows at a time. */
static void
multiply_neon (const guint8 *in,
               guint width,
               guint n_taps,
               guint step,
               const gint8 *weights,
               gint32 (*sums)[CHANNELS])
{
  for (guint c = 0; c < CHANNELS; c += 4)
    {
      const gint8 *w = weights + c * GROUP;
      int32x4_t low[BLOCK], high[BLOCK];

#pragma GCC unroll 8
      for (guint r = 0; r < BLOCK; r++)
        low[r] = high[r] = vdupq_n_s32 (0);
      for (guint tap = 0; tap < n_taps; tap++)
        {
          const guint8 *at = in + (gsize) tap * step * width;

          for (guint i = 0; i < width; i += GROUP, w += CHANNELS * GROUP)
            {
              int8x16_t by = vld1q_s8 (w);

#pragma GCC unroll 8
              for (guint r = 0; r < BLOCK; r++)
                {
                  gint32 four;
                  int8x8_t a;

                  memcpy (&four, at + (gsize) r * width + i, sizeof four);
                  a = vreinterpret_s8_s32 (vdup_n_s32 (four));
                  low[r] = vpadalq_s16 (low[r], vmull_s8 (a, vget_low_s8 (by)));
                  high[r] = vpadalq_s16 (high[r], vmull_s8 (a, vget_high_s8 (by)));
                }
            }
        }
#pragma GCC unroll 8
      for (guint r = 0; r < BLOCK; r++)
        vst1q_s32 (sums[r] + c, vpaddq_s32 (low[r], high[r]));
    }
}

#endif

const QuarrySegmentKernel *
quarry_segment_kernels (guint *n)
{
  static const QuarrySegmentKernel kernels[] = {
    { "portable", multiply_portable },
#ifdef __x86_64__
    { "AVX2", multiply_avx2 },
    { "AVX-512", multiply_avx512 },
#elif defined(__aarch64__)
    { "NEON", multiply_neon },
#endif
  };

  *n = G_N_ELEMENTS (kernels);
#ifdef __x86_64__
  /* Every kernel needs all that the one before it needs. */
  if (!__builtin_cpu_supports ("avx512bw") || !__builtin_cpu_supports ("avx512vnni"))
    *n = __builtin_cpu_supports ("avx2") ? 2 : 1;
#endif
  return kernels;
}

const QuarrySegmentKernel *
quarry_segment_kernel_get (void)
{
  guint n;
  const QuarrySegmentKernel *kernels = quarry_segment_kernels (&n);

  return &kernels[n - 1];
}
