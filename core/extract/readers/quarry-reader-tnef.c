/* quarry-reader-tnef.c: winmail.dat, in which Outlook sends mails to other programs
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The format is described in [MS-OXTNEF]: a sequence of attributes, in which a special one begins each
 * attachment. Two of the attributes contain properties, numbered as in [MS-OXMSG].
 */
#include "core/extract/quarry-reader.h"

#include "core/extract/html/quarry-html.h"
#include "core/extract/office/quarry-compressed-rtf.h"
#include "core/extract/quarry-extractor.h"
#include "core/extract/quarry-inside.h"
#include "core/extract/text/quarry-decode.h"
#include "core/extract/text/quarry-text.h"

#include <string.h>
#include <glib/gi18n-lib.h>

static const guint8 signature[] = { 0x78, 0x9f, 0x3e, 0x22 };

/* Attributes of a message. */
#define CODE_PAGE 0x9007u
#define SUBJECT 0x8004u
#define BODY 0x800cu
#define MESSAGE_PROPERTIES 0x9003u
/* Attributes of an attachment. */
#define BEGIN_ATTACHMENT 0x9002u
#define TITLE 0x8010u
#define DATA 0x800fu
#define ATTACHMENT_PROPERTIES 0x9005u

typedef struct
{
  const guint8 *bytes;
  gsize length;
} Piece;

typedef struct
{
  char *subject, *from, *to, *text, *name;
  Piece rtf, html, data;
} Found;

typedef struct
{
  const QuarryInput *input;
  char encoding[24];
  gboolean is_cut_off;
  Found message;
  gboolean in_attachment;
  Found attachment;
} TnefReader;

static void
clear_found (Found *found)
{
  g_free (found->subject);
  g_free (found->from);
  g_free (found->to);
  g_free (found->text);
  g_free (found->name);
  memset (found, 0, sizeof *found);
}

static gboolean
take (Piece *piece, gsize n, Piece *taken)
{
  if (n > piece->length)
    return FALSE;
  *taken = (Piece) { piece->bytes, n };
  piece->bytes += n;
  piece->length -= n;
  return TRUE;
}

static gboolean
take_u32 (Piece *piece, guint32 *value)
{
  Piece taken;

  if (!take (piece, sizeof *value, &taken))
    return FALSE;
  memcpy (value, taken.bytes, sizeof *value);
  *value = GUINT32_FROM_LE (*value);
  return TRUE;
}

static void
set_text (const TnefReader *self, char **value, Piece piece, gboolean is_wide)
{
  GString *text = NULL;
  gsize unit = is_wide ? 2 : 1;

  while (piece.length >= unit && piece.bytes[piece.length - 1] == 0 && piece.bytes[piece.length - unit] == 0)
    piece.length -= unit;
  if (is_wide)
    text = quarry_decode_from (piece.bytes, piece.length, "UTF-16LE");
  else if (self->encoding[0] != '\0')
    text = quarry_decode_from (piece.bytes, piece.length, self->encoding);
  if (text == NULL)
    text = quarry_decode (piece.bytes, piece.length, NULL);
  if (text == NULL)
    return;
  g_free (*value);
  *value = g_string_free (text, FALSE);
}

static void
note_property (TnefReader *self, Found *found, guint16 id, guint16 type, Piece value)
{
  const struct
  {
    guint16 id;
    char **text;
  } texts[] = { { 0x0037, &found->subject }, { 0x0c1a, &found->from }, { 0x0e04, &found->to },
                { 0x1000, &found->text },    { 0x3704, &found->name }, { 0x3707, &found->name } };

  if (type == 0x1e || type == 0x1f)
    for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
      /* The long file name is preferred, whichever comes first. */
      if (texts[i].id == id && !(id == 0x3704 && found->name != NULL))
        set_text (self, texts[i].text, value, type == 0x1f);
  if (id == 0x1009 && type == 0x102)
    found->rtf = value;
  else if (id == 0x1013 && type == 0x102)
    found->html = value;
  /* The data of an attachment: a file or, after a class id of sixteen bytes, a message. */
  else if (id == 0x3701 && type == 0x102)
    found->data = value;
  else if (id == 0x3701 && type == 0x0d && value.length > 16)
    found->data = (Piece) { value.bytes + 16, value.length - 16 };
}

/* The size in bytes of a value of this type; 0 for types whose values state their length. */
static gsize
size_of_type (guint16 type)
{
  switch (type & 0xfff)
    {
    case 0x0d:
    case 0x1e:
    case 0x1f:
    case 0x102:
      return 0;
    case 0x05:
    case 0x06:
    case 0x07:
    case 0x14:
    case 0x40:
      return 8;
    case 0x48:
      return 16;
    default:
      return 4;
    }
}

static inline gsize
padded (gsize n)
{
  return (n + 3) & ~(gsize) 3;
}

