/* quarry-markup-guess.c: guesses the markup of a text whose name does not tell
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each kind of construct adds points, depending on how typical it is and how often it occurs, but it
 * is only counted twice: a text that mentions a directive is not written in that markup. Comments in
 * shell scripts look like headings in Markdown, and headings in wikis like those in AsciiDoc, so
 * constructs that several languages share give few points.
 */
#include "core/extract/text/quarry-markup-guess.h"

#include <string.h>

#define LOOKED_AT (16u << 10)
/* Readers of markup need the whole text in memory, that of plain text does not. Nobody writes so much markup by
 * hand. */
#define MOST_TEXT (4u << 20)
#define MOST_OF_A_KIND 2
/* The points needed; constructs of a single kind cannot reach them. */
#define ENOUGH 7

typedef enum
{
  /* AsciiDoc */
  SIGN_ANCHOR,    /* "[[place]]" on a line of its own */
  SIGN_STYLE,     /* "[verse]", "[source,c]" */
  SIGN_EQUALS,    /* "== Heading" */
  SIGN_ATTRIBUTE, /* ":toc: left" */
  SIGN_MACRO,     /* "include::", "link:there[text]" */
  SIGN_TERM,      /* "term::" above an indented line */
  /* reStructuredText */
  SIGN_DIRECTIVE, /* ".. note::" */
  SIGN_TARGET,    /* ".. _place:" */
  SIGN_ROLE,      /* ":ref:`place`" */
  SIGN_LITERAL,   /* "``text``" */
  SIGN_UNDERLINE, /* underline of a heading */
  /* Markdown */
  SIGN_HASHES,    /* "## Heading" */
  SIGN_BACKTICKS, /* "```" */
  SIGN_LINK,      /* "](http", "](#" */
  SIGN_STRONG,    /* "**text**" */
  SIGN_CODE,      /* "`text`" */
  /* Org */
  SIGN_KEYWORD,   /* "#+TITLE:" */
  SIGN_STARS,     /* "** Heading" */
  SIGN_BRACKETS,  /* "[[there][text]]" */
  N_SIGNS
} Sign;

/* The points for each construct, and the markup that it belongs to. */
static const struct
{
  QuarryFormat format;
  guint weight;
} signs[N_SIGNS] = {
  [SIGN_ANCHOR] = { QUARRY_FORMAT_ASCIIDOC, 2 },   [SIGN_STYLE] = { QUARRY_FORMAT_ASCIIDOC, 2 },
  [SIGN_EQUALS] = { QUARRY_FORMAT_ASCIIDOC, 2 },   [SIGN_ATTRIBUTE] = { QUARRY_FORMAT_ASCIIDOC, 1 },
  [SIGN_MACRO] = { QUARRY_FORMAT_ASCIIDOC, 3 },    [SIGN_TERM] = { QUARRY_FORMAT_ASCIIDOC, 2 },
  [SIGN_DIRECTIVE] = { QUARRY_FORMAT_RST, 3 },     [SIGN_TARGET] = { QUARRY_FORMAT_RST, 3 },
  [SIGN_ROLE] = { QUARRY_FORMAT_RST, 3 },          [SIGN_LITERAL] = { QUARRY_FORMAT_RST, 1 },
  [SIGN_UNDERLINE] = { QUARRY_FORMAT_RST, 1 },     [SIGN_HASHES] = { QUARRY_FORMAT_MARKDOWN, 1 },
  [SIGN_BACKTICKS] = { QUARRY_FORMAT_MARKDOWN, 3 }, [SIGN_LINK] = { QUARRY_FORMAT_MARKDOWN, 3 },
  [SIGN_STRONG] = { QUARRY_FORMAT_MARKDOWN, 1 },   [SIGN_CODE] = { QUARRY_FORMAT_MARKDOWN, 1 },
  [SIGN_KEYWORD] = { QUARRY_FORMAT_ORG, 3 },       [SIGN_STARS] = { QUARRY_FORMAT_ORG, 1 },
  [SIGN_BRACKETS] = { QUARRY_FORMAT_ORG, 2 },
};

/* A line of the text, without trailing blanks. */
typedef struct
{
  const char *text;
  gsize length;
} Line;

static gboolean
begins (Line line, const char *with)
{
  gsize n = strlen (with);

  return line.length >= n && memcmp (line.text, with, n) == 0;
}

static gboolean
ends (Line line, const char *with)
{
  gsize n = strlen (with);

  return line.length >= n && memcmp (line.text + line.length - n, with, n) == 0;
}

/* The first occurrence of @what in the line from @from on; NULL if there is none. */
static const char *
find (Line line, gsize from, const char *what)
{
  return from <= line.length ? memmem (line.text + from, line.length - from, what, strlen (what)) : NULL;
}

