/* test-analysis.c: passages taken apart, and what is kept of them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include <math.h>
#include <string.h>

#include "core/document/quarry-language.h"
#include "core/library/search/quarry-analysis.h"
#include "core/library/search/quarry-token-shares.h"

static QuarryEmbedder *embedder;
static QuarryWordForms *forms;

static QuarryAnalysis *
make_weighed (QuarryWordForms *with, const float *weights, gint64 id, const char *text)
{
  QuarryPassageRecord *passage = g_new0 (QuarryPassageRecord, 1);
  g_auto (QuarryAnalysisRoom) room = { 0 };

  quarry_analysis_room_init (&room);
  passage->id = id;
  passage->heading = g_strdup ("");
  passage->text = g_strdup (text);

  return quarry_analysis_new (passage, with, embedder, weights, &room);
}

static QuarryAnalysis *
make_with (QuarryWordForms *with, gint64 id, const char *text)
{
  return make_weighed (with, NULL, id, text);
}

static QuarryAnalysis *
make (gint64 id, const char *text)
{
  return make_with (forms, id, text);
}

static void
test_words (void)
{
  const char *text = "The Sailors sail; SAILING to Łódź.";
  const char *expected[] = { "the", "sailors", "sail", "sailing", "to" };
  g_autoptr (QuarryAnalysis) analysis = make (7, text);
  g_autoptr (QuarryAnalysis) other = make (8, "Who sailed? The sailors.");

  g_assert_cmpuint (analysis->n_words, ==, 6);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      const QuarryWordForm *form = analysis->words[i].form;

      g_assert_cmpstr (form->folded, ==, expected[i]);
      g_assert_cmpuint (form->length, ==, strlen (expected[i]));
      g_assert_cmpint (form->stop, ==, quarry_words_is_stop_word (form->folded, form->length));
      g_assert_cmpuint (form->stem, ==, quarry_stem_number (form->folded, form->length));
    }
  g_assert_cmpuint (analysis->words[2].form->stem, ==, analysis->words[3].form->stem);
  g_assert_cmpuint (analysis->words[2].form->number, !=, analysis->words[3].form->number);
  g_assert_cmpuint (analysis->words[2].form->stem, !=, analysis->words[5].form->stem);
  g_assert_true (other->words[3].form == analysis->words[1].form);
  g_assert_cmpuint (analysis->n_shingles, ==, 4);

  /* The sentences are found once and then kept. */
  g_assert_cmpuint (quarry_analysis_get_sentences (other)->len, ==, 2);
  g_assert_true (quarry_analysis_get_sentences (other) == quarry_analysis_get_sentences (other));

  /* Stems are sorted and unique: "sail" (which has two forms here), "sailor", and the town. */
  g_assert_cmpuint (analysis->n_stems, ==, 3);
  for (guint i = 0; i < analysis->n_stems; i++)
    {
      gboolean sail = analysis->stems[i].term == quarry_stem_number ("sail", 4);

      g_assert_cmpfloat_with_epsilon (analysis->stems[i].weight, sail ? 1 + log (2) : 1, 1e-5);
      g_assert_true (i == 0 || analysis->stems[i - 1].term < analysis->stems[i].term);
    }

  /* The tokens of a word lie within the word, and each token belongs to exactly one word. */
  g_assert_cmpuint (analysis->first_tokens[0], ==, 0);
  g_assert_cmpuint (analysis->first_tokens[6], ==, analysis->n_tokens);
  for (guint i = 0; i < analysis->n_words; i++)
    for (guint t = analysis->first_tokens[i]; t < analysis->first_tokens[i + 1]; t++)
      {
        g_assert_cmpuint (analysis->tokens[t].span.start, >=, analysis->words[i].span.start);
        g_assert_cmpuint (analysis->tokens[t].span.end, <=, analysis->words[i].span.end);
      }
}

/* The tokens that are cached for each word are those that the model makes of the text in which it stands. */
static void
test_tokens (void)
{
  static const char *const texts[] = {
    "Plain words, plain words again.",
    "Qwzxv zxqwv-blorptification 1234567 Ελληνικά 東京都 naïve x",
    "it's O'Brien's don't ''s s",
    "pneumonoultramicroscopicsilicovolcanoconiosispneumonoultramicroscopicsilicovolcanoconiosis!",
    "",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (QuarryAnalysis) analysis = make (1, texts[i]);
      g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (QuarryToken));

      quarry_embedder_tokenize (embedder, texts[i], -1, tokens);
      g_assert_cmpuint (analysis->n_tokens, ==, tokens->len);
      for (guint t = 0; t < tokens->len; t++)
        {
          const QuarryToken *token = &g_array_index (tokens, QuarryToken, t);

          g_assert_cmpuint (analysis->tokens[t].id, ==, token->id);
          g_assert_cmpuint (analysis->tokens[t].span.start, ==, token->span.start);
          g_assert_cmpuint (analysis->tokens[t].span.end, ==, token->span.end);
        }
    }
}

