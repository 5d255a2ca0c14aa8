/* test-library-pool.c: how many candidates hits are chosen from
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/library/quarry-library-private.h"
#include "core/library/search/quarry-candidates.h"
#include "library-helpers.h"

#include <string.h>

#define N_TEXTS 160

static const char *const fillers[] = {
  "river",  "winter", "bottle", "garden", "window", "letter", "branch", "copper", "market", "teacher", "blanket",
  "morning", "cousin", "butter", "meadow", "needle", "pepper", "saddle", "timber", "violin", "whistle", "yellow",
};

/* Makes a text that resembles no other, with @words in it. (transfer full) */
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

/* Makes a library of texts that hold one of three words each, and three texts that hold all of them. */
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

/* Asks for hits and for the map. */
static QuarryAnswer *
ask_typing (QuarryLibrary *library, const char *query, guint limit, double diversity, gboolean typing)
{
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  g_autoptr (GError) error = NULL;
  QuarryAnswer *answer;

  options.limit = limit;
  options.map = TRUE;
  options.diversity = diversity;
  options.typing = typing;
  answer = quarry_library_search (library, query, &options, NULL, &error);
  g_assert_no_error (error);
  return answer;
}

static QuarryAnswer *
ask (QuarryLibrary *library, const char *query, guint limit, double diversity)
{
  return ask_typing (library, query, limit, diversity, FALSE);
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

/* A query that leaves a choice has a pool of a hundred candidates; one that does not has only the first of them. */
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
  /* The unlikely ones are left out. */
  g_assert_cmpuint (count_candidates (short_one), >, 40);
  g_assert_cmpuint (count_candidates (held_by_all), ==, 100);
  g_assert_cmpuint (count_candidates (varied), ==, 100);
}

/* A last word that may still become several words does not count as leaving a choice yet, unless more variety is asked
 * for. */
static void
test_size_while_typing (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = make_library (fixture);
  const double diversity = ((QuarrySearchOptions) QUARRY_SEARCH_OPTIONS_DEFAULT).diversity;
  g_autoptr (QuarryAnswer) letter = ask_typing (library, "b", 20, diversity, TRUE);
  g_autoptr (QuarryAnswer) second = ask_typing (library, "harbour b", 20, diversity, TRUE);
  g_autoptr (QuarryAnswer) foreseen = ask_typing (library, "harb", 20, diversity, TRUE);
  g_autoptr (QuarryAnswer) varied = ask_typing (library, "b", 20, 1, TRUE);

  g_assert_cmpuint (count_candidates (letter), ==, 40);
  g_assert_cmpuint (count_candidates (second), ==, 40);
  g_assert_cmpuint (count_candidates (foreseen), >, 40);
  g_assert_cmpuint (count_candidates (varied), ==, 100);
}

/* Asking for more hits changes neither the first ones nor the pool. */
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

/* Adds @rank, unless it is 0, to the ranks of a list. No rank may occur twice. */
static void
add_rank (GHashTable *list, guint rank, guint *most)
{
  g_assert_true (rank == 0 || g_hash_table_add (list, GUINT_TO_POINTER (rank)));
  *most = MAX (*most, rank);
}

/* Hits from beyond the first lists have the ranks that follow them, and earlier hits keep theirs. */
static void
test_ranks (LibraryFixture *fixture, gconstpointer data)
{
  const guint n_texts = 700;
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (GRand) random = g_rand_new_with_seed (12);
  g_autoptr (GHashTable) dense = g_hash_table_new (NULL, NULL), lexical = g_hash_table_new (NULL, NULL);
  g_autoptr (QuarryAnswer) few = NULL, more = NULL;
  guint most_dense = 0, most_lexical = 0;

  for (guint i = 0; i < n_texts; i++)
    {
      g_autofree char *path = g_strdup_printf ("/ranks/%u.txt", i);
      g_autofree char *text = make_text (random, "");

      add_text (library, path, text);
    }
  few = ask (library, "garden letters from a cousin", 20, 0);
  more = ask (library, "garden letters from a cousin", 600, 0);
  g_assert_cmpuint (count_hits (more), ==, 600);
  for (guint i = 0; i < 600; i++)
    {
      g_autoptr (QuarryHit) hit = g_list_model_get_item (quarry_answer_get_hits (more), i);
      g_autoptr (QuarryHit) before = g_list_model_get_item (quarry_answer_get_hits (few), i);

      add_rank (dense, quarry_hit_get_dense_rank (hit), &most_dense);
      add_rank (lexical, quarry_hit_get_lexical_rank (hit), &most_lexical);
      g_assert_true (quarry_hit_get_dense_rank (hit) > 0 || quarry_hit_get_lexical_rank (hit) > 0);
      if (before == NULL)
        continue;
      g_assert_cmpuint (quarry_hit_get_dense_rank (hit), ==, quarry_hit_get_dense_rank (before));
      g_assert_cmpuint (quarry_hit_get_lexical_rank (hit), ==, quarry_hit_get_lexical_rank (before));
    }
  g_test_message ("ranks up to %u of %u by meaning, up to %u of %u by words", most_dense, g_hash_table_size (dense),
                  most_lexical, g_hash_table_size (lexical));
  /* Both lists were extended, and neither beyond the number of texts. */
  g_assert_cmpuint (most_dense, >, 300);
  g_assert_cmpuint (most_dense, <=, n_texts);
  g_assert_cmpuint (most_lexical, >, 300);
  g_assert_cmpuint (most_lexical, <=, n_texts);
}

