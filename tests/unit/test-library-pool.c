/* test-library-pool.c: how many candidates hits are chosen from
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "library-helpers.h"

#define N_TEXTS 160

static const char *const fillers[] = {
  "river",  "winter", "bottle", "garden", "window", "letter", "branch", "copper", "market", "teacher", "blanket",
  "morning", "cousin", "butter", "meadow", "needle", "pepper", "saddle", "timber", "violin", "whistle", "yellow",
};

/* A text that no other is like, with @words in it. (transfer full) */
static char *
make_text (GRand *random, const char *words)
{
  GString *text = g_string_new ("There was a");

  for (guint i = 0; i < 30; i++)
    g_string_append_printf (text, " %s%s", i == 15 ? words : "",
                            fillers[g_rand_int_range (random, 0, G_N_ELEMENTS (fillers))]);
  g_string_append_c (text, '.');
  return g_string_free (text, FALSE);
}

/* A library of texts that hold one of three words each, and three that hold all. */
static QuarryLibrary *
make_library (LibraryFixture *fixture)
{
  static const char *const words[] = { "harbour ", "lantern ", "oxen " };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (GRand) random = g_rand_new_with_seed (7);

  for (guint i = 0; i < N_TEXTS; i++)
    {
      g_autofree char *path = g_strdup_printf ("/pool/%u.txt", i);
      g_autofree char *text = make_text (random, i < 3 ? "harbour lantern oxen " : words[i % 3]);

      add_text (library, path, text);
    }
  return g_steal_pointer (&library);
}

/* Asks for hits and the map. */
static QuarryAnswer *
ask (QuarryLibrary *library, const char *query, guint limit, double diversity)
{
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  g_autoptr (GError) error = NULL;
  QuarryAnswer *answer;

  options.limit = limit;
  options.map = TRUE;
  options.diversity = diversity;
  answer = quarry_library_search (library, query, &options, NULL, &error);
  g_assert_no_error (error);
  return answer;
}

static guint
count_candidates (QuarryAnswer *answer)
{
  return g_list_model_get_n_items (quarry_answer_get_candidates (answer));
}

static guint
count_hits (QuarryAnswer *answer)
{
  return g_list_model_get_n_items (quarry_answer_get_hits (answer));
}

/* What leaves a choice has a hundred candidates, what does not the first of them. */
static void
test_size (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = make_library (fixture);
  const double diversity = ((QuarrySearchOptions) QUARRY_SEARCH_OPTIONS_DEFAULT).diversity;
  g_autoptr (QuarryAnswer) clear = ask (library, "harbour lantern oxen", 20, diversity);
  g_autoptr (QuarryAnswer) short_one = ask (library, "harbour lantern", 20, diversity);
  g_autoptr (QuarryAnswer) held_by_all = ask (library, "there was a", 20, diversity);
  g_autoptr (QuarryAnswer) varied = ask (library, "harbour lantern oxen", 20, 1);

  g_assert_cmpuint (count_candidates (clear), ==, 40);
  g_assert_cmpuint (count_candidates (short_one), ==, 100);
  g_assert_cmpuint (count_candidates (held_by_all), ==, 100);
  g_assert_cmpuint (count_candidates (varied), ==, 100);
}

/* How many hits are wanted changes none of them, and neither the pool. */
static void
test_more_wanted (LibraryFixture *fixture, gconstpointer data)
{
  static const guint limits[] = { 50, 150, 1000 };
  g_autoptr (QuarryLibrary) library = make_library (fixture);
  const double diversity = ((QuarrySearchOptions) QUARRY_SEARCH_OPTIONS_DEFAULT).diversity;
  g_autoptr (QuarryAnswer) few = ask (library, "harbour lantern oxen", 20, diversity);

  g_assert_cmpuint (count_hits (few), ==, 20);
  for (guint l = 0; l < G_N_ELEMENTS (limits); l++)
    {
      g_autoptr (QuarryAnswer) more = ask (library, "harbour lantern oxen", limits[l], diversity);
      g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
      guint n = count_hits (more);
      float least = 1;

      g_assert_cmpuint (n, ==, MIN (limits[l], N_TEXTS));
      g_assert_cmpuint (count_candidates (more), ==, 40);
      for (guint i = 0; i < n; i++)
        {
          g_autoptr (QuarryHit) hit = g_list_model_get_item (quarry_answer_get_hits (more), i);

          g_assert_true (g_hash_table_add (seen, GUINT_TO_POINTER (quarry_hit_get_passage (hit))));
          g_assert_cmpuint (quarry_hit_get_rank (hit), ==, i + 1);
          g_assert_cmpfloat (quarry_hit_get_similarity (hit), !=, 0);
          if (i < 20)
            {
              g_autoptr (QuarryHit) before = g_list_model_get_item (quarry_answer_get_hits (few), i);

              g_assert_cmpint (quarry_hit_get_passage (hit), ==, quarry_hit_get_passage (before));
            }
          if (i < 40)
            least = MIN (least, quarry_hit_get_score (hit));
          else
            g_assert_cmpfloat (quarry_hit_get_score (hit), <=, least);
        }
    }
}

/* Copies of one text take no place of what is to be chosen from. */
static void
test_copies (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = make_library (fixture);
  g_autoptr (GRand) random = g_rand_new_with_seed (8);
  g_autofree char *text = make_text (random, "lantern oxen lantern oxen ");
  g_autoptr (QuarryAnswer) answer = NULL;

  for (guint i = 0; i < 36; i++)
    {
      g_autofree char *path = g_strdup_printf ("/copies/%u.txt", i);

      add_text (library, path, text);
    }
  answer = ask (library, "harbour lantern oxen", 20, ((QuarrySearchOptions) QUARRY_SEARCH_OPTIONS_DEFAULT).diversity);
  g_assert_cmpuint (count_hits (answer), ==, 20);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  LIBRARY_TEST ("pool/size", test_size);
  LIBRARY_TEST ("pool/more-wanted", test_more_wanted);
  LIBRARY_TEST ("pool/copies", test_copies);

  return g_test_run ();
}
