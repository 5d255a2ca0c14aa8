/* quarry-mathml.c: writes a formula in MathML as one line of text
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Formulas are written piece by piece. The kind of the last piece and that of the next decide whether
 * there is a blank between them.
 */
#include "quarry-config.h"

#include "core/extract/html/quarry-mathml.h"

#include <string.h>

#define MAX_DEPTH 64

/* The kind of what a piece of a formula begins or ends with. */
typedef enum
{
  PIECE_NONE,
  PIECE_LETTER, /* a variable */
  PIECE_NAME,   /* sin, log, words */
  PIECE_NUMBER,
  PIECE_OPERATOR, /* a binary operator, with its blanks */
  PIECE_OPEN,     /* an opening bracket, or anything else that is not separated from what follows */
  PIECE_CLOSE,
} Piece;

typedef struct
{
  GString *text;
  Piece last;
} Line;

static void write_node (Line *line, const QuarryHtmlNode *node, guint depth);

/* The name of the element in lower case, without prefix; "" if it is not an element, or its name is longer than any of
 * MathML's. */
static void
get_name (const QuarryHtmlNode *node, char name[16])
{
  const char *bytes = node->bytes, *colon;
  gsize length = node->length;

  name[0] = '\0';
  if (!quarry_html_is_element (node))
    return;
  colon = memchr (bytes, ':', length);
  if (colon != NULL)
    {
      length -= (gsize) (colon + 1 - bytes);
      bytes = colon + 1;
    }
  if (length >= 16)
    return;
  for (gsize i = 0; i < length; i++)
    name[i] = g_ascii_tolower (bytes[i]);
  name[length] = '\0';
}

gboolean
quarry_mathml_is_formula (const QuarryHtmlNode *node)
{
  char name[16];

  get_name (node, name);
  return strcmp (name, "math") == 0;
}

/* @node or its first following sibling that is an element; NULL if there is none. */
static const QuarryHtmlNode *
find_element (const QuarryHtmlNode *node)
{
  while (node != NULL && !quarry_html_is_element (node))
    node = node->next;
  return node;
}

/* The @n-th child element; NULL if there are not that many. */
static const QuarryHtmlNode *
nth_element (const QuarryHtmlNode *node, guint n)
{
  const QuarryHtmlNode *child = find_element (node->first);

  while (child != NULL && n-- > 0)
    child = find_element (child->next);
  return child;
}

/* The text of a token, without blanks at its ends and with runs of blanks replaced by one. (transfer full) */
static char *
token_text (const QuarryHtmlNode *node)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (const QuarryHtmlNode *child = node->first; child != NULL; child = child->next)
    {
      if (quarry_html_is_element (child))
        continue;
      for (const char *p = child->bytes; p < child->bytes + child->length; p = g_utf8_next_char (p))
        {
          gunichar c = g_utf8_get_char (p);

          if (!g_unichar_isspace (c))
            g_string_append_unichar (text, c);
          else if (text->len > 0 && text->str[text->len - 1] != ' ')
            g_string_append_c (text, ' ');
        }
    }
  return g_strchomp (g_string_free (g_steal_pointer (&text), FALSE));
}

/* Whether @c is a binary operator, which gets a blank on each side. */
static gboolean
is_infix (gunichar c)
{
  if (c == '-' || c == '*' || c == 0x00B7 || c == 0x2026)
    return TRUE;
  if (c >= 0x2190 && c <= 0x21FF) /* arrows */
    return TRUE;
  if (c == '|' || c == '~' || c == 0x00AC || (c >= 0x2200 && c <= 0x2207)
      || (c >= 0x220F && c <= 0x2211) || (c >= 0x221A && c <= 0x221E)
      || (c >= 0x222B && c <= 0x2233))
    return FALSE; /* not, for all, sums, roots, infinity, integrals: prefix operators */
  return g_unichar_type (c) == G_UNICODE_MATH_SYMBOL;
}

/* Whether @c may also be the sign of a single number. */
static gboolean
is_sign (gunichar c)
{
  return c == '-' || c == '+' || c == 0x00B1 || c == 0x2212 || c == 0x2213;
}

static void
write_piece (Line *line, const char *text, Piece piece)
{
  Piece last = line->last;
  gboolean is_word = piece == PIECE_LETTER || piece == PIECE_NAME || piece == PIECE_NUMBER;
  gboolean after_word = last == PIECE_LETTER || last == PIECE_NAME || last == PIECE_NUMBER;

  if (text[0] == '\0')
    return;
  if ((is_word && after_word && (piece == PIECE_NAME || last == PIECE_NAME || piece == last)
       && !(piece == PIECE_LETTER && last == PIECE_LETTER))
      || (piece == PIECE_NAME && last == PIECE_CLOSE))
    g_string_append_c (line->text, ' ');
  g_string_append (line->text, text);
  line->last = piece;
}

