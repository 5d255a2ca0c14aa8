/* test-lexical-input.c: hostile and odd queries and texts
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "tests/support/temporary-folder.h"
#include "tests/unit/lexical-helpers.h"

#include <glib/gstdio.h>

/* Nothing that is typed is parsed as syntax, and nothing breaks the search. */
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

  /* The words between the signs are searched for as words. */
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
  /* Compared with a passage of 200,000 words, both of these are equally short. */
  assert_found (fixture, "0 4294967294", .text = "slot");
  assert_sound (fixture);
}

/* A passage of ten megabytes, the highest slot, a word in every passage, and queries of 100,000 words, both in memory
 * and from a file. */
static void
test_extremes (Fixture *fixture, gconstpointer data)
{
  char *folder = temporary_folder_new ();
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
  temporary_folder_free_empty (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func) g_test_add ("/lexical-input/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("odd-queries", test_odd_queries);
  ADD ("odd-texts", test_odd_texts);
  ADD ("extremes", test_extremes);

  return g_test_run ();
}
