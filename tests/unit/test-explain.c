/* test-explain.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/rank/quarry-explain.h"

#include <math.h>
#include <string.h>

#include "tests/support/read-words.h"

#define DIMS 5

typedef struct
{
  const char *word;
  float row[DIMS];
} Row;

/* "car" and "automobile" have the same meaning and "engine" almost; "apple" has nothing to do with them. */
static const Row rows[] = {
  { "car", { 2, 0, 0, 0, 0 } },
  { "cars", { 1.9f, 0.1f, 0, 0, 0 } },
  { "automobile", { 1.8f, 0.3f, 0, 0, 0 } },
  { "engine", { 1, 0, 1, 0, 0 } },
  { "apple", { 0, 0, 0, 2, 0 } },
  { "the", { 0.3f, 0, 0, 0, 0.1f } },
  { "red", { 0.1f, 1, 0, 0, 0 } },
  { "crimson", { 0, 0.9f, 0.1f, 0, 0 } },
  { "wheel", { 0.8f, 0, 0.2f, 0, 0 } },
  { "road", { 1.4f, 0, 0, 0, 0.4f } },
  { "driver", { 0.6f, 0, 0, 0.1f, 0 } },
  { "tyre", { 0.5f, 0, 0, 0, 0 } },
  { "brake", { 0.4f, 0, 0, 0, 0 } },
  { "rotten", { -1, 0, 0, 1, 0 } },
};

/* The model's row for a word; all zeros if the word is unknown. */
static const float *
row_of (const QuarryWord *word)
{
  static const float nothing[DIMS];

  for (guint r = 0; r < G_N_ELEMENTS (rows); r++)
    if (strcmp (rows[r].word, word->form->folded) == 0)
      return rows[r].row;
  return nothing;
}

static float
dot (const float *a, const float *b)
{
  float sum = 0;

  for (guint d = 0; d < DIMS; d++)
    sum += a[d] * b[d];
  return sum;
}

/* Adds up the rows of the words. Returns the length of the sum. */
static float
add_up (GArray *words, float *sum)
{
  memset (sum, 0, DIMS * sizeof (float));
  for (guint i = 0; i < words->len; i++)
    for (guint d = 0; d < DIMS; d++)
      sum[d] += row_of (TEST_WORDS (words) + i)[d];
  return sqrtf (dot (sum, sum));
}

typedef struct
{
  GArray *query;
  GArray *words;
} Texts;

static float
find_affinity (guint query_word, guint word, gpointer user_data)
{
  const Texts *texts = user_data;
  const float *row = row_of (TEST_WORDS (texts->query) + query_word);

  return dot (row, row) > 0 ? dot (row, row_of (TEST_WORDS (texts->words) + word)) : -INFINITY;
}

static float
cosine_of (GArray *query, GArray *words)
{
  float q[DIMS], p[DIMS];
  float norms = add_up (query, q) * add_up (words, p);

  return norms > 0 ? dot (q, p) / norms : 0;
}

/* Words with the same stem count as the same. With @typing, the last word of the query stands for every word that it
 * begins. */
static guint *
find_answers (GArray *query, GArray *words, gboolean typing)
{
  guint *answers = g_new (guint, words->len + 1);

  for (guint i = 0; i < words->len; i++)
    {
      const QuarryWordForm *form = TEST_WORDS (words)[i].form;

      answers[i] = G_MAXUINT;
      for (guint q = 0; q < query->len && answers[i] == G_MAXUINT; q++)
        {
          const QuarryWordForm *asked = TEST_WORDS (query)[q].form;

          if (form->stem == asked->stem
              || (typing && q + 1 == query->len && g_str_has_prefix (form->folded, asked->folded)))
            answers[i] = q;
        }
    }

  return answers;
}