/* When a table gets more words than it first had room for, no form moves in memory, and each is found again. */
static void
test_many_forms (void)
{
  g_autoptr (QuarryWordForms) many = quarry_word_forms_new (embedder);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (QuarryAnalysis) first = NULL;
  g_autoptr (QuarryAnalysis) again = NULL;
  gsize bytes;

  for (guint i = 0; i < 10000; i++)
    g_string_append_printf (text, "w%ux ", i);
  first = make_with (many, 1, text->str);
  bytes = quarry_word_forms_get_bytes (many);
  again = make_with (many, 2, text->str);
  g_assert_cmpuint (first->n_words, ==, 10000);
  for (guint i = 0; i < first->n_words; i++)
    {
      g_assert_cmpuint (first->words[i].form->number, ==, i);
      g_assert_true (again->words[i].form == first->words[i].form);
    }
  g_assert_cmpuint (quarry_word_forms_get_bytes (many), ==, bytes);
}

/* The number of distinct stems is right for texts with few and with many of them, some of which are repeated. */
static void
test_stems (void)
{
  static const guint sizes[] = { 1, 2, 50, 300, 1023, 1024, 1025, 4000 };

  for (guint s = 0; s < G_N_ELEMENTS (sizes); s++)
    {
      g_autoptr (GHashTable) counts = g_hash_table_new (NULL, NULL);
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (QuarryAnalysis) analysis = NULL;

      for (guint i = 0; i < sizes[s]; i++)
        g_string_append_printf (text, "q%dz ", g_test_rand_int_range (0, (int) sizes[s]));
      analysis = make (1, text->str);
      for (guint i = 0; i < analysis->n_words; i++)
        {
          gpointer stem = GUINT_TO_POINTER (analysis->words[i].form->stem);

          g_hash_table_insert (
              counts, stem, GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (counts, stem)) + 1));
        }
      g_assert_cmpuint (analysis->n_words, ==, sizes[s]);
      g_assert_cmpuint (analysis->n_stems, ==, g_hash_table_size (counts));
      for (guint i = 0; i < analysis->n_stems; i++)
        {
          guint32 stem = analysis->stems[i].term;
          guint count = GPOINTER_TO_UINT (g_hash_table_lookup (counts, GUINT_TO_POINTER (stem)));

          g_assert_true (i == 0 || analysis->stems[i - 1].term < stem);
          g_assert_cmpfloat_with_epsilon (analysis->stems[i].weight, 1 + log (count), 1e-5);
        }
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

/* Windows of every length that a text may have, over more blocks than are added up at a time. */
static void
test_windows (void)
{
  const guint lengths[] = { 1, 5, 6, 7, 12, 13, 191, 192, 193, 400 };
  const guint dims = quarry_embedder_get_dims (embedder);
  g_autofree float *row = g_new (float, dims);
  g_autofree float *window = g_new (float, dims);

  for (guint l = 0; l < G_N_ELEMENTS (lengths); l++)
    {
      const char *const words[] = { "bread", "salt", "whales", "sail", "at", "night", "over", "harbour" };
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (QuarryAnalysis) analysis = NULL;
      guint n_blocks;

      for (guint i = 0; i < lengths[l]; i++)
        g_string_append_printf (text, "%s ", words[(i + i / 3) % G_N_ELEMENTS (words)]);
      analysis = make (l + 1, text->str);
      g_assert_cmpuint (analysis->n_tokens, ==, lengths[l]);
      n_blocks = (lengths[l] + QUARRY_WINDOW_BLOCK - 1) / QUARRY_WINDOW_BLOCK;
      g_assert_cmpuint (analysis->n_windows, ==, MAX (1, n_blocks - 1));
      for (guint w = 0; w < analysis->n_windows; w++)
        {
          guint end = MIN ((w + 2) * QUARRY_WINDOW_BLOCK, lengths[l]);

          memset (window, 0, dims * sizeof (float));
          for (guint t = w * QUARRY_WINDOW_BLOCK; t < end; t++)
            {
              quarry_embedder_get_row (embedder, analysis->tokens[t].id, row);
              quarry_add (window, row, dims);
            }
          g_assert_cmpfloat_with_epsilon (analysis->window_norms[w],
                                          sqrtf (quarry_dot (window, window, dims)), 1e-3);
        }
    }
}

