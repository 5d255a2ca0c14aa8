/* quarry-segment-risk.c: the cut that is expected to err least, by the network's odds
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Errors are counted as P_k counts them (Beeferman, Berger and Lafferty 1999): of all pairs of sentences half a segment
 * apart, those of which the cut wrongly says that they are of one topic, or that they are not. The network says how
 * likely each pair is of one topic. The cut with the fewest expected errors is then found exactly, by dynamic
 * programming in linear time, because what a segment is worth is the sum over the pairs within it, a difference of two
 * prefix sums.
 *
 * Counted in this way, two boundaries that are nearer each other than such a pair cost little more than one. But to a
 * reader they make a segment too many, so they are made to cost something.
 *
 * Where no gap stands out, all odds are low, and the cut with the fewest expected errors has hardly a boundary, although
 * the odds add up to as many boundaries as elsewhere. In such a text, boundaries cost less for being near each other,
 * and are made cheaper until the cut has about two thirds of the expected number. If a slightly lower price would
 * suddenly give far more than expected, the cut with too few is kept: it is better than a stretch of single sentences.
 * Where boundaries are expected to be many, more of them were found to cost no more errors, and such a text is to have
 * more of the expected number.
 */
#include "quarry-config.h"

#include <math.h>

#include "core/segment/quarry-segment-net.h"

/* A boundary is also worth something by its own gap's log odds, since these say best where in the neighbourhood it
 * stands: ODDS_WEIGHT times what they are above a certain level. The lower that level, the more boundaries there are. It
 * is EVEN_FIRST in the first attempt and is lowered as far as EVEN_LAST. */
#define ODDS_WEIGHT 0.1
#define EVEN_FIRST -0.5
#define EVEN_LAST -4.0

/* To P_k, two boundaries part a pair no worse than one does. A reader sees a segment too many, and so does WindowDiff
 * (Pevzner and Hearst, Computational Linguistics 28(1), 2002). So a pair that two boundaries part is worth this much
 * less. */
#define CROWDED_WEIGHT 0.3
#define CROWDED_WEIGHT_WHERE_FEW 0.15

/* Shares of the expected number of boundaries. With ENOUGH_SHARE of it, the first cut is kept. Otherwise boundaries are
 * made cheaper, by a bisection of so many halvings, until there are just LEAST_SHARE of it; but if those are more than
 * MOST_SHARE of it, fewer are taken. Where there is more than one expected in FINE sentences, both the first and the
 * second are FINE_SHARE. */
#define ENOUGH_SHARE 0.45
#define LEAST_SHARE 0.65
#define MOST_SHARE 1.2
#define HALVINGS 8
#define FINE 10
#define FINE_SHARE 0.8

/* By how much a boundary's log odds fall for each unit of gain that it costs because of the structure. */
#define COST_ODDS 3.5

/* The longest segment, in sentences. */
#define LONGEST 400

/* How far apart the sentences of a pair are: of these distances the nearest to half the expected mean length of a
 * segment. There are few, so that an edit seldom changes it. The first are the widths of the network's windows. */
#define N_APART (QUARRY_SEGMENT_HEADS + 4)
static const guint farther_apart[N_APART - QUARRY_SEGMENT_HEADS] = { 32, 48, 64, 96 };

#define CERTAIN 0.999999
#define FORBIDDEN_COST 1e6

typedef struct
{
  const QuarryGap *gaps;
  const float *odds; /* n × QUARRY_SEGMENT_OUTPUTS */
  guint n;
  double *log_odds;  /* of a boundary at each gap, with the structure's costs */
  double *worth;     /* n + 1: sum of what those pairs are worth that begin before each sentence */
  double crowded;    /* what a pair loses where two boundaries part it */
  double *crowding;  /* n + 1: a short segment loses crowded + crowding[start] − crowding[end] */
  guint apart;
  double *best;      /* n + 1: the value of the best cut of what is before */
  guint *from;       /* n + 1: where the last segment of that cut begins */
} Risk;

static double
probability (double log_odds)
{
  return 1 / (1 + exp (-log_odds));
}

static guint
apart_at (guint i)
{
  return i < QUARRY_SEGMENT_HEADS ? quarry_segment_head_widths[i] : farther_apart[i - QUARRY_SEGMENT_HEADS];
}

static double
odds_at (const Risk *self, guint gap)
{
  return (double) self->odds[(gsize) gap * QUARRY_SEGMENT_OUTPUTS];
}

