/* test-folders.c: the library's folders in the preferences, and why a file is not found
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Over a real library that is made for each test.
 */
#include <adwaita.h>
#include <glib/gstdio.h>
#include <string.h>

#include "core/library/import/quarry-folders.h"
#include "tests/ui/library-fixture.h"
#include "tests/ui/widget-helpers.h"
#include "ui/documents/quarry-file-why-window.h"
#include "ui/preferences/quarry-folders-page.h"
#include "ui/preferences/quarry-preferences-window.h"

static void
set_up (LibraryFixture *fixture, gconstpointer data)
{
  library_fixture_set_up (fixture, data);
  g_free (write_source (fixture, "bees.txt", "Honeybees gather nectar and pollen."));
  g_free (write_source (fixture, "notes.log", "A log that nobody wants."));
  g_free (write_source (fixture, ".hidden.txt", "Hidden."));
  import_path (fixture->library, fixture->sources);
}

/* The first visible widget below @root of type @type that shows @text (in a label, or as a row's title or subtitle);
 * NULL: there is none. */
static GtkWidget *
find_text (GtkWidget *root, GType type, const char *text)
{
  if (g_type_is_a (G_OBJECT_TYPE (root), type))
    {
      g_autofree char *shown = NULL;

      if (GTK_IS_LABEL (root))
        shown = g_strdup (gtk_label_get_label (GTK_LABEL (root)));
      else if (ADW_IS_ACTION_ROW (root))
        shown = g_strconcat (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (root)), " ",
                             adw_action_row_get_subtitle (ADW_ACTION_ROW (root)), NULL);
      if (shown && strstr (shown, text) && gtk_widget_get_mapped (root))
        return root;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (root); child; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_text (child, type, text);

      if (found)
        return found;
    }
  return NULL;
}

static GtkWidget *
wait_for_text (GtkWidget *root, GType type, const char *text)
{
  GtkWidget *found;

  g_test_message ("“%s” appears", text);
  wait_for ((found = find_text (root, type, text)) != NULL);
  return found;
}

static void
wait_until_gone (GtkWidget *root, GType type, const char *text)
{
  g_test_message ("“%s” goes", text);
  wait_for (find_text (root, type, text) == NULL);
}

static guint
count (LibraryFixture *fixture)
{
  g_auto (QuarryLibraryStatus) status = { 0 };

  g_assert_true (quarry_library_get_status (fixture->library, &status, NULL));
  return (guint) status.counts.documents;
}

static void
told_cb (QuarryFoldersPage *page, const char *text, const char *undo, char **told)
{
  g_free (*told);
  *told = g_strdup (undo);
}

static void
failed_cb (QuarryFoldersPage *page, const char *text, const char *undo, char **told)
{
  g_assert_null (undo);
  g_free (*told);
  *told = g_strdup (text);
}

