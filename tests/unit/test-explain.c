/* test-explain.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/rank/quarry-explain.h"
#include "core/document/quarry-words.h"

#include <math.h>
#include <string.h>

#define DIMS 5

/* A stemmer that takes off a final "s". */
static void
stem (const char *folded, gsize length, char *stemmed, gsize size)
{
  if (length > 1 && folded[length - 1] == 's')
    length--;
  length = MIN (length, size - 1);
  memcpy (stemmed, folded, length);
  stemmed[length] = '\0';
}

typedef struct
{
  const char *word;
  float row[DIMS];
} Row;

/* "car" and "automobile" mean the same, "engine" almost; "apple" has nothing to do with them. */
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
  { "road", { 0.7f, 0, 0, 0, 0.2f } },
  { "driver", { 0.6f, 0, 0, 0.1f, 0 } },
  { "tyre", { 0.5f, 0, 0, 0, 0 } },
  { "brake", { 0.4f, 0, 0, 0, 0 } },
  { "rotten", { -1, 0, 0, 1, 0 } },
};

/* A token a word that is known; "road" is made of two pieces. */
static GArray *
tokenize (const char *text)
{
  GArray *tokens = g_array_new (FALSE, FALSE, sizeof (QuarryWeightedToken));
  g_auto (QuarryWords) words = { 0 };
  QuarrySpan span;
  const char *folded;
  gsize length;

  quarry_words_init (&words, text, -1);
  while (quarry_words_next (&words, &span, &folded, &length))
    for (guint r = 0; r < G_N_ELEMENTS (rows); r++)
      if (strcmp (rows[r].word, folded) == 0)
        {
          QuarryWeightedToken token = { r, span, rows[r].row };

          if (strcmp (folded, "road") == 0)
            {
              token.span.end = span.start + 2;
              g_array_append_val (tokens, token);
              token.span = (QuarrySpan){ span.start + 2, span.end };
            }
          g_array_append_val (tokens, token);
        }
  return tokens;
}

static QuarryExplanation *
explain (const char *query, const char *text, const QuarrySpan *sentences, guint n_sentences)
{
  g_autoptr (GArray) query_tokens = tokenize (query);
  g_autoptr (GArray) tokens = tokenize (text);

  return quarry_explain (query,
                         (const QuarryWeightedToken *) (gpointer) query_tokens->data,
                         query_tokens->len,
                         text,
                         (const QuarryWeightedToken *) (gpointer) tokens->data,
                         tokens->len,
                         DIMS,
                         sentences,
                         n_sentences,
                         stem,
                         FALSE);
}

static double
cosine (const char *a, const char *b)
{
  g_autoptr (GArray) left = tokenize (a);
  g_autoptr (GArray) right = tokenize (b);
  double p[DIMS] = { 0 };
  double q[DIMS] = { 0 };
  double dot = 0;
  double pp = 0;
  double qq = 0;

  for (guint t = 0; t < left->len; t++)
    for (guint d = 0; d < DIMS; d++)
      p[d] += (double) g_array_index (left, QuarryWeightedToken, t).row[d];
  for (guint t = 0; t < right->len; t++)
    for (guint d = 0; d < DIMS; d++)
      q[d] += (double) g_array_index (right, QuarryWeightedToken, t).row[d];
  for (guint d = 0; d < DIMS; d++)
    {
      dot += p[d] * q[d];
      pp += p[d] * p[d];
      qq += q[d] * q[d];
    }
  return pp > 0 && qq > 0 ? dot / sqrt (pp * qq) : 0.0;
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

  /* Strongest first; no stop words, nothing that means something else. */
  g_assert_cmpuint (explanation->words->len, ==, 3);
  assert_match (explanation, 0, text, "cars", query, "car", QUARRY_MATCH_LITERAL);
  assert_match (explanation, 1, text, "Automobile", query, "car", QUARRY_MATCH_MEANING);
  assert_match (explanation, 2, text, "crimson", query, "red", QUARRY_MATCH_MEANING);

  /* q = (2.4, 1, 0, 0, .1), P = (4, 1.3, .1, 2, .1): "cars" gives 1.9 · 2.4 + .1 of q · P. */
  match = &g_array_index (explanation->words, QuarryWordMatch, 0);
  g_assert_cmpfloat_with_epsilon (
      match->weight, (1.9 * 2.4 + 0.1) / (sqrt (6.77) * sqrt (21.71)), 1e-5);

  g_assert_cmpuint (explanation->sentence.start, ==, 0);
  g_assert_cmpuint (explanation->sentence.end, ==, strlen (text));
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

  /* Five words, the strongest; both occurrences of one, together; pieces added up. */
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

/* What adds less than a tenth of what the strongest word adds is not shown. */
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

  /* Small words make no sentence telling. */
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
  g_test_add_func ("/explain/sums", test_sums);
  g_test_add_func ("/explain/by-meaning-few", test_by_meaning_few);
  g_test_add_func ("/explain/by-meaning-weak", test_by_meaning_weak);
  g_test_add_func ("/explain/literal-without-vectors", test_literal_without_vectors);
  g_test_add_func ("/explain/stop-words-alone", test_stop_words_alone);
  g_test_add_func ("/explain/sentence", test_sentence);
  g_test_add_func ("/explain/odd", test_odd);
  return g_test_run ();
}
