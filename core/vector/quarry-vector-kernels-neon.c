/* quarry-vector-kernels-neon.c: the kernels for 64-bit ARM, where every processor has NEON
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The same loops as for AVX2, with the intrinsics of NEON.
 */
#include "core/vector/quarry-vector-kernels.h"

#if defined(__aarch64__) && defined(__ARM_NEON) && !defined(__AARCH64EB__)

#include <arm_neon.h>

/* If a damaged row makes a sum overflow, it wraps around. */
static void
dots_neon (const gint16 *query, const gint16 *rows, gsize stride, guint n_rows, gint32 *dots)
{
  for (guint i = 0; i < n_rows; i++)
    {
      const gint16 *row = rows + i * stride;
      int32x4_t sums[4] = { vdupq_n_s32 (0), vdupq_n_s32 (0), vdupq_n_s32 (0), vdupq_n_s32 (0) };

      for (gsize j = 0; j < stride; j += 16)
        for (guint half = 0; half < 2; half++)
          {
            int16x8_t a = vld1q_s16 (query + j + 8 * half);
            int16x8_t b = vld1q_s16 (row + j + 8 * half);

            sums[2 * half] = vmlal_s16 (sums[2 * half], vget_low_s16 (a), vget_low_s16 (b));
            sums[2 * half + 1] = vmlal_high_s16 (sums[2 * half + 1], a, b);
          }
      dots[i] = vaddvq_s32 (vaddq_s32 (vaddq_s32 (sums[0], sums[1]), vaddq_s32 (sums[2], sums[3])));
    }
}

static void
dots_many_neon (const gint16 *queries,
                guint n_queries,
                const gint16 *rows,
                gsize stride,
                guint n_rows,
                gint32 *dots)
{
  for (guint i = 0; i < n_queries; i++)
    dots_neon (queries + i * stride, rows, stride, n_rows, dots + (gsize) i * n_rows);
}

/* Which of the four rows from @row on satisfy the scan's condition: one bit each. */
static inline guint64
found_neon (const QuarryVectorScan *scan, uint16x4_t sums16, guint row, gint32 *sums)
{
  static const guint32 bits[4] = { 1, 2, 4, 8 };
  int32x4_t sum = vreinterpretq_s32_u32 (vmovl_u16 (sums16));
  float32x4_t value = vmulq_f32 (vld1q_f32 (scan->factors + row),
                                 vcvtq_f32_s32 (vsubq_s32 (sum, vdupq_n_s32 (scan->offset))));
  float32x4_t limit
      = vmulq_n_f32 (vsubq_f32 (vdupq_n_f32 (scan->limit), vld1q_f32 (scan->terms + row)),
                     scan->inverse_step);

  vst1q_s32 (sums, sum);
  return vaddvq_u32 (vandq_u32 (vcgtq_f32 (value, limit), vld1q_u32 (bits)));
}

/* As for AVX2, 16-bit sums are accumulated in two registers. `all` adds pairs of bytes as if each were one number, even
 * + 256 × odd, modulo 2¹⁶; `odd` adds the odd bytes alone. So the sums of the even bytes are all − 256 × odd. */
static guint
scan_neon (
    const QuarryVectorScan *scan, const guint8 *bits, guint n_rows, guint16 *rows, gint32 *sums)
{
  enum
  {
    N_PARTS = QUARRY_VECTOR_GROUP / 16
  };
  const uint8x16_t low = vdupq_n_u8 (15);
  guint n = 0;

  for (guint start = 0; start < n_rows; start += QUARRY_VECTOR_GROUP)
    {
      uint16x8_t all[N_PARTS], odd[N_PARTS];
      gint32 group[QUARRY_VECTOR_GROUP];
      guint64 found = 0;

      for (guint part = 0; part < N_PARTS; part++)
        all[part] = odd[part] = vdupq_n_u16 (0);
      for (gsize i = 0; i < scan->n_bytes; i++, bits += QUARRY_VECTOR_GROUP)
        {
          uint8x16_t table_low = vld1q_u8 (scan->table + i * 32);
          uint8x16_t table_high = vld1q_u8 (scan->table + i * 32 + 16);

          for (guint part = 0; part < N_PARTS; part++)
            {
              uint8x16_t code = vld1q_u8 (bits + part * 16);
              uint16x8_t sum
                  = vreinterpretq_u16_u8 (vaddq_u8 (vqtbl1q_u8 (table_low, vandq_u8 (code, low)),
                                                    vqtbl1q_u8 (table_high, vshrq_n_u8 (code, 4))));

              all[part] = vaddq_u16 (all[part], sum);
              odd[part] = vsraq_n_u16 (odd[part], sum, 8);
            }
        }
      for (guint part = 0; part < N_PARTS; part++)
        {
          uint16x8_t even = vsubq_u16 (all[part], vshlq_n_u16 (odd[part], 8));
          uint16x4_t quarter[4] = { vget_low_u16 (even), vget_high_u16 (even),
                                    vget_low_u16 (odd[part]), vget_high_u16 (odd[part]) };

          for (guint j = 0; j < 4; j++)
            {
              guint row = j / 2 * 32 + part * 8 + j % 2 * 4;

              found |= found_neon (scan, quarter[j], start + row, group + row) << row;
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

const QuarryVectorKernels quarry_vector_kernels_neon = {
  .name = "neon",
  .dots = dots_neon,
  .dots_many = dots_many_neon,
  .transform = quarry_vector_transform_portable,
  .scan = scan_neon,
};

#endif
