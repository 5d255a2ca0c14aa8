/* quarry-store-texts.c: the texts of documents, in compressed parts
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The serialized form of a document (quarry_document_serialize()) ends with its text, which is stored nowhere else.
 * It is divided into parts with consecutive ids, each compressed by itself (quarry-store-dictionaries.c), so that a
 * passage in the middle of a long document can be read without reading what comes before it.
 */
#include "quarry-config.h"

#include "core/store/quarry-store-private.h"

#include <string.h>
#include <zstd.h>

/* The size of a part before compression, except for a document's last one, in bytes. Reading a passage reads its whole
 * part, so a part holds hardly more than one; since all have the tables of their dictionary, shorter ones are nearly as
 * well compressed as longer ones, and quicker to read. Of SQLite's pages of 4,096 bytes they leave less empty. */
#define PART_BYTES 1200
/* No version has stored shorter ones. */
#define LEAST_PART_BYTES 100
/* After storing this many parts, the memory of the text they came from is released. */
#define PARTS_IN_HAND 2048

gboolean
quarry_store_next_part (QuarryStore *self, gint64 *id, GError **error)
{
  g_autoptr (QuarryStatement) statement
      = quarry_store_prepare (self, "SELECT coalesce(max(id), 0) + 1 FROM parts", error);

  if (statement == NULL || quarry_statement_step (statement, error) != SQLITE_ROW)
    return FALSE;
  *id = quarry_statement_read_place (statement, 0);
  return TRUE;
}

gboolean
quarry_store_insert_part (QuarryStore *self, gint64 id, const guint8 *bytes, gsize length, GError **error)
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

  if (!quarry_store_ready_dictionary (self, id - 1, error))
    return FALSE;
  return quarry_store_insert_part (self, id, compressed,
                                   quarry_store_compress (self, bytes, length, compressed, sizeof compressed), error);
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
                              "INSERT INTO contents (document, first_part, part_bytes, n_bytes,"
                              " text_start, segments) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                              error);

  if (statement == NULL)
    return FALSE;
  quarry_statement_bind_int64 (statement, 1, document);
  quarry_statement_bind_int64 (statement, 2, first);
  quarry_statement_bind_int64 (statement, 3, PART_BYTES);
  quarry_statement_bind_int64 (statement, 4, (gint64) length);
  quarry_statement_bind_int64 (statement, 5, (gint64) text_start);
  quarry_statement_bind_blob (statement, 6, segments, segments_length);
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

  if (!quarry_store_next_part (self, &first, error))
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

/* Whatever the file says, a part has some bytes, and a buffer of QUARRY_STORE_MOST_PART_BYTES holds it. */
static gsize
valid_part_bytes (gint64 part_bytes)
{
  return (gsize) CLAMP (part_bytes, LEAST_PART_BYTES, QUARRY_STORE_MOST_PART_BYTES);
}

/* The ids of the document's first part and after its last, and the size of its parts. FALSE without an error where it
 * has no content. */
static gboolean
find_parts (QuarryStore *self, gint64 document, gint64 *first, gint64 *end, gsize *part_bytes, GError **error)
{
  g_autoptr (QuarryStatement) statement = quarry_store_prepare (
      self, "SELECT first_part, n_bytes, part_bytes FROM contents WHERE document = ?1", error);
  gint64 n_bytes;

  if (statement == NULL)
    return FALSE;
  quarry_statement_bind_int64 (statement, 1, document);
  if (quarry_statement_step (statement, error) != SQLITE_ROW)
    return FALSE;
  *first = quarry_statement_read_place (statement, 0);
  n_bytes = CLAMP (sqlite3_column_int64 (statement->stmt, 1), 0, QUARRY_STORE_MAX_BODY);
  *part_bytes = valid_part_bytes (sqlite3_column_int64 (statement->stmt, 2));
  *end = *first + (n_bytes + (gint64) *part_bytes - 1) / (gint64) *part_bytes;
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
  gsize part_bytes;

  if (!find_parts (self, document, &first, &end, &part_bytes, &local_error) && local_error != NULL)
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

/* Decompresses the part in the first column of @statement into @bytes, which has @room. @n: the number of bytes; 0 where
 * the part is damaged. */
static gboolean
decompress_column (QuarryStatement *statement, guint8 *bytes, gsize room, gsize *n, GError **error)
{
  const void *compressed = sqlite3_column_blob (statement->stmt, 0);

  return quarry_store_decompress (statement->store, compressed, (gsize) sqlite3_column_bytes (statement->stmt, 0), bytes,
                                  room, n, error);
}

GBytes *
quarry_store_load_body (QuarryStore *self, gint64 document, GError **error)
{
  g_autoptr (QuarryStatement) statement = NULL;
  g_autoptr (GByteArray) body = NULL;
  gint64 first, end;
  gsize part_bytes;
  int rc;

  if (!find_parts (self, document, &first, &end, &part_bytes, error))
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
      gsize n;

      g_byte_array_set_size (body, length + (guint) part_bytes);
      if (!decompress_column (statement, body->data + length, part_bytes, &n, error))
        return NULL;
      g_byte_array_set_size (body, length + (guint) n);
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
 * quarry_store_check() reports it. A dictionary that is missing or damaged affects most, and is an error. */
static gboolean
read_part (QuarryTextReader *self, QuarryStore *store, gint64 part, gsize part_bytes, GError **error)
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
        self->bytes = g_malloc (QUARRY_STORE_MOST_PART_BYTES);
      self->part = part;
      self->length = 0;
      if (self->goes_on
          && !decompress_column (self->statement, (guint8 *) self->bytes, part_bytes, &self->length, error))
        return FALSE;
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
                         gint64 part_bytes,
                         gint64 text_start,
                         QuarrySpan bytes,
                         GError **error)
{
  gsize part_size = valid_part_bytes (part_bytes);
  guint64 at = (guint64) text_start + bytes.start;
  guint64 end = (guint64) text_start + bytes.end;
  gsize plain;
  g_autoptr (GString) text
      = g_string_sized_new (at < end ? (gsize) MIN (end - at, 8 * PART_BYTES) : 0);

  while (at < end)
    {
      gsize offset = at % part_size;
      gsize n;

      if (!read_part (self, store, first_part + (gint64) (at / part_size), part_size, error))
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
