/* quarry-segment-features.c: the features of each gap between two sentences
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How alike the vectors and the words on the left and right are, at several widths; which words begin or end here; what
 * has been counted of them (quarry-segment-cues.h); what the untrained models of the whole document say (the evidence);
 * how the sentence after the gap looks; where the gap stands; and, the same for all gaps, what kind of document it is.
 * No feature depends on the language model's number of dimensions, so that another model can take its place.
 */
#include "quarry-config.h"

#include <math.h>
#include <string.h>

#include "core/segment/quarry-segment-features.h"

/* How many sentences on either side of a gap are compared with the opening and with the whole document. */
#define OPENING_WIDTH 5u

/* A longer document is described in stretches, each with some sentences around it as if that were the whole document:
 * the network has not learned from longer ones. */
#define STRETCH 3000u
#define AROUND 200u

static const guint vector_widths[QUARRY_FEATURE_N_VECTOR_WIDTHS] = { 1, 2, 3, 5, 8, 12, 20, 50 };
static const guint plain_widths[QUARRY_FEATURE_N_PLAIN_WIDTHS] = { 3, 10 };

/* --- Vectors --------------------------------------------------------------------------------- */

static inline void
add (float *sum, const float *vector, float sign, guint dims)
{
  for (guint d = 0; d < dims; d += QUARRY_SEGMENT_LANES)
    *(QuarrySegmentLanes *) (sum + d) += sign * *(const QuarrySegmentLanes *) (vector + d);
}

/* The sum of the lanes of @x. A macro for the same reason as QUARRY_SEGMENT_LARGER(). */
#define FOLD(x) ((((x)[0] + (x)[4]) + ((x)[2] + (x)[6])) + (((x)[1] + (x)[5]) + ((x)[3] + (x)[7])))

static inline float
dot (const float *a, const float *b, guint dims)
{
  QuarrySegmentLanes x = { 0 };

  for (guint d = 0; d < dims; d += QUARRY_SEGMENT_LANES)
    x += *(const QuarrySegmentLanes *) (a + d) * *(const QuarrySegmentLanes *) (b + d);
  return FOLD (x);
}

/* The squared lengths of the sums of two windows, and their product. */
typedef struct
{
  float left, right, product;
} Windows;

/* Moves both windows by one sentence: @moved goes from the right window to the left one, @entering enters the right
 * one, @leaving leaves the left one. Everything is done in one pass, whose three sums do not depend on each other, so
 * that the processor can work on them at the same time. */
static inline Windows
slide (float *left, float *right, const float *moved, const float *entering, const float *leaving, guint dims)
{
  QuarrySegmentLanes lefts = { 0 }, rights = { 0 }, products = { 0 };

  for (guint d = 0; d < dims; d += QUARRY_SEGMENT_LANES)
    {
      QuarrySegmentLanes crossing = *(const QuarrySegmentLanes *) (moved + d);
      QuarrySegmentLanes l = *(QuarrySegmentLanes *) (left + d) + crossing - *(const QuarrySegmentLanes *) (leaving + d);
      QuarrySegmentLanes r = *(QuarrySegmentLanes *) (right + d) - crossing + *(const QuarrySegmentLanes *) (entering + d);

      *(QuarrySegmentLanes *) (left + d) = l;
      *(QuarrySegmentLanes *) (right + d) = r;
      lefts += l * l;
      rights += r * r;
      products += l * r;
    }
  return (Windows) { FOLD (lefts), FOLD (rights), FOLD (products) };
}

static float
cosine (float product, float a, float b)
{
  return a > 1e-6f && b > 1e-6f ? product / sqrtf (a * b) : 0;
}

/* Moves two windows of @width sentences along, left and right of the gap, and writes their cosine to @column.
 * @one_sided: the first of two columns for one sentence against the window on the other side, or 0. */
