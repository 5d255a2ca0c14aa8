/* quarry-reader-mail.c: mails, and mailboxes of them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The subject becomes a heading, with sender, recipients and date on a line below it. Then follows the
 * text, or the HTML page in its place. Attachments are documents inside the mail, and mails are
 * documents inside their mailbox.
 */
#include "core/extract/quarry-reader.h"

#include "core/extract/html/quarry-html.h"
#include "core/extract/quarry-decode.h"
#include "core/extract/quarry-mime.h"
#include "core/extract/quarry-text.h"

#include <string.h>
#include <glib/gi18n-lib.h>

#define MAX_DEPTH 8u
#define MAX_PARTS 200u

typedef struct
{
  QuarryDocumentBuilder *builder;
  QuarryInside *inside;
  guint n_parts;
} MailReader;

static void read_message (
    MailReader *self, const char *bytes, gsize length, guint depth, gboolean sets_metadata);

/* Adds a text part. FALSE if it is empty. */
static gboolean
read_text (MailReader *self, GHashTable *header, const char *bytes, gsize length, gboolean is_html)
{
  const char *type = g_hash_table_lookup (header, "content-type");
  g_autofree char *charset = quarry_mime_parameter (type, "charset");
  g_autoptr (GString) body = quarry_mime_decode_body (
      bytes, length, g_hash_table_lookup (header, "content-transfer-encoding"));
  g_autoptr (GString) text = quarry_decode ((const guint8 *) body->str, body->len, charset);

  if (text == NULL || text->str[strspn (text->str, " \t\r\n")] == '\0')
    return FALSE;
  if (is_html)
    quarry_html_add (self->builder, text->str, text->len, FALSE);
  else
    quarry_text_add (self->builder, text, 0, FALSE);
  return TRUE;
}

/* Finds the next part of a multipart body, and moves *@bytes behind it. FALSE after the last part. */
static gboolean
next_part (const char **bytes, gsize *length, const char *boundary, const char **part, gsize *n)
{
  gsize size = strlen (boundary);
  const char *end = *bytes + *length;
  const char *p = *bytes;

  *part = NULL;
  while (p < end)
    {
      const char *stop = memchr (p, '\n', (gsize) (end - p));
      const char *next = stop != NULL ? stop + 1 : end;

      if ((gsize) (next - p) >= size + 2 && memcmp (p, "--", 2) == 0
          && memcmp (p + 2, boundary, size) == 0)
        {
          if (*part != NULL)
            {
              /* The next part begins with this boundary line. */
              *n = (gsize) (p - *part);
              *bytes = p;
              *length = (gsize) (end - p);
              return TRUE;
            }
          if ((gsize) (next - p) >= size + 4 && memcmp (p + 2 + size, "--", 2) == 0)
            return FALSE;
          *part = next;
        }
      p = next;
    }
  if (*part == NULL)
    return FALSE;
  /* The mail is cut off before its last boundary. */
  *n = (gsize) (end - *part);
  *bytes = end;
  *length = 0;
  return TRUE;
}

static gboolean
is_type (const char *type, const char *wanted)
{
  return type != NULL && g_ascii_strncasecmp (type, wanted, strlen (wanted)) == 0;
}

/* Reads an attachment. Pictures and signatures that are part of the mail are not documents, and are passed over
 * silently. */
static void
read_attachment (MailReader *self, GHashTable *header, const char *bytes, gsize length)
{
  g_autofree char *name
      = quarry_mime_file_name (g_hash_table_lookup (header, "content-disposition"),
                               g_hash_table_lookup (header, "content-type"));
  g_autoptr (GString) body = NULL;

  if (self->inside == NULL || (name != NULL && !quarry_extractor_may_read (name))
      || is_type (g_hash_table_lookup (header, "content-type"), "image/")
      || is_type (g_hash_table_lookup (header, "content-type"), "application/pgp-")
      || is_type (g_hash_table_lookup (header, "content-type"), "application/pkcs7-"))
    return;
  body = quarry_mime_decode_body (
      bytes, length, g_hash_table_lookup (header, "content-transfer-encoding"));
  if (quarry_inside_account (self->inside, body->len))
    quarry_inside_read (self->inside, name, (const guint8 *) body->str, body->len);
}

static gboolean
read_part (MailReader *self, GHashTable *header, const char *bytes, gsize length, guint depth);

