/* quarry-store-old-texts.c: the migrations of texts from older versions
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/store/quarry-store-private.h"

#include <string.h>
#include <zstd.h>

/* The size of parts in version 4, which did not compress them, and in the versions 5 to 7. */
#define PLAIN_PART_BYTES (489 + 4092 - 5)
#define PART_BYTES_OF_VERSION_5 2400

static gboolean
make_tables (QuarryStore *self, GError **error)
{
  return quarry_store_execute (
      self,
      "CREATE TABLE parts (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;"
      "CREATE TABLE contents ("
      "  document INTEGER PRIMARY KEY REFERENCES documents (id),"
      "  first_part INTEGER NOT NULL,"
      "  n_bytes INTEGER NOT NULL,"
      "  text_start INTEGER NOT NULL,"
      "  segments BLOB NOT NULL"
      ") STRICT;",
      error);
}

static gboolean
insert_content (QuarryStore *self,
                gint64 document,
                gint64 first,
                gsize length,
                gsize text_start,
                const guint8 *segments,
                gsize segments_length,
                GError **error)
{
  g_autoptr (QuarryStatement) statement
      = quarry_store_prepare (self,
                              "INSERT INTO contents (document, first_part, n_bytes, text_start,"
                              " segments) VALUES (?1, ?2, ?3, ?4, ?5)",
                              error);

  if (statement == NULL)
    return FALSE;
  quarry_statement_bind_int64 (statement, 1, document);
  quarry_statement_bind_int64 (statement, 2, first);
  quarry_statement_bind_int64 (statement, 3, (gint64) length);
  quarry_statement_bind_int64 (statement, 4, (gint64) text_start);
  quarry_statement_bind_blob (statement, 5, segments, segments_length);
  return quarry_statement_run (statement, error);
}

static gboolean
insert_plain_parts (
    QuarryStore *self, gint64 first, const guint8 *body, gsize length, GError **error)
{
  for (gsize at = 0; at < length; at += PLAIN_PART_BYTES)
    if (!quarry_store_insert_part (self,
                                   first + (gint64) (at / PLAIN_PART_BYTES),
                                   body + at,
                                   MIN (PLAIN_PART_BYTES, length - at),
                                   error))
      return FALSE;
  return TRUE;
}

static gboolean
insert_compressed_parts (
    QuarryStore *self, gint64 first, const guint8 *body, gsize length, GError **error)
{
  for (gsize at = 0; at < length; at += PART_BYTES_OF_VERSION_5)
    {
      guint8 compressed[ZSTD_COMPRESSBOUND (PART_BYTES_OF_VERSION_5)];
      gsize n = quarry_store_compress (
          self, body + at, MIN (PART_BYTES_OF_VERSION_5, length - at), compressed, sizeof compressed);

      if (!quarry_store_insert_part (
              self, first + (gint64) (at / PART_BYTES_OF_VERSION_5), compressed, n, error))
        return FALSE;
    }
  return TRUE;
}

/* Version 3 stored each document's body in one piece, and the text of each passage once more. */
gboolean
quarry_store_move_texts (QuarryStore *self, GError **error)
{
  g_autoptr (QuarryStatement) old = NULL;
  int rc;

  if (!quarry_store_execute (self, "ALTER TABLE contents RENAME TO whole_contents", error)
      || !make_tables (self, error))
    return FALSE;

  old = quarry_store_prepare (self,
                              "SELECT document, body, segments, text_bytes FROM whole_contents"
                              " JOIN documents ON documents.id = document ORDER BY document",
                              error);
  if (old == NULL)
    return FALSE;
  while ((rc = quarry_statement_step (old, error)) == SQLITE_ROW)
    {
      gsize length = (gsize) sqlite3_column_bytes (old->stmt, 1);
      gsize text_length = (gsize) CLAMP (sqlite3_column_int64 (old->stmt, 3), 0, (gint64) length);
      gint64 first;

      if (!quarry_store_next_part (self, &first, error)
          || !insert_plain_parts (self, first, sqlite3_column_blob (old->stmt, 1), length, error)
          || !insert_content (self,
                              sqlite3_column_int64 (old->stmt, 0),
                              first,
                              length,
                              length - text_length,
                              sqlite3_column_blob (old->stmt, 2),
                              (gsize) sqlite3_column_bytes (old->stmt, 2),
                              error))
        return FALSE;
    }
  if (rc != SQLITE_DONE)
    return FALSE;
  g_clear_pointer (&old, quarry_statement_free);

  return quarry_store_execute (
      self, "DROP TABLE whole_contents; ALTER TABLE passages DROP COLUMN text;", error);
}

