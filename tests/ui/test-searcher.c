/* test-searcher.c: the newest search wins
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "core/rank/quarry-confidence.h"
#include "tests/ui/library-fixture.h"
#include "tests/ui/widget-helpers.h"
#include "ui/quarry-searcher.h"

static void
set_up (LibraryFixture *fixture, gconstpointer data)
{
  g_autofree char *folder = NULL;

  library_fixture_set_up (fixture, data);
  g_free (write_source (fixture, "bees.md", "# Bees\n\nA colony of honeybees lives in a hive.\n"));
  g_free (write_source (fixture, "bread.md", "# Bread\n\nFlour, water, salt and yeast make a dough.\n"));
  g_free (write_source (fixture, "boats.md", "# Boats\n\nA small boat needs a captain, and no crew.\n"));
  g_free (write_source (fixture, "ships.md", "# Ships\n\nA schooner carries sails on two masts. The captain reads the "
                                             "wind and the tide.\n"));
  import_path (fixture->library, fixture->sources);
  /* The library is opened anew so that it has no change left to report, which would cause one more answer. */
  folder = g_strdup (quarry_library_get_folder (fixture->library));
  wait_for (g_atomic_int_get ((gint *) &G_OBJECT (fixture->library)->ref_count) == 1);
  g_assert_finalize_object (fixture->library);
  fixture->library = quarry_library_open (folder, NULL, QUARRY_LIBRARY_WRITE, NULL);
}

typedef struct
{
  GPtrArray *queries; /* the queries that were answered, in order; "" if nothing was asked */
  guint changes;      /* of the last answer */
  guint n_hits;
} Answers;

static void
answered_cb (QuarrySearcher *searcher, QuarryAnswer *answer, guint changes, gpointer data)
{
  Answers *answers = data;

  g_ptr_array_add (answers->queries, g_strdup (answer ? quarry_answer_get_query (answer) : ""));
  answers->changes = changes;
  answers->n_hits = answer ? g_list_model_get_n_items (quarry_answer_get_hits (answer)) : 0;
}

static const char *
last (Answers *answers)
{
  return answers->queries->len > 0 ? answers->queries->pdata[answers->queries->len - 1] : NULL;
}

static void
test_searcher (LibraryFixture *fixture, gconstpointer data)
{
  QuarrySearcher *searcher = quarry_searcher_new ();
  Answers answers = { g_ptr_array_new_with_free_func (g_free), 0, 0 };

  g_signal_connect (searcher, "answered", G_CALLBACK (answered_cb), &answers);

  /* A query that is set before there is a library is answered once there is one. */
  quarry_searcher_set_query (searcher, "  captain ");
  g_assert_cmpstr (quarry_searcher_get_query (searcher), ==, "captain ");
  quarry_searcher_set_library (searcher, fixture->library);
  wait_for (answers.queries->len > 0);
  g_assert_cmpstr (last (&answers), ==, "captain");
  g_assert_cmpuint (answers.changes & QUARRY_SEARCH_CHANGED_QUERY, !=, 0);
  g_assert_cmpuint (answers.n_hits, >, 0);

  /* A blank at the end makes the last word complete; further blanks, or blanks before the query, do not search
   * again. */
  quarry_searcher_set_query (searcher, " captain  ");
  settle (50);
  g_assert_cmpuint (answers.queries->len, ==, 1);

  /* The newest query wins: older ones are never answered. */
  quarry_searcher_set_query (searcher, "b");
  quarry_searcher_set_query (searcher, "br");
  quarry_searcher_set_query (searcher, "bread");
  wait_for (g_strcmp0 (last (&answers), "bread") == 0);
  settle (100);
  g_assert_cmpuint (answers.queries->len, ==, 2);

  quarry_searcher_set_variety (searcher, 1);
  wait_for (answers.queries->len == 3);
  g_assert_cmpuint (answers.changes, ==, QUARRY_SEARCH_CHANGED_VARIETY);
  /* While one search runs, all further changes are joined into one. */
  for (int i = 0; i < 20; i++)
    quarry_searcher_set_variety (searcher, i / 20.0);
  quarry_searcher_set_limit (searcher, 1);
  wait_for (answers.queries->len >= 5);
  settle (100);
  g_assert_cmpuint (answers.queries->len, ==, 5);
  g_assert_cmpuint (answers.changes, ==,
                    QUARRY_SEARCH_CHANGED_VARIETY | QUARRY_SEARCH_CHANGED_LIMIT);
  g_assert_cmpuint (answers.n_hits, ==, 1);

  quarry_searcher_set_query (searcher, "");
  wait_for (answers.queries->len == 6);
  g_assert_cmpstr (last (&answers), ==, "");
  g_assert_false (quarry_searcher_is_asking (searcher));
  g_assert_false (quarry_searcher_get_slow (searcher));

  g_ptr_array_unref (answers.queries);
  g_assert_finalize_object (searcher);
}

