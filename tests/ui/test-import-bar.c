/* test-import-bar.c: how an import goes, and the window of what it left out
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <glib/gstdio.h>
#include <string.h>

#include "core/library/import/quarry-import-private.h"
#include "tests/ui/library-fixture.h"
#include "tests/ui/widget-helpers.h"
#include "ui/documents/quarry-failure-item.h"
#include "ui/documents/quarry-failure-row.h"
#include "ui/documents/quarry-failures-window.h"
#include "ui/documents/quarry-import-bar.h"

static void
test_import_bar (LibraryFixture *fixture, gconstpointer data)
{
  GtkWidget *bar = g_object_ref_sink (quarry_import_bar_new ());
  GtkLabel *count = GTK_LABEL (find_template_child (bar, "count"));
  g_autofree char *good = write_source (fixture, "crafts.md", crafts_text);
  g_autofree char *empty = write_source (fixture, "empty.md", "");
  const char *paths[] = { good, empty, NULL };
  g_autoptr (QuarryImport) import = NULL;

  quarry_import_bar_set_library (QUARRY_IMPORT_BAR (bar), fixture->library);
  g_assert_false (gtk_widget_get_visible (bar));
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (bar), GTK_ACCESSIBLE_PROPERTY_LABEL, "Import");

  import = quarry_library_import (fixture->library, paths);
  wait_for (gtk_widget_get_visible (bar));
  wait_for (quarry_import_get_finished (import));
  wait_for (strstr (gtk_label_get_label (count), "Added 1 file") != NULL);
  g_assert_nonnull (strstr (gtk_label_get_label (count), "1 passed over"));
  g_assert_true (g_str_has_prefix (gtk_widget_get_tooltip_text (GTK_WIDGET (count)), gtk_label_get_label (count)));
  g_assert_nonnull (strstr (gtk_widget_get_tooltip_text (GTK_WIDGET (count)), "Files are counted here."));
  g_assert_true (gtk_widget_get_visible (find_template_child (bar, "details_button")));
  g_assert_false (gtk_widget_get_visible (find_template_child (bar, "pause_button")));

  g_signal_emit_by_name (find_template_child (bar, "close_button"), "clicked");
  g_assert_false (gtk_widget_get_visible (bar));
  quarry_import_bar_set_library (QUARRY_IMPORT_BAR (bar), NULL);
  g_assert_finalize_object (bar);
}

/* In a narrow window too, all of what an import ended with can be read. */
static void
test_import_bar_narrow (LibraryFixture *fixture, gconstpointer data)
{
  GtkWidget *bar = quarry_import_bar_new ();
  GtkWidget *window = show (bar, 360, 200);
  GtkLabel *count = GTK_LABEL (find_template_child (bar, "count"));
  g_autofree char *good = write_source (fixture, "crafts.md", crafts_text);
  const char *paths[] = { good, NULL };
  g_autoptr (QuarryImport) import = NULL;

  quarry_import_bar_set_library (QUARRY_IMPORT_BAR (bar), fixture->library);
  import = quarry_library_import (fixture->library, paths);
  wait_for (strstr (gtk_label_get_label (count), "Added 1 file") != NULL);
  gtk_label_set_label (count, "Adding stopped: The disk of the library “/media/somebody/a-disk-with-a-name” is nearly full, so "
                              "nothing more is added. Free some space on it and try again.");
  next_frame (window);
  settle (50);
  g_assert_cmpint (gtk_widget_get_width (bar), <=, 360);
  g_assert_false (pango_layout_is_ellipsized (gtk_label_get_layout (count)));
  quarry_import_bar_set_library (QUARRY_IMPORT_BAR (bar), NULL);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* If one file takes long, no time is shown that has passed already. */
static void
test_import_bar_still (LibraryFixture *fixture, gconstpointer data)
{
  GtkWidget *bar = g_object_ref_sink (quarry_import_bar_new ());
  GtkLabel *time = GTK_LABEL (find_template_child (bar, "short_time"));
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *path = NULL;
  g_autoptr (QuarryImport) import = NULL;
  const char *paths[2] = { NULL };

  for (guint i = 0; i < 20000; i++)
    g_string_append_printf (text, "The %uth ship has sails of canvas and %u oars of oak.\n\n", i, i * 7);
  paths[0] = path = write_source (fixture, "long.txt", text->str);
  quarry_import_bar_set_library (QUARRY_IMPORT_BAR (bar), fixture->library);
  quarry_import_bar_set_patience (QUARRY_IMPORT_BAR (bar), 10);
  import = quarry_library_import (fixture->library, paths);
  quarry_import_set_paused (import, TRUE);
  settle (50);
  g_assert_cmpstr (gtk_label_get_label (time), ==, "");
  quarry_import_set_paused (import, FALSE);
  wait_for (g_str_equal (gtk_label_get_label (time), "still being read"));
  quarry_import_cancel (import);
  wait_for (quarry_import_get_finished (import));
  quarry_import_bar_set_library (QUARRY_IMPORT_BAR (bar), NULL);
  g_assert_finalize_object (bar);
}

static void
test_import_bar_cancel (LibraryFixture *fixture, gconstpointer data)
{
  GtkWidget *bar = g_object_ref_sink (quarry_import_bar_new ());
  GtkLabel *count = GTK_LABEL (find_template_child (bar, "count"));
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (QuarryImport) import = NULL;

  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *name = g_strdup_printf ("note-%u.txt", i);

      g_ptr_array_add (paths, write_source (fixture, name, name));
    }
  g_ptr_array_add (paths, NULL);

  quarry_import_bar_set_library (QUARRY_IMPORT_BAR (bar), fixture->library);
  import = quarry_library_import (fixture->library, (const char *const *) paths->pdata);
  wait_for (gtk_widget_get_visible (bar));
  g_assert_true (g_str_has_prefix (gtk_widget_get_tooltip_text (GTK_WIDGET (count)), "Files are counted here."));
  g_signal_emit_by_name (find_template_child (bar, "pause_button"), "clicked");
  g_assert_true (quarry_import_get_paused (import));
  g_signal_emit_by_name (find_template_child (bar, "pause_button"), "clicked");
  g_assert_false (quarry_import_get_paused (import));
  g_signal_emit_by_name (find_template_child (bar, "cancel_button"), "clicked");
  wait_for (quarry_import_get_finished (import));
  wait_for (g_str_has_prefix (gtk_label_get_label (count), "Cancelled"));
  g_assert_finalize_object (bar);
}

