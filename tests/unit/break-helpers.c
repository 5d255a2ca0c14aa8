/* break-helpers.c: imports that end before their time, item by item
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "break-helpers.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>

#include "core/library/import/quarry-prepared.h"
#include "core/library/quarry-library-write-private.h"
#include "core/store/quarry-store-private.h"

char *
write_crate (LibraryFixture *fixture, const char *first, const char *second, const char *third)
{
  char *path = g_build_filename (fixture->sources, "crate.txt", NULL);
  g_autofree char *lines = g_strdup_printf ("%s\n%s\n%s\n", first, second, third);
  g_autofree char *contents = g_strdup_printf ("%-300s\n", lines);
  const struct timespec times[2] = { { 1000000000, 5 }, { 1000000000, 5 } };

  g_assert_true (g_file_set_contents (path, contents, -1, NULL));
  g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
  return path;
}

gint64
id_inside (QuarryLibrary *library, const char *path, const char *place)
{
  g_autofree char *whole = *place != '\0' ? g_strconcat (path, "/", place, NULL) : g_strdup (path);
  QuarryStore *connection = quarry_library_borrow (library, NULL);
  g_autoptr (QuarryDocumentRecord) record = quarry_store_find_document (connection, whole, NULL);

  quarry_library_give_back (library, connection);
  return record != NULL ? record->id : 0;
}

void
write_items (QuarryLibrary *library, QuarryImportItem *const *items, guint n, gboolean together)
{
  const char *const none[] = { NULL };
  g_autoptr (QuarryImport) import = quarry_import_new (library, none);
  g_autoptr (GHashTable) lost = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) passed_over = g_hash_table_new (g_str_hash, g_str_equal);
  QuarryImportPipeline pipeline
      = { .library = library, .import = import, .lost = lost, .passed_over = passed_over };

  for (guint i = 0; i < (together ? 1 : n); i++)
    quarry_import_write_items (&pipeline, items + i, together ? n : 1);
  for (guint i = 0; i < n; i++)
    quarry_import_item_free (items[i]);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

void
write_item (QuarryLibrary *library, QuarryImportItem *item)
{
  write_items (library, &item, 1, FALSE);
}

void
execute (QuarryLibrary *library, const char *sql)
{
  g_assert_cmpint (sqlite3_exec (quarry_store_get_handle (library->writer), sql, NULL, NULL, NULL), ==,
                   SQLITE_OK);
}

void
refuse_documents (QuarryLibrary *library, const char *name)
{
  g_autofree char *sql = g_strdup_printf ("CREATE TEMP TRIGGER refused BEFORE INSERT ON documents"
                                          " WHEN instr (CAST (new.path AS TEXT), '%s') > 0"
                                          " BEGIN SELECT RAISE (ABORT, 'refused'); END", name);

  execute (library, sql);
}

gboolean
has_pictures (QuarryLibrary *library, const char *path)
{
  QuarryStore *connection = quarry_library_borrow (library, NULL);
  gboolean has = quarry_store_has_pictures (connection, path);

  quarry_library_give_back (library, connection);
  return has;
}

QuarryImportItem *
item_of (QuarryLibrary *library, const char *path, const char *text)
{
  QuarryImportItem *item = quarry_import_item_new (path);
  QuarryDocumentRecord *record = g_new0 (QuarryDocumentRecord, 1);
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  g_autoptr (QuarryDocument) document = NULL;

  quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, text, -1);
  document = quarry_document_builder_end (builder);
  record->path = g_strdup (path);
  record->size = item->size = 7;
  record->content_hash = g_strdup (text);
  item->bytes = strlen (text);
  item->prepared = quarry_library_prepare (library, record, document, QUARRY_GRANULARITY_DEFAULT);
  g_assert_true (quarry_prepared_begin (item->prepared));
  return item;
}

QuarryImportItem *
end_of (const char *path, const char *inside)
{
  QuarryImportItem *item = quarry_import_item_new (path);

  item->kind = ITEM_END;
  item->size = 7;
  item->kept = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_hash_table_add (item->kept, g_strdup (inside));
  return item;
}
