/* quarry-reader-latex.c: LaTeX
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Text and structure without commands: sectioning commands become headings, items list items, and
 * verbatim text code. For all other commands, those arguments are kept that are visible on the page.
 * Formulas stay as they are written, which is how people who know LaTeX search for them.
 */
#include "core/extract/quarry-reader.h"

#include "core/extract/readers/quarry-latex.h"

#include <string.h>

#define MAX_DEPTH 64u

typedef struct
{
  QuarryDocumentBuilder *builder;
  const char *p, *end;
  GString *text;
  QuarryBlockKind kind;
  guint level;
  guint n_lists;
  guint depth;
  gboolean in_preamble;
} LatexReader;

static void read_until (LatexReader *self, const char *stop);

static void
flush (LatexReader *self)
{
  if (!self->in_preamble)
    quarry_document_builder_add (
        self->builder, self->kind, self->level, self->text->str, (gssize) self->text->len);
  g_string_truncate (self->text, 0);
  self->kind = self->n_lists > 0 ? QUARRY_BLOCK_LIST_ITEM : QUARRY_BLOCK_PARAGRAPH;
  self->level = MIN (self->n_lists, 6);
}

static void
skip_blanks (LatexReader *self)
{
  while (self->p < self->end && strchr (" \t\r\n", *self->p) != NULL && *self->p != '\0')
    self->p++;
}

/* Skips an argument in brackets, if one comes next. */
static void
skip_brackets (LatexReader *self, char open, char close)
{
  guint depth = 0;

  while (self->p < self->end && (*self->p == ' ' || *self->p == '*'))
    self->p++;
  if (self->p >= self->end || *self->p != open)
    return;
  for (; self->p < self->end; self->p++)
    {
      if (*self->p == '\\' && self->p + 1 < self->end)
        self->p++;
      else if (*self->p == open)
        depth++;
      else if (*self->p == close && --depth == 0)
        {
          self->p++;
          return;
        }
    }
}

/* Reads the argument in braces that comes next into a new string; empty if there is none. */
static GString *
read_argument (LatexReader *self)
{
  GString *outer = self->text;
  GString *argument = g_string_new (NULL);

  skip_brackets (self, '[', ']');
  skip_blanks (self);
  if (self->p < self->end && *self->p == '{' && self->depth < MAX_DEPTH)
    {
      self->p++;
      self->text = argument;
      self->depth++;
      read_until (self, "}");
      self->depth--;
      self->text = outer;
    }
  return argument;
}

static gboolean
is_one_of (const char *name, const char *const *list, guint n)
{
  for (guint i = 0; i < n; i++)
    if (strcmp (name, list[i]) == 0)
      return TRUE;
  return FALSE;
}

static void
read_environment (LatexReader *self)
{
  static const char *const verbatim[]
      = { "verbatim", "verbatim*", "lstlisting", "minted", "Verbatim", "equation", "equation*",
          "align", "align*", "gather", "gather*", "eqnarray", "eqnarray*", "displaymath", "multline",
          "comment", "tikzpicture", "filecontents", "thebibliography-" };
  g_autoptr (GString) name = read_argument (self);

  if (strcmp (name->str, "document") == 0)
    {
      g_string_truncate (self->text, 0);
      self->in_preamble = FALSE;
    }
  else if (is_one_of (name->str, verbatim, G_N_ELEMENTS (verbatim)))
    {
      g_autofree char *ending = g_strdup_printf ("\\end{%s}", name->str);
      const char *stop = memmem (self->p, (gsize) (self->end - self->p), ending, strlen (ending));

      flush (self);
      skip_brackets (self, '[', ']');
      if (strcmp (name->str, "minted") == 0)
        skip_brackets (self, '{', '}');
      if (stop == NULL)
        stop = self->end;
      if (!self->in_preamble && strcmp (name->str, "comment") != 0
          && strcmp (name->str, "tikzpicture") != 0 && stop > self->p)
        quarry_document_builder_add (
            self->builder, QUARRY_BLOCK_CODE, 0, self->p, (gssize) (stop - self->p));
      self->p = MIN (stop + strlen (ending), self->end);
    }
  else
    {
      flush (self);
      if (strcmp (name->str, "itemize") == 0 || strcmp (name->str, "enumerate") == 0
          || strcmp (name->str, "description") == 0)
        self->n_lists++;
      skip_brackets (self, '[', ']');
      if (g_str_has_prefix (name->str, "tabular") || strcmp (name->str, "array") == 0
          || strcmp (name->str, "minipage") == 0)
        skip_brackets (self, '{', '}');
      flush (self);
    }
}

