/* quarry-mmr.c: chooses candidates by maximal marginal relevance
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each pick is the candidate with the greatest λ·relevance − (1 − λ)·likeness to the nearest of those already chosen
 * (Carbonell and Goldstein, The Use of MMR, Diversity-Based Reranking for Reordering Documents and Producing Summaries,
 * SIGIR 1998).
 */
#include "core/rank/quarry-diversity-private.h"

void
quarry_choose_by_mmr (const QuarryChoice *choice, guint limit, guint *chosen)
{
  guint n = choice->n;
  g_autofree float *nearest = g_new0 (float, n);
  g_autofree gboolean *taken = g_new0 (gboolean, n);
  g_autofree double *worth = quarry_choice_new_worth (choice);

  for (guint pick = 0; pick < limit; pick++)
    {
      const float *likeness;
      double best_value = 0.0;
      guint best = n;

      for (guint i = 0; i < n; i++)
        {
          /* For the first pick there is nothing to be unlike, so that relevance alone decides. */
          double weight = pick == 0 ? 1.0 : choice->trade_off;
          double value
              = weight * worth[i] * (double) choice->relevance[i] - (1.0 - weight) * (double) nearest[i];

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
      for (guint j = 0; j < n; j++)
        nearest[j] = MAX (nearest[j], likeness[j]);
    }
}
