/* test-cli-search.c: quarry-cli search and similar
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/integration/cli-harness.h"
#include "tests/integration/json-checks.h"
#include "tests/support/temporary-folder.h"

/* Each row of "words" is: a word of the passage, its share of the similarity, the word of the query, and the kind of
 * match. The shares and "rest" add up to the similarity. */
static void
check_words (JsonObject *hit)
{
  const char *text = assert_text (hit, "text");
  JsonArray *words = assert_array (hit, "words");
  double sum = assert_number (hit, "rest", -1, 1);

  for (guint i = 0; i < json_array_get_length (words); i++)
    {
      JsonArray *word = json_array_get_array_element (words, i);
      const char *kind = assert_text_element (word, 3);

      g_assert_cmpuint (json_array_get_length (word), ==, 4);
      g_assert_nonnull (strstr (text, assert_text_element (word, 0)));
      sum += assert_number_element (word, 1, -1, 1);
      g_assert_cmpint (strlen (assert_text_element (word, 2)), >, 0);
      g_assert_true (strcmp (kind, "literal") == 0 || strcmp (kind, "meaning") == 0);
    }
  g_assert_cmpfloat_with_epsilon (sum, assert_number (hit, "similarity", -1, 1), 1e-5);
}

static void
check_hit (Cli *cli, JsonObject *hit, guint rank, guint n_topics)
{
  g_autofree char *notes = g_build_filename (cli->folder, "notes", NULL);
  g_autofree char *folder = g_path_get_dirname (assert_text (hit, "path"));
  g_autofree char *name = g_path_get_basename (assert_text (hit, "path"));
  g_autofree char *shown = NULL;
  g_autofree char *sentence = NULL;
  JsonArray *bounds = assert_array (hit, "sentence");
  /* A hit that was listed because only filters were given has no best sentence. */
  gboolean is_listed = json_object_get_null_member (hit, "dense_rank") && json_object_get_null_member (hit, "lexical_rank");
  gint64 start, end;

  assert_members (hit,
                  "rank",
                  "unlikely",
                  "passage",
                  "path",
                  "title",
                  "heading",
                  "page",
                  "start",
                  "end",
                  "similarity",
                  "score",
                  "context",
                  "context_score",
                  "raised_by_likeness",
                  "dense_rank",
                  "lexical_rank",
                  "fused_rank",
                  "most_like",
                  "topic",
                  "duplicates",
                  "copies",
                  "text",
                  "sentence",
                  "words",
                  "rest",
                  NULL);
  g_assert_cmpint (assert_int (hit, "rank", 1, 1000), ==, rank);
  g_assert_true (json_node_get_value_type (json_object_get_member (hit, "unlikely")) == G_TYPE_BOOLEAN);
  assert_int (hit, "passage", 1, G_MAXINT64);
  g_assert_cmpstr (folder, ==, notes);
  g_assert_cmpint (strlen (assert_text (hit, "title")), >, 0);
  assert_texts (hit, "heading");
  assert_int_or_null (hit, "page", 1, 1);
  assert_number (hit, "similarity", -1, 1);
  assert_number (hit, "score", 0, 2);
  if (!json_object_get_null_member (hit, "context"))
    assert_number (hit, "context", -1, 1);
  assert_number (hit, "context_score", -1, 1);
  assert_int (hit, "raised_by_likeness", -1000, 1000);
  assert_int_or_null (hit, "dense_rank", 1, 1000);
  assert_int_or_null (hit, "lexical_rank", 1, 1000);
  assert_int_or_null (hit, "topic", 0, (gint64) n_topics - 1);
  g_assert_cmpint (assert_int (hit, "duplicates", 0, 10), ==, json_array_get_length (assert_array (hit, "copies")));

  /* The span is counted in characters, not bytes, of the document's text. */
  start = assert_int (hit, "start", 0, G_MAXINT32);
  end = assert_int (hit, "end", start + 1, G_MAXINT32);
  shown = characters (note_text (name), start, end);
  g_assert_cmpstr (assert_text (hit, "text"), ==, shown);
  g_assert_cmpuint (json_array_get_length (bounds), ==, 2);
  sentence = characters (note_text (name),
                         assert_int_element (bounds, 0, start, end),
                         assert_int_element (bounds, 1, is_listed ? start : start + 1, end));
  g_assert_nonnull (strstr (shown, sentence));
  check_words (hit);
}

