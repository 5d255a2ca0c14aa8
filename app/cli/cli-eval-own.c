/* cli-eval-own.c: the command quarry-cli eval own, which measures search in one's own documents
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <stdio.h>

#include "app/cli/cli-eval.h"
#include "core/library/quarry-own-bench.h"

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
  /* Names may contain any characters, so pad by characters, not by bytes as printf() would. */
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

int
cli_eval_own (CliGlobal *global, int argc, char **argv)
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
  bench = quarry_own_bench (library, (guint) n_passages, cli_eval_progress (), NULL, NULL, &error);
  if (bench == NULL)
    return cli_eval_failed (error);
  if (json)
    print_own_json (bench);
  else
    print_own (bench);

  return CLI_DONE;
}
