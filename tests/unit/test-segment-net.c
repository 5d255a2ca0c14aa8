/* test-segment-net.c: the segmenter's network, and what it is told
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include <math.h>
#include <string.h>

#include "core/document/quarry-sentences.h"
#include "core/segment/quarry-segment-features.h"
#include "core/segment/quarry-segment-net.h"

#define DIMS 16

static guint32 state;

static float
draw (void)
{
  state = state * 1664525u + 1013904223u;
  return (float) (state >> 8) / (1 << 24);
}

/* Makes @n sentences of made-up words, and random vectors for them. (transfer full) */
static QuarryDocument *
make_document (guint n, guint seed, GArray **sentences, float **vectors)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  QuarryDocument *document;

  state = seed * 9999991;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GString) text = g_string_new ("In");

      for (guint w = 0; w < 4 + (guint) (draw () * 8); w++)
        g_string_append_printf (text, " word%c%c", 'a' + (int) (i / 5 + (guint) (draw () * 4)) % 26,
                                'a' + (int) (draw () * 3));
      g_string_append_c (text, '.');
      quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, text->str, -1);
    }
  document = quarry_document_builder_end (builder);
  *sentences = quarry_sentences_of_document (document);
  g_assert_cmpuint ((*sentences)->len, ==, n);
  *vectors = g_new (float, n * DIMS);
  for (guint i = 0; i < n * DIMS; i++)
    (*vectors)[i] = draw () - 0.5f + (i / DIMS / 5 % 3 == i % 3 ? 1 : 0);
  return document;
}

/* The evidence for a boundary is the margin between the best cut with it and the best without it, which is compared
 * here with that of all possible cuts. */
static void
test_evidence (void)
{
  const guint n = 11;
  const QuarryGainPart parts[] = { QUARRY_GAIN_VECTORS, QUARRY_GAIN_WORDS, QUARRY_GAIN_BOTH, QUARRY_GAIN_BOTH,
                                   QUARRY_GAIN_BOTH };
  const double factors[] = { 1.0, 1.0, 0.6, 1.0, 1.7 };

  for (guint seed = 1; seed <= 4; seed++)
    {
      g_autoptr (GArray) sentences = NULL;
      g_autofree float *vectors = NULL;
      g_autoptr (QuarryDocument) document = make_document (n, seed, &sentences, &vectors);
      g_autoptr (QuarrySentenceWords) words = quarry_sentence_words_of_document (document, sentences);
      g_autoptr (QuarryUnits) units = quarry_units_new (words, vectors, DIMS);
      g_autofree QuarryGap *gaps = quarry_segment_gaps (document, words);
      g_autoptr (QuarryGains) gains = quarry_gains_new (units);
      g_autofree float *evidence = quarry_segment_evidence (gains, gaps, n);

      for (guint m = 0; m < QUARRY_SEGMENT_N_EVIDENCE; m++)
        {
          double with[11], without[11];

          for (guint gap = 1; gap < n; gap++)
            with[gap] = without[gap] = -G_MAXDOUBLE;
          for (guint cut = 0; cut < 1u << (n - 1); cut++)
            {
              double value = 0;
              guint start = 0;

              for (guint gap = 1; gap <= n; gap++)
                if (gap == n || (cut >> (gap - 1) & 1))
                  {
                    value += (double) quarry_gains_ending (gains, gap, gap, parts[m])[start]
                             - factors[m] * quarry_gains_get_penalty (gains, parts[m]);
                    start = gap;
                  }
              for (guint gap = 1; gap < n; gap++)
                if (cut >> (gap - 1) & 1)
                  with[gap] = MAX (with[gap], value);
                else
                  without[gap] = MAX (without[gap], value);
            }
          for (guint gap = 1; gap < n; gap++)
            g_assert_cmpfloat_with_epsilon (
                (double) evidence[gap * QUARRY_SEGMENT_N_EVIDENCE + m], with[gap] - without[gap], 1e-3);
        }
    }
}

