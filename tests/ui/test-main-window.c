/* test-main-window.c: the main window
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Over a real library that is made for each test.
 */
#include <adwaita.h>
#include <glib/gstdio.h>
#include <string.h>

#include "core/library/search/quarry-hit-private.h"
#include "tests/support/temporary-folder.h"
#include "tests/ui/library-fixture.h"
#include "tests/ui/widget-helpers.h"
#include "tests/ui/window-fixture.h"
#include "ui/reader/quarry-document-view.h"
#include "ui/preferences/quarry-folders-page.h"
#include "ui/preferences/quarry-preferences-window.h"
#include "ui/quarry-application.h"
#include "ui/quarry-settings.h"
#include "ui/reader/quarry-reader-private.h"
#include "ui/results/quarry-result-row.h"
#include "ui/widgets/quarry-shown-path.h"

static void
test_window_search (WindowFixture *fixture, gconstpointer data)
{
  QuarryWindow *window = open_window (fixture);

  wait_for (g_strcmp0 (page (window), "recent") == 0);
  g_assert_true (gtk_widget_is_ancestor (gtk_root_get_focus (GTK_ROOT (window)),
                                         GTK_WIDGET (window->entry)));
  type (window, "honeybees");
  wait_for (g_strcmp0 (page (window), "results") == 0);
  g_assert_cmpstr (selected_title (window), ==, "Bees");
  wait_for (quarry_reader_get_hit (window->reader) != NULL);
  type (window, "schooner");
  wait_for (g_strcmp0 (selected_title (window), "Ships") == 0);

  g_assert_true (quarry_window_step_back (window));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (window->entry)), ==, "");
  wait_for (g_strcmp0 (page (window), "recent") == 0);
  g_assert_null (selected_title (window));
  wait_for (quarry_reader_get_hit (window->reader) == NULL);
  g_assert_false (quarry_window_step_back (window));
  close_window (window);
}

/* While files are added, there are new hits every moment: the reader shows what is selected all the same. */
static void
test_window_reads_along (WindowFixture *fixture, gconstpointer data)
{
  QuarryWindow *window = open_window (fixture);

  wait_for (g_strcmp0 (page (window), "recent") == 0);
  type (window, "honeybees");
  wait_for (quarry_reader_get_hit (window->reader) != NULL);
  type (window, "schooner");
  wait_for (g_strcmp0 (selected_title (window), "Ships") == 0);
  for (guint i = 0;
       i < 150 && quarry_reader_get_hit (window->reader) != quarry_results_view_get_selected (window->results); i++)
    {
      quarry_window_follow_soon (window);
      settle (100);
    }
  g_assert_true (quarry_reader_get_hit (window->reader) == quarry_results_view_get_selected (window->results));
  close_window (window);
}

/* While a word is typed, the entry shows how it would be completed, and inserts that when the person accepts it. */
static void
test_window_completion (WindowFixture *fixture, gconstpointer data)
{
  QuarryWindow *window = open_window (fixture);
  GtkEditable *entry = GTK_EDITABLE (window->entry);

  wait_for (g_strcmp0 (page (window), "recent") == 0);
  type (window, "wind schoon");
  gtk_editable_set_position (entry, -1);
  wait_for (quarry_completion_get_rest (window->completion) != NULL);
  g_assert_cmpstr (quarry_completion_get_rest (window->completion), ==, "er");
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (window->completion_label)));
  g_assert_cmpstr (gtk_label_get_text (window->completion_label), ==, "er");
  g_assert_cmpstr (gtk_editable_get_text (entry), ==, "wind schoon");

  /* No completion is shown while the cursor is inside the text. */
  gtk_editable_set_position (entry, 2);
  g_assert_null (quarry_completion_get_rest (window->completion));
  g_assert_false (quarry_completion_take (window->completion));
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (window->completion_label)));

  type (window, "wind schoo");
  gtk_editable_set_position (entry, -1);
  wait_for (quarry_completion_get_rest (window->completion) != NULL);
  g_assert_true (quarry_completion_take (window->completion));
  g_assert_cmpstr (gtk_editable_get_text (entry), ==, "wind schooner");
  g_assert_cmpint (gtk_editable_get_position (entry), ==, 13);
  g_assert_false (quarry_completion_take (window->completion));
  wait_for (g_strcmp0 (selected_title (window), "Ships") == 0);
  g_assert_null (quarry_completion_get_rest (window->completion));
  close_window (window);
}

