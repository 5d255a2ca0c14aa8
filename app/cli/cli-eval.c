/* cli-eval.c: quarry-cli eval
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/cli/cli.h"
#include "core/embed/quarry-embedder.h"
#include "core/eval/quarry-eval-confidence.h"
#include "core/eval/quarry-eval-retrieval.h"
#include "core/eval/quarry-eval-variety.h"
#include "core/library/quarry-own-bench.h"
#include "core/segment/quarry-segmenter.h"

static void
progress_cb (guint done, guint total, gpointer user_data)
{
  if (done % 16 == 0 || done == total)
    fprintf (stderr, "\r\033[K%u / %u%s", done, total, done == total ? "\r\033[K" : "");
}

static QuarryEvalProgress
progress_func (void)
{
  return isatty (STDERR_FILENO) ? progress_cb : NULL;
}

/* Data that cannot be read is nothing to measure; a model or library that cannot is worse. */
static int
eval_failed (const GError *error)
{
  cli_complain ("%s", error->message);

  return error->domain == G_IO_ERROR ? CLI_PARTLY : CLI_NO_LIBRARY;
}

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

/* Where several collections were put together: each's own figures. */
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

static int
eval_retrieval (CliGlobal *global, int argc, char **argv)
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

  eval = quarry_eval_retrieval ((const char *const *) argv + 1, (guint) argc - 1, global->model, progress_func (), NULL, &error);
  if (eval == NULL)
    return eval_failed (error);
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

static int
eval_variety (CliGlobal *global, int argc, char **argv)
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

  eval = quarry_eval_variety (argv[1], global->model, progress_func (), NULL, &error);
  if (eval == NULL)
    return eval_failed (error);
  if (json)
    print_variety_json (eval);
  else
    print_variety (eval);

  return CLI_DONE;
}

/* --- Segmentation ------------------------------------------------------------------------------ */

static void
add_segmentation_scores (JsonBuilder *builder, const QuarryEvalSegmentationScores *scores)
{
  cli_add_double (builder, "pk", scores->pk);
  cli_add_double (builder, "pk_low", scores->pk_low);
  cli_add_double (builder, "pk_high", scores->pk_high);
  cli_add_double (builder, "windowdiff", scores->windowdiff);
  cli_add_double (builder, "boundary_f1", scores->boundary_f1);
  cli_add_double (builder, "boundary_f1_near", scores->boundary_f1_near);
  cli_add_double (builder, "boundary_ratio", scores->boundary_ratio);
}

static void
print_segmentation_json (const QuarryEvalSegmentation *eval)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  cli_add_int (builder, "documents", eval->documents);
  cli_add_int (builder, "passed_over", eval->passed_over);
  add_segmentation_scores (builder, &eval->scores);
  cli_add_double (builder, "sentences_per_second", eval->sentences_per_second);
  if (eval->has_baselines)
    {
      json_builder_set_member_name (builder, "baselines");
      json_builder_begin_object (builder);
      for (guint i = 0; i < QUARRY_N_BASELINES; i++)
        {
          json_builder_set_member_name (builder, quarry_baseline_name (i));
          json_builder_begin_object (builder);
          add_segmentation_scores (builder, &eval->baselines[i]);
          cli_add_double (builder, "delta", eval->baselines[i].delta);
          cli_add_double (builder, "delta_low", eval->baselines[i].delta_low);
          cli_add_double (builder, "delta_high", eval->baselines[i].delta_high);
          json_builder_end_object (builder);
        }
      json_builder_end_object (builder);
    }
  json_builder_end_object (builder);
  cli_print_json (builder);
}

static void
print_segmentation_row (const char *name, const QuarryEvalSegmentationScores *scores)
{
  printf ("%-10s %6.3f %6.3f–%.3f %11.3f %6.3f %6.3f %7.2f", name, scores->pk, scores->pk_low,
          scores->pk_high, scores->windowdiff, scores->boundary_f1, scores->boundary_f1_near,
          scores->boundary_ratio);
}

