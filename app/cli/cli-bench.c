/* cli-bench.c: the command quarry-cli bench
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>

#include "app/cli/cli.h"
#include "core/embed/quarry-embedder.h"
#include "core/eval/quarry-vector-bench.h"

int
cli_bench (CliGlobal *global, int argc, char **argv)
{
  gboolean json = FALSE;
  int n_passages = 200000, n_dims = 0, n_threads = 1;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print one JSON object"), NULL },
    { "passages", 0, 0, G_OPTION_ARG_INT, &n_passages, N_ ("Passages in the index (200000)"), N_ ("N") },
    { "dims", 0, 0, G_OPTION_ARG_INT, &n_dims, N_ ("Dimensions of their vectors (the model's)"), N_ ("N") },
    { "threads", 0, 0, G_OPTION_ARG_INT, &n_threads, N_ ("Searches at a time (1)"), N_ ("N") },
    G_OPTION_ENTRY_NULL,
  };
  g_autofree char *default_model = quarry_library_default_model ();
  g_autoptr (QuarryEmbedder) embedder = NULL;
  g_autoptr (GError) error = NULL;
  QuarryVectorBench bench;

  if (!cli_parse (global, "bench",
                  _("Builds an index of vectors with the statistics of real passages, and measures how fast\n"
                    "and how exactly it is searched, against the exact answer."),
                  entries, &argc, &argv))
    return CLI_WRONG_USE;
  if (argc > 1)
    return cli_wrong_use ("bench", _("“bench” takes no arguments."));
  if (n_passages < 100 || n_passages > 20000000)
    return cli_wrong_use ("bench", _("--passages takes a number from 100 to 20000000."));
  if (n_dims < 0 || n_dims > 4096)
    return cli_wrong_use ("bench", _("--dims takes a number from 1 to 4096, or 0 for the model's."));
  if (n_threads < 1 || n_threads > 256)
    return cli_wrong_use ("bench", _("--threads takes a number from 1 to 256."));

  embedder = quarry_embedder_load (global->model != NULL ? global->model : default_model, &error);
  if (embedder == NULL
      || !quarry_vector_bench_made_up (n_dims > 0 ? (guint) n_dims : quarry_embedder_get_dims (embedder),
                                       (guint) n_passages, (guint) n_threads, &bench, &error))
    {
      cli_complain ("%s", error->message);
      return CLI_NO_LIBRARY;
    }

  if (json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      json_builder_begin_object (builder);
      cli_add_int (builder, "passages", bench.n_passages);
      cli_add_int (builder, "dims", bench.dims);
      cli_add_double (builder, "build_seconds", bench.build_seconds);
      cli_add_double (builder, "bytes_per_passage", bench.bytes_per_passage);
      json_builder_set_member_name (builder, "search_ms");
      json_builder_begin_object (builder);
      cli_add_double (builder, "p50", bench.search_p50_ms);
      cli_add_double (builder, "p99", bench.search_p99_ms);
      json_builder_end_object (builder);
      cli_add_double (builder, "recall@10", bench.recall);
      cli_add_double (builder, "add_us", bench.add_us);
      cli_add_double (builder, "remove_us", bench.remove_us);
      json_builder_end_object (builder);
      cli_print_json (builder);
    }
  else
    printf (_("%u passages of %u dimensions, built in %.1f s, %.0f bytes a passage\n"
              "opened in %.1f ms, first search %.1f ms\n"
              "search p50 %.2f ms, p99 %.2f ms, recall@10 %.3f; add %.1f µs, remove %.1f µs\n"),
            bench.n_passages, bench.dims, bench.build_seconds, bench.bytes_per_passage, bench.open_ms,
            bench.first_search_ms, bench.search_p50_ms, bench.search_p99_ms, bench.recall, bench.add_us,
            bench.remove_us);

  return CLI_DONE;
}
