/* test-documents-view.c: all documents of the library, in columns
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Over a real library that is made for each test.
 */
#include <adwaita.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/temporary-folder.h"
#include "tests/ui/library-fixture.h"
#include "tests/ui/widget-helpers.h"
#include "ui/documents/quarry-document-column.h"
#include "ui/documents/quarry-document-item.h"
#include "ui/documents/quarry-documents-view.h"

typedef struct
{
  LibraryFixture library;
  GtkWidget *window;
  GtkWidget *view;
  GtkColumnView *list;
  char *told;
  char *removed;
} Fixture;

static void
told_cb (QuarryDocumentsView *view, const char *text, const char *removed, Fixture *fixture)
{
  g_free (fixture->told);
  g_free (fixture->removed);
  fixture->told = g_strdup (text);
  fixture->removed = g_strdup (removed);
}

static GListModel *
shown (Fixture *fixture)
{
  return G_LIST_MODEL (gtk_column_view_get_model (fixture->list));
}

static guint
n_shown (Fixture *fixture)
{
  return g_list_model_get_n_items (shown (fixture));
}

/* The names of the rows in their order, joined by ", ". (transfer full) */
static char *
names (Fixture *fixture)
{
  GString *joined = g_string_new (NULL);

  for (guint i = 0; i < n_shown (fixture); i++)
    {
      g_autoptr (QuarryDocumentItem) item = g_list_model_get_item (shown (fixture), i);

      g_string_append_printf (joined, "%s%s", i > 0 ? ", " : "", quarry_document_item_get_name (item));
    }
  return g_string_free (joined, FALSE);
}

#define assert_names(fixture, wanted)            \
  G_STMT_START                                   \
  {                                              \
    g_autofree char *found_ = names (fixture);   \
    g_assert_cmpstr (found_, ==, wanted);        \
  }                                              \
  G_STMT_END

static const char *
selected_name (Fixture *fixture)
{
  QuarryDocumentItem *item
      = gtk_single_selection_get_selected_item (GTK_SINGLE_SELECTION (gtk_column_view_get_model (fixture->list)));

  return item ? quarry_document_item_get_name (item) : NULL;
}

static void
choose (Fixture *fixture, guint position)
{
  gtk_single_selection_set_selected (GTK_SINGLE_SELECTION (gtk_column_view_get_model (fixture->list)), position);
}

static GtkColumnViewColumn *
column (Fixture *fixture, const char *name)
{
  return GTK_COLUMN_VIEW_COLUMN (gtk_widget_get_template_child (fixture->view, QUARRY_TYPE_DOCUMENTS_VIEW, name));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  library_fixture_set_up (&fixture->library, data);
  g_free (write_source (&fixture->library, "note 10.txt", "Honeybees gather nectar and pollen."));
  g_free (write_source (&fixture->library, "note 9.md", "Schooners carry sails on two masts, which the crew trims."));
  g_free (write_source (&fixture->library, "zÄHLER.txt", "A meter."));
  import_path (fixture->library.library, fixture->library.sources);

  fixture->view = quarry_documents_view_new ();
  fixture->list = GTK_COLUMN_VIEW (find_template_child (fixture->view, "list"));
  g_signal_connect (fixture->view, "told", G_CALLBACK (told_cb), fixture);
  quarry_documents_view_set_library (QUARRY_DOCUMENTS_VIEW (fixture->view), fixture->library.library);
  fixture->window = show (fixture->view, 800, 400);
  wait_for (n_shown (fixture) == 3);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  quarry_documents_view_set_library (QUARRY_DOCUMENTS_VIEW (fixture->view), NULL);
  destroy_window (fixture->window, fixture->view);
  g_free (fixture->told);
  g_free (fixture->removed);
  library_fixture_tear_down (&fixture->library, data);
}

static void
test_sort (Fixture *fixture, gconstpointer data)
{
  /* Numbers in names are sorted by value. */
  assert_names (fixture, "note 9.md, note 10.txt, zÄHLER.txt");
  gtk_column_view_sort_by_column (fixture->list, column (fixture, "size_column"), GTK_SORT_ASCENDING);
  assert_names (fixture, "zÄHLER.txt, note 10.txt, note 9.md");
  gtk_column_view_sort_by_column (fixture->list, column (fixture, "size_column"), GTK_SORT_DESCENDING);
  assert_names (fixture, "note 9.md, note 10.txt, zÄHLER.txt");
  gtk_column_view_sort_by_column (fixture->list, column (fixture, "type_column"), GTK_SORT_ASCENDING);
  assert_names (fixture, "note 9.md, note 10.txt, zÄHLER.txt");
  gtk_column_view_sort_by_column (fixture->list, column (fixture, "type_column"), GTK_SORT_DESCENDING);
  g_assert_cmpuint (n_shown (fixture), ==, 3);

  /* The menu sorts by a column too; choosing the same column again reverses the order. */
  gtk_widget_activate_action (fixture->view, "documents.sort", "u", 2);
  assert_names (fixture, "note 9.md, note 10.txt, zÄHLER.txt");
  gtk_widget_activate_action (fixture->view, "documents.sort", "u", 2);
  assert_names (fixture, "zÄHLER.txt, note 10.txt, note 9.md");
}

