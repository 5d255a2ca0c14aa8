/* test-library-variety.c: similarity within a library: see also, the map, topics
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "library-helpers.h"

#include <fcntl.h>
#include <math.h>

#include "core/library/quarry-library-private.h"
#include "core/library/quarry-library-write-private.h"
#include "core/library/search/quarry-see-also.h"

static void
test_similar (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryAnswer) found = NULL;
  g_autoptr (QuarryAnswer) answer = NULL;
  g_autoptr (QuarryHit) bees = NULL;
  g_autoptr (QuarryHit) first = NULL;
  g_autoptr (GError) error = NULL;

  import_sources (fixture, library);
  add_text (library, "/wasps", "Wasps, like honeybees, live in a colony with a queen that lays eggs in cells.");
  found = quarry_library_search (library, "beekeepers", NULL, NULL, NULL);
  bees = g_list_model_get_item (quarry_answer_get_hits (found), 0);
  answer = quarry_library_similar (library, quarry_hit_get_passage (bees), NULL, NULL, &error);
  g_assert_no_error (error);
  first = g_list_model_get_item (quarry_answer_get_hits (answer), 0);
  g_assert_cmpstr (quarry_hit_get_path (first), ==, "/wasps");
  for (guint i = 0; i < g_list_model_get_n_items (quarry_answer_get_hits (answer)); i++)
    {
      g_autoptr (QuarryHit) hit = g_list_model_get_item (quarry_answer_get_hits (answer), i);

      g_assert_cmpint (quarry_hit_get_document (hit), !=, quarry_hit_get_document (bees));
    }

  g_assert_null (quarry_library_similar (library, 999999, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

/* "See also" for a document considers all of it, whichever passage it starts from. */
static void
test_similar_document (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  g_autoptr (QuarryDocument) document = NULL;
  g_autoptr (QuarryAnswer) of_passage = NULL;
  g_autoptr (QuarryAnswer) of_document = NULL;
  g_autoptr (QuarryHit) by_passage = NULL;
  g_autoptr (QuarryHit) by_document = NULL;
  g_autoptr (GError) error = NULL;
  gint64 first;

  /* So long that not all of it is looked at. */
  quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 1, "Lunch", -1);
  quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0,
                               "Bread with cheese, soup and an apple for lunch.", -1);
  for (guint i = 0; i < 40; i++)
    {
      quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 1, "The hive", -1);
      quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0,
                                   "The queen of the honeybees lays eggs in the cells of the colony.", -1);
    }
  document = quarry_document_builder_end (builder);
  g_assert_true (quarry_library_add_document (library, "/diary", document, &error));
  add_text (library, "/recipe", "Soup, bread and cheese make a lunch; an apple goes with it.");
  add_text (library, "/wasps", "Wasps, like honeybees, live in a colony with a queen that lays eggs in cells.");

  first = quarry_library_find_first_passage (library, "/diary", &error);
  g_assert_no_error (error);
  of_passage = quarry_library_similar (library, first, NULL, NULL, &error);
  g_assert_no_error (error);
  by_passage = g_list_model_get_item (quarry_answer_get_hits (of_passage), 0);
  g_assert_cmpstr (quarry_hit_get_path (by_passage), ==, "/recipe");
  of_document = quarry_library_similar_document (library, first, NULL, NULL, &error);
  g_assert_no_error (error);
  by_document = g_list_model_get_item (quarry_answer_get_hits (of_document), 0);
  g_assert_cmpstr (quarry_hit_get_path (by_document), ==, "/wasps");
  for (guint i = 0; i < g_list_model_get_n_items (quarry_answer_get_hits (of_document)); i++)
    {
      g_autoptr (QuarryHit) hit = g_list_model_get_item (quarry_answer_get_hits (of_document), i);

      g_assert_cmpstr (quarry_hit_get_path (hit), !=, "/diary");
    }

  g_assert_null (quarry_library_similar_document (library, 999999, NULL, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_cmpint (quarry_library_find_first_passage (library, "/nowhere", &error), ==, 0);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

static QuarryHit *
find_candidate (QuarryAnswer *answer, gint64 passage)
{
  GListModel *candidates = quarry_answer_get_candidates (answer);

  for (guint i = 0; i < g_list_model_get_n_items (candidates); i++)
    {
      g_autoptr (QuarryHit) hit = g_list_model_get_item (candidates, i);

      if (quarry_hit_get_passage (hit) == passage)
        return hit;
    }
  return NULL;
}

/* The map shows all candidates, and hits are among them. Candidates that were on the map before keep their places. */
static void
test_map (LibraryFixture *fixture, gconstpointer data)
{
  static const char *const senses[] = { "orbits the sun as a planet near venus seen by telescope",
                                        "fills a thermometer as a poisonous liquid metal",
                                        "carries messages for the roman gods on winged sandals" };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  g_autoptr (QuarryAnswer) plain = NULL;
  g_autoptr (QuarryAnswer) first = NULL;
  g_autoptr (QuarryAnswer) second = NULL;
  g_autoptr (GError) error = NULL;
  guint n_hits = 0, n;

  for (guint i = 0; i < 30; i++)
    {
      g_autofree char *path = g_strdup_printf ("/mercury-%u", i);
      g_autoptr (GString) text = g_string_new (NULL);

      /* Each note gets words of its own, so that it is not a near-duplicate. */
      g_string_printf (text, "Mercury %s, note:", senses[i % 3]);
      for (guint word = 0; word < 30; word++)
        g_string_append_printf (text, " word%ux%u", i, word);
      add_text (library, path, text->str);
    }
  plain = quarry_library_search (library, "mercury", &options, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (quarry_answer_get_candidates (plain)), ==, 0);

  options.limit = 5;
  options.map = TRUE;
  first = quarry_library_search (library, "mercury", &options, NULL, &error);
  g_assert_no_error (error);
  n = g_list_model_get_n_items (quarry_answer_get_candidates (first));
  g_assert_cmpuint (n, >, 5);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (QuarryHit) hit = g_list_model_get_item (quarry_answer_get_candidates (first), i);

      g_assert_cmpfloat (quarry_hit_get_angle (hit), >=, 0);
      g_assert_cmpfloat (quarry_hit_get_angle (hit), <, 1);
      g_assert_nonnull (quarry_hit_get_text (hit));
      n_hits += quarry_hit_get_rank (hit) > 0;
    }
  g_assert_cmpuint (n_hits, ==, 5);
  for (guint i = 0; i < 5; i++)
    {
      g_autoptr (QuarryHit) hit = g_list_model_get_item (quarry_answer_get_hits (first), i);

      g_assert_true (find_candidate (first, quarry_hit_get_passage (hit)) == hit);
    }

  options.before = first;
  second = quarry_library_search (library, "mercury note", &options, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (QuarryHit) hit = g_list_model_get_item (quarry_answer_get_candidates (first), i);
      QuarryHit *now = find_candidate (second, quarry_hit_get_passage (hit));
      float way;

      if (now == NULL)
        continue;
      way = fabsf (quarry_hit_get_angle (now) - quarry_hit_get_angle (hit));
      g_assert_cmpfloat (MIN (way, 1 - way), <, 0.15f);
    }
}

static gboolean
holds_topic (GPtrArray *topics, const char *label)
{
  for (guint i = 0; i < topics->len; i++)
    if (g_ascii_strcasecmp (quarry_topic_item_get_label (topics->pdata[i]), label) == 0)
      return TRUE;
  return FALSE;
}

/* Topics of the whole library; none for an empty one. */
static void
test_library_topics (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (GPtrArray) topics = NULL, none = NULL;
  g_autoptr (GError) error = NULL;

  none = quarry_library_list_topics (library, 12, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (none->len, ==, 0);

  for (guint i = 0; i < 8; i++)
    {
      g_autofree char *steam = g_strdup_printf ("/steam-%u", i);
      g_autofree char *forest = g_strdup_printf ("/forest-%u", i);
      g_autofree char *steam_text = g_strdup_printf (
          "The steam engine of the railway has a boiler and a piston; locomotive %u pulled a train.", i);
      g_autofree char *forest_text = g_strdup_printf (
          "The rain forest has monkeys in its trees and parrots on its fruit; expedition %u saw a tapir.", i);

      g_autofree char *foot = g_strdup_printf ("/foot-%u", i);

      add_text (library, steam, steam_text);
      add_text (library, forest, forest_text);
      /* The footer that all pages share is not a topic. */
      add_text (library, foot, "Part of the harbour suite, printed for the keeper of the lamps and the pilots.");
    }
  topics = quarry_library_list_topics (library, 12, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (topics->len, ==, 2);
  for (guint i = 0; i < topics->len; i++)
    g_test_message ("%s", quarry_topic_item_get_label (topics->pdata[i]));
  g_assert_true (holds_topic (topics, "rain forest"));
}

/* Of passages about the same subject, the one that shares rare phrases comes first. */
static void
test_similar_phrases (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryAnswer) found = NULL, answer = NULL;
  g_autoptr (QuarryHit) source = NULL, first = NULL;
  g_autoptr (GError) error = NULL;

  add_text (library, "/source", "The captain of the schooner feared the Bellingham shoal, where the tide runs against the wind.");
  for (guint i = 0; i < 12; i++)
    {
      g_autofree char *path = g_strdup_printf ("/other-%u", i);
      g_autofree char *text = g_strdup_printf (
          "A captain steers his schooner by wind and tide past a shoal, sail after sail, voyage number%u of year%u.", i, i);

      add_text (library, path, text);
    }
  add_text (library, "/shares", "Charts of the harbour office name the Bellingham shoal as a danger to all ships.");
  found = quarry_library_search (library, "captain feared bellingham", NULL, NULL, &error);
  g_assert_no_error (error);
  source = g_list_model_get_item (quarry_answer_get_hits (found), 0);
  g_assert_cmpstr (quarry_hit_get_path (source), ==, "/source");
  answer = quarry_library_similar (library, quarry_hit_get_passage (source), NULL, NULL, &error);
  g_assert_no_error (error);
  first = g_list_model_get_item (quarry_answer_get_hits (answer), 0);
  g_assert_cmpstr (quarry_hit_get_path (first), ==, "/shares");
}

/* A passage that quotes the given one is found by a rare run of words, although it is about something else. */
static void
test_similar_quotes (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryAnswer) found = NULL, answer = NULL;
  g_autoptr (QuarryHit) source = NULL;
  g_autoptr (GError) error = NULL;
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  GListModel *hits;
  gboolean quoted = FALSE;

  add_text (library, "/source", "The captain of the schooner feared the shoal. She would not wait for the tide to turn again.");
  for (guint i = 0; i < 150; i++)
    {
      static const char *const places[] = { "harbour", "cape", "strait", "bay", "island" };
      g_autofree char *path = g_strdup_printf ("/other-%u", i);
      g_autofree char *text = g_strdup_printf (
          "%u sailors went ashore at the %s with the mate and their captain, %u barrels of water in the boat, and "
          "their schooner lay at anchor off the shoal.", i, places[i % 5], 7 * i);

      add_text (library, path, text);
    }
  add_text (library, "/quotes",
            "Cheese is made from milk by rennet, salted, pressed, and kept in cellars. Would not wait for the tide to, "
            "said the dairy's owner of her butter. Whey is fed to pigs, and cream becomes butter in a churn.");
  found = quarry_library_search (library, "not wait", NULL, NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < g_list_model_get_n_items (quarry_answer_get_hits (found)) && source == NULL; i++)
    {
      g_autoptr (QuarryHit) hit = g_list_model_get_item (quarry_answer_get_hits (found), i);

      if (strcmp (quarry_hit_get_path (hit), "/source") == 0)
        source = g_steal_pointer (&hit);
    }
  g_assert_nonnull (source);
  options.limit = 100;
  answer = quarry_library_similar (library, quarry_hit_get_passage (source), &options, NULL, &error);
  g_assert_no_error (error);
  hits = quarry_answer_get_hits (answer);
  for (guint i = 0; i < g_list_model_get_n_items (hits); i++)
    {
      g_autoptr (QuarryHit) hit = g_list_model_get_item (hits, i);

      quoted = quoted || strcmp (quarry_hit_get_path (hit), "/quotes") == 0;
    }
  g_assert_true (quoted);
}

/* A passage that repeats a hit is not a hit of its own; the hit names it as another place. */
static void
test_copies (LibraryFixture *fixture, gconstpointer data)
{
  static const char text[] = "The queen of the honeybees lays eggs in the cells of the colony.";
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  g_autoptr (QuarryAnswer) answer = NULL, plain = NULL;
  g_autoptr (QuarryHit) first = NULL;
  QuarryHit *const *copies;
  GListModel *hits;
  guint n;

  add_text (library, "/a/bees", text);
  add_text (library, "/b/bees", text);
  add_text (library, "/c/bees", text);
  add_text (library, "/wasps", "Wasps, like honeybees, live in a colony.");
  answer = quarry_library_search (library, "honeybees queen", &options, NULL, NULL);
  hits = quarry_answer_get_hits (answer);
  g_assert_cmpuint (g_list_model_get_n_items (hits), ==, 2);
  first = g_list_model_get_item (hits, 0);
  copies = quarry_hit_get_copies (first, &n);
  g_assert_cmpuint (n, ==, 2);
  for (guint i = 0; i < n; i++)
    {
      g_assert_true (g_str_has_suffix (quarry_hit_get_path (copies[i]), "/bees"));
      g_assert_cmpint (quarry_hit_get_document (copies[i]), !=, quarry_hit_get_document (first));
      g_assert_cmpstr (quarry_hit_get_text (copies[i]), ==, text);
      g_assert_cmpuint (quarry_hit_get_rank (copies[i]), ==, 0);
      g_assert_cmpuint (quarry_hit_get_fused_rank (copies[i]), ==, i + 2);
    }
  g_assert_cmpint (quarry_hit_get_document (copies[0]), !=, quarry_hit_get_document (copies[1]));

  /* Ranked by relevance alone, nothing is left out or folded. */
  options.diversity = 0;
  plain = quarry_library_search (library, "honeybees queen", &options, NULL, NULL);
  hits = quarry_answer_get_hits (plain);
  g_assert_cmpuint (g_list_model_get_n_items (hits), ==, 4);
  for (guint i = 0; i < 4; i++)
    {
      g_autoptr (QuarryHit) hit = g_list_model_get_item (hits, i);

      quarry_hit_get_copies (hit, &n);
      g_assert_cmpuint (n, ==, 0);
    }
}

/* Windows of a long segment overlap. What is in two of them is found only once. */
static void
test_windows (LibraryFixture *fixture, gconstpointer data)
{
  enum { N = 12, SENTENCES = 44 };
  static const char said[] = "A heron nested on the weir.";
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;

  for (guint d = 0; d < N; d++)
    {
      g_autofree char *path = g_strdup_printf ("/mill-%u", d);
      g_autoptr (GString) text = g_string_new (NULL);

      for (guint s = 0; s < SENTENCES; s++)
        if (s == 12 + 2 * d)
          g_string_append_printf (text, "%s ", said);
        else
          g_string_append_printf (text, "The mill of q%ux%u ground r%ux%u sacks of flour in s%ux%u. ", d, s, s, d, d, s * 7);
      add_text (library, path, text->str);
    }
  options.limit = 200;
  for (guint round = 0; round < 2; round++)
    {
      g_autoptr (QuarryAnswer) answer = NULL;
      g_autoptr (GHashTable) told = g_hash_table_new (NULL, NULL);
      guint n_again = 0;

      options.diversity = round == 0 ? 0 : QUARRY_DIVERSITY_DEFAULT;
      answer = quarry_library_search (library, "heron nested weir", &options, NULL, NULL);
      for (guint i = 0; i < g_list_model_get_n_items (quarry_answer_get_hits (answer)); i++)
        {
          g_autoptr (QuarryHit) hit = g_list_model_get_item (quarry_answer_get_hits (answer), i);

          g_assert_cmpuint (quarry_hit_get_rank (hit), ==, i + 1);
          if (strstr (quarry_hit_get_text (hit), said)
              && !g_hash_table_add (told, GINT_TO_POINTER ((int) quarry_hit_get_document (hit))))
            n_again++;
        }
      g_assert_cmpuint (g_hash_table_size (told), ==, N);
      if (round == 0)
        g_assert_cmpuint (n_again, >, 0);
      else
        g_assert_cmpuint (n_again, ==, 0);
    }
}

/* Two formats of one document are cut at different places. What is in both is found only once. */
static void
test_formats (LibraryFixture *fixture, gconstpointer data)
{
  static const char said[] = "The honeybees' queen lays her eggs in cells of wax, one in each, and the workers that feed "
                             "the larvae cap every cell when its time has come, so that nothing disturbs what grows in it";
  static const char *const around[]
      = { "In early spring a keeper looks at the hive for stores, and moves the frames that are empty to the outside",
          "A colony that has lost its queen can raise another from any young larva, if it begins within a few days",
          "Swarms leave about noon on warm days and hang in a nearby tree until the scouts agree on a hollow to live in" };
  static const char *const paths[] = { "/source/guide.rst.txt", "/web/guide.html", "/source/guide 2.txt" };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryAnswer) answer = NULL;
  guint n_hits, n_copies = 0;

  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *text = g_strdup_printf (i == 1 ? "%2$s. %1$s." : "%s. %s.", around[i], said);

      add_text (library, paths[i], text);
    }
  answer = quarry_library_search (library, "honeybees queen", NULL, NULL, NULL);
  n_hits = g_list_model_get_n_items (quarry_answer_get_hits (answer));
  g_assert_cmpuint (n_hits, ==, 2);
  for (guint i = 0; i < n_hits; i++)
    {
      g_autoptr (QuarryHit) hit = g_list_model_get_item (quarry_answer_get_hits (answer), i);
      guint n;

      quarry_hit_get_copies (hit, &n);
      n_copies += n;
      g_assert_true (n == 0 || strstr (quarry_hit_get_path (hit), "guide"));
    }
  g_assert_cmpuint (n_copies, ==, 1);
}

