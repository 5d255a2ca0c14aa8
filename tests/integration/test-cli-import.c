/* test-cli-import.c: quarry-cli import and remove
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/integration/cli-harness.h"
#include "tests/integration/json-checks.h"
#include "tests/support/temporary-folder.h"

/* Checks what "import --json" printed: a line for each file, then the summary, whose counts agree with the lines.
 * Returns the lines by file name. (transfer full) */
static GHashTable *
check_lines (const char *out)
{
  static const char *const statuses[] = { "imported", "unchanged", "failed", "skipped" };
  g_autoptr (GPtrArray) lines = assert_object_lines (out);
  g_autoptr (GHashTable) files
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) json_object_unref);
  guint counts[G_N_ELEMENTS (statuses)] = { 0 };
  gint64 passages = 0;
  JsonObject *summary;

  g_assert_cmpuint (lines->len, >, 0);
  for (guint i = 0; i + 1 < lines->len; i++)
    {
      JsonObject *line = lines->pdata[i];
      const char *status = assert_text (line, "status");
      guint kind = 0;

      while (kind < G_N_ELEMENTS (statuses) && strcmp (status, statuses[kind]) != 0)
        kind++;
      g_assert_cmpuint (kind, <, G_N_ELEMENTS (statuses));
      counts[kind]++;
      g_assert_true (g_path_is_absolute (assert_text (line, "path")));
      if (kind >= 2)
        {
          assert_members (line, "path", "status", "passages", "reason", NULL);
          g_assert_true (g_str_has_suffix (assert_text (line, "reason"), "."));
          assert_int (line, "passages", 0, 0);
        }
      else
        {
          assert_members (line, "path", "status", "passages", NULL);
          passages += assert_int (line, "passages", kind == 0 ? 1 : 0, kind == 0 ? 1000 : 0);
        }
      g_hash_table_insert (
          files, g_path_get_basename (assert_text (line, "path")), json_object_ref (line));
    }

  assert_members (lines->pdata[lines->len - 1], "summary", NULL);
  summary = assert_object (lines->pdata[lines->len - 1], "summary");
  assert_members (
      summary, "imported", "unchanged", "failed", "skipped", "passages", "bytes", "seconds", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (statuses); i++)
    assert_int (summary, statuses[i], counts[i], counts[i]);
  assert_int (summary, "passages", passages, passages);
  assert_int (summary, "bytes", 0, G_MAXINT64);
  assert_number (summary, "seconds", 0, 600);

  return g_steal_pointer (&files);
}

static const char *
status_of (GHashTable *files, const char *name)
{
  JsonObject *line = g_hash_table_lookup (files, name);

  g_assert_nonnull (line);
  return assert_text (line, "status");
}

static gint64
count_documents (Cli *cli)
{
  g_autoptr (CliRun) run = cli_expect (cli, DONE, "status", "--json", NULL);
  g_autoptr (JsonObject) status = assert_one_object (run->out);

  return assert_int (status, "documents", 0, G_MAXINT64);
}

static void
assert_sound (Cli *cli)
{
  g_autoptr (CliRun) run = cli_expect (cli, DONE, "check", NULL);

  g_assert_cmpstr (run->err, ==, "");
}

static void
test_schema (Cli *cli, gconstpointer data)
{
  g_autoptr (CliRun) first = NULL;
  g_autoptr (CliRun) again = NULL;
  g_autoptr (GHashTable) lines = NULL;
  g_autoptr (GHashTable) lines_again = NULL;

  write_notes (cli);
  first = cli_expect (cli, DONE, "import", "--json", "notes", NULL);
  g_assert_cmpstr (first->err, ==, "");
  lines = check_lines (first->out);
  g_assert_cmpuint (g_hash_table_size (lines), ==, 5);
  g_assert_cmpstr (status_of (lines, "bees.md"), ==, "imported");

  /* A file that has not changed is not read again; one that has changed is. */
  g_free (write_file (cli->folder, "notes/bees.md", "# Bees\n\nNow the bees are gone.\n", -1));
  again = cli_expect (cli, DONE, "import", "--json", "notes", NULL);
  lines_again = check_lines (again->out);
  g_assert_cmpuint (g_hash_table_size (lines_again), ==, 5);
  g_assert_cmpstr (status_of (lines_again, "bees.md"), ==, "imported");
  g_assert_cmpstr (status_of (lines_again, "soup.txt"), ==, "unchanged");
  g_assert_cmpint (count_documents (cli), ==, 5);
  assert_sound (cli);
}