FOR_WIDE_REGISTERS static void
slide_vectors (const QuarrySegmentView *self,
               const float *vectors,
               guint dims,
               guint width,
               guint column,
               guint one_sided)
{
  g_autofree float *sums = g_new0 (float, 3 * (gsize) dims);
  float *left = sums, *right = sums + dims, *none = sums + 2 * dims;
  guint n = self->n;

  for (guint i = 0; i < MIN (width, n); i++)
    add (right, vectors + (gsize) i * dims, 1, dims);
  for (guint gap = 1; gap < n; gap++)
    {
      const float *moved = vectors + (gsize) (gap - 1) * dims;
      const float *after = vectors + (gsize) gap * dims;
      const float *entering = gap + width - 1 < n ? vectors + (gsize) (gap + width - 1) * dims : none;
      const float *leaving = gap > width ? vectors + (gsize) (gap - width - 1) * dims : none;
      float *row = quarry_segment_view_row (self, gap);
      Windows windows = slide (left, right, moved, entering, leaving, dims);

      row[column] = cosine (windows.product, windows.left, windows.right);
      if (one_sided > 0)
        {
          row[one_sided] = cosine (dot (left, after, dims), windows.left, dot (after, after, dims));
          row[one_sided + 1] = cosine (dot (moved, right, dims), dot (moved, moved, dims), windows.right);
        }
    }
}

/* Compares the OPENING_WIDTH sentences on either side of each gap with the sum of the first @n vectors. */
FOR_WIDE_REGISTERS static void
hold_against (const QuarrySegmentView *self, const float *vectors, guint dims, guint n, guint column)
{
  g_autofree float *whole = g_new0 (float, dims);
  g_autofree float *products = g_new (float, (gsize) self->n + 1);
  g_autofree float *sum = g_new0 (float, dims);
  float length;

  for (guint i = 0; i < MIN (n, self->n); i++)
    add (whole, vectors + (gsize) i * dims, 1, dims);
  length = dot (whole, whole, dims);
  /* The cosine for the sentences before each end; those after a gap end OPENING_WIDTH later. */
  for (guint end = 1; end <= self->n; end++)
    {
      add (sum, vectors + (gsize) (end - 1) * dims, 1, dims);
      if (end > OPENING_WIDTH)
        add (sum, vectors + (gsize) (end - 1 - OPENING_WIDTH) * dims, -1, dims);
      products[end] = cosine (dot (sum, whole, dims), dot (sum, sum, dims), length);
    }
  for (guint gap = 1; gap < self->n; gap++)
    {
      quarry_segment_view_row (self, gap)[column] = products[gap];
      quarry_segment_view_row (self, gap)[column + 1] = products[MIN (gap + OPENING_WIDTH, self->n)];
    }
}

FOR_WIDE_REGISTERS static void
skip_one (const QuarrySegmentView *self, const float *vectors, guint dims)
{
  float before = 0;

  for (guint gap = 1; gap < self->n; gap++)
    {
      float after = gap + 1 < self->n ? dot (vectors + (gsize) (gap - 1) * dims,
                                             vectors + (gsize) (gap + 1) * dims, dims) : 0;

      quarry_segment_view_row (self, gap)[QUARRY_FEATURE_SKIP] = before;
      quarry_segment_view_row (self, gap)[QUARRY_FEATURE_SKIP + 1] = after;
      before = after;
    }
}

/* --- Sentences ------------------------------------------------------------------------------- */

