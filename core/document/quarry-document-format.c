/* quarry-document-format.c: a document as bytes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Writes and reads the format in which documents are sent from the reader process and stored. Reading
 * checks every length, offset and byte of UTF-8, since the process that wrote them may have been taken
 * over by a hostile file.
 *
 * All numbers are little-endian:
 *
 *   header    "QDOC", u32 version, u64 length of the whole, u64 checksum of all that follows
 *   counts    u32 bytes of text, u32 blocks, u32 pages, u32 metadata entries, u32 bytes of title
 *             (0 for none)
 *   blocks    u32 start, u32 end, u8 kind, u8 level
 *   pages     u32 start, u32 number
 *   metadata  u32 bytes of key, u32 bytes of value, key, value; sorted by key
 *   title, text
 */
#include "core/document/quarry-document-private.h"

#include <string.h>
#include <glib/gi18n-lib.h>

#define MAGIC "QDOC"
#define VERSION 1u
#define HEADER_SIZE 24u
#define COUNTS_SIZE 20u
#define BLOCK_SIZE 10u
#define PAGE_SIZE 8u

static inline void
put_u32 (GByteArray *out, guint32 value)
{
  value = GUINT32_TO_LE (value);
  g_byte_array_append (out, (const guint8 *) &value, sizeof value);
}

static inline guint32
get_u32 (const guint8 *bytes)
{
  guint32 value;

  memcpy (&value, bytes, sizeof value);
  return GUINT32_FROM_LE (value);
}

static inline guint64
get_u64 (const guint8 *bytes)
{
  guint64 value;

  memcpy (&value, bytes, sizeof value);
  return GUINT64_FROM_LE (value);
}

/* The FNV-1a hash (Fowler, Noll, Vo), but over words of eight bytes instead of single bytes, and with the high half
 * folded into the low one at every step. It guards against damage, not against forgery. */
static inline guint64
add_to_hash (guint64 hash, const guint8 *word)
{
  hash = (hash ^ get_u64 (word)) * G_GUINT64_CONSTANT (1099511628211);
  return hash ^ hash >> 32;
}

/* Adds all whole words of eight bytes to the hash and returns how many bytes these are. */
static gsize
add_words (guint64 *hash, const guint8 *bytes, gsize length, gboolean is_mapped)
{
  gsize n = length - length % 8;

  for (gsize i = 0; i < n;)
    {
      gsize start = i, end = MIN (n, i + QUARRY_DOCUMENT_WINDOW);

      for (; i < end; i += 8)
        *hash = add_to_hash (*hash, bytes + i);
      if (is_mapped)
        quarry_document_forget_pages (bytes + start, end - start);
    }
  return n;
}

/* The checksum of @bytes followed by @more. @is_mapped: @more (or @bytes, if @more is empty) is pages of a mapped file,
 * which are given back once they have been read. */
static guint64
checksum (const guint8 *bytes, gsize length, const guint8 *more, gsize n_more, gboolean is_mapped)
{
  guint64 hash = G_GUINT64_CONSTANT (14695981039346656037);
  guint8 between[8] = { 0 };
  gsize i, n, skipped;

  i = add_words (&hash, bytes, length, is_mapped && n_more == 0);
  n = length - i;
  skipped = n > 0 ? MIN (8 - n, n_more) : 0;
  memcpy (between, bytes + i, n);
  if (skipped > 0)
    memcpy (between + n, more, skipped);
  if (n + skipped == 8)
    {
      hash = add_to_hash (hash, between);
      memset (between, 0, sizeof between);
      n = 0;
    }
  if (n == 0 && n_more > 0)
    {
      i = skipped + add_words (&hash, more + skipped, n_more - skipped, is_mapped);
      if (n_more > i)
        memcpy (between, more + i, n_more - i);
    }
  hash = add_to_hash (hash, between);
  return (hash ^ (length + n_more)) * G_GUINT64_CONSTANT (1099511628211);
}

