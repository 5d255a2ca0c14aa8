/* test-baselines.c: C99, against what can be worked out by hand
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/eval/quarry-c99.h"
#include "core/eval/quarry-segment-baselines.h"

/* A cell's rank is the share of its neighbours that are smaller; the cell itself does not count. */
static void
test_ranks (void)
{
  static const float small[9] = { 1, .5f, .2f,
                                  .5f, 1, .1f,
                                  .2f, .1f, 1 };
  g_autofree float *ranks = quarry_c99_ranks (small, 3);
  g_autofree float *wide = NULL;
  g_autofree float *large = g_new0 (float, 20 * 20);

  /* There are eight neighbours. Equal ones do not count as smaller. */
  g_assert_cmpfloat (ranks[0], ==, 6 / 8.0f);
  g_assert_cmpfloat (ranks[1], ==, 4 / 8.0f);
  g_assert_cmpfloat (ranks[2], ==, 2 / 8.0f);
  g_assert_cmpfloat (ranks[5], ==, 0);
  for (guint i = 0; i < 3; i++)
    for (guint j = 0; j < 3; j++)
      g_assert_cmpfloat (ranks[i * 3 + j], ==, ranks[j * 3 + i]);

  /* A single high cell outranks all around it, also in a corner, where it has fewer neighbours. */
  large[10 * 20 + 10] = 1;
  large[0] = 1;
  wide = quarry_c99_ranks (large, 20);
  g_assert_cmpfloat (wide[10 * 20 + 10], ==, 1);
  g_assert_cmpfloat (wide[0], ==, 1);
  g_assert_cmpfloat (wide[1], ==, 0);

  /* A cell six sentences away is not a neighbour any more. */
  large[0] = 0;
  for (guint i = 0; i < 20; i++)
    large[i * 20 + i] = (float) i;
  g_free (wide);
  wide = quarry_c99_ranks (large, 20);
  g_assert_cmpfloat (wide[6 * 20 + 6], ==, 115 / 120.0f);
}

/* Two sentences of one word, then two of another. Ranks: 8/15 within, 0 across (8 of the 15 neighbours of a cell are
 * across). Densities of 1 to 4 segments: 4/15, then 8/15 three times, so that the gains are 4/15, 0, 0. Smoothed:
 * 32/210, 1/15, 8/210. The threshold is their mean, .0857, plus 1.2 standard deviations of .0486, and only the first
 * gain is above it. */
static void
test_two_pairs (void)
{
  static const guint32 first[] = { 0, 1, 2, 3, 4 };
  static const guint32 words[] = { 0, 0, 1, 1 };
  gboolean cuts[4] = { FALSE };

  quarry_c99_cut (first, words, 2, 4, cuts);
  g_assert_false (cuts[0]);
  g_assert_true (cuts[1]);
  g_assert_false (cuts[2]);
  g_assert_false (cuts[3]);
}

/* If no word is repeated, or all sentences are alike, there is nothing to tell apart and nothing is cut. */
static void
test_nothing_to_tell (void)
{
  static const guint32 first[] = { 0, 1, 2, 3, 4, 5, 6 };
  static const guint32 empty[] = { 0, 0, 0, 0, 0, 0, 0 };
  static const guint32 alike[] = { 0, 0, 0, 0, 0, 0 };
  gboolean cuts[6] = { FALSE };

  quarry_c99_cut (first, alike, 1, 6, cuts);
  quarry_c99_cut (empty, alike, 0, 6, cuts);
  quarry_c99_cut (first, alike, 1, 1, cuts);
  for (guint i = 0; i < G_N_ELEMENTS (cuts); i++)
    g_assert_false (cuts[i]);
}

/* Topics of a hundred sentences each, so that the text is processed in more than one stretch. */
static void
test_long (void)
{
  const guint n = 2 * QUARRY_C99_STRETCH + 52;
  g_autofree guint32 *first = g_new (guint32, n + 1);
  g_autofree guint32 *words = g_new (guint32, n * 3);
  g_autofree gboolean *cuts = g_new0 (gboolean, n);
  guint found = 0, right = 0;

  for (guint i = 0; i < n; i++)
    {
      first[i] = 3 * i;
      for (guint w = 0; w < 3; w++)
        words[3 * i + w] = i / 100 * 4 + (i + w) % 4;
    }
  first[n] = 3 * n;
  quarry_c99_cut (first, words, (n / 100 + 1) * 4, n, cuts);
  for (guint i = 0; i < n; i++)
    {
      found += cuts[i];
      right += cuts[i] && i % 100 == 99;
    }
  g_assert_cmpuint (right, ==, n / 100 - 1);
  /* The method splits some topics once more. */
  g_assert_cmpuint (found, <=, right + 8);
  g_assert_false (cuts[n - 1]);
}

/* Each baseline is called by its name in the table, on a whole document. */
static void
test_document (void)
{
  static const char *const lines[] = { "The ship left the harbour.", "A ship needs a harbour.",
                                       "Harbour and ship were new.", "Bees make honey.",
                                       "Honey is what bees sell.", "Without bees no honey." };
  g_autoptr (QuarryDocument) document = NULL;
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  QuarrySpan sentences[G_N_ELEMENTS (lines)];
  const QuarryBlock *blocks;
  g_autoptr (QuarrySentenceWords) words = NULL;
  g_autofree gboolean *cuts = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, lines[i], -1);
  document = quarry_document_builder_end (builder);
  blocks = quarry_document_get_blocks (document, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    sentences[i] = blocks[i].span;

  words = quarry_sentence_words_new (quarry_document_get_text (document, NULL), sentences, G_N_ELEMENTS (lines));
  g_assert_cmpstr (quarry_baseline_name (QUARRY_BASELINE_C99), ==, "c99");
  cuts = quarry_baseline_cut (QUARRY_BASELINE_C99, document, words, NULL, 0, 0, 0);
  for (guint i = 0; i < G_N_ELEMENTS (lines); i++)
    g_assert_cmpint (cuts[i], ==, i == 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/baselines/c99/ranks", test_ranks);
  g_test_add_func ("/baselines/c99/two-pairs", test_two_pairs);
  g_test_add_func ("/baselines/c99/nothing-to-tell", test_nothing_to_tell);
  g_test_add_func ("/baselines/c99/long", test_long);
  g_test_add_func ("/baselines/c99/document", test_document);

  return g_test_run ();
}
