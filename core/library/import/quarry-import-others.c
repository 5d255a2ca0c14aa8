/* quarry-import-others.c: what other processes do to the library while an import runs
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What this process does meanwhile its imports are told (quarry_imports_take_out()). All with the writer's lock held.
 */
#include "core/files/quarry-path.h"
#include "core/library/import/quarry-folders-private.h"
#include "core/library/import/quarry-import-pipeline-private.h"
#include "core/library/import/quarry-taken-out-private.h"

#include <string.h>

void
quarry_import_remember_library (QuarryImportPipeline *pipeline)
{
  QuarryStore *store;

  /* Of a library that can only be read nothing comes. */
  if (pipeline->library->writer == NULL)
    return;
  store = pipeline->library->writer->store;
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
         && quarry_store_get_data_version (pipeline->library->writer->store) != pipeline->data_version;
}

static gboolean
has (GPtrArray *paths, const char *path)
{
  return g_ptr_array_find_with_equal_func (paths, path, g_str_equal, NULL);
}

/* Whether what the item was read anew for is there no more, nor anything else of the file. What was inside a file may
 * have been taken out for what it said: what it says now stays where others of the file do. */
static gboolean
has_gone (QuarryStore *store, const QuarryImportItem *item)
{
  g_autofree char *file = NULL;
  g_autoptr (QuarryDocumentRecord) known = NULL;
  g_autoptr (GPtrArray) documents = NULL;

  /* What a file's end knew may have been replaced by a part of it. */
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

/* Whether what the item is was taken out of the file that it is inside of, whatever its place there is now. What had been
 * before has been left out where the file was read; this may be one that says the same. */
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
  QuarryStore *store = pipeline->library->writer->store;
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
  there = quarry_store_find_document (pipeline->library->writer->store, item->path, NULL);
  return there != NULL && there->id != item->known && there->size == record->size
         && there->modified_ns == record->modified_ns && g_strcmp0 (there->content_hash, record->content_hash) == 0;
}