/* Fills log_odds, and returns how many boundaries are expected beside the sure ones, whose number is added to *sure. */
static double
expect (Risk *self, guint *sure)
{
  double expected = 0;

  for (guint gap = 1; gap < self->n; gap++)
    {
      const QuarryGap *at = &self->gaps[gap];

      self->log_odds[gap] = odds_at (self, gap) - COST_ODDS * (double) at->cost;
      if (at->sure <= 1)
        *sure += 1;
      else if (at->forbidden)
        self->log_odds[gap] = -FORBIDDEN_COST;
      else
        expected += probability (self->log_odds[gap]);
    }
  return expected;
}

/* For pairs that are farther apart than the network's widest window is wide: what that window around each gap says, as
 * the log probability that it holds no boundary, divided by its gaps. The network does not know the structure's costs.
 * So a window's log odds are changed by as much as these costs change the log probability that none of its gaps, taken
 * one by one, is a boundary (@none: with the costs, @bare: without). (transfer full): n + 1 prefix sums, each over the
 * gaps before */
static double *
sum_widest (const Risk *self, const double *none, const double *bare)
{
  const guint window = QUARRY_SEGMENT_HEADS - 1, width = quarry_segment_head_widths[window];
  double *sums = g_new (double, (gsize) self->n + 1);

  sums[0] = sums[1] = 0;
  for (guint gap = 1; gap < self->n; gap++)
    {
      /* At the ends of the text the window is shorter. */
      guint from = MAX (gap - MIN (gap, width / 2), 1);
      guint to = MIN (gap - MIN (gap, width / 2) + width, self->n);
      double odds = (double) self->odds[(gsize) gap * QUARRY_SEGMENT_OUTPUTS + 1 + window];

      odds += (none[to] - none[from]) - (bare[to] - bare[from]);
      sums[gap + 1] = sums[gap] + log (probability (odds)) / (to - from);
    }
  return sums;
}

/* Computes what each pair is worth if it is within one segment: 1 where it is surely of one topic, −1 where surely not,
 * divided by its distance. How likely it is of one topic is the mean of two probabilities: the one that none of its
 * gaps is a boundary, by their own odds; and what the network says of the window that covers them or, where no window
 * is so wide, of the widest windows around them. What the structure changes in the first, it changes in the second. */
static void
weigh_pairs (Risk *self, double mean_length)
{
  /* The log probability that none of the gaps before is a boundary, with the structure's costs (@none) and without
   * (@bare). */
  g_autofree double *none = g_new (double, (gsize) self->n + 1);
  g_autofree double *bare = g_new (double, (gsize) self->n + 1);
  g_autofree double *widest = NULL;
  guint nearest = 0, apart;

  for (guint i = 1; i < N_APART; i++)
    if (fabs (log (2 * apart_at (i) / mean_length)) < fabs (log (2 * apart_at (nearest) / mean_length)))
      nearest = i;
  self->apart = apart = MIN (apart_at (nearest), self->n - 1);

  none[0] = none[1] = bare[0] = bare[1] = 0;
  for (guint gap = 1; gap < self->n; gap++)
    {
      none[gap + 1] = none[gap] + log1p (-MIN (probability (self->log_odds[gap]), CERTAIN));
      bare[gap + 1] = bare[gap] + log1p (-MIN (probability (odds_at (self, gap)), CERTAIN));
    }
  if (nearest >= QUARRY_SEGMENT_HEADS)
    widest = sum_widest (self, none, bare);
  self->worth[0] = 0;
  for (guint first = 0; first < self->n; first++)
    {
      guint from = first + 1, to = from + apart;
      double alone, same;

      self->worth[first + 1] = self->worth[first];
      if (first + apart >= self->n)
        continue;
      alone = none[to] - none[from];
      if (widest != NULL)
        same = exp (widest[to] - widest[from]);
      else
        {
          const float *window = self->odds + ((gsize) from + apart / 2) * QUARRY_SEGMENT_OUTPUTS + 1;

          same = probability ((double) window[nearest] + alone - (bare[to] - bare[from]));
        }
      self->worth[first + 1] += (exp (alone) + same - 1) / apart;
    }
}

static void
set_crowded (Risk *self, double crowded)
{
  self->crowded = crowded;
  for (guint i = 0; i <= self->n; i++)
    self->crowding[i] = crowded * i / self->apart;
}

/* Starts of segments that may yet be the best for some end, the best first: a monotonic queue. */
typedef struct
{
  guint *starts;
  guint first;
  guint last;
} Starts;

static void
starts_add (Starts *self, const double *best, const double *less, guint start)
{
  double value = best[start] - less[start];

  while (self->last > self->first)
    {
      guint other = self->starts[self->last - 1];

      if (best[other] - less[other] > value)
        break;
      self->last--;
    }
  self->starts[self->last++] = start;
}

static void
starts_drop (Starts *self, guint before)
{
  while (self->first < self->last && self->starts[self->first] < before)
    self->first++;
}

