/* test-cli-eval.c: quarry-cli eval and bench
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "tests/integration/cli-harness.h"
#include "tests/integration/json-checks.h"
#include "tests/support/temporary-folder.h"

static const char *const systems[] = { "lexical", "dense", "hybrid", "diverse" };

static void
write_collection (Cli *cli, gboolean subtopics)
{
  g_autofree char *folder = g_build_filename (cli->folder, "collection", NULL);

  g_free (write_file (folder,
                      "corpus.jsonl",
                      "{\"_id\":\"d1\",\"title\":\"Jaguars\",\"text\":\"The jaguar hunts at night "
                      "in the forest.\"}\n"
                      "{\"_id\":\"d2\",\"title\":\"Cars\",\"text\":\"A jaguar with a new engine "
                      "left the workshop.\"}\n"
                      "{\"_id\":\"d3\",\"title\":\"\",\"text\":\"Bread rises in a warm kitchen — "
                      "für zwei Stunden.\"}\n",
                      -1));
  g_free (write_file (
      folder,
      "queries.jsonl",
      "{\"_id\":\"q1\",\"text\":\"jaguar\"}\n{\"_id\":\"q2\",\"text\":\"warm bread\"}\n",
      -1));
  g_free (write_file (folder,
                      "qrels/test.tsv",
                      "query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t1\nq2\td3\t1\n",
                      -1));
  if (subtopics)
    g_free (write_file (folder, "qrels/diversity.txt", "q1 1 d1 1\nq1 2 d2 1\nq2 1 d3 1\n", -1));
}

static void
check_retrieval (const char *out, gboolean subtopics)
{
  static const char *const pairs[] = { "hybrid-lexical" };
  g_autoptr (JsonObject) answer = assert_one_object (out);
  JsonObject *all = assert_object (answer, "systems");
  JsonObject *tests = assert_object (answer, "tests");

  g_assert_cmpstr (assert_text (answer, "collection"), ==, "collection");
  assert_int (answer, "queries", 2, 2);
  assert_int (answer, "passages", 3, 3);
  assert_members (all, "lexical", "dense", "hybrid", "diverse", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (systems); i++)
    {
      JsonObject *system = assert_object (all, systems[i]);
      JsonObject *ms = assert_object (system, "ms");

      assert_number (system, "ndcg@10", 0, 1);
      assert_number (system, "recall@100", 0, 1);
      assert_number (system, "mrr@10", 0, 1);
      assert_number (system, "map", 0, 1);
      assert_number (ms, "p99", assert_number (ms, "p50", 0, 10000), 10000);
      g_assert_cmpint (json_object_has_member (system, "s_recall@10"), ==, subtopics);
      g_assert_cmpint (json_object_has_member (system, "alpha_ndcg@10"), ==, subtopics);
      if (subtopics)
        {
          assert_number (system, "s_recall@10", 0, 1);
          assert_number (system, "alpha_ndcg@10", 0, 1);
        }
    }
  /* The collection has three short documents, so that a search by words alone finds all that is judged relevant. */
  assert_number (assert_object (all, "lexical"), "recall@100", 1, 1);
  for (gsize i = 0; i < G_N_ELEMENTS (pairs); i++)
    {
      assert_number (assert_object (tests, pairs[i]), "delta", -1, 1);
      assert_number (assert_object (tests, pairs[i]), "p", 0, 1);
    }
}

static void
test_retrieval (Cli *cli, gconstpointer data)
{
  for (guint subtopics = 0; subtopics < 2; subtopics++)
    {
      g_autoptr (CliRun) run = NULL;
      g_autoptr (CliRun) plain = NULL;

      write_collection (cli, subtopics != 0);
      run = cli_expect (cli, DONE, "eval", "retrieval", "--json", "collection", NULL);
      check_retrieval (run->out, subtopics != 0);
      g_assert_cmpstr (run->err, ==, "");
      plain = cli_expect (cli, DONE, "eval", "retrieval", "collection", NULL);
      for (gsize i = 0; i < G_N_ELEMENTS (systems); i++)
        g_assert_nonnull (strstr (plain->out, systems[i]));
    }
  /* It is measured beside the person's library, not in it. */
  g_assert_false (g_file_test (cli->library, G_FILE_TEST_EXISTS));
}