/* Checks that @out is an answer as the contract describes it. Returns its number of hits. */
static guint
check_answer (Cli *cli, const char *out, const char *query)
{
  g_autoptr (JsonObject) answer = assert_one_object (out);
  JsonArray *hits, *topics;

  assert_members (answer, "query", "took_ms", "confidence", "corrections", "hint", "hits", "topics", NULL);
  if (query != NULL)
    g_assert_cmpstr (assert_text (answer, "query"), ==, query);
  assert_number (answer, "took_ms", 0, 60000);
  assert_number (answer, "confidence", 0, 1);
  hits = assert_array (answer, "hits");
  topics = assert_array (answer, "topics");
  for (guint i = 0; i < json_array_get_length (hits); i++)
    check_hit (cli, json_array_get_object_element (hits, i), i + 1, json_array_get_length (topics));
  for (guint i = 0; i < json_array_get_length (topics); i++)
    {
      JsonObject *topic = json_array_get_object_element (topics, i);

      assert_members (topic, "id", "label", "count", NULL);
      g_assert_cmpint (assert_int (topic, "id", 0, 100), ==, i);
      g_assert_cmpint (strlen (assert_text (topic, "label")), >, 0);
      assert_int (topic, "count", 1, 1000);
    }

  return json_array_get_length (hits);
}

/* The file name of the hit at @rank. */
static char *
hit_name (const char *out, guint rank)
{
  g_autoptr (JsonObject) answer = assert_one_object (out);
  JsonObject *hit = json_array_get_object_element (assert_array (answer, "hits"), rank - 1);

  return g_path_get_basename (assert_text (hit, "path"));
}

static void
test_schema (Cli *cli, gconstpointer data)
{
  g_autoptr (CliRun) run = NULL;
  g_autofree char *best = NULL;

  import_notes (cli);
  run = cli_expect (cli, DONE, "search", "--json", "honey", "from", "the", "comb", NULL);
  g_assert_cmpstr (run->err, ==, "");
  g_assert_cmpuint (check_answer (cli, run->out, "honey from the comb"), >=, 2);
  best = hit_name (run->out, 1);
  g_assert_cmpstr (best, ==, "bees.md");
}

/* Whatever the mode and the method of diversification, the output keeps the schema, and the document with the words is
 * found. */
static void
test_modes (Cli *cli, gconstpointer data)
{
  static const char *const options[]
      = { "--mode=hybrid", "--mode=dense", "--mode=lexical",   "--method=coverage",
          "--method=mmr",  "--method=dpp", "--method=mixture", "--method=none",
          "--diversity=0", "--diversity=1" };

  import_notes (cli);
  for (gsize i = 0; i < G_N_ELEMENTS (options); i++)
    {
      g_autoptr (CliRun) run
          = cli_expect (cli, DONE, "search", "--json", options[i], "glacier ice", NULL);
      g_autofree char *best = hit_name (run->out, 1);

      g_test_message ("%s", options[i]);
      check_answer (cli, run->out, "glacier ice");
      g_assert_cmpstr (best, ==, "glacier.html");
    }
}

/* A hit that only one index found has null as its rank in the other. */
static void
test_ranks (Cli *cli, gconstpointer data)
{
  import_notes (cli);
  for (guint dense = 0; dense < 2; dense++)
    {
      g_autoptr (CliRun) run = cli_expect (cli,
                                           DONE,
                                           "search",
                                           "--json",
                                           dense ? "--mode=dense" : "--mode=lexical",
                                           "harbour",
                                           NULL);
      g_autoptr (JsonObject) answer = assert_one_object (run->out);
      JsonObject *hit = json_array_get_object_element (assert_array (answer, "hits"), 0);

      assert_int (hit, dense ? "dense_rank" : "lexical_rank", 1, 10);
      g_assert_cmpint (
          assert_int_or_null (hit, dense ? "lexical_rank" : "dense_rank", 1, 10), ==, -1);
    }
}

