/* test-library-filters.c: queries with filters, required and excluded words
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "library-helpers.h"

#include <glib/gstdio.h>
#include <string.h>
#include <utime.h>

/* Every hit holds what is required and nothing that is excluded, in a search by words and by vectors. */
static void
test_required (LibraryFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *query;
    gboolean typing;
    const char *held, *left_out; /* letters of the text or of its path; NULL: any */
    guint n;
  } cases[] = {
    { "sail harbour", FALSE, NULL, NULL, 5 },
    { "+sail harbour", FALSE, "sail", NULL, 3 },
    { "sail AND harbour", FALSE, "harbour", NULL, 2 },
    { "+sail +harbour", FALSE, "sail", NULL, 2 },
    { "boats +sai", TRUE, "sail", NULL, 3 },
    { "+schooner harbour", FALSE, "schooner", NULL, 1 },
    { "+zebra harbour", FALSE, NULL, NULL, 0 },
    { "harbour -sail", FALSE, NULL, "sail", 2 },
    { "+\"a harbour\" sail", FALSE, "a harbour", NULL, 1 },
  };
  static const QuarrySearchMode modes[] = { QUARRY_SEARCH_HYBRID, QUARRY_SEARCH_DENSE, QUARRY_SEARCH_LEXICAL };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);

  add_text (library, "/a/one.txt", "The sails of boats are mended in winter.");
  add_text (library, "/a/two.txt", "Boats sailed out of the harbour at dawn.");
  add_text (library, "/a/three.txt", "In a harbour nobody sails, and boats lie still.");
  add_text (library, "/a/four.txt", "The harbour of the town has boats and a lighthouse.");
  add_text (library, "/a/schooner.txt", "A quay of the harbour, with boats on both sides.");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (gsize m = 0; m < G_N_ELEMENTS (modes); m++)
      {
        QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
        g_autoptr (GError) error = NULL;
        g_autoptr (QuarryAnswer) answer = NULL;
        GListModel *hits;

        g_test_message ("%s", cases[i].query);
        options.mode = modes[m];
        options.typing = cases[i].typing;
        answer = quarry_library_search (library, cases[i].query, &options, NULL, &error);
        g_assert_no_error (error);
        hits = quarry_answer_get_hits (answer);
        g_assert_cmpuint (g_list_model_get_n_items (hits), ==, cases[i].n);
        for (guint h = 0; h < cases[i].n; h++)
          {
            g_autoptr (QuarryHit) hit = g_list_model_get_item (hits, h);
            g_autofree char *all = g_strconcat (quarry_hit_get_path (hit), " ", quarry_hit_get_text (hit), NULL);

            g_assert_true (cases[i].held == NULL || strstr (all, cases[i].held) != NULL);
            g_assert_true (cases[i].left_out == NULL || strstr (all, cases[i].left_out) == NULL);
          }
        g_assert_cmpint (quarry_answer_get_hint (answer) != NULL, ==, cases[i].n == 0);
      }
}

/* A library without documents reports that for every query; one with documents does not. */
static void
test_no_documents (LibraryFixture *fixture, gconstpointer data)
{
  static const char *const queries[] = { "harbour", "\"the harbour\"", "+harbour boats", "type:pdf", "type:pdf harbour" };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);

  for (guint round = 0; round < 2; round++)
    {
      for (gsize i = 0; i < G_N_ELEMENTS (queries); i++)
        {
          g_autoptr (QuarryAnswer) answer = quarry_library_search (library, queries[i], NULL, NULL, NULL);
          const char *hint = quarry_answer_get_hint (answer);

          g_test_message ("%s: %s", queries[i], hint);
          g_assert_cmpint (hint != NULL && strstr (hint, "no documents") != NULL, ==, round == 0);
        }
      add_text (library, "/a/one.txt", "A lighthouse stands on the rock.");
    }
}

static void
test_odd_queries (LibraryFixture *fixture, gconstpointer data)
{
  static const char *const odd[] = {
    "", " ", "\" OR NEAR( * : - ", "'); DROP TABLE document; --", "\u202e\U0001f600", "the of and", "\xff",
    "-queen", "\"\"", "*", "a*", "type:pdf", "NOT", "queen AND", "{queen}",
  };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *long_query = g_strnfill (20000, 'a');

  import_sources (fixture, library);
  for (gsize i = 0; i <= G_N_ELEMENTS (odd); i++)
    for (QuarrySearchMode mode = QUARRY_SEARCH_HYBRID; mode <= QUARRY_SEARCH_LEXICAL; mode++)
      for (gboolean typing = FALSE; typing <= TRUE; typing++)
        {
          QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
          g_autoptr (GError) error = NULL;
          g_autoptr (QuarryAnswer) answer = NULL;

          options.mode = mode;
          options.typing = typing;
          answer = quarry_library_search (library, i < G_N_ELEMENTS (odd) ? odd[i] : long_query, &options,
                                          NULL, &error);
          g_assert_no_error (error);
          g_assert_cmpfloat (quarry_answer_get_confidence (answer), >=, 0);
          g_assert_cmpfloat (quarry_answer_get_confidence (answer), <=, 1);
        }
  assert_best (library, "queen", "bees");
  assert_sound (library);
}

