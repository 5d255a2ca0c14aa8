/* test-window-documents.c: all documents in the main window
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tests/ui/library-fixture.h"
#include "tests/ui/widget-helpers.h"
#include "tests/ui/window-fixture.h"
#include "ui/reader/quarry-document-view.h"

/* A document of the list is opened in the window alone, and going back leads to the list. */
static void
test_window_reads_document (WindowFixture *fixture, gconstpointer data)
{
  QuarryWindow *window = open_window (fixture);
  g_autofree char *path = NULL;

  wait_for (g_strcmp0 (page (window), "recent") == 0);
  type (window, "honeybees");
  wait_for (g_strcmp0 (selected_title (window), "Bees") == 0);
  path = g_strdup (quarry_hit_get_path (quarry_results_view_get_selected (window->results)));
  type (window, "");
  quarry_window_show_documents (window);
  wait_for (g_strcmp0 (page (window), "documents") == 0);
  g_signal_emit_by_name (window->documents, "read", path, "text/markdown");
  wait_for (quarry_reader_get_hit (window->reader) != NULL);
  wait_for (QUARRY_IS_DOCUMENT_VIEW (gtk_root_get_focus (GTK_ROOT (window))));
  g_assert_cmpstr (page (window), ==, "results");
  g_assert_cmpstr (quarry_hit_get_path (quarry_reader_get_hit (window->reader)), ==, path);
  g_assert_cmpuint (quarry_results_view_get_n_hits (window->results), ==, 1);
  g_assert_true (quarry_window_step_back (window));
  wait_for (g_strcmp0 (page (window), "documents") == 0);
  wait_for (quarry_window_documents_focused (window));

  /* A person who removes the filter to search everywhere does not come back to the list any more. */
  g_signal_emit_by_name (window->documents, "read", path, "text/markdown");
  wait_for (g_strcmp0 (page (window), "results") == 0);
  type (window, "schooner");
  quarry_filter_bar_clear (window->filters);
  wait_for (quarry_results_view_get_n_hits (window->results) > 1);
  type (window, "");
  wait_for (g_strcmp0 (page (window), "recent") == 0);
  close_window (window);
}

/* So is one whose name is shown as another, since it misleads. */
static void
test_window_reads_misleading_name (WindowFixture *fixture, gconstpointer data)
{
  QuarryWindow *window = open_window (fixture);
  g_autofree char *path = g_build_filename (fixture->files, "\u202egpj.exe.md", NULL);

  wait_for (g_strcmp0 (page (window), "recent") == 0);
  window_fixture_put (fixture, "\u202egpj.exe.md", "# Tides\n\nThe moon pulls the sea.\n");
  import_path (quarry_session_get_library (window->session), fixture->files);
  quarry_window_show_documents (window);
  g_signal_emit_by_name (window->documents, "read", path, "text/markdown");
  wait_for (quarry_reader_get_hit (window->reader) != NULL);
  g_assert_cmpstr (quarry_hit_get_path (quarry_reader_get_hit (window->reader)), ==, path);
  g_assert_nonnull (find_label (GTK_WIDGET (window->filters), "In: \ufffdgpj.exe.md"));
  close_window (window);
}

/* Shows the list of documents. Returns the path of one of them. (transfer full) */
static char *
list_documents (QuarryWindow *window)
{
  char *path;

  wait_for (g_strcmp0 (page (window), "recent") == 0);
  type (window, "honeybees");
  wait_for (g_strcmp0 (selected_title (window), "Bees") == 0);
  path = g_strdup (quarry_hit_get_path (quarry_results_view_get_selected (window->results)));
  quarry_window_show_documents (window);
  wait_for (quarry_window_documents_focused (window));
  return path;
}

