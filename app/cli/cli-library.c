/* cli-library.c: quarry-cli status, remove, rebuild and check
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

#include "app/cli/cli.h"
#include "core/library/import/quarry-folders.h"

static void
print_status_json (const QuarryLibraryStatus *status, GPtrArray *folders, GPtrArray *failures)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *folder = g_filename_display_name (status->folder);

  json_builder_begin_object (builder);
  cli_add_string (builder, "library", folder);
  cli_add_int (builder, "documents", (gint64) status->counts.documents);
  cli_add_int (builder, "passages", (gint64) status->counts.passages);
  cli_add_int (builder, "text_bytes", (gint64) status->counts.text_bytes);
  cli_add_int (builder, "bytes_on_disk", (gint64) status->bytes_on_disk);
  cli_add_int (builder, "database_bytes", (gint64) status->database_bytes);
  cli_add_int (builder, "index_bytes", (gint64) status->index_bytes);
  cli_add_string (builder, "model", status->model);
  cli_add_int (builder, "dims", status->dims);
  cli_add_int (builder, "failed", (gint64) status->counts.failed);
  cli_add_int (builder, "skipped", (gint64) status->counts.skipped);
  json_builder_set_member_name (builder, "folders");
  json_builder_begin_array (builder);
  for (guint i = 0; folders != NULL && i < folders->len; i++)
    {
      const QuarryFolder *one = folders->pdata[i];

      json_builder_begin_object (builder);
      cli_add_path (builder, one->path);
      cli_add_string (builder, "state", quarry_folder_state_name (one->state));
      cli_add_int (builder, "documents", one->n_documents);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "failures");
  json_builder_begin_array (builder);
  for (guint i = 0; failures != NULL && i < failures->len; i++)
    {
      const QuarryFailureRecord *failure = failures->pdata[i];

      json_builder_begin_object (builder);
      cli_add_path (builder, failure->path);
      cli_add_string (builder, "status", failure->skipped ? "skipped" : "failed");
      cli_add_string (builder, "reason", failure->reason);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  cli_print_json (builder);
}

/* Failed files first, files with the same reason together, then by path. */
static int
compare_failures (gconstpointer a, gconstpointer b)
{
  const QuarryFailureRecord *x = *(QuarryFailureRecord *const *) a, *y = *(QuarryFailureRecord *const *) b;
  int order = x->skipped - y->skipped;

  if (order == 0)
    order = g_strcmp0 (x->reason, y->reason);
  return order != 0 ? order : strcmp (x->path, y->path);
}

static void
print_failure (const QuarryFailureRecord *failure)
{
  g_autofree char *path = g_filename_display_name (failure->path);

  fputs ("  ", stdout);
  cli_print_plain (path);
  fputs (failure->skipped ? _(": passed over: ") : ": ", stdout);
  cli_print_plain (failure->reason);
  putchar ('\n');
}

/* Of so many files with the same reason the paths are printed; --json prints all of them. */
#define MOST_ALIKE 20u

/* Several files with the same reason, which is said once. */
static void
print_alike (QuarryFailureRecord *const *failures, guint n)
{
  fputs (failures[0]->skipped ? _("  Passed over: ") : "  ", stdout);
  cli_print_plain (failures[0]->reason);
  printf (ngettext (" (%u file)\n", " (%u files)\n", n), n);
  for (guint i = 0; i < MIN (n, MOST_ALIKE); i++)
    {
      g_autofree char *path = g_filename_display_name (failures[i]->path);

      fputs ("    ", stdout);
      cli_print_plain (path);
      putchar ('\n');
    }
  if (n > MOST_ALIKE)
    printf (ngettext ("    … and %u more (--json lists all)\n", "    … and %u more (--json lists all)\n", n - MOST_ALIKE),
            n - MOST_ALIKE);
}

static void
print_failures (GPtrArray *failures)
{
  QuarryFailureRecord **all = (QuarryFailureRecord **) failures->pdata;
  guint n;

  g_ptr_array_sort (failures, compare_failures);
  for (guint i = 0; i < failures->len; i += n)
    {
      for (n = 1; i + n < failures->len && all[i + n]->skipped == all[i]->skipped
                  && g_strcmp0 (all[i + n]->reason, all[i]->reason) == 0;)
        n++;
      if (n > 1)
        print_alike (all + i, n);
      else
        print_failure (all[i]);
    }
}

static const char *
folder_note (QuarryFolderState state)
{
  switch (state)
    {
    case QUARRY_FOLDER_UNWATCHED:
      return _(", not watched");
    case QUARRY_FOLDER_AWAY:
      return _(", out of reach: its documents stay");
    case QUARRY_FOLDER_GONE:
      return _(", no longer there");
    case QUARRY_FOLDER_WATCHED:
    case QUARRY_FOLDER_POLLED:
    default:
      return "";
    }
}

