/* test-filters.c: the filters under the search entry, and the sidebar that offers them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <adwaita.h>
#include <string.h>

#include "tests/support/temporary-folder.h"
#include "ui/quarry-filter-bar.h"
#include "ui/quarry-sidebar.h"

#define PATIENCE_SECONDS 60

static void
count_cb (QuarryFilterBar *bar, gpointer user_data)
{
  ++*(guint *) user_data;
}

static void
assert_taken (const char *text, int cursor, const char *rest, int cursor_after, const char *query)
{
  QuarryFilterBar *bar = QUARRY_FILTER_BAR (g_object_ref_sink (quarry_filter_bar_new ()));
  g_autofree char *left = quarry_filter_bar_take (bar, text, &cursor);
  g_autofree char *asked = quarry_filter_bar_write_query (bar, left ? left : text);

  g_assert_cmpstr (left, ==, rest);
  g_assert_cmpint (cursor, ==, cursor_after);
  g_assert_cmpstr (asked, ==, query);
  g_object_unref (bar);
}

/* A filter becomes a pill once something else is typed behind it, and not while the cursor is at it. */
static void
test_take (void)
{
  assert_taken ("type:pdf", 8, NULL, 8, "type:pdf");
  assert_taken ("type:pdf ", 9, "", 0, "type:pdf ");
  assert_taken ("öl type:pdf  crisis", 19, "öl  crisis", 10, "type:pdf öl  crisis");
  assert_taken ("type:pdf crisis", 8, NULL, 8, "type:pdf crisis");
  assert_taken ("type:pdf crisis", 3, NULL, 3, "type:pdf crisis");
  assert_taken ("after:soon oil ", 15, NULL, 15, "after:soon oil ");
  assert_taken ("oil -draft \"a b\" in:\"x y\" c", 27, "oil c", 5, "-draft \"a b\" in:\"x y\" oil c");
  assert_taken ("oil type:md -\"an open", 21, "oil -\"an open", 13, "type:md oil -\"an open");
  assert_taken ("type:md oil TYPE:md ", 20, "oil ", 4, "type:md oil ");
}

static void
test_bar (void)
{
  GtkWidget *widget = g_object_ref_sink (quarry_filter_bar_new ());
  QuarryFilterBar *bar = QUARRY_FILTER_BAR (widget);
  guint n_changes = 0;
  g_autofree char *last = NULL;

  g_signal_connect (bar, "changed", G_CALLBACK (count_cb), &n_changes);
  g_assert_false (gtk_widget_get_visible (widget));
  quarry_filter_bar_add (bar, "type:pdf");
  quarry_filter_bar_add (bar, "in:\"my reports\"");
  quarry_filter_bar_add (bar, "type:pdf");
  quarry_filter_bar_add (bar, "no filter");
  quarry_filter_bar_add (bar, "type:a type:b");
  g_assert_cmpuint (n_changes, ==, 2);
  g_assert_true (gtk_widget_get_visible (widget));
  g_assert_true (quarry_filter_bar_has (bar, "type:pdf"));
  quarry_filter_bar_remove (bar, "type:pdf");
  quarry_filter_bar_remove (bar, "type:pdf");
  g_assert_cmpuint (n_changes, ==, 3);
  last = quarry_filter_bar_pop (bar);
  g_assert_cmpstr (last, ==, "in:\"my reports\"");
  g_assert_null (quarry_filter_bar_pop (bar));
  g_assert_true (quarry_filter_bar_is_empty (bar));
  g_assert_false (gtk_widget_get_visible (widget));
  quarry_filter_bar_clear (bar);
  g_assert_cmpuint (n_changes, ==, 4);
  g_object_unref (widget);
}

/* --- The sidebar -------------------------------------------------------------------------------- */

static void
import (QuarryLibrary *library, const char *path)
{
  const char *paths[] = { path, NULL };
  g_autoptr (QuarryImport) job = quarry_library_import (library, paths);

  while (!quarry_import_get_finished (job))
    g_main_context_iteration (NULL, TRUE);
}

/* The row that shows @text; NULL: none. */
static GtkWidget *
find_row (GtkWidget *root, const char *text)
{
  if (GTK_IS_LABEL (root) && g_str_equal (gtk_label_get_label (GTK_LABEL (root)), text))
    return gtk_widget_get_ancestor (root, GTK_TYPE_BUTTON);
  for (GtkWidget *child = gtk_widget_get_first_child (root); child; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_row (child, text);

      if (found)
        return found;
    }
  return NULL;
}