/* If the person goes on before the document is loaded, it does not take them away from where they are. */
static void
test_window_leaves_document (WindowFixture *fixture, gconstpointer data)
{
  QuarryWindow *window = open_window (fixture);
  g_autofree char *path = list_documents (window);

  g_signal_emit_by_name (window->documents, "read", path, "text/markdown");
  type (window, "nectar");
  wait_for (g_strcmp0 (page (window), "results") == 0);
  g_assert_true (entry_focused (window));

  quarry_window_show_documents (window);
  wait_for (quarry_window_documents_focused (window));
  g_signal_emit_by_name (window->documents, "read", path, "text/markdown");
  g_assert_true (quarry_window_step_back (window));
  g_assert_cmpstr (page (window), ==, "documents");
  gtk_widget_grab_focus (GTK_WIDGET (window->entry));
  type (window, "schooner");
  wait_for (g_strcmp0 (page (window), "results") == 0);
  g_assert_true (entry_focused (window));
  close_window (window);
}

/* The filter that selects one document of the list can be edited in the entry. */
static void
test_window_edits_document (WindowFixture *fixture, gconstpointer data)
{
  static const char *const texts[] = { "", "nectar" };
  QuarryWindow *window = open_window (fixture);
  g_autofree char *path = list_documents (window);

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autofree char *wanted = NULL;

      quarry_window_show_documents (window);
      g_signal_emit_by_name (window->documents, "read", path, "text/markdown");
      wait_for (g_strcmp0 (page (window), "results") == 0);
      type (window, texts[i]);
      gtk_widget_grab_focus (GTK_WIDGET (window->entry));
      gtk_editable_set_position (GTK_EDITABLE (window->entry), 0);
      wanted = g_strchomp (quarry_filter_bar_write_query (window->filters, texts[i]));
      g_assert_true (quarry_window_edit_filter (window));
      g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (window->entry)), ==, wanted);
      g_assert_true (entry_focused (window));
      settle (100);
      g_assert_true (entry_focused (window));
      g_assert_cmpstr (page (window), ==, "results");
      g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (window->entry)), ==, wanted);
    }
  close_window (window);
}

/* The sidebar's row for all documents shows the list, is marked as active while it is shown, and leaves it. */
static void
test_window_everything (WindowFixture *fixture, gconstpointer data)
{
  QuarryWindow *window = open_window (fixture);
  GtkWidget *label;
  GtkToggleButton *row;

  wait_for (g_strcmp0 (page (window), "recent") == 0);
  label = find_label (GTK_WIDGET (window->sidebar), "All Documents");
  row = GTK_TOGGLE_BUTTON (gtk_widget_get_ancestor (label, GTK_TYPE_TOGGLE_BUTTON));
  g_assert_false (gtk_toggle_button_get_active (row));
  gtk_toggle_button_set_active (row, TRUE);
  g_assert_cmpstr (page (window), ==, "documents");
  g_assert_true (gtk_toggle_button_get_active (row));

  type (window, "honeybees");
  wait_for (g_strcmp0 (page (window), "results") == 0);
  g_assert_false (gtk_toggle_button_get_active (row));

  /* The same if the list was opened from the menu, and if a word narrows it. */
  gtk_widget_activate_action (GTK_WIDGET (window), "win.documents", NULL);
  wait_for (g_strcmp0 (page (window), "documents") == 0);
  g_assert_true (gtk_toggle_button_get_active (row));
  gtk_editable_set_text (GTK_EDITABLE (find_widget (GTK_WIDGET (window->documents), GTK_TYPE_SEARCH_ENTRY)), "bees");
  gtk_toggle_button_set_active (row, FALSE);
  wait_for (g_strcmp0 (page (window), "recent") == 0);
  g_assert_false (gtk_toggle_button_get_active (row));
  close_window (window);
}

int
main (int argc, char **argv)
{
  if (!widget_test_init (&argc, &argv))
    return 0;

#define ADD(path, function)                                                                         \
  g_test_add (path, WindowFixture, NULL, window_fixture_set_up, function, window_fixture_tear_down)
  ADD ("/window-documents/reads", test_window_reads_document);
  ADD ("/window-documents/reads-misleading-name", test_window_reads_misleading_name);
  ADD ("/window-documents/leaves", test_window_leaves_document);
  ADD ("/window-documents/edits", test_window_edits_document);
  ADD ("/window-documents/everything", test_window_everything);
#undef ADD
  return g_test_run ();
}
