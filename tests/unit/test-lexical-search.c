/* test-lexical-search.c: what a query of words finds
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "tests/support/temporary-folder.h"
#include "tests/unit/lexical-helpers.h"

#include <glib/gstdio.h>
#include <string.h>

static void
test_words (Fixture *fixture, gconstpointer data)
{
  add (fixture, 1, "The cats were running over the roofs.");
  add (fixture, 2, "Café Élan opens in Zürich; naïve façade.");
  add (fixture, 3, "ISO-9001 certifies what ISO-14001 does not; see error 0x80070005.");
  add (fixture, 4, "東京都の天気は良いです。");
  add (fixture, 5, "Съешь ещё этих мягких французских булок.");
  add (fixture, 6, "Smith’s law, and the laws of Jones");

  assert_found (fixture, "1", .text = "cat");
  assert_found (fixture, "1", .text = "CATS");
  assert_found (fixture, "1", .text = "run");
  assert_found (fixture, "1", .text = "runs roof");
  assert_found (fixture, "2", .text = "cafe");
  assert_found (fixture, "2", .text = "ÉLAN");
  assert_found (fixture, "2", .text = "Cafe\xcc\x81");
  assert_found (fixture, "2", .text = "zurich");
  assert_found (fixture, "2", .text = "NAIVE");
  assert_found (fixture, "3", .text = "ISO-9001");
  assert_found (fixture, "3", .text = "iso 14001");
  assert_found (fixture, "3", .text = "0x80070005");
  assert_found (fixture, "4", .text = "天気");
  assert_found (fixture, "4", .text = "東京");
  assert_found (fixture, "5", .text = "МЯГКИХ");
  assert_found (fixture, "6", .text = "smith");
  assert_found (fixture, "6", .text = "law");
  assert_found (fixture, "", .text = "dog");
  assert_sound (fixture);

  /* "protestant" is the stem of "protestantism", but "protestant" itself has another stem. */
  add (fixture, 7, "protestantism");
  add (fixture, 8, "protestant");
  assert_found (fixture, "7", .text = "protestantism");
  assert_found (fixture, "8", .text = "protestant");
}

static void
test_stop_words (Fixture *fixture, gconstpointer data)
{
  add (fixture, 1, "The art of the possible.");
  add (fixture, 2, "The the the the.");
  add (fixture, 3, "To be or not to be.");

  /* Beside another word, function words do not affect the ranking. */
  assert_found (fixture, "1", .text = "the art");
  /* Alone, they are searched for. */
  assert_found (fixture, "2 1", .text = "the");
  assert_found (fixture, "3", .text = "to be or not to be");
  assert_found (fixture, "", .text = "the nonsense");
  /* They count in phrases. */
  assert_found (fixture, "3", .phrases = STRINGS ("be or not"));
  assert_found (fixture, "1", .phrases = STRINGS ("of the"));
}

static void
test_fields (Fixture *fixture, gconstpointer data)
{
  add_fields (fixture, 1, "Other", "Other", "granite is a rock like any other here");
  add_fields (fixture, 2, "Granite", "Other", "a rock like any other that is here");
  add_fields (fixture, 3, "Other", "Granite", "a rock like any other that is here");
  add_fields (fixture, 4, "Other", "Part\037Granite walls", "a rock like any other that is here");
  assert_found (fixture, "2 3 4 1", .text = "granite");
  /* The words of a heading are not joined across its levels. */
  assert_found (fixture, "4", .text = "part");
}

