/* quarry-segment-lattice.c: the default cut, and the cuts that are coarser and finer
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Without the network, the default cut is the best of all cuts, found by dynamic programming; with it,
 * quarry-segment-risk.c finds the default cut. Coarser cuts leave out its boundaries one by one, always the one by
 * which least is lost; finer cuts split its segments one by one, always where most is gained. So all cuts are nested,
 * and one number a gap, its rank, says how many boundaries a cut must have to include it.
 */
#include "quarry-config.h"

#include "core/segment/quarry-segment-private.h"

/* Stands for "never": larger than any gain, small enough to be added up. */
#define FORBIDDEN_COST 1e6

/* A start of a segment is dropped for all later ends once it is this far behind the best start. A wider margin changes
 * no cut that we have seen. */
#define PRUNE_MARGIN 8.0

/* What a boundary is worth is judged by at most this many sentences on either side. */
#define WEIGHED_SENTENCES 100

static double
cost_at (const QuarryGap *gaps, guint n, guint at)
{
  if (at == 0 || at >= n || gaps[at].sure <= 1)
    return 0;
  return gaps[at].forbidden ? FORBIDDEN_COST : (double) gaps[at].cost;
}

void
quarry_segment_cut (QuarryGains *gains, QuarryGap *gaps, guint n)
{
  g_autofree double *best = g_new (double, (gsize) n + 1);
  g_autofree guint *from = g_new0 (guint, (gsize) n + 1);
  double penalty = quarry_gains_get_penalty (gains, QUARRY_GAIN_BOTH);
  guint low = 0;

  best[0] = 0;
  for (guint end = 1; end <= n; end++)
    {
      double found = -G_MAXDOUBLE;
      const float *row;
      guint first;

      low = first = MAX (low, end - MIN (end, QUARRY_SEGMENT_MAX_SENTENCES));
      row = quarry_gains_ending (gains, end, end - low, QUARRY_GAIN_BOTH);
      for (guint start = end; start-- > low;)
        {
          double value = best[start] + (double) row[start - low] - penalty;

          if (value > found)
            {
              found = value;
              from[end] = start;
            }
        }
      best[end] = found - cost_at (gaps, n, end);

      while (low + 1 < end
             && best[low] + (double) row[low - first] - penalty < found - PRUNE_MARGIN)
        low++;
      /* No segment reaches over a heading. */
      if (end < n && gaps[end].sure <= 1)
        low = end;
      if (n > QUARRY_SEGMENT_KEPT_SENTENCES)
        quarry_gains_forget (gains);
    }

  for (guint gap = 1; gap < n; gap++)
    gaps[gap].in_default = FALSE;
  for (guint end = from[n]; n > 0 && end > 0; end = from[end])
    gaps[end].in_default = TRUE;
}

/* --- A heap of what could be done next ------------------------------------------------------ */

typedef struct
{
  double key; /* the largest comes first; of equal keys, what stands earlier in the text */
  guint at;
  guint start;
  guint end;
} Step;

static gboolean
is_sooner (const Step *a, const Step *b)
{
  return a->key > b->key || (a->key == b->key && a->at < b->at);
}

static void
heap_push (GArray *heap, Step step)
{
  guint i = heap->len;

  g_array_append_val (heap, step);
  while (i > 0)
    {
      guint parent = (i - 1) / 2;

      if (!is_sooner (&step, &g_array_index (heap, Step, parent)))
        break;
      g_array_index (heap, Step, i) = g_array_index (heap, Step, parent);
      i = parent;
    }
  g_array_index (heap, Step, i) = step;
}

static Step
heap_pop (GArray *heap)
{
  Step top = g_array_index (heap, Step, 0);
  Step last = g_array_index (heap, Step, heap->len - 1);
  guint i = 0, n;

  g_array_set_size (heap, heap->len - 1);
  n = heap->len;
  while (n > 0)
    {
      guint child = 2 * i + 1;

      if (child + 1 < n
          && is_sooner (&g_array_index (heap, Step, child + 1), &g_array_index (heap, Step, child)))
        child++;
      if (child >= n || !is_sooner (&g_array_index (heap, Step, child), &last))
        break;
      g_array_index (heap, Step, i) = g_array_index (heap, Step, child);
      i = child;
    }
  if (n > 0)
    g_array_index (heap, Step, i) = last;
  return top;
}

/* --- Coarser -------------------------------------------------------------------------------- */

