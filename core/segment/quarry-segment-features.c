/* quarry-segment-features.c: what is known about each gap between two sentences
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How alike the vectors and the words left and right are, at several widths; which words begin or
 * stop here; what the untrained models of the whole document say; how the sentence after the gap
 * looks; where the gap stands; and, the same for all gaps, what kind of document it is. None of it
 * depends on the language model's dimensions, so that another one can be put in its place.
 */
#include "quarry-config.h"

#include <math.h>
#include <string.h>

#include "core/segment/quarry-segment-private.h"

#define N_VECTOR_WIDTHS 8
#define N_PLAIN_WIDTHS 2
#define N_WORD_WIDTHS 5
#define N_CHAINS 3

/* A longer document is described in stretches, each with what stands around it as if it were all:
 * the network knows none that is longer. */
#define STRETCH 3000u
#define AROUND 200u

static const guint vector_widths[N_VECTOR_WIDTHS] = { 1, 2, 3, 5, 8, 12, 20, 50 };
static const guint plain_widths[N_PLAIN_WIDTHS] = { 3, 10 };
static const guint word_widths[N_WORD_WIDTHS] = { 2, 4, 8, 16, 50 };
static const guint chain_lengths[N_CHAINS] = { 4, 12, 40 };

/* Columns; the groups stand one after the other. */
enum
{
  VECTOR = 0,                        /* cosines of what is left and right, less the mean */
  VECTOR_Z = VECTOR + N_VECTOR_WIDTHS,
  VECTOR_DEPTH = VECTOR_Z + 4,
  PLAIN = VECTOR_DEPTH + 3,          /* cosines of the vectors as they are */
  PLAIN_Z = PLAIN + N_PLAIN_WIDTHS,
  ONE_SIDED = PLAIN_Z + 1,           /* one sentence against three and eight on the other side */
  WORD = ONE_SIDED + 4,
  WORD_Z = WORD + N_WORD_WIDTHS,
  WORD_DEPTH = WORD_Z + 2,
  NOVEL = WORD_DEPTH + 2,
  CHAIN = NOVEL + 4,
  EVIDENCE = CHAIN + N_CHAINS,
  PLACE = EVIDENCE + QUARRY_SEGMENT_N_PENALTIES,
  LAYOUT = PLACE + 3,
  SENTENCE = LAYOUT + 1,
  KIND = SENTENCE + 20,
  END = KIND + 20,
};
G_STATIC_ASSERT (END == QUARRY_SEGMENT_N_FEATURES);

typedef struct
{
  const QuarryUnits *units;
  guint n;
  float *out;
} Features;

static inline float *
row_of (const Features *self, guint gap)
{
  return self->out + (gsize) gap * QUARRY_SEGMENT_N_FEATURES;
}

/* --- Vectors --------------------------------------------------------------------------------- */

static inline void
add (float *sum, const float *vector, float sign, guint dims)
{
  for (guint d = 0; d < dims; d += QUARRY_SEGMENT_LANES)
    *(QuarrySegmentLanes *) (sum + d) += sign * *(const QuarrySegmentLanes *) (vector + d);
}

static inline float
dot (const float *a, const float *b, guint dims)
{
  QuarrySegmentLanes x = { 0 };

  for (guint d = 0; d < dims; d += QUARRY_SEGMENT_LANES)
    x += *(const QuarrySegmentLanes *) (a + d) * *(const QuarrySegmentLanes *) (b + d);
  return ((x[0] + x[4]) + (x[2] + x[6])) + ((x[1] + x[5]) + (x[3] + x[7]));
}

static float
cosine (float product, float a, float b)
{
  return a > 1e-6f && b > 1e-6f ? product / sqrtf (a * b) : 0;
}

/* The windows of one width slide along, left and right of the gap. */
QUARRY_SEGMENT_WIDE static void
slide_vectors (const Features *self,
               const float *vectors,
               guint dims,
               guint width,
               guint column,
               guint one_sided)
{
  g_autofree float *sums = g_new0 (float, 2 * (gsize) dims);
  float *left = sums, *right = sums + dims;
  guint n = self->n;

  for (guint i = 0; i < MIN (width, n); i++)
    add (right, vectors + (gsize) i * dims, 1, dims);
  for (guint gap = 1; gap < n; gap++)
    {
      const float *moved = vectors + (gsize) (gap - 1) * dims;
      const float *after = vectors + (gsize) gap * dims;
      float *row = row_of (self, gap);
      float a, b;

      add (right, moved, -1, dims);
      add (left, moved, 1, dims);
      if (gap + width - 1 < n)
        add (right, vectors + (gsize) (gap + width - 1) * dims, 1, dims);
      if (gap > width)
        add (left, vectors + (gsize) (gap - width - 1) * dims, -1, dims);
      a = dot (left, left, dims);
      b = dot (right, right, dims);
      row[column] = cosine (dot (left, right, dims), a, b);
      if (one_sided > 0)
        {
          row[one_sided] = cosine (dot (left, after, dims), a, dot (after, after, dims));
          row[one_sided + 1] = cosine (dot (moved, right, dims), dot (moved, moved, dims), b);
        }
    }
}

