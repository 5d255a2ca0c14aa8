/* quarry-reader-msg.c: mails as Outlook saves them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The format is described in [MS-OXMSG]: each property is a stream, and each attachment is a storage,
 * also if it is a mail.
 */
#include "core/extract/html/quarry-html.h"
#include "core/extract/office/quarry-compressed-rtf.h"
#include "core/extract/office/quarry-ole.h"
#include "core/extract/quarry-metadata.h"
#include "core/extract/text/quarry-decode.h"
#include "core/extract/text/quarry-text.h"

#include <string.h>
#include <glib/gi18n-lib.h>

#define MAX_DEPTH 8u
#define MAX_ATTACHMENTS 2000

gboolean
quarry_sniff_msg (const QuarryInput *input)
{
  return quarry_ole_has (input, "__properties_version1.0");
}

static GBytes *
get_property (GsfInfile *storage, const char *property)
{
  g_autofree char *name = g_strconcat ("__substg1.0_", property, NULL);

  return quarry_ole_get (storage, name);
}

/* A text property; NULL if there is none. (transfer full) */
static char *
get_text (GsfInfile *storage, const char *property)
{
  g_autofree char *wide = g_strconcat (property, "001F", NULL);
  g_autofree char *narrow = g_strconcat (property, "001E", NULL);
  g_autoptr (GBytes) bytes = get_property (storage, wide);
  QuarryStream stream;

  if (bytes != NULL)
    {
      GString *text = g_string_new (NULL);

      stream.bytes = g_bytes_get_data (bytes, &stream.length);
      quarry_ole_append_wide (text, &stream, 0, stream.length / 2);
      return g_string_free (text, FALSE);
    }
  bytes = get_property (storage, narrow);
  if (bytes != NULL)
    {
      g_autoptr (GString) text = NULL;

      stream.bytes = g_bytes_get_data (bytes, &stream.length);
      while (stream.length > 0 && stream.bytes[stream.length - 1] == 0)
        stream.length--;
      text = quarry_decode (stream.bytes, stream.length, NULL);
      return text != NULL ? g_strdup (text->str) : NULL;
    }
  return NULL;
}

/* When the mail was sent, or else delivered; NULL if unknown. Numbers and times are in one stream, after its header,
 * with sixteen bytes each: type, property, flags, value. (transfer full) */
static char *
get_date (GsfInfile *storage, guint depth)
{
  static const guint16 ids[] = { 0x0039, 0x0e06 };
  g_autoptr (GBytes) bytes = quarry_ole_get (storage, "__properties_version1.0");
  QuarryStream stream;

  if (bytes == NULL)
    return NULL;
  stream.bytes = g_bytes_get_data (bytes, &stream.length);
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    for (gsize at = depth == 0 ? 32 : 24; at + 16 <= stream.length; at += 16)
      if (quarry_stream_u32 (&stream, at) == ((guint32) ids[i] << 16 | 0x40))
        {
          g_autoptr (GDateTime) date = quarry_metadata_get_windows_time (
              quarry_stream_u32 (&stream, at + 8) | (guint64) quarry_stream_u32 (&stream, at + 12) << 32);

          return date != NULL ? g_date_time_format_iso8601 (date) : NULL;
        }
  return NULL;
}

/* If there is a @value to be written, ends the previous field in @line with a full stop and returns TRUE. */
static gboolean
begin_field (GString *line, const char *value)
{
  if (value == NULL || value[strspn (value, " ")] == '\0')
    return FALSE;
  if (line->len > 0)
    g_string_append (line, ". ");
  return TRUE;
}

