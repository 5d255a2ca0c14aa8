/* test-lexical.c: the index of words
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/document/quarry-words.h"
#include "core/lexical/quarry-lexical-index.h"

#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

typedef struct
{
  sqlite3 *db;
  QuarryLexicalIndex *index;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (sqlite3_open (":memory:", &fixture->db), ==, SQLITE_OK);
  fixture->index = quarry_lexical_index_open (fixture->db, TRUE, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  quarry_lexical_index_free (fixture->index);
  g_assert_cmpint (sqlite3_close (fixture->db), ==, SQLITE_OK);
}

static void
execute (Fixture *fixture, const char *sql)
{
  char *message = NULL;

  sqlite3_exec (fixture->db, sql, NULL, NULL, &message);
  g_assert_cmpstr (message, ==, NULL);
}

static void
add_fields (
    Fixture *fixture, guint32 slot, const char *title, const char *heading, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (quarry_lexical_index_add (fixture->index, slot, title, heading, text, &error));
  g_assert_no_error (error);
}

static void
add (Fixture *fixture, guint32 slot, const char *text)
{
  add_fields (fixture, slot, NULL, NULL, text);
}

static void
assert_sound (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (quarry_lexical_index_check (fixture->index, &error));
  g_assert_no_error (error);
}

static GArray *
search_full (Fixture *fixture, const QuarryLexicalQuery *query, guint k)
{
  g_autoptr (GError) error = NULL;
  GArray *matches = quarry_lexical_index_search (fixture->index, query, k, NULL, 0, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (matches);
  for (guint i = 0; i < matches->len; i++)
    {
      const QuarryLexicalMatch *match = &g_array_index (matches, QuarryLexicalMatch, i);

      g_assert_cmpfloat (match->score, >, 0.0f);
      if (i > 0)
        {
          g_assert_cmpfloat (match[-1].score, >=, match->score);
          if (match[-1].score == match->score)
            g_assert_cmpuint (match[-1].slot, <, match->slot);
        }
    }
  return matches;
}

/* The slots found, best first, as text. */
static char *
search_slots (Fixture *fixture, const QuarryLexicalQuery *query)
{
  g_autoptr (GArray) matches = search_full (fixture, query, 20);
  GString *slots = g_string_new (NULL);

  for (guint i = 0; i < matches->len; i++)
    g_string_append_printf (
        slots, "%s%u", i > 0 ? " " : "", g_array_index (matches, QuarryLexicalMatch, i).slot);
  return g_string_free (slots, FALSE);
}

#define assert_found(fixture, wanted, ...)                     \
  G_STMT_START                                                 \
  {                                                            \
    QuarryLexicalQuery query_ = { __VA_ARGS__ };               \
    g_autofree char *slots_ = search_slots (fixture, &query_); \
    g_assert_cmpstr (slots_, ==, wanted);                      \
  }                                                            \
  G_STMT_END

#define STRINGS(...) ((const char *const[]){ __VA_ARGS__, NULL })

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

/* Far more completions than are looked at: the ones in most passages count. */
static void
test_many_completions (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GArray) matches = NULL;
  QuarryLexicalQuery query = { .text = "q", .last_is_prefix = TRUE };

  execute (fixture, "BEGIN");
  for (guint i = 0; i < 3000; i++)
    {
      g_autofree char *text = g_strdup_printf ("q%04u filler", i);

      add (fixture, 1000 + i, text);
    }
  for (guint i = 1; i <= 50; i++)
    add (fixture, i, "zebra quasar");
  execute (fixture, "COMMIT");

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
  assert_found (fixture, "4294967294 0", .text = "slot");
  assert_sound (fixture);
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

  execute (fixture, "BEGIN");
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
  execute (fixture, "COMMIT");
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

          g_assert_cmpfloat_with_epsilon (match->score, (float) wanted[match->slot], 1e-4f);
          for (guint d = 0; d < N_DOCUMENTS; d++)
            n_better += wanted[d] > wanted[match->slot] + 1e-4;
          g_assert_cmpuint (n_better, <=, i);
        }
    }
}

