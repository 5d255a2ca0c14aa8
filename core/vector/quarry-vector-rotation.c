/* quarry-vector-rotation.c: a random rotation that costs n log n
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The random signs come from a generator with a fixed seed, so that codes in a file remain valid.
 */
#include "core/vector/quarry-vector-rotation.h"

#include "core/vector/quarry-vector-kernels.h"

#include <math.h>

#define LANE QUARRY_VECTOR_ROTATION_LANE
#define ALIGNMENT 64

/* The random number generator SplitMix64, by Vigna. */
static guint64
next_random (guint64 *state)
{
  guint64 x = *state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  x = (x ^ x >> 30) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  x = (x ^ x >> 27) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return x ^ x >> 31;
}

static guint
window_start (const QuarryVectorRotation *self, guint round)
{
  return round % 2 == 0 ? 0 : self->n - self->window;
}

void
quarry_vector_rotation_init (QuarryVectorRotation *self, guint dims)
{
  guint64 state = 0x51756172727956;

  self->n = (dims + LANE - 1) / LANE * LANE;
  self->window = 1u << (g_bit_storage (self->n) - 1);
  self->transform = quarry_vector_kernels ()->transform;
  self->n_rounds = self->window == self->n ? 3 : 4;
  self->signs = g_aligned_alloc (self->n_rounds * self->n, sizeof (float), ALIGNMENT);
  for (guint i = 0; i < self->n_rounds * self->n; i++)
    {
      guint place = i % self->n - window_start (self, i / self->n);
      float scale = place < self->window ? 1 / sqrtf (self->window) : 1;

      self->signs[i] = next_random (&state) >> 63 ? scale : -scale;
    }
}

void
quarry_vector_rotation_clear (QuarryVectorRotation *self)
{
  g_aligned_free (self->signs);
  self->signs = NULL;
}

void
quarry_vector_rotation_apply (const QuarryVectorRotation *self, float *vector)
{
  for (guint round = 0; round < self->n_rounds; round++)
    {
      const float *signs = self->signs + round * self->n;
      guint start = window_start (self, round), end = start + self->window;

      for (guint i = 0; i < start; i++)
        vector[i] *= signs[i];
      for (guint i = end; i < self->n; i++)
        vector[i] *= signs[i];
      self->transform (vector + start, signs + start, self->window);
    }
}
