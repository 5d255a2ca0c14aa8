/* quarry-segment-depths.c: the depth of the similarity at each gap
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * As in Hearst, TextTiling, Computational Linguistics 23(1), 1997: at each gap the text on its left and right is
 * compared; the depth of a gap is how far the similarity rises from there to the nearest peak on either side. Two
 * windows slide over the sentences, so that each step costs only the sentences that enter or leave.
 */
#include "quarry-config.h"

#include <math.h>

#include "core/segment/quarry-segment-private.h"

#define SIDE 8u /* sentences on each side of the gap */

/* Two windows that slide over the sentences, and the sums that their cosines are made of. */
typedef struct
{
  const QuarryUnits *units;
  double *vector[2];
  guint32 *count[2]; /* how often each stem is in the window */
  double square[2];  /* sum of the squared counts */
  double product;
} Windows;

static void
move (Windows *self, guint side, guint sentence, int sign)
{
  const QuarryUnits *units = self->units;

  for (guint d = 0; d < units->dims; d++)
    self->vector[side][d] += sign * (double) units->vectors[(gsize) sentence * units->dims + d];
  for (guint32 s = units->first_stem[sentence]; s < units->first_stem[sentence + 1]; s++)
    {
      guint32 stem = units->stems[s];
      double before = self->count[side][stem];

      self->count[side][stem] += sign;
      self->square[side] += sign * (2 * before) + 1;
      self->product += sign * (double) self->count[1 - side][stem];
    }
}

static double
vector_cosine (const Windows *self)
{
  double a = 0, b = 0, product = 0;

  for (guint d = 0; d < self->units->dims; d++)
    {
      a += self->vector[0][d] * self->vector[0][d];
      b += self->vector[1][d] * self->vector[1][d];
      product += self->vector[0][d] * self->vector[1][d];
    }
  return a > 1e-12 && b > 1e-12 ? product / sqrt (a * b) : 0;
}

static double
word_cosine (const Windows *self)
{
  double squares = self->square[0] * self->square[1];

  return squares > 0 ? self->product / sqrt (squares) : 0;
}

static float *
similarities (const QuarryUnits *units)
{
  guint n = units->n;
  float *similarity = g_new (float, n - 1);
  Windows windows = { .units = units };

  for (guint side = 0; side < 2; side++)
    {
      windows.vector[side] = g_new0 (double, MAX (units->dims, 1));
      windows.count[side] = g_new0 (guint32, MAX (units->n_stems, 1));
    }
  for (guint i = 0; i < MIN (SIDE, n); i++)
    move (&windows, 1, i, 1);

  for (guint gap = 1; gap < n; gap++)
    {
      double cosine;

      move (&windows, 1, gap - 1, -1);
      move (&windows, 0, gap - 1, 1);
      if (gap + SIDE - 1 < n)
        move (&windows, 1, gap + SIDE - 1, 1);
      if (gap > SIDE)
        move (&windows, 0, gap - SIDE - 1, -1);

      cosine = word_cosine (&windows);
      if (units->dims > 0)
        cosine = (cosine + vector_cosine (&windows)) / 2;
      similarity[gap - 1] = (float) cosine;
    }

  for (guint side = 0; side < 2; side++)
    {
      g_free (windows.vector[side]);
      g_free (windows.count[side]);
    }
  return similarity;
}

float *
quarry_segment_depths (const QuarryUnits *units)
{
  g_autofree float *similarity = NULL;
  float *depths;
  guint n_gaps = units->n > 0 ? units->n - 1 : 0;
  float peak;

  depths = g_new0 (float, MAX (n_gaps, 1));
  if (n_gaps == 0)
    return depths;

  /* The peak on the left of a gap is where a climb towards the left ends. As long as the curve falls or stays level
   * from left to right, it is the same as that of the gap before; where the curve rises, the gap itself is the peak.
   * Likewise from the right. */
  similarity = similarities (units);
  peak = similarity[0];
  for (guint i = 0; i < n_gaps; i++)
    {
      if (i > 0 && similarity[i] > similarity[i - 1])
        peak = similarity[i];
      depths[i] = peak - similarity[i];
    }
  peak = similarity[n_gaps - 1];
  for (guint i = n_gaps; i-- > 0;)
    {
      if (i + 1 < n_gaps && similarity[i] > similarity[i + 1])
        peak = similarity[i];
      depths[i] += peak - similarity[i];
    }
  return depths;
}