static void
test_filter (Fixture *fixture, gconstpointer data)
{
  GtkEditable *entry = GTK_EDITABLE (find_template_child (fixture->view, "entry"));
  GtkStack *stack = GTK_STACK (find_template_child (fixture->view, "stack"));

  gtk_editable_set_text (entry, "NOTE");
  assert_names (fixture, "note 9.md, note 10.txt");
  g_assert_nonnull (find_label (fixture->view, "2 documents"));
  gtk_editable_set_text (entry, " äHl");
  assert_names (fixture, "zÄHLER.txt");
  /* The file name is searched as well as the title. */
  gtk_editable_set_text (entry, ".md");
  assert_names (fixture, "note 9.md");
  gtk_editable_set_text (entry, "walrus");
  g_assert_cmpuint (n_shown (fixture), ==, 0);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (stack), ==, "nothing");
  g_assert_true (quarry_documents_view_clear_filter (QUARRY_DOCUMENTS_VIEW (fixture->view)));
  g_assert_false (quarry_documents_view_clear_filter (QUARRY_DOCUMENTS_VIEW (fixture->view)));
  g_assert_cmpuint (n_shown (fixture), ==, 3);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (stack), ==, "list");
}

static void
test_refresh (Fixture *fixture, gconstpointer data)
{
  g_autofree char *first = NULL;
  g_autoptr (GObject) item = NULL;

  choose (fixture, 1);
  item = g_list_model_get_item (shown (fixture), 1);
  g_assert_cmpstr (selected_name (fixture), ==, "note 10.txt");
  /* Rows are added before and after the selected one, which stays selected. */
  add_document (&fixture->library, "aardvark.txt", "The aardvark eats ants at night.");
  add_document (&fixture->library, "wombat.txt", "The wombat digs by night.");
  wait_for (n_shown (fixture) == 5);
  assert_names (fixture, "aardvark.txt, note 9.md, note 10.txt, wombat.txt, zÄHLER.txt");
  g_assert_cmpstr (selected_name (fixture), ==, "note 10.txt");
  g_assert_true (gtk_single_selection_get_selected_item (GTK_SINGLE_SELECTION (gtk_column_view_get_model (fixture->list)))
                 == (gpointer) item);

  /* The row of a document that has changed is updated and stays selected. */
  first = write_source (&fixture->library, "note 10.txt", "Honeybees gather nectar and pollen, and make honey of it.");
  import_path (fixture->library.library, first);
  wait_for (quarry_document_item_get_size (QUARRY_DOCUMENT_ITEM (item)) > 40);
  wait_for (find_label (fixture->view, "57 bytes") != NULL);
  g_assert_cmpstr (selected_name (fixture), ==, "note 10.txt");
  g_assert_cmpuint (n_shown (fixture), ==, 5);
}

static void
test_remove (Fixture *fixture, gconstpointer data)
{
  GListModel *imports = quarry_library_get_imports (fixture->library.library);
  g_autofree char *path = g_build_filename (fixture->library.sources, "note 9.md", NULL);

  choose (fixture, 0);
  gtk_widget_activate_action (fixture->view, "documents.remove", NULL);
  wait_for (fixture->told != NULL);
  g_assert_nonnull (strstr (fixture->told, "note 9.md"));
  g_assert_cmpstr (fixture->removed, ==, path);
  wait_for (n_shown (fixture) == 2);
  assert_names (fixture, "note 10.txt, zÄHLER.txt");
  g_assert_cmpstr (selected_name (fixture), ==, "note 10.txt");

  /* "Undo" imports the document again like this. */
  quarry_documents_view_import_again (QUARRY_DOCUMENTS_VIEW (fixture->view), path);
  wait_for (n_shown (fixture) == 3);
  assert_names (fixture, "note 9.md, note 10.txt, zÄHLER.txt");
  wait_for (g_strcmp0 (selected_name (fixture), "note 9.md") == 0);

  /* So does the key, also once the button is gone. It does so once. */
  gtk_widget_activate_action (fixture->view, "documents.remove", NULL);
  wait_for (n_shown (fixture) == 2);
  g_assert_true (quarry_documents_view_put_back (QUARRY_DOCUMENTS_VIEW (fixture->view)));
  wait_for (n_shown (fixture) == 3);
  wait_for (g_strcmp0 (selected_name (fixture), "note 9.md") == 0);
  wait_for (g_list_model_get_n_items (imports) == 0);
  g_assert_false (quarry_documents_view_put_back (QUARRY_DOCUMENTS_VIEW (fixture->view)));
  settle (200);
  g_assert_cmpuint (g_list_model_get_n_items (imports), ==, 0);
}