/* The library's folders are looked through at every start. Files that still cannot be read are not reported again
 * then. */
static void
test_import_bar_following (LibraryFixture *fixture, gconstpointer data)
{
  GtkWidget *bar = g_object_ref_sink (quarry_import_bar_new ());
  G_GNUC_UNUSED g_autofree char *broken = write_source (fixture, "broken.docx", "PK\003\004 This is none.");
  const char *roots[] = { fixture->sources, NULL };
  g_autoptr (QuarryImport) import = NULL;
  QuarryImportProgress progress;

  import_path (fixture->library, fixture->sources);
  quarry_import_bar_set_library (QUARRY_IMPORT_BAR (bar), fixture->library);
  g_assert_false (gtk_widget_get_visible (bar));
  import = quarry_library_look_again (fixture->library, roots, roots, FALSE);
  quarry_import_set_paused (import, TRUE);
  /* Longer than an import has to last for its bar to be shown. */
  g_usleep (2100 * 1000);
  quarry_import_set_paused (import, FALSE);
  do
    quarry_import_get_progress (import, &progress);
  while (progress.failed == 0);
  g_assert_cmpfloat (progress.seconds, >, 2);
  g_assert_false (quarry_import_get_finished (import));
  g_signal_emit_by_name (import, "progress");
  g_assert_false (gtk_widget_get_visible (bar));
  wait_for (quarry_import_get_finished (import));
  g_assert_false (gtk_widget_get_visible (bar));
  quarry_import_bar_set_library (QUARRY_IMPORT_BAR (bar), NULL);
  g_assert_finalize_object (bar);
}

static void
test_failures (LibraryFixture *fixture, gconstpointer data)
{
  g_autofree char *first = write_source (fixture, "first.md", "");
  g_autofree char *second = write_source (fixture, "second.md", "");
  GtkWidget *window;
  GtkStack *stack;
  GtkWidget *row = NULL;

  import_path (fixture->library, first);
  window = quarry_failures_window_new (fixture->library);
  stack = GTK_STACK (find_template_child (window, "stack"));
  gtk_window_present (GTK_WINDOW (window));
  wait_for (g_str_equal (gtk_stack_get_visible_child_name (stack), "list"));
  wait_for ((row = find_widget (window, QUARRY_TYPE_FAILURE_ROW)) != NULL);
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (find_template_child (row, "name"))), ==, "first.md");
  g_assert_cmpuint (strlen (gtk_label_get_label (GTK_LABEL (find_template_child (row, "reason")))), >, 5);
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (find_template_child (window, "all_toggle"))),
                   ==,
                   "All 1");

  /* An import fails on a file while the window is open. */
  import_path (fixture->library, second);
  wait_for (g_str_equal (
      gtk_button_get_label (GTK_BUTTON (find_template_child (window, "all_toggle"))), "All 2"));

  /* The file is mended and tried again: its row goes. */
  g_assert_true (g_file_set_contents (first, "Now there is text in it.", -1, NULL));
  g_signal_emit_by_name (row, "retry");
  wait_for (g_str_equal (
      gtk_button_get_label (GTK_BUTTON (find_template_child (window, "all_toggle"))), "All 1"));
  g_assert_true (g_file_set_contents (second, "And here.", -1, NULL));
  import_path (fixture->library, second);
  wait_for (g_str_equal (gtk_stack_get_visible_child_name (stack), "empty"));

  destroy_window (window, window);
}

