/* quarry-text-lines.c: the lines of a plain text, and what kind each may be
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/extract/text/quarry-text-lines.h"

#include <string.h>

#define TAB_WIDTH 8u

GArray *
quarry_text_lines_split (const char *text, gsize length, guint *n_pages)
{
  GArray *lines = g_array_new (FALSE, TRUE, sizeof (QuarryTextLine));
  const char *p = text, *end = text + length;
  const char *newline = NULL; /* the next line end */

  *n_pages = 1;
  while (p < end)
    {
      QuarryTextLine line = { 0 };
      const char *stop, *q;

      if (newline < p && (newline = memchr (p, '\n', (gsize) (end - p))) == NULL)
        newline = end;
      stop = memchr (p, '\r', (gsize) (newline - p));
      if (stop == NULL)
        stop = newline;
      for (q = p; q < stop && strchr (" \t\f\v", *q) != NULL && *q != '\0'; q++)
        {
          if (*q == '\t')
            line.indent += TAB_WIDTH - line.indent % TAB_WIDTH;
          else if (*q == ' ')
            line.indent++;
          else if (*q == '\f')
            {
              line.new_page = TRUE;
              (*n_pages)++;
            }
        }
      /* Marks of the direction, with which programs for chats begin some lines. */
      while (stop - q >= 3 && (memcmp (q, "\342\200\216", 3) == 0 || memcmp (q, "\342\200\217", 3) == 0))
        q += 3;
      /* Quotation marks of mails. */
      while (q < stop && *q == '>')
        {
          line.is_quoted = TRUE;
          q++;
          if (q < stop && *q == ' ')
            q++;
        }
      line.text = q;
      line.length = (gsize) (stop - q);
      while (line.length > 0 && strchr (" \t\f\v", q[line.length - 1]) != NULL)
        line.length--;
      for (gsize i = 0; i < line.length; i++)
        line.width += ((guchar) line.text[i] & 0xc0) != 0x80;
      g_array_append_val (lines, line);

      p = stop;
      if (p < end && *p == '\r' && p + 1 < end && p[1] == '\n')
        p++;
      p++;
    }
  return lines;
}

/* In fewer pages, running titles cannot be recognized. Left and right pages may have different ones. */
#define LEAST_PAGES 4u
#define LEAST_RUNNING 3u
#define RUNNING_SHARE 3u
#define MAX_RUNNING 100
/* How far a page's number may be from where it stands: articles begin somewhere within a volume. */
#define MAX_OFFSET 1000
/* A title and a number under it. */
#define RUNNING_LINES 2u

/* Of five digits, or of the first five. */
static int
read_number (const char *text, const char *end)
{
  int number = 0;

  for (const char *p = text; p < end && p < text + 5 && g_ascii_isdigit (*p); p++)
    number = number * 10 + (*p - '0');
  return number;
}

/* Whether the number there can be that of @page: it stands alone, is no "1,234", date or the like, and not that of a bill,
 * which is large. Behind one word it counts something else, as in "Question 3". */
static gboolean
is_page_number (const QuarryTextLine *line, gsize from, gsize to, guint page)
{
  static const char *const words[] = { "page", "p.", "seite", "s.", "página", "pagina", "pág.", "pag." };
  const char *text = line->text;
  g_autofree char *word = g_strndup (text, from);

  if (from == to || to - from > 5 || ABS (read_number (text + from, text + to) - (int) page) >= MAX_OFFSET
      || (from > 0 && strchr (" \t([|", text[from - 1]) == NULL && !(text[from - 1] == '.' && from > 1 && g_ascii_isalpha (text[from - 2])))
      || (to < line->length && strchr (" \t)]|", text[to]) == NULL && !(text[to] == '.' && to + 1 == line->length)))
    return FALSE;
  g_strstrip (word);
  if (to < line->length || *word == '\0' || strpbrk (word, " \t([|-") != NULL)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_ascii_strcasecmp (word, words[i]) == 0)
      return TRUE;
  return FALSE;
}

/* Which of a line's numbers may be that of its page. */
typedef enum
{
  NUMBER_NONE,
  NUMBER_FIRST,
  NUMBER_LAST,
  N_NUMBERS,
} Number;

/* What is alike in the running titles of pages: all but white space, and the number of the page, which grows with them.
 * Other numbers are text: those of bills, or sums. (transfer full): NULL for a line that is none, such as "Chapter 3". */
