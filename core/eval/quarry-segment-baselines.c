/* quarry-segment-baselines.c: simple methods of segmenting, to compare the segmenter with
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each method is a function that sets the cuts; the classic ones use the units of core/segment.
 */
#include "quarry-config.h"

#include <math.h>

#include "core/eval/quarry-c99.h"
#include "core/eval/quarry-segment-baselines.h"
#include "core/segment/quarry-segment-private.h"

/* Boundaries of TextTiling are at least this many sentences apart. */
#define TILE_SENTENCES 3u

const char *
quarry_baseline_name (QuarryBaseline baseline)
{
  static const char *const names[QUARRY_N_BASELINES] = { "none", "even", "random", "texttiling", "c99", "untrained" };

  g_return_val_if_fail (baseline < QUARRY_N_BASELINES, NULL);

  return names[baseline];
}

static void
cut_evenly (gboolean *cuts, guint n, guint n_boundaries)
{
  for (guint64 i = 1; i <= n_boundaries; i++)
    cuts[i * n / (n_boundaries + 1) - 1] = TRUE;
}

/* Selects gaps such that every combination is equally likely. */
static void
cut_at_random (gboolean *cuts, guint n, guint n_boundaries, guint32 seed)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);

  for (guint gap = 1; gap < n; gap++)
    if (g_rand_double (random) * (n - gap) < n_boundaries)
      {
        cuts[gap - 1] = TRUE;
        n_boundaries--;
      }
}

/* Cuts at each valley that is the deepest one within TILE_SENTENCES − 1 gaps, if it is deeper than the mean depth minus
 * half a standard deviation. */
static void
cut_tiles (gboolean *cuts, const QuarrySentenceWords *words)
{
  g_autoptr (QuarryUnits) units = quarry_units_new (words, NULL, 0);
  g_autofree float *depths = quarry_segment_depths (units);
  double sum = 0, squares = 0, mean, least;
  guint n = words->n;

  for (guint i = 0; i + 1 < n; i++)
    {
      sum += (double) depths[i];
      squares += (double) depths[i] * (double) depths[i];
    }
  mean = sum / MAX (n - 1, 1);
  least = mean - sqrt (MAX (squares / MAX (n - 1, 1) - mean * mean, 0)) / 2;
  for (guint i = 0; i + 1 < n; i++)
    {
      gboolean deepest = (double) depths[i] > MAX (least, 0);
      guint last = MIN (i + TILE_SENTENCES - 1, n - 2);

      /* Of equally deep ones, take the first. */
      for (guint j = i - MIN (i, TILE_SENTENCES - 1); j <= last && deepest; j++)
        deepest = j < i ? depths[j] < depths[i] : depths[j] <= depths[i];
      cuts[i] = deepest;
    }
}

static void
cut_c99 (gboolean *cuts, const QuarrySentenceWords *words)
{
  g_autoptr (QuarryUnits) units = quarry_units_new (words, NULL, 0);

  quarry_c99_cut (units->first_stem, units->stems, units->n_stems, words->n, cuts);
}

static void
cut_untrained (gboolean *cuts,
               QuarryDocument *document,
               const QuarrySentenceWords *words,
               const float *vectors,
               guint dims)
{
  g_autoptr (QuarryUnits) units = quarry_units_new (words, vectors, dims);
  g_autoptr (QuarryGains) gains = quarry_gains_new (units);
  g_autofree QuarryGap *gaps = quarry_segment_gaps (document, words);

  quarry_segment_cut (gains, gaps, words->n);
  for (guint gap = 1; gap < words->n; gap++)
    cuts[gap - 1] = gaps[gap].in_default;
}

gboolean *
quarry_baseline_cut (QuarryBaseline baseline,
                     QuarryDocument *document,
                     const QuarrySentenceWords *words,
                     const float *vectors,
                     guint dims,
                     guint n_boundaries,
                     guint32 seed)
{
  guint n = words->n;
  gboolean *cuts;

  g_return_val_if_fail (QUARRY_IS_DOCUMENT (document), NULL);
  g_return_val_if_fail (n > 0 && n_boundaries < n, NULL);

  cuts = g_new0 (gboolean, n);
  switch (baseline)
    {
    case QUARRY_BASELINE_NONE:
      break;
    case QUARRY_BASELINE_EVEN:
      cut_evenly (cuts, n, n_boundaries);
      break;
    case QUARRY_BASELINE_RANDOM:
      cut_at_random (cuts, n, n_boundaries, seed);
      break;
    case QUARRY_BASELINE_TEXTTILING:
      cut_tiles (cuts, words);
      break;
    case QUARRY_BASELINE_C99:
      cut_c99 (cuts, words);
      break;
    case QUARRY_BASELINE_UNTRAINED:
      cut_untrained (cuts, document, words, vectors, dims);
      break;
    case QUARRY_N_BASELINES:
    default:
      g_assert_not_reached ();
    }
  return cuts;
}