static void
test_passed_over (Cli *cli, gconstpointer data)
{
  g_autoptr (CliRun) run = NULL;
  g_autoptr (GHashTable) lines = NULL;
  g_autoptr (CliRun) hidden = NULL;

  g_free (write_file (cli->folder, "notes/.gitignore", "*.log\nold/\n", -1));
  g_free (write_file (cli->folder, "notes/kept.txt", "Kept.", -1));
  g_free (write_file (cli->folder, "notes/.hidden.txt", "Hidden.", -1));
  g_free (write_file (cli->folder, "notes/noise.log", "Noise.", -1));
  g_free (write_file (cli->folder, "notes/old/a.txt", "Old.", -1));
  run = cli_expect (cli, DONE, "import", "--json", "notes", NULL);
  lines = check_lines (run->out);
  g_assert_cmpuint (g_hash_table_size (lines), ==, 1);
  g_assert_cmpstr (status_of (lines, "kept.txt"), ==, "imported");

  hidden = cli_expect (cli, DONE, "import", "notes/.hidden.txt", NULL);
  g_assert_cmpint (count_documents (cli), ==, 2);
}

/* --- Bad files ---------------------------------------------------------------------------------
 */

static void
make_huge (const char *path)
{
  int fd = open (path, O_WRONLY | O_CREAT, 0600);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (ftruncate (fd, (off_t) 2 << 30), ==, 0);
  close (fd);
}

/* Makes the files of bad_files[], each of which cannot be read for the reason that stands beside its name there. */
static void
write_bad_files (Cli *cli)
{
  g_autofree char *folder = g_build_filename (cli->folder, "bad", NULL);
  g_autofree char *huge = g_build_filename (folder, "huge.txt", NULL);
  g_autofree char *loop = g_build_filename (folder, "loop.txt", NULL);
  g_autofree char *pipe = g_build_filename (folder, "pipe.txt", NULL);
  g_autofree guint8 *bytes = g_malloc (20000);

  for (guint i = 0; i < 20000; i++)
    bytes[i] = (guint8) (i * i % 251 % 32);
  g_free (write_file (folder, "empty.txt", "", 0));
  g_free (write_file (folder, "binary.txt", bytes, 20000));
  g_free (write_file (folder, "broken.docx", "PK\3\4broken", -1));
  g_free (write_file (folder, "broken.pdf", "%PDF-1.4\nbroken", -1));
  g_free (write_file (folder, "unknown.xyz", bytes, 20000));
  make_huge (huge);
  g_assert_cmpint (symlink (loop, loop), ==, 0);
  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
}

static const struct
{
  const char *name;
  const char *status;
  const char *reason; /* some of its words */
} bad_files[] = {
  { "missing.txt", "failed", "no such file" }, { "empty.txt", "skipped", "empty" },
  { "binary.txt", "skipped", "text" },         { "broken.docx", "failed", "damaged" },
  { "broken.pdf", "failed", "damaged" },       { "unknown.xyz", "skipped", "kind of file" },
  { "huge.txt", "skipped", "512 MiB" },        { "loop.txt", "failed", "link" },
  { "pipe.txt", "skipped", "regular file" },
};

/* Imported alone, each bad file is reported with its reason. None harms the library or keeps the other files out. */
static void
test_bad_files (Cli *cli, gconstpointer data)
{
  import_notes (cli);
  write_bad_files (cli);
  for (gsize i = 0; i < G_N_ELEMENTS (bad_files); i++)
    {
      g_autofree char *path = g_build_filename ("bad", bad_files[i].name, NULL);
      g_autoptr (CliRun) run = cli_run (cli, "import", "--json", path, NULL);
      g_autoptr (CliRun) plain = cli_run (cli, "import", path, "notes", NULL);
      g_autoptr (GHashTable) lines = check_lines (run->out);
      const char *reason;

      g_test_message ("%s", path);
      g_assert_cmpint (run->status, ==, PARTLY);
      g_assert_cmpstr (status_of (lines, bad_files[i].name), ==, bad_files[i].status);
      reason = assert_text (g_hash_table_lookup (lines, bad_files[i].name), "reason");
      g_assert_nonnull (strstr (reason, bad_files[i].reason));
      if (strcmp (bad_files[i].status, "failed") == 0)
        assert_complains (run, PARTLY, path);
      else
        g_assert_cmpstr (run->err, ==, "");
      assert_complains (plain, strcmp (bad_files[i].status, "failed") == 0 ? PARTLY : DONE, path);
      g_assert_nonnull (strstr (plain->err, reason));
    }
  g_assert_cmpint (count_documents (cli), ==, 5);
  assert_sound (cli);
}