/* --- Words ----------------------------------------------------------------------------------- */

typedef struct
{
  float *weight;     /* of each stem */
  guint32 *first;    /* the first and last sentence with it */
  guint32 *last;
} Stems;

static void
know_stems (const Features *self, Stems *stems)
{
  const QuarryUnits *units = self->units;
  g_autofree guint32 *sentences = g_new0 (guint32, MAX (units->n_stems, 1));

  stems->weight = g_new0 (float, MAX (units->n_stems, 1));
  stems->first = g_new (guint32, MAX (units->n_stems, 1));
  stems->last = g_new (guint32, MAX (units->n_stems, 1));
  for (guint i = 0; i < self->n; i++)
    for (guint32 s = units->first_stem[i]; s < units->first_stem[i + 1]; s++)
      {
        guint32 stem = units->stems[s];

        if (sentences[stem] == 0)
          stems->first[stem] = i;
        if (sentences[stem] == 0 || stems->last[stem] != i)
          sentences[stem]++;
        stems->last[stem] = i;
      }
  for (guint stem = 0; stem < units->n_stems; stem++)
    stems->weight[stem]
        = (float) log (1 + (double) self->n / (0.5 + sentences[stem]));
}

static void
slide_words (const Features *self, const Stems *stems, guint width, guint column)
{
  const QuarryUnits *units = self->units;
  g_autofree float *counts = g_new0 (float, 2 * (gsize) MAX (units->n_stems, 1));
  float *count[2] = { counts, counts + units->n_stems };
  double square[2] = { 0, 0 }, product = 0;
  guint n = self->n;

  for (gint64 gap = 0; gap < n; gap++)
    {
      /* Into the right window, from it into the left, out of that. */
      const struct { gint64 sentence; guint side; float sign; } moves[] = {
        { gap + width - 1, 1, 1 }, { gap - 1, 1, -1 }, { gap - 1, 0, 1 }, { gap - 1 - width, 0, -1 },
      };

      for (guint m = 0; m < G_N_ELEMENTS (moves); m++)
        {
          gint64 sentence = moves[m].sentence;
          guint side = moves[m].side;
          float sign = moves[m].sign;

          /* At the start the right window fills up. */
          if (gap == 0 && m == 0)
            sentence = MIN (width, n) - 1;
          if (sentence < 0 || sentence >= n)
            continue;
          for (gint64 at = gap == 0 && m == 0 ? 0 : sentence; at <= sentence; at++)
            for (guint32 s = units->first_stem[at]; s < units->first_stem[at + 1]; s++)
              {
                guint32 stem = units->stems[s];
                float w = stems->weight[stem] * stems->weight[stem];
                float had = count[side][stem];

                square[side] += (double) (w * (2 * had * sign + 1));
                product += (double) (w * sign * count[1 - side][stem]);
                count[side][stem] = had + sign;
              }
        }
      if (gap > 0)
        row_of (self, (guint) gap)[column]
            = square[0] > 1e-6 && square[1] > 1e-6
                  ? (float) (product / sqrt (square[0] * square[1])) : 0;
    }
}

/* Which words begin, go on and stop. */
static void
follow_words (const Features *self, const Stems *stems)
{
  const QuarryUnits *units = self->units;
  g_autofree guint32 *seen = g_new0 (guint32, MAX (units->n_stems, 1)); /* sentence + 1 */
  g_autofree double *chains = g_new0 (double, ((gsize) self->n + 1) * N_CHAINS);
  guint n = self->n;
  double running[N_CHAINS] = { 0 }, mean[N_CHAINS] = { 0 };
  float stopping = 0;

  for (guint i = 0; i < n; i++)
    {
      float all = 0, novel = 0, recent = 0, leaving = 0, coming = 0;

      for (guint32 s = units->first_stem[i]; s < units->first_stem[i + 1]; s++)
        {
          guint32 stem = units->stems[s];
          float w = stems->weight[stem];

          all += w;
          if (stems->first[stem] == i)
            {
              novel += w;
              if (stems->last[stem] > i)
                coming += w;
            }
          if (stems->last[stem] == i)
            leaving += w;
          if (seen[stem] > 0 && seen[stem] <= i)
            {
              guint distance = i + 1 - seen[stem];

              if (distance <= 5)
                recent += w;
              for (guint c = 0; c < N_CHAINS; c++)
                if (distance <= chain_lengths[c])
                  {
                    chains[(gsize) seen[stem] * N_CHAINS + c] += (double) w;
                    chains[((gsize) i + 1) * N_CHAINS + c] -= (double) w;
                  }
            }
          seen[stem] = i + 1;
        }
      if (i > 0)
        {
          float *row = row_of (self, i);

          row[NOVEL] = all > 0 ? novel / all : 0.5f;
          row[NOVEL + 1] = all > 0 ? recent / all : 0;
          row[NOVEL + 2] = stopping;
          row[NOVEL + 3] = all > 0 ? coming / all : 0;
        }
      stopping = all > 0 ? leaving / all : 0.5f;
    }
  for (guint gap = 1; gap < n; gap++)
    for (guint c = 0; c < N_CHAINS; c++)
      {
        running[c] += chains[(gsize) gap * N_CHAINS + c];
        row_of (self, gap)[CHAIN + c] = (float) running[c];
        mean[c] += running[c];
      }
  for (guint gap = 1; gap < n; gap++)
    for (guint c = 0; c < N_CHAINS; c++)
      {
        float *value = row_of (self, gap) + CHAIN + c;

        *value /= (float) (mean[c] / (n - 1) + 1e-3);
      }
}

