/* quarry-segment-feature-words.c: the features of a gap that come from words
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How alike the words on both sides are in windows of several widths, which stems begin, go on and end at the gap, what
 * names and years say, and how sentences begin. Everything is made in passes over the sentences that keep counts, so
 * the time grows with the number of words and hardly with the widths.
 */
#include "quarry-config.h"

#include <math.h>

#include "core/segment/quarry-segment-features.h"

static const guint word_widths[QUARRY_FEATURE_N_WORD_WIDTHS] = { 2, 4, 8, 16, 50 };
static const guint split_widths[QUARRY_FEATURE_N_SPLITS] = { 5, 15 };
static const guint chain_lengths[QUARRY_FEATURE_N_CHAINS] = { 4, 12, 40 };

typedef struct
{
  float *weight;     /* one a stem */
  guint32 *first;    /* the first and last sentence with it */
  guint32 *last;
  guint32 *sentences; /* how many sentences have it */
} Stems;

static void
know_stems (const QuarrySegmentView *self, Stems *stems)
{
  const QuarryUnits *units = self->units;
  guint32 *sentences = stems->sentences = g_new0 (guint32, MAX (units->n_stems, 1));

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

/* How often a stem is in the windows on either side, a lane for each width, and in the last lane of each side its
 * squared weight: used together, and so kept together in memory. */
typedef struct
{
  float counts[2][QUARRY_SEGMENT_LANES];
} Slid;
#define SLID_WEIGHT (QUARRY_SEGMENT_LANES - 1)
G_STATIC_ASSERT (QUARRY_FEATURE_N_WORD_WIDTHS <= SLID_WEIGHT);

/* Double numbers of half as many lanes. */
typedef double Doubles __attribute__ ((vector_size (32), aligned (8), may_alias));
#define LOW(x) __builtin_convertvector (__builtin_shufflevector (x, x, 0, 1, 2, 3), Doubles)
#define HIGH(x) __builtin_convertvector (__builtin_shufflevector (x, x, 4, 5, 6, 7), Doubles)

/* The sums for the windows of all widths: the squared lengths of their word vectors, and the products of the two. */
typedef struct
{
  double squares[2][QUARRY_SEGMENT_LANES];
  double products[QUARRY_SEGMENT_LANES];
} Sliding;

/* Adds a sentence to the window of one width on @side (@sign 1), or removes it (@sign −1). */
static inline __attribute__ ((always_inline)) void
slide_sentence (const QuarryUnits *units, guint sentence, Slid *stems, guint width, guint side, float sign, Sliding *sliding)
{
  double square = sliding->squares[side][width], product = sliding->products[width];

  for (guint32 s = units->first_stem[sentence]; s < units->first_stem[sentence + 1]; s++)
    {
      Slid *stem = &stems[units->stems[s]];
      float w = stem->counts[0][SLID_WEIGHT], had = stem->counts[side][width];

      square += (double) (w * (2 * had * sign + 1));
      product += (double) (w * sign * stem->counts[1 - side][width]);
      stem->counts[side][width] = had + sign;
    }
  sliding->squares[side][width] = square;
  sliding->products[width] = product;
}

/* The same for all widths at once. */
static inline __attribute__ ((always_inline)) void
slide_all (const QuarryUnits *units, guint sentence, Slid *stems, guint side, float sign, Sliding *sliding)
{
  const QuarrySegmentLanes signs = { sign, sign, sign, sign, sign };
  double *squares = sliding->squares[side], *products = sliding->products;
  Doubles square_low = *(Doubles *) squares, square_high = *(Doubles *) (squares + 4);
  Doubles product_low = *(Doubles *) products, product_high = *(Doubles *) (products + 4);

  for (guint32 s = units->first_stem[sentence]; s < units->first_stem[sentence + 1]; s++)
    {
      Slid *stem = &stems[units->stems[s]];
      float w = stem->counts[0][SLID_WEIGHT];
      QuarrySegmentLanes had = *(QuarrySegmentLanes *) stem->counts[side];
      QuarrySegmentLanes square = w * (2 * had * sign + 1);
      QuarrySegmentLanes product = w * sign * *(QuarrySegmentLanes *) stem->counts[1 - side];

      square_low += LOW (square);
      square_high += HIGH (square);
      product_low += LOW (product);
      product_high += HIGH (product);
      *(QuarrySegmentLanes *) stem->counts[side] = had + signs;
    }
  *(Doubles *) squares = square_low;
  *(Doubles *) (squares + 4) = square_high;
  *(Doubles *) products = product_low;
  *(Doubles *) (products + 4) = product_high;
}

/* The sentence that crosses a gap is the same for all widths. Those that enter and leave are not: then every step is
 * taken for one width after the other. Their sums do not depend on each other, so the processor can work on several at
 * a time. */
FOR_WIDE_REGISTERS static void
slide_words (const QuarrySegmentView *self, const Stems *stems)
{
  const QuarryUnits *units = self->units;
  g_autofree Slid *slid = g_new0 (Slid, MAX (units->n_stems, 1));
  Sliding sliding = { 0 };
  guint n = self->n;

  for (guint stem = 0; stem < units->n_stems; stem++)
    slid[stem].counts[0][SLID_WEIGHT] = stems->weight[stem] * stems->weight[stem];
  for (guint w = 0; w < QUARRY_FEATURE_N_WORD_WIDTHS; w++)
    for (guint at = 0; at < MIN (word_widths[w], n); at++)
      slide_sentence (units, at, slid, w, 1, 1, &sliding);
  for (guint gap = 1; gap < n; gap++)
    {
      float *row = quarry_segment_view_row (self, gap) + QUARRY_FEATURE_WORD;

      for (guint w = 0; w < QUARRY_FEATURE_N_WORD_WIDTHS; w++)
        if (gap + word_widths[w] - 1 < n)
          slide_sentence (units, gap + word_widths[w] - 1, slid, w, 1, 1, &sliding);
      slide_all (units, gap - 1, slid, 1, -1, &sliding);
      slide_all (units, gap - 1, slid, 0, 1, &sliding);
      for (guint w = 0; w < QUARRY_FEATURE_N_WORD_WIDTHS; w++)
        {
          double left, right;

          if (gap > word_widths[w])
            slide_sentence (units, gap - 1 - word_widths[w], slid, w, 0, -1, &sliding);
          left = sliding.squares[0][w];
          right = sliding.squares[1][w];
          row[w] = left > 1e-6 && right > 1e-6 ? (float) (sliding.products[w] / sqrt (left * right)) : 0;
        }
    }
}

/* Fills the columns about chains: the weight of those that span each gap, divided by its mean over all gaps. @chains:
 * (n + 1) × N_CHAINS, by how much that weight differs from the gap before. */
static void
write_chains (const QuarrySegmentView *self, const double *chains)
{
  guint n = self->n;
  double running[QUARRY_FEATURE_N_CHAINS] = { 0 }, mean[QUARRY_FEATURE_N_CHAINS] = { 0 };

  for (guint gap = 1; gap < n; gap++)
    for (guint c = 0; c < QUARRY_FEATURE_N_CHAINS; c++)
      {
        running[c] += chains[(gsize) gap * QUARRY_FEATURE_N_CHAINS + c];
        quarry_segment_view_row (self, gap)[QUARRY_FEATURE_CHAIN + c] = (float) running[c];
        mean[c] += running[c];
      }
  for (guint gap = 1; gap < n; gap++)
    for (guint c = 0; c < QUARRY_FEATURE_N_CHAINS; c++)
      {
        float *value = quarry_segment_view_row (self, gap) + QUARRY_FEATURE_CHAIN + c;

        *value /= (float) (mean[c] / (n - 1) + 1e-3);
      }
}

/* Fills the columns about words that are new, come back or are seen for the last time, about names, about words of the
 * opening, and about chains: repetitions of a stem, not too far apart, that span the gap. */
static void
follow_words (const QuarrySegmentView *self, const Stems *stems)
{
  const QuarryUnits *units = self->units;
  g_autofree guint32 *seen = g_new0 (guint32, MAX (units->n_stems, 1)); /* 1 + the last sentence with it */
  g_autofree double *chains = g_new0 (double, ((gsize) self->n + 1) * QUARRY_FEATURE_N_CHAINS);
  guint n = self->n;
  float stopping = 0;

  for (guint i = 0; i < n; i++)
    {
      float all = 0, novel = 0, recent = 0, leaving = 0, coming = 0, opening = 0, main = 0;
      guint names = 0, names_just = 0, names_recent = 0, names_new = 0, most = 0;

      for (guint32 s = units->first_stem[i]; s < units->first_stem[i + 1]; s++)
        {
          guint32 stem = units->stems[s];
          float w = stems->weight[stem];

          all += w;
          main += (float) stems->sentences[stem];
          most = MAX (most, stems->sentences[stem]);
          if (stems->first[stem] < QUARRY_FEATURE_OPENING_SENTENCES)
            opening += w;
          if (units->names[s])
            {
              names++;
              names_just += seen[stem] == i;
              names_recent += seen[stem] > 0 && seen[stem] + 4 >= i;
              names_new += stems->first[stem] == i;
            }
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
              for (guint c = 0; c < QUARRY_FEATURE_N_CHAINS; c++)
                if (distance <= chain_lengths[c])
                  {
                    chains[(gsize) seen[stem] * QUARRY_FEATURE_N_CHAINS + c] += (double) w;
                    chains[((gsize) i + 1) * QUARRY_FEATURE_N_CHAINS + c] -= (double) w;
                  }
            }
          seen[stem] = i + 1;
        }
      if (i > 0)
        {
          float *row = quarry_segment_view_row (self, i);

          row[QUARRY_FEATURE_NOVEL] = all > 0 ? novel / all : 0.5f;
          row[QUARRY_FEATURE_NOVEL + 1] = all > 0 ? recent / all : 0;
          row[QUARRY_FEATURE_NOVEL + 2] = stopping;
          row[QUARRY_FEATURE_NOVEL + 3] = all > 0 ? coming / all : 0;
          row[QUARRY_FEATURE_NAMES] = logf (1 + (float) names);
          row[QUARRY_FEATURE_NAMES + 1] = quarry_segment_share (names_just, names);
          row[QUARRY_FEATURE_NAMES + 2] = quarry_segment_share (names_recent, names);
          row[QUARRY_FEATURE_NAMES + 3] = quarry_segment_share (names_new, names);
          row[QUARRY_FEATURE_MAIN] = all > 0 ? opening / all : 0;
          row[QUARRY_FEATURE_MAIN + 1] = sqrtf (quarry_segment_share (most, n));
          row[QUARRY_FEATURE_MAIN + 2] = main / (float) (n * MAX (units->first_stem[i + 1] - units->first_stem[i], 1));
        }
      stopping = all > 0 ? leaving / all : 0.5f;
    }
  write_chains (self, chains);
}