/* Every kernel gives the sums of the definition, with the largest possible inputs and weights as well. */
static void
test_kernels (void)
{
  enum { WIDTH = 24, TAPS = 3, STEP = 2, ROWS = QUARRY_SEGMENT_BLOCK + (TAPS - 1) * STEP };
  static gint8 weights[TAPS][WIDTH / QUARRY_SEGMENT_GROUP][QUARRY_SEGMENT_CHANNELS][QUARRY_SEGMENT_GROUP];
  guint8 in[ROWS][WIDTH];
  guint n;
  const QuarrySegmentKernel *kernels = quarry_segment_kernels (&n);

  g_assert_true (quarry_segment_kernel_get () == &kernels[n - 1]);
  for (guint seed = 1; seed <= 5; seed++)
    {
      gboolean extreme = seed == 2;

      state = seed;

      for (guint i = 0; i < sizeof in; i++)
        in[i / WIDTH][i % WIDTH] = extreme ? QUARRY_SEGMENT_MOST_INPUT : (guint8) (draw () * 128);
      for (guint i = 0; i < sizeof weights; i++)
        ((gint8 *) weights)[i] = extreme ? (i / QUARRY_SEGMENT_GROUP % 2 == 0 ? 127 : -127) : (gint8) (draw () * 255 - 127);
      for (guint k = 0; k < n; k++)
        {
          gint32 sums[QUARRY_SEGMENT_BLOCK][QUARRY_SEGMENT_CHANNELS];

          g_test_message ("%s", kernels[k].name);
          kernels[k].multiply (in[0], WIDTH, TAPS, STEP, weights[0][0][0], sums);
          for (guint r = 0; r < QUARRY_SEGMENT_BLOCK; r++)
            for (guint c = 0; c < QUARRY_SEGMENT_CHANNELS; c++)
              {
                gint32 sum = 0;

                for (guint t = 0; t < TAPS; t++)
                  for (guint i = 0; i < WIDTH; i++)
                    sum += in[r + t * STEP][i] * weights[t][i / QUARRY_SEGMENT_GROUP][c][i % QUARRY_SEGMENT_GROUP];
                g_assert_cmpint (sums[r][c], ==, sum);
              }
        }
    }
}

/* The network in plain floating-point arithmetic. */
static void
run_plainly (const QuarrySegmentWeights *weights, const float *features, guint n, double *odds)
{
  g_autofree double *rows = g_new0 (double, n * QUARRY_SEGMENT_CHANNELS);
  g_autofree double *next = g_new0 (double, n * QUARRY_SEGMENT_CHANNELS);

  for (guint t = 1; t < n; t++)
    {
      guint8 in[QUARRY_SEGMENT_IN];

      quarry_segment_standardise (&weights->scales, features + t * QUARRY_SEGMENT_N_FEATURES, in);
      for (guint c = 0; c < QUARRY_SEGMENT_CHANNELS; c++)
        {
          double sum = 0;

          for (guint f = 0; f < QUARRY_SEGMENT_IN; f++)
            sum += in[f] * weights->input.weights[f / QUARRY_SEGMENT_GROUP][c][f % QUARRY_SEGMENT_GROUP];
          rows[t * QUARRY_SEGMENT_CHANNELS + c]
              = MAX (sum * (double) weights->input.unit[c] + (double) weights->input.bias[c], 0);
        }
    }
  for (guint l = 0; l < QUARRY_SEGMENT_LAYERS; l++)
    {
      const QuarrySegmentLayer *layer = &weights->layers[l];

      for (gint t = 1; t < (gint) n; t++)
        for (guint c = 0; c < QUARRY_SEGMENT_CHANNELS; c++)
          {
            double sum = 0;

            for (gint tap = 0; tap < QUARRY_SEGMENT_TAPS; tap++)
              {
                gint at = t + (tap - 2) * quarry_segment_dilations[l];

                for (guint d = 0; at >= 1 && at < (gint) n && d < QUARRY_SEGMENT_CHANNELS; d++)
                  sum += floor (MIN (rows[at * QUARRY_SEGMENT_CHANNELS + d] * (double) layer->steps[d], 127) + 0.5)
                         * layer->weights[tap][d / QUARRY_SEGMENT_GROUP][c][d % QUARRY_SEGMENT_GROUP];
              }
            sum = sum * (double) layer->unit[c] + (double) layer->bias[c];
            next[t * QUARRY_SEGMENT_CHANNELS + c] = rows[t * QUARRY_SEGMENT_CHANNELS + c] + MAX (sum, 0);
          }
      memcpy (rows, next, n * QUARRY_SEGMENT_CHANNELS * sizeof *rows);
    }
  for (guint t = 1; t < n; t++)
    for (guint o = 0; o < QUARRY_SEGMENT_OUTPUTS; o++)
      {
        double sum = (double) weights->output_bias[o];

        for (guint c = 0; c < QUARRY_SEGMENT_CHANNELS; c++)
          sum += rows[t * QUARRY_SEGMENT_CHANNELS + c] * (double) weights->output[c][o];
        odds[t * QUARRY_SEGMENT_OUTPUTS + o] = sum;
      }
}

