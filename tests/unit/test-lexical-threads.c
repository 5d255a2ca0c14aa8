/* test-lexical-threads.c: searches beside changes, and stems on several threads
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/lexical/quarry-lexical-private.h"
#include "tests/support/temporary-folder.h"
#include "tests/unit/lexical-helpers.h"

#include <glib/gstdio.h>
#include <libstemmer.h>
#include <string.h>

typedef struct
{
  QuarryLexicalIndex *index;
  int stop;
} Shared;

static gpointer
search_much (gpointer user_data)
{
  Shared *shared = user_data;
  Fixture fixture = { shared->index };

  while (!g_atomic_int_get (&shared->stop))
    {
      QuarryLexicalQuery queries[] = {
        { .text = "granite slate" },
        { .text = "numb", .last_is_prefix = TRUE },
        { .text = "granitte" },
        { .phrases = STRINGS ("granite slate"), .excluded = STRINGS ("number7") },
      };

      for (guint i = 0; i < G_N_ELEMENTS (queries); i++)
        {
          g_autoptr (GArray) matches = search_full (&fixture, &queries[i], 20);

          /* Passages that are always there are always found. */
          g_assert_cmpuint (matches->len, >, 0);
        }
    }
  return NULL;
}

/* Searches run beside adding, removing, sealing, merging and saving. */
static void
test_threads (Fixture *fixture, gconstpointer data)
{
  char *folder = temporary_folder_new ();
  g_autofree char *file = g_build_filename (folder, "words.index", NULL);
  Shared shared = { fixture->index, FALSE };
  g_autoptr (GError) error = NULL;
  GThread *threads[3];

  add (fixture, 0, "granite slate numbers");
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("search", search_much, &shared);
  for (guint round = 1; round <= 30; round++)
    {
      for (guint i = 0; i < 20; i++)
        {
          g_autofree char *text = g_strdup_printf ("granite slate number%u", i);

          add (fixture, round * 100 + i, text);
          if (i % 3 == 0)
            quarry_lexical_index_remove (fixture->index, round * 100 + i, NULL, NULL, text);
        }
      if (round > 10)
        quarry_lexical_index_remove (fixture->index, (round - 10) * 100 + 1, NULL, NULL, NULL);
      g_assert_true (quarry_lexical_index_save (fixture->index, file, "mark", &error));
    }
  g_atomic_int_set (&shared.stop, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
  /* Settling has merged thirty segments into fewer, which have to be written once. */
  if (quarry_lexical_index_settle (fixture->index))
    g_assert_true (quarry_lexical_index_save (fixture->index, file, "mark", &error));
  g_assert_false (quarry_lexical_index_settle (fixture->index));
  for (guint i = 0; i < 200; i++)
    {
      add (fixture, 10000 + i, "gneiss");
      g_assert_true (quarry_lexical_index_save (fixture->index, file, "mark", &error));
    }
  quarry_lexical_index_settle (fixture->index);
  for (guint i = 0; i < 200; i++)
    quarry_lexical_index_remove (fixture->index, 10000 + i, NULL, NULL, "gneiss");
  g_assert_true (quarry_lexical_index_settle (fixture->index));
  g_assert_cmpuint (quarry_lexical_index_get_count (fixture->index), ==, 1 + 30 * 13 - 20);
  assert_sound (fixture);
  g_assert_cmpint (g_remove (file), ==, 0);
  temporary_folder_free_empty (folder);
}

static gpointer
search_opened (gpointer index)
{
  Fixture fixture = { index };

  assert_found (&fixture, "0", .text = "slate");
  g_assert_false (quarry_lexical_index_is_damaged (index));
  return NULL;
}

/* An index that has just been opened is searched by several threads, which verify the same blocks, and saved meanwhile. */
static void
test_opened (Fixture *fixture, gconstpointer data)
{
  char *folder = temporary_folder_new ();
  g_autofree char *file = g_build_filename (folder, "words.index", NULL);
  g_autoptr (GError) error = NULL;

  add (fixture, 0, "granite slate");
  for (guint i = 1; i < 3000; i++)
    add (fixture, i, "granite");
  g_assert_true (quarry_lexical_index_save (fixture->index, file, "mark", &error));
  for (guint round = 0; round < 20; round++)
    {
      GThread *threads[3];

      quarry_lexical_index_unref (fixture->index);
      fixture->index = quarry_lexical_index_open_at_once (file, 0, &error);
      g_assert_no_error (error);
      for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
        threads[i] = g_thread_new ("search", search_opened, fixture->index);
      if (round % 2 == 0)
        {
          add (fixture, 3000 + round, "basalt");
          g_assert_true (quarry_lexical_index_save (fixture->index, file, "mark", &error));
        }
      for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
        g_thread_join (threads[i]);
    }
  assert_sound (fixture);
  g_assert_cmpint (g_remove (file), ==, 0);
  temporary_folder_free_empty (folder);
}

static void
assert_stem (const char *word, const char *wanted)
{
  char stem[100];

  /* The second result may come from the cache. */
  for (guint i = 0; i < 2; i++)
    {
      quarry_lexical_stem (word, strlen (word), stem, sizeof stem);
      g_assert_cmpstr (stem, ==, wanted);
    }
}

static void
test_stems (void)
{
  g_autofree char *long_word = g_strnfill (5000, 'e');
  char stem[300];

  assert_stem ("running", "run");
  assert_stem ("runs", "run");
  assert_stem ("cities", "citi");
  assert_stem ("city", "citi");
  assert_stem ("generally", "general");
  assert_stem ("a", "a");
  assert_stem ("", "");
  assert_stem ("9001", "9001");
  assert_stem ("天気", "天気");
  assert_stem ("elan", "elan");

  quarry_lexical_stem ("running", 4, stem, sizeof stem);
  g_assert_cmpstr (stem, ==, "runn");
  quarry_lexical_stem ("running", 7, stem, 3);
  g_assert_cmpstr (stem, ==, "ru");
  quarry_lexical_stem ("running", 7, stem, 1);
  g_assert_cmpstr (stem, ==, "");
  quarry_lexical_stem (long_word, 5000, stem, sizeof stem);
  g_assert_cmpuint (strlen (stem), <, 200);
}

static void
assert_stemmed_by (struct sb_stemmer *stemmer, const char *beginning, const char *ending)
{
  g_autofree char *word = g_strconcat (beginning, ending, NULL);
  g_autofree char *wanted
      = g_strdup ((const char *) sb_stemmer_stem (stemmer, (const sb_symbol *) word, (int) strlen (word)));

  assert_stem (word, *wanted != '\0' ? wanted : word);
}

/* Words that have none of the stemmer's endings are not given to it: all of its endings, and any two letters, behind
 * beginnings of all kinds. */
static void
test_stems_by_ending (void)
{
  static const char *const beginnings[] = { "", "t", "'", "op", "biol", "hopp", "relat", "connect", "b\303\240", "19" };
  static const char *const endings[]
      = { "abli",   "able",  "al",     "alism",   "aliti", "alize", "alli", "ance",  "anci",   "ant",     "ate",
          "ation",  "ative", "ator",   "biliti",  "bli",   "ed",    "edly", "eed",   "ement",  "ence",    "enci",
          "ent",    "entli", "er",     "ful",     "fulli", "ible",  "ic",   "ical",  "icate",  "iciti",   "ies",
          "ing",    "ingly", "ion",    "ism",     "iti",   "ive",   "ize",  "izer",  "lessli", "li",      "ll",
          "iveness", "ment", "ness",   "ogi",     "ous",   "ousli", "s",    "'s'",   "tion",   "ational", "y" };
  static const char letters[] = "abcdefghijklmnopqrstuvwxyz0'";
  struct sb_stemmer *stemmer = sb_stemmer_new ("english", "UTF_8");

  g_assert_nonnull (stemmer);
  for (guint b = 0; b < G_N_ELEMENTS (beginnings); b++)
    {
      for (guint e = 0; e < G_N_ELEMENTS (endings); e++)
        assert_stemmed_by (stemmer, beginnings[b], endings[e]);
      for (const char *first = letters; *first != '\0'; first++)
        for (const char *second = letters; *second != '\0'; second++)
          assert_stemmed_by (stemmer, beginnings[b], (const char[]) { *first, *second, '\0' });
    }
  sb_stemmer_delete (stemmer);
}

static gpointer
stem_much (gpointer data)
{
  for (guint i = 0; i < 20000; i++)
    {
      char word[16], stem[100];

      g_snprintf (word, sizeof word, "walk%uing", i % 500);
      quarry_lexical_stem (word, strlen (word), stem, sizeof stem);
      g_assert_true (g_str_has_prefix (word, stem));
    }
  return NULL;
}

static void
test_stems_on_threads (void)
{
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("stem", stem_much, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

/* More words than are remembered at first, or at all, each asked for twice. */
static void
test_stems_remembered (void)
{
  static const char *const endings[] = { "ing", "ies", "ational", "ness", "fulness" };
  struct sb_stemmer *stemmer = sb_stemmer_new ("english", "UTF_8");

  g_assert_nonnull (stemmer);
  for (guint i = 0; i < 150000; i++)
    {
      /* The same word again, one that was asked for long before, and one that is longer than what is remembered. */
      guint number = i % 3 == 0 ? i / 2 : i;
      g_autofree char *beginning = g_strdup_printf (i % 7 == 0 ? "abcdefghijklmnopqrst%x" : "%x", number);

      assert_stemmed_by (stemmer, beginning, endings[number % G_N_ELEMENTS (endings)]);
    }
  sb_stemmer_delete (stemmer);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/lexical-threads/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("threads", test_threads);
  ADD ("opened", test_opened);
  g_test_add_func ("/lexical-threads/stems", test_stems);
  g_test_add_func ("/lexical-threads/stems-by-ending", test_stems_by_ending);
  g_test_add_func ("/lexical-threads/stems-remembered", test_stems_remembered);
  g_test_add_func ("/lexical-threads/stems-on-threads", test_stems_on_threads);

  return g_test_run ();
}