static char *
running_key (const QuarryTextLine *line, guint page, Number number)
{
  g_autoptr (GString) key = NULL;
  gsize from = line->length, to;

  if (line->length == 0 || line->length > MAX_RUNNING || quarry_text_line_get_depth (line) > 0)
    return NULL;
  for (gsize i = 0; i < line->length && number != NUMBER_NONE; i++)
    if (g_ascii_isdigit (line->text[i]) && (i == 0 || !g_ascii_isdigit (line->text[i - 1])))
      {
        from = i;
        if (number == NUMBER_FIRST)
          break;
      }
  for (to = from; to < line->length && g_ascii_isdigit (line->text[to]); to++)
    continue;
  if (number != NUMBER_NONE && !is_page_number (line, from, to, page))
    return NULL;
  key = g_string_new (NULL);
  g_string_append_c (key, (char) ('0' + number));
  for (gsize i = 0; i < line->length; i++)
    if (i == from)
      {
        g_string_append_printf (key, "#%d", read_number (line->text + from, line->text + to) - (int) page);
        i = to - 1;
      }
    else if (!g_ascii_isspace (line->text[i]))
      g_string_append_c (key, line->text[i]);
    else if (key->str[key->len - 1] != ' ')
      g_string_append_c (key, ' ');
  return g_string_free (g_steal_pointer (&key), FALSE);
}

#define NO_NUMBER G_MAXINT

/* A line without the number of its page. (transfer full): NULL for one that is a word and a number, as "Chapter 3".
 * @offset: how far that is from @page, or NO_NUMBER. */
static char *
title_key (const QuarryTextLine *line, guint page, int *offset)
{
  const char *start = line->text, *end = line->text + line->length;
  guint n_numbers = 0;

  *offset = NO_NUMBER;
  while (start < end && strchr ("0123456789 |-", *start) != NULL)
    start++;
  while (end > start && strchr ("0123456789 |-", end[-1]) != NULL)
    end--;
  for (const char *p = line->text; p < line->text + line->length; p++)
    if ((p < start || p >= end) && g_ascii_isdigit (*p) && (p == line->text || !g_ascii_isdigit (p[-1])))
      {
        n_numbers++;
        *offset = read_number (p, line->text + line->length) - (int) page;
      }
  return n_numbers <= 1 && (*offset == NO_NUMBER || ABS (*offset) < MAX_OFFSET) && end - start <= MAX_RUNNING && memchr (start, ' ', (gsize) (end - start)) != NULL
             ? g_strndup (start, (gsize) (end - start)) : NULL;
}

/* The first or the last line of a page that is not empty. */
typedef struct
{
  guint line;
  guint page;
} PageEnd;

/* (transfer full): of all pages. @kept: lines that are passed over. */
static GArray *
find_ends (GArray *lines, const gboolean *kept, guint *n_pages)
{
  GArray *ends = g_array_new (FALSE, FALSE, sizeof (PageEnd));
  guint first = G_MAXUINT, last = 0, page = 0;

  *n_pages = 0;
  for (guint i = 0; i <= lines->len; i++)
    {
      const QuarryTextLine *line = i < lines->len ? &g_array_index (lines, QuarryTextLine, i) : NULL;

      if ((line == NULL || line->new_page) && first != G_MAXUINT)
        {
          PageEnd begin = { first, page }, end = { last, page };

          (*n_pages)++;
          g_array_append_val (ends, begin);
          if (last != first)
            g_array_append_val (ends, end);
          first = G_MAXUINT;
        }
      page += line != NULL && line->new_page;
      if (line != NULL && line->length > 0 && !kept[i])
        {
          first = MIN (first, i);
          last = i;
        }
    }
  return ends;
}

/* Drops titles that only run along the pages of one chapter. They are on each of these pages, or on every second one.
 * The first occurrence is kept, since it may be the title of the chapter itself. */
