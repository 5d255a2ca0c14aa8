/* quarry-likeness.c: how alike the candidates of a pool are
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * All candidates are like the query, and so like each other; what tells them apart shows once
 * that is taken away: the query's own tokens (which the caller leaves out) and the pool's mean.
 */
#include "core/rank/quarry-diversity.h"
#include "core/document/quarry-wide.h"
#include "core/rank/quarry-rows-private.h"

#include <math.h>
#include <string.h>

/* Likeness below this says nothing. */
#define FLOOR 0.05f

/* The mean of a few vectors is mostly those vectors themselves: it is taken away in part,
 * n / (n + CENTRE_SHRINKAGE), so that equal ones stay alike. */
#define CENTRE_SHRINKAGE 2.0f

/* A stem that one candidate alone holds likens it to none; what it takes away of the likeness that
 * the others give is the less, the lower this is. */
#define UNSHARED 0.25f

/* A stem that every so-manyeth candidate holds is added for all, not for its holders alone. */
#define COMMON 6

/* Vectors are padded to a multiple of this with zeros. */
#define LANES 8
/* Numbers in a cache line. */
#define LINE 16

typedef float Lanes __attribute__ ((vector_size (LANES * sizeof (float)), aligned (4)));

static inline gboolean
normalise (float *vector, guint dims)
{
  double parts[LANES] = { 0.0 };
  double norm = 0.0;
  float factor;

  for (guint d = 0; d < dims; d += LANES)
    for (guint lane = 0; lane < LANES; lane++)
      parts[lane] += (double) vector[d + lane] * (double) vector[d + lane];
  for (guint lane = 0; lane < LANES; lane++)
    norm += parts[lane];
  if (!(norm > 1e-24) || !isfinite (norm))
    {
      memset (vector, 0, dims * sizeof (float));
      return FALSE;
    }
  factor = (float) (1.0 / sqrt (norm));
  for (guint d = 0; d < dims; d++)
    vector[d] *= factor;
  return TRUE;
}

static inline float
sum_of_lanes (const Lanes *lanes)
{
  const float *lane = (const float *) lanes;

  return ((lane[0] + lane[4]) + (lane[1] + lane[5])) + ((lane[2] + lane[6]) + (lane[3] + lane[7]));
}

/* Adds @factor × max(0, u_i · u_j) for centred unit vectors u to the upper triangle of @likeness,
 * diagonal left out. */
FOR_WIDE_REGISTERS static void
add_vector_likeness (const QuarryPool *pool, float factor, float *likeness)
{
  guint n = pool->n;
  guint dims = pool->dims;
  guint stride = (dims + LANES - 1) / LANES * LANES;
  guint n_full = 0;
  g_autofree float *buffer = g_new0 (float, (gsize) n * stride + LINE);
  /* From the beginning of a cache line: what reaches over two of them is loaded twice. */
  float *vectors = buffer + (LINE - ((gsize) buffer / sizeof (float)) % LINE) % LINE;
  g_autofree float *mean = g_new0 (float, stride);
  g_autofree gboolean *full = g_new (gboolean, n + 1);

  for (guint i = 0; i < n; i++)
    {
      float *vector = vectors + (gsize) i * stride;

      memcpy (vector, pool->vectors + (gsize) i * dims, dims * sizeof (float));
      full[i] = normalise (vector, stride);
      if (!full[i])
        continue;
      n_full++;
      for (guint d = 0; d < stride; d++)
        mean[d] += vector[d];
    }
  if (n_full < 2)
    return;

  for (guint d = 0; d < stride; d++)
    mean[d] /= (float) n_full + CENTRE_SHRINKAGE;
  for (guint i = 0; i < n; i++)
    {
      float *vector = vectors + (gsize) i * stride;

      if (!full[i])
        continue;
      for (guint d = 0; d < stride; d++)
        vector[d] -= mean[d];
      normalise (vector, stride);
    }

  /* Two rows and four columns at a time, so that each load serves several products. What is
   * added on and below the diagonal is overwritten. */
  for (guint i = 0; i < n; i += 2)
    {
      const float *u = vectors + (gsize) i * stride;
      const float *below = i + 1 < n ? u + stride : u;
      float *row = likeness + (gsize) i * n;
      float *row_below = i + 1 < n ? row + n : NULL;

      for (guint j = i + 1; j < n; j += 4)
        {
          const float *v[4];
          Lanes sums[2][4] = { 0 };

          for (guint c = 0; c < 4; c++)
            v[c] = vectors + (gsize) MIN (j + c, n - 1) * stride;
          for (guint d = 0; d < stride; d += LANES)
            {
              Lanes left = *(const Lanes *) (u + d);
              Lanes left_below = *(const Lanes *) (below + d);

              /* Unrolled, the sums are in registers. */
#pragma GCC unroll 4
              for (guint c = 0; c < 4; c++)
                {
                  Lanes right = *(const Lanes *) (v[c] + d);

                  sums[0][c] += left * right;
                  sums[1][c] += left_below * right;
                }
            }
#pragma GCC unroll 4
          for (guint c = 0; c < 4; c++)
            {
              float product = sum_of_lanes (&sums[0][c]);
              float product_below = sum_of_lanes (&sums[1][c]);

              if (j + c >= n)
                break;
              row[j + c] += factor * MAX (0.0f, product);
              if (row_below != NULL)
                row_below[j + c] += factor * MAX (0.0f, product_below);
            }
        }
    }
}

/* A place in a table of stems by their terms. */
typedef struct
{
  guint32 term;
  guint32 stem; /* its number + 1; 0: free */
} Slot;

/* A stem's weight in a passage, in the list of its stem. */
typedef struct
{
  guint passage;
  float weight;
} Posting;

