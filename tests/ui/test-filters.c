/* test-filters.c: the filters under the search entry, and the sidebar that offers them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <adwaita.h>
#include <glib/gstdio.h>
#include <string.h>

#include "core/library/import/quarry-folders.h"
#include "core/place/quarry-place.h"
#include "tests/ui/library-fixture.h"
#include "tests/ui/widget-helpers.h"
#include "ui/window/quarry-filter-bar.h"
#include "ui/window/quarry-hiding-filters.h"
#include "ui/window/quarry-sidebar.h"

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

/* A filter becomes a pill once something else is typed after it, but not while the cursor is at it. */
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
  assert_taken ("oil +draft c", 12, "oil c", 5, "+draft oil c");
  assert_taken ("oil +draft", 10, NULL, 10, "oil +draft");
  assert_taken ("oil AND c ", 10, NULL, 10, "oil AND c ");
  /* A filter beside AND stays in the text: without it, AND would join something else. */
  assert_taken ("oil AND \"a b\" c ", 16, NULL, 16, "oil AND \"a b\" c ");
  assert_taken ("oil \"a b\" AND c ", 16, NULL, 16, "oil \"a b\" AND c ");
  assert_taken ("LAND \"a b\" c ", 13, "LAND c ", 7, "\"a b\" LAND c ");
  assert_taken ("type:md oil TYPE:md ", 20, "oil ", 4, "type:md oil ");
}

