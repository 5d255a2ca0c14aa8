/* quarry-rows.c: adds up and multiplies rows of a model
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A portable version for each type of items, and kernels for rows of bytes (and of floats for AVX2).
 */
#include "core/embed/quarry-rows.h"

#include "core/embed/quarry-half.h"

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__) && defined(__ARM_NEON) && !defined(__AARCH64EB__)
#define HAS_NEON
#include <arm_neon.h>
#endif

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize("fp-contract=off")
#else
#pragma STDC FP_CONTRACT OFF
#endif

/* The same loop for all types; only the conversion of an item to a float differs. */
#define ADD_LOOP(type, convert)                                            \
  for (guint i = 0; i < n; i++)                                            \
    {                                                                      \
      const type *row = (const type *)rows->data + (gsize) which[i] * dims; \
      float weight = weights[i];                                           \
                                                                           \
      for (guint d = 0; d < dims; d++)                                     \
        sum[d] += weight * convert (row[d]);                               \
    }

static void
add_portable (const QuarryRows *rows,
              const guint32 *which,
              const float *weights,
              guint n,
              float *restrict sum)
{
  guint dims = rows->dims;

  switch (rows->dtype)
    {
    case QUARRY_DTYPE_I8:
      ADD_LOOP (gint8, (float))
      break;
    case QUARRY_DTYPE_U8:
      ADD_LOOP (guint8, (float))
      break;
    case QUARRY_DTYPE_F32:
      ADD_LOOP (float, (float))
      break;
    case QUARRY_DTYPE_F64:
      ADD_LOOP (double, (float))
      break;
    case QUARRY_DTYPE_F16:
      ADD_LOOP (guint16, quarry_half_to_float)
      break;
    case QUARRY_DTYPE_BF16:
      ADD_LOOP (guint16, quarry_bfloat_to_float)
      break;
    case QUARRY_DTYPE_I64:
    case QUARRY_DTYPE_I32:
    default:
      g_assert_not_reached ();
    }
}

/* Products are accumulated in lanes, dimension d in lane d modulo LANES, and the lanes are then added in order. So the
 * result does not depend on the width of registers. */
#define LANES 16

static float
add_lanes (const float *lanes)
{
  float sum = 0;

  for (guint lane = 0; lane < LANES; lane++)
    sum += lanes[lane];
  return sum;
}

#define MULTIPLY_LOOP(type, convert)                                       \
  for (guint i = 0; i < n; i++)                                            \
    {                                                                      \
      const type *row = (const type *)rows->data + (gsize) which[i] * dims; \
      float lanes[LANES] = { 0 };                                          \
                                                                           \
      for (guint d = 0; d < dims; d++)                                     \
        lanes[d % LANES] += vector[d] * convert (row[d]);                  \
      products[i] = add_lanes (lanes);                                     \
    }

static void
multiply_portable (const QuarryRows *rows,
                   const guint32 *which,
                   guint n,
                   const float *restrict vector,
                   float *restrict products)
{
  guint dims = rows->dims;

  switch (rows->dtype)
    {
    case QUARRY_DTYPE_I8:
      MULTIPLY_LOOP (gint8, (float))
      break;
    case QUARRY_DTYPE_U8:
      MULTIPLY_LOOP (guint8, (float))
      break;
    case QUARRY_DTYPE_F32:
      MULTIPLY_LOOP (float, (float))
      break;
    case QUARRY_DTYPE_F64:
      MULTIPLY_LOOP (double, (float))
      break;
    case QUARRY_DTYPE_F16:
      MULTIPLY_LOOP (guint16, quarry_half_to_float)
      break;
    case QUARRY_DTYPE_BF16:
      MULTIPLY_LOOP (guint16, quarry_bfloat_to_float)
      break;
    case QUARRY_DTYPE_I64:
    case QUARRY_DTYPE_I32:
    default:
      g_assert_not_reached ();
    }
}

#if defined(__x86_64__)

/* The sums of 64 dimensions are kept in registers while all rows are added. */
#define BLOCK 64
#define N_REGISTERS (BLOCK / 8)