static void
test_window_passage (WindowFixture *fixture, gconstpointer data)
{
  QuarryWindow *window = open_window (fixture);
  g_autoptr (QuarryHit) hit = NULL;

  type (window, "captain wind sail");
  wait_for (quarry_results_view_get_n_hits (window->results) >= 2);
  quarry_results_view_select (window->results, 1);
  hit = g_object_ref (quarry_results_view_get_selected (window->results));
  type (window, "");
  wait_for (selected_title (window) == NULL);

  /* The launcher opens the window like this. */
  quarry_window_search (window, "captain wind sail", quarry_hit_get_passage (hit));
  wait_for (selected_title (window) != NULL);
  g_assert_cmpstr (selected_title (window), ==, quarry_hit_get_title (hit));
  close_window (window);
}

static void
test_window_see_also (WindowFixture *fixture, gconstpointer data)
{
  QuarryWindow *window = open_window (fixture);

  type (window, "schooner");
  wait_for (g_strcmp0 (selected_title (window), "Ships") == 0);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.see-also", NULL);
  wait_for (g_strcmp0 (selected_title (window), "Boats") == 0);
  g_assert_true (quarry_window_step_back (window));
  wait_for (g_strcmp0 (selected_title (window), "Ships") == 0);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (window->entry)), ==, "schooner");

  /* "See also" works for the whole document too, and a click leads back. */
  gtk_widget_activate_action (GTK_WIDGET (window), "win.see-also-document", NULL);
  wait_for (g_strcmp0 (selected_title (window), "Boats") == 0);
  g_assert_true (quarry_searcher_is_document_asked (window->searcher));
  g_signal_emit_by_name (window->results, "notice-link");
  wait_for (g_strcmp0 (selected_title (window), "Ships") == 0);
  g_assert_false (quarry_searcher_is_document_asked (window->searcher));
  close_window (window);
}

/* What the nearest passages are listed under, if none of them is like the one asked about. */
static void
test_window_notice (WindowFixture *fixture, gconstpointer data)
{
  QuarryWindow *window = open_window (fixture);
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  g_autoptr (QuarryAnswer) likely = quarry_answer_new ("", 1, .6, none, NULL, NULL);
  g_autoptr (QuarryAnswer) unlikely = quarry_answer_new ("", 1, 0, none, NULL, NULL);
  g_autofree char *with = NULL, *without = NULL;

  type (window, "schooner");
  wait_for (g_strcmp0 (selected_title (window), "Ships") == 0);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.see-also", NULL);
  with = quarry_window_make_notice (window, unlikely);
  g_assert_nonnull (strstr (with, "Passages like the one in “Ships”."));
  g_assert_nonnull (strstr (with, "Nothing here is clearly about that."));
  without = quarry_window_make_notice (window, likely);
  g_assert_nonnull (strstr (without, "Passages like the one in “Ships”."));
  g_assert_null (strstr (without, "Nothing here is clearly about that."));
  close_window (window);
}

/* A hit marked as less wanted goes away; one step back brings it again. A new query clears all marks. */
static void
test_window_marks (WindowFixture *fixture, gconstpointer data)
{
  QuarryWindow *window = open_window (fixture);
  g_autofree char *first = NULL;

  type (window, "captain wind sail");
  wait_for (selected_title (window) != NULL);
  first = g_strdup (selected_title (window));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.less-like", NULL);
  wait_for (selected_title (window) != NULL && strcmp (selected_title (window), first) != 0);
  g_assert_true (quarry_window_step_back (window));
  wait_for (g_strcmp0 (selected_title (window), first) == 0);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (window->entry)), ==, "captain wind sail");

  gtk_widget_activate_action (GTK_WIDGET (window), "win.more-like", NULL);
  type (window, "honeybees");
  wait_for (g_strcmp0 (selected_title (window), "Bees") == 0);
  g_assert_false (quarry_results_view_clear_marks (window->results));
  close_window (window);
}

