/* test-cli-library.c: quarry-cli status, check and rebuild; libraries and models that cannot be
 * used
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/integration/cli-harness.h"
#include "tests/integration/json-checks.h"
#include "tests/support/temporary-folder.h"

/* Commands that open the library, each with its argument: first four that only read, then those that write. */
static const char *const users[][2] = {
  { "search", "honey" }, { "similar", "1" },    { "status", NULL },  { "check", NULL },
  { "import", "notes" }, { "remove", "notes" }, { "rebuild", NULL },
};

static char *
database (Cli *cli)
{
  return g_build_filename (cli->library, "library.db", NULL);
}

static char *
read_database (Cli *cli, gsize *length)
{
  g_autofree char *path = database (cli);
  g_autoptr (GError) error = NULL;
  char *bytes;

  g_file_get_contents (path, &bytes, length, &error);
  g_assert_no_error (error);

  return bytes;
}

static void
write_database (Cli *cli, const char *bytes, gsize length)
{
  g_assert_cmpuint (length, <, G_MAXSSIZE);
  g_free (write_file (cli->library, "library.db", bytes, (gssize) length));
}

/* Every command refuses the library in one sentence that holds @part and the file's name, and leaves the file as it
 * is. */
static void
assert_unusable (Cli *cli, const char *part)
{
  g_autofree char *path = database (cli);
  g_autofree char *before = NULL;
  gsize length_before;

  before = read_database (cli, &length_before);
  for (gsize i = 0; i < G_N_ELEMENTS (users); i++)
    {
      g_autoptr (CliRun) run = cli_run (cli, users[i][0], users[i][1], NULL);
      g_autofree char *after = NULL;
      gsize length_after;

      g_test_message ("%s: %s", users[i][0], run->err);
      assert_complains (run, NO_LIBRARY, part);
      g_assert_nonnull (strstr (run->err, path));
      g_assert_cmpstr (run->out, ==, "");
      after = read_database (cli, &length_after);
      g_assert_cmpmem (before, length_before, after, length_after);
    }
}

/* Files that are not read for the same reason are listed under it. */
static void
test_failures (Cli *cli, gconstpointer data)
{
  static const char *const files[][2] = { { "notes/a.pdf", "%PDF-1.5\nThis is none." },
                                          { "notes/b.docx", "PK\003\004 This is no document." },
                                          { "notes/c.pdf", "%PDF-1.5\nThis is none." } };
  g_autoptr (CliRun) run = NULL;
  const char *together, *a, *b, *c;

  write_notes (cli);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (cli->folder, files[i][0], NULL);

      g_assert_true (g_file_set_contents (path, files[i][1], -1, NULL));
    }
  cli_run_free (cli_expect (cli, PARTLY, "import", "notes", NULL));
  run = cli_expect (cli, DONE, "status", NULL);
  together = strstr (run->out, " (2 files)\n");
  a = strstr (run->out, "/notes/a.pdf\n");
  b = strstr (run->out, "/notes/b.docx: ");
  c = strstr (run->out, "/notes/c.pdf\n");
  g_assert_true (together != NULL && a != NULL && b != NULL && c != NULL);
  g_assert_true (together < a && a < c);
  g_assert_true (b < together || b > c);

  /* Of very many the first are named. */
  for (guint i = 0; i < 23; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/notes/d%02u.pdf", cli->folder, i);

      g_assert_true (g_file_set_contents (path, files[0][1], -1, NULL));
    }
  cli_run_free (cli_expect (cli, PARTLY, "import", "notes", NULL));
  cli_run_free (g_steal_pointer (&run));
  run = cli_expect (cli, DONE, "status", NULL);
  g_assert_nonnull (strstr (run->out, " (25 files)\n"));
  g_assert_nonnull (strstr (run->out, "/notes/d17.pdf\n"));
  g_assert_null (strstr (run->out, "/notes/d18.pdf\n"));
  g_assert_nonnull (strstr (run->out, " and 5 more "));
}