/* The library remembers which file failed and why, until the file is gone or has been read. */
static void
test_failures_are_kept (Cli *cli, gconstpointer data)
{
  g_autoptr (CliRun) run = NULL;
  g_autoptr (CliRun) status = NULL;
  g_autoptr (CliRun) mended = NULL;
  g_autoptr (CliRun) status_after = NULL;
  g_autoptr (JsonObject) object = NULL;
  g_autoptr (JsonObject) object_after = NULL;
  JsonObject *failure;

  g_free (write_file (cli->folder, "broken.docx", "PK\3\4broken", -1));
  run = cli_run (cli, "import", "broken.docx", NULL);
  status = cli_expect (cli, DONE, "status", "--json", NULL);
  object = assert_one_object (status->out);
  assert_int (object, "failed", 1, 1);
  failure = json_array_get_object_element (assert_array (object, "failures"), 0);
  assert_members (failure, "path", "status", "reason", NULL);
  g_assert_true (g_str_has_suffix (assert_text (failure, "path"), "/broken.docx"));
  g_assert_cmpstr (assert_text (failure, "status"), ==, "failed");
  g_assert_nonnull (strstr (run->err, assert_text (failure, "reason")));

  g_free (write_file (cli->folder, "broken.docx", "Only named like a Word document.", -1));
  mended = cli_run (cli, "remove", "broken.docx", NULL);
  status_after = cli_expect (cli, DONE, "status", "--json", NULL);
  object_after = assert_one_object (status_after->out);
  assert_int (object_after, "failed", 0, 0);
}

/* Importing a mistyped name reports it and records nothing. If the name is that of a document whose file is gone, the
 * failure is recorded. */
static void
test_mistyped (Cli *cli, gconstpointer data)
{
  g_autofree char *bees = g_build_filename (cli->folder, "notes", "bees.md", NULL);
  g_autoptr (CliRun) run = NULL;
  g_autoptr (CliRun) deep = NULL;
  g_autoptr (CliRun) status = NULL;
  g_autoptr (CliRun) gone = NULL;
  g_autoptr (CliRun) status_after = NULL;
  g_autoptr (JsonObject) object = NULL;
  g_autoptr (JsonObject) object_after = NULL;

  import_notes (cli);
  run = cli_run (cli, "import", "nosuch", NULL);
  assert_complains (run, PARTLY, "no such file");
  deep = cli_run (cli, "import", "notes/bees.md/x", "no/such/folder", NULL);
  assert_complains (deep, PARTLY, "folder");
  status = cli_expect (cli, DONE, "status", "--json", NULL);
  object = assert_one_object (status->out);
  assert_int (object, "failed", 0, 0);
  g_assert_cmpuint (json_array_get_length (assert_array (object, "failures")), ==, 0);

  g_assert_cmpint (g_remove (bees), ==, 0);
  gone = cli_run (cli, "import", "notes/bees.md", NULL);
  assert_complains (gone, PARTLY, "no such file");
  status_after = cli_expect (cli, DONE, "status", "--json", NULL);
  object_after = assert_one_object (status_after->out);
  assert_int (object_after, "failed", 1, 1);
}

/* Root may read everything, so this cannot be tested as root. */
static void
test_unreadable (Cli *cli, gconstpointer data)
{
  g_autofree char *path = g_build_filename (cli->folder, "notes", "soup.txt", NULL);
  g_autoptr (CliRun) run = NULL;

  write_notes (cli);
  g_assert_cmpint (g_chmod (path, 0), ==, 0);
  if (g_access (path, R_OK) == 0)
    {
      g_test_skip ("this user may read everything");
      return;
    }
  run = cli_run (cli, "import", "notes", NULL);
  assert_complains (run, PARTLY, path);
  g_assert_cmpint (count_documents (cli), ==, 4);
}