static void
read_body (GsfInfile *storage, QuarryDocumentBuilder *builder)
{
  g_autofree char *plain = get_text (storage, "1000");
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) rtf = NULL;

  if (plain != NULL && plain[strspn (plain, " \t\r\n")] != '\0')
    {
      g_autoptr (GString) text = g_string_new (plain);

      quarry_text_add (builder, text, 0, FALSE);
      return;
    }
  bytes = get_property (storage, "10130102");
  if (bytes != NULL)
    {
      gsize length;
      const guint8 *data = g_bytes_get_data (bytes, &length);
      g_autoptr (GString) html = quarry_decode (data, length, NULL);

      if (html != NULL)
        quarry_html_add (builder, html->str, html->len, FALSE);
      return;
    }
  rtf = get_property (storage, "10090102");
  if (rtf != NULL)
    quarry_compressed_rtf_add (builder, g_bytes_get_data (rtf, NULL), g_bytes_get_size (rtf));
}

static void
read_message (GsfInfile *storage,
              const QuarryInput *input,
              QuarryDocumentBuilder *builder,
              guint depth)
{
  g_autofree char *subject = get_text (storage, "0037");
  g_autofree char *from = get_text (storage, "0C1A");
  g_autofree char *to = get_text (storage, "0E04");
  g_autofree char *copies = get_text (storage, "0E03");
  g_autofree char *date = get_date (storage, depth);
  g_autoptr (GString) line = g_string_new (NULL);

  if (depth == 0)
    {
      quarry_document_builder_set_title (builder, subject);
      quarry_document_builder_set_metadata (builder, "author", from);
      quarry_document_builder_set_metadata (builder, "created", date);
    }
  if (subject != NULL)
    quarry_document_builder_add (
        builder, QUARRY_BLOCK_HEADING, MIN (depth + 1, 6), subject, -1);
  if (begin_field (line, from))
    g_string_append_printf (line, _ ("From: %s"), from);
  if (begin_field (line, to))
    g_string_append_printf (line, _ ("To: %s"), to);
  if (begin_field (line, copies))
    g_string_append_printf (line, _ ("Cc: %s"), copies);
  if (begin_field (line, date))
    g_string_append_printf (line, _ ("Date: %s"), date);
  quarry_document_builder_add (
      builder, QUARRY_BLOCK_PARAGRAPH, 0, line->str, (gssize) line->len);
  read_body (storage, builder);

  for (int i = 0; i < MIN (gsf_infile_num_children (storage), MAX_ATTACHMENTS); i++)
    {
      const char *child_name = gsf_infile_name_by_index (storage, i);
      GsfInput *child;
      GsfInput *message;
      g_autofree char *name = NULL;
      g_autoptr (GBytes) bytes = NULL;

      if (child_name == NULL || !g_str_has_prefix (child_name, "__attach_version1.0_"))
        continue;
      child = gsf_infile_child_by_index (storage, i);
      if (child == NULL)
        continue;
      if (GSF_IS_INFILE (child))
        {
          name = get_text (GSF_INFILE (child), "3707");
          if (name == NULL)
            name = get_text (GSF_INFILE (child), "3704");
          bytes = get_property (GSF_INFILE (child), "37010102");
          message = gsf_infile_child_by_name (GSF_INFILE (child), "__substg1.0_3701000D");
          if (message != NULL && GSF_IS_INFILE (message) && depth < MAX_DEPTH)
            read_message (GSF_INFILE (message), input, builder, depth + 1);
          g_clear_object (&message);
          if (bytes != NULL && input->inside != NULL
              && (name == NULL
                  || (quarry_extractor_may_read (name)
                      && quarry_format_of_name (name) != QUARRY_FORMAT_PICTURE))
              && quarry_inside_account (input->inside, g_bytes_get_size (bytes)))
            quarry_inside_read (input->inside,
                                name,
                                g_bytes_get_data (bytes, NULL),
                                g_bytes_get_size (bytes));
        }
      g_object_unref (child);
    }
}

gboolean
quarry_read_msg (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  GsfInfile *ole = quarry_ole_open (input);

  if (ole == NULL)
    {
      quarry_reader_set_damaged (error, QUARRY_FORMAT_MSG);
      return FALSE;
    }
  read_message (ole, input, builder, 0);
  g_object_unref (ole);
  return TRUE;
}
