/* quarry-reader-code.c: source code in any language
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What people search for in code are comments and names. Comments become paragraphs, the first line of
 * a function or a class becomes a heading, and the lines between are code. The only differences
 * between languages that matter here are how a comment begins and which words begin a definition. In
 * files of settings, it is the names of sections that become headings.
 */
#include "core/extract/quarry-reader.h"

#include <string.h>

#define MAX_HEAD 200u
#define MAX_TYPE 60u
/* A longer line was not written by a person. */
#define MAX_LINE 4000u

typedef struct
{
  const char *extensions; /* each with a blank behind it */
  const char *line;       /* begins a comment that ends with the line; NULL if there is none */
  const char *open, *close;
} Style;

static const Style styles[] = {
  { "py pyw pyx rb pl pm sh bash zsh fish awk tcl r jl ex exs cmake mk makefile dockerfile nix tf "
    "ps1 gd ",
    "#", NULL, NULL },
  { "sql hs lhs elm lua ada adb ads vhd vhdl ", "--", "/*", "*/" },
  { "lisp el clj cljs scm rkt asm ", ";", NULL, NULL },
  { "erl m ", "%", NULL, NULL },
  { "ml mli pas ", NULL, "(*", "*)" },
  { "f f90 f95 for ", "!", NULL, NULL },
  { "bas vb vbs ", "'", NULL, NULL },
  { "css ", NULL, "/*", "*/" },
  { "", "//", "/*", "*/" }, /* C and similar languages */
};

typedef struct
{
  QuarryDocumentBuilder *builder;
  const Style *style;
  GPtrArray *said; /* paragraphs of comments that may belong to a following definition */
  GString *comment; /* the comment being read */
  GString *code;
  GString *type; /* a line that may be the first one of a definition, such as "static double" */
  gboolean is_settings;
  gboolean has_docstrings;
  const char *docstring; /* the quotes that end the open docstring; NULL outside of one */
  gboolean in_comment;
} CodeReader;

static const Style *
style_of (const char *name)
{
  g_autofree char *extension = quarry_extension_of_name (name);
  g_autofree char *pattern = g_strconcat (" ", extension != NULL ? extension : "c", " ", NULL);

  for (guint i = 0; i + 1 < G_N_ELEMENTS (styles); i++)
    {
      g_autofree char *list = g_strconcat (" ", styles[i].extensions, NULL);

      if (strstr (list, pattern) != NULL)
        return &styles[i];
    }
  return &styles[G_N_ELEMENTS (styles) - 1];
}

static void
end_paragraph (CodeReader *self)
{
  if (self->comment->len > 0)
    g_ptr_array_add (self->said, g_strndup (self->comment->str, self->comment->len));
  g_string_truncate (self->comment, 0);
}

static void
flush_comment (CodeReader *self)
{
  end_paragraph (self);
  for (guint i = 0; i < self->said->len; i++)
    quarry_document_builder_add (self->builder, QUARRY_BLOCK_PARAGRAPH, 0, g_ptr_array_index (self->said, i), -1);
  g_ptr_array_set_size (self->said, 0);
}

/* The line that was held back does not begin a definition, so it is code. */
static void
flush_type (CodeReader *self)
{
  if (self->type->len == 0)
    return;
  flush_comment (self);
  g_string_append_len (self->code, self->type->str, (gssize) self->type->len);
  g_string_truncate (self->type, 0);
}

static void
flush_code (CodeReader *self)
{
  quarry_document_builder_add (
      self->builder, QUARRY_BLOCK_CODE, 0, self->code->str, (gssize) self->code->len);
  g_string_truncate (self->code, 0);
}

/* Adds a line of a comment, without what draws a frame around it. An empty line ends the paragraph. */
static void
add_comment (CodeReader *self, const char *text, gsize length)
{
  static const char frame[] = "*/#-=;!%~<>|+_ \t";
  gsize start = 0;

  while (start < length && strchr (frame, text[start]) != NULL)
    start++;
  while (length > start && strchr ("*/#-=~ \t\r", text[length - 1]) != NULL)
    length--;
  flush_type (self);
  flush_code (self);
  if (start >= length)
    {
      end_paragraph (self);
      return;
    }
  if (self->comment->len > 0)
    g_string_append_c (self->comment, ' ');
  g_string_append_len (self->comment, text + start, (gssize) (length - start));
}

/* Whether a line begins a definition: it contains a keyword for that; or it begins at the left margin with a name and
 * parentheses, and does not end a statement. */