static void
print_segmentation (const QuarryEvalSegmentation *eval)
{
  printf (_("%u documents, %" PRIu64 " sentences, %.0f sentences/s\n\n"), eval->documents,
          eval->sentences, eval->sentences_per_second);
  if (eval->passed_over > 0)
    printf (ngettext ("%u file of fewer than 3 sentences passed over\n\n",
                      "%u files of fewer than 3 sentences passed over\n\n", eval->passed_over),
            eval->passed_over);
  printf ("%-10s %6s %12s %11s %6s %6s  %7s%s\n", "", "Pk", "95 %", "WindowDiff", "F1", "F1±1", "×",
          eval->has_baselines ? "   Pk − quarry  95 %" : "");
  print_segmentation_row ("quarry", &eval->scores);
  printf ("\n");
  for (guint i = 0; eval->has_baselines && i < QUARRY_N_BASELINES; i++)
    {
      const QuarryEvalSegmentationScores *scores = &eval->baselines[i];

      print_segmentation_row (quarry_baseline_name (i), scores);
      printf ("   %+.3f  %+.3f … %+.3f\n", scores->delta, scores->delta_low, scores->delta_high);
    }
}

static int
eval_segmentation (CliGlobal *global, int argc, char **argv)
{
  gboolean json = FALSE, baselines = FALSE;
  double granularity = QUARRY_GRANULARITY_DEFAULT;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print one JSON object"), NULL },
    { "granularity", 0, 0, G_OPTION_ARG_DOUBLE, &granularity,
      N_ ("How finely to cut: 0 coarsest, 1 finest (0.5)"), N_ ("0..1") },
    { "baselines", 0, 0, G_OPTION_ARG_NONE, &baselines, N_ ("Measure simple ways to cut beside it"), NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autofree char *default_model = quarry_library_default_model ();
  g_autoptr (QuarryEvalSegmentation) eval = NULL;
  g_autoptr (GError) error = NULL;

  if (!cli_parse (global, "segmentation DIR",
                  _("Measures where documents are cut, on a folder of .ref files: one sentence a line, a line\n"
                    "of ten or more “=” between segments. Pk, with its 95 % bootstrap interval, and WindowDiff:\n"
                    "less is better; F1 of boundaries, exact and one sentence off; ×: boundaries found for each\n"
                    "true one. --baselines adds: no boundary; even and random, which are told how many there\n"
                    "are; TextTiling; C99; and the segmenter without its trained network; each with how much more Pk it\n"
                    "has, and the interval of that with the same documents drawn for both."),
                  entries, &argc, &argv))
    return CLI_WRONG_USE;
  if (argc != 2)
    return cli_wrong_use ("eval segmentation", _("Name one folder."));
  if (!(granularity >= 0 && granularity <= 1))
    return cli_wrong_use ("eval segmentation", _("--granularity takes a number from 0 to 1."));

  eval = quarry_eval_segmentation (argv[1], global->model != NULL ? global->model : default_model,
                                   granularity, baselines, progress_func (), NULL, &error);
  if (eval == NULL)
    return eval_failed (error);

  if (json)
    print_segmentation_json (eval);
  else
    print_segmentation (eval);

  return CLI_DONE;
}

/* --- Confidence -------------------------------------------------------------------------------- */

static void
add_confidence_scores (JsonBuilder *builder, const QuarryEvalConfidenceScores *scores)
{
  json_builder_begin_object (builder);
  if (scores->name != NULL)
    cli_add_string (builder, "collection", scores->name);
  cli_add_int (builder, "queries", scores->n_queries);
  if (isfinite (scores->auroc_foreign))
    cli_add_double (builder, "auroc_foreign", scores->auroc_foreign);
  cli_add_double (builder, "auroc_removed", scores->auroc_removed);
  cli_add_double (builder, "ece", scores->calibration_error);
  json_builder_set_member_name (builder, "reliability");
  json_builder_begin_array (builder);
  for (guint b = 0; b < QUARRY_EVAL_CONFIDENCE_BINS; b++)
    {
      json_builder_begin_object (builder);
      cli_add_double (builder, "from", (double) b / QUARRY_EVAL_CONFIDENCE_BINS);
      cli_add_double (builder, "to", (double) (b + 1) / QUARRY_EVAL_CONFIDENCE_BINS);
      cli_add_double (builder, "weight", scores->bins[b].weight);
      cli_add_double (builder, "said", scores->bins[b].said);
      cli_add_double (builder, "true", scores->bins[b].came_true);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

static void
add_confidence (JsonBuilder *builder,
                const char *name,
                const QuarryEvalConfidenceScores *scores,
                guint n_collections)
{
  if (scores == NULL)
    return;
  json_builder_set_member_name (builder, name);
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "all");
  add_confidence_scores (builder, &scores[n_collections]);
  json_builder_set_member_name (builder, "collections");
  json_builder_begin_array (builder);
  for (guint c = 0; c < n_collections; c++)
    add_confidence_scores (builder, &scores[c]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

static void
print_confidence_json (const QuarryEvalConfidence *eval, gboolean per_query)
{
  static const char *const kinds[] = { "answered", "removed", "foreign" };
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  add_confidence (builder, "shipped", eval->shipped, eval->n_collections);
  add_confidence (builder, "left_out", eval->left_out, eval->n_collections);
  json_builder_set_member_name (builder, "fitted");
  json_builder_begin_object (builder);
  cli_add_double (builder, "bias", eval->fitted.bias);
  json_builder_set_member_name (builder, "weights");
  json_builder_begin_array (builder);
  for (guint f = 0; f < QUARRY_CONFIDENCE_N_FEATURES; f++)
    json_builder_add_double_value (builder, eval->fitted.weights[f]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  if (per_query)
    {
      json_builder_set_member_name (builder, "per_query");
      json_builder_begin_array (builder);
      for (guint i = 0; i < eval->asked->len; i++)
        {
          const QuarryEvalAsked *asked = &g_array_index (eval->asked, QuarryEvalAsked, i);

          json_builder_begin_object (builder);
          cli_add_string (builder, "collection", eval->shipped[asked->collection].name);
          cli_add_string (builder, "kind", kinds[asked->kind]);
          cli_add_double (builder, "confidence", asked->chance);
          json_builder_set_member_name (builder, "features");
          json_builder_begin_array (builder);
          for (guint f = 0; f < QUARRY_CONFIDENCE_N_FEATURES; f++)
            json_builder_add_double_value (builder, asked->features[f]);
          json_builder_end_array (builder);
          json_builder_end_object (builder);
        }
      json_builder_end_array (builder);
    }
  json_builder_end_object (builder);
  cli_print_json (builder);
}

static void
print_confidence_rows (const QuarryEvalConfidenceScores *scores, guint n_collections)
{
  printf ("%-16s %8s %13s %13s %6s\n", "", _("queries"), _("AUROC foreign"), _("AUROC removed"), "ECE");
  for (guint c = 0; c <= n_collections; c++)
    printf ("%-16s %8u %13.3f %13.3f %6.3f\n", c < n_collections ? scores[c].name : _("mean"),
            scores[c].n_queries, scores[c].auroc_foreign, scores[c].auroc_removed,
            scores[c].calibration_error);
}

static void
print_confidence (const QuarryEvalConfidence *eval)
{
  const QuarryEvalConfidenceScores *all = &eval->shipped[eval->n_collections];

  puts (_("As it is shipped:"));
  print_confidence_rows (eval->shipped, eval->n_collections);
  if (eval->left_out != NULL)
    {
      printf ("\n%s\n", _("Fitted to the other collections each time:"));
      print_confidence_rows (eval->left_out, eval->n_collections);
    }
  printf ("\n%-9s %7s %7s %7s\n", _("said"), _("share"), _("mean"), _("true"));
  for (guint b = 0; b < QUARRY_EVAL_CONFIDENCE_BINS; b++)
    if (all->bins[b].weight > 0)
      printf (".%u to .%u  %7.3f %7.3f %7.3f\n", b, b + 1, all->bins[b].weight / eval->n_collections,
              all->bins[b].said, all->bins[b].came_true);
}

static int
eval_confidence (CliGlobal *global, int argc, char **argv)
{
  gboolean json = FALSE, per_query = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print one JSON object"), NULL },
    { "per-query", 0, 0, G_OPTION_ARG_NONE, &per_query, N_ ("Add every query's figures to the JSON"), NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (QuarryEvalConfidence) eval = NULL;
  g_autoptr (GError) error = NULL;

  if (!cli_parse (global, "confidence DIR…",
                  _("Measures whether the confidence of an answer can be believed, on judged collections in the\n"
                    "BEIR layout. Each query is asked of its own collection, of that without its relevant\n"
                    "documents, and of the other collections. AUROC: the chance that an answered query is told\n"
                    "from another; ECE: how far what is said is from what is true."),
                  entries, &argc, &argv))
    return CLI_WRONG_USE;
  if (argc < 2)
    return cli_wrong_use ("eval confidence", _("Name at least one folder."));

  eval = quarry_eval_confidence ((const char *const *) argv + 1, global->model, progress_func (), NULL,
                                 &error);
  if (eval == NULL)
    return eval_failed (error);
  if (json)
    print_confidence_json (eval, per_query);
  else
    print_confidence (eval);

  return CLI_DONE;
}

/* --- One's own documents ----------------------------------------------------------------------- */

static void
add_own_scores (JsonBuilder *builder, const char *name, const QuarryOwnScores *scores)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_object (builder);
  cli_add_int (builder, "queries", scores->queries);
  for (guint way = 0; way < QUARRY_OWN_N_WAYS; way++)
    {
      json_builder_set_member_name (builder, quarry_own_way_name (way));
      json_builder_begin_object (builder);
      cli_add_double (builder, "recall@10", scores->recall_10[way]);
      cli_add_double (builder, "mrr@10", scores->mrr_10[way]);
      json_builder_end_object (builder);
    }
  json_builder_end_object (builder);
}

static void
print_own_json (const QuarryOwnBench *bench)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  cli_add_int (builder, "passages", bench->passages);
  add_own_scores (builder, "all", &bench->all);
  json_builder_set_member_name (builder, "kinds");
  json_builder_begin_object (builder);
  for (guint kind = 0; kind < QUARRY_OWN_N_KINDS; kind++)
    add_own_scores (builder, quarry_own_kind_name (kind), &bench->kinds[kind]);
  json_builder_end_object (builder);
  json_builder_set_member_name (builder, "examples");
  json_builder_begin_array (builder);
  for (guint i = 0; i < bench->examples->len; i++)
    {
      const QuarryOwnExample *example = bench->examples->pdata[i];

      json_builder_begin_object (builder);
      cli_add_string (builder, "found_by", quarry_own_way_name (example->found_by));
      cli_add_string (builder, "kind", quarry_own_kind_name (example->kind));
      cli_add_string (builder, "query", example->query);
      cli_add_string (builder, "title", example->title);
      cli_add_int (builder, "passage", example->passage);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  cli_print_json (builder);
}

static void
print_own_row (const char *name, const QuarryOwnScores *scores)
{
  /* Names may hold any letters: padded by characters, not by bytes. */
  printf ("%s%*s %7u", name, (int) MAX (0, 26 - g_utf8_strlen (name, -1)), "", scores->queries);
  for (guint way = 0; way < QUARRY_OWN_N_WAYS; way++)
    printf ("   %4.0f %%  %.2f", 100 * scores->recall_10[way], scores->mrr_10[way]);
  putchar ('\n');
}

static void
print_own_examples (const QuarryOwnBench *bench, QuarryOwnWay way, const char *heading)
{
  gboolean any = FALSE;

  for (guint i = 0; i < bench->examples->len; i++)
    {
      const QuarryOwnExample *example = bench->examples->pdata[i];

      if (example->found_by != way)
        continue;
      if (!any)
        printf ("\n%s\n", heading);
      any = TRUE;
      fputs ("  “", stdout);
      cli_print_plain (example->query);
      fputs ("” → ", stdout);
      cli_print_plain (example->title);
      printf (_("  [passage %" PRId64 "]"), example->passage);
      putchar ('\n');
    }
}

static void
print_own (const QuarryOwnBench *bench)
{
  const char *const names[]
      = { _("rare words of a passage"), _("the same, misspelt"), _("some of like meaning"),
          _("its heading") };

  printf (ngettext ("%u passage of the library, queries made from it\n\n",
                    "%u passages of the library, queries made from them\n\n", bench->passages),
          bench->passages);
  printf ("%-26s %7s   %-12s   %-12s   %-12s\n", "", _("queries"), _("words"), _("meaning"),
          _("both"));
  for (guint kind = 0; kind < QUARRY_OWN_N_KINDS; kind++)
    if (bench->kinds[kind].queries > 0)
      print_own_row (names[kind], &bench->kinds[kind]);
  print_own_row (_("all"), &bench->all);
  printf ("\n%s\n", _("Share of passages among the first ten hits, and the mean of 1 / rank. Words of like\n"
                       "meaning are those that the model thinks alike, which flatters search by meaning."));
  print_own_examples (bench, QUARRY_OWN_BY_WORDS, _("Found by words, not by meaning:"));
  print_own_examples (bench, QUARRY_OWN_BY_MEANING, _("Found by meaning, not by words:"));
}

static int
eval_own (CliGlobal *global, int argc, char **argv)
{
  gboolean json = FALSE;
  int n_passages = 100;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print one JSON object"), NULL },
    { "passages", 0, 0, G_OPTION_ARG_INT, &n_passages, N_ ("Draw N passages (100)"), N_ ("N") },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (QuarryLibrary) library = NULL;
  g_autoptr (QuarryOwnBench) bench = NULL;
  g_autoptr (GError) error = NULL;

  if (!cli_parse (global, "own",
                  _("Measures search on the library's own documents: draws passages, makes queries from\n"
                    "them, and looks for each passage by words, by meaning, and by both."),
                  entries, &argc, &argv))
    return CLI_WRONG_USE;
  if (argc != 1)
    return cli_wrong_use ("eval own", _("It takes no arguments."));
  if (n_passages < 1 || n_passages > 10000)
    return cli_wrong_use ("eval own", _("--passages takes a number from 1 to 10000."));

  if (!cli_library_exists (global))
    return CLI_PARTLY;
  library = cli_open (global, QUARRY_LIBRARY_READ);
  if (library == NULL)
    return CLI_NO_LIBRARY;
  bench = quarry_own_bench (library, (guint) n_passages, progress_func (), NULL, NULL, &error);
  if (bench == NULL)
    return eval_failed (error);
  if (json)
    print_own_json (bench);
  else
    print_own (bench);

  return CLI_DONE;
}

int
cli_eval (CliGlobal *global, int argc, char **argv)
{
  /* Options may stand before or after what is measured: it is the first word that is no option. */
  for (int i = 1; i < argc; i++)
    {
      int (*run) (CliGlobal *, int, char **) = NULL;

      if (strcmp (argv[i], "retrieval") == 0)
        run = eval_retrieval;
      else if (strcmp (argv[i], "variety") == 0)
        run = eval_variety;
      else if (strcmp (argv[i], "segmentation") == 0)
        run = eval_segmentation;
      else if (strcmp (argv[i], "confidence") == 0)
        run = eval_confidence;
      else if (strcmp (argv[i], "own") == 0)
        run = eval_own;
      if (run != NULL)
        {
          memmove (argv + i, argv + i + 1, sizeof (char *) * (gsize) (argc - i));
          return run (global, argc - 1, argv);
        }
    }
  if (argc > 1 && (strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0))
    {
      puts (_("Usage: quarry-cli eval own [--json] [--passages N]\n"
              "       quarry-cli eval retrieval [--json] [--per-query] DIR | --together DIR…\n"
              "       quarry-cli eval variety [--json] DIR\n"
              "       quarry-cli eval segmentation [--json] [--baselines] [--granularity 0..1] DIR\n"
              "       quarry-cli eval confidence [--json] [--per-query] DIR…\n\n"
              "“quarry-cli eval retrieval --help” explains one of them."));
      return CLI_DONE;
    }

  return cli_wrong_use ("eval", _("Say what to measure: own, retrieval, variety, segmentation or confidence."));
}