static void
test_odd_names (Cli *cli, gconstpointer data)
{
  static const char *const names[]
      = { "caf\xe9.txt", "new\nline.txt", "\x1b[31mred.txt", "-rf.txt", "%s%n.txt", " .txt" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *text
          = g_strdup_printf ("Document number %" G_GSIZE_FORMAT " of the odd names.", i);
      g_autofree char *escaped = g_strescape (names[i], NULL);
      g_autofree char *missing = g_strconcat ("no", names[i], NULL);
      g_autoptr (CliRun) run = NULL;
      g_autoptr (CliRun) refused = NULL;
      g_autoptr (GHashTable) lines = NULL;

      g_test_message ("%s", escaped);
      g_free (write_file (cli->folder, names[i], text, -1));
      run = cli_expect (cli, DONE, "import", "--json", "--", names[i], NULL);
      lines = check_lines (run->out);
      g_assert_cmpuint (g_hash_table_size (lines), ==, 1);

      /* Whatever the file's name is, its failure is reported in one line, without sequences that control a terminal. */
      refused = cli_run (cli, "import", missing, NULL);
      assert_complains (refused, PARTLY, "no such file");
      g_assert_null (strchr (refused->err, '\033'));
      g_assert_true (g_utf8_validate (refused->err, -1, NULL));
    }
  g_assert_cmpint (count_documents (cli), ==, G_N_ELEMENTS (names));
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    g_clear_pointer (&(CliRun *){ cli_expect (cli, DONE, "remove", "--", names[i], NULL) },
                     cli_run_free);
  g_assert_cmpint (count_documents (cli), ==, 0);
  assert_sound (cli);
}

/* A folder with links to itself and to folders above it is walked only once. */
static void
test_link_loops (Cli *cli, gconstpointer data)
{
  g_autofree char *up = g_build_filename (cli->folder, "notes", "up", NULL);
  g_autofree char *nowhere = g_build_filename (cli->folder, "notes", "nowhere.txt", NULL);
  g_autoptr (CliRun) run = NULL;
  g_autoptr (GHashTable) lines = NULL;

  write_notes (cli);
  g_assert_cmpint (symlink (".", up), ==, 0);
  g_assert_cmpint (symlink ("not-there", nowhere), ==, 0);
  run = cli_expect (cli, DONE, "import", "--json", "notes", NULL);
  lines = check_lines (run->out);
  g_assert_cmpuint (g_hash_table_size (lines), ==, 5);
}

static void
test_nothing_there (Cli *cli, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (cli->folder, "void", NULL);
  g_autoptr (CliRun) run = NULL;

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  run = cli_run (cli, "import", "void", NULL);
  assert_complains (run, PARTLY, "no files");
}

/* --- Remove ------------------------------------------------------------------------------------
 */

static void
test_remove (Cli *cli, gconstpointer data)
{
  g_autofree char *old_name = g_build_filename (cli->folder, "notes", "bees.md", NULL);
  g_autofree char *new_name = g_build_filename (cli->folder, "notes", "wasps.md", NULL);
  g_autofree char *soon_gone = g_build_filename (cli->folder, "notes", "both.txt", NULL);
  g_autofree char *link = g_build_filename (cli->folder, "link", NULL);
  g_autoptr (CliRun) one = NULL;
  g_autoptr (CliRun) renamed = NULL;
  g_autoptr (CliRun) gone = NULL;
  g_autoptr (CliRun) twice = NULL;
  g_autoptr (CliRun) gone_through_link = NULL;
  g_autoptr (CliRun) through_link = NULL;

  import_notes (cli);
  one = cli_expect (cli, DONE, "remove", "notes/soup.txt", NULL);
  g_assert_cmpint (count_documents (cli), ==, 4);
  g_assert_true (g_file_test (old_name, G_FILE_TEST_EXISTS));

  /* A document is removed by the name under which it was imported, not by the name that its file has got since. */
  g_assert_cmpint (g_rename (old_name, new_name), ==, 0);
  renamed = cli_run (cli, "remove", "notes/wasps.md", NULL);
  assert_complains (renamed, PARTLY, "notes/wasps.md");
  gone = cli_expect (cli, DONE, "remove", "notes/bees.md", NULL);
  twice = cli_run (cli, "remove", "notes/bees.md", NULL);
  assert_complains (twice, PARTLY, "notes/bees.md");
  g_assert_cmpint (count_documents (cli), ==, 3);

  /* A path that leads through a link removes the document too, even if the file itself is gone. */
  g_assert_cmpint (symlink ("notes", link), ==, 0);
  g_assert_cmpint (g_remove (soon_gone), ==, 0);
  gone_through_link = cli_expect (cli, DONE, "remove", "link/both.txt", NULL);
  g_assert_cmpint (count_documents (cli), ==, 2);
  through_link = cli_expect (cli, DONE, "remove", "link", NULL);
  g_assert_cmpint (count_documents (cli), ==, 0);
  assert_sound (cli);
}

