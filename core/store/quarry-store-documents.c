/* quarry-store-documents.c: documents: adding, removing, finding and loading them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/store/quarry-store-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define RECORD_COLUMNS                                                                             \
  "id, path, title, mime_type, author, size, modified_ns, imported_at, content_hash, granularity," \
  " n_passages, language, changed_ns, dated_ns, keywords"

void
quarry_document_record_free (QuarryDocumentRecord *self)
{
  if (self == NULL)
    return;

  g_free (self->path);
  g_free (self->title);
  g_free (self->mime_type);
  g_free (self->author);
  g_free (self->keywords);
  g_free (self->language);
  g_free (self->content_hash);
  g_free (self);
}

static QuarryDocumentRecord *
read_record (QuarryStatement *statement)
{
  QuarryDocumentRecord *record = g_new0 (QuarryDocumentRecord, 1);
  sqlite3_stmt *stmt = statement->stmt;

  record->id = sqlite3_column_int64 (stmt, 0);
  record->path = quarry_statement_dup_path (statement, 1);
  record->title = quarry_statement_dup_text (statement, 2);
  record->mime_type = quarry_statement_dup_text (statement, 3);
  record->author = quarry_statement_dup_text (statement, 4);
  record->size = sqlite3_column_int64 (stmt, 5);
  record->modified_ns = sqlite3_column_int64 (stmt, 6);
  record->imported_at = sqlite3_column_int64 (stmt, 7);
  record->content_hash = quarry_statement_dup_text (statement, 8);
  record->granularity = sqlite3_column_double (stmt, 9);
  record->n_passages = (guint) CLAMP (sqlite3_column_int64 (stmt, 10), 0, G_MAXUINT);
  record->language = quarry_statement_dup_text (statement, 11);
  record->changed_ns = sqlite3_column_int64 (stmt, 12);
  record->dated_ns = sqlite3_column_int64 (stmt, 13);
  record->keywords = quarry_statement_dup_text (statement, 14);
  return record;
}

/* --- Segments as a blob: two little-endian 32-bit numbers each ------------------------------- */

static GBytes *
pack_segments (const QuarrySpan *segments, guint n_segments)
{
  guint32 *numbers = g_new (guint32, 2 * (gsize) n_segments + 1);

  for (guint i = 0; i < n_segments; i++)
    {
      numbers[2 * i] = GUINT32_TO_LE (segments[i].start);
      numbers[2 * i + 1] = GUINT32_TO_LE (segments[i].end);
    }
  return g_bytes_new_take (numbers, 2 * (gsize) n_segments * sizeof (guint32));
}

/* The segments stored in a blob; NULL where its length is wrong. */
static GArray *
unpack_segments (gconstpointer data, gsize length)
{
  GArray *segments;
  guint n_segments = length / (2 * sizeof (guint32));

  if (length % (2 * sizeof (guint32)) != 0)
    return NULL;

  segments = g_array_sized_new (FALSE, FALSE, sizeof (QuarrySpan), n_segments);
  for (guint i = 0; i < n_segments; i++)
    {
      guint32 numbers[2];
      QuarrySpan span;

      memcpy (numbers, (const char *) data + i * sizeof numbers, sizeof numbers);
      span.start = GUINT32_FROM_LE (numbers[0]);
      span.end = GUINT32_FROM_LE (numbers[1]);
      g_array_append_val (segments, span);
    }
  return segments;
}

/* --- Adding and removing --------------------------------------------------------------------- */

static void
set_failed (QuarryStore *self, const char *path, const char *detail, GError **error)
{
  g_autofree char *name = g_filename_display_name (path);

  g_set_error (error,
               QUARRY_STORE_ERROR,
               QUARRY_STORE_ERROR_FAILED,
               _ ("“%s” cannot be put into the library: %s."),
               name,
               detail);
}

