/* quarry-reader-mediawiki.c: MediaWiki's markup, and the pages that a wiki exports as XML
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The markup may contain HTML and becomes HTML, which is then read. First links and templates are replaced by what they
 * show, as far as a page tells that by itself: of a template in many lines (a box) the values with their names, of a
 * reference what names a work. Then the lines become headings, lists and tables.
 */
#include "core/extract/readers/quarry-mediawiki.h"

#include "core/extract/html/quarry-html.h"
#include "core/extract/text/quarry-text.h"
#include "core/extract/text/quarry-xml.h"

#include <string.h>

#define MAX_DEPTH 20u
#define MAX_LIST 8u
/* An address in brackets ends, with what it is called, within so many bytes. */
#define MOST_ADDRESS ((gsize) 2048)
/* A longer page is taken for plain text. */
#define MOST_PAGE (8u << 20)

typedef struct
{
  const char *text;
  GHashTable *ends; /* offset + 1 of "{{" or "[[" -> offset of what closes it */
  GString *references;
  GString *categories;
  guint endless; /* bit by bit, elements of which no more end in the part that is being read */
} Wiki;

/* --- Brackets ---------------------------------------------------------------------------------- */

/* Finds what closes each pair of brackets, in one pass. (transfer full) */
static GHashTable *
match_brackets (const char *text, gsize length)
{
  GHashTable *ends = g_hash_table_new (NULL, NULL);
  g_autoptr (GArray) open = g_array_new (FALSE, FALSE, sizeof (gsize));

  for (gsize i = 0; i + 1 < length; i++)
    {
      gboolean opens = (text[i] == '{' || text[i] == '[') && text[i + 1] == text[i];
      gboolean closes = (text[i] == '}' || text[i] == ']') && text[i + 1] == text[i];

      if (opens)
        g_array_append_val (open, i);
      else if (closes && open->len > 0)
        {
          gsize start = g_array_index (open, gsize, open->len - 1);

          /* Of three, the first closes something within; of four, two each. */
          if (i + 2 < length && text[i + 2] == text[i] && !(i + 3 < length && text[i + 3] == text[i]))
            i++;
          if ((text[start] == '{') != (text[i] == '}'))
            continue;
          g_hash_table_insert (ends, GSIZE_TO_POINTER (start + 1), GSIZE_TO_POINTER (i));
          g_array_set_size (open, open->len - 1);
        }
      if (opens || closes)
        i++;
    }
  return ends;
}

/* The offset of the next @c in [at, end) that is in no brackets; @end if there is none. */
static gsize
find_outside (const Wiki *self, gsize at, gsize end, char c)
{
  while (at < end && self->text[at] != c)
    {
      gpointer close = self->text[at] == '{' || self->text[at] == '['
                           ? g_hash_table_lookup (self->ends, GSIZE_TO_POINTER (at + 1))
                           : NULL;

      at = close != NULL ? GPOINTER_TO_SIZE (close) + 2 : at + 1;
    }
  return MIN (at, end);
}

/* --- Text within a line ------------------------------------------------------------------------ */

/* Appends a text in which nothing is markup. */
static void
append_plain (GString *out, const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if ((guchar) text[i] >= 0x80 || g_ascii_isalnum (text[i]) || text[i] == ' ')
      g_string_append_c (out, text[i]);
    else
      g_string_append_printf (out, "&#%d;", text[i]);
}

static gboolean
begins_with (const char *p, const char *end, const char *what)
{
  gsize n = strlen (what);

  return (gsize) (end - p) >= n && g_ascii_strncasecmp (p, what, n) == 0;
}

static void append_shown (Wiki *self, gsize at, gsize end, guint depth, GString *out);

/* Appends what a template in [at, end) shows. */
static void
append_template (Wiki *self, gsize at, gsize end, guint depth, gboolean in_reference, GString *out)
{
  static const char work[] = " title author last first journal work website publisher date year ";
  gboolean is_box = memchr (self->text + at, '\n', end - at) != NULL && !in_reference;
  gboolean is_language = begins_with (self->text + at, self->text + end, "lang");
  gsize part = find_outside (self, at, end, '|');

  while (part < end)
    {
      gsize next = find_outside (self, part + 1, end, '|');
      gsize equals = find_outside (self, part + 1, next, '=');
      g_autofree char *key = g_strndup (self->text + part + 1, equals - part - 1);
      g_autofree char *padded = g_strdup_printf (" %s ", g_strstrip (key));

      if (equals < next && is_box)
        {
          g_autoptr (GString) value = g_string_new (NULL);

          append_shown (self, equals + 1, next, depth + 1, value);
          if (value->str[strspn (value->str, " \t\r\n")] != '\0')
            g_string_append_printf (out, "\n\n%s: %s\n\n", key, g_strstrip (value->str));
        }
      else if (equals < next && in_reference && strstr (work, padded) != NULL)
        {
          append_shown (self, equals + 1, next, depth + 1, out);
          g_string_append (out, ", ");
        }
      else if (equals == next && is_language && next == end)
        append_shown (self, part + 1, next, depth + 1, out);
      part = next;
    }
}