static QuarryExplanation *
explain_in (const char *language,
            const char *query,
            const char *text,
            const QuarrySpan *sentences,
            guint n_sentences,
            gboolean typing)
{
  g_autoptr (GArray) query_words = test_read_words (query);
  g_autoptr (GArray) words = test_read_words (text);
  g_autofree float *shares = g_new0 (float, words->len + 1);
  g_autofree guint *answers = find_answers (query_words, words, typing);
  Texts texts = { query_words, words };
  float q[DIMS], p[DIMS];
  float norms = add_up (query_words, q) * add_up (words, p);
  QuarryExplained explained = {
    .query_words = TEST_WORDS (query_words),
    .n_query_words = query_words->len,
    .words = TEST_WORDS (words),
    .n_words = words->len,
    .answers = answers,
    .shares = shares,
    .similarity = cosine_of (query_words, words),
    .sentences = sentences,
    .n_sentences = n_sentences,
    .text_length = (guint32) strlen (text),
    .language = language,
    .affinity = find_affinity,
    .user_data = &texts,
  };

  for (guint i = 0; i < words->len && norms > 0; i++)
    shares[i] = dot (q, row_of (TEST_WORDS (words) + i)) / norms;
  return quarry_explain (&explained);
}

static QuarryExplanation *
explain_typed (const char *query,
               const char *text,
               const QuarrySpan *sentences,
               guint n_sentences,
               gboolean typing)
{
  return explain_in (NULL, query, text, sentences, n_sentences, typing);
}

static QuarryExplanation *
explain (const char *query, const char *text, const QuarrySpan *sentences, guint n_sentences)
{
  return explain_typed (query, text, sentences, n_sentences, FALSE);
}

static double
cosine (const char *a, const char *b)
{
  g_autoptr (GArray) left = test_read_words (a);
  g_autoptr (GArray) right = test_read_words (b);

  return (double) cosine_of (left, right);
}

static double
sum_of (const QuarryExplanation *explanation)
{
  double sum = (double) explanation->rest;

  for (guint i = 0; i < explanation->words->len; i++)
    sum += (double) g_array_index (explanation->words, QuarryWordMatch, i).weight;
  return sum;
}

static void
assert_match (const QuarryExplanation *explanation,
              guint i,
              const char *text,
              const char *word,
              const char *query,
              const char *query_word,
              QuarryMatchKind kind)
{
  const QuarryWordMatch *match = &g_array_index (explanation->words, QuarryWordMatch, i);
  g_autofree char *found = NULL;
  g_autofree char *answered = NULL;

  g_assert_cmpuint (i, <, explanation->words->len);
  found = g_strndup (text + match->span.start, match->span.end - match->span.start);
  answered = g_strndup (query + match->query_span.start,
                        match->query_span.end - match->query_span.start);
  g_assert_cmpstr (found, ==, word);
  g_assert_cmpstr (answered, ==, query_word);
  g_assert_cmpint (match->kind, ==, kind);
}

static void
test_worked (void)
{
  const char *query = "the red car";
  const char *text = "The Automobile, a crimson one; cars everywhere! An apple.";
  g_autoptr (QuarryExplanation) explanation = explain (query, text, NULL, 0);
  const QuarryWordMatch *match;

  g_assert_cmpfloat_with_epsilon (explanation->similarity, cosine (query, text), 1e-5);
  g_assert_cmpfloat_with_epsilon (sum_of (explanation), explanation->similarity, 1e-5);

  /* The words are sorted by weight. There are no stop words and no words of another meaning among them. */
  g_assert_cmpuint (explanation->words->len, ==, 3);
  assert_match (explanation, 0, text, "cars", query, "car", QUARRY_MATCH_LITERAL);
  assert_match (explanation, 1, text, "Automobile", query, "car", QUARRY_MATCH_MEANING);
  assert_match (explanation, 2, text, "crimson", query, "red", QUARRY_MATCH_MEANING);

  /* q = (2.4, 1, 0, 0, .1), P = (4, 1.3, .1, 2, .1): "cars" adds 1.9 · 2.4 + .1 to q · P, which is divided by both
   * lengths. */
  match = &g_array_index (explanation->words, QuarryWordMatch, 0);
  g_assert_cmpfloat_with_epsilon (
      match->weight, (1.9 * 2.4 + 0.1) / (sqrt (6.77) * sqrt (21.71)), 1e-5);

  g_assert_cmpuint (explanation->sentence.start, ==, 0);
  g_assert_cmpuint (explanation->sentence.end, ==, strlen (text));
}