static void
test_status (Cli *cli, gconstpointer data)
{
  g_autoptr (CliRun) before = cli_run (cli, "status", "--json", NULL);
  g_autoptr (CliRun) run = NULL;
  g_autoptr (CliRun) plain = NULL;
  g_autoptr (JsonObject) empty = assert_one_object (before->out);
  g_autoptr (JsonObject) status = NULL;
  gint64 bytes;

  assert_complains (before, DONE, cli->library);
  assert_int (empty, "documents", 0, 0);

  import_notes (cli);
  run = cli_expect (cli, DONE, "status", "--json", NULL);
  status = assert_one_object (run->out);
  assert_members (status,
                  "library",
                  "documents",
                  "passages",
                  "text_bytes",
                  "bytes_on_disk",
                  "database_bytes",
                  "index_bytes",
                  "model",
                  "dims",
                  "failed",
                  "skipped",
                  "folders",
                  "failures",
                  NULL);
  {
    JsonArray *folders = assert_array (status, "folders");
    JsonObject *folder;

    g_assert_cmpuint (json_array_get_length (folders), ==, 1);
    folder = json_array_get_object_element (folders, 0);
    assert_members (folder, "path", "state", "documents", NULL);
    g_assert_true (g_str_has_suffix (assert_text (folder, "path"), "/notes"));
    g_assert_cmpstr (assert_text (folder, "state"), ==, "watched");
    assert_int (folder, "documents", 5, 5);
  }
  g_assert_cmpstr (assert_text (status, "library"), ==, cli->library);
  assert_int (status, "documents", 5, 5);
  assert_int (status, "passages", 5, 20);
  assert_int (status, "text_bytes", 1000, 10000);
  bytes = assert_int (status, "database_bytes", 1, G_MAXINT32)
          + assert_int (status, "index_bytes", 1, G_MAXINT32);
  assert_int (status, "bytes_on_disk", bytes, bytes);
  g_assert_cmpint (strlen (assert_text (status, "model")), >, 0);
  assert_int (status, "dims", 1, 4096);
  assert_int (status, "failed", 0, 0);
  assert_int (status, "skipped", 0, 0);
  g_assert_cmpuint (json_array_get_length (assert_array (status, "failures")), ==, 0);

  plain = cli_expect (cli, DONE, "status", NULL);
  g_assert_nonnull (strstr (plain->out, cli->library));
  g_assert_nonnull (strstr (plain->out, "shipped with Quarry"));
}

/* Files that were added by their own names although rules pass them over are only counted in the status, since there
 * may be thousands. */
static void
test_exceptions (Cli *cli, gconstpointer data)
{
  static const char *const names[] = { "notes/.first.txt", "notes/.second.txt" };
  g_autoptr (CliRun) one = NULL, two = NULL, json = NULL;

  import_notes (cli);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (cli->folder, names[i], NULL);

      g_assert_true (g_file_set_contents (path, "The ferry crosses the sound at noon.\n", -1, NULL));
      cli_run_free (cli_expect (cli, DONE, "import", names[i], NULL));
      if (i == 0)
        one = cli_expect (cli, DONE, "status", NULL);
    }
  g_assert_nonnull (strstr (one->out, "\n            1 file or folder, added by its own name\n"));
  two = cli_expect (cli, DONE, "status", NULL);
  g_assert_nonnull (strstr (two->out, "2 files and folders, added by their own names\n"));
  g_assert_null (strstr (two->out, ".first.txt"));
  json = cli_expect (cli, DONE, "status", "--json", NULL);
  g_assert_nonnull (strstr (json->out, ".first.txt"));
}

