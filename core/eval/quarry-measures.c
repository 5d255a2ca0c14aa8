/* quarry-measures.c: measures of ranked lists and of segmentations
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Straightforward implementations; only auroc and adjusted_rand take quadratic time.
 */
#include "quarry-config.h"

#include <math.h>

#include "core/eval/quarry-measures.h"

#include <string.h>

/* --- Ranked lists --------------------------------------------------------------------------- */

static guint
count_relevant (const int *grades, guint n)
{
  guint relevant = 0;

  for (guint i = 0; i < n; i++)
    relevant += grades[i] > 0;
  return relevant;
}

static int
compare_descending (gconstpointer a, gconstpointer b, gpointer user_data)
{
  int x = *(const int *) a, y = *(const int *) b;

  return (x < y) - (x > y);
}

/* The gain of Järvelin and Kekäläinen with the discount of trec_eval: the grade divided by log2 (rank + 1). */
static double
discounted_gain (const int *grades, guint n)
{
  double sum = 0;

  for (guint i = 0; i < n; i++)
    if (grades[i] > 0)
      sum += grades[i] / log2 (i + 2.0);
  return sum;
}

double
quarry_measure_ndcg (const int *gains, guint n, const int *judged, guint n_judged, guint depth)
{
  g_autofree int *ideal = NULL;
  double best;

  if (n_judged == 0)
    return 0;

  ideal = g_memdup2 (judged, n_judged * sizeof *ideal);
  g_qsort_with_data (ideal, n_judged, sizeof *ideal, compare_descending, NULL);
  best = discounted_gain (ideal, MIN (n_judged, depth));
  return best > 0 ? discounted_gain (gains, MIN (n, depth)) / best : 0;
}

double
quarry_measure_recall (const int *gains, guint n, const int *judged, guint n_judged, guint depth)
{
  guint relevant = count_relevant (judged, n_judged);

  return relevant > 0 ? (double) count_relevant (gains, MIN (n, depth)) / relevant : 0;
}

double
quarry_measure_reciprocal_rank (const int *gains, guint n, guint depth)
{
  for (guint i = 0; i < MIN (n, depth); i++)
    if (gains[i] > 0)
      return 1.0 / (i + 1);
  return 0;
}

double
quarry_measure_average_precision (const int *gains, guint n, const int *judged, guint n_judged)
{
  guint relevant = count_relevant (judged, n_judged);
  guint found = 0;
  double sum = 0;

  if (relevant == 0)
    return 0;

  for (guint i = 0; i < n; i++)
    if (gains[i] > 0)
      sum += (double) ++found / (i + 1);
  return sum / relevant;
}

/* --- Forecasts ------------------------------------------------------------------------------ */

double
quarry_measure_auroc (const double *scores, const gboolean *positive, guint n)
{
  double won = 0;
  guint n_positive = 0;

  for (guint i = 0; i < n; i++)
    n_positive += positive[i] ? 1 : 0;
  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < n; j++)
      if (positive[i] && !positive[j])
        won += scores[i] > scores[j] ? 1 : scores[i] < scores[j] ? 0 : 0.5;
  return n_positive > 0 && n_positive < n ? won / n_positive / (n - n_positive) : (double) NAN;
}

double
quarry_measure_calibration (const double *chances,
                            const gboolean *truth,
                            const double *weights,
                            guint n,
                            QuarryReliability *bins,
                            guint n_bins)
{
  double total = 0, error = 0;

  memset (bins, 0, n_bins * sizeof *bins);
  for (guint i = 0; i < n; i++)
    {
      QuarryReliability *bin = &bins[MIN (n_bins - 1, (guint) (CLAMP (chances[i], 0, 1) * n_bins))];

      bin->weight += weights[i];
      bin->said += weights[i] * chances[i];
      bin->came_true += truth[i] ? weights[i] : 0;
      total += weights[i];
    }
  for (guint b = 0; b < n_bins; b++)
    if (bins[b].weight > 0)
      {
        error += fabs (bins[b].said - bins[b].came_true);
        bins[b].said /= bins[b].weight;
        bins[b].came_true /= bins[b].weight;
      }
  return total > 0 ? error / total : 0;
}

/* --- Subtopics ------------------------------------------------------------------------------ */

double
quarry_measure_subtopic_recall (const gboolean *holds,
                                guint n,
                                guint n_subtopics,
                                guint n_judged_subtopics,
                                guint depth)
{
  guint found = 0;

  if (n_judged_subtopics == 0)
    return 0;

  for (guint s = 0; s < n_subtopics; s++)
    for (guint i = 0; i < MIN (n, depth); i++)
      if (holds[(gsize) i * n_subtopics + s])
        {
          found++;
          break;
        }
  return (double) found / n_judged_subtopics;
}

/* What the document adds: each of its subtopics is worth (1 − α) to the power of how often it was seen before. */
static double
novelty (const gboolean *document, const double *worth, guint n_subtopics)
{
  double gain = 0;

  for (guint s = 0; s < n_subtopics; s++)
    if (document[s])
      gain += worth[s];
  return gain;
}

static void
see (const gboolean *document, double *worth, guint n_subtopics, double alpha)
{
  for (guint s = 0; s < n_subtopics; s++)
    if (document[s])
      worth[s] *= 1 - alpha;
}