/* Writes everything but the text, into an array with room for @room more bytes, so that the text can be appended. */
static GByteArray *
write_head (QuarryDocument *self, gsize room)
{
  gsize length;
  const char *text;
  const char *title;
  const QuarryBlock *blocks;
  const QuarryPage *pages;
  guint n_blocks, n_pages;
  GHashTable *metadata;
  g_autoptr (GList) keys = NULL;
  GByteArray *out;
  guint64 value;

  text = quarry_document_get_text (self, &length);
  title = quarry_document_get_title (self);
  blocks = quarry_document_get_blocks (self, &n_blocks);
  pages = quarry_document_get_pages (self, &n_pages);
  metadata = quarry_document_get_metadata_table (self);

  out = g_byte_array_sized_new ((guint) (HEADER_SIZE + COUNTS_SIZE + room + 1024
                                        + n_blocks * BLOCK_SIZE + n_pages * PAGE_SIZE));
  g_byte_array_set_size (out, HEADER_SIZE);
  put_u32 (out, (guint32) length);
  put_u32 (out, n_blocks);
  put_u32 (out, n_pages);
  put_u32 (out, g_hash_table_size (metadata));
  put_u32 (out, title != NULL ? (guint32) strlen (title) : 0);

  for (guint i = 0; i < n_blocks; i++)
    {
      put_u32 (out, blocks[i].span.start);
      put_u32 (out, blocks[i].span.end);
      g_byte_array_append (out, &blocks[i].kind, 1);
      g_byte_array_append (out, &blocks[i].level, 1);
    }
  for (guint i = 0; i < n_pages; i++)
    {
      put_u32 (out, pages[i].start);
      put_u32 (out, pages[i].number);
    }

  keys = g_list_sort (g_hash_table_get_keys (metadata), (GCompareFunc)strcmp);
  for (GList *l = keys; l != NULL; l = l->next)
    {
      const char *key = l->data;
      const char *entry = g_hash_table_lookup (metadata, key);

      put_u32 (out, (guint32) strlen (key));
      put_u32 (out, (guint32) strlen (entry));
      g_byte_array_append (out, (const guint8 *) key, (guint) strlen (key));
      g_byte_array_append (out, (const guint8 *) entry, (guint) strlen (entry));
    }
  if (title != NULL)
    g_byte_array_append (out, (const guint8 *) title, (guint) strlen (title));
  memcpy (out->data, MAGIC, 4);
  value = GUINT32_TO_LE (VERSION);
  memcpy (out->data + 4, &value, 4);
  value = GUINT64_TO_LE ((guint64) out->len + length);
  memcpy (out->data + 8, &value, 8);
  value = GUINT64_TO_LE (checksum (out->data + HEADER_SIZE, out->len - HEADER_SIZE,
                                     (const guint8 *) text, length,
                                     length > 0 && quarry_document_is_mapped (self)));
  memcpy (out->data + 16, &value, 8);

  return out;
}

GBytes *
quarry_document_serialize_head (QuarryDocument *self)
{
  g_return_val_if_fail (QUARRY_IS_DOCUMENT (self), NULL);

  return g_byte_array_free_to_bytes (write_head (self, 0));
}

GBytes *
quarry_document_serialize (QuarryDocument *self)
{
  const char *text;
  gsize length;
  GByteArray *out;

  g_return_val_if_fail (QUARRY_IS_DOCUMENT (self), NULL);

  text = quarry_document_get_text (self, &length);
  out = write_head (self, length);
  g_byte_array_append (out, (const guint8 *) text, (guint) length);
  return g_byte_array_free_to_bytes (out);
}

typedef struct
{
  const guint8 *bytes;
  gsize left;
} Reader;

static const guint8 *
take (Reader *reader, gsize n)
{
  const guint8 *bytes = reader->bytes;

  if (n > reader->left)
    return NULL;
  reader->bytes += n;
  reader->left -= n;
  return bytes;
}

static char *
take_string (Reader *reader, guint32 length, guint32 limit)
{
  const guint8 *bytes = length <= limit ? take (reader, length) : NULL;

  if (bytes == NULL || !g_utf8_validate_len ((const char *) bytes, length, NULL))
    return NULL;
  return g_strndup ((const char *) bytes, length);
}