/* Appends what a link in [at, end) shows. */
static void
append_link (Wiki *self, gsize at, gsize end, guint depth, GString *out)
{
  static const char *const files[] = { "file:", "image:", "datei:", "bild:", "fichier:", "archivo:" };
  static const char *const categories[] = { "category:", "kategorie:", "catégorie:", "categoría:" };
  const char *from = self->text + at, *to = self->text + end;
  gsize bar = find_outside (self, at, end, '|'), last = bar;

  for (guint i = 0; i < G_N_ELEMENTS (categories); i++)
    if (begins_with (from, to, categories[i]))
      {
        gsize n = strlen (categories[i]);

        g_string_append_printf (
            self->categories, "%s%.*s", self->categories->len > 0 ? ", " : "", (int) (bar - at - n), from + n);
        return;
      }
  for (gsize next = bar; next < end; next = find_outside (self, next + 1, end, '|'))
    last = next;
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    if (begins_with (from, to, files[i]))
      {
        /* The caption is the last part, if there is more than the size. */
        if (last < end && memchr (self->text + last, ' ', end - last) != NULL)
          {
            g_string_append (out, "\n\n");
            append_shown (self, last + 1, end, depth + 1, out);
            g_string_append (out, "\n\n");
          }
        return;
      }
  append_shown (self, bar < end ? bar + 1 : at, end, depth + 1, out);
}

/* The end of the element that begins at @p, and in *@contents where it has its contents; NULL if it does not end. */
static const char *
find_element_end (const char *p, const char *end, const char *name, const char **contents)
{
  const char *start = memchr (p, '>', (gsize) (end - p));
  g_autofree char *close = g_strdup_printf ("</%s", name);

  *contents = NULL;
  if (start == NULL)
    return NULL;
  if (start[-1] == '/')
    return start + 1;
  *contents = start + 1;
  for (p = start + 1; p < end; p++)
    {
      p = memchr (p, '<', (gsize) (end - p));
      if (p == NULL)
        return NULL;
      if (begins_with (p, end, close))
        return p;
    }
  return NULL;
}

/* Handles an element whose contents are no markup, a comment, or a reference, at @at. Returns the offset behind it; @at
 * if there is none of these. */
static gsize
take_element (Wiki *self, gsize at, gsize end, GString *out)
{
  static const char *const names[] = { "nowiki", "pre", "syntaxhighlight", "source", "math", "ref" };
  const char *p = self->text + at, *stop = self->text + end;

  if (begins_with (p, stop, "<!--"))
    {
      const char *close = memmem (p, (gsize) (stop - p), "-->", 3);

      return close != NULL ? (gsize) (close + 3 - self->text) : end;
    }
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      gsize n = strlen (names[i]);
      const char *contents, *close;

      if (!begins_with (p + 1, stop, names[i]) || p + 1 + n >= stop || strchr (" />\n", p[1 + n]) == NULL)
        continue;
      close = (self->endless >> i & 1) == 0 ? find_element_end (p, stop, names[i], &contents) : NULL;
      if (close == NULL)
        {
          /* Looking again for each would take quadratic time. */
          self->endless |= 1u << i;
          return at;
        }
      if (contents != NULL && strcmp (names[i], "ref") == 0)
        {
          g_string_append (self->references, "\n<p>");
          append_shown (
              self, (gsize) (contents - self->text), (gsize) (close - self->text), MAX_DEPTH - 2, self->references);
        }
      else if (contents != NULL)
        {
          gboolean is_code = i > 0 && i < 4;

          g_string_append (out, is_code ? "<pre>" : "");
          append_plain (out, contents, (gsize) (close - contents));
          g_string_append (out, is_code ? "</pre>" : "");
        }
      if (contents != NULL)
        close = memchr (close, '>', (gsize) (stop - close));
      return close != NULL ? (gsize) (close - self->text) + (contents != NULL) : end;
    }
  return at;
}