static void
drop_titles (GArray *lines, const GArray *ends)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL); /* 1 + index in @ends */
  g_autofree gboolean *follows = g_new0 (gboolean, ends->len);
  g_autofree guint *before = g_new0 (guint, ends->len);
  g_autofree int *offsets = g_new0 (int, ends->len);

  for (guint i = 0; i < ends->len; i++)
    {
      const PageEnd *end = &g_array_index (ends, PageEnd, i);
      char *key = title_key (&g_array_index (lines, QuarryTextLine, end->line), end->page, &offsets[i]);
      guint last = key != NULL ? GPOINTER_TO_UINT (g_hash_table_lookup (seen, key)) : 0;

      if (last > 0 && end->page - g_array_index (ends, PageEnd, last - 1).page <= 2
          && (offsets[i] == offsets[last - 1] || offsets[i] == NO_NUMBER || offsets[last - 1] == NO_NUMBER))
        {
          before[i] = last;
          /* If it has come three times, all of these are surely running titles. */
          if (before[last - 1] > 0)
            follows[i] = follows[last - 1] = TRUE;
        }
      if (key != NULL)
        g_hash_table_replace (seen, key, GUINT_TO_POINTER (i + 1));
    }
  for (guint i = 0; i < ends->len; i++)
    if (follows[i])
      {
        QuarryTextLine *line = &g_array_index (lines, QuarryTextLine, g_array_index (ends, PageEnd, i).line);

        line->length = line->width = 0;
      }
}

static gboolean
has_letter (const QuarryTextLine *line)
{
  for (const char *p = line->text; p < line->text + line->length; p = g_utf8_next_char (p))
    if (g_unichar_isalpha (g_utf8_get_char (p)))
      return TRUE;
  return FALSE;
}

/* Words may stand nowhere else: where they come first, they are kept. */
static void
drop_ends (GArray *lines, gboolean *kept)
{
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) told = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint n_pages;
  g_autoptr (GArray) ends = find_ends (lines, kept, &n_pages);

  if (n_pages < LEAST_PAGES)
    return;
  for (guint i = 0; i < ends->len; i++)
    for (Number number = NUMBER_NONE; number < N_NUMBERS; number++)
      {
        const PageEnd *end = &g_array_index (ends, PageEnd, i);
        char *key = running_key (&g_array_index (lines, QuarryTextLine, end->line), end->page, number);

        if (key != NULL)
          g_hash_table_insert (counts, key, GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (counts, key)) + 1));
      }
  for (guint i = 0; i < ends->len; i++)
    for (Number number = NUMBER_NONE; number < N_NUMBERS; number++)
      {
        const PageEnd *end = &g_array_index (ends, PageEnd, i);
        QuarryTextLine *line = &g_array_index (lines, QuarryTextLine, end->line);
        g_autofree char *key = running_key (line, end->page, number);
        guint n = key != NULL ? GPOINTER_TO_UINT (g_hash_table_lookup (counts, key)) : 0;

        if (n < LEAST_RUNNING || n * RUNNING_SHARE < n_pages)
          continue;
        kept[end->line] = g_hash_table_add (told, g_steal_pointer (&key)) && has_letter (line);
        if (!kept[end->line])
          line->length = line->width = 0;
        break;
      }
  drop_titles (lines, ends);
}

void
quarry_text_lines_drop_running (GArray *lines)
{
  g_autofree gboolean *kept = g_new0 (gboolean, lines->len);

  for (guint i = 0; i < RUNNING_LINES; i++)
    drop_ends (lines, kept);
}

char
quarry_text_line_get_adornment (const QuarryTextLine *line)
{
  if (line->length < 3 || strchr ("=-~^\"*+#_.:`'", line->text[0]) == NULL)
    return 0;
  for (gsize i = 1; i < line->length; i++)
    if (line->text[i] != line->text[0])
      return 0;
  return line->text[0];
}

guint
quarry_text_adornment_get_level (char adornment)
{
  switch (adornment)
    {
    case '=':
    case '#':
      return 1;
    case '-':
    case '*':
      return 2;
    case '~':
    case '+':
      return 3;
    default:
      return 4;
    }
}

gsize
quarry_text_line_get_bullet (const QuarryTextLine *line)
{
  const char *p = line->text;
  gsize i = 0;

  if (line->length < 3)
    return 0;
  if (strchr ("-*+", p[0]) != NULL && p[1] == ' ')
    i = 1;
  else if (p[0] == 'o' && p[1] == ' ' && p[2] == ' ')
    i = 1;
  else if (memcmp (p, "\342\200\242", 3) == 0 || memcmp (p, "\342\200\243", 3) == 0
           || memcmp (p, "\342\227\246", 3) == 0 || memcmp (p, "\342\226\252", 3) == 0
           || memcmp (p, "\342\200\223", 3) == 0)
    i = 3;
  else
    {
      gsize start = p[0] == '(' ? 1 : 0;

      i = start;
      while (i < line->length && i < start + 3 && g_ascii_isdigit (p[i]))
        i++;
      if (i == start && i + 1 < line->length && g_ascii_isalpha (p[i]))
        {
          i++;
          /* "A." may be an initial, but "a)" is not. */
          if (p[i] != ')')
            return 0;
        }
      if (i == start || i + 1 >= line->length || !(p[i] == ')' || (p[i] == '.' && start == 0))
          || p[i + 1] != ' ')
        return 0;
      i++;
    }
  if (i >= line->length || p[i] != ' ')
    return 0;
  while (i < line->length && p[i] == ' ')
    i++;
  return i < line->length ? i : 0;
}

