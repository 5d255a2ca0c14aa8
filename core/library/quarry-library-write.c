/* quarry-library-write.c: adds documents to the library and removes them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A document is in the library wholly or not at all. Its texts go into the database in one transaction. What the
 * indexes hold of it is added before the transaction ends, and is removed again if that fails. Searches ignore
 * passages in the indexes that their view of the database does not have.
 */
#include "quarry-config.h"

#include "core/files/quarry-path.h"
#include "core/library/import/quarry-folders-private.h"
#include "core/library/import/quarry-follow-private.h"
#include "core/library/import/quarry-import-pipeline-private.h"
#include "core/library/import/quarry-prepared.h"
#include "core/library/import/quarry-taken-out-private.h"
#include "core/library/quarry-library-indexes-private.h"
#include "core/library/quarry-library-private.h"
#include "core/library/quarry-library-write-private.h"
#include "core/library/quarry-nearness.h"
#include "core/library/quarry-vector-write-private.h"
#include "core/library/search/quarry-opened-private.h"
#include "core/mapping/quarry-mapping.h"

#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>

/* The beginning of the day on which a message was sent, or 0. */
static gint64
date_of_message (QuarryDocument *document)
{
  const char *type = quarry_document_get_metadata (document, "mime-type");
  const char *sent = quarry_document_get_metadata (document, "created");
  g_autoptr (GDateTime) date = NULL;
  int year, month, day;

  if (sent == NULL || (g_strcmp0 (type, "message/rfc822") != 0 && g_strcmp0 (type, "application/vnd.ms-outlook") != 0)
      || sscanf (sent, "%4d-%2d-%2d", &year, &month, &day) < 3)
    return 0;
  date = g_date_time_new_local (year, month, day, 0, 0, 0);
  /* Nanoseconds in 64 bits reach from 1677 to 2262. */
  if (date == NULL || year < 1678 || year > 2261)
    return 0;
  return g_date_time_to_unix (date) * 1000 * 1000 * 1000;
}

QuarryPrepared *
quarry_library_prepare (QuarryLibrary *self,
                        QuarryDocumentRecord *record,
                        QuarryDocument *document,
                        double granularity)
{
  g_autoptr (QuarryIndexes) indexes = quarry_library_current_indexes (self);

  g_free (record->title);
  record->title = g_strdup (quarry_document_get_title (document));
  g_free (record->mime_type);
  record->mime_type = g_strdup (quarry_document_get_metadata (document, "mime-type"));
  g_free (record->author);
  record->author = g_strdup (quarry_document_get_metadata (document, "author"));
  g_free (record->keywords);
  record->keywords = g_strdup (quarry_document_get_metadata (document, "keywords"));
  g_free (record->language);
  record->language = g_strdup (quarry_document_get_metadata (document, "language"));
  record->dated_ns = date_of_message (document);
  record->granularity = granularity;

  return quarry_prepared_new (self->embedder, indexes, record, document);
}

/* @words: of the passages, as QuarryCutStretch has them; NULL: not known. */
static void
index_passages (QuarryLibrary *self, const QuarryDocumentRecord *record, GPtrArray *passages, const GArray *words)
{
  g_autoptr (QuarryIndexes) indexes = quarry_library_current_indexes (self);
  g_autofree char *title = quarry_indexed_title (record);

  for (guint i = 0; i < passages->len; i++)
    {
      const QuarryPassageRecord *passage = passages->pdata[i];
      const QuarryPartWords *known = words != NULL ? &g_array_index (words, QuarryPartWords, i) : NULL;
      g_autofree char *heading = quarry_indexed_heading (passage, record);

      quarry_lexical_index_add_broken (indexes->words, (guint32) passage->id, title, heading, passage->text,
                                       known != NULL && known->words != NULL ? known : NULL,
                                       quarry_indexed_language (passage, record->language));
    }
}