static void
draw_layer (gint8 *weights, gsize n, float *unit, float *bias)
{
  for (gsize i = 0; i < n; i++)
    weights[i] = (gint8) (draw () * 255 - 127);
  for (guint c = 0; c < QUARRY_SEGMENT_CHANNELS; c++)
    {
      unit[c] = 5e-5f * (1 + draw ());
      bias[c] = draw () - 0.5f;
    }
}

static void
draw_weights (QuarrySegmentWeights *weights)
{
  for (guint f = 0; f < QUARRY_SEGMENT_N_FEATURES; f++)
    {
      weights->scales.mean[f] = draw () - 0.5f;
      weights->scales.steps[f] = QUARRY_SEGMENT_STEPS * draw ();
    }
  draw_layer (weights->input.weights[0][0], sizeof weights->input.weights, weights->input.unit, weights->input.bias);
  for (guint l = 0; l < QUARRY_SEGMENT_LAYERS; l++)
    {
      QuarrySegmentLayer *layer = &weights->layers[l];

      draw_layer (layer->weights[0][0][0], sizeof layer->weights, layer->unit, layer->bias);
      for (guint c = 0; c < QUARRY_SEGMENT_CHANNELS; c++)
        layer->steps[c] = 20 * (1 + draw ());
    }
  for (guint c = 0; c < QUARRY_SEGMENT_CHANNELS; c++)
    for (guint o = 0; o < QUARRY_SEGMENT_OUTPUTS; o++)
      weights->output[c][o] = draw () - 0.5f;
  for (guint o = 0; o < QUARRY_SEGMENT_OUTPUTS; o++)
    weights->output_bias[o] = draw () - 0.5f;
}

/* A long document, which is scored in stretches, gets the values that plain arithmetic gives for all of it at once.
 * All kernels give the same bits. */
static void
test_net (void)
{
  const guint n = 4500;
  g_autofree QuarrySegmentWeights *weights = g_new0 (QuarrySegmentWeights, 1);
  g_autofree float *features = g_new (float, n * QUARRY_SEGMENT_N_FEATURES);
  g_autofree float *odds = g_new0 (float, n * QUARRY_SEGMENT_OUTPUTS);
  g_autofree float *first = g_new (float, n * QUARRY_SEGMENT_OUTPUTS);
  g_autofree double *wanted = g_new0 (double, n * QUARRY_SEGMENT_OUTPUTS);
  const gsize size = n * QUARRY_SEGMENT_OUTPUTS * sizeof *odds;
  guint n_kernels;
  const QuarrySegmentKernel *kernels = quarry_segment_kernels (&n_kernels);

  state = 3;
  draw_weights (weights);
  for (gsize i = 0; i < n * QUARRY_SEGMENT_N_FEATURES; i++)
    features[i] = 20 * (draw () - 0.5f);
  run_plainly (weights, features, n, wanted);
  for (guint k = 0; k < n_kernels; k++)
    {
      quarry_segment_net_run (weights, &kernels[k], features, n, odds);
      if (k == 0)
        memcpy (first, odds, size);
      g_assert_cmpmem (odds, size, first, size);
    }
  /* Inputs are rounded to whole numbers, and one in the middle between two may be rounded either way, hence the
   * tolerance. */
  for (guint i = QUARRY_SEGMENT_OUTPUTS; i < n * QUARRY_SEGMENT_OUTPUTS; i++)
    g_assert_cmpfloat_with_epsilon ((double) odds[i], wanted[i], 5e-2 * MAX (1, fabs (wanted[i])));
}

