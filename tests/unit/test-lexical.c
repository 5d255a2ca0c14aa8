/* test-lexical.c: the index of words
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/document/quarry-words.h"
#include "core/lexical/quarry-maxscore.h"
#include "tests/unit/lexical-helpers.h"

#include <glib/gstdio.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static void
add_fields (
    Fixture *fixture, guint32 slot, const char *title, const char *heading, const char *text)
{
  quarry_lexical_index_add (fixture->index, slot, title, heading, text, NULL);
}

static void
assert_sound (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (quarry_lexical_index_check (fixture->index, &error));
  g_assert_no_error (error);
}

/* --- Finding --------------------------------------------------------------------------------- */

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

  /* "protestant" is the stem of the one and not of itself. */
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

  /* They do not rank beside a word. */
  assert_found (fixture, "1", .text = "the art");
  /* Alone they do. */
  assert_found (fixture, "2 1", .text = "the");
  assert_found (fixture, "3", .text = "to be or not to be");
  assert_found (fixture, "", .text = "the nonsense");
  /* And they stand in phrases. */
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
  /* Levels of a heading are words apart. */
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
  /* A phrase of one word is the word as it stands. */
  assert_found (fixture, "1", .phrases = STRINGS ("bend"));
  assert_found (fixture, "3", .phrases = STRINGS ("bends"));
  assert_found (fixture, "", .phrases = STRINGS ("holed"));
  /* Words of the text rank what the phrase demands, and do not widen it. */
  add (fixture, 5, "Black holes sing.");
  assert_found (fixture, "1 5", .text = "light", .phrases = STRINGS ("black holes"));
  assert_found (fixture, "5 1", .text = "singing", .phrases = STRINGS ("black holes"));
  /* What holds no word demands nothing. */
  assert_found (fixture, "1 3", .text = "bend", .phrases = STRINGS ("?!", ""));
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
  /* Nothing is looked for: nothing is found. */
  assert_found (fixture, "", .excluded = STRINGS ("car"));
  assert_found (fixture, "2", .phrases = STRINGS ("the car"), .excluded = STRINGS ("old"));
}

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
  /* A word that has ended is no prefix, and neither is one that is not the last. */
  assert_found (fixture, "", .text = "wat ", .last_is_prefix = TRUE);
  assert_found (fixture, "3", .text = "wat walking", .last_is_prefix = TRUE);
  /* A function word may become another word. */
  assert_found (fixture, "4", .text = "the", .last_is_prefix = TRUE);
  assert_found (fixture, "4", .text = "THEO", .last_is_prefix = TRUE);
  assert_found (fixture, "5 6", .text = "car", .last_is_prefix = TRUE);
  assert_found (fixture, "7", .text = "Él", .last_is_prefix = TRUE);
  assert_found (fixture, "7", .text = "el", .last_is_prefix = TRUE);
  assert_found (fixture, "4", .text = "of", .last_is_prefix = TRUE);
  /* Function words are no completions. */
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

/* What a word still typed may become counts as far as it is likely, beside what is whole. */
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

  /* A function word that is whole is hardly another. */
  foresight = quarry_lexical_index_foresee (fixture->index, "the");
  g_assert_cmpuint (foresight->guesses->len, ==, 1);
  g_assert_cmpstr (g_array_index (foresight->guesses, QuarryLexicalGuess, 0).word, ==, "the");
  g_clear_pointer (&foresight, quarry_lexical_foresight_free);
  foresight = quarry_lexical_index_foresee (fixture->index, "x");
  g_assert_cmpuint (foresight->guesses->len, ==, 0);

  /* What the word may become leads among passages that hold what is whole, and does not outweigh that. */
  assert_first (fixture, 3, "bridge s");
  assert_first (fixture, 1, "bridge x");
  assert_first (fixture, 1, "bridge w");
  /* A letter may be a word. */
  assert_first (fixture, 4, "vitamin d");
}

/* A search believes what was foreseen of its last word, and nothing of another. */
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

  /* Turned round. */
  g_array_index (foresight->guesses, QuarryLexicalGuess, 0).share = .1;
  g_array_index (foresight->guesses, QuarryLexicalGuess, 1).share = .9;
  query.foresight = foresight;
  with = quarry_lexical_index_search (fixture->index, &query, 1, NULL, 0, NULL, NULL);
  g_assert_cmpuint (g_array_index (with, QuarryLexicalMatch, 0).slot, ==, 2);

  query.text = "bridge ste";
  with_other = quarry_lexical_index_search (fixture->index, &query, 1, NULL, 0, NULL, NULL);
  g_assert_cmpuint (g_array_index (with_other, QuarryLexicalMatch, 0).slot, ==, 1);
}

/* Far more completions than are looked at: the ones in most passages count. */
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