/* --- Others at the same time -------------------------------------------------------------------
 */

static void
write_many (Cli *cli, const char *folder, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("%s/%u.txt", folder, i);
      g_autofree char *text = g_strdup_printf (
          "The %s ledger, page %u: barrels of herring and bales of wool.", folder, i);

      g_free (write_file (cli->folder, name, text, -1));
    }
}

static GSubprocess *
start_import (Cli *cli, const char *folder, GSubprocessFlags flags)
{
  g_autoptr (GSubprocessLauncher) launcher
      = cli_launcher (cli, flags | G_SUBPROCESS_FLAGS_STDERR_PIPE);

  return cli_start (
      launcher,
      (const char *const[]){ "--library", cli->library, "import", "--json", folder, NULL });
}

static void
test_two_at_once (Cli *cli, gconstpointer data)
{
  g_autoptr (GSubprocess) first = NULL;
  g_autoptr (GSubprocess) second = NULL;

  write_many (cli, "first", 40);
  write_many (cli, "second", 40);
  import_notes (cli);
  first = start_import (cli, "first", G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  second = start_import (cli, "second", G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (CliRun) run
          = cli_expect (cli, DONE, "search", "--json", "honey from the comb", NULL);

      g_assert_nonnull (strstr (run->out, "bees.md"));
    }
  g_assert_true (g_subprocess_wait_check (first, NULL, NULL));
  g_assert_true (g_subprocess_wait_check (second, NULL, NULL));
  g_assert_cmpint (count_documents (cli), ==, 85);
  assert_sound (cli);
}

/* Reads the first line that the import prints. After that, the import is known to be under way. */
static void
wait_for_line (GSubprocess *process)
{
  g_autoptr (GDataInputStream) lines
      = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  g_autofree char *line = NULL;

  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (lines), FALSE);
  line = g_data_input_stream_read_line (lines, NULL, NULL, NULL);
  g_assert_nonnull (line);
}

/* An import that is interrupted says so and keeps what it has done; the same command, run again, does the rest. */
static void
test_interrupted (Cli *cli, gconstpointer data)
{
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (CliRun) again = NULL;
  g_autofree char *err = NULL;
  gint64 kept;

  write_many (cli, "many", 600);
  process = start_import (cli, "many", G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  wait_for_line (process);
  g_subprocess_send_signal (process, SIGINT);
  g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, NULL, &err, NULL));
  g_assert_true (g_subprocess_get_if_exited (process));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, PARTLY);
  g_assert_nonnull (strstr (err, "Interrupted"));
  kept = count_documents (cli);
  g_assert_cmpint (kept, >=, 1);
  g_assert_cmpint (kept, <, 600);
  assert_sound (cli);

  again = cli_expect (cli, DONE, "import", "--json", "many", NULL);
  g_hash_table_unref (check_lines (again->out));
  g_assert_cmpint (count_documents (cli), ==, 600);
}