static gboolean
is_definition (const char *line, gsize length, gsize indent)
{
  static const char *const words[]
      = { "def ", "class ", "func ", "function ", "fn ", "pub fn ", "struct ", "interface ",
          "trait ", "impl ", "module ", "namespace ", "enum ", "sub ", "procedure ", "defmodule ",
          "public ", "private ", "protected ", "async def ", "export function ",
          "export class ", "export default ", "async function ", "static ", "type ", "CREATE ",
          "create ", "(defun ", "(defn ", "(define ", "package ", "object ", "abstract class ",
          "data class ", "fun ", "pub struct ", "pub enum ", "pub trait " };
  char last;

  if (length < 4 || length > MAX_HEAD || indent > 8)
    return FALSE;
  last = line[length - 1];
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (strncmp (line, words[i], strlen (words[i])) == 0)
      return last != ';' && last != ','
             && (memchr (line, '(', length) != NULL || last == '{' || last == ':'
                 || (indent == 0 && strchr ("cmnC", line[0]) != NULL));
  if (indent > 0 || !(g_ascii_isalpha (line[0]) || line[0] == '_') || last == ';'
      || last == ',' || memchr (line, '(', length) == NULL || memchr (line, '=', length) != NULL)
    return FALSE;
  return strncmp (line, "if", 2) != 0 && strncmp (line, "for", 3) != 0
         && strncmp (line, "while", 5) != 0 && strncmp (line, "return", 6) != 0
         && strncmp (line, "switch", 6) != 0 && (last == ')' || last == '{');
}

/* Whether a line at the left margin may be the return type of a function whose name is on the next line. */
static gboolean
is_type (const char *line, gsize length)
{
  if (length > MAX_TYPE || !g_ascii_isalpha (line[0]))
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (line[i]) && strchr ("_ *&:<>", line[i]) == NULL)
      return FALSE;
  return line[length - 1] != ':';
}

/* Comments directly above a definition are about it, and a type on the line above is part of it. */
static void
add_definition (CodeReader *self, const char *line, gsize length, gsize indent)
{
  while (length > 0 && strchr ("{: \t", line[length - 1]) != NULL)
    length--;
  flush_code (self);
  quarry_document_builder_add (
      self->builder, QUARRY_BLOCK_HEADING, indent > 0 ? 2 : 1, line, (gssize) length);
  flush_comment (self);
  flush_type (self);
}

/* Where a comment begins in a line of code; NULL if there is none. Strings are skipped. */
static const char *
find_comment (const Style *style, const char *line, const char *end, gboolean *is_block)
{
  char quote = 0;

  for (const char *p = line; p < end; p++)
    {
      if (quote != 0)
        {
          if (*p == '\\')
            p++;
          else if (*p == quote)
            quote = 0;
          continue;
        }
      if (style->open != NULL && (gsize) (end - p) >= 2 && memcmp (p, style->open, 2) == 0)
        {
          *is_block = TRUE;
          return p;
        }
      if (style->line != NULL && (gsize) (end - p) >= strlen (style->line)
          && memcmp (p, style->line, strlen (style->line)) == 0
          && (p == line || strchr (" \t;,{}()", p[-1]) != NULL || style->line[0] == '/'))
        {
          *is_block = FALSE;
          return p;
        }
      if (*p == '"' || (*p == '\'' && strcmp (style->line != NULL ? style->line : "", "'") != 0
                        && memchr (p + 1, '\'', (gsize) (end - p - 1)) != NULL))
        quote = *p;
    }
  return NULL;
}

/* A line, or the rest of one, in a comment of several lines or a docstring. */
static void
read_commented (CodeReader *self, const char *start, const char *end)
{
  const char *close = self->docstring != NULL ? self->docstring : self->style->close;
  const char *stop = g_strstr_len (start, end - start, close);

  add_comment (self, start, (gsize) ((stop != NULL ? stop : end) - start));
  if (stop == NULL)
    return;
  if (self->docstring != NULL)
    flush_comment (self);
  end_paragraph (self);
  self->in_comment = FALSE;
  self->docstring = NULL;
}

/* The line of a docstring's opening @quotes, which end at @start. */
static void
begin_docstring (CodeReader *self, const char *quotes, const char *start, const char *end)
{
  const char *stop = g_strstr_len (start, end - start, quotes);

  add_comment (self, start, (gsize) ((stop != NULL ? stop : end) - start));
  if (stop != NULL)
    flush_comment (self);
  else
    {
      self->in_comment = TRUE;
      self->docstring = quotes;
    }
}

