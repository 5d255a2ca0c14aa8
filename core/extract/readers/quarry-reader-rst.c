/* quarry-reader-rst.c: reStructuredText
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The markup is removed line by line. The result is read as plain text, which has the same underlined
 * headings.
 */
#include "core/extract/quarry-reader.h"

#include "core/extract/text/quarry-text.h"

#include <string.h>

/* Appends a line without roles, links and markup for emphasis. */
static void
append_inline (GString *out, const char *p, gsize length)
{
  const char *end = p + length;

  while (p < end)
    {
      if (*p == ':' && p + 1 < end && g_ascii_isalpha (p[1]))
        {
          /* For ":role:`…`" the role is dropped and the text is kept. */
          const char *q = p + 1;

          while (q < end && (g_ascii_isalnum (*q) || strchr ("-+._:", *q) != NULL) && *q != '\0')
            q++;
          if (q < end && *q == '`' && q[-1] == ':')
            {
              p = q;
              continue;
            }
        }
      if (*p == '`')
        {
          gsize n = p + 1 < end && p[1] == '`' ? 2 : 1;
          const char *close = memmem (p + n, (gsize) (end - p) - n, n == 2 ? "``" : "`", n);
          const char *target;

          if (close != NULL)
            {
              /* For "text <target>" the text is kept. */
              target = n == 1 ? memmem (p + n, (gsize) (close - p) - n, " <", 2) : NULL;
              g_string_append_len (out, p + n, (target != NULL ? target : close) - p - (gssize) n);
              p = close + n;
              while (n == 1 && p < end && *p == '_')
                p++;
              continue;
            }
        }
      if (*p == '*' || *p == '|')
        {
          gboolean opens = p + 1 < end && p[1] != ' ' && p[1] != *p;
          gboolean closes = out->len > 0 && strchr (" \n", out->str[out->len - 1]) == NULL;

          if ((p + 1 < end && p[1] == '*') || opens || closes)
            {
              p++;
              continue;
            }
        }
      if (*p == '_' && out->len > 0 && g_ascii_isalnum (out->str[out->len - 1])
          && (p + 1 >= end || strchr (" .,;:)", p[1]) != NULL))
        {
          p++;
          continue;
        }
      g_string_append_c (out, *p++);
    }
}

/* Whether the contents of a directive are text to be read. */
static gboolean
holds_text (const char *name)
{
  static const char *const others[]
      = { "toctree", "contents", "image", "include", "raw", "only", "index", "highlight",
          "automodule", "autoclass", "meta", "|", "_", "literalinclude", "math" };

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    if (g_str_has_prefix (name, others[i]))
      return FALSE;
  return strstr (name, "::") != NULL;
}

static void
set_field (QuarryDocumentBuilder *builder, const char *line, gsize length)
{
  g_autofree char *field = g_strndup (line, length);
  char *colon = strstr (field + 1, ": ");

  if (colon == NULL)
    return;
  *colon = '\0';
  if (g_ascii_strcasecmp (field, ":author") == 0)
    quarry_document_builder_set_metadata (builder, "author", colon + 2);
  else if (g_ascii_strcasecmp (field, ":date") == 0)
    quarry_document_builder_set_metadata (builder, "created", colon + 2);
}

gboolean
quarry_read_rst (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  g_autoptr (GString) text = quarry_reader_decode (input, error);
  g_autoptr (GString) out = NULL;
  gsize dropped = G_MAXSIZE; /* indentation of the markup whose contents are skipped; G_MAXSIZE: none are */
  gboolean in_options = FALSE;
  const char *end;

  if (text == NULL)
    return FALSE;
  out = g_string_sized_new (text->len);
  end = text->str + text->len;
  for (const char *p = text->str; p < end;)
    {
      const char *stop = memchr (p, '\n', (gsize) (end - p));
      const char *line = p;
      gsize indent, length;

      if (stop == NULL)
        stop = end;
      p = stop + 1;
      length = (gsize) (stop - line);
      while (length > 0 && strchr (" \t\r", line[length - 1]) != NULL)
        length--;
      indent = 0;
      while (indent < length && line[indent] == ' ')
        indent++;
      if (length > 0 && dropped != G_MAXSIZE)
        {
          if (indent > dropped)
            continue;
          dropped = G_MAXSIZE;
        }
      if (length >= 3 && indent + 3 <= length && memcmp (line + indent, ".. ", 3) == 0)
        {
          g_autofree char *name = g_strndup (line + indent + 3, length - indent - 3);
          const char *argument = strstr (name, "::");

          if (name[0] == '[' && strchr (name, ']') != NULL)
            {
              /* A footnote: keep its text, but not its number. */
              const char *note = strchr (name, ']') + 1;

              g_string_append_c (out, '\n');
              append_inline (out, note, strlen (note));
              g_string_append_c (out, '\n');
              continue;
            }
          in_options = TRUE;
          if (!holds_text (name))
            dropped = indent;
          else if (!g_str_has_prefix (name, "code") && !g_str_has_prefix (name, "sourcecode"))
            append_inline (out, argument + 2, strlen (argument + 2));
          g_string_append_c (out, '\n');
          continue;
        }
      if (indent < length && line[indent] == ':' && memchr (line + indent + 1, ':', length - indent - 1) != NULL
          && line[length - 1] != '`' && (in_options || indent == 0))
        {
          /* An option of a directive; or, at the left margin, a field at the start of the document. */
          if (indent == 0)
            set_field (builder, line, length);
          if (in_options || out->len < 2000)
            continue;
        }
      in_options = in_options && length == 0 ? FALSE : in_options && indent > 0;
      if (length >= 2 && memcmp (line + length - 2, "::", 2) == 0 && length > 2)
        length--;
      g_string_append_len (out, line, (gssize) indent);
      append_inline (out, line + indent, length - indent);
      g_string_append_c (out, '\n');
    }
  quarry_text_add (builder, out, 0, TRUE);
  return TRUE;
}
