/* quarry-reader-asciidoc.c: AsciiDoc
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The markup is removed line by line. The result is read as plain text, which recognizes headings,
 * lists and indented code.
 */
#include "core/extract/quarry-reader.h"

#include "core/extract/text/quarry-text.h"

#include <string.h>

/* The longest target of a macro or a link, in bytes. */
#define MAX_TARGET 1024u

/* Appends what is shown of a macro "macro:target[text]"; the "macro:target" is in @out from @from on. For a reference
 * to a manual page, the section is kept. */
static void
append_macro (GString *out, gsize from, const char *text, gsize length)
{
  gboolean is_section = length == 1 && g_ascii_isdigit (text[0]);

  if (is_section)
    {
      const char *colon = strchr (out->str + from, ':');

      g_string_erase (out, (gssize) from, colon + 1 - (out->str + from));
      g_string_append_printf (out, "(%c)", text[0]);
      return;
    }
  if (length > 0)
    g_string_truncate (out, from);
  g_string_append_len (out, text, (gssize) length);
}

/* Appends a line without the markup for emphasis, links, macros and references. */
static void
append_inline (GString *out, const char *p, gsize length)
{
  const char *end = p + length;
  const char *start = p;
  /* Looking for these again and again takes quadratic time. */
  gboolean may_close = TRUE;  /* whether there may be a ">>" behind @p */
  const char *bracket = NULL; /* the first "]" behind a place before @p; @end if there is none */

  while (p < end)
    {
      if (may_close && end - p > 4 && p[0] == '<' && p[1] == '<')
        {
          const char *close = memmem (p, (gsize) (end - p), ">>", 2);
          const char *comma = close != NULL ? memchr (p, ',', (gsize) (close - p)) : NULL;

          may_close = close != NULL;
          if (close != NULL)
            {
              const char *shown = comma != NULL ? comma + 1 : p + 2;

              /* This recurses only once, since the text contains no ">>". */
              append_inline (out, shown, (gsize) (close - shown));
              p = close + 2;
              continue;
            }
        }
      if (*p == '[' && p > start && p[-1] != ' ')
        {
          /* "link:target[text]", "https://target[text]": the target, which has been written already, is removed
           * again. */
          gsize from = out->len;

          if (bracket == NULL || bracket < p)
            bracket = memchr (p, ']', (gsize) (end - p));
          if (bracket == NULL)
            bracket = end;
          while (bracket < end && from > 0 && out->len - from <= MAX_TARGET
                 && strchr (" \n(", out->str[from - 1]) == NULL)
            from--;
          if (bracket < end && out->len - from <= MAX_TARGET
              && memchr (out->str + from, ':', out->len - from) != NULL)
            {
              append_macro (out, from, p + 1, (gsize) (bracket - p - 1));
              p = bracket + 1;
              continue;
            }
        }
      if (strchr ("*_`+#", *p) != NULL)
        {
          gboolean opens = (p == start || strchr (" \t(*_`", p[-1]) != NULL) && p + 1 < end && p[1] != ' '
                           && memchr (p + 1, *p, (gsize) (end - p - 1)) != NULL;
          gboolean closes = p > start && p[-1] != ' '
                            && (p + 1 == end || strchr (" .,;:!?)*_`", p[1]) != NULL)
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

/* A line of at least four identical characters begins or ends a block. */
static gboolean
is_fence (const char *line, gsize length)
{
  if (length < 4 || strchr ("-=.*_+", line[0]) == NULL)
    return length == 4 && memcmp (line, "|===", 4) == 0;
  for (gsize i = 1; i < length; i++)
    if (line[i] != line[0])
      return FALSE;
  return TRUE;
}

/* "////" or a longer line: what is between two of these is a comment. */
static gboolean
is_comment_fence (const char *line, gsize length)
{
  gsize n = 0;

  while (n < length && line[n] == '/')
    n++;
  return n >= 4 && n == length;
}

/* The line after the comment that begins before @p. @p itself if the comment has no end; then it is not a comment. */
static const char *
skip_comment (const char *p, const char *end)
{
  for (const char *line = p; line < end;)
    {
      const char *stop = memchr (line, '\n', (gsize) (end - line));
      gsize length;

      if (stop == NULL)
        stop = end;
      length = (gsize) (stop - line);
      while (length > 0 && strchr (" \t\r", line[length - 1]) != NULL)
        length--;
      if (is_comment_fence (line, length))
        return MIN (stop + 1, end);
      line = stop + 1;
    }
  return p;
}

/* Whether the line ends within a code span or a reference. */
static gboolean
breaks_off (const char *line, gsize length)
{
  guint n_ticks = 0, n_open = 0;

  for (gsize i = 0; i < length; i++)
    {
      n_ticks += line[i] == '`';
      if (i + 1 < length && line[i] == '<' && line[i + 1] == '<')
        n_open++;
      if (i + 1 < length && line[i] == '>' && line[i + 1] == '>' && n_open > 0)
        n_open--;
    }
  return n_ticks % 2 != 0 || n_open > 0;
}

/* A wrapped span may extend over so many more lines. */
#define MOST_JOINED 2

/* If a span is wrapped, joins the line with the following ones, in place. Returns the new end of the line. */
static char *
join_lines (char *line, char *stop, const char *end)
{
  for (guint i = 0; i < MOST_JOINED && stop < end && breaks_off (line, (gsize) (stop - line)); i++)
    {
      char *next = memchr (stop + 1, '\n', (gsize) (end - stop - 1));
      char *first = stop + 1;

      while (first < end && (*first == ' ' || *first == '\t'))
        first++;
      /* A line that begins with other markup does not continue the span. */
      if (first >= end || (!g_ascii_isalnum (*first) && (guchar) *first < 0x80 && strchr ("`<>(\"'$%&_{", *first) == NULL))
        break;
      memset (stop, ' ', (gsize) (first - stop));
      stop = next != NULL ? next : (char *) end;
    }
  return stop;
}

/* An attribute of the document: ":author: Mary Shelley". */
static void
read_attribute (QuarryDocumentBuilder *builder, const char *line, gsize length)
{
  static const struct
  {
    const char *attribute, *key;
  } known[] = { { "author", "author" }, { "revdate", "created" }, { "lang", "language" }, { "keywords", "keywords" } };
  g_autofree char *entry = g_strndup (line + 1, length - 1);
  char *colon = strchr (entry, ':');

  *colon = '\0';
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (strcmp (entry, known[i].attribute) == 0)
      quarry_document_builder_set_metadata (builder, known[i].key, g_strstrip (colon + 1));
}

/* An item of a list in a list of the @depth-th level: "** item". */
static void
append_item (GString *out, guint depth, const char *item, gsize length)
{
  for (guint i = 1; i < depth; i++)
    g_string_append (out, "  ");
  g_string_append (out, "- ");
  append_inline (out, item, length);
  g_string_append_c (out, '\n');
}

/* A line of text, a term ("term::"), or the title of a block (".Title"). Returns whether it is a term. */
static gboolean
append_line (GString *out, const char *line, gsize length)
{
  gsize skip = length > 1 && line[0] == '.' && line[1] != '.' && line[1] != '*' && line[1] != ' ' ? 1 : 0;
  gboolean is_term = length > 2 && memcmp (line + length - 2, "::", 2) == 0 && line[length - 3] != ' ';

  append_inline (out, line + skip, length - skip - (is_term ? 2 : 0));
  g_string_append (out, is_term ? "\n\n" : "\n");
  return is_term;
}

gboolean
quarry_read_asciidoc (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  g_autoptr (GString) text = quarry_reader_decode (input, error);
  g_autoptr (GString) out = NULL;
  char fence = 0; /* of the open block; 0: none is open */
  gsize before = 0; /* width of the previous line, if it may be underlined; else 0 */
  const char *end;

  if (text == NULL)
    return FALSE;
  out = g_string_sized_new (text->len);
  end = text->str + text->len;
  for (char *p = text->str; p < end;)
    {
      char *stop = memchr (p, '\n', (gsize) (end - p));
      char *line = p;
      gsize length, n = 0, width = before;

      if (stop == NULL)
        stop = text->str + text->len;
      if (fence != '-' && fence != '.')
        stop = join_lines (line, stop, end);
      p = stop + 1;
      length = (gsize) (stop - line);
      while (length > 0 && strchr (" \t\r", line[length - 1]) != NULL)
        length--;
      before = length;
      while (n < length && (line[n] == '*' || line[n] == '.'))
        n++;

      if ((fence == '-' || fence == '.') && !(line[0] == fence && is_fence (line, length)))
        {
          /* Indent it, so that it is taken as code in the plain text. */
          g_string_append (out, "    ");
          g_string_append_len (out, line, (gssize) length);
          g_string_append_c (out, '\n');
        }
      else if (is_comment_fence (line, length))
        p += skip_comment (p, end) - p;
      else if (length >= 2 && memcmp (line, "//", 2) == 0 && (length == 2 || line[2] != '/'))
        continue;
      else if (is_fence (line, length)
               && (line[0] == '|' || line[0] == fence
                   || !(width > 0 && length <= width + 2 && length + 2 >= width)))
        {
          fence = line[0] == fence ? 0 : fence == 0 ? line[0] : fence;
          g_string_append_c (out, '\n');
        }
      else if (length > 2 && line[0] == ':' && memchr (line + 1, ':', length - 1) != NULL)
        read_attribute (builder, line, length);
      else if (length > 2 && line[0] == '[' && line[length - 1] == ']')
        {
          before = 0; /* what this line is about begins below it */
          g_string_append_c (out, '\n');
        }
      else if (g_str_has_prefix (line, "include::") || g_str_has_prefix (line, "image::")
               || g_str_has_prefix (line, "toc::") || g_str_has_prefix (line, "ifdef::")
               || g_str_has_prefix (line, "endif::") || (length == 1 && line[0] == '+'))
        g_string_append_c (out, '\n');
      else if (n > 0 && n <= 5 && n < length && line[n] == ' ')
        append_item (out, (guint) n, line + n + 1, length - n - 1);
      else if (append_line (out, line, length))
        before = 0;
    }
  quarry_text_add (builder, out, '=', TRUE);
  return TRUE;
}
