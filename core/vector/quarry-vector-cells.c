/* quarry-vector-cells.c: groups vectors that are near one another into cells
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Learns coarse centres from a sample of all vectors, finds the nearest coarse cells of each vector, learns fine
 * centres within each coarse cell, and assigns each vector to its nearest fine cell. Cells that are too large are
 * cut.
 */
#include "core/vector/quarry-vector-cells.h"

#include <math.h>
#include <string.h>

#define BATCH 512u
#define N_NEAR 2 /* a vector may be assigned to the fine cells of this many coarse ones */

/* Sample vectors per cell for learning, and rounds of learning. More rounds do not make searches faster: with 100,000
 * to 543,000 paragraphs, searches look at 32 % of the vectors on average to keep their promise, and at 34 % after seven
 * or ten rounds. */
#define SAMPLE_COARSE 256u
#define SAMPLE_FINE 64u
#define N_ROUNDS 4

/* The sum of this many components fits in 32 bits. */
#define MOST_LEARNT (G_MAXINT32 / (QUARRY_VECTOR_ONE + 1))

typedef struct
{
  const QuarryVectorKernels *kernels;
  gsize stride;
  guint n;
  QuarryVectorGatherFunc gather;
  gpointer data;
  guint n_coarse;
  gint16 *coarse; /* centres */
  guint32 *near;  /* n × N_NEAR coarse cells for each vector, the nearest first */
  gint16 *fine;   /* centres */
  guint *starts;  /* index of the first fine centre of each coarse cell */
  guint32 *cells; /* the fine cell of each vector */
  gint16 *batch;  /* room for BATCH vectors */
} Finder;

static gint16 *
make_rows (const Finder *self, gsize n)
{
  return g_aligned_alloc (MAX (1, n) * self->stride, sizeof (gint16), QUARRY_VECTOR_ALIGNMENT);
}

/* Writes how near @n vectors are to @k centres (n × k), except for a term that depends only on the vector: x·c − ‖c‖² /
 * 2. By the Cauchy–Schwarz inequality, 32 bits suffice. */
static void
compare (const Finder *self,
         const gint16 *vectors,
         guint n,
         const gint16 *centres,
         guint k,
         gint32 *nearness)
{
  g_autofree gint32 *halves = g_new (gint32, k);

  for (guint c = 0; c < k; c++)
    {
      const gint16 *centre = centres + c * self->stride;

      self->kernels->dots (centre, centre, self->stride, 1, &halves[c]);
      halves[c] /= 2;
    }
  self->kernels->dots_many (vectors, n, centres, self->stride, k, nearness);
  for (guint i = 0; i < n; i++, nearness += k)
    for (guint c = 0; c < k; c++)
      nearness[c] = (gint32) ((guint32) nearness[c] - (guint32) halves[c]); /* wraps around, as in the kernels */
}

static guint
best_of (const gint32 *nearness, guint k)
{
  guint best = 0;

  for (guint c = 1; c < k; c++)
    if (nearness[c] > nearness[best])
      best = c;
  return best;
}

/* Lloyd's algorithm on at most MOST_LEARNT vectors. A cell that has lost all its vectors keeps its centre. */
static void
learn (const Finder *self, const gint16 *vectors, guint n, guint k, gint16 *centres)
{
  gsize stride = self->stride;
  g_autofree gint32 *nearness = g_new (gint32, (gsize) BATCH *k);
  g_autofree guint32 *sums = g_new (guint32, k *stride); /* signed numbers; unsigned type, so that they may wrap
                                                          * around */
  g_autofree guint *counts = g_new (guint, k);

  for (guint c = 0; c < k; c++)
    memcpy (centres + c * stride,
            vectors + (guint64) c * n / k * stride,
            stride * sizeof *centres);
  for (guint round = 0; round < N_ROUNDS; round++)
    {
      memset (sums, 0, k * stride * sizeof *sums);
      memset (counts, 0, k * sizeof *counts);
      for (guint start = 0; start < n; start += BATCH)
        {
          guint count = MIN (BATCH, n - start);

          compare (self, vectors + start * stride, count, centres, k, nearness);
          for (guint i = 0; i < count; i++)
            {
              guint best = best_of (nearness + (gsize) i * k, k);
              const gint16 *vector = vectors + (start + i) * stride;
              guint32 *sum = sums + best * stride;

              counts[best]++;
              for (gsize j = 0; j < stride; j++)
                sum[j] += (guint32) vector[j];
            }
        }
      for (guint c = 0; c < k; c++)
        for (gsize j = 0; j < stride && counts[c] > 0; j++)
          centres[c * stride + j] = (gint16) ((gint32) sums[c * stride + j] / (gint32) counts[c]);
    }
}

