/* test-library-likely.c: hits that are unlikely to be about the query come after the rest
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "library-helpers.h"

#include <string.h>

#include "core/rank/quarry-confidence.h"

static QuarryLibrary *
make_library (LibraryFixture *fixture)
{
  QuarryLibrary *library = open_library (fixture, QUARRY_LIBRARY_WRITE);

  add_text (library, "/a/comets.txt", "The comet came back after 76 years, and its tail of dust and ice shone for weeks.");
  add_text (library, "/a/loaf.txt", "For bread she weighed the grain at dawn.");
  add_text (library, "/a/oven.txt", "He kneaded the dough with yeast and flour, and baked it in a hot oven.");
  add_text (library, "/a/senate.txt", "The senate refused to vote on the treaty, and the consul resigned.");
  add_text (library, "/a/trombone.txt", "The long slide is oiled before it is put away.");
  return library;
}

static QuarryAnswer *
ask (QuarryLibrary *library, const char *query, const QuarrySearchOptions *options)
{
  g_autoptr (GError) error = NULL;
  QuarryAnswer *answer = quarry_library_search (library, query, options, NULL, &error);

  g_assert_no_error (error);
  return answer;
}

static QuarryHit *
get_hit (QuarryAnswer *answer, guint i)
{
  return g_list_model_get_item (quarry_answer_get_hits (answer), i);
}

static guint
count (QuarryAnswer *answer)
{
  return g_list_model_get_n_items (quarry_answer_get_hits (answer));
}

/* Hits with the word, or with words near it, come first at any variety. The others are listed after them, without a
 * topic. */
static void
test_behind (LibraryFixture *fixture, gconstpointer data)
{
  static const double varieties[] = { 0, QUARRY_DIVERSITY_DEFAULT, 1 };
  g_autoptr (QuarryLibrary) library = make_library (fixture);

  for (gsize v = 0; v < G_N_ELEMENTS (varieties); v++)
    {
      QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
      g_autoptr (QuarryAnswer) answer = NULL;

      options.diversity = varieties[v];
      options.map = TRUE;
      answer = ask (library, "bread", &options);
      g_assert_cmpuint (count (answer), ==, 5);
      g_assert_cmpuint (quarry_answer_get_n_likely (answer), ==, 2);
      g_assert_cmpuint (g_list_model_get_n_items (quarry_answer_get_candidates (answer)), ==, 2);
      for (guint i = 0; i < count (answer); i++)
        {
          g_autoptr (QuarryHit) hit = get_hit (answer, i);
          const char *path = quarry_hit_get_path (hit);

          g_assert_cmpuint (quarry_hit_get_rank (hit), ==, i + 1);
          g_assert_true (quarry_hit_is_unlikely (hit) == (i >= 2));
          g_assert_true ((strstr (path, "loaf") != NULL || strstr (path, "oven") != NULL) == (i < 2));
          g_assert_true (i < 2 || quarry_hit_get_topic (hit) == -1);
        }
      options.limit = 1;
      g_clear_object (&answer);
      answer = ask (library, "bread", &options);
      g_assert_cmpuint (quarry_answer_get_n_likely (answer), ==, 1);
    }
}

/* One word near the query's makes a passage likely, even if the passage as a whole is about something else. */
static void
test_one_near (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = make_library (fixture);
  g_autoptr (QuarryAnswer) answer = NULL;
  gboolean found = FALSE;

  add_text (library, "/a/stairs.txt",
            "Tired of the treaty and of the long vote, the consul left the senate, sat down on the stairs among the "
            "petitioners and the guards, read their letters, and baked for them.");
  answer = ask (library, "bread", NULL);
  for (guint i = 0; i < count (answer); i++)
    {
      g_autoptr (QuarryHit) hit = get_hit (answer, i);

      if (strstr (quarry_hit_get_path (hit), "stairs") == NULL)
        continue;
      found = TRUE;
      g_assert_cmpfloat (quarry_hit_get_similarity (hit), <, .2);
      g_assert_false (quarry_hit_is_unlikely (hit));
    }
  g_assert_true (found);
}

