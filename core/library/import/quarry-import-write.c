/* quarry-import-write.c: stores what the reading threads of an import found out
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/files/quarry-path.h"
#include "core/library/import/quarry-import-pipeline-private.h"
#include "core/library/import/quarry-prepared.h"
#include "core/library/quarry-library-write-private.h"

#include <glib/gi18n-lib.h>

/* A document with at most this much text shares a transaction with others. */
#define SMALL_BYTES (64u << 10)

/* Whether, after this error, no further document can be stored. */
static gboolean
is_fatal (const GError *error)
{
  return error->domain == QUARRY_STORE_ERROR && error->code != QUARRY_STORE_ERROR_FAILED;
}

static void
say_taken_out (QuarryImportItem *item)
{
  quarry_import_item_refuse (item, QUARRY_IMPORT_SKIPPED, g_strdup (_("It was taken out of the library meanwhile.")));
}

static gboolean
record_failure (QuarryLibrary *self, const QuarryImportItem *item, GError **error)
{
  QuarryStore *writer = quarry_library_begin_write (self, error);
  QuarryFailureRecord failure = {
    .path = item->path,
    .skipped = item->status != QUARRY_IMPORT_FAILED && !item->is_cut_off,
    .reason = item->reason,
    .size = item->size,
    .modified_ns = item->is_passing ? -1 : item->modified_ns,
  };

  if (writer == NULL)
    return FALSE;
  if (!quarry_store_record_failure (writer, &failure, error))
    {
      quarry_library_end_write (self, FALSE, NULL);
      return FALSE;
    }

  return quarry_library_end_write (self, TRUE, error);
}

/* Marks everything inside a file as unfinished until its end has been stored. Failures recorded for parts are dropped
 * here, and would not be found again if the file counted as unchanged after an interruption. */
static gboolean
begin_file (QuarryLibrary *self, const char *path, GError **error)
{
  QuarryStore *writer = quarry_library_begin_write (self, error);

  if (writer == NULL)
    return FALSE;
  if (!quarry_store_clear_failures (writer, path, error)
      || !quarry_store_outdate_files (writer, path, error))
    {
      quarry_library_end_write (self, FALSE, NULL);
      return FALSE;
    }

  return quarry_library_end_write (self, TRUE, error);
}

gboolean
quarry_import_mark_pictures (QuarryLibrary *self, const char *path, gboolean wait, GError **error)
{
  QuarryStore *writer = quarry_library_begin_write (self, error);

  if (writer == NULL)
    return FALSE;
  if (!quarry_store_mark_pictures (writer, path, wait, error))
    {
      quarry_library_end_write (self, FALSE, NULL);
      return FALSE;
    }

  return quarry_library_end_write (self, TRUE, error);
}

/* Stores that the documents are of the file as it is now; if the item does not list them, all that the library has of
 * it. */
static gboolean
settle (QuarryImportPipeline *pipeline, const QuarryImportItem *item, GError **error)
{
  QuarryLibrary *self = pipeline->library;
  GHashTableIter iter;
  gpointer path;
  g_autoptr (GHashTable) all = NULL;
  g_autoptr (GPtrArray) records = NULL;
  QuarryStore *reader;
  gboolean waits = item->has_pictures && !item->recognize;

  /* A skipped part's path may have been taken by another part; as the skipped one is not stored, a document at that
   * path is no longer in the file. */
  g_hash_table_iter_init (&iter, pipeline->passed_over);
  while (item->kept != NULL && g_hash_table_iter_next (&iter, &path, NULL))
    g_hash_table_remove (item->kept, path);
  if (item->kept != NULL)
    return quarry_library_settle (self, item->path, item->kept, item->size, item->modified_ns, item->changed_ns, waits,
                                  error);
  reader = quarry_library_borrow (self, error);
  if (reader == NULL)
    return FALSE;
  records = quarry_store_list_documents (reader, item->path, FALSE, 0, error);
  quarry_library_give_back (self, reader);
  if (records == NULL)
    return FALSE;
  all = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < records->len; i++)
    g_hash_table_add (all, ((QuarryDocumentRecord *) records->pdata[i])->path);
  return quarry_library_settle (self, item->path, all, item->size, item->modified_ns, item->changed_ns, waits, error);
}

/* Whether the file was read to its end and all parts were stored. Otherwise it has to be read again, and documents
 * that were not found may still be in it. */
static gboolean
is_whole (QuarryImportPipeline *pipeline, const QuarryImportItem *item)
{
  GHashTableIter iter;
  gpointer path;

  if (item->kept != NULL && item->is_passing)
    return FALSE;
  g_hash_table_iter_init (&iter, pipeline->lost);
  while (g_hash_table_iter_next (&iter, &path, NULL))
    if (quarry_path_is_below (path, item->path))
      return FALSE;
  return TRUE;
}

