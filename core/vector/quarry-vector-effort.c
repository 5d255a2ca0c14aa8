/* quarry-vector-effort.c: how much a search looks at, so that it finds as much as is promised
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/vector/quarry-vector-index-private.h"

#include <math.h>
#include <stdlib.h>

#define N_QUERIES 512

/* Of queries made up. */
#define STRAYING .7f
#define LARGEST_DEPTH 1000

float
quarry_vector_effort_get_share (const QuarryVectorEffort *self, double depth)
{
  double place = log10 (MAX (depth, 10)) - 1;
  guint i = (guint) place;
  float from, to;

  if (i >= QUARRY_VECTOR_N_DEPTHS)
    return 1;
  from = self->shares[i];
  to = i + 1 < QUARRY_VECTOR_N_DEPTHS ? self->shares[i + 1] : 1;
  return from + (to - from) * (float) (place - i);
}

gboolean
quarry_vector_effort_is_sound (const QuarryVectorEffort *self)
{
  if (!(self->deviations >= 0 && self->deviations <= QUARRY_VECTOR_MAX_DEVIATIONS))
    return FALSE;
  for (guint i = 0; i < QUARRY_VECTOR_N_DEPTHS; i++)
    if (!(self->shares[i] >= 0 && self->shares[i] <= 1))
      return FALSE;
  return TRUE;
}

static int
compare_floats (const void *a, const void *b)
{
  float x = *(const float *) a, y = *(const float *) b;

  return (x > y) - (x < y);
}

/* What must be granted so that only the part @lost of @needed is more. */
static float
quantile (GArray *needed, double lost)
{
  guint n_lost = (guint) (lost * needed->len);

  if (needed->len == 0)
    return 0;
  qsort (needed->data, needed->len, sizeof (float), compare_floats);
  return g_array_index (needed, float, needed->len - 1 - n_lost);
}

/* Queries are shorter than what they are to find, and go astray: two vectors from anywhere, the first
 * one's more. */
static float *
make_queries (QuarryVectorIndex *self, guint n)
{
  float *queries = g_new0 (float, (gsize) n *self->dims);
  g_autofree float *other = g_new0 (float, self->dims);

  for (guint i = 0; i < n; i++)
    {
      float *query = queries + (gsize) i * self->dims;
      QuarryVectorChunk *chunks[2]
          = { self->chunks[(guint64) i * self->n_chunks / n],
              self->chunks[(guint64) i * 7919 % n * self->n_chunks / n] };

      quarry_vector_index_get (self, chunks[0]->slots[i % chunks[0]->n_rows], query);
      quarry_vector_index_get (self, chunks[1]->slots[i * 7 % chunks[1]->n_rows], other);
      for (guint j = 0; j < self->dims; j++)
        query[j] += STRAYING * other[j];
    }
  return queries;
}

/* How many deviations the estimate of @row is below @score. */
static float
measure_shortfall (QuarryVectorIndex *self,
                   const gint16 *query,
                   const float *rotated,
                   guint32 row,
                   float score)
{
  guint number = row / QUARRY_VECTOR_CHUNK_ROWS, place = row % QUARRY_VECTOR_CHUNK_ROWS;
  const QuarryVectorChunk *chunk = self->chunks[number];
  float distance, base = quarry_vector_index_compare_centre (self, number, query, &distance);
  float is = quarry_vector_codes_estimate (&chunk->codes, place, rotated, self->rotation.n) + base;
  float error = quarry_vector_codes_get_error (distance) * chunk->codes.factors[place];

  return error > 0 ? (score - is) / error : 0;
}

void
quarry_vector_index_measure_effort (QuarryVectorIndex *self, const float *queries, guint n)
{
  static const guint depths[QUARRY_VECTOR_N_DEPTHS] = { 10, 100, 1000 };
  guint k = MIN (LARGEST_DEPTH, self->n_rows);
  g_autofree float *made = n == 0 ? make_queries (self, n = N_QUERIES) : NULL;
  g_autofree QuarryNeighbour *found = g_new (QuarryNeighbour, (gsize) n *k);
  g_autofree guint *n_found = g_new (guint, n);
  g_autofree guint32 *numbers = g_new (guint32, self->n_chunks);
  g_autofree float *before = g_new (float, self->n_chunks);
  g_autofree gint16 *query = g_new (gint16, self->stride);
  g_autoptr (GArray) shortfalls = g_array_new (FALSE, FALSE, sizeof (float));
  GArray *shares[QUARRY_VECTOR_N_DEPTHS];
  float *rotated = g_aligned_alloc (self->rotation.n, sizeof (float), QUARRY_VECTOR_ALIGNMENT);
  double lost = (1 - (double) self->promised) / 2;

  for (guint i = 0; i < QUARRY_VECTOR_N_DEPTHS; i++)
    shares[i] = g_array_new (FALSE, FALSE, sizeof (float));
  queries = made != NULL ? made : queries;
  quarry_vector_index_search_exact_many (self, queries, n, k, found, n_found);
  for (guint q = 0; q < n; q++)
    {
      const QuarryNeighbour *nearest = found + (gsize) q * k;
      guint n_numbers, n_rows = 0;

      if (!quarry_vector_index_encode (self, queries + (gsize) q * self->dims, query))
        continue;
      quarry_vector_index_rotate (self, query, rotated);
      n_numbers = quarry_vector_index_rank_chunks (self, query, 1, numbers);
      for (guint i = 0; i < n_numbers; i++)
        {
          n_rows += self->chunks[numbers[i]]->n_rows;
          before[numbers[i]] = (float) n_rows / (float) self->n_rows;
        }
      for (guint i = 0; i < n_found[q]; i++)
        {
          guint32 row = quarry_vector_slots_get (&self->slots, nearest[i].slot);

          /* Slots lie in the file, where somebody may have written over them. */
          if (row >= QUARRY_VECTOR_MAX_ROWS)
            continue;
          for (guint d = 0; d < QUARRY_VECTOR_N_DEPTHS; d++)
            if (i < depths[d])
              g_array_append_val (shares[d], before[row / QUARRY_VECTOR_CHUNK_ROWS]);
          if (i < depths[0])
            {
              float shortfall = measure_shortfall (
                  self, query, rotated, row, nearest[MIN (depths[0], n_found[q]) - 1].score);

              g_array_append_val (shortfalls, shortfall);
            }
        }
    }
  self->effort.deviations
      = CLAMP (quantile (shortfalls, lost), 0, QUARRY_VECTOR_MAX_DEVIATIONS);
  for (guint d = 0; d < QUARRY_VECTOR_N_DEPTHS; d++)
    {
      self->effort.shares[d] = MIN (1, quantile (shares[d], lost));
      g_array_unref (shares[d]);
    }
  self->measured = self->promised;
  g_aligned_free (rotated);
}
