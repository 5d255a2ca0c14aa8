/* cli-harness.c: runs the real quarry-cli, and looks at what it says
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "tests/integration/cli-harness.h"

#include <string.h>

#include "tests/support/temporary-folder.h"

/* Longer than any run here takes. A program that hangs fails its test, not the whole suite. */
#define DEADLINE_SECONDS 60

typedef struct
{
  const char *name;
  const char *file;
  const char *text;
} Note;

#define HARBOUR                                                                                    \
  "The harbour of Tromsø lies behind an island, so that ships find shelter there in every wind. " \
  "The pilot boards each vessel at the outer buoy — a red one — and steers it through the "    \
  "channel. "                                                                                      \
  "Cranes unload the containers, and tugs push the freighter off the quay before the tide "        \
  "turns.\n\n"                                                                                     \
  "At night the lighthouse throws its beam over the water, and the harbour master notes every "    \
  "arrival in the log. Sailors mend ropes on deck and wait for the captain's order to cast off."

#define SOUP                                                                                       \
  "A good onion soup begins with butter and patience: slice the onions thinly, let them brown "    \
  "slowly "                                                                                        \
  "in a heavy pot, and stir. Add thyme, a bay leaf and broth, and simmer for half an hour. Ladle " \
  "the "                                                                                           \
  "soup over toasted bread, cover it with Gruyère, and gratinée it in a hot oven until the "     \
  "cheese "                                                                                        \
  "bubbles. Serve it at once, with pepper and a glass of dry white wine."

static const Note notes[] = {
  { "harbour.txt", HARBOUR "\n", HARBOUR },
  { "soup.txt", SOUP "\n", SOUP },
  { "both.txt", HARBOUR "\n\n" SOUP "\n", HARBOUR "\n\n" SOUP },
  { "bees.md",
    "# Keeping bees\n\n## The hive — Der Stock\n\nA colony of honeybees lives in a hive. The queen "
    "lays her eggs in "
    "cells of wax, and the workers gather nectar and pollen from the flowers of the meadow.\n\n## "
    "Honey\n\nIn "
    "summer the beekeeper takes the frames out, spins the honey from the comb, and leaves enough "
    "for the winter.\n",
    "Keeping bees\n\nThe hive — Der Stock\n\nA colony of honeybees lives in a hive. The queen lays "
    "her eggs in cells "
    "of wax, and the workers gather nectar and pollen from the flowers of the "
    "meadow.\n\nHoney\n\nIn summer the "
    "beekeeper takes the frames out, spins the honey from the comb, and leaves enough for the "
    "winter." },
  { "glacier.html",
    "<html><head><title>Glaciers</title></head><body><h1>Glaciers</h1><p>Snow that never melts is "
    "pressed into ice, "
    "and the ice creeps down the valley under its own weight. The Aletsch glacier is the longest "
    "of the Alps.</p>"
    "</body></html>",
    "Glaciers\n\nSnow that never melts is pressed into ice, and the ice creeps down the valley "
    "under its own weight. "
    "The Aletsch glacier is the longest of the Alps." },
};

void
cli_set_up (Cli *cli, gconstpointer data)
{
  cli->folder = temporary_folder_new ();
  cli->library = g_build_filename (cli->folder, "library", NULL);
}

void
cli_tear_down (Cli *cli, gconstpointer data)
{
  temporary_folder_free (cli->folder);
  g_free (cli->library);
}

void
cli_run_free (CliRun *run)
{
  g_free (run->out);
  g_free (run->err);
  g_free (run);
}

GSubprocessLauncher *
cli_launcher (Cli *cli, GSubprocessFlags flags)
{
  GSubprocessLauncher *launcher = g_subprocess_launcher_new (flags);

  g_subprocess_launcher_set_cwd (launcher, cli->folder);
  g_subprocess_launcher_setenv (launcher, "HOME", cli->folder, TRUE);
  g_subprocess_launcher_unsetenv (launcher, "XDG_DATA_HOME");
  g_subprocess_launcher_unsetenv (launcher, "XDG_CONFIG_HOME");
  g_subprocess_launcher_unsetenv (launcher, "LANGUAGE");
  g_subprocess_launcher_setenv (launcher, "LC_ALL", "C.UTF-8", TRUE);
  g_subprocess_launcher_setenv (launcher, "G_DEBUG", "gc-friendly,fatal-warnings", TRUE);

  return launcher;
}