/* Each place of a word is shown, one after another. */
static void
test_all_places (void)
{
  const char *query = "car";
  const char *text = "A car, an apple, a car and an apple; the car.";
  g_autoptr (QuarryExplanation) explanation = explain (query, text, NULL, 0);
  guint32 last = 0;

  g_assert_cmpuint (explanation->words->len, >=, 3);
  for (guint i = 0; i < 3; i++)
    {
      assert_match (explanation, i, text, "car", query, "car", QUARRY_MATCH_LITERAL);
      g_assert_cmpuint (g_array_index (explanation->words, QuarryWordMatch, i).span.start, >, last);
      last = g_array_index (explanation->words, QuarryWordMatch, i).span.start;
    }
}

static void
test_sums (void)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (3);

  for (guint round = 0; round < 200; round++)
    {
      g_autoptr (GString) query = g_string_new (NULL);
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (QuarryExplanation) explanation = NULL;
      gint n_words = g_rand_int_range (rand, 1, 80);

      for (gint w = g_rand_int_range (rand, 1, 6); w > 0; w--)
        g_string_append_printf (
            query, "%s ", rows[g_rand_int_range (rand, 0, G_N_ELEMENTS (rows))].word);
      for (gint w = 0; w < n_words; w++)
        g_string_append_printf (
            text, "%s ", rows[g_rand_int_range (rand, 0, G_N_ELEMENTS (rows))].word);
      explanation = explain (query->str, text->str, NULL, 0);
      g_assert_cmpfloat_with_epsilon (
          explanation->similarity, cosine (query->str, text->str), 1e-5);
      g_assert_cmpfloat_with_epsilon (sum_of (explanation), explanation->similarity, 1e-5);
    }
}

static void
test_by_meaning_few (void)
{
  const char *query = "car";
  const char *text = "engine road wheel driver tyre brake automobile rotten road apple";
  g_autoptr (QuarryExplanation) explanation = explain (query, text, NULL, 0);

  /* The five strongest words are shown; both occurrences of one of them stand together. */
  g_assert_cmpuint (explanation->words->len, ==, 6);
  assert_match (explanation, 0, text, "road", query, "car", QUARRY_MATCH_MEANING);
  assert_match (explanation, 1, text, "road", query, "car", QUARRY_MATCH_MEANING);
  assert_match (explanation, 2, text, "automobile", query, "car", QUARRY_MATCH_MEANING);
  assert_match (explanation, 3, text, "engine", query, "car", QUARRY_MATCH_MEANING);
  assert_match (explanation, 4, text, "wheel", query, "car", QUARRY_MATCH_MEANING);
  assert_match (explanation, 5, text, "driver", query, "car", QUARRY_MATCH_MEANING);
  g_assert_cmpfloat_with_epsilon (g_array_index (explanation->words, QuarryWordMatch, 0).weight,
                                  g_array_index (explanation->words, QuarryWordMatch, 1).weight,
                                  1e-7f);
  g_assert_cmpuint (g_array_index (explanation->words, QuarryWordMatch, 0).span.start, ==, 7);
}