/* The number of the passage of the hit at @rank, as it is given on the command line. */
static char *
hit_passage (const char *out, guint rank)
{
  g_autoptr (JsonObject) answer = assert_one_object (out);
  JsonObject *hit = json_array_get_object_element (assert_array (answer, "hits"), rank - 1);

  return g_strdup_printf ("%" G_GINT64_FORMAT, assert_int (hit, "passage", 1, G_MAXINT64));
}

/* A passage marked with --less is not among the hits any more; one marked with --more comes first. */
static void
test_marks (Cli *cli, gconstpointer data)
{
  g_autoptr (CliRun) plain = NULL, less = NULL, more = NULL, absent = NULL;
  g_autofree char *first = NULL, *last = NULL, *best = NULL;
  guint n, n_less;

  import_notes (cli);
  plain = cli_expect (cli, DONE, "search", "--json", "--diversity=0", "the", NULL);
  n = check_answer (cli, plain->out, "the");
  g_assert_cmpuint (n, >=, 3);
  first = hit_passage (plain->out, 1);
  less = cli_expect (cli, DONE, "search", "--json", "--diversity=0", "--less", first, "the", NULL);
  n_less = check_answer (cli, less->out, "the");
  g_assert_cmpuint (n_less, >=, 2);
  for (guint rank = 1; rank <= n_less; rank++)
    {
      g_autofree char *passage = hit_passage (less->out, rank);

      g_assert_cmpstr (passage, !=, first);
    }

  last = hit_passage (plain->out, n);
  more = cli_expect (cli, DONE, "search", "--json", "--diversity=0", "--more", last, "the", NULL);
  absent = cli_run (cli, "search", "--json", "--more", last, "--more", "99998", "--less", "99999", "the", NULL);
  g_assert_cmpint (absent->status, ==, PARTLY);
  g_assert_nonnull (strstr (absent->err, "99998"));
  g_assert_nonnull (strstr (absent->err, "99999"));
  g_assert_cmpuint (check_answer (cli, absent->out, "the"), >, 0);
  best = hit_passage (more->out, 1);
  g_assert_cmpstr (best, ==, last);
}

static void
test_limit (Cli *cli, gconstpointer data)
{
  import_notes (cli);
  for (guint limit = 1; limit <= 3; limit++)
    {
      g_autofree char *text = g_strdup_printf ("%u", limit);
      g_autoptr (CliRun) run = cli_expect (
          cli, DONE, "search", "--json", "--diversity=0", "--limit", text, "the", NULL);

      g_assert_cmpuint (check_answer (cli, run->out, "the"), ==, limit);
    }
}

/* The same query gets the same answer, apart from the time it took. */
static void
test_repeatable (Cli *cli, gconstpointer data)
{
  g_autofree char *first = NULL;

  import_notes (cli);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (CliRun) run = cli_expect (cli, DONE, "search", "--json", "ships and soup", NULL);
      g_autofree char *rest = g_strdup (strstr (run->out, "\"confidence\""));

      if (first != NULL)
        g_assert_cmpstr (rest, ==, first);
      else
        first = g_steal_pointer (&rest);
    }
}