/* If the reader of its output goes away, the program ends, and the library is sound. */
static void
test_reader_gone (Cli *cli, gconstpointer data)
{
  g_autoptr (GSubprocess) process = NULL;

  write_many (cli, "many", 100);
  process = start_import (cli, "many", G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  wait_for_line (process);
  g_assert_true (g_input_stream_close (g_subprocess_get_stdout_pipe (process), NULL, NULL));
  g_assert_true (g_subprocess_wait (process, NULL, NULL));
  g_assert_cmpint (count_documents (cli), >=, 1);
  assert_sound (cli);
}

/* Reaching the limit on file sizes (RLIMIT_FSIZE) is reported like a full disk. It does not kill the program. */
static void
test_file_limit (Cli *cli, gconstpointer data)
{
  struct rlimit before, limit;
  g_autoptr (CliRun) run = NULL;

  write_many (cli, "many", 600);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  limit = before;
  limit.rlim_cur = 200 << 10;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  run = cli_run (cli, "import", "many", NULL);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  g_assert_cmpint (run->status, ==, NO_LIBRARY);
  g_assert_nonnull (strstr (run->err, "no space left"));
  /* Once: it is not said of every file that was to be stored. */
  g_assert_true (strchr (run->err, '\n') == run->err + strlen (run->err) - 1);
  assert_sound (cli);

  cli_run_free (cli_expect (cli, DONE, "import", "many", NULL));
  g_assert_cmpint (count_documents (cli), ==, 600);
}

/* Control characters in a file's name do not reach the terminal on which the import shows its progress. */
static void
test_progress (Cli *cli, gconstpointer data)
{
  const char *arguments[] = { "--library", cli->library, "import", "notes", NULL };
  g_autoptr (GSubprocessLauncher) launcher = cli_launcher (cli, G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  g_autoptr (GSubprocess) process = NULL;
  g_autofree char *notes = g_build_filename (cli->folder, "notes", NULL);
  g_autoptr (GString) text = g_string_new (NULL), shown = g_string_new (NULL);
  int terminal = posix_openpt (O_RDWR | O_NOCTTY | O_CLOEXEC);
  char bytes[1024];
  ssize_t n;

  g_assert_cmpint (grantpt (terminal), ==, 0);
  g_assert_cmpint (unlockpt (terminal), ==, 0);
  for (guint i = 0; i < 20000; i++)
    g_string_append_printf (text, "Schooner %u carries sails on two masts, and its crew trims them in the wind.\n\n", i);
  g_free (write_file (notes, "a\033]0;owned\007b.txt", text->str, -1));
  g_subprocess_launcher_take_stderr_fd (launcher, open (ptsname (terminal), O_RDWR | O_NOCTTY | O_CLOEXEC));
  process = cli_start (launcher, arguments);
  /* The launcher holds a descriptor of the program's end of the terminal; until that is closed, reading would not
   * end. */
  g_clear_object (&launcher);
  while ((n = read (terminal, bytes, sizeof bytes)) > 0)
    g_string_append_len (shown, bytes, n);
  close (terminal);
  g_assert_true (g_subprocess_wait (process, NULL, NULL));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, DONE);
  g_assert_nonnull (strstr (shown->str, "b.txt"));
  g_assert_null (strstr (shown->str, "\033]"));
  g_assert_null (strchr (shown->str, '\007'));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  CLI_TEST ("/cli/import/schema", test_schema);
  CLI_TEST ("/cli/import/passed-over", test_passed_over);
  CLI_TEST ("/cli/import/bad-files", test_bad_files);
  CLI_TEST ("/cli/import/failures-are-kept", test_failures_are_kept);
  CLI_TEST ("/cli/import/mistyped", test_mistyped);
  CLI_TEST ("/cli/import/unreadable", test_unreadable);
  CLI_TEST ("/cli/import/odd-names", test_odd_names);
  CLI_TEST ("/cli/import/progress", test_progress);
  CLI_TEST ("/cli/import/link-loops", test_link_loops);
  CLI_TEST ("/cli/import/nothing-there", test_nothing_there);
  CLI_TEST ("/cli/import/remove", test_remove);
  CLI_TEST ("/cli/import/two-at-once", test_two_at_once);
  CLI_TEST ("/cli/import/interrupted", test_interrupted);
  CLI_TEST ("/cli/import/reader-gone", test_reader_gone);
  CLI_TEST ("/cli/import/file-limit", test_file_limit);

  return g_test_run ();
}