/* Appends what [at, end) shows, as lines of markup with HTML in them. */
static void
append_shown (Wiki *self, gsize at, gsize end, guint depth, GString *out)
{
  gboolean in_reference = out == self->references;
  const guint endless = self->endless;

  while (at < end)
    {
      const char *p = self->text + at;
      gpointer found = *p == '{' || *p == '[' ? g_hash_table_lookup (self->ends, GSIZE_TO_POINTER (at + 1)) : NULL;
      gsize close = GPOINTER_TO_SIZE (found);

      if (found != NULL && close + 2 <= end)
        {
          if (depth < MAX_DEPTH && *p == '{')
            append_template (self, at + 2, close, depth, in_reference, out);
          else if (depth < MAX_DEPTH)
            append_link (self, at + 2, close, depth, out);
          at = close + 2;
        }
      else if (*p == '\'' && at + 1 < end && p[1] == '\'')
        while (at < end && self->text[at] == '\'')
          at++;
      else if (*p == '['
               && (begins_with (p + 1, self->text + end, "http") || begins_with (p + 1, self->text + end, "//")))
        {
          const char *stop = memchr (p, ']', MIN (end - at, MOST_ADDRESS));
          const char *blank = stop != NULL ? memchr (p, ' ', (gsize) (stop - p)) : NULL;
          gsize shown = blank != NULL ? (gsize) (blank + 1 - self->text) : at + 1;

          if (stop != NULL && depth < MAX_DEPTH)
            append_shown (self, shown, (gsize) (stop - self->text), depth + 1, out);
          at = stop != NULL ? (gsize) (stop + 1 - self->text) : at + 1;
        }
      else if (*p == '<')
        {
          gsize next = take_element (self, at, end, out);

          if (next == at)
            g_string_append_c (out, self->text[at++]);
          at = MAX (at, next);
        }
      else
        {
          g_string_append_c (out, *p);
          at++;
        }
    }
  self->endless = endless;
}

/* --- Lines ------------------------------------------------------------------------------------- */

typedef struct
{
  GString *html;
  guint n_lists, n_tables;
} Lines;

static void
set_lists (Lines *self, guint n)
{
  for (; self->n_lists < n; self->n_lists++)
    g_string_append (self->html, "<ul>");
  for (; self->n_lists > n; self->n_lists--)
    g_string_append (self->html, "</ul>");
}

/* Appends the cells of a line of a table, each after "|" or "||" ("!" or "!!"). */
static void
add_cells (Lines *self, const char *line)
{
  g_auto (GStrv) cells = g_strsplit (line + 1, *line == '!' && strstr (line, "!!") != NULL ? "!!" : "||", -1);

  for (guint i = 0; cells[i] != NULL; i++)
    {
      /* Before a bar there may be attributes. */
      const char *bar = strchr (cells[i], '|'), *equals = strchr (cells[i], '=');

      g_string_append_printf (
          self->html, "<td>%s\n", bar != NULL && equals != NULL && equals < bar ? bar + 1 : cells[i]);
    }
}

static void
add_line (Lines *self, char *line)
{
  gsize n_list = strspn (line, "*#:;"), n_equals = strspn (line, "=");
  const char *start = line + strspn (line, " \t:");

  g_strchomp (line);
  if (strncmp (start, "{|", 2) == 0)
    {
      set_lists (self, 0);
      self->n_tables++;
      g_string_append (self->html, "<table>\n");
    }
  else if (self->n_tables > 0 && strncmp (start, "|}", 2) == 0)
    {
      self->n_tables--;
      g_string_append_printf (self->html, "</table>\n%s\n", start + 2);
    }
  else if (self->n_tables > 0 && strncmp (start, "|-", 2) == 0)
    g_string_append (self->html, "<tr>\n");
  else if (self->n_tables > 0 && strncmp (start, "|+", 2) == 0)
    g_string_append_printf (self->html, "<caption>%s</caption>\n", start + 2);
  else if (self->n_tables > 0 && (*start == '|' || *start == '!'))
    add_cells (self, start);
  else if (n_equals > 0 && n_equals <= 6 && strlen (line) > 2 * n_equals && g_str_has_suffix (line, "="))
    {
      gsize end = strlen (line);

      for (gsize i = 0; i < n_equals && line[end - 1] == '='; i++)
        end--;
      set_lists (self, 0);
      g_string_append_printf (
          self->html, "<h%zu>%.*s</h%zu>\n", n_equals, (int) (end - n_equals), line + n_equals, n_equals);
    }
  else if (n_list > 0 && strpbrk (line, "*#") != NULL && strpbrk (line, "*#") < line + n_list)
    {
      set_lists (self, MIN ((guint) n_list, MAX_LIST));
      g_string_append_printf (self->html, "<li>%s</li>\n", line + n_list);
    }
  else if (n_list > 0 || *line == '\0' || strncmp (line, "----", 4) == 0)
    {
      set_lists (self, 0);
      g_string_append_printf (self->html, "<p>%s\n", line + (n_list > 0 ? n_list : strspn (line, "-")));
    }
  else if (!(g_str_has_prefix (line, "__") && g_str_has_suffix (line, "__")))
    {
      set_lists (self, 0);
      g_string_append_printf (self->html, "%s\n", line);
    }
}

