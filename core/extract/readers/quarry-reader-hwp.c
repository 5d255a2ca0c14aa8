/* quarry-reader-hwp.c: documents of Hangul, Korea's word processor, in its binary format
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The format is described in Hancom's "HWP Document File Formats 5.0": a compound file with sections,
 * which consist of records and are compressed with DEFLATE. The text of a paragraph is a record; what
 * is embedded in it, such as a table, follows it.
 */
#include "core/extract/office/quarry-ole.h"

#include <gio/gio.h>
#include <string.h>
#include <glib/gi18n-lib.h>

#define MAX_SECTIONS 10000u
#define MAX_SECTION (64u << 20)

enum
{
  RECORD_PARAGRAPH_TEXT = 67,
  RECORD_CONTROL = 71,
};

/* Flags in the header of the file. */
enum
{
  IS_DEFLATED = 1,
  IS_ENCRYPTED = 2,
  IS_FOR_DISTRIBUTION = 4, /* a distribution document, which is encrypted too */
};

gboolean
quarry_sniff_hwp (const QuarryInput *input)
{
  return quarry_ole_has (input, "FileHeader") && quarry_ole_has (input, "BodyText");
}

/* A section, decompressed as far as it is undamaged. (transfer full) */
static GByteArray *
inflate (const QuarryStream *stream)
{
  g_autoptr (GConverter) inflater
      = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_RAW));
  GByteArray *out = g_byte_array_new ();
  guint8 buffer[65536];
  gsize at = 0;

  /* After all input has been consumed, there may still be more output than fits into the buffer. */
  while (out->len < MAX_SECTION)
    {
      gsize n_read = 0, n_written = 0;
      GConverterResult result = g_converter_convert (inflater,
                                                     stream->bytes + at,
                                                     stream->length - at,
                                                     buffer,
                                                     sizeof buffer,
                                                     G_CONVERTER_INPUT_AT_END,
                                                     &n_read,
                                                     &n_written,
                                                     NULL);

      if (result == G_CONVERTER_ERROR)
        break;
      at += n_read;
      g_byte_array_append (out, buffer, (guint) n_written);
      if (result == G_CONVERTER_FINISHED)
        break;
    }
  return out;
}

/* Adds a paragraph. Of the characters below 32, some are single characters; all others take up eight. */
static gboolean
add_paragraph (const QuarryStream *stream, gsize at, gsize end, QuarryDocumentBuilder *builder)
{
  g_autoptr (GString) text = g_string_new (NULL);

  while (at + 2 <= end)
    {
      guint16 c = quarry_stream_u16 (stream, at);
      gsize n = 1;

      if (c == 9)
        g_string_append_c (text, '\t');
      else if (c == 10)
        g_string_append_c (text, '\n');
      else if (c == 24)
        g_string_append_c (text, '-');
      else if (c == 30 || c == 31)
        g_string_append_c (text, ' ');
      else if (c >= 32)
        {
          /* Take all up to the next control character, since a letter may consist of two units. */
          while (at + 2 * n + 2 <= end && quarry_stream_u16 (stream, at + 2 * n) >= 32)
            n++;
          quarry_ole_append_wide (text, stream, at, n);
        }
      if (c < 24 && c != 0 && c != 10 && c != 13)
        n = 8;
      at += 2 * n;
    }
  return quarry_document_builder_add (
      builder, QUARRY_BLOCK_PARAGRAPH, 0, text->str, (gssize) text->len);
}

static void
read_section (const QuarryStream *stream, QuarryDocumentBuilder *builder)
{
  guint32 passed_over = G_MAXUINT32; /* level of a header or footer; deeper records are its own */

  for (gsize at = 0; at + 4 <= stream->length;)
    {
      guint32 head = quarry_stream_u32 (stream, at);
      guint32 kind = head & 0x3ff, level = head >> 10 & 0x3ff;
      gsize length = head >> 20, end;

      at += 4;
      if (length == 0xfff)
        {
          length = quarry_stream_u32 (stream, at);
          at += 4;
        }
      end = at + MIN (length, stream->length - MIN (at, stream->length));
      if (level <= passed_over)
        passed_over = G_MAXUINT32;
      if (kind == RECORD_CONTROL && end - at >= 4 && passed_over == G_MAXUINT32
          && (memcmp (stream->bytes + at, "daeh", 4) == 0
              || memcmp (stream->bytes + at, "toof", 4) == 0))
        passed_over = level;
      else if (kind == RECORD_PARAGRAPH_TEXT && passed_over == G_MAXUINT32
               && !add_paragraph (stream, at, end, builder))
        return;
      at = end;
    }
}

gboolean
quarry_read_hwp (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  GsfInfile *ole = quarry_ole_open (input);
  GsfInfile *body = ole != NULL ? quarry_ole_get_folder (ole, "BodyText") : NULL;
  g_autoptr (GBytes) header = ole != NULL ? quarry_ole_get (ole, "FileHeader") : NULL;
  QuarryStream head = { 0 };
  guint32 flags;
  guint n_read = 0;

  if (header != NULL)
    head.bytes = g_bytes_get_data (header, &head.length);
  flags = quarry_stream_u32 (&head, 36);
  g_clear_object (&ole);
  if (flags & (IS_ENCRYPTED | IS_FOR_DISTRIBUTION))
    {
      g_clear_object (&body);
      g_set_error (error,
                   QUARRY_EXTRACT_ERROR,
                   QUARRY_EXTRACT_ERROR_ENCRYPTED,
                   _ ("This is %s that is encrypted: open it with its password and save an "
                      "unprotected copy."),
                   quarry_format_get_noun (QUARRY_FORMAT_HWP));
      return FALSE;
    }
  for (guint i = 0; body != NULL && i < MAX_SECTIONS; i++)
    {
      g_autofree char *name = g_strdup_printf ("Section%u", i);
      g_autoptr (GBytes) bytes = quarry_ole_get (body, name);
      g_autoptr (GByteArray) inflated = NULL;
      QuarryStream stream;

      if (bytes == NULL)
        break;
      stream.bytes = g_bytes_get_data (bytes, &stream.length);
      if (flags & IS_DEFLATED)
        {
          inflated = inflate (&stream);
          stream = (QuarryStream){ inflated->data, inflated->len };
        }
      read_section (&stream, builder);
      n_read++;
    }
  g_clear_object (&body);
  if (n_read == 0)
    quarry_reader_set_damaged (error, QUARRY_FORMAT_HWP);
  return n_read > 0;
}
