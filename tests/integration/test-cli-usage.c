/* test-cli-usage.c: help, versions, wrong use, and where the output goes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include <string.h>
#include <unistd.h>

#include "tests/integration/cli-harness.h"
#include "tests/integration/json-checks.h"

static const char *const commands[] = { "import", "search",  "similar", "segment", "status",
                                        "remove", "rebuild", "check",   "eval",    "bench",   "suggest" };

static void
test_help (Cli *cli, gconstpointer data)
{
  g_autoptr (CliRun) run = cli_run_plain (cli, (const char *const[]){ "--help", NULL });

  g_assert_cmpint (run->status, ==, DONE);
  g_assert_cmpstr (run->err, ==, "");
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char *line = g_strconcat ("\n  ", commands[i], " ", NULL);
      g_autoptr (CliRun) own = cli_expect (cli, DONE, commands[i], "--help", NULL);

      g_assert_nonnull (strstr (run->out, line));
      g_assert_nonnull (strstr (own->out, commands[i]));
      g_assert_nonnull (strstr (own->out, "Usage:"));
      g_assert_cmpstr (own->err, ==, "");
    }
}

static void
test_help_command (Cli *cli, gconstpointer data)
{
  g_autoptr (CliRun) option = cli_run_plain (cli, (const char *const[]){ "--help", NULL });
  g_autoptr (CliRun) command = cli_run_plain (cli, (const char *const[]){ "help", NULL });
  g_autoptr (CliRun) of_search = cli_run_plain (cli, (const char *const[]){ "help", "search", NULL });
  g_autoptr (CliRun) search = cli_run_plain (cli, (const char *const[]){ "search", "--help", NULL });

  g_assert_cmpint (command->status, ==, DONE);
  g_assert_cmpstr (command->out, ==, option->out);
  g_assert_cmpstr (command->err, ==, "");
  g_assert_cmpint (of_search->status, ==, DONE);
  g_assert_cmpstr (of_search->out, ==, search->out);
  g_assert_nonnull (strstr (command->out, "own, retrieval, variety, segmentation or confidence"));
}

/* A mistyped command is answered with the nearest command there is; one that resembles none, with all commands. */
static void
test_nearest_command (Cli *cli, gconstpointer data)
{
  static const char *const cases[][2] = { { "serach", "search" }, { "Import", "import" }, { "imports", "import" },
                                          { "stat", "status" },   { "bnech", "bench" },   { "xyzzyplugh", NULL },
                                          { "a", NULL } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CliRun) run = cli_run_plain (cli, (const char *const[]){ cases[i][0], NULL });
      g_autofree char *meant = g_strdup_printf ("“quarry-cli %s”", cases[i][1]);

      g_test_message ("%s", run->err);
      g_assert_cmpint (run->status, ==, WRONG_USE);
      g_assert_cmpint (strstr (run->err, "Usage:") == NULL, ==, cases[i][1] != NULL);
      if (cases[i][1] != NULL)
        g_assert_nonnull (strstr (run->err, meant));
    }
}

static void
test_version (Cli *cli, gconstpointer data)
{
  g_autoptr (CliRun) run = cli_run_plain (cli, (const char *const[]){ "--version", NULL });

  g_assert_cmpint (run->status, ==, DONE);
  g_assert_cmpstr (run->out, ==, "quarry-cli " QUARRY_VERSION "\n");
  g_assert_cmpstr (run->err, ==, "");
}

/* The arguments are separated by blanks; "_" stands for an empty argument. */
static const char *const wrong[] = {
  "frobnicate",
  "help frobnicate",
  "help search import",
  "--nonsense",
  "--library",
  "--library= status",
  "--model= status",
  "--library _ status",
  "import",
  "import _",
  "import --nonsense x",
  "import notes _",
  "search",
  "search _",
  "search --limit 0 x",
  "search --more x x",
  "search --less 0 x",
  "search --limit 1001 x",
  "search --limit x x",
  "search --limit",
  "search --limit 99999999999 x",
  "search --diversity -0.1 x",
  "search --diversity 1.1 x",
  "search --diversity nan x",
  "search --diversity much x",
  "search --mode magic x",
  "search --method luck x",
  "search --nonsense x",
  "similar",
  "similar 0",
  "similar 1 2",
  "similar 99999999999999999999",
  "similar --limit 0 1",
  "suggest",
  "suggest _",
  "suggest a b",
  "suggest --limit 0 a",
  "segment",
  "segment _",
  "segment a b",
  "segment --granularity 2 x",
  "segment --granularity nan x",
  "status x",
  "remove",
  "remove _",
  "rebuild x",
  "check x",
  "check --recall -1",
  "eval",
  "eval nonsense",
  "eval retrieval",
  "eval retrieval a b",
  "eval segmentation",
  "eval confidence",
  "eval segmentation a b",
  "eval segmentation --granularity -1 x",
  "bench x",
  "bench --passages 1",
  "bench --passages x",
  "bench --threads 0",
  "bench --dims 5000",
};

static void
test_wrong_use (Cli *cli, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_auto (GStrv) arguments = g_strsplit (wrong[i], " ", -1);
      g_autoptr (CliRun) run = NULL;

      for (guint j = 0; arguments[j] != NULL; j++)
        if (strcmp (arguments[j], "_") == 0)
          *arguments[j] = '\0';
      run = cli_run_plain (cli, (const char *const *) arguments);
      g_test_message ("%s: %d %s", wrong[i], run->status, run->err);
      g_assert_cmpint (run->status, ==, WRONG_USE);
      g_assert_cmpstr (run->out, ==, "");
      g_assert_true (g_str_has_prefix (run->err, "quarry-cli: "));
      g_assert_nonnull (strstr (run->err, "--help"));
    }
}

