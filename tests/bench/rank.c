/* rank.c: what variety, topics and the map cost with every key
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *     rank [--candidates N] [--dims N] [--words N]
 *
 * Makes up candidates on a few subjects, and goes through the steps that a search takes with them. Prints the median
 * processor time of each step.
 */
#include "quarry-config.h"

#include <math.h>
#include <stdlib.h>

#include "core/library/quarry-library.h"
#include "core/machine/quarry-memory.h"
#include "core/rank/quarry-circle.h"
#include "core/rank/quarry-topics.h"
#include "tests/bench/times.h"
#include "tests/support/read-words.h"

#define ROUNDS 200
#define SUBJECTS 8
#define VOCABULARY 3000

typedef struct
{
  QuarryPool pool;
  float *scores, *vectors;
  const QuarryTermWeight **terms;
  guint *n_terms;
  gboolean *holds;
  QuarryTopicText *texts;
} Candidates;

static int
compare_terms (gconstpointer a, gconstpointer b)
{
  guint32 left = ((const QuarryTermWeight *) a)->term, right = ((const QuarryTermWeight *) b)->term;

  return left < right ? -1 : left > right;
}

static void
make_candidates (Candidates *made, guint n, guint dims, guint n_words)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (9);

  made->scores = g_new (float, n);
  made->vectors = g_new (float, (gsize) n * dims);
  made->terms = g_new (const QuarryTermWeight *, n);
  made->n_terms = g_new (guint, n);
  made->holds = g_new (gboolean, n);
  made->texts = g_new0 (QuarryTopicText, n);
  for (guint i = 0; i < n; i++)
    {
      QuarryTermWeight *terms = g_new (QuarryTermWeight, n_words);
      GString *text = g_string_new (NULL);
      GArray *words;
      guint subject = i % SUBJECTS, kept = 0;

      made->scores[i] = 1 - (float) i / (float) n;
      made->holds[i] = g_rand_boolean (rand);
      for (guint d = 0; d < dims; d++)
        made->vectors[(gsize) i * dims + d]
            = (float) g_rand_double_range (rand, -1, 1) + (d % SUBJECTS == subject ? 1.5f : 0);
      for (guint w = 0; w < n_words; w++)
        {
          /* Words with higher numbers are rarer; a fifth of the words belong to the subject. */
          double r = g_rand_double (rand);
          guint word = w % 5 == 0 ? VOCABULARY + subject * 50 + (guint) (r * 50)
                                  : (guint) (r * r * r * VOCABULARY);

          terms[w] = (QuarryTermWeight) { word, 1 + (float) r };
          g_string_append_printf (text, w % 3 == 0 ? "the w%u " : w % 3 == 1 ? "w%u of " : "w%u ", word);
        }
      qsort (terms, n_words, sizeof *terms, compare_terms);
      for (guint w = 0; w < n_words; w++)
        if (kept == 0 || terms[kept - 1].term != terms[w].term)
          terms[kept++] = terms[w];
      made->terms[i] = terms;
      made->n_terms[i] = kept;
      made->texts[i].text = g_string_free (text, FALSE);
      words = test_read_words (made->texts[i].text);
      made->texts[i].words = TEST_WORDS (words);
      made->texts[i].n_words = words->len;
    }
  made->pool = (QuarryPool) { .n = n,
                              .dims = dims,
                              .scores = made->scores,
                              .vectors = made->vectors,
                              .terms = made->terms,
                              .n_terms = made->n_terms,
                              .holds_query = made->holds };
}

int
main (int argc, char **argv)
{
  enum { LIKENESS, CHOICE, TOPICS, CIRCLE, STEPS };
  static const char *const names[STEPS] = { "likeness", "choice", "topics", "map" };
  int n = 100, dims = 256, n_words = 100;
  const GOptionEntry entries[]
      = { { "candidates", 0, 0, G_OPTION_ARG_INT, &n, "Candidates (100)", "N" },
          { "dims", 0, 0, G_OPTION_ARG_INT, &dims, "Dimensions (256)", "N" },
          { "words", 0, 0, G_OPTION_ARG_INT, &n_words, "Words a passage (100)", "N" },
          { NULL } };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  Candidates made;
  double times[STEPS][ROUNDS];
  double total = 0;
  g_autofree guint *chosen = NULL;
  g_autofree gint *topic_of = NULL;
  g_autofree float *angles = NULL;

  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }
  quarry_keep_memory ();
  n = CLAMP (n, 1, 5000);
  make_candidates (&made, (guint) n, (guint) CLAMP (dims, 1, 4096), (guint) CLAMP (n_words, 1, 2000));
  chosen = g_new (guint, n);
  topic_of = g_new (gint, n);
  angles = g_new (float, n);
  for (guint round = 0; round < ROUNDS; round++)
    {
      double at[STEPS + 1];
      g_autoptr (QuarryComparison) comparison = NULL;
      g_autofree float *likeness = NULL;
      g_autoptr (GArray) topics = NULL;

      at[LIKENESS] = processor_ms ();
      comparison = quarry_comparison_new (&made.pool);
      likeness = quarry_comparison_get_likeness (comparison);
      at[CHOICE] = processor_ms ();
      quarry_diversify (QUARRY_DIVERSITY_COVERAGE, &made.pool, likeness, QUARRY_DIVERSITY_DEFAULT, 20,
                        chosen, NULL);
      at[TOPICS] = processor_ms ();
      topics = quarry_find_topics (&made.pool, comparison, likeness, made.texts, NULL, 0, NULL, NULL, 8, topic_of);
      at[CIRCLE] = processor_ms ();
      quarry_lay_out_circle ((guint) n, topic_of, topics->len, likeness, round > 0 ? angles : NULL, angles);
      at[STEPS] = processor_ms ();
      for (guint step = 0; step < STEPS; step++)
        times[step][round] = at[step + 1] - at[step];
    }
  for (guint step = 0; step < STEPS; step++)
    {
      qsort (times[step], ROUNDS, sizeof (double), compare_doubles);
      g_print ("%s %.3f ms, ", names[step], times[step][ROUNDS / 2]);
      total += times[step][ROUNDS / 2];
    }
  g_print ("together %.3f ms for %d candidates of %d dimensions\n", total, n, dims);
  return 0;
}
