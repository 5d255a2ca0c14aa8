/* test-question.c: a question that a frame waits for
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tests/ui/library-fixture.h"
#include "ui/quarry-question.h"

#define LONG_US (60 * G_USEC_PER_SEC)

typedef struct
{
  QuarryAnswer *answer;
  GError *error;
  guint n_called;
} Told;

static void
told_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Told *told = user_data;

  told->answer = quarry_question_finish (result, &told->error);
  told->n_called++;
}

static void
test_wait (LibraryFixture *fixture, gconstpointer data)
{
  QuarryQuestion question = { .query = "mortar" };
  Told told = { 0 };
  g_autoptr (GTask) asked = NULL;

  add_document (fixture, "crafts.md", crafts_text);
  asked = quarry_question_ask (fixture->library, &question, &QUARRY_SEARCH_OPTIONS_DEFAULT, NULL, told_cb, &told);
  g_assert_true (quarry_question_wait (asked, g_get_monotonic_time () + LONG_US));
  /* The callback is not called while quarry_question_wait() waits, but later by the main loop. */
  g_assert_cmpuint (told.n_called, ==, 0);
  while (told.n_called == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_no_error (told.error);
  g_assert_cmpuint (g_list_model_get_n_items (quarry_answer_get_hits (told.answer)), >, 0);
  /* A question that has been answered returns at once. */
  g_assert_true (quarry_question_wait (asked, 0));
  g_assert_cmpuint (told.n_called, ==, 1);
  g_object_unref (told.answer);
}

static void
test_cancelled (LibraryFixture *fixture, gconstpointer data)
{
  QuarryQuestion question = { .query = "mortar" };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GTask) asked = NULL;
  Told told = { 0 };

  g_cancellable_cancel (cancellable);
  asked = quarry_question_ask (fixture->library, &question, &QUARRY_SEARCH_OPTIONS_DEFAULT, cancellable, told_cb, &told);
  g_assert_true (quarry_question_wait (asked, g_get_monotonic_time () + LONG_US));
  while (told.n_called == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (told.error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (told.answer);
  g_clear_error (&told.error);
}

/* If there is no such passage, the error is delivered in the same way. */
static void
test_similar (LibraryFixture *fixture, gconstpointer data)
{
  QuarryQuestion question = { .query = "", .similar_to = 4711, .whole = GPOINTER_TO_INT (data) };
  g_autoptr (GTask) asked = NULL;
  Told told = { 0 };

  asked = quarry_question_ask (fixture->library, &question, &QUARRY_SEARCH_OPTIONS_DEFAULT, NULL, told_cb, &told);
  while (told.n_called == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (told.error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_true (quarry_question_wait (asked, 0));
  g_clear_error (&told.error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/question/wait", LibraryFixture, NULL, library_fixture_set_up, test_wait, library_fixture_tear_down);
  g_test_add ("/question/cancelled", LibraryFixture, NULL, library_fixture_set_up, test_cancelled,
              library_fixture_tear_down);
  g_test_add ("/question/similar", LibraryFixture, NULL, library_fixture_set_up, test_similar,
              library_fixture_tear_down);
  g_test_add ("/question/similar/document", LibraryFixture, GINT_TO_POINTER (1), library_fixture_set_up, test_similar,
              library_fixture_tear_down);
  return g_test_run ();
}
