/* quarry-maxscore-best.c: the best passages that a search has found so far
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A heap of at most k matches with the worst one on top.
 */
#include "core/lexical/quarry-maxscore-private.h"

/* A match with a lower key is worse: a lower score, or the same score and a higher slot. */
static inline guint64
key_of (const QuarryMaxscoreMatch *match)
{
  return (guint64) match->score << 32 | (G_MAXUINT32 - match->slot);
}

static void
sift_down (QuarryMaxscoreMatch *heap, guint n, QuarryMaxscoreMatch match)
{
  guint64 key = key_of (&match);
  guint at = 0, child = 1;

  for (; child < n; child = 2 * at + 1)
    {
      /* Written without a branch, since which child is worse is unpredictable. */
      child += child + 1 < n && key_of (&heap[child + 1]) < key_of (&heap[child]);
      if (key_of (&heap[child]) >= key)
        break;
      heap[at] = heap[child];
      at = child;
    }
  heap[at] = match;
}

void
quarry_maxscore_best_offer (QuarryMaxscoreBest *self, QuarryMaxscoreMatch match)
{
  if (self->n_found < self->k)
    {
      guint at = self->n_found++;

      while (at > 0 && key_of (&match) < key_of (&self->found[(at - 1) / 2]))
        {
          self->found[at] = self->found[(at - 1) / 2];
          at = (at - 1) / 2;
        }
      self->found[at] = match;
    }
  else if (key_of (&self->found[0]) < key_of (&match))
    {
      sift_down (self->found, self->k, match);
    }
}

void
quarry_maxscore_best_init (QuarryMaxscoreBest *self, QuarryMaxscoreMatch *found, guint k)
{
  *self = (QuarryMaxscoreBest) { .found = found, .k = k };
}

void
quarry_maxscore_best_sort (QuarryMaxscoreBest *self)
{
  for (guint n = self->n_found; n > 1; n--)
    {
      QuarryMaxscoreMatch last = self->found[n - 1];

      self->found[n - 1] = self->found[0];
      sift_down (self->found, n - 1, last);
    }
}
