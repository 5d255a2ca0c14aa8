/* test-library-taken-elsewhere.c: documents taken out or stored elsewhere during an import
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Here, on another thread, or by another process that works on the same library.
 */
#include "change-helpers.h"

#include <string.h>

#include "core/library/import/quarry-folders.h"
#include "core/library/import/quarry-import-pipeline-private.h"
#include "core/library/import/quarry-prepared.h"
#include "core/library/quarry-library-write-private.h"

static void
finish (QuarryImport *import)
{
  while (!quarry_import_get_finished (import))
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (quarry_import_get_error (import));
}

static gboolean
has_root (QuarryLibrary *library, const char *path)
{
  g_autoptr (GPtrArray) folders = quarry_library_list_folders (library, NULL);

  for (guint i = 0; i < folders->len; i++)
    if (strcmp (((QuarryFolder *) folders->pdata[i])->path, path) == 0)
      return TRUE;
  return FALSE;
}

/* Begins an import of a folder that is not the library's yet. It works, but stores nothing until it is told to go
 * on. */
static QuarryImport *
begin_import (QuarryLibrary *library, const char *folder)
{
  const char *paths[] = { folder, NULL };
  QuarryImport *import = quarry_library_import (library, paths);

  quarry_import_set_paused (import, TRUE);
  while (!has_root (library, folder))
    g_main_context_iteration (NULL, FALSE);
  /* The folder is recorded while the write lock is held, in which the import also looks at the library's state. */
  g_rec_mutex_lock (&library->write_lock);
  g_rec_mutex_unlock (&library->write_lock);
  return import;
}

/* A file that another process takes out while it is being imported here stays out, and so does a whole folder. */
static void
test_taken_out_elsewhere (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryLibrary) other = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *bees = g_build_filename (fixture->sources, "bees.md", NULL);
  g_autofree char *ships = g_build_filename (fixture->sources, "ships.md", NULL);
  g_autofree char *top = g_path_get_dirname (fixture->sources);
  g_autofree char *lava = g_build_filename (top, "others/lava.md", NULL);
  g_autofree char *others = g_path_get_dirname (lava);
  const char *file[] = { bees, NULL };
  g_autoptr (QuarryImport) first = NULL;
  g_autoptr (QuarryImport) second = NULL;

  import_paths (library, file);
  write_text (bees, "Beekeepers open the hive in spring.\n");
  first = begin_import (library, fixture->sources);
  g_assert_true (quarry_library_remove (other, bees, NULL, NULL));
  quarry_import_set_paused (first, FALSE);
  finish (first);
  g_assert_cmpint (id_of (library, bees), ==, 0);
  g_assert_cmpint (id_of (library, ships), !=, 0);

  write_text (lava, "Volcanoes pour lava over basalt plains.\n");
  second = begin_import (library, others);
  g_assert_true (quarry_library_remove (other, others, NULL, NULL));
  quarry_import_set_paused (second, FALSE);
  finish (second);
  g_assert_cmpint (id_of (library, lava), ==, 0);
  assert_sound (library);
}

/* A mail that is taken out while its changed mailbox is being imported, here or by another process, is recognized by
 * its text and stays out: its number in the mailbox has changed, and another mail has its old one. */
static void
test_taken_out_mail_meanwhile (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryLibrary) other = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *top = g_path_get_dirname (fixture->sources);
  QuarryLibrary *const takers[] = { library, other };

  for (guint i = 0; i < G_N_ELEMENTS (takers); i++)
    {
      g_autofree char *name = g_strdup_printf ("box%u", i);
      g_autofree char *folder = g_build_filename (top, name, NULL);
      g_autofree char *mailbox = g_build_filename (folder, "box.mbox", NULL);
      g_autofree char *first = g_strconcat (mailbox, "/00001.eml", NULL);
      g_autofree char *second = g_strconcat (mailbox, "/00002.eml", NULL);
      g_autofree char *third = g_strconcat (mailbox, "/00003.eml", NULL);
      const char *file[] = { mailbox, NULL };
      g_autoptr (QuarryImport) import = NULL;

      write_mailbox (mailbox, "1234");
      import_paths (library, file);
      write_mailbox (mailbox, "234");
      import = begin_import (library, folder);
      g_assert_true (quarry_library_remove (takers[i], second, NULL, NULL));
      quarry_import_set_paused (import, FALSE);
      finish (import);
      g_assert_cmpint (id_of (library, first), ==, 0);
      g_assert_cmpint (id_of (library, second), !=, 0);
      g_assert_cmpint (id_of (library, third), !=, 0);
      assert_best (library, "\"lava over basalt\"", "");
      assert_best (library, "\"grow on branches\"", "00002");
      g_assert_true (quarry_library_remove (library, folder, NULL, NULL));
    }
  assert_sound (library);
}

