/* test-library-confidence.c: the confidence of a search in what it finds
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "library-helpers.h"

#include <string.h>

#include "core/library/quarry-nearness.h"
#include "core/rank/quarry-confidence.h"

static double
type (QuarryLibrary *library, const char *text, QuarryAnswer **last)
{
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  g_autoptr (GError) error = NULL;
  QuarryAnswer *answer;

  options.typing = TRUE;
  options.before = *last;
  answer = quarry_library_search (library, text, &options, NULL, &error);
  g_assert_no_error (error);
  g_clear_object (last);
  *last = answer;
  return quarry_answer_get_confidence (answer);
}

/* While a query is typed, one more letter that begins no word does not destroy the confidence reached so far; several
 * such letters do. A query that was entered, or one that replaces another, is judged as it stands. */
static void
test_while_typing (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryAnswer) last = NULL;
  g_autoptr (QuarryAnswer) parted = NULL;
  g_autoptr (QuarryAnswer) alone = NULL;
  g_autoptr (QuarryAnswer) other = NULL;
  g_autoptr (QuarryAnswer) fresh = NULL;
  g_autoptr (QuarryAnswer) entered = NULL;
  g_autoptr (GError) error = NULL;
  double known, first, second, third;

  import_sources (fixture, library);
  type (library, "que", &last);
  type (library, "quee", &last);
  known = type (library, "queen", &last);
  g_assert_cmpfloat (known, >, QUARRY_CONFIDENCE_DOUBT);
  first = type (library, "queenqx", &last);
  second = type (library, "queenqxj", &last);
  third = type (library, "queenqxjz", &last);
  g_assert_cmpfloat (first, <, known);
  g_assert_cmpfloat (second, <, first);
  g_assert_cmpfloat (third, <, second);
  g_assert_cmpfloat (third, <, QUARRY_CONFIDENCE_DOUBT);
  entered = quarry_library_search (library, "queenqx", NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (quarry_answer_get_confidence (entered), <, first / 2);

  /* So it is behind a word that is looked for in parts. */
  add_text (library, "/made/up/part.txt", "For the queen of the hive the workshop orders AX-4711-B.");
  type (library, "AX4711B queen", &parted);
  g_assert_cmpfloat (type (library, "AX4711B queenqx", &parted), >, type (library, "AX4711B queenqx", &alone));

  /* The confidence of an earlier query that this one replaces does not count. */
  type (library, "hive zq", &other);
  g_assert_cmpfloat (type (library, "queen", &other), ==, type (library, "queen", &fresh));
}

/* A phrase or a filter leaves one passage of a hundred. Its confidence is judged by itself. */
static void
test_few (LibraryFixture *fixture, gconstpointer data)
{
  static const char *const queries[]
      = { "how the queen of a hive lays eggs", "\"queen of a hive lays eggs\"", "queen of a hive in:hive.txt" };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);

  for (guint i = 0; i < 120; i++)
    {
      g_autofree char *path = g_strdup_printf ("/made/up/kiln-%u.txt", i);
      g_autofree char *text = g_strdup_printf ("The kiln of village %u fires clay pots and tiles for the market.", i);

      add_text (library, path, text);
    }
  add_text (library, "/made/up/hive.txt", "Each spring the queen of a hive lays eggs into cells of wax.");
  for (guint i = 0; i < G_N_ELEMENTS (queries); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (QuarryAnswer) answer = quarry_library_search (library, queries[i], NULL, NULL, &error);

      g_assert_no_error (error);
      g_test_message ("%s: %.2f", queries[i], quarry_answer_get_confidence (answer));
      g_assert_cmpfloat (quarry_answer_get_confidence (answer), >, QUARRY_CONFIDENCE_DOUBT);
    }
}

/* The library has an answer to each of the queries, or to none. */
static void
assert_answers (QuarryLibrary *library, const char *const *queries, guint n, gboolean has_answer)
{
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (QuarryAnswer) answer = quarry_library_search (library, queries[i], NULL, NULL, &error);

      g_assert_no_error (error);
      g_test_message ("%s: %.2f", queries[i], quarry_answer_get_confidence (answer));
      if (has_answer)
        g_assert_cmpfloat (quarry_answer_get_confidence (answer), >, QUARRY_CONFIDENCE_DOUBT);
      else
        g_assert_cmpfloat (quarry_answer_get_confidence (answer), <, QUARRY_CONFIDENCE_DOUBT);
    }
}