static void
test_bar (void)
{
  GtkWidget *widget = g_object_ref_sink (quarry_filter_bar_new ());
  QuarryFilterBar *bar = QUARRY_FILTER_BAR (widget);
  guint n_changes = 0;
  g_autofree char *last = NULL;

  g_signal_connect_swapped (bar, "changed", G_CALLBACK (count_up), &n_changes);
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

/* One of several values of a filter is there as a filter of its own would be, and goes alone. */
static void
test_parts (void)
{
  GtkWidget *widget = g_object_ref_sink (quarry_filter_bar_new ());
  QuarryFilterBar *bar = QUARRY_FILTER_BAR (widget);
  g_autofree char *query = NULL;
  guint n_changes = 0;

  quarry_filter_bar_add (bar, "type:html,EML,md");
  quarry_filter_bar_add (bar, "lang:de,fr");
  quarry_filter_bar_add (bar, "author:html,eml");
  g_signal_connect_swapped (bar, "changed", G_CALLBACK (count_up), &n_changes);
  g_assert_true (quarry_filter_bar_has (bar, "type:html"));
  g_assert_true (quarry_filter_bar_has (bar, "type:eml"));
  g_assert_true (quarry_filter_bar_has (bar, "lang:fr"));
  g_assert_false (quarry_filter_bar_has (bar, "type:fr"));
  g_assert_false (quarry_filter_bar_has (bar, "type:htm"));
  g_assert_false (quarry_filter_bar_has (bar, "author:html"));

  quarry_filter_bar_remove (bar, "type:eml");
  g_assert_cmpuint (n_changes, ==, 1);
  g_assert_false (quarry_filter_bar_has (bar, "type:eml"));
  g_assert_true (quarry_filter_bar_has (bar, "type:md"));
  g_assert_nonnull (find_label (widget, "Type: HTML, MD"));
  g_assert_null (find_label (widget, "Type: HTML, EML, MD"));
  quarry_filter_bar_remove (bar, "type:html");
  quarry_filter_bar_remove (bar, "lang:en");
  query = quarry_filter_bar_write_query (bar, "tea");
  g_assert_cmpstr (query, ==, "type:md lang:de,fr author:html,eml tea");
  quarry_filter_bar_remove (bar, "type:md");
  g_assert_cmpuint (n_changes, ==, 3);
  g_object_unref (widget);
}

/* A pill calls a language by the name that the sidebar gives it, and leaves what is none as it was typed. The window's
 * texts are in English here, so the names are too, whatever the locale. */
static void
test_language (void)
{
  GtkWidget *bar = g_object_ref_sink (quarry_filter_bar_new ());
  g_autofree char *languages = g_strdup (g_getenv ("LANGUAGE"));

  g_setenv ("LANGUAGE", "it", TRUE);
  quarry_filter_bar_add (QUARRY_FILTER_BAR (bar), "lang:de");
  quarry_filter_bar_add (QUARRY_FILTER_BAR (bar), "lang:qqq");
  if (languages)
    g_setenv ("LANGUAGE", languages, TRUE);
  else
    g_unsetenv ("LANGUAGE");
  g_assert_nonnull (find_label (bar, "Language: German"));
  g_assert_nonnull (find_label (bar, "Language: qqq"));
  g_object_unref (bar);
}

/* --- The sidebar --------------------------------------------------------------------------- */

/* The row that shows @text; NULL: there is none. */
static GtkWidget *
find_row (GtkWidget *root, const char *text)
{
  GtkWidget *label = find_label (root, text);

  return label ? gtk_widget_get_ancestor (label, GTK_TYPE_BUTTON) : NULL;
}

static void
test_sidebar (LibraryFixture *fixture, gconstpointer data)
{
  QuarryLibrary *library = fixture->library;
  g_autofree char *reports = g_build_filename (fixture->sources, "My reports", NULL);
  g_autofree char *in_reports = g_strdup_printf ("in:\"%s\"", reports);
  g_autoptr (GError) error = NULL;
  GtkWidget *window = adw_window_new (), *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *sidebar = quarry_sidebar_new (), *bar = quarry_filter_bar_new (), *row;
  QuarryFilterBar *filters = QUARRY_FILTER_BAR (bar);
  guint n_everything = 0;

  g_free (write_source (fixture, "My reports/bees.txt", "Honeybees gather nectar and pollen."));
  g_free (write_source (fixture, "My reports/ships.txt", "A schooner carries sails on two masts."));
  g_free (write_source (fixture, "My reports/bread.md", "Kneading develops gluten in the dough."));
  import_path (library, reports);

  gtk_box_append (GTK_BOX (box), sidebar);
  gtk_box_append (GTK_BOX (box), bar);
  adw_window_set_content (ADW_WINDOW (window), box);
  quarry_sidebar_set_filters (QUARRY_SIDEBAR (sidebar), filters);
  quarry_sidebar_set_library (QUARRY_SIDEBAR (sidebar), library);
  gtk_window_present (GTK_WINDOW (window));

  wait_for ((row = find_row (sidebar, "TXT")) != NULL);
  g_assert_nonnull (find_row (row, "2"));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (row), TRUE);
  g_assert_true (quarry_filter_bar_has (filters, "type:txt"));
  row = find_row (sidebar, "My reports");
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (row), TRUE);
  g_assert_true (quarry_filter_bar_has (filters, in_reports));

  /* The bar and the sidebar show the same filters. */
  quarry_filter_bar_remove (filters, in_reports);
  g_assert_false (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (row)));
  quarry_filter_bar_add (filters, "type:md");
  g_assert_true (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (find_row (sidebar, "MD"))));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (find_row (sidebar, "MD")), FALSE);
  g_assert_false (quarry_filter_bar_has (filters, "type:md"));
  quarry_filter_bar_add (filters, "type:md,c");
  g_assert_true (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (find_row (sidebar, "MD"))));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (find_row (sidebar, "MD")), FALSE);
  g_assert_true (quarry_filter_bar_has (filters, "type:c"));
  quarry_filter_bar_remove (filters, "type:c");

  /* A new document is counted in the sidebar, and the active filter stays active. */
  g_free (write_source (fixture, "My reports/tea.html", "<p>Leaves of tea are rolled, and dried over a fire.</p>"));
  import_path (library, reports);
  wait_for (find_row (sidebar, "HTML") != NULL);
  g_assert_true (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (find_row (sidebar, "TXT"))));
  g_assert_true (quarry_filter_bar_has (filters, "type:txt"));

  g_signal_connect_swapped (sidebar, "everything", G_CALLBACK (count_up), &n_everything);
  row = find_row (sidebar, "All Documents");
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (row), TRUE);
  g_assert_cmpuint (n_everything, ==, 1);
  quarry_sidebar_set_everything (QUARRY_SIDEBAR (sidebar), FALSE);
  g_assert_false (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (row)));
  g_assert_cmpuint (n_everything, ==, 1);

  g_assert_true (quarry_library_remove (library, reports, NULL, &error));
  g_assert_no_error (error);
  wait_for (find_row (sidebar, "HTML") == NULL);

  gtk_window_destroy (GTK_WINDOW (window));
}