/* In a large index words of many passages only score what rarer words find; where these find too
 * little, the others come in. */
static void
test_frequent_words (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GArray) matches = NULL;
  QuarryLexicalQuery query = { .text = "common rare" };

  execute (fixture, "BEGIN");
  for (guint i = 0; i < 3000; i++)
    {
      g_autofree char *text = g_strdup_printf ("%s number%u %s",
                                               i % 3 == 0 ? "common" : "other",
                                               i,
                                               i % 600 == 0 || i == 1 ? "rare" : "usual");

      add (fixture, i, text);
    }
  execute (fixture, "COMMIT");

  /* Rare: 0, 1, 600, 1200, 1800, 2400; all but 1 are common, too. */
  assert_found (fixture,
                "0 600 1200 1800 2400 1 3 6 9 12 15 18 21 24 27 30 33 36 39 42",
                .text = "common rare");
  matches = search_full (fixture, &query, 6);
  g_assert_cmpuint (matches->len, ==, 6);
  g_assert_cmpuint (g_array_index (matches, QuarryLexicalMatch, 4).slot, ==, 2400);
  g_assert_cmpuint (g_array_index (matches, QuarryLexicalMatch, 5).slot, ==, 1);
  assert_found (fixture, "1", .text = "common rare number1", .excluded = STRINGS ("common"));
  assert_found (fixture, "600", .text = "common rare", .phrases = STRINGS ("number600"));
}

/* --- Changes --------------------------------------------------------------------------------- */

static void
test_remove (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  add_fields (fixture, 1, "Title", "Head", "basalt and granite");
  add_fields (fixture, 2, "Title", "Head", "granite alone");
  assert_found (fixture, "2 1", .text = "granite");

  /* Other texts would spoil the index: refused. */
  g_assert_false (
      quarry_lexical_index_remove (fixture->index, 1, "Title", "Head", "basalt", &error));
  g_assert_error (error, QUARRY_LEXICAL_ERROR, QUARRY_LEXICAL_ERROR_MISMATCH);
  g_clear_error (&error);
  g_assert_false (quarry_lexical_index_remove (
      fixture->index, 1, "TitleHead", "", "basalt and granite", &error));
  g_assert_error (error, QUARRY_LEXICAL_ERROR, QUARRY_LEXICAL_ERROR_MISMATCH);
  g_clear_error (&error);
  assert_found (fixture, "2 1", .text = "granite");

  g_assert_true (quarry_lexical_index_remove (
      fixture->index, 1, "Title", "Head", "basalt and granite", &error));
  g_assert_no_error (error);
  assert_found (fixture, "2", .text = "granite");
  assert_found (fixture, "", .text = "basalt");
  assert_found (fixture, "", .text = "bas", .last_is_prefix = TRUE);
  assert_found (fixture, "2", .text = "title");
  assert_sound (fixture);

  /* Once more is no error; the slot is free. */
  g_assert_true (quarry_lexical_index_remove (
      fixture->index, 1, "Title", "Head", "basalt and granite", &error));
  g_assert_no_error (error);
  add (fixture, 1, "slate");
  assert_found (fixture, "1", .text = "slate");
  g_assert_false (quarry_lexical_index_add (fixture->index, 1, NULL, NULL, "marble", &error));
  g_assert_error (error, QUARRY_LEXICAL_ERROR, QUARRY_LEXICAL_ERROR_MISMATCH);
  assert_found (fixture, "", .text = "marble");
  assert_sound (fixture);
}