/* What is lost when the boundary at @at is left out, so that the runs before and after it become one. */
static double
loss_of (QuarryGains *gains, const QuarryGap *gaps, guint n, guint start, guint at, guint end)
{
  double before[WEIGHED_SENTENCES], both[2 * WEIGHED_SENTENCES], after[WEIGHED_SENTENCES];
  guint n_before, n_after;

  n_before = MIN (at - start, WEIGHED_SENTENCES);
  n_after = MIN (end - at, WEIGHED_SENTENCES);
  quarry_gains_forward (gains, at - n_before, n_before + n_after, both);
  quarry_gains_backward (gains, at, n_before, before);
  quarry_gains_forward (gains, at, n_after, after);
  return before[n_before - 1] + after[n_after - 1] - both[n_before + n_after - 1]
         - cost_at (gaps, n, at);
}

/* Ranks those @n_boundaries boundaries of the default cut that may be left out; the first one to go gets the last
 * rank. */
static void
rank_coarser (QuarryGains *gains, QuarryGap *gaps, guint n, guint n_boundaries)
{
  g_autoptr (GArray) heap = g_array_new (FALSE, FALSE, sizeof (Step));
  g_autofree guint *previous = g_new (guint, (gsize) n + 1);
  g_autofree guint *next = g_new (guint, (gsize) n + 1);
  guint last = 0;

  for (guint at = 1; at <= n; at++)
    if (at == n || gaps[at].in_default)
      {
        previous[at] = last;
        next[last] = at;
        last = at;
      }
  for (guint at = next[0]; at < n; at = next[at])
    if (gaps[at].sure > 1)
      heap_push (heap, (Step) { -loss_of (gains, gaps, n, previous[at], at, next[at]),
                                at, previous[at], next[at] });

  while (heap->len > 0)
    {
      Step step = heap_pop (heap);

      /* Outdated where a neighbouring boundary has been left out since: then a newer step for this one is in the
       * heap. */
      if (gaps[step.at].rank != QUARRY_GAP_UNRANKED || previous[step.at] != step.start
          || next[step.at] != step.end)
        continue;

      gaps[step.at].rank = --n_boundaries;
      next[step.start] = step.end;
      previous[step.end] = step.start;
      if (step.start > 0 && gaps[step.start].sure > 1)
        heap_push (heap, (Step) { -loss_of (gains, gaps, n, previous[step.start], step.start, step.end),
                                  step.start, previous[step.start], step.end });
      if (step.end < n && gaps[step.end].sure > 1)
        heap_push (heap, (Step) { -loss_of (gains, gaps, n, step.start, step.end, next[step.end]),
                                  step.end, step.start, next[step.end] });
    }
}

/* --- Finer ---------------------------------------------------------------------------------- */

static void
push_best_split (QuarryGains *gains,
                 const QuarryGap *gaps,
                 guint n,
                 GArray *heap,
                 guint start,
                 guint end)
{
  g_autofree double *before = g_new (double, end - start);
  g_autofree double *after = g_new (double, end - start);
  Step step = { -G_MAXDOUBLE, 0, start, end };

  if (end - start < 2)
    return;

  quarry_gains_forward (gains, start, end - start, before);
  quarry_gains_backward (gains, end, end - start, after);
  for (guint at = start + 1; at < end; at++)
    if (!gaps[at].forbidden)
      {
        double gain = before[at - start - 1] + after[end - at - 1] - before[end - start - 1]
                      - cost_at (gaps, n, at);

        if (gain > step.key)
          {
            step.key = gain;
            step.at = at;
          }
      }
  if (step.at > 0)
    heap_push (heap, step);
}

/* Splits until there are @wanted segments, ranking from @rank on. Returns the next free rank. */
static guint
rank_finer (QuarryGains *gains, QuarryGap *gaps, guint n, guint rank, guint wanted)
{
  g_autoptr (GArray) heap = g_array_new (FALSE, FALSE, sizeof (Step));
  guint segments = 0, start = 0;

  for (guint at = 1; at <= n; at++)
    if (at == n || gaps[at].in_default)
      {
        push_best_split (gains, gaps, n, heap, start, at);
        start = at;
        segments++;
      }
  for (; segments < wanted && heap->len > 0; segments++)
    {
      Step step = heap_pop (heap);

      gaps[step.at].rank = rank++;
      push_best_split (gains, gaps, n, heap, step.start, step.at);
      push_best_split (gains, gaps, n, heap, step.at, step.end);
    }
  return rank;
}

guint
quarry_segment_rank_gaps (QuarryGains *gains, QuarryGap *gaps, guint n, guint *n_default)
{
  guint boundaries = 0;

  for (guint at = 1; at < n; at++)
    boundaries += gaps[at].in_default && gaps[at].sure > 1;
  *n_default = boundaries;

  rank_coarser (gains, gaps, n, boundaries);
  return rank_finer (gains, gaps, n, boundaries, n - n / 2);
}