GSubprocess *
cli_start (GSubprocessLauncher *launcher, const char *const *arguments)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  GSubprocess *process;

  g_ptr_array_add (all, (gpointer) QUARRY_BUILDDIR "/app/quarry-cli");
  for (guint i = 0; arguments[i] != NULL; i++)
    g_ptr_array_add (all, (gpointer) arguments[i]);
  g_ptr_array_add (all, NULL);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) all->pdata, &error);
  g_assert_no_error (error);

  return process;
}

static gboolean
hang_cb (gpointer process)
{
  g_subprocess_force_exit (process);
  g_error ("quarry-cli did not end within %d seconds", DEADLINE_SECONDS);

  return G_SOURCE_REMOVE;
}

static void
communicated_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static char *
take_text (GBytes *bytes)
{
  gsize length = 0;
  const char *text = bytes != NULL ? g_bytes_get_data (bytes, &length) : "";

  g_assert_true (length == 0 || memchr (text, '\0', length) == NULL);

  return length > 0 ? g_strndup (text, length) : g_strdup ("");
}

CliRun *
cli_run_plain (Cli *cli, const char *const *arguments)
{
  g_autoptr (GSubprocessLauncher) launcher
      = cli_launcher (cli, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GSubprocess) process = cli_start (launcher, arguments);
  guint hang = g_timeout_add_seconds (DEADLINE_SECONDS, hang_cb, process);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes) out = NULL;
  g_autoptr (GBytes) err = NULL;
  g_autoptr (GError) error = NULL;
  CliRun *run = g_new0 (CliRun, 1);

  g_subprocess_communicate_async (process, NULL, NULL, communicated_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (hang);
  g_subprocess_communicate_finish (process, result, &out, &err, &error);
  g_assert_no_error (error);

  run->status = g_subprocess_get_if_exited (process) ? g_subprocess_get_exit_status (process)
                                                     : -g_subprocess_get_term_sig (process);
  run->out = take_text (out);
  run->err = take_text (err);

  return run;
}

static CliRun *
run_va (Cli *cli, const char *first, va_list more)
{
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();

  g_ptr_array_add (arguments, (gpointer) "--library");
  g_ptr_array_add (arguments, cli->library);
  for (const char *argument = first; argument != NULL; argument = va_arg (more, const char *))
    g_ptr_array_add (arguments, (gpointer) argument);
  g_ptr_array_add (arguments, NULL);

  return cli_run_plain (cli, (const char *const *) arguments->pdata);
}

CliRun *
cli_run (Cli *cli, const char *first, ...)
{
  va_list more;
  CliRun *run;

  va_start (more, first);
  run = run_va (cli, first, more);
  va_end (more);

  return run;
}

CliRun *
cli_expect (Cli *cli, int status, const char *first, ...)
{
  va_list more;
  CliRun *run;

  va_start (more, first);
  run = run_va (cli, first, more);
  va_end (more);
  if (run->status != status)
    g_error ("quarry-cli %s ended with %d, not %d: %s", first, run->status, status, run->err);

  return run;
}

void
assert_complains (const CliRun *run, int status, const char *part)
{
  const char *end = strchr (run->err, '\n');

  if (run->status != status || !g_str_has_prefix (run->err, "quarry-cli: ") || end == NULL
      || end[1] != '\0' || strstr (run->err, part) == NULL)
    g_error ("status %d instead of %d, or no one line with “%s” but: %s",
             run->status,
             status,
             part,
             run->err);
}

void
write_notes (Cli *cli)
{
  g_autofree char *folder = g_build_filename (cli->folder, "notes", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (notes); i++)
    g_free (write_file (folder, notes[i].name, notes[i].file, -1));
}

const char *
note_text (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (notes); i++)
    if (strcmp (notes[i].name, name) == 0)
      return notes[i].text;

  g_error ("there is no note “%s”", name);
}

void
import_notes (Cli *cli)
{
  g_autoptr (CliRun) run = NULL;

  write_notes (cli);
  run = cli_expect (cli, DONE, "import", "notes", NULL);
  g_assert_cmpstr (run->err, ==, "");
}