/* After any changes the index is what a new one of the same passages would be. */
static void
test_random_changes (Fixture *fixture, gconstpointer data)
{
  static const char *const vocabulary[] = { "granite", "granites", "basalt",  "slate", "marble",
                                            "the",     "of",       "running", "runs",  "élan" };
  char *texts[60] = { NULL };
  g_autoptr (GRand) random = g_rand_new_with_seed (11);
  g_autoptr (GError) error = NULL;

  for (guint round = 0; round < 600; round++)
    {
      guint slot = (guint) g_rand_int_range (random, 0, G_N_ELEMENTS (texts));

      execute (fixture, "BEGIN");
      if (texts[slot] != NULL)
        {
          g_assert_true (quarry_lexical_index_remove (
              fixture->index, slot, "rock", NULL, texts[slot], &error));
          g_clear_pointer (&texts[slot], g_free);
        }
      else
        {
          GString *text = g_string_new (NULL);

          for (guint i = (guint) g_rand_int_range (random, 0, 30); i > 0; i--)
            g_string_append_printf (
                text, "%s ", vocabulary[g_rand_int_range (random, 0, G_N_ELEMENTS (vocabulary))]);
          texts[slot] = g_string_free (text, FALSE);
          add_fields (fixture, slot, "rock", NULL, texts[slot]);
        }
      g_assert_no_error (error);
      execute (fixture, "COMMIT");

      if (round % 60 == 59)
        {
          Fixture fresh;

          set_up (&fresh, NULL);
          for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
            if (texts[i] != NULL)
              add_fields (&fresh, i, "rock", NULL, texts[i]);
          for (guint i = 0; i < G_N_ELEMENTS (vocabulary); i++)
            {
              QuarryLexicalQuery query = { .text = vocabulary[i], .last_is_prefix = i % 2 == 0 };
              g_autofree char *here = search_slots (fixture, &query);
              g_autofree char *there = search_slots (&fresh, &query);

              g_assert_cmpstr (here, ==, there);
            }
          tear_down (&fresh, NULL);
          assert_sound (fixture);
        }
    }
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    g_free (texts[i]);
}

static void
test_rollback (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  add (fixture, 1, "granite");
  execute (fixture, "BEGIN");
  add (fixture, 2, "running granite");
  g_assert_true (quarry_lexical_index_remove (fixture->index, 1, NULL, NULL, "granite", &error));
  assert_found (fixture, "2", .text = "granite");
  assert_found (fixture, "2", .text = "run");
  execute (fixture, "ROLLBACK");
  assert_found (fixture, "1", .text = "granite");
  assert_found (fixture, "", .text = "run");
  assert_found (fixture, "", .text = "runn", .last_is_prefix = TRUE);
  assert_sound (fixture);
  add (fixture, 2, "runs");
  assert_found (fixture, "2", .text = "run");
  assert_sound (fixture);
}

static void
test_clear (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  add (fixture, 1, "granite");
  execute (fixture, "BEGIN");
  g_assert_true (quarry_lexical_index_clear (fixture->index, &error));
  g_assert_no_error (error);
  assert_found (fixture, "", .text = "granite");
  execute (fixture, "ROLLBACK");
  assert_found (fixture, "1", .text = "granite");

  execute (fixture, "BEGIN");
  g_assert_true (quarry_lexical_index_clear (fixture->index, &error));
  add (fixture, 1, "slate");
  execute (fixture, "COMMIT");
  assert_found (fixture, "", .text = "granite");
  assert_found (fixture, "1", .text = "sl", .last_is_prefix = TRUE);
  assert_sound (fixture);
}

