/* test-analysis.c: passages taken apart, and what is kept of them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include <string.h>

#include "core/library/quarry-analysis.h"

static QuarryEmbedder *embedder;

static QuarryAnalysis *
make (gint64 id, const char *text)
{
  QuarryPassageRecord *passage = g_new0 (QuarryPassageRecord, 1);

  passage->id = id;
  passage->heading = g_strdup ("");
  passage->text = g_strdup (text);

  return quarry_analysis_new (passage, embedder, NULL);
}

static void
test_words (void)
{
  const char *text = "The Sailors sail; SAILING to Łódź.";
  const char *expected[] = { "the", "sailors", "sail", "sailing", "to" };
  g_autoptr (QuarryAnalysis) analysis = make (7, text);

  g_assert_cmpuint (analysis->n_words, ==, 6);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmpstr (analysis->folded + analysis->words[i].folded, ==, expected[i]);
  g_assert_true (analysis->words[0].stop);
  g_assert_false (analysis->words[1].stop);
  g_assert_cmpuint (analysis->words[2].stem, ==, analysis->words[3].stem);
  g_assert_cmpuint (analysis->words[2].stem, ==, quarry_stem_number ("sail", 4));
  g_assert_cmpuint (analysis->words[2].stem, !=, analysis->words[5].stem);
  g_assert_cmpuint (analysis->shingles->len, ==, 4);

  /* The tokens of a word lie in it, and each token belongs to one. */
  g_assert_cmpuint (analysis->words[0].first_token, ==, 0);
  g_assert_cmpuint (analysis->words[6].first_token, ==, analysis->n_tokens);
  for (guint i = 0; i < analysis->n_words; i++)
    for (guint t = analysis->words[i].first_token; t < analysis->words[i + 1].first_token; t++)
      {
        g_assert_cmpuint (analysis->tokens[t].span.start, >=, analysis->words[i].span.start);
        g_assert_cmpuint (analysis->tokens[t].span.end, <=, analysis->words[i].span.end);
      }
}

static void
test_sum (void)
{
  guint dims = quarry_embedder_get_dims (embedder);
  g_autoptr (QuarryAnalysis) analysis = make (1, "bread and salt");
  g_autofree float *row = g_new (float, dims);

  for (guint t = 0; t < analysis->n_tokens; t++)
    {
      quarry_embedder_get_row (embedder, analysis->tokens[t].id, row);
      for (guint d = 0; d < dims; d++)
        analysis->sum[d] -= row[d];
    }
  for (guint d = 0; d < dims; d++)
    g_assert_cmpfloat_with_epsilon (analysis->sum[d], 0, 1e-4);
}

static void
test_nothing (void)
{
  g_autoptr (QuarryAnalysis) empty = make (1, "");
  g_autoptr (QuarryAnalysis) no_words = make (2, " ... \n");

  g_assert_cmpuint (empty->n_words, ==, 0);
  g_assert_cmpuint (no_words->n_words, ==, 0);
  g_assert_cmpuint (no_words->shingles->len, ==, 0);
}

static void
test_cache (void)
{
  g_autofree char *long_text = g_strnfill (10000, 'x');
  g_autoptr (QuarryAnalysisCache) cache = quarry_analysis_cache_new (1000000);
  g_autoptr (QuarryAnalysis) kept = NULL;

  for (gint64 id = 1; id <= 20; id++)
    {
      g_autoptr (QuarryAnalysis) analysis = make (id, long_text);
      g_autoptr (QuarryAnalysis) again = make (id, "another of the same id is not taken");
      g_autoptr (QuarryAnalysis) found = NULL;
      g_autoptr (QuarryAnalysis) first = NULL;

      quarry_analysis_cache_add (cache, analysis, quarry_embedder_get_dims (embedder));
      quarry_analysis_cache_add (cache, again, quarry_embedder_get_dims (embedder));
      found = quarry_analysis_cache_get (cache, id);
      g_assert_true (found == analysis);
      /* In use all the while, the first one stays. */
      first = quarry_analysis_cache_get (cache, 1);
      g_assert_nonnull (first);
    }
  g_assert_null (quarry_analysis_cache_get (cache, 2));
  g_assert_null (quarry_analysis_cache_get (cache, 99));
  kept = quarry_analysis_cache_get (cache, 20);
  g_assert_nonnull (kept);

  /* What is in use outlives its place. */
  for (gint64 id = 30; id <= 50; id++)
    {
      g_autoptr (QuarryAnalysis) analysis = make (id, long_text);

      quarry_analysis_cache_add (cache, analysis, quarry_embedder_get_dims (embedder));
    }
  g_assert_null (quarry_analysis_cache_get (cache, 20));
  g_assert_cmpstr (kept->passage->text, ==, long_text);
}

/* One that is larger than all that may be kept. */
static void
test_cache_too_large (void)
{
  g_autofree char *long_text = g_strnfill (10000, 'x');
  g_autoptr (QuarryAnalysisCache) cache = quarry_analysis_cache_new (5000);
  g_autoptr (QuarryAnalysis) analysis = make (1, long_text);

  quarry_analysis_cache_add (cache, analysis, quarry_embedder_get_dims (embedder));
  g_assert_null (quarry_analysis_cache_get (cache, 1));
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  embedder = quarry_embedder_load (QUARRY_SOURCEDIR "/data/model", &error);
  g_assert_no_error (error);
  g_test_add_func ("/analysis/words", test_words);
  g_test_add_func ("/analysis/sum", test_sum);
  g_test_add_func ("/analysis/nothing", test_nothing);
  g_test_add_func ("/analysis/cache", test_cache);
  g_test_add_func ("/analysis/cache/too-large", test_cache_too_large);
  status = g_test_run ();
  g_object_unref (embedder);

  return status;
}