/* If the query is as long as the passage, not every word of the passage is marked. */
static void
test_literally_few (void)
{
  const char *text = "car automobile engine apple red crimson wheel road driver tyre brake rotten lamp door";
  g_autoptr (QuarryExplanation) explanation = explain (text, text, NULL, 0);
  double sum = (double) explanation->rest;

  g_assert_cmpuint (explanation->words->len, ==, 12);
  assert_match (explanation, 0, text, "car", text, "car", QUARRY_MATCH_LITERAL);
  for (guint i = 0; i < explanation->words->len; i++)
    {
      const QuarryWordMatch *match = &g_array_index (explanation->words, QuarryWordMatch, i);

      g_assert_cmpint (match->kind, ==, QUARRY_MATCH_LITERAL);
      /* One of them adds nothing to the similarity, the other lowers it. */
      g_assert_cmpuint (match->span.start, !=, strstr (text, "door") - text);
      g_assert_cmpuint (match->span.start, !=, strstr (text, "rotten") - text);
      sum += (double) match->weight;
    }
  g_assert_cmpfloat_with_epsilon (sum, explanation->similarity, 1e-5);
}

/* A word that adds less than a tenth of what the strongest one adds is not shown. */
static void
test_by_meaning_weak (void)
{
  const char *query = "car";
  const char *text = "an automobile, red";
  g_autoptr (QuarryExplanation) explanation = explain (query, text, NULL, 0);

  g_assert_cmpuint (explanation->words->len, ==, 1);
  assert_match (explanation, 0, text, "automobile", query, "car", QUARRY_MATCH_MEANING);
  g_assert_cmpfloat (explanation->rest, >, 0.0f);
}

static void
test_literal_without_vectors (void)
{
  const char *query = "zeppelin of a";
  const char *text = "Two Zeppelins above the town. A zeppelin!";
  const QuarrySpan sentences[] = { { 0, 29 }, { 30, 41 } };
  g_autoptr (QuarryExplanation) explanation = explain (query, text, sentences, 2);

  g_assert_cmpfloat (explanation->similarity, ==, 0.0f);
  g_assert_cmpfloat (explanation->rest, ==, 0.0f);
  g_assert_cmpuint (explanation->words->len, ==, 2);
  assert_match (explanation, 0, text, "Zeppelins", query, "zeppelin", QUARRY_MATCH_LITERAL);
  assert_match (explanation, 1, text, "zeppelin", query, "zeppelin", QUARRY_MATCH_LITERAL);
  g_assert_cmpuint (explanation->sentence.start, ==, 0);
}

/* While the last word is being typed, it matches words that it begins; once it is complete, it does not. */
static void
test_typed (void)
{
  const char *query = "red zep";
  const char *text = "Two Zeppelins, one red.";
  g_autoptr (QuarryExplanation) typed = explain_typed (query, text, NULL, 0, TRUE);
  g_autoptr (QuarryExplanation) whole = explain (query, text, NULL, 0);

  g_assert_cmpuint (typed->words->len, ==, 2);
  assert_match (typed, 0, text, "red", query, "red", QUARRY_MATCH_LITERAL);
  assert_match (typed, 1, text, "Zeppelins", query, "zep", QUARRY_MATCH_LITERAL);
  g_assert_cmpuint (whole->words->len, ==, 1);
}

/* Function words of the passage's language are not shown, neither as words of the query nor as matches by meaning,
 * unless the query consists of nothing else. */
static void
test_other_language (void)
{
  const char *query = "wie funktioniert der engine";
  const char *text = "Der Motor und die engine, über der road.";
  g_autoptr (QuarryExplanation) german = explain_in ("de-AT", query, text, NULL, 0, FALSE);
  g_autoptr (QuarryExplanation) unknown = explain_in (NULL, query, text, NULL, 0, FALSE);
  g_autoptr (QuarryExplanation) french = explain_in ("fr", query, text, NULL, 0, FALSE);
  g_autoptr (QuarryExplanation) alone = explain_in ("de", "der", text, NULL, 0, FALSE);

  g_assert_cmpuint (german->words->len, ==, 2);
  assert_match (german, 0, text, "engine", query, "engine", QUARRY_MATCH_LITERAL);
  assert_match (german, 1, text, "road", query, "engine", QUARRY_MATCH_MEANING);
  g_assert_cmpuint (unknown->words->len, ==, 4);
  g_assert_cmpuint (french->words->len, ==, 4);
  g_assert_cmpuint (alone->words->len, ==, 2);
  assert_match (alone, 0, text, "Der", "der", "der", QUARRY_MATCH_LITERAL);
}