/* Says of the word that the sentence after each gap begins with: the share of the document's sentences that begin with
 * it, and whether the one before does, or the one before that. */
static void
follow_openers (const QuarrySegmentView *self)
{
  const QuarrySurface *surface = self->units->surface;
  g_autofree guint32 *numbers = NULL;
  guint32 last = 0;

  for (guint i = 0; i < self->n; i++)
    last = MAX (last, surface[i].opener);
  numbers = g_new0 (guint32, (gsize) last + 1);
  for (guint i = 0; i < self->n; i++)
    numbers[surface[i].opener]++;
  for (guint gap = 1; gap < self->n; gap++)
    {
      guint opener = surface[gap].opener, number = numbers[opener];
      float *row = quarry_segment_view_row (self, gap) + QUARRY_FEATURE_OPENER;

      row[0] = sqrtf (quarry_segment_share (number, self->n));
      row[1] = surface[gap - 1].opener == opener;
      row[2] = gap > 1 && surface[gap - 2].opener == opener;
    }
}

/* How often each stem is in two windows, and how much likelier they are as two texts than as one. */
typedef struct
{
  guint32 *left;
  guint32 *right;
  const float *logs; /* ln (c + 1) */
  double value;
} Split;

static double
log_of (const Split *self, guint32 count)
{
  return (double) self->logs[count];
}

