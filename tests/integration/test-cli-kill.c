/* test-cli-kill.c: an import that is killed
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What was reported as imported is in the library, whatever the moment; the library is sound, and
 * the next import does the rest. Nor does it harm to be killed while the indexes are made anew. Twenty
 * moments; with -m slow, two hundred.
 */
#include <json-glib/json-glib.h>
#include <signal.h>
#include <string.h>

#include "tests/integration/cli-harness.h"

#define N_FILES 200u

static void
write_many (Cli *cli)
{
  g_autofree char *folder = g_build_filename (cli->folder, "many", NULL);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  for (guint i = 0; i < N_FILES; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s/%03u.md", folder, i);
      g_autofree char *text
          = g_strdup_printf ("# Log %u\n\nOn day %u the ship lay in harbour and took on %u casks of water, "
                             "while the crew mended sails and the mate wrote letters home.\n",
                             i, i * 7, i * 13);
      g_autoptr (GError) error = NULL;

      g_file_set_contents (name, text, -1, &error);
      g_assert_no_error (error);
    }
}

/* Adds to @paths the paths of those lines of @out (printed by import --json) that have @status. A last line that was
 * cut off is ignored. */
static void
read_paths (const char *out, const char *status, GHashTable *paths)
{
  g_auto (GStrv) lines = g_strsplit (out, "\n", -1);

  for (guint i = 0; lines[i] != NULL && lines[i + 1] != NULL; i++)
    {
      g_autoptr (JsonNode) node = json_from_string (lines[i], NULL);
      JsonObject *object;

      g_assert_nonnull (node);
      object = json_node_get_object (node);
      if (json_object_has_member (object, "path")
          && strcmp (json_object_get_string_member (object, "status"), status) == 0)
        g_hash_table_add (paths, g_strdup (json_object_get_string_member (object, "path")));
    }
}

static void
kill_once (Cli *cli, guint after_ms)
{
  const char *arguments[] = { "--library", cli->library, "import", "--json", "many", NULL };
  g_autoptr (GSubprocessLauncher) launcher = cli_launcher (cli, G_SUBPROCESS_FLAGS_STDOUT_PIPE
                                                                    | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GSubprocess) import = cli_start (launcher, arguments);
  g_autoptr (GHashTable) reported = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) kept = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (CliRun) again = NULL;
  g_autofree char *out = NULL;
  GHashTableIter iter;
  gpointer path;

  g_usleep (after_ms * 1000);
  g_subprocess_send_signal (import, SIGKILL);
  g_subprocess_communicate_utf8 (import, NULL, NULL, &out, NULL, &error);
  g_assert_no_error (error);
  read_paths (out, "imported", reported);

  again = cli_expect (cli, DONE, "import", "--json", "many", NULL);
  read_paths (again->out, "unchanged", kept);
  g_test_message ("killed after %u ms: %u reported, %u kept", after_ms, g_hash_table_size (reported),
                  g_hash_table_size (kept));
  g_hash_table_iter_init (&iter, reported);
  while (g_hash_table_iter_next (&iter, &path, NULL))
    if (!g_hash_table_contains (kept, path))
      g_error ("%s was reported as imported and is not there", (const char *) path);
  read_paths (again->out, "imported", kept);
  g_assert_cmpuint (g_hash_table_size (kept), ==, N_FILES);
  cli_run_free (cli_expect (cli, DONE, "check", NULL));
}

static void
test_kill (Cli *cli, gconstpointer data)
{
  guint n = g_test_slow () ? 200 : 20;
  const char *const remove[] = { "rm", "-rf", "--", cli->library, NULL };

  write_many (cli);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GSubprocess) rm = NULL;

      kill_once (cli, (guint) g_test_rand_int_range (10, 700));
      rm = g_subprocess_newv (remove, G_SUBPROCESS_FLAGS_NONE, &error);
      g_assert_no_error (error);
      g_assert_true (g_subprocess_wait_check (rm, NULL, NULL));
    }
}

/* A rebuild writes the new files beside those in use, so killing it at any moment leaves the library sound. */
static void
test_kill_rebuild (Cli *cli, gconstpointer data)
{
  guint n = g_test_slow () ? 50 : 5;
  g_autoptr (CliRun) found = NULL;

  write_many (cli);
  cli_run_free (cli_expect (cli, DONE, "import", "many", NULL));
  for (guint i = 0; i < n; i++)
    {
      const char *arguments[] = { "--library", cli->library, "rebuild", NULL };
      g_autoptr (GSubprocessLauncher) launcher = cli_launcher (cli, G_SUBPROCESS_FLAGS_STDERR_SILENCE);
      g_autoptr (GSubprocess) rebuild = cli_start (launcher, arguments);

      g_usleep ((gulong) g_test_rand_int_range (5, 400) * 1000);
      g_subprocess_send_signal (rebuild, SIGKILL);
      g_subprocess_wait (rebuild, NULL, NULL);
      cli_run_free (cli_expect (cli, DONE, "check", NULL));
    }
  found = cli_expect (cli, DONE, "search", "--json", "casks of water", NULL);
  g_assert_nonnull (strstr (found->out, "harbour"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  CLI_TEST ("/cli/kill/import", test_kill);
  CLI_TEST ("/cli/kill/rebuild", test_kill_rebuild);

  return g_test_run ();
}