static void
describe (const QuarrySegmentView *self, guint gap, float mean_words)
{
  const QuarrySurface *after = &self->units->surface[gap];
  const QuarrySurface *before = after - 1;
  float *f = quarry_segment_view_row (self, gap) + QUARRY_FEATURE_SENTENCE;

  *f++ = logf (after->words + 1.0f);
  *f++ = logf ((after->words + 1.0f) / (mean_words + 1));
  for (guint cue = QUARRY_CUE_NONE + 1; cue < QUARRY_N_CUES; cue++)
    *f++ = after->first == cue;
  for (guint cue = QUARRY_CUE_NONE + 1; cue < QUARRY_N_CUES; cue++)
    *f++ = after->second == cue;
  *f++ = quarry_segment_share (after->present, after->words);
  *f++ = quarry_segment_share (after->past, after->words);
  *f++ = quarry_segment_share (after->modal, after->words);
  *f++ = quarry_segment_share (after->ending_ed, after->words);
  *f++ = quarry_segment_share (after->commas, after->words);
  *f++ = quarry_segment_share (after->brackets, after->words);
  *f++ = quarry_segment_share (after->pronouns, after->words);
  *f++ = quarry_segment_share (after->persons, after->words);
  *f++ = quarry_segment_share (after->capitals, after->words);
  *f++ = quarry_segment_share (after->numbers, after->words);
  *f++ = quarry_segment_share (after->stops, after->words);
  *f++ = (after->starts & QUARRY_STARTS_LOWER) != 0;
  *f++ = (after->starts & (QUARRY_STARTS_NUMBER | QUARRY_STARTS_MARK)) != 0;
  *f++ = (after->starts & QUARRY_STARTS_QUOTE) != 0;
  *f++ = (after->starts & QUARRY_STARTS_NAME) != 0;
  *f++ = (after->starts & QUARRY_STARTS_SECOND_NUMBER) != 0;
  *f++ = (after->starts & QUARRY_STARTS_SECOND_CAPITAL) != 0;
  *f++ = (after->ends & QUARRY_ENDS_QUESTION) != 0;
  *f++ = after->ends == 0;
  *f++ = (before->ends & QUARRY_ENDS_COLON) != 0;
}

/* --- The document ---------------------------------------------------------------------------- */

static void
mean_and_deviation (const QuarrySegmentView *self, guint column, float *mean, float *deviation)
{
  double sum = 0, square = 0;
  guint n = self->n - 1;

  for (guint gap = 1; gap <= n; gap++)
    {
      double x = (double) quarry_segment_view_row (self, gap)[column];

      sum += x;
      square += x * x;
    }
  sum /= n;
  *mean = (float) sum;
  *deviation = (float) sqrt (MAX (square / n - sum * sum, 0));
}

static void
standardise (const QuarrySegmentView *self, guint from, guint to)
{
  float mean, deviation;

  mean_and_deviation (self, from, &mean, &deviation);
  for (guint gap = 1; gap < self->n; gap++)
    quarry_segment_view_row (self, gap)[to] = (quarry_segment_view_row (self, gap)[from] - mean) / (deviation + 0.02f);
}

/* How far column @from rises from each gap to the nearest peaks on either side, both added. */
static void
deepen (const QuarrySegmentView *self, guint from, guint to)
{
  guint n = self->n;
  float peak = 0;

  for (guint gap = 1; gap < n; gap++)
    {
      float value = quarry_segment_view_row (self, gap)[from];

      if (gap == 1 || value > quarry_segment_view_row (self, gap - 1)[from])
        peak = value;
      quarry_segment_view_row (self, gap)[to] = peak - value;
    }
  for (guint gap = n - 1; gap > 0; gap--)
    {
      float value = quarry_segment_view_row (self, gap)[from];

      if (gap == n - 1 || value > quarry_segment_view_row (self, gap + 1)[from])
        peak = value;
      quarry_segment_view_row (self, gap)[to] += peak - value;
    }
}