static void
take_passages_from_index (QuarryLibrary *self, const QuarryDocumentRecord *record, GPtrArray *passages)
{
  g_autoptr (QuarryIndexes) indexes = quarry_library_current_indexes (self);
  g_autofree char *title = quarry_indexed_title (record);

  for (guint i = 0; i < passages->len; i++)
    {
      const QuarryPassageRecord *passage = passages->pdata[i];
      g_autofree char *heading = quarry_indexed_heading (passage, record);

      quarry_lexical_index_remove (indexes->words, (guint32) passage->id, title, heading, passage->text);
    }
}

/* Removes a document, within a transaction. The ids of its passages are added to @gone and, unless @texts is NULL, to
 * @texts, by their texts. */
static gboolean
take_out (QuarryLibrary *self,
          const QuarryDocumentRecord *record,
          GArray *gone,
          GHashTable *texts,
          GError **error)
{
  QuarryStore *store = self->writer;
  g_autoptr (GPtrArray) passages = quarry_store_list_passages (store, record->id, error);

  if (passages == NULL)
    return FALSE;
  take_passages_from_index (self, record, passages);
  for (guint i = 0; i < passages->len; i++)
    {
      QuarryPassageRecord *passage = passages->pdata[i];

      g_array_append_val (gone, passage->id);
      if (texts != NULL)
        g_hash_table_insert (texts, g_strdup (passage->text), GSIZE_TO_POINTER ((gsize) passage->id));
    }

  return quarry_store_remove_document (store, record->id, error);
}

gboolean
quarry_library_take_out (QuarryLibrary *self,
                         const QuarryDocumentRecord *record,
                         GArray *gone,
                         GError **error)
{
  return take_out (self, record, gone, NULL, error);
}

/* Rolls back a write that has already changed the word index, and makes the index agree with the database again. */
static void
roll_back (QuarryLibrary *self)
{
  g_rec_mutex_lock (&self->write_lock);
  quarry_library_end_write (self, FALSE, NULL);
  quarry_library_restore_words (self);
  g_rec_mutex_unlock (&self->write_lock);
}

gboolean
quarry_library_end_taking_out (QuarryLibrary *self, gboolean done, GArray *gone, GError **error)
{
  QuarryVectorWrite write;

  if (!done)
    {
      roll_back (self);
      return FALSE;
    }
  quarry_vector_write_begin (self, &write);
  return quarry_vector_write_end (self, &write, TRUE, gone, error);
}

/* Stores the document's passages stretch by stretch, as they are cut. */
static gboolean
put_stretches (QuarryLibrary *self,
               QuarryVectorWrite *write,
               QuarryPrepared *prepared,
               GHashTable *texts,
               GError **error)
{
  QuarryStore *store = self->writer;
  g_autoptr (GArray) segments = g_array_new (FALSE, FALSE, sizeof (QuarrySpan));
  gboolean is_first = TRUE;
  GError *local = NULL;

  for (;;)
    {
      g_autoptr (QuarryStretch) stretch = quarry_prepared_take (prepared, &local);

      if (stretch == NULL)
        break;
      g_array_append_vals (segments, stretch->cut->segments->data, stretch->cut->segments->len);
      if (!(is_first ? quarry_store_add_document : quarry_store_extend_document) (
              store, prepared->record, prepared->document,
              (const QuarrySpan *) (gpointer) segments->data, segments->len, stretch->passages, &local))
        break;
      is_first = FALSE;
      index_passages (self, prepared->record, stretch->passages, stretch->cut->words);
      quarry_vector_write_add (self, write, prepared, stretch, texts);
      quarry_library_spare_memory (self, write->indexes);
    }
  quarry_prepared_give_up (prepared);
  if (local != NULL)
    g_propagate_error (error, local);
  return local == NULL;
}

/* Checks that everything read meanwhile was really there: the model, and the text, which may be mapped from a file in
 * the library's folder. */