static void
print_folders (GPtrArray *folders)
{
  const char *start = _("Folders     ");
  guint n_exceptions = 0;

  for (guint i = 0; i < folders->len; i++)
    {
      const QuarryFolder *folder = folders->pdata[i];
      g_autofree char *path = g_filename_display_name (folder->path);

      if (folder->is_exception)
        {
          n_exceptions++;
          continue;
        }
      fputs (start, stdout);
      start = "            ";
      cli_print_plain (path);
      printf (ngettext (" (%u document%s)\n", " (%u documents%s)\n", folder->n_documents),
              folder->n_documents, folder_note (folder->state));
    }
  /* There may be thousands of exceptions, so print their number only; --json prints all of them. */
  if (n_exceptions > 0)
    {
      g_autofree char *number = g_strdup_printf ("%u", n_exceptions);

      fputs (start, stdout);
      printf (ngettext ("%s file or folder, added by its own name", "%s files and folders, added by their own names",
                        n_exceptions),
              number);
      putchar ('\n');
    }
}

static void
print_status (const QuarryLibraryStatus *status, GPtrArray *folders, GPtrArray *failures)
{
  g_autofree char *folder = g_filename_display_name (status->folder);
  g_autofree char *disk = g_format_size (status->bytes_on_disk);
  g_autofree char *text = g_format_size (status->counts.text_bytes);

  printf (_("Library     %s\n"), folder);
  printf (_("Documents   %" PRIu64 ", in %" PRIu64 " passages (%s of text)\n"),
          status->counts.documents, status->counts.passages, text);
  printf (_("On disk     %s\n"), disk);
  if (status->model != NULL)
    printf (_("Model       %s, %u dimensions\n"),
            status->model_is_shipped ? _("shipped with Quarry") : status->model, status->dims);
  print_folders (folders);
  if (failures == NULL || failures->len == 0)
    return;

  printf (_("Not read    %" PRIu64 " failed, %" PRIu64 " passed over\n"),
          status->counts.failed, status->counts.skipped);
  print_failures (failures);
}

int
cli_status (CliGlobal *global, int argc, char **argv)
{
  gboolean json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &json, N_ ("Print one JSON object"), NULL },
    G_OPTION_ENTRY_NULL,
  };
  g_autoptr (QuarryLibrary) library = NULL;
  g_autoptr (GPtrArray) failures = NULL;
  g_autoptr (GPtrArray) folders = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (QuarryLibraryStatus) status = { 0 };

  if (!cli_parse (global, "status",
                  _("Says how many documents and passages the library holds, what they take on disk, with\n"
                    "which model, and which files could not be read and why."),
                  entries, &argc, &argv))
    return CLI_WRONG_USE;
  if (argc > 1)
    return cli_wrong_use ("status", _("“status” takes no arguments."));

  if (!cli_library_exists (global))
    {
      status.folder = global->library != NULL ? g_strdup (global->library)
                                              : quarry_library_default_folder ();
      if (!json)
        return CLI_PARTLY;
      /* There is no library yet; report it as an empty one. */
      print_status_json (&status, NULL, NULL);
      return CLI_DONE;
    }
  library = cli_open (global, QUARRY_LIBRARY_READ);
  if (library == NULL)
    return CLI_NO_LIBRARY;
  if (!quarry_library_get_status (library, &status, &error)
      || (folders = quarry_library_list_folders (library, &error)) == NULL
      || (failures = quarry_library_list_failures (library, &error)) == NULL)
    {
      cli_complain ("%s", error->message);
      return CLI_NO_LIBRARY;
    }

  if (json)
    print_status_json (&status, folders, failures);
  else
    print_status (&status, folders, failures);

  return CLI_DONE;
}

int
cli_remove (CliGlobal *global, int argc, char **argv)
{
  g_autoptr (QuarryLibrary) library = NULL;
  guint total = 0;
  int status = CLI_DONE;

  if (!cli_parse (global, "remove PATH…",
                  _("Takes documents out of the library: the files named, and all below the folders named.\n"
                    "The files themselves stay where they are. What is taken out of a folder of the library does\n"
                    "not come back with it; import it by its own name to have it again."),
                  NULL, &argc, &argv))
    return CLI_WRONG_USE;
  if (argc < 2)
    return cli_wrong_use ("remove", _("Name the files or folders to take out."));
  if (!cli_check_paths ("remove", argc, argv))
    return CLI_WRONG_USE;

  if (!cli_library_exists (global))
    return CLI_PARTLY;
  library = cli_open (global, QUARRY_LIBRARY_WRITE);
  if (library == NULL)
    return CLI_NO_LIBRARY;

  for (int i = 1; i < argc; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *path = g_filename_display_name (argv[i]);
      guint n_removed;

      if (!quarry_library_remove (library, argv[i], &n_removed, &error))
        {
          cli_complain ("%s: %s", path, error->message);
          return CLI_NO_LIBRARY;
        }
      if (n_removed == 0)
        {
          cli_complain (_("%s: not in the library."), path);
          status = CLI_PARTLY;
        }
      total += n_removed;
    }
  printf (ngettext ("%u document removed\n", "%u documents removed\n", total), total);

  return status;
}