/* Notes that an item's document could not be stored or moved. FALSE where the import was cancelled, or ends because the
 * library cannot be written, which says nothing about the file. */
static gboolean
note_not_put (QuarryImportPipeline *pipeline, QuarryImportItem *item, GError **error)
{
  if (g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      quarry_import_give_back_pictures (pipeline, item);
      return FALSE;
    }
  if (is_fatal (*error))
    {
      quarry_import_fail (pipeline->import, g_steal_pointer (error));
      return FALSE;
    }
  if (item->kind == ITEM_PART)
    g_hash_table_add (pipeline->lost, g_strdup (item->path));
  /* The document that seemed to have moved has been removed. */
  if (item->moved != 0 && g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    {
      say_taken_out (item);
      item->is_known = TRUE;
    }
  else
    {
      quarry_import_item_refuse (item, QUARRY_IMPORT_FAILED, g_strdup ((*error)->message));
      /* The fault is the library's, not the file's, so the file is read again. */
      item->is_passing = TRUE;
      item->is_known = FALSE;
    }
  g_clear_error (error);
  return TRUE;
}

/* Completes an item after its document, if it has one, was stored or moved or failed to be, in which case @put_error
 * says why: stores everything else, and reports it. @put_error: (transfer full) */
static void
finish_item (QuarryImportPipeline *pipeline, QuarryImportItem *item, gboolean is_put, GError *put_error)
{
  QuarryLibrary *self = pipeline->library;
  g_autoptr (GError) error = put_error;
  guint n_passages = item->n_passages;
  gboolean marks;

  if (item->kind == ITEM_BEGIN)
    begin_file (self, item->path, &error);
  else if (item->prepared != NULL || item->moved != 0)
    {
      if (item->prepared != NULL)
        n_passages = item->prepared->record->n_passages;
      if (!is_put && !note_not_put (pipeline, item, &error))
        return;
      /* It was stored, but is incomplete; that is recorded with it. */
      if (is_put && item->prepared != NULL && item->prepared->flaw != NULL)
        {
          quarry_import_item_refuse (item, QUARRY_IMPORT_IMPORTED, g_strdup (item->prepared->flaw));
          item->is_known = TRUE;
        }
    }
  else if (item->kind == ITEM_END && is_whole (pipeline, item))
    settle (pipeline, item, &error);
  /* For documents and for ITEM_ENDs, whether pictures wait to be read has been stored with them. Text that was found
   * in pictures but could not be stored must be found again. */
  marks = item->kind == ITEM_FILE
              ? item->prepared == NULL && (item->recognize || item->has_pictures)
              : item->kind == ITEM_END && item->recognize && is_whole (pipeline, item);
  if (marks && error == NULL)
    quarry_import_mark_pictures (self, item->path, quarry_import_item_pictures_wait (item), &error);
  if (item->reason != NULL && error == NULL && !item->is_known)
    record_failure (self, item, &error);

  if ((item->kind == ITEM_FILE || item->kind == ITEM_END) && !item->is_told)
    quarry_import_report_item (pipeline, item, n_passages);
  /* What is left concerns the library, which can no longer be written: nothing more would be stored. */
  if (error != NULL)
    quarry_import_fail (pipeline->import, g_steal_pointer (&error));
}

gboolean
quarry_import_item_is_small (gconstpointer data)
{
  const QuarryImportItem *item = data;

  return (item->kind == ITEM_FILE || item->kind == ITEM_PART) && item->prepared != NULL
         && item->bytes <= SMALL_BYTES;
}

gboolean
quarry_import_item_has_moved (gconstpointer data)
{
  return ((const QuarryImportItem *) data)->moved != 0;
}

/* Stores the item's document in a transaction of its own, cutting it again from the beginning. */
static void
write_alone (QuarryImportPipeline *pipeline, QuarryImportItem *item)
{
  g_autoptr (QuarryPrepared) before = g_steal_pointer (&item->prepared);
  QuarryDocumentRecord *record = g_new0 (QuarryDocumentRecord, 1);
  GError *error = NULL;
  gboolean is_put;

  record->path = g_strdup (before->record->path);
  record->size = before->record->size;
  record->modified_ns = before->record->modified_ns;
  record->changed_ns = before->record->changed_ns;
  record->imported_at = before->record->imported_at;
  record->content_hash = g_strdup (before->record->content_hash);
  item->prepared = quarry_library_prepare (pipeline->library, record, before->document, before->record->granularity);
  item->prepared->is_inside = before->is_inside;
  item->prepared->has_pictures = before->has_pictures;
  item->prepared->is_recognized = before->is_recognized;
  item->prepared->flaw = g_strdup (before->flaw);
  is_put = quarry_library_put (pipeline->library, item->prepared, &error);
  finish_item (pipeline, item, is_put, error);
}

/* Skips an item because somebody removed it while it was being read. */
static void
pass_over (QuarryImportPipeline *pipeline, QuarryImportItem *item)
{
  if (item->kind == ITEM_PART)
    g_hash_table_add (pipeline->passed_over, g_strdup (item->path));
  say_taken_out (item);
  if ((item->kind == ITEM_FILE || item->kind == ITEM_END) && !item->is_told)
    quarry_import_report_item (pipeline, item, 0);
}

/* Skips an item because the library already has it in the same state. */
static void
leave (QuarryImportPipeline *pipeline, QuarryImportItem *item)
{
  quarry_prepared_give_up (item->prepared);
  item->status = QUARRY_IMPORT_UNCHANGED;
  quarry_import_report_item (pipeline, item, 0);
}

/* Stores the items' documents in one transaction; TRUE also where they have none. */
static gboolean
put_together (QuarryImportPipeline *pipeline, QuarryImportItem *const *items, guint n, GError **error)
{
  QuarryPrepared *prepared[QUARRY_IMPORT_MOST_TOGETHER];

  for (guint i = 0; i < n; i++)
    prepared[i] = items[i]->prepared;
  return prepared[0] == NULL || quarry_library_put_all (pipeline->library, prepared, n, error);
}

static gboolean
move_together (QuarryImportPipeline *pipeline, QuarryImportItem *const *items, guint n, GError **error)
{
  QuarryMove moves[QUARRY_IMPORT_MOST_TOGETHER];

  for (guint i = 0; i < n; i++)
    moves[i] = (QuarryMove) { items[i]->moved, items[i]->path, items[i]->kind == ITEM_PART ? -1 : items[i]->size,
                              items[i]->modified_ns, items[i]->changed_ns };
  return quarry_library_move_all (pipeline->library, moves, n, error);
}

static void
move_alone (QuarryImportPipeline *pipeline, QuarryImportItem *item)
{
  GError *error = NULL;
  gboolean is_put = move_together (pipeline, &item, 1, &error);

  finish_item (pipeline, item, is_put, error);
}

static void
write_items (QuarryImportPipeline *pipeline, QuarryImportItem *const *items, guint n)
{
  gboolean moves = items[0]->moved != 0;
  g_autoptr (GError) error = NULL;
  gboolean is_put;

  g_return_if_fail (n > 0 && n <= QUARRY_IMPORT_MOST_TOGETHER);

  is_put = (moves ? move_together : put_together) (pipeline, items, n, &error);
  /* A fault of one document must not affect the others. */
  if (n > 1 && error != NULL && !is_fatal (error))
    for (guint i = 0; i < n; i++)
      (moves ? move_alone : write_alone) (pipeline, items[i]);
  else
    for (guint i = 0; i < n; i++)
      finish_item (pipeline, items[i], is_put, error != NULL ? g_error_copy (error) : NULL);
}

static const char *
hash_of (const QuarryImportItem *item)
{
  return item->prepared != NULL ? item->prepared->record->content_hash : NULL;
}

void
quarry_import_write_items (QuarryImportPipeline *pipeline, QuarryImportItem *const *items, guint n)
{
  QuarryImportItem *left[QUARRY_IMPORT_MOST_TOGETHER];
  gboolean others_wrote;
  guint n_left = 0;
  GError *error = NULL;

  if (!quarry_library_has_room (pipeline->library, &error))
    {
      quarry_import_fail (pipeline->import, error);
      return;
    }
  /* With the lock held, nobody in this process removes anything between the check and the end. */
  g_rec_mutex_lock (&pipeline->library->write_lock);
  others_wrote = quarry_import_others_wrote (pipeline);
  for (guint i = 0; i < n; i++)
    if (quarry_import_is_taken_out (pipeline->import, items[i]->path, hash_of (items[i]))
        || (others_wrote && quarry_import_others_took_out (pipeline, items[i])))
      {
        /* Then what is inside it must not be stored either. */
        if (items[i]->kind == ITEM_BEGIN)
          quarry_import_take_out (pipeline->import, items[i]->path, NULL);
        pass_over (pipeline, items[i]);
      }
    else if (others_wrote && quarry_import_others_stored (pipeline, items[i]))
      leave (pipeline, items[i]);
    else
      left[n_left++] = items[i];
  if (n_left > 0)
    write_items (pipeline, left, n_left);
  g_rec_mutex_unlock (&pipeline->library->write_lock);
}

void
quarry_import_report_item (QuarryImportPipeline *pipeline, const QuarryImportItem *item, guint n_passages)
{
  quarry_import_report (pipeline->import,
                        quarry_import_result_new (item->path, item->status,
                                                  item->status == QUARRY_IMPORT_IMPORTED ? n_passages : 0,
                                                  item->reason),
                        (guint64) item->size, item->recognize ? 0 : item->work);
}
