/* test-eval.c: the evaluations, on collections small enough to know the answer
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include <math.h>
#include <string.h>

#include "core/eval/quarry-eval-library.h"
#include "core/eval/quarry-eval-retrieval.h"
#include "core/eval/quarry-eval-segmentation.h"
#include "core/eval/quarry-eval-variety.h"
#include "core/eval/quarry-measures.h"
#include "tests/support/temporary-folder.h"

#define assert_near(a, b) g_assert_cmpfloat_with_epsilon (a, b, 1e-9)

static void
count_step (guint done, guint total, gpointer user_data)
{
  guint *steps = user_data;

  g_assert_cmpuint (done, ==, ++*steps);
  g_assert_cmpuint (done, <=, total);
}

/* --- Retrieval ------------------------------------------------------------------------------ */

static void
write_collection (FolderFixture *self)
{
  g_free (write_file (self->folder, "corpus.jsonl",
              "{\"_id\": \"bees\", \"title\": \"Keeping bees\", \"text\": \"The queen lays eggs in the hive. "
              "Workers gather nectar and make honey.\"}\n"
              "{\"_id\": \"wasps\", \"title\": \"\", \"text\": \"A wasp builds its nest of paper and makes no "
              "honey at all.\"}\n"
              "{\"_id\": \"ships\", \"title\": \"\", \"text\": \"A schooner carries sails on two masts.\\nThe "
              "captain reads the wind.\"}\n"
              "{\"_id\": \"bread\", \"title\": \"\", \"text\": \"Flour, water and yeast make a dough for the "
              "oven.\"}\n", -1));
  /* The fourth query has no judgement, and the fifth no relevant document. */
  g_free (write_file (self->folder, "queries.jsonl",
              "{\"_id\": \"1\", \"text\": \"schooner masts\"}\n"
              "{\"_id\": \"2\", \"text\": \"yeast dough\"}\n"
              "{\"_id\": \"3\", \"text\": \"honey -hive\"}\n"
              "{\"_id\": \"4\", \"text\": \"wind\"}\n"
              "{\"_id\": \"5\", \"text\": \"paper\"}\n", -1));
  g_free (write_file (self->folder, "qrels/test.tsv",
              "query-id\tcorpus-id\tscore\n"
              "1\tships\t1\n"
              "1\tbread\t0\n"
              "2\tbread\t2\n"
              "2\tlost\t1\n"
              "3\tbees\t1\n"
              "3\twasps\t1\n"
              "5\tships\t0\n", -1));
}

