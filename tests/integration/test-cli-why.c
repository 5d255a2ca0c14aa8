/* test-cli-why.c: quarry-cli why
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "tests/integration/cli-harness.h"
#include "tests/integration/json-checks.h"
#include "tests/support/temporary-folder.h"

/* Checks that "why" reports @path to be in @state, and ends with @status. */
static void
check_state (Cli *cli, int status, const char *path, const char *state)
{
  g_autoptr (CliRun) run = cli_expect (cli, status, "why", "--json", path, NULL);
  g_autoptr (JsonObject) object = assert_one_object (run->out);
  g_autoptr (CliRun) plain = cli_expect (cli, status, "why", path, NULL);
  const char *reason;

  assert_members (object, "path", "state", "reason", "passages", "documents", "list", NULL);
  g_assert_cmpstr (assert_text (object, "state"), ==, state);
  reason = assert_text (object, "reason");
  g_assert_nonnull (strstr (plain->out, reason));
  g_assert_cmpint (assert_int (object, "passages", 0, 100), ==,
                   json_array_get_length (assert_array (object, "list")));
}

static void
test_states (Cli *cli, gconstpointer data)
{
  g_autofree char *later = NULL;

  import_notes (cli);
  check_state (cli, DONE, "notes/bees.md", "read");
  later = write_file (cli->folder, "notes/later.txt", "The kettle is warm.", -1);
  check_state (cli, PARTLY, "notes/later.txt", "unread");
  g_free (write_file (cli->folder, "notes/.hidden", "The kettle is warm.", -1));
  check_state (cli, PARTLY, "notes/.hidden", "excluded");
  check_state (cli, PARTLY, "notes/none.txt", "missing");
  g_free (write_file (cli->folder, "elsewhere.txt", "The kettle is warm.", -1));
  check_state (cli, PARTLY, "elsewhere.txt", "outside");
  g_assert_cmpint (g_remove (later), ==, 0);
}

/* For a query, "why" tells the rank of each passage, even if the query's bytes are not valid UTF-8. */
static void
test_query (Cli *cli, gconstpointer data)
{
  import_notes (cli);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (CliRun) run = cli_expect (cli, DONE, "why", "--json", "notes/bees.md", i == 0 ? "honey" : "\xff honey", NULL);
      g_autoptr (JsonObject) object = assert_one_object (run->out);
      JsonObject *first = json_array_get_object_element (assert_array (object, "list"), 0);

      assert_members (object, "path", "state", "reason", "passages", "documents", "list", "query", "rank", "passage",
                      "looked_at", NULL);
      g_assert_true (g_utf8_validate (run->out, -1, NULL));
      g_assert_cmpint (assert_int (object, "rank", 1, 10), ==, 1);
      assert_members (first, "passage", "rank", "path", "page", "opening", NULL);
      g_assert_cmpint (assert_int (first, "passage", 1, 100), ==, assert_int (object, "passage", 1, 100));
      g_assert_cmpint (assert_int_or_null (first, "page", 1, 1), ==, -1);
      assert_text (first, "opening");
    }
}

/* With --json one object is printed even if there is no library. */
static void
test_no_library (Cli *cli, gconstpointer data)
{
  g_autoptr (CliRun) there = NULL;
  g_autoptr (CliRun) missing = cli_expect (cli, PARTLY, "why", "--json", "notes/none.txt", "honey", NULL);
  g_autoptr (JsonObject) of_missing = assert_one_object (missing->out);
  g_autoptr (JsonObject) of_there = NULL;

  g_assert_cmpstr (assert_text (of_missing, "state"), ==, "missing");
  g_assert_cmpstr (assert_text (of_missing, "query"), ==, "honey");
  assert_complains (missing, PARTLY, "There is no library");
  write_notes (cli);
  there = cli_expect (cli, PARTLY, "why", "--json", "notes/bees.md", NULL);
  of_there = assert_one_object (there->out);
  g_assert_cmpstr (assert_text (of_there, "state"), ==, "outside");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  CLI_TEST ("/cli/why/states", test_states);
  CLI_TEST ("/cli/why/query", test_query);
  CLI_TEST ("/cli/why/no-library", test_no_library);

  return g_test_run ();
}
