/* test-library-picture-breaks.c: text recognition that ends before its time, or whose text cannot be stored
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "break-helpers.h"

#include <glib/gstdio.h>

#include "core/library/import/quarry-folders-private.h"

/* The reader is cut off twice while it looks into a file's pictures. As the file was read without them before, the
 * pictures are given up, and all of the document stays. */
static void
test_cut_off_pictures (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *crate = write_crate (fixture, LAVA, TEA, ORCHID);
  const char *paths[] = { crate, NULL };
  g_autoptr (QuarryImport) import = quarry_import_new (library, paths);
  g_autoptr (QuarryByteGate) gate = quarry_byte_gate_new (1 << 20);
  g_autoptr (QuarryBoundedQueue) items
      = quarry_bounded_queue_new (8, NULL, (GDestroyNotify) quarry_import_item_free);
  g_autoptr (GHashTable) none = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (QuarryExtractor) recognizer = quarry_extractor_new (1, 0, 0);
  QuarryImportPipeline pipeline = { .library = library, .import = import, .items = items, .gate = gate,
                                    .named = none, .again = none, .lost = none, .passed_over = none,
                                    .claimed = none, .recognizer = recognizer };
  QuarryImportItem *item = quarry_import_item_new (crate);
  g_autoptr (QuarryDocumentRecord) record = NULL;
  QuarryStore *connection;
  gint64 orchid;

  import_paths (library, paths);
  orchid = id_inside (library, crate, "orchid.txt");
  g_free (write_crate (fixture, LAVA, "crash", ORCHID));
  connection = quarry_library_borrow (library, NULL);
  pipeline.mounts = quarry_library_mounts (connection);
  item->recognize = TRUE;
  item->is_told = TRUE;
  quarry_import_read_item (&pipeline, connection, item);
  quarry_library_give_back (library, connection);
  g_assert_cmpint (item->kind, ==, ITEM_END);
  quarry_bounded_queue_push (items, item);
  quarry_bounded_queue_close (items, FALSE);
  while ((item = quarry_bounded_queue_pop (items)) != NULL)
    {
      quarry_import_write_items (&pipeline, &item, 1);
      quarry_import_item_free (item);
    }
  quarry_mounts_free (pipeline.mounts);
  g_assert_cmpint (id_inside (library, crate, "orchid.txt"), ==, orchid);
  g_assert_cmpint (id_inside (library, crate, "tea.txt"), !=, 0);
  assert_sound (library);
  connection = quarry_library_borrow (library, NULL);
  record = quarry_store_get_document (connection, orchid, NULL);
  quarry_library_give_back (library, connection);
  g_assert_cmpint (record->size, >, 0);
}

/* Text that was recognized in pictures but could not be stored is recognized again. */
static void
test_pictures_refused (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  QuarryImportItem *item = item_of (library, "/scan.pdf", "Volcanoes pour lava.");

  item->has_pictures = item->prepared->has_pictures = TRUE;
  write_item (library, item);
  g_assert_true (has_pictures (library, "/scan.pdf"));

  refuse_documents (library, "scan");
  item = item_of (library, "/scan.pdf", "Volcanoes pour lava over basalt plains.");
  item->recognize = TRUE;
  write_item (library, item);
  g_assert_true (has_pictures (library, "/scan.pdf"));
  assert_best (library, "\"basalt\"", "");
  assert_best (library, "lava", "scan");
  assert_sound (library);

  execute (library, "DROP TRIGGER refused");
  item = item_of (library, "/scan.pdf", "Volcanoes pour lava over basalt plains.");
  item->recognize = item->prepared->is_recognized = TRUE;
  write_item (library, item);
  g_assert_false (has_pictures (library, "/scan.pdf"));
  assert_best (library, "\"basalt\"", "scan");
  assert_sound (library);
}

static void
look_again (QuarryLibrary *library)
{
  QuarryStore *writer = quarry_library_begin_write (library, NULL);

  g_assert_true (quarry_store_outdate_pictures (writer, NULL));
  g_assert_true (quarry_library_end_write (library, TRUE, NULL));
}

/* Pictures whose text is in the library are recognized again when another language is installed, and only then. */
static void
test_pictures_languages (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *english = g_build_filename (fixture->folder, "eng.traineddata", NULL);
  g_autofree char *german = g_build_filename (fixture->folder, "deu.traineddata", NULL);
  QuarryImportItem *item = item_of (library, "/scan.pdf", "Volcanoes pour lava.");

  g_setenv ("TESSDATA_PREFIX", fixture->folder, TRUE);
  g_assert_true (g_file_set_contents (english, "", 0, NULL));
  import_sources (fixture, library);
  item->recognize = item->prepared->is_recognized = TRUE;
  write_item (library, item);
  import_sources (fixture, library);
  g_assert_false (has_pictures (library, "/scan.pdf"));

  /* As if recognition were switched off for a while. */
  g_assert_cmpint (g_remove (english), ==, 0);
  import_sources (fixture, library);
  g_assert_true (g_file_set_contents (english, "", 0, NULL));
  import_sources (fixture, library);
  g_assert_false (has_pictures (library, "/scan.pdf"));

  g_assert_true (g_file_set_contents (german, "", 0, NULL));
  import_sources (fixture, library);
  g_assert_true (has_pictures (library, "/scan.pdf"));
  g_unsetenv ("TESSDATA_PREFIX");
  assert_sound (library);
}