/* Adds @factor × the cosine of the weighted stems to the upper triangle: only stems that two
 * candidates share add to it, so that a table of stems is walked instead of all pairs. */
FOR_WIDE_REGISTERS static void
add_term_likeness (const QuarryPool *pool, float factor, float *likeness)
{
  static const double counts[] = { UNSHARED * UNSHARED, 1 }; /* what a stem counts of the length, if shared */
  guint n = pool->n;
  gsize n_entries = 0;
  gsize n_slots = 64;
  gsize mask;
  gsize n_postings = 0;
  guint n_stems = 0;
  g_autofree Slot *slots = NULL;
  g_autofree float *weights = NULL;   /* n: a common stem's, 0 where it is not held */
  g_autofree guint32 *stem_of = NULL; /* by entry */
  g_autofree guint32 *holders = NULL; /* by stem's number: how many passages hold it */
  g_autofree gsize *starts = NULL;    /* by stem's number: its postings; behind them all where it has none */
  g_autofree Posting *postings = NULL;
  gsize entry = 0;

  for (guint i = 0; i < n; i++)
    n_entries += pool->n_terms[i];
  while (n_slots < 2 * n_entries)
    n_slots *= 2;
  mask = n_slots - 1;
  slots = g_new0 (Slot, n_slots);
  weights = g_new0 (float, n + 1);
  stem_of = g_new (guint32, n_entries + 1);
  holders = g_new0 (guint32, n_entries + 1);
  starts = g_new (gsize, n_entries + 1);
  postings = g_new (Posting, n_entries + 1);

  for (guint i = 0; i < n; i++)
    for (guint t = 0; t < pool->n_terms[i]; t++)
      {
        guint32 term = pool->terms[i][t].term;
        gsize slot = term & mask; /* numbers of stems lie close, and ascend */

        while (slots[slot].stem != 0 && slots[slot].term != term)
          slot = (slot + 1) & mask;
        if (slots[slot].stem == 0)
          slots[slot] = (Slot) { term, ++n_stems };
        stem_of[entry] = slots[slot].stem - 1;
        holders[slots[slot].stem - 1]++;
        entry++;
      }
  for (guint s = 0; s < n_stems; s++)
    {
      starts[s] = holders[s] > 1 ? n_postings : n_entries;
      n_postings += holders[s] > 1 ? holders[s] : 0;
    }

  entry = 0;
  for (guint i = 0; i < n; i++)
    {
      const QuarryTermWeight *terms = pool->terms[i];
      guint n_terms = pool->n_terms[i];
      double norm = 0.0;
      float scale;

      /* Whether a stem is shared cannot be foreseen: no branch hangs on it. */
      for (guint t = 0; t < n_terms; t++)
        norm += counts[holders[stem_of[entry + t]] > 1] * (double) terms[t].weight * (double) terms[t].weight;
      scale = norm > 0.0 && isfinite (norm) ? (float) (1.0 / sqrt (norm)) : 0.0f;
      for (guint t = 0; t < n_terms; t++, entry++)
        {
          guint32 stem = stem_of[entry];

          postings[starts[stem]] = (Posting) { i, scale > 0.0f ? scale * terms[t].weight : 0.0f };
          starts[stem] += holders[stem] > 1;
        }
    }

  /* Filling has moved each start to its end. */
  for (guint s = 0; s < n_stems; s++)
    {
      const Posting *end = postings + starts[s];
      const Posting *posting;

      if (holders[s] < 2)
        continue;
      posting = end - holders[s];
      if ((end - posting) * COMMON > n)
        {
          for (const Posting *p = posting; p < end; p++)
            weights[p->passage] = factor * p->weight;
          for (const Posting *p = posting; p < end; p++)
            {
              gsize first = p->passage + 1;

              quarry_add_scaled (likeness + p->passage * (gsize) n + first, weights + first, p->weight, n - (guint) first);
            }
          for (; posting < end; posting++)
            weights[posting->passage] = 0.0f;
          continue;
        }
      for (; posting < end; posting++)
        {
          float *row = likeness + (gsize) posting->passage * n;
          float weight = factor * posting->weight;

          for (const Posting *other = posting + 1; other < end; other++)
            row[other->passage] += weight * other->weight;
        }
    }
}

/* Takes the floor off the upper triangle, and makes the lower one its mirror. */
FOR_WIDE_REGISTERS static void
finish (float *likeness, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      float *row = likeness + (gsize) i * n;

      guint at = i + 1;

      row[i] = 1.0f;
      for (; at + QUARRY_WIDE_LANES <= n; at += QUARRY_WIDE_LANES)
        {
          QuarryWide value = (*(const QuarryWide *) (row + at) - FLOOR) / (1.0f - FLOOR);
          QuarryWideMask above = value > 1.0f, within = value > 0.0f;
          const QuarryWide ones = { 1, 1, 1, 1, 1, 1, 1, 1 };

          *(QuarryWide *) (row + at) = (QuarryWide) (((QuarryWideMask) value & within & ~above)
                                                     | ((QuarryWideMask) ones & above));
        }
      for (; at < n; at++)
        {
          float value = (row[at] - FLOOR) / (1.0f - FLOOR);

          row[at] = CLAMP (value, 0.0f, 1.0f);
        }
      for (guint j = 0; j < i; j++)
        row[j] = likeness[(gsize) j * n + i];
    }
}

float *
quarry_pool_likeness (const QuarryPool *pool)
{
  guint n = pool->n;
  gboolean has_terms = pool->terms != NULL && pool->n_terms != NULL;
  float *likeness = g_new0 (float, MAX ((gsize) n * n, 1));

  add_vector_likeness (pool, has_terms ? 0.5f : 1.0f, likeness);
  if (has_terms)
    add_term_likeness (pool, 0.5f, likeness);
  finish (likeness, n);
  return likeness;
}