/* The code of a line, from @start to @end, without the comment after it, if @has_comment. @line: where it begins. */
static void
read_statement (CodeReader *self, const char *line, const char *start, const char *end, gboolean has_comment)
{
  gsize indent = (gsize) (start - line), n = (gsize) (end - start);

  while (n > 0 && (start[n - 1] == ' ' || start[n - 1] == '\t'))
    n--;
  if (is_definition (start, n, indent))
    add_definition (self, start, n, indent);
  else if (indent == 0 && self->type->len == 0 && !has_comment && is_type (start, n))
    {
      g_string_append_len (self->type, start, (gssize) n);
      g_string_append_c (self->type, '\n');
    }
  else
    {
      flush_type (self);
      flush_comment (self);
      g_string_append_len (self->code, line, (gssize) (indent + n));
      g_string_append_c (self->code, '\n');
    }
}

static gboolean
holds_settings (const char *extension)
{
  static const char *const extensions[] = { "yaml", "yml", "toml", "ini", "conf", "cfg", "properties", "env", NULL };

  return extension != NULL && g_strv_contains (extensions, extension);
}

/* A line of settings, from @start to @end without white space; @line: where it begins. Behind a setting, a "#" may be
 * part of it. */
static void
read_setting (CodeReader *self, const char *line, const char *start, const char *end)
{
  gboolean is_section = start == line && *start == '[' && end[-1] == ']' && end - start > 2 && end - start < MAX_HEAD;

  if (*start == '#' || *start == ';')
    {
      add_comment (self, start, (gsize) (end - start));
      return;
    }
  if (is_section)
    {
      gsize n = strspn (start, "[");

      add_definition (self, start + n, strcspn (start + n, "]"), 0);
      return;
    }
  flush_comment (self);
  g_string_append_len (self->code, line, end - line);
  g_string_append_c (self->code, '\n');
}

static void
read_line (CodeReader *self, const char *line, gsize length)
{
  const char *end, *start = line, *comment;
  gboolean is_block = FALSE;

  while (length > 0 && strchr (" \t\r", line[length - 1]) != NULL)
    length--;
  length = MIN (length, MAX_LINE);
  end = line + length;
  while (start < end && (*start == ' ' || *start == '\t'))
    start++;

  if (self->in_comment)
    {
      read_commented (self, start, end);
      return;
    }
  if (start == end)
    {
      flush_type (self);
      flush_comment (self);
      if (self->code->len > 0)
        g_string_append_c (self->code, '\n');
      return;
    }
  if (self->is_settings)
    {
      read_setting (self, line, start, end);
      return;
    }
  if (self->has_docstrings && end - start >= 3 && (memcmp (start, "\"\"\"", 3) == 0 || memcmp (start, "'''", 3) == 0))
    {
      begin_docstring (self, *start == '"' ? "\"\"\"" : "'''", start + 3, end);
      return;
    }

  comment = find_comment (self->style, start, end, &is_block);
  if (comment == NULL || comment > start)
    read_statement (self, line, start, comment != NULL ? comment : end, comment != NULL);
  if (comment == NULL)
    return;
  if (is_block)
    {
      const char *stop = g_strstr_len (comment + 2, end - comment - 2, self->style->close);

      add_comment (self, comment + 2, (gsize) ((stop != NULL ? stop : end) - comment - 2));
      self->in_comment = stop == NULL;
    }
  else if (!(start == line && line[0] == '#' && line[1] == '!'))
    add_comment (self, comment, (gsize) (end - comment));
}

gboolean
quarry_read_code (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  g_autoptr (GString) text = quarry_reader_decode (input, error);
  g_autoptr (GString) comment = g_string_new (NULL);
  g_autoptr (GString) code = g_string_new (NULL);
  g_autoptr (GString) type = g_string_new (NULL);
  g_autoptr (GPtrArray) said = g_ptr_array_new_with_free_func (g_free);
  CodeReader self = { .builder = builder, .said = said, .comment = comment, .code = code, .type = type };
  g_autofree char *extension = quarry_extension_of_name (input->name);

  if (text == NULL)
    return FALSE;
  self.style = style_of (input->name);
  self.is_settings = holds_settings (extension);
  self.has_docstrings = extension != NULL && g_str_has_prefix (extension, "py");
  for (const char *p = text->str, *end = p + text->len; p < end;)
    {
      const char *stop = memchr (p, '\n', (gsize) (end - p));

      if (stop == NULL)
        stop = end;
      read_line (&self, p, (gsize) (stop - p));
      p = stop + 1;
    }
  flush_type (&self);
  flush_comment (&self);
  flush_code (&self);
  return TRUE;
}