/* Whether the line from @from to @end consists of names: letters, digits and what may join them. */
static gboolean
is_name (Line line, gsize from, gsize end)
{
  if (from >= end)
    return FALSE;
  for (gsize i = from; i < end; i++)
    if (!g_ascii_isalnum (line.text[i]) && strchr ("-_. ,", line.text[i]) == NULL)
      return FALSE;
  return TRUE;
}

/* The number of @sign characters at the start of the line, if a blank and text follow; else 0. */
static gsize
count_marks (Line line, char sign)
{
  gsize n = 0;

  while (n < line.length && line.text[n] == sign)
    n++;
  return n + 1 < line.length && line.text[n] == ' ' && line.text[n + 1] != ' ' ? n : 0;
}

/* "=====" below a line of about the same width. */
static gboolean
is_underline (Line line, Line before)
{
  if (line.length < 4 || strchr ("=-~^\"", line.text[0]) == NULL || before.length == 0
      || g_ascii_isspace (before.text[0]) || line.length + 2 < before.length || line.length > before.length + 2)
    return FALSE;
  for (gsize i = 1; i < line.length; i++)
    if (line.text[i] != line.text[0])
      return FALSE;
  return TRUE;
}

/* Whether the line contains "`text`" (@n = 1) or "``text``" (@n = 2). */
static gboolean
has_backticks (Line line, gsize n)
{
  const char *mark = n == 2 ? "``" : "`";
  const char *open = find (line, 0, mark);
  const char *close;

  if (open == NULL || open + n >= line.text + line.length || open[n] == '`' || open[n] == ' ')
    return FALSE;
  close = find (line, (gsize) (open - line.text) + n, mark);
  return close != NULL && close[-1] != ' ' && (close + n >= line.text + line.length || close[n] != '`');
}

/* ":ref:`place`" */
static gboolean
has_role (Line line)
{
  const char *tick = find (line, 0, ":`");
  const char *p = tick;

  if (tick == NULL || find (line, (gsize) (tick - line.text) + 2, "`") == NULL)
    return FALSE;
  while (p > line.text && (g_ascii_islower (p[-1]) || p[-1] == '-'))
    p--;
  return p < tick && p > line.text && p[-1] == ':';
}

/* Macros: "include::there[]" on a line of its own; "link:there[text]" or "xref:there[text]" within a line. */
static gboolean
has_macro (Line line)
{
  static const char *const blocks[] = { "include::", "ifdef::", "ifndef::", "endif::", "image::" };
  static const char *const spans[] = { "link:", "xref:", "linkgit:", "kbd:[", "footnote:[" };

  for (guint i = 0; i < G_N_ELEMENTS (blocks); i++)
    if (begins (line, blocks[i]) && ends (line, "]"))
      return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (spans); i++)
    {
      const char *at = find (line, 0, spans[i]);
      const char *blank = at != NULL ? find (line, (gsize) (at - line.text), " ") : NULL;
      const char *open = at != NULL ? find (line, (gsize) (at - line.text), "[") : NULL;

      if (open != NULL && (blank == NULL || open < blank) && find (line, (gsize) (open - line.text), "]") != NULL)
        return TRUE;
    }
  return FALSE;
}