static void
test_searcher_similar (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryAnswer) found = quarry_library_search (fixture->library, "schooner", NULL, NULL, NULL);
  g_autoptr (QuarryHit) hit = g_list_model_get_item (quarry_answer_get_hits (found), 0);
  QuarrySearcher *searcher = quarry_searcher_new ();
  Answers answers = { g_ptr_array_new_with_free_func (g_free), 0, 0 };

  g_signal_connect (searcher, "answered", G_CALLBACK (answered_cb), &answers);
  quarry_searcher_set_library (searcher, fixture->library);
  quarry_searcher_set_similar_to (searcher, quarry_hit_get_passage (hit));
  g_assert_true (quarry_searcher_is_asking (searcher));
  wait_for (answers.n_hits > 0);
  quarry_searcher_set_query (searcher, "bees");
  g_assert_cmpint (quarry_searcher_get_similar_to (searcher), ==, 0);
  wait_for (g_strcmp0 (last (&answers), "bees") == 0);
  g_ptr_array_unref (answers.queries);
  g_assert_finalize_object (searcher);
}

/* The confidence of the newest answer. */
static void
confidence_cb (QuarrySearcher *searcher, QuarryAnswer *answer, guint changes, gpointer data)
{
  *(double *) data = answer ? quarry_answer_get_confidence (answer) : -1;
}

/* A word that nothing in the library begins with is doubted once a person has paused, also if it went on from one that
 * the library has. */
static void
test_searcher_paused (LibraryFixture *fixture, gconstpointer data)
{
  QuarrySearcher *searcher = quarry_searcher_new ();
  double confidence = -1;

  g_signal_connect (searcher, "answered", G_CALLBACK (confidence_cb), &confidence);
  quarry_searcher_set_library (searcher, fixture->library);
  quarry_searcher_set_query (searcher, "schooner");
  wait_for (confidence >= 0);
  confidence = -1;
  quarry_searcher_set_query (searcher, "schoonerqxzvbqk");
  wait_for (confidence >= 0);
  g_assert_cmpfloat (confidence, >=, QUARRY_CONFIDENCE_DOUBT);
  wait_for (confidence < QUARRY_CONFIDENCE_DOUBT);
  g_assert_finalize_object (searcher);
}

static void
count_cb (QuarrySearcher *searcher, GParamSpec *pspec, guint *n)
{
  (*n)++;
}

/* Lets the time pass after which an answer is late, and only then lets it come. */
static void
be_late (Answers *answers)
{
  guint n = answers->queries->len;

  g_usleep (300 * 1000);
  wait_for (answers->queries->len > n);
}

/* Late answers are only told of where a person waits for them, not when the library changes by itself. */
static void
test_searcher_slow (LibraryFixture *fixture, gconstpointer data)
{
  QuarrySearcher *searcher = quarry_searcher_new ();
  Answers answers = { g_ptr_array_new_with_free_func (g_free), 0, 0 };
  guint n_slow = 0, n_answers;

  g_signal_connect (searcher, "answered", G_CALLBACK (answered_cb), &answers);
  g_signal_connect (searcher, "notify::slow", G_CALLBACK (count_cb), &n_slow);
  quarry_searcher_set_library (searcher, fixture->library);
  quarry_searcher_set_query (searcher, "bees");
  be_late (&answers);
  g_assert_cmpuint (n_slow, ==, 2);
  g_assert_false (quarry_searcher_get_slow (searcher));
  g_signal_emit_by_name (fixture->library, "changed");
  be_late (&answers);
  g_assert_cmpuint (n_slow, ==, 2);
  quarry_searcher_set_variety (searcher, 1);
  be_late (&answers);
  g_assert_cmpuint (n_slow, ==, 4);

  /* Once the person has the answer, they do not wait for the next one, which is due to the library. */
  quarry_searcher_set_query (searcher, "schooner");
  g_signal_emit_by_name (fixture->library, "changed");
  be_late (&answers);
  g_assert_cmpuint (n_slow, ==, 6);
  g_assert_false (quarry_searcher_get_slow (searcher));
  n_answers = answers.queries->len;
  wait_for (answers.queries->len > n_answers);
  g_ptr_array_unref (answers.queries);
  g_assert_finalize_object (searcher);
}

int
main (int argc, char **argv)
{
  if (!widget_test_init (&argc, &argv))
    return 0;

  g_test_add ("/searcher/newest", LibraryFixture, NULL, set_up, test_searcher, library_fixture_tear_down);
  g_test_add ("/searcher/similar", LibraryFixture, NULL, set_up, test_searcher_similar, library_fixture_tear_down);
  g_test_add ("/searcher/paused", LibraryFixture, NULL, set_up, test_searcher_paused, library_fixture_tear_down);
  g_test_add ("/searcher/slow", LibraryFixture, NULL, set_up, test_searcher_slow, library_fixture_tear_down);
  return g_test_run ();
}
