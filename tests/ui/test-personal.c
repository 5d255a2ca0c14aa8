/* test-personal.c: the switch by which what was opened before raises what goes with it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <adwaita.h>

#include "tests/ui/library-fixture.h"
#include "tests/ui/widget-helpers.h"
#include "ui/preferences/quarry-preferences-window.h"
#include "ui/quarry-settings.h"
#include "ui/window/quarry-window-private.h"

static void
answered_cb (QuarrySearcher *searcher, QuarryAnswer *answer, guint changes, gpointer data)
{
  g_set_object ((QuarryAnswer **) data, answer);
}

/* The hit of @answer whose document's title is @title. (transfer full) */
static QuarryHit *
find_hit (QuarryAnswer *answer, const char *title)
{
  GListModel *hits = quarry_answer_get_hits (answer);

  for (guint i = 0; i < g_list_model_get_n_items (hits); i++)
    {
      g_autoptr (QuarryHit) hit = g_list_model_get_item (hits, i);

      if (g_str_equal (quarry_hit_get_title (hit), title))
        return g_steal_pointer (&hit);
    }
  g_assert_not_reached ();
}

static double
score_of (QuarryAnswer *answer, const char *title)
{
  g_autoptr (QuarryHit) hit = find_hit (answer, title);

  return (double) quarry_hit_get_score (hit);
}

static guint
count_opened (QuarryLibrary *library)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) opened = quarry_library_list_opened (library, 10, &error);

  g_assert_no_error (error);
  return opened->len;
}

/* Searches for "captain" in the window. Returns the score of the document about ships. */
static double
search (QuarryWindow *window, QuarryAnswer **answer)
{
  gtk_editable_set_text (GTK_EDITABLE (window->entry), "");
  wait_for (*answer == NULL);
  gtk_editable_set_text (GTK_EDITABLE (window->entry), "captain");
  wait_for (*answer != NULL);
  return score_of (*answer, "Ships");
}

/* The passage about ships is opened. Its score is raised while the switch is on, beginning at once when it is flipped,
 * and not while it is off, even if something other than the window records what is opened. */
static void
test_switch (LibraryFixture *fixture, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (fixture->top, "library-of-window", NULL);
  g_autoptr (QuarrySession) session = quarry_session_new (folder, NULL);
  QuarryWindow *window = g_object_ref_sink (quarry_window_new (NULL, session));
  g_autoptr (QuarryAnswer) answer = NULL;
  g_autoptr (QuarryHit) ships = NULL;
  g_autoptr (GError) error = NULL;
  QuarryLibrary *library;
  GtkWidget *preferences;
  GtkSwitch *personal;
  gint64 passage;
  double plain;

  g_free (write_source (fixture, "ships.md", "# Ships\n\nThe captain of a schooner reads the wind and the tide.\n"));
  g_free (write_source (fixture, "teams.md", "# Teams\n\nThe captain of a team speaks with the referee.\n"));
  g_settings_set_boolean (quarry_settings_get (), "personal", TRUE);
  gtk_window_present (GTK_WINDOW (window));
  wait_for (quarry_session_get_state (session) == QUARRY_SESSION_READY);
  library = quarry_session_get_library (session);
  import_path (library, fixture->sources);
  g_signal_connect (window->searcher, "answered", G_CALLBACK (answered_cb), &answer);

  preferences = quarry_preferences_window_new (GTK_WINDOW (window), library);
  personal = GTK_SWITCH (find_template_child (preferences, "personal"));
  g_assert_true (gtk_switch_get_active (personal));
  plain = search (window, &answer);
  ships = find_hit (answer, "Ships");
  passage = quarry_hit_get_passage (ships);

  g_assert_true (quarry_library_note_opened (library, passage, &error));
  g_assert_cmpfloat (search (window, &answer), >, plain + 1e-3);

  gtk_switch_set_active (personal, FALSE);
  wait_for (score_of (answer, "Ships") < plain + 1e-6);
  /* Switching it off forgets what was opened before, but not what is recorded from here on. */
  wait_for (count_opened (library) == 0);
  g_assert_true (quarry_library_note_opened (library, passage, &error));
  g_assert_cmpfloat_with_epsilon (search (window, &answer), plain, 1e-6);

  gtk_switch_set_active (personal, TRUE);
  wait_for (score_of (answer, "Ships") > plain + 1e-3);

  g_settings_reset (quarry_settings_get (), "personal");
  destroy_window (preferences, preferences);
  g_signal_handlers_disconnect_by_data (window->searcher, &answer);
  gtk_window_destroy (GTK_WINDOW (window));
  settle (100);
  g_assert_finalize_object (window);
}

int
main (int argc, char **argv)
{
  if (!widget_test_init (&argc, &argv))
    return 0;

  g_test_add ("/personal/switch", LibraryFixture, NULL, library_fixture_set_up, test_switch, library_fixture_tear_down);
  return g_test_run ();
}
