/* quarry-store-texts.c: what documents say, kept once
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A document as bytes (quarry_document_serialize()) ends with its text. It is kept in parts with
 * numbers one after another, so that a passage is read out of the middle of a long document without
 * what comes before it.
 */
#include "quarry-config.h"

#include "core/store/quarry-store-private.h"

#include <string.h>

/* Bytes of a part, but for the last one: a few passages, as reading one passage reads its part. In
 * SQLite's file a row of so many, with its header of five bytes, fills one page of 4,096 bytes to the
 * end and leaves the least that can stay, 489 bytes, in the table's own page (sqlite.org/fileformat.html,
 * "Cell payload overflow"). */
#define PART_BYTES (489 + 4092 - 5)

static gboolean
next_part (QuarryStore *self, gint64 *id, GError **error)
{
  g_autoptr (QuarryStatement) statement
      = quarry_store_prepare (self, "SELECT coalesce(max(id), 0) + 1 FROM parts", error);

  if (statement == NULL || quarry_statement_step (statement, error) != SQLITE_ROW)
    return FALSE;
  *id = sqlite3_column_int64 (statement->stmt, 0);
  return TRUE;
}

static gboolean
insert_part (QuarryStore *self, gint64 id, const guint8 *bytes, gsize length, GError **error)
{
  g_autoptr (QuarryStatement) statement
      = quarry_store_prepare (self, "INSERT INTO parts (id, bytes) VALUES (?1, ?2)", error);

  if (statement == NULL)
    return FALSE;
  quarry_statement_bind_int64 (statement, 1, id);
  quarry_statement_bind_blob (statement, 2, bytes, length);
  return quarry_statement_run (statement, error);
}

gboolean
quarry_store_insert_content (QuarryStore *self,
                             gint64 document,
                             const guint8 *body,
                             gsize length,
                             gsize text_length,
                             const guint8 *segments,
                             gsize segments_length,
                             GError **error)
{
  g_autoptr (QuarryStatement) statement = NULL;
  gint64 first;

  if (!next_part (self, &first, error))
    return FALSE;
  for (gsize at = 0; at < length; at += PART_BYTES)
    if (!insert_part (
            self, first + (gint64)(at / PART_BYTES), body + at, MIN (PART_BYTES, length - at), error))
      return FALSE;

  statement = quarry_store_prepare (self,
                                    "INSERT INTO contents (document, first_part, n_bytes, text_start,"
                                    " segments) VALUES (?1, ?2, ?3, ?4, ?5)",
                                    error);
  if (statement == NULL)
    return FALSE;
  quarry_statement_bind_int64 (statement, 1, document);
  quarry_statement_bind_int64 (statement, 2, first);
  quarry_statement_bind_int64 (statement, 3, (gint64)length);
  quarry_statement_bind_int64 (statement, 4, (gint64)(length - text_length));
  quarry_statement_bind_blob (statement, 5, segments, segments_length);
  return quarry_statement_run (statement, error);
}

/* The document's parts: first and behind the last. FALSE without an error where there are none. */
static gboolean
find_parts (QuarryStore *self, gint64 document, gint64 *first, gint64 *end, GError **error)
{
  g_autoptr (QuarryStatement) statement = quarry_store_prepare (
      self, "SELECT first_part, n_bytes FROM contents WHERE document = ?1", error);
  gint64 n_bytes;

  if (statement == NULL)
    return FALSE;
  quarry_statement_bind_int64 (statement, 1, document);
  if (quarry_statement_step (statement, error) != SQLITE_ROW)
    return FALSE;
  *first = sqlite3_column_int64 (statement->stmt, 0);
  n_bytes = CLAMP (sqlite3_column_int64 (statement->stmt, 1), 0, G_MAXUINT32);
  *end = *first + (n_bytes + PART_BYTES - 1) / PART_BYTES;
  return TRUE;
}

static gboolean
delete_rows (QuarryStore *self, const char *sql, gint64 from, gint64 end, GError **error)
{
  g_autoptr (QuarryStatement) statement = quarry_store_prepare (self, sql, error);

  if (statement == NULL)
    return FALSE;
  quarry_statement_bind_int64 (statement, 1, from);
  quarry_statement_bind_int64 (statement, 2, end);
  return quarry_statement_run (statement, error);
}