static void
write_operator (Line *line, const char *text)
{
  gunichar c = g_utf8_get_char (text);
  gboolean is_one = text[0] != '\0' && *g_utf8_next_char (text) == '\0';

  if (text[0] == '\0'
      || (c >= 0x2061 && c <= 0x2064)) /* invisible operators: function application, times, separator, plus */
    return;
  if (strcmp (text, ",") == 0 || strcmp (text, ";") == 0)
    {
      g_string_append (line->text, text);
      g_string_append_c (line->text, ' ');
      line->last = PIECE_OPERATOR;
    }
  else if (is_one && is_infix (c) && line->last != PIECE_OPEN && line->last != PIECE_OPERATOR
           && (line->last != PIECE_NONE || !is_sign (c)))
    {
      g_string_append_printf (line->text, line->last == PIECE_NONE ? "%s " : " %s ", text);
      line->last = PIECE_OPERATOR;
    }
  else if (!is_one && g_unichar_isalpha (c))
    write_piece (line, text, PIECE_NAME);
  else
    write_piece (
        line,
        text,
        is_one && (g_unichar_type (c) == G_UNICODE_CLOSE_PUNCTUATION || c == '!' || c == '|')
            ? PIECE_CLOSE
            : PIECE_OPEN);
}

/* The formula in the children of @node, or in @node itself, written on its own. (transfer full) */
static char *
write_apart (const QuarryHtmlNode *node, guint depth)
{
  Line line = { g_string_new (NULL), PIECE_NONE };

  if (node != NULL)
    write_node (&line, node, depth);
  return g_string_free (line.text, FALSE);
}

/* Appends @text, in parentheses unless it is a single word or symbol. */
static void
append_whole (GString *out, const char *text)
{
  gboolean is_plain = TRUE;

  for (const char *p = text; *p && is_plain; p = g_utf8_next_char (p))
    is_plain = g_unichar_isalnum (g_utf8_get_char (p));
  if (is_plain || g_utf8_strlen (text, -1) <= 1)
    g_string_append (out, text);
  else
    g_string_append_printf (out, "(%s)", text);
}

static void
write_script (Line *line, const char *script, char mark)
{
  gunichar first = g_utf8_get_char (script);

  if (script[0] == '\0')
    return;
  /* Primes and stars are written without "^" or "_". */
  if (g_unichar_isalnum (first) || *g_utf8_next_char (script) != '\0' || first == '+'
      || first == '-')
    {
      g_string_append_c (line->text, mark);
      append_whole (line->text, script);
    }
  else
    g_string_append (line->text, script);
  line->last = PIECE_NAME; /* what follows is separated, since it is not part of the script */
}

/* Whether the text is a single symbol that is not a letter: a bar, hat or arrow above a letter, which is left out since
 * nobody would type it in a search. */
static gboolean
is_accent (const char *text)
{
  return text[0] != '\0' && *g_utf8_next_char (text) == '\0'
         && !g_unichar_isalnum (g_utf8_get_char (text));
}

static void
write_fraction (Line *line, const QuarryHtmlNode *node, guint depth)
{
  g_autofree char *above = write_apart (nth_element (node, 0), depth);
  g_autofree char *below = write_apart (nth_element (node, 1), depth);
  g_autoptr (GString) text = g_string_new (NULL);

  append_whole (text, above);
  g_string_append_c (text, '/');
  append_whole (text, below);
  write_piece (line, text->str, PIECE_NAME);
}

static void
write_children (Line *line, const QuarryHtmlNode *node, guint depth)
{
  for (const QuarryHtmlNode *child = node->first; child != NULL; child = child->next)
    write_node (line, child, depth);
}

static void
write_root (Line *line, const QuarryHtmlNode *node, gboolean has_index, guint depth)
{
  Line inner = { g_string_new (NULL), PIECE_NONE };
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *under = NULL;

  if (has_index && nth_element (node, 0))
    write_node (&inner, nth_element (node, 0), depth);
  else
    write_children (&inner, node, depth);
  under = g_string_free (inner.text, FALSE);
  if (has_index)
    {
      g_autofree char *index = write_apart (nth_element (node, 1), depth);

      append_whole (text, index);
    }
  g_string_append (text, "√");
  append_whole (text, under);
  write_piece (line, text->str, PIECE_NAME);
}

