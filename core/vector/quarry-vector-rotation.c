/* quarry-vector-rotation.c: a random rotation that costs n log n
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/vector/quarry-vector-rotation.h"

#include <math.h>

#define LANE QUARRY_VECTOR_ROTATION_LANE
#define ALIGNMENT 64

/* Four floats at a time, on every machine that GCC and Clang know. */
typedef float Four __attribute__ ((vector_size (16)));

/* Vigna's SplitMix64. */
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

static void
transform (float *x, guint n)
{
  Four *four = (Four *)(gpointer)x;

  for (guint i = 0; i < n; i += 4)
    {
      float a = x[i] + x[i + 1], b = x[i] - x[i + 1];
      float c = x[i + 2] + x[i + 3], d = x[i + 2] - x[i + 3];

      x[i] = a + c;
      x[i + 1] = b + d;
      x[i + 2] = a - c;
      x[i + 3] = b - d;
    }
  for (guint half = 1; half < n / 4; half *= 2)
    for (guint i = 0; i < n / 4; i += 2 * half)
      for (guint j = i; j < i + half; j++)
        {
          Four a = four[j], b = four[j + half];

          four[j] = a + b;
          four[j + half] = a - b;
        }
}

void
quarry_vector_rotation_apply (const QuarryVectorRotation *self, float *vector)
{
  Four *four = (Four *)(gpointer)vector;

  for (guint round = 0; round < self->n_rounds; round++)
    {
      const Four *signs = (const Four *)(gconstpointer)(self->signs + round * self->n);

      for (guint i = 0; i < self->n / 4; i++)
        four[i] *= signs[i];
      transform (vector + window_start (self, round), self->window);
    }
}
