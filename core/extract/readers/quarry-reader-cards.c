/* quarry-reader-cards.c: calendars and contacts (iCalendar, RFC 5545; vCard 2.1, 3 and 4, RFC 6350)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each event, task or person gets a heading with its name, followed by what people would read of it.
 * Pictures, keys and internal data are left out.
 */
#include "core/extract/quarry-reader.h"

#include <string.h>

#include "core/extract/mail/quarry-mime.h"

typedef struct
{
  QuarryDocumentBuilder *builder;
  GString *name;  /* of the current event, task or person */
  GString *facts; /* when, where, who: written as one paragraph */
  GString *notes;
} CardReader;

/* Whether this begins or ends an entry. */
static gboolean
is_entry (const char *value)
{
  static const char *const kinds[] = { "VEVENT", "VTODO", "VJOURNAL", "VCARD" };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_ascii_strcasecmp (value, kinds[i]) == 0)
      return TRUE;
  return FALSE;
}

static void
end_entry (CardReader *self)
{
  if (self->name->len > 0)
    quarry_document_builder_add (self->builder, QUARRY_BLOCK_HEADING, 1, self->name->str, -1);
  quarry_document_builder_add (self->builder, QUARRY_BLOCK_PARAGRAPH, 0, self->facts->str, -1);
  quarry_document_builder_add (self->builder, QUARRY_BLOCK_PARAGRAPH, 0, self->notes->str, -1);
  g_string_truncate (self->name, 0);
  g_string_truncate (self->facts, 0);
  g_string_truncate (self->notes, 0);
}

/* Joins continued lines, in place: a continuation line begins with a blank (RFC 5545, 3.1); in quoted-printable text,
 * the line before it ends with "=". */
static void
unfold (char *text)
{
  char *to = text, *line = text;
  gboolean in_name = TRUE, is_quoted = FALSE;

  for (const char *from = text; *from != '\0';)
    {
      const char *end = from;

      if (*end == '\r')
        end++;
      if (*end != '\n')
        {
          if (*from == ':' && in_name)
            {
              in_name = FALSE;
              is_quoted = g_strstr_len (line, to - line, "QUOTED-PRINTABLE") != NULL;
            }
          *to++ = *from++;
          continue;
        }
      from = end + 1;
      if (*from == ' ' || *from == '\t')
        from++;
      else if (is_quoted && to > line && to[-1] == '=')
        to--;
      else
        {
          *to++ = '\n';
          line = to;
          in_name = TRUE;
          is_quoted = FALSE;
        }
    }
  *to = '\0';
}

/* Decodes "\n", "\," and the like, and drops empty parts. In place. */
static void
unescape (char *value)
{
  char *to = value;

  for (const char *from = value; *from != '\0'; from++)
    {
      if (*from == '\\' && from[1] != '\0')
        {
          from++;
          *to++ = *from == 'n' || *from == 'N' ? '\n' : *from;
        }
      else if (*from != ';')
        *to++ = *from;
      else if (to > value && to[-1] != ';')
        *to++ = ';';
    }
  while (to > value && to[-1] == ';')
    to--;
  *to = '\0';
}

/* "20261130T100000Z" as "2026-11-30 10:00"; other forms are returned unchanged. (transfer full) */
static char *
show_time (const char *value)
{
  gsize digits = strspn (value, "0123456789");

  if (digits == 8 && value[8] == 'T' && strspn (value + 9, "0123456789") >= 4)
    return g_strdup_printf ("%.4s-%.2s-%.2s %.2s:%.2s", value, value + 4, value + 6, value + 9, value + 11);
  if (digits == 8 && value[8] == '\0')
    return g_strdup_printf ("%.4s-%.2s-%.2s", value, value + 4, value + 6);
  return g_strdup (value);
}

static void
add_to (GString *text, const char *separator, const char *value)
{
  if (*value == '\0')
    return;
  if (text->len > 0)
    g_string_append (text, separator);
  g_string_append (text, value);
}

/* The value of a parameter without quotation marks; NULL if there is none. (transfer full) */
static char *
find_parameter (const char *parameters, const char *name)
{
  gsize length = strlen (name);

  for (const char *p = parameters; *p != '\0';)
    {
      gboolean found = g_ascii_strncasecmp (p, name, length) == 0 && p[length] == '=';
      const char *value = found ? p + length + 1 : p;
      gboolean quoted = FALSE;

      for (p = value; *p != '\0' && (quoted || *p != ';'); p++)
        quoted ^= *p == '"';
      if (found)
        return *value == '"' && p > value + 1 ? g_strndup (value + 1, (gsize) (p - value) - 2)
                                              : g_strndup (value, (gsize) (p - value));
      if (*p == ';')
        p++;
    }
  return NULL;
}