static void
test_window_map (WindowFixture *fixture, gconstpointer data)
{
  QuarryWindow *window = open_window (fixture);
  QuarryResultRow *row;

  type (window, "schooner");
  wait_for (g_strcmp0 (selected_title (window), "Ships") == 0);
  g_assert_false (quarry_results_view_get_map (window->results));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.toggle-map", NULL);
  g_assert_true (quarry_results_view_get_map (window->results));
  type (window, "honeybees");
  wait_for (g_strcmp0 (selected_title (window), "Bees") == 0);
  /* Rows out of sight are not opened. */
  row = QUARRY_RESULT_ROW (find_widget (GTK_WIDGET (window->results), QUARRY_TYPE_RESULT_ROW));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.why", NULL);
  g_assert_false (quarry_result_row_get_why (row));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.toggle-map", NULL);
  g_assert_false (quarry_results_view_get_map (window->results));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.why", NULL);
  g_assert_true (quarry_result_row_get_why (row));
  g_assert_cmpstr (selected_title (window), ==, "Bees");
  close_window (window);
}

/* Activating a topic of the library searches for it. */
static void
test_window_topic (WindowFixture *fixture, gconstpointer data)
{
  QuarryWindow *window = open_window (fixture);

  g_signal_emit_by_name (window->recent, "topic", "captain wind");
  wait_for (selected_title (window) != NULL);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (window->entry)), ==, "captain wind");
  close_window (window);
}

static void
test_window_variety (WindowFixture *fixture, gconstpointer data)
{
  QuarryWindow *window = open_window (fixture);
  double before = gtk_adjustment_get_value (window->variety);

  gtk_widget_activate_action (GTK_WIDGET (window), "win.more-variety", NULL);
  g_assert_cmpfloat (gtk_adjustment_get_value (window->variety), >, before);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.less-variety", NULL);
  g_assert_cmpfloat_with_epsilon (gtk_adjustment_get_value (window->variety), before, 1e-6);
  for (int i = 0; i < 20; i++)
    gtk_widget_activate_action (GTK_WIDGET (window), "win.less-variety", NULL);
  g_assert_cmpfloat (gtk_adjustment_get_value (window->variety), ==, 0);
  close_window (window);
}

static void
copied_cb (GObject *clipboard, GAsyncResult *result, gpointer data)
{
  *(char **) data = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (clipboard), result, NULL);
}

static void
test_window_copy (WindowFixture *fixture, gconstpointer data)
{
  QuarryWindow *window = open_window (fixture);
  g_autofree char *copied = NULL;

  type (window, "honeybees");
  wait_for (g_strcmp0 (selected_title (window), "Bees") == 0);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.copy-hit", NULL);
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (GTK_WIDGET (window)), NULL, copied_cb,
                                 &copied);
  wait_for (copied != NULL);
  g_assert_nonnull (strstr (copied, "A colony of honeybees lives in a hive."));
  g_assert_nonnull (strstr (copied, "— Bees"));
  g_assert_nonnull (strstr (copied, "/files/bees.md"));
  close_window (window);
}