/* Of a short document, most taps reach beyond its ends, where there are zeros. */
static void
test_short (void)
{
  static const guint lengths[] = { 2, 3, 9, 28, 55, 110 };
  enum { MOST = 110 };
  g_autofree QuarrySegmentWeights *weights = g_new0 (QuarrySegmentWeights, 1);
  g_autofree float *features = g_new (float, MOST * QUARRY_SEGMENT_N_FEATURES);

  state = 4;
  draw_weights (weights);
  for (gsize i = 0; i < MOST * QUARRY_SEGMENT_N_FEATURES; i++)
    features[i] = 20 * (draw () - 0.5f);
  for (guint l = 0; l < G_N_ELEMENTS (lengths); l++)
    {
      float odds[MOST * QUARRY_SEGMENT_OUTPUTS];
      double wanted[MOST * QUARRY_SEGMENT_OUTPUTS] = { 0 };

      run_plainly (weights, features, lengths[l], wanted);
      quarry_segment_net_run (weights, NULL, features, lengths[l], odds);
      for (guint i = QUARRY_SEGMENT_OUTPUTS; i < lengths[l] * QUARRY_SEGMENT_OUTPUTS; i++)
        g_assert_cmpfloat_with_epsilon ((double) odds[i], wanted[i], 5e-2 * MAX (1, fabs (wanted[i])));
    }
}

/* Features become whole steps away from their mean, at most as many as five standard deviations have. */
static void
test_standardise (void)
{
  QuarrySegmentScales scales = { { 0 }, { 0 } };
  float features[QUARRY_SEGMENT_N_FEATURES] = { 3, 3.5f, 2, 1000, -1000, 3 };
  guint8 out[QUARRY_SEGMENT_IN];

  for (guint f = 0; f < 5; f++)
    {
      scales.mean[f] = 3;
      scales.steps[f] = QUARRY_SEGMENT_STEPS;
    }
  quarry_segment_standardise (&scales, features, out);
  g_assert_cmpuint (out[0], ==, QUARRY_SEGMENT_MIDDLE);
  g_assert_cmpuint (out[1], ==, 70);
  g_assert_cmpuint (out[2], ==, 51);
  g_assert_cmpuint (out[3], ==, 127);
  g_assert_cmpuint (out[4], ==, 0);
  for (guint f = 5; f < QUARRY_SEGMENT_IN; f++)
    g_assert_cmpuint (out[f], ==, QUARRY_SEGMENT_MIDDLE);
}

static double
probability (double log_odds)
{
  return 1 / (1 + exp (-log_odds));
}

static double
with_structure (const float *odds, const QuarryGap *gaps, guint gap)
{
  return (double) odds[gap * QUARRY_SEGMENT_OUTPUTS] - 3.5 * (double) gaps[gap].cost;
}

/* The worth of a cut of 12 sentences by the odds. It is the sum over all pairs of sentences @apart that the cut
 * leaves together: how likely it is right less how likely it is wrong. To it are added the odds at the boundaries
 * less @even, and from it is taken @crowded for each two boundaries that are close together. */
static double
worth_of (guint cut, const float *odds, const QuarryGap *gaps, guint n, guint apart, double even, double crowded)
{
  guint window = 0;
  double worth = 0;

  while (quarry_segment_head_widths[window] != apart)
    window++;
  for (guint first = 0; first + apart < n; first++)
    {
      double none = 1, bare = 1;
      gboolean is_cut = FALSE;

      for (guint gap = first + 1; gap <= first + apart; gap++)
        {
          none *= gaps[gap].forbidden ? 1 : 1 - probability (with_structure (odds, gaps, gap));
          bare *= 1 - probability ((double) odds[gap * QUARRY_SEGMENT_OUTPUTS]);
          is_cut |= (cut >> gap & 1) != 0;
        }
      if (!is_cut)
        worth += (none
                  + probability ((double) odds[(first + 1 + apart / 2) * QUARRY_SEGMENT_OUTPUTS + 1 + window]
                                 + log (none / bare))
                  - 1) / apart;
    }
  for (guint gap = 1, last = 0; gap < n; gap++)
    if ((cut >> gap & 1) != 0)
      {
        if (gaps[gap].sure > 1)
          worth += 0.1 * (with_structure (odds, gaps, gap) - even);
        if (last > 0 && gap - last < apart)
          worth -= crowded * (apart - (gap - last)) / apart;
        last = gap;
      }
  return worth;
}

/* The worth of the best of all cuts that respect the structure, by trying them all. *@n_found becomes its number of
 * boundaries without the sure ones. */