static void
split_enter (Split *self, guint32 stem)
{
  self->value += log_of (self, self->right[stem]) - log_of (self, self->left[stem] + self->right[stem]);
  self->right[stem]++;
}

static void
split_cross (Split *self, guint32 stem)
{
  self->right[stem]--;
  self->value += log_of (self, self->left[stem]) - log_of (self, self->right[stem]);
  self->left[stem]++;
}

static void
split_leave (Split *self, guint32 stem)
{
  self->left[stem]--;
  self->value -= log_of (self, self->left[stem]) - log_of (self, self->left[stem] + self->right[stem]);
}

/* Fills @column with how much likelier the words of the @width sentences on either side of each gap are as two texts
 * than as one, per word: under the Dirichlet compound multinomial of the gains, without its normaliser. */
static void
slide_splits (const QuarrySegmentView *self, guint width, const float *logs, guint column)
{
  const QuarryUnits *units = self->units;
  const guint32 *first = units->first_stem;
  g_autofree guint32 *counts = g_new0 (guint32, 2 * (gsize) MAX (units->n_stems, 1));
  Split split = { counts, counts + units->n_stems, logs, 0 };
  guint n = self->n;

  for (guint32 s = first[0]; s < first[MIN (width, n)]; s++)
    split_enter (&split, units->stems[s]);
  for (guint gap = 1; gap < n; gap++)
    {
      guint from = gap - MIN (gap, width), to = MIN (gap + width, n);

      if (gap + width <= n)
        for (guint32 s = first[to - 1]; s < first[to]; s++)
          split_enter (&split, units->stems[s]);
      for (guint32 s = first[gap - 1]; s < first[gap]; s++)
        split_cross (&split, units->stems[s]);
      if (gap > width)
        for (guint32 s = first[from - 1]; s < first[from]; s++)
          split_leave (&split, units->stems[s]);
      quarry_segment_view_row (self, gap)[column] = (float) (split.value / (first[to] - first[from] + 1.0));
    }
}