static void
test_stop_words_alone (void)
{
  const char *query = "the";
  const char *text = "The car on the road.";
  g_autoptr (QuarryExplanation) explanation = explain (query, text, NULL, 0);
  guint n_literal = 0;

  for (guint i = 0; i < explanation->words->len; i++)
    n_literal
        += g_array_index (explanation->words, QuarryWordMatch, i).kind == QUARRY_MATCH_LITERAL;
  g_assert_cmpuint (n_literal, ==, 2);
}

static void
test_sentence (void)
{
  const char *text = "An apple is red. The driver took the road. Cars have an engine. An apple.";
  const QuarrySpan sentences[] = { { 0, 16 }, { 17, 42 }, { 43, 63 }, { 64, 73 } };
  g_autoptr (QuarryExplanation) by_words = explain ("cars", text, sentences, 4);
  g_autoptr (QuarryExplanation) by_meaning = explain (
      "automobile", "An apple is red. The driver took the road. An apple.", sentences, 2);
  g_autoptr (QuarryExplanation) nothing = explain ("zeppelin", text, sentences, 4);

  /* A sentence of many function words is not the best sentence. */
  {
    const char *small = "The the the the the the. An engine.";
    const QuarrySpan two[] = { { 0, 24 }, { 25, 35 } };
    g_autoptr (QuarryExplanation) explanation = explain ("car", small, two, 2);

    g_assert_cmpuint (explanation->sentence.start, ==, 25);
  }

  g_assert_cmpuint (by_words->sentence.start, ==, 43);
  g_assert_cmpuint (by_words->sentence.end, ==, 63);
  g_assert_cmpuint (by_meaning->sentence.start, ==, 17);
  g_assert_cmpuint (nothing->sentence.start, ==, 0);
  g_assert_cmpuint (nothing->sentence.end, ==, 16);
}

static void
test_odd (void)
{
  const char *queries[] = { "", "?!", "the", "zeppelin", "car" };
  const char *texts[] = { "", "...", "the", "car", "rotten" };

  for (guint q = 0; q < G_N_ELEMENTS (queries); q++)
    for (guint t = 0; t < G_N_ELEMENTS (texts); t++)
      {
        g_autoptr (QuarryExplanation) explanation = explain (queries[q], texts[t], NULL, 0);

        g_assert_true (isfinite (explanation->similarity));
        g_assert_true (isfinite (explanation->rest));
        g_assert_cmpuint (explanation->sentence.end, ==, strlen (texts[t]));
        g_assert_cmpfloat_with_epsilon (
            explanation->similarity, cosine (queries[q], texts[t]), 1e-5);
      }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/explain/worked", test_worked);
  g_test_add_func ("/explain/all-places", test_all_places);
  g_test_add_func ("/explain/sums", test_sums);
  g_test_add_func ("/explain/by-meaning-few", test_by_meaning_few);
  g_test_add_func ("/explain/literally-few", test_literally_few);
  g_test_add_func ("/explain/by-meaning-weak", test_by_meaning_weak);
  g_test_add_func ("/explain/literal-without-vectors", test_literal_without_vectors);
  g_test_add_func ("/explain/typed", test_typed);
  g_test_add_func ("/explain/other-language", test_other_language);
  g_test_add_func ("/explain/stop-words-alone", test_stop_words_alone);
  g_test_add_func ("/explain/sentence", test_sentence);
  g_test_add_func ("/explain/odd", test_odd);
  return g_test_run ();
}