static const struct
{
  const char *query;
  const char *best; /* NULL: nothing may be found; "": whatever is found is right */
} filters[] = {
  { "type:md honey", "bees.md" },
  { "type:pdf honey", NULL },
  { "type:md", "bees.md" },
  { "type:pdf", NULL },
  { "in:notes honey", "bees.md" },
  { "in:elsewhere honey", NULL },
  { "in:% honey", NULL },
  { "title:Glaciers ice", "glacier.html" },
  { "title:_laciers ice", NULL },
  { "\"onion soup\" butter", "soup.txt" },
  { "\"soup onion\" butter", NULL },
  { "honey -bees -honeybees -comb", "" },
  { "+valleys honey", "glacier.html" },
  { "valley AND honey", NULL },
  { "before:1971 honey", NULL },
  { "after:1971 honey", "bees.md" },
  { "after:9999-99-99 honey", "bees.md" },
  { "in:", "" },
  { "in:\"", "" },
  { "type:\"", "" },
  { "-", NULL },
  { "-honey", NULL },
};

static void
test_filters (Cli *cli, gconstpointer data)
{
  import_notes (cli);
  for (gsize i = 0; i < G_N_ELEMENTS (filters); i++)
    {
      const char *best = filters[i].best;
      g_autoptr (CliRun) run = cli_run (cli, "search", "--json", "--", filters[i].query, NULL);
      guint n = check_answer (cli, run->out, filters[i].query);

      g_test_message ("%s: %u", filters[i].query, n);
      g_assert_cmpint (run->status, ==, n > 0 ? DONE : PARTLY);
      g_assert_cmpstr (run->err, ==, "");
      if (best == NULL)
        g_assert_cmpuint (n, ==, 0);
      else if (*best != '\0')
        {
          g_autofree char *name = hit_name (run->out, 1);

          g_assert_cmpstr (name, ==, best);
        }
    }
}

/* The messages of a mailbox are of the day on which they were sent, not on which its file changed. */
static void
test_dates_of_messages (Cli *cli, gconstpointer data)
{
  static const struct
  {
    const char *query;
    const char *wanted; /* the words of the messages that are found */
  } queries[] = {
    { "hive after:2003-05 before:2003-06", "smoker" },
    { "hive after:2003-05-14 before:2003-05-15", "smoker" },
    { "hive before:2003-05-14", "queen" },
    { "hive after:2003-05-15", "" },
    { "before:2004", "queen smoker" },
  };
  g_autofree char *path = g_build_filename (cli->folder, "mail.mbox", NULL);
  g_autoptr (CliRun) added = NULL;

  g_assert_true (g_file_set_contents (path,
                                      "From ada@x.org Wed Mar  5 09:00:00 2003\n"
                                      "From: ada@x.org\nSubject: Hive\nDate: Wed, 5 Mar 2003 09:00:00 +0100\n\n"
                                      "The hive has a queen.\n\n"
                                      "From ben@x.org Wed May 14 09:00:00 2003\n"
                                      "From: ben@x.org\nSubject: Hive\nDate: Wed, 14 May 2003 23:59:00 +0100\n\n"
                                      "The hive needs a smoker.\n",
                                      -1, NULL));
  added = cli_run (cli, "import", path, NULL);
  g_assert_cmpint (added->status, ==, DONE);
  for (gsize i = 0; i < G_N_ELEMENTS (queries); i++)
    {
      g_autoptr (CliRun) run = cli_run (cli, "search", "--json", "--", queries[i].query, NULL);

      g_test_message ("%s: %s", queries[i].query, run->out);
      for (const char *const *word = (const char *const[]){ "queen", "smoker", NULL }; *word != NULL; word++)
        g_assert_cmpint (strstr (run->out, *word) != NULL, ==, strstr (queries[i].wanted, *word) != NULL);
    }
}

