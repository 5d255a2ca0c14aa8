/* cli-eval.c: quarry-cli eval
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/cli/cli-eval.h"

static const struct
{
  const char *name;
  int (*run) (CliGlobal *global, int argc, char **argv);
} measures[] = {
  { "retrieval", cli_eval_retrieval },
  { "variety", cli_eval_variety },
  { "segmentation", cli_eval_segmentation },
  { "confidence", cli_eval_confidence },
  { "own", cli_eval_own },
};

static void
progress_cb (guint done, guint total, gpointer user_data)
{
  if (done % 16 == 0 || done == total)
    fprintf (stderr, "\r\033[K%u / %u%s", done, total, done == total ? "\r\033[K" : "");
}

QuarryEvalProgress
cli_eval_progress (void)
{
  return isatty (STDERR_FILENO) ? progress_cb : NULL;
}

int
cli_eval_failed (const GError *error)
{
  cli_complain ("%s", error->message);

  return error->domain == G_IO_ERROR ? CLI_PARTLY : CLI_NO_LIBRARY;
}

int
cli_eval (CliGlobal *global, int argc, char **argv)
{
  /* Options may stand before or after what is to be measured, which is the first argument that is not an option. */
  for (int i = 1; i < argc; i++)
    for (guint m = 0; m < G_N_ELEMENTS (measures); m++)
      if (strcmp (argv[i], measures[m].name) == 0)
        {
          memmove (argv + i, argv + i + 1, sizeof (char *) * (gsize) (argc - i));
          return measures[m].run (global, argc - 1, argv);
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