/* What a form says of function words is what their lists say. */
static void
test_function_words (void)
{
  g_autoptr (QuarryAnalysis) analysis = make (1, "the und depuis whale w\303\244hrend no en");

  g_assert_cmpuint (analysis->n_words, ==, 7);
  for (guint i = 0; i < analysis->n_words; i++)
    {
      const QuarryWordForm *form = analysis->words[i].form;

      g_assert_cmpint (form->stop, ==, quarry_words_is_stop_word (form->folded, form->length));
      g_assert_cmpint (form->small, ==, quarry_language_is_function_word ("*", form->folded));
      g_assert_cmpuint (form->languages, ==, quarry_language_list_of_function_word (form->folded));
    }
}

static void
test_keys (void)
{
  g_autoptr (QuarryAnalysis) analysis = make (1, "An Élan of abcdefg");
  const guint32 heads[] = { 0x616e0000, 0x656c616e, 0x6f660000, 0x61626364 };

  for (guint i = 0; i < G_N_ELEMENTS (heads); i++)
    {
      g_assert_cmphex (analysis->keys[i].head, ==, heads[i]);
      g_assert_cmphex (analysis->keys[i].stem, ==, analysis->words[i].form->stem);
    }
}

/* A stem has the idf of the rarest of its forms, wherever that stands. */
static void
test_stem_idfs (void)
{
  const guint n_tokens = quarry_embedder_get_n_tokens (embedder);
  g_autofree float *weights = g_new (float, n_tokens);
  const char *texts[] = { "sail sailing the harbour sails", "sails the harbour sailing sail" };

  for (guint i = 0; i < n_tokens; i++)
    weights[i] = .25f + (float) (i % 97) / 97;
  for (guint t = 0; t < G_N_ELEMENTS (texts); t++)
    {
      g_autoptr (QuarryAnalysis) analysis = make_weighed (forms, weights, 1, texts[t]);

      g_assert_cmpuint (analysis->n_stems, ==, 2);
      for (guint s = 0; s < analysis->n_stems; s++)
        {
          float greatest = 0;

          for (guint i = 0; i < analysis->n_words; i++)
            for (guint32 k = analysis->first_tokens[i]; k < analysis->first_tokens[i + 1]; k++)
              if (analysis->words[i].form->stem == analysis->stems[s].term)
                greatest = MAX (greatest, weights[analysis->tokens[k].id]);
          g_assert_cmpfloat (analysis->stem_idfs[s], ==, greatest * greatest);
        }
    }
}

static void
test_token_shares (void)
{
  const guint dims = quarry_embedder_get_dims (embedder);
  const guint n_tokens = quarry_embedder_get_n_tokens (embedder);
  g_autoptr (QuarryAnalysis) analysis
      = make (1, "whales sail at night; bread and salt, and whales again: 36 tokens over harbours");
  g_autofree float *weights = g_new (float, n_tokens);
  g_autofree float *vector = g_new (float, dims);
  g_autofree float *row = g_new (float, dims);
  g_autoptr (QuarryTokenShares) shares = NULL;
  const float *of;

  for (guint i = 0; i < n_tokens; i++)
    weights[i] = .25f + (float) (i % 7);
  for (guint d = 0; d < dims; d++)
    vector[d] = (float) g_test_rand_double_range (-1, 1);
  shares = quarry_token_shares_new (embedder, weights, vector);
  quarry_token_shares_get (shares, analysis->tokens, 2);
  of = quarry_token_shares_get (shares, analysis->tokens, analysis->n_tokens);
  for (guint t = 0; t < analysis->n_tokens; t++)
    {
      guint32 id = analysis->tokens[t].id;

      quarry_embedder_get_row (embedder, id, row);
      g_assert_cmpfloat_with_epsilon (of[id], weights[id] * quarry_dot (row, vector, dims), 1e-3);
    }
  g_assert_true (quarry_token_shares_get (shares, NULL, 0) == of);
}

static void
test_nothing (void)
{
  g_autoptr (QuarryAnalysis) empty = make (1, "");
  g_autoptr (QuarryAnalysis) no_words = make (2, " ... \n");

  g_assert_cmpuint (empty->n_words, ==, 0);
  g_assert_cmpuint (no_words->n_words, ==, 0);
  g_assert_cmpuint (no_words->n_windows, ==, 0);
  g_assert_cmpuint (no_words->n_shingles, ==, 0);
}

