/* cli-eval-segmentation.c: quarry-cli eval segmentation
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <stdio.h>

#include "app/cli/cli-eval.h"
#include "core/eval/quarry-eval-segmentation.h"
#include "core/segment/quarry-segmenter.h"

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

int
cli_eval_segmentation (CliGlobal *global, int argc, char **argv)
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
                                   granularity, baselines, cli_eval_progress (), NULL, &error);
  if (eval == NULL)
    return cli_eval_failed (error);

  if (json)
    print_segmentation_json (eval);
  else
    print_segmentation (eval);

  return CLI_DONE;
}