static gboolean
has_sign (Sign sign, Line line, Line before)
{
  const char *colon;
  gsize n;

  switch (sign)
    {
    case SIGN_ANCHOR:
      return begins (line, "[[") && ends (line, "]]") && is_name (line, 2, line.length - 2);
    case SIGN_STYLE:
      return line.length > 4 && line.text[0] == '[' && ends (line, "]") && g_ascii_islower (line.text[1])
             && (begins (line, "[verse") || begins (line, "[source") || begins (line, "[quote")
                 || begins (line, "[listing") || begins (line, "[horizontal") || begins (line, "[role=")
                 || begins (line, "[cols=") || begins (line, "[options="));
    case SIGN_EQUALS:
      n = count_marks (line, '=');
      return n >= 2 && n <= 5 && !ends (line, "=");
    case SIGN_ATTRIBUTE:
      colon = line.length > 3 && line.text[0] == ':' ? find (line, 1, ":") : NULL;
      return colon != NULL && g_ascii_islower (line.text[1]) && is_name (line, 1, (gsize) (colon - line.text))
             && (colon + 1 == line.text + line.length || colon[1] == ' ');
    case SIGN_MACRO:
      return has_macro (line);
    case SIGN_TERM:
      return line.length > 0 && before.length > 2 && ends (before, "::") && !begins (before, " ")
             && before.text[before.length - 3] != ' ' && before.text[before.length - 3] != ':'
             && (line.text[0] == '\t' || line.text[0] == ' ');
    case SIGN_DIRECTIVE:
      colon = begins (line, ".. ") ? find (line, 3, "::") : NULL;
      return colon != NULL && is_name (line, 3, (gsize) (colon - line.text));
    case SIGN_TARGET:
      return begins (line, ".. _") && find (line, 4, ":") != NULL;
    case SIGN_ROLE:
      return has_role (line);
    case SIGN_LITERAL:
      return has_backticks (line, 2);
    case SIGN_UNDERLINE:
      return is_underline (line, before);
    case SIGN_HASHES:
      n = count_marks (line, '#');
      return n >= 1 && n <= 6;
    case SIGN_BACKTICKS:
      return begins (line, "```") && find (line, 3, "`") == NULL && find (line, 3, " ") == NULL;
    case SIGN_LINK:
      return find (line, 0, "](http") != NULL || find (line, 0, "](#") != NULL || find (line, 0, "](./") != NULL;
    case SIGN_STRONG:
      colon = find (line, 0, "**");
      return colon != NULL && colon + 2 < line.text + line.length && g_ascii_isalnum (colon[2])
             && find (line, (gsize) (colon - line.text) + 3, "**") != NULL;
    case SIGN_CODE:
      return has_backticks (line, 1);
    case SIGN_KEYWORD:
      return begins (line, "#+") && line.length > 4 && g_ascii_isalpha (line.text[2])
             && (find (line, 2, ":") != NULL || begins (line, "#+BEGIN") || begins (line, "#+begin"));
    case SIGN_STARS:
      n = count_marks (line, '*');
      return n >= 1 && n <= 6;
    case SIGN_BRACKETS:
      colon = find (line, 0, "[[");
      return colon != NULL && find (line, (gsize) (colon - line.text), "][") != NULL && find (line, 0, "]]") != NULL;
    default:
      g_return_val_if_reached (FALSE);
    }
}

/* A quick check. Most lines begin with a letter and contain none of the few characters that all constructs within a
 * line need. */
static gboolean
may_have_signs (Line line)
{
  return line.length > 0
         && (!g_ascii_isalnum (line.text[0]) || memchr (line.text, '`', line.length) != NULL
             || memchr (line.text, ']', line.length) != NULL || memchr (line.text, '*', line.length) != NULL);
}

static gboolean
is_markup (QuarryFormat format)
{
  return format == QUARRY_FORMAT_MARKDOWN || format == QUARRY_FORMAT_RST || format == QUARRY_FORMAT_ORG
         || format == QUARRY_FORMAT_ASCIIDOC;
}

/* The markup of "usage.rst" for the name "usage.rst.txt". */
static QuarryFormat
guess_by_name (const char *name)
{
  g_autofree char *last = quarry_extension_of_name (name);
  g_autofree char *rest = NULL;
  QuarryFormat format;

  if (last == NULL)
    return QUARRY_FORMAT_TEXT;
  rest = g_strndup (name, strlen (name) - strlen (last) - 1);
  format = quarry_format_of_name (rest);
  return is_markup (format) ? format : QUARRY_FORMAT_TEXT;
}

QuarryFormat
quarry_markup_guess (const char *name, const char *text, gsize length)
{
  QuarryFormat guess = guess_by_name (name);
  guint counts[N_SIGNS] = { 0 };
  guint scores[QUARRY_N_FORMATS] = { 0 };
  Line before = { text, 0 };
  guint best = 0;

  if (guess != QUARRY_FORMAT_TEXT || length > MOST_TEXT)
    return guess;
  length = MIN (length, LOOKED_AT);
  for (const char *p = text, *end = text + length; p < end;)
    {
      const char *stop = memchr (p, '\n', (gsize) (end - p));
      Line line = { p, (gsize) ((stop != NULL ? stop : end) - p) };

      p = stop != NULL ? stop + 1 : end;
      while (line.length > 0 && g_ascii_isspace (line.text[line.length - 1]))
        line.length--;
      if (may_have_signs (line))
        for (guint i = 0; i < N_SIGNS; i++)
          if (counts[i] < MOST_OF_A_KIND && has_sign (i, line, before))
            counts[i]++;
      before = line;
    }
  for (guint i = 0; i < N_SIGNS; i++)
    scores[signs[i].format] += counts[i] * signs[i].weight;
  for (guint i = 1; i < QUARRY_N_FORMATS; i++)
    if (scores[i] > best)
      {
        best = scores[i];
        guess = i;
      }
  for (guint i = 1; i < QUARRY_N_FORMATS; i++)
    if (i != guess && 2 * scores[i] > best)
      return QUARRY_FORMAT_TEXT;
  return best >= ENOUGH ? guess : QUARRY_FORMAT_TEXT;
}
