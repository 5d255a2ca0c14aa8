/* test-library-context.c: the passages beside a passage count a little, which is reported
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "library-helpers.h"

#include <math.h>

#include "core/library/quarry-library-private.h"
#include "core/library/quarry-library-write-private.h"

#define HARBOUR "Ships lay in the harbour of Genoa that winter, and the keeper of the quay watched over cargo and crews."
#define BREAD "Dough for the bread of that winter rose by the oven, and the keeper of the yeast watched over flour and salt."

/* Adds a document of sections, each under a heading that says nothing, so that each section is a passage. */
static void
add_sections (QuarryLibrary *library, const char *path, const char *const *sections)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  g_autoptr (QuarryDocument) document = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; sections[i] != NULL; i++)
    {
      quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 1, "Of that year", -1);
      quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, sections[i], -1);
    }
  document = quarry_document_builder_end (builder);
  g_assert_true (quarry_library_add_document (library, path, document, &error));
  g_assert_no_error (error);
}

static QuarryAnswer *
ask (QuarryLibrary *library, const char *query, QuarrySearchMode mode)
{
  QuarrySearchOptions options = QUARRY_SEARCH_OPTIONS_DEFAULT;
  g_autoptr (GError) error = NULL;
  QuarryAnswer *answer;

  options.mode = mode;
  options.diversity = 0;
  answer = quarry_library_search (library, query, &options, NULL, &error);
  g_assert_no_error (error);
  return answer;
}

/* The hit whose text contains @text. (transfer full) */
static QuarryHit *
find_hit (QuarryAnswer *answer, const char *text)
{
  GListModel *hits = quarry_answer_get_hits (answer);

  for (guint i = 0; i < g_list_model_get_n_items (hits); i++)
    {
      g_autoptr (QuarryHit) hit = g_list_model_get_item (hits, i);

      if (strstr (quarry_hit_get_text (hit), text) != NULL)
        return g_steal_pointer (&hit);
    }
  g_assert_not_reached ();
}

/* Of two passages of a document that say the same, the one whose neighbours are about the query too ranks higher. */
static void
test_neighbours (LibraryFixture *fixture, gconstpointer data)
{
  static const char *const sections[]
      = { BREAD, "The keeper wrote down the names of nine lanterns, one after another, on Monday.", BREAD,
          HARBOUR, "The keeper wrote down the names of nine lanterns, one after another, on Friday.", HARBOUR, NULL };
  static const QuarrySearchMode modes[] = { QUARRY_SEARCH_HYBRID, QUARRY_SEARCH_DENSE };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);

  add_sections (library, "/year.txt", sections);
  add_text (library, "/other.txt", "Nobody remembers what the weather was like in those mountains.");
  for (guint m = 0; m < G_N_ELEMENTS (modes); m++)
    {
      /* The query has two words; with three, similarity to the first hits would count as well. */
      g_autoptr (QuarryAnswer) answer = ask (library, "lanterns harbour", modes[m]);
      g_autoptr (QuarryHit) monday = find_hit (answer, "Monday");
      g_autoptr (QuarryHit) friday = find_hit (answer, "Friday");

      g_assert_cmpuint (quarry_hit_get_rank (friday), <, quarry_hit_get_rank (monday));
      g_assert_cmpfloat (quarry_hit_get_context (friday), >, quarry_hit_get_context (monday) + .2f);
      g_assert_cmpfloat (quarry_hit_get_context_score (friday), >, quarry_hit_get_context_score (monday) + .02f);
      g_assert_cmpfloat (quarry_hit_get_context_score (friday), >, 0);
      /* The context is not part of the passage's own similarity. */
      g_assert_cmpfloat_with_epsilon (quarry_hit_get_similarity (friday), quarry_hit_get_similarity (monday), .1f);
      /* Except for the name of the day, the context is all that tells the two apart. */
      g_assert_cmpfloat_with_epsilon (
          quarry_hit_get_score (friday) - quarry_hit_get_score (monday),
          quarry_hit_get_context_score (friday) - quarry_hit_get_context_score (monday), .05f);
    }
}