/* Considers the segments that end at @end and are so short that no pair is within them, and returns what the best cut
 * with one of them is worth. They begin at one of @near or at the beginning of the text or, where @end is the end of
 * the text, anywhere from @low on. Where such a segment is between two boundaries, all pairs that reach across it are
 * parted twice. */
static double
end_shortly (Risk *self, const Starts *near, guint low, guint end)
{
  double value = -G_MAXDOUBLE;

  if (end == self->n)
    for (guint start = MAX (low, end - MIN (end, self->apart)); start < end; start++)
      {
        if (self->best[start] > value)
          {
            self->from[end] = start;
            value = self->best[start];
          }
      }
  else if (near->first < near->last)
    {
      guint start = near->starts[near->first];

      self->from[end] = start;
      value = self->best[start] - self->crowding[start] + self->crowding[end] - self->crowded;
    }
  /* A segment at the beginning of the text has no boundary before it, so that no pair is parted twice. */
  if (low == 0 && end <= self->apart && self->best[0] >= value)
    {
      self->from[end] = 0;
      value = self->best[0];
    }
  return value;
}

/* Finds the best cut, where log odds count as far as they are above @even; returns how many boundaries it has beside the
 * sure ones. @work: 2 (n + 1) numbers. */
static guint
find_cut (Risk *self, double even, guint *work)
{
  /* Starts of segments so short that no pair is within them, and of longer ones. */
  Starts near = { work, 0, 0 }, far = { work + self->n + 1, 0, 0 };
  guint apart = self->apart, low = 0, found = 0;

  self->best[0] = 0;
  for (guint end = 1; end <= self->n; end++)
    {
      double value;

      if (end > apart && end - apart - 1 >= low)
        starts_add (&far, self->best, self->worth, end - apart - 1);
      starts_drop (&near, MAX (low, end - MIN (end, apart)));
      starts_drop (&far, MAX (low, end - MIN (end, LONGEST)));
      value = end_shortly (self, &near, low, end);
      if (far.first < far.last)
        {
          guint start = far.starts[far.first];
          double other = self->best[start] + self->worth[end - apart] - self->worth[start];

          if (other >= value)
            {
              self->from[end] = start;
              value = other;
            }
        }
      if (end < self->n && self->gaps[end].sure <= 1)
        low = end; /* no segment reaches over it */
      else if (end < self->n)
        value += ODDS_WEIGHT * (self->log_odds[end] - even);
      self->best[end] = value;
      starts_add (&near, self->best, self->crowding, end);
    }
  for (guint end = self->from[self->n]; end > 0; end = self->from[end])
    found += self->gaps[end].sure > 1;
  return found;
}

/* Finds the best cut that has enough of the @expected boundaries. */
static void
find_enough (Risk *self, double expected, guint *work)
{
  double few = EVEN_FIRST, many = EVEN_LAST;
  double enough = self->n < FINE * expected ? FINE_SHARE : ENOUGH_SHARE;
  double least = MAX (enough, LEAST_SHARE);

  set_crowded (self, CROWDED_WEIGHT);
  if (find_cut (self, few, work) + 0.5 >= enough * expected)
    return;
  set_crowded (self, CROWDED_WEIGHT_WHERE_FEW);
  if (find_cut (self, few, work) + 0.5 >= least * expected)
    return;

  for (guint i = 0; i < HALVINGS; i++)
    {
      double even = (few + many) / 2;

      if (find_cut (self, even, work) + 0.5 >= least * expected)
        many = even;
      else
        few = even;
    }
  /* Where all gaps are much alike, a slightly lower price makes boundaries of all of them at once. */
  if (find_cut (self, many, work) > MOST_SHARE * expected + 0.5)
    find_cut (self, few, work);
}

void
quarry_segment_cut_by_odds (const float *odds, QuarryGap *gaps, guint n)
{
  g_autofree double *log_odds = g_new (double, n);
  g_autofree double *worth = g_new (double, (gsize) n + 1);
  g_autofree double *crowding = g_new (double, (gsize) n + 1);
  g_autofree double *best = g_new (double, (gsize) n + 1);
  g_autofree guint *from = g_new0 (guint, (gsize) n + 1);
  g_autofree guint *work = g_new (guint, 2 * ((gsize) n + 1));
  Risk self = { gaps, odds, n, log_odds, worth, 0, crowding, 0, best, from };
  double expected;
  guint sure = 0;

  g_return_if_fail (n > 1);

  expected = expect (&self, &sure);
  weigh_pairs (&self, n / (expected + sure + 1));
  find_enough (&self, expected, work);
  for (guint gap = 1; gap < n; gap++)
    gaps[gap].in_default = FALSE;
  for (guint end = from[n]; end > 0; end = from[end])
    gaps[end].in_default = TRUE;
}