static void
test_page (LibraryFixture *fixture, gconstpointer data)
{
  GtkWidget *window = gtk_window_new ();
  QuarryFoldersPage *page = g_object_new (QUARRY_TYPE_FOLDERS_PAGE, NULL);
  g_autofree char *told = NULL;
  g_autoptr (GPtrArray) folders = NULL;
  g_auto (GStrv) rules = NULL;
  g_autofree char *bees = g_build_filename (fixture->sources, "bees.txt", NULL);
  GtkWidget *row, *entry;

  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (page));
  gtk_window_present (GTK_WINDOW (window));
  g_signal_connect (page, "told", G_CALLBACK (told_cb), &told);
  quarry_folders_page_set_library (page, fixture->library);
  row = wait_for_text (GTK_WIDGET (page), ADW_TYPE_ACTION_ROW, fixture->sources);
  wait_for_text (GTK_WIDGET (page), ADW_TYPE_ACTION_ROW, "2 documents");

  gtk_switch_set_active (GTK_SWITCH (find_widget (row, GTK_TYPE_SWITCH)), FALSE);
  wait_for_text (GTK_WIDGET (page), ADW_TYPE_ACTION_ROW, "changes are not followed");
  folders = quarry_library_list_folders (fixture->library, NULL);
  g_assert_cmpint (((QuarryFolder *) folders->pdata[0])->state, ==, QUARRY_FOLDER_UNWATCHED);

  entry = find_widget (GTK_WIDGET (page), ADW_TYPE_ENTRY_ROW);
  gtk_editable_set_text (GTK_EDITABLE (entry), " *.log ");
  g_signal_emit_by_name (entry, "apply");
  row = wait_for_text (GTK_WIDGET (page), ADW_TYPE_ACTION_ROW, "*.log");
  rules = quarry_library_get_own_rules (fixture->library);
  g_assert_cmpuint (g_strv_length (rules), ==, 1);
  g_assert_cmpstr (rules[0], ==, "*.log");
  g_signal_emit_by_name (find_widget (row, GTK_TYPE_BUTTON), "clicked");
  wait_until_gone (GTK_WIDGET (page), ADW_TYPE_ACTION_ROW, "*.log");

  g_assert_true (quarry_library_remove (fixture->library, bees, NULL, NULL));
  row = wait_for_text (GTK_WIDGET (page), ADW_TYPE_ACTION_ROW, "bees.txt");
  g_assert_cmpuint (count (fixture), ==, 1);
  g_signal_emit_by_name (find_widget (row, GTK_TYPE_BUTTON), "clicked");
  wait_until_gone (GTK_WIDGET (page), ADW_TYPE_ACTION_ROW, "bees.txt");
  wait_for (count (fixture) == 2);

  row = find_text (GTK_WIDGET (page), ADW_TYPE_ACTION_ROW, "Tesseract");
  g_assert_true (gtk_switch_get_active (GTK_SWITCH (find_widget (row, GTK_TYPE_SWITCH))));
  gtk_switch_set_active (GTK_SWITCH (find_widget (row, GTK_TYPE_SWITCH)), FALSE);
  wait_for (!quarry_library_recognizes (fixture->library));

  row = find_text (GTK_WIDGET (page), ADW_TYPE_ACTION_ROW, fixture->sources);
  g_signal_emit_by_name (find_widget (row, GTK_TYPE_BUTTON), "clicked");
  wait_for_text (GTK_WIDGET (page), ADW_TYPE_ACTION_ROW, "No folder yet");
  g_assert_cmpuint (count (fixture), ==, 0);
  /* The list may be updated before the signal is emitted. */
  wait_for (told != NULL);
  g_assert_cmpstr (told, ==, fixture->sources);

  /* "Undo" imports the folder again like this. */
  import_path (fixture->library, told);
  wait_for_text (GTK_WIDGET (page), ADW_TYPE_ACTION_ROW, "2 documents");
  quarry_folders_page_set_library (page, NULL);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* A file that was added by name although rules pass it over does not count as a folder. The rows of a long list are
 * made a few at a time. */