static double
try_all_cuts (const float *odds, const QuarryGap *gaps, guint n, guint apart, double even, double crowded,
              guint *n_found)
{
  double best = -G_MAXDOUBLE;

  for (guint cut = 0; cut < 1u << n; cut += 2)
    {
      gboolean keeps = TRUE;
      double worth;
      guint n_cut = 0;

      for (guint gap = 1; gap < n; gap++)
        {
          gboolean is_cut = (cut >> gap & 1) != 0;

          keeps &= !(is_cut && gaps[gap].forbidden) && (is_cut || gaps[gap].sure > 1);
          n_cut += is_cut && gaps[gap].sure > 1;
        }
      if (!keeps)
        continue;
      worth = worth_of (cut, odds, gaps, n, apart, even, crowded);
      if (worth > best)
        {
          best = worth;
          *n_found = n_cut;
        }
    }
  return best;
}

/* The cut is the best of all cuts that respect the structure, found by trying them all. */
static void
test_cut_by_odds (void)
{
  const guint n = 12;
  guint n_halved = 0;

  for (guint seed = 1; seed <= 150; seed++)
    {
      g_autofree float *odds = g_new (float, n * QUARRY_SEGMENT_OUTPUTS);
      QuarryGap gaps[12] = { 0 };
      double expected = 0, best, crowded = 0.3, even = -0.5, few = -0.5, many = -4, enough, least;
      guint found = 0, n_found = 0, n_sure = 0, apart = 0, wanted = 0;
      float level;

      state = seed * 9999991;
      level = 3 * draw ();

      for (guint i = 0; i < n * QUARRY_SEGMENT_OUTPUTS; i++)
        odds[i] = 4 * (draw () - 0.5f) - (i % QUARRY_SEGMENT_OUTPUTS == 0 ? level : 0);
      for (guint gap = 1; gap < n; gap++)
        {
          float kind = draw ();

          gaps[gap].sure = kind < 0.05f ? 0 : QUARRY_GAP_NOT_SURE;
          gaps[gap].forbidden = kind > 0.9f;
          gaps[gap].cost = kind > 0.6f ? 1 : 0;
          n_sure += kind < 0.05f;
          if (kind >= 0.05f && kind <= 0.9f)
            expected += probability (with_structure (odds, gaps, gap));
        }
      quarry_segment_cut_by_odds (odds, gaps, n);
      for (guint gap = 1; gap < n; gap++)
        if (gaps[gap].in_default)
          {
            found |= 1u << gap;
            n_found += gaps[gap].sure > 1;
            g_assert_false (gaps[gap].forbidden);
          }
        else
          g_assert_cmpfloat (gaps[gap].sure, >, 1);

      for (guint h = 0; h < QUARRY_SEGMENT_HEADS; h++)
        {
          double half = n / (expected + n_sure + 1) / 2;

          if (apart == 0 || fabs (log (quarry_segment_head_widths[h] / half)) < fabs (log (apart / half)))
            apart = quarry_segment_head_widths[h];
        }
      /* The cut is the best one if it has enough boundaries, which are more where many are expected; otherwise the
       * best one with half the penalty for crowding; otherwise the best one at the price per boundary at which there
       * are just enough, found by eight halvings. If that gives far too many, the next higher price is used. */
      enough = n < 10 * expected ? 0.8 : 0.45;
      least = MAX (enough, 0.65);
      best = try_all_cuts (odds, gaps, n, apart, even, crowded, &wanted);
      if (wanted + 0.5 < enough * expected)
        best = try_all_cuts (odds, gaps, n, apart, even, crowded = 0.15, &wanted);
      if (crowded < 0.3 && wanted + 0.5 < least * expected)
        {
          for (guint i = 0; i < 8; i++)
            {
              even = (few + many) / 2;
              try_all_cuts (odds, gaps, n, apart, even, crowded, &wanted);
              *(wanted + 0.5 < least * expected ? &few : &many) = even;
            }
          best = try_all_cuts (odds, gaps, n, apart, even = many, crowded, &wanted);
          if (wanted > 1.2 * expected + 0.5)
            best = try_all_cuts (odds, gaps, n, apart, even = few, crowded, &wanted);
          n_halved++;
        }
      g_assert_cmpfloat_with_epsilon (worth_of (found, odds, gaps, n, apart, even, crowded), best, 1e-5);
      g_assert_cmpuint (n_found, ==, wanted);
    }
  g_assert_cmpuint (n_halved, >, 10);
}

/* How likely it is that @gap has no boundary, as its share in the window of 24 gaps around it, which is the widest
 * window that the network judges. */