/* A text that is in two files is one hit, whose menu leads to the other file. */
static void
test_window_copies (WindowFixture *fixture, gconstpointer data)
{
  static const char text[] = "The ropewalk at the harbour twisted hemp into cables for the fleet.\n";
  QuarryWindow *window;
  QuarryHit *const *copies;
  GMenuModel *menu;
  g_autoptr (GVariant) target = NULL;
  g_autofree char *label = NULL;
  gint64 passage;
  guint n;

  window_fixture_put (fixture, "rope_one.txt", text);
  window_fixture_put (fixture, "rope_two.txt", text);
  {
    g_autoptr (QuarryLibrary) library = quarry_library_open (fixture->folder, NULL, QUARRY_LIBRARY_WRITE, NULL);

    import_path (library, fixture->files);
  }
  window = open_window (fixture);
  /* Without any variety, ranked by relevance alone, copies are not folded. */
  gtk_adjustment_set_value (window->variety, 0.75);
  type (window, "ropewalk hemp");
  wait_for (selected_title (window) && g_str_has_prefix (selected_title (window), "rope_"));
  copies = quarry_hit_get_copies (quarry_results_view_get_selected (window->results), &n);
  g_assert_cmpuint (n, ==, 1);
  passage = quarry_hit_get_passage (copies[0]);

  menu = quarry_results_view_get_copies_menu (window->results);
  g_assert_cmpint (g_menu_model_get_n_items (menu), ==, 1);
  g_assert_true (g_menu_model_get_item_attribute (menu, 0, G_MENU_ATTRIBUTE_LABEL, "s", &label));
  g_assert_true (g_str_has_prefix (label, "files/rope__"));
  target = g_menu_model_get_item_attribute_value (menu, 0, G_MENU_ATTRIBUTE_TARGET, G_VARIANT_TYPE_INT64);
  g_assert_cmpint (g_variant_get_int64 (target), ==, passage);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.read-copy", "x", passage);
  g_assert_cmpint (quarry_hit_get_passage (quarry_reader_get_hit (window->reader)), ==, passage);

  /* The selection has not changed, so the reader keeps showing the copy. */
  settle (400);
  g_assert_cmpint (quarry_hit_get_passage (quarry_reader_get_hit (window->reader)), ==, passage);
  g_assert_cmpint (quarry_hit_get_passage (quarry_results_view_get_selected (window->results)), !=, passage);

  /* The reader's segments are compared with the new query. */
  type (window, "ropewalk hemp cables");
  wait_for (g_strcmp0 (window->reader->query, "ropewalk hemp cables") == 0);
  g_assert_cmpint (quarry_hit_get_passage (quarry_reader_get_hit (window->reader)), ==, passage);
  close_window (window);
}

/* New documents appear in the results of the query that was typed already. */
static void
test_window_grows (WindowFixture *fixture, gconstpointer data)
{
  QuarryWindow *window = open_window (fixture);
  QuarryLibrary *library = quarry_session_get_library (window->session);

  type (window, "dirigible");
  settle (200);
  g_assert_cmpstr (selected_title (window), !=, "Airships");
  window_fixture_put (fixture, "airships.md", "# Airships\n\nA dirigible is lighter than the air.\n");
  import_path (library, fixture->files);
  wait_for (g_strcmp0 (selected_title (window), "Airships") == 0);
  close_window (window);
}

/* Opens the preferences. *@page is the page of folders, which is visible. */
static GtkWidget *
open_preferences (QuarryWindow *window, GtkWidget **page)
{
  GListModel *windows = gtk_window_get_toplevels ();
  GtkWidget *preferences = NULL;

  gtk_widget_activate_action (GTK_WIDGET (window), "win.preferences", NULL);
  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) one = g_list_model_get_item (windows, i);

      if (QUARRY_IS_PREFERENCES_WINDOW (one))
        preferences = one;
    }
  g_assert_nonnull (preferences);
  *page = find_widget (preferences, QUARRY_TYPE_FOLDERS_PAGE);
  adw_preferences_window_set_visible_page (ADW_PREFERENCES_WINDOW (preferences), ADW_PREFERENCES_PAGE (*page));
  return preferences;
}

/* Preferences that were opened before the library show its contents once it is open. */
static void
test_window_early_preferences (WindowFixture *fixture, gconstpointer data)
{
  QuarrySession *session = quarry_session_new (fixture->folder, NULL);
  QuarryWindow *window = g_object_ref_sink (quarry_window_new (NULL, session));
  GtkWidget *preferences, *page;

  gtk_window_present (GTK_WINDOW (window));
  g_assert_cmpint (quarry_session_get_state (session), ==, QUARRY_SESSION_OPENING);
  g_object_unref (session);
  preferences = open_preferences (window, &page);
  wait_for (find_label (page, fixture->files) != NULL);
  g_assert_true (gtk_widget_get_sensitive (page));
  gtk_window_close (GTK_WINDOW (preferences));
  close_window (window);
}

