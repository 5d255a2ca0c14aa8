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
#include "core/extract/mail/quarry-cms.h"
#include "core/extract/mail/quarry-mailbox.h"
#include "core/extract/mail/quarry-mime.h"
#include "core/extract/text/quarry-decode.h"
#include "core/extract/text/quarry-text.h"

#include <string.h>
#include <glib/gi18n-lib.h>

#define MAX_DEPTH 8u
#define MAX_PARTS 200u
/* A plain text shorter than this may only say that there is an HTML page, if that has so many times as much text. */
#define SHORT_TEXT 500u
#define MUCH_LONGER 4u

typedef struct
{
  QuarryDocumentBuilder *builder;
  QuarryInside *inside;
  guint n_parts;
  gboolean is_trial;   /* only to see how much text there is */
  gboolean files_only; /* the text has been read in another form */
  GString *calendar; /* the last invitation; NULL until there is one */
} MailReader;

static void read_message (
    MailReader *self, const char *bytes, gsize length, guint depth, gboolean sets_metadata);
static gboolean read_part (MailReader *self, GHashTable *header, const char *bytes, gsize length, guint depth);

/* Says why a part without a readable text cannot be read. */
static void
refuse_encrypted (MailReader *self, const char *name)
{
  g_autoptr (GError) error = NULL;

  g_set_error_literal (&error,
                       QUARRY_EXTRACT_ERROR,
                       QUARRY_EXTRACT_ERROR_ENCRYPTED,
                       _ ("It is encrypted: open it in the program that has the key, and save an "
                          "unprotected copy."));
  if (self->inside != NULL)
    quarry_inside_refuse (self->inside, name, error);
}

/* Removes what PGP writes around a text that it signs. */
static void
drop_signature (GString *text)
{
  static const char begins[] = "-----BEGIN PGP SIGNED MESSAGE-----", ends[] = "\n-----BEGIN PGP SIGNATURE-----";
  gsize start = strspn (text->str, " \t\r\n");
  const char *end;

  if (!g_str_has_prefix (text->str + start, begins))
    return;
  end = strstr (text->str, ends);
  if (end != NULL)
    g_string_truncate (text, (gsize) (end - text->str));
  /* Its header ends with an empty line. */
  start += sizeof begins - 1;
  end = strstr (text->str + start, "\n\n");
  if (end == NULL)
    end = strstr (text->str + start, "\n\r\n");
  g_string_erase (text, 0, end != NULL ? end - text->str : (gssize) start);
}

