/* quarry-segment-evidence.c: how much is gained by cutting a document at a gap
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * For each gap, the gain of the best cut of the whole document with a boundary there, less that of the best cut without
 * one (a difference of max-marginals): by vectors alone, by words alone and by both, at several penalties for one more
 * segment. One dynamic program finds the best cuts of what is before each gap, another those of what is after it. It
 * works on stretches of the document, so that memory is bounded; each is extended by the longest segment on either
 * side.
 */
#include "quarry-config.h"

#include <string.h>

#include "core/segment/quarry-segment-private.h"

#define STRETCH 4096u
#define LONGEST 100u

/* A start of a segment is dropped for all later ends once it is this far behind the best start. */
#define PRUNE_MARGIN 6.0f

/* The value of what is impossible. */
#define NEVER (-1e30f)

/* The coarsest model comes last, because look_back() drops starts by the values of the last one. */
static const struct
{
  QuarryGainPart part;
  double factor; /* times the usual penalty */
} models[QUARRY_SEGMENT_N_EVIDENCE] = {
  { QUARRY_GAIN_VECTORS, 1.0 }, { QUARRY_GAIN_WORDS, 1.0 },
  { QUARRY_GAIN_BOTH, 0.6 }, { QUARRY_GAIN_BOTH, 1.0 }, { QUARRY_GAIN_BOTH, 1.7 },
};

typedef struct
{
  guint *low; /* for each end, the first start that is considered */
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

/* @x with its lanes moved up by @by places (a constant), and NEVER in the lanes below. */
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

/* Finds for each end which starts are considered, and by each model the best cut of the sentences before it. */
FOR_WIDE_REGISTERS static void
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
      /* @values and @found are those of the coarsest model. It wants the longest segments, so that it drops a start
       * last. */
      while (low + 1 < end
             && work->before[coarsest][low - from] + values[low - (end - n)] < found - PRUNE_MARGIN)
        low++;
      if (end < to && gaps[end].sure <= 1)
        low = end;
    }
}

FOR_WIDE_REGISTERS static void
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

FOR_WIDE_REGISTERS static void
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

      /* The running maximum over all starts so far, for as many starts at a time as there are lanes. */
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