/* A small library has one passage that answers. That those behind it have nothing to do with the query does not make it
 * an unlikely one; what nothing is about stays unlikely. */
static void
test_alone (LibraryFixture *fixture, gconstpointer data)
{
  static const char *const held[] = { "who broke the pump", "who repaired the valve", "members carried water" };
  static const char *const strange[] = { "quantum chromodynamics", "who broke the telephone", "insurance contract" };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);

  for (guint i = 0; i < 104; i++)
    {
      g_autofree char *path = g_strdup_printf ("/made/up/kiln-%u.txt", i);
      g_autofree char *text = g_strdup_printf ("The kiln of village %u fires clay pots and tiles for the market.", i);

      add_text (library, path, text);
    }
  add_text (library, "/made/up/minutes.txt",
            "The pump at the well broke in June. Members carried water in buckets until Mr Ott repaired the valve. "
            "The society decided to buy a second pump for 400 euros.");
  assert_answers (library, held, G_N_ELEMENTS (held), TRUE);
  assert_answers (library, strange, G_N_ELEMENTS (strange), FALSE);
}

/* A number or code that one passage holds is found with confidence, however unlike it the passage is as a whole, and one
 * whose parts no passage holds in a row is not, however many hold them apart. */
static void
test_codes (LibraryFixture *fixture, gconstpointer data)
{
  static const char *const held[] = { "4711-B", "WD1770", "2x4", "1,249.99", "555-0142", "2021-05-03", "anna.ott@example.org",
                                      "1914-1918", "2.14.3" };
  static const char *const strange[] = { "4711-7-B", "WD1779", "1,142.99", "142-0555", "2021-03-05", "ott.anna@example.org",
                                         "2.3.14", "3.14" };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);

  for (guint i = 0; i < 400; i++)
    {
      g_autofree char *path = g_strdup_printf ("/made/up/kiln-%u.txt", i);
      g_autofree char *text = g_strdup_printf ("Kiln %u of village %u fires %u pots and tiles for the market.", i, 3 * i,
                                               i * i);

      add_text (library, path, text);
    }
  add_text (library, "/made/up/minutes.txt",
            "On 2021-05-03 the members met in the old school. From 1914 to 1918 there had been no meetings at all. Mrs Ott "
            "(555-0142, anna.ott@example.org) reads the letter of the bank aloud, which wants 1,249.99 for the loan. The "
            "hinge of the door, 4711-B, is ordered, and so are the controller WD1770 and boards of 2x4. The clerk will not "
            "use version 2.14.3 again. The society thanks all who brought cake.");
  assert_answers (library, held, G_N_ELEMENTS (held), TRUE);
  assert_answers (library, strange, G_N_ELEMENTS (strange), FALSE);
}

/* Nor is one that passages hold all but the number of. */
static void
test_other_numbers (LibraryFixture *fixture, gconstpointer data)
{
  static const char *const held[] = { "RFC 2822", "RFC 7231", "0711 555 0199", "IL-76", "fair of 2022" };
  static const char *const strange[] = { "RFC 2823", "0711 555 0198", "IL-51", "bill RFC 99281" };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);

  add_text (library, "/made/up/mail.txt", "The format of mail headers is described in RFC 2822 and its successors.");
  add_text (library, "/made/up/web.txt", "Status codes of the web are listed in RFC 7231, section six.");
  add_text (library, "/made/up/plumber.txt", "Call the plumber at 0711 555 0199 before noon, bill in hand.");
  add_text (library, "/made/up/plane.txt", "An IL-76 flew over the village and over 51 of its kilns.");
  add_text (library, "/made/up/fair.txt", "At the fair pots and tiles are sold, as they were in all the years before.");
  for (guint i = 0; i < 30; i++)
    {
      g_autofree char *path = g_strdup_printf ("/made/up/kiln-%u.txt", i);

      add_text (library, path, "A kiln of the village fires pots and tiles for the market.");
    }
  assert_answers (library, held, G_N_ELEMENTS (held), TRUE);
  assert_answers (library, strange, G_N_ELEMENTS (strange), FALSE);
}