static void
write_fenced (Line *line, const QuarryHtmlNode *node, guint depth)
{
  const char *open = quarry_html_attribute (node, QUARRY_HTML_OPEN);
  const char *close = quarry_html_attribute (node, QUARRY_HTML_CLOSE);
  gboolean begins = TRUE;

  write_piece (line, open != NULL ? open : "(", PIECE_OPEN);
  for (const QuarryHtmlNode *child = find_element (node->first); child != NULL; child = find_element (child->next))
    {
      if (!begins)
        write_operator (line, ",");
      begins = FALSE;
      write_node (line, child, depth);
    }
  write_piece (line, close != NULL ? close : ")", PIECE_CLOSE);
}

static void
write_table (Line *line, const QuarryHtmlNode *node, guint depth)
{
  g_autoptr (GString) table = g_string_new (NULL);

  for (const QuarryHtmlNode *row = find_element (node->first); row != NULL; row = find_element (row->next))
    {
      gboolean begins = TRUE;

      for (const QuarryHtmlNode *cell = find_element (row->first); cell != NULL; cell = find_element (cell->next))
        {
          g_autofree char *text = g_strchomp (write_apart (cell, depth));

          if (text[0] == '\0')
            continue;
          if (table->len > 0)
            g_string_append (table, begins ? "; " : " ");
          g_string_append (table, text);
          begins = FALSE;
        }
    }
  write_piece (line, table->str, PIECE_NAME);
}

static void
write_node (Line *line, const QuarryHtmlNode *node, guint depth)
{
  char name[16];
  g_autofree char *text = NULL;

  get_name (node, name);
  if (name[0] == '\0' || depth == 0)
    return;
  depth--;
  if (strcmp (name, "mi") == 0 || strcmp (name, "mn") == 0)
    {
      text = token_text (node);
      write_piece (line,
                   text,
                   name[1] == 'n'                 ? PIECE_NUMBER
                   : g_utf8_strlen (text, -1) > 1 ? PIECE_NAME
                                                  : PIECE_LETTER);
    }
  else if (strcmp (name, "mtext") == 0 || strcmp (name, "ms") == 0)
    {
      text = token_text (node);
      write_piece (line, text, PIECE_NAME);
    }
  else if (strcmp (name, "mo") == 0)
    {
      text = token_text (node);
      write_operator (line, text);
    }
  else if (strcmp (name, "msup") == 0 || strcmp (name, "msub") == 0 || strcmp (name, "munder") == 0
           || strcmp (name, "mover") == 0 || strcmp (name, "msubsup") == 0
           || strcmp (name, "munderover") == 0)
    {
      gboolean is_upper = strcmp (name, "msup") == 0 || strcmp (name, "mover") == 0;
      const QuarryHtmlNode *part = nth_element (node, 0);

      if (part)
        write_node (line, part, depth);
      if ((part = nth_element (node, 1)))
        {
          /* Written once, and only then looked at: doing it twice at each level would take exponential time. */
          text = write_apart (part, depth);
          if (strcmp (name, "mover") != 0 || !is_accent (text))
            write_script (line, text, is_upper ? '^' : '_');
        }
      if ((part = nth_element (node, 2)))
        {
          g_autofree char *above = write_apart (part, depth);

          write_script (line, above, '^');
        }
    }
  else if (strcmp (name, "mfrac") == 0)
    write_fraction (line, node, depth);
  else if (strcmp (name, "msqrt") == 0 || strcmp (name, "mroot") == 0)
    write_root (line, node, name[1] == 'r', depth);
  else if (strcmp (name, "mfenced") == 0)
    write_fenced (line, node, depth);
  else if (strcmp (name, "mtable") == 0)
    write_table (line, node, depth);
  else if (strcmp (name, "mspace") == 0)
    {
      if (line->last != PIECE_NONE && line->last != PIECE_OPERATOR)
        g_string_append_c (line->text, ' ');
      line->last = PIECE_NONE;
      write_children (line, node, depth);
    }
  else if (strcmp (name, "mphantom") != 0 && strncmp (name, "annotation", 10) != 0)
    write_children (line, node, depth);
}

void
quarry_mathml_append (GString *text, const QuarryHtmlNode *math)
{
  Line line = { text, PIECE_NONE };

  write_node (&line, math, MAX_DEPTH);
}

char *
quarry_mathml_read (GBytes *mathml)
{
  gsize length;
  const char *bytes = g_bytes_get_data (mathml, &length);
  g_autoptr (QuarryHtmlParser) parser = quarry_html_parser_new (bytes != NULL ? bytes : "", length);
  const QuarryHtmlNode *root = quarry_html_parser_next (parser, G_MAXSIZE), *node = root;
  GString *text = g_string_new (NULL);

  while (node != NULL && !quarry_mathml_is_formula (node))
    {
      const QuarryHtmlNode *next = node->first;

      for (; next == NULL && node != root; node = node->parent)
        next = node->next;
      node = next;
    }
  if (node != NULL)
    quarry_mathml_append (text, node);
  return g_string_free (text, text->len == 0);
}