static void
test_variety (Cli *cli, gconstpointer data)
{
  static const char *const methods[] = { "coverage", "mmr", "dpp", "mixture", "none" };

  for (guint subtopics = 0; subtopics < 2; subtopics++)
    {
      g_autoptr (CliRun) run = NULL;
      g_autoptr (CliRun) plain = NULL;
      g_autoptr (JsonObject) answer = NULL;
      JsonArray *dial;

      write_collection (cli, subtopics != 0);
      run = cli_expect (cli, DONE, "eval", "variety", "--json", "collection", NULL);
      answer = assert_one_object (run->out);
      assert_int (answer, "queries", 2, 2);
      assert_int (answer, "documents", 3, 3);
      for (gsize i = 0; i < G_N_ELEMENTS (methods); i++)
        {
          JsonObject *method = assert_object (assert_object (answer, "methods"), methods[i]);

          assert_number (method, "ndcg@10", 0, 1);
          g_assert_cmpint (json_object_has_member (method, "alpha_ndcg@10"), ==, subtopics);
        }
      dial = json_object_get_array_member (answer, "dial");
      g_assert_cmpuint (json_array_get_length (dial), ==, 11);
      for (guint i = 0; i < 11; i++)
        {
          JsonObject *step = json_array_get_object_element (dial, i);

          assert_number (step, "diversity", i / 10.0 - 1e-9, i / 10.0 + 1e-9);
          assert_number (step, "kept", i == 0 ? 1 : 0, 1);
        }
      assert_number (assert_object (answer, "topics"), "in_topic", 0, 1);
      g_assert_cmpint (json_object_has_member (answer, "candidates_s_recall"), ==, subtopics);
      plain = cli_expect (cli, DONE, "eval", "variety", "collection", NULL);
      for (gsize i = 0; i < G_N_ELEMENTS (methods); i++)
        g_assert_nonnull (strstr (plain->out, methods[i]));
    }
}

static void
write_other (Cli *cli)
{
  g_free (write_file (cli->folder, "other/corpus.jsonl",
                      "{\"_id\":\"a\",\"title\":\"Bees\",\"text\":\"A queen lays eggs in the hive.\"}\n"
                      "{\"_id\":\"b\",\"title\":\"Ships\",\"text\":\"A schooner sails by the wind.\"}\n",
                      -1));
  g_free (write_file (cli->folder, "other/queries.jsonl",
                      "{\"_id\":\"1\",\"text\":\"queen bee\"}\n{\"_id\":\"2\",\"text\":\"schooner\"}\n", -1));
  g_free (write_file (cli->folder, "other/qrels/test.tsv",
                      "query-id\tcorpus-id\tscore\n1\ta\t1\n2\tb\t1\n", -1));
}

static void
test_together (Cli *cli, gconstpointer data)
{
  g_autoptr (CliRun) run = NULL;
  g_autoptr (CliRun) plain = NULL;
  g_autoptr (CliRun) broken = NULL;
  g_autoptr (JsonObject) answer = NULL;
  JsonArray *parts, *per_query;

  write_collection (cli, FALSE);
  write_other (cli);
  run = cli_expect (cli, DONE, "eval", "retrieval", "--json", "--per-query", "--together", "collection", "other", NULL);
  answer = assert_one_object (run->out);
  g_assert_cmpstr (assert_text (answer, "collection"), ==, "collection + other");
  assert_int (answer, "queries", 4, 4);
  assert_int (answer, "documents", 5, 5);
  parts = assert_array (answer, "collections");
  g_assert_cmpuint (json_array_get_length (parts), ==, 2);
  for (guint i = 0; i < 2; i++)
    {
      JsonObject *part = json_array_get_object_element (parts, i);
      JsonObject *lexical = assert_object (assert_object (part, "systems"), "lexical");

      g_assert_cmpstr (assert_text (part, "collection"), ==, i == 0 ? "collection" : "other");
      assert_int (part, "queries", 2, 2);
      assert_number (lexical, "recall@100", 1, 1);
    }
  per_query = assert_array (answer, "per_query");
  g_assert_cmpstr (assert_text (json_array_get_object_element (per_query, 3), "collection"), ==, "other");

  plain = cli_expect (cli, DONE, "eval", "retrieval", "--together", "collection", "other", NULL);
  g_assert_nonnull (strstr (plain->out, "collection + other: 4 queries"));
  broken = cli_run (cli, "eval", "retrieval", "--together", "collection", "nowhere", NULL);
  assert_complains (broken, PARTLY, "nowhere");
}