/* If another library is shown before the document is gone, nothing is put back into that one. */
static void
test_remove_elsewhere (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (quarry_library_get_folder (fixture->library.library), "other", NULL);
  g_autoptr (QuarryLibrary) other = quarry_library_open (folder, NULL, QUARRY_LIBRARY_WRITE, NULL);
  QuarryLibraryStatus status = { 0 };

  choose (fixture, 0);
  gtk_widget_activate_action (fixture->view, "documents.remove", NULL);
  quarry_documents_view_set_library (QUARRY_DOCUMENTS_VIEW (fixture->view), other);
  do
    {
      settle (20);
      g_assert_true (quarry_library_get_status (fixture->library.library, &status, NULL));
    }
  while (status.counts.documents == 3 && (quarry_library_status_clear (&status), TRUE));
  quarry_library_status_clear (&status);
  settle (200);
  g_assert_null (fixture->removed);
  g_assert_false (quarry_documents_view_put_back (QUARRY_DOCUMENTS_VIEW (fixture->view)));
  quarry_documents_view_set_library (QUARRY_DOCUMENTS_VIEW (fixture->view), NULL);
}

/* The focus stays in the list when its last row is taken out: whoever filters goes on in the entry for that. */
static void
test_remove_last (Fixture *fixture, gconstpointer data)
{
  GtkWidget *entry = find_template_child (fixture->view, "entry");

  gtk_editable_set_text (GTK_EDITABLE (entry), "note 9");
  wait_for (n_shown (fixture) == 1);
  choose (fixture, 0);
  gtk_widget_grab_focus (fixture->view);
  gtk_widget_activate_action (fixture->view, "documents.remove", NULL);
  wait_for (n_shown (fixture) == 0);
  wait_for (gtk_widget_get_focus_child (entry) != NULL);
}

static void
test_import_again (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->library.sources, "note 9.md", NULL);
  GListModel *imports = quarry_library_get_imports (fixture->library.library);
  g_auto (QuarryLibraryStatus) status = { 0 };

  choose (fixture, 0);
  gtk_widget_activate_action (fixture->view, "documents.import-again", NULL);
  wait_for (g_list_model_get_n_items (imports) > 0);
  wait_for (g_list_model_get_n_items (imports) == 0);
  settle (1200);
  wait_for (n_shown (fixture) == 3);
  g_assert_cmpstr (selected_name (fixture), ==, "note 9.md");
  g_assert_null (fixture->told);

  /* If the file is gone, there is nothing to replace the document with, so the library keeps it. */
  g_assert_cmpint (g_unlink (path), ==, 0);
  quarry_documents_view_import_again (QUARRY_DOCUMENTS_VIEW (fixture->view), path);
  wait_for (fixture->told != NULL);
  g_assert_nonnull (strstr (fixture->told, "note 9.md” is no longer there"));
  g_assert_null (fixture->removed);
  g_assert_true (quarry_library_get_status (fixture->library.library, &status, NULL));
  g_assert_cmpuint (status.counts.documents, ==, 3);

  /* Neither action works on a library that can only be read. */
  quarry_documents_view_set_writable (QUARRY_DOCUMENTS_VIEW (fixture->view), FALSE);
  gtk_widget_activate_action (fixture->view, "documents.remove", NULL);
  settle (200);
  g_assert_null (fixture->removed);
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GPtrArray **) data = quarry_library_list_documents_finish (QUARRY_LIBRARY (source), result, NULL);
}

/* The number that the library gave the document @name, which changes when the file is read anew; 0: there is no such
 * document. */
static gint64
find_id (Fixture *fixture, const char *name)
{
  g_autoptr (GPtrArray) records = NULL;

  quarry_library_list_documents_async (fixture->library.library, 0, NULL, listed_cb, &records);
  wait_for (records != NULL);
  for (guint i = 0; i < records->len; i++)
    {
      QuarryDocumentRecord *record = records->pdata[i];

      if (g_str_has_suffix (record->path, name))
        return record->id;
    }
  return 0;
}