/* The same for a document inside a file. */
static void
test_pictures_inside_refused (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  QuarryImportItem *item = item_of (library, "/box.zip/scan.pdf", "Volcanoes pour lava.");

  item->kind = ITEM_PART;
  write_item (library, item);
  item = end_of ("/box.zip", "/box.zip/scan.pdf");
  item->has_pictures = TRUE;
  write_item (library, item);
  g_assert_true (has_pictures (library, "/box.zip"));

  refuse_documents (library, "scan");
  {
    QuarryImportItem *items[] = { item_of (library, "/box.zip/scan.pdf", "Volcanoes pour lava over basalt plains."),
                                  end_of ("/box.zip", "/box.zip/scan.pdf") };

    items[0]->kind = ITEM_PART;
    items[0]->recognize = items[1]->recognize = TRUE;
    write_items (library, items, G_N_ELEMENTS (items), FALSE);
  }
  g_assert_true (has_pictures (library, "/box.zip"));
  assert_best (library, "lava", "scan");
  assert_sound (library);

  execute (library, "DROP TRIGGER refused");
  {
    QuarryImportItem *items[] = { item_of (library, "/box.zip/scan.pdf", "Volcanoes pour lava over basalt plains."),
                                  end_of ("/box.zip", "/box.zip/scan.pdf") };

    items[0]->kind = ITEM_PART;
    items[0]->recognize = items[1]->recognize = TRUE;
    write_items (library, items, G_N_ELEMENTS (items), FALSE);
  }
  g_assert_false (has_pictures (library, "/box.zip"));
  look_again (library);
  g_assert_true (has_pictures (library, "/box.zip"));
}

static void
wait_with_pictures (QuarryImportPipeline *pipeline, const char *path, QuarryImportStatus status)
{
  g_autoptr (QuarryImportItem) item = quarry_import_item_new (path);

  item->status = status;
  quarry_import_add_found (pipeline->import, 1);
  quarry_import_put_off_pictures (pipeline, item);
}

static guint
count_found (QuarryImport *import)
{
  QuarryImportProgress progress;

  quarry_import_get_progress (import, &progress);
  return (guint) progress.found;
}

/* An import reports every file that it counts, or stops counting it: if it was found twice, or was taken out while its
 * pictures waited. */
static void
test_pictures_counted (LibraryFixture *fixture, gconstpointer data)
{
  const char *const none[] = { NULL };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryImport) import = quarry_import_new (library, none);
  g_autoptr (QuarryImportItem) back = NULL;
  QuarryImportPipeline pipeline = { .library = library, .import = import };
  g_autoptr (GPtrArray) nothing = g_ptr_array_new ();
  QuarryImportProgress progress;

  g_ptr_array_add (library->imports_alive, import);
  wait_with_pictures (&pipeline, "/a/scan.pdf", QUARRY_IMPORT_SKIPPED);
  wait_with_pictures (&pipeline, "/a/scan.pdf", QUARRY_IMPORT_SKIPPED);
  wait_with_pictures (&pipeline, "/b/scan.pdf", QUARRY_IMPORT_SKIPPED);
  g_assert_cmpuint (count_found (import), ==, 2);
  g_assert_cmpuint (g_queue_get_length (&library->pictures), ==, 2);

  /* This file has been reported already. */
  wait_with_pictures (&pipeline, "/b/read.pdf", QUARRY_IMPORT_UNCHANGED);
  quarry_imports_take_out (library, "/b", nothing);
  g_assert_cmpuint (count_found (import), ==, 2);
  wait_with_pictures (&pipeline, "/b/later.pdf", QUARRY_IMPORT_SKIPPED);
  g_assert_cmpuint (count_found (import), ==, 2);
  g_assert_cmpuint (g_queue_get_length (&library->pictures), ==, 1);
  g_assert_cmpuint (g_hash_table_size (library->waiting_pictures), ==, 1);

  /* A file that comes back from reading is put off too, because other imports wait. */
  quarry_import_put_off (import);
  back = quarry_import_item_new ("/a/back.pdf");
  back->recognize = TRUE;
  quarry_import_give_back_pictures (&pipeline, back);
  quarry_import_get_progress (import, &progress);
  g_assert_cmpuint (progress.skipped, ==, 1);
  g_assert_cmpuint (g_queue_get_length (&library->pictures), ==, 2);

  g_ptr_array_remove (library->imports_alive, import);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

int
main (int argc, char **argv)
{
  gboolean is_set = g_setenv ("QUARRY_EXTRACT", QUARRY_BUILDDIR "/tests/unit/misbehaving-extract", TRUE);

  g_assert_true (is_set);
  g_test_init (&argc, &argv, NULL);

  LIBRARY_TEST ("cut-off/pictures", test_cut_off_pictures);
  LIBRARY_TEST ("pictures-counted", test_pictures_counted);
  LIBRARY_TEST ("pictures-refused", test_pictures_refused);
  LIBRARY_TEST ("pictures-languages", test_pictures_languages);
  LIBRARY_TEST ("pictures-refused/inside", test_pictures_inside_refused);

  return g_test_run ();
}