/* TRUE if one of the parts contained text. */
static gboolean
read_parts (MailReader *self, GHashTable *header, const char *bytes, gsize length, guint depth)
{
  const char *type = g_hash_table_lookup (header, "content-type");
  g_autofree char *boundary = quarry_mime_parameter (type, "boundary");
  gboolean alternative = is_type (type, "multipart/alternative");
  gboolean has_text = FALSE, has_parts = FALSE;
  const char *rest = bytes, *part;
  gsize left = length, n;

  while (boundary != NULL && *boundary != '\0' && next_part (&rest, &left, boundary, &part, &n))
    {
      g_autoptr (GHashTable) fields = quarry_mime_read_header (&part, &n);

      has_parts = TRUE;
      /* The first alternative that is not empty is the plain text, so it is enough. */
      if (alternative && has_text)
        break;
      has_text = read_part (self, fields, part, n, depth + 1) || has_text;
    }
  /* If no boundary is found, the body is a single text. */
  return has_parts ? has_text : read_text (self, header, bytes, length, FALSE);
}

static gboolean
read_part (MailReader *self, GHashTable *header, const char *bytes, gsize length, guint depth)
{
  const char *type = g_hash_table_lookup (header, "content-type");
  const char *disposition = g_hash_table_lookup (header, "content-disposition");

  if (++self->n_parts > MAX_PARTS || depth > MAX_DEPTH)
    return FALSE;
  if (is_type (type, "multipart/"))
    return read_parts (self, header, bytes, length, depth);
  if (disposition != NULL && g_ascii_strncasecmp (disposition, "attachment", 10) == 0
      && !is_type (type, "message/rfc822"))
    read_attachment (self, header, bytes, length);
  else if (is_type (type, "message/rfc822"))
    read_message (self, bytes, length, depth + 1, FALSE);
  else if (is_type (type, "text/html"))
    return read_text (self, header, bytes, length, TRUE);
  else if (type == NULL || is_type (type, "text/plain") || is_type (type, "text;")
           || is_type (type, "text/enriched"))
    return read_text (self, header, bytes, length, FALSE);
  else
    read_attachment (self, header, bytes, length);
  return FALSE;
}

static void
set_date (QuarryDocumentBuilder *builder, const char *value)
{
  static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
  g_auto (GStrv) words = g_strsplit_set (value, " ,", -1);
  gint day = 0, month = 0, year = 0;

  for (guint i = 0; words[i] != NULL; i++)
    {
      const char *name = strlen (words[i]) == 3 ? strstr (months, words[i]) : NULL;
      gint64 number = g_ascii_strtoll (words[i], NULL, 10);

      if (name != NULL && (name - months) % 3 == 0)
        month = (gint) (name - months) / 3 + 1;
      else if (number > 0 && number < 32 && day == 0)
        day = (gint) number;
      else if (number > 1900 && number < 10000 && year == 0)
        year = (gint) number;
    }
  if (day > 0 && month > 0 && year > 0)
    {
      g_autofree char *date = g_strdup_printf ("%04d-%02d-%02d", year, month, day);

      quarry_document_builder_set_metadata (builder, "created", date);
    }
}

static void
read_message (
    MailReader *self, const char *bytes, gsize length, guint depth, gboolean sets_metadata)
{
  g_autoptr (GHashTable) header = quarry_mime_read_header (&bytes, &length);
  g_autofree char *subject = quarry_mime_decode_words (g_hash_table_lookup (header, "subject"));
  g_autofree char *from = quarry_mime_decode_words (g_hash_table_lookup (header, "from"));
  g_autofree char *to = quarry_mime_decode_words (g_hash_table_lookup (header, "to"));
  g_autofree char *copies = quarry_mime_decode_words (g_hash_table_lookup (header, "cc"));
  const char *date = g_hash_table_lookup (header, "date");
  g_autoptr (GString) line = g_string_new (NULL);

  if (sets_metadata)
    {
      quarry_document_builder_set_title (self->builder, subject);
      quarry_document_builder_set_metadata (self->builder, "author", from);
      if (date != NULL)
        set_date (self->builder, date);
    }
  if (subject != NULL)
    quarry_document_builder_add (
        self->builder, QUARRY_BLOCK_HEADING, MIN (depth + 1, 6), subject, -1);
  if (from != NULL)
    g_string_append_printf (line, _ ("From: %s"), from);
  if (to != NULL)
    {
      g_string_append (line, line->len > 0 ? ". " : "");
      g_string_append_printf (line, _ ("To: %s"), to);
    }
  if (copies != NULL)
    {
      g_string_append (line, line->len > 0 ? ". " : "");
      g_string_append_printf (line, _ ("Cc: %s"), copies);
    }
  if (date != NULL)
    {
      g_string_append (line, line->len > 0 ? ". " : "");
      g_string_append_printf (line, _ ("Date: %s"), date);
    }
  quarry_document_builder_add (
      self->builder, QUARRY_BLOCK_PARAGRAPH, 0, line->str, (gssize) line->len);
  read_part (self, header, bytes, length, depth);
}