static void
end_environment (LatexReader *self)
{
  g_autoptr (GString) name = read_argument (self);

  flush (self);
  if ((strcmp (name->str, "itemize") == 0 || strcmp (name->str, "enumerate") == 0
       || strcmp (name->str, "description") == 0)
      && self->n_lists > 0)
    self->n_lists--;
  if (strcmp (name->str, "document") == 0)
    self->p = self->end;
  flush (self);
}

/* Commands whose arguments are not visible on the page. */
static const char *const unseen[]
    = { "label", "ref", "eqref", "pageref", "autoref", "cref", "Cref", "cite", "citep", "citet",
        "citealp", "parencite", "textcite", "autocite", "nocite", "bibliography",
        "bibliographystyle", "usepackage", "documentclass", "includegraphics", "vspace", "hspace",
        "input", "include", "newcommand", "renewcommand", "providecommand", "setlength",
        "addtolength", "setcounter", "addtocounter", "pagestyle", "thispagestyle", "index",
        "hypersetup", "geometry", "graphicspath", "newtheorem", "DeclareMathOperator", "color",
        "definecolor", "addbibresource", "hyphenation", "pagenumbering", "phantom", "cline",
        "rule", "newenvironment", "usetikzlibrary", "lstset", "RequirePackage", "def" };

/* A letter with the accent that the command @name puts on it. FALSE where it is no such command. */
static gboolean
read_accent (LatexReader *self, const char *name)
{
  static const char accents[] = "`'^\"~=.uvHcdbkr";
  static const gunichar marks[]
      = { 0x300, 0x301, 0x302, 0x308, 0x303, 0x304, 0x307, 0x306, 0x30c, 0x30b, 0x327, 0x323,
          0x331, 0x328, 0x30a };
  const char *accent = strlen (name) == 1 ? strchr (accents, name[0]) : NULL;
  g_autoptr (GString) letter = NULL;

  if (accent == NULL || (g_ascii_isalpha (name[0]) && (self->p >= self->end || *self->p != '{')))
    return FALSE;
  if (self->p < self->end && *self->p != '{' && *self->p != '\\')
    {
      letter = g_string_new_len (self->p, 1);
      self->p++;
    }
  else
    letter = read_argument (self);
  g_string_append (self->text, letter->str);
  g_string_append_unichar (self->text, marks[accent - accents]);
  return TRUE;
}

static gboolean
read_heading (LatexReader *self, const char *name)
{
  static const struct
  {
    const char *name;
    guint level;
  } headings[] = { { "part", 1 }, { "chapter", 1 }, { "section", 1 }, { "subsection", 2 },
                   { "subsubsection", 3 }, { "paragraph", 4 }, { "frametitle", 2 } };

  for (guint i = 0; i < G_N_ELEMENTS (headings); i++)
    if (strcmp (name, headings[i].name) == 0)
      {
        g_autoptr (GString) title = NULL;

        flush (self);
        skip_brackets (self, '[', ']');
        title = read_argument (self);
        if (!self->in_preamble)
          quarry_document_builder_add (
              self->builder, QUARRY_BLOCK_HEADING, headings[i].level, title->str, -1);
        return TRUE;
      }
  return FALSE;
}

