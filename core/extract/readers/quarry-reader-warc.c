/* quarry-reader-warc.c: archives of the web (WARC, ISO 28500, and the ARC files of before 2009)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each record holds what a server answered for one address: pages and documents are files inside, named by their
 * addresses. What is only there for their looks is passed over. The text of the archive itself is what it says of how it
 * was made. Compressed archives, in which every record is a gzip member of its own, are unpacked piece by piece, so that
 * they may be of any size.
 */
#include "core/extract/quarry-reader.h"

#include "core/extract/mail/quarry-mime.h"

#include <gio/gio.h>
#include <string.h>
#include <glib/gi18n-lib.h>

#define PIECE 65536u
/* The header of a record has to end within so many bytes. */
#define MOST_HEADER (256u << 10)
/* How much of a mapped file is read before its pages are given back. */
#define WINDOW (16u << 20)

static gboolean
begins_as_warc (const guint8 *bytes, gsize length)
{
  gsize end = 7;

  if (length > 11 && memcmp (bytes, "filedesc://", 11) == 0)
    return TRUE;
  if (length < 10 || memcmp (bytes, "WARC/", 5) != 0 || (bytes[5] != '0' && bytes[5] != '1') || bytes[6] != '.')
    return FALSE;
  /* A text on the format may begin with its name too. */
  while (end < length - 1 && g_ascii_isdigit (bytes[end]))
    end++;
  return bytes[end] == '\r' || bytes[end] == '\n';
}

gboolean
quarry_sniff_warc (const QuarryInput *input)
{
  g_autoptr (GConverter) gunzip = NULL;
  guint8 start[16];
  gsize n_read, n_written = 0;

  if (!quarry_sniff_gzip (input))
    return begins_as_warc (input->bytes, input->length);
  gunzip = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));
  g_converter_convert (gunzip,
                       input->bytes,
                       MIN (input->length, PIECE),
                       start,
                       sizeof start,
                       G_CONVERTER_NO_FLAGS,
                       &n_read,
                       &n_written,
                       NULL);
  return begins_as_warc (start, n_written);
}

/* --- What a server answered -------------------------------------------------------------------- */

/* Whether nobody would look for such an answer: it is part of a page's looks or of its programs. */
static gboolean
is_of_looks (const char *type)
{
  static const char *const starts[] = { "image/",
                                        "font/",
                                        "audio/",
                                        "video/",
                                        "text/css",
                                        "application/font",
                                        "application/x-font",
                                        "application/vnd.ms-fontobject",
                                        "text/dns" };

  for (guint i = 0; i < G_N_ELEMENTS (starts); i++)
    if (g_str_has_prefix (type, starts[i]))
      return TRUE;
  return strstr (type, "javascript") != NULL || strstr (type, "json") != NULL;
}

/* The name of a file for the answer: its address without the scheme, and with the ending that its type asks for.
 * (transfer full) */
static char *
name_answer (const char *address, const char *type)
{
  static const char *const endings[][2] = {
    { "text/html", ".html" }, { "application/xhtml", ".xhtml" }, { "application/pdf", ".pdf" }, { "text/plain", ".txt" }
  };
  const char *from = strstr (address, "://");
  g_autofree char *path = g_strdup (from != NULL ? from + 3 : address);
  g_autofree char *plain = NULL;
  const char *ending = "";

  path[strcspn (path, "#>")] = '\0';
  plain = g_uri_unescape_string (path, NULL);
  if (plain == NULL)
    plain = g_steal_pointer (&path);
  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_prefix (type, endings[i][0]))
      ending = endings[i][1];
  if (g_str_has_suffix (plain, "/") || strchr (plain, '/') == NULL)
    return g_strconcat (plain, "/index", *ending != '\0' ? ending : ".html", NULL);
  /* A program's text is source code, whatever the type says; but the text that was taken from a page is no page. */
  if (g_str_has_suffix (plain, ending)
      || (strcmp (ending, ".txt") == 0 && quarry_format_of_name (plain) != QUARRY_FORMAT_NONE
          && quarry_format_of_name (plain) != QUARRY_FORMAT_HTML)
      || (strcmp (ending, ".html") == 0 && g_str_has_suffix (plain, ".htm")))
    return g_steal_pointer (&plain);
  return g_strconcat (plain, ending, NULL);
}