/* The body of a document in version 4; shorter where parts are missing. */
static GByteArray *
load_plain_body (QuarryStore *self, gint64 first, gint64 n_bytes, GError **error)
{
  g_autoptr (QuarryStatement) statement = NULL;
  g_autoptr (GByteArray) body = g_byte_array_new ();
  int rc;

  n_bytes = CLAMP (n_bytes, 0, QUARRY_STORE_MAX_BODY);
  statement = quarry_store_prepare (
      self, "SELECT bytes FROM plain_parts WHERE id >= ?1 AND id < ?2 ORDER BY id", error);
  if (statement == NULL)
    return NULL;
  quarry_statement_bind_int64 (statement, 1, first);
  quarry_statement_bind_int64 (
      statement, 2, first + (n_bytes + PLAIN_PART_BYTES - 1) / PLAIN_PART_BYTES);
  while ((rc = quarry_statement_step (statement, error)) == SQLITE_ROW)
    g_byte_array_append (body,
                         sqlite3_column_blob (statement->stmt, 0),
                         MIN ((guint) sqlite3_column_bytes (statement->stmt, 0), PLAIN_PART_BYTES));
  return rc == SQLITE_DONE ? g_steal_pointer (&body) : NULL;
}

/* The head of a document, before its text, contains its metadata, among them whether its pictures were not read. */
static gboolean
note_pictures (QuarryStore *self, gint64 document, GByteArray *body, gsize text_start, GError **error)
{
  static const char key[] = "unrecognized";
  g_autoptr (QuarryStatement) statement = NULL;

  if (memmem (body->data, text_start, key, strlen (key)) == NULL)
    return TRUE;
  statement = quarry_store_prepare (self, "UPDATE documents SET pictures = 1 WHERE id = ?1", error);
  if (statement == NULL)
    return FALSE;
  quarry_statement_bind_int64 (statement, 1, document);
  return quarry_statement_run (statement, error);
}

gboolean
quarry_store_compress_texts (QuarryStore *self, GError **error)
{
  g_autoptr (QuarryStatement) old = NULL;
  int rc;

  if (!quarry_store_execute (self,
                             "ALTER TABLE contents RENAME TO plain_contents;"
                             "ALTER TABLE parts RENAME TO plain_parts;"
                             "ALTER TABLE documents ADD COLUMN pictures INTEGER NOT NULL DEFAULT 0;",
                             error)
      || !make_tables (self, error))
    return FALSE;

  old = quarry_store_prepare (self,
                              "SELECT document, first_part, n_bytes, text_start, segments FROM "
                              "plain_contents ORDER BY document",
                              error);
  if (old == NULL)
    return FALSE;
  while ((rc = quarry_statement_step (old, error)) == SQLITE_ROW)
    {
      g_autoptr (GByteArray) body = load_plain_body (
          self, quarry_statement_read_place (old, 1), sqlite3_column_int64 (old->stmt, 2), error);
      gint64 document = sqlite3_column_int64 (old->stmt, 0);
      gint64 first, text_start;

      if (body == NULL)
        return FALSE;
      text_start = CLAMP (sqlite3_column_int64 (old->stmt, 3), 0, (gint64) body->len);
      if (!quarry_store_next_part (self, &first, error)
          || !insert_compressed_parts (self, first, body->data, body->len, error)
          || !insert_content (self,
                              document,
                              first,
                              body->len,
                              (gsize) text_start,
                              sqlite3_column_blob (old->stmt, 4),
                              (gsize) sqlite3_column_bytes (old->stmt, 4),
                              error)
          || !note_pictures (self, document, body, (gsize) text_start, error))
        return FALSE;
    }
  if (rc != SQLITE_DONE)
    return FALSE;
  g_clear_pointer (&old, quarry_statement_free);

  return quarry_store_execute (self, "DROP TABLE plain_contents; DROP TABLE plain_parts;", error);
}

/* Texts that are there already keep their parts: how long these are is noted with each text. */
gboolean
quarry_store_shorten_parts (QuarryStore *self, GError **error)
{
  return quarry_store_execute (self,
                               "ALTER TABLE contents ADD COLUMN part_bytes INTEGER NOT NULL DEFAULT "
                               G_STRINGIFY (PART_BYTES_OF_VERSION_5) ";"
                               "CREATE TABLE dictionaries ("
                               "  id INTEGER PRIMARY KEY,"
                               "  made_at INTEGER NOT NULL," /* how many parts there were */
                               "  bytes BLOB NOT NULL"
                               ") STRICT;",
                               error);
}