gboolean
quarry_read_mail (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  MailReader self = { .builder = builder, .inside = input->inside };
  const char *start = (const char *) input->bytes, *bytes;
  gsize size = input->length, length, digits = 0;
  g_autoptr (GHashTable) header = NULL;

  /* Apple's Mail writes the length of the mail on the line before it. */
  while (digits < size && g_ascii_isdigit (start[digits]))
    digits++;
  while (digits > 0 && digits < size && strchr (" \r", start[digits]) != NULL)
    digits++;
  if (digits > 0 && digits < size && start[digits] == '\n')
    {
      gsize said = (gsize) g_ascii_strtoull (start, NULL, 10);

      start += digits + 1;
      size = MIN (size - digits - 1, said);
    }
  bytes = start;
  length = size;
  header = quarry_mime_read_header (&bytes, &length);
  if (g_hash_table_size (header) < 2)
    return quarry_read_text (input, builder, error);
  read_message (&self, start, size, 0, TRUE);
  return TRUE;
}

/* The start of the next mail in a mailbox: "From " at the start of a line, after an empty line. */
static const char *
find_separator (const char *p, const char *end)
{
  while (p < end && (p = memmem (p, (gsize) (end - p), "\nFrom ", 6)) != NULL)
    {
      if (p[-1] == '\n' || (p[-1] == '\r' && p[-2] == '\n'))
        return p + 1;
      p += 6;
    }
  return end;
}

gboolean
quarry_sniff_mbox (const QuarryInput *input)
{
  const char *line = (const char *) input->bytes;
  const char *stop = memchr (line, '\n', MIN (input->length, 200));
  const char *colon;

  /* The first line has to be "From somebody day month…", followed by a header field. */
  if (input->length < 5 || memcmp (line, "From ", 5) != 0 || stop == NULL)
    return FALSE;
  line = stop + 1;
  colon = memchr (line, ':', MIN (input->length - (gsize) (line - (const char *) input->bytes), 80));
  return colon != NULL && memchr (line, ' ', (gsize) (colon - line)) == NULL
         && memchr (line, '\n', (gsize) (colon - line)) == NULL;
}

/* Mails in a mailbox are identified by their number. It mostly stays the same, since mailboxes grow at their end. */
gboolean
quarry_read_mbox (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  const char *p = (const char *) input->bytes;
  const char *end = p + input->length;
  guint number = 0;

  if (!quarry_sniff_mbox (input))
    return quarry_read_mail (input, builder, error);
  if (input->inside == NULL)
    return TRUE;
  while (p < end)
    {
      const char *next = p + 5 < end ? find_separator (p + 5, end) : end;
      const char *line = memchr (p, '\n', (gsize) (next - p));
      g_autofree char *name = g_strdup_printf ("%05u.eml", ++number);

      if (line != NULL
          && !quarry_inside_read (
              input->inside, name, (const guint8 *) line + 1, (gsize) (next - line - 1)))
        break;
      p = next;
    }
  return TRUE;
}

/* A web page saved together with its pictures. Only the page is read, without the header fields. */
gboolean
quarry_read_mhtml (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  MailReader self = { .builder = builder };
  const char *bytes = (const char *) input->bytes;
  gsize length = input->length;
  g_autoptr (GHashTable) header = quarry_mime_read_header (&bytes, &length);
  g_autofree char *subject = quarry_mime_decode_words (g_hash_table_lookup (header, "subject"));

  if (g_hash_table_size (header) < 2)
    return quarry_read_html (input, builder, error);
  quarry_document_builder_set_title (builder, subject);
  if (g_hash_table_lookup (header, "date") != NULL)
    set_date (builder, g_hash_table_lookup (header, "date"));
  read_part (&self, header, bytes, length, 0);
  return TRUE;
}