/* The library's folder is accessible to its owner alone. */
static void
test_private (Cli *cli, gconstpointer data)
{
  g_autofree char *file = database (cli);
  GStatBuf info;

  import_notes (cli);
  g_assert_cmpint (g_stat (cli->library, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0700);
  g_assert_cmpint (g_stat (file, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
}

static void
test_default_place (Cli *cli, gconstpointer data)
{
  g_autofree char *expected
      = g_build_filename (cli->folder, ".local", "share", "quarry", "library", NULL);
  g_autoptr (CliRun) run = NULL;
  g_autoptr (CliRun) status = NULL;

  write_notes (cli);
  run = cli_run_plain (cli, (const char *const[]){ "import", "notes", NULL });
  g_assert_cmpint (run->status, ==, DONE);
  status = cli_run_plain (cli, (const char *const[]){ "status", "--json", NULL });
  g_assert_nonnull (strstr (status->out, expected));
  g_assert_true (g_file_test (expected, G_FILE_TEST_IS_DIR));
}

/* A chosen folder that is empty now, as the mount point of a disk that is not connected, is not a new library's. */
static void
test_lost_place (Cli *cli, gconstpointer data)
{
  static const char *const commands[][3] = { { "status" }, { "search", "honey" }, { "check" }, { "import", "notes" } };
  g_autofree char *choice = g_build_filename (cli->folder, ".config", "quarry", "library", NULL);
  g_autofree char *config = g_path_get_dirname (choice);
  g_autofree char *mount = g_build_filename (cli->folder, "disk", NULL);
  g_autofree char *away = g_build_filename (cli->folder, "away", NULL);
  g_autoptr (CliRun) run = NULL;

  write_notes (cli);
  g_assert_cmpint (g_mkdir_with_parents (config, 0700), ==, 0);
  g_assert_true (g_file_set_contents (choice, mount, -1, NULL));
  g_assert_cmpint (g_mkdir (mount, 0700), ==, 0);
  run = cli_run_plain (cli, (const char *const[]){ "import", "notes", NULL });
  g_assert_cmpint (run->status, ==, DONE);
  g_assert_cmpint (g_rename (mount, away), ==, 0);
  g_assert_cmpint (g_mkdir (mount, 0700), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autoptr (CliRun) lost = cli_run_plain (cli, commands[i]);

      g_assert_cmpint (lost->status, ==, NO_LIBRARY);
      g_assert_nonnull (strstr (lost->err, "no longer in the folder"));
    }
}

/* Every file but the database is derived from it: one that is missing or damaged is made anew, and the answers stay the
 * same. */
static void
test_derived_files (Cli *cli, gconstpointer data)
{
  g_autoptr (CliRun) before = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *name;
  guint n = 0;

  import_notes (cli);
  before = cli_expect (cli, DONE, "search", "--json", "honey", NULL);
  dir = g_dir_open (cli->library, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      if (g_str_has_prefix (name, "library.db"))
        continue;
      for (guint way = 0; way < 2; way++)
        {
          g_autofree char *path = g_build_filename (cli->library, name, NULL);
          g_autoptr (CliRun) after = NULL;
          g_autoptr (CliRun) check = NULL;

          if (way == 0)
            g_assert_cmpint (g_remove (path), ==, 0);
          else
            g_assert_true (g_file_set_contents (path, "damaged", -1, NULL));
          after = cli_expect (cli, DONE, "search", "--json", "honey", NULL);
          g_assert_cmpstr (
              strstr (after->out, "\"confidence\""), ==, strstr (before->out, "\"confidence\""));
          check = cli_expect (cli, DONE, "check", NULL);
        }
      n++;
    }
  g_assert_cmpuint (n, >, 0);
}

static void
test_rebuild (Cli *cli, gconstpointer data)
{
  g_autoptr (CliRun) before = NULL;
  g_autoptr (CliRun) rebuild = NULL;
  g_autoptr (CliRun) after = NULL;
  g_autoptr (CliRun) check = NULL;
  g_autoptr (CliRun) promise = NULL;
  g_autoptr (CliRun) promised = NULL;
  static const char *const wrong[] = { "1", "0", "-1.5", "nan", ".49", "much" };

  import_notes (cli);
  before = cli_expect (cli, DONE, "search", "--json", "honey", NULL);
  rebuild = cli_expect (cli, DONE, "rebuild", NULL);
  after = cli_expect (cli, DONE, "search", "--json", "honey", NULL);
  g_assert_cmpstr (
      strstr (after->out, "\"confidence\""), ==, strstr (before->out, "\"confidence\""));
  check = cli_expect (cli, DONE, "check", "--recall", "100", NULL);
  g_assert_cmpstr (check->out, ==,
                   "The library is sound.\n"
                   "Of the ten nearest passages, searches find 100.00 %; 99.50 % are promised.\n");
  promise = cli_expect (cli, DONE, "rebuild", "--recall", "0.9999", NULL);
  g_assert_cmpstr (promise->out, ==, "");
  promised = cli_expect (cli, DONE, "check", "--recall", "5", NULL);
  g_assert_nonnull (strstr (promised->out, "100.00 %; 99.99 % are promised"));
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (CliRun) run = cli_expect (cli, WRONG_USE, "rebuild", "--recall", wrong[i], NULL);

      g_assert_nonnull (strstr (run->err, "recall"));
    }
}

/* --- Libraries that cannot be used ---------------------------------------------------------------
 */

static void
test_truncated (Cli *cli, gconstpointer data)
{
  g_autofree char *bytes = NULL;
  gsize length;

  import_notes (cli);
  bytes = read_database (cli, &length);
  write_database (cli, bytes, length / 2 / 4096 * 4096);
  assert_unusable (cli, "damaged");
}

/* The process that made the library was killed before anything was in it. */
static void
test_begun (Cli *cli, gconstpointer data)
{
  g_autoptr (CliRun) check = NULL;
  g_autoptr (CliRun) search = NULL;

  g_assert_cmpint (g_mkdir_with_parents (cli->library, 0700), ==, 0);
  write_database (cli, "", 0);
  check = cli_expect (cli, DONE, "check", NULL);
  g_assert_nonnull (strstr (check->err, "There is no library"));
  search = cli_expect (cli, NO_LIBRARY, "search", "honey", NULL);
  import_notes (cli);
  g_clear_pointer (&check, cli_run_free);
  check = cli_expect (cli, DONE, "check", NULL);
  g_assert_nonnull (strstr (check->out, "sound"));
}

static void
test_newer (Cli *cli, gconstpointer data)
{
  g_autofree char *bytes = NULL;
  gsize length;

  import_notes (cli);
  bytes = read_database (cli, &length);
  memcpy (bytes + 60, "\0\0\0\x63", 4); /* user_version, in the header of SQLite's format */
  write_database (cli, bytes, length);
  assert_unusable (cli, "newer");
}

static void
test_foreign (Cli *cli, gconstpointer data)
{
  g_autofree char *bytes = NULL;
  gsize length;

  import_notes (cli);
  bytes = read_database (cli, &length);
  memcpy (bytes + 68, "Mine", 4); /* application_id */
  write_database (cli, bytes, length);
  assert_unusable (cli, "not a library of Quarry");

  write_database (cli, "A letter to my aunt.", 20);
  assert_unusable (cli, "not a library of Quarry");
}

/* The library's folder is a file, or its database is a folder. */
static void
test_wrong_kind (Cli *cli, gconstpointer data)
{
  g_autofree char *inside = NULL;
  g_autofree char *file = NULL;

  write_notes (cli);
  file = write_file (cli->folder, "library", "text", -1);
  for (guint way = 0; way < 2; way++)
    {
      for (gsize i = 0; i < G_N_ELEMENTS (users); i++)
        {
          g_autoptr (CliRun) run = cli_run (cli, users[i][0], users[i][1], NULL);

          g_test_message ("%s", users[i][0]);
          assert_complains (run, NO_LIBRARY, cli->library);
        }
      if (way == 0)
        {
          g_assert_cmpint (g_remove (file), ==, 0);
          inside = database (cli);
          g_assert_cmpint (g_mkdir_with_parents (inside, 0700), ==, 0);
        }
    }
}

/* A library that may only be read can be searched; commands that change it say why they cannot. Root may write
 * everything, so this cannot be tested as root. */
static void
test_read_only (Cli *cli, gconstpointer data)
{
  g_autofree char *file = database (cli);

  import_notes (cli);
  g_assert_cmpint (g_chmod (file, 0400), ==, 0);
  g_assert_cmpint (g_chmod (cli->library, 0500), ==, 0);
  if (g_access (file, W_OK) == 0)
    g_test_skip ("this user may write everything");
  else
    for (gsize i = 0; i < G_N_ELEMENTS (users); i++)
      {
        g_autoptr (CliRun) run = cli_run (cli, users[i][0], users[i][1], NULL);

        g_test_message ("%s", users[i][0]);
        if (i < 4)
          g_assert_cmpint (run->status, ==, DONE);
        else
          assert_complains (run, NO_LIBRARY, "cannot be written");
      }
  g_assert_cmpint (g_chmod (cli->library, 0700), ==, 0);
}

/* --- Models that cannot be used ------------------------------------------------------------------
 */

static const struct
{
  const char *file;
  const char *contents; /* NULL: the file is missing */
  gsize length;         /* 0: as long as the text */
} bad_models[] = {
  { "model.safetensors", NULL, 0 },
  { "model.safetensors", "", 0 },
  { "model.safetensors", "\x08", 1 },
  { "model.safetensors", "\xff\xff\xff\xff\xff\xff\xff\x7f{}", 10 },
  { "model.safetensors", "\x02\0\0\0\0\0\0\0{}", 10 },
  { "model.safetensors",
    "\x4a\0\0\0\0\0\0\0{\"embeddings\":{\"dtype\":\"F32\",\"shape\":[3,2],\"data_offsets\":[0,"
    "4000000000]}}  01234567",
    0x5a },
  { "tokenizer.json", NULL, 0 },
  { "tokenizer.json", "", 0 },
  { "tokenizer.json", "{\"model\": {\"vocab\": [", 0 },
  { "tokenizer.json", "{}", 0 },
  { "config.json", "[1,", 0 },
};

static void
copy_shipped_model (const char *folder)
{
  static const char *const names[] = { "model.safetensors", "tokenizer.json", "config.json" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *from = g_build_filename (QUARRY_SOURCEDIR, "data", "model", names[i], NULL);
      g_autofree char *to = g_build_filename (folder, names[i], NULL);

      g_remove (to);
      g_assert_cmpint (symlink (from, to), ==, 0);
    }
}

static void
test_damaged_model (Cli *cli, gconstpointer data)
{
  g_autofree char *model = g_build_filename (cli->folder, "model", NULL);
  g_autoptr (CliRun) check = NULL;

  import_notes (cli);
  g_assert_cmpint (g_mkdir (model, 0700), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (bad_models); i++)
    {
      g_autofree char *path = g_build_filename (model, bad_models[i].file, NULL);
      const char *contents = bad_models[i].contents;
      gsize length = bad_models[i].length;
      g_autoptr (CliRun) search = NULL;
      g_autoptr (CliRun) segment = NULL;

      copy_shipped_model (model);
      g_assert_cmpint (g_remove (path), ==, 0);
      if (contents != NULL)
        g_free (
            write_file (model, bad_models[i].file, contents, length > 0 ? (gssize) length : -1));
      search = cli_run (cli, "search", "--model", model, "honey", NULL);
      segment = cli_run (cli, "segment", "--model", model, "notes/soup.txt", NULL);
      g_test_message ("%s", search->err);
      assert_complains (search, NO_LIBRARY, path);
      assert_complains (segment, NO_LIBRARY, path);
      assert_complains (segment, NO_LIBRARY, "Get the model again");
    }
  check = cli_expect (cli, DONE, "check", NULL);
}

static void
test_missing_model (Cli *cli, gconstpointer data)
{
  static const char *const commands[][3] = { { "search", "x" },
                                             { "import", "notes" },
                                             { "segment", "notes/soup.txt" },
                                             { "status" },
                                             { "bench" } };

  import_notes (cli);
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autoptr (CliRun) run
          = cli_run (cli, "--model", "no\xe9where", commands[i][0], commands[i][1], NULL);

      assert_complains (run, NO_LIBRARY, "where");
      g_assert_true (g_utf8_validate (run->err, -1, NULL));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  CLI_TEST ("/cli/library/status", test_status);
  CLI_TEST ("/cli/library/failures", test_failures);
  CLI_TEST ("/cli/library/exceptions", test_exceptions);
  CLI_TEST ("/cli/library/private", test_private);
  CLI_TEST ("/cli/library/default-place", test_default_place);
  CLI_TEST ("/cli/library/lost-place", test_lost_place);
  CLI_TEST ("/cli/library/derived-files", test_derived_files);
  CLI_TEST ("/cli/library/rebuild", test_rebuild);
  CLI_TEST ("/cli/library/truncated", test_truncated);
  CLI_TEST ("/cli/library/begun", test_begun);
  CLI_TEST ("/cli/library/newer", test_newer);
  CLI_TEST ("/cli/library/foreign", test_foreign);
  CLI_TEST ("/cli/library/wrong-kind", test_wrong_kind);
  CLI_TEST ("/cli/library/read-only", test_read_only);
  CLI_TEST ("/cli/library/damaged-model", test_damaged_model);
  CLI_TEST ("/cli/library/missing-model", test_missing_model);

  return g_test_run ();
}