/* The documents of a folder stay in the library while the folder is imported again. */
static void
test_import_folder_again (Fixture *fixture, gconstpointer data)
{
  QuarryDocumentsView *view = QUARRY_DOCUMENTS_VIEW (fixture->view);
  g_autofree char *outside = g_build_filename (fixture->library.top, "outside", NULL);
  g_autofree char *link = g_build_filename (fixture->library.sources, "link", NULL);
  GListModel *imports = quarry_library_get_imports (fixture->library.library);
  gint64 moth, note;

  g_free (write_file (outside, "moth.txt", "The moth flies to the lamp by night.", -1));
  import_path (fixture->library.library, outside);
  g_assert_cmpint (symlink (outside, link), ==, 0);
  import_path (fixture->library.library, fixture->library.sources);
  /* The link leads out of the folder, so it is passed over. */
  wait_for (n_shown (fixture) == 5);
  moth = find_id (fixture, "moth.txt");
  note = find_id (fixture, "note 9.md");
  g_assert_cmpint (moth, >, 0);
  g_assert_cmpint (note, >, 0);
  choose (fixture, 0);
  g_assert_cmpstr (selected_name (fixture), ==, "link");
  gtk_widget_activate_action (fixture->view, "documents.import-again", NULL);
  wait_for (g_list_model_get_n_items (imports) > 0);
  wait_for (g_list_model_get_n_items (imports) == 0);
  g_assert_cmpint (find_id (fixture, "moth.txt"), ==, moth);

  quarry_documents_view_import_again (view, fixture->library.sources);
  wait_for (g_list_model_get_n_items (imports) > 0);
  wait_for (g_list_model_get_n_items (imports) == 0);
  g_assert_cmpint (find_id (fixture, "note 9.md"), ==, note);
}

static void
write_compressed (const char *path, const char *text)
{
  g_autoptr (GZlibCompressor) compressor = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, -1);
  char bytes[1000];
  gsize read, written;

  g_assert_cmpint (g_converter_convert (G_CONVERTER (compressor), text, strlen (text), bytes, sizeof bytes,
                                        G_CONVERTER_INPUT_AT_END, &read, &written, NULL),
                   ==, G_CONVERTER_FINISHED);
  g_assert_true (g_file_set_contents (path, bytes, (gssize) written, NULL));
}

/* A document stays in the library, cut as it was, until its file has been read anew, also if that fails. */
static void
test_import_again_in_vain (Fixture *fixture, gconstpointer data)
{
  QuarryDocumentsView *view = QUARRY_DOCUMENTS_VIEW (fixture->view);
  GListModel *imports = quarry_library_get_imports (fixture->library.library);
  g_autofree char *path = g_build_filename (fixture->library.sources, "letter.txt.gz", NULL);
  gint64 letter, note = find_id (fixture, "note 9.md");

  write_compressed (path, "The moth flies to the lamp by night.");
  import_path (fixture->library.library, path);
  wait_for (n_shown (fixture) == 4);
  letter = find_id (fixture, "letter.txt.gz");
  g_assert_cmpint (letter, >, 0);
  g_free (write_source (&fixture->library, "letter.txt.gz", "No more."));
  quarry_documents_view_import_again (view, path);
  wait_for (g_list_model_get_n_items (imports) > 0);
  wait_for (g_list_model_get_n_items (imports) == 0);
  g_assert_cmpint (find_id (fixture, "letter.txt.gz"), ==, letter);

  /* "Import again" reads a file even if it has not changed. */
  choose (fixture, 1);
  g_assert_cmpstr (selected_name (fixture), ==, "note 9.md");
  gtk_widget_activate_action (fixture->view, "documents.import-again", NULL);
  wait_for (g_list_model_get_n_items (imports) > 0);
  wait_for (g_list_model_get_n_items (imports) == 0);
  g_assert_cmpint (find_id (fixture, "note 9.md"), !=, note);
  g_assert_cmpint (find_id (fixture, "note 9.md"), !=, 0);
}

static void
opened_cb (QuarryDocumentsView *view, const char *path, const char *mime_type, char **opened)
{
  g_free (*opened);
  *opened = g_strdup (path);
}

static void
test_open (Fixture *fixture, gconstpointer data)
{
  g_autofree char *opened = NULL;

  g_autofree char *read = NULL;

  g_signal_connect (fixture->view, "opened", G_CALLBACK (opened_cb), &opened);
  g_signal_connect (fixture->view, "read", G_CALLBACK (opened_cb), &read);
  g_signal_emit_by_name (fixture->list, "activate", 2);
  g_assert_true (g_str_has_suffix (read, "zÄHLER.txt"));
  g_assert_cmpstr (selected_name (fixture), ==, "zÄHLER.txt");
  g_assert_null (opened);
  gtk_widget_activate_action (fixture->view, "documents.open", NULL);
  g_assert_true (g_str_has_suffix (opened, "zÄHLER.txt"));
}

