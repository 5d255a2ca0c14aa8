/* test-folders.c: the library's folders in the preferences, and why a file is not found
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Over a real library that is made for each test.
 */
#include <adwaita.h>
#include <string.h>

#include "core/library/quarry-folders.h"
#include "tests/support/temporary-folder.h"
#include "ui/quarry-file-why-window.h"
#include "ui/quarry-folders-page.h"
#include "ui/quarry-preferences-window.h"

#define PATIENCE_SECONDS 60

typedef struct
{
  char *top;
  char *sources;
  QuarryLibrary *library;
} Fixture;

static void
import (Fixture *fixture, const char *path)
{
  const char *paths[] = { path, NULL };
  g_autoptr (QuarryImport) job = quarry_library_import (fixture->library, paths);

  while (!quarry_import_get_finished (job))
    g_main_context_iteration (NULL, TRUE);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = NULL;
  g_autoptr (GError) error = NULL;

  fixture->top = temporary_folder_new ();
  fixture->sources = g_build_filename (fixture->top, "sources", NULL);
  folder = g_build_filename (fixture->top, "library", NULL);
  g_free (write_file (fixture->sources, "bees.txt", "Honeybees gather nectar and pollen.", -1));
  g_free (write_file (fixture->sources, "notes.log", "A log that nobody wants.", -1));
  g_free (write_file (fixture->sources, ".hidden.txt", "Hidden.", -1));
  fixture->library = quarry_library_open (folder, NULL, QUARRY_LIBRARY_WRITE, &error);
  g_assert_no_error (error);
  import (fixture, fixture->sources);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gint64 until = g_get_monotonic_time () + PATIENCE_SECONDS * G_TIME_SPAN_SECOND;

  /* What was asked for last may still be on its way, on a thread that has the library too. */
  while (g_atomic_int_get ((gint *) &G_OBJECT (fixture->library)->ref_count) > 1
         && g_get_monotonic_time () < until)
    g_main_context_iteration (NULL, FALSE);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (fixture->library);
  g_free (fixture->sources);
  temporary_folder_free (fixture->top);
}

