/* cli-eval-retrieval.c: the commands quarry-cli eval retrieval and variety
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <stdio.h>

#include "app/cli/cli-eval.h"
#include "core/eval/quarry-eval-retrieval.h"
#include "core/eval/quarry-eval-variety.h"

/* --- Retrieval --------------------------------------------------------------------------------- */

static void
add_scores (JsonBuilder *builder, const QuarryEvalScores *scores, gboolean subtopics)
{
  cli_add_double (builder, "ndcg@10", scores->ndcg_10);
  cli_add_double (builder, "recall@100", scores->recall_100);
  cli_add_double (builder, "mrr@10", scores->mrr_10);
  cli_add_double (builder, "map", scores->map);
  if (subtopics)
    {
      cli_add_double (builder, "s_recall@10", scores->s_recall_10);
      cli_add_double (builder, "alpha_ndcg@10", scores->alpha_ndcg_10);
    }
}

static void
add_per_query (JsonBuilder *builder, const QuarryEvalRetrieval *eval)
{
  json_builder_set_member_name (builder, "per_query");
  json_builder_begin_array (builder);
  for (guint i = 0; i < eval->per_query->len; i++)
    {
      const QuarryEvalQuery *query = &g_array_index (eval->per_query, QuarryEvalQuery, i);

      json_builder_begin_object (builder);
      if (eval->parts->len > 1)
        cli_add_string (builder, "collection",
                        g_array_index (eval->parts, QuarryEvalPart, query->collection).name);
      cli_add_string (builder, "query", query->id);
      for (guint j = 0; j < QUARRY_EVAL_N_SYSTEMS; j++)
        {
          json_builder_set_member_name (builder, quarry_eval_system_name (j));
          json_builder_begin_object (builder);
          add_scores (builder, &query->scores[j], query->has_subtopics);
          cli_add_double (builder, "ms", query->ms[j]);
          json_builder_end_object (builder);
        }
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

/* If the data consist of several collections, adds the figures of each. */
static void
add_parts (JsonBuilder *builder, const QuarryEvalRetrieval *eval)
{
  json_builder_set_member_name (builder, "collections");
  json_builder_begin_array (builder);
  for (guint i = 0; i < eval->parts->len; i++)
    {
      const QuarryEvalPart *part = &g_array_index (eval->parts, QuarryEvalPart, i);

      json_builder_begin_object (builder);
      cli_add_string (builder, "collection", part->name);
      cli_add_int (builder, "queries", part->queries);
      json_builder_set_member_name (builder, "systems");
      json_builder_begin_object (builder);
      for (guint j = 0; j < QUARRY_EVAL_N_SYSTEMS; j++)
        {
          json_builder_set_member_name (builder, quarry_eval_system_name (j));
          json_builder_begin_object (builder);
          add_scores (builder, &part->scores[j], eval->has_subtopics);
          json_builder_end_object (builder);
        }
      json_builder_end_object (builder);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
print_retrieval_json (const QuarryEvalRetrieval *eval, gboolean per_query)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  cli_add_string (builder, "collection", eval->collection);
  cli_add_int (builder, "queries", eval->queries);
  cli_add_int (builder, "documents", eval->documents);
  cli_add_int (builder, "passages", (gint64) eval->passages);
  json_builder_set_member_name (builder, "systems");
  json_builder_begin_object (builder);
  for (guint i = 0; i < QUARRY_EVAL_N_SYSTEMS; i++)
    {
      json_builder_set_member_name (builder, quarry_eval_system_name (i));
      json_builder_begin_object (builder);
      add_scores (builder, &eval->scores[i], eval->has_subtopics);
      json_builder_set_member_name (builder, "ms");
      json_builder_begin_object (builder);
      cli_add_double (builder, "p50", eval->p50_ms[i]);
      cli_add_double (builder, "p99", eval->p99_ms[i]);
      json_builder_end_object (builder);
      json_builder_end_object (builder);
    }
  json_builder_end_object (builder);
  json_builder_set_member_name (builder, "tests");
  json_builder_begin_object (builder);
  for (guint i = 0; i < eval->tests->len; i++)
    {
      const QuarryEvalTest *test = &g_array_index (eval->tests, QuarryEvalTest, i);
      g_autofree char *name = g_strdup_printf ("%s-%s", quarry_eval_system_name (test->a),
                                               quarry_eval_system_name (test->b));

      json_builder_set_member_name (builder, name);
      json_builder_begin_object (builder);
      cli_add_double (builder, "delta", test->delta);
      cli_add_double (builder, "p", test->p);
      json_builder_end_object (builder);
    }
  json_builder_end_object (builder);
  if (eval->parts->len > 1)
    add_parts (builder, eval);
  if (per_query)
    add_per_query (builder, eval);
  json_builder_end_object (builder);
  cli_print_json (builder);
}

static void
print_parts (const QuarryEvalRetrieval *eval)
{
  printf (_("nDCG@10 of each collection, which count the same above:\n"));
  for (guint j = 0; j < QUARRY_EVAL_N_SYSTEMS; j++)
    printf (" %8s", quarry_eval_system_name (j));
  putchar ('\n');
  for (guint i = 0; i < eval->parts->len; i++)
    {
      const QuarryEvalPart *part = &g_array_index (eval->parts, QuarryEvalPart, i);

      for (guint j = 0; j < QUARRY_EVAL_N_SYSTEMS; j++)
        printf (" %8.3f", part->scores[j].ndcg_10);
      printf ("  %s\n", part->name);
    }
  putchar ('\n');
}

static void
print_retrieval (const QuarryEvalRetrieval *eval)
{
  printf (_("%s: %u queries, %u documents, %" PRIu64 " passages\n\n"), eval->collection,
          eval->queries, eval->documents, eval->passages);
  printf ("%-8s %8s %10s %7s %6s", "", "nDCG@10", "recall@100", "MRR@10", "MAP");
  if (eval->has_subtopics)
    printf (" %11s %13s", "S-recall@10", "α-nDCG@10");
  printf (" %7s %7s\n", "p50 ms", "p99 ms");
  for (guint i = 0; i < QUARRY_EVAL_N_SYSTEMS; i++)
    {
      const QuarryEvalScores *scores = &eval->scores[i];

      printf ("%-8s %8.3f %10.3f %7.3f %6.3f", quarry_eval_system_name (i), scores->ndcg_10,
              scores->recall_100, scores->mrr_10, scores->map);
      if (eval->has_subtopics)
        printf (" %11.3f %12.3f", scores->s_recall_10, scores->alpha_ndcg_10);
      printf (" %7.2f %7.2f\n", eval->p50_ms[i], eval->p99_ms[i]);
    }
  putchar ('\n');
  if (eval->parts->len > 1)
    print_parts (eval);
  for (guint i = 0; i < eval->tests->len; i++)
    {
      const QuarryEvalTest *test = &g_array_index (eval->tests, QuarryEvalTest, i);

      printf (_("%s against %s: %+.3f nDCG@10, p = %.3f\n"), quarry_eval_system_name (test->a),
              quarry_eval_system_name (test->b), test->delta, test->p);
    }
}

int
cli_eval_retrieval (CliGlobal *global, int argc, char **argv)
{
  gboolean json = FALSE, per_query = FALSE, together = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print one JSON object"), NULL },
    { "per-query", 0, 0, G_OPTION_ARG_NONE, &per_query, N_ ("Add every query's figures to the JSON"), NULL },
    { "together", 0, 0, G_OPTION_ARG_NONE, &together, N_ ("Put several collections into one library"), NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (QuarryEvalRetrieval) eval = NULL;
  g_autoptr (GError) error = NULL;

  if (!cli_parse (global, "retrieval DIR…",
                  _("Measures search on a judged collection in the BEIR layout: corpus.jsonl, queries.jsonl\n"
                    "and qrels/test.tsv; with qrels/diversity.txt (TREC: query subtopic document 1) variety\n"
                    "too. Words alone, meaning alone, both, and both with variety, side by side. With\n"
                    "--together several folders are one library, in which each answers its own queries."),
                  entries, &argc, &argv))
    return CLI_WRONG_USE;
  if (argc < 2 || (argc > 2 && !together))
    return cli_wrong_use ("eval retrieval", _("Name one folder, or several with --together."));

  eval = quarry_eval_retrieval ((const char *const *) argv + 1, (guint) argc - 1, global->model, cli_eval_progress (), NULL, &error);
  if (eval == NULL)
    return cli_eval_failed (error);
  if (json)
    print_retrieval_json (eval, per_query);
  else
    print_retrieval (eval);

  return CLI_DONE;
}

/* --- Variety ----------------------------------------------------------------------------------- */

static void
print_variety_json (const QuarryEvalVariety *eval)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  cli_add_string (builder, "collection", eval->collection);
  cli_add_int (builder, "queries", eval->queries);
  cli_add_int (builder, "documents", eval->documents);
  cli_add_int (builder, "passages", (gint64) eval->passages);
  json_builder_set_member_name (builder, "methods");
  json_builder_begin_object (builder);
  for (guint i = 0; i < QUARRY_EVAL_N_METHODS; i++)
    {
      json_builder_set_member_name (builder, quarry_diversity_method_name (i));
      json_builder_begin_object (builder);
      add_scores (builder, &eval->methods[i], eval->has_subtopics);
      json_builder_end_object (builder);
    }
  json_builder_end_object (builder);
  json_builder_set_member_name (builder, "dial");
  json_builder_begin_array (builder);
  for (guint i = 0; i <= QUARRY_EVAL_DIAL_STEPS; i++)
    {
      json_builder_begin_object (builder);
      cli_add_double (builder, "diversity", eval->dial[i].diversity);
      cli_add_double (builder, "kept", eval->dial[i].kept);
      add_scores (builder, &eval->dial[i].scores, eval->has_subtopics);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "topics");
  json_builder_begin_object (builder);
  cli_add_double (builder, "count", eval->topics.n);
  cli_add_double (builder, "in_topic", eval->topics.in_topic);
  if (eval->has_subtopics)
    cli_add_double (builder, "adjusted_rand", eval->topics.rand);
  json_builder_end_object (builder);
  if (eval->has_subtopics)
    cli_add_double (builder, "candidates_s_recall", eval->candidates);
  json_builder_end_object (builder);
  cli_print_json (builder);
}

static void
print_variety_scores (const QuarryEvalScores *scores, gboolean subtopics)
{
  printf (" %8.3f", scores->ndcg_10);
  if (subtopics)
    printf (" %11.3f %9.3f", scores->s_recall_10, scores->alpha_ndcg_10);
  putchar ('\n');
}

static void
print_variety (const QuarryEvalVariety *eval)
{
  const char *subtopics = eval->has_subtopics ? " S-recall@10 α-nDCG@10" : "";

  printf (_("%s: %u queries, %u documents, %" PRIu64 " passages\n\n"), eval->collection,
          eval->queries, eval->documents, eval->passages);
  printf ("%-8s %8s%s\n", "", "nDCG@10", subtopics);
  for (guint i = 0; i < QUARRY_EVAL_N_METHODS; i++)
    {
      printf ("%-8s", quarry_diversity_method_name (i));
      print_variety_scores (&eval->methods[i], eval->has_subtopics);
    }
  /* Translators: columns of a table: the dial for variety, the share of hits that it keeps. */
  printf ("\n%-8s %8s %8s%s\n", _("dial"), _("kept"), "nDCG@10", subtopics);
  for (guint i = 0; i <= QUARRY_EVAL_DIAL_STEPS; i++)
    {
      printf ("%-8.1f %8.3f", eval->dial[i].diversity, eval->dial[i].kept);
      print_variety_scores (&eval->dial[i].scores, eval->has_subtopics);
    }
  printf (_("\nTopics: %.1f, %.0f %% of the candidates in one"), eval->topics.n, 100 * eval->topics.in_topic);
  if (eval->has_subtopics)
    printf (_("; beside the judged subtopics adjusted Rand index %.3f; subtopics among the candidates: %.3f"),
            eval->topics.rand, eval->candidates);
  putchar ('\n');
}

int
cli_eval_variety (CliGlobal *global, int argc, char **argv)
{
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print one JSON object"), NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (QuarryEvalVariety) eval = NULL;
  g_autoptr (GError) error = NULL;

  if (!cli_parse (global, "variety DIR",
                  _("Measures variety on a judged collection (as “eval retrieval” reads them): every method,\n"
                    "the share of the ten best hits that each step of the dial keeps, and the topics."),
                  entries, &argc, &argv))
    return CLI_WRONG_USE;
  if (argc != 2)
    return cli_wrong_use ("eval variety", _("Name one folder."));

  eval = quarry_eval_variety (argv[1], global->model, cli_eval_progress (), NULL, &error);
  if (eval == NULL)
    return cli_eval_failed (error);
  if (json)
    print_variety_json (eval);
  else
    print_variety (eval);

  return CLI_DONE;
}