static float
describe_document (const QuarrySegmentView *self,
                   const QuarryGap *gaps,
                   const float *lengths,
                   float *out)
{
  const QuarryUnits *units = self->units;
  guint n = self->n;
  double words = 0, squares = 0, pronouns = 0, persons = 0, capitals = 0, numbers = 0, stops = 0;
  guint lower = 0, full = 0, none = 0, quotes = 0, names = 0, questions = 0, inside = 0;
  float *f = out, spread;

  for (guint i = 0; i < n; i++)
    {
      const QuarrySurface *surface = &units->surface[i];
      double length = log (surface->words + 1.0);

      words += surface->words;
      squares += length * length;
      pronouns += surface->pronouns;
      persons += surface->persons;
      capitals += surface->capitals;
      numbers += surface->numbers;
      stops += surface->stops;
      lower += (surface->starts & QUARRY_STARTS_LOWER) != 0;
      quotes += (surface->starts & QUARRY_STARTS_QUOTE) != 0 || (surface->ends & QUARRY_ENDS_QUOTE) != 0;
      names += (surface->starts & QUARRY_STARTS_NAME) != 0;
      full += (surface->ends & QUARRY_ENDS_FULL) != 0;
      questions += (surface->ends & QUARRY_ENDS_QUESTION) != 0;
      none += surface->ends == 0;
      inside += gaps[i].inside;
    }
  for (guint p = 0; p < QUARRY_SEGMENT_N_EVIDENCE; p++)
    *f++ = logf (lengths[p]);
  *f++ = logf ((float) n);
  *f++ = logf ((float) (words / n) + 1);
  *f++ = (float) (squares / n);
  *f++ = (float) (pronouns / MAX (words, 1));
  *f++ = (float) (persons / MAX (words, 1));
  *f++ = (float) (capitals / MAX (words, 1));
  *f++ = (float) (numbers / MAX (words, 1));
  *f++ = (float) (stops / MAX (words, 1));
  *f++ = quarry_segment_share (lower, n);
  *f++ = quarry_segment_share (quotes, n);
  *f++ = quarry_segment_share (names, n);
  *f++ = quarry_segment_share (full, n);
  *f++ = quarry_segment_share (questions + none, n);
  *f++ = quarry_segment_share (inside, n);
  mean_and_deviation (self, QUARRY_FEATURE_VECTOR + 2, f, f + 1);
  f += 2;
  mean_and_deviation (self, QUARRY_FEATURE_PLAIN, f, &spread);
  f++;
  g_assert (f == out + QUARRY_FEATURE_CUES - QUARRY_FEATURE_KIND);
  return (float) (words / n);
}

/* Fills all columns but those of the cues for the gaps of @self, as if it were a whole document. */
static void
fill (QuarrySegmentView *self, const float *centred, const QuarryGap *gaps, const float *evidence)
{
  const QuarryUnits *units = self->units;
  float lengths[QUARRY_SEGMENT_N_EVIDENCE], kind[QUARRY_FEATURE_CUES - QUARRY_FEATURE_KIND], mean_words;
  guint n = self->n;

  if (units->dims > 0 && units->dims % QUARRY_SEGMENT_LANES == 0)
    {
      for (guint w = 0; w < QUARRY_FEATURE_N_VECTOR_WIDTHS; w++)
        slide_vectors (self, centred, units->dims, vector_widths[w], QUARRY_FEATURE_VECTOR + w,
                       vector_widths[w] == 3 ? QUARRY_FEATURE_ONE_SIDED : vector_widths[w] == 8 ? QUARRY_FEATURE_ONE_SIDED + 2 : 0);
      for (guint w = 0; w < QUARRY_FEATURE_N_PLAIN_WIDTHS; w++)
        slide_vectors (self, units->vectors, units->dims, plain_widths[w], QUARRY_FEATURE_PLAIN + w, 0);
      hold_against (self, centred, units->dims, QUARRY_FEATURE_OPENING_SENTENCES, QUARRY_FEATURE_OPENING);
      hold_against (self, units->vectors, units->dims, n, QUARRY_FEATURE_OPENING + 2);
      skip_one (self, centred, units->dims);
    }
  standardise (self, QUARRY_FEATURE_VECTOR + 1, QUARRY_FEATURE_VECTOR_Z);
  standardise (self, QUARRY_FEATURE_VECTOR + 3, QUARRY_FEATURE_VECTOR_Z + 1);
  standardise (self, QUARRY_FEATURE_VECTOR + 5, QUARRY_FEATURE_VECTOR_Z + 2);
  standardise (self, QUARRY_FEATURE_VECTOR + 7, QUARRY_FEATURE_VECTOR_Z + 3);
  standardise (self, QUARRY_FEATURE_PLAIN + 1, QUARRY_FEATURE_PLAIN_Z);
  deepen (self, QUARRY_FEATURE_VECTOR + 2, QUARRY_FEATURE_VECTOR_DEPTH);
  deepen (self, QUARRY_FEATURE_VECTOR + 5, QUARRY_FEATURE_VECTOR_DEPTH + 1);
  deepen (self, QUARRY_FEATURE_VECTOR + 7, QUARRY_FEATURE_VECTOR_DEPTH + 2);

  quarry_segment_view_words (self);
  standardise (self, QUARRY_FEATURE_WORD + 1, QUARRY_FEATURE_WORD_Z);
  standardise (self, QUARRY_FEATURE_WORD + 4, QUARRY_FEATURE_WORD_Z + 1);
  deepen (self, QUARRY_FEATURE_WORD + 2, QUARRY_FEATURE_WORD_DEPTH);
  deepen (self, QUARRY_FEATURE_WORD + 4, QUARRY_FEATURE_WORD_DEPTH + 1);

  for (guint p = 0; p < QUARRY_SEGMENT_N_EVIDENCE; p++)
    {
      guint segments = 1;

      for (guint gap = 1; gap < n; gap++)
        segments += evidence[(gsize) gap * QUARRY_SEGMENT_N_EVIDENCE + p] > 0;
      lengths[p] = (float) n / (float) segments;
    }
  mean_words = describe_document (self, gaps, lengths, kind);
  for (guint gap = 1; gap < n; gap++)
    {
      float *row = quarry_segment_view_row (self, gap);

      memcpy (row + QUARRY_FEATURE_EVIDENCE, evidence + (gsize) gap * QUARRY_SEGMENT_N_EVIDENCE,
              QUARRY_SEGMENT_N_EVIDENCE * sizeof *row);
      row[QUARRY_FEATURE_PLACE] = logf ((float) gap);
      row[QUARRY_FEATURE_PLACE + 1] = logf ((float) (n - gap));
      row[QUARRY_FEATURE_PLACE + 2] = (float) gap / n;
      row[QUARRY_FEATURE_LAYOUT] = gaps[gap].inside;
      describe (self, gap, mean_words);
      memcpy (row + QUARRY_FEATURE_KIND, kind, sizeof kind);
    }
}

