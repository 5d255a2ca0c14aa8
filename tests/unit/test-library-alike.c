/* test-library-alike.c: passages similar to the first hits rank above others
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "library-helpers.h"

/* Three passages that hold a query of three words, and use the same words about different things. */
#define N_FIRST 3
static const char *const first[N_FIRST] = {
  "The lantern of the harbour was lit by oxen, where the quarrel over copper, pepper and saddles began.",
  "By the harbour oxen passed a lantern; copper and saddles lay there, pepper too, and a quarrel was near.",
  "Oxen, a lantern, a harbour: the quarrel was over pepper, saddles and copper, as it always was.",
};

/* Two passages that hold one word of the query in the same position; the first has other words in common with the
 * three. */
#define LIKE "In another year a lantern hung over copper, pepper and saddles, and a quarrel followed."
#define UNLIKE "In another year a lantern hung over butter, needles and violins, and a wedding followed."

static void
add_all (QuarryLibrary *library)
{
  add_text (library, "/alike/unlike.txt", UNLIKE);
  for (guint i = 0; i < N_FIRST; i++)
    {
      g_autofree char *path = g_strdup_printf ("/alike/first-%u.txt", i);

      add_text (library, path, first[i]);
    }
  add_text (library, "/alike/like.txt", LIKE);
  add_text (library, "/alike/other.txt", "Nobody remembers what the weather was like in those mountains.");
}

/* How much higher LIKE scores than UNLIKE. */
static float
find_lead (QuarryLibrary *library, const char *query, QuarrySearchMode mode)
{
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryAnswer) answer = NULL;
  GListModel *hits;
  float lead = 0;
  guint n = 0;

  options.mode = mode;
  options.diversity = 0;
  answer = quarry_library_search (library, query, &options, NULL, &error);
  g_assert_no_error (error);
  hits = quarry_answer_get_hits (answer);
  for (guint i = 0; i < g_list_model_get_n_items (hits); i++)
    {
      g_autoptr (QuarryHit) hit = g_list_model_get_item (hits, i);
      float score = quarry_hit_get_score (hit);

      g_assert_cmpfloat (score, >=, 0);
      g_assert_cmpfloat (score, <=, 1);
      if (g_str_equal (quarry_hit_get_path (hit), "/alike/like.txt"))
        lead += score, n++;
      else if (g_str_equal (quarry_hit_get_path (hit), "/alike/unlike.txt"))
        lead -= score, n++;
    }
  g_assert_cmpuint (n, ==, 2);
  return lead;
}

static void
test_raised (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);

  add_all (library);
  g_assert_cmpfloat (find_lead (library, "lantern harbour oxen", QUARRY_SEARCH_HYBRID), >, .15f);
  g_assert_cmpfloat (find_lead (library, "the lantern at a harbour of oxen", QUARRY_SEARCH_HYBRID), >, .15f);
}

/* Similarity to the first hits does not count for a query of two words, which may mean several things, nor in a search
 * of one index alone, which keeps that index's order. */
static void
test_left (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);

  add_all (library);
  g_assert_cmpfloat (find_lead (library, "lantern harbour", QUARRY_SEARCH_HYBRID), <, .05f);
  g_assert_cmpfloat (find_lead (library, "the lantern at a harbour", QUARRY_SEARCH_HYBRID), <, .05f);
  g_assert_cmpfloat (find_lead (library, "lantern harbour oxen", QUARRY_SEARCH_DENSE), <, .05f);
  g_assert_cmpfloat (find_lead (library, "lantern harbour oxen", QUARRY_SEARCH_LEXICAL), <, .05f);
}

/* To hold the query's words, as the first three do, is no likeness to them. */
static void
test_own_words (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryAnswer) answer = NULL;
  g_autoptr (QuarryHit) hit = NULL;

  for (guint i = 0; i < N_FIRST; i++)
    {
      g_autofree char *path = g_strdup_printf ("/alike/first-%u.txt", i);

      add_text (library, path, first[i]);
    }
  add_text (library, "/alike/fourth.txt",
            "Needles, violins and butter were lit by a lantern, and nobody in the village could say for how long; much "
            "later, after a wedding, they were brought to some other harbour. Its mayor had oxen, and kept bees.");
  add_text (library, "/alike/other.txt", "Nobody remembers what the weather was like in those mountains.");
  options.diversity = 0;
  answer = quarry_library_search (library, "lantern harbour oxen", &options, NULL, &error);
  g_assert_no_error (error);
  hit = g_list_model_get_item (quarry_answer_get_hits (answer), N_FIRST);
  g_assert_cmpstr (quarry_hit_get_path (hit), ==, "/alike/fourth.txt");
  /* Two thirds of the .56 that it has without; .46 were these words likeness, too. */
  g_assert_cmpfloat (quarry_hit_get_score (hit), <, .42f);
}

/* Of the first three two are alike: these do not pass the third. */
static void
test_order (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryAnswer) answer = NULL;
  g_autoptr (QuarryHit) best = NULL;

  add_text (library, "/alike/other.txt", "Nobody remembers what the weather was like in those mountains, or who sold oxen.");
  add_text (library, "/alike/second.txt", first[0]);
  add_text (library, "/alike/third.txt", first[2]);
  add_text (library, "/alike/best.txt",
            "Oxen, a lantern, a harbour, oxen: the wedding was over violins, needles and butter, as it always was.");
  options.diversity = 0;
  answer = quarry_library_search (library, "lantern harbour oxen", &options, NULL, &error);
  g_assert_no_error (error);
  best = g_list_model_get_item (quarry_answer_get_hits (answer), 0);
  g_assert_cmpstr (quarry_hit_get_path (best), ==, "/alike/best.txt");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  LIBRARY_TEST ("alike/raised", test_raised);
  LIBRARY_TEST ("alike/left", test_left);
  LIBRARY_TEST ("alike/own-words", test_own_words);
  LIBRARY_TEST ("alike/order", test_order);
  return g_test_run ();
}