/* Copies of a text take no places in the pool. */
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

/* If nearly all of the pool is copies of one text, the lists are extended to find others. */
static void
test_many_copies (LibraryFixture *fixture, gconstpointer data)
{
  static const guint limits[] = { 10, 20, 60 };
  g_autoptr (QuarryLibrary) library = make_library (fixture);
  const double diversity = ((QuarrySearchOptions) QUARRY_SEARCH_OPTIONS_DEFAULT).diversity;
  g_autoptr (GRand) random = g_rand_new_with_seed (13);
  g_autofree char *text = make_text (random, "harbour lantern oxen harbour lantern oxen ");

  for (guint i = 0; i < 220; i++)
    {
      g_autofree char *path = g_strdup_printf ("/copies/%u.txt", i);

      add_text (library, path, text);
    }
  for (guint l = 0; l < G_N_ELEMENTS (limits); l++)
    {
      g_autoptr (QuarryAnswer) answer = ask (library, "harbour lantern oxen", limits[l], diversity);

      g_assert_cmpuint (count_hits (answer), ==, limits[l]);
    }
}

/* Beyond the pool, too, there are as many hits as are wanted, and one for each text with many copies. A text that holds
 * the query word for word is the first hit, wherever the lists have it. */
static void
test_past_pool (LibraryFixture *fixture, gconstpointer data)
{
  static const guint limits[] = { 30, 40, 50, 80, 110 };
  g_autoptr (QuarryLibrary) library = make_library (fixture);
  const double diversity = ((QuarrySearchOptions) QUARRY_SEARCH_OPTIONS_DEFAULT).diversity;
  g_autoptr (GRand) random = g_rand_new_with_seed (9);
  g_autofree char *first = make_text (random, "harbour lantern ");
  g_autofree char *second = make_text (random, "oxen ");

  for (guint i = 0; i < 12; i++)
    {
      g_autofree char *path = g_strdup_printf ("/copies/%u.txt", i);

      add_text (library, path, i % 2 == 0 ? first : second);
    }
  for (guint l = 0; l < G_N_ELEMENTS (limits); l++)
    {
      g_autoptr (QuarryAnswer) answer = ask (library, "harbour lantern oxen", limits[l], diversity);
      g_autoptr (GHashTable) texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

      g_assert_cmpuint (count_hits (answer), ==, limits[l]);
      for (guint i = 0; i < limits[l]; i++)
        {
          g_autoptr (QuarryHit) hit = g_list_model_get_item (quarry_answer_get_hits (answer), i);

          g_assert_true (g_hash_table_add (texts, g_strdup (quarry_hit_get_text (hit))));
        }
    }
}

/* A long text that holds three words in a row ranks low in both lists, because other texts hold the words more
 * often. */
static void
test_word_for_word (LibraryFixture *fixture, gconstpointer data)
{
  static const gboolean typing[] = { FALSE, TRUE };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (GRand) random = g_rand_new_with_seed (10);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < 120; i++)
    {
      g_autofree char *path = g_strdup_printf ("/others/%u.txt", i);
      g_autofree char *other = make_text (random, "oxen harbour, oxen lantern. Harbour oxen, lantern harbour. Crew oxen, crew ");

      add_text (library, path, other);
    }
  for (guint i = 0; i < 6; i++)
    {
      g_autofree char *part = make_text (random, i == 3 ? "harbour lantern oxen crew " : "");

      g_string_append_printf (text, "%s ", part);
    }
  add_text (library, "/long.txt", text->str);
  for (guint t = 0; t < G_N_ELEMENTS (typing); t++)
    {
      QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
      g_autoptr (GError) error = NULL;
      g_autoptr (QuarryAnswer) answer = NULL;
      g_autoptr (QuarryHit) hit = NULL;

      options.typing = typing[t];
      answer = quarry_library_search (library, "harbour lantern oxen crew", &options, NULL, &error);
      g_assert_no_error (error);
      hit = g_list_model_get_item (quarry_answer_get_hits (answer), 0);
      g_assert_nonnull (strstr (quarry_hit_get_text (hit), "harbour lantern oxen crew"));
    }
}

/* How many of the passages that hits are chosen from hold @words in a row. */
static guint
count_holding (QuarryAnswer *answer, const char *words)
{
  guint n = 0;

  for (guint i = 0; i < count_candidates (answer); i++)
    {
      g_autoptr (QuarryHit) hit = g_list_model_get_item (quarry_answer_get_candidates (answer), i);

      n += strstr (quarry_hit_get_text (hit), words) != NULL;
    }
  return n;
}

