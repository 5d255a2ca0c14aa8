/* quarry-rows.h: rows of a model, added up
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Plain C over arrays. Every kernel adds the same products in the same order without fused
 * multiplication, so that all of them give the same bits. Private to the room.
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
  QUARRY_ROWS_AVX2, /* for I8 and F32 rows; others take the portable way */
  QUARRY_ROWS_AVX512,
} QuarryRowsKernel;

/* The fastest one that this processor can run. */
QuarryRowsKernel quarry_rows_best_kernel (void);

/* sum += weight × row, for each of @n rows. */
void quarry_rows_add (QuarryRowsKernel kernel,
                      const QuarryRows *rows,
                      const guint32 *which,
                      const float *weights,
                      guint n,
                      float *sum);

G_END_DECLS
