/* test-segment-untrained.c: texts that the untrained models cut, with the networks beside them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

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

static const char *const german[] = {
  "Der Hafen ist im Winter oft von Eis bedeckt, und die Schiffe bleiben vor der Insel.",
  "Die Schiffe werden von den Lotsen in den Hafen gebracht, wenn das Eis nicht zu dick ist.",
  "Ein Lotse kennt jede Sandbank vor dem Hafen und jedes der Schiffe.",
  "Auch im Winter fahren die Lotsen zu den Schiffen, solange das Eis sie nicht im Hafen hält.",
  "Das Brot aus Roggen wird mit einer Kruste aus Salz gebacken.",
  "Ein Bäcker nimmt für das Brot nur Roggen und Weizen, dazu Salz und Wasser.",
  "Die Kruste ist bei dem Brot aus Weizen heller als bei Brot aus Roggen.",
  "So hat jeder Bäcker sein Brot, und keine Kruste ist wie die andere.",
};

static const char *const personal[] = {
  "I think we should take the train, because you never know when the ferry goes.",
  "If you ask me, the ferry is what we have always taken, and I like the harbour.",
  "But we missed the ferry last year, and you were angry with me at the harbour.",
  "I was, but the train was late as well, and we never saw the harbour.",
  "Now what shall we cook when your mother visits us, do you know?",
  "I would make you a soup, we have carrots and I can buy more of them.",
  "She told me that she likes our soup, but you know that I want no carrots in it.",
  "Then I make the soup without carrots for us, and you give yours to me.",
};
/* Nobody says I. */
static const char *const contract[] = {
  "You may use our service if you are of age where you live.",
  "We may end your account if you harm us or our other customers.",
  "You pay us for each month in advance, and we send you a bill.",
  "If we change our prices, we tell you before you pay again.",
  "We keep what you send us for as long as your account is open.",
  "You can ask us at any time what we know of you.",
  "We give your name to nobody, unless you have allowed us to.",
  "Courts of our country decide between you and us.",
};
/* Every um is written down. */
static const char *const meeting[] = {
  "Um yeah, I think we should, uh, have the buttons in, um, yellow.",
  "Okay, uh, but I said that yellow is, um, what you had before.",
  "Yeah, yeah, and I, uh, do not know what we do with it.",
  "Mm, I think, uh, the case is rubber, so yeah, we can, um, bend it.",
  "Uh, can you tell me, um, what the battery costs us?",
  "Okay, yeah, I have that, um, here, uh, on my list.",
  "Hmm, it is, uh, two euros, I think, um, or what do you say?",
  "Yeah, okay, then I, um, write that down for us.",
};
G_STATIC_ASSERT (G_N_ELEMENTS (personal) == G_N_ELEMENTS (german));
G_STATIC_ASSERT (G_N_ELEMENTS (contract) == G_N_ELEMENTS (german));
G_STATIC_ASSERT (G_N_ELEMENTS (meeting) == G_N_ELEMENTS (german));
/* Each stands there as often, for a text to be long enough to be taken for personal. */
#define N_TIMES 4
#define N_SENTENCES (N_TIMES * G_N_ELEMENTS (german))

static QuarrySentenceWords *
words_of (const char *const *texts, guint first, QuarryDocument **document, GArray **sentences)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();

  for (guint i = first; i < N_SENTENCES; i++)
    quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, texts[i / N_TIMES], -1);
  *document = quarry_document_builder_end (builder);
  *sentences = quarry_sentences_of_document (*document);
  g_assert_cmpuint ((*sentences)->len, ==, N_SENTENCES - first);
  return quarry_sentence_words_of_document (*document, *sentences);
}

static guint
count_cuts (const QuarryGap *gaps, guint n)
{
  guint cuts = 0;

  for (guint gap = 1; gap < n; gap++)
    cuts += gaps[gap].in_default;
  return cuts;
}

/* Cuts the sentences of @texts from @first on, and checks that it is done by the untrained models, with @weight for the
 * networks' log odds above @even, unless these find less than .4 of what the networks find in a personal text, which
 * @n_blind counts; returns how many gaps the least expected errors would tell otherwise. */