static void
test_damage (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 50; i++)
    add (fixture, i, "granite and slate");
  assert_sound (fixture);
  execute (fixture, "UPDATE lexical_data SET block = zeroblob(length(block)) WHERE id > 10");
  quarry_lexical_index_free (fixture->index);
  fixture->index = quarry_lexical_index_open (fixture->db, TRUE, &error);
  g_assert_no_error (error);
  g_assert_false (quarry_lexical_index_check (fixture->index, &error));
  g_assert_error (error, QUARRY_LEXICAL_ERROR, QUARRY_LEXICAL_ERROR_DAMAGED);
  g_clear_error (&error);

  g_assert_true (quarry_lexical_index_clear (fixture->index, &error));
  g_assert_no_error (error);
  add (fixture, 1, "granite");
  assert_found (fixture, "1", .text = "granite");
  assert_sound (fixture);

  /* A passage that is remembered and not indexed. */
  execute (fixture, "INSERT INTO lexical_passages VALUES (77, 1)");
  g_assert_false (quarry_lexical_index_check (fixture->index, &error));
  g_assert_error (error, QUARRY_LEXICAL_ERROR, QUARRY_LEXICAL_ERROR_DAMAGED);
}

static void
test_missing (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (":memory:", &db), ==, SQLITE_OK);
  g_assert_null (quarry_lexical_index_open (db, FALSE, &error));
  g_assert_error (error, QUARRY_LEXICAL_ERROR, QUARRY_LEXICAL_ERROR_MISSING);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
}

/* A second connection sees what was committed, also through what it had counted before. */
static void
test_two_connections (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("quarry-lexical-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (folder, "test.db", NULL);
  Fixture writer, reader;

  g_assert_cmpint (sqlite3_open (file, &writer.db), ==, SQLITE_OK);
  execute (&writer, "PRAGMA journal_mode = WAL");
  writer.index = quarry_lexical_index_open (writer.db, TRUE, &error);
  g_assert_no_error (error);
  g_assert_cmpint (sqlite3_open_v2 (file, &reader.db, SQLITE_OPEN_READONLY, NULL), ==, SQLITE_OK);
  reader.index = quarry_lexical_index_open (reader.db, FALSE, &error);
  g_assert_no_error (error);

  add (&writer, 1, "granite");
  assert_found (&reader, "1", .text = "gran", .last_is_prefix = TRUE);
  add (&writer, 2, "granular");
  assert_found (&reader, "1 2", .text = "gran", .last_is_prefix = TRUE);
  execute (&writer, "BEGIN");
  add (&writer, 3, "granada");
  assert_found (&reader, "1 2", .text = "gran", .last_is_prefix = TRUE);
  execute (&writer, "COMMIT");
  assert_found (&reader, "1 2 3", .text = "gran", .last_is_prefix = TRUE);
  assert_sound (&reader);
  execute (&writer, "BEGIN");
  g_assert_true (quarry_lexical_index_clear (writer.index, &error));
  execute (&writer, "COMMIT");
  assert_found (&reader, "", .text = "gran", .last_is_prefix = TRUE);

  tear_down (&reader, NULL);
  tear_down (&writer, NULL);
  g_assert_cmpint (g_remove (file), ==, 0);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
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

  execute (fixture, "BEGIN");
  for (guint i = 0; i < 3000; i++)
    add (fixture, i, "granite slate marble");
  execute (fixture, "COMMIT");

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
  ADD ("words", test_words);
  ADD ("stop-words", test_stop_words);
  ADD ("fields", test_fields);
  ADD ("phrases", test_phrases);
  ADD ("exclusion", test_exclusion);
  ADD ("prefix", test_prefix);
  ADD ("many-completions", test_many_completions);
  ADD ("odd-queries", test_odd_queries);
  ADD ("odd-texts", test_odd_texts);
  ADD ("scores", test_scores);
  ADD ("frequent-words", test_frequent_words);
  ADD ("remove", test_remove);
  ADD ("random-changes", test_random_changes);
  ADD ("rollback", test_rollback);
  ADD ("clear", test_clear);
  ADD ("damage", test_damage);
  ADD ("missing", test_missing);
  ADD ("two-connections", test_two_connections);
  ADD ("filter", test_filter);
  ADD ("cancel", test_cancel);
  g_test_add_func ("/lexical/stems", test_stems);
  g_test_add_func ("/lexical/stems-on-threads", test_stems_on_threads);

  return g_test_run ();
}