static const char *
icon_name (GtkWidget *row)
{
  return row ? gtk_image_get_icon_name (GTK_IMAGE (find_widget (row, GTK_TYPE_IMAGE))) : NULL;
}

/* A folder that is no longer there has a sign, which goes when it is back. */
static void
test_sidebar_lost_folder (LibraryFixture *fixture, gconstpointer data)
{
  const QuarryFollowOptions options = { 50, 1, 0, FALSE };
  g_autofree char *reports = g_build_filename (fixture->sources, "My reports", NULL);
  g_autofree char *elsewhere = g_build_filename (fixture->sources, "elsewhere", NULL);
  GtkWidget *window = adw_window_new (), *sidebar = quarry_sidebar_new (), *row;

  g_free (write_source (fixture, "My reports/bees.txt", "Honeybees gather nectar and pollen."));
  import_path (fixture->library, reports);
  adw_window_set_content (ADW_WINDOW (window), sidebar);
  quarry_sidebar_set_library (QUARRY_SIDEBAR (sidebar), fixture->library);
  gtk_window_present (GTK_WINDOW (window));
  quarry_library_follow (fixture->library, &options);
  wait_for (g_strcmp0 (icon_name (find_row (sidebar, "My reports")), "folder-symbolic") == 0);

  g_assert_cmpint (g_rename (reports, elsewhere), ==, 0);
  wait_for (g_strcmp0 (icon_name (find_row (sidebar, "My reports")), "dialog-warning-symbolic") == 0);
  row = find_row (sidebar, "My reports");
  g_assert_nonnull (strstr (gtk_widget_get_tooltip_text (row), "\nthe folder is no longer there"));
  wait_for (find_label (row, "0") != NULL);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "My reports, 0 documents, the folder is no longer there");

  g_assert_cmpint (g_rename (elsewhere, reports), ==, 0);
  wait_for (g_strcmp0 (icon_name (find_row (sidebar, "My reports")), "folder-symbolic") == 0);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* In the list a language begins large, also in Spanish, which writes it small on a pill. */
static void
test_sidebar_languages (LibraryFixture *fixture, gconstpointer data)
{
  GtkWidget *window = adw_window_new (), *sidebar;
  g_autoptr (GtkWidget) bar = NULL;
  g_autofree char *languages = g_strdup (g_getenv ("LANGUAGE"));

  add_document (fixture, "ship.txt",
                "The captain reads the wind and the tide, and it is the crew that hauls on the ropes of the ship.");
  add_document (fixture, "schiff.txt", "Der Kapitän liest den Wind und die Flut, und es ist die Mannschaft, die an den "
                                       "Seilen des Schiffes zieht.");
  g_setenv ("LANGUAGE", "es", TRUE);
  quarry_place_bind_messages ();
  sidebar = quarry_sidebar_new ();
  bar = g_object_ref_sink (quarry_filter_bar_new ());
  adw_window_set_content (ADW_WINDOW (window), sidebar);
  quarry_sidebar_set_library (QUARRY_SIDEBAR (sidebar), fixture->library);
  gtk_window_present (GTK_WINDOW (window));
  wait_for (find_row (sidebar, "Inglés") != NULL);
  g_assert_nonnull (find_row (sidebar, "Alemán"));
  quarry_filter_bar_add (QUARRY_FILTER_BAR (bar), "lang:de");
  g_assert_nonnull (find_label (bar, "Idioma: alemán"));

  gtk_window_destroy (GTK_WINDOW (window));
  if (languages)
    g_setenv ("LANGUAGE", languages, TRUE);
  else
    g_unsetenv ("LANGUAGE");
  quarry_place_bind_messages ();
}

/* --- What the filters hide --------------------------------------------------------------------- */

/* Fails unless the first row says @title and @number. */
static void
assert_hides (GtkWidget *hiding, const char *title, const char *number)
{
  GtkWidget *row = find_widget (hiding, ADW_TYPE_ACTION_ROW);

  g_assert_nonnull (row);
  g_assert_cmpstr (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)), ==, title);
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), ==, number);
}