static gboolean
check_read (QuarryLibrary *self, QuarryDocument *document, GError **error)
{
  g_autofree char *shown = g_filename_display_name (self->folder);

  if (!quarry_mapping_is_damaged (quarry_document_get_text (document, NULL)))
    return quarry_embedder_check (self->embedder, error);
  g_set_error (error, QUARRY_STORE_ERROR, QUARRY_STORE_ERROR_FAILED,
               _ ("“%s” cannot be read or written: %s. Check the disk it is on."), shown, g_strerror (EIO));
  return FALSE;
}

/* Stores that its pictures wait to be read, and that only a part of it could be read. Without these notes nobody
 * would read the file again. */
static gboolean
put_notes (QuarryStore *store, const QuarryPrepared *prepared, GError **error)
{
  const QuarryDocumentRecord *record = prepared->record;
  const QuarryFailureRecord failure = { .path = record->path, .skipped = TRUE, .reason = prepared->flaw,
                                        .size = record->size, .modified_ns = record->modified_ns };

  return ((!prepared->has_pictures && !prepared->is_recognized)
          || quarry_store_mark_pictures (store, record->path, prepared->has_pictures, error))
         && (prepared->flaw == NULL || quarry_store_record_failure (store, &failure, error));
}

/* A document that is only segmented anew may have been removed meanwhile; then it must not be added back. */
static gboolean
check_is_there (const QuarryPrepared *prepared, GPtrArray *old, GError **error)
{
  if (!prepared->is_alone)
    return TRUE;
  for (guint i = 0; i < old->len; i++)
    if (((const QuarryDocumentRecord *) old->pdata[i])->id == prepared->record->id)
      return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("The document is no longer in the library."));
  return FALSE;
}

/* Stores one document, within a transaction; the ids of passages that it replaces are added to @gone. */
static gboolean
put_one (QuarryLibrary *self, QuarryVectorWrite *write, QuarryPrepared *prepared, GArray *gone, GError **error)
{
  QuarryStore *store = self->writer;
  g_autoptr (GHashTable) texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) old = quarry_store_list_documents (store, prepared->record->path, FALSE,
                                                           prepared->is_inside ? 1 : 0, error);

  if (old == NULL || !check_is_there (prepared, old, error))
    return FALSE;
  for (guint i = 0; i < old->len; i++)
    {
      const QuarryDocumentRecord *record = old->pdata[i];

      if ((!prepared->is_inside || strcmp (record->path, prepared->record->path) == 0)
          && !take_out (self, record, gone, texts, error))
        return FALSE;
    }
  return (prepared->is_inside || quarry_store_clear_failures (store, prepared->record->path, error))
         && put_stretches (self, write, prepared, texts, error) && put_notes (store, prepared, error)
         && check_read (self, prepared->document, error);
}

gboolean
quarry_library_put_all (QuarryLibrary *self, QuarryPrepared *const *prepared, guint n, GError **error)
{
  QuarryStore *writer = quarry_library_begin_write (self, error);
  g_autoptr (GArray) gone = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_autoptr (GError) local = NULL;
  QuarryVectorWrite write;

  if (writer != NULL)
    {
      quarry_vector_write_begin (self, &write);
      for (guint i = 0; i < n && local == NULL; i++)
        put_one (self, &write, prepared[i], gone, &local);
    }
  /* If something failed, the threads that still cut them stop. */
  for (guint i = 0; i < n; i++)
    quarry_prepared_give_up (prepared[i]);
  if (writer == NULL)
    return FALSE;
  if (local == NULL)
    return quarry_vector_write_end (self, &write, TRUE, gone, error);

  quarry_vector_write_end (self, &write, FALSE, gone, NULL);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

gboolean
quarry_library_put (QuarryLibrary *self, QuarryPrepared *prepared, GError **error)
{
  return quarry_library_put_all (self, &prepared, 1, error);
}

/* Gives passages of a renamed document new ids; @gone gets the old ones. Their vectors are kept. */
static gboolean
renumber_passages (
    QuarryLibrary *self, QuarryVectorWrite *write, GPtrArray *passages, gint64 document, GArray *gone, GError **error)
{
  QuarryStore *store = self->writer;
  g_autofree float *vector = g_new (float, quarry_embedder_get_dims (self->embedder));
  g_autoptr (GArray) old = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < passages->len; i++)
    g_array_append_val (old, ((const QuarryPassageRecord *) passages->pdata[i])->id);
  g_array_append_vals (gone, old->data, old->len);
  if (!quarry_store_renumber_passages (store, document, passages, error)
      || !quarry_opened_renumber (store, (const gint64 *) (gpointer) old->data, passages, error))
    return FALSE;
  for (guint i = 0; i < passages->len; i++)
    {
      const QuarryPassageRecord *passage = passages->pdata[i];
      guint32 slot = (guint32) passage->id;

      if (!quarry_vector_index_get (write->indexes->vectors, (guint32) g_array_index (old, gint64, i), vector))
        quarry_embedder_embed (self->embedder, write->indexes->weights, passage->text, -1, vector);
      quarry_vector_index_add (write->indexes->vectors, slot, vector);
      g_array_append_val (write->added, slot);
    }
  return quarry_embedder_check (self->embedder, error);
}