/* What was not understood is reported once, and not for what may still be typed. */
static void
test_hint (LibraryFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *query;
    gboolean said, said_typing, found;
  } cases[] = {
    { "queen bee", FALSE, FALSE, TRUE },    { "type: queen", TRUE, TRUE, TRUE },
    { "queen type:", TRUE, FALSE, TRUE },   { "queen after:20x", TRUE, FALSE, TRUE },
    { "\"queen bee", TRUE, FALSE, TRUE },   { "type:md", FALSE, FALSE, TRUE },
    { "-queen", TRUE, TRUE, FALSE },
  };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);

  import_sources (fixture, library);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (gboolean typing = FALSE; typing <= TRUE; typing++)
      {
        QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
        g_autoptr (GError) error = NULL;
        g_autoptr (QuarryAnswer) answer = NULL;

        options.typing = typing;
        answer = quarry_library_search (library, cases[i].query, &options, NULL, &error);
        g_assert_no_error (error);
        g_test_message ("%s", cases[i].query);
        g_assert_cmpint (quarry_answer_get_hint (answer) != NULL, ==,
                         typing ? cases[i].said_typing : cases[i].said);
        g_assert_cmpint (g_list_model_get_n_items (quarry_answer_get_hits (answer)) > 0, ==, cases[i].found);
      }
}

/* The file names of the hits in order, without their extensions. (transfer full) */
static char *
list_names (QuarryLibrary *library, const char *query, const QuarrySearchOptions *options)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryAnswer) answer = quarry_library_search (library, query, options, NULL, &error);
  GListModel *hits = quarry_answer_get_hits (answer);
  GString *names = g_string_new (NULL);

  g_assert_no_error (error);
  g_assert_null (quarry_answer_get_hint (answer));
  g_assert_cmpfloat (quarry_answer_get_confidence (answer), ==, g_list_model_get_n_items (hits) > 0);
  g_assert_cmpuint (g_list_model_get_n_items (quarry_answer_get_topics (answer)), ==, 0);
  g_assert_cmpuint (g_list_model_get_n_items (quarry_answer_get_candidates (answer)), ==, 0);
  for (guint i = 0; i < g_list_model_get_n_items (hits); i++)
    {
      g_autoptr (QuarryHit) hit = g_list_model_get_item (hits, i);
      g_autofree char *name = g_path_get_basename (quarry_hit_get_path (hit));
      guint n_words;

      g_assert_true (quarry_hit_is_listed (hit));
      g_assert_cmpuint (quarry_hit_get_rank (hit), ==, i + 1);
      quarry_hit_get_words (hit, &n_words);
      g_assert_cmpuint (n_words, ==, 0);
      g_assert_cmpuint (quarry_hit_get_bytes (hit).start, ==, 0);
      *strchrnul (name, '.') = '\0';
      g_string_append_printf (names, "%s%s", i > 0 ? " " : "", name);
    }
  return g_string_free (names, FALSE);
}

static void
assert_lists (QuarryLibrary *library, const char *query, const QuarrySearchOptions *options, const char *expected)
{
  g_autofree char *names = list_names (library, query, options);

  g_assert_cmpstr (names, ==, expected);
}

/* A query of filters alone lists the documents that match, newest file first. */
static void
test_filters_alone (LibraryFixture *fixture, gconstpointer data)
{
  static const char *const newest_last[] = { "ships.md", "bread.md", "bees.md" };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;

  for (gsize i = 0; i < G_N_ELEMENTS (newest_last); i++)
    {
      g_autofree char *path = g_build_filename (fixture->sources, newest_last[i], NULL);
      struct utimbuf times = { 0, 1000000000 + (time_t) i * 1000 };

      g_assert_cmpint (g_utime (path, &times), ==, 0);
    }
  import_sources (fixture, library);
  options.map = TRUE;
  assert_lists (library, "type:md", &options, "bees bread ships");
  assert_lists (library, "type:pdf", NULL, "");
  assert_lists (library, "title:bread", NULL, "bread");
  assert_lists (library, "type:md -queen", NULL, "bread ships");
  options.limit = 2;
  options.typing = TRUE;
  assert_lists (library, "type:md", &options, "bees bread");
  assert_best (library, "type:md queen", "bees");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  LIBRARY_TEST ("required", test_required);
  LIBRARY_TEST ("no-documents", test_no_documents);
  LIBRARY_TEST ("odd-queries", test_odd_queries);
  LIBRARY_TEST ("hint", test_hint);
  LIBRARY_TEST ("filters-alone", test_filters_alone);

  return g_test_run ();
}