static void
check_confidence (JsonObject *answer, const char *by, guint n_collections)
{
  JsonObject *scores = assert_object (answer, by);
  JsonObject *all = assert_object (scores, "all");
  JsonArray *bins = json_object_get_array_member (all, "reliability");
  JsonArray *collections = json_object_get_array_member (scores, "collections");
  double weight = 0;

  assert_number (all, "auroc_removed", 0, 1);
  assert_number (all, "ece", 0, 1);
  /* With only two queries, chance alone accounts for some of the calibration error. */
  assert_number (all, "ece_by_chance", 0.01, 1);
  assert_int (all, "queries", 2 * n_collections, 2 * n_collections);
  g_assert_cmpint (json_object_has_member (all, "auroc_foreign"), ==, n_collections > 1);
  g_assert_cmpuint (json_array_get_length (bins), ==, 10);
  for (guint i = 0; i < json_array_get_length (bins); i++)
    {
      JsonObject *bin = json_array_get_object_element (bins, i);

      assert_number (bin, "from", i / 10.0 - 1e-9, i / 10.0 + 1e-9);
      assert_number (bin, "to", (i + 1) / 10.0 - 1e-9, (i + 1) / 10.0 + 1e-9);
      weight += assert_number (bin, "weight", 0, n_collections);
      assert_number (bin, "said", 0, 1);
      assert_number (bin, "true", 0, 1);
    }
  /* With only one collection there are no queries of another collection that could be asked of it. */
  g_assert_cmpfloat_with_epsilon (weight, n_collections > 1 ? n_collections : 0.75, 1e-6);
  g_assert_cmpuint (json_array_get_length (collections), ==, n_collections);
}

static void
test_confidence (Cli *cli, gconstpointer data)
{
  g_autoptr (CliRun) run = NULL;
  g_autoptr (CliRun) two = NULL;
  g_autoptr (CliRun) plain = NULL;
  g_autoptr (CliRun) broken = NULL;
  g_autoptr (JsonObject) answer = NULL;
  g_autoptr (JsonObject) both = NULL;

  write_collection (cli, FALSE);
  write_other (cli);

  run = cli_expect (cli, DONE, "eval", "confidence", "--json", "collection", NULL);
  answer = assert_one_object (run->out);
  check_confidence (answer, "shipped", 1);
  g_assert_false (json_object_has_member (answer, "left_out"));
  g_assert_false (json_object_has_member (answer, "per_query"));

  two = cli_expect (cli, DONE, "eval", "confidence", "--json", "--per-query", "collection", "other", NULL);
  both = assert_one_object (two->out);
  check_confidence (both, "shipped", 2);
  check_confidence (both, "left_out", 2);
  /* Each collection has two queries, each asked three times: as it is, with its answer removed, and of the other
   * collection. */
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (both, "per_query")), ==, 12);
  /* Queries whose answer is in the collection are told apart perfectly from those of the other collection. */
  assert_number (assert_object (assert_object (both, "shipped"), "all"), "auroc_foreign", 1, 1);

  plain = cli_expect (cli, DONE, "eval", "confidence", "collection", "other", NULL);
  g_assert_nonnull (strstr (plain->out, "AUROC"));
  broken = cli_expect (cli, PARTLY, "eval", "confidence", "collection", "nowhere", NULL);
  g_assert_nonnull (strstr (broken->err, "nowhere"));
  g_assert_false (g_file_test (cli->library, G_FILE_TEST_EXISTS));
}

