/* quarry-vector-effort.c: how much a search looks at, so that it finds as much as is promised
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/vector/quarry-vector-index-private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define N_QUERIES 1024
#define N_DEEP_QUERIES 128

/* The part of what may be lost that deviations may lose. They cost little and lose less and less the more there
 * are; cells cost the more the further out they are. Of 543,000 paragraphs at .996, an eighth of the time of
 * searches is spared against halves. */
#define LOST_BY_DEVIATIONS .2

/* How sure it is that no more is lost than may be: this many standard deviations of a number of neighbours. */
#define CERTAINTY 1.64

/* The same share for every query: to end where centres lie so much behind the worst that was found needs as many
 * vectors for the same recall. Of the nearest 150 of a million, .996 lie in .45 and .41 of them (four and twelve words)
 * by the share, in .46 and .40 in the mean by that; of 225,000, in .38 and .32, and .40 and .34. */
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

/* Deviations fall by this part of theirs with each doubling of the share from the first on. For the nearest 150 of
 * 225,000 passages 2,100 are looked at exactly where 2,620 are with the same deviations everywhere that let go as much,
 * of a million 3,830 where 5,100 are; for the nearest ten 333 and 390, 708 and 837. */
#define NEAR_SHARE .01f
#define FALL .07f

/* What deviations are in a cell, of what they are in the nearest: all to half. */
static float
shape_deviations (float share)
{
  return 1 - FALL * log2f (CLAMP (share, NEAR_SHARE, 1) / NEAR_SHARE);
}