float *
quarry_segment_features (const QuarryUnits *units,
                         QuarryGains *gains,
                         const QuarryGap *gaps)
{
  g_autofree float *evidence = NULL;
  g_autofree float *part = NULL;
  const float *centred = quarry_gains_get_centred (gains);
  guint n = units->n, dims = units->dims;
  float *out;

  g_return_val_if_fail (n > 1, NULL);

  out = g_new0 (float, (gsize) n * QUARRY_SEGMENT_N_FEATURES);
  evidence = quarry_segment_evidence (gains, gaps, n);
  if (n > STRETCH + 2 * AROUND)
    part = g_new (float, (gsize) (STRETCH + 2 * AROUND) * QUARRY_SEGMENT_N_FEATURES);
  for (guint start = 0; start < n; start += STRETCH)
    {
      guint end = MIN (n - start, STRETCH) + start;
      guint from = start - MIN (start, AROUND), to = MIN (n - end, AROUND) + end;
      QuarryUnits view = *units;
      QuarrySegmentView self = { &view, 0, out };

      if (part == NULL)
        from = 0, end = to = n;
      view.n = self.n = to - from;
      view.vectors += (gsize) from * dims;
      view.surface += from;
      view.first_stem += from;
      if (part != NULL)
        {
          memset (part, 0, (gsize) self.n * QUARRY_SEGMENT_N_FEATURES * sizeof *part);
          self.out = part;
        }
      fill (&self, centred + (gsize) from * dims, gaps + from, evidence + (gsize) from * QUARRY_SEGMENT_N_EVIDENCE);
      if (part != NULL)
        memcpy (out + (gsize) start * QUARRY_SEGMENT_N_FEATURES,
                part + (gsize) (start - from) * QUARRY_SEGMENT_N_FEATURES,
                (gsize) (end - start) * QUARRY_SEGMENT_N_FEATURES * sizeof *part);
      else
        break;
    }
  return out;
}

float *
quarry_segment_features_of_document (QuarryDocument *document,
                                     const QuarrySentenceWords *words,
                                     const float *vectors,
                                     guint dims)
{
  g_autoptr (QuarryUnits) units = quarry_units_new (words, vectors, dims);
  g_autofree QuarryGap *gaps = quarry_segment_gaps (document, words);
  g_autoptr (QuarryGains) gains = quarry_gains_new (units);

  return quarry_segment_features (units, gains, gaps);
}