/* FALSE if the properties are damaged. */
static gboolean
read_property (TnefReader *self, Found *found, Piece *piece)
{
  guint32 tag, n_values = 1, length;
  guint16 id, type;
  gsize size;
  Piece value;

  if (!take_u32 (piece, &tag))
    return FALSE;
  id = (guint16) (tag >> 16);
  type = (guint16) tag;
  if (id >= 0x8000)
    {
      guint32 kind, n;

      if (!take (piece, 16, &value) || !take_u32 (piece, &kind) || !take_u32 (piece, &n))
        return FALSE;
      if (kind == 1 && !take (piece, padded (n), &value))
        return FALSE;
    }
  size = size_of_type (type);
  if ((size == 0 || (type & 0x1000) != 0) && !take_u32 (piece, &n_values))
    return FALSE;
  for (guint32 i = 0; i < n_values; i++)
    {
      length = (guint32) size;
      if ((size == 0 && !take_u32 (piece, &length)) || length > piece->length)
        return FALSE;
      value = (Piece) { piece->bytes, length };
      if (i == 0 && id < 0x8000)
        note_property (self, found, id, type & 0xfff, value);
      if (!take (piece, MIN (padded (length), piece->length), &value))
        return FALSE;
    }
  return TRUE;
}

static void
read_properties (TnefReader *self, Found *found, Piece piece)
{
  guint32 n;

  if (!take_u32 (&piece, &n))
    return;
  for (guint32 i = 0; i < n && read_property (self, found, &piece); i++)
    continue;
}

static void
end_attachment (TnefReader *self)
{
  const Found *found = &self->attachment;
  QuarryInside *inside = self->input->inside;

  if (self->in_attachment && found->data.length > 0 && inside != NULL
      && (found->name == NULL || quarry_extractor_may_read (found->name))
      && quarry_inside_account (inside, found->data.length))
    quarry_inside_read (inside, found->name, found->data.bytes, found->data.length);
  clear_found (&self->attachment);
}

static void
take_attribute (TnefReader *self, guint16 id, Piece value)
{
  Found *found = self->in_attachment ? &self->attachment : &self->message;
  guint32 page;

  switch (id)
    {
    case CODE_PAGE:
      if (take_u32 (&value, &page) && page > 0 && page < 65000)
        g_snprintf (self->encoding, sizeof self->encoding, "cp%u", page);
      break;
    case SUBJECT:
      set_text (self, &found->subject, value, FALSE);
      break;
    case BODY:
      set_text (self, &found->text, value, FALSE);
      break;
    case BEGIN_ATTACHMENT:
      end_attachment (self);
      self->in_attachment = TRUE;
      break;
    case TITLE:
      if (found->name == NULL)
        set_text (self, &found->name, value, FALSE);
      break;
    case DATA:
      found->data = value;
      break;
    case MESSAGE_PROPERTIES:
    case ATTACHMENT_PROPERTIES:
      read_properties (self, found, value);
      break;
    default:
      break;
    }
}

static gboolean
is_blank (const char *text)
{
  return text == NULL || text[strspn (text, " \t\r\n")] == '\0';
}

static void
add_message (const TnefReader *self, QuarryDocumentBuilder *builder)
{
  const Found *found = &self->message;
  g_autoptr (GString) line = g_string_new (NULL);
  g_autoptr (GString) text = NULL;

  if (found->subject != NULL)
    quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 1, found->subject, -1);
  if (found->from != NULL)
    g_string_append_printf (line, _ ("From: %s"), found->from);
  if (!is_blank (found->to))
    {
      g_string_append (line, line->len > 0 ? ". " : "");
      g_string_append_printf (line, _ ("To: %s"), found->to);
    }
  quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, line->str, (gssize) line->len);
  if (!is_blank (found->text))
    {
      text = g_string_new (found->text);
      quarry_text_add (builder, text, 0, FALSE);
    }
  else if (found->html.length > 0
           && (text = quarry_decode (found->html.bytes, found->html.length, NULL)) != NULL)
    quarry_html_add (builder, text->str, text->len, FALSE);
  else if (found->rtf.length > 0)
    quarry_compressed_rtf_add (builder, found->rtf.bytes, found->rtf.length);
  /* Title and author are those of the mail. */
  quarry_document_builder_set_title (builder, found->subject);
  quarry_document_builder_set_metadata (builder, "author", found->from);
}

gboolean
quarry_sniff_tnef (const QuarryInput *input)
{
  return input->length > 6 && memcmp (input->bytes, signature, sizeof signature) == 0;
}

gboolean
quarry_read_tnef (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  TnefReader self = { .input = input };
  Piece rest = { input->bytes + 6, input->length - 6 };
  Piece value;
  guint n = 0;

  while (rest.length > 0)
    {
      guint32 id, length;

      /* The level: 1 for the message, 2 for an attachment. A checksum follows each value. */
      if (!take (&rest, 1, &value) || (value.bytes[0] != 1 && value.bytes[0] != 2) || !take_u32 (&rest, &id)
          || !take_u32 (&rest, &length))
        break;
      self.is_cut_off = length > rest.length;
      take (&rest, MIN (length, rest.length), &value);
      take_attribute (&self, (guint16) id, value);
      n++;
      if (!take (&rest, MIN (2, rest.length), &value) || self.is_cut_off)
        break;
    }
  end_attachment (&self);
  if (n > 0)
    add_message (&self, builder);
  if (self.is_cut_off || rest.length > 0)
    quarry_document_builder_set_metadata (builder, "incomplete", "cut off");
  clear_found (&self.message);
  if (n == 0)
    quarry_reader_set_damaged (error, QUARRY_FORMAT_TNEF);
  return n > 0;
}