/* The value without "mailto:" or "tel:". */
static const char *
skip_scheme (const char *value)
{
  static const char *const schemes[] = { "mailto:", "tel:" };

  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_ascii_strncasecmp (value, schemes[i], strlen (schemes[i])) == 0)
      return value + strlen (schemes[i]);
  return value;
}

static gboolean
is_one_of (const char *name, const char *names)
{
  g_autofree char *wanted = g_strconcat (" ", name, " ", NULL);
  g_autofree char *upper = g_ascii_strup (wanted, -1);

  return strstr (names, upper) != NULL;
}

static void
read_property (CardReader *self, const char *name, const char *parameters, char *value)
{
  if (is_one_of (name, " SUMMARY FN "))
    {
      unescape (value);
      g_string_assign (self->name, value);
    }
  else if (is_one_of (name, " N ") && self->name->len == 0)
    {
      unescape (value);
      g_string_assign (self->name, value);
    }
  else if (is_one_of (name, " DTSTART DTEND DUE BDAY ANNIVERSARY "))
    {
      g_autofree char *time = show_time (value);

      add_to (self->facts, ", ", time);
    }
  else if (is_one_of (name, " ATTENDEE ORGANIZER "))
    {
      g_autofree char *who = find_parameter (parameters, "CN");

      if (who != NULL)
        add_to (self->facts, ", ", who);
      add_to (self->facts, who != NULL ? " " : ", ", skip_scheme (value));
    }
  else if (is_one_of (name, " LOCATION ORG TITLE ROLE TEL EMAIL ADR NICKNAME CATEGORIES URL IMPP "))
    {
      unescape (value);
      add_to (self->facts, ", ", skip_scheme (value));
    }
  else if (is_one_of (name, " DESCRIPTION NOTE COMMENT "))
    {
      unescape (value);
      add_to (self->notes, "\n", value);
    }
}

/* Reads a line such as "item1.TEL;TYPE=home:+49 30 1234". Modifies the line. */
static void
read_line (CardReader *self, char *line)
{
  gboolean quoted = FALSE;
  char *colon = line, *semicolon, *dot;
  g_autofree char *encoding = NULL;

  for (; *colon != '\0' && (quoted || *colon != ':'); colon++)
    quoted ^= *colon == '"';
  if (*colon == '\0')
    return;
  *colon = '\0';
  semicolon = strchr (line, ';');
  if (semicolon != NULL)
    *semicolon = '\0';
  dot = strchr (line, '.');
  if (dot != NULL)
    line = dot + 1;

  if (is_one_of (line, " BEGIN END "))
    {
      if (is_entry (g_strstrip (colon + 1)))
        end_entry (self);
      return;
    }
  encoding = find_parameter (semicolon != NULL ? semicolon + 1 : "", "ENCODING");
  if (encoding != NULL && g_ascii_strcasecmp (encoding, "QUOTED-PRINTABLE") == 0)
    {
      g_autoptr (GString) body = quarry_mime_decode_body (colon + 1, strlen (colon + 1), "quoted-printable");

      read_property (self, line, semicolon != NULL ? semicolon + 1 : "", body->str);
    }
  else if (encoding == NULL || g_ascii_strcasecmp (encoding, "8BIT") == 0)
    read_property (self, line, semicolon != NULL ? semicolon + 1 : "", colon + 1);
}

gboolean
quarry_read_cards (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  g_autoptr (GString) text = quarry_reader_decode (input, error);
  g_autoptr (GString) name = g_string_new (NULL);
  g_autoptr (GString) facts = g_string_new (NULL);
  g_autoptr (GString) notes = g_string_new (NULL);
  CardReader self = { builder, name, facts, notes };
  char *line, *next;

  if (text == NULL)
    return FALSE;
  unfold (text->str);
  for (line = text->str; line != NULL; line = next)
    {
      next = strchr (line, '\n');
      if (next != NULL)
        *next++ = '\0';
      read_line (&self, line);
    }
  end_entry (&self);
  return TRUE;
}