/* A document is found by what it states about itself, as long as it does. */
static void
test_stated (Cli *cli, gconstpointer data)
{
  static const char page[] = "<html><head><title>Cutting</title><meta name='keywords' content='travertine, tufa'>"
                             "<meta name='author' content='Grace Hopper'></head><body><p>Stone is cut with wire.</p>"
                             "</body></html>";
  static const char plain[] = "<html><head><title>Cutting</title></head><body><p>Stone is cut with wire.</p></body>"
                              "</html>";
  static const char *const queries[] = { "travertine", "tufa", "hopper" };
  g_autofree char *path = g_build_filename (cli->folder, "cutting.html", NULL);

  import_notes (cli);
  for (guint time = 0; time < 2; time++)
    {
      g_autoptr (CliRun) added = NULL;
      g_autoptr (CliRun) checked = NULL;

      g_assert_true (g_file_set_contents (path, time == 0 ? page : plain, -1, NULL));
      added = cli_run (cli, "import", path, NULL);
      g_assert_cmpint (added->status, ==, DONE);
      for (gsize i = 0; i < G_N_ELEMENTS (queries); i++)
        {
          g_autoptr (CliRun) run = cli_run (cli, "search", "--json", "--", queries[i], NULL);

          g_test_message ("%u %s: %s", time, queries[i], run->out);
          /* No other document has the words, and the page has no others in the end. */
          g_assert_cmpint (strstr (run->out, "\"lexical_rank\":1") != NULL, ==, time == 0);
        }
      checked = cli_run (cli, "check", NULL);
      g_assert_cmpint (checked->status, ==, DONE);
    }
}

/* A query of filters alone lists documents, with no similarity, since there is nothing to be similar to. */
static void
test_filters_alone (Cli *cli, gconstpointer data)
{
  g_autoptr (CliRun) listed = NULL;
  g_autoptr (CliRun) found = NULL;
  g_autoptr (CliRun) left_out = NULL;

  import_notes (cli);
  listed = cli_expect (cli, DONE, "search", "type:md", NULL);
  g_assert_nonnull (strstr (listed->out, "bees.md"));
  g_assert_null (strstr (listed->out, "▯"));
  g_assert_null (strstr (listed->out, "Nothing in the library"));
  g_assert_cmpstr (listed->err, ==, "");
  found = cli_expect (cli, DONE, "search", "type:md honey", NULL);
  g_assert_nonnull (strstr (found->out, "▯"));
  left_out = cli_run (cli, "search", "--", "-honey", NULL);
  g_assert_cmpint (left_out->status, ==, PARTLY);
  g_assert_nonnull (strstr (left_out->err, "only words to leave out"));
}

/* No query is taken for SQL or for the syntax of a full-text index, and none is too long. The first four hold a word
 * that must be found whatever stands around it. */
static const char *const odd_queries[] = {
  "honey\" OR NEAR( * : - ",
  "honey'); DROP TABLE documents; --",
  "honey AND NOT (",
  "^honey + \"",
  "\"",
  "\"\"\"",
  "((((",
  "{a b}: c",
  "b*",
  "*",
  "NEAR(a b, 2)",
  "%",
  "_",
  "\\",
  "?1",
  "a\x01\x1b[31m\x7f\x1f",
  "honey\nhive\r\n\t",
  "h\xf8ney \xff\xfe hive",
  "the of and to",
  "пчёлы улей",
  "蜜蜂",
  "نحل",
  "\xe2\x80\xae😀",
  "\xe2\x80\x8b",
  "e\xcc\x81\xcc\x81\xcc\x81\xcc\x81",
  "1e999",
  "--",
  "type:md",
};

static void
test_odd_queries (Cli *cli, gconstpointer data)
{
  g_autoptr (CliRun) check = NULL;

  import_notes (cli);
  for (gsize i = 0; i < G_N_ELEMENTS (odd_queries); i++)
    {
      g_autofree char *valid = g_utf8_make_valid (odd_queries[i], -1);
      g_autoptr (CliRun) run = cli_run (cli, "search", "--json", "--", odd_queries[i], NULL);
      guint n;

      g_test_message ("%s: %d", valid, run->status);
      n = check_answer (cli, run->out, g_strstrip (valid));
      g_assert_cmpint (run->status, ==, n > 0 ? DONE : PARTLY);
      g_assert_cmpstr (run->err, ==, "");
      if (i < 4)
        {
          g_autofree char *best = hit_name (run->out, 1);

          g_assert_cmpstr (best, ==, "bees.md");
        }
    }
  check = cli_expect (cli, DONE, "check", NULL);
}