static char *
add_page (QuarryDocumentBuilder *builder, const char *text, gsize length)
{
  g_autoptr (GHashTable) ends = match_brackets (text, length);
  g_autoptr (GString) references = g_string_new (NULL), categories = g_string_new (NULL);
  g_autoptr (GString) shown = g_string_new (NULL), html = g_string_new (NULL);
  Wiki self = { .text = text, .ends = ends, .references = references, .categories = categories };
  Lines lines = { .html = html };

  append_shown (&self, 0, length, 0, shown);
  for (char *line = shown->str, *next; line != NULL; line = next)
    {
      next = strchr (line, '\n');
      if (next != NULL)
        *next++ = '\0';
      add_line (&lines, line);
    }
  set_lists (&lines, 0);
  g_string_append (html, references->str);
  quarry_html_add (builder, html->str, html->len, FALSE);
  return categories->len > 0 ? g_strdup (categories->str) : NULL;
}

char *
quarry_mediawiki_add (QuarryDocumentBuilder *builder, const char *text, gsize length)
{
  if (length <= MOST_PAGE)
    return add_page (builder, text, length);
  quarry_text_add_valid (builder, text, length, 0, FALSE, FALSE);
  return NULL;
}

/* --- Files ------------------------------------------------------------------------------------- */

gboolean
quarry_read_mediawiki (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  g_autoptr (GString) text = quarry_reader_decode (input, error);
  g_autofree char *categories = NULL;

  if (text == NULL)
    return FALSE;
  categories = quarry_mediawiki_add (builder, text->str, strlen (text->str));
  quarry_document_builder_set_metadata (builder, "keywords", categories);
  return TRUE;
}

typedef struct
{
  QuarryDocumentBuilder *builder;
  GString *text;
  gboolean keeps_text;
  char *title, *page, *site;
  guint n_pages;
} Export;

static gboolean
start_element (gpointer data, const char *name, const QuarryXmlElement *element)
{
  Export *self = data;

  (void) element;
  self->keeps_text = strcmp (name, "title") == 0 || strcmp (name, "text") == 0 || strcmp (name, "sitename") == 0;
  g_string_truncate (self->text, 0);
  return TRUE;
}

static void
end_element (gpointer data, const char *name)
{
  Export *self = data;

  if (strcmp (name, "sitename") == 0)
    {
      g_free (self->site);
      self->site = g_strdup (self->text->str);
    }
  else if (strcmp (name, "title") == 0)
    {
      g_free (self->title);
      self->title = g_strdup (self->text->str);
    }
  else if (strcmp (name, "text") == 0)
    {
      g_free (self->page);
      self->page = g_strdup (self->text->str);
    }
  /* Of several revisions the last one counts. */
  else if (strcmp (name, "page") == 0 && self->page != NULL && g_ascii_strncasecmp (self->page, "#REDIRECT", 9) != 0)
    {
      self->n_pages++;
      if (self->title != NULL)
        quarry_document_builder_add (self->builder, QUARRY_BLOCK_HEADING, 1, self->title, -1);
      g_free (quarry_mediawiki_add (self->builder, self->page, strlen (self->page)));
      g_clear_pointer (&self->page, g_free);
    }
  self->keeps_text = FALSE;
}

static void
add_text (gpointer data, const char *text)
{
  Export *self = data;

  if (self->keeps_text)
    g_string_append (self->text, text);
}

gboolean
quarry_mediawiki_is_export (const QuarryInput *input)
{
  return memmem (input->bytes, MIN (input->length, 1024), "<mediawiki ", 11) != NULL;
}

void
quarry_mediawiki_read_export (const QuarryInput *input, QuarryDocumentBuilder *builder)
{
  static const QuarryXmlHandler handler = { start_element, end_element, add_text };
  g_autoptr (GBytes) bytes = g_bytes_new_static (input->bytes, input->length);
  g_autoptr (GString) text = g_string_new (NULL);
  Export self = { .builder = builder, .text = text };

  if (!quarry_xml_walk (bytes, &handler, &self))
    quarry_document_builder_set_metadata (builder, "incomplete", "cut off");
  quarry_document_builder_set_title (builder, self.n_pages == 1 ? self.title : self.site);
  g_free (self.title);
  g_free (self.page);
  g_free (self.site);
}