/* Adds a text part. FALSE if it is empty. */
static gboolean
read_text (MailReader *self, GHashTable *header, const char *bytes, gsize length, gboolean is_html)
{
  const char *type = g_hash_table_lookup (header, "content-type");
  g_autofree char *charset = quarry_mime_parameter (type, "charset");
  g_autoptr (GString) body = NULL;
  g_autoptr (GString) text = NULL;

  if (self->files_only)
    return TRUE;
  body = quarry_mime_decode_body (bytes, length, g_hash_table_lookup (header, "content-transfer-encoding"));
  text = quarry_decode ((const guint8 *) body->str, body->len, charset);
  g_string_free (g_steal_pointer (&body), TRUE);
  if (text == NULL || text->str[strspn (text->str, " \t\r\n")] == '\0')
    return FALSE;
  if (is_html)
    quarry_html_add (self->builder, text->str, text->len, FALSE);
  else if (strstr (text->str, "-----BEGIN PGP MESSAGE-----") == text->str + strspn (text->str, " \t\r\n"))
    refuse_encrypted (self, "message.asc");
  else
    {
      drop_signature (text);
      quarry_text_add (self->builder, text, 0, FALSE);
    }
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

/* Whether this is an invitation that was read already: many mails have it twice, as a part and as a file. */
static gboolean
is_known_calendar (MailReader *self, GHashTable *header, GString *body)
{
  const char *type = g_hash_table_lookup (header, "content-type");

  if (!is_type (type, "text/calendar") && !is_type (type, "application/ics"))
    return FALSE;
  if (self->calendar != NULL && g_string_equal (self->calendar, body))
    return TRUE;
  if (self->calendar == NULL)
    self->calendar = g_string_new (NULL);
  g_string_truncate (self->calendar, 0);
  g_string_append_len (self->calendar, body->str, (gssize) body->len);
  return FALSE;
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
  if (is_known_calendar (self, header, body))
    return;
  if (name == NULL && is_type (g_hash_table_lookup (header, "content-type"), "text/calendar"))
    name = g_strdup ("invite.ics");
  if (quarry_inside_account (self->inside, body->len))
    quarry_inside_read (self->inside, name, (const guint8 *) body->str, body->len);
}

/* Reads a mail that is wrapped in its signature, or says that it is encrypted. FALSE if it is neither. */
static gboolean
read_wrapped (MailReader *self, GHashTable *header, const char *bytes, gsize length, guint depth, gboolean *has_text)
{
  g_autoptr (GString) body
      = quarry_mime_decode_body (bytes, length, g_hash_table_lookup (header, "content-transfer-encoding"));
  QuarryCmsKind kind = quarry_cms_get_kind ((const guint8 *) body->str, body->len);
  g_autoptr (GByteArray) contents
      = kind == QUARRY_CMS_SIGNED ? quarry_cms_unwrap ((const guint8 *) body->str, body->len) : NULL;

  if (kind == QUARRY_CMS_ENCRYPTED)
    refuse_encrypted (self, "smime.p7m");
  if (contents != NULL)
    {
      const char *inner = (const char *) contents->data;
      gsize n = contents->len;
      g_autoptr (GHashTable) fields = quarry_mime_read_header (&inner, &n);

      *has_text = read_part (self, fields, inner, n, depth + 1);
    }
  return kind == QUARRY_CMS_ENCRYPTED || contents != NULL;
}

/* Whether the part has much more text than @n_before bytes. */
static gboolean
has_more (GHashTable *header, const char *bytes, gsize length, guint depth, gsize n_before)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  MailReader self = { .builder = builder, .is_trial = TRUE };
  gsize n;
  gboolean has;

  has = read_part (&self, header, bytes, length, depth) && quarry_document_builder_peek_text (builder, &n) != NULL
        && n > MUCH_LONGER * n_before;
  quarry_document_builder_free (builder);
  return has;
}

/* Whether the text in a plain part is so short that it may only point to another one. @n: set to its length. */
static gboolean
is_short (GHashTable *header, const char *bytes, gsize length, gsize *n)
{
  const char *type = g_hash_table_lookup (header, "content-type");
  g_autoptr (GString) body = NULL;

  if (!is_type (type, "text/plain") || length > 4 * SHORT_TEXT)
    return FALSE;
  body = quarry_mime_decode_body (bytes, length, g_hash_table_lookup (header, "content-transfer-encoding"));
  g_strstrip (body->str);
  *n = strlen (body->str);
  return *n > 0 && *n < SHORT_TEXT;
}

/* Reads what a mail has in several forms: the first that is not empty is the plain text, so it is enough; unless it
 * only says that there is more in another form. Invitations are read in any case, and so are the files that Apple's
 * Mail attaches to the page instead of the mail. */