guint
quarry_text_line_get_depth (const QuarryTextLine *line)
{
  static const char *const parts[]
      = { "chapter ", "part ", "kapitel ", "teil ", "chapitre ", "appendix ", "section " };
  const char *p = line->text;
  gsize i = 0;
  guint depth = 0;

  for (guint k = 0; k < G_N_ELEMENTS (parts); k++)
    if (line->length > strlen (parts[k])
        && g_ascii_strncasecmp (p, parts[k], strlen (parts[k])) == 0 && g_ascii_isupper (p[0])
        && g_ascii_isalnum (p[strlen (parts[k])]) && line->width < 60)
      return 1;

  while (i < line->length && g_ascii_isdigit (p[i]))
    {
      gsize start = i;

      while (i < line->length && g_ascii_isdigit (p[i]))
        i++;
      if (i - start > 3)
        return 0;
      depth++;
      if (i < line->length && p[i] == '.')
        i++;
    }
  if (depth == 0)
    {
      while (i < line->length && strchr ("IVX", p[i]) != NULL)
        i++;
      if (i == 0 || i > 6 || i >= line->length || p[i] != '.')
        return 0;
      i++;
      depth = 1;
    }
  if (i + 2 >= line->length || p[i] != ' ')
    return 0;
  while (i < line->length && p[i] == ' ')
    i++;
  return g_unichar_isupper (g_utf8_get_char (p + i)) ? depth : 0;
}

static gboolean
is_all_capitals (const QuarryTextLine *line)
{
  guint n_upper = 0, n_other = 0;

  for (const char *p = line->text; p < line->text + line->length; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_isupper (c))
        n_upper++;
      else if (g_unichar_islower (c))
        return FALSE;
      else if (c != ' ')
        n_other++;
    }
  return n_upper >= 4 && n_upper >= 2 * n_other;
}

guint
quarry_text_line_get_level (const QuarryTextLine *line)
{
  char last;
  guint depth;

  if (line->length < 3 || line->width > 80)
    return 0;
  last = line->text[line->length - 1];
  if (strchr (".,;:!-", last) != NULL)
    return 0;
  depth = quarry_text_line_get_depth (line);
  if (depth > 0)
    return MIN (depth, 6);
  return is_all_capitals (line) ? 2 : 0;
}

gboolean
quarry_text_line_has_columns (const QuarryTextLine *line)
{
  const char *text = line->text;
  guint gaps = 0, bars = 0;

  for (gsize i = 0; i + 3 < line->length; i++)
    {
      gaps += (text[i] != ' ') & (text[i + 1] == ' ') & (text[i + 2] == ' ') & (text[i + 3] == ' ');
      bars += (text[i] == '|') | (text[i] == '\t');
    }
  bars += line->length > 0 && text[line->length - 1] == '|';
  return gaps >= 2 || bars >= 2
         || (memchr (text, 0xe2, line->length) != NULL && memmem (text, line->length, "\342\224\202", 3) != NULL);
}

gboolean
quarry_text_line_is_code (const QuarryTextLine *line)
{
  static const guint8 is_sign[256] = {
    ['{'] = 1, ['}'] = 1, ['('] = 1, [')'] = 1, ['['] = 1, [']'] = 1, [';'] = 1, ['='] = 1, ['<'] = 1,  ['>'] = 1,
    ['$'] = 1, ['#'] = 1, ['/'] = 1, ['\\'] = 1, ['_'] = 1, ['|'] = 1, ['&'] = 1, ['*'] = 1, ['@'] = 1,
  };
  char last;
  guint signs = 0;

  if (line->length == 0)
    return FALSE;
  last = line->text[line->length - 1];
  for (gsize i = 0; i < line->length; i++)
    signs += is_sign[(guchar) line->text[i]];
  return strchr (";{}", last) != NULL || signs * 6 > line->length || line->text[0] == '$'
         || line->text[0] == '>' || line->text[0] == '#';
}