static void
test_phrases (Fixture *fixture, gconstpointer data)
{
  add (fixture, 1, "Black holes bend light.");
  add (fixture, 2, "Holes that are black.");
  add (fixture, 3, "A black hole bends light, and a black hole eats.");
  add_fields (fixture, 4, "Black", "Hole", "Nothing here.");

  assert_found (fixture, "3", .phrases = STRINGS ("black hole"));
  assert_found (fixture, "1", .phrases = STRINGS ("Black HOLES"));
  assert_found (fixture, "3", .phrases = STRINGS ("black-hole", "bends, light"));
  assert_found (fixture, "", .phrases = STRINGS ("black hole", "bend light"));
  /* A phrase of one word matches that word only as it is written. */
  assert_found (fixture, "1", .phrases = STRINGS ("bend"));
  assert_found (fixture, "3", .phrases = STRINGS ("bends"));
  assert_found (fixture, "", .phrases = STRINGS ("holed"));
  /* The text's words rank the passages that hold the phrase, and do not add others. */
  add (fixture, 5, "Black holes sing.");
  assert_found (fixture, "1 5", .text = "light", .phrases = STRINGS ("black holes"));
  assert_found (fixture, "5 1", .text = "singing", .phrases = STRINGS ("black holes"));
  /* A phrase without a word requires nothing. */
  assert_found (fixture, "1 3", .text = "bend", .phrases = STRINGS ("?!", ""));
  /* Where a phrase stands is remembered, but only until a passage comes or goes. */
  add (fixture, 6, "Bright hole, black hole.");
  assert_found (fixture, "3 6", .phrases = STRINGS ("black hole"));
  assert_found (fixture, "3 6", .phrases = STRINGS ("black hole"));
  quarry_lexical_index_remove (fixture->index, 6, NULL, NULL, NULL);
  assert_found (fixture, "3", .phrases = STRINGS ("black hole"));
  quarry_lexical_index_remove (fixture->index, 3, NULL, NULL, NULL);
  assert_found (fixture, "", .text = "light", .phrases = STRINGS ("black hole"));
}

static void
test_exclusion (Fixture *fixture, gconstpointer data)
{
  add (fixture, 1, "jaguar the cat");
  add (fixture, 2, "jaguar the car");
  add (fixture, 3, "jaguar cars are old cars");
  add (fixture, 4, "car old jaguar");

  assert_found (fixture, "1", .text = "jaguar", .excluded = STRINGS ("car"));
  assert_found (fixture, "1", .text = "jaguar", .excluded = STRINGS ("CARS"));
  assert_found (fixture, "1 2 4", .text = "jaguar", .excluded = STRINGS ("old cars"));
  assert_found (fixture, "2", .text = "jaguar", .excluded = STRINGS ("cat", "old"));
  assert_found (
      fixture, "1 2 4 3", .text = "jaguar", .excluded = STRINGS ("zebra", "?", "no such words"));
  assert_found (fixture, "", .text = "jaguar", .excluded = STRINGS ("jaguar"));
  /* A query that only excludes finds nothing. */
  assert_found (fixture, "", .excluded = STRINGS ("car"));
  assert_found (fixture, "2", .phrases = STRINGS ("the car"), .excluded = STRINGS ("old"));
}

/* The spans of @words in @text; each is searched after the one before it. (transfer full) */
static GArray *
find_spans (const char *text, const char *const *words)
{
  GArray *spans = g_array_new (FALSE, FALSE, sizeof (QuarrySpan));
  const char *from = text;

  for (guint i = 0; words[i] != NULL; i++)
    {
      const char *at = strstr (from, words[i]);

      g_assert_nonnull (at);
      from = at + strlen (words[i]);
      g_array_append_val (spans, ((QuarrySpan) { (guint32) (at - text), (guint32) (from - text) }));
    }
  return spans;
}

#define assert_found_with(fixture, wanted, typed, words, ...)                                      \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autoptr (GArray) spans_ = find_spans (typed, words);                                         \
    assert_found (fixture, wanted, .text = typed, .required = spans_ __VA_OPT__ (, ) __VA_ARGS__); \
  }                                                                                                \
  G_STMT_END