/* If two files hold the same similar passage, it is found once and names the other file. */
static void
test_similar_copies (LibraryFixture *fixture, gconstpointer data)
{
  static const char text[] = "Wasps, like honeybees, live in a colony with a queen that lays eggs in cells.";
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryAnswer) answer = NULL;
  g_autoptr (QuarryHit) first = NULL;
  g_autoptr (GError) error = NULL;
  gint64 bees;
  guint n;

  add_text (library, "/bees", "The queen of the honeybees lays eggs in the cells of the colony.");
  add_text (library, "/a/wasps", text);
  add_text (library, "/b/wasps", text);
  bees = quarry_library_find_first_passage (library, "/bees", &error);
  g_assert_no_error (error);
  answer = quarry_library_similar (library, bees, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (quarry_answer_get_hits (answer)), ==, 1);
  first = g_list_model_get_item (quarry_answer_get_hits (answer), 0);
  quarry_hit_get_copies (first, &n);
  g_assert_cmpuint (n, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  LIBRARY_TEST ("similar", test_similar);
  LIBRARY_TEST ("similar-document", test_similar_document);
  LIBRARY_TEST ("map", test_map);
  LIBRARY_TEST ("topics", test_library_topics);
  LIBRARY_TEST ("similar-phrases", test_similar_phrases);
  LIBRARY_TEST ("similar-quotes", test_similar_quotes);
  LIBRARY_TEST ("copies", test_copies);
  LIBRARY_TEST ("formats", test_formats);
  LIBRARY_TEST ("windows", test_windows);
  LIBRARY_TEST ("similar-copies", test_similar_copies);

  return g_test_run ();
}