static void
test_nothing_asked (Cli *cli, gconstpointer data)
{
  g_autoptr (CliRun) run = cli_run_plain (cli, (const char *const[]){ NULL });

  g_assert_cmpint (run->status, ==, WRONG_USE);
  g_assert_cmpstr (run->out, ==, "");
  g_assert_nonnull (strstr (run->err, "Usage: quarry-cli"));
}

/* Global options may stand before and after the command; if one is given twice, the last one counts. */
static void
test_options_anywhere (Cli *cli, gconstpointer data)
{
  g_autofree char *option = g_strconcat ("--library=", cli->library, NULL);
  g_autoptr (CliRun) before = NULL;
  g_autoptr (CliRun) after = NULL;

  import_notes (cli);
  before = cli_run_plain (cli, (const char *const[]){ option, "status", "--json", NULL });
  after = cli_run_plain (
      cli, (const char *const[]){ "--library", "nowhere", "status", "--json", option, NULL });
  g_assert_cmpint (before->status, ==, DONE);
  g_assert_cmpstr (before->out, ==, after->out);
}

/* A lone "-" is not an option, and neither is anything after "--". */
static void
test_end_of_options (Cli *cli, gconstpointer data)
{
  g_autoptr (CliRun) run = NULL;
  g_autoptr (JsonObject) answer = NULL;

  import_notes (cli);
  run = cli_run (cli, "search", "--json", "--", "--limit", NULL);
  answer = assert_one_object (run->out);
  g_assert_cmpstr (assert_text (answer, "query"), ==, "--limit");
}

/* If its output cannot be written, every command fails and says so, whichever part of the program prints it. */
static void
test_output_full (Cli *cli, gconstpointer data)
{
  static const char *const cases[] = { "--version",
                                       "--help",
                                       "search --help",
                                       "eval --help",
                                       "status",
                                       "status --json",
                                       "search honey",
                                       "search --json honey",
                                       "similar --json 1",
                                       "segment notes/bees.md",
                                       "segment --json notes/bees.md",
                                       "check",
                                       "import --json notes",
                                       "import notes",
                                       "remove notes/soup.txt" };

  import_notes (cli);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *all = g_strdup_printf ("--library %s %s", cli->library, cases[i]);
      g_auto (GStrv) arguments = g_strsplit (all, " ", -1);
      g_autoptr (GSubprocessLauncher) launcher = cli_launcher (cli, G_SUBPROCESS_FLAGS_STDERR_PIPE);
      g_autoptr (GSubprocess) process = NULL;
      g_autofree char *err = NULL;

      g_test_message ("%s", cases[i]);
      g_subprocess_launcher_set_stdout_file_path (launcher, "/dev/full");
      process = cli_start (launcher, (const char *const *) arguments);
      g_assert_true (g_subprocess_communicate_utf8 (process, NULL, NULL, NULL, &err, NULL));
      g_assert_true (g_subprocess_get_if_exited (process));
      g_assert_cmpint (g_subprocess_get_exit_status (process), ==, PARTLY);
      g_assert_cmpstr (
          err,
          ==,
          "quarry-cli: The output could not be written. Check where it leads, and that there "
          "is space left.\n");
    }
}

static void
close_output (gpointer data)
{
  close (STDOUT_FILENO);
  close (STDIN_FILENO);
}

/* If its standard streams are closed, files that the program opens may get their descriptors. Nothing that it prints
 * may end up in the library then. */
static void
test_output_closed (Cli *cli, gconstpointer data)
{
  g_autoptr (GSubprocessLauncher) launcher = cli_launcher (cli, G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (CliRun) check = NULL;

  write_notes (cli);
  g_subprocess_launcher_set_child_setup (launcher, close_output, NULL, NULL);
  process = cli_start (
      launcher,
      (const char *const[]){ "--library", cli->library, "import", "--json", "notes", NULL });
  g_assert_true (g_subprocess_wait (process, NULL, NULL));
  g_assert_true (g_subprocess_get_if_exited (process));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, PARTLY);

  check = cli_expect (cli, DONE, "check", NULL);
}

/* Before the first import there is no library. Commands say that there is nothing yet, not that something is wrong. */
static void
test_no_library (Cli *cli, gconstpointer data)
{
  static const struct
  {
    int status;
    const char *command;
    const char *argument;
  } cases[] = { { PARTLY, "search", "x" }, { PARTLY, "similar", "1" },  { PARTLY, "status", NULL },
                { PARTLY, "remove", "x" }, { PARTLY, "rebuild", NULL }, { DONE, "check", NULL } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CliRun) run = cli_run (cli, cases[i].command, cases[i].argument, NULL);

      assert_complains (run, cases[i].status, cli->library);
      g_assert_cmpstr (run->out, ==, "");
    }
  g_assert_false (g_file_test (cli->library, G_FILE_TEST_EXISTS));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  CLI_TEST ("/cli/usage/help", test_help);
  CLI_TEST ("/cli/usage/help-command", test_help_command);
  CLI_TEST ("/cli/usage/nearest-command", test_nearest_command);
  CLI_TEST ("/cli/usage/version", test_version);
  CLI_TEST ("/cli/usage/wrong", test_wrong_use);
  CLI_TEST ("/cli/usage/nothing-asked", test_nothing_asked);
  CLI_TEST ("/cli/usage/options-anywhere", test_options_anywhere);
  CLI_TEST ("/cli/usage/end-of-options", test_end_of_options);
  CLI_TEST ("/cli/usage/output-full", test_output_full);
  CLI_TEST ("/cli/usage/output-closed", test_output_closed);
  CLI_TEST ("/cli/usage/no-library", test_no_library);

  return g_test_run ();
}
