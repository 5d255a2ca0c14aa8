/* quarry-rows.h: adds up and multiplies rows of a model
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Plain C over arrays, with kernels for several processors. Each kernel adds the same products in the same order,
 * without fused multiply-add, so that all of them give the same bits. Private to the room.
 */
#pragma once

#include "core/embed/quarry-embedder.h"
#include "core/embed/quarry-safetensors.h"

G_BEGIN_DECLS

typedef struct
{
  const void *data; /* n_rows × dims */
  QuarryDtype dtype;
  guint n_rows;
  guint dims;
} QuarryRows;

typedef enum
{
  QUARRY_ROWS_PORTABLE,
  QUARRY_ROWS_AVX2, /* for I8 rows and, to add them, F32 rows; for others the portable code is used */
  QUARRY_ROWS_AVX512, /* for I8 rows; for others as AVX2 */
  QUARRY_ROWS_NEON, /* for I8 rows; for others the compiler's code for the portable loops is good enough */
} QuarryRowsKernel;

/* The fastest kernel that this processor can run. */
QuarryRowsKernel quarry_rows_best_kernel (void);

/* Prefetches row @which, which will soon be needed. Only for rows of bytes, like those of the shipped models. */
static inline void
quarry_rows_prefetch (const QuarryRows *rows, guint32 which)
{
  if (rows->dtype == QUARRY_DTYPE_I8)
    for (guint at = 0; at < rows->dims; at += 64)
      __builtin_prefetch ((const gint8 *) rows->data + (gsize) which * rows->dims + at);
}

/* sum += weights[i] × row(which[i]) (dims floats), for each of @n rows. @which: numbers below n_rows. */
void quarry_rows_add (QuarryRowsKernel kernel,
                      const QuarryRows *rows,
                      const guint32 *which,
                      const float *weights,
                      guint n,
                      float *sum);

/* products[i] = row(which[i]) · vector (dims floats), for each of @n rows; likewise. */
void quarry_rows_multiply (QuarryRowsKernel kernel,
                           const QuarryRows *rows,
                           const guint32 *which,
                           guint n,
                           const float *vector,
                           float *products);

G_END_DECLS
