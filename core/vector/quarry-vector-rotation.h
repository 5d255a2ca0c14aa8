/* quarry-vector-rotation.h: a random rotation that costs n log n
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to core/vector. Random signs and a fast Walsh–Hadamard transform, three times over: it
 * spreads what a vector has over all dimensions alike, so that one bit a dimension tells as much
 * as it can. After Ailon and Chazelle, The Fast Johnson–Lindenstrauss Transform (SIAM J. Comput.
 * 2009). Where the number of dimensions is no power of two, transforms of the largest power of two
 * within it alternate between its beginning and its end. The signs are always the same.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  guint n; /* dimensions, a multiple of QUARRY_VECTOR_ROTATION_LANE */
  guint n_rounds;
  guint window; /* dimensions of one transform */
  void (*transform) (float *vector, const float *signs, guint n); /* see quarry-vector-kernels.h */
  float *signs; /* n_rounds × n, with the transform's scale in them */
} QuarryVectorRotation;

#define QUARRY_VECTOR_ROTATION_LANE 64

/* For vectors of @dims dimensions, which the caller pads with zeros to self->n. */
void quarry_vector_rotation_init (QuarryVectorRotation *self, guint dims);
void quarry_vector_rotation_clear (QuarryVectorRotation *self);

/* Rotates @vector (n floats, at a multiple of 16 bytes) in place. */
void quarry_vector_rotation_apply (const QuarryVectorRotation *self, float *vector);

G_END_DECLS