/* Every passage that is found holds the required words, in the same forms that count for ranking. */
static void
test_required (Fixture *fixture, gconstpointer data)
{
  add (fixture, 1, "oil prices rose and rose");
  add (fixture, 2, "the price of gas");
  add (fixture, 3, "oils from wells of gas, and what they cost");
  add_fields (fixture, 4, "Oil", "Heads", "a barrel of crude");
  add (fixture, 5, "call load_user_profile or parseHeader of utf-8");
  add (fixture, 6, "東京都の天気");
  add (fixture, 7, "header of utf8, profile of 8 users");

  assert_found (fixture, "2 1 3 4", .text = "oil gas price");
  assert_found_with (fixture, "1 3 4", "oil gas price", STRINGS ("oil"));
  assert_found_with (fixture, "3", "oil gas price", STRINGS ("oil", "gas"));
  assert_found_with (fixture, "", "oil gas price", STRINGS ("oil", "gas", "price"));
  assert_found_with (fixture, "4", "oil crude", STRINGS ("oil", "crude"));
  assert_found_with (fixture, "2", "oil price", STRINGS ("price"), .phrases = STRINGS ("of gas"));
  assert_found_with (fixture, "1", "oil price", STRINGS ("oil"), .excluded = STRINGS ("crude", "gas"));
  /* A required word that no passage holds stands for its correction; without one, nothing is found. */
  assert_found_with (fixture, "4", "curde oil", STRINGS ("curde"));
  assert_found_with (fixture, "", "curde oil", STRINGS ("curde"), .as_typed = TRUE);
  assert_found_with (fixture, "", "zebra oil", STRINGS ("zebra"));
  /* A required word that is still being typed stands for its completions. */
  assert_found_with (fixture, "4", "oil cr", STRINGS ("cr"), .last_is_prefix = TRUE);
  assert_found_with (fixture, "", "oil cr", STRINGS ("cr"), .as_typed = TRUE);
  assert_found_with (fixture, "", "cr oil", STRINGS ("cr"), .last_is_prefix = TRUE, .as_typed = TRUE);
  /* Function words do not rank, but can be required. */
  assert_found_with (fixture, "2", "the price", STRINGS ("the"));
  /* Identifiers, and runs of characters without blanks, can be required as a whole or in parts. */
  assert_found_with (fixture, "5", "header profile", STRINGS ("header", "profile"), .excluded = STRINGS ("8 users"));
  assert_found_with (fixture, "5", "profile load_user_profile", STRINGS ("load_user_profile"));
  assert_found_with (fixture, "7 5", "profile utf-8", STRINGS ("utf-8"));
  /* All parts of a required identifier must occur. */
  assert_found_with (fixture, "", "profile load_zebra", STRINGS ("load_zebra"));
  assert_found_with (fixture, "", "profile load_zebra", STRINGS ("load_zebra"), .last_is_prefix = TRUE);
  /* A word or run is found even though the index joins its characters differently. */
  assert_found_with (fixture, "7", "profile ut-f8", STRINGS ("ut-f8"), .as_typed = TRUE);
  assert_found_with (fixture, "6", "東京都 京都", STRINGS ("京都"));
  assert_found_with (fixture, "", "東京都 東都", STRINGS ("東都"));
  assert_found_with (fixture, "4 1 3", "oil ?!", STRINGS ("oil", "?!"));
}

/* Parts of identifiers. */
static void
test_parts (Fixture *fixture, gconstpointer data)
{
  add (fixture, 1, "call parseHTTPHeader first");
  add (fixture, 2, "call load_user_profile then");
  add (fixture, 3, "mail to jane.doe@example.org about ISO-9001");
  add (fixture, 4, "the iPhone of McCarthy");

  assert_found (fixture, "1", .text = "parseHTTPHeader");
  assert_found (fixture, "1", .text = "parsehttpheader");
  assert_found (fixture, "1", .text = "header");
  assert_found (fixture, "1", .text = "http");
  assert_found (fixture, "2", .text = "load_user_profile");
  assert_found (fixture, "2", .text = "profile");
  assert_found (fixture, "3", .text = "jane.doe@example.org");
  assert_found (fixture, "3", .phrases = STRINGS ("ISO-9001"));
  assert_found (fixture, "4", .text = "phone");
  assert_found (fixture, "4", .text = "mccarthy");
}