__attribute__ ((target ("avx2"))) static void
add_avx2_i8 (
    const QuarryRows *rows, const guint32 *which, const float *weights, guint n, float *sum)
{
  gsize dims = rows->dims;
  const gint8 *data = rows->data;

  for (gsize d = 0; d < dims; d += BLOCK)
    {
      __m256 sums[N_REGISTERS];

      for (guint r = 0; r < N_REGISTERS; r++)
        sums[r] = _mm256_loadu_ps (sum + d + 8 * r);
      for (guint i = 0; i < n; i++)
        {
          const gint8 *row = data + which[i] * dims + d;
          __m256 weight = _mm256_set1_ps (weights[i]);

          for (guint r = 0; r < N_REGISTERS; r++)
            {
              __m128i bytes = _mm_loadl_epi64 ((const void *)(row + 8 * r));
              __m256 values = _mm256_cvtepi32_ps (_mm256_cvtepi8_epi32 (bytes));

              sums[r] = _mm256_add_ps (sums[r], _mm256_mul_ps (weight, values));
            }
        }
      for (guint r = 0; r < N_REGISTERS; r++)
        _mm256_storeu_ps (sum + d + 8 * r, sums[r]);
    }
}

__attribute__ ((target ("avx2"))) static void
add_avx2_f32 (
    const QuarryRows *rows, const guint32 *which, const float *weights, guint n, float *sum)
{
  gsize dims = rows->dims;
  const float *data = rows->data;

  for (gsize d = 0; d < dims; d += BLOCK)
    {
      __m256 sums[N_REGISTERS];

      for (guint r = 0; r < N_REGISTERS; r++)
        sums[r] = _mm256_loadu_ps (sum + d + 8 * r);
      for (guint i = 0; i < n; i++)
        {
          const float *row = data + which[i] * dims + d;
          __m256 weight = _mm256_set1_ps (weights[i]);

          for (guint r = 0; r < N_REGISTERS; r++)
            sums[r]
                = _mm256_add_ps (sums[r], _mm256_mul_ps (weight, _mm256_loadu_ps (row + 8 * r)));
        }
      for (guint r = 0; r < N_REGISTERS; r++)
        _mm256_storeu_ps (sum + d + 8 * r, sums[r]);
    }
}

__attribute__ ((target ("avx2"))) static void
multiply_avx2_i8 (
    const QuarryRows *rows, const guint32 *which, guint n, const float *vector, float *products)
{
  gsize dims = rows->dims;
  const gint8 *data = rows->data;

  for (guint i = 0; i < n; i++)
    {
      const gint8 *row = data + which[i] * dims;
      __m256 sums[2] = { _mm256_setzero_ps (), _mm256_setzero_ps () };
      float lanes[LANES];

      for (gsize d = 0; d < dims; d += LANES)
        for (guint r = 0; r < 2; r++)
          {
            __m128i bytes = _mm_loadl_epi64 ((const void *)(row + d + 8 * r));
            __m256 values = _mm256_cvtepi32_ps (_mm256_cvtepi8_epi32 (bytes));

            sums[r] = _mm256_add_ps (
                sums[r], _mm256_mul_ps (_mm256_loadu_ps (vector + d + 8 * r), values));
          }
      _mm256_storeu_ps (lanes, sums[0]);
      _mm256_storeu_ps (lanes + 8, sums[1]);
      products[i] = add_lanes (lanes);
    }
}

/* GCC 12 gives false warnings for its own header. */
#pragma GCC diagnostic push
#ifndef __clang__
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

/* The sums of 128 dimensions at a time, in as many registers of twice the width. */
#define WIDE_BLOCK 128

__attribute__ ((target ("avx512f"))) static void
add_avx512_i8 (
    const QuarryRows *rows, const guint32 *which, const float *weights, guint n, float *sum)
{
  gsize dims = rows->dims;
  const gint8 *data = rows->data;

  for (gsize d = 0; d < dims; d += WIDE_BLOCK)
    {
      __m512 sums[N_REGISTERS];

      for (guint r = 0; r < N_REGISTERS; r++)
        sums[r] = _mm512_loadu_ps (sum + d + 16 * r);
      for (guint i = 0; i < n; i++)
        {
          const gint8 *row = data + which[i] * dims + d;
          __m512 weight = _mm512_set1_ps (weights[i]);

          for (guint r = 0; r < N_REGISTERS; r++)
            {
              __m128i bytes = _mm_loadu_si128 ((const void *)(row + 16 * r));
              __m512 values = _mm512_cvtepi32_ps (_mm512_cvtepi8_epi32 (bytes));

              sums[r] = _mm512_add_ps (sums[r], _mm512_mul_ps (weight, values));
            }
        }
      for (guint r = 0; r < N_REGISTERS; r++)
        _mm512_storeu_ps (sum + d + 16 * r, sums[r]);
    }
}