static void
test_many (LibraryFixture *fixture, gconstpointer data)
{
  enum { N = 60 };
  GtkWidget *window = gtk_window_new ();
  QuarryFoldersPage *page = g_object_new (QUARRY_TYPE_FOLDERS_PAGE, NULL);
  g_autofree char *hidden = g_build_filename (fixture->sources, ".hidden.txt", NULL);
  char *notes[N];
  GtkWidget *row, *taken_out, *exceptions;

  for (guint i = 0; i < N; i++)
    {
      g_autofree char *name = g_strdup_printf ("note-%02u.txt", i);

      notes[i] = write_source (fixture, name, name);
    }
  import_path (fixture->library, fixture->sources);
  for (guint i = 0; i < N; i++)
    g_assert_true (quarry_library_remove (fixture->library, notes[i], NULL, NULL));
  import_path (fixture->library, hidden);
  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (page));
  gtk_window_present (GTK_WINDOW (window));
  quarry_folders_page_set_library (page, fixture->library);

  taken_out = wait_for_text (GTK_WIDGET (page), GTK_TYPE_LABEL, "60 files and folders");
  g_assert_null (find_text (GTK_WIDGET (page), ADW_TYPE_ACTION_ROW, "note-00.txt"));
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (gtk_widget_get_ancestor (taken_out, ADW_TYPE_EXPANDER_ROW)), TRUE);
  wait_for_text (GTK_WIDGET (page), ADW_TYPE_ACTION_ROW, "note-49.txt");
  g_assert_null (find_text (GTK_WIDGET (page), ADW_TYPE_ACTION_ROW, "note-50.txt"));
  row = find_text (GTK_WIDGET (page), ADW_TYPE_ACTION_ROW, "_Show 10 More");
  adw_action_row_activate (ADW_ACTION_ROW (row));
  wait_for_text (GTK_WIDGET (page), ADW_TYPE_ACTION_ROW, "note-59.txt");
  g_assert_null (find_text (GTK_WIDGET (page), ADW_TYPE_ACTION_ROW, "More"));

  for (guint i = 0; i < N; i++)
    g_free (notes[i]);

  g_assert_null (find_text (GTK_WIDGET (page), ADW_TYPE_ACTION_ROW, ".hidden.txt"));
  exceptions = wait_for_text (GTK_WIDGET (page), GTK_TYPE_LABEL, "1 file or folder, added by its own name");
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (gtk_widget_get_ancestor (exceptions, ADW_TYPE_EXPANDER_ROW)), TRUE);
  row = wait_for_text (GTK_WIDGET (page), ADW_TYPE_ACTION_ROW, ".hidden.txt");
  g_signal_emit_by_name (find_widget (row, GTK_TYPE_BUTTON), "clicked");
  wait_until_gone (GTK_WIDGET (page), GTK_TYPE_LABEL, "added by its own name");
  quarry_folders_page_set_library (page, NULL);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* A folder that is named itself and lies in another named one has its own row among the folders, with its own
 * switch. */
static void
test_nested (LibraryFixture *fixture, gconstpointer data)
{
  GtkWidget *window = gtk_window_new ();
  QuarryFoldersPage *page = g_object_new (QUARRY_TYPE_FOLDERS_PAGE, NULL);
  g_autofree char *inner = g_build_filename (fixture->sources, "inner", NULL);
  GtkWidget *row;

  g_assert_cmpint (g_mkdir (inner, 0700), ==, 0);
  g_free (write_source (fixture, "inner/wasps.txt", "Wasps make paper."));
  import_path (fixture->library, inner);
  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (page));
  gtk_window_present (GTK_WINDOW (window));
  quarry_folders_page_set_library (page, fixture->library);

  row = wait_for_text (GTK_WIDGET (page), ADW_TYPE_ACTION_ROW, "/inner");
  g_assert_nonnull (find_widget (row, GTK_TYPE_SWITCH));
  g_assert_null (find_text (GTK_WIDGET (page), GTK_TYPE_LABEL, "added by its own name"));
  quarry_folders_page_set_library (page, NULL);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* If removing a folder fails, it can be tried again. */