float
quarry_vector_effort_get_deviations (const QuarryVectorEffort *self, float share)
{
  return self->deviations * shape_deviations (share);
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

/* What must be granted so that, as far as can be told from as many as these, only the part @lost of all like
 * @needed is more. */
static float
quantile (GArray *needed, double lost)
{
  double expected = lost * needed->len;
  guint n_lost = (guint) MAX (0, expected - CERTAINTY * sqrt (expected));

  if (needed->len == 0)
    return 0;
  qsort (needed->data, needed->len, sizeof (float), compare_floats);
  return g_array_index (needed, float, needed->len - 1 - n_lost);
}

/* 0 to @most, which is safe: what a damaged file's vectors and codes give need not be a number. */
static float
within (float needed, float most)
{
  return needed >= 0 && needed < most ? needed : needed < 0 ? 0 : most;
}

/* Adds @weight times the vector in @place of all chunks' to @query. */
static void
add_vector (QuarryVectorIndex *self, guint64 place, float weight, float *query)
{
  const QuarryVectorChunk *chunk = self->chunks[place % self->n_chunks];
  g_autofree float *vector = g_new0 (float, self->dims);

  quarry_vector_index_get (self, chunk->slots[place % chunk->n_rows], vector);
  for (guint j = 0; j < self->dims; j++)
    query[j] += weight * vector[j];
}

/* Queries are shorter than what they are to find, and go astray: a vector, and away from it as two
 * others are from one another. Of 200,000 and of 543,000 paragraphs, searches measured by these found
 * .997 and .996 of the nearest to spans of twelve words, where .995 was promised; with less straying,
 * and with one other vector only, they found .988 to .993. */
static float *
make_queries (QuarryVectorIndex *self, guint n)
{
  float *queries = g_new0 (float, (gsize) n *self->dims);

  for (guint64 i = 0; i < n; i++)
    {
      float *query = queries + i * self->dims;

      add_vector (self, i * self->n_chunks / n, 1, query);
      add_vector (self, i * 7919, 1, query);
      add_vector (self, i * 104729, -1, query);
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

static const guint depths[QUARRY_VECTOR_N_DEPTHS] = { 10, 100, 1000 };

/* What the neighbours of some queries need. */
typedef struct
{
  GArray *shortfalls;
  GArray *shares[QUARRY_VECTOR_N_DEPTHS];
} Needs;

/* The share of all vectors that is looked at with each chunk. */
static void
rank_shares (QuarryVectorIndex *self, const gint16 *query, guint32 *numbers, float *shares)
{
  guint n = quarry_vector_index_rank_chunks (self, query, 1, numbers), n_rows = 0;

  for (guint i = 0; i < n; i++)
    {
      n_rows += self->chunks[numbers[i]]->n_rows;
      shares[numbers[i]] = (float) n_rows / (float) self->n_rows;
    }
}

/* Adds the needs of the nearest down to depths @from to @to. */
static void
measure_needs (QuarryVectorIndex *self,
               const float *queries,
               guint n,
               guint from,
               guint to,
               Needs *needs)
{
  guint k = depths[to] / QUARRY_VECTOR_SAMPLE;
  g_autofree QuarryNeighbour *found = g_new (QuarryNeighbour, (gsize) n *k);
  g_autofree guint *n_found = g_new (guint, n);
  g_autofree guint32 *numbers = g_new (guint32, self->n_chunks);
  g_autofree float *shares = g_new (float, self->n_chunks);
  gint16 *query = g_aligned_alloc (self->stride, sizeof *query, QUARRY_VECTOR_ALIGNMENT);
  float *rotated = g_aligned_alloc (self->rotation.n, sizeof (float), QUARRY_VECTOR_ALIGNMENT);

  quarry_vector_index_search_sample (self, queries, n, k, found, n_found);
  for (guint q = 0; q < n; q++)
    {
      const QuarryNeighbour *nearest = found + (gsize) q * k;

      if (n_found[q] == 0
          || !quarry_vector_index_encode (self, queries + (gsize) q * self->dims, query))
        continue;
      quarry_vector_index_rotate (self, query, rotated);
      rank_shares (self, query, numbers, shares);
      for (guint i = 0; i < n_found[q]; i++)
        {
          guint32 row = nearest[i].slot;

          for (guint d = from; d <= to; d++)
            if (i < depths[d] / QUARRY_VECTOR_SAMPLE)
              g_array_append_val (needs->shares[d], shares[row / QUARRY_VECTOR_CHUNK_ROWS]);
          if (from == 0)
            {
              float shortfall
                  = measure_shortfall (self, query, rotated, row, nearest[n_found[q] - 1].score)
                    / shape_deviations (shares[row / QUARRY_VECTOR_CHUNK_ROWS]);

              g_array_append_val (needs->shortfalls, shortfall);
            }
        }
    }
  g_aligned_free (query);
  g_aligned_free (rotated);
}

/* For the greatest depth, which says the more of each query, some of the queries do. */
static void
measure_deep_needs (QuarryVectorIndex *self, const float *queries, guint n, Needs *needs)
{
  guint last = QUARRY_VECTOR_N_DEPTHS - 1, n_deep = MIN (n, N_DEEP_QUERIES);
  g_autofree float *some = g_new (float, (gsize) n_deep *self->dims);

  for (guint i = 0; i < n_deep; i++)
    memcpy (some + (gsize) i * self->dims,
            queries + (gsize) (i * n / n_deep) * self->dims,
            self->dims * sizeof *some);
  measure_needs (self, some, n_deep, last, last, needs);
}

void
quarry_vector_index_measure_effort (QuarryVectorIndex *self, const float *queries, guint n)
{
  g_autofree float *made = n == 0 ? make_queries (self, n = N_QUERIES) : NULL;
  double lost = 1 - (double) self->promised;
  Needs needs = { g_array_new (FALSE, FALSE, sizeof (float)) };

  for (guint i = 0; i < QUARRY_VECTOR_N_DEPTHS; i++)
    needs.shares[i] = g_array_new (FALSE, FALSE, sizeof (float));
  queries = made != NULL ? made : queries;
  measure_needs (self, queries, n, 0, QUARRY_VECTOR_N_DEPTHS - 2, &needs);
  measure_deep_needs (self, queries, n, &needs);
  self->effort.deviations = within (quantile (needs.shortfalls, lost * LOST_BY_DEVIATIONS),
                                    QUARRY_VECTOR_MAX_DEVIATIONS);
  for (guint d = 0; d < QUARRY_VECTOR_N_DEPTHS; d++)
    {
      self->effort.shares[d] = within (quantile (needs.shares[d], lost * (1 - LOST_BY_DEVIATIONS)), 1);
      g_array_unref (needs.shares[d]);
    }
  g_array_unref (needs.shortfalls);

  /* The nearest ten are among the nearest hundred, of which ten times as many were met: their share is less uncertain.
   * Of 50,000, 200,000 and 540,000 paragraphs, each measured 24 to 40 times with other queries, that spares 11, 17 and
   * 10 % of the vectors looked at, and as few found less than is promised as without. */
  self->effort.shares[0] = MIN (self->effort.shares[0], self->effort.shares[1]);
  self->measured = self->promised;
}