/* Renames a document, within a transaction; the ids of passages that get new ones are added to @gone. */
static gboolean
rename_record (QuarryLibrary *self,
               QuarryVectorWrite *write,
               QuarryDocumentRecord *record,
               const QuarryMove *move,
               GArray *gone,
               GError **error)
{
  QuarryStore *store = self->writer;
  gboolean is_titled = record->title != NULL && *record->title != '\0';
  g_autofree char *name_before = quarry_indexed_name (record->path, record->title);
  g_autofree char *name = quarry_indexed_name (move->path, record->title);
  g_autoptr (GPtrArray) passages = NULL;

  if (!quarry_store_update_file (store, record->id, move->path, move->size, move->modified_ns, move->changed_ns, error))
    return FALSE;
  if (strcmp (name_before, name) == 0)
    return TRUE;

  /* The words have to be indexed again, the file name being among them; where the document has a title, only among those
   * of its first passage. The passages get new ids, because by these other processes see what has changed. */
  passages = is_titled ? quarry_store_list_first_passages (store, record->id, 1, error)
                       : quarry_store_list_passages (store, record->id, error);
  if (passages == NULL)
    return FALSE;
  take_passages_from_index (self, record, passages);
  g_free (record->path);
  record->path = g_strdup (move->path);
  if (!renumber_passages (self, write, passages, record->id, gone, error))
    return FALSE;
  index_passages (self, record, passages, NULL);
  return TRUE;
}