/* The file name counts, also as the completion of a word that is still being typed. */
static void
test_names (LibraryFixture *fixture, gconstpointer data)
{
  static const char *const queries[] = { "trombone", "trombo" };
  g_autoptr (QuarryLibrary) library = make_library (fixture);

  for (gsize q = 0; q < G_N_ELEMENTS (queries); q++)
    {
      QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
      g_autoptr (QuarryAnswer) answer = NULL;
      g_autoptr (QuarryHit) hit = NULL;

      options.typing = q > 0;
      answer = ask (library, queries[q], &options);
      hit = get_hit (answer, 0);
      g_assert_cmpstr (quarry_hit_get_path (hit), ==, "/a/trombone.txt");
      g_assert_cmpuint (quarry_answer_get_n_likely (answer), ==, 1);

      /* The same in a search by vectors alone. */
      options.mode = QUARRY_SEARCH_DENSE;
      g_clear_object (&hit);
      g_clear_object (&answer);
      answer = ask (library, queries[q], &options);
      g_assert_cmpuint (quarry_answer_get_n_likely (answer), >=, 1);
      g_assert_cmpuint (quarry_answer_get_n_likely (answer), <, count (answer));
      for (guint i = 0; i < count (answer); i++)
        {
          g_autoptr (QuarryHit) any = get_hit (answer, i);

          g_assert_true (!quarry_hit_is_unlikely (any) || strcmp (quarry_hit_get_path (any), "/a/trombone.txt") != 0);
        }
    }
}

/* If no hit is likely, or that cannot be told, no hit is marked as unlikely. */
static void
test_unsaid (LibraryFixture *fixture, gconstpointer data)
{
  static const char *const queries[]
      = { "chromosome", "bread of grain weighed at dawn by nine farmers, bakers, millers, monks" };
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  g_autoptr (QuarryLibrary) library = make_library (fixture);
  g_autoptr (QuarryAnswer) bread = ask (library, "bread", NULL), answer = NULL;
  g_autoptr (QuarryHit) last = get_hit (bread, 4);
  gint64 more = quarry_hit_get_passage (last);

  g_assert_true (quarry_hit_is_unlikely (last));
  for (gsize q = 0; q < G_N_ELEMENTS (queries); q++)
    {
      g_autoptr (QuarryAnswer) all = ask (library, queries[q], NULL);

      g_assert_cmpuint (count (all), >, 1);
      g_assert_cmpuint (quarry_answer_get_n_likely (all), ==, count (all));
    }

  /* A person who asks for more like a passage also wants hits that hold no word of the query. */
  options.more = &more;
  options.n_more = 1;
  answer = ask (library, "bread", &options);
  g_assert_cmpuint (quarry_answer_get_n_likely (answer), ==, count (answer));
}

/* In "See also", passages that are far from the given one come last, unless they quote it. */
static void
test_unlike (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = make_library (fixture);
  g_autoptr (QuarryAnswer) oven = NULL, answer = NULL, quoting = NULL;
  g_autoptr (QuarryHit) own = NULL, first = NULL;
  g_autoptr (GError) error = NULL;
  gboolean is_quoted = FALSE;

  add_text (library, "/a/baker.txt", "A baker needs flour, water and yeast for the dough, and an oven that is hot.");
  oven = ask (library, "kneaded yeast baked oven", NULL);
  own = get_hit (oven, 0);
  g_assert_cmpstr (quarry_hit_get_path (own), ==, "/a/oven.txt");
  answer = quarry_library_similar (library, quarry_hit_get_passage (own), NULL, NULL, &error);
  g_assert_no_error (error);
  first = get_hit (answer, 0);
  g_assert_cmpstr (quarry_hit_get_path (first), ==, "/a/baker.txt");
  g_assert_cmpuint (quarry_answer_get_n_likely (answer), <, 3);
  g_assert_cmpuint (count (answer), ==, 5);
  g_assert_cmpfloat (quarry_answer_get_confidence (answer), >=, QUARRY_CONFIDENCE_DOUBT);

  add_text (library, "/a/embers.txt", "Rye dough rises overnight beside slow charcoal embers.");
  add_text (library, "/a/quotes.txt",
            "Senators, consuls and envoys argued all night about treaties, tariffs, borders, tribute, armies, fleets, "
            "provinces, taxes, elections, courts, judges, roads, bridges, colonies, kings and laws, until one of them said "
            "that rye dough rises overnight, and the senate voted on the treaty, and the tribune vetoed the vote.");
  g_clear_object (&oven);
  g_clear_object (&own);
  oven = ask (library, "charcoal embers", NULL);
  own = get_hit (oven, 0);
  g_assert_cmpstr (quarry_hit_get_path (own), ==, "/a/embers.txt");
  quoting = quarry_library_similar (library, quarry_hit_get_passage (own), NULL, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < quarry_answer_get_n_likely (quoting); i++)
    {
      g_autoptr (QuarryHit) hit = get_hit (quoting, i);

      if (!g_str_equal (quarry_hit_get_path (hit), "/a/quotes.txt"))
        continue;
      is_quoted = TRUE;
      g_assert_cmpfloat (quarry_hit_get_similarity (hit), <, .35f);
    }
  g_assert_true (is_quoted);
}