static void
test_long_queries (Cli *cli, gconstpointer data)
{
  static const char *const parts[] = { "a", "honey ", "\"", "-x ", "in:a ", "(", "e\xcc\x81" };

  import_notes (cli);
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autoptr (GString) query = g_string_new (NULL);
      g_autoptr (CliRun) run = NULL;

      while (query->len < 100000)
        g_string_append (query, parts[i]);
      run = cli_run (cli, "search", "--json", "--", query->str, NULL);
      g_test_message ("%s", parts[i]);
      g_assert_cmpint (run->status,
                       ==,
                       check_answer (cli, run->out, g_strstrip (query->str)) > 0 ? DONE : PARTLY);
      g_assert_cmpstr (run->err, ==, "");
    }
}

static void
test_for_people (Cli *cli, gconstpointer data)
{
  g_autoptr (CliRun) found = NULL;
  g_autoptr (CliRun) nothing = NULL;

  import_notes (cli);
  found = cli_expect (cli, DONE, "search", "--limit=1", "onion soup", NULL);
  g_assert_nonnull (strstr (found->out, "soup.txt"));
  g_assert_nonnull (strstr (found->out, "[passage "));
  g_assert_null (strchr (found->out, '\033'));
  g_assert_cmpstr (found->err, ==, "");
  nothing = cli_expect (cli, PARTLY, "search", "type:pdf soup", NULL);
  g_assert_cmpstr (nothing->out, ==, "Nothing was found.\n");
}

/* What a search prints where stdout is a terminal. (transfer full) */
static char *
search_on_terminal (Cli *cli, const char *query, gboolean no_color)
{
  const char *arguments[] = { "--library", cli->library, "search", "--limit=1", query, NULL };
  int terminal = posix_openpt (O_RDWR | O_NOCTTY | O_CLOEXEC);
  g_autoptr (GSubprocessLauncher) launcher = cli_launcher (cli, G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GSubprocess) process = NULL;
  GString *shown = g_string_new (NULL);
  char name[64], bytes[4096];
  ssize_t n;

  g_assert_cmpint (terminal, >=, 0);
  g_assert_true (grantpt (terminal) == 0 && unlockpt (terminal) == 0 && ptsname_r (terminal, name, sizeof name) == 0);
  g_subprocess_launcher_setenv (launcher, "TERM", "xterm", TRUE);
  g_subprocess_launcher_unsetenv (launcher, "NO_COLOR");
  if (no_color)
    g_subprocess_launcher_setenv (launcher, "NO_COLOR", "1", TRUE);
  g_subprocess_launcher_take_stdout_fd (launcher, open (name, O_RDWR | O_NOCTTY | O_CLOEXEC));
  process = cli_start (launcher, arguments);
  /* Once the launcher's descriptor is closed, the program holds the only one left, so that reading ends when the
   * program does. */
  g_clear_object (&launcher);
  while ((n = read (terminal, bytes, sizeof bytes)) > 0 || (n < 0 && errno == EINTR))
    g_string_append_len (shown, bytes, MAX (n, 0));
  close (terminal);
  g_assert_true (g_subprocess_wait_check (process, NULL, NULL));
  return g_string_free (shown, FALSE);
}

/* Words that match literally are bold, those that match by meaning are underlined, and nothing else is marked. */
static void
test_terminal (Cli *cli, gconstpointer data)
{
  g_autofree char *shown = NULL;
  g_autofree char *plain = NULL;

  import_notes (cli);
  shown = search_on_terminal (cli, "onions soup", FALSE);
  g_test_message ("%s", shown);
  g_assert_nonnull (strstr (shown, "\033[1monions\033[0m"));
  g_assert_null (strstr (shown, "\033[1mthe"));
  plain = search_on_terminal (cli, "onions soup", TRUE);
  g_assert_nonnull (strstr (plain, "soup.txt"));
  g_assert_null (strchr (plain, '\033'));
}

