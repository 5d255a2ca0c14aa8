/* cli-eval-confidence.c: the command quarry-cli eval confidence
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdio.h>

#include "app/cli/cli-eval.h"
#include "core/eval/quarry-eval-confidence.h"

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
  cli_add_double (builder, "ece_by_chance", scores->error_by_chance);
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
add_confidence_model (JsonBuilder *builder, const QuarryConfidenceModel *model)
{
  static const char *const cases[] = { "removed", "foreign" };

  json_builder_set_member_name (builder, "fitted");
  json_builder_begin_object (builder);
  for (guint c = 0; c < G_N_ELEMENTS (cases); c++)
    {
      json_builder_set_member_name (builder, cases[c]);
      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "weights");
      json_builder_begin_array (builder);
      for (guint f = 0; f < QUARRY_CONFIDENCE_N_FEATURES; f++)
        json_builder_add_double_value (builder, model->weights[c][f]);
      json_builder_end_array (builder);
      cli_add_double (builder, "bias", model->weights[c][QUARRY_CONFIDENCE_N_FEATURES]);
      json_builder_end_object (builder);
    }
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
  add_confidence_model (builder, &eval->fitted);
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
  printf ("%-16s %8s %13s %13s %6s %10s\n", "", _("queries"), _("AUROC foreign"), _("AUROC removed"), "ECE",
          _("by chance"));
  for (guint c = 0; c <= n_collections; c++)
    printf ("%-16s %8u %13.3f %13.3f %6.3f %10.3f\n", c < n_collections ? scores[c].name : _("mean"),
            scores[c].n_queries, scores[c].auroc_foreign, scores[c].auroc_removed, scores[c].calibration_error,
            scores[c].error_by_chance);
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
  printf ("\n%-10s %7s %7s %7s\n", _("said"), _("share"), _("mean"), _("true"));
  for (guint b = 0; b < QUARRY_EVAL_CONFIDENCE_BINS; b++)
    if (all->bins[b].weight > 0)
      printf ("%.1f to %.1f %7.3f %7.3f %7.3f\n", (double) b / QUARRY_EVAL_CONFIDENCE_BINS,
              (double) (b + 1) / QUARRY_EVAL_CONFIDENCE_BINS, all->bins[b].weight / eval->n_collections,
              all->bins[b].said, all->bins[b].came_true);
}

int
cli_eval_confidence (CliGlobal *global, int argc, char **argv)
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
                    "from another; ECE: how far what is said is from what is true; by chance: how far it would\n"
                    "be with so few queries if all that is said were true."),
                  entries, &argc, &argv))
    return CLI_WRONG_USE;
  if (argc < 2)
    return cli_wrong_use ("eval confidence", _("Name at least one folder."));

  eval = quarry_eval_confidence ((const char *const *) argv + 1, global->model, cli_eval_progress (), NULL,
                                 &error);
  if (eval == NULL)
    return cli_eval_failed (error);
  if (json)
    print_confidence_json (eval, per_query);
  else
    print_confidence (eval);

  return CLI_DONE;
}