/* Where nothing is like the passage asked about, the nearest are listed all the same, and the answer says so. */
static void
test_none_like (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryAnswer) asked = NULL, answer = NULL;
  g_autoptr (QuarryHit) own = NULL;
  g_autoptr (GError) error = NULL;

  add_text (library, "/a/theorem.txt", "The theorem holds for every prime number above two.");
  add_text (library, "/a/pump.txt", "Members carried water in buckets until Mr Ott repaired the valve of the pump.");
  asked = ask (library, "prime theorem", NULL);
  own = get_hit (asked, 0);
  g_assert_cmpstr (quarry_hit_get_path (own), ==, "/a/theorem.txt");
  answer = quarry_library_similar (library, quarry_hit_get_passage (own), NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (count (answer), ==, 1);
  g_assert_cmpuint (quarry_answer_get_n_likely (answer), ==, 1);
  g_assert_cmpfloat (quarry_answer_get_confidence (answer), ==, 0);
}

/* A longer list begins with the shorter one, even though hits from beyond the pool come before the unlikely ones of the
 * pool. */
static void
test_longer (LibraryFixture *fixture, gconstpointer data)
{
  static const char *const near[] = { "river", "coast", "valley", "village", "farm", "meadow" };
  static const char *const far[] = { "integer", "theorem", "matrix", "vector", "kernel", "compiler", "syntax", "pointer",
                                     "buffer", "parser", "variable", "algebra" };
  static const guint limits[] = { 10, 20, 30, 35, 40, 60, 150 };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (GRand) random = g_rand_new_with_seed (5);
  g_autoptr (QuarryAnswer) longest = NULL;
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  guint n_likely;

  for (guint i = 0; i < 150; i++)
    {
      g_autofree char *path = g_strdup_printf ("/a/%u.txt", i);
      g_autoptr (GString) text = g_string_new ("It is");

      for (guint w = 0; w < 40; w++)
        g_string_append_printf (text, " %s", far[g_rand_int_range (random, 0, G_N_ELEMENTS (far))]);
      for (guint w = 0; i % 2 != 0 && w < 8; w++)
        g_string_append_printf (text, " %s", near[g_rand_int_range (random, 0, G_N_ELEMENTS (near))]);
      if (i % 2 == 0)
        g_string_append (text, i < 10 ? " harbour lantern oxen" : " harbour");
      add_text (library, path, text->str);
    }
  options.limit = 150;
  longest = ask (library, "harbour lantern oxen", &options);
  n_likely = quarry_answer_get_n_likely (longest);
  g_test_message ("%u of %u", n_likely, count (longest));
  for (gsize l = 0; l < G_N_ELEMENTS (limits); l++)
    {
      g_autoptr (QuarryAnswer) answer = NULL;

      options.limit = limits[l];
      answer = ask (library, "harbour lantern oxen", &options);
      g_assert_cmpuint (count (answer), ==, limits[l]);
      g_assert_cmpuint (quarry_answer_get_n_likely (answer), ==, MIN (limits[l], n_likely));
      for (guint i = 0; i < limits[l]; i++)
        {
          g_autoptr (QuarryHit) hit = get_hit (answer, i), other = get_hit (longest, i);

          g_assert_cmpint (quarry_hit_get_passage (hit), ==, quarry_hit_get_passage (other));
        }
    }
  g_assert_cmpuint (n_likely, ==, 75);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  LIBRARY_TEST ("likely/behind", test_behind);
  LIBRARY_TEST ("likely/one-near", test_one_near);
  LIBRARY_TEST ("likely/names", test_names);
  LIBRARY_TEST ("likely/unsaid", test_unsaid);
  LIBRARY_TEST ("likely/unlike", test_unlike);
  LIBRARY_TEST ("likely/none-like", test_none_like);
  LIBRARY_TEST ("likely/longer", test_longer);

  return g_test_run ();
}