/* How near passages are to a query is compared with what is usual in the library, as measured. */
static void
test_nearness (LibraryFixture *fixture, gconstpointer data)
{
  static const char query[] = "how the queen of a hive lays eggs";
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryAnswer) before = NULL;
  g_autoptr (QuarryAnswer) after = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *measured = NULL;
  g_autofree char *closer = NULL;
  QuarryStore *writer;

  import_sources (fixture, library);
  add_text (library, "/made/up/hive.txt", "Each spring the queen of a hive lays eggs into cells of wax.");
  quarry_library_measure_nearness (library);
  before = quarry_library_search (library, query, NULL, NULL, &error);
  g_assert_no_error (error);

  /* As if all passages were very near to anything that is asked. */
  writer = quarry_library_begin_write (library, &error);
  g_assert_no_error (error);
  measured = quarry_store_get_string (writer, "nearness", &error);
  g_assert_no_error (error);
  closer = g_strdup_printf ("%.*s 100 0.99 0.01", (int) strcspn (measured, " "), measured);
  g_assert_true (quarry_store_set_string (writer, "nearness", closer, &error));
  g_assert_true (quarry_library_end_write (library, TRUE, &error));
  after = quarry_library_search (library, query, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (quarry_answer_get_confidence (after), <, quarry_answer_get_confidence (before) / 2);
}

/* Of a script that the model does not know, passages are found by their words, and none is like any other. What stands
 * in the library is found with confidence all the same. */
static void
test_other_script (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryAnswer) baking = NULL;
  g_autoptr (QuarryAnswer) strange = NULL;
  g_autoptr (QuarryHit) hit = NULL;
  g_autoptr (GError) error = NULL;

  add_text (library, "/made/up/bread.txt", "Чтобы испечь хлеб, смешайте муку, воду, соль и дрожжи.");
  add_text (library, "/made/up/city.txt", "Москва является столицей России и крупнейшим городом страны.");
  baking = quarry_library_search (library, "испечь хлеб", NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (quarry_answer_get_hits (baking)), ==, 1);
  hit = g_list_model_get_item (quarry_answer_get_hits (baking), 0);
  g_assert_cmpfloat (quarry_hit_get_similarity (hit), ==, 0);
  g_assert_cmpfloat (quarry_answer_get_confidence (baking), >, QUARRY_CONFIDENCE_DOUBT);

  strange = quarry_library_search (library, "зебра бежит", NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (quarry_answer_get_hits (strange)), ==, 0);
  g_assert_cmpfloat (quarry_answer_get_confidence (strange), ==, 0);
}

/* A word that only the title of a document holds is held, too: the document is confidently found by it. */
static void
test_title (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryAnswer) answer = NULL;
  g_autoptr (GError) error = NULL;

  add_text (library, "/made/up/zqplanetarium_wxtimetable.txt", "Doors open at nine and close at five.");
  add_text (library, "/made/up/other.txt", "The kiln of the village fires clay pots and tiles for the market.");
  answer = quarry_library_search (library, "zqplanetarium wxtimetable", NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (quarry_answer_get_confidence (answer), >, QUARRY_CONFIDENCE_DOUBT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  LIBRARY_TEST ("confidence/while-typing", test_while_typing);
  LIBRARY_TEST ("confidence/few", test_few);
  LIBRARY_TEST ("confidence/alone", test_alone);
  LIBRARY_TEST ("confidence/codes", test_codes);
  LIBRARY_TEST ("confidence/other-numbers", test_other_numbers);
  LIBRARY_TEST ("confidence/nearness", test_nearness);
  LIBRARY_TEST ("confidence/other-script", test_other_script);
  LIBRARY_TEST ("confidence/title", test_title);

  return g_test_run ();
}
