/* quarry-reader-pst.c: Outlook's stores of mails
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each mail, appointment, contact and note is a document inside the store, in its folder. A mail is
 * written from its properties and is then read as any other mail; its attachments are inside it. It is
 * identified by the number of its node, which does not change.
 */
#include "core/extract/office/quarry-compressed-rtf.h"
#include "core/extract/office/quarry-pst.h"
#include "core/extract/quarry-metadata.h"
#include "core/extract/quarry-reader.h"

#include <string.h>
#include <glib/gi18n-lib.h>

#define MAX_FOLDERS 16u
#define MAX_DEPTH 4u

/* Property numbers from [MS-OXPROPS]. */
enum
{
  PROPERTY_SUBJECT = 0x37,
  PROPERTY_SENT = 0x39,
  PROPERTY_FROM = 0xc1a,
  PROPERTY_FROM_ADDRESS = 0xc1f,
  PROPERTY_CC = 0xe03,
  PROPERTY_TO = 0xe04,
  PROPERTY_RECEIVED = 0xe06,
  PROPERTY_BODY = 0x1000,
  PROPERTY_RTF = 0x1009,
  PROPERTY_HTML = 0x1013,
  PROPERTY_NAME = 0x3001,
  PROPERTY_CREATED = 0x3007,
  PROPERTY_DATA = 0x3701,
  PROPERTY_SHORT_FILE_NAME = 0x3704,
  PROPERTY_FILE_NAME = 0x3707,
  PROPERTY_COMPANY = 0x3a16,
  PROPERTY_CODE_PAGE = 0x3fde,
};

typedef struct
{
  QuarryPst *pst;
  QuarryInside *inside;
} PstReader;

gboolean
quarry_sniff_pst (const QuarryInput *input)
{
  return input->length >= 512 && memcmp (input->bytes, "!BDN", 4) == 0;
}

/* The path of a folder from the outermost one on, with a slash after each name, but without the root, which has no
 * name. (transfer full) */
static char *
find_folder (QuarryPst *pst, guint32 id)
{
  g_autoptr (GString) path = g_string_new (NULL);
  QuarryPstNode node;

  for (guint i = 0; i < MAX_FOLDERS && quarry_pst_find (pst, id, &node) && node.parent != id; i++)
    {
      g_autoptr (QuarryPstProperties) properties = quarry_pst_read_properties (pst, &node);
      g_autofree char *name
          = properties != NULL ? quarry_pst_properties_get_text (properties, PROPERTY_NAME) : NULL;

      if (name != NULL && *name != '\0')
        {
          g_strdelimit (name, "/", '-');
          g_string_prepend_c (path, '/');
          g_string_prepend (path, name);
        }
      id = node.parent;
    }
  return g_string_free (g_steal_pointer (&path), FALSE);
}

static void
add_field (GString *mail, const char *name, const char *value)
{
  g_autofree char *line = NULL;

  if (value == NULL || *value == '\0')
    return;
  line = g_strdup (value);
  g_strdelimit (line, "\r\n", ' ');
  g_string_append_printf (mail, "%s: %s\n", name, line);
}

static void
add_date (GString *mail, QuarryPstProperties *properties)
{
  static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
  static const guint16 ids[] = { PROPERTY_SENT, PROPERTY_RECEIVED, PROPERTY_CREATED };

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      guint16 type;
      g_autoptr (GBytes) bytes = quarry_pst_properties_get (properties, ids[i], &type);
      g_autoptr (GDateTime) date = NULL;
      g_autofree char *text = NULL;
      guint64 value;

      if (bytes == NULL || g_bytes_get_size (bytes) != sizeof value)
        continue;
      memcpy (&value, g_bytes_get_data (bytes, NULL), sizeof value);
      date = quarry_metadata_get_windows_time (GUINT64_FROM_LE (value));
      if (date == NULL)
        continue;
      text = g_strdup_printf ("%d %s %d %02d:%02d:%02d +0000",
                              g_date_time_get_day_of_month (date),
                              months[g_date_time_get_month (date) - 1],
                              g_date_time_get_year (date),
                              g_date_time_get_hour (date),
                              g_date_time_get_minute (date),
                              g_date_time_get_second (date));
      add_field (mail, "Date", text);
      return;
    }
}