static guint
cut_untrained (const char *const *texts, guint first, float weight, float even, guint *n_blind)
{
  guint n = N_SENTENCES - first, n_networks, apart = 0;
  g_autoptr (QuarryDocument) document = NULL;
  g_autoptr (GArray) sentences = NULL;
  g_autoptr (QuarrySentenceWords) words = words_of (texts, first, &document, &sentences);
  g_autoptr (QuarryUnits) units = NULL;
  g_autoptr (QuarryGains) gains = NULL;
  g_autofree QuarryGap *gaps = NULL;
  g_autofree QuarryGap *wanted = NULL;
  g_autofree QuarryGap *other = NULL;
  g_autofree float *features = NULL;
  float vectors[N_SENTENCES * DIMS], odds[N_SENTENCES * QUARRY_SEGMENT_OUTPUTS], mean[N_SENTENCES * QUARRY_SEGMENT_OUTPUTS] = { 0 };
  const QuarrySegmentWeights *networks = quarry_segment_nets_get (&n_networks);
  float nearness = 4 * draw (); /* how near all vectors are to each other: what the untrained models have to hold on to */
  gboolean is_blind;

  for (guint i = 0; i < n * DIMS; i++)
    vectors[i] = (i % DIMS == 0 ? nearness : 0) + draw () - 0.5f;
  units = quarry_units_new (words, vectors, DIMS);
  g_assert_cmpstr (units->foreign, ==, texts == german ? "de" : NULL);
  g_assert_cmpuint (units->dims, ==, texts == german ? 0 : DIMS);
  g_assert_cmpint (units->is_personal, ==, texts == personal);
  gaps = quarry_segment_gaps (document, words);
  gains = quarry_gains_new (units);
  features = quarry_segment_features (units, gains, gaps);
  wanted = g_memdup2 (gaps, n * sizeof *gaps);
  other = g_memdup2 (gaps, n * sizeof *gaps);
  for (guint i = 0; i < n_networks; i++)
    {
      quarry_segment_tell_cues (&networks[i].cues, units->wording, n, features + QUARRY_FEATURE_CUES,
                                QUARRY_SEGMENT_N_FEATURES);
      quarry_segment_net_run (&networks[i], NULL, features, n, odds);
      for (guint o = QUARRY_SEGMENT_OUTPUTS; o < n * QUARRY_SEGMENT_OUTPUTS; o++)
        mean[o] += odds[o] / (float) n_networks;
    }
  for (guint gap = 1; gap < n; gap++)
    wanted[gap].cost -= weight * (mean[gap * QUARRY_SEGMENT_OUTPUTS] - even);
  quarry_segment_cut (gains, wanted, n);
  quarry_segment_cut_by_odds (mean, other, n);
  g_assert_true (quarry_segment_judge (units, gains, gaps));
  /* There is no structure, so all cuts are found. */
  is_blind = texts == personal && count_cuts (wanted, n) < 0.4 * count_cuts (other, n);
  *n_blind += is_blind;
  for (guint gap = 1; gap < n; gap++)
    {
      g_assert_cmpfloat_with_epsilon ((double) gaps[gap].cost, (double) wanted[gap].cost, 1e-4);
      g_assert_cmpint (gaps[gap].in_default, ==, (is_blind ? other : wanted)[gap].in_default);
      apart += gaps[gap].in_default != other[gap].in_default;
    }
  g_assert_true (texts != german || first > 0 || gaps[N_SENTENCES / 2].in_default);
  return apart;
}

/* A text in another language is cut without vectors, by the untrained models: what the networks say of each gap counts
 * a quarter, from log odds of −1 on. */
static void
test_foreign (void)
{
  guint apart = 0, n_blind = 0;

  for (guint first = 0; first < N_SENTENCES / 2; first++)
    apart += cut_untrained (german, first, 0.25f, -1, &n_blind);
  g_assert_cmpuint (apart, >, 0);
}

/* So is one in which people speak of themselves, with vectors, and with more weight for the networks. */
static void
test_personal (void)
{
  const guint n = 20 * N_SENTENCES / 2;
  guint apart = 0, n_blind = 0;

  for (guint i = 0; i < n; i++)
    apart += cut_untrained (personal, i % (N_SENTENCES / 2), 1.5f, -0.5f, &n_blind);
  g_test_message ("%u gaps apart, %u of %u texts blind", apart, n_blind, n);
  g_assert_cmpuint (apart, >, 0);
  g_assert_cmpuint (n_blind, >, 0);
  g_assert_cmpuint (n_blind, <, n);
}

/* Terms of service and leaflets speak to their readers, and the networks know meetings that are written down word for
 * word. */
static void
test_impersonal (void)
{
  static const char *const *const texts[] = { personal, contract, meeting, german };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (QuarryDocument) document = NULL;
      g_autoptr (GArray) sentences = NULL;
      g_autoptr (QuarrySentenceWords) words = words_of (texts[i], 0, &document, &sentences);
      g_autoptr (QuarryUnits) units = quarry_units_new (words, NULL, 0);

      g_assert_cmpint (units->is_personal, ==, i == 0);
    }
}

/* Few words say little of a text: prefaces and abstracts say I too. */
static void
test_short_personal (void)
{
  for (guint first = 0; first < N_SENTENCES; first++)
    {
      g_autoptr (QuarryDocument) document = NULL;
      g_autoptr (GArray) sentences = NULL;
      g_autoptr (QuarrySentenceWords) words = words_of (personal, first, &document, &sentences);
      g_autoptr (QuarryUnits) units = quarry_units_new (words, NULL, 0);

      g_assert_cmpint (units->is_personal, ==, words->first_words[words->n] >= 200);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/segment/untrained/foreign", test_foreign);
  g_test_add_func ("/segment/untrained/personal", test_personal);
  g_test_add_func ("/segment/untrained/impersonal", test_impersonal);
  g_test_add_func ("/segment/untrained/short-personal", test_short_personal);
  return g_test_run ();
}