static void
test_filter (Fixture *fixture, gconstpointer data)
{
  guint64 allowed[] = { (1u << 3) | (1u << 5), 1u << 6 };
  QuarryLexicalQuery query = { .text = "granite" };
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) matches = NULL;
  g_autoptr (GArray) none = NULL;

  for (guint i = 0; i < 300; i++)
    add (fixture, i, i == 5 ? "granite granite" : "granite");

  matches = quarry_lexical_index_search (fixture->index, &query, 10, allowed, 2, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (matches->len, ==, 3);
  g_assert_cmpuint (g_array_index (matches, QuarryLexicalMatch, 0).slot, ==, 5);
  g_assert_cmpuint (g_array_index (matches, QuarryLexicalMatch, 1).slot, ==, 3);
  g_assert_cmpuint (g_array_index (matches, QuarryLexicalMatch, 2).slot, ==, 70);

  none = quarry_lexical_index_search (fixture->index, &query, 10, allowed, 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (none->len, ==, 0);
  g_clear_pointer (&none, g_array_unref);
  none = quarry_lexical_index_search (fixture->index, &query, 0, NULL, 0, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (none->len, ==, 0);
}

/* Segments with and without gaps between their slots, which begin at any bit of a word of the bitmap. */
static void
test_filter_segments (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (11);
  char *folder = temporary_folder_new ();
  g_autofree char *file = g_build_filename (folder, "words.index", NULL);
  QuarryLexicalQuery query = { .text = "granite" };
  g_autoptr (GError) error = NULL;

  for (guint i = 37; i < 437; i++)
    add (fixture, i, "granite");
  g_assert_true (quarry_lexical_index_save (fixture->index, file, "", &error));
  for (guint i = 501; i < 900; i += 1 + (guint) g_rand_int_range (random, 0, 3))
    add (fixture, i, "granite");
  g_assert_true (quarry_lexical_index_save (fixture->index, file, "", &error));
  quarry_lexical_index_unref (fixture->index);
  fixture->index = quarry_lexical_index_open (file, &error);
  g_assert_no_error (error);

  for (guint round = 0; round < 200; round++)
    {
      guint64 allowed[15];
      gsize n_words = (gsize) g_rand_int_range (random, 1, 16);
      g_autoptr (GArray) matches = NULL;
      guint n = 0;

      for (gsize w = 0; w < n_words; w++)
        allowed[w] = round % 2 == 0 ? G_GUINT64_CONSTANT (1) << g_rand_int_range (random, 0, 64)
                                    : (guint64) g_rand_int (random) << 32 | g_rand_int (random);
      matches = quarry_lexical_index_search (fixture->index, &query, 1000, allowed, n_words, NULL, NULL);
      for (guint32 slot = 0; slot < 64 * n_words; slot++)
        if (((allowed[slot / 64] >> slot % 64) & 1) != 0
            && quarry_lexical_index_holds (fixture->index, slot))
          {
            g_assert_cmpuint (n, <, matches->len);
            g_assert_cmpuint (g_array_index (matches, QuarryLexicalMatch, n++).slot, ==, slot);
          }
      g_assert_cmpuint (matches->len, ==, n);
    }
  g_assert_cmpint (g_remove (file), ==, 0);
  temporary_folder_free_empty (folder);
}

static gpointer
cancel_soon (gpointer cancellable)
{
  g_usleep (2000);
  g_cancellable_cancel (cancellable);
  return NULL;
}

static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  QuarryLexicalQuery query = { .text = "granite slate", .last_is_prefix = TRUE };
  GThread *thread;

  for (guint i = 0; i < 3000; i++)
    add (fixture, i, "granite slate marble");

  thread = g_thread_new ("cancel", cancel_soon, cancellable);
  for (;;)
    {
      g_autoptr (GArray) matches
          = quarry_lexical_index_search (fixture->index, &query, 100, NULL, 0, cancellable, &error);

      if (matches == NULL)
        break;
      g_assert_no_error (error);
      g_assert_cmpuint (matches->len, ==, 100);
    }
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (thread);

  /* A search that was cancelled leaves nothing behind that affects the next one. */
  assert_found (fixture, "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19", .text = "granite");
  g_cancellable_reset (cancellable);
  {
    g_autoptr (GError) none = NULL;
    g_autoptr (GArray) matches
        = quarry_lexical_index_search (fixture->index, &query, 1, NULL, 0, cancellable, &none);

    g_assert_no_error (none);
    g_assert_cmpuint (matches->len, ==, 1);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/lexical-search/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("words", test_words);
  ADD ("stop-words", test_stop_words);
  ADD ("fields", test_fields);
  ADD ("phrases", test_phrases);
  ADD ("exclusion", test_exclusion);
  ADD ("required", test_required);
  ADD ("parts", test_parts);
  ADD ("filter", test_filter);
  ADD ("filter-segments", test_filter_segments);
  ADD ("cancel", test_cancel);

  return g_test_run ();
}
