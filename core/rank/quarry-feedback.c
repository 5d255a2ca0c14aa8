/* quarry-feedback.c: changes a query according to passages that a person marked
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sums over passages, weighted, for vectors, words and ranked lists.
 */
#include "core/rank/quarry-feedback.h"

#include <math.h>

static double
length_of (const float *vector, guint dims)
{
  double sum = 0.0;

  for (guint d = 0; d < dims; d++)
    sum += (double) vector[d] * (double) vector[d];
  return sqrt (sum);
}

/* Adds @share times the mean of the vectors, each normalised. */
static void
add_mean (double *sum, guint dims, const float *const *vectors, guint n, double share)
{
  guint n_counted = 0;

  for (guint i = 0; i < n; i++)
    {
      double length = length_of (vectors[i], dims);

      n_counted += isfinite (length) && length > 0.0;
    }
  for (guint i = 0; i < n; i++)
    {
      double length = length_of (vectors[i], dims);

      if (!isfinite (length) || !(length > 0.0))
        continue;
      for (guint d = 0; d < dims; d++)
        sum[d] += share / n_counted * (double) vectors[i][d] / length;
    }
}

gboolean
quarry_feedback_move (float *query,
                      guint dims,
                      const float *const *more,
                      guint n_more,
                      const float *const *less,
                      guint n_less)
{
  g_autofree double *sum = g_new (double, MAX (1, dims));
  double length = 0.0;

  for (guint d = 0; d < dims; d++)
    sum[d] = (double) query[d];
  add_mean (sum, dims, more, n_more, QUARRY_FEEDBACK_MORE);
  add_mean (sum, dims, less, n_less, -QUARRY_FEEDBACK_LESS);
  for (guint d = 0; d < dims; d++)
    length += sum[d] * sum[d];
  length = sqrt (length);
  if (!isfinite (length) || !(length > 1e-9))
    return FALSE;
  for (guint d = 0; d < dims; d++)
    query[d] = (float) (sum[d] / length);
  return TRUE;
}

static void
add_terms (GHashTable *sums,
           const QuarryTermWeight *const *terms,
           const guint *n_terms,
           guint n_passages,
           double share)
{
  for (guint i = 0; i < n_passages; i++)
    for (guint t = 0; t < n_terms[i]; t++)
      {
        gpointer key = GUINT_TO_POINTER (terms[i][t].term);
        double *sum = g_hash_table_lookup (sums, key);

        if (sum == NULL)
          {
            /* A stem that only the other passages hold is not a word of these. */
            if (share < 0.0)
              continue;
            sum = g_new0 (double, 1);
            g_hash_table_insert (sums, key, sum);
          }
        *sum += share * (double) terms[i][t].weight;
      }
}

static int
compare_terms (gconstpointer a, gconstpointer b)
{
  const QuarryTermWeight *left = a;
  const QuarryTermWeight *right = b;

  if (left->weight > right->weight || left->weight < right->weight)
    return left->weight > right->weight ? -1 : 1;
  return left->term < right->term ? -1 : left->term > right->term;
}

GArray *
quarry_feedback_terms (const QuarryTermWeight *const *terms,
                       const guint *n_terms,
                       guint n_passages,
                       const QuarryTermWeight *const *other_terms,
                       const guint *n_other_terms,
                       guint n_others,
                       guint limit)
{
  g_autoptr (GHashTable) sums = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  GArray *found = g_array_new (FALSE, FALSE, sizeof (QuarryTermWeight));
  GHashTableIter iter;
  gpointer key, value;

  add_terms (sums, terms, n_terms, n_passages, 1.0 / MAX (1, n_passages));
  add_terms (sums, other_terms, n_other_terms, n_others, -1.0 / MAX (1, n_others));
  g_hash_table_iter_init (&iter, sums);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      QuarryTermWeight term = { GPOINTER_TO_UINT (key), (float) *(double *) value };

      if (isfinite (term.weight) && term.weight > 0.0f)
        g_array_append_val (found, term);
    }
  g_array_sort (found, compare_terms);
  if (found->len > limit)
    g_array_set_size (found, limit);
  return found;
}

static int
compare_scored (gconstpointer a, gconstpointer b)
{
  const QuarryScored *left = a;
  const QuarryScored *right = b;

  if (left->score > right->score || left->score < right->score)
    return left->score > right->score ? -1 : 1;
  return left->slot < right->slot ? -1 : left->slot > right->slot;
}

GArray *
quarry_feedback_add_up (const QuarryWeightedList *lists, guint n_lists)
{
  g_autoptr (GHashTable) sums = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  GArray *found = g_array_new (FALSE, FALSE, sizeof (QuarryScored));
  GHashTableIter iter;
  gpointer key, value;

  for (guint l = 0; l < n_lists; l++)
    for (guint i = 0; i < lists[l].n && lists[l].scored[0].score > 0.0f; i++)
      {
        const QuarryScored *scored = &lists[l].scored[i];
        double *sum = g_hash_table_lookup (sums, GUINT_TO_POINTER (scored->slot));

        if (sum == NULL)
          {
            sum = g_new0 (double, 1);
            g_hash_table_insert (sums, GUINT_TO_POINTER (scored->slot), sum);
          }
        *sum += lists[l].weight * (double) scored->score / (double) lists[l].scored[0].score;
      }
  g_hash_table_iter_init (&iter, sums);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      QuarryScored scored = { GPOINTER_TO_UINT (key), (float) *(double *) value };

      if (scored.score > 0.0f)
        g_array_append_val (found, scored);
    }
  g_array_sort (found, compare_scored);
  return found;
}
