/* quarry-vector-kernels.c: the portable kernels, and the choice among all
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The fastest set of kernels that the processor supports is determined at run time.
 */
#include "core/vector/quarry-vector-kernels.h"

#include "core/vector/quarry-vector-four.h"

static void
dots_portable (const gint16 *query, const gint16 *rows, gsize stride, guint n_rows, gint32 *dots)
{
  for (guint i = 0; i < n_rows; i++)
    {
      const gint16 *row = rows + i * stride;
      guint32 sum = 0; /* if a damaged row makes it overflow, it wraps around as vector instructions do */

      for (gsize j = 0; j < stride; j++)
        sum += (guint32) ((gint32) query[j] * row[j]);
      dots[i] = (gint32) sum;
    }
}

static void
dots_many_portable (const gint16 *queries,
                    guint n_queries,
                    const gint16 *rows,
                    gsize stride,
                    guint n_rows,
                    gint32 *dots)
{
  for (guint i = 0; i < n_queries; i++)
    dots_portable (queries + i * stride, rows, stride, n_rows, dots + (gsize) i * n_rows);
}

/* The first two steps of a transform, whose operands are adjacent numbers. */
static inline Four
transform_four (Four x)
{
  Four y = __builtin_shufflevector (x, x, 0, 0, 2, 2)
           + __builtin_shufflevector (x, x, 1, 1, 3, 3) * (Four){ 1, -1, 1, -1 };

  return __builtin_shufflevector (y, y, 0, 1, 0, 1)
         + __builtin_shufflevector (y, y, 2, 3, 2, 3) * (Four){ 1, 1, -1, -1 };
}

/* The remaining steps, two at a time. @n: the number of vectors of four. */
static void
transform_fours (Four *x, guint n)
{
  guint half = 1;

  if (g_bit_storage (n) % 2 == 0)
    for (guint i = 0; i < n; i += 2)
      {
        Four a = x[i], b = x[i + 1];

        x[i] = a + b;
        x[i + 1] = a - b;
        half = 2;
      }
  for (; half < n; half *= 4)
    for (guint i = 0; i < n; i += 4 * half)
      for (guint j = i; j < i + half; j++)
        {
          Four a = x[j], b = x[j + half], c = x[j + 2 * half], d = x[j + 3 * half];
          Four ab = a + b, cd = c + d, a_b = a - b, c_d = c - d;

          x[j] = ab + cd;
          x[j + half] = a_b + c_d;
          x[j + 2 * half] = ab - cd;
          x[j + 3 * half] = a_b - c_d;
        }
}

void
quarry_vector_transform_portable (float *vector, const float *signs, guint n)
{
  Four *x = (Four *)(gpointer)vector;
  const Four *sign = (const Four *)(gconstpointer)signs;

  for (guint i = 0; i < n / 4; i++)
    x[i] = transform_four (x[i] * sign[i]);
  transform_fours (x, n / 4);
}

static guint
scan_portable (
    const QuarryVectorScan *scan, const guint8 *bits, guint n_rows, guint16 *rows, gint32 *sums)
{
  guint n = 0;

  for (guint start = 0; start < n_rows; start += QUARRY_VECTOR_GROUP)
    {
      gint32 group[QUARRY_VECTOR_GROUP] = { 0 };

      for (gsize i = 0; i < scan->n_bytes; i++, bits += QUARRY_VECTOR_GROUP)
        for (guint j = 0; j < QUARRY_VECTOR_GROUP; j++)
          group[j]
              += scan->table[i * 32 + (bits[j] & 15)] + scan->table[i * 32 + 16 + (bits[j] >> 4)];
      for (guint j = 0; j < MIN (QUARRY_VECTOR_GROUP, n_rows - start); j++)
        {
          guint row = start + j;
          gint32 sum = group[quarry_vector_place_in_group (j)];

          if (scan->factors[row] * (float) (sum - scan->offset)
              > (scan->limit - scan->terms[row]) * scan->inverse_step)
            {
              rows[n] = row;
              sums[n++] = sum;
            }
        }
    }
  return n;
}

static const QuarryVectorKernels portable = {
  .name = "portable",
  .dots = dots_portable,
  .dots_many = dots_many_portable,
  .transform = quarry_vector_transform_portable,
  .scan = scan_portable,
};

const QuarryVectorKernels *const *
quarry_vector_kernels_list (guint *n_kernels)
{
  static const QuarryVectorKernels *list[3];
  static gsize n;

  if (g_once_init_enter (&n))
    {
      gsize found = 0;

      list[found++] = &portable;
#if defined(__x86_64__)
      const QuarryVectorKernels *faster[]
          = { quarry_vector_kernels_avx2 (), quarry_vector_kernels_avx512 () };

      for (guint i = 0; i < G_N_ELEMENTS (faster); i++)
        if (faster[i] != NULL)
          list[found++] = faster[i];
#elif defined(__aarch64__) && defined(__ARM_NEON) && !defined(__AARCH64EB__)
      list[found++] = &quarry_vector_kernels_neon;
#endif
      g_once_init_leave (&n, found);
    }
  *n_kernels = n;
  return list;
}

const QuarryVectorKernels *
quarry_vector_kernels (void)
{
  guint n;
  const QuarryVectorKernels *const *list = quarry_vector_kernels_list (&n);

  return list[n - 1];
}
