/* test-library-parted.c: words that are typed as one and written in parts, or the other way round
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "library-helpers.h"

#include "core/library/search/quarry-parted-words.h"

/* Passages about other things, most of which hold numbers or one of the words. */
static void
add_others (QuarryLibrary *library)
{
  static const char *const texts[][2] = {
    { "/others/a.txt",
      "Of 555 letters 867 were never answered, and in 5309 of them nobody had asked for anything at all." },
    { "/others/b.txt",
      "A pump was sold in 1978 with three gaskets, and the garden behind the factory has been closed since." },
    { "/others/c.txt",
      "The club met every year in the old hall, counted its members, and drank to those who had gone away." },
    { "/others/d.txt",
      "Nobody knows how many dollars were in the box, since the man who had counted them could not count." },
    { "/others/e.txt",
      "The base of the column is of granite; what was written about its weight was lost in the fire." },
  };

  add_texts (library, texts, G_N_ELEMENTS (texts));
}

static void
test_parted (LibraryFixture *fixture, gconstpointer data)
{
  static const char *const texts[][2] = {
    { "/phone.txt", "After six call 555-867-5309 and ask for the person who looks after the boats in winter." },
    { "/part.txt", "For the small one the workshop orders AX-4711-B, which costs less and is there on Monday." },
    { "/isbn.txt", "The second printing, 978-3-16-148410-0, has the maps that are missing in the first one." },
    { "/ohm.txt", "Between the lamp and the switch there are 4.7 kΩ, so that it glows instead of burning out." },
    { "/sum.txt", "When the old bridge was sold, somebody paid 1,000,000 dollars and never came to fetch it." },
    { "/name.txt", "Set max_retry_count to five before the night, and the morning will be a quiet one for all." },
    { "/roses.txt", "Our garden club cuts the roses in March, and whoever wants to help brings gloves and scissors." },
    { "/store.txt", "The database of the shop is on a disk in the drawer that nobody may open before noon." },
  };
  static const char *const cases[][2] = {
    { "5558675309", "phone" },   { "AX4711B", "part" },     { "ax4711b gasket", "part" },
    { "9783161484100", "isbn" }, { "4.7kΩ", "ohm" },        { "1000000 dollars", "sum" },
    { "maxRetryCount", "name" }, { "gardenclub", "roses" }, { "data base", "store" },
  };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);

  add_others (library);
  add_texts (library, texts, G_N_ELEMENTS (texts));
  assert_all_best (library, cases, G_N_ELEMENTS (cases));
}

/* A sign before a word is not the one that ends the word before it. */
static void
test_signs_between (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);

  add_text (library, "/address.txt", "See java.net, and again java.net: on java.net, net means that of fishermen, net by net.");
  add_text (library, "/program.txt", "The accounts are kept by a program for .NET that nobody has the source of any more, "
                                     "which is why the old computer behind the door must not be switched off.");
  assert_best (library, "net", "address");
  assert_best (library, ".NET", "program");
}

static void
assert_parted (QuarryLexicalIndex *index, const char *typed, gboolean typing, const char *expected)
{
  g_autofree char *parted = quarry_part_words (index, typed, typing);

  g_assert_cmpstr (parted, ==, expected);
}

/* What is replaced, and what stays as it was typed. */
static void
test_what_is_parted (void)
{
  g_autoptr (QuarryLexicalIndex) index = quarry_lexical_index_new ();

  for (guint i = 0; i < 12; i++)
    quarry_lexical_index_add (index, i, NULL, NULL, "The lantern of the harbour", "en");
  quarry_lexical_index_add (index, 12, NULL, NULL, "Lan tarn, book shelf 20 18 7 1", "en");
  quarry_lexical_index_add (index, 13, NULL, NULL, "bookshop book shelves, a shelf; 1871 18", "en");

  assert_parted (index, "an old bookshelf", FALSE, "an old book-shelf");
  assert_parted (index, "Bookshelf, old bookshelf", TRUE, "book-shelf, old book-shelf");
  assert_parted (index, "2018 or so", FALSE, "20-18 or so");
  /* so many parts are there by chance */
  assert_parted (index, "20187", FALSE, NULL);
  /* held by a passage, or soon to be */
  assert_parted (index, "lantern 1871", FALSE, NULL);
  assert_parted (index, "booksh", TRUE, NULL);
  /* in no passage side by side, or rather misspelt */
  assert_parted (index, "shelfbook", FALSE, NULL);
  assert_parted (index, "lantarn", FALSE, NULL);
  assert_parted (index, "", FALSE, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  LIBRARY_TEST ("parted", test_parted);
  LIBRARY_TEST ("signs-between", test_signs_between);
  g_test_add_func ("/parted-words", test_what_is_parted);

  return g_test_run ();
}
