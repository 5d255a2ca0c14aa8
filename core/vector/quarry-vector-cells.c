/* quarry-vector-cells.c: vectors put together that are near one another
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/vector/quarry-vector-cells.h"

#include <cblas.h>
#include <math.h>
#include <string.h>

#define BATCH 512u
#define N_NEAR 3 /* coarse cells in whose fine ones a vector may come */

/* What is learnt from: vectors a cell, and how often. */
#define SAMPLE_COARSE 256u
#define SAMPLE_FINE 64u
#define N_ROUNDS 7

typedef struct
{
  guint dims;
  guint n;
  QuarryVectorGatherFunc gather;
  gpointer data;
  guint n_coarse;
  float *coarse;   /* centres */
  guint32 *near;   /* n × N_NEAR coarse cells, the nearest first */
  GArray *centres; /* of the fine ones */
  guint *starts;   /* of each coarse cell's among them */
  guint32 *cells;  /* each vector's fine one */
} Finder;

/* Writes how near @n vectors are to @k centres (n × k), up to a number that is the vector's own:
 * x·c − ‖c‖² / 2. */
static void
compare (const float *vectors, guint n, const float *centres, guint k, guint dims, float *nearness)
{
  for (guint c = 0; c < k; c++)
    {
      const float *centre = centres + (gsize) c * dims;
      float half = .5f * cblas_sdot ((blasint)dims, centre, 1, centre, 1);

      for (guint i = 0; i < n; i++)
        nearness[(gsize) i * k + c] = -half;
    }
  cblas_sgemm (CblasRowMajor,
               CblasNoTrans,
               CblasTrans,
               (blasint)n,
               (blasint)k,
               (blasint)dims,
               1,
               vectors,
               (blasint)dims,
               centres,
               (blasint)dims,
               1,
               nearness,
               (blasint)k);
}

static guint
best_of (const float *nearness, guint k)
{
  guint best = 0;

  for (guint c = 1; c < k; c++)
    if (nearness[c] > nearness[best])
      best = c;
  return best;
}

/* Lloyd's algorithm. A cell that has lost all its vectors keeps its centre. */
static void
learn (const float *vectors, guint n, guint k, guint dims, float *centres)
{
  g_autofree float *nearness = g_new (float, (gsize) BATCH *k);
  g_autofree float *sums = g_new (float, (gsize) k *dims);
  g_autofree guint *counts = g_new (guint, k);

  for (guint c = 0; c < k; c++)
    memcpy (centres + (gsize) c * dims,
            vectors + (gsize) ((guint64) c * n / k) * dims,
            dims * sizeof *centres);
  for (guint round = 0; round < N_ROUNDS; round++)
    {
      memset (sums, 0, (gsize) k * dims * sizeof *sums);
      memset (counts, 0, k * sizeof *counts);
      for (guint start = 0; start < n; start += BATCH)
        {
          guint count = MIN (BATCH, n - start);

          compare (vectors + (gsize) start * dims, count, centres, k, dims, nearness);
          for (guint i = 0; i < count; i++)
            {
              guint best = best_of (nearness + (gsize) i * k, k);
              const float *vector = vectors + (gsize) (start + i) * dims;
              float *sum = sums + (gsize) best * dims;

              counts[best]++;
              for (guint j = 0; j < dims; j++)
                sum[j] += vector[j];
            }
        }
      for (guint c = 0; c < k; c++)
        for (guint j = 0; j < dims && counts[c] > 0; j++)
          centres[(gsize) c * dims + j] = sums[(gsize) c * dims + j] / (float) counts[c];
    }
}

/* Learns @k centres from @n_sample of the @n vectors that @members are, or of all. */
static void
learn_from (Finder *self,
            const guint32 *members,
            guint n,
            guint n_sample,
            guint k,
            float *centres)
{
  g_autofree guint32 *numbers = g_new (guint32, n_sample);
  g_autofree float *vectors = g_new (float, (gsize) n_sample *self->dims);

  for (guint i = 0; i < n_sample; i++)
    {
      guint place = (guint) ((guint64) i * n / n_sample);

      numbers[i] = members != NULL ? members[place] : place;
    }
  self->gather (self->data, numbers, n_sample, vectors);
  learn (vectors, n_sample, k, self->dims, centres);
}

