/* quarry-import-others.c: what other processes did to the library while an import ran
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * (Changes by this process are announced to its imports by quarry_imports_take_out().) An import must not put back
 * what another process has removed meanwhile. All functions are called with write_lock held.
 */
#include "core/files/quarry-path.h"
#include "core/library/import/quarry-folders-private.h"
#include "core/library/import/quarry-import-pipeline-private.h"
#include "core/library/import/quarry-taken-out-private.h"

void
quarry_import_remember_library (QuarryImportPipeline *pipeline)
{
  QuarryStore *store;

  /* Nothing can be imported into a library opened for reading. */
  if (pipeline->library->writer == NULL)
    return;
  store = pipeline->library->writer;
  pipeline->data_version = quarry_store_get_data_version (store);
  pipeline->roots_then = quarry_library_list_roots (store);
  pipeline->taken_out_then = quarry_library_list_taken_out (store);
  pipeline->taken_parts_then = quarry_library_list_taken_parts (store);
}

void
quarry_import_forget_library (QuarryImportPipeline *pipeline)
{
  g_clear_pointer (&pipeline->roots_then, g_ptr_array_unref);
  g_clear_pointer (&pipeline->taken_out_then, g_ptr_array_unref);
  g_clear_pointer (&pipeline->taken_parts_then, g_ptr_array_unref);
}

gboolean
quarry_import_others_wrote (QuarryImportPipeline *pipeline)
{
  return pipeline->roots_then != NULL
         && quarry_store_get_data_version (pipeline->library->writer) != pipeline->data_version;
}

static gboolean
has (GPtrArray *paths, const char *path)
{
  return g_ptr_array_find_with_equal_func (paths, path, g_str_equal, NULL);
}

/* Whether the document that the item is to replace no longer exists, and the file has no other document. A changed
 * part counts as removed only if the whole file has no document left: the part's old text may have been what somebody
 * wanted to remove, and its new text is something else. */
static gboolean
has_gone (QuarryStore *store, const QuarryImportItem *item)
{
  g_autofree char *file = NULL;
  g_autoptr (QuarryDocumentRecord) known = NULL;
  g_autoptr (GPtrArray) documents = NULL;

  /* Of an ITEM_END this cannot be told: a part read meanwhile may have replaced that document. */
  if (item->known == 0 || item->kind == ITEM_END)
    return FALSE;
  known = quarry_store_get_document (store, item->known, NULL);
  if (known != NULL)
    return FALSE;
  file = item->is_changed ? quarry_path_outer (item->path) : g_strdup (item->path);
  documents = quarry_store_list_documents (store, file, FALSE, 1, NULL);
  return documents != NULL && documents->len == 0;
}

static guint
count (const GPtrArray *parts, const char *file, const char *hash)
{
  g_autoptr (GHashTable) hashes = quarry_taken_parts_of (parts, file);

  return hashes != NULL ? GPOINTER_TO_UINT (g_hash_table_lookup (hashes, hash)) : 0;
}

/* Whether a part with the item's text has been removed since the import began, wherever it was in the file. Parts
 * removed earlier were left out when the file was read; an equal text found now is another copy, so the numbers of
 * equal parts are compared. */
static gboolean
is_taken_part (QuarryImportPipeline *pipeline, const QuarryImportItem *item, const GPtrArray *parts)
{
  const char *hash = item->prepared != NULL ? item->prepared->record->content_hash : NULL;
  g_autofree char *file = item->kind == ITEM_PART && hash != NULL ? quarry_path_outer (item->path) : NULL;

  return file != NULL && count (parts, file, hash) > count (pipeline->taken_parts_then, file, hash);
}

gboolean
quarry_import_others_took_out (QuarryImportPipeline *pipeline, const QuarryImportItem *item)
{
  const char *path = item->path;
  QuarryStore *store = pipeline->library->writer;
  g_autoptr (GPtrArray) roots = quarry_library_list_roots (store);
  g_autoptr (GPtrArray) taken_out = quarry_library_list_taken_out (store);
  g_autoptr (GPtrArray) parts = quarry_library_list_taken_parts (store);
  const char *root = quarry_roots_find (pipeline->roots_then, path);
  gboolean is_out = (root != NULL && !has (roots, root)) || has_gone (store, item) || is_taken_part (pipeline, item, parts);

  for (guint i = 0; i < taken_out->len && !is_out; i++)
    is_out = quarry_path_is_below (path, taken_out->pdata[i]) && !has (pipeline->taken_out_then, taken_out->pdata[i])
             && !quarry_taken_parts_has (parts, taken_out->pdata[i]);
  return is_out;
}

gboolean
quarry_import_others_stored (QuarryImportPipeline *pipeline, const QuarryImportItem *item)
{
  const QuarryDocumentRecord *record = item->prepared != NULL ? item->prepared->record : NULL;
  g_autoptr (QuarryDocumentRecord) there = NULL;

  if (item->kind != ITEM_FILE || record == NULL || item->recognize)
    return FALSE;
  there = quarry_store_find_document (pipeline->library->writer, item->path, NULL);
  return there != NULL && there->id != item->known && there->size == record->size
         && there->modified_ns == record->modified_ns && g_strcmp0 (there->content_hash, record->content_hash) == 0;
}
