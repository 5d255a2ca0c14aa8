/* quarry-coverage.c: chooses candidates that cover the pool
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Greedy facility location: each pick is the candidate that, besides its own relevance, most improves how well the
 * chosen ones represent the whole pool. So the centres of larger groups come first, and a candidate that is merely
 * unlike all others, which is often junk, gains nothing. The greedy choice is within 1 − 1/e of the optimum (Nemhauser,
 * Wolsey, Fisher, 1978). Gains only ever shrink, so that the last known gain of a candidate is an upper bound, and most
 * gains need not be computed again (Minoux, 1978).
 *
 * Each pick from a document reduces the value of its other passages, so that one long document on the subject does not
 * fill the page.
 */
#include "core/rank/quarry-diversity-private.h"

#include <math.h>

/* Scales a gain, which is a share of the pool's relevance, to the range of a candidate's own relevance. */
#define GAIN_SCALE 10.0

/* From this ambiguity of the query on, coverage chooses the first hit too, but only among this many of the most relevant
 * candidates, and only where its relevance is this near to the best one's: a name is as ambiguous as can be, and still
 * whoever types it wants what is named so first, whose score stands out. */
#define FREE_FIRST 0.5
#define FIRST_AMONG 5u
#define FIRST_WITHIN 0.1f

static double
gain_of (const QuarryChoice *choice, guint i, const float *weight, const float *covered)
{
  const float *likeness = choice->likeness + (gsize) i * choice->n;
  float gain[4] = { 0.0f, 0.0f, 0.0f, 0.0f };
  guint j = 0;

  for (; j + 4 <= choice->n; j += 4)
    for (guint lane = 0; lane < 4; lane++)
      {
        float more = likeness[j + lane] - covered[j + lane];

        gain[lane] += weight[j + lane] * MAX (0.0f, more);
      }
  for (; j < choice->n; j++)
    gain[0] += weight[j] * MAX (0.0f, likeness[j] - covered[j]);
  return (double) (gain[0] + gain[1]) + (double) (gain[2] + gain[3]);
}

void
quarry_choose_by_coverage (const QuarryChoice *choice, guint limit, guint *chosen)
{
  guint n = choice->n;
  g_autofree float *covered = g_new0 (float, n);
  g_autofree float *weight = g_new (float, n);
  g_autofree double *bound = g_new (double, n);
  g_autofree double *worth = quarry_choice_new_worth (choice);
  g_autofree guint *fresh = g_new0 (guint, n); /* the pick for which the bound was last computed */
  double total = 0.0;
  double scale;

  for (guint i = 0; i < n; i++)
    {
      weight[i] = choice->evenness > 0.0 ? powf (choice->relevance[i], (float) (1.0 - choice->evenness))
                                         : choice->relevance[i];
      total += (double) weight[i];
    }
  scale = (1.0 - choice->trade_off) * GAIN_SCALE / total;
  for (guint i = 0; i < n; i++)
    bound[i] = G_MAXDOUBLE;

  for (guint pick = 0; pick < limit; pick++)
    {
      const float *likeness;
      guint best = n;
      gboolean is_free = pick > 0 || choice->ambiguity >= FREE_FIRST;
      guint end = pick == 0 && is_free ? MIN (n, FIRST_AMONG) : n;
      float least = 0.0f;

      if (pick == 0)
        {
          for (guint i = 0; i < end; i++)
            least = MAX (least, choice->relevance[i]);
          least -= is_free ? FIRST_WITHIN : 0.0f;
        }
      while (best == n)
        {
          guint top = n;

          for (guint i = 0; i < end; i++)
            if (choice->relevance[i] >= least && (top == n || bound[i] > bound[top]))
              top = i;
          if (fresh[top] == pick + 1)
            {
              best = top;
              break;
            }
          bound[top] = worth[top]
                       * (choice->trade_off * (double)choice->relevance[top]
                          + scale * gain_of (choice, top, weight, covered));
          fresh[top] = pick + 1;
        }

      chosen[pick] = best;
      bound[best] = -G_MAXDOUBLE;
      likeness = choice->likeness + (gsize) best * n;
      for (guint j = 0; j < n; j++)
        covered[j] = MAX (covered[j], likeness[j]);
      quarry_choice_take (choice, best, worth);
    }
}
