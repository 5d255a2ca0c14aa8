/* quarry-vector-codes.c: codes of one bit per dimension, for a first look at many vectors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Makes codes of rotated vectors, and the tables of a query by which they are compared. quarry-vector-codes.h explains
 * the mathematics.
 */
#include "core/vector/quarry-vector-codes.h"

#include "core/vector/quarry-vector-four.h"

#include <stdlib.h>
#include <string.h>

#define GROUP QUARRY_VECTOR_GROUP

/* √(π/2 − 1) √(2/π): the standard deviation of an estimate's error, in units of f ‖q − m‖. */
#define ERROR_SCALE .6028f

/* Rounds up to whole groups of rows. */
static guint
round_up (guint n_rows)
{
  return (n_rows + GROUP - 1) / GROUP * GROUP;
}

gsize
quarry_vector_codes_get_size (guint n, guint n_rows)
{
  gsize room = round_up (n_rows);

  return n * sizeof (float) + 2 * room * sizeof (float) + n / 8 * room;
}

void
quarry_vector_codes_place (QuarryVectorCodes *self, gpointer memory, guint n, guint n_rows)
{
  self->mean = memory;
  self->factors = self->mean + n;
  self->terms = self->factors + round_up (n_rows);
  self->bits = (guint8 *) (self->terms + round_up (n_rows));
}

G_STATIC_ASSERT (QUARRY_VECTOR_ROTATION_LANE % 32 == 0);

void
quarry_vector_codes_make (const QuarryVectorCodes *self,
                          float *rotated,
                          guint n,
                          QuarryVectorCode *code)
{
  Four *residual = (Four *)(gpointer)rotated;
  const Four *middle = (const Four *)(gconstpointer)self->mean;
  Four square = { 0 }, sum = { 0 }, term = { 0 }, mean = { 0 };

  for (guint i = 0; i < n / 32; i++)
    {
      FourInt word = { 0 };
      guint32 bits;

      for (guint j = 0; j < 8; j++)
        {
          Four m = middle[i * 8 + j], r = residual[i * 8 + j] -= m;
          FourInt positive = r > 0;

          square += r * r;
          sum += (Four)((FourInt)r & G_MAXINT32);
          term += r * m;
          mean += (Four)((FourInt)m ^ (~positive & G_MININT32));
          word |= positive & ((FourInt){ 1, 2, 4, 8 } << (gint)(4 * j));
        }
      bits = GUINT32_TO_LE ((guint32) (word[0] | word[1] | word[2] | word[3]));
      memcpy (code->bits + i * sizeof bits, &bits, sizeof bits);
    }
  code->factor = sum_of (sum) > 0 ? sum_of (square) / sum_of (sum) : 0;
  code->term = sum_of (term) - code->factor * sum_of (mean);
}

void
quarry_vector_codes_write (QuarryVectorCodes *self,
                           guint row,
                           guint n,
                           const QuarryVectorCode *code)
{
  guint8 *bits = self->bits + (gsize) row / GROUP * GROUP * (n / 8)
                 + quarry_vector_place_in_group (row % GROUP);

  self->factors[row] = code->factor;
  self->terms[row] = code->term;
  for (guint i = 0; i < n / 8; i++)
    bits[i * GROUP] = code->bits[i];
}

void
quarry_vector_codes_copy (QuarryVectorCodes *self, guint from, guint to, guint n)
{
  guint8 *group = self->bits + (gsize) to / GROUP * GROUP * (n / 8)
                  + quarry_vector_place_in_group (to % GROUP);
  const guint8 *source = self->bits + (gsize) from / GROUP * GROUP * (n / 8)
                         + quarry_vector_place_in_group (from % GROUP);

  self->factors[to] = self->factors[from];
  self->terms[to] = self->terms[from];
  for (guint i = 0; i < n / 8; i++)
    group[i * GROUP] = source[i * GROUP];
}

void
quarry_vector_codes_copy_all (QuarryVectorCodes *self,
                              const QuarryVectorCodes *from,
                              guint n,
                              guint n_rows)
{
  gsize room = round_up (n_rows);

  memcpy (self->mean, from->mean, n * sizeof *self->mean);
  memcpy (self->factors, from->factors, room * sizeof *self->factors);
  memcpy (self->terms, from->terms, room * sizeof *self->terms);
  memcpy (self->bits, from->bits, n / 8 * room);
}