/* Learns @k centres from a sample of at most @n_sample of the @n vectors with the numbers @members (NULL: all). */
static void
learn_from (const Finder *self,
            const guint32 *members,
            guint n,
            guint n_sample,
            guint k,
            gint16 *centres)
{
  n_sample = MIN (n_sample, MOST_LEARNT);

  g_autofree guint32 *numbers = g_new (guint32, n_sample);
  gint16 *vectors = make_rows (self, n_sample);

  for (guint i = 0; i < n_sample; i++)
    {
      guint place = (guint) ((guint64) i * n / n_sample);

      numbers[i] = members != NULL ? members[place] : place;
    }
  self->gather (self->data, numbers, n_sample, vectors);
  learn (self, vectors, n_sample, k, centres);
  g_aligned_free (vectors);
}

static void
find_coarse (const Finder *self)
{
  guint n_sample = MIN (self->n, SAMPLE_COARSE * self->n_coarse);
  g_autofree gint32 *nearness = g_new (gint32, (gsize) BATCH *self->n_coarse);
  guint32 numbers[BATCH];

  learn_from (self, NULL, self->n, n_sample, self->n_coarse, self->coarse);
  for (guint start = 0; start < self->n; start += BATCH)
    {
      guint count = MIN (BATCH, self->n - start);

      for (guint i = 0; i < count; i++)
        numbers[i] = start + i;
      self->gather (self->data, numbers, count, self->batch);
      compare (self, self->batch, count, self->coarse, self->n_coarse, nearness);
      for (guint i = 0; i < count; i++)
        for (guint p = 0; p < N_NEAR; p++)
          {
            gint32 *row = nearness + (gsize) i * self->n_coarse;
            guint best = best_of (row, self->n_coarse);

            self->near[(gsize) (start + i) * N_NEAR + p] = best;
            row[best] = G_MININT32;
          }
    }
}

/* Sorts the vectors by coarse cell: each by its nearest one only, or by its @n_near nearest ones. Returns the numbers
 * of the vectors, and in @starts where those of each cell begin. */
static guint32 *
list_members (const Finder *self, guint n_near, gsize *starts)
{
  guint32 *members = g_new (guint32, (gsize) self->n *n_near);

  memset (starts, 0, (self->n_coarse + 2) * sizeof *starts);
  for (guint i = 0; i < self->n; i++)
    for (guint p = 0; p < n_near; p++)
      starts[self->near[(gsize) i * N_NEAR + p] + 2]++;
  for (guint c = 0; c <= self->n_coarse; c++)
    starts[c + 1] += starts[c];
  for (guint i = 0; i < self->n; i++)
    for (guint p = 0; p < n_near; p++)
      members[starts[self->near[(gsize) i * N_NEAR + p] + 1]++] = i;
  return members;
}

static void
learn_fine (Finder *self, guint size)
{
  g_autofree gsize *starts = g_new (gsize, self->n_coarse + 2);
  g_autofree guint32 *members = list_members (self, 1, starts);

  for (guint c = 0; c < self->n_coarse; c++)
    {
      guint n = (guint) (starts[c + 1] - starts[c]);

      self->starts[c + 1] = self->starts[c] + (n == 0 ? 0 : MAX (1, n / size));
    }
  self->fine = make_rows (self, self->starts[self->n_coarse]);
  for (guint c = 0; c < self->n_coarse; c++)
    {
      guint n = (guint) (starts[c + 1] - starts[c]), k = self->starts[c + 1] - self->starts[c];

      if (k > 0)
        learn_from (self, members + starts[c], n, MIN (n, SAMPLE_FINE * k), k,
                    self->fine + self->starts[c] * self->stride);
    }
}