/* A folder that was taken out in the preferences can still be brought back from the window after they are closed. */
static void
test_window_undo (WindowFixture *fixture, gconstpointer data)
{
  QuarryWindow *window = open_window (fixture);
  GtkWidget *preferences, *page, *row = NULL, *undo = NULL;

  type (window, "honeybees");
  wait_for (g_strcmp0 (selected_title (window), "Bees") == 0);
  preferences = open_preferences (window, &page);
  wait_for ((row = find_label (page, fixture->files)) != NULL);
  row = gtk_widget_get_ancestor (row, ADW_TYPE_ACTION_ROW);
  g_signal_emit_by_name (find_widget (row, GTK_TYPE_BUTTON), "clicked");
  wait_for (find_label (preferences, "_Undo") != NULL);
  wait_for (g_strcmp0 (selected_title (window), "Bees") != 0);
  g_assert_null (find_label (GTK_WIDGET (window), "_Undo"));

  gtk_window_close (GTK_WINDOW (preferences));
  wait_for ((undo = find_label (GTK_WIDGET (window), "_Undo")) != NULL);
  g_signal_emit_by_name (gtk_widget_get_ancestor (undo, GTK_TYPE_BUTTON), "clicked");
  wait_for (g_strcmp0 (selected_title (window), "Bees") == 0);
  close_window (window);
}

static gboolean
has_focus (QuarryWindow *window, gpointer widget)
{
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (window));

  return focus && gtk_widget_is_ancestor (focus, widget);
}

/* Escape first leads from the widgets around the hits back to the entry, and only there clears anything. Tab stops at
 * the sidebar once. */
static void
test_window_way_back (WindowFixture *fixture, gconstpointer data)
{
  QuarryWindow *window = open_window (fixture);
  QuarryResultRow *row;

  type (window, "honeybees");
  wait_for (g_strcmp0 (selected_title (window), "Bees") == 0);
  quarry_window_show_reader (window);
  wait_for (has_focus (window, window->reader));
  wait_for (QUARRY_IS_DOCUMENT_VIEW (gtk_root_get_focus (GTK_ROOT (window))));
  g_assert_false (quarry_panes_get_folded (window->panes));
  g_assert_true (quarry_window_step_back (window));
  g_assert_true (has_focus (window, window->entry));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (window->entry)), ==, "honeybees");

  gtk_widget_activate_action (GTK_WIDGET (window), "win.show-filters", NULL);
  wait_for (has_focus (window, window->sidebar));
  g_assert_false (gtk_widget_child_focus (GTK_WIDGET (window->sidebar), GTK_DIR_TAB_FORWARD));
  g_assert_true (gtk_widget_child_focus (GTK_WIDGET (window->sidebar), GTK_DIR_DOWN));
  g_assert_true (has_focus (window, window->sidebar));
  g_assert_true (quarry_window_step_back (window));
  g_assert_true (has_focus (window, window->entry));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (window->entry)), ==, "honeybees");

  /* Open reasons are closed before the query is cleared. */
  gtk_widget_activate_action (GTK_WIDGET (window), "win.why", NULL);
  row = QUARRY_RESULT_ROW (find_widget (GTK_WIDGET (window->results), QUARRY_TYPE_RESULT_ROW));
  g_assert_true (quarry_result_row_get_why (row));
  g_assert_true (quarry_window_step_back (window));
  g_assert_false (quarry_result_row_get_why (row));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (window->entry)), ==, "honeybees");

  g_assert_true (quarry_window_step_back (window));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (window->entry)), ==, "");
  close_window (window);
}