/* The name of the encoding with this Windows code page. */
static const char *
find_encoding (guint32 code_page, char *buffer, gsize size)
{
  static const struct
  {
    guint32 code_page;
    const char *encoding;
  } names[] = { { 65001, "utf-8" },     { 20127, "us-ascii" },    { 932, "shift_jis" }, { 936, "gbk" },
                { 949, "euc-kr" },      { 950, "big5" },          { 20866, "koi8-r" },  { 21866, "koi8-u" },
                { 50220, "iso-2022-jp" }, { 51932, "euc-jp" },    { 54936, "gb18030" } };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (names[i].code_page == code_page)
      return names[i].encoding;
  if (code_page >= 1250 && code_page <= 1258)
    g_snprintf (buffer, size, "windows-%u", code_page);
  else if (code_page > 28590 && code_page < 28606)
    g_snprintf (buffer, size, "iso-8859-%u", code_page - 28590);
  else
    return NULL;
  return buffer;
}

/* The sender: the name, and the address if it is an internet address. */
static char *
get_sender (QuarryPstProperties *properties)
{
  g_autofree char *name = quarry_pst_properties_get_text (properties, PROPERTY_FROM);
  g_autofree char *address = quarry_pst_properties_get_text (properties, PROPERTY_FROM_ADDRESS);

  if (address == NULL || strchr (address, '@') == NULL || g_strcmp0 (name, address) == 0)
    return g_steal_pointer (&name);
  if (name == NULL)
    return g_steal_pointer (&address);
  return g_strdup_printf ("%s <%s>", name, address);
}

/* Adds the properties of a contact other than its name. */
static void
add_contact (GString *text, QuarryPstProperties *properties)
{
  static const guint16 ids[] = { PROPERTY_COMPANY, 0x3a17, 0x3a18, 0x3a15, 0x3a08, 0x3a09, 0x3a1c };

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autofree char *value = quarry_pst_properties_get_text (properties, ids[i]);

      if (value != NULL && *value != '\0')
        g_string_append_printf (text, "%s\n\n", value);
    }
}

/* Appends the content type and the body of the mail. */
static void
add_body (GString *mail, QuarryPstProperties *properties)
{
  g_autofree char *plain = quarry_pst_properties_get_text (properties, PROPERTY_BODY);
  guint16 type = 0;
  g_autoptr (GBytes) html = NULL;

  if (plain == NULL || plain[strspn (plain, " \t\r\n")] == '\0')
    html = quarry_pst_properties_get (properties, PROPERTY_HTML, &type);
  if (html != NULL)
    {
      char buffer[32];
      const char *encoding
          = find_encoding (quarry_pst_properties_get_number (properties, PROPERTY_CODE_PAGE), buffer, sizeof buffer);

      if (type == 0x1f)
        encoding = "utf-16le";
      g_string_append_printf (mail, "Content-Type: text/html%s%s\n\n", encoding != NULL ? "; charset=" : "", encoding != NULL ? encoding : "");
      g_string_append_len (mail, g_bytes_get_data (html, NULL), (gssize) g_bytes_get_size (html));
      /* Some programs write a NUL at the end. */
      while (mail->len > 0 && mail->str[mail->len - 1] == '\0' && type != 0x1f)
        g_string_truncate (mail, mail->len - 1);
      return;
    }
  g_string_append (mail, "Content-Type: text/plain; charset=utf-8\n\n");
  add_contact (mail, properties);
  if (plain != NULL)
    g_string_append (mail, plain);
}

