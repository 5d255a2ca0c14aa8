/* test-lexical-typing.c: words that are half typed, or misspelt
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "tests/support/temporary-folder.h"
#include "tests/unit/lexical-helpers.h"

#include <glib/gstdio.h>

static void
test_prefix (Fixture *fixture, gconstpointer data)
{
  add (fixture, 1, "running water");
  add (fixture, 2, "a runner");
  add (fixture, 3, "walking");
  add (fixture, 4, "theory of the thing");
  add (fixture, 5, "car");
  add (fixture, 6, "carbon carbon carbon");
  add (fixture, 7, "élan vital");

  assert_found (fixture, "1", .text = "runni", .last_is_prefix = TRUE);
  assert_found (fixture, "", .text = "runni");
  assert_found (fixture, "1 2", .text = "ru", .last_is_prefix = TRUE);
  assert_found (fixture, "1", .text = "wat", .last_is_prefix = TRUE);
  assert_found (fixture, "3 1", .text = "walking wat", .last_is_prefix = TRUE);
  /* A word followed by a blank is not a prefix, and neither is one that is not the last. */
  assert_found (fixture, "", .text = "wat ", .last_is_prefix = TRUE);
  assert_found (fixture, "3", .text = "wat walking", .last_is_prefix = TRUE);
  /* A function word may be the beginning of another word. */
  assert_found (fixture, "4", .text = "the", .last_is_prefix = TRUE);
  assert_found (fixture, "4", .text = "THEO", .last_is_prefix = TRUE);
  assert_found (fixture, "5 6", .text = "car", .last_is_prefix = TRUE);
  assert_found (fixture, "7", .text = "Él", .last_is_prefix = TRUE);
  assert_found (fixture, "7", .text = "el", .last_is_prefix = TRUE);
  assert_found (fixture, "4", .text = "of", .last_is_prefix = TRUE);
  /* Function words are not suggested as completions. */
  assert_found (fixture, "", .text = "o", .last_is_prefix = TRUE);
}

static void
assert_first (Fixture *fixture, guint32 slot, const char *typed)
{
  QuarryLexicalQuery query = { .text = typed, .last_is_prefix = TRUE };
  g_autoptr (GArray) matches = search_full (fixture, &query, 1);

  g_assert_cmpuint (matches->len, ==, 1);
  g_assert_cmpuint (g_array_index (matches, QuarryLexicalMatch, 0).slot, ==, slot);
}

/* The possible completions of a word that is still being typed count in proportion to how likely they are, beside the
 * words that are complete. */
static void
test_foreseen (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLexicalForesight) foresight = NULL;
  const QuarryLexicalGuess *guess;

  for (guint i = 0; i < 30; i++)
    add (fixture, 100 + i, i < 20 ? "steel" : i < 24 ? "steels" : i < 29 ? "steam" : "stem");
  add (fixture, 1, "the bridge of wood");
  add (fixture, 2, "steam");
  add (fixture, 3, "the bridge of steel");
  add (fixture, 4, "the vitamin d");
  add (fixture, 5, "vitamin dust");
  for (guint i = 0; i < 60; i++)
    add (fixture, 200 + i, "dance dog");

  foresight = quarry_lexical_index_foresee (fixture->index, "ste");
  g_assert_cmpstr (foresight->typed, ==, "ste");
  g_assert_cmpuint (foresight->guesses->len, ==, 3);
  guess = &g_array_index (foresight->guesses, QuarryLexicalGuess, 0);
  g_assert_cmpstr (guess->word, ==, "steel");
  g_assert_cmpfloat_with_epsilon (guess->share, 25 / 32., 1e-9);
  guess = &g_array_index (foresight->guesses, QuarryLexicalGuess, 1);
  g_assert_cmpstr (guess->word, ==, "steam");
  g_assert_cmpfloat_with_epsilon (guess->share, 6 / 32., 1e-9);
  g_clear_pointer (&foresight, quarry_lexical_foresight_free);

  /* A complete function word is unlikely to become another word. */
  foresight = quarry_lexical_index_foresee (fixture->index, "the");
  g_assert_cmpuint (foresight->guesses->len, ==, 1);
  g_assert_cmpstr (g_array_index (foresight->guesses, QuarryLexicalGuess, 0).word, ==, "the");
  g_clear_pointer (&foresight, quarry_lexical_foresight_free);
  foresight = quarry_lexical_index_foresee (fixture->index, "x");
  g_assert_cmpuint (foresight->guesses->len, ==, 0);

  /* A completion decides among passages that hold the complete words, but does not outweigh these. */
  assert_first (fixture, 3, "bridge s");
  assert_first (fixture, 1, "bridge x");
  assert_first (fixture, 1, "bridge w");
  /* A single letter may be a word. */
  assert_first (fixture, 4, "vitamin d");
}

