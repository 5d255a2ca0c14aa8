/* quarry-segment-evidence.c: how much better the document is cut at a gap than not
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The best cut of the whole document with a boundary at the gap against the best one without
 * (max-marginals), as the gains see it, by one model or both, at several penalties a segment. Computed in stretches, so
 * that memory is bounded; each reaches over its ends as far as a segment can.
 */
#include "quarry-config.h"

#include <string.h>

#include "core/segment/quarry-segment-private.h"

#define STRETCH 4096u
#define LONGEST 100u

/* A start of a segment that has fallen so far behind the best is not looked at again. */
#define PRUNE_MARGIN 6.0f

/* What is never possible. */
#define NEVER (-1e30f)

/* The coarsest comes last: by it is told which starts are looked at. */
static const struct
{
  QuarryGainPart part;
  double factor; /* of the usual penalty */
} models[QUARRY_SEGMENT_N_EVIDENCE] = {
  { QUARRY_GAIN_VECTORS, 1.0 }, { QUARRY_GAIN_WORDS, 1.0 },
  { QUARRY_GAIN_BOTH, 0.6 }, { QUARRY_GAIN_BOTH, 1.0 }, { QUARRY_GAIN_BOTH, 1.7 },
};

typedef struct
{
  guint *low; /* the first start that each end looks at */
  float *before[QUARRY_SEGMENT_N_EVIDENCE];
  float *after[QUARRY_SEGMENT_N_EVIDENCE];
  float *without;
} Work;

static float
penalty_of (const QuarryGains *gains, guint model)
{
  return (float) (models[model].factor * quarry_gains_get_penalty (gains, models[model].part));
}

#define N_LANES QUARRY_SEGMENT_LANES
#define LARGER QUARRY_SEGMENT_LARGER

typedef QuarrySegmentLanes Lanes;

/* The lanes @by places before, a constant, and below them what is never the largest. */
#define BEHIND(x, by)                                                                                               \
  ({                                                                                                               \
    Lanes lanes_ = (x), never_ = (Lanes){ 0 } + NEVER;                                                              \
    (Lanes) __builtin_shufflevector (lanes_, never_, (0 - (by)) & 15, (1 - (by)) & 15, (2 - (by)) & 15,             \
                                     (3 - (by)) & 15, (4 - (by)) & 15, (5 - (by)) & 15, (6 - (by)) & 15,            \
                                     (7 - (by)) & 15);                                                              \
  })

/* The largest of a[i] + b[i], or NEVER. */
static inline float
largest_sum (const float *a, const float *b, guint n)
{
  Lanes most = (Lanes) { 0 } + NEVER;
  float found = NEVER;
  guint i = 0;

  for (; i + N_LANES <= n; i += N_LANES)
    most = LARGER (most, *(const Lanes *) (a + i) + *(const Lanes *) (b + i));
  for (; i < n; i++)
    found = MAX (found, a[i] + b[i]);
  for (guint lane = 0; lane < N_LANES; lane++)
    found = MAX (found, most[lane]);
  return found;
}

/* Which runs may be segments, and the best cuts of what stands before each gap. */
QUARRY_SEGMENT_WIDE static void
look_back (Work *work, QuarryGains *gains, const QuarryGap *gaps, guint from, guint to)
{
  const guint coarsest = QUARRY_SEGMENT_N_EVIDENCE - 1;
  guint low = from;

  for (guint m = 0; m <= coarsest; m++)
    work->before[m][0] = 0;
  for (guint end = from + 1; end <= to; end++)
    {
      const float *values = NULL;
      float found;
      guint n;

      low = MAX (low, end - MIN (end, LONGEST));
      n = end - low;
      work->low[end - from] = low;
      for (guint m = 0; m <= coarsest; m++)
        {
          const float *before = work->before[m] + (low - from);

          values = quarry_gains_ending (gains, end, n, models[m].part);
          found = largest_sum (before, values, n);
          work->before[m][end - from] = found - penalty_of (gains, m);
        }
      /* By the coarsest, which wants the longest segments. */
      while (low + 1 < end
             && work->before[coarsest][low - from] + values[low - (end - n)] < found - PRUNE_MARGIN)
        low++;
      if (end < to && gaps[end].sure <= 1)
        low = end;
    }
}