/* This many rows are multiplied together, so that the vector is loaded only once for them. */
#define MULTIPLY_ROWS 4

/* Multiplies @n @rows. @n must be a constant, so that the loops are unrolled. */
__attribute__ ((target ("avx512f"), always_inline)) static inline void
multiply_rows_avx512_i8 (const gint8 *const *rows, guint n, gsize dims, const float *vector, float *products)
{
  __m512 sums[MULTIPLY_ROWS];
  float lanes[LANES];

  for (guint r = 0; r < n; r++)
    sums[r] = _mm512_setzero_ps ();
  for (gsize d = 0; d < dims; d += LANES)
    {
      __m512 part = _mm512_loadu_ps (vector + d);

      for (guint r = 0; r < n; r++)
        {
          __m128i bytes = _mm_loadu_si128 ((const void *)(rows[r] + d));
          __m512 values = _mm512_cvtepi32_ps (_mm512_cvtepi8_epi32 (bytes));

          sums[r] = _mm512_add_ps (sums[r], _mm512_mul_ps (part, values));
        }
    }
  for (guint r = 0; r < n; r++)
    {
      _mm512_storeu_ps (lanes, sums[r]);
      products[r] = add_lanes (lanes);
    }
}

__attribute__ ((target ("avx512f"))) static void
multiply_avx512_i8 (
    const QuarryRows *rows, const guint32 *which, guint n, const float *vector, float *products)
{
  gsize dims = rows->dims;
  const gint8 *row[MULTIPLY_ROWS];
  guint i = 0;

  for (; i + MULTIPLY_ROWS <= n; i += MULTIPLY_ROWS)
    {
      for (guint r = 0; r < MULTIPLY_ROWS; r++)
        row[r] = (const gint8 *) rows->data + which[i + r] * dims;
      multiply_rows_avx512_i8 (row, MULTIPLY_ROWS, dims, vector, products + i);
    }
  for (; i < n; i++)
    {
      row[0] = (const gint8 *) rows->data + which[i] * dims;
      multiply_rows_avx512_i8 (row, 1, dims, vector, products + i);
    }
}

#pragma GCC diagnostic pop

#elif defined(HAS_NEON)

/* Converts sixteen signed bytes to floats. */
static inline void
read_neon_i8 (const gint8 *bytes, float32x4_t values[4])
{
  int8x16_t all = vld1q_s8 (bytes);
  int16x8_t low = vmovl_s8 (vget_low_s8 (all)), high = vmovl_high_s8 (all);

  values[0] = vcvtq_f32_s32 (vmovl_s16 (vget_low_s16 (low)));
  values[1] = vcvtq_f32_s32 (vmovl_high_s16 (low));
  values[2] = vcvtq_f32_s32 (vmovl_s16 (vget_low_s16 (high)));
  values[3] = vcvtq_f32_s32 (vmovl_high_s16 (high));
}

/* The sums of 64 dimensions are kept in registers while all rows are added. */
#define BLOCK 64
#define N_REGISTERS (BLOCK / 4)

static void
add_neon_i8 (
    const QuarryRows *rows, const guint32 *which, const float *weights, guint n, float *sum)
{
  gsize dims = rows->dims;
  const gint8 *data = rows->data;

  for (gsize d = 0; d < dims; d += BLOCK)
    {
      float32x4_t sums[N_REGISTERS];

      for (guint r = 0; r < N_REGISTERS; r++)
        sums[r] = vld1q_f32 (sum + d + 4 * r);
      for (guint i = 0; i < n; i++)
        {
          const gint8 *row = data + which[i] * dims + d;
          float32x4_t values[4];

          for (guint r = 0; r < N_REGISTERS; r += 4)
            {
              read_neon_i8 (row + 4 * r, values);
              for (guint j = 0; j < 4; j++)
                sums[r + j] = vaddq_f32 (sums[r + j], vmulq_n_f32 (values[j], weights[i]));
            }
        }
      for (guint r = 0; r < N_REGISTERS; r++)
        vst1q_f32 (sum + d + 4 * r, sums[r]);
    }
}