/* Ten such are all looked at, be they behind the first candidates or, in part, the last of these. */
static void
test_ten_word_for_word (LibraryFixture *fixture, gconstpointer data)
{
  static const guint n_others[] = { 36, 120 };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  const double diversity = ((QuarrySearchOptions) QUARRY_SEARCH_OPTIONS_DEFAULT).diversity;
  g_autoptr (GRand) random = g_rand_new_with_seed (12);
  guint n = 0;

  for (guint i = 0; i < 10; i++)
    {
      g_autofree char *path = g_strdup_printf ("/long/%u.txt", i);
      g_autoptr (GString) text = g_string_new (NULL);

      for (guint j = 0; j < 3; j++)
        {
          g_autofree char *part = make_text (random, j == 1 ? "harbour lantern oxen crew " : "");

          g_string_append_printf (text, "%s ", part);
        }
      add_text (library, path, text->str);
    }
  for (guint o = 0; o < G_N_ELEMENTS (n_others); o++)
    {
      g_autoptr (QuarryAnswer) answer = NULL;

      for (; n < n_others[o]; n++)
        {
          g_autofree char *path = g_strdup_printf ("/others/%u.txt", n);
          g_autofree char *other = make_text (random, "oxen harbour, oxen lantern. Harbour oxen, lantern harbour. Crew oxen, crew ");

          add_text (library, path, other);
        }
      /* Nothing to choose yet: there are no more than the first candidates. */
      answer = ask_typing (library, "harbour lantern oxen crew b", 10, diversity, TRUE);
      g_assert_cmpuint (count_candidates (answer), ==, 40);
      g_assert_cmpuint (count_holding (answer, "harbour lantern oxen crew"), ==, 10);
    }
}

/* Where few passages may be found, all of them are. */
static void
test_few (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (GRand) random = g_rand_new_with_seed (11);

  for (guint i = 0; i < 250; i++)
    {
      g_autofree char *path = g_strdup_printf ("/few/%u.txt", i);
      g_autofree char *text = make_text (random, "");

      add_text (library, path, text);
    }
  for (guint limit = 200; limit <= 400; limit += 100)
    {
      g_autoptr (QuarryAnswer) answer = ask (library, "gardens beside houses", limit, 0);

      g_assert_cmpuint (count_hits (answer), ==, MIN (limit, 250));
    }
}

static gboolean
is_analysed (const QuarryCandidateSet *set, gint64 passage)
{
  g_autoptr (QuarryAnalysis) analysis = quarry_analysis_cache_get (set->indexes->analyses, set->forms, passage);

  g_assert_true (analysis == NULL || analysis->passage->id == passage);
  return analysis != NULL;
}

/* Passages that are analysed ahead are kept for the search that loads them. Once they are needed no further one is
 * begun, and one that is not there is passed over. */
static void
test_ahead (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = make_library (fixture);
  g_autoptr (GError) error = NULL;
  QuarryStore *connection = quarry_library_borrow (library, &error);
  g_autoptr (QuarryIndexes) indexes = quarry_library_get_indexes (library, connection, &error);
  g_autoptr (QuarryCandidateSet) set = quarry_candidate_set_new (library, indexes, "harbour", FALSE, FALSE);
  const gint64 passages[] = { 2, 1000, 3 };
  const gint stopped = TRUE, goes_on = FALSE;

  g_assert_no_error (error);
  quarry_candidate_set_load_ahead (set, connection, passages, G_N_ELEMENTS (passages), &stopped);
  g_assert_false (is_analysed (set, 2));
  quarry_candidate_set_load_ahead (set, connection, passages, G_N_ELEMENTS (passages), &goes_on);
  g_assert_true (is_analysed (set, 2));
  g_assert_true (is_analysed (set, 3));
  g_assert_false (is_analysed (set, 1));
  g_assert_false (is_analysed (set, 1000));
  quarry_library_give_back (library, connection);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  LIBRARY_TEST ("pool/size", test_size);
  LIBRARY_TEST ("pool/size-while-typing", test_size_while_typing);
  LIBRARY_TEST ("pool/more-wanted", test_more_wanted);
  LIBRARY_TEST ("pool/ranks", test_ranks);
  LIBRARY_TEST ("pool/copies", test_copies);
  LIBRARY_TEST ("pool/many-copies", test_many_copies);
  LIBRARY_TEST ("pool/past-pool", test_past_pool);
  LIBRARY_TEST ("pool/word-for-word", test_word_for_word);
  LIBRARY_TEST ("pool/word-for-word/ten", test_ten_word_for_word);
  LIBRARY_TEST ("pool/few", test_few);
  LIBRARY_TEST ("pool/ahead", test_ahead);

  return g_test_run ();
}