/* Also where likeness to the first hits counts besides, which is the same for both. */
static void
test_alike (LibraryFixture *fixture, gconstpointer data)
{
  static const char *const sections[]
      = { BREAD, "The keeper wrote down the names of nine lanterns, one after another, on Monday.", BREAD,
          HARBOUR, "The keeper wrote down the names of nine lanterns, one after another, on Friday.", HARBOUR, NULL };
  static const char *const first[]
      = { "Lanterns of a harbour, lit by a keeper.", "A keeper lit lanterns at the harbour.",
          "Harbour lanterns, and a keeper." };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryAnswer) answer = NULL;
  g_autoptr (QuarryHit) monday = NULL, friday = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (first); i++)
    {
      g_autofree char *path = g_strdup_printf ("/first-%u.txt", i);

      add_text (library, path, first[i]);
    }
  add_sections (library, "/year.txt", sections);
  answer = ask (library, "lanterns harbour keeper ships", QUARRY_SEARCH_HYBRID);
  monday = find_hit (answer, "Monday");
  friday = find_hit (answer, "Friday");
  g_assert_cmpuint (MIN (quarry_hit_get_rank (monday), quarry_hit_get_rank (friday)), >, G_N_ELEMENTS (first));
  g_assert_cmpfloat_with_epsilon (
      quarry_hit_get_score (friday) - quarry_hit_get_score (monday),
      quarry_hit_get_context_score (friday) - quarry_hit_get_context_score (monday), .004f);
}

/* It is told how far the likeness to the best three moved a hit. */
static void
test_raised_by_likeness (LibraryFixture *fixture, gconstpointer data)
{
  static const char *const first[]
      = { "Lanterns of a harbour, lit by a keeper: brass, wick and whale oil.",
          "A keeper lit lanterns at the harbour with whale oil, brass and a wick.",
          "Harbour lanterns, and a keeper with brass, wick and whale oil." };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryAnswer) answer = NULL, open = NULL;
  g_autoptr (QuarryHit) alike = NULL, other = NULL, leader = NULL, unmoved = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (first); i++)
    {
      g_autofree char *path = g_strdup_printf ("/first-%u.txt", i);

      add_text (library, path, first[i]);
    }
  add_text (library, "/alike.txt", "Nobody had brought along what the lanterns of that keeper wanted: brass, a wick, and whale oil of some sort or other.");
  add_text (library, "/other.txt", "A keeper of lanterns wanted paint.");
  answer = ask (library, "lanterns harbour keeper", QUARRY_SEARCH_HYBRID);
  alike = find_hit (answer, "brought");
  other = find_hit (answer, "paint");
  leader = find_hit (answer, "lit by");
  g_assert_cmpint (quarry_hit_get_raised_by_likeness (alike), ==, 1);
  g_assert_cmpint (quarry_hit_get_raised_by_likeness (other), ==, -1);
  g_assert_cmpint (quarry_hit_get_raised_by_likeness (leader), ==, 0);

  /* It does not count where the query has fewer than three words. */
  open = ask (library, "lanterns harbour", QUARRY_SEARCH_HYBRID);
  unmoved = find_hit (open, "brought");
  g_assert_cmpint (quarry_hit_get_raised_by_likeness (unmoved), ==, 0);
}