static void
test_similar (Cli *cli, gconstpointer data)
{
  g_autoptr (CliRun) search = NULL;
  g_autoptr (JsonObject) answer = NULL;
  g_autoptr (CliRun) similar = NULL;
  g_autoptr (CliRun) of_file = NULL;
  g_autoptr (CliRun) elsewhere = NULL;
  g_autofree char *path = NULL;
  g_autofree char *best_of_file = NULL;
  g_autoptr (CliRun) absent = NULL;
  g_autofree char *id = NULL;
  g_autofree char *best = NULL;

  import_notes (cli);
  search = cli_expect (cli,
                       DONE,
                       "search",
                       "--json",
                       "--limit=1",
                       "in:notes type:txt title:soup onion butter",
                       NULL);
  answer = assert_one_object (search->out);
  id = g_strdup_printf (
      "%" G_GINT64_FORMAT,
      assert_int (
          json_array_get_object_element (assert_array (answer, "hits"), 0), "passage", 1, 100));

  /* Half of "both.txt" says the same as the passage. */
  similar = cli_expect (cli, DONE, "similar", "--json", "--limit=2", id, NULL);
  g_assert_cmpuint (check_answer (cli, similar->out, NULL), ==, 2);
  best = hit_name (similar->out, 1);
  g_assert_cmpstr (best, ==, "both.txt");

  absent = cli_run (cli, "similar", "--json", "99999", NULL);
  assert_complains (absent, PARTLY, "99999");
  g_assert_cmpuint (check_answer (cli, absent->out, NULL), ==, 0);

  /* The same document is the most similar to the file as a whole; the file itself is not among the hits. */
  path = g_strdup (assert_text (
      json_array_get_object_element (assert_array (answer, "hits"), 0), "path"));
  of_file = cli_expect (cli, DONE, "similar", "--json", "--limit=2", path, NULL);
  g_assert_cmpuint (check_answer (cli, of_file->out, path), ==, 2);
  best_of_file = hit_name (of_file->out, 1);
  g_assert_cmpstr (best_of_file, ==, "both.txt");
  elsewhere = cli_run (cli, "similar", "--json", "notes/nowhere.txt", NULL);
  assert_complains (elsewhere, PARTLY, "nowhere.txt");
  g_assert_cmpuint (check_answer (cli, elsewhere->out, NULL), ==, 0);
}

static void
assert_suggested (CliRun *run, const char *prefix, const char *first)
{
  g_autoptr (JsonObject) answer = assert_one_object (run->out);
  JsonArray *words = assert_array (answer, "words");

  g_assert_cmpstr (assert_text (answer, "prefix"), ==, prefix);
  g_assert_cmpint (run->status, ==, first != NULL ? DONE : PARTLY);
  if (first != NULL)
    g_assert_cmpstr (assert_text_element (words, 0), ==, first);
  else
    g_assert_cmpuint (json_array_get_length (words), ==, 0);
}

static void
test_suggest (Cli *cli, gconstpointer data)
{
  g_autoptr (CliRun) none = cli_run (cli, "suggest", "--json", "hon", NULL);
  g_autoptr (CliRun) begun = NULL;
  g_autoptr (CliRun) misspelt = NULL;
  g_autoptr (CliRun) unknown = NULL;
  g_autoptr (CliRun) plain = NULL;

  assert_suggested (none, "hon", NULL);
  import_notes (cli);
  begun = cli_run (cli, "suggest", "--json", "butt", NULL);
  assert_suggested (begun, "butt", "butter");
  misspelt = cli_run (cli, "suggest", "--json", "buttre", NULL);
  assert_suggested (misspelt, "buttre", "butter");
  unknown = cli_run (cli, "suggest", "--json", "zzzz", NULL);
  assert_suggested (unknown, "zzzz", NULL);
  plain = cli_expect (cli, DONE, "suggest", "--limit=1", "butt", NULL);
  g_assert_cmpstr (plain->out, ==, "butter\n");
}

