/* quarry-reader-org.c: Org
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The markup is removed line by line. The result is read as plain text, in which stars mark the
 * headings.
 */
#include "core/extract/quarry-reader.h"

#include "core/extract/text/quarry-text.h"

#include <string.h>

/* Appends a line without links and markup for emphasis. */
static void
append_inline (GString *out, const char *p, gsize length)
{
  const char *end = p + length;
  const char *start = p;
  gboolean may_close = TRUE; /* whether there may be a "]]" behind @p; looking again and again takes quadratic time */

  while (p < end)
    {
      if (may_close && end - p > 4 && p[0] == '[' && p[1] == '[')
        {
          const char *close = memmem (p, (gsize) (end - p), "]]", 2);
          const char *middle = close != NULL ? memmem (p, (gsize) (close - p), "][", 2) : NULL;

          may_close = close != NULL;
          if (close != NULL)
            {
              const char *shown = middle != NULL ? middle + 2 : p + 2;

              g_string_append_len (out, shown, close - shown);
              p = close + 2;
              continue;
            }
        }
      if (strchr ("*/=~+", *p) != NULL)
        {
          gboolean opens = (p == start || strchr (" ('\"", p[-1]) != NULL) && p + 1 < end
                           && p[1] != ' ' && memchr (p + 1, *p, (gsize) (end - p - 1)) != NULL;
          gboolean closes = p > start && p[-1] != ' ' && (p + 1 == end || strchr (" .,;:!?)'\"", p[1]) != NULL)
                            && memchr (start, *p, (gsize) (p - start)) != NULL;

          if (opens || closes)
            {
              p++;
              continue;
            }
        }
      g_string_append_c (out, *p++);
    }
}

/* Appends a heading, "** TODO [#A] Title :tag:", as stars and title only. */
static void
append_heading (GString *out, const char *line, gsize length, gsize n_stars)
{
  static const char *const words[] = { "TODO ", "DONE ", "NEXT ", "WAITING ", "CANCELLED ", "COMMENT " };
  const char *p = line + n_stars + 1;
  const char *end = line + length;

  g_string_append_len (out, "\n", 1);
  g_string_append_len (out, line, (gssize) n_stars + 1);
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if ((gsize) (end - p) > strlen (words[i]) && memcmp (p, words[i], strlen (words[i])) == 0)
      p += strlen (words[i]);
  if (end - p > 5 && p[0] == '[' && p[1] == '#' && p[3] == ']')
    p += 5;
  if (end > p && end[-1] == ':')
    {
      const char *tags = end - 1;

      while (tags > p && *tags != ' ' && *tags != '\t')
        tags--;
      /* A single colon is part of the title. */
      if (tags > p && tags[1] == ':' && end - tags > 3)
        end = tags;
    }
  append_inline (out, p, (gsize) (end - p));
  g_string_append_len (out, "\n", 1);
}

/* The line after the ":END:" of the drawer that begins before @p. NULL if a heading, or the end of the text, comes
 * first; then it is not a drawer, and *@stopped is set to that place. */
static const char *
skip_drawer (const char *p, const char *end, const char **stopped)
{
  for (; p < end; p = memchr (p, '\n', (gsize) (end - p)), p = p != NULL ? p + 1 : end)
    {
      const char *word = p;
      gsize n_stars = 0;

      while (p + n_stars < end && p[n_stars] == '*')
        n_stars++;
      if (n_stars > 0 && p + n_stars < end && p[n_stars] == ' ')
        break;
      while (word < end && (*word == ' ' || *word == '\t'))
        word++;
      if (end - word >= 5 && g_ascii_strncasecmp (word, ":end:", 5) == 0)
        {
          const char *stop = memchr (word, '\n', (gsize) (end - word));

          return stop != NULL ? stop + 1 : end;
        }
    }
  *stopped = p;
  return NULL;
}

gboolean
quarry_read_org (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  g_autoptr (GString) text = quarry_reader_decode (input, error);
  g_autoptr (GString) out = NULL;
  gboolean in_block = FALSE;
  const char *end, *no_drawer; /* no drawer ends before this place */

  if (text == NULL)
    return FALSE;
  out = g_string_sized_new (text->len);
  end = text->str + text->len;
  no_drawer = text->str;
  for (const char *p = text->str; p < end;)
    {
      const char *stop = memchr (p, '\n', (gsize) (end - p));
      const char *line = p, *behind = NULL;
      gsize length, indent = 0, n_stars = 0;
      g_autofree char *word = NULL;

      if (stop == NULL)
        stop = end;
      p = stop + 1;
      length = (gsize) (stop - line);
      while (length > 0 && strchr (" \t\r", line[length - 1]) != NULL)
        length--;
      while (indent < length && line[indent] == ' ')
        indent++;
      while (n_stars < length && line[n_stars] == '*')
        n_stars++;
      word = g_ascii_strdown (line + indent, (gssize) MIN (length - indent, 20));

      if (!in_block && line >= no_drawer
          && (g_str_has_prefix (word, ":properties:") || g_str_has_prefix (word, ":logbook:")))
        behind = skip_drawer (p, end, &no_drawer);
      if (behind != NULL)
        p = behind;
      else if (g_str_has_prefix (word, "#+"))
        {
          const char *colon = memchr (line + indent, ':', length - indent);
          g_autofree char *value
              = colon != NULL ? g_strndup (colon + 1, (gsize) (line + length - colon - 1)) : NULL;

          in_block = g_str_has_prefix (word, "#+begin") || (in_block && !g_str_has_prefix (word, "#+end"));
          if (value != NULL && g_str_has_prefix (word, "#+title:"))
            {
              /* Put it before everything else, so that it becomes the title. */
              g_strstrip (value);
              g_string_prepend (out, "\n\n");
              g_string_prepend (out, value);
              g_string_prepend (out, "* ");
            }
          else if (value != NULL && g_str_has_prefix (word, "#+author:"))
            quarry_document_builder_set_metadata (builder, "author", g_strstrip (value));
          else if (value != NULL && g_str_has_prefix (word, "#+date:"))
            quarry_document_builder_set_metadata (builder, "created", g_strstrip (value));
          else if (value != NULL && g_str_has_prefix (word, "#+language:"))
            quarry_document_builder_set_metadata (builder, "language", g_strstrip (value));
          else if (value != NULL && g_str_has_prefix (word, "#+caption:"))
            g_string_append_printf (out, "%s\n", value);
          g_string_append_c (out, '\n');
        }
      else if (in_block)
        {
          g_string_append_len (out, line, (gssize) length);
          g_string_append_c (out, '\n');
        }
      else if (n_stars > 0 && n_stars < length && line[n_stars] == ' ')
        append_heading (out, line, length, n_stars);
      else if (!(g_str_has_prefix (word, "# ") || g_str_has_prefix (word, "scheduled:")
                 || g_str_has_prefix (word, "deadline:") || g_str_has_prefix (word, "closed:")))
        {
          g_string_append_len (out, line, (gssize) indent);
          append_inline (out, line + indent, length - indent);
          g_string_append_c (out, '\n');
        }
    }
  quarry_text_add (builder, out, '*', TRUE);
  return TRUE;
}
