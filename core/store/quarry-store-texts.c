/* quarry-store-texts.c: the texts of documents, in compressed parts
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The serialized form of a document (quarry_document_serialize()) ends with its text, which is stored nowhere else.
 * It is divided into parts with consecutive ids, each compressed by itself (zstd, RFC 8878), so that a passage in the
 * middle of a long document can be read without reading what comes before it.
 */
#include "quarry-config.h"

#include "core/store/quarry-store-private.h"

#include <string.h>

/* The size of a part before compression, except for a document's last one, in bytes. Reading a passage reads its
 * whole part, so a part holds only a few passages; larger ones would compress better but be slower to read. Among the
 * sizes that are equally fast, this one leaves least of SQLite's pages of 4,096 bytes empty: three parts of prose fit
 * in a page, three or four of manuals and code. */
#define PART_BYTES 2400
/* The compression level. Higher ones gain nothing on so few bytes. */
#define LEVEL 1
/* No document's bytes are more: beside its text it has 18 bytes at most for each of its blocks and pages, and little
 * else. */
#define MAX_BODY (QUARRY_DOCUMENT_MAX_TEXT + 20 * QUARRY_DOCUMENT_MAX_BLOCKS)
/* After storing this many parts, the memory of the text they came from is released. */
#define PARTS_IN_HAND 1024

/* The size of parts in version 4, which did not compress them. */
#define PLAIN_PART_BYTES (489 + 4092 - 5)

