/* quarry-c99.c: C99, a classic method of segmenting a text by its words
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Computes the matrix of ranks and its sums, splits down to single sentences, and then decides how many of the splits
 * to keep.
 */
#include "quarry-config.h"

#include <math.h>

#include "core/eval/quarry-c99.h"

/* The distance to which a rank looks in each direction: a mask of 11 × 11. */
#define REACH 5

/* Splits are kept while they gain more than the mean plus this many standard deviations. The gains of single splits
 * fluctuate, so they are smoothed first; otherwise C99 would stop too soon. */
#define DEVIATIONS 1.2
#define SMOOTHED 3
static const double smoothing[2 * SMOOTHED + 1] = { 1, 2, 4, 8, 4, 2, 1 };

/* --- The matrix ------------------------------------------------------------------------------ */

/* The cosines of the word counts of all pairs of sentences. */
static float *
similarities (const guint32 *first, const guint32 *words, guint n_words, guint n)
{
  float *similarity = g_new0 (float, (gsize) n * n);
  g_autofree guint32 *count = g_new0 (guint32, MAX (n_words, 1));
  g_autofree double *length = g_new0 (double, n);

  for (guint i = 0; i < n; i++)
    {
      for (guint32 w = first[i]; w < first[i + 1]; w++)
        count[words[w]]++;
      for (guint32 w = first[i]; w < first[i + 1]; w++)
        length[i] += count[words[w]];
      length[i] = sqrt (length[i]);
      for (guint j = 0; j <= i; j++)
        {
          double product = 0;

          for (guint32 w = first[j]; w < first[j + 1]; w++)
            product += count[words[w]];
          if (product > 0)
            similarity[(gsize) i * n + j] = similarity[(gsize) j * n + i]
                = (float) (product / (length[i] * length[j]));
        }
      for (guint32 w = first[i]; w < first[i + 1]; w++)
        count[words[w]] = 0;
    }
  return similarity;
}

float *
quarry_c99_ranks (const float *similarity, guint n)
{
  float *ranks = g_new (float, (gsize) n * n);

  for (guint i = 0; i < n; i++)
    for (guint j = 0; j <= i; j++)
      {
        float value = similarity[(gsize) i * n + j];
        guint top = i - MIN (i, REACH), bottom = MIN (i + REACH, n - 1);
        guint left = j - MIN (j, REACH), right = MIN (j + REACH, n - 1);
        guint smaller = 0, neighbours = (bottom - top + 1) * (right - left + 1) - 1;

        for (guint row = top; row <= bottom; row++)
          for (guint column = left; column <= right; column++)
            smaller += similarity[(gsize) row * n + column] < value;
        ranks[(gsize) i * n + j] = ranks[(gsize) j * n + i]
            = neighbours > 0 ? (float) smaller / (float) neighbours : 0;
      }
  return ranks;
}

/* --- Splitting ------------------------------------------------------------------------------- */

/* (n + 1) × (n + 1): for each cell, the sum of all that is above and to the left of it. */
static double *
sum_up (const float *ranks, guint n)
{
  gsize width = (gsize) n + 1;
  double *sums = g_new0 (double, width * width);

  for (gsize i = 1; i < width; i++)
    for (gsize j = 1; j < width; j++)
      sums[i * width + j] = (double) ranks[(i - 1) * n + j - 1] + sums[(i - 1) * width + j]
                            + sums[i * width + j - 1] - sums[(i - 1) * width + j - 1];
  return sums;
}

/* The sum of the square of the sentences from @start up to but not including @end. */
static double
square_sum (const double *sums, guint n, guint start, guint end)
{
  gsize width = (gsize) n + 1;

  return sums[end * width + end] - sums[start * width + end] - sums[end * width + start]
         + sums[start * width + start];
}

static double
area (guint start, guint end)
{
  return (double) (end - start) * (end - start);
}

/* Splits down to single sentences. @order gets the places of the splits, @density the density after each number of
 * splits. */
static void
split_all (const double *sums, guint n, guint *order, double *density)
{
  g_autofree gboolean *is_split = g_new0 (gboolean, (gsize) n + 1);
  double inside = square_sum (sums, n, 0, n), size = area (0, n);

  is_split[n] = TRUE;
  density[0] = inside / size;
  for (guint step = 1; step < n; step++)
    {
      double best = -1, best_inside = 0, best_size = 1;

      for (guint start = 0, end; start < n; start = end)
        {
          double rest, rest_size;

          for (end = start + 1; !is_split[end];)
            end++;
          rest = inside - square_sum (sums, n, start, end);
          rest_size = size - area (start, end);
          for (guint at = start + 1; at < end; at++)
            {
              double new_inside = rest + square_sum (sums, n, start, at) + square_sum (sums, n, at, end);
              double new_size = rest_size + area (start, at) + area (at, end);

              if (new_inside / new_size > best)
                {
                  best = new_inside / new_size;
                  best_inside = new_inside;
                  best_size = new_size;
                  order[step - 1] = at;
                }
            }
        }
      is_split[order[step - 1]] = TRUE;
      inside = best_inside;
      size = best_size;
      density[step] = best;
    }
}

/* The smoothed gain of split @step (1 to n − 1), from its own and those around it. */
static double
gain_around (const double *density, guint n, guint step)
{
  double gain = 0, weight = 0;

  for (guint k = 0; k < G_N_ELEMENTS (smoothing); k++)
    if (step + k > SMOOTHED && step + k - SMOOTHED < n)
      {
        guint at = step + k - SMOOTHED;

        gain += smoothing[k] * (density[at] - density[at - 1]);
        weight += smoothing[k];
      }
  return gain / weight;
}

static void
cut_stretch (const guint32 *first, const guint32 *words, guint n_words, guint n, gboolean *cuts)
{
  g_autofree float *similarity = similarities (first, words, n_words, n);
  g_autofree float *ranks = quarry_c99_ranks (similarity, n);
  g_autofree double *sums = sum_up (ranks, n);
  g_autofree guint *order = g_new0 (guint, n);
  g_autofree double *density = g_new0 (double, n);
  double mean = 0, squares = 0, least;

  split_all (sums, n, order, density);
  for (guint step = 1; step < n; step++)
    {
      double gain = gain_around (density, n, step);

      mean += gain / (n - 1);
      squares += gain * gain / (n - 1);
    }
  least = mean + DEVIATIONS * sqrt (MAX (squares - mean * mean, 0));
  for (guint step = 1; step < n && gain_around (density, n, step) > least; step++)
    cuts[order[step - 1] - 1] = TRUE;
}

void
quarry_c99_cut (const guint32 *first, const guint32 *words, guint n_words, guint n, gboolean *cuts)
{
  guint stretches = (n + QUARRY_C99_STRETCH - 1) / QUARRY_C99_STRETCH;

  for (guint i = 0; i < stretches; i++)
    {
      guint from = (guint) ((guint64) n * i / stretches), to = (guint) ((guint64) n * (i + 1) / stretches);

      cut_stretch (first + from, words, n_words, to - from, cuts + from);
      if (to < n)
        cuts[to - 1] = TRUE;
    }
}