/* A file that could not be read has a row too, which says why. */
static void
test_state (Fixture *fixture, gconstpointer data)
{
  g_autofree char *broken = write_source (&fixture->library, "broken.pdf", "%PDF-1.4 and no more");
  g_autofree char *read = NULL;
  g_autoptr (QuarryDocumentItem) item = NULL;

  g_free (write_source (&fixture->library, "empty.txt", ""));
  g_signal_connect (fixture->view, "read", G_CALLBACK (opened_cb), &read);
  import_path (fixture->library.library, fixture->library.sources);
  wait_for (n_shown (fixture) == 5);
  gtk_widget_activate_action (fixture->view, "documents.sort", "u", QUARRY_DOCUMENT_COLUMN_STATE);
  /* Files that a person can do something about come first. */
  assert_names (fixture, "broken.pdf, empty.txt, zÄHLER.txt, note 10.txt, note 9.md");
  item = g_list_model_get_item (shown (fixture), 0);
  g_assert_cmpint (quarry_document_item_get_state (item), ==, QUARRY_DOCUMENT_FAILED);
  g_assert_nonnull (find_label (fixture->view, "Failed"));
  g_assert_nonnull (find_label (fixture->view, "Passed over"));
  /* Rows of documents that are in the library say nothing about their state. */
  g_assert_null (find_label (fixture->view, "Added"));
  g_assert_nonnull (find_label (fixture->view, "3 documents · 2 not added"));
  g_signal_emit_by_name (fixture->list, "activate", 0);
  g_assert_null (read);
  g_assert_cmpstr (fixture->told, ==, quarry_document_item_get_reason (item));

  /* The row of a failure goes when its file does. */
  g_assert_cmpint (g_unlink (broken), ==, 0);
  import_path (fixture->library.library, fixture->library.sources);
  wait_for (n_shown (fixture) == 4);
}

/* A title does not say which file it is. */
static void
test_titled (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = write_source (&fixture->library, "talk.md", "# Slide 1\n\nSails are trimmed by the crew.\n");

  import_path (fixture->library.library, path);
  wait_for (n_shown (fixture) == 4);
  wait_for (find_label (fixture->view, "Slide 1") != NULL);
  g_assert_true (gtk_widget_get_visible (find_label (fixture->view, "talk.md")));
}

static void
test_narrow (Fixture *fixture, gconstpointer data)
{
  g_assert_true (gtk_column_view_column_get_visible (column (fixture, "size_column")));
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 360, 400);
  wait_for (!gtk_column_view_column_get_visible (column (fixture, "size_column")));
  g_assert_false (gtk_column_view_column_get_visible (column (fixture, "date_column")));
  g_assert_false (gtk_column_view_column_get_visible (column (fixture, "passages_column")));
  g_assert_true (gtk_column_view_column_get_visible (column (fixture, "type_column")));
  next_frame (fixture->window);
  g_assert_cmpint (gtk_widget_get_width (fixture->view), ==, 360);
  /* There is room for what is typed, whatever is counted. */
  gtk_label_set_label (GTK_LABEL (find_template_child (fixture->view, "count")), "123,456 documents · 1,234 not added");
  next_frame (fixture->window);
  g_assert_cmpint (gtk_widget_get_width (find_template_child (fixture->view, "entry")), >, 300);
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 800, 400);
  wait_for (gtk_column_view_column_get_visible (column (fixture, "size_column")));
}

int
main (int argc, char **argv)
{
  if (!widget_test_init (&argc, &argv))
    return 0;

#define ADD(name, test) g_test_add ("/documents-view/" name, Fixture, NULL, set_up, test, tear_down)
  ADD ("sort", test_sort);
  ADD ("filter", test_filter);
  ADD ("refresh", test_refresh);
  ADD ("remove", test_remove);
  ADD ("remove-elsewhere", test_remove_elsewhere);
  ADD ("remove-last", test_remove_last);
  ADD ("import-again", test_import_again);
  ADD ("import-folder-again", test_import_folder_again);
  ADD ("import-again-in-vain", test_import_again_in_vain);
  ADD ("open", test_open);
  ADD ("state", test_state);
  ADD ("titled", test_titled);
  ADD ("narrow", test_narrow);
#undef ADD

  return g_test_run ();
}