/* --- Sentences ------------------------------------------------------------------------------- */

static float
share (guint part, guint whole)
{
  return whole > 0 ? (float) part / (float) whole : 0;
}

static void
describe (const Features *self, guint gap, float mean_words)
{
  const QuarrySurface *after = &self->units->surface[gap];
  const QuarrySurface *before = after - 1;
  float *f = row_of (self, gap) + SENTENCE;

  *f++ = logf (after->words + 1.0f);
  *f++ = logf ((after->words + 1.0f) / (mean_words + 1));
  *f++ = after->first == QUARRY_CUE_PRONOUN;
  *f++ = after->first == QUARRY_CUE_PERSON;
  *f++ = after->first == QUARRY_CUE_CONNECTIVE;
  *f++ = after->first == QUARRY_CUE_ARTICLE;
  *f++ = after->first == QUARRY_CUE_PLACE;
  *f++ = after->first == QUARRY_CUE_QUESTION;
  *f++ = share (after->pronouns, after->words);
  *f++ = share (after->persons, after->words);
  *f++ = share (after->capitals, after->words);
  *f++ = share (after->numbers, after->words);
  *f++ = share (after->stops, after->words);
  *f++ = (after->starts & QUARRY_STARTS_LOWER) != 0;
  *f++ = (after->starts & (QUARRY_STARTS_NUMBER | QUARRY_STARTS_MARK)) != 0;
  *f++ = (after->starts & QUARRY_STARTS_QUOTE) != 0;
  *f++ = (after->starts & QUARRY_STARTS_NAME) != 0;
  *f++ = (after->ends & QUARRY_ENDS_QUESTION) != 0;
  *f++ = after->ends == 0;
  *f++ = (before->ends & QUARRY_ENDS_COLON) != 0;
}

/* --- The document ---------------------------------------------------------------------------- */

static void
mean_and_deviation (const Features *self, guint column, float *mean, float *deviation)
{
  double sum = 0, square = 0;
  guint n = self->n - 1;

  for (guint gap = 1; gap <= n; gap++)
    {
      double x = (double) row_of (self, gap)[column];

      sum += x;
      square += x * x;
    }
  sum /= n;
  *mean = (float) sum;
  *deviation = (float) sqrt (MAX (square / n - sum * sum, 0));
}

static void
standardise (const Features *self, guint from, guint to)
{
  float mean, deviation;

  mean_and_deviation (self, from, &mean, &deviation);
  for (guint gap = 1; gap < self->n; gap++)
    row_of (self, gap)[to] = (row_of (self, gap)[from] - mean) / (deviation + 0.02f);
}

/* How far one climbs from each gap to the peaks on either side. */
static void
deepen (const Features *self, guint from, guint to)
{
  guint n = self->n;
  float peak = 0;

  for (guint gap = 1; gap < n; gap++)
    {
      float value = row_of (self, gap)[from];

      if (gap == 1 || value > row_of (self, gap - 1)[from])
        peak = value;
      row_of (self, gap)[to] = peak - value;
    }
  for (guint gap = n - 1; gap > 0; gap--)
    {
      float value = row_of (self, gap)[from];

      if (gap == n - 1 || value > row_of (self, gap + 1)[from])
        peak = value;
      row_of (self, gap)[to] += peak - value;
    }
}