static double
share_of_window (const float *odds, const QuarryGap *gaps, guint n, guint gap)
{
  guint from = gap > 12 ? gap - 12 : 1, to = MIN (gap > 12 ? gap + 12 : 24, n);
  double none = 1, bare = 1;

  for (guint g = from; g < to; g++)
    {
      none *= 1 - probability (with_structure (odds, gaps, g));
      bare *= 1 - probability ((double) odds[g * QUARRY_SEGMENT_OUTPUTS]);
    }
  return pow (probability ((double) odds[gap * QUARRY_SEGMENT_OUTPUTS + QUARRY_SEGMENT_HEADS] + log (none / bare)),
              1.0 / (to - from));
}

/* The worth of a segment and the boundary at its end. @sums: for each sentence, the sum of what the pairs are worth
 * that begin before it. */
static double
worth_of_segment (const double *sums, const float *odds, const QuarryGap *gaps, guint n, guint apart, guint start,
                  guint end)
{
  double worth = end - start > apart ? sums[end - apart] - sums[start] : 0;

  if (end < n)
    worth += 0.1 * (with_structure (odds, gaps, end) + 0.5);
  if (start > 0 && end < n && end - start < apart)
    worth -= 0.3 * (apart - (end - start)) / apart;
  return worth;
}

/* Where topics are long, the cut is the best one by pairs of sentences that are farther apart than the network's
 * widest window. */
static void
test_cut_far (void)
{
  const guint lengths[] = { 110, 160, 230, 330 }, farther[] = { 32, 48, 64, 96 };
  gboolean seen[G_N_ELEMENTS (farther)] = { FALSE };

  for (guint seed = 1; seed <= 120; seed++)
    {
      guint n = lengths[seed % 4], topic = 6 + seed % 99, apart = 0, last = 0;
      g_autofree float *odds = g_new (float, n * QUARRY_SEGMENT_OUTPUTS);
      g_autofree QuarryGap *gaps = g_new0 (QuarryGap, n);
      g_autofree double *sums = g_new0 (double, n + 1);
      g_autofree double *best = g_new0 (double, n + 1);
      g_autofree double *shares = g_new0 (double, n);
      double expected = 0, of_found = 0;

      state = seed * 9999991;

      for (guint gap = 0; gap < n; gap++)
        {
          float *at = &odds[gap * QUARRY_SEGMENT_OUTPUTS];

          /* A topic begins near @topic. */
          at[0] = (gap + 5 >= topic && gap <= topic + 5 ? -3.2f : -9) + 0.6f * draw ();
          for (guint h = 0; h < QUARRY_SEGMENT_HEADS; h++)
            at[1 + h] = (gap + 12 >= topic && gap <= topic + 12 ? -2 : 2) + 3 * (draw () - 0.5f);
          gaps[gap].sure = QUARRY_GAP_NOT_SURE;
          gaps[gap].cost = draw () > 0.8f ? 0.1f : 0;
          if (gap > 0)
            expected += probability (with_structure (odds, gaps, gap));
        }
      for (guint i = 0; i < G_N_ELEMENTS (farther); i++)
        {
          double half = n / (expected + 1) / 2;

          if (apart == 0 || fabs (log (farther[i] / half)) < fabs (log (apart / half)))
            apart = farther[i];
        }
      for (guint i = 0; i < G_N_ELEMENTS (farther); i++)
        seen[i] |= apart == farther[i];
      /* A pair's worth is half by the gaps between the two sentences, half by the windows around these gaps. */
      for (guint gap = 1; gap < n; gap++)
        shares[gap] = share_of_window (odds, gaps, n, gap);
      for (guint first = 0; first < n; first++)
        {
          double alone = 1, windows = 1;

          for (guint gap = first + 1; gap <= first + apart && gap < n; gap++)
            {
              alone *= 1 - probability (with_structure (odds, gaps, gap));
              windows *= shares[gap];
            }
          sums[first + 1] = sums[first] + (first + apart < n ? (alone + windows - 1) / apart : 0);
        }

      quarry_segment_cut_by_odds (odds, gaps, n);
      for (guint gap = 1; gap <= n; gap++)
        if (gap == n || gaps[gap].in_default)
          {
            of_found += worth_of_segment (sums, odds, gaps, n, apart, last, gap);
            last = gap;
          }
      /* So few boundaries are expected that any number of them is enough. */
      g_assert_cmpfloat (expected, <, 0.5 / 0.45);
      for (guint end = 1; end <= n; end++)
        {
          best[end] = -G_MAXDOUBLE;
          for (guint start = 0; start < end; start++)
            best[end] = MAX (best[end], best[start] + worth_of_segment (sums, odds, gaps, n, apart, start, end));
        }
      g_assert_cmpfloat_with_epsilon (of_found, best[n], 1e-5);
    }
  for (guint i = 0; i < G_N_ELEMENTS (farther); i++)
    g_assert_true (seen[i]);
}