double
quarry_measure_alpha_ndcg (const gboolean *holds,
                           guint n,
                           const gboolean *ideal,
                           guint n_judged,
                           guint n_subtopics,
                           double alpha,
                           guint depth)
{
  g_autofree double *worth = g_new (double, MAX (n_subtopics, 1));
  g_autofree gboolean *taken = g_new0 (gboolean, MAX (n_judged, 1));
  double sum = 0, best = 0;

  for (guint s = 0; s < n_subtopics; s++)
    worth[s] = 1;
  for (guint i = 0; i < MIN (n, depth); i++)
    {
      const gboolean *document = holds + (gsize) i * n_subtopics;

      sum += novelty (document, worth, n_subtopics) / log2 (i + 2.0);
      see (document, worth, n_subtopics, alpha);
    }

  for (guint s = 0; s < n_subtopics; s++)
    worth[s] = 1;
  for (guint i = 0; i < MIN (n_judged, depth); i++)
    {
      guint chosen = 0;
      double gain = -1;

      for (guint j = 0; j < n_judged; j++)
        if (!taken[j])
          {
            double candidate = novelty (ideal + (gsize) j * n_subtopics, worth, n_subtopics);

            if (candidate > gain)
              {
                gain = candidate;
                chosen = j;
              }
          }
      taken[chosen] = TRUE;
      best += gain / log2 (i + 2.0);
      see (ideal + (gsize) chosen * n_subtopics, worth, n_subtopics, alpha);
    }

  return best > 0 ? sum / best : 0;
}

double
quarry_measure_adjusted_rand (const guint *a, const guint *b, guint n)
{
  double pairs = (double) n * (n - 1.0) / 2, in_a = 0, in_b = 0, in_both = 0, expected, most;

  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < i; j++)
      {
        in_a += a[i] == a[j];
        in_b += b[i] == b[j];
        in_both += a[i] == a[j] && b[i] == b[j];
      }
  expected = n > 1 ? in_a * in_b / pairs : 0;
  most = (in_a + in_b) / 2;

  /* Either everything is in one group in both, or everything is alone in both. */
  return most > expected ? (in_both - expected) / (most - expected) : 1;
}

/* --- Tests ---------------------------------------------------------------------------------- */

/* SplitMix64 (Steele, Lea, Flood, OOPSLA 2014): small, and gives the same numbers on every machine. */
static guint64
next_random (guint64 *state)
{
  guint64 z = *state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return z ^ (z >> 31);
}

double
quarry_randomisation_test (const double *a, const double *b, guint n, guint rounds)
{
  g_autofree double *difference = g_new (double, MAX (n, 1));
  guint64 state = 20070607;
  guint as_far = 0;
  double observed = 0;

  for (guint i = 0; i < n; i++)
    {
      difference[i] = a[i] - b[i];
      observed += difference[i];
    }
  /* Allow for rounding: the sum depends on the signs in its last bits. */
  observed = fabs (observed) - 1e-9;

  for (guint r = 0; r < rounds; r++)
    {
      guint64 bits = 0;
      double sum = 0;

      for (guint i = 0; i < n; i++)
        {
          if (i % 64 == 0)
            bits = next_random (&state);
          sum += bits & 1 ? difference[i] : -difference[i];
          bits >>= 1;
        }
      as_far += fabs (sum) >= observed;
    }

  /* The observed signs are one of the possible draws, so that p is never 0. */
  return (as_far + 1.0) / (rounds + 1.0);
}

/* --- Segmentations -------------------------------------------------------------------------- */

static guint
window_size (const gboolean *reference, guint n_sentences, guint k)
{
  if (k == 0)
    {
      guint segments = 1;

      for (guint i = 0; i + 1 < n_sentences; i++)
        segments += reference[i] != FALSE;
      k = MAX (2, (guint) floor (n_sentences / (2.0 * segments) + 0.5));
    }
  return MIN (k, n_sentences - 1);
}

/* Moves a window of k gaps over both segmentations and counts errors. @counts: whether any difference between the
 * numbers of boundaries in the window is an error, or only that between none and some. */
static double
window_error (const gboolean *reference,
              const gboolean *found,
              guint n_sentences,
              guint k,
              gboolean counts)
{
  guint in_reference = 0, in_found = 0, errors = 0;

  /* With two sentences or fewer, the measures mean nothing. */
  if (n_sentences < 3)
    return 0;

  k = window_size (reference, n_sentences, k);
  for (guint i = 0; i < k; i++)
    {
      in_reference += reference[i] != FALSE;
      in_found += found[i] != FALSE;
    }
  for (guint i = 0;; i++)
    {
      if (counts)
        errors += in_reference != in_found;
      else
        errors += (in_reference == 0) != (in_found == 0);
      if (i + 1 == n_sentences - k)
        break;
      in_reference += (reference[i + k] != FALSE) - (reference[i] != FALSE);
      in_found += (found[i + k] != FALSE) - (found[i] != FALSE);
    }
  return (double) errors / (n_sentences - k);
}

double
quarry_measure_pk (const gboolean *reference, const gboolean *found, guint n_sentences, guint k)
{
  return window_error (reference, found, n_sentences, k, FALSE);
}

double
quarry_measure_windowdiff (const gboolean *reference,
                           const gboolean *found,
                           guint n_sentences,
                           guint k)
{
  return window_error (reference, found, n_sentences, k, TRUE);
}

double
quarry_measure_boundary_f1 (const gboolean *reference,
                            const gboolean *found,
                            guint n_sentences,
                            guint tolerance)
{
  guint n_reference = 0, n_found = 0, matched = 0;
  guint next = 0;

  /* Each boundary is matched with at most one other. Taking the first one that is near enough, from left to right,
   * gives the most matches. */
  for (guint i = 0; i + 1 < n_sentences; i++)
    {
      n_found += found[i] != FALSE;
      if (!reference[i])
        continue;
      n_reference++;
      for (next = MAX (next, i > tolerance ? i - tolerance : 0);
           next + 1 < n_sentences && next <= i + tolerance;
           next++)
        if (found[next])
          {
            matched++;
            next++;
            break;
          }
    }

  return n_reference + n_found > 0 ? 2.0 * matched / (n_reference + n_found) : 1;
}