int
cli_rebuild (CliGlobal *global, int argc, char **argv)
{
  g_autoptr (QuarryLibrary) library = NULL;
  g_autoptr (GError) error = NULL;
  double recall = -1;
  const GOptionEntry entries[] = {
    { "recall", 0, 0, G_OPTION_ARG_DOUBLE, &recall,
      N_ ("From now on, have searches in a large library find SHARE of the nearest passages (.995 at first): "
          "more takes longer"), N_ ("SHARE") },
    G_OPTION_ENTRY_NULL,
  };

  if (!cli_parse (global, "rebuild",
                  _("Makes the indexes of words and of vectors anew from the texts in the library. Nothing\n"
                    "has to be imported again."),
                  entries, &argc, &argv))
    return CLI_WRONG_USE;
  if (argc > 1)
    return cli_wrong_use ("rebuild", _("“rebuild” takes no arguments."));
  if (recall != -1 && !(recall >= QUARRY_LEAST_RECALL && recall <= QUARRY_MOST_RECALL))
    return cli_wrong_use ("rebuild", _("--recall takes a share from .5 to .9999."));

  if (!cli_library_exists (global))
    return CLI_PARTLY;
  library = cli_open (global, QUARRY_LIBRARY_WRITE);
  if (library == NULL)
    return CLI_NO_LIBRARY;
  if ((recall != -1 && !quarry_library_set_recall (library, recall, &error))
      || !quarry_library_rebuild (library, &error))
    {
      cli_complain ("%s", error->message);
      return CLI_NO_LIBRARY;
    }

  return CLI_DONE;
}

int
cli_check (CliGlobal *global, int argc, char **argv)
{
  g_autoptr (QuarryLibrary) library = NULL;
  g_autoptr (GPtrArray) problems = NULL;
  g_autoptr (GError) error = NULL;
  int n_queries = 0;
  double recall, promised;
  const GOptionEntry entries[] = {
    { "recall", 0, 0, G_OPTION_ARG_INT, &n_queries,
      N_ ("Also search for N spans of the library's own words, and compare with exact search"), N_ ("N") },
    G_OPTION_ENTRY_NULL,
  };

  if (!cli_parse (global, "check",
                  _("Verifies the library against itself: the database, that passages fit their documents,\n"
                    "and that both indexes hold what the database holds. Names every fault."),
                  entries, &argc, &argv))
    return CLI_WRONG_USE;
  if (argc > 1)
    return cli_wrong_use ("check", _("“check” takes no arguments."));
  if (n_queries < 0 || n_queries > 1000000)
    return cli_wrong_use ("check", _("--recall takes a number from 0 to 1000000."));

  /* A library that does not exist has no problems. */
  if (!cli_library_exists (global))
    return CLI_DONE;
  library = quarry_library_open (global->library, global->model, QUARRY_LIBRARY_READ, &error);
  if (library == NULL)
    {
      cli_complain ("%s", error->message);
      /* Nor does one whose creation was interrupted before anything was stored. */
      return quarry_library_is_missing (error) ? CLI_DONE : CLI_NO_LIBRARY;
    }
  problems = quarry_library_check (library, &error);
  if (problems == NULL)
    {
      cli_complain ("%s", error->message);
      return CLI_NO_LIBRARY;
    }

  for (guint i = 0; i < problems->len; i++)
    cli_complain ("%s", (const char *) problems->pdata[i]);
  if (problems->len == 0)
    puts (_("The library is sound."));
  if (n_queries > 0)
    {
      if (!quarry_library_measure_recall (library, (guint) n_queries, &recall, &promised, &error))
        {
          cli_complain ("%s", error->message);
          return CLI_NO_LIBRARY;
        }
      if (!isnan (recall))
        printf (_("Of the ten nearest passages, searches find %.2f %%; %.2f %% are promised.\n"),
                100 * recall, 100 * promised);
      /* Three standard deviations: with so few queries, a smaller difference may be chance. */
      if (promised - recall > 3 * sqrt (promised * (1 - promised) / n_queries))
        cli_complain (_("That is less than promised: “quarry-cli rebuild” measures anew what it takes."));
    }

  return problems->len == 0 ? CLI_DONE : CLI_NO_LIBRARY;
}