/* Tabulates ln (c + 1) up to the number of times that the most frequent stem occurs. (transfer full) */
static float *
make_logs (const QuarrySegmentView *self)
{
  const QuarryUnits *units = self->units;
  g_autofree guint32 *counts = g_new0 (guint32, MAX (units->n_stems, 1));
  guint most = 0;
  float *logs;

  for (guint32 s = units->first_stem[0]; s < units->first_stem[self->n]; s++)
    most = MAX (most, ++counts[units->stems[s]]);
  logs = g_new (float, (gsize) most + 1);
  for (guint i = 0; i <= most; i++)
    logs[i] = (float) log (i + 1.0);
  return logs;
}

/* Says whether the sentence after each gap names a year, how far that is from the year named last, and whether it is
 * earlier. */
static void
follow_years (const QuarrySegmentView *self)
{
  guint last = 0;

  for (guint i = 0; i < self->n; i++)
    {
      guint year = self->units->surface[i].year;
      float *row = quarry_segment_view_row (self, i) + QUARRY_FEATURE_YEARS;

      if (year == 0)
        continue;
      if (i > 0)
        {
          row[0] = 1;
          row[1] = last > 0 ? logf (1 + fabsf ((float) year - (float) last)) : 0;
          row[2] = year < last;
        }
      last = year;
    }
}

void
quarry_segment_view_words (const QuarrySegmentView *self)
{
  g_autofree float *logs = make_logs (self);
  Stems stems;

  know_stems (self, &stems);
  slide_words (self, &stems);
  follow_words (self, &stems);
  g_free (stems.sentences);
  g_free (stems.weight);
  g_free (stems.first);
  g_free (stems.last);
  follow_years (self);
  follow_openers (self);
  for (guint w = 0; w < QUARRY_FEATURE_N_SPLITS; w++)
    slide_splits (self, split_widths[w], logs, QUARRY_FEATURE_SPLIT + w);
}