/* Of two mails with the same text one was taken out. The other stays even if another process writes meanwhile. */
static void
test_taken_out_twin_meanwhile (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryLibrary) other = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *top = g_path_get_dirname (fixture->sources);
  g_autofree char *folder = g_build_filename (top, "box", NULL);
  g_autofree char *inner = g_build_filename (folder, "inner", NULL);
  g_autofree char *mailbox = g_build_filename (inner, "box.mbox", NULL);
  g_autofree char *first = g_strconcat (mailbox, "/00001.eml", NULL);
  g_autofree char *second = g_strconcat (mailbox, "/00002.eml", NULL);
  g_autofree char *bees = g_build_filename (fixture->sources, "bees.md", NULL);
  const char *places[] = { inner, bees, NULL };
  g_autoptr (QuarryImport) import = NULL;

  write_mailbox (mailbox, "221");
  import_paths (library, places);
  g_assert_true (quarry_library_remove (library, second, NULL, NULL));
  write_mailbox (mailbox, "2213");
  import = begin_import (library, folder);
  g_assert_true (quarry_library_remove (other, bees, NULL, NULL));
  quarry_import_set_paused (import, FALSE);
  finish (import);
  assert_best (library, "\"grow on branches\"", "00004");
  g_assert_true ((id_of (library, first) != 0) + (id_of (library, second) != 0) == 1);
  assert_sound (library);
}

/* The item for the document at @path as a reading thread that has read it anew hands it over. */
static QuarryImportItem *
read_anew (QuarryLibrary *library, const char *path)
{
  QuarryImportItem *item = quarry_import_item_new (path);
  g_autoptr (QuarryDocumentRecord) there = record_of (library, path);
  QuarryStore *connection = quarry_library_borrow (library, NULL);
  g_autoptr (QuarryDocument) document = quarry_store_load_document (connection, there->id, NULL);
  QuarryDocumentRecord *record = g_new0 (QuarryDocumentRecord, 1);

  quarry_library_give_back (library, connection);
  record->path = g_strdup (path);
  record->size = there->size;
  record->modified_ns = there->modified_ns;
  record->content_hash = g_strdup (there->content_hash);
  item->known = there->id;
  item->prepared = quarry_library_prepare (library, record, document, there->granularity);
  g_assert_true (quarry_prepared_begin (item->prepared));
  item->status = QUARRY_IMPORT_IMPORTED;
  return item;
}

/* Documents that were named or are inside a file are in none of the library's folders, but stay out all the same. */
static void
test_named_taken_out_elsewhere (LibraryFixture *fixture, gconstpointer data)
{
  const char *const none[] = { NULL };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryLibrary) other = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryImport) import = quarry_import_new (library, none);
  g_autofree char *bees = g_build_filename (fixture->sources, "bees.md", NULL);
  g_autofree char *ships = g_build_filename (fixture->sources, "ships.md", NULL);
  g_autofree char *mail = g_build_filename (fixture->sources, "mail.eml", NULL);
  g_autofree char *tea = g_strconcat (mail, "/tea.txt", NULL);
  g_autofree char *orchid = g_strconcat (mail, "/orchid.md", NULL);
  const char *files[] = { bees, ships, mail, NULL };
  g_autoptr (GHashTable) lost = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) passed_over = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  QuarryImportPipeline pipeline
      = { .library = library, .import = import, .lost = lost, .passed_over = passed_over };
  QuarryImportItem *items[4];

  write_mail (mail);
  import_paths (library, files);
  quarry_import_remember_library (&pipeline);
  items[0] = read_anew (library, bees);
  items[1] = read_anew (library, ships);
  items[2] = read_anew (library, tea);
  items[3] = read_anew (library, orchid);
  items[2]->kind = items[3]->kind = ITEM_PART;
  items[2]->prepared->is_inside = items[3]->prepared->is_inside = TRUE;
  g_assert_true (quarry_library_remove (other, bees, NULL, NULL));
  g_assert_true (quarry_library_remove (other, tea, NULL, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (items); i++)
    {
      quarry_import_write_items (&pipeline, &items[i], 1);
      quarry_import_item_free (items[i]);
    }
  g_assert_cmpint (id_of (library, bees), ==, 0);
  g_assert_cmpint (id_of (library, ships), !=, 0);
  g_assert_cmpint (id_of (library, tea), ==, 0);
  g_assert_cmpint (id_of (library, orchid), !=, 0);

  /* A new document inside a file, with other text, is stored in place of the one that was taken out. */
  items[0] = read_anew (library, orchid);
  items[0]->kind = ITEM_PART;
  items[0]->is_changed = TRUE;
  items[0]->prepared->is_inside = TRUE;
  g_free (items[0]->prepared->record->content_hash);
  items[0]->prepared->record->content_hash = g_strdup ("of another text");
  g_assert_true (quarry_library_remove (other, orchid, NULL, NULL));
  quarry_import_write_items (&pipeline, &items[0], 1);
  quarry_import_item_free (items[0]);
  g_assert_cmpint (id_of (library, orchid), !=, 0);

  /* If the file is taken out, new documents inside it are not stored either. */
  items[0] = quarry_import_item_new (mail);
  items[0]->kind = ITEM_BEGIN;
  items[0]->known = id_of (library, mail);
  items[1] = read_anew (library, orchid);
  items[1]->kind = ITEM_PART;
  items[1]->known = 0;
  g_assert_true (quarry_library_remove (other, mail, NULL, NULL));
  for (guint i = 0; i < 2; i++)
    {
      quarry_import_write_items (&pipeline, &items[i], 1);
      quarry_import_item_free (items[i]);
    }
  g_assert_cmpint (id_of (library, orchid), ==, 0);
  quarry_import_forget_library (&pipeline);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  assert_sound (library);
}