static gboolean
wake_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

static GtkWidget *
wait_for_row (GtkWidget *root, const char *text, gboolean there)
{
  gint64 until = g_get_monotonic_time () + PATIENCE_SECONDS * G_TIME_SPAN_SECOND;
  guint wake = g_timeout_add (20, wake_cb, NULL);
  GtkWidget *found;

  while (((found = find_row (root, text)) != NULL) != there && g_get_monotonic_time () < until)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (wake);
  if ((found != NULL) != there)
    g_error ("“%s” %s", text, there ? "did not come" : "did not go");
  return found;
}

static void
everything_cb (QuarrySidebar *sidebar, gpointer user_data)
{
  ++*(guint *) user_data;
}

static void
test_sidebar (void)
{
  char *top = temporary_folder_new ();
  g_autofree char *folder = g_build_filename (top, "library", NULL);
  g_autofree char *sources = g_build_filename (top, "My sources", NULL);
  g_autofree char *in_sources = g_strdup_printf ("in:\"%s\"", sources);
  g_autoptr (GError) error = NULL;
  QuarryLibrary *library = quarry_library_open (folder, NULL, QUARRY_LIBRARY_WRITE, &error);
  GtkWidget *window = adw_window_new (), *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *sidebar = quarry_sidebar_new (), *bar = quarry_filter_bar_new (), *row;
  QuarryFilterBar *filters = QUARRY_FILTER_BAR (bar);
  guint n_everything = 0;
  gint64 until;

  g_assert_no_error (error);
  g_free (write_file (sources, "bees.txt", "Honeybees gather nectar and pollen.", -1));
  g_free (write_file (sources, "ships.txt", "A schooner carries sails on two masts.", -1));
  g_free (write_file (sources, "bread.md", "Kneading develops gluten in the dough.", -1));
  import (library, sources);

  gtk_box_append (GTK_BOX (box), sidebar);
  gtk_box_append (GTK_BOX (box), bar);
  adw_window_set_content (ADW_WINDOW (window), box);
  quarry_sidebar_set_filters (QUARRY_SIDEBAR (sidebar), filters);
  quarry_sidebar_set_library (QUARRY_SIDEBAR (sidebar), library);
  gtk_window_present (GTK_WINDOW (window));

  row = wait_for_row (sidebar, "TXT", TRUE);
  g_assert_nonnull (find_row (row, "2"));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (row), TRUE);
  g_assert_true (quarry_filter_bar_has (filters, "type:txt"));
  row = find_row (sidebar, "My sources");
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (row), TRUE);
  g_assert_true (quarry_filter_bar_has (filters, in_sources));

  /* The bar and the sidebar show the same. */
  quarry_filter_bar_remove (filters, in_sources);
  g_assert_false (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (row)));
  quarry_filter_bar_add (filters, "type:md");
  g_assert_true (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (find_row (sidebar, "MD"))));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (find_row (sidebar, "MD")), FALSE);
  g_assert_false (quarry_filter_bar_has (filters, "type:md"));

  /* What comes in is counted, and what is filtered stays so. */
  g_free (write_file (sources, "tea.html", "<p>Leaves of tea are rolled, and dried over a fire.</p>", -1));
  import (library, sources);
  wait_for_row (sidebar, "HTML", TRUE);
  g_assert_true (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (find_row (sidebar, "TXT"))));
  g_assert_true (quarry_filter_bar_has (filters, "type:txt"));

  g_signal_connect (sidebar, "everything", G_CALLBACK (everything_cb), &n_everything);
  g_signal_emit_by_name (find_row (sidebar, "All Documents"), "clicked");
  g_assert_cmpuint (n_everything, ==, 1);

  g_assert_true (quarry_library_remove (library, sources, NULL, &error));
  g_assert_no_error (error);
  wait_for_row (sidebar, "HTML", FALSE);

  gtk_window_destroy (GTK_WINDOW (window));
  until = g_get_monotonic_time () + PATIENCE_SECONDS * G_TIME_SPAN_SECOND;
  while (g_atomic_int_get ((gint *) &G_OBJECT (library)->ref_count) > 1 && g_get_monotonic_time () < until)
    g_main_context_iteration (NULL, FALSE);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (library);
  temporary_folder_free (top);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  g_test_add_func ("/filters/take", test_take);
  g_test_add_func ("/filters/bar", test_bar);
  g_test_add_func ("/filters/sidebar", test_sidebar);
  return g_test_run ();
}
