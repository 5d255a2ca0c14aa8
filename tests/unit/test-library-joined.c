/* test-library-joined.c: numbers, codes and dates that are typed another way than passages write them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "library-helpers.h"

#include "core/document/quarry-dates.h"
#include "core/library/search/quarry-joined-words.h"
#include "core/library/search/quarry-other-dates.h"

/* Passages about other things, which hold parts of the numbers. */
static void
add_others (QuarryLibrary *library)
{
  static const char *const texts[][2] = {
    { "/others/a.txt",
      "Of 978 letters 0 were answered, 306 were lost, and 40615 others are in a box of 7 boards in the attic." },
    { "/others/b.txt",
      "In 5500 pages the number 0000 is on each, and 0004 on the last; 12 of them are torn, as KA and CD know." },
    { "/others/c.txt",
      "In May the swallows return, 3 at first; in 2021 they built 17 nests under the roof, and in August they go." },
    { "/others/d.txt",
      "Number 555 was called at 0711, and in 2019 nobody took up the receiver, so that 08 was dialled instead." },
    { "/others/e.txt",
      "On the 3rd day of the fair 14 pots were sold, 25 in June, and 2014 is the year that all talk about." },
  };

  add_texts (library, texts, G_N_ELEMENTS (texts));
}

static void
test_joined (LibraryFixture *fixture, gconstpointer data)
{
  static const char *const texts[][2] = {
    { "/isbn.txt", "The other book stands on the shelf behind the door: ISBN 9780306406157, with a paper cover." },
    { "/phone.txt", "The carpenter has the number 07115550234 and works on Saturdays, if it does not rain." },
    { "/card.txt", "The card of the society, 5500000000000004, is in the safe, to which the treasurer has the key." },
    { "/bank.txt", "What is left over goes to DE12500105170648489890, where the society saves for a new roof." },
    { "/van.txt", "The red trailer that stands in the yard is registered as KACD789 since the end of last year." },
    { "/arabic.txt", "\331\205\331\203\330\252\330\250 \331\244\331\245\331\246\331\247\331\250" },
  };
  static const char *const cases[][2] = {
    { "978-0-306-40615-7", "isbn" },       { "ISBN 978 0 306 40615 7", "isbn" },  { "0711 555 0234", "phone" },
    { "(0711) 5550234", "phone" },         { "0711/555-0234", "phone" },          { "5500 0000 0000 0004", "card" },
    { "DE12 5001 0517 0648 4898 90", "bank" }, { "KA-CD 789", "van" },            { "45678", "arabic" },
    { "\333\264\333\265\333\266\333\267\333\270", "arabic" },
  };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);

  add_others (library);
  add_texts (library, texts, G_N_ELEMENTS (texts));
  assert_all_best (library, cases, G_N_ELEMENTS (cases));
}

static void
test_dates (LibraryFixture *fixture, gconstpointer data)
{
  static const char *const texts[][2] = {
    { "/roof.txt", "On May 3, 2021 the roof was repaired by two men from the village, who wanted no money for it." },
    { "/cellar.txt", "The cellar was flooded on 17 August 2019, after it had rained for three days and two nights." },
    { "/boiler.txt", "2020-11-24: the boiler was serviced, its filter changed, and the bill put into the blue folder." },
    { "/gutter.txt", "6/25/14, gutters cleaned; the ladder was borrowed from the neighbour and has to be returned." },
    { "/porte.txt", "Le 14 f\303\251vrier 2016, la porte du garage a \303\251t\303\251 remplac\303\251e par une neuve." },
  };
  static const char *const cases[][2] = {
    { "3 May 2021", "roof" },       { "2021-05-03", "roof" },    { "May 3rd, 2021", "roof" },
    { "03.05.2021", "roof" },       { "5/3/21", "roof" },        { "3 de mayo de 2021", "roof" },
    { "3rd of May", "roof" },       { "2019-08-17", "cellar" },  { "17 ao\303\273t 2019", "cellar" },
    { "August 17", "cellar" },      { "24. November 2020", "boiler" }, { "11/24/2020", "boiler" },
    { "June 25, 2014", "gutter" },  { "2016-02-14", "porte" },
  };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);

  add_others (library);
  add_texts (library, texts, G_N_ELEMENTS (texts));
  assert_all_best (library, cases, G_N_ELEMENTS (cases));

  /* Who writes it as it was typed comes first. */
  add_text (library, "/mail.txt", "Sent 2021-05-03: nothing but greetings, and the question whether there will be cake.");
  assert_best (library, "2021-05-03", "mail");
  assert_best (library, "May 3, 2021", "roof");
}