/* Undoes the chunks in which a server sends what it has no length of (RFC 9112). (transfer full) */
static GByteArray *
join_chunks (const guint8 *bytes, gsize length)
{
  GByteArray *out = g_byte_array_new ();

  while (length > 0)
    {
      const guint8 *line = memchr (bytes, '\n', MIN (length, 256));
      g_autofree char *number = line != NULL ? g_strndup ((const char *) bytes, (gsize) (line - bytes)) : NULL;
      guint64 n = number != NULL && g_ascii_isxdigit (*number) ? g_ascii_strtoull (number, NULL, 16) : 0;

      if (n == 0)
        break;
      length -= (gsize) (line + 1 - bytes);
      bytes = line + 1;
      n = MIN (n, length);
      g_byte_array_append (out, bytes, (guint) n);
      bytes += n;
      length -= (gsize) n;
      for (guint i = 0; i < 2 && length > 0 && (*bytes == '\r' || *bytes == '\n'); i++)
        bytes++, length--;
    }
  return out;
}

static const char *
field (GHashTable *fields, const char *name)
{
  const char *value = g_hash_table_lookup (fields, name);

  return value != NULL ? value : "";
}

/* Reads the body of an answer into a file inside. FALSE once no more are taken. */
static gboolean
read_body (const QuarryInput *input,
           const char *address,
           const char *type,
           const char *coding,
           const guint8 *bytes,
           gsize length)
{
  g_autofree char *small = g_ascii_strdown (type, -1);
  g_autofree char *name = NULL;
  g_autofree char *inner = NULL;
  g_autoptr (GByteArray) unpacked = NULL;
  const QuarryInput packed = { .bytes = bytes, .length = length, .name = "x.gz", .inside = input->inside };

  if (length == 0 || is_of_looks (small))
    return TRUE;
  name = name_answer (address, small);
  if (!quarry_extractor_may_read (name))
    return TRUE;
  if (!quarry_inside_wants (input->inside, name))
    return quarry_inside_refuse (input->inside, name, NULL);
  if (quarry_sniff_gzip (&packed) && strstr (coding, "gzip") != NULL)
    {
      unpacked = quarry_archive_unwrap (&packed, &inner);
      if (unpacked == NULL)
        return TRUE;
      bytes = unpacked->data;
      length = unpacked->len;
    }
  /* Some crawlers have unpacked it and left the field. */
  else if (*coding != '\0' && strcmp (coding, "identity") != 0 && strstr (coding, "gzip") == NULL)
    {
      g_autoptr (GError) error = NULL;

      g_set_error_literal (&error,
                           QUARRY_EXTRACT_ERROR,
                           QUARRY_EXTRACT_ERROR_UNSUPPORTED,
                           _ ("Quarry has no reader for files of this kind."));
      return quarry_inside_refuse (input->inside, name, error);
    }
  return quarry_inside_read (input->inside, name, bytes, length);
}

/* Reads an answer as it came over the network: HTTP's status, its header, its body. */
static gboolean
read_answer (const QuarryInput *input, const char *address, const guint8 *bytes, gsize length)
{
  const guint8 *line = memchr (bytes, '\n', MIN (length, 1024));
  g_autofree char *status = line != NULL ? g_strndup ((const char *) bytes, (gsize) (line - bytes)) : NULL;
  const char *code = status != NULL ? strchr (status, ' ') : NULL;
  const char *body;
  gsize n_body;
  g_autoptr (GHashTable) fields = NULL;
  g_autofree char *coding = NULL;
  g_autoptr (GByteArray) joined = NULL;

  /* Neither errors nor redirections are pages. */
  if (code == NULL || !g_str_has_prefix (status, "HTTP/") || !g_str_has_prefix (code, " 20"))
    return TRUE;
  body = (const char *) line + 1;
  n_body = length - (gsize) (line + 1 - bytes);
  fields = quarry_mime_read_header (&body, &n_body);
  coding = g_ascii_strdown (field (fields, "content-encoding"), -1);
  if (g_ascii_strcasecmp (field (fields, "transfer-encoding"), "chunked") == 0 && n_body > 0
      && g_ascii_isxdigit (*body))
    joined = join_chunks ((const guint8 *) body, n_body);
  return read_body (input,
                    address,
                    field (fields, "content-type"),
                    coding,
                    joined != NULL ? joined->data : (const guint8 *) body,
                    joined != NULL ? joined->len : n_body);
}

