/* quarry-vector-rotation.h: a random rotation that costs n log n
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to core/vector. Random signs and a fast Walsh–Hadamard transform, repeated three or four times. It spreads
 * the content of a vector evenly over all dimensions, so that one bit per dimension carries as much information as it
 * can. After Ailon and Chazelle, The Fast Johnson–Lindenstrauss Transform (SIAM J. Comput. 2009). If the number of
 * dimensions is not a power of two, transforms of the largest power of two that fits are applied alternately to the
 * beginning and to the end of the vector. The signs are always the same.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct
{
  guint n; /* dimensions, a multiple of QUARRY_VECTOR_ROTATION_LANE */
  guint n_rounds;
  guint window; /* number of dimensions of one transform */
  void (*transform) (float *vector, const float *signs, guint n); /* see quarry-vector-kernels.h */
  float *signs; /* n_rounds × n, including the scale of the transform */
} QuarryVectorRotation;

#define QUARRY_VECTOR_ROTATION_LANE 64

/* For vectors of @dims dimensions, which the caller pads with zeros to self->n dimensions. */
void quarry_vector_rotation_init (QuarryVectorRotation *self, guint dims);
void quarry_vector_rotation_clear (QuarryVectorRotation *self);

/* Rotates @vector (n floats, aligned to 16 bytes) in place. */
void quarry_vector_rotation_apply (const QuarryVectorRotation *self, float *vector);

G_END_DECLS