static gboolean
is_white_space (const char *text, guint32 start, guint32 end)
{
  for (guint32 i = start; i < end; i++)
    if (text[i] != '\n' && text[i] != ' ' && text[i] != '\t')
      return FALSE;
  return TRUE;
}

static gboolean
check_blocks (const QuarryDocumentParts *parts)
{
  const char *text = parts->lent;
  gsize length = parts->n_lent;
  guint32 end = 0;

  for (guint i = 0; i < parts->blocks->len; i++)
    {
      const QuarryBlock *block = &g_array_index (parts->blocks, QuarryBlock, i);

      /* As only white space lies before a block, it also starts between characters. */
      if (block->kind > QUARRY_BLOCK_QUOTE || block->span.start < end
          || block->span.end <= block->span.start
          || !quarry_document_is_boundary (text, length, block->span.end)
          || !is_white_space (text, end, block->span.start))
        return FALSE;
      if (block->kind == QUARRY_BLOCK_HEADING
              ? block->level < 1 || block->level > QUARRY_DOCUMENT_MAX_HEADING_LEVEL
          : block->kind == QUARRY_BLOCK_LIST_ITEM
              ? block->level < 1 || block->level > QUARRY_DOCUMENT_MAX_LEVEL
              : block->level != 0)
        return FALSE;
      if (parts->is_mapped && block->span.end / QUARRY_DOCUMENT_WINDOW != end / QUARRY_DOCUMENT_WINDOW)
        quarry_document_forget_pages (text + end, block->span.end - end);
      end = block->span.end;
    }
  return is_white_space (text, end, (guint32) length);
}

static gboolean
check_pages (const QuarryDocumentParts *parts)
{
  guint32 start = 0, number = 0;

  for (guint i = 0; i < parts->pages->len; i++)
    {
      const QuarryPage *page = &g_array_index (parts->pages, QuarryPage, i);

      if (page->start < start || page->number <= number
          || !quarry_document_is_boundary (parts->lent, parts->n_lent, page->start))
        return FALSE;
      start = page->start;
      number = page->number;
    }
  return TRUE;
}

static gboolean
is_valid (const char *text, gsize length, gboolean is_mapped)
{
  for (gsize i = 0; i < length;)
    {
      gsize end = MIN (length, i + QUARRY_DOCUMENT_WINDOW);

      while (end > i + 4 && !quarry_document_is_boundary (text, length, end))
        end--;
      if (!g_utf8_validate_len (text + i, end - i, NULL))
        return FALSE;
      if (is_mapped)
        quarry_document_forget_pages (text + i, end - i);
      i = end;
    }
  return TRUE;
}

/* Reads what follows the header; FALSE if it is not a valid document. The text in @parts then points into the bytes
 * that @reader reads and is not copied. */