/* Where a document ends, nothing stands beside it, whatever was added next. */
static void
test_ends (LibraryFixture *fixture, gconstpointer data)
{
  static const char *const first[] = { BREAD, "The keeper counted lanterns.", NULL };
  static const char *const second[] = { "The keeper lit lanterns.", BREAD, NULL };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryAnswer) answer = NULL;
  g_autoptr (QuarryHit) alone = NULL, last = NULL, begin = NULL;

  add_text (library, "/before.txt", HARBOUR);
  add_text (library, "/alone.txt", "The keeper trimmed lanterns.");
  add_text (library, "/behind.txt", HARBOUR);
  add_sections (library, "/first.txt", first);
  add_text (library, "/between.txt", HARBOUR);
  add_sections (library, "/second.txt", second);
  answer = ask (library, "lanterns harbour ships", QUARRY_SEARCH_HYBRID);
  alone = find_hit (answer, "trimmed");
  last = find_hit (answer, "counted");
  begin = find_hit (answer, "lit");
  g_assert_true (isnan (quarry_hit_get_context (alone)));
  g_assert_cmpfloat (quarry_hit_get_context_score (alone), ==, 0);
  g_assert_cmpfloat (quarry_hit_get_context (last), <, .3f);
  g_assert_cmpfloat (quarry_hit_get_context (begin), <, .3f);
  g_assert_cmpfloat (quarry_hit_get_context_score (last), <=, 0);
  g_assert_cmpfloat (quarry_hit_get_context_score (begin), <=, 0);
}

/* Passages that the query's filter excludes still count as neighbours. A search by words alone does not look at
 * neighbours. */
static void
test_filtered (LibraryFixture *fixture, gconstpointer data)
{
  static const char *const sections[] = { HARBOUR, "The keeper counted lanterns.", HARBOUR, NULL };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryAnswer) filtered = NULL, lexical = NULL;
  g_autoptr (QuarryHit) hit = NULL, by_words = NULL;

  add_sections (library, "/year.txt", sections);
  add_text (library, "/other.txt", "The keeper of the mountain had no lanterns.");
  filtered = ask (library, "harbour keeper +lanterns", QUARRY_SEARCH_HYBRID);
  g_assert_cmpuint (g_list_model_get_n_items (quarry_answer_get_hits (filtered)), ==, 2);
  hit = find_hit (filtered, "counted");
  g_assert_cmpfloat (quarry_hit_get_context (hit), >, .2f);
  g_assert_cmpfloat (quarry_hit_get_context_score (hit), !=, 0);

  lexical = ask (library, "harbour keeper", QUARRY_SEARCH_LEXICAL);
  by_words = find_hit (lexical, "counted");
  g_assert_true (isnan (quarry_hit_get_context (by_words)));
  g_assert_cmpfloat (quarry_hit_get_context_score (by_words), ==, 0);
}

/* The neighbours of a passage are found by their numbers. */
static void
test_numbers (LibraryFixture *fixture, gconstpointer data)
{
  static const char *const sections[] = { HARBOUR, BREAD, HARBOUR, BREAD, NULL };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryStore) store = NULL;
  g_autoptr (GPtrArray) documents = NULL;
  g_autoptr (GError) error = NULL;

  add_sections (library, "/one.txt", sections);
  add_sections (library, "/two.txt", sections);
  add_sections (library, "/one.txt", sections + 1);
  store = quarry_store_open (fixture->folder, QUARRY_STORE_READ_ONLY, &error);
  g_assert_no_error (error);
  documents = quarry_store_list_documents (store, NULL, FALSE, 0, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (documents->len, ==, 2);
  for (guint d = 0; d < documents->len; d++)
    {
      const QuarryDocumentRecord *document = documents->pdata[d];
      g_autoptr (GPtrArray) passages = quarry_store_list_passages (store, document->id, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (passages->len, ==, d == 0 ? 3 : 4);
      g_assert_cmpuint (document->n_passages, ==, passages->len);
      for (guint i = 0; i < passages->len; i++)
        {
          const QuarryPassageRecord *passage = passages->pdata[i];

          g_assert_cmpuint (passage->ordinal, ==, i);
          g_assert_cmpint (passage->id, ==, ((QuarryPassageRecord *) passages->pdata[0])->id + i);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  LIBRARY_TEST ("context/neighbours", test_neighbours);
  LIBRARY_TEST ("context/alike", test_alike);
  LIBRARY_TEST ("context/raised-by-likeness", test_raised_by_likeness);
  LIBRARY_TEST ("context/ends", test_ends);
  LIBRARY_TEST ("context/filtered", test_filtered);
  LIBRARY_TEST ("context/numbers", test_numbers);
  return g_test_run ();
}