gboolean
quarry_store_delete_content (QuarryStore *self, gint64 document, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  gint64 first = 0, end = 0;

  if (!find_parts (self, document, &first, &end, &local_error) && local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  return delete_rows (self, "DELETE FROM parts WHERE id >= ?1 AND id < ?2", first, end, error)
         && delete_rows (self, "DELETE FROM contents WHERE document >= ?1 AND document < ?2",
                         document, document + 1, error);
}

GBytes *
quarry_store_load_body (QuarryStore *self, gint64 document, GError **error)
{
  g_autoptr (QuarryStatement) statement = NULL;
  g_autoptr (GByteArray) body = NULL;
  gint64 first, end;
  int rc;

  if (!find_parts (self, document, &first, &end, error))
    return NULL;

  statement = quarry_store_prepare (
      self, "SELECT bytes FROM parts WHERE id >= ?1 AND id < ?2 ORDER BY id", error);
  if (statement == NULL)
    return NULL;
  quarry_statement_bind_int64 (statement, 1, first);
  quarry_statement_bind_int64 (statement, 2, end);
  body = g_byte_array_new ();
  while ((rc = quarry_statement_step (statement, error)) == SQLITE_ROW)
    g_byte_array_append (body,
                         sqlite3_column_blob (statement->stmt, 0),
                         (guint)sqlite3_column_bytes (statement->stmt, 0));
  return rc == SQLITE_DONE ? g_byte_array_free_to_bytes (g_steal_pointer (&body)) : NULL;
}

/* --- Passages -------------------------------------------------------------------------------- */

void
quarry_text_reader_clear (QuarryTextReader *self)
{
  g_clear_pointer (&self->bytes, g_free);
  self->length = 0;
  self->part = 0;
}

static gboolean
read_part (QuarryTextReader *self, QuarryStore *store, gint64 part, GError **error)
{
  g_autoptr (QuarryStatement) statement = NULL;
  int rc;

  if (self->bytes != NULL && self->part == part)
    return TRUE;

  quarry_text_reader_clear (self);
  statement = quarry_store_prepare (store, "SELECT bytes FROM parts WHERE id = ?1", error);
  if (statement == NULL)
    return FALSE;
  quarry_statement_bind_int64 (statement, 1, part);
  rc = quarry_statement_step (statement, error);
  if (rc != SQLITE_ROW && rc != SQLITE_DONE)
    return FALSE;

  self->part = part;
  self->length = rc == SQLITE_ROW ? (gsize)sqlite3_column_bytes (statement->stmt, 0) : 0;
  self->bytes = g_malloc (self->length + 1);
  if (self->length > 0)
    memcpy (self->bytes, sqlite3_column_blob (statement->stmt, 0), self->length);
  return TRUE;
}

char *
quarry_text_reader_read (QuarryTextReader *self,
                         QuarryStore *store,
                         gint64 first_part,
                         gint64 text_start,
                         QuarrySpan bytes,
                         GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint64 at = (guint64)MAX (text_start, 0) + bytes.start;
  guint64 end = (guint64)MAX (text_start, 0) + bytes.end;

  while (at < end)
    {
      gsize offset = at % PART_BYTES;
      gsize n;

      if (!read_part (self, store, first_part + (gint64)(at / PART_BYTES), error))
        return NULL;
      if (offset >= self->length)
        break;
      n = MIN (self->length - offset, end - at);
      g_string_append_len (text, self->bytes + offset, (gssize)n);
      at += n;
    }
  return g_utf8_make_valid (text->str, (gssize)text->len);
}

/* --- Versions before ------------------------------------------------------------------------- */

/* Kept the body in one piece, and the text of each passage a second time. */
gboolean
quarry_store_move_texts (QuarryStore *self, GError **error)
{
  g_autoptr (QuarryStatement) old = NULL;
  int rc;

  if (!quarry_store_execute (self,
                             "ALTER TABLE contents RENAME TO whole_contents;"
                             "CREATE TABLE parts (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;"
                             "CREATE TABLE contents ("
                             "  document INTEGER PRIMARY KEY REFERENCES documents (id),"
                             "  first_part INTEGER NOT NULL,"
                             "  n_bytes INTEGER NOT NULL,"
                             "  text_start INTEGER NOT NULL,"
                             "  segments BLOB NOT NULL"
                             ") STRICT;",
                             error))
    return FALSE;

  old = quarry_store_prepare (self,
                              "SELECT document, body, segments, text_bytes FROM whole_contents"
                              " JOIN documents ON documents.id = document ORDER BY document",
                              error);
  if (old == NULL)
    return FALSE;
  while ((rc = quarry_statement_step (old, error)) == SQLITE_ROW)
    {
      gsize length = (gsize)sqlite3_column_bytes (old->stmt, 1);
      gint64 text_length = CLAMP (sqlite3_column_int64 (old->stmt, 3), 0, (gint64)length);

      if (!quarry_store_insert_content (self,
                                        sqlite3_column_int64 (old->stmt, 0),
                                        sqlite3_column_blob (old->stmt, 1),
                                        length,
                                        (gsize)text_length,
                                        sqlite3_column_blob (old->stmt, 2),
                                        (gsize)sqlite3_column_bytes (old->stmt, 2),
                                        error))
        return FALSE;
    }
  if (rc != SQLITE_DONE)
    return FALSE;
  g_clear_pointer (&old, quarry_statement_free);

  return quarry_store_execute (
      self, "DROP TABLE whole_contents; ALTER TABLE passages DROP COLUMN text;", error);
}