/* --- Records ----------------------------------------------------------------------------------- */

/* A record's header, and what it says of the contents, which follow it. */
typedef struct
{
  gsize length;     /* of the header */
  guint64 contents; /* length of the contents */
  char *address;
  char *type;
  gboolean is_answer, is_file, is_notes;
} Record;

static void
record_clear (Record *self)
{
  g_free (self->address);
  g_free (self->type);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Record, record_clear)

/* Parses "ADDRESS … TYPE LENGTH" and, in the newer edition, five fields between these two. */
static gboolean
parse_arc (const char *line, Record *record)
{
  g_auto (GStrv) words = g_strsplit (line, " ", -1);
  guint n = g_strv_length (words);

  if (n < 5 || strchr (words[0], ':') == NULL || !g_ascii_isdigit (*words[n - 1]))
    return FALSE;
  record->address = g_strdup (words[0]);
  record->contents = g_ascii_strtoull (words[n - 1], NULL, 10);
  record->is_answer = !g_str_has_prefix (words[0], "filedesc:");
  return TRUE;
}

/* Parses the header of the record at @bytes. FALSE if there is none. */
static gboolean
parse_header (const guint8 *bytes, gsize length, Record *record)
{
  const guint8 *end = memchr (bytes, '\n', MIN (length, MOST_HEADER));
  const char *rest;
  gsize n_rest, n_head;
  g_autoptr (GHashTable) fields = NULL;
  const char *kind;

  if (end == NULL)
    return FALSE;
  if (length < 5 || memcmp (bytes, "WARC/", 5) != 0)
    {
      g_autofree char *line = g_strndup ((const char *) bytes, (gsize) (end - bytes));

      record->length = (gsize) (end + 1 - bytes);
      return parse_arc (g_strchomp (line), record);
    }
  rest = (const char *) end + 1;
  n_rest = n_head = MIN (length - (gsize) (end + 1 - bytes), MOST_HEADER);
  fields = quarry_mime_read_header (&rest, &n_rest);
  if (g_hash_table_lookup (fields, "content-length") == NULL)
    return FALSE;
  record->length = (gsize) (end + 1 - bytes) + (n_head - n_rest);
  record->contents = g_ascii_strtoull (field (fields, "content-length"), NULL, 10);
  record->address = g_strdup (field (fields, "warc-target-uri"));
  if (*record->address == '<')
    memmove (record->address, record->address + 1, strlen (record->address));
  record->type = g_strdup (field (fields, "content-type"));
  kind = field (fields, "warc-type");
  record->is_answer = strcmp (kind, "response") == 0 && strstr (record->type, "/http") != NULL;
  record->is_file = !record->is_answer && (strcmp (kind, "resource") == 0 || strcmp (kind, "conversion") == 0);
  record->is_notes = strcmp (kind, "warcinfo") == 0 && record->contents <= MOST_HEADER;
  return TRUE;
}

/* How the reading of records stands. */
typedef struct
{
  QuarryDocumentBuilder *builder;
  gboolean has_notes;
  guint64 to_skip; /* bytes of a record that is too long to be read */
  gboolean is_full, is_broken;
} State;

/* What the archive says of itself, field by field: who made it, by which program, what it is about. */
static void
read_notes (const guint8 *bytes, gsize length, State *state)
{
  g_autofree char *text = g_utf8_make_valid ((const char *) bytes, (gssize) length);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  state->has_notes = TRUE;
  for (guint i = 0; lines[i] != NULL; i++)
    if (*g_strstrip (lines[i]) != '\0')
      quarry_document_builder_add (state->builder, QUARRY_BLOCK_PARAGRAPH, 0, lines[i], -1);
}