/* Where no gap stands out, there are nevertheless as many boundaries as are asked for: more where many are expected. */
static void
test_cut_enough (void)
{
  const guint n = 200;
  guint n_fine = 0, n_few = 0;

  for (guint seed = 1; seed <= 40; seed++)
    {
      g_autofree float *odds = g_new (float, n * QUARRY_SEGMENT_OUTPUTS);
      g_autofree QuarryGap *gaps = g_new0 (QuarryGap, n);
      double expected = 0, share;
      guint n_found = 0;
      float level;

      state = seed * 9999991;
      level = 1 + 2 * draw ();

      for (guint i = 0; i < n * QUARRY_SEGMENT_OUTPUTS; i++)
        odds[i] = i % QUARRY_SEGMENT_OUTPUTS == 0 ? 4 * draw () - 2 - level : 1;
      for (guint gap = 1; gap < n; gap++)
        {
          gaps[gap].sure = QUARRY_GAP_NOT_SURE;
          expected += probability ((double) odds[gap * QUARRY_SEGMENT_OUTPUTS]);
        }
      quarry_segment_cut_by_odds (odds, gaps, n);
      for (guint gap = 1; gap < n; gap++)
        n_found += gaps[gap].in_default;
      share = n < 10 * expected ? 0.8 : 0.65;
      n_fine += share > 0.7;
      g_assert_cmpfloat (n_found + 0.5, >=, share * expected);
      n_few += n_found + 0.5 < 0.8 * expected;
    }
  g_assert_cmpuint (n_fine, >, 10);
  g_assert_cmpuint (n_few, >, 5);
}

/* Where all gaps are alike, not many more boundaries are set than are expected: there is no run of single sentences. */
static void
test_cut_alike (void)
{
  const guint n = 60;

  for (guint seed = 1; seed <= 20; seed++)
    {
      g_autofree float *odds = g_new (float, n * QUARRY_SEGMENT_OUTPUTS);
      QuarryGap gaps[60] = { 0 };
      float level, same;
      double expected = 0;
      guint n_found = 0;

      state = seed * 9999991;
      level = 2 + 1.5f * draw ();
      same = 1 + draw ();

      for (guint i = 0; i < n * QUARRY_SEGMENT_OUTPUTS; i++)
        odds[i] = i % QUARRY_SEGMENT_OUTPUTS == 0 ? 0.3f * draw () - level : same;
      for (guint gap = 1; gap < n; gap++)
        {
          gaps[gap].sure = QUARRY_GAP_NOT_SURE;
          expected += probability ((double) odds[gap * QUARRY_SEGMENT_OUTPUTS]);
        }
      quarry_segment_cut_by_odds (odds, gaps, n);
      for (guint gap = 1; gap < n; gap++)
        n_found += gaps[gap].in_default;
      g_assert_cmpfloat (n_found, <=, 1.2 * expected + 0.5);
    }
}