/* A text that is in several files is one hit, which names the other files too. */
static void
test_copies (Cli *cli, gconstpointer data)
{
  static const char text[] = "The ropewalk at the harbour twisted hemp into cables for the fleet.\n";
  g_autoptr (CliRun) import = NULL, json = NULL, plain = NULL;
  g_autoptr (JsonObject) answer = NULL;
  JsonObject *hit, *copy;
  const char *place;

  for (guint i = 0; i < 6; i++)
    {
      g_autofree char *folder = g_strdup_printf ("%s/ropes/%c", cli->folder, 'a' + i);

      g_free (write_file (folder, "ropes.md", text, -1));
    }
  import = cli_expect (cli, DONE, "import", "ropes", NULL);
  json = cli_expect (cli, DONE, "search", "--json", "ropewalk hemp", NULL);
  answer = assert_one_object (json->out);
  g_assert_cmpuint (json_array_get_length (assert_array (answer, "hits")), ==, 1);
  hit = json_array_get_object_element (assert_array (answer, "hits"), 0);
  g_assert_cmpint (assert_int (hit, "duplicates", 0, 10), ==, 5);
  copy = json_array_get_object_element (assert_array (hit, "copies"), 0);
  assert_members (copy, "passage", "path", "title", "heading", "page", "start", "end", NULL);
  g_assert_cmpint (assert_int (copy, "passage", 1, G_MAXINT64), !=, assert_int (hit, "passage", 1, G_MAXINT64));
  g_assert_cmpstr (assert_text (copy, "path"), !=, assert_text (hit, "path"));
  g_assert_true (g_str_has_suffix (assert_text (copy, "path"), "/ropes.md"));

  /* If there are many copies, only a few are named. */
  plain = cli_expect (cli, DONE, "search", "ropewalk hemp", NULL);
  place = strstr (plain->out, "    also in: ");
  g_assert_nonnull (place);
  g_assert_nonnull (strstr (place, assert_text (copy, "path")));
  g_assert_nonnull (strstr (place, " and 2 more\n"));
}

static void
test_no_library (Cli *cli, gconstpointer data)
{
  g_autoptr (CliRun) search = cli_run (cli, "search", "--json", "honey", NULL);
  g_autoptr (CliRun) similar = cli_run (cli, "similar", "--json", "1", NULL);

  assert_complains (search, PARTLY, "library");
  g_assert_cmpuint (check_answer (cli, search->out, "honey"), ==, 0);
  assert_complains (similar, PARTLY, "library");
  g_assert_cmpuint (check_answer (cli, similar->out, NULL), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  CLI_TEST ("/cli/search/schema", test_schema);
  CLI_TEST ("/cli/search/modes", test_modes);
  CLI_TEST ("/cli/search/ranks", test_ranks);
  CLI_TEST ("/cli/search/marks", test_marks);
  CLI_TEST ("/cli/search/limit", test_limit);
  CLI_TEST ("/cli/search/repeatable", test_repeatable);
  CLI_TEST ("/cli/search/filters", test_filters);
  CLI_TEST ("/cli/search/dates-of-messages", test_dates_of_messages);
  CLI_TEST ("/cli/search/stated", test_stated);
  CLI_TEST ("/cli/search/filters-alone", test_filters_alone);
  CLI_TEST ("/cli/search/odd-queries", test_odd_queries);
  CLI_TEST ("/cli/search/long-queries", test_long_queries);
  CLI_TEST ("/cli/search/for-people", test_for_people);
  CLI_TEST ("/cli/search/terminal", test_terminal);
  CLI_TEST ("/cli/search/similar", test_similar);
  CLI_TEST ("/cli/search/suggest", test_suggest);
  CLI_TEST ("/cli/search/copies", test_copies);
  CLI_TEST ("/cli/search/no-library", test_no_library);

  return g_test_run ();
}
