/* quarry-random.h: random numbers that are the same on every machine
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * SplitMix64 (Steele, Lea and Flood 2014): small, fast, and good enough for sampling.
 */
#pragma once

#include <glib.h>
#include <math.h>

G_BEGIN_DECLS

typedef struct
{
  guint64 state;
} QuarryRandom;

static inline QuarryRandom
quarry_random (guint64 seed)
{
  return (QuarryRandom) { seed * G_GUINT64_CONSTANT (0xd1342543de82ef95) + 1 };
}

static inline guint64
quarry_random_next (QuarryRandom *self)
{
  guint64 z = self->state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  z = (z ^ z >> 30) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ z >> 27) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return z ^ z >> 31;
}

/* A number in [0, 1). */
static inline double
quarry_random_double (QuarryRandom *self)
{
  return (quarry_random_next (self) >> 11) * 0x1p-53;
}

/* A number in [0, n), where n > 0. */
static inline guint32
quarry_random_below (QuarryRandom *self, guint32 n)
{
  return (quarry_random_next (self) >> 32) * n >> 32;
}

static inline float
quarry_random_normal (QuarryRandom *self)
{
  double radius = sqrt (-2 * log (1 - quarry_random_double (self)));

  return radius * cos (2 * G_PI * quarry_random_double (self));
}

G_END_DECLS