/* Whatever the text, each answer is a number, and the same each time. */
static void
test_judge (void)
{
  const char *const lines[] = { "Word", "…", "1 2 3", "שלום עולם", "\"What?\" he said", "a: b", "中文句子。" };

  for (guint kind = 0; kind < 3; kind++)
    {
      const guint n = 60;
      QuarryDocumentBuilder *builder = quarry_document_builder_new ();
      g_autoptr (QuarryDocument) document = NULL;
      g_autoptr (GArray) sentences = NULL;
      g_autofree float *vectors = g_new0 (float, n * DIMS);
      float before[60];

      state = 5;
      for (guint i = 0; i < n; i++)
        quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0,
                                     lines[kind == 0 ? 0 : i % G_N_ELEMENTS (lines)], -1);
      document = quarry_document_builder_end (builder);
      sentences = quarry_sentences_of_document (document);
      g_assert_cmpuint (sentences->len, <=, n);
      for (guint i = 0; i < n * DIMS && kind < 2; i++)
        vectors[i] = kind == 0 ? 1 : draw () - 0.5f;
      for (guint time = 0; time < 2; time++)
        {
          guint count = sentences->len;
          g_autoptr (QuarrySentenceWords) words = quarry_sentence_words_of_document (document, sentences);
          g_autoptr (QuarryUnits) units = quarry_units_new (words, vectors, DIMS);
          g_autofree QuarryGap *gaps = quarry_segment_gaps (document, words);
          g_autoptr (QuarryGains) gains = quarry_gains_new (units);

          quarry_segment_judge (units, gains, gaps);
          for (guint gap = 1; gap < count; gap++)
            {
              g_assert_true (isfinite (gaps[gap].cost));
              if (time == 0)
                before[gap] = gaps[gap].cost;
              else
                g_assert_cmpmem (&before[gap], sizeof *before, &gaps[gap].cost, sizeof *before);
            }
        }
    }
}

/* What is judged is the mean of what the networks say, each of which is told what it has counted of the words itself. */
static void
test_mean (void)
{
  const guint n = 40;
  g_autoptr (GArray) sentences = NULL;
  g_autofree float *vectors = NULL;
  g_autoptr (QuarryDocument) document = make_document (n, 3, &sentences, &vectors);
  g_autoptr (QuarrySentenceWords) words = quarry_sentence_words_of_document (document, sentences);
  g_autoptr (QuarryUnits) units = quarry_units_new (words, vectors, DIMS);
  g_autofree QuarryGap *gaps = quarry_segment_gaps (document, words);
  g_autofree QuarryGap *wanted = g_memdup2 (gaps, n * sizeof *gaps);
  g_autoptr (QuarryGains) gains = quarry_gains_new (units);
  g_autofree float *features = quarry_segment_features (units, gains, gaps);
  g_autofree float *mean = g_new0 (float, n * QUARRY_SEGMENT_OUTPUTS);
  g_autofree float *odds = g_new0 (float, n * QUARRY_SEGMENT_OUTPUTS);
  guint n_networks, apart = 0;
  const QuarrySegmentWeights *networks = quarry_segment_nets_get (&n_networks);

  g_assert_cmpuint (n_networks, >=, 2);
  for (guint i = 0; i < n_networks; i++)
    {
      quarry_segment_tell_cues (&networks[i].cues, units->wording, n, features + QUARRY_FEATURE_CUES,
                                QUARRY_SEGMENT_N_FEATURES);
      quarry_segment_net_run (&networks[i], NULL, features, n, odds);
      for (guint o = QUARRY_SEGMENT_OUTPUTS; o < n * QUARRY_SEGMENT_OUTPUTS; o++)
        {
          apart += i > 0 && fabsf (mean[o] * (float) n_networks / (float) i - odds[o]) > 0.01f;
          mean[o] += odds[o] / (float) n_networks;
        }
    }
  g_assert_cmpuint (apart, >, n);
  quarry_segment_cut_by_odds (mean, wanted, n);
  g_assert_true (quarry_segment_judge (units, gains, gaps));
  for (guint gap = 1; gap < n; gap++)
    {
      g_assert_cmpint (gaps[gap].in_default, ==, wanted[gap].in_default);
      /* The cost falls by one and a half times the log odds of a boundary above −.5. */
      g_assert_cmpfloat_with_epsilon ((double) (wanted[gap].cost - gaps[gap].cost),
                                      1.5 * ((double) mean[gap * QUARRY_SEGMENT_OUTPUTS] + 0.5), 1e-4);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/segment/net/evidence", test_evidence);
  g_test_add_func ("/segment/net/kernels", test_kernels);
  g_test_add_func ("/segment/net/short", test_short);
  g_test_add_func ("/segment/net/standardise", test_standardise);
  g_test_add_func ("/segment/net/stretches", test_net);
  g_test_add_func ("/segment/net/cut-by-odds", test_cut_by_odds);
  g_test_add_func ("/segment/net/cut-enough", test_cut_enough);
  g_test_add_func ("/segment/net/cut-far", test_cut_far);
  g_test_add_func ("/segment/net/cut-alike", test_cut_alike);
  g_test_add_func ("/segment/net/judge", test_judge);
  g_test_add_func ("/segment/net/mean", test_mean);
  return g_test_run ();
}
