/* quarry-dpp.c: chooses candidates by a determinantal point process
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The set whose matrix of likenesses, weighted by relevance, has the greatest determinant. It is found greedily: each
 * pick is the candidate of which most is not spanned by the chosen ones (Chen, Zhang, Zhou, Fast Greedy MAP Inference
 * for Determinantal Point Process to Improve Recommendation Diversity, NeurIPS 2018; each pick adds one row of the
 * Cholesky factor).
 */
#include "core/rank/quarry-diversity-private.h"

#include <math.h>

/* Below this, what is left of a candidate is rounding error. */
#define LEAST_LEFT 1e-6

/* All candidates are somewhat alike to begin with: a kernel of (1 + likeness) / 2 never makes two of them fully unlike,
 * and is positive definite if the matrix of likenesses nearly is. */
static double
kernel (float likeness)
{
  return 0.5 + 0.5 * (double) likeness;
}

void
quarry_choose_by_dpp (const QuarryChoice *choice, guint limit, guint *chosen)
{
  guint n = choice->n;
  g_autofree double *left = g_new (double, n);
  g_autofree double *factor = g_new (double, (gsize) limit *n); /* one row for each pick */
  g_autofree gboolean *taken = g_new0 (gboolean, n);
  g_autofree double *worth = quarry_choice_new_worth (choice);
  /* The paper's θ / (2 (1 − θ)), times two, since logarithms of squares are added up. */
  double weight = choice->trade_off / MAX (1.0 - choice->trade_off, 1e-6);

  for (guint i = 0; i < n; i++)
    left[i] = 1.0;

  for (guint pick = 0; pick < limit; pick++)
    {
      const float *likeness;
      double *row = factor + (gsize) pick * n;
      double best_value = 0.0;
      double root;
      guint best = n;

      /* Candidates of which nothing is left come last, by relevance. */
      for (guint i = 0; i < n; i++)
        {
          double value = log (MAX (left[i], LEAST_LEFT * LEAST_LEFT))
                         + weight * worth[i] * (double) choice->relevance[i];

          if (left[i] < LEAST_LEFT)
            value -= 1e9;
          if (!taken[i] && (best == n || value > best_value))
            {
              best = i;
              best_value = value;
            }
        }

      chosen[pick] = best;
      taken[best] = TRUE;
      quarry_choice_take (choice, best, worth);
      likeness = choice->likeness + (gsize) best * n;
      root = left[best] < LEAST_LEFT ? 0.0 : 1.0 / sqrt (left[best]);
      for (guint j = 0; j < n; j++)
        {
          double sum = kernel (likeness[j]);

          for (guint p = 0; p < pick; p++)
            sum -= factor[(gsize) p * n + best] * factor[(gsize) p * n + j];
          row[j] = sum * root;
          left[j] = MAX (0.0, left[j] - row[j] * row[j]);
        }
    }
}