/* Checks a new document, so that nothing inconsistent gets into the file. */
static gboolean
check_new_document (QuarryStore *self,
                    const QuarryDocumentRecord *record,
                    gsize text_length,
                    const QuarrySpan *segments,
                    guint n_segments,
                    GPtrArray *passages,
                    GError **error)
{
  guint32 previous = 0;

  for (guint i = 0; i < n_segments; i++)
    {
      if (segments[i].start < previous || segments[i].end < segments[i].start
          || segments[i].end > text_length)
        {
          set_failed (self, record->path, _ ("its segments do not fit its text"), error);
          return FALSE;
        }
      previous = segments[i].end;
    }

  for (guint i = 0; i < passages->len; i++)
    {
      const QuarryPassageRecord *passage = g_ptr_array_index (passages, i);

      if (passage->bytes.end < passage->bytes.start || passage->bytes.end > text_length
          || passage->characters.end < passage->characters.start || passage->segment >= n_segments)
        {
          set_failed (self, record->path, _ ("its passages do not fit its text"), error);
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
insert_record (QuarryStore *self,
               QuarryDocumentRecord *record,
               QuarryDocument *document,
               gsize text_length,
               guint n_passages,
               GError **error)
{
  g_autoptr (QuarryStatement) statement = quarry_store_prepare (
      self,
      "INSERT INTO documents (path, title, mime_type, author, language, size, modified_ns,"
      " imported_at, content_hash, granularity, n_passages, text_bytes, changed_ns, dated_ns, keywords)"
      " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)",
      error);

  if (statement == NULL)
    return FALSE;

  quarry_statement_bind_path (statement, 1, record->path);
  quarry_statement_bind_text (statement, 2, record->title);
  quarry_statement_bind_text (statement, 3, record->mime_type);
  quarry_statement_bind_text (statement, 4, record->author);
  quarry_statement_bind_text (statement, 5, quarry_document_get_metadata (document, "language"));
  quarry_statement_bind_int64 (statement, 6, record->size);
  quarry_statement_bind_int64 (statement, 7, record->modified_ns);
  quarry_statement_bind_int64 (statement, 8, record->imported_at);
  quarry_statement_bind_text (statement, 9, record->content_hash);
  quarry_statement_bind_double (statement, 10, record->granularity);
  quarry_statement_bind_int64 (statement, 11, n_passages);
  quarry_statement_bind_int64 (statement, 12, text_length);
  quarry_statement_bind_int64 (statement, 13, record->changed_ns);
  quarry_statement_bind_int64 (statement, 14, record->dated_ns);
  quarry_statement_bind_text (statement, 15, record->keywords);
  if (!quarry_statement_run (statement, error))
    return FALSE;

  record->id = sqlite3_last_insert_rowid (self->db);
  record->n_passages = n_passages;
  return TRUE;
}

static gboolean
insert_content (QuarryStore *self,
                gint64 id,
                QuarryDocument *document,
                const QuarrySpan *segments,
                guint n_segments,
                GError **error)
{
  g_autoptr (GBytes) cut = pack_segments (segments, n_segments);
  g_autoptr (GBytes) head = quarry_document_serialize_head (document);
  gsize head_length, text_length, cut_length;
  const guint8 *head_bytes = g_bytes_get_data (head, &head_length);
  const char *text = quarry_document_get_text (document, &text_length);
  const guint8 *cut_bytes = g_bytes_get_data (cut, &cut_length);

  return quarry_store_insert_content (
      self, id, head_bytes, head_length, text, text_length, document, cut_bytes, cut_length, error);
}

static gboolean
insert_passage (QuarryStore *self, gint64 document, QuarryPassageRecord *passage, GError **error)
{
  g_autoptr (QuarryStatement) statement = quarry_store_prepare (
      self,
      "INSERT INTO passages (document, ordinal, segment, start_byte, end_byte, start_character,"
      " end_character, page, heading) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
      error);

  if (statement == NULL)
    return FALSE;

  quarry_statement_bind_int64 (statement, 1, document);
  quarry_statement_bind_int64 (statement, 2, passage->ordinal);
  quarry_statement_bind_int64 (statement, 3, passage->segment);
  quarry_statement_bind_int64 (statement, 4, passage->bytes.start);
  quarry_statement_bind_int64 (statement, 5, passage->bytes.end);
  quarry_statement_bind_int64 (statement, 6, passage->characters.start);
  quarry_statement_bind_int64 (statement, 7, passage->characters.end);
  quarry_statement_bind_int64 (statement, 8, passage->page);
  quarry_statement_bind_text (statement, 9, passage->heading != NULL ? passage->heading : "");
  if (!quarry_statement_run (statement, error))
    return FALSE;

  passage->id = sqlite3_last_insert_rowid (self->db);
  passage->document = document;
  if (passage->id > QUARRY_STORE_MAX_PASSAGE)
    {
      g_autofree char *name = g_filename_display_name (self->path);

      g_set_error (error,
                   QUARRY_STORE_ERROR,
                   QUARRY_STORE_ERROR_FAILED,
                   _ ("“%s” has used up its numbers for passages. Import your documents into a new "
                      "library."),
                   name);
      return FALSE;
    }
  return TRUE;
}

gboolean
quarry_store_add_document (QuarryStore *self,
                           QuarryDocumentRecord *record,
                           QuarryDocument *document,
                           const QuarrySpan *segments,
                           guint n_segments,
                           GPtrArray *passages,
                           GError **error)
{
  g_autoptr (QuarryDocumentRecord) known = NULL;
  g_autoptr (GError) local_error = NULL;
  gsize text_length;

  g_return_val_if_fail (QUARRY_IS_STORE (self), FALSE);
  g_return_val_if_fail (record != NULL && record->path != NULL, FALSE);
  g_return_val_if_fail (QUARRY_IS_DOCUMENT (document), FALSE);
  g_return_val_if_fail (passages != NULL, FALSE);

  if (!quarry_store_require_transaction (self, error))
    return FALSE;

  known = quarry_store_find_document (self, record->path, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (known != NULL)
    {
      set_failed (self, record->path, _ ("it is there already"), error);
      return FALSE;
    }

  quarry_document_get_text (document, &text_length);
  if (!check_new_document (self, record, text_length, segments, n_segments, passages, error)
      || !insert_record (self, record, document, text_length, passages->len, error)
      || !insert_content (self, record->id, document, segments, n_segments, error))
    return FALSE;

  for (guint i = 0; i < passages->len; i++)
    if (!insert_passage (self, record->id, g_ptr_array_index (passages, i), error))
      return FALSE;

  return quarry_store_clear_failure (self, record->path, error);
}

gboolean
quarry_store_extend_document (QuarryStore *self,
                              QuarryDocumentRecord *record,
                              QuarryDocument *document,
                              const QuarrySpan *segments,
                              guint n_segments,
                              GPtrArray *passages,
                              GError **error)
{
  g_autoptr (QuarryStatement) cut_statement = NULL;
  g_autoptr (QuarryStatement) count_statement = NULL;
  g_autoptr (GBytes) cut = pack_segments (segments, n_segments);
  gsize text_length;

  g_return_val_if_fail (QUARRY_IS_STORE (self), FALSE);
  g_return_val_if_fail (QUARRY_IS_DOCUMENT (document), FALSE);

  quarry_document_get_text (document, &text_length);
  if (!quarry_store_require_transaction (self, error)
      || !check_new_document (self, record, text_length, segments, n_segments, passages, error))
    return FALSE;
  for (guint i = 0; i < passages->len; i++)
    if (!insert_passage (self, record->id, g_ptr_array_index (passages, i), error))
      return FALSE;
  record->n_passages += passages->len;

  cut_statement
      = quarry_store_prepare (self, "UPDATE contents SET segments = ?2 WHERE document = ?1", error);
  if (cut_statement == NULL)
    return FALSE;
  quarry_statement_bind_int64 (cut_statement, 1, record->id);
  quarry_statement_bind_blob (cut_statement, 2, g_bytes_get_data (cut, NULL), g_bytes_get_size (cut));
  if (!quarry_statement_run (cut_statement, error))
    return FALSE;
  count_statement
      = quarry_store_prepare (self, "UPDATE documents SET n_passages = ?2 WHERE id = ?1", error);
  if (count_statement == NULL)
    return FALSE;
  quarry_statement_bind_int64 (count_statement, 1, record->id);
  quarry_statement_bind_int64 (count_statement, 2, record->n_passages);
  return quarry_statement_run (count_statement, error);
}

static gboolean
delete_rows (QuarryStore *self, const char *sql, gint64 id, GError **error)
{
  g_autoptr (QuarryStatement) statement = quarry_store_prepare (self, sql, error);

  if (statement == NULL)
    return FALSE;

  quarry_statement_bind_int64 (statement, 1, id);
  return quarry_statement_run (statement, error);
}

gboolean
quarry_store_renumber_passages (QuarryStore *self, gint64 document, GPtrArray *passages, GError **error)
{
  g_return_val_if_fail (QUARRY_IS_STORE (self) && passages != NULL, FALSE);

  if (!quarry_store_require_transaction (self, error))
    return FALSE;
  for (guint i = 0; i < passages->len; i++)
    {
      QuarryPassageRecord *passage = g_ptr_array_index (passages, i);

      if (!delete_rows (self, "DELETE FROM passages WHERE id = ?1", passage->id, error)
          || !insert_passage (self, document, passage, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
quarry_store_remove_document (QuarryStore *self, gint64 id, GError **error)
{
  g_return_val_if_fail (QUARRY_IS_STORE (self), FALSE);

  return quarry_store_require_transaction (self, error)
         && delete_rows (self, "DELETE FROM passages WHERE document = ?1", id, error)
         && quarry_store_delete_content (self, id, error)
         && delete_rows (self, "DELETE FROM documents WHERE id = ?1", id, error)
         && sqlite3_changes (self->db) > 0;
}

gboolean
quarry_store_update_file (QuarryStore *self,
                          gint64 id,
                          const char *path,
                          gint64 size,
                          gint64 modified_ns,
                          gint64 changed_ns,
                          GError **error)
{
  g_autoptr (QuarryStatement) statement = NULL;
  g_autoptr (QuarryDocumentRecord) known = NULL;
  g_autoptr (GError) local_error = NULL;

  g_return_val_if_fail (QUARRY_IS_STORE (self) && path != NULL, FALSE);

  known = quarry_store_find_document (self, path, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (known != NULL && known->id != id)
    {
      set_failed (self, path, _ ("it is there already"), error);
      return FALSE;
    }

  statement = quarry_store_prepare (
      self, "UPDATE documents SET path = ?2, size = ?3, modified_ns = ?4, changed_ns = ?5 WHERE id = ?1", error);
  if (statement == NULL)
    return FALSE;

  quarry_statement_bind_int64 (statement, 1, id);
  quarry_statement_bind_path (statement, 2, path);
  quarry_statement_bind_int64 (statement, 3, size);
  quarry_statement_bind_int64 (statement, 4, modified_ns);
  quarry_statement_bind_int64 (statement, 5, changed_ns);
  if (!quarry_statement_run (statement, error))
    return FALSE;
  if (sqlite3_changes (self->db) == 0)
    {
      set_failed (self, path, _ ("its document is no longer there"), error);
      return FALSE;
    }
  return TRUE;
}

/* --- Reading --------------------------------------------------------------------------------- */

QuarryDocumentRecord *
quarry_store_find_document (QuarryStore *self, const char *path, GError **error)
{
  g_autoptr (QuarryStatement) statement = NULL;

  g_return_val_if_fail (QUARRY_IS_STORE (self) && path != NULL, NULL);

  statement = quarry_store_prepare (
      self, "SELECT " RECORD_COLUMNS " FROM documents WHERE path = ?1", error);
  if (statement == NULL)
    return NULL;

  quarry_statement_bind_path (statement, 1, path);
  if (quarry_statement_step (statement, error) != SQLITE_ROW)
    return NULL;
  return read_record (statement);
}

QuarryDocumentRecord *
quarry_store_find_content (QuarryStore *self,
                           const char *content_hash,
                           gint64 after,
                           GError **error)
{
  g_autoptr (QuarryStatement) statement = NULL;

  g_return_val_if_fail (QUARRY_IS_STORE (self) && content_hash != NULL, NULL);

  statement = quarry_store_prepare (self,
                                    "SELECT " RECORD_COLUMNS " FROM documents"
                                    " WHERE content_hash = ?1 AND id > ?2 ORDER BY id LIMIT 1",
                                    error);
  if (statement == NULL)
    return NULL;

  quarry_statement_bind_text (statement, 1, content_hash);
  quarry_statement_bind_int64 (statement, 2, after);
  if (quarry_statement_step (statement, error) != SQLITE_ROW)
    return NULL;
  return read_record (statement);
}

QuarryDocumentRecord *
quarry_store_get_document (QuarryStore *self, gint64 id, GError **error)
{
  g_autoptr (QuarryStatement) statement = NULL;

  g_return_val_if_fail (QUARRY_IS_STORE (self), NULL);

  statement = quarry_store_prepare (
      self, "SELECT " RECORD_COLUMNS " FROM documents WHERE id = ?1", error);
  if (statement == NULL)
    return NULL;

  quarry_statement_bind_int64 (statement, 1, id);
  if (quarry_statement_step (statement, error) != SQLITE_ROW)
    return NULL;
  return read_record (statement);
}

QuarryDocument *
quarry_store_load_document (QuarryStore *self, gint64 id, GError **error)
{
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GError) local_error = NULL;
  QuarryDocument *document;

  g_return_val_if_fail (QUARRY_IS_STORE (self), NULL);

  body = quarry_store_load_body (self, id, error);
  if (body == NULL)
    return NULL;

  document = quarry_document_deserialize (body, &local_error);
  if (document == NULL)
    quarry_store_set_damaged (self, local_error->message, error);
  return document;
}

GPtrArray *
quarry_store_list_documents (
    QuarryStore *self, const char *prefix, gboolean by_time, guint limit, GError **error)
{
  g_autoptr (QuarryStatement) statement = NULL;
  g_autoptr (GPtrArray) documents = NULL;
  g_autofree char *root = NULL;
  g_autofree char *low = NULL;
  g_autofree char *high = NULL;
  int rc;

  g_return_val_if_fail (QUARRY_IS_STORE (self), NULL);

  if (prefix != NULL)
    {
      gsize length = strlen (prefix);

      while (length > 0 && prefix[length - 1] == '/')
        length--;
      root = g_strndup (prefix, length);
      /* "0" follows "/" in the order of bytes, so everything below "a" lies from "a/" up to, but not including,
       * "a0". */
      low = g_strconcat (root, "/", NULL);
      high = g_strconcat (root, "0", NULL);
    }

  /* Separate statements, rather than one with conditions on parameters, so that each can use an index. */
  if (prefix == NULL)
    statement = quarry_store_prepare (
        self,
        by_time ? "SELECT " RECORD_COLUMNS
                  " FROM documents ORDER BY imported_at DESC, id DESC LIMIT ?1"
                : "SELECT " RECORD_COLUMNS " FROM documents ORDER BY path LIMIT ?1",
        error);
  else
    statement = quarry_store_prepare (
        self,
        by_time ? "SELECT " RECORD_COLUMNS " FROM documents"
                  " WHERE path = ?2 OR (path >= ?3 AND path < ?4)"
                  " ORDER BY imported_at DESC, id DESC LIMIT ?1"
                /* Two walks of the index, merged in order; with "OR", SQLite would sort. */
                : "SELECT " RECORD_COLUMNS " FROM documents WHERE path = ?2"
                  " UNION ALL SELECT " RECORD_COLUMNS " FROM documents WHERE path >= ?3 AND path < ?4"
                  " ORDER BY path LIMIT ?1",
        error);
  if (statement == NULL)
    return NULL;

  quarry_statement_bind_int64 (statement, 1, limit > 0 ? (gint64) limit : -1);
  if (prefix != NULL)
    {
      quarry_statement_bind_path (statement, 2, root);
      quarry_statement_bind_path (statement, 3, low);
      quarry_statement_bind_path (statement, 4, high);
    }

  documents = g_ptr_array_new_with_free_func ((GDestroyNotify)quarry_document_record_free);
  while ((rc = quarry_statement_step (statement, error)) == SQLITE_ROW)
    g_ptr_array_add (documents, read_record (statement));
  return rc == SQLITE_DONE ? g_steal_pointer (&documents) : NULL;
}

GArray *
quarry_store_load_segments (QuarryStore *self, gint64 document, GError **error)
{
  g_autoptr (QuarryStatement) statement = NULL;
  GArray *segments;
  int rc;

  g_return_val_if_fail (QUARRY_IS_STORE (self), NULL);

  statement
      = quarry_store_prepare (self, "SELECT segments FROM contents WHERE document = ?1", error);
  if (statement == NULL)
    return NULL;

  quarry_statement_bind_int64 (statement, 1, document);
  rc = quarry_statement_step (statement, error);
  if (rc == SQLITE_DONE)
    return g_array_new (FALSE, FALSE, sizeof (QuarrySpan));
  if (rc != SQLITE_ROW)
    return NULL;

  segments = unpack_segments (sqlite3_column_blob (statement->stmt, 0), sqlite3_column_bytes (statement->stmt, 0));
  if (segments == NULL)
    quarry_store_set_damaged (self, _ ("the segments of a document cannot be read"), error);
  return segments;
}