void
quarry_vector_codes_clear_rest (QuarryVectorCodes *self, guint n, guint n_rows)
{
  static const QuarryVectorCode nothing;

  for (guint i = n_rows; i < round_up (n_rows); i++)
    quarry_vector_codes_write (self, i, n, &nothing);
}

/* Writes, as bytes, @middle plus the sixteen sums of a[0] to a[3] with all combinations of signs; in the entry with
 * number i, a[j] has a positive sign if bit j of i is set. Eight bytes are computed at a time: they begin with the
 * least sum, and what is added is never negative, so that no byte carries into the next. */
static void
write_table (guint8 *table, const gint32 *a, gint middle)
{
  static const guint64 places[4][2] = {
    { G_GUINT64_CONSTANT (0xff00ff00ff00ff00), G_GUINT64_CONSTANT (0xff00ff00ff00ff00) },
    { G_GUINT64_CONSTANT (0xffff0000ffff0000), G_GUINT64_CONSTANT (0xffff0000ffff0000) },
    { G_GUINT64_CONSTANT (0xffffffff00000000), G_GUINT64_CONSTANT (0xffffffff00000000) },
    { 0, G_MAXUINT64 },
  };
  const guint64 all = G_GUINT64_CONSTANT (0x0101010101010101);
  guint64 least = (middle - abs (a[0]) - abs (a[1]) - abs (a[2]) - abs (a[3])) * all;
  guint64 sums[2] = { least, least };

  for (guint j = 0; j < 4; j++)
    {
      guint64 twice = 2 * abs (a[j]) * all;
      guint64 turned = a[j] < 0 ? G_MAXUINT64 : 0;

      sums[0] += twice & (places[j][0] ^ turned);
      sums[1] += twice & (places[j][1] ^ turned);
    }
  sums[0] = GUINT64_TO_LE (sums[0]);
  sums[1] = GUINT64_TO_LE (sums[1]);
  memcpy (table, sums, sizeof sums);
}

void
quarry_vector_probe_set (QuarryVectorProbe *self, const float *query, guint n)
{
  const Four *q = (const Four *)(gconstpointer)query;
  float largest = 1e-6f;
  /* Two entries are added in a byte, and all of them in 16 bits. */
  gint range = MIN (127, 65535 / (n / 4));
  gint middle = range / 2;

  for (guint i = 0; i < n / 4; i++)
    largest = MAX (largest, sum_of ((Four)((FourInt)q[i] & G_MAXINT32)));
  /* Rounding may make each of four numbers too large by half a step. */
  self->step = largest / (float) (middle - 2);
  self->middle = middle * (gint)(n / 4);

  float inverse = 1 / self->step;

  for (guint i = 0; i < n / 4; i++)
    {
      /* Shifted to be positive, so that truncation rounds to nearest. */
      FourInt a = __builtin_convertvector(q[i] * inverse + 128.5f, FourInt) - 128;

      write_table (self->table + i * 16, (const gint32 *) &a, middle);
    }
}

float
quarry_vector_codes_estimate (const QuarryVectorCodes *self, guint row, const float *query, guint n)
{
  const guint8 *bits = self->bits + (gsize) row / GROUP * GROUP * (n / 8)
                       + quarry_vector_place_in_group (row % GROUP);
  const Four *q = (const Four *)(gconstpointer)query;
  Four sum = { 0 };

  for (guint i = 0; i < n / 8; i++)
    {
      FourInt byte = (FourInt){ 0 } + bits[i * GROUP];
      FourInt low = (byte & (FourInt){ 1, 2, 4, 8 }) == 0, high = (byte & (FourInt){ 16, 32, 64, 128 }) == 0;

      sum += (Four)((FourInt)q[2 * i] ^ (low & G_MININT32));
      sum += (Four)((FourInt)q[2 * i + 1] ^ (high & G_MININT32));
    }
  return self->terms[row] + self->factors[row] * sum_of (sum);
}

float
quarry_vector_codes_get_error (float distance)
{
  return ERROR_SCALE * distance;
}

void
quarry_vector_probe_aim (QuarryVectorProbe *self, float base, float distance, float deviations)
{
  self->base = base;
  self->offset
      = self->middle - (gint)(deviations * quarry_vector_codes_get_error (distance) / self->step);
}