static void
test_cache (void)
{
  g_autofree char *long_text = g_strnfill (10000, 'x');
  g_autoptr (QuarryAnalysisCache) cache = quarry_analysis_cache_new (embedder, 1000000);
  g_autoptr (QuarryWordForms) own = quarry_analysis_cache_get_forms (cache);
  g_autoptr (QuarryAnalysis) strange = make (77, "read with other forms");
  g_autoptr (QuarryAnalysis) kept = NULL;

  for (gint64 id = 1; id <= 40; id++)
    {
      g_autoptr (QuarryAnalysis) analysis = make_with (own, id, long_text);
      g_autoptr (QuarryAnalysis) again = make_with (own, id, "another of the same id is not taken");
      g_autoptr (QuarryAnalysis) found = NULL;
      g_autoptr (QuarryAnalysis) first = NULL;

      quarry_analysis_cache_add (cache, analysis);
      quarry_analysis_cache_add (cache, again);
      found = quarry_analysis_cache_get (cache, own, id);
      g_assert_true (found == analysis);
      /* The first analysis is used again and again, so it is not evicted. */
      first = quarry_analysis_cache_get (cache, own, 1);
      g_assert_nonnull (first);
    }
  g_assert_null (quarry_analysis_cache_get (cache, own, 2));
  g_assert_null (quarry_analysis_cache_get (cache, own, 99));
  kept = quarry_analysis_cache_get (cache, own, 40);
  g_assert_nonnull (kept);

  /* An analysis made with another table of forms cannot be compared with the cached ones, so it is not cached. */
  quarry_analysis_cache_add (cache, strange);
  g_assert_null (quarry_analysis_cache_get (cache, own, 77));
  g_assert_null (quarry_analysis_cache_get (cache, forms, 40));

  /* An analysis that is in use stays valid after it was evicted. */
  for (gint64 id = 50; id <= 90; id++)
    {
      g_autoptr (QuarryAnalysis) analysis = make_with (own, id, long_text);

      quarry_analysis_cache_add (cache, analysis);
    }
  g_assert_null (quarry_analysis_cache_get (cache, own, 40));
  g_assert_cmpstr (kept->passage->text, ==, long_text);
}

/* If texts keep bringing new words, the table of forms is replaced in time by a new one. */
static void
test_cache_forms (void)
{
  g_autoptr (QuarryAnalysisCache) cache = quarry_analysis_cache_new (embedder, 300000);
  g_autoptr (QuarryWordForms) first = quarry_analysis_cache_get_forms (cache);
  g_autoptr (QuarryAnalysis) analysis = NULL;
  guint n = 0;

  for (gint64 id = 1; id <= 100; id++)
    {
      g_autoptr (QuarryWordForms) now = quarry_analysis_cache_get_forms (cache);
      g_autoptr (GString) text = g_string_new (NULL);

      g_clear_pointer (&analysis, quarry_analysis_unref);
      for (guint i = 0; i < 100; i++)
        g_string_append_printf (text, "w%ux ", n++);
      analysis = make_with (now, id, text->str);
      quarry_analysis_cache_add (cache, analysis);
      g_assert_cmpuint (quarry_word_forms_get_bytes (now), <, 500000);
    }
  g_assert_null (quarry_analysis_cache_get (cache, first, 1));
  g_assert_cmpstr (analysis->words[99].form->folded, ==, "w9999x");
}

/* An analysis that is larger than the whole cache is not cached. */
static void
test_cache_too_large (void)
{
  g_autofree char *long_text = g_strnfill (10000, 'x');
  g_autoptr (QuarryAnalysisCache) cache = quarry_analysis_cache_new (embedder, 5000);
  g_autoptr (QuarryWordForms) own = quarry_analysis_cache_get_forms (cache);
  g_autoptr (QuarryAnalysis) analysis = make_with (own, 1, long_text);

  quarry_analysis_cache_add (cache, analysis);
  g_assert_null (quarry_analysis_cache_get (cache, own, 1));
}

int
main (int argc, char *argv[])
{
  g_autoptr (GError) error = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  embedder = quarry_embedder_load (QUARRY_SOURCEDIR "/data/model", &error);
  g_assert_no_error (error);
  forms = quarry_word_forms_new (embedder);
  g_test_add_func ("/analysis/words", test_words);
  g_test_add_func ("/analysis/tokens", test_tokens);
  g_test_add_func ("/analysis/many-forms", test_many_forms);
  g_test_add_func ("/analysis/stems", test_stems);
  g_test_add_func ("/analysis/sum", test_sum);
  g_test_add_func ("/analysis/windows", test_windows);
  g_test_add_func ("/analysis/function-words", test_function_words);
  g_test_add_func ("/analysis/keys", test_keys);
  g_test_add_func ("/analysis/stem-idfs", test_stem_idfs);
  g_test_add_func ("/analysis/token-shares", test_token_shares);
  g_test_add_func ("/analysis/nothing", test_nothing);
  g_test_add_func ("/analysis/cache", test_cache);
  g_test_add_func ("/analysis/cache/forms", test_cache_forms);
  g_test_add_func ("/analysis/cache/too-large", test_cache_too_large);
  status = g_test_run ();
  quarry_word_forms_unref (forms);
  g_object_unref (embedder);

  return status;
}