static void
find_fine (const Finder *self)
{
  g_autofree gsize *starts = g_new (gsize, self->n_coarse + 2);
  g_autofree guint32 *members = list_members (self, N_NEAR, starts);
  g_autofree gint32 *best = g_new (gint32, self->n);

  for (guint i = 0; i < self->n; i++)
    best[i] = G_MININT32;
  for (guint c = 0; c < self->n_coarse; c++)
    {
      guint k = self->starts[c + 1] - self->starts[c];
      g_autofree gint32 *nearness = g_new (gint32, (gsize) BATCH *k);

      for (gsize start = starts[c]; k > 0 && start < starts[c + 1]; start += BATCH)
        {
          guint count = (guint) MIN (BATCH, starts[c + 1] - start);

          self->gather (self->data, members + start, count, self->batch);
          compare (self, self->batch, count, self->fine + self->starts[c] * self->stride, k, nearness);
          for (guint i = 0; i < count; i++)
            {
              guint nearest = best_of (nearness + (gsize) i * k, k);
              gint32 is = nearness[(gsize) i * k + nearest];

              if (is <= best[members[start + i]])
                continue;
              best[members[start + i]] = is;
              self->cells[members[start + i]] = self->starts[c] + nearest;
            }
        }
    }
}

GArray *
quarry_vector_cells_find (const QuarryVectorKernels *kernels,
                          gsize stride,
                          guint n,
                          guint largest,
                          QuarryVectorGatherFunc gather,
                          gpointer data,
                          guint32 *order)
{
  guint size = largest / 2;
  guint n_coarse = MAX (N_NEAR, (guint) sqrt ((double) n / size));
  g_autofree guint32 *near = g_new (guint32, (gsize) n *N_NEAR);
  g_autofree guint *starts = g_new0 (guint, n_coarse + 1);
  g_autofree guint32 *cells = g_new0 (guint32, n);
  g_autofree guint *counts = NULL;
  Finder self = { .kernels = kernels,
                  .stride = stride,
                  .n = n,
                  .gather = gather,
                  .data = data,
                  .n_coarse = n_coarse,
                  .near = near,
                  .starts = starts,
                  .cells = cells };
  GArray *ends = g_array_new (FALSE, FALSE, sizeof (guint32));
  guint n_cells;

  self.coarse = make_rows (&self, n_coarse);
  self.batch = make_rows (&self, BATCH);
  find_coarse (&self);
  learn_fine (&self, size);
  find_fine (&self);
  g_aligned_free (self.coarse);
  g_aligned_free (self.fine);
  g_aligned_free (self.batch);

  n_cells = starts[n_coarse];
  counts = g_new0 (guint, n_cells + 2);
  for (guint i = 0; i < n; i++)
    counts[cells[i] + 2]++;
  for (guint c = 0; c < n_cells; c++)
    {
      guint count = counts[c + 2], n_parts = (count + largest - 1) / largest;

      for (guint p = 1; p <= n_parts; p++)
        {
          guint32 end = counts[c + 1] + (guint) ((guint64) count * p / n_parts);

          g_array_append_val (ends, end);
        }
      counts[c + 2] += counts[c + 1];
    }
  for (guint i = 0; i < n; i++)
    order[counts[cells[i] + 1]++] = i;
  return ends;
}

void
quarry_vector_cells_choose (const QuarryVectorKernels *kernels,
                            gsize stride,
                            guint n,
                            QuarryVectorGatherFunc gather,
                            gpointer data,
                            const gint16 *centres,
                            guint k,
                            guint32 *cells)
{
  enum
  {
    N_TOGETHER = 64
  };
  Finder self = { .kernels = kernels, .stride = stride };
  g_autofree gint32 *nearness = g_new (gint32, (gsize) N_TOGETHER *k);
  gint16 *vectors = make_rows (&self, N_TOGETHER);
  guint32 numbers[N_TOGETHER];

  for (guint start = 0; start < n; start += N_TOGETHER)
    {
      guint count = MIN (N_TOGETHER, n - start);

      for (guint i = 0; i < count; i++)
        numbers[i] = start + i;
      gather (data, numbers, count, vectors);
      compare (&self, vectors, count, centres, k, nearness);
      for (guint i = 0; i < count; i++)
        cells[start + i] = best_of (nearness + (gsize) i * k, k);
    }
  g_aligned_free (vectors);
}