QUARRY_SEGMENT_WIDE static void
look_ahead (Work *work, QuarryGains *gains, guint from, guint to, guint m)
{
  float penalty = penalty_of (gains, m);
  float *after = work->after[m];
  guint n = to - from;

  for (guint i = 0; i < n; i++)
    after[i] = NEVER;
  after[n] = 0;
  for (guint end = n; end > 0; end--)
    {
      guint low = work->low[end] - from;
      const float *row = quarry_gains_ending (gains, from + end, end - low, models[m].part);
      float rest = after[end] - penalty;

      guint start = low;

      for (; start + N_LANES <= end; start += N_LANES)
        *(Lanes *) (after + start)
            = LARGER (*(const Lanes *) (after + start), *(const Lanes *) (row + (start - low)) + rest);
      for (; start < end; start++)
        after[start] = MAX (after[start], row[start - low] + rest);
    }
}

QUARRY_SEGMENT_WIDE static void
weigh (Work *work, QuarryGains *gains, guint from, guint to, guint m)
{
  float penalty = penalty_of (gains, m);
  const float *before = work->before[m];
  guint n = to - from;

  for (guint i = 0; i <= n; i++)
    work->without[i] = NEVER;
  for (guint end = 2; end <= n; end++)
    {
      guint low = work->low[end] - from;
      const float *row = quarry_gains_ending (gains, from + end, end - low, models[m].part);
      float rest = work->after[m][end] - penalty;
      float best = NEVER;
      guint start = low;

      /* Of each start and those before it, as many at a time as there are lanes. */
      for (; start + N_LANES < end; start += N_LANES)
        {
          Lanes *without = (Lanes *) (work->without + start + 1);
          Lanes most = *(const Lanes *) (before + start) + *(const Lanes *) (row + (start - low)) + rest;

          most = LARGER (most, BEHIND (most, 1));
          most = LARGER (most, BEHIND (most, 2));
          most = LARGER (most, BEHIND (most, 4));
          most = LARGER (most, (Lanes) { 0 } + best);
          *without = LARGER (*without, most);
          best = most[N_LANES - 1];
        }
      for (; start + 1 < end; start++)
        {
          best = MAX (best, before[start] + row[start - low] + rest);
          work->without[start + 1] = MAX (work->without[start + 1], best);
        }
    }
}

float *
quarry_segment_evidence (QuarryGains *gains, const QuarryGap *gaps, guint n)
{
  const guint n_models = QUARRY_SEGMENT_N_EVIDENCE;
  float *evidence = g_new0 (float, MAX ((gsize) n * n_models, 1));
  guint most = MIN (n, STRETCH + 2 * LONGEST);
  Work work = { 0 };

  work.low = g_new0 (guint, (gsize) most + 1);
  work.without = g_new (float, (gsize) most + 1);
  for (guint m = 0; m < n_models; m++)
    {
      work.before[m] = g_new (float, (gsize) most + 1);
      work.after[m] = g_new (float, (gsize) most + 1);
    }

  for (guint start = 0; start < n; start += STRETCH)
    {
      guint end = MIN (n - start, STRETCH) + start;
      guint from = start - MIN (start, LONGEST);
      guint to = MIN (n - end, LONGEST) + end;

      look_back (&work, gains, gaps, from, to);
      for (guint m = 0; m < n_models; m++)
        {
          look_ahead (&work, gains, from, to, m);
          weigh (&work, gains, from, to, m);
          for (guint i = MAX (start, 1); i < end; i++)
            {
              float with = work.before[m][i - from] + work.after[m][i - from];
              float margin = with - work.without[i - from];

              evidence[(gsize) i * n_models + m] = CLAMP (margin, -20.0f, 20.0f);
            }
        }
      if (n > QUARRY_SEGMENT_KEPT_SENTENCES)
        quarry_gains_forget (gains);
    }

  for (guint m = 0; m < n_models; m++)
    {
      g_free (work.before[m]);
      g_free (work.after[m]);
    }
  g_free (work.low);
  g_free (work.without);
  return evidence;
}