static void
test_retrieval (FolderFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryEvalRetrieval) result = NULL;
  g_autoptr (GDir) left = NULL;
  const QuarryEvalQuery *query;
  const char *name;
  guint steps = 0;

  write_collection (self);
  result = quarry_eval_retrieval ((const char *const *) &self->folder, 1, NULL, count_step, &steps, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (result->documents, ==, 4);
  g_assert_cmpuint (result->passages, ==, 4);
  g_assert_cmpuint (result->queries, ==, 3);
  g_assert_cmpuint (result->per_query->len, ==, 3);
  g_assert_false (result->has_subtopics);
  g_assert_cmpuint (steps, ==, 4 + 3);

  for (guint system = 0; system < QUARRY_EVAL_N_SYSTEMS; system++)
    {
      const QuarryEvalScores *scores;

      /* The words of the first two queries occur in only one document. */
      query = &g_array_index (result->per_query, QuarryEvalQuery, 0);
      scores = &query->scores[system];
      g_assert_cmpstr (query->id, ==, "1");
      assert_near (scores->ndcg_10, 1);
      assert_near (scores->recall_100, 1);
      assert_near (scores->mrr_10, 1);
      assert_near (scores->map, 1);
      g_assert_cmpfloat (query->ms[system], >, 0);

      /* One document that is judged relevant is missing from the corpus, so it cannot be found. */
      scores = &g_array_index (result->per_query, QuarryEvalQuery, 1).scores[system];
      assert_near (scores->ndcg_10, 2 / (2 + 1 / log2 (3)));
      assert_near (scores->recall_100, .5);
      assert_near (scores->mrr_10, 1);
      assert_near (scores->map, .5);

      /* The query's text is not parsed as query syntax: "-hive" excludes nothing. */
      scores = &g_array_index (result->per_query, QuarryEvalQuery, 2).scores[system];
      assert_near (scores->recall_100, 1);

      scores = &result->scores[system];
      assert_near (scores->recall_100, 2.5 / 3);
      g_assert_cmpfloat (result->p50_ms[system], >, 0);
      g_assert_cmpfloat (result->p99_ms[system], >=, result->p50_ms[system]);
    }
  g_assert_cmpstr (quarry_eval_system_name (QUARRY_EVAL_DIVERSE), ==, "diverse");

  g_assert_cmpuint (result->tests->len, >=, 1);
  for (guint t = 0; t < result->tests->len; t++)
    {
      const QuarryEvalTest *test = &g_array_index (result->tests, QuarryEvalTest, t);

      assert_near (test->delta, result->scores[test->a].ndcg_10 - result->scores[test->b].ndcg_10);
      g_assert_cmpfloat (test->p, >, 0);
      g_assert_cmpfloat (test->p, <=, 1);
    }

  /* The temporary library that was made for the evaluation is deleted. */
  left = g_dir_open (g_get_tmp_dir (), 0, NULL);
  while ((name = g_dir_read_name (left)) != NULL)
    g_assert_true (g_str_has_prefix (name, "quarry-test-"));
}

static void
test_subtopics (FolderFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryEvalRetrieval) result = NULL;
  const QuarryEvalQuery *query;

  write_collection (self);
  g_free (write_file (self->folder, "qrels/diversity.txt", "3 a bees 1\n3 b wasps 1\n3 b bees 1\n3 c lost 1\n", -1));
  result = quarry_eval_retrieval ((const char *const *) &self->folder, 1, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (result->has_subtopics);
  query = &g_array_index (result->per_query, QuarryEvalQuery, 2);
  g_assert_true (query->has_subtopics);
  g_assert_false (g_array_index (result->per_query, QuarryEvalQuery, 0).has_subtopics);

  for (guint system = 0; system < QUARRY_EVAL_N_SYSTEMS; system++)
    {
      /* Means are taken over the queries that have subtopics, which is one. The two documents may come in either
       * order. */
      double best = 2 + 1 / log2 (3) + .5 / log2 (4);
      double bees_first = (2 + .5 / log2 (3)) / best, wasps_first = (1 + 1.5 / log2 (3)) / best;
      double found = query->scores[system].alpha_ndcg_10;

      assert_near (query->scores[system].s_recall_10, 2.0 / 3);
      assert_near (result->scores[system].s_recall_10, 2.0 / 3);
      assert_near (result->scores[system].alpha_ndcg_10, found);
      g_assert_true (fabs (found - bees_first) < 1e-9 || fabs (found - wasps_first) < 1e-9);
    }
}