static const char no_pdf[] = "%PDF-1.5\nThis is none.";

static gboolean
stands_at (GListModel *list, guint position, const char *name)
{
  g_autoptr (QuarryFailureItem) item = g_list_model_get_item (list, position);

  return item != NULL && g_str_equal (quarry_failure_item_get_name (item), name);
}

/* Files with the same reason stand together, also when a file gets another reason. */
static void
test_failures_alike (LibraryFixture *fixture, gconstpointer data)
{
  G_GNUC_UNUSED g_autofree char *first = write_source (fixture, "a.pdf", no_pdf);
  g_autofree char *second = write_source (fixture, "b.docx", "PK\003\004 This is no document.");
  G_GNUC_UNUSED g_autofree char *third = write_source (fixture, "c.pdf", no_pdf);
  GtkWidget *window;
  GListModel *list;

  import_path (fixture->library, fixture->sources);
  window = quarry_failures_window_new (fixture->library);
  list = G_LIST_MODEL (gtk_list_view_get_model (GTK_LIST_VIEW (find_template_child (window, "list"))));
  wait_for (g_list_model_get_n_items (list) == 3);
  g_assert_false (stands_at (list, 1, "b.docx"));

  g_assert_true (g_file_set_contents (second, no_pdf, -1, NULL));
  import_path (fixture->library, second);
  wait_for (stands_at (list, 1, "b.docx"));
  g_assert_true (stands_at (list, 0, "a.pdf"));
  g_assert_true (stands_at (list, 2, "c.pdf"));
  destroy_window (window, window);
}

static guint
count_headings (GListModel *list)
{
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (QuarryFailureItem) item = g_list_model_get_item (list, i);

      n += quarry_failure_item_is_heading (item);
    }
  return n;
}

/* Many files with the same reason are folded below one row, which opens, and tries all of them again. */
static void
test_failures_folded (LibraryFixture *fixture, gconstpointer data)
{
  g_autofree char *other = write_source (fixture, "z.docx", "PK\003\004 This is no document.");
  g_autofree char *one = NULL;
  GtkWidget *window, *list_view, *row;
  GListModel *list;

  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.pdf", i);

      g_free (one);
      one = write_source (fixture, name, no_pdf);
    }
  import_path (fixture->library, fixture->sources);
  window = quarry_failures_window_new (fixture->library);
  gtk_window_present (GTK_WINDOW (window));
  list_view = find_template_child (window, "list");
  list = G_LIST_MODEL (gtk_list_view_get_model (GTK_LIST_VIEW (list_view)));
  wait_for (g_list_model_get_n_items (list) == 2);
  g_assert_cmpuint (count_headings (list), ==, 1);
  g_assert_true (stands_at (list, 0, "5 files") || stands_at (list, 1, "5 files"));
  gtk_widget_activate_action (list_view, "list.activate-item", "u", stands_at (list, 1, "5 files"));
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 7);
  g_assert_true (stands_at (list, stands_at (list, 0, "5 files") ? 1 : 2, "0.pdf"));
  gtk_widget_activate_action (list_view, "list.activate-item", "u", stands_at (list, 1, "5 files"));
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 2);

  /* One of them is mended, and all are tried again. */
  g_assert_cmpint (g_unlink (other), ==, 0);
  import_path (fixture->library, fixture->sources);
  wait_for (g_list_model_get_n_items (list) == 1);
  g_free (write_source (fixture, "4.pdf", "Now there is text in it."));
  wait_for ((row = find_widget (window, QUARRY_TYPE_FAILURE_ROW)) != NULL);
  g_signal_emit_by_name (row, "retry");
  wait_for (stands_at (list, 0, "4 files"));

  /* Few files are not folded. */
  g_assert_cmpint (g_unlink (one), ==, 0);
  one = (g_free (one), write_source (fixture, "3.pdf", "And here."));
  import_path (fixture->library, fixture->sources);
  wait_for (count_headings (list) == 0);
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 3);
  destroy_window (window, window);
}

static GtkWidget *
newest (GListModel *windows)
{
  g_autoptr (GtkWidget) window = g_list_model_get_item (windows, g_list_model_get_n_items (windows) - 1);

  return window;
}