static gboolean
read_body (Reader *reader, QuarryDocumentParts *parts)
{
  const guint8 *counts = take (reader, COUNTS_SIZE);
  const guint8 *bytes;
  guint32 n_text, n_blocks, n_pages, n_metadata, n_title;
  g_autofree char *previous = NULL;

  if (counts == NULL)
    return FALSE;
  n_text = get_u32 (counts);
  n_blocks = get_u32 (counts + 4);
  n_pages = get_u32 (counts + 8);
  n_metadata = get_u32 (counts + 12);
  n_title = get_u32 (counts + 16);
  if (n_text > QUARRY_DOCUMENT_MAX_TEXT || n_metadata > QUARRY_DOCUMENT_MAX_KEYS
      || n_blocks > QUARRY_DOCUMENT_MAX_BLOCKS || n_pages > QUARRY_DOCUMENT_MAX_BLOCKS)
    return FALSE;

  bytes = take (reader, (gsize) n_blocks * BLOCK_SIZE);
  if (bytes == NULL)
    return FALSE;
  g_array_set_size (parts->blocks, n_blocks);
  for (guint i = 0; i < n_blocks; i++, bytes += BLOCK_SIZE)
    g_array_index (parts->blocks, QuarryBlock, i)
        = (QuarryBlock) { { get_u32 (bytes), get_u32 (bytes + 4) }, bytes[8], bytes[9] };

  bytes = take (reader, (gsize) n_pages * PAGE_SIZE);
  if (bytes == NULL)
    return FALSE;
  g_array_set_size (parts->pages, n_pages);
  for (guint i = 0; i < n_pages; i++, bytes += PAGE_SIZE)
    g_array_index (parts->pages, QuarryPage, i)
        = (QuarryPage) { get_u32 (bytes), get_u32 (bytes + 4) };

  for (guint i = 0; i < n_metadata; i++)
    {
      g_autofree char *key = NULL;
      g_autofree char *value = NULL;

      bytes = take (reader, 8);
      if (bytes == NULL)
        return FALSE;
      key = take_string (reader, get_u32 (bytes), QUARRY_DOCUMENT_MAX_TITLE);
      value = take_string (reader, get_u32 (bytes + 4), QUARRY_DOCUMENT_MAX_VALUE);
      if (key == NULL || value == NULL || *key == '\0' || *value == '\0'
          || (previous != NULL && strcmp (previous, key) >= 0))
        return FALSE;
      g_free (previous);
      previous = g_strdup (key);
      g_hash_table_insert (parts->metadata, g_steal_pointer (&key), g_steal_pointer (&value));
    }

  if (n_title > 0)
    {
      parts->title = take_string (reader, n_title, QUARRY_DOCUMENT_MAX_TITLE);
      if (parts->title == NULL)
        return FALSE;
    }

  bytes = take (reader, n_text);
  if (bytes == NULL || reader->left > 0 || !is_valid ((const char *) bytes, n_text, parts->is_mapped))
    return FALSE;
  parts->lent = (const char *) bytes;
  parts->n_lent = n_text;

  return check_blocks (parts) && check_pages (parts);
}

static QuarryDocument *
deserialize (GBytes *bytes, gboolean in_place, gboolean is_mapped, GError **error)
{
  g_auto (QuarryDocumentParts) parts = { 0 };
  Reader reader;
  const guint8 *header;
  gsize length;

  g_return_val_if_fail (bytes != NULL, NULL);

  reader.bytes = g_bytes_get_data (bytes, &reader.left);
  length = reader.left;
  header = take (&reader, HEADER_SIZE);
  if (header == NULL || memcmp (header, MAGIC, 4) != 0)
    {
      g_set_error_literal (error,
                           QUARRY_DOCUMENT_ERROR,
                           QUARRY_DOCUMENT_ERROR_DAMAGED,
                           _ ("The stored text is not a document: import the file again."));
      return NULL;
    }
  if (get_u32 (header + 4) != VERSION)
    {
      g_set_error (error,
                   QUARRY_DOCUMENT_ERROR,
                   QUARRY_DOCUMENT_ERROR_VERSION,
                   _ ("The stored document has format %u, but this Quarry reads format %u: import "
                      "the file again."),
                   get_u32 (header + 4),
                   VERSION);
      return NULL;
    }

  quarry_document_parts_init (&parts);
  parts.is_mapped = is_mapped;
  if (get_u64 (header + 8) != length
      || get_u64 (header + 16) != checksum (reader.bytes, reader.left, NULL, 0, is_mapped)
      || !read_body (&reader, &parts))
    {
      g_set_error_literal (error,
                           QUARRY_DOCUMENT_ERROR,
                           QUARRY_DOCUMENT_ERROR_DAMAGED,
                           _ ("The stored document is damaged: import the file again."));
      return NULL;
    }
  if (in_place)
    parts.bytes = g_bytes_ref (bytes);
  else
    g_string_append_len (parts.text, parts.lent, (gssize) parts.n_lent);
  return quarry_document_new_from_parts (&parts);
}

QuarryDocument *
quarry_document_deserialize (GBytes *bytes, GError **error)
{
  return deserialize (bytes, FALSE, FALSE, error);
}

QuarryDocument *
quarry_document_deserialize_in_place (GBytes *bytes, gboolean is_mapped, GError **error)
{
  return deserialize (bytes, TRUE, is_mapped, error);
}