/* A word with two senses; six documents are about each. */
static void
test_variety (FolderFixture *self, gconstpointer data)
{
  static const char *const sails[]
      = { "wind", "harbour", "captain", "masts", "anchor", "crew" };
  static const char *const pots[]
      = { "butter", "sauce", "onions", "oven", "garlic", "pepper" };
  g_autoptr (GString) corpus = g_string_new (NULL);
  g_autoptr (GString) relevant = g_string_new ("query-id\tcorpus-id\tscore\n");
  g_autoptr (GString) subtopics = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryEvalVariety) result = NULL;
  g_autoptr (QuarryEvalVariety) none = NULL;
  guint steps = 0;

  for (guint i = 0; i < 6; i++)
    {
      g_string_append_printf (corpus,
                              "{\"_id\": \"s%u\", \"title\": \"\", \"text\": \"Galley of a ship: the sails, the %s, "
                              "the %s and the rudder of the galley.\"}\n"
                              "{\"_id\": \"p%u\", \"title\": \"\", \"text\": \"In a galley one cooks soup with %s "
                              "and %s, stirring the soup in a pan.\"}\n",
                              i, sails[i], sails[(i + 1) % 6], i, pots[i], pots[(i + 1) % 6]);
      g_string_append_printf (relevant, "1\ts%u\t1\n1\tp%u\t1\n", i, i);
      g_string_append_printf (subtopics, "1 ship s%u 1\n1 kitchen p%u 1\n", i, i);
    }
  /* A copy of the text of another document. */
  g_string_append (corpus, "{\"_id\": \"copy\", \"title\": \"\", \"text\": \"Galley of a ship: the sails, the wind, the "
                           "harbour and the rudder of the galley.\"}\n");
  g_string_append (relevant, "1\tcopy\t1\n");
  g_free (write_file (self->folder, "corpus.jsonl", corpus->str, -1));
  g_free (write_file (self->folder, "queries.jsonl", "{\"_id\": \"1\", \"text\": \"galley\"}\n", -1));
  g_free (write_file (self->folder, "qrels/test.tsv", relevant->str, -1));
  g_free (write_file (self->folder, "qrels/diversity.txt", subtopics->str, -1));

  result = quarry_eval_variety (self->folder, NULL, count_step, &steps, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (result->queries, ==, 1);
  g_assert_cmpuint (result->documents, ==, 13);
  g_assert_true (result->has_subtopics);
  g_assert_cmpuint (steps, ==, 13 + 1);

  assert_near (result->candidates, 1);
  for (guint method = 0; method < QUARRY_EVAL_N_METHODS; method++)
    {
      assert_near (result->methods[method].ndcg_10, 1);
      assert_near (result->methods[method].s_recall_10, 1);
      /* A document that was folded still counts as found, because its hit names it. */
      assert_near (result->methods[method].recall_100, 1);
    }

  /* At 0 the dial leaves the ranking unchanged, including copies. */
  assert_near (result->dial[0].diversity, 0);
  assert_near (result->dial[0].kept, 1);
  assert_near (result->dial[0].scores.alpha_ndcg_10, result->methods[QUARRY_DIVERSITY_NONE].alpha_ndcg_10);
  assert_near (result->dial[5].scores.alpha_ndcg_10,
               result->methods[QUARRY_DIVERSITY_COVERAGE].alpha_ndcg_10);
  g_assert_cmpfloat (result->dial[5].kept, >, 0.5);
  g_assert_cmpfloat (result->dial[5].kept, <=, 1);
  assert_near (result->dial[QUARRY_EVAL_DIAL_STEPS].diversity, 1);

  assert_near (result->topics.n, 2);
  assert_near (result->topics.in_topic, 1);
  assert_near (result->topics.rand, 1);

  g_free (write_file (self->folder, "qrels/test.tsv", "query-id\tcorpus-id\tscore\n1\ts1\t0\n", -1));
  none = quarry_eval_variety (self->folder, NULL, NULL, NULL, &error);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_null (none);
}

static guint
place_of (GArray *ranked, guint document)
{
  for (guint i = 0; i < ranked->len; i++)
    if (g_array_index (ranked, guint, i) == document)
      return i;
  g_assert_not_reached ();
}