/* There is one window of failures for a main window and its dialogs. It follows changes of the library. */
static void
test_failures_shown (LibraryFixture *fixture, gconstpointer data)
{
  g_autofree char *path = write_source (fixture, "empty.md", "");
  GtkWidget *bar = g_object_ref_sink (quarry_import_bar_new ());
  GtkWidget *window = show (bar, 600, 80);
  GtkWidget *dialog = g_object_new (GTK_TYPE_WINDOW, "transient-for", window, "modal", TRUE, NULL);
  GListModel *windows = gtk_window_get_toplevels ();
  guint before = g_list_model_get_n_items (windows);
  g_autoptr (QuarryLibrary) other = NULL;
  g_autofree char *folder = NULL;
  GtkWidget *failures;
  GtkButton *all;

  quarry_import_bar_set_library (QUARRY_IMPORT_BAR (bar), fixture->library);
  g_signal_emit_by_name (find_template_child (bar, "details_button"), "clicked");
  g_assert_cmpuint (g_list_model_get_n_items (windows), ==, before + 1);
  failures = newest (windows);
  all = GTK_BUTTON (find_template_child (failures, "all_toggle"));
  g_assert_false (gtk_window_get_modal (GTK_WINDOW (failures)));

  import_path (fixture->library, path);
  wait_for (g_str_equal (gtk_button_get_label (all), "All 1"));
  g_assert_true (quarry_library_remove (fixture->library, path, NULL, NULL));
  wait_for (g_str_equal (gtk_button_get_label (all), "All 0"));

  g_signal_emit_by_name (find_template_child (bar, "details_button"), "clicked");
  quarry_failures_window_show (GTK_WINDOW (dialog), fixture->library);
  g_assert_cmpuint (g_list_model_get_n_items (windows), ==, before + 1);
  g_assert_true (gtk_window_get_transient_for (GTK_WINDOW (failures)) == GTK_WINDOW (dialog));
  g_assert_true (gtk_window_get_modal (GTK_WINDOW (failures)));

  /* Another library takes the place of the first one, while the same dialog is open. The window is not presented for
   * that, which would take the focus from where a person is at work. */
  import_path (fixture->library, path);
  wait_for (g_str_equal (gtk_button_get_label (all), "All 1"));
  gtk_widget_set_visible (failures, FALSE);
  folder = g_build_filename (quarry_library_get_folder (fixture->library), "other", NULL);
  other = quarry_library_open (folder, NULL, QUARRY_LIBRARY_WRITE, NULL);
  g_assert_nonnull (other);
  quarry_failures_window_follow (GTK_WINDOW (window), fixture->library);
  g_assert_true (newest (windows) == failures);
  quarry_failures_window_follow (GTK_WINDOW (window), other);
  g_assert_cmpuint (g_list_model_get_n_items (windows), ==, before + 1);
  g_assert_true (newest (windows) == failures);
  g_assert_false (gtk_widget_get_visible (failures));
  g_assert_true (gtk_window_get_transient_for (GTK_WINDOW (failures)) == GTK_WINDOW (dialog));
  wait_for (g_str_equal (gtk_button_get_label (all), "All 0"));

  /* After it was closed it is opened anew; it goes when the main window does. */
  gtk_window_destroy (GTK_WINDOW (failures));
  g_signal_emit_by_name (find_template_child (bar, "details_button"), "clicked");
  g_assert_cmpuint (g_list_model_get_n_items (windows), ==, before + 1);
  gtk_window_destroy (GTK_WINDOW (dialog));
  g_object_unref (bar);
  destroy_window (window, window);
  wait_for (g_list_model_get_n_items (windows) == before - 2);
}

int
main (int argc, char **argv)
{
  if (!widget_test_init (&argc, &argv))
    return 0;

  g_test_add ("/import-bar/summary", LibraryFixture, NULL, library_fixture_set_up, test_import_bar,
              library_fixture_tear_down);
  g_test_add ("/import-bar/narrow", LibraryFixture, NULL, library_fixture_set_up, test_import_bar_narrow,
              library_fixture_tear_down);
  g_test_add ("/import-bar/still", LibraryFixture, NULL, library_fixture_set_up, test_import_bar_still,
              library_fixture_tear_down);
  g_test_add ("/import-bar/cancel", LibraryFixture, NULL, library_fixture_set_up, test_import_bar_cancel,
              library_fixture_tear_down);
  g_test_add ("/import-bar/following", LibraryFixture, NULL, library_fixture_set_up, test_import_bar_following,
              library_fixture_tear_down);
  g_test_add ("/failures/retry", LibraryFixture, NULL, library_fixture_set_up, test_failures,
              library_fixture_tear_down);
  g_test_add ("/failures/alike", LibraryFixture, NULL, library_fixture_set_up, test_failures_alike,
              library_fixture_tear_down);
  g_test_add ("/failures/folded", LibraryFixture, NULL, library_fixture_set_up, test_failures_folded,
              library_fixture_tear_down);
  g_test_add ("/failures/one", LibraryFixture, NULL, library_fixture_set_up, test_failures_shown,
              library_fixture_tear_down);
  return g_test_run ();
}