static void
test_window_narrow (WindowFixture *fixture, gconstpointer data)
{
  QuarryWindow *window = open_window (fixture);

  gtk_window_set_default_size (GTK_WINDOW (window), 360, 600);
  type (window, "honeybees");
  gtk_editable_set_position (GTK_EDITABLE (window->entry), -1);
  wait_for (g_strcmp0 (selected_title (window), "Bees") == 0);
  wait_for (quarry_panes_get_folded (window->panes));
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (window)), <=, 400);

  /* In a narrow window the entry moves to a row of its own. It keeps its text and the focus. */
  wait_for (gtk_widget_is_ancestor (GTK_WIDGET (window->entry), GTK_WIDGET (window->entry_row)));
  wait_for (gtk_widget_get_width (GTK_WIDGET (window->entry)) > 300);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (window->entry)), ==, "honeybees");
  g_assert_cmpint (gtk_editable_get_position (GTK_EDITABLE (window->entry)), ==, 9);
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (GTK_WINDOW (window)), GTK_WIDGET (window->entry)));
  g_assert_false (gtk_widget_get_visible (window->back_button));
  quarry_window_show_reader (window);
  g_assert_true (gtk_widget_get_visible (window->back_button));
  wait_for (gtk_widget_get_mapped (GTK_WIDGET (window->reader)));
  g_assert_true (quarry_window_step_back (window));
  g_assert_false (gtk_widget_get_visible (window->back_button));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (window->entry)), ==, "honeybees");

  /* The sidebar is hidden for lack of room. When it is called it is shown over the hits, and Escape hides it again. */
  wait_for (!adw_flap_get_reveal_flap (window->flap));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.show-filters", NULL);
  wait_for (gtk_widget_get_mapped (GTK_WIDGET (window->sidebar)));
  g_assert_true (quarry_window_step_back (window));
  g_assert_false (adw_flap_get_reveal_flap (window->flap));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (window->entry)), ==, "honeybees");

  /* Activating a filter in it hides it as well. */
  gtk_widget_activate_action (GTK_WIDGET (window), "win.show-filters", NULL);
  g_assert_true (adw_flap_get_reveal_flap (window->flap));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.failures", NULL);
  g_assert_false (adw_flap_get_reveal_flap (window->flap));
  settle (100);
  close_window (window);
}

/* With text of twice the size the window still fits on a small screen, whatever page it shows: every page of the stack
 * counts towards its size. */