static void
find_coarse (Finder *self)
{
  guint n_sample = MIN (self->n, SAMPLE_COARSE * self->n_coarse);
  g_autofree float *vectors = g_new (float, (gsize) BATCH *self->dims);
  g_autofree float *nearness = g_new (float, (gsize) BATCH *self->n_coarse);
  guint32 numbers[BATCH];

  learn_from (self, NULL, self->n, n_sample, self->n_coarse, self->coarse);
  for (guint start = 0; start < self->n; start += BATCH)
    {
      guint count = MIN (BATCH, self->n - start);

      for (guint i = 0; i < count; i++)
        numbers[i] = start + i;
      self->gather (self->data, numbers, count, vectors);
      compare (vectors, count, self->coarse, self->n_coarse, self->dims, nearness);
      for (guint i = 0; i < count; i++)
        for (guint p = 0; p < N_NEAR; p++)
          {
            float *row = nearness + (gsize) i * self->n_coarse;
            guint best = best_of (row, self->n_coarse);

            self->near[(gsize) (start + i) * N_NEAR + p] = best;
            row[best] = -G_MAXFLOAT;
          }
    }
}

/* Vectors by their coarse cell: the nearest, or all that are near. Returns the numbers, and where each
 * cell's start. */
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
      guint k = n == 0 ? 0 : MAX (1, n / size);
      guint first = self->centres->len / self->dims;

      self->starts[c] = first;
      self->starts[c + 1] = first + k;
      g_array_set_size (self->centres, (first + k) * self->dims);
      if (k > 0)
        learn_from (self,
                    members + starts[c],
                    n,
                    MIN (n, SAMPLE_FINE * k),
                    k,
                    &g_array_index (self->centres, float, (gsize) first *self->dims));
    }
}

static void
find_fine (Finder *self)
{
  g_autofree gsize *starts = g_new (gsize, self->n_coarse + 2);
  g_autofree guint32 *members = list_members (self, N_NEAR, starts);
  g_autofree float *best = g_new (float, self->n);
  g_autofree float *vectors = g_new (float, (gsize) BATCH *self->dims);

  for (guint i = 0; i < self->n; i++)
    best[i] = -G_MAXFLOAT;
  for (guint c = 0; c < self->n_coarse; c++)
    {
      guint k = self->starts[c + 1] - self->starts[c];
      g_autofree float *nearness = g_new (float, (gsize) BATCH *k);

      for (gsize start = starts[c]; k > 0 && start < starts[c + 1]; start += BATCH)
        {
          guint count = (guint) MIN (BATCH, starts[c + 1] - start);

          self->gather (self->data, members + start, count, vectors);
          compare (vectors,
                   count,
                   &g_array_index (self->centres, float, (gsize) self->starts[c] * self->dims),
                   k,
                   self->dims,
                   nearness);
          for (guint i = 0; i < count; i++)
            {
              guint nearest = best_of (nearness + (gsize) i * k, k);
              float is = nearness[(gsize) i * k + nearest];

              if (is <= best[members[start + i]])
                continue;
              best[members[start + i]] = is;
              self->cells[members[start + i]] = self->starts[c] + nearest;
            }
        }
    }
}

GArray *
quarry_vector_cells_find (guint dims,
                          guint n,
                          guint largest,
                          QuarryVectorGatherFunc gather,
                          gpointer data,
                          guint32 *order)
{
  guint size = largest / 2;
  guint n_coarse = MAX (N_NEAR, (guint) sqrt ((double) n / size));
  g_autofree float *coarse = g_new (float, (gsize) n_coarse *dims);
  g_autofree guint32 *near = g_new (guint32, (gsize) n *N_NEAR);
  g_autofree guint *starts = g_new0 (guint, n_coarse + 1);
  g_autofree guint32 *cells = g_new0 (guint32, n);
  g_autofree guint *counts = NULL;
  g_autoptr (GArray) centres = g_array_new (FALSE, FALSE, sizeof (float));
  Finder self = { dims, n, gather, data, n_coarse, coarse, near, centres, starts, cells };
  GArray *ends = g_array_new (FALSE, FALSE, sizeof (guint32));
  guint n_cells;

  find_coarse (&self);
  learn_fine (&self, size);
  find_fine (&self);

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