/* Reads a mail and its attachments. FALSE once nothing more is taken. */
static gboolean
read_message (PstReader *self, const QuarryPstNode *node, const char *place, guint depth)
{
  g_autoptr (QuarryPstProperties) properties = quarry_pst_read_properties (self->pst, node);
  g_autoptr (GString) mail = g_string_new (NULL);
  g_autoptr (GArray) below = NULL;
  g_autoptr (GBytes) rtf = NULL;
  g_autofree char *subject = NULL, *from = NULL, *to = NULL, *cc = NULL;
  guint16 type;

  if (properties == NULL)
    return TRUE;
  subject = quarry_pst_properties_get_text (properties, PROPERTY_SUBJECT);
  if (subject == NULL || *subject == '\0')
    {
      g_free (subject);
      subject = quarry_pst_properties_get_text (properties, PROPERTY_NAME);
    }
  from = get_sender (properties);
  to = quarry_pst_properties_get_text (properties, PROPERTY_TO);
  cc = quarry_pst_properties_get_text (properties, PROPERTY_CC);
  add_field (mail, "Subject", subject);
  add_field (mail, "From", from);
  add_field (mail, "To", to);
  add_field (mail, "Cc", cc);
  add_date (mail, properties);
  add_body (mail, properties);
  if (!quarry_inside_account (self->inside, mail->len)
      || !quarry_inside_read (self->inside, place, (const guint8 *) mail->str, mail->len))
    return FALSE;

  /* Some programs only write Rich Text. */
  if (g_str_has_suffix (mail->str, "\n\n"))
    rtf = quarry_pst_properties_get (properties, PROPERTY_RTF, &type);
  if (rtf != NULL)
    {
      g_autoptr (GByteArray) text = quarry_compressed_rtf_unpack (g_bytes_get_data (rtf, NULL), g_bytes_get_size (rtf));
      g_autofree char *name = g_strconcat (place, "/message.rtf", NULL);

      if (text != NULL
          && (!quarry_inside_account (self->inside, text->len)
              || !quarry_inside_read (self->inside, name, text->data, text->len)))
        return FALSE;
    }

  below = quarry_pst_get_below (self->pst, node);
  for (guint i = 0; i < below->len; i++)
    {
      const QuarryPstNode *part = &g_array_index (below, QuarryPstNode, i);
      g_autoptr (QuarryPstProperties) attachment = NULL;
      g_autoptr (GBytes) bytes = NULL;
      g_autofree char *name = NULL, *inner = NULL;
      QuarryPstNode message;

      if ((part->id & 0x1f) != QUARRY_PST_ATTACHMENT)
        continue;
      attachment = quarry_pst_read_properties (self->pst, part);
      if (attachment == NULL)
        continue;
      if (depth < MAX_DEPTH && quarry_pst_properties_get_node (attachment, PROPERTY_DATA, &message))
        {
          inner = g_strdup_printf ("%s/%05u.eml", place, part->id >> 5);
          if (!read_message (self, &message, inner, depth + 1))
            return FALSE;
          continue;
        }
      name = quarry_pst_properties_get_text (attachment, PROPERTY_FILE_NAME);
      if (name == NULL)
        name = quarry_pst_properties_get_text (attachment, PROPERTY_SHORT_FILE_NAME);
      /* As with other mails, pictures are logos and parts of signatures, and are left out. */
      if (name == NULL || *name == '\0' || !quarry_extractor_may_read (name) || quarry_format_of_name (name) == QUARRY_FORMAT_PICTURE)
        continue;
      g_strdelimit (name, "/", '-');
      inner = g_strconcat (place, "/", name, NULL);
      bytes = quarry_pst_properties_get (attachment, PROPERTY_DATA, &type);
      if (bytes != NULL && type == 0x102
          && (!quarry_inside_account (self->inside, g_bytes_get_size (bytes))
              || !quarry_inside_read (self->inside, inner, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes))))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_node (const QuarryPstNode *node, gpointer data)
{
  PstReader *self = data;
  g_autofree char *folder = find_folder (self->pst, node->parent);
  g_autofree char *place = g_strdup_printf ("%s%05u.eml", folder, node->id >> 5);

  if (!quarry_inside_wants (self->inside, place))
    return quarry_inside_refuse (self->inside, place, NULL);
  return read_message (self, node, place, 0);
}

gboolean
quarry_read_pst (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  g_autoptr (QuarryPst) pst = quarry_pst_new (input->bytes, input->length);
  PstReader self = { pst, input->inside };
  guint before = quarry_inside_count (input->inside);

  if (pst == NULL)
    {
      g_set_error_literal (error,
                           QUARRY_EXTRACT_ERROR,
                           QUARRY_EXTRACT_ERROR_UNSUPPORTED,
                           _ ("This store of mails is of a kind that Quarry does not read (as Outlook keeps copies of a "
                              "server's mails since 2013): export it as a PST file."));
      return FALSE;
    }
  if (input->inside == NULL)
    return TRUE;
  quarry_pst_foreach (pst, QUARRY_PST_MESSAGE, read_node, &self);
  if (quarry_inside_count (input->inside) == before)
    {
      quarry_reader_set_damaged (error, QUARRY_FORMAT_PST);
      return FALSE;
    }
  return TRUE;
}