/* A search uses a foresight that was made for its last word, but not one made for another word. */
static void
test_foreseen_before (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLexicalForesight) foresight = NULL;
  QuarryLexicalQuery query = { .text = "bridge st", .last_is_prefix = TRUE };
  g_autoptr (GArray) alone = NULL, with = NULL, with_other = NULL;

  for (guint i = 0; i < 100; i++)
    add (fixture, 100 + i, i < 12 ? "steel" : i < 18 ? "stone" : "granite");
  add (fixture, 1, "the bridge of steel");
  add (fixture, 2, "the bridge of stone");
  foresight = quarry_lexical_index_foresee (fixture->index, "st");
  alone = quarry_lexical_index_search (fixture->index, &query, 1, NULL, 0, NULL, NULL);
  g_assert_cmpuint (g_array_index (alone, QuarryLexicalMatch, 0).slot, ==, 1);

  /* The shares are swapped, to see that the search uses them. */
  g_array_index (foresight->guesses, QuarryLexicalGuess, 0).share = .1;
  g_array_index (foresight->guesses, QuarryLexicalGuess, 1).share = .9;
  query.foresight = foresight;
  with = quarry_lexical_index_search (fixture->index, &query, 1, NULL, 0, NULL, NULL);
  g_assert_cmpuint (g_array_index (with, QuarryLexicalMatch, 0).slot, ==, 2);

  query.text = "bridge ste";
  with_other = quarry_lexical_index_search (fixture->index, &query, 1, NULL, 0, NULL, NULL);
  g_assert_cmpuint (g_array_index (with_other, QuarryLexicalMatch, 0).slot, ==, 1);
}

/* There are far more completions than are looked at. Those that occur in the most passages are used. */
static void
test_many_completions (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GArray) matches = NULL;
  QuarryLexicalQuery query = { .text = "q", .last_is_prefix = TRUE };

  for (guint i = 0; i < 3000; i++)
    {
      g_autofree char *text = g_strdup_printf ("q%04u filler", i);

      add (fixture, 1000 + i, text);
    }
  for (guint i = 1; i <= 50; i++)
    add (fixture, i, "zebra quasar");

  matches = search_full (fixture, &query, 1000);
  g_assert_cmpuint (matches->len, >, 50);
  g_assert_cmpuint (matches->len, <, 200);
  for (guint i = 0; i < 50; i++)
    g_assert_cmpuint (g_array_index (matches, QuarryLexicalMatch, i).slot, <=, 50);
}

static void
assert_suggested (Fixture *fixture, const char *text, const char *wanted)
{
  g_auto (GStrv) words = quarry_lexical_index_suggest (fixture->index, text, 4);
  g_autofree char *joined = g_strjoinv (" ", words);

  g_assert_cmpstr (joined, ==, wanted);
}

static void
test_spelling (Fixture *fixture, gconstpointer data)
{
  add (fixture, 1, "granite and limestone");
  add (fixture, 2, "granite and photosynthesis");
  add (fixture, 3, "gravel in the garden, élan");
  add (fixture, 4, "a cat");

  /* A letter too many, one missing, a wrong one, or two swapped. */
  assert_found (fixture, "1 2", .text = "grannite");
  assert_found (fixture, "1 2", .text = "granit");
  assert_found (fixture, "1 2", .text = "granize");
  assert_found (fixture, "1 2", .text = "garnite");
  assert_found (fixture, "3", .text = "garvel");
  /* Long words may have two errors, short words none. */
  assert_found (fixture, "2", .text = "photosinthesys");
  assert_found (fixture, "", .text = "fotosinthesys");
  assert_found (fixture, "", .text = "cet");
  assert_found (fixture, "3", .text = "elam");
  /* A word that occurs is not corrected. */
  assert_found (fixture, "3", .text = "gravel");
  /* A correction counts less than a word that occurs as it was typed. */
  add (fixture, 5, "granites");
  assert_found (fixture, "5 1 2", .text = "granites");
  add (fixture, 6, "limestones limestone");
  add (fixture, 7, "limestonex");
  assert_found (fixture, "7", .text = "limestonex");

  /* Words are not corrected if that is not wanted. */
  assert_found (fixture, "", .text = "grannite", .as_typed = TRUE);
  assert_found (fixture, "", .text = "granitx", .as_typed = TRUE, .last_is_prefix = TRUE);
  g_assert_cmpfloat (quarry_lexical_index_get_rarity (fixture->index, "granite", QUARRY_LEXICAL_ALL_LANGUAGES), <,
                     quarry_lexical_index_get_rarity (fixture->index, "photosynthesis", QUARRY_LEXICAL_ALL_LANGUAGES));
  g_assert_cmpfloat (quarry_lexical_index_get_rarity (fixture->index, "photosynthesis", QUARRY_LEXICAL_ALL_LANGUAGES), <,
                     quarry_lexical_index_get_rarity (fixture->index, "zzz", QUARRY_LEXICAL_ALL_LANGUAGES));

  assert_suggested (fixture, "gra", "granite granites gravel");
  assert_suggested (fixture, "the photo", "photosynthesis");
  assert_suggested (fixture, "grvel", "gravel");
  assert_suggested (fixture, "zzz", "");
  assert_suggested (fixture, "", "");
  assert_suggested (fixture, "th", "");
}