static gboolean
next_part (QuarryStore *self, gint64 *id, GError **error)
{
  g_autoptr (QuarryStatement) statement
      = quarry_store_prepare (self, "SELECT coalesce(max(id), 0) + 1 FROM parts", error);

  if (statement == NULL || quarry_statement_step (statement, error) != SQLITE_ROW)
    return FALSE;
  *id = quarry_statement_read_place (statement, 0);
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

static gboolean
insert_compressed (QuarryStore *self, gint64 id, const guint8 *bytes, gsize length, GError **error)
{
  guint8 compressed[ZSTD_COMPRESSBOUND (PART_BYTES)];
  gsize n;

  if (self->compressor == NULL)
    self->compressor = ZSTD_createCCtx ();
  n = ZSTD_compressCCtx (self->compressor, compressed, sizeof compressed, bytes, length, LEVEL);
  /* The buffer is large enough for the worst case, so the only possible error is lack of memory. */
  if (ZSTD_isError (n))
    g_error ("zstd: %s", ZSTD_getErrorName (n));
  return insert_part (self, id, compressed, n, error);
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

gboolean
quarry_store_insert_content (QuarryStore *self,
                             gint64 document,
                             const guint8 *head,
                             gsize head_length,
                             const char *text,
                             gsize text_length,
                             QuarryDocument *source,
                             const guint8 *segments,
                             gsize segments_length,
                             GError **error)
{
  gsize length = head_length + text_length, forgotten = 0;
  gint64 first;

  if (!next_part (self, &first, error))
    return FALSE;
  for (gsize at = 0; at < length; at += PART_BYTES)
    {
      gsize n = MIN (PART_BYTES, length - at);
      gsize n_head = at < head_length ? MIN (n, head_length - at) : 0;
      guint8 both[PART_BYTES];
      const guint8 *part = both;

      if (n_head == n)
        part = head + at;
      else if (n_head == 0)
        part = (const guint8 *) text + (at - head_length);
      else
        {
          memcpy (both, head + at, n_head);
          memcpy (both + n_head, text, n - n_head);
        }
      if (!insert_compressed (self, first + (gint64) (at / PART_BYTES), part, n, error))
        return FALSE;
      if (source != NULL && at > head_length && at / PART_BYTES % PARTS_IN_HAND == 0)
        {
          quarry_document_forget (source, (QuarrySpan) { (guint32) forgotten, (guint32) (at - head_length) });
          forgotten = at - head_length;
        }
    }
  return insert_content (
      self, document, first, length, head_length, segments, segments_length, error);
}

/* The ids of the document's first part and after its last. FALSE without an error where it has no content. */
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
  *first = quarry_statement_read_place (statement, 0);
  n_bytes = CLAMP (sqlite3_column_int64 (statement->stmt, 1), 0, MAX_BODY);
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
         && delete_rows (self,
                         "DELETE FROM contents WHERE document >= ?1 AND document < ?2",
                         document,
                         document + 1,
                         error);
}

/* Decompresses the part in the first column of @statement into @bytes, which has room for PART_BYTES. Returns the
 * number of bytes; 0 where the part is damaged. */
static gsize
decompress_column (QuarryStatement *statement, guint8 *bytes)
{
  QuarryStore *self = statement->store;
  const void *compressed = sqlite3_column_blob (statement->stmt, 0);
  gsize n;

  if (self->decompressor == NULL)
    self->decompressor = ZSTD_createDCtx ();
  n = ZSTD_decompressDCtx (self->decompressor,
                           bytes,
                           PART_BYTES,
                           compressed,
                           (gsize) sqlite3_column_bytes (statement->stmt, 0));
  return ZSTD_isError (n) ? 0 : n;
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
    {
      guint length = body->len;

      g_byte_array_set_size (body, length + PART_BYTES);
      g_byte_array_set_size (body,
                             length + (guint) decompress_column (statement, body->data + length));
    }
  return rc == SQLITE_DONE ? g_byte_array_free_to_bytes (g_steal_pointer (&body)) : NULL;
}

/* --- Texts of passages ----------------------------------------------------------------------- */

void
quarry_text_reader_clear (QuarryTextReader *self)
{
  g_clear_pointer (&self->statement, quarry_statement_free);
  g_clear_pointer (&self->bytes, g_free);
  self->length = 0;
  self->part = 0;
  self->goes_on = FALSE;
}

/* Reads a part. One that is missing or damaged is treated as empty: this affects only the passages in it, and
 * quarry_store_check() reports it. */
static gboolean
read_part (QuarryTextReader *self, QuarryStore *store, gint64 part, GError **error)
{
  gboolean goes_on = self->goes_on && part == self->part + 1;
  int rc;

  if (self->bytes != NULL && self->part == part)
    return TRUE;

  if (self->statement == NULL)
    self->statement
        = quarry_store_prepare (store, "SELECT bytes, id FROM parts WHERE id >= ?1 ORDER BY id", error);
  if (self->statement == NULL)
    return FALSE;
  if (!goes_on)
    {
      quarry_statement_reset (self->statement);
      quarry_statement_bind_int64 (self->statement, 1, part);
    }
  rc = quarry_statement_step (self->statement, error);
  self->goes_on = rc == SQLITE_ROW && sqlite3_column_int64 (self->statement->stmt, 1) == part;
  if (rc == SQLITE_ROW || rc == SQLITE_DONE)
    {
      if (self->bytes == NULL)
        self->bytes = g_malloc (PART_BYTES);
      self->part = part;
      self->length = self->goes_on ? decompress_column (self->statement, (guint8 *) self->bytes) : 0;
    }
  if (!self->goes_on)
    quarry_statement_reset (self->statement);
  return rc == SQLITE_ROW || rc == SQLITE_DONE;
}

/* How many bytes from the beginning of @text are seen to be ASCII, and none of them NUL, by eights. */
static gsize
count_plain (const char *text, gsize length)
{
  const guint64 ones = G_MAXUINT64 / 255, high = 128 * ones;
  gsize n = 0;
  guint64 eight;

  for (; n + sizeof eight <= length; n += sizeof eight)
    {
      memcpy (&eight, text + n, sizeof eight);
      if (((eight | (eight - ones)) & high) != 0)
        break;
    }
  return n;
}

char *
quarry_text_reader_read (QuarryTextReader *self,
                         QuarryStore *store,
                         gint64 first_part,
                         gint64 text_start,
                         QuarrySpan bytes,
                         GError **error)
{
  guint64 at = (guint64) text_start + bytes.start;
  guint64 end = (guint64) text_start + bytes.end;
  gsize plain;
  g_autoptr (GString) text
      = g_string_sized_new (at < end ? (gsize) MIN (end - at, 4 * PART_BYTES) : 0);

  while (at < end)
    {
      gsize offset = at % PART_BYTES;
      gsize n;

      if (!read_part (self, store, first_part + (gint64) (at / PART_BYTES), error))
        return NULL;
      if (offset >= self->length)
        break;
      n = MIN (self->length - offset, end - at);
      g_string_append_len (text, self->bytes + offset, (gssize) n);
      at += n;
    }
  plain = count_plain (text->str, text->len);
  if (g_utf8_validate_len (text->str + plain, text->len - plain, NULL))
    return g_string_free (g_steal_pointer (&text), FALSE);
  return g_utf8_make_valid (text->str, (gssize) text->len);
}

/* --- Migrations ------------------------------------------------------------------------------ */

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
insert_plain_parts (
    QuarryStore *self, gint64 first, const guint8 *body, gsize length, GError **error)
{
  for (gsize at = 0; at < length; at += PLAIN_PART_BYTES)
    if (!insert_part (self,
                      first + (gint64) (at / PLAIN_PART_BYTES),
                      body + at,
                      MIN (PLAIN_PART_BYTES, length - at),
                      error))
      return FALSE;
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

      if (!next_part (self, &first, error)
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

  n_bytes = CLAMP (n_bytes, 0, MAX_BODY);
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
      gint64 text_start;

      if (body == NULL)
        return FALSE;
      text_start = CLAMP (sqlite3_column_int64 (old->stmt, 3), 0, (gint64) body->len);
      if (!quarry_store_insert_content (self,
                                        sqlite3_column_int64 (old->stmt, 0),
                                        body->data,
                                        (gsize) text_start,
                                        (const char *) body->data + text_start,
                                        body->len - (gsize) text_start,
                                        NULL,
                                        sqlite3_column_blob (old->stmt, 4),
                                        (gsize) sqlite3_column_bytes (old->stmt, 4),
                                        error)
          || !note_pictures (self, sqlite3_column_int64 (old->stmt, 0), body, (gsize) text_start, error))
        return FALSE;
    }
  if (rc != SQLITE_DONE)
    return FALSE;
  g_clear_pointer (&old, quarry_statement_free);

  return quarry_store_execute (self, "DROP TABLE plain_contents; DROP TABLE plain_parts;", error);
}