/* Commands that stand for a letter, a sign or a name. */
static gboolean
read_letter (LatexReader *self, const char *name)
{
  static const struct
  {
    const char *name;
    const char *text;
  } letters[] = { { "ss", "\303\237" }, { "ae", "\303\246" }, { "AE", "\303\206" },
                  { "oe", "\305\223" }, { "OE", "\305\222" }, { "o", "\303\270" },
                  { "O", "\303\230" }, { "aa", "\303\245" }, { "AA", "\303\205" },
                  { "l", "\305\202" }, { "L", "\305\201" }, { "i", "i" }, { "j", "j" },
                  { "LaTeX", "LaTeX" }, { "TeX", "TeX" }, { "ldots", "\342\200\246" },
                  { "dots", "\342\200\246" }, { "textendash", "\342\200\223" },
                  { "textemdash", "\342\200\224" }, { "copyright", "\302\251" },
                  { "S", "\302\247" }, { "textbackslash", "\\" } };

  for (guint i = 0; i < G_N_ELEMENTS (letters); i++)
    if (strcmp (name, letters[i].name) == 0)
      {
        g_string_append (self->text, letters[i].text);
        if (self->p + 1 < self->end && self->p[0] == '{' && self->p[1] == '}')
          self->p += 2;
        else
          skip_blanks (self);
        return TRUE;
      }
  return FALSE;
}

static void
read_title (LatexReader *self)
{
  g_autoptr (GString) title = read_argument (self);

  quarry_document_builder_set_title (self->builder, title->str);
  quarry_document_builder_add (self->builder, QUARRY_BLOCK_HEADING, 1, title->str, -1);
}

static void
read_author (LatexReader *self)
{
  g_autoptr (GString) author = read_argument (self);

  quarry_document_builder_set_metadata (self->builder, "author", author->str);
}

static void
read_date (LatexReader *self)
{
  g_autoptr (GString) date = read_argument (self);

  quarry_document_builder_set_metadata (self->builder, "created", date->str);
}

static void
begin_item (LatexReader *self)
{
  flush (self);
  skip_brackets (self, '[', ']');
}

static void
end_line (LatexReader *self)
{
  g_string_append_c (self->text, ' ');
  skip_brackets (self, '[', ']');
}

/* Text between two of the character that comes next, as it is. */
static void
read_verb (LatexReader *self)
{
  const char *stop = NULL;

  if (self->p < self->end)
    stop = memchr (self->p + 1, *self->p, (gsize) (self->end - self->p - 1));
  if (stop == NULL)
    return;
  g_string_append_len (self->text, self->p + 1, stop - self->p - 1);
  self->p = stop + 1;
}

/* The address goes; the text that is shown for it is read on as any other. */
static void
skip_address (LatexReader *self)
{
  skip_brackets (self, '{', '}');
}

static void
read_footnote (LatexReader *self)
{
  g_autoptr (GString) note = read_argument (self);

  g_string_append_printf (self->text, " (%s)", note->str);
}

static void
skip_arguments (LatexReader *self)
{
  skip_brackets (self, '{', '}');
  for (guint i = 0; i < 3; i++)
    {
      skip_brackets (self, '[', ']');
      if (self->p < self->end && *self->p == '{')
        skip_brackets (self, '{', '}');
    }
}

static void
read_command (LatexReader *self)
{
  static const struct
  {
    const char *name;
    void (*read) (LatexReader *self);
  } commands[] = { { "title", read_title }, { "author", read_author }, { "date", read_date },
                   { "begin", read_environment }, { "end", end_environment }, { "item", begin_item },
                   { "par", flush }, { "\\", end_line }, { "verb", read_verb }, { "href", skip_address },
                   { "footnote", read_footnote } };
  const char *start = ++self->p;
  g_autofree char *name = NULL;

  if (self->p >= self->end)
    return;
  while (self->p < self->end && g_ascii_isalpha (*self->p))
    self->p++;
  if (self->p == start)
    self->p++;
  name = g_strndup (start, (gsize) (self->p - start));

  if (read_accent (self, name) || read_heading (self, name) || read_letter (self, name))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (strcmp (name, commands[i].name) == 0)
      {
        commands[i].read (self);
        return;
      }
  if (is_one_of (name, unseen, G_N_ELEMENTS (unseen)))
    skip_arguments (self);
  else if (!g_ascii_isalpha (name[0]))
    g_string_append (self->text, strchr ("%&$#_{} ", name[0]) != NULL ? name : "");
  else
    /* Blanks after a command only end the command. */
    while (self->p < self->end && *self->p == ' ')
      self->p++;
}

