/* cli-import.c: quarry-cli import
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include <glib-unix.h>
#include <inttypes.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/cli/cli.h"

typedef struct
{
  QuarryImport *import;
  GMainLoop *loop;
  gboolean json;
  gboolean progress; /* stderr is a terminal */
  gboolean interrupted;
} Run;

static void
clear_progress (Run *run)
{
  if (run->progress)
    fputs ("\r\033[K", stderr);
}

static void
result_cb (QuarryImport *import, QuarryImportResult *result, gpointer user_data)
{
  Run *run = user_data;
  QuarryImportStatus status = quarry_import_result_get_status (result);
  const char *path = quarry_import_result_get_path (result);
  const char *reason = quarry_import_result_get_reason (result);

  if (run->json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      json_builder_begin_object (builder);
      cli_add_path (builder, path);
      cli_add_string (builder, "status", quarry_import_status_name (status));
      cli_add_int (builder, "passages", quarry_import_result_get_passages (result));
      if (reason != NULL)
        cli_add_string (builder, "reason", reason);
      json_builder_end_object (builder);
      cli_print_json (builder);
    }

  if (status == QUARRY_IMPORT_FAILED || (reason != NULL && !run->json))
    {
      g_autofree char *shown = g_filename_display_name (path);

      clear_progress (run);
      if (status != QUARRY_IMPORT_SKIPPED)
        cli_complain ("%s: %s", shown, reason);
      else
        cli_complain (_("%s: passed over: %s"), shown, reason);
    }
}

static void
progress_cb (QuarryImport *import, gpointer user_data)
{
  Run *run = user_data;
  QuarryImportProgress progress;
  g_autofree char *current = NULL;
  guint64 done;
  double left;

  if (!run->progress)
    return;

  quarry_import_get_progress (import, &progress);
  current = quarry_import_get_current (import);
  done = progress.imported + progress.unchanged + progress.failed + progress.skipped;
  left = quarry_import_get_time_left (import);
  clear_progress (run);
  fprintf (stderr, progress.counting ? _("%" PRIu64 " of %" PRIu64 "+ files")
                                     : _("%" PRIu64 " of %" PRIu64 " files"),
           done, progress.found);
  if (left >= 1)
    fprintf (stderr, _(" · %.0f s left"), left);
  if (current != NULL)
    {
      g_autofree char *plain = cli_dup_plain (current);
      g_autofree char *shown = g_utf8_substring (plain, 0, MIN (60, g_utf8_strlen (plain, -1)));

      fprintf (stderr, " · %s", shown);
    }
  fflush (stderr);
}

static void
finished_cb (QuarryImport *import, GParamSpec *pspec, gpointer user_data)
{
  g_main_loop_quit (((Run *) user_data)->loop);
}

static gboolean
interrupt_cb (gpointer user_data)
{
  Run *run = user_data;

  run->interrupted = TRUE;
  quarry_import_cancel (run->import);

  /* The handler is removed, so that a second signal ends the program at once. */
  return G_SOURCE_REMOVE;
}

static void
print_summary (const QuarryImportProgress *progress, gboolean json)
{
  if (json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      json_builder_begin_object (builder);
      json_builder_set_member_name (builder, "summary");
      json_builder_begin_object (builder);
      cli_add_int (builder, "imported", (gint64) progress->imported);
      cli_add_int (builder, "unchanged", (gint64) progress->unchanged);
      cli_add_int (builder, "failed", (gint64) progress->failed);
      cli_add_int (builder, "skipped", (gint64) progress->skipped);
      cli_add_int (builder, "passages", (gint64) progress->passages);
      cli_add_int (builder, "bytes", (gint64) progress->bytes);
      cli_add_double (builder, "seconds", progress->seconds);
      json_builder_end_object (builder);
      json_builder_end_object (builder);
      cli_print_json (builder);
      return;
    }

  printf (_("%" PRIu64 " imported (%" PRIu64 " passages), %" PRIu64
            " unchanged, %" PRIu64 " failed, %" PRIu64 " passed over, in %.1f s\n"),
          progress->imported, progress->passages, progress->unchanged, progress->failed,
          progress->skipped, progress->seconds);
}

int
cli_import (CliGlobal *global, int argc, char **argv)
{
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print one JSON object a file, then a summary"), NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (QuarryLibrary) library = NULL;
  g_autoptr (QuarryImport) import = NULL;
  g_autoptr (GMainLoop) loop = NULL;
  QuarryImportProgress progress;
  const GError *error;
  Run run;

  if (!cli_parse (global, "import PATH…",
                  _("Adds files, and folders with all that is in them, to the library. Files that are\n"
                    "there already are read again only where they have changed. Hidden files, build\n"
                    "folders and what a .gitignore excludes are passed over, unless you name them.\n\n"
                    "Reads plain text, Markdown, HTML, PDF, office documents, EPUB, RTF, mails and CSV. A\n"
                    "file that cannot be read is named with the reason; the others go in."),
                  entries, &argc, &argv))
    return CLI_WRONG_USE;
  if (argc < 2)
    return cli_wrong_use ("import", _("Name the files or folders to import."));
  if (!cli_check_paths ("import", argc, argv))
    return CLI_WRONG_USE;

  library = cli_open (global, QUARRY_LIBRARY_WRITE);
  if (library == NULL)
    return CLI_NO_LIBRARY;

  loop = g_main_loop_new (NULL, FALSE);
  import = quarry_library_import (library, (const char *const *) argv + 1);
  run = (Run) { import, loop, json, isatty (STDERR_FILENO), FALSE };
  g_signal_connect (import, "result", G_CALLBACK (result_cb), &run);
  g_signal_connect (import, "progress", G_CALLBACK (progress_cb), &run);
  g_signal_connect (import, "notify::finished", G_CALLBACK (finished_cb), &run);
  g_unix_signal_add (SIGINT, interrupt_cb, &run);
  g_unix_signal_add (SIGTERM, interrupt_cb, &run);
  g_main_loop_run (loop);
  clear_progress (&run);

  quarry_import_get_progress (import, &progress);
  print_summary (&progress, json);
  error = quarry_import_get_error (import);
  if (error != NULL)
    {
      cli_complain ("%s", error->message);
      return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE) ? CLI_PARTLY : CLI_NO_LIBRARY;
    }
  if (run.interrupted)
    cli_complain (_("Interrupted. What was imported stays; run the same command to go on."));
  else if (progress.found == 0)
    cli_complain (_("There are no files to read in what you named."));

  return run.interrupted || progress.failed > 0 || progress.imported + progress.unchanged == 0
             ? CLI_PARTLY
             : CLI_DONE;
}
