/* window-fixture.c: the main window over a library that is made for each test
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tests/ui/window-fixture.h"

#include "tests/support/temporary-folder.h"
#include "tests/ui/library-fixture.h"
#include "tests/ui/widget-helpers.h"

/* --- A library ----------------------------------------------------------------------------- */

void
window_fixture_set_up_empty (WindowFixture *fixture, gconstpointer data)
{
  fixture->top = temporary_folder_new ();
  fixture->folder = g_build_filename (fixture->top, "library", NULL);
  fixture->files = g_build_filename (fixture->top, "files", NULL);
}

void
window_fixture_put (WindowFixture *fixture, const char *name, const char *text)
{
  g_free (write_file (fixture->files, name, text, -1));
}

void
window_fixture_set_up (WindowFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = NULL;
  g_autoptr (GError) error = NULL;

  window_fixture_set_up_empty (fixture, data);
  window_fixture_put (fixture, "bees.md",
       "# Bees\n\nA colony of honeybees lives in a hive. The queen lays eggs in wax cells. "
       "Workers gather nectar and pollen from flowers.\n");
  window_fixture_put (fixture, "ships.md",
       "# Ships\n\nA schooner carries sails on two masts. The captain reads the wind and the "
       "tide. In a storm the vessel heaves to.\n");
  window_fixture_put (fixture, "bread.md",
       "# Bread\n\nFlour, water, salt and yeast make a dough. The loaf rises in a warm kitchen "
       "for two hours. Bake it in a hot oven.\n");
  window_fixture_put (fixture, "boats.md",
       "# Boats\n\nA small boat with one sail is easy to steer in the wind. Its captain needs "
       "no crew.\n");
  library = quarry_library_open (fixture->folder, NULL, QUARRY_LIBRARY_WRITE, &error);
  g_assert_no_error (error);
  import_path (library, fixture->files);
}

void
window_fixture_tear_down (WindowFixture *fixture, gconstpointer data)
{
  /* Calls that were cancelled hold the library until they return. */
  settle (100);
  g_free (fixture->files);
  g_free (fixture->folder);
  temporary_folder_free (fixture->top);
}

/* --- The window ---------------------------------------------------------------------------- */

QuarryWindow *
open_window (WindowFixture *fixture)
{
  g_autoptr (QuarrySession) session = quarry_session_new (fixture->folder, NULL);
  QuarryWindow *window = g_object_ref_sink (quarry_window_new (NULL, session));

  gtk_window_present (GTK_WINDOW (window));
  next_frame (GTK_WIDGET (window));
  wait_for (quarry_session_get_state (session) != QUARRY_SESSION_OPENING);
  return window;
}

void
close_window (QuarryWindow *window)
{
  gtk_window_destroy (GTK_WINDOW (window));
  settle (100);
  g_assert_finalize_object (window);
}

const char *
page (QuarryWindow *window)
{
  return gtk_stack_get_visible_child_name (window->stack);
}

const char *
selected_title (QuarryWindow *window)
{
  QuarryHit *hit = quarry_results_view_get_selected (window->results);

  return hit ? quarry_hit_get_title (hit) : NULL;
}

void
type (QuarryWindow *window, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (window->entry), text);
}

gboolean
entry_focused (QuarryWindow *window)
{
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (window));

  return focus && gtk_widget_is_ancestor (focus, GTK_WIDGET (window->entry));
}