/* Reads on until the character @stop; with NULL, to the end of the file. */
static void
read_until (LatexReader *self, const char *stop)
{
  guint n_open = 0; /* number of open braces */

  while (self->p < self->end)
    {
      char c = *self->p;

      if (stop != NULL && c == *stop && n_open == 0)
        {
          self->p++;
          return;
        }
      if (c == '\\')
        read_command (self);
      else if (c == '%')
        {
          const char *next = memchr (self->p, '\n', (gsize) (self->end - self->p));

          self->p = next != NULL ? next + 1 : self->end;
          while (self->p < self->end && (*self->p == ' ' || *self->p == '\t'))
            self->p++;
        }
      else if (c == '\n')
        {
          const char *next = self->p + 1;

          while (next < self->end && strchr (" \t\r", *next) != NULL && *next != '\0')
            next++;
          if (next < self->end && *next == '\n' && self->depth == 0)
            flush (self);
          else
            g_string_append_c (self->text, ' ');
          self->p = next;
        }
      else if (c == '$')
        {
          /* A formula: keep it as it is written, without the delimiters. */
          gsize n = self->p + 1 < self->end && self->p[1] == '$' ? 2 : 1;
          const char *close = memmem (self->p + n, (gsize) (self->end - self->p) - n, "$$", n);

          if (close == NULL || close - self->p > 4000)
            {
              self->p++;
              continue;
            }
          g_string_append_len (self->text, self->p + n, close - self->p - (gssize) n);
          self->p = close + n;
        }
      else if (c == '{' || c == '}')
        {
          n_open = c == '{' ? n_open + 1 : n_open - (n_open > 0);
          self->p++;
        }
      else if (c == '~' || c == '&')
        {
          g_string_append_c (self->text, ' ');
          self->p++;
        }
      else if ((c == '`' || c == '\'') && self->p + 1 < self->end && self->p[1] == c)
        {
          g_string_append (self->text, c == '`' ? "\342\200\234" : "\342\200\235");
          self->p += 2;
        }
      else if (c == '-' && self->p + 2 < self->end && self->p[1] == '-')
        {
          gboolean is_long = self->p[2] == '-';

          g_string_append (self->text, is_long ? "\342\200\224" : "\342\200\223");
          self->p += is_long ? 3 : 2;
        }
      else
        {
          g_string_append_c (self->text, c);
          self->p++;
        }
    }
}

void
quarry_latex_append_text (GString *out, const char *latex, gsize length)
{
  g_autoptr (QuarryDocumentBuilder) builder = quarry_document_builder_new ();
  g_autoptr (GString) piece = g_string_new (NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  LatexReader self = { .builder = builder, .text = text };
  const char *found;
  gsize n;

  for (gsize i = 0; i < length; i++)
    {
      if (latex[i] == '%' && (i == 0 || latex[i - 1] != '\\'))
        g_string_append_c (piece, '\\');
      g_string_append_c (piece, latex[i]);
    }
  self.p = piece->str;
  self.end = piece->str + piece->len;
  read_until (&self, NULL);
  flush (&self);
  found = quarry_document_builder_peek_text (builder, &n);
  if (found != NULL)
    g_string_append_len (out, found, (gssize) n);
}

gboolean
quarry_read_latex (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  g_autoptr (GString) file = quarry_reader_decode (input, error);
  g_autoptr (GString) text = g_string_new (NULL);
  LatexReader self = { .builder = builder, .text = text };

  if (file == NULL)
    return FALSE;
  self.p = file->str;
  self.end = file->str + file->len;
  self.in_preamble = strstr (file->str, "\\begin{document}") != NULL;
  read_until (&self, NULL);
  flush (&self);
  return TRUE;
}