/* The first widget below @root of type @type that shows @text (a label's, a row's title); NULL: none. */
static GtkWidget *
find (GtkWidget *root, GType type, const char *text)
{
  if (g_type_is_a (G_OBJECT_TYPE (root), type))
    {
      g_autofree char *shown = NULL;

      if (text == NULL)
        return root;
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
      GtkWidget *found = find (child, type, text);

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
wait_for (GtkWidget *root, GType type, const char *text, gboolean there)
{
  gint64 until = g_get_monotonic_time () + PATIENCE_SECONDS * G_TIME_SPAN_SECOND;
  guint wake = g_timeout_add (20, wake_cb, NULL);
  GtkWidget *found;

  while (((found = find (root, type, text)) != NULL) != there && g_get_monotonic_time () < until)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (wake);
  if ((found != NULL) != there)
    g_error ("“%s” %s", text, there ? "does not appear" : "stays");
  return found;
}

static guint
count (Fixture *fixture)
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
test_page (Fixture *fixture, gconstpointer data)
{
  GtkWidget *window = gtk_window_new ();
  QuarryFoldersPage *page = g_object_new (QUARRY_TYPE_FOLDERS_PAGE, NULL);
  g_autofree char *told = NULL;
  g_autoptr (GPtrArray) folders = NULL;
  g_auto (GStrv) rules = NULL;
  GtkWidget *row, *entry;

  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (page));
  gtk_window_present (GTK_WINDOW (window));
  g_signal_connect (page, "told", G_CALLBACK (told_cb), &told);
  quarry_folders_page_set_library (page, fixture->library);
  row = wait_for (GTK_WIDGET (page), ADW_TYPE_ACTION_ROW, fixture->sources, TRUE);
  wait_for (GTK_WIDGET (page), ADW_TYPE_ACTION_ROW, "2 documents", TRUE);

  gtk_switch_set_active (GTK_SWITCH (find (row, GTK_TYPE_SWITCH, NULL)), FALSE);
  wait_for (GTK_WIDGET (page), ADW_TYPE_ACTION_ROW, "changes are not followed", TRUE);
  folders = quarry_library_list_folders (fixture->library, NULL);
  g_assert_cmpint (((QuarryFolder *) folders->pdata[0])->state, ==, QUARRY_FOLDER_UNWATCHED);

  entry = find (GTK_WIDGET (page), ADW_TYPE_ENTRY_ROW, NULL);
  gtk_editable_set_text (GTK_EDITABLE (entry), " *.log ");
  g_signal_emit_by_name (entry, "apply");
  row = wait_for (GTK_WIDGET (page), ADW_TYPE_ACTION_ROW, "*.log", TRUE);
  rules = quarry_library_get_own_rules (fixture->library);
  g_assert_cmpuint (g_strv_length (rules), ==, 1);
  g_assert_cmpstr (rules[0], ==, "*.log");
  g_signal_emit_by_name (find (row, GTK_TYPE_BUTTON, NULL), "clicked");
  wait_for (GTK_WIDGET (page), ADW_TYPE_ACTION_ROW, "*.log", FALSE);

  row = find (GTK_WIDGET (page), ADW_TYPE_ACTION_ROW, "Tesseract");
  g_assert_true (gtk_switch_get_active (GTK_SWITCH (find (row, GTK_TYPE_SWITCH, NULL))));
  gtk_switch_set_active (GTK_SWITCH (find (row, GTK_TYPE_SWITCH, NULL)), FALSE);
  for (guint i = 0; i < 500 && quarry_library_recognizes (fixture->library); i++)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (20000);
    }
  g_assert_false (quarry_library_recognizes (fixture->library));

  row = find (GTK_WIDGET (page), ADW_TYPE_ACTION_ROW, fixture->sources);
  g_signal_emit_by_name (find (row, GTK_TYPE_BUTTON, NULL), "clicked");
  wait_for (GTK_WIDGET (page), ADW_TYPE_ACTION_ROW, "No folder yet", TRUE);
  g_assert_cmpuint (count (fixture), ==, 0);
  /* The list may be there before the one who asked is told. */
  for (guint i = 0; i < 500 && told == NULL; i++)
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (20000);
    }
  g_assert_cmpstr (told, ==, fixture->sources);

  /* As "Undo" does. */
  import (fixture, told);
  wait_for (GTK_WIDGET (page), ADW_TYPE_ACTION_ROW, "2 documents", TRUE);
  quarry_folders_page_set_library (page, NULL);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_preferences (Fixture *fixture, gconstpointer data)
{
  GtkWidget *window = quarry_preferences_window_new (NULL, fixture->library);
  GtkWidget *page = find (window, QUARRY_TYPE_FOLDERS_PAGE, NULL);

  g_assert_nonnull (page);
  gtk_window_present (GTK_WINDOW (window));
  adw_preferences_window_set_visible_page (ADW_PREFERENCES_WINDOW (window), ADW_PREFERENCES_PAGE (page));
  wait_for (window, ADW_TYPE_ACTION_ROW, fixture->sources, TRUE);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_why (Fixture *fixture, gconstpointer data)
{
  GtkWidget *window = quarry_file_why_window_new (NULL, fixture->library, "nectar");
  QuarryFileWhyWindow *self = QUARRY_FILE_WHY_WINDOW (window);
  g_autofree char *bees = g_build_filename (fixture->sources, "bees.txt", NULL);
  g_autofree char *hidden = g_build_filename (fixture->sources, ".hidden.txt", NULL);
  GtkWidget *add;

  gtk_window_present (GTK_WINDOW (window));
  quarry_file_why_window_ask (self, bees);
  wait_for (window, GTK_TYPE_LABEL, "It can be found", TRUE);
  wait_for (window, GTK_TYPE_LABEL, "number 1 of all", TRUE);
  /* Without a search there is no place in it. */
  gtk_editable_set_text (GTK_EDITABLE (find (window, ADW_TYPE_ENTRY_ROW, NULL)), "");
  wait_for (window, GTK_TYPE_LABEL, "number 1 of all", FALSE);

  quarry_file_why_window_ask (self, hidden);
  wait_for (window, GTK_TYPE_LABEL, "A rule passes it over", TRUE);
  add = gtk_widget_get_ancestor (wait_for (window, GTK_TYPE_LABEL, "_Add It to the Library", TRUE), GTK_TYPE_BUTTON);
  g_signal_emit_by_name (add, "clicked");
  wait_for (window, GTK_TYPE_LABEL, "It can be found", TRUE);
  g_assert_cmpuint (count (fixture), ==, 3);
  g_assert_false (gtk_widget_get_visible (add));
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();

  g_test_add ("/folders/page", Fixture, NULL, set_up, test_page, tear_down);
  g_test_add ("/folders/preferences", Fixture, NULL, set_up, test_preferences, tear_down);
  g_test_add ("/folders/file-why", Fixture, NULL, set_up, test_why, tear_down);

  return g_test_run ();
}