/* Nothing that is typed is read as syntax, and nothing of it breaks the search. */
static void
test_odd_queries (Fixture *fixture, gconstpointer data)
{
  g_autofree char *long_word = g_strnfill (20000, 'x');
  g_autofree char *long_letters = g_strnfill (20000, 'a');
  g_autoptr (GString) many = g_string_new (NULL);
  g_autoptr (GString) blanks = g_string_new (NULL);
  const char *odd[] = {
    "",
    " ",
    "\" OR NEAR( * : -",
    "'); DROP TABLE lexical; --",
    "title : tab",
    "text:tab AND NOT (near)",
    "NEAR(near tab, 2)",
    "^near",
    "{title text} : near",
    "near*",
    "\"near",
    "near\"",
    "''''",
    "\"\"\"\"",
    "(((((((((",
    "+ + +",
    "\342\200\256live\342\200\254",
    "\360\237\246\204 \360\237\221\251\342\200\215\360\237\232\200",
    "%s%n%x",
    "\001\002\003",
    "\377\376bad\300\200",
    "\302",
    "\315\217\314\201\314\201\314\201\314\201",
    "\357\273\277near",
    "NULL",
    "a\tb\nc\rd",
  };

  add (fixture, 1, "near tab or drop table live not");
  add (fixture, 2, "title text near");

  for (guint i = 0; i < 30000; i++)
    g_string_append_printf (many, "w%u ", i);
  for (guint i = 0; i < 20000; i++)
    g_string_append (blanks, "a ");

  for (guint prefix = 0; prefix < 2; prefix++)
    {
      for (guint i = 0; i < G_N_ELEMENTS (odd); i++)
        {
          const char *strings[] = { odd[i], NULL };
          QuarryLexicalQuery queries[] = {
            { .text = odd[i], .last_is_prefix = prefix },
            { .phrases = strings, .last_is_prefix = prefix },
            { .text = "near", .excluded = strings, .last_is_prefix = prefix },
            { .text = odd[i], .phrases = strings, .excluded = strings, .last_is_prefix = prefix },
          };

          for (guint j = 0; j < G_N_ELEMENTS (queries); j++)
            {
              g_autofree char *slots = search_slots (fixture, &queries[j]);

              g_assert_nonnull (slots);
            }
        }
      assert_found (fixture, "", .text = long_word, .last_is_prefix = prefix);
      assert_found (fixture,
                    "",
                    .text = long_letters,
                    .phrases = STRINGS (long_letters),
                    .excluded = STRINGS (long_letters),
                    .last_is_prefix = prefix);
      assert_found (fixture, "", .text = many->str, .last_is_prefix = prefix);
      assert_found (fixture, "", .phrases = STRINGS (many->str), .last_is_prefix = prefix);
      assert_found (fixture, "", .phrases = STRINGS (blanks->str), .last_is_prefix = prefix);
    }

  /* The words between the signs count, as words. */
  assert_found (fixture, "1 2", .text = "NEAR(near tab, 2)");
  assert_found (fixture, "1", .text = "'); DROP TABLE lexical; --");
  assert_found (fixture, "1", .text = "\342\200\256live\342\200\254");
  assert_found (fixture, "2 1", .text = "title : near");
  assert_found (fixture, "", .text = "tex* tit*");
  assert_sound (fixture);
}

static void
test_odd_texts (Fixture *fixture, gconstpointer data)
{
  g_autofree char *long_word = g_strnfill (200000, 'x');
  g_autofree char *near_word = g_strnfill (97, 'x');
  g_autoptr (GString) large = g_string_new (NULL);

  for (guint i = 0; i < 200000; i++)
    g_string_append_printf (large, "word%u ", i % 5000);
  add (fixture, 1, "");
  add (fixture, 2, " \n\t ");
  add (fixture, 3, long_word);
  add (fixture, 4, "bad\377utf\302 bytes");
  add (fixture, 5, large->str);
  add (fixture, 0, "zero is a slot");
  add (fixture, G_MAXUINT32 - 1, "the last slot");
  add_fields (fixture, 7, NULL, NULL, NULL);

  assert_found (fixture, "3", .text = long_word);
  assert_found (fixture, "3", .text = near_word);
  assert_found (fixture, "4", .text = "bad");
  assert_found (fixture, "5", .text = "word4999");
  /* Beside a passage of 200,000 words both are equally short. */
  assert_found (fixture, "0 4294967294", .text = "slot");
  assert_sound (fixture);
}

/* A passage of ten megabytes, the last slot, a word in every passage, and queries of 100,000 words, in
 * memory and in a file. */