/* A copy that a hit names counts as found, but at no better rank than without diversification. */
static void
test_copies (FolderFixture *self, gconstpointer data)
{
  static const char *const parts[] = { "wind", "harbour", "captain", "masts", "anchor", "crew" };
  g_autoptr (GString) corpus = g_string_new (NULL);
  g_autoptr (QuarryCollection) collection = NULL;
  g_autoptr (QuarryEvalLibrary) eval = NULL;
  g_autoptr (GArray) plain = NULL, varied = NULL;
  g_autoptr (GError) error = NULL;
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  QuarryEvalSteps steps = { 0 };

  for (guint i = 0; i < 6; i++)
    g_string_append_printf (corpus,
                            "{\"_id\": \"%u\", \"title\": \"\", \"text\": \"Galley of a ship with its sails, the %s "
                            "and the %s. It has a rudder of oak.%s\"}\n",
                            i, parts[i], parts[(i + 1) % 6], i == 0 ? " Oak is what a rudder wants." : "");
  g_string_append (corpus, "{\"_id\": \"6\", \"title\": \"\", \"text\": \"Galley of a ship with its sails, the wind "
                           "and the harbour.\"}\n");
  g_free (write_file (self->folder, "corpus.jsonl", corpus->str, -1));
  g_free (write_file (self->folder, "queries.jsonl", "{\"_id\": \"1\", \"text\": \"x\"}\n", -1));
  g_free (write_file (self->folder, "qrels/test.tsv", "query-id\tcorpus-id\tscore\n1\t0\t1\n", -1));
  collection = quarry_collection_load (self->folder, &error);
  g_assert_no_error (error);
  eval = quarry_eval_library_new (collection, NULL, &steps, &error);
  g_assert_no_error (error);

  varied = quarry_eval_rank_documents (eval->library, "rudder oak", &options, eval->places, &error);
  g_assert_no_error (error);
  options.method = QUARRY_DIVERSITY_NONE;
  plain = quarry_eval_rank_documents (eval->library, "rudder oak", &options, eval->places, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (varied->len, ==, 7);
  g_assert_cmpuint (place_of (plain, 6), >, place_of (plain, 0) + 1);
  g_assert_cmpuint (place_of (varied, 6), ==, place_of (plain, 6));
}

/* The second collection's document about honey competes with those of the first. The second collection has one query
 * and the first three, but both collections weigh the same in the mean. */
static void
test_together (FolderFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryEvalRetrieval) result = NULL;
  g_autofree char *other = g_build_filename (self->folder, "other", NULL);
  g_autofree char *base = g_path_get_basename (self->folder);
  g_autofree char *name = g_strconcat (base, " + other", NULL);
  const char *folders[] = { self->folder, other };

  write_collection (self);
  g_free (write_file (self->folder, "other/corpus.jsonl",
                      "{\"_id\": \"bees\", \"title\": \"\", \"text\": \"Clover honey sets early.\"}\n", -1));
  g_free (write_file (self->folder, "other/queries.jsonl", "{\"_id\": \"1\", \"text\": \"clover\"}\n", -1));
  g_free (write_file (self->folder, "other/qrels/test.tsv",
                      "query-id\tcorpus-id\tscore\n1\tlost\t1\n1\tbees\t1\n", -1));
  result = quarry_eval_retrieval (folders, 2, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (result->collection, ==, name);
  g_assert_cmpuint (result->documents, ==, 5);
  g_assert_cmpuint (result->queries, ==, 4);
  g_assert_cmpuint (result->parts->len, ==, 2);
  g_assert_cmpuint (g_array_index (result->parts, QuarryEvalPart, 0).queries, ==, 3);
  g_assert_cmpuint (g_array_index (result->parts, QuarryEvalPart, 1).queries, ==, 1);
  g_assert_cmpuint (g_array_index (result->per_query, QuarryEvalQuery, 3).collection, ==, 1);
  for (guint system = 0; system < QUARRY_EVAL_N_SYSTEMS; system++)
    {
      const QuarryEvalPart *parts = (gconstpointer) result->parts->data;

      assert_near (parts[0].scores[system].recall_100, 2.5 / 3);
      assert_near (parts[1].scores[system].recall_100, .5);
      assert_near (parts[1].scores[system].ndcg_10, 1 / (1 + 1 / log2 (3)));
      assert_near (result->scores[system].recall_100, (2.5 / 3 + .5) / 2);
      /* One document of the other collection holds all words of the third query. */
      g_assert_cmpfloat (g_array_index (result->per_query, QuarryEvalQuery, 2).scores[system].map, <, 1);
    }
  for (guint t = 0; t < result->tests->len; t++)
    {
      const QuarryEvalTest *test = &g_array_index (result->tests, QuarryEvalTest, t);

      assert_near (test->delta, result->scores[test->a].ndcg_10 - result->scores[test->b].ndcg_10);
    }
}

static void
test_nothing_relevant (FolderFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryEvalRetrieval) result = NULL;

  write_collection (self);
  g_free (write_file (self->folder, "qrels/test.tsv", "query-id\tcorpus-id\tscore\n1\tships\t0\n", -1));
  result = quarry_eval_retrieval ((const char *const *) &self->folder, 1, NULL, NULL, NULL, &error);
  g_assert_null (result);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

/* --- Segmentation --------------------------------------------------------------------------- */

static const char bees[] = "The beekeeper opens the hive and looks for the queen bee.\n"
                           "Worker bees gather nectar and bring it to the hive.\n"
                           "The bees make honey of the nectar and fill wax cells with honey.\n"
                           "A queen bee lays eggs in the wax cells of the hive.\n"
                           "In winter the bees live on honey and keep the queen warm.\n";
static const char ships[] = "The captain ordered more sails on both masts of the ship.\n"
                            "A strong wind filled the sails and the ship left the harbour.\n"
                            "The sailors climbed the masts to take in sails before the storm.\n"
                            "After the storm the captain steered the ship back to harbour.\n"
                            "The ship lay in harbour with its masts broken and sails torn.\n";

static void
test_segmentation (FolderFixture *self, gconstpointer data)
{
  g_autofree char *two = g_strconcat ("==========\n", bees, "==========\n", ships, "==========\n", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryEvalSegmentation) result = NULL;
  static const gboolean middle[10] = { [4] = TRUE };
  static const gboolean nowhere[10] = { FALSE };
  const QuarryEvalSegmentationFile *file;
  const QuarryEvalSegmentationScores *none;
  guint steps = 0;

  g_free (write_file (self->folder, "a.ref", two, -1));
  g_free (write_file (self->folder, "b.ref", bees, -1));
  g_free (write_file (self->folder, "c.ref", "One.\n==========\nTwo.\n", -1));
  g_free (write_file (self->folder, "d.ref", "\n==========\n", -1));
  result = quarry_eval_segmentation (self->folder, NULL, .5, TRUE, count_step, &steps, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (steps, ==, 4);
  g_assert_cmpuint (result->documents, ==, 2);
  g_assert_cmpuint (result->passed_over, ==, 2);
  g_assert_cmpuint (result->sentences, ==, 15);
  g_assert_cmpfloat (result->sentences_per_second, >, 0);

  file = &g_array_index (result->files, QuarryEvalSegmentationFile, 0);
  g_assert_true (g_str_has_suffix (file->path, "a.ref"));
  g_assert_cmpuint (file->sentences, ==, 10);
  g_assert_cmpuint (file->reference_boundaries, ==, 1);
  g_assert_cmpuint (file->found_boundaries, ==, 1);
  assert_near (file->pk, 0);
  assert_near (file->boundary_f1, 1);
  file = &g_array_index (result->files, QuarryEvalSegmentationFile, 1);
  g_assert_cmpuint (file->reference_boundaries, ==, 0);
  assert_near (result->scores.pk, file->pk / 2);
  assert_near (result->scores.windowdiff, file->windowdiff / 2);
  assert_near (result->scores.boundary_f1, (1 + file->boundary_f1) / 2);
  assert_near (result->scores.boundary_ratio, 1 + file->found_boundaries);
  g_assert_cmpfloat (result->scores.pk_low, <=, result->scores.pk);
  g_assert_cmpfloat (result->scores.pk_high, >=, result->scores.pk);

  /* One text has ten sentences with a boundary in the middle (k = 2 or 3), the other five without. */
  g_assert_true (result->has_baselines);
  none = &result->baselines[QUARRY_BASELINE_NONE];
  assert_near (none->pk, quarry_measure_pk (middle, nowhere, 10, 0) / 2);
  assert_near (none->pk_low, 0);
  assert_near (none->pk_high, none->pk * 2);
  assert_near (none->boundary_f1, .5);
  assert_near (none->boundary_ratio, 0);
  assert_near (result->baselines[QUARRY_BASELINE_EVEN].pk, 0);
  assert_near (result->baselines[QUARRY_BASELINE_EVEN].boundary_f1, 1);
  assert_near (result->baselines[QUARRY_BASELINE_RANDOM].boundary_ratio, 1);
  /* Without vectors the trained network is not used. */
  assert_near (result->baselines[QUARRY_BASELINE_UNTRAINED].pk, result->scores.pk);
  /* Both methods are scored on the same bootstrap samples, so equal results differ in none of them. */
  assert_near (result->baselines[QUARRY_BASELINE_UNTRAINED].delta_low, 0);
  assert_near (result->baselines[QUARRY_BASELINE_UNTRAINED].delta_high, 0);
  assert_near (none->delta, none->pk - result->scores.pk);
  assert_near (none->delta_low, -file->pk);
  assert_near (none->delta_high, none->pk * 2);
  g_clear_pointer (&result, quarry_eval_segmentation_free);

  /* The finest and the coarsest granularity. */
  result = quarry_eval_segmentation (self->folder, NULL, 1, FALSE, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (result->scores.boundary_ratio, >, 2);
  g_clear_pointer (&result, quarry_eval_segmentation_free);
  result = quarry_eval_segmentation (self->folder, NULL, 0, FALSE, NULL, NULL, &error);
  g_assert_no_error (error);
  assert_near (result->scores.boundary_ratio, 0);
}

static void
test_segmentation_errors (FolderFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (quarry_eval_segmentation (self->folder, NULL, .5, FALSE, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);

  g_free (write_file (self->folder, "short.ref", "One.\nTwo.\n", -1));
  g_assert_null (quarry_eval_segmentation (self->folder, NULL, .5, FALSE, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);

  g_free (write_file (self->folder, "long.ref", bees, -1));
  g_assert_null (quarry_eval_segmentation (self->folder, self->folder, .5, FALSE, NULL, NULL, &error));
  g_assert_nonnull (error);
}

int
main (int argc, char **argv)
{
  g_autofree char *temporary = NULL;
  int status;

  /* Temporary folders are made inside a folder of the test, so that any that remain can be seen. GLib looks up their
   * place once, so this must come first. */
  temporary = temporary_folder_new ();
  g_setenv ("TMPDIR", temporary, TRUE);
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/eval/retrieval", FolderFixture, NULL, folder_fixture_set_up, test_retrieval,
              folder_fixture_tear_down);
  g_test_add ("/eval/subtopics", FolderFixture, NULL, folder_fixture_set_up, test_subtopics,
              folder_fixture_tear_down);
  g_test_add ("/eval/variety", FolderFixture, NULL, folder_fixture_set_up, test_variety,
              folder_fixture_tear_down);
  g_test_add ("/eval/copies", FolderFixture, NULL, folder_fixture_set_up, test_copies,
              folder_fixture_tear_down);
  g_test_add ("/eval/together", FolderFixture, NULL, folder_fixture_set_up, test_together,
              folder_fixture_tear_down);
  g_test_add ("/eval/nothing-relevant", FolderFixture, NULL, folder_fixture_set_up, test_nothing_relevant,
              folder_fixture_tear_down);
  g_test_add ("/eval/segmentation", FolderFixture, NULL, folder_fixture_set_up, test_segmentation,
              folder_fixture_tear_down);
  g_test_add ("/eval/segmentation-errors", FolderFixture, NULL, folder_fixture_set_up, test_segmentation_errors,
              folder_fixture_tear_down);

  status = g_test_run ();
  temporary_folder_free (g_steal_pointer (&temporary));
  return status;
}