static gboolean
read_alternatives (MailReader *self, const char *bytes, gsize length, const char *boundary, guint depth)
{
  g_autoptr (GHashTable) held = NULL;  /* the header of a short text that waits for a longer one */
  g_autoptr (GHashTable) mixed = NULL; /* the header of a form that is not read, but may have files */
  const char *held_part = NULL, *mixed_part = NULL, *part;
  gsize n_held = 0, n_mixed = 0, n_text = 0, n;
  gboolean has_text = FALSE;

  while (next_part (&bytes, &length, boundary, &part, &n))
    {
      g_autoptr (GHashTable) fields = quarry_mime_read_header (&part, &n);
      const char *type = g_hash_table_lookup (fields, "content-type");

      if (is_type (type, "text/calendar"))
        {
          if (++self->n_parts <= MAX_PARTS)
            read_attachment (self, fields, part, n);
        }
      else if (held == NULL && !has_text && !self->is_trial && is_short (fields, part, n, &n_text))
        {
          held = g_steal_pointer (&fields);
          held_part = part;
          n_held = n;
        }
      else if (!has_text && (held == NULL || has_more (fields, part, n, depth + 1, n_text)))
        has_text = read_part (self, fields, part, n, depth + 1);
      else if (mixed == NULL && is_type (type, "multipart/mixed"))
        {
          mixed = g_steal_pointer (&fields);
          mixed_part = part;
          n_mixed = n;
        }
    }
  if (!has_text && held != NULL)
    has_text = read_part (self, held, held_part, n_held, depth + 1);
  if (mixed != NULL)
    {
      gboolean before = self->files_only;

      self->files_only = TRUE;
      read_part (self, mixed, mixed_part, n_mixed, depth + 1);
      self->files_only = before;
    }
  return has_text;
}

/* TRUE if one of the parts contained text. */
static gboolean
read_parts (MailReader *self, GHashTable *header, const char *bytes, gsize length, guint depth)
{
  const char *type = g_hash_table_lookup (header, "content-type");
  g_autofree char *boundary = quarry_mime_parameter (type, "boundary");
  gboolean has_text = FALSE, has_parts = FALSE;
  const char *rest = bytes, *part;
  gsize left = length, n;

  if (is_type (type, "multipart/encrypted"))
    {
      refuse_encrypted (self, "encrypted.asc");
      return FALSE;
    }
  if (boundary != NULL && *boundary != '\0' && is_type (type, "multipart/alternative")
      && next_part (&rest, &left, boundary, &part, &n))
    return read_alternatives (self, bytes, length, boundary, depth);
  while (boundary != NULL && *boundary != '\0' && next_part (&rest, &left, boundary, &part, &n))
    {
      g_autoptr (GHashTable) fields = quarry_mime_read_header (&part, &n);

      has_parts = TRUE;
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
  gboolean has_text = FALSE;

  if (++self->n_parts > MAX_PARTS || depth > MAX_DEPTH)
    return FALSE;
  if (is_type (type, "multipart/"))
    return read_parts (self, header, bytes, length, depth);
  if ((is_type (type, "application/pkcs7-mime") || is_type (type, "application/x-pkcs7-mime"))
      && read_wrapped (self, header, bytes, length, depth, &has_text))
    return has_text;
  if (disposition != NULL && g_ascii_strncasecmp (disposition, "attachment", 10) == 0
      && !is_type (type, "message/rfc822"))
    read_attachment (self, header, bytes, length);
  else if (is_type (type, "message/rfc822"))
    {
      gboolean before = self->files_only;

      self->files_only = FALSE;
      read_message (self, bytes, length, depth + 1, FALSE);
      self->files_only = before;
    }
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
      /* What claims to be of a later century is junk with a wrong clock. */
      else if (number > 1900 && number < 2100 && year == 0)
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
  /* Out of its signature, a mail may have no other field than its type. */
  if (g_hash_table_size (header) < 2 && !g_hash_table_contains (header, "content-type"))
    return quarry_read_text (input, builder, error);
  read_message (&self, start, size, 0, TRUE);
  if (self.calendar != NULL)
    g_string_free (self.calendar, TRUE);
  return TRUE;
}

gboolean
quarry_sniff_mbox (const QuarryInput *input)
{
  return quarry_mailbox_begins ((const char *) input->bytes, input->length);
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
      const char *next = quarry_mailbox_next (p, end);
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