/* A document that another process has stored meanwhile is not stored again. */
static void
test_stored_elsewhere (LibraryFixture *fixture, gconstpointer data)
{
  const char *const none[] = { NULL };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryLibrary) other = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryImport) import = quarry_import_new (library, none);
  g_autofree char *bees = g_build_filename (fixture->sources, "bees.md", NULL);
  g_autoptr (QuarryDocumentRecord) there = NULL;
  QuarryImportPipeline pipeline = { .library = library, .import = import };
  QuarryImportItem *item;
  QuarryImportProgress progress;

  quarry_import_remember_library (&pipeline);
  import_sources (fixture, other);
  there = record_of (library, bees);
  item = read_anew (library, bees);
  item->known = 0;
  quarry_import_write_items (&pipeline, &item, 1);
  quarry_import_item_free (item);
  quarry_import_forget_library (&pipeline);
  quarry_import_get_progress (import, &progress);
  g_assert_cmpuint (progress.unchanged, ==, 1);
  g_assert_cmpint (id_of (library, bees), ==, there->id);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  assert_sound (library);
}

typedef struct
{
  QuarryLibrary *library;
  gint64 document;
  GError *error;
} Cut;

static gpointer
cut_thread (gpointer data)
{
  Cut *cut = data;
  gint64 new_document;

  g_assert_false (quarry_library_set_granularity (cut->library, cut->document, .9, &new_document, NULL, &cut->error));
  return NULL;
}

/* A document that is taken out while it is being cut anew stays out. */
static void
test_taken_out_while_cut (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *bees = g_build_filename (fixture->sources, "bees.md", NULL);
  Cut cut = { .library = library };
  GThread *thread;

  import_sources (fixture, library);
  cut.document = id_of (library, bees);
  /* Waits until the thread is likely to wait for the lock. If that takes longer, the test shows nothing. */
  g_rec_mutex_lock (&library->write_lock);
  thread = g_thread_new ("cut", cut_thread, &cut);
  g_usleep (G_USEC_PER_SEC / 5);
  g_assert_true (quarry_library_remove (library, bees, NULL, NULL));
  g_rec_mutex_unlock (&library->write_lock);
  g_thread_join (thread);
  g_assert_error (cut.error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&cut.error);
  g_assert_cmpint (id_of (library, bees), ==, 0);
  assert_sound (library);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  LIBRARY_TEST ("taken-out/mail/meanwhile", test_taken_out_mail_meanwhile);
  LIBRARY_TEST ("taken-out/twin/meanwhile", test_taken_out_twin_meanwhile);
  LIBRARY_TEST ("taken-out/elsewhere", test_taken_out_elsewhere);
  LIBRARY_TEST ("taken-out/elsewhere/named", test_named_taken_out_elsewhere);
  LIBRARY_TEST ("taken-out/while-cut", test_taken_out_while_cut);
  LIBRARY_TEST ("stored-elsewhere", test_stored_elsewhere);

  return g_test_run ();
}