static void
test_failure (LibraryFixture *fixture, gconstpointer data)
{
  GtkWidget *window = gtk_window_new ();
  QuarryFoldersPage *page = g_object_new (QUARRY_TYPE_FOLDERS_PAGE, NULL);
  g_autofree char *folder = g_build_filename (fixture->top, "library", NULL);
  g_autofree char *hidden = g_build_filename (fixture->sources, ".hidden.txt", NULL);
  g_autoptr (QuarryLibrary) reader = NULL;
  g_autofree char *told = NULL;
  GtkWidget *exceptions;

  import_path (fixture->library, hidden);
  reader = quarry_library_open (folder, NULL, QUARRY_LIBRARY_READ, NULL);
  g_assert_nonnull (reader);
  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (page));
  gtk_window_present (GTK_WINDOW (window));
  g_signal_connect (page, "told", G_CALLBACK (failed_cb), &told);
  quarry_folders_page_set_library (page, reader);
  exceptions = wait_for_text (GTK_WIDGET (page), GTK_TYPE_LABEL, "added by its own name");
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (gtk_widget_get_ancestor (exceptions, ADW_TYPE_EXPANDER_ROW)), TRUE);
  for (guint i = 0; i < 2; i++)
    {
      GtkWidget *row = wait_for_text (GTK_WIDGET (page), ADW_TYPE_ACTION_ROW, i ? ".hidden.txt" : fixture->sources);

      g_clear_pointer (&told, g_free);
      g_signal_emit_by_name (find_widget (row, GTK_TYPE_BUTTON), "clicked");
      g_assert_false (gtk_widget_get_sensitive (row));
      wait_for (told != NULL && gtk_widget_get_sensitive (row));
    }
  quarry_folders_page_set_library (page, NULL);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_preferences (LibraryFixture *fixture, gconstpointer data)
{
  GtkWidget *window = quarry_preferences_window_new (NULL, fixture->library);
  GtkWidget *page = find_widget (window, QUARRY_TYPE_FOLDERS_PAGE);

  g_assert_nonnull (page);
  gtk_window_present (GTK_WINDOW (window));
  adw_preferences_window_set_visible_page (ADW_PREFERENCES_WINDOW (window), ADW_PREFERENCES_PAGE (page));
  wait_for_text (window, ADW_TYPE_ACTION_ROW, fixture->sources);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_why (LibraryFixture *fixture, gconstpointer data)
{
  GtkWidget *window = quarry_file_why_window_new (NULL, fixture->library, "nectar");
  QuarryFileWhyWindow *self = QUARRY_FILE_WHY_WINDOW (window);
  g_autofree char *bees = g_build_filename (fixture->sources, "bees.txt", NULL);
  g_autofree char *hidden = g_build_filename (fixture->sources, ".hidden.txt", NULL);
  g_autofree char *folder = NULL;
  g_autoptr (QuarryLibrary) other = NULL;
  GtkWidget *add;

  gtk_window_present (GTK_WINDOW (window));
  quarry_file_why_window_ask (self, bees);
  wait_for_text (window, GTK_TYPE_LABEL, "It can be found");
  wait_for_text (window, GTK_TYPE_LABEL, "number 1 of all");
  wait_for_text (window, ADW_TYPE_ACTION_ROW, "Number 1 for this search");
  /* Without a query there is no rank to show. */
  gtk_editable_set_text (GTK_EDITABLE (find_widget (window, ADW_TYPE_ENTRY_ROW)), "");
  wait_until_gone (window, GTK_TYPE_LABEL, "number 1 of all");

  quarry_file_why_window_ask (self, hidden);
  wait_for_text (window, GTK_TYPE_LABEL, "A rule passes it over");
  add = gtk_widget_get_ancestor (wait_for_text (window, GTK_TYPE_LABEL, "_Add It to the Library"), GTK_TYPE_BUTTON);
  g_signal_emit_by_name (add, "clicked");
  wait_for_text (window, GTK_TYPE_LABEL, "It can be found");
  g_assert_cmpuint (count (fixture), ==, 3);
  g_assert_false (gtk_widget_get_visible (add));

  /* After another library is set, the answer is that library's. */
  folder = g_build_filename (fixture->top, "other", NULL);
  other = quarry_library_open (folder, NULL, QUARRY_LIBRARY_WRITE, NULL);
  quarry_file_why_window_set_library (self, other);
  wait_for_text (window, GTK_TYPE_LABEL, "It is in no folder of the library");
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  if (!widget_test_init (&argc, &argv))
    return 0;

  g_test_add ("/folders/page", LibraryFixture, NULL, set_up, test_page, library_fixture_tear_down);
  g_test_add ("/folders/many", LibraryFixture, NULL, set_up, test_many, library_fixture_tear_down);
  g_test_add ("/folders/nested", LibraryFixture, NULL, set_up, test_nested, library_fixture_tear_down);
  g_test_add ("/folders/failure", LibraryFixture, NULL, set_up, test_failure, library_fixture_tear_down);
  g_test_add ("/folders/preferences", LibraryFixture, NULL, set_up, test_preferences, library_fixture_tear_down);
  g_test_add ("/folders/file-why", LibraryFixture, NULL, set_up, test_why, library_fixture_tear_down);

  return g_test_run ();
}