typedef char *(*Rewrite) (QuarryLexicalIndex *index, const char *text, gboolean typing);

static void
assert_rewritten (Rewrite rewrite, QuarryLexicalIndex *index, const char *typed, gboolean typing, const char *expected)
{
  g_autofree char *rewritten = rewrite (index, typed, typing);

  g_assert_cmpstr (rewritten, ==, expected);
}

/* What is replaced, and what stays as it was typed. */
static void
test_what_is_joined (void)
{
  g_autoptr (QuarryLexicalIndex) index = quarry_lexical_index_new ();

  quarry_lexical_index_add (index, 0, NULL, NULL, "12345678 and 20kg, lighthouse, 77 889900, 77889900, 1963, 12000", "en");
  quarry_lexical_index_add (index, 1, NULL, NULL, "On May 3, 2021; on 4 May 2021; 2014-02-01", "en");

  assert_rewritten (quarry_join_words, index, "no. 1234-5678, please", FALSE, "no. 12345678, please");
  assert_rewritten (quarry_join_words, index, "20 kg", FALSE, "20kg");
  assert_rewritten (quarry_join_words, index, "12 000", FALSE, "12000");
  assert_rewritten (quarry_join_words, index, "1234 567", TRUE, "1234567");
  assert_rewritten (quarry_join_words, index, "1234 567", FALSE, NULL);
  /* no code, in a row as well, too far apart, other numbers */
  assert_rewritten (quarry_join_words, index, "light house", FALSE, NULL);
  assert_rewritten (quarry_join_words, index, "77-889900", FALSE, NULL);
  assert_rewritten (quarry_join_words, index, "1234 and 5678", FALSE, NULL);
  assert_rewritten (quarry_join_words, index, "19.63", FALSE, NULL);
  assert_rewritten (quarry_join_words, index, "19-63", FALSE, NULL);
  assert_rewritten (quarry_join_words, index, "", FALSE, NULL);

  assert_rewritten (quarry_rewrite_dates, index, "roof 2021-05-03 bill", FALSE, "roof may 3 2021 bill");
  assert_rewritten (quarry_rewrite_dates, index, "5/3/21, 4.5.2021", FALSE, "may 3 2021, 4 may 2021");
  assert_rewritten (quarry_rewrite_dates, index, "May 4th", FALSE, "4 may");
  /* held, of another day, not finished, a version */
  assert_rewritten (quarry_rewrite_dates, index, "4 May 2021", FALSE, NULL);
  assert_rewritten (quarry_rewrite_dates, index, "5 May 2021", FALSE, NULL);
  assert_rewritten (quarry_rewrite_dates, index, "4/5/20", TRUE, NULL);
  assert_rewritten (quarry_rewrite_dates, index, "1.2.14", FALSE, NULL);
}

static gboolean
has_notation (const char *typed, const char *other)
{
  QuarrySpan span;
  g_auto (GStrv) others = quarry_dates_find (typed, 0, &span);

  return others != NULL && g_strv_contains ((const char *const *) others, other);
}

static void
test_notations (void)
{
  static const char *const none[] = { "", "May", "3", "32 May", "2021", "1.5", "13/13/2021", "2021-05", "192.168.1.1", "3 mayors" };
  g_auto (GStrv) others = NULL;
  QuarrySpan span;

  g_assert_true (has_notation ("3. Mai 2021", "3 de mayo de 2021"));
  g_assert_true (has_notation ("3 mars 1999", "1999 03 03"));
  g_assert_true (has_notation ("12 December", "12 dezember"));
  g_assert_true (has_notation ("Sept 1st", "1 september"));
  g_assert_true (has_notation ("5/3/21", "may 3 2021"));
  g_assert_true (has_notation ("5/3/21", "5 march 2021"));
  g_assert_false (has_notation ("05.03.2021", "may 3 2021"));
  g_assert_true (has_notation ("22 July 2001", "july 22nd 2001"));
  for (guint i = 0; i < G_N_ELEMENTS (none); i++)
    g_assert_null (quarry_dates_find (none[i], 0, &span));

  others = quarry_dates_find ("on 3 May, 2021 and", 0, &span);
  g_assert_nonnull (others);
  g_assert_cmpuint (span.start, ==, 3);
  g_assert_cmpuint (span.end, ==, 14);
  g_assert_null (quarry_dates_find ("on 3 May, 2021 and", span.end, &span));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  LIBRARY_TEST ("joined", test_joined);
  LIBRARY_TEST ("dates", test_dates);
  g_test_add_func ("/joined-words", test_what_is_joined);
  g_test_add_func ("/dates/notations", test_notations);

  return g_test_run ();
}