static void
test_segmentation (Cli *cli, gconstpointer data)
{
  static const char *const names[] = { "none", "even", "random", "texttiling", "c99", "untrained" };
  g_autoptr (CliRun) run = NULL;
  g_autoptr (CliRun) beside = NULL;
  g_autoptr (CliRun) plain = NULL;
  g_autoptr (CliRun) broken = NULL;
  g_autoptr (JsonObject) answer = NULL;
  g_autoptr (JsonObject) all = NULL;
  JsonObject *baselines;

  g_free (write_file (cli->folder,
                      "references/1.ref",
                      "The ship left the harbour at dawn.\nIts sails caught the wind.\nThe captain "
                      "watched the tide.\n"
                      "==========\n"
                      "Knead the dough for ten minutes.\nLet the loaf rise near the oven.\nBake it "
                      "until it is brown.\n",
                      -1));
  g_free (write_file (cli->folder, "references/empty.ref", "==========\n", -1));
  run = cli_expect (cli, DONE, "eval", "segmentation", "--json", "references", NULL);
  answer = assert_one_object (run->out);
  assert_int (answer, "documents", 1, 1);
  assert_int (answer, "passed_over", 1, 1);
  assert_number (answer, "pk", 0, 1);
  assert_number (answer, "windowdiff", 0, 1);
  assert_number (answer, "boundary_f1", 0, 1);
  assert_number (answer, "sentences_per_second", 0, 1e9);
  g_assert_false (json_object_has_member (answer, "baselines"));

  beside = cli_expect (cli, DONE, "eval", "segmentation", "--json", "--baselines", "references", NULL);
  all = assert_one_object (beside->out);
  g_assert_cmpfloat (assert_number (all, "pk", 0, 1), ==, assert_number (answer, "pk", 0, 1));
  baselines = assert_object (all, "baselines");
  assert_members (baselines, "none", "even", "random", "texttiling", "c99", "untrained", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      JsonObject *scores = assert_object (baselines, names[i]);
      double pk = assert_number (scores, "pk", 0, 1);

      /* There is only one document, so every bootstrap sample is the same. */
      assert_number (scores, "pk_low", pk - 1e-9, pk + 1e-9);
      assert_number (scores, "pk_high", pk - 1e-9, pk + 1e-9);
      pk -= assert_number (all, "pk", 0, 1);
      assert_number (scores, "delta", pk - 1e-9, pk + 1e-9);
      assert_number (scores, "delta_low", pk - 1e-9, pk + 1e-9);
      assert_number (scores, "delta_high", pk - 1e-9, pk + 1e-9);
    }
  assert_number (assert_object (baselines, "none"), "boundary_ratio", 0, 0);
  assert_number (assert_object (baselines, "even"), "boundary_f1", 1, 1);
  assert_number (assert_object (baselines, "random"), "boundary_ratio", 1, 1);
  plain = cli_expect (cli, DONE, "eval", "segmentation", "--baselines", "references", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_nonnull (strstr (plain->out, names[i]));
  g_assert_nonnull (strstr (plain->out, "1 file of fewer"));

  g_free (write_file (cli->folder, "references/broken.ref", "One.\nTwo\0.\n", 11));
  broken = cli_expect (cli, PARTLY, "eval", "segmentation", "references", NULL);
  g_assert_nonnull (strstr (broken->err, "broken.ref:2: "));
}

static void
test_bench (Cli *cli, gconstpointer data)
{
  g_autoptr (CliRun) run
      = cli_expect (cli, DONE, "bench", "--json", "--passages", "500", "--threads", "2", NULL);
  g_autoptr (JsonObject) answer = assert_one_object (run->out);
  JsonObject *ms = assert_object (answer, "search_ms");

  assert_members (answer,
                  "passages",
                  "dims",
                  "build_seconds",
                  "bytes_per_passage",
                  "search_ms",
                  "recall@10",
                  "add_us",
                  "remove_us",
                  NULL);
  assert_int (answer, "passages", 500, 500);
  assert_int (answer, "dims", 1, 4096);
  assert_number (answer, "build_seconds", 0, 600);
  assert_number (answer, "bytes_per_passage", 1, 1e6);
  assert_members (ms, "p50", "p99", NULL);
  assert_number (ms, "p99", assert_number (ms, "p50", 0, 10000), 10000);
  assert_number (answer, "recall@10", .9, 1);
  assert_number (answer, "add_us", 0, 1e6);
  assert_number (answer, "remove_us", 0, 1e6);
}

/* The index is larger than those that are searched exactly, so that codes are used, and the vectors lie in the file. */
static void
test_bench_codes (Cli *cli, gconstpointer data)
{
  g_autoptr (CliRun) run
      = cli_expect (cli, DONE, "bench", "--json", "--passages", "30000", "--dims", "96", NULL);
  g_autoptr (JsonObject) answer = assert_one_object (run->out);

  assert_int (answer, "dims", 96, 96);
  assert_number (answer, "recall@10", .98, .99999);
  assert_number (answer, "bytes_per_passage", 16, 96);
}

static void
check_own_scores (JsonObject *scores, gint64 least, gint64 most)
{
  static const char *const ways[] = { "words", "meaning", "hybrid" };

  assert_members (scores, "queries", "words", "meaning", "hybrid", NULL);
  assert_int (scores, "queries", least, most);
  for (gsize i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      JsonObject *way = assert_object (scores, ways[i]);

      assert_members (way, "recall@10", "mrr@10", NULL);
      assert_number (way, "mrr@10", 0, assert_number (way, "recall@10", 0, 1));
    }
}

static void
test_own (Cli *cli, gconstpointer data)
{
  g_autoptr (CliRun) none = cli_run (cli, "eval", "own", "--json", NULL);
  g_autoptr (CliRun) wrong = NULL;
  g_autoptr (CliRun) people = NULL;
  g_autoptr (CliRun) first = NULL;
  g_autoptr (CliRun) again = NULL;
  g_autoptr (JsonObject) answer = NULL;
  JsonObject *kinds;

  assert_complains (none, PARTLY, "library");
  import_notes (cli);
  wrong = cli_run (cli, "eval", "own", "--passages", "0", NULL);
  g_assert_cmpint (wrong->status, ==, WRONG_USE);

  first = cli_expect (cli, DONE, "eval", "own", "--json", "--passages", "3", NULL);
  again = cli_expect (cli, DONE, "eval", "own", "--passages", "3", "--json", NULL);
  g_assert_cmpstr (first->out, ==, again->out);
  answer = assert_one_object (first->out);
  assert_members (answer, "passages", "all", "kinds", "examples", NULL);
  assert_int (answer, "passages", 1, 3);
  check_own_scores (assert_object (answer, "all"), 2, 12);
  kinds = assert_object (answer, "kinds");
  assert_members (kinds, "words", "misspelt", "paraphrase", "heading", NULL);
  check_own_scores (assert_object (kinds, "words"), 1, 3);
  check_own_scores (assert_object (kinds, "paraphrase"), 0, 3);
  assert_array (answer, "examples");
  people = cli_expect (cli, DONE, "eval", "own", NULL);
  g_assert_nonnull (strstr (people->out, "misspelt"));
}

static void
test_refused (Cli *cli, gconstpointer data)
{
  static const char *const kinds[] = { "retrieval", "segmentation" };
  g_autoptr (CliRun) broken = NULL;

  g_free (write_file (cli->folder, "empty/nothing.txt", "x", -1));
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_autoptr (CliRun) missing = cli_run (cli, "eval", kinds[i], "--json", "nowhere", NULL);
      g_autoptr (CliRun) empty = cli_run (cli, "eval", kinds[i], "--json", "empty", NULL);

      assert_complains (missing, PARTLY, "nowhere");
      assert_complains (empty, PARTLY, "empty");
      g_assert_cmpstr (missing->out, ==, "");
      g_assert_cmpstr (empty->out, ==, "");
    }

  write_collection (cli, FALSE);
  g_free (write_file (cli->folder, "collection/corpus.jsonl", "{\"_id\":", -1));
  broken = cli_run (cli, "eval", "retrieval", "--json", "collection", NULL);
  assert_complains (broken, PARTLY, "corpus.jsonl");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  CLI_TEST ("/cli/eval/retrieval", test_retrieval);
  CLI_TEST ("/cli/eval/variety", test_variety);
  CLI_TEST ("/cli/eval/together", test_together);
  CLI_TEST ("/cli/eval/confidence", test_confidence);
  CLI_TEST ("/cli/eval/segmentation", test_segmentation);
  CLI_TEST ("/cli/eval/bench", test_bench);
  CLI_TEST ("/cli/eval/bench-codes", test_bench_codes);
  CLI_TEST ("/cli/eval/own", test_own);
  CLI_TEST ("/cli/eval/refused", test_refused);

  return g_test_run ();
}