static void
test_window_large_text (WindowFixture *fixture, gconstpointer data)
{
  GtkSettings *settings = gtk_settings_get_default ();
  QuarryWindow *window;
  GtkWidget *count;
  int dpi, least;

  g_object_get (settings, "gtk-xft-dpi", &dpi, NULL);
  g_object_set (settings, "gtk-xft-dpi", 2 * 96 * 1024, NULL);
  window = open_window (fixture);
  /* Where there is room, the entry is longer than with text of the usual size. */
  gtk_window_set_default_size (GTK_WINDOW (window), 1180, 640);
  wait_for (gtk_widget_get_width (GTK_WIDGET (window)) > 1000);
  next_frame (GTK_WIDGET (window));
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (window->entry)), >, 400);
  gtk_window_set_default_size (GTK_WINDOW (window), 360, 640);
  wait_for (gtk_widget_get_visible (GTK_WIDGET (window->entry_row)));
  settle (100);
  count = find_template_child (GTK_WIDGET (window->documents), "count");
  gtk_label_set_label (GTK_LABEL (count), "13,314 documents · 1,207 not added");
  gtk_widget_set_visible (count, TRUE);
  gtk_widget_measure (GTK_WIDGET (window), GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  g_assert_cmpint (least, <=, 360);

  /* The same with hits, their reasons, and a reader that offers the pages of a PDF file. */
  type (window, "honeybees");
  wait_for (g_strcmp0 (selected_title (window), "Bees") == 0);
  quarry_results_view_toggle_why (window->results);
  quarry_window_show_reader (window);
  wait_for (gtk_widget_get_mapped (window->reader->bar));
  gtk_widget_set_visible (window->reader->modes, TRUE);
  gtk_widget_measure (GTK_WIDGET (window), GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  g_assert_cmpint (least, <=, 360);
  close_window (window);
  g_object_set (settings, "gtk-xft-dpi", dpi, NULL);
}

static void
test_window_first_start (WindowFixture *fixture, gconstpointer data)
{
  QuarryWindow *window = open_window (fixture);
  g_autofree char *shown = NULL, *place = NULL;
  GtkStack *stack;

  wait_for (g_strcmp0 (page (window), "recent") == 0);
  stack = GTK_STACK (gtk_widget_get_first_child (GTK_WIDGET (window->recent)));
  wait_for (g_strcmp0 (gtk_stack_get_visible_child_name (stack), "first") == 0);

  /* The library is empty, so a search finds nothing and the invitation stays. */
  type (window, "airship");
  settle (300);
  g_assert_cmpstr (page (window), ==, "recent");
  type (window, "+airship +kite");
  settle (300);
  g_assert_cmpstr (page (window), ==, "recent");
  type (window, "");
  window_fixture_put (fixture, "a.md", "# A\n\nAn airship.\n");
  import_path (quarry_session_get_library (window->session), fixture->files);
  wait_for (g_strcmp0 (gtk_stack_get_visible_child_name (stack), "recent") == 0);

  /* The title does not say which file it is. */
  shown = quarry_shown_path (fixture->files);
  place = g_strconcat (shown, "/a.md · 1 passage", NULL);
  wait_for (find_label (GTK_WIDGET (window->recent), place) != NULL);

  type (window, "qqqqqqqqqq");
  wait_for (g_strcmp0 (page (window), "recent") != 0);
  close_window (window);
}

/* The same if the search comes before anything is known of the library, as it does from the command line. */
static void
test_window_first_search (WindowFixture *fixture, gconstpointer data)
{
  QuarryWindow *window = open_window (fixture);

  quarry_window_search (window, "airship", 0);
  wait_for (g_strcmp0 (page (window), "recent") == 0);
  settle (300);
  g_assert_cmpstr (page (window), ==, "recent");
  close_window (window);
}

/* The list of documents opened before, which must be shown. */
static GtkListBox *
opened_list (QuarryWindow *window)
{
  return GTK_LIST_BOX (gtk_widget_get_template_child (GTK_WIDGET (window->recent), QUARRY_TYPE_RECENT_VIEW, "opened"));
}

/* While nothing is searched for, the documents that were opened are listed, unless that is switched off. */
static void
test_window_opened (WindowFixture *fixture, gconstpointer data)
{
  QuarryWindow *window = open_window (fixture);
  g_autoptr (GPtrArray) opened = NULL;

  type (window, "captain");
  wait_for (quarry_results_view_get_selected (window->results) != NULL);
  quarry_session_note_opened (window->session, quarry_results_view_get_selected (window->results));
  type (window, "");
  wait_for (gtk_list_box_get_row_at_index (opened_list (window), 0) != NULL);
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (opened_list (window))));
  g_assert_null (gtk_list_box_get_row_at_index (opened_list (window), 1));

  g_settings_set_boolean (quarry_settings_get (), "personal", FALSE);
  wait_for (gtk_list_box_get_row_at_index (opened_list (window), 0) == NULL);
  g_assert_false (gtk_widget_get_mapped (GTK_WIDGET (opened_list (window))));
  type (window, "captain");
  wait_for (quarry_results_view_get_selected (window->results) != NULL);
  quarry_session_note_opened (window->session, quarry_results_view_get_selected (window->results));
  settle (100);
  opened = quarry_library_list_opened (quarry_session_get_library (window->session), 4, NULL);
  g_assert_cmpuint (opened->len, ==, 0);
  g_settings_reset (quarry_settings_get (), "personal");
  close_window (window);
}

/* A person who has no document at hand can try the search on the handbook. */
static void
test_window_handbook (WindowFixture *fixture, gconstpointer data)
{
  QuarryWindow *window = open_window (fixture);

  wait_for (g_strcmp0 (page (window), "recent") == 0);
  gtk_widget_activate_action (GTK_WIDGET (window), "win.import-handbook", NULL);
  type (window, "backup");
  wait_for (quarry_results_view_get_selected (window->results) != NULL);
  g_assert_nonnull (strstr (quarry_hit_get_path (quarry_results_view_get_selected (window->results)), "/handbook/"));
  close_window (window);
}