static void
test_hiding (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (GtkWidget) bar = g_object_ref_sink (quarry_filter_bar_new ());
  GtkWidget *widget = quarry_hiding_filters_new ();
  GtkWidget *window = show (widget, 400, 300);
  QuarryHidingFilters *hiding = QUARRY_HIDING_FILTERS (widget);
  QuarryFilterBar *filters = QUARRY_FILTER_BAR (bar);
  guint n_lifted = 0;

  add_document (fixture, "bees.txt", "Honeybees gather nectar and pollen.");
  add_document (fixture, "hive.txt", "The hive is full of honeybees and their honey.");
  add_document (fixture, "mead.md", "Mead is made of honey & water.");
  g_signal_connect_swapped (hiding, "lifted", G_CALLBACK (count_up), &n_lifted);

  /* Of two filters, one lets all through. */
  quarry_filter_bar_add (filters, "after:1999");
  quarry_filter_bar_add (filters, "type:html,c");
  quarry_hiding_filters_look (hiding, fixture->library, filters, "honeybees ");
  wait_for (quarry_hiding_filters_get_n (hiding) == 1);
  assert_hides (widget, "Type: HTML, C", "Hides 3 passages");

  /* Where nothing is searched for, documents are listed. */
  quarry_hiding_filters_look (hiding, fixture->library, filters, "");
  wait_for (g_strcmp0 (adw_action_row_get_subtitle (ADW_ACTION_ROW (find_widget (widget, ADW_TYPE_ACTION_ROW))),
                       "Hides 3 documents") == 0);

  /* The filter that hides most comes first; signs of markup are nothing but signs. */
  quarry_filter_bar_clear (filters);
  quarry_filter_bar_add (filters, "\"honey & water\"");
  quarry_filter_bar_add (filters, "type:txt");
  quarry_hiding_filters_look (hiding, fixture->library, filters, "");
  wait_for (quarry_hiding_filters_get_n (hiding) == 2);
  assert_hides (widget, "“honey & water”", "Hides 2 documents");

  /* Taking it away is what the button does. */
  g_signal_emit_by_name (find_widget (widget, GTK_TYPE_BUTTON), "clicked");
  g_assert_cmpuint (n_lifted, ==, 1);
  g_assert_false (quarry_filter_bar_has (filters, "\"honey & water\""));
  g_assert_true (quarry_filter_bar_has (filters, "type:txt"));

  /* Two filters that hide everything each: neither alone is to blame. */
  quarry_filter_bar_clear (filters);
  quarry_filter_bar_add (filters, "type:html");
  quarry_filter_bar_add (filters, "in:nowhere");
  quarry_hiding_filters_look (hiding, fixture->library, filters, "honey");
  wait_for (quarry_hiding_filters_get_n (hiding) == 0);
  g_assert_false (gtk_widget_get_visible (widget));

  /* Two that hide as much come as they are in the bar. */
  quarry_filter_bar_clear (filters);
  quarry_filter_bar_add (filters, "type:txt");
  quarry_filter_bar_add (filters, "\"honeybees\"");
  quarry_hiding_filters_look (hiding, fixture->library, filters, "");
  wait_for (quarry_hiding_filters_get_n (hiding) == 2);
  assert_hides (widget, "Type: TXT", "Hides 2 passages");

  /* A search that is under way when the widget goes does no harm. */
  quarry_hiding_filters_look (hiding, fixture->library, filters, "hive");
  destroy_window (window, widget);
  settle (100);
}

int
main (int argc, char **argv)
{
  if (!widget_test_init (&argc, &argv))
    return 0;

  g_test_add_func ("/filters/take", test_take);
  g_test_add_func ("/filters/bar", test_bar);
  g_test_add_func ("/filters/parts", test_parts);
  g_test_add_func ("/filters/language", test_language);
  g_test_add ("/filters/hiding", LibraryFixture, NULL, library_fixture_set_up, test_hiding, library_fixture_tear_down);
  g_test_add ("/filters/sidebar", LibraryFixture, NULL, library_fixture_set_up, test_sidebar,
              library_fixture_tear_down);
  g_test_add ("/filters/sidebar-lost-folder", LibraryFixture, NULL, library_fixture_set_up, test_sidebar_lost_folder,
              library_fixture_tear_down);
  g_test_add ("/filters/sidebar-languages", LibraryFixture, NULL, library_fixture_set_up, test_sidebar_languages,
              library_fixture_tear_down);
  return g_test_run ();
}