static void
multiply_neon_i8 (
    const QuarryRows *rows, const guint32 *which, guint n, const float *vector, float *products)
{
  gsize dims = rows->dims;
  const gint8 *data = rows->data;

  for (guint i = 0; i < n; i++)
    {
      const gint8 *row = data + which[i] * dims;
      float32x4_t sums[4] = { vdupq_n_f32 (0), vdupq_n_f32 (0), vdupq_n_f32 (0), vdupq_n_f32 (0) };
      float32x4_t values[4];
      float lanes[LANES];

      for (gsize d = 0; d < dims; d += LANES)
        {
          read_neon_i8 (row + d, values);
          for (guint j = 0; j < 4; j++)
            sums[j] = vaddq_f32 (sums[j], vmulq_f32 (vld1q_f32 (vector + d + 4 * j), values[j]));
        }
      for (guint j = 0; j < 4; j++)
        vst1q_f32 (lanes + 4 * j, sums[j]);
      products[i] = add_lanes (lanes);
    }
}

#endif

QuarryRowsKernel
quarry_rows_best_kernel (void)
{
#if defined(__x86_64__)
  if (__builtin_cpu_supports ("avx512f"))
    return QUARRY_ROWS_AVX512;
  if (__builtin_cpu_supports ("avx2"))
    return QUARRY_ROWS_AVX2;
#elif defined(HAS_NEON)
  return QUARRY_ROWS_NEON;
#endif
  return QUARRY_ROWS_PORTABLE;
}

void
quarry_rows_add (QuarryRowsKernel kernel,
                 const QuarryRows *rows,
                 const guint32 *which,
                 const float *weights,
                 guint n,
                 float *sum)
{
#if defined(__x86_64__)
  if (kernel == QUARRY_ROWS_AVX512 && rows->dtype == QUARRY_DTYPE_I8
      && rows->dims % WIDE_BLOCK == 0)
    {
      add_avx512_i8 (rows, which, weights, n, sum);
      return;
    }
  if (kernel >= QUARRY_ROWS_AVX2 && rows->dims % BLOCK == 0)
    {
      if (rows->dtype == QUARRY_DTYPE_I8)
        {
          add_avx2_i8 (rows, which, weights, n, sum);
          return;
        }
      if (rows->dtype == QUARRY_DTYPE_F32)
        {
          add_avx2_f32 (rows, which, weights, n, sum);
          return;
        }
    }
#elif defined(HAS_NEON)
  if (kernel == QUARRY_ROWS_NEON && rows->dtype == QUARRY_DTYPE_I8 && rows->dims % BLOCK == 0)
    {
      add_neon_i8 (rows, which, weights, n, sum);
      return;
    }
#endif
  add_portable (rows, which, weights, n, sum);
}

void
quarry_rows_multiply (QuarryRowsKernel kernel,
                      const QuarryRows *rows,
                      const guint32 *which,
                      guint n,
                      const float *vector,
                      float *products)
{
#if defined(__x86_64__)
  if (kernel != QUARRY_ROWS_PORTABLE && rows->dtype == QUARRY_DTYPE_I8 && rows->dims % LANES == 0)
    {
      if (kernel == QUARRY_ROWS_AVX512)
        multiply_avx512_i8 (rows, which, n, vector, products);
      else
        multiply_avx2_i8 (rows, which, n, vector, products);
      return;
    }
#elif defined(HAS_NEON)
  if (kernel == QUARRY_ROWS_NEON && rows->dtype == QUARRY_DTYPE_I8 && rows->dims % LANES == 0)
    {
      multiply_neon_i8 (rows, which, n, vector, products);
      return;
    }
#endif
  multiply_portable (rows, which, n, vector, products);
}
