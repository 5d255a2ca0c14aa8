/* test-cli-segment.c: quarry-cli segment
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "tests/integration/cli-harness.h"
#include "tests/integration/json-checks.h"
#include "tests/support/temporary-folder.h"

/* Checks what "segment --json" printed of a text. Returns the number of segments. */
static guint
check_segments (const char *out, const char *path, const char *text)
{
  g_autoptr (JsonObject) answer = assert_one_object (out);
  gint64 n_characters = g_utf8_strlen (text, -1);
  JsonArray *segments, *depths;
  gint64 at = 0;

  assert_members (answer, "path", "characters", "segments", "depths", NULL);
  g_assert_cmpstr (assert_text (answer, "path"), ==, path);
  assert_int (answer, "characters", n_characters, n_characters);

  /* The segments cover the whole text, without gap or overlap. */
  segments = assert_array (answer, "segments");
  for (guint i = 0; i < json_array_get_length (segments); i++)
    {
      JsonObject *segment = json_array_get_object_element (segments, i);

      assert_members (segment, "start", "end", "heading", "page", "cohesion", NULL);
      assert_int (segment, "start", at, at);
      at = assert_int (segment, "end", at + 1, n_characters);
      assert_texts (segment, "heading");
      assert_int_or_null (segment, "page", 1, 1);
      assert_number (segment, "cohesion", -1, 1);
    }
  g_assert_cmpint (at, ==, n_characters);

  depths = assert_array (answer, "depths");
  for (guint i = 0; i < json_array_get_length (depths); i++)
    assert_number_element (depths, i, 0, 4);

  return json_array_get_length (segments);
}

static void
test_schema (Cli *cli, gconstpointer data)
{
  static const char *const names[]
      = { "harbour.txt", "soup.txt", "both.txt", "bees.md", "glacier.html" };

  write_notes (cli);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename ("notes", names[i], NULL);
      g_autoptr (CliRun) run = cli_expect (cli, DONE, "segment", "--json", path, NULL);

      g_test_message ("%s", path);
      check_segments (run->out, path, note_text (names[i]));
      g_assert_cmpstr (run->err, ==, "");
    }
  g_assert_false (g_file_test (cli->library, G_FILE_TEST_EXISTS));
}

/* There is a boundary where the text about the harbour ends and the one about soup begins. */
static void
test_boundary (Cli *cli, gconstpointer data)
{
  g_autoptr (CliRun) run = NULL;
  g_autoptr (JsonObject) answer = NULL;
  JsonArray *segments;
  gint64 boundary = g_utf8_strlen (note_text ("harbour.txt"), -1);
  gboolean found = FALSE;

  write_notes (cli);
  run = cli_expect (cli, DONE, "segment", "--json", "--granularity=1", "notes/both.txt", NULL);
  answer = assert_one_object (run->out);
  segments = assert_array (answer, "segments");
  for (guint i = 0; i < json_array_get_length (segments); i++)
    {
      gint64 start
          = assert_int (json_array_get_object_element (segments, i), "start", 0, G_MAXINT32);

      /* The blank line between the two may belong to either segment. */
      found = found || (start >= boundary && start <= boundary + 2);
    }
  g_assert_true (found);
}

/* A finer granularity never gives fewer segments. */
static void
test_granularity (Cli *cli, gconstpointer data)
{
  static const char *const granularities[] = { "0", "0.25", "0.5", "0.75", "1" };
  guint last = 1;

  write_notes (cli);
  for (gsize i = 0; i < G_N_ELEMENTS (granularities); i++)
    {
      g_autoptr (CliRun) run = cli_expect (cli,
                                           DONE,
                                           "segment",
                                           "--json",
                                           "--granularity",
                                           granularities[i],
                                           "notes/both.txt",
                                           NULL);
      guint n = check_segments (run->out, "notes/both.txt", note_text ("both.txt"));

      g_assert_cmpuint (n, >=, last);
      last = n;
    }
}

static void
test_headings (Cli *cli, gconstpointer data)
{
  g_autoptr (CliRun) run = NULL;
  g_autoptr (JsonObject) answer = NULL;
  JsonArray *segments, *heading;
  JsonObject *last;

  write_notes (cli);
  run = cli_expect (cli, DONE, "segment", "--json", "--granularity=1", "notes/bees.md", NULL);
  answer = assert_one_object (run->out);
  segments = assert_array (answer, "segments");
  last = json_array_get_object_element (segments, json_array_get_length (segments) - 1);
  heading = assert_texts (last, "heading");
  g_assert_cmpstr (assert_text_element (heading, 0), ==, "Keeping bees");
  g_assert_cmpstr (assert_text_element (heading, 1), ==, "Honey");
}

/* A text that is cut in several stretches is still covered, and has a depth for each gap between two sentences. */
static void
test_long (Cli *cli, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (CliRun) run = NULL;
  g_autoptr (JsonObject) answer = NULL;
  const guint n = 30000;

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%sParagraph number %u of a long text, as it is.", i > 0 ? "\n\n" : "", i);
  g_free (write_file (cli->folder, "long.txt", text->str, (gssize) text->len));
  run = cli_expect (cli, DONE, "segment", "--json", "long.txt", NULL);
  check_segments (run->out, "long.txt", text->str);
  answer = assert_one_object (run->out);
  g_assert_cmpuint (json_array_get_length (assert_array (answer, "depths")), ==, n - 1);
}

static void
test_for_people (Cli *cli, gconstpointer data)
{
  g_autoptr (CliRun) run = NULL;

  g_free (write_file (
      cli->folder,
      "escape.txt",
      "This is a letter of some length, so that nobody takes it for anything but text, and yet a "
      "\x1b]0;title\x07 stands in the text.",
      -1));
  run = cli_expect (cli, DONE, "segment", "escape.txt", NULL);
  g_assert_nonnull (strstr (run->out, "in the text."));
  g_assert_null (strchr (run->out, '\033'));
}

static void
test_refused (Cli *cli, gconstpointer data)
{
  static const char *const cases[][2] = {
    { "missing.txt", "no such file" },
    { "notes", "folder" },
    { "notes/soup.txt/x", "no such file" },
    { "empty.txt", "empty" },
    { "/dev/null", "device" },
    { "broken.docx", "damaged" },
  };

  write_notes (cli);
  g_free (write_file (cli->folder, "empty.txt", "", 0));
  g_free (write_file (cli->folder, "broken.docx", "PK\3\4broken", -1));
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (CliRun) run = cli_run (cli, "segment", "--json", cases[i][0], NULL);
      g_autoptr (CliRun) plain = cli_run (cli, "segment", cases[i][0], NULL);
      g_autoptr (JsonObject) answer = assert_one_object (run->out);

      assert_complains (run, PARTLY, cases[i][0]);
      assert_complains (run, PARTLY, cases[i][1]);
      assert_members (answer, "path", "reason", NULL);
      g_assert_cmpstr (assert_text (answer, "path"), ==, cases[i][0]);
      g_assert_nonnull (strstr (run->err, assert_text (answer, "reason")));
      g_assert_cmpstr (plain->out, ==, "");
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  CLI_TEST ("/cli/segment/schema", test_schema);
  CLI_TEST ("/cli/segment/boundary", test_boundary);
  CLI_TEST ("/cli/segment/granularity", test_granularity);
  CLI_TEST ("/cli/segment/headings", test_headings);
  CLI_TEST ("/cli/segment/long", test_long);
  CLI_TEST ("/cli/segment/for-people", test_for_people);
  CLI_TEST ("/cli/segment/refused", test_refused);

  return g_test_run ();
}