/* The edit distance by the textbook: insertions, deletions, substitutions, and swaps of neighbours. */
static guint
count_edits (const gunichar *a, guint n, const gunichar *b, guint m)
{
  guint table[16][16];

  for (guint i = 0; i <= n; i++)
    for (guint j = 0; j <= m; j++)
      {
        guint best = i == 0 ? j : j == 0 ? i : G_MAXUINT;

        if (i > 0 && j > 0)
          {
            best = MIN (table[i - 1][j], table[i][j - 1]) + 1;
            best = MIN (best, table[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
          }
        if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
          best = MIN (best, table[i - 2][j - 2] + 1);
        table[i][j] = best;
      }
  return table[n][m];
}

/* A word of few different letters, so that many words are near each other. Every fourth word may hold a letter that is
 * not ASCII. */
static char *
make_near_word (GRand *random)
{
  GString *word = g_string_new (NULL);
  guint n = (guint) g_rand_int_range (random, 3, 13);
  gint n_letters = g_rand_int_range (random, 0, 4) == 0 ? 4 : 3;

  for (guint i = 0; i < n; i++)
    g_string_append_unichar (word, (gunichar[]) { 'b', 'k', 'z', 0x3bb }[g_rand_int_range (random, 0, n_letters)]);
  return g_string_free (word, FALSE);
}

/* Corrections are found among words of a segment and among words that were added after it. */
static void
test_near_words (Fixture *fixture, gconstpointer data)
{
  char *folder = temporary_folder_new ();
  g_autofree char *file = g_build_filename (folder, "words.index", NULL);
  g_autoptr (GRand) random = g_rand_new_with_seed (12);
  g_autoptr (GHashTable) words = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint n_found = 0;

  while (g_hash_table_size (words) < 1500)
    {
      char *word = make_near_word (random);

      if (g_hash_table_add (words, word))
        add (fixture, g_hash_table_size (words), word);
      if (g_hash_table_size (words) == 1200)
        g_assert_true (quarry_lexical_index_save (fixture->index, file, "mark", NULL));
    }
  for (guint round = 0; round < 600; round++)
    {
      g_autofree char *asked = make_near_word (random);
      g_autofree gunichar *letters = g_utf8_to_ucs4_fast (asked, -1, NULL);
      glong n = g_utf8_strlen (asked, -1);
      guint most = n < 4 ? 0 : n < 8 ? 1 : 2, n_wanted = 0;
      g_auto (GStrv) found = NULL;
      gboolean begins = FALSE;
      GHashTableIter iter;
      gpointer word;

      g_hash_table_iter_init (&iter, words);
      while (!begins && g_hash_table_iter_next (&iter, &word, NULL))
        begins = g_str_has_prefix (word, asked);
      if (begins)
        continue;
      found = quarry_lexical_index_suggest (fixture->index, asked, 1500);
      g_hash_table_iter_init (&iter, words);
      while (g_hash_table_iter_next (&iter, &word, NULL))
        {
          g_autofree gunichar *others = g_utf8_to_ucs4_fast (word, -1, NULL);
          gboolean near = count_edits (letters, (guint) n, others, (guint) g_utf8_strlen (word, -1)) <= most;

          g_assert_cmpint (g_strv_contains ((const char *const *) found, word), ==, near);
          n_wanted += near;
        }
      g_assert_cmpuint (g_strv_length (found), ==, n_wanted);
      n_found += n_wanted;
    }
  g_assert_cmpuint (n_found, >, 500);
  g_assert_cmpint (g_remove (file), ==, 0);
  temporary_folder_free_empty (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/lexical-typing/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("prefix", test_prefix);
  ADD ("foreseen", test_foreseen);
  ADD ("foreseen-before", test_foreseen_before);
  ADD ("many-completions", test_many_completions);
  ADD ("spelling", test_spelling);
  ADD ("near-words", test_near_words);

  return g_test_run ();
}