/* A library that cannot be opened is reported, and opening it can be tried again. */
static void
test_window_damaged (WindowFixture *fixture, gconstpointer data)
{
  g_autofree char *database = g_build_filename (fixture->folder, "library.db", NULL);
  QuarryWindow *window;

  g_assert_cmpint (g_mkdir (fixture->folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (database, "This is no database at all, whatever its name.", -1,
                                      NULL));
  window = open_window (fixture);
  g_assert_cmpint (quarry_session_get_state (window->session), ==, QUARRY_SESSION_FAILED);
  g_assert_cmpstr (page (window), ==, "error");
  g_assert_nonnull (strstr (adw_status_page_get_description (window->error_page), "library"));
  type (window, "bees");
  settle (50);
  g_assert_cmpstr (page (window), ==, "error");

  g_assert_cmpint (g_remove (database), ==, 0);
  quarry_session_retry (window->session);
  wait_for (quarry_session_get_state (window->session) == QUARRY_SESSION_READY);
  /* The new library is empty. */
  wait_for (g_strcmp0 (page (window), "recent") == 0);
  close_window (window);
}

/* Errors are shown as a whole, with what can be done about them, however narrow the window is. */
static void
test_window_long_toast (WindowFixture *fixture, gconstpointer data)
{
  static const char text[] = "“/home/anna/Documents/Quarry/library.db” cannot be written. Check the permissions of the "
                             "file and of its folder, & that there is space left.";
  QuarryWindow *window = open_window (fixture);
  GtkWidget *label = NULL;

  gtk_window_set_default_size (GTK_WINDOW (window), 360, 500);
  wait_for (gtk_widget_get_width (GTK_WIDGET (window->toasts)) < 400);
  quarry_window_toast (window, text);
  wait_for ((label = find_label (GTK_WIDGET (window), text)) != NULL && gtk_widget_get_mapped (label));
  next_frame (GTK_WIDGET (window));
  g_assert_false (pango_layout_is_ellipsized (gtk_label_get_layout (GTK_LABEL (label))));
  g_assert_cmpint (gtk_widget_get_width (label), <, gtk_widget_get_width (GTK_WIDGET (window)));
  close_window (window);
}

/* What is shown while nothing is searched for. */
static void
test_recent_without_library (void)
{
  QuarryRecentView *view = g_object_ref_sink (QUARRY_RECENT_VIEW (quarry_recent_view_new ()));

  quarry_recent_view_set_library (view, NULL);
  quarry_recent_view_set_writable (view, FALSE);
  g_assert_finalize_object (view);
}

int
main (int argc, char **argv)
{
  if (!widget_test_init (&argc, &argv))
    return 0;

#define ADD(path, before, function)                                                                 \
  g_test_add (path, WindowFixture, NULL, window_fixture_##before, function, window_fixture_tear_down)
  ADD ("/window/search", set_up, test_window_search);
  ADD ("/window/reads-along", set_up, test_window_reads_along);
  ADD ("/window/completion", set_up, test_window_completion);
  ADD ("/window/passage", set_up, test_window_passage);
  ADD ("/window/see-also", set_up, test_window_see_also);
  ADD ("/window/notice", set_up, test_window_notice);
  ADD ("/window/marks", set_up, test_window_marks);
  ADD ("/window/map", set_up, test_window_map);
  ADD ("/window/topic", set_up, test_window_topic);
  ADD ("/window/variety", set_up, test_window_variety);
  ADD ("/window/copy", set_up, test_window_copy);
  ADD ("/window/copies", set_up, test_window_copies);
  ADD ("/window/grows", set_up, test_window_grows);
  ADD ("/window/early-preferences", set_up, test_window_early_preferences);
  ADD ("/window/undo", set_up, test_window_undo);
  ADD ("/window/way-back", set_up, test_window_way_back);
  ADD ("/window/narrow", set_up, test_window_narrow);
  ADD ("/window/large-text", set_up, test_window_large_text);
  ADD ("/window/first-start", set_up_empty, test_window_first_start);
  ADD ("/window/first-search", set_up_empty, test_window_first_search);
  ADD ("/window/opened", set_up, test_window_opened);
  ADD ("/window/handbook", set_up_empty, test_window_handbook);
  ADD ("/window/damaged", set_up_empty, test_window_damaged);
  ADD ("/window/long-toast", set_up_empty, test_window_long_toast);
#undef ADD
  g_test_add_func ("/recent-view/no-library", test_recent_without_library);
  return g_test_run ();
}
