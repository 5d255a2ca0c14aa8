/* quarry-segment-evidence.c: how much better the document is cut at a gap than not
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The best cut of the whole document with a boundary at the gap against the best one without
 * (max-marginals), as the gains see it, at several penalties a segment. Computed in stretches, so
 * that memory is bounded; each reaches over its ends as far as a segment can.
 */
#include "quarry-config.h"

#include <string.h>

#include "core/segment/quarry-segment-private.h"

#define STRETCH 4096u
#define LONGEST 160u

/* A start of a segment that has fallen so far behind the best is not looked at again. */
#define PRUNE_MARGIN 6.0f

/* What is never possible. */
#define NEVER (-1e30f)

static const float factors[QUARRY_SEGMENT_N_PENALTIES] = { 0.6f, 1.0f, 1.7f };

typedef struct
{
  guint *low; /* the first start that each end looks at */
  float *before[QUARRY_SEGMENT_N_PENALTIES];
  float *after[QUARRY_SEGMENT_N_PENALTIES];
  float *without;
} Work;

/* Which runs may be segments, and the best cuts of what stands before each gap. */
static void
look_back (Work *work, QuarryGains *gains, const QuarryGap *gaps, guint from, guint to, float penalty)
{
  const guint coarsest = QUARRY_SEGMENT_N_PENALTIES - 1;
  guint low = from;

  for (guint p = 0; p <= coarsest; p++)
    work->before[p][0] = 0;
  for (guint end = from + 1; end <= to; end++)
    {
      const float *values;
      float found = NEVER;
      guint n;

      low = MAX (low, end - MIN (end, LONGEST));
      n = end - low;
      work->low[end - from] = low;
      values = quarry_gains_ending (gains, end, n);

      for (guint p = 0; p <= coarsest; p++)
        {
          const float *before = work->before[p] + (low - from);

          found = NEVER;
          for (guint i = 0; i < n; i++)
            found = MAX (found, before[i] + values[i]);
          work->before[p][end - from] = found - factors[p] * penalty;
        }
      /* By the coarsest, which wants the longest segments. */
      while (low + 1 < end
             && work->before[coarsest][low - from] + values[low - (end - n)] < found - PRUNE_MARGIN)
        low++;
      if (end < to && gaps[end].sure <= 1)
        low = end;
    }
}

static void
look_ahead (Work *work, QuarryGains *gains, guint from, guint to, guint p, float penalty)
{
  float *after = work->after[p];
  guint n = to - from;

  for (guint i = 0; i < n; i++)
    after[i] = NEVER;
  after[n] = 0;
  for (guint end = n; end > 0; end--)
    {
      guint low = work->low[end] - from;
      const float *row = quarry_gains_ending (gains, from + end, end - low);
      float rest = after[end] - penalty;

      for (guint start = low; start < end; start++)
        after[start] = MAX (after[start], row[start - low] + rest);
    }
}

static void
weigh (Work *work, QuarryGains *gains, guint from, guint to, guint p, float penalty)
{
  const float *before = work->before[p];
  guint n = to - from;

  for (guint i = 0; i <= n; i++)
    work->without[i] = NEVER;
  for (guint end = 2; end <= n; end++)
    {
      guint low = work->low[end] - from;
      const float *row = quarry_gains_ending (gains, from + end, end - low);
      float rest = work->after[p][end] - penalty;
      float best = NEVER;

      for (guint start = low; start + 1 < end; start++)
        {
          best = MAX (best, before[start] + row[start - low] + rest);
          work->without[start + 1] = MAX (work->without[start + 1], best);
        }
    }
}

float *
quarry_segment_evidence (QuarryGains *gains, const QuarryGap *gaps, guint n)
{
  const guint n_penalties = QUARRY_SEGMENT_N_PENALTIES;
  float *evidence = g_new0 (float, MAX ((gsize) n * n_penalties, 1));
  float penalty = (float) quarry_gains_get_penalty (gains);
  guint most = MIN (n, STRETCH + 2 * LONGEST);
  Work work = { 0 };

  work.low = g_new0 (guint, (gsize) most + 1);
  work.without = g_new (float, (gsize) most + 1);
  for (guint p = 0; p < n_penalties; p++)
    {
      work.before[p] = g_new (float, (gsize) most + 1);
      work.after[p] = g_new (float, (gsize) most + 1);
    }

  for (guint start = 0; start < n; start += STRETCH)
    {
      guint end = MIN (n - start, STRETCH) + start;
      guint from = start - MIN (start, LONGEST);
      guint to = MIN (n - end, LONGEST) + end;

      look_back (&work, gains, gaps, from, to, penalty);
      for (guint p = 0; p < n_penalties; p++)
        {
          look_ahead (&work, gains, from, to, p, factors[p] * penalty);
          weigh (&work, gains, from, to, p, factors[p] * penalty);
          for (guint i = MAX (start, 1); i < end; i++)
            {
              float with = work.before[p][i - from] + work.after[p][i - from];
              float margin = with - work.without[i - from];

              evidence[(gsize) i * n_penalties + p] = CLAMP (margin, -20.0f, 20.0f);
            }
        }
      if (n > QUARRY_SEGMENT_KEPT_SENTENCES)
        quarry_gains_forget (gains, from, to);
    }

  for (guint p = 0; p < n_penalties; p++)
    {
      g_free (work.before[p]);
      g_free (work.after[p]);
    }
  g_free (work.low);
  g_free (work.without);
  return evidence;
}
