/* test-library-marks.c: searches guided by marked passages, and by documents opened before
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "library-helpers.h"

#include <string.h>

/* Adds notes on three senses of a word, in turn. */
static void
add_mercuries (QuarryLibrary *library)
{
  static const char *const notes[][3] = {
    { "The planet Mercury orbits the sun in 88 days.", "Mercury is a liquid metal in a thermometer.",
      "Mercury carries messages for the Roman gods." },
    { "A telescope shows the planet Mercury near the sun at dusk.",
      "Drops of the metal mercury are poisonous to breathe.",
      "A temple of the god Mercury stood in Rome on the hill." },
    { "Craters cover the surface of Mercury, the smallest planet of the sun.",
      "The barometer holds a column of liquid mercury, a heavy metal.",
      "The god Mercury wears winged sandals and carries a staff." },
    { "A spacecraft flew to the planet Mercury and photographed its craters.",
      "Miners won mercury, the liquid metal, from red ore.",
      "Merchants in Rome prayed to Mercury, god of trade." },
  };

  for (guint i = 0; i < G_N_ELEMENTS (notes); i++)
    for (guint sense = 0; sense < 3; sense++)
      {
        g_autofree char *path = g_strdup_printf ("/%s-%u", sense == 0   ? "planet"
                                                           : sense == 1 ? "metal"
                                                                        : "god",
                                                 i);

        add_text (library, path, notes[i][sense]);
      }
}

/* The first letters of the paths of the hits of "mercury" with @options. (transfer full) */
static char *
senses_of (QuarryLibrary *library, const QuarrySearchOptions *options)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryAnswer) answer
      = quarry_library_search (library, "mercury", options, NULL, &error);
  GString *senses = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint i = 0; i < g_list_model_get_n_items (quarry_answer_get_hits (answer)); i++)
    {
      g_autoptr (QuarryHit) hit = g_list_model_get_item (quarry_answer_get_hits (answer), i);

      g_string_append_c (senses, quarry_hit_get_path (hit)[1]);
    }
  return g_string_free (senses, FALSE);
}

static gint64
passage_of (QuarryLibrary *library, const char *path)
{
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  g_autoptr (QuarryAnswer) answer = NULL;

  options.limit = 100;
  answer = quarry_library_search (library, "mercury", &options, NULL, NULL);
  for (guint i = 0; i < g_list_model_get_n_items (quarry_answer_get_hits (answer)); i++)
    {
      g_autoptr (QuarryHit) hit = g_list_model_get_item (quarry_answer_get_hits (answer), i);

      if (strcmp (quarry_hit_get_path (hit), path) == 0)
        return quarry_hit_get_passage (hit);
    }
  g_assert_not_reached ();
}

/* Marked passages move the query towards their sense, or away from it. */
static void
test_marks (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  g_autofree char *more = NULL, *less = NULL, *plain = NULL, *again = NULL, *gone = NULL;
  gint64 planet, metal, none = 999999;

  add_mercuries (library);
  planet = passage_of (library, "/planet-0");
  metal = passage_of (library, "/metal-1");
  options.diversity = 0;
  options.limit = 4;
  plain = senses_of (library, &options);

  options.more = &planet;
  options.n_more = 1;
  more = senses_of (library, &options);
  g_assert_cmpstr (more, ==, "pppp");

  options.less = &metal;
  options.n_less = 1;
  options.n_more = 0;
  options.limit = 100;
  less = senses_of (library, &options);
  /* All notes but the marked one are found; others of its sense come late. */
  g_assert_cmpuint (strlen (less), ==, 11);
  g_assert_nonnull (strchr (plain, 'm'));
  g_assert_cmpuint (strcspn (less, "m"), >=, 6);

  /* Without marks, the next search is unaffected. */
  options.n_less = 0;
  options.limit = 4;
  again = senses_of (library, &options);
  g_assert_cmpstr (again, ==, plain);
  options.more = &none;
  options.n_more = 1;
  gone = senses_of (library, &options);
  g_assert_cmpstr (gone, ==, plain);
}

/* What was opened raises similar passages a little, if that is asked for, and can be forgotten. */
static void
test_opened (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  g_autofree char *plain = NULL, *personal = NULL, *other = NULL, *forgotten = NULL;
  g_autoptr (GError) error = NULL;
  const char *p, *q;
  guint before = 0, after = 0;

  add_mercuries (library);
  options.diversity = 0;
  options.limit = 12;
  plain = senses_of (library, &options);
  options.personal = TRUE;
  other = senses_of (library, &options);
  g_assert_cmpstr (other, ==, plain);

  for (guint i = 0; i < 30; i++)
    {
      g_assert_true (quarry_library_note_opened (library, passage_of (library, "/god-1"), &error));
      g_assert_no_error (error);
      g_assert_true (quarry_library_note_opened (library, passage_of (library, "/god-2"), &error));
    }
  g_assert_true (quarry_library_note_opened (library, 999999, &error));
  personal = senses_of (library, &options);
  g_assert_cmpuint (strlen (personal), ==, 12);
  for (p = plain, q = personal; *p != '\0'; p++, q++)
    {
      before += *p == 'g' ? (guint) (p - plain) : 0;
      after += *q == 'g' ? (guint) (q - personal) : 0;
    }
  g_assert_cmpuint (after, <, before);

  options.personal = FALSE;
  g_clear_pointer (&other, g_free);
  other = senses_of (library, &options);
  g_assert_cmpstr (other, ==, plain);

  options.personal = TRUE;
  g_assert_true (quarry_library_note_opened (library, 0, &error));
  forgotten = senses_of (library, &options);
  g_assert_cmpstr (forgotten, ==, plain);
}

/* The documents opened last, each once, with the passage where it was opened. */
static void
test_opened_list (LibraryFixture *fixture, gconstpointer data)
{
  static const char *const expected[] = { "/metal-1", "/god-2", "/god-1" };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (GPtrArray) none = NULL, opened = NULL, two = NULL, forgotten = NULL;
  g_autoptr (GError) error = NULL;

  add_mercuries (library);
  none = quarry_library_list_opened (library, 4, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (none->len, ==, 0);
  for (guint i = G_N_ELEMENTS (expected); i-- > 0;)
    g_assert_true (quarry_library_note_opened (library, passage_of (library, expected[i]), &error));
  /* A document that is gone is not listed any more. */
  g_assert_true (quarry_library_note_opened (library, 999999, &error));
  opened = quarry_library_list_opened (library, 4, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (opened->len, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < opened->len; i++)
    {
      g_assert_cmpstr (quarry_hit_get_path (opened->pdata[i]), ==, expected[i]);
      g_assert_cmpint (quarry_hit_get_passage (opened->pdata[i]), ==, passage_of (library, expected[i]));
    }
  two = quarry_library_list_opened (library, 2, &error);
  g_assert_cmpuint (two->len, ==, 2);
  g_assert_true (quarry_library_note_opened (library, 0, &error));
  forgotten = quarry_library_list_opened (library, 4, &error);
  g_assert_cmpuint (forgotten->len, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  LIBRARY_TEST ("marks", test_marks);
  LIBRARY_TEST ("opened", test_opened);
  LIBRARY_TEST ("opened-list", test_opened_list);

  return g_test_run ();
}
