/* quarry-likeness.c: how alike the candidates of a pool are
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * All candidates are like the query, and so like each other; what tells them apart shows once
 * that is taken away: the query's own tokens (which the caller leaves out) and the pool's mean.
 */
#include "core/rank/quarry-diversity.h"

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

/* Vectors are padded to a multiple of this with zeros. */
#define LANES 8

/* Built once more for processors with wide registers; which one is used shows when the program starts. */
#if defined(__x86_64__) && defined(__GLIBC__) \
    && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define FOR_WIDE_REGISTERS __attribute__ ((target_clones ("default", "avx2")))
#else
#define FOR_WIDE_REGISTERS
#endif

typedef float Lanes __attribute__ ((vector_size (LANES * sizeof (float)), aligned (4)));

static gboolean
normalise (float *vector, guint dims)
{
  double norm = 0.0;
  float factor;

  for (guint d = 0; d < dims; d++)
    norm += (double) vector[d] * (double) vector[d];
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

static float
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
  g_autofree float *vectors = g_new0 (float, (gsize) n *stride);
  g_autofree float *mean = g_new0 (float, stride);

  for (guint i = 0; i < n; i++)
    {
      float *vector = vectors + (gsize) i * stride;

      memcpy (vector, pool->vectors + (gsize) i * dims, dims * sizeof (float));
      if (!normalise (vector, dims))
        continue;
      n_full++;
      for (guint d = 0; d < dims; d++)
        mean[d] += vector[d];
    }
  if (n_full < 2)
    return;

  for (guint d = 0; d < dims; d++)
    mean[d] /= (float) n_full + CENTRE_SHRINKAGE;
  for (guint i = 0; i < n; i++)
    {
      float *vector = vectors + (gsize) i * stride;
      gboolean is_zero = TRUE;

      for (guint d = 0; d < dims && is_zero; d++)
        is_zero = vector[d] == 0.0f;
      if (is_zero)
        continue;
      for (guint d = 0; d < dims; d++)
        vector[d] -= mean[d];
      normalise (vector, dims);
    }

  /* Four columns at a time, so that each load of row i serves four products. */
  for (guint i = 0; i < n; i++)
    {
      const float *u = vectors + (gsize) i * stride;
      float *row = likeness + (gsize) i * n;
      guint j = i + 1;

      for (; j + 4 <= n; j += 4)
        {
          const float *v = vectors + (gsize) j * stride;
          Lanes sum0 = { 0.0f };
          Lanes sum1 = { 0.0f };
          Lanes sum2 = { 0.0f };
          Lanes sum3 = { 0.0f };

          for (guint d = 0; d < stride; d += LANES)
            {
              Lanes left = *(const Lanes *) (u + d);

              sum0 += left * *(const Lanes *) (v + d);
              sum1 += left * *(const Lanes *) (v + stride + d);
              sum2 += left * *(const Lanes *) (v + 2 * stride + d);
              sum3 += left * *(const Lanes *) (v + 3 * stride + d);
            }
          row[j] += factor * MAX (0.0f, sum_of_lanes (&sum0));
          row[j + 1] += factor * MAX (0.0f, sum_of_lanes (&sum1));
          row[j + 2] += factor * MAX (0.0f, sum_of_lanes (&sum2));
          row[j + 3] += factor * MAX (0.0f, sum_of_lanes (&sum3));
        }
      for (; j < n; j++)
        {
          const float *v = vectors + (gsize) j * stride;
          Lanes sum = { 0.0f };

          for (guint d = 0; d < stride; d += LANES)
            sum += *(const Lanes *) (u + d) * *(const Lanes *) (v + d);
          row[j] += factor * MAX (0.0f, sum_of_lanes (&sum));
        }
    }
}

/* A stem's weight in a passage, in the list of its stem. */
typedef struct
{
  guint passage;
  float weight;
} Posting;

/* Adds @factor × the cosine of the weighted stems to the upper triangle: only stems that two
 * candidates share add to it, so that a table of stems is walked instead of all pairs. */
static void
add_term_likeness (const QuarryPool *pool, float factor, float *likeness)
{
  guint n = pool->n;
  gsize n_entries = 0;
  gsize n_slots = 64;
  gsize mask;
  guint n_stems = 0;
  g_autofree guint32 *slots = NULL;   /* stem's number + 1 by hash of the term */
  g_autofree guint32 *terms = NULL;   /* by stem's number */
  g_autofree guint32 *stem_of = NULL; /* by entry */
  g_autofree guint32 *holders = NULL; /* by stem's number: how many passages hold it */
  g_autofree gsize *starts = NULL;    /* by stem's number: its postings */
  g_autofree Posting *postings = NULL;
  gsize entry = 0;

  for (guint i = 0; i < n; i++)
    n_entries += pool->n_terms[i];
  while (n_slots < 2 * n_entries)
    n_slots *= 2;
  mask = n_slots - 1;
  slots = g_new0 (guint32, n_slots);
  terms = g_new (guint32, n_entries + 1);
  stem_of = g_new (guint32, n_entries + 1);
  holders = g_new0 (guint32, n_entries + 1);
  starts = g_new0 (gsize, n_entries + 2);
  postings = g_new (Posting, n_entries + 1);

  for (guint i = 0; i < n; i++)
    for (guint t = 0; t < pool->n_terms[i]; t++)
      {
        guint32 term = pool->terms[i][t].term;
        gsize slot = (term * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15)) >> 32 & mask;

        while (slots[slot] != 0 && terms[slots[slot] - 1] != term)
          slot = (slot + 1) & mask;
        if (slots[slot] == 0)
          {
            terms[n_stems++] = term;
            slots[slot] = n_stems;
          }
        stem_of[entry] = slots[slot] - 1;
        holders[stem_of[entry]]++;
        entry++;
      }
  for (guint s = 0; s < n_stems; s++)
    starts[s + 1] = starts[s] + holders[s];

  entry = 0;
  for (guint i = 0; i < n; i++)
    {
      double norm = 0.0;
      float scale;

      for (guint t = 0; t < pool->n_terms[i]; t++)
        {
          float weight = pool->terms[i][t].weight * (holders[stem_of[entry + t]] > 1 ? 1.0f : UNSHARED);

          norm += (double) weight * (double) weight;
        }
      scale = norm > 0.0 && isfinite (norm) ? (float) (1.0 / sqrt (norm)) : 0.0f;
      for (guint t = 0; t < pool->n_terms[i]; t++, entry++)
        {
          float weight = scale > 0.0f ? scale * pool->terms[i][t].weight : 0.0f;

          postings[starts[stem_of[entry]]++] = (Posting){ i, weight };
        }
    }

  /* Filling has moved each start to the next one's. */
  for (guint s = 0; s < n_stems; s++)
    {
      const Posting *posting = postings + (s > 0 ? starts[s - 1] : 0);
      const Posting *end = postings + starts[s];

      for (; posting < end; posting++)
        {
          float *row = likeness + (gsize) posting->passage * n;
          float weight = factor * posting->weight;

          for (const Posting *other = posting + 1; other < end; other++)
            row[other->passage] += weight * other->weight;
        }
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

  for (guint i = 0; i < n; i++)
    {
      likeness[(gsize) i * n + i] = 1.0f;
      for (guint j = i + 1; j < n; j++)
        {
          float value = (likeness[(gsize) i * n + j] - FLOOR) / (1.0f - FLOOR);

          value = CLAMP (value, 0.0f, 1.0f);
          likeness[(gsize) i * n + j] = value;
          likeness[(gsize) j * n + i] = value;
        }
    }
  return likeness;
}