/* Notes one move, within a transaction; the ids of passages that are removed are added to @gone. */
static gboolean
move_one (QuarryLibrary *self, QuarryVectorWrite *write, const QuarryMove *move, GArray *gone, GError **error)
{
  QuarryStore *store = self->writer;
  g_autoptr (GError) local = NULL;
  g_autoptr (QuarryDocumentRecord) record = quarry_store_get_document (store, move->document, &local);
  g_autoptr (QuarryDocumentRecord) there = NULL;

  if (record == NULL)
    {
      if (local == NULL)
        g_set_error_literal (&local, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("The document is no longer in the library."));
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  there = quarry_store_find_document (store, move->path, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  return (there == NULL || there->id == record->id || take_out (self, there, gone, NULL, error))
         && rename_record (self, write, record, move, gone, error)
         && quarry_store_clear_failure (store, move->path, error);
}

gboolean
quarry_library_move_all (QuarryLibrary *self, const QuarryMove *moves, guint n, GError **error)
{
  QuarryStore *writer = quarry_library_begin_write (self, error);
  g_autoptr (GArray) gone = g_array_new (FALSE, FALSE, sizeof (gint64));
  QuarryVectorWrite write;
  gboolean done = TRUE;

  if (writer == NULL)
    return FALSE;
  quarry_vector_write_begin (self, &write);
  for (guint i = 0; i < n && done; i++)
    done = move_one (self, &write, &moves[i], gone, error);
  return quarry_vector_write_end (self, &write, done, gone, done ? error : NULL);
}

/* Updates the failure recorded for the file at @path. It stays if it was recorded when @record, the document there
 * (NULL: none), was stored, and says that only a part could be read; it gets the file's new size and time. Any other
 * failure is about an earlier state of the file, and is removed. */
static gboolean
settle_failure (QuarryStore *store,
                const char *path,
                const QuarryDocumentRecord *record,
                gint64 size,
                gint64 modified_ns,
                GError **error)
{
  g_autoptr (QuarryFailureRecord) failure = quarry_store_find_failure (store, path, NULL);

  if (failure == NULL)
    return TRUE;
  if (!failure->skipped || record == NULL || failure->size != record->size
      || failure->modified_ns != record->modified_ns)
    return quarry_store_clear_failure (store, path, error);
  failure->size = size;
  failure->modified_ns = modified_ns;
  return quarry_store_record_failure (store, failure, error);
}

gboolean
quarry_library_settle (QuarryLibrary *self,
                       const char *path,
                       GHashTable *kept,
                       gint64 size,
                       gint64 modified_ns,
                       gint64 changed_ns,
                       gboolean has_pictures,
                       GError **error)
{
  QuarryStore *writer = quarry_library_begin_write (self, error);
  g_autoptr (GPtrArray) records = NULL;
  g_autoptr (GArray) gone = g_array_new (FALSE, FALSE, sizeof (gint64));
  const QuarryDocumentRecord *own = NULL;
  gboolean done;

  if (writer == NULL)
    return FALSE;
  records = quarry_store_list_documents (writer, path, FALSE, 0, error);
  done = records != NULL;
  for (guint i = 0; done && i < records->len; i++)
    {
      QuarryDocumentRecord *record = records->pdata[i];

      if (strcmp (record->path, path) == 0)
        own = record;
      if (!g_hash_table_contains (kept, record->path))
        done = quarry_library_take_out (self, record, gone, error);
      else if (record->size != size || record->modified_ns != modified_ns || record->changed_ns != changed_ns)
        done = quarry_store_update_file (writer, record->id, record->path, size, modified_ns,
                                         changed_ns, error);
    }
  done = done && settle_failure (writer, path, own, size, modified_ns, error);
  if (!done || (has_pictures && !quarry_store_mark_pictures (writer, path, TRUE, error)))
    {
      roll_back (self);
      return FALSE;
    }
  return quarry_library_end_taking_out (self, TRUE, gone, error);
}

/* Removes all documents at or below a path. @resolved: @absolute without symbolic links, which is tried where nothing
 * is found at @absolute. (transfer full): of QuarryDocumentRecord, those removed; NULL on error */
static GPtrArray *
remove_below (QuarryLibrary *self, const char *absolute, const char *resolved, GError **error)
{
  QuarryStore *writer = quarry_library_begin_write (self, error);
  g_autoptr (GPtrArray) records = NULL;
  g_autoptr (GArray) gone = g_array_new (FALSE, FALSE, sizeof (gint64));
  gboolean done = TRUE;

  if (writer == NULL)
    return NULL;

  records = quarry_store_list_documents (writer, absolute, FALSE, 0, error);
  done = records != NULL && quarry_store_clear_failures (writer, absolute, error);
  if (done && records->len == 0)
    {
      g_ptr_array_unref (records);
      records = quarry_store_list_documents (writer, resolved, FALSE, 0, error);
      done = records != NULL && quarry_store_clear_failures (writer, resolved, error);
    }
  for (guint i = 0; done && i < records->len; i++)
    done = quarry_library_take_out (self, records->pdata[i], gone, error);
  done = done && quarry_library_forget_roots (writer, resolved, error)
         && quarry_library_remember_taken_out (writer, resolved, records, error);
  if (!done)
    {
      roll_back (self);
      return NULL;
    }
  return quarry_library_end_taking_out (self, TRUE, gone, error) ? g_steal_pointer (&records) : NULL;
}

gboolean
quarry_library_remove (QuarryLibrary *self, const char *path, guint *n_removed, GError **error)
{
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  g_autofree char *resolved = quarry_path_resolve (absolute);
  g_autoptr (GPtrArray) records = NULL;

  /* With the lock held, an import that has read one of the files and waits to write it cannot put it back. */
  g_rec_mutex_lock (&self->write_lock);
  records = remove_below (self, absolute, resolved, error);
  if (records != NULL)
    {
      quarry_imports_take_out (self, absolute, records);
      quarry_imports_take_out (self, resolved, records);
    }
  g_rec_mutex_unlock (&self->write_lock);
  if (records != NULL && self->follow != NULL)
    quarry_follow_reload (self->follow);
  if (n_removed != NULL)
    *n_removed = records != NULL ? records->len : 0;

  return records != NULL;
}

gboolean
quarry_library_set_granularity (QuarryLibrary *self,
                                gint64 id,
                                double granularity,
                                gint64 *new_document,
                                GCancellable *cancellable,
                                GError **error)
{
  /* Held from the beginning: if somebody removed the document or stored it anew meanwhile, what is read here would
   * replace that. */
  G_GNUC_UNUSED g_autoptr (GRecMutexLocker) locker = g_rec_mutex_locker_new (&self->write_lock);
  QuarryStore *reader = quarry_library_borrow (self, error);
  g_autoptr (QuarryDocumentRecord) record = NULL;
  g_autoptr (QuarryDocument) document = NULL;
  g_autoptr (QuarryPrepared) prepared = NULL;
  g_autoptr (QuarryFailureRecord) failure = NULL;
  g_autoptr (GError) local = NULL;
  gboolean has_pictures = FALSE;

  if (reader == NULL)
    return FALSE;
  record = quarry_store_get_document (reader, id, &local);
  if (record != NULL)
    {
      document = quarry_store_load_document (reader, id, &local);
      has_pictures = quarry_store_has_pictures (reader, record->path);
      failure = quarry_store_find_failure (reader, record->path, NULL);
    }
  quarry_library_give_back (self, reader);

  if (document == NULL)
    {
      if (local != NULL)
        g_propagate_error (error, g_steal_pointer (&local));
      else
        g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                             _("The document is no longer in the library."));
      return FALSE;
    }
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;

  prepared = quarry_library_prepare (self, g_steal_pointer (&record), document, granularity);
  prepared->is_inside = TRUE; /* documents inside its file stay */
  prepared->is_alone = TRUE;
  /* The text stays, and so do the notes about it. */
  prepared->has_pictures = has_pictures;
  if (failure != NULL && failure->skipped)
    prepared->flaw = g_steal_pointer (&failure->reason);
  if (!quarry_library_put (self, prepared, error))
    return FALSE;
  *new_document = prepared->record->id;

  return TRUE;
}

/* --- Documents without files ------------------------------------------------------------------- */

gboolean
quarry_library_add_document (QuarryLibrary *self,
                             const char *path,
                             QuarryDocument *document,
                             GError **error)
{
  QuarryDocumentRecord *record = g_new0 (QuarryDocumentRecord, 1);
  g_autoptr (QuarryPrepared) prepared = NULL;

  record->path = g_strdup (path);
  record->content_hash = g_strdup ("");
  prepared = quarry_library_prepare (self, record, document, QUARRY_GRANULARITY_DEFAULT);

  return quarry_library_put (self, prepared, error);
}

gboolean
quarry_library_finish_adding (QuarryLibrary *self, GError **error)
{
  if (!quarry_library_reweigh (self, TRUE, error))
    return FALSE;
  quarry_library_measure_nearness (self);
  return TRUE;
}