static float
describe_document (const Features *self,
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
  for (guint p = 0; p < QUARRY_SEGMENT_N_PENALTIES; p++)
    *f++ = logf (lengths[p]);
  *f++ = logf ((float) n);
  *f++ = logf ((float) (words / n) + 1);
  *f++ = (float) (squares / n);
  *f++ = (float) (pronouns / MAX (words, 1));
  *f++ = (float) (persons / MAX (words, 1));
  *f++ = (float) (capitals / MAX (words, 1));
  *f++ = (float) (numbers / MAX (words, 1));
  *f++ = (float) (stops / MAX (words, 1));
  *f++ = share (lower, n);
  *f++ = share (quotes, n);
  *f++ = share (names, n);
  *f++ = share (full, n);
  *f++ = share (questions + none, n);
  *f++ = share (inside, n);
  mean_and_deviation (self, VECTOR + 2, f, f + 1);
  f += 2;
  mean_and_deviation (self, PLAIN, f, &spread);
  f++;
  g_assert (f == out + END - KIND);
  return (float) (words / n);
}

/* All that is known about the gaps of @self, as if it were a document. */
static void
fill (Features *self, const float *centred, const QuarryGap *gaps, const float *evidence)
{
  const QuarryUnits *units = self->units;
  float lengths[QUARRY_SEGMENT_N_PENALTIES], kind[END - KIND], mean_words;
  Stems stems;
  guint n = self->n;

  if (units->dims > 0 && units->dims % QUARRY_SEGMENT_LANES == 0)
    {
      for (guint w = 0; w < N_VECTOR_WIDTHS; w++)
        slide_vectors (self, centred, units->dims, vector_widths[w], VECTOR + w,
                       vector_widths[w] == 3 ? ONE_SIDED : vector_widths[w] == 8 ? ONE_SIDED + 2 : 0);
      for (guint w = 0; w < N_PLAIN_WIDTHS; w++)
        slide_vectors (self, units->vectors, units->dims, plain_widths[w], PLAIN + w, 0);
    }
  standardise (self, VECTOR + 1, VECTOR_Z);
  standardise (self, VECTOR + 3, VECTOR_Z + 1);
  standardise (self, VECTOR + 5, VECTOR_Z + 2);
  standardise (self, VECTOR + 7, VECTOR_Z + 3);
  standardise (self, PLAIN + 1, PLAIN_Z);
  deepen (self, VECTOR + 2, VECTOR_DEPTH);
  deepen (self, VECTOR + 5, VECTOR_DEPTH + 1);
  deepen (self, VECTOR + 7, VECTOR_DEPTH + 2);

  know_stems (self, &stems);
  for (guint w = 0; w < N_WORD_WIDTHS; w++)
    slide_words (self, &stems, word_widths[w], WORD + w);
  standardise (self, WORD + 1, WORD_Z);
  standardise (self, WORD + 4, WORD_Z + 1);
  deepen (self, WORD + 2, WORD_DEPTH);
  deepen (self, WORD + 4, WORD_DEPTH + 1);
  follow_words (self, &stems);
  g_free (stems.weight);
  g_free (stems.first);
  g_free (stems.last);

  for (guint p = 0; p < QUARRY_SEGMENT_N_PENALTIES; p++)
    {
      guint segments = 1;

      for (guint gap = 1; gap < n; gap++)
        segments += evidence[(gsize) gap * QUARRY_SEGMENT_N_PENALTIES + p] > 0;
      lengths[p] = (float) n / (float) segments;
    }
  mean_words = describe_document (self, gaps, lengths, kind);
  for (guint gap = 1; gap < n; gap++)
    {
      float *row = row_of (self, gap);

      memcpy (row + EVIDENCE, evidence + (gsize) gap * QUARRY_SEGMENT_N_PENALTIES,
              QUARRY_SEGMENT_N_PENALTIES * sizeof *row);
      row[PLACE] = logf ((float) gap);
      row[PLACE + 1] = logf ((float) (n - gap));
      row[PLACE + 2] = (float) gap / n;
      row[LAYOUT] = gaps[gap].inside;
      describe (self, gap, mean_words);
      memcpy (row + KIND, kind, sizeof kind);
    }
}

float *
quarry_segment_features (const QuarryUnits *units, QuarryGains *gains, const QuarryGap *gaps)
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
      Features self = { &view, 0, out };

      if (part == NULL)
        from = 0, end = to = n;
      view.n = self.n = to - from;
      view.vectors += (gsize) from * dims;
      view.words += from;
      view.surface += from;
      view.first_stem += from;
      if (part != NULL)
        {
          memset (part, 0, (gsize) self.n * QUARRY_SEGMENT_N_FEATURES * sizeof *part);
          self.out = part;
        }
      fill (&self, centred + (gsize) from * dims, gaps + from, evidence + (gsize) from * QUARRY_SEGMENT_N_PENALTIES);
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
  g_autofree QuarryGap *gaps = quarry_segment_gaps (document, words->sentences, words->n);
  g_autoptr (QuarryGains) gains = quarry_gains_new (units);

  return quarry_segment_features (units, gains, gaps);
}
