/* quarry-mixture.c: chooses candidates by proportional shares of cells
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The pool is regarded as a mixture of cells, each of which has a claim to places according to its weight (Gong et al.,
 * kNN-Embed, 2022; with proportionality by divisors as in Dang and Croft's PM-2, SIGIR 2012). The weight of a cell is
 * the square root of its total relevance, so that a big cell gets more places, but not all of them. The most central
 * members of a cell are chosen first.
 */
#include "core/rank/quarry-clusters-private.h"
#include "core/rank/quarry-diversity-private.h"

#include <math.h>

void
quarry_choose_by_mixture (const QuarryChoice *choice, guint limit, guint *chosen)
{
  guint n = choice->n;
  g_autofree guint *cell_of = g_new (guint, n);
  guint n_cells = quarry_find_clusters (choice->likeness, n, QUARRY_CLUSTERS_STOP, cell_of);
  g_autofree double *weight = g_new0 (double, n_cells);
  g_autofree guint *n_taken = g_new0 (guint, n_cells);
  g_autofree double *centrality = g_new0 (double, n);
  g_autofree double *most_central = g_new0 (double, n_cells);
  g_autofree gboolean *taken = g_new0 (gboolean, n);
  g_autofree double *worth = quarry_choice_new_worth (choice);
  double heaviest = 0.0;

  for (guint i = 0; i < n; i++)
    weight[cell_of[i]] += (double) choice->relevance[i];
  for (guint c = 0; c < n_cells; c++)
    {
      weight[c] = sqrt (weight[c]);
      heaviest = MAX (heaviest, weight[c]);
    }

  /* How like this candidate the other members of its cell are, weighted by relevance and divided by the maximum in the
   * cell: 1 for its centre. */
  for (guint i = 0; i < n; i++)
    {
      const float *likeness = choice->likeness + (gsize) i * n;

      for (guint j = 0; j < n; j++)
        if (cell_of[j] == cell_of[i])
          centrality[i] += (double) (choice->relevance[j] * likeness[j]);
      most_central[cell_of[i]] = MAX (most_central[cell_of[i]], centrality[i]);
    }
  for (guint i = 0; i < n; i++)
    if (most_central[cell_of[i]] > 0.0)
      centrality[i] /= most_central[cell_of[i]];

  for (guint pick = 0; pick < limit; pick++)
    {
      guint best = n;
      double best_value = 0.0;

      for (guint i = 0; i < n; i++)
        {
          guint cell = cell_of[i];
          double claim = weight[cell] / heaviest / (2 * n_taken[cell] + 1);
          double value = worth[i]
                         * (choice->trade_off * (double) choice->relevance[i]
                            + (1.0 - choice->trade_off) * claim * centrality[i]);

          if (!taken[i] && (best == n || value > best_value))
            {
              best = i;
              best_value = value;
            }
        }
      chosen[pick] = best;
      taken[best] = TRUE;
      quarry_choice_take (choice, best, worth);
      n_taken[cell_of[best]]++;
    }
}