static void
test_extremes (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = g_dir_make_tmp ("quarry-lexical-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (folder, "words.index", NULL);
  g_autoptr (GString) large = g_string_new (NULL);
  g_autoptr (GString) different = g_string_new ("needle");
  g_autoptr (GString) same = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  while (large->len < 10u << 20)
    g_string_append_printf (large, "hay%u everywhere ", (guint) large->len % 7919);
  g_string_append (large, "a lost needle");
  for (guint i = 0; i < 100000; i++)
    {
      g_string_append_printf (different, " straw%u", i);
      g_string_append (same, "needle ");
    }

  for (guint i = 0; i < 500; i++)
    add (fixture, 10 + i, "everywhere");
  add (fixture, 3, large->str);
  add (fixture, G_MAXUINT32 - 1, "a needle everywhere in the last slot");
  for (guint saved = 0; saved < 2; saved++)
    {
      g_autoptr (GArray) everywhere = search_full (fixture, &(QuarryLexicalQuery) { .text = "everywhere" }, 1000);

      g_assert_cmpuint (everywhere->len, ==, 502);
      assert_found (fixture, "4294967294 3", .text = "needle");
      assert_found (fixture, "4294967294 3", .text = different->str);
      assert_found (fixture, "4294967294 3", .text = same->str);
      assert_found (fixture, "3", .phrases = STRINGS ("everywhere a lost needle"));
      assert_found (fixture, "4294967294", .phrases = STRINGS ("last slot"));
      assert_sound (fixture);
      if (saved == 0)
        {
          g_assert_true (quarry_lexical_index_save (fixture->index, file, "", &error));
          quarry_lexical_index_unref (fixture->index);
          fixture->index = quarry_lexical_index_open (file, &error);
          g_assert_no_error (error);
        }
    }
  g_assert_cmpint (g_remove (file), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* --- Scores ---------------------------------------------------------------------------------- */

#define N_DOCUMENTS 400
#define N_VOCABULARY 60

/* Words without a stem and without a stop word. */
static void
make_word (guint number, char word[8])
{
  g_snprintf (word, 8, "zq%c%c", 'b' + number / 10, 'k' + number % 10);
}

/* BM25 by the book: k1 = 1.5, b = 0.6, idf = ln (1 + (N − n + ½) / (n + ½)), a sum over the query's
 * words as often as they stand there. */
static void
test_scores (Fixture *fixture, gconstpointer data)
{
  static guint counts[N_DOCUMENTS][N_VOCABULARY];
  double lengths[N_DOCUMENTS] = { 0.0 };
  guint frequencies[N_VOCABULARY] = { 0 };
  double mean = 0.0;
  g_autoptr (GRand) random = g_rand_new_with_seed (5);

  for (guint d = 0; d < N_DOCUMENTS; d++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      guint n_words = (guint) g_rand_int_range (random, 1, 80);

      for (guint i = 0; i < n_words; i++)
        {
          double u = g_rand_double (random);
          guint number = (guint) (u * u * N_VOCABULARY);
          char word[8];

          make_word (number, word);
          g_string_append_printf (text, "%s%s", i > 0 ? " " : "", word);
          counts[d][number]++;
        }
      lengths[d] = n_words;
      mean += (double) n_words / N_DOCUMENTS;
      add (fixture, d, text->str);
    }
  for (guint w = 0; w < N_VOCABULARY; w++)
    for (guint d = 0; d < N_DOCUMENTS; d++)
      frequencies[w] += counts[d][w] > 0;

  for (guint round = 0; round < 60; round++)
    {
      double wanted[N_DOCUMENTS] = { 0.0 };
      g_autoptr (GString) text = g_string_new (NULL);
      g_autoptr (GArray) matches = NULL;
      QuarryLexicalQuery query = { NULL };
      guint n_wanted = 0;

      for (guint i = 0; i < 1 + round % 6; i++)
        {
          guint number = (guint) g_rand_int_range (random, 0, N_VOCABULARY);
          char word[8];

          make_word (number, word);
          g_string_append_printf (text, "%s ", word);
          for (guint d = 0; d < N_DOCUMENTS; d++)
            {
              double n = frequencies[number];
              double tf = counts[d][number];

              wanted[d] += log (1.0 + (N_DOCUMENTS - n + 0.5) / (n + 0.5)) * tf * 2.5
                           / (tf + 1.5 * (0.4 + 0.6 * lengths[d] / mean));
            }
        }
      for (guint d = 0; d < N_DOCUMENTS; d++)
        n_wanted += wanted[d] > 0.0;

      query.text = text->str;
      matches = search_full (fixture, &query, 15);
      g_assert_cmpuint (matches->len, ==, MIN (15, n_wanted));
      for (guint i = 0; i < matches->len; i++)
        {
          const QuarryLexicalMatch *match = &g_array_index (matches, QuarryLexicalMatch, i);
          guint n_better = 0;

          /* Four bits of occurrences and one byte of length. */
          g_assert_cmpfloat_with_epsilon (match->score, wanted[match->slot],
                                          0.05 * wanted[match->slot]);
          for (guint d = 0; d < N_DOCUMENTS; d++)
            n_better += wanted[d] > 1.1 * wanted[match->slot];
          g_assert_cmpuint (n_better, <=, i);
        }
    }
}

/* --- Changes --------------------------------------------------------------------------------- */

static void
test_remove (Fixture *fixture, gconstpointer data)
{
  add_fields (fixture, 1, "Title", "Head", "basalt and granite");
  add_fields (fixture, 2, "Title", "Head", "granite alone");
  assert_found (fixture, "2 1", .text = "granite");
  g_assert_cmpuint (quarry_lexical_index_get_count (fixture->index), ==, 2);
  g_assert_true (quarry_lexical_index_holds (fixture->index, 1));

  quarry_lexical_index_remove (fixture->index, 1, "Title", "Head", "basalt and granite");
  assert_found (fixture, "2", .text = "granite");
  assert_found (fixture, "", .text = "basalt");
  assert_found (fixture, "", .text = "bas", .last_is_prefix = TRUE);
  assert_found (fixture, "2", .text = "title");
  g_assert_false (quarry_lexical_index_holds (fixture->index, 1));
  assert_sound (fixture);

  /* Once more is no error; the slot is free. */
  quarry_lexical_index_remove (fixture->index, 1, "Title", "Head", "basalt and granite");
  add (fixture, 1, "slate");
  assert_found (fixture, "1", .text = "slate");
  /* What is added replaces what was there. */
  add (fixture, 1, "marble");
  assert_found (fixture, "1", .text = "marble");
  assert_found (fixture, "", .text = "slate");
  g_assert_cmpuint (quarry_lexical_index_get_count (fixture->index), ==, 2);
  assert_sound (fixture);
}

/* --- Against a plain model ------------------------------------------------------------------- */

#define N_SLOTS 90

/* What the index holds, as plain texts; and all of it looked through for each query. */
typedef struct
{
  char *texts[N_SLOTS][3]; /* title, heading, text; title NULL: empty */
} Model;

static const char *const model_words[]
    = { "granite", "granites", "basalt",   "slate",   "marble",   "the",      "of",
        "running", "runs",     "run",      "elan",    "quartzite", "quartz",  "limestones",
        "limestone", "sand",   "sandstone", "9001" };

static char *
random_words (GRand *random, guint most)
{
  GString *text = g_string_new (NULL);

  for (guint i = (guint) g_rand_int_range (random, 0, (gint) most + 1); i > 0; i--)
    {
      double u = g_rand_double (random);

      g_string_append_printf (text, "%s ", model_words[(guint) (u * u * G_N_ELEMENTS (model_words))]);
    }
  return g_string_free (text, FALSE);
}

static void
model_clear (Model *model, guint slot)
{
  for (guint f = 0; f < 3; f++)
    g_clear_pointer (&model->texts[slot][f], g_free);
}

static guint
count_words (const Model *model, guint slot)
{
  guint n = 0;

  for (guint f = 0; f < 3; f++)
    n += quarry_words_count (model->texts[slot][f], -1);
  return n;
}

/* How often words stand in a passage one behind the other, in quarters by field or all alike. */
static guint
count_in (const Model *model, guint slot, char **words, gboolean by_field)
{
  static const guint quarters[] = { 6, 5, 4 };
  guint sum = 0, n = g_strv_length (words);

  for (guint f = 0; f < 3; f++)
    {
      g_auto (GStrv) all = g_strsplit (model->texts[slot][f], " ", -1);
      guint length = g_strv_length (all);

      for (guint i = 0; i + n <= length; i++)
        {
          guint j = 0;

          while (j < n && strcmp (all[i + j], words[j]) == 0)
            j++;
          if (j == n)
            sum += by_field ? quarters[f] : 4;
        }
    }
  return sum;
}

/* A group of words, or a phrase, with its weight and what each passage has of it. */
typedef struct
{
  double weight;
  guint quarters[N_SLOTS];
} Group;

static void
group_add (Group *group, const Model *model, char **words, guint share, guint64 *count)
{
  for (guint s = 0; s < N_SLOTS; s++)
    {
      guint n = model->texts[s][0] != NULL
                    ? count_in (model, s, words, words[1] == NULL)
                    : 0;

      if (n == 0)
        continue;
      group->quarters[s] += quarry_lexical_code_quarters[quarry_lexical_count_code (n)] * share / 16;
      ++*count;
    }
}

static void
group_weigh (Group *group, guint64 count, guint n_passages, double factor)
{
  double n = MIN ((double) count, n_passages);

  group->weight = factor * log (1.0 + (n_passages - n + 0.5) / (n + 0.5));
}

/* The forms of @word's stem. FALSE where none stands anywhere. */
static gboolean
make_group (const Model *model, const char *word, double factor, Group *group)
{
  char stem[100];
  guint64 count = 0;
  guint n_passages = 0;

  memset (group, 0, sizeof *group);
  quarry_lexical_stem (word, strlen (word), stem, sizeof stem);
  for (guint i = 0; i < G_N_ELEMENTS (model_words); i++)
    {
      const char *other = model_words[i];
      char *words[] = { (char *) other, NULL };
      char other_stem[100];

      quarry_lexical_stem (other, strlen (other), other_stem, sizeof other_stem);
      if (strcmp (stem, other_stem) == 0)
        group_add (group, model, words, strcmp (other, word) == 0 ? 16 : 14, &count);
    }
  for (guint s = 0; s < N_SLOTS; s++)
    n_passages += model->texts[s][0] != NULL;
  group_weigh (group, count, n_passages, factor);
  return count > 0;
}

typedef struct
{
  const char *word;
  char stem[100];
  double count;
} Held;

static int
compare_held (gconstpointer a, gconstpointer b)
{
  const Held *x = a;
  const Held *y = b;

  if (x->count != y->count)
    return x->count > y->count ? -1 : 1;
  return strcmp (x->word, y->word);
}

/* A group for each stem of what @typed may be or become. Returns how many. */
static guint
make_guesses (const Model *model, const char *typed, Group *groups)
{
  Held held[G_N_ELEMENTS (model_words)], guesses[G_N_ELEMENTS (model_words) + 1];
  double own = 0, others = 0;
  guint n = 0, n_guesses = 0, n_groups = 0;
  char stem[100];

  quarry_lexical_stem (typed, strlen (typed), stem, sizeof stem);
  for (guint i = 0; i < G_N_ELEMENTS (model_words); i++)
    {
      char *words[] = { (char *) model_words[i], NULL };
      Group once = { 0 };
      guint64 count = 0;

      group_add (&once, model, words, 16, &count);
      held[n].word = model_words[i];
      held[n].count = (double) count;
      quarry_lexical_stem (model_words[i], strlen (model_words[i]), held[n].stem, sizeof held[n].stem);
      if (strcmp (model_words[i], typed) == 0)
        own = (double) count;
      else if (g_str_has_prefix (model_words[i], typed))
        others += (double) count;
      n++;
    }
  qsort (held, n, sizeof *held, compare_held);
  for (guint i = 0; own < 1 && i < n; i++)
    if (strcmp (held[i].stem, stem) == 0)
      own = held[i].count;
  if (own > 0)
    {
      guesses[n_guesses] = (Held) { .word = typed, .count = 8 * own };
      strcpy (guesses[n_guesses++].stem, stem);
    }
  for (guint i = 0; i < n; i++)
    {
      guint g = 0;

      if (held[i].count < 1 || !g_str_has_prefix (held[i].word, typed) || strcmp (held[i].word, typed) == 0
          || quarry_words_is_stop_word (held[i].word, strlen (held[i].word)))
        continue;
      while (g < n_guesses && strcmp (guesses[g].stem, held[i].stem) != 0)
        g++;
      if (g == n_guesses)
        {
          guesses[n_guesses] = held[i];
          guesses[n_guesses++].count = 0;
        }
      guesses[g].count += held[i].count;
    }
  for (guint g = 0; g < n_guesses; g++)
    {
      double share = guesses[g].count / (others + 8 * own);
      gboolean is_typed = strcmp (guesses[g].word, typed) == 0;

      if (!is_typed || !quarry_words_is_stop_word (typed, strlen (typed)))
        n_groups += make_group (model, guesses[g].word, is_typed ? MAX (share, .3) : share, &groups[n_groups]);
    }

  return n_groups;
}

typedef struct
{
  guint slot;
  guint64 score;
} Scored;

static int
compare_scored (gconstpointer a, gconstpointer b)
{
  const Scored *x = a;
  const Scored *y = b;

  if (x->score != y->score)
    return x->score < y->score ? 1 : -1;
  return (x->slot > y->slot) - (x->slot < y->slot);
}

/* Words of the model alone; a phrase and an exclusion, or NULL. */
static void
compare_search (Fixture *fixture,
                const Model *model,
                const char *word,
                const char *other,
                gboolean prefix,
                const char *phrase,
                const char *excluded,
                guint k)
{
  g_autofree char *text = g_strdup_printf ("%s %s", word, other);
  g_auto (GStrv) phrase_words = phrase != NULL ? g_strsplit (phrase, " ", -1) : NULL;
  QuarryLexicalQuery query = { .text = text, .last_is_prefix = prefix };
  const char *phrases[] = { phrase, NULL }, *exclusions[] = { excluded, NULL };
  g_autofree QuarryLexicalWeights *weights = g_new (QuarryLexicalWeights, 1);
  g_autoptr (GArray) wanted = g_array_new (FALSE, FALSE, sizeof (Scored));
  g_autoptr (GArray) matches = NULL;
  Group groups[G_N_ELEMENTS (model_words) + 3], out = { 0 };
  guint n_groups = 0, first_of_prefix = 0, n_passages = 0;
  guint64 n_words = 0, count = 0;
  double highest = 0.0;
  char stem[100], other_stem[100];
  gboolean repeated;

  /* The same word again counts as often; a word that is being typed is one of its own. */
  quarry_lexical_stem (word, strlen (word), stem, sizeof stem);
  quarry_lexical_stem (other, strlen (other), other_stem, sizeof other_stem);
  repeated = !prefix && strcmp (stem, other_stem) == 0;

  for (guint s = 0; s < N_SLOTS; s++)
    if (model->texts[s][0] != NULL)
      {
        n_passages++;
        n_words += quarry_lexical_code_words (
            quarry_lexical_length_code (count_words (model, s)));
      }
  quarry_lexical_weights_init (weights, n_passages > 0 ? (double) n_words / n_passages : 1.0);

  if (phrase != NULL)
    {
      query.phrases = phrases;
      memset (&groups[0], 0, sizeof groups[0]);
      group_add (&groups[0], model, phrase_words, 16, &count);
      group_weigh (&groups[0], count, n_passages, 1.0);
      n_groups = 1;
    }
  n_groups += make_group (model, word, repeated ? 2.0 : 1.0, &groups[n_groups]);
  first_of_prefix = n_groups;
  if (prefix)
    n_groups += make_guesses (model, other, &groups[n_groups]);
  else if (!repeated)
    n_groups += make_group (model, other, 1.0, &groups[n_groups]);
  if (!prefix)
    first_of_prefix = n_groups;
  if (excluded != NULL)
    {
      query.excluded = exclusions;
      make_group (model, excluded, 1.0, &out);
    }

  for (guint g = 0; g < n_groups; g++)
    highest = MAX (highest, groups[g].weight);
  for (guint s = 0; s < N_SLOTS; s++)
    {
      Scored scored = { s, 0 };
      guint64 alternative = 0;

      if (model->texts[s][0] == NULL || (phrase != NULL && groups[0].quarters[s] == 0)
          || (excluded != NULL && out.quarters[s] > 0))
        continue;
      for (guint g = 0; g < n_groups; g++)
        {
          guint64 weight = (guint64) CLAMP (
              lround (groups[g].weight / highest * QUARRY_MAXSCORE_MAX_WEIGHT), 1,
              QUARRY_MAXSCORE_MAX_WEIGHT);
          guint length = quarry_lexical_length_code (count_words (model, s));
          guint64 part = groups[g].quarters[s] == 0
                             ? 0
                             : weight * quarry_lexical_impact (groups[g].quarters[s],
                                                               weights->norms[length]);

          if (g >= first_of_prefix)
            alternative = MAX (alternative, part);
          else
            scored.score += part;
        }
      scored.score += alternative;
      if (scored.score > 0)
        g_array_append_val (wanted, scored);
    }
  g_array_sort (wanted, compare_scored);

  matches = search_full (fixture, &query, k);
  g_assert_cmpuint (matches->len, ==, MIN (k, wanted->len));
  for (guint i = 0; i < matches->len; i++)
    {
      const QuarryLexicalMatch *match = &g_array_index (matches, QuarryLexicalMatch, i);
      const Scored *scored = &g_array_index (wanted, Scored, i);

      g_assert_cmpuint (match->slot, ==, scored->slot);
      g_assert_cmpfloat_with_epsilon (
          match->score, (float) (scored->score * highest / 16383.0 * 2.5 / 4095.0), 1e-5f);
    }
}

static const char *
any_word (GRand *random)
{
  const char *word;

  do
    word = model_words[g_rand_int_range (random, 0, G_N_ELEMENTS (model_words))];
  while (quarry_words_is_stop_word (word, strlen (word)));
  return word;
}

static void
change_model (Fixture *fixture, Model *model, GRand *random)
{
  guint slot = (guint) g_rand_int_range (random, 0, N_SLOTS);
  char **texts = model->texts[slot];

  if (texts[0] != NULL && g_rand_int_range (random, 0, 3) > 0)
    {
      gboolean with_texts = g_rand_boolean (random);

      quarry_lexical_index_remove (fixture->index, slot, with_texts ? texts[0] : NULL,
                                   with_texts ? texts[1] : NULL, with_texts ? texts[2] : NULL);
      model_clear (model, slot);
      return;
    }
  model_clear (model, slot);
  texts[0] = random_words (random, 2);
  texts[1] = random_words (random, 2);
  texts[2] = random_words (random, 40);
  add_fields (fixture, slot, texts[0], texts[1], texts[2]);
}

/* Whatever is done to the index, in whatever order, and however it is spread over segments and
 * files: it answers as one that looks through all texts. */
static void
test_model (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = g_dir_make_tmp ("quarry-lexical-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (folder, "words.index", NULL);
  g_autoptr (GRand) random = g_rand_new_with_seed (11);
  Model model = { 0 };
  guint n_rounds = g_test_slow () ? 20000 : 600;

  for (guint round = 0; round < n_rounds; round++)
    {
      g_autofree char *begun = g_strndup (any_word (random), (gsize) g_rand_int_range (random, 1, 6));
      g_autofree char *phrase = NULL;
      g_autoptr (GError) error = NULL;
      guint what = (guint) g_rand_int_range (random, 0, 100);

      for (guint i = 0; i < 3; i++)
        change_model (fixture, &model, random);
      if (what < 12)
        {
          quarry_lexical_index_save (fixture->index, file, "mark", &error);
          g_assert_no_error (error);
        }
      if (what < 4)
        {
          quarry_lexical_index_unref (fixture->index);
          fixture->index = quarry_lexical_index_open (file, &error);
          g_assert_no_error (error);
        }
      if (what == 50)
        quarry_lexical_index_settle (fixture->index);

      phrase = g_strdup_printf ("%s %s", any_word (random), any_word (random));
      compare_search (fixture, &model, any_word (random), any_word (random), FALSE, NULL, NULL, 10);
      compare_search (fixture, &model, any_word (random), begun, TRUE, NULL, any_word (random), 100);
      compare_search (fixture, &model, any_word (random), any_word (random), FALSE,
                      what % 2 == 0 ? phrase : any_word (random), NULL, 5);
      if (round % 100 == 0)
        {
          g_autoptr (GArray) slots = quarry_lexical_index_list_slots (fixture->index);
          guint n = 0;

          for (guint s = 0; s < N_SLOTS; s++)
            if (model.texts[s][0] != NULL)
              g_assert_cmpuint (g_array_index (slots, guint32, n++), ==, s);
          g_assert_cmpuint (slots->len, ==, n);
          assert_sound (fixture);
        }
    }
  for (guint s = 0; s < N_SLOTS; s++)
    model_clear (&model, s);
  g_assert_cmpint (g_remove (file), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* --- File ------------------------------------------------------------------------------------ */

/* A folder with a file of an index that was saved three times, with the marks "1", "2" and "3", each
 * time with as many passages. */
typedef struct
{
  char *folder;
  char *file;
  char *copy; /* to do harm to: the file itself is mapped */
  char *bytes;
  gsize length;
} SavedFile;

static void
saved_file_init (SavedFile *saved, Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  saved->folder = g_dir_make_tmp ("quarry-lexical-XXXXXX", NULL);
  saved->file = g_build_filename (saved->folder, "words.index", NULL);
  for (guint i = 1; i <= 3; i++)
    {
      g_autofree char *text = g_strdup_printf ("granite number%u slate", i);
      g_autofree char *mark = g_strdup_printf ("%u", i);

      add (fixture, 10 * i, text);
      add (fixture, 10 * i + 1, "granite");
      quarry_lexical_index_remove (fixture->index, 10 * i + 1, NULL, NULL, NULL);
      if (i > 1)
        quarry_lexical_index_remove (fixture->index, 10, NULL, NULL, "granite number1 slate");
      g_assert_true (quarry_lexical_index_save (fixture->index, saved->file, mark, &error));
      g_assert_no_error (error);
    }
  g_assert_true (g_file_get_contents (saved->file, &saved->bytes, &saved->length, &error));
  g_assert_no_error (error);
  saved->copy = g_build_filename (saved->folder, "copy", NULL);
}

static void
saved_file_clear (SavedFile *saved)
{
  g_assert_cmpint (g_remove (saved->file), ==, 0);
  g_remove (saved->copy);
  g_assert_cmpint (g_rmdir (saved->folder), ==, 0);
  g_free (saved->folder);
  g_free (saved->file);
  g_free (saved->copy);
  g_free (saved->bytes);
}

/* Opens the copy as it is now: the mark that it has, "" where it is not believed. Whatever it has, it
 * is one of the states that were saved. */
static char *
open_saved (const SavedFile *saved)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryLexicalIndex) index = quarry_lexical_index_open (saved->copy, &error);
  Fixture fixture = { index };
  g_autofree char *mark = NULL;

  if (index == NULL)
    {
      g_assert_nonnull (error);
      g_assert_true (error->domain == QUARRY_LEXICAL_ERROR);
      g_assert_nonnull (strstr (error->message, "copy"));
      return g_strdup ("");
    }
  mark = quarry_lexical_index_dup_mark (index);
  assert_sound (&fixture);
  if (strcmp (mark, "1") == 0)
    assert_found (&fixture, "10", .text = "granite");
  else if (strcmp (mark, "2") == 0)
    assert_found (&fixture, "20", .text = "granite");
  else
    assert_found (&fixture, "20 30", .text = "granite");
  return g_steal_pointer (&mark);
}

static void
write_bytes (const SavedFile *saved, const char *bytes, gsize length)
{
  FILE *file = fopen (saved->copy, "wb");

  g_assert_nonnull (file);
  g_assert_cmpuint (fwrite (bytes, 1, length, file), ==, length);
  g_assert_cmpint (fclose (file), ==, 0);
}

/* What a crash leaves at any moment of a save: a file cut short anywhere. */
static void
test_cut_file (Fixture *fixture, gconstpointer data)
{
  SavedFile saved;
  char previous = ' ';

  saved_file_init (&saved, fixture);
  for (gsize length = 0; length <= saved.length; length += MIN (512, MAX (1, saved.length - length)))
    {
      g_autofree char *mark = NULL;

      write_bytes (&saved, saved.bytes, length);
      mark = open_saved (&saved);
      g_assert_cmpint (*mark == '\0' ? ' ' : *mark, >=, previous);
      previous = *mark == '\0' ? ' ' : *mark;
    }
  g_assert_cmpint (previous, ==, '3');
  saved_file_clear (&saved);
}

static void
test_flipped_bits (Fixture *fixture, gconstpointer data)
{
  SavedFile saved;
  g_autoptr (GRand) random = g_rand_new_with_seed (7);

  saved_file_init (&saved, fixture);
  for (guint round = 0; round < 2000; round++)
    {
      gsize at = (gsize) g_rand_int_range (random, 0, (gint) saved.length);
      char bit = (char) (1 << g_rand_int_range (random, 0, 8));
      g_autofree char *mark = NULL;

      saved.bytes[at] ^= bit;
      write_bytes (&saved, saved.bytes, saved.length);
      mark = open_saved (&saved);
      g_assert_nonnull (mark);
      saved.bytes[at] ^= bit;
    }
  saved_file_clear (&saved);
}

static void
assert_refused (const SavedFile *saved, QuarryLexicalError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (quarry_lexical_index_open (saved->copy, &error));
  g_assert_error (error, QUARRY_LEXICAL_ERROR, (gint) code);
}

static void
test_other_files (Fixture *fixture, gconstpointer data)
{
  SavedFile saved;

  saved_file_init (&saved, fixture);
  write_bytes (&saved, "", 0);
  assert_refused (&saved, QUARRY_LEXICAL_ERROR_DAMAGED);
  write_bytes (&saved, "SQLite format 3", 16);
  assert_refused (&saved, QUARRY_LEXICAL_ERROR_DAMAGED);
  saved.bytes[8] ^= 1; /* the version */
  write_bytes (&saved, saved.bytes, saved.length);
  assert_refused (&saved, QUARRY_LEXICAL_ERROR_STALE);
  saved.bytes[8] ^= 1;
  saved.bytes[12] ^= 1; /* the order of bytes */
  write_bytes (&saved, saved.bytes, saved.length);
  assert_refused (&saved, QUARRY_LEXICAL_ERROR_STALE);
  saved.bytes[12] ^= 1;
  g_assert_cmpint (g_remove (saved.copy), ==, 0);
  assert_refused (&saved, QUARRY_LEXICAL_ERROR_MISSING);
  g_assert_cmpint (g_mkdir (saved.copy, 0700), ==, 0);
  assert_refused (&saved, QUARRY_LEXICAL_ERROR_FILE);
  g_assert_cmpint (g_rmdir (saved.copy), ==, 0);
  saved_file_clear (&saved);
}

/* A file that was left in pieces is put together by whoever may write it. */
static void
test_tidy (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = g_dir_make_tmp ("quarry-lexical-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (folder, "words.index", NULL);
  g_autoptr (GError) error = NULL;
  QuarryLexicalQuery query = { .text = "basalt" };
  g_autoptr (GArray) matches = NULL;
  guint64 whole, bytes, positions, postings;

  for (guint i = 0; i < 10000; i++)
    {
      add (fixture, i, i % 2 == 0 ? "granite" : "granite basalt");
      if (i % 5000 == 4999)
        g_assert_true (quarry_lexical_index_save (fixture->index, file, "mark", &error));
    }
  quarry_lexical_index_settle (fixture->index);
  quarry_lexical_index_get_size (fixture->index, &whole, &positions, &postings);

  quarry_lexical_index_unref (fixture->index);
  fixture->index = quarry_lexical_index_open (file, &error);
  g_assert_no_error (error);
  quarry_lexical_index_get_size (fixture->index, &bytes, &positions, &postings);
  g_assert_cmpuint (bytes, >, whole);
  g_assert_true (quarry_lexical_index_tidy (fixture->index));
  g_assert_true (quarry_lexical_index_settle (fixture->index));
  quarry_lexical_index_get_size (fixture->index, &bytes, &positions, &postings);
  g_assert_cmpuint (bytes, ==, whole);
  matches = quarry_lexical_index_search (fixture->index, &query, 10000, NULL, 0, NULL, NULL);
  g_assert_cmpuint (matches->len, ==, 5000);
  g_assert_true (quarry_lexical_index_save (fixture->index, file, "mark", &error));

  quarry_lexical_index_unref (fixture->index);
  fixture->index = quarry_lexical_index_open (file, &error);
  g_assert_no_error (error);
  g_assert_false (quarry_lexical_index_tidy (fixture->index));
  g_assert_cmpint (g_remove (file), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* What a writer that was killed has left beside the file is written over, and nothing stays. */
static void
test_left_behind (Fixture *fixture, gconstpointer data)
{
  SavedFile saved;
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryLexicalIndex) again = NULL;
  g_autofree char *folder = g_dir_make_tmp ("quarry-lexical-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (folder, "words", NULL);
  g_autofree char *beside = g_strconcat (file, ".new", NULL);
  g_autofree char *junk = g_strnfill (1 << 20, 'x');

  saved_file_init (&saved, fixture);
  g_assert_true (g_file_set_contents (beside, junk, 1 << 20, NULL));
  g_assert_true (quarry_lexical_index_save (fixture->index, file, "mark", &error));
  g_assert_no_error (error);
  g_assert_false (g_file_test (beside, G_FILE_TEST_EXISTS));
  again = quarry_lexical_index_open (file, &error);
  g_assert_no_error (error);
  g_assert_nonnull (again);
  g_assert_cmpint (g_remove (file), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  saved_file_clear (&saved);
}

/* Two indexes with one file: nobody writes into what another has made of it, and each goes on with
 * what it opened. */
static void
test_two_owners (Fixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLexicalIndex) other = NULL;
  g_autoptr (GError) error = NULL;
  Fixture second;
  SavedFile saved;

  saved_file_init (&saved, fixture);
  other = quarry_lexical_index_open (saved.file, &error);
  g_assert_no_error (error);
  second.index = other;
  add (&second, 77, "basalt");
  g_assert_true (quarry_lexical_index_save (other, saved.file, "other", &error));
  add (fixture, 88, "marble");
  g_assert_true (quarry_lexical_index_save (fixture->index, saved.file, "first", &error));
  assert_found (&second, "77", .text = "basalt");
  assert_found (&second, "", .text = "marble");
  assert_found (&second, "20 30", .text = "granite");
  assert_found (fixture, "88", .text = "marble");

  quarry_lexical_index_unref (fixture->index);
  fixture->index = quarry_lexical_index_open (saved.file, &error);
  g_assert_no_error (error);
  assert_found (fixture, "88", .text = "marble");
  assert_found (fixture, "", .text = "basalt");
  saved_file_clear (&saved);
}

/* A save costs what has changed, and what no longer counts does not pile up. */
static void
test_file_size (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  GStatBuf before, after;
  SavedFile saved;

  for (guint i = 0; i < 2000; i++)
    {
      g_string_printf (text, "granite number%u and basalt%u of slate%u", i, i * 7, i * 13);
      add (fixture, 1000 + i, text->str);
    }
  saved_file_init (&saved, fixture);
  g_assert_cmpint (g_stat (saved.file, &before), ==, 0);
  add (fixture, 5000, "marble");
  g_assert_true (quarry_lexical_index_save (fixture->index, saved.file, "4", &error));
  g_assert_cmpint (g_stat (saved.file, &after), ==, 0);
  g_assert_cmpint (after.st_ino, ==, before.st_ino);
  g_assert_cmpint (after.st_size - before.st_size, <=, 4 * 4096);

  for (guint i = 0; i < 40; i++)
    {
      for (guint j = 0; j < 400; j++)
        add (fixture, 1000 + (i * 400 + j) % 1990, text->str);
      g_assert_true (quarry_lexical_index_save (fixture->index, saved.file, "5", &error));
    }
  g_assert_cmpint (g_stat (saved.file, &after), ==, 0);
  g_assert_cmpint (after.st_size, <, 3 * before.st_size + (6 << 20));
  saved_file_clear (&saved);
}

/* --- Threads --------------------------------------------------------------------------------- */

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

          /* What is always there is always found. */
          g_assert_cmpuint (matches->len, >, 0);
        }
    }
  return NULL;
}

/* Searches beside adding, removing, sealing, merging and saving. */
static void
test_threads (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = g_dir_make_tmp ("quarry-lexical-XXXXXX", NULL);
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
  /* Thirty segments have become fewer, which are written once. */
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
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

/* --- Spelling -------------------------------------------------------------------------------- */

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

  /* A letter more, less, other, two changed about. */
  assert_found (fixture, "1 2", .text = "grannite");
  assert_found (fixture, "1 2", .text = "granit");
  assert_found (fixture, "1 2", .text = "granize");
  assert_found (fixture, "1 2", .text = "garnite");
  assert_found (fixture, "3", .text = "garvel");
  /* Long words may be wrong twice; short ones not at all. */
  assert_found (fixture, "2", .text = "photosinthesys");
  assert_found (fixture, "", .text = "fotosinthesys");
  assert_found (fixture, "", .text = "cet");
  assert_found (fixture, "3", .text = "elam");
  /* What there is needs no correction. */
  assert_found (fixture, "3", .text = "gravel");
  /* A correction counts less than a word that stands there. */
  add (fixture, 5, "granites");
  assert_found (fixture, "5 1 2", .text = "granites");
  add (fixture, 6, "limestones limestone");
  add (fixture, 7, "limestonex");
  assert_found (fixture, "7", .text = "limestonex");

  /* Nor where it is not wanted. */
  assert_found (fixture, "", .text = "grannite", .as_typed = TRUE);
  assert_found (fixture, "", .text = "granitx", .as_typed = TRUE, .last_is_prefix = TRUE);
  g_assert_cmpfloat (quarry_lexical_index_get_rarity (fixture->index, "granite"), <,
                     quarry_lexical_index_get_rarity (fixture->index, "photosynthesis"));
  g_assert_cmpfloat (quarry_lexical_index_get_rarity (fixture->index, "photosynthesis"), <,
                     quarry_lexical_index_get_rarity (fixture->index, "zzz"));

  assert_suggested (fixture, "gra", "granite granites gravel");
  assert_suggested (fixture, "the photo", "photosynthesis");
  assert_suggested (fixture, "grvel", "gravel");
  assert_suggested (fixture, "zzz", "");
  assert_suggested (fixture, "", "");
  assert_suggested (fixture, "th", "");
}

/* Edits between two words by the book: letters more, less or other, and two neighbours changed about. */
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

/* Of few letters, so that many are near each other; every fourth may have one that is not of ASCII. */
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

static void
test_near_words (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (12);
  g_autoptr (GHashTable) words = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint n_found = 0;

  while (g_hash_table_size (words) < 1500)
    {
      char *word = make_near_word (random);

      if (g_hash_table_add (words, word))
        add (fixture, g_hash_table_size (words), word);
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
}

/* Parts of names of programs' things. */
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

/* --- Filter and cancel ----------------------------------------------------------------------- */

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

/* Segments whose slots have gaps and such whose slots have none, which begin anywhere in a word of the
 * bitmap. */
static void
test_filter_segments (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (11);
  g_autofree char *folder = g_dir_make_tmp ("quarry-lexical-XXXXXX", NULL);
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
  g_assert_cmpint (g_rmdir (folder), ==, 0);
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

  /* What was cancelled leaves nothing behind. */
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

/* --- Stems ----------------------------------------------------------------------------------- */

static void
assert_stem (const char *word, const char *wanted)
{
  char stem[100];

  /* The second time it may come from memory. */
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/lexical/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("tidy", test_tidy);
  ADD ("left-behind", test_left_behind);
  ADD ("words", test_words);
  ADD ("stop-words", test_stop_words);
  ADD ("fields", test_fields);
  ADD ("phrases", test_phrases);
  ADD ("exclusion", test_exclusion);
  ADD ("prefix", test_prefix);
  ADD ("foreseen", test_foreseen);
  ADD ("foreseen-before", test_foreseen_before);
  ADD ("many-completions", test_many_completions);
  ADD ("odd-queries", test_odd_queries);
  ADD ("odd-texts", test_odd_texts);
  ADD ("extremes", test_extremes);
  ADD ("scores", test_scores);
  ADD ("remove", test_remove);
  ADD ("model", test_model);
  ADD ("cut-file", test_cut_file);
  ADD ("flipped-bits", test_flipped_bits);
  ADD ("other-files", test_other_files);
  ADD ("two-owners", test_two_owners);
  ADD ("file-size", test_file_size);
  ADD ("threads", test_threads);
  ADD ("spelling", test_spelling);
  ADD ("near-words", test_near_words);
  ADD ("parts", test_parts);
  ADD ("filter", test_filter);
  ADD ("filter-segments", test_filter_segments);
  ADD ("cancel", test_cancel);
  g_test_add_func ("/lexical/stems", test_stems);
  g_test_add_func ("/lexical/stems-on-threads", test_stems_on_threads);

  return g_test_run ();
}