/* Reads the records that are whole in @bytes; with @is_last nothing follows these. Returns how many bytes that took. */
static gsize
read_records (const QuarryInput *input, const guint8 *bytes, gsize length, gboolean is_last, State *state)
{
  gsize at = 0, forgotten = 0;

  while (at < length && !state->is_full && !state->is_broken)
    {
      g_auto (Record) record = { 0 };
      gsize left = length - at;

      if (state->to_skip > 0 || bytes[at] == '\r' || bytes[at] == '\n')
        {
          gsize n = state->to_skip > 0 ? (gsize) MIN (state->to_skip, (guint64) left) : 1;

          at += n;
          state->to_skip -= state->to_skip > 0 ? n : 0;
          continue;
        }
      if (!is_last && left < MOST_HEADER && memmem (bytes + at, left, "\r\n\r\n", 4) == NULL
          && memcmp (bytes + at, "WARC/", MIN (left, 5)) == 0)
        break;
      if (!parse_header (bytes + at, left, &record))
        {
          state->is_broken = is_last || left >= MOST_HEADER;
          break;
        }
      if (record.contents > QUARRY_INSIDE_MAX_FILE || (!record.is_answer && !record.is_file && (!record.is_notes || state->has_notes)))
        {
          at += record.length;
          state->to_skip = record.contents;
          continue;
        }
      if (record.contents > left - record.length)
        {
          if (!is_last)
            break;
          /* A crawl that was killed leaves half of a record, which is often a page already. */
          state->is_broken = TRUE;
          record.contents = left - record.length;
        }
      if (record.is_notes)
        read_notes (bytes + at + record.length, (gsize) record.contents, state);
      else if (record.is_answer)
        state->is_full = !read_answer (input, record.address, bytes + at + record.length, (gsize) record.contents);
      else
        state->is_full
            = !read_body (input, record.address, record.type, "", bytes + at + record.length, (gsize) record.contents);
      at += record.length + (gsize) record.contents;
      if (at > forgotten + WINDOW)
        {
          quarry_input_forget (input);
          forgotten = at;
        }
    }
  return at;
}

/* Unpacks one gzip member after another, and reads the records in them. */
static void
read_packed (const QuarryInput *input, State *state)
{
  g_autoptr (GConverter) gunzip = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP));
  g_autoptr (GByteArray) buffer = g_byte_array_new ();
  gsize at = 0, used = 0;
  gboolean is_taken = TRUE;

  while (at < input->length && !state->is_full && !state->is_broken)
    {
      guint filled = buffer->len;
      gsize n_read = 0, n_written = 0;
      GConverterResult result;

      g_byte_array_set_size (buffer, filled + PIECE);
      result = g_converter_convert (gunzip,
                                    input->bytes + at,
                                    input->length - at,
                                    buffer->data + filled,
                                    PIECE,
                                    G_CONVERTER_INPUT_AT_END,
                                    &n_read,
                                    &n_written,
                                    NULL);
      g_byte_array_set_size (buffer, filled + (guint) n_written);
      at += n_read;
      if (result == G_CONVERTER_ERROR)
        break;
      if (!quarry_inside_account (input->inside, n_written))
        {
          /* Which has been told. */
          state->is_full = TRUE;
          return;
        }
      if (result == G_CONVERTER_FINISHED)
        g_converter_reset (gunzip);
      /* A record usually ends with its member. Between those, and where it does not, look when the buffer has doubled. */
      if (buffer->len >= 2 * used + (result == G_CONVERTER_FINISHED ? 0 : WINDOW)
          || (result == G_CONVERTER_FINISHED && is_taken))
        {
          gsize n = read_records (input, buffer->data, buffer->len, FALSE, state);

          g_byte_array_remove_range (buffer, 0, (guint) n);
          used = buffer->len;
          is_taken = n > 0;
        }
    }
  if (!state->is_full && !state->is_broken)
    read_records (input, buffer->data, buffer->len, TRUE, state);
  state->is_broken |= at < input->length && !state->is_full;
}

gboolean
quarry_read_warc (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  State state = { .builder = builder };

  if (input->inside == NULL)
    return TRUE;
  if (quarry_sniff_gzip (input))
    read_packed (input, &state);
  else
    read_records (input, input->bytes, input->length, TRUE, &state);
  if (!state.is_full && (state.is_broken || state.to_skip > 0))
    {
      quarry_reader_set_damaged (error, QUARRY_FORMAT_WARC);
      return FALSE;
    }
  return TRUE;
}
