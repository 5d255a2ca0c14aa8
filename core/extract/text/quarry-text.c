/* quarry-text.c: makes the blocks of a document from plain text
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Empty lines divide a text into groups of lines. What a group is, is decided conservatively. It is a
 * heading only if the typography says so (underlined, numbered, in capitals, or set apart), a list
 * only if there are bullets, and a table or code only if columns or indentation show it. Everything
 * else is paragraphs, whose hard-wrapped lines are joined.
 */
#include "core/extract/text/quarry-text.h"

#include "core/document/quarry-line-start.h"
#include "core/extract/pdf/quarry-hyphens.h"
#include "core/extract/text/quarry-text-lines.h"

#include <string.h>

#define MAX_HEADING 100u /* characters */
/* A short line with more space above it than below is a heading, if the text has several such lines. */
#define MAX_APART 60u
#define MAX_APART_WORDS 8u
#define LEAST_APART 3u
/* A longer line was not wrapped by anyone. */
#define MAX_WRAPPED 120u

typedef struct
{
  QuarryDocumentBuilder *builder;
  QuarryHyphens *hyphens;
  const QuarryTextLine *lines;
  guint n_lines;
  guint least_indent;
  gboolean sets_apart; /* several lines of the text are set apart as headings are */
  GString *paragraph;
  gboolean counts_pages;
  gboolean has_pages; /* one of the following slices has a form feed */
  guint page; /* 0 in a text without form feeds */
  gboolean turned; /* a page has ended since the last block was begun */
  gboolean is_open; /* the last block is a paragraph that ends within a sentence */
  gboolean has_begun; /* there is a block already */
  gboolean has_title;
  gboolean is_quoted; /* this group is quoted */
  char marker;        /* the character that begins a heading in this kind of markup; 0 for plain text */
} TextReader;

static gboolean
ends_sentence (const GString *text)
{
  gsize end = text->len;

  while (end > 0 && strchr ("\"')]", text->str[end - 1]) != NULL)
    end--;
  return end == 0 || strchr (".!?:;", text->str[end - 1]) != NULL;
}

static void
flush (TextReader *self, QuarryBlockKind kind, guint level)
{
  gboolean is_paragraph = kind == QUARRY_BLOCK_PARAGRAPH;

  if (self->paragraph->len == 0)
    return;
  /* The sentence continues on the next page. */
  if (is_paragraph && self->turned && self->is_open
      && g_unichar_islower (g_utf8_get_char (self->paragraph->str)))
    quarry_document_builder_extend (self->builder, self->paragraph->str, (gssize) self->paragraph->len);
  else
    quarry_document_builder_add (
        self->builder, kind, level, self->paragraph->str, (gssize) self->paragraph->len);
  self->is_open = is_paragraph && !ends_sentence (self->paragraph);
  self->has_begun = TRUE;
  self->turned = FALSE;
  g_string_truncate (self->paragraph, 0);
}

/* Whether a heading may be the title of the text. A numbered line ("24 BC", "Part I") only if it begins the text: further
 * down, it is an item or a section. "1. Introduction" is one anywhere, and "1 PB = = =" hardly words. */
static gboolean
looks_like_title (TextReader *self, const QuarryTextLine *line)
{
  guint n_letters = 0, n_signs = 0;

  if (quarry_text_line_get_depth (line) == 0)
    return TRUE;
  if (self->has_begun || line->text[strspn (line->text, "0123456789IVX")] == '.')
    return FALSE;
  for (const char *p = line->text; p < line->text + line->length; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      n_letters += g_unichar_isalpha (c) != 0;
      n_signs += c != ' ' && !g_unichar_isalnum (c);
    }
  return n_letters >= n_signs;
}

static void
add_heading (TextReader *self, const QuarryTextLine *line, guint level)
{
  if (!self->has_title && level == 1 && looks_like_title (self, line))
    {
      g_autofree char *title = g_strndup (line->text, line->length);

      quarry_document_builder_set_title (self->builder, title);
    }
  self->has_title = TRUE;
  self->has_begun = TRUE;
  self->is_open = FALSE;
  quarry_document_builder_add (
      self->builder, QUARRY_BLOCK_HEADING, level, line->text, (gssize) line->length);
}

/* Adds lines as they are, with the indentation that exceeds that of all of them. */
static void
add_lines_as_they_are (TextReader *self, guint from, guint to)
{
  guint least = G_MAXUINT;

  for (guint i = from; i < to; i++)
    if (self->lines[i].length > 0)
      least = MIN (least, self->lines[i].indent);
  for (guint i = from; i < to; i++)
    {
      const QuarryTextLine *line = &self->lines[i];

      for (guint k = least; line->length > 0 && k < MIN (line->indent, least + 64); k++)
        g_string_append_c (self->paragraph, ' ');
      g_string_append_len (self->paragraph, line->text, (gssize) line->length);
      g_string_append_c (self->paragraph, '\n');
    }
  flush (self, QUARRY_BLOCK_CODE, 0);
}

/* Whether a line in a group of width @width was wrapped by an editor: the first word of the next line would not have
 * fitted on it. */
static gboolean
is_full (const QuarryTextLine *line, guint width)
{
  const QuarryTextLine *next = line + 1;
  const char *blank = memchr (next->text, ' ', next->length);
  gsize word = blank != NULL ? (gsize) (blank - next->text) : next->length;

  return line->width + 1 + word > MAX (width, 40) - MIN (width, 40) / 8;
}

static gboolean
is_wrapped (const QuarryTextLine *lines, guint from, guint to, guint width)
{
  guint n_full = 0;

  if (width > MAX_WRAPPED)
    return FALSE;
  for (guint i = from; i + 1 < to; i++)
    n_full += is_full (&lines[i], width);
  return n_full * 5 >= (to - from - 1) * 4;
}

/* Whether a line of a ragged group continues on the next one. */
static gboolean
goes_on (const QuarryTextLine *line, guint width)
{
  if (strchr (".!?:;|", line->text[line->length - 1]) != NULL)
    return FALSE;
  return g_unichar_islower (g_utf8_get_char (line[1].text))
         || (width <= MAX_WRAPPED && is_full (line, width));
}

/* Whether the group consists of many short lines, hardly any of which ends as a sentence does: words, names, or verses,
 * each of which is a unit. */
static gboolean
is_list_of_lines (const QuarryTextLine *lines, guint from, guint to)
{
  guint n_ended = 0, total = 0;

  for (guint i = from; i < to; i++)
    {
      n_ended += strchr (".!?:;", lines[i].text[lines[i].length - 1]) != NULL;
      total += lines[i].width;
    }
  return total / (to - from) < 50 && n_ended * 10 <= to - from;
}

/* Whether an entry of a log, or a speaker's turn, begins with this line. */
static gboolean
begins_entry (const QuarryTextLine *line)
{
  QuarryLineStart start = quarry_line_start (line->text, line->length);

  return start.seconds >= 0 || start.speaker != 0;
}

static gboolean
is_of_entries (const QuarryTextLine *lines, guint from, guint to)
{
  guint n = 0;

  for (guint i = from; i < to; i++)
    n += begins_entry (&lines[i]);
  return n >= 2 && n * 4 >= to - from;
}

static void
add_paragraphs (TextReader *self, guint from, guint to, QuarryBlockKind kind, guint level)
{
  const QuarryTextLine *lines = self->lines;
  guint width = 0, total = 0;
  gboolean join, is_list, entries;

  for (guint i = from; i < to; i++)
    {
      width = MAX (width, lines[i].width);
      total += lines[i].width;
    }
  /* Short lines are a poem or an address; long ones are paragraphs, or entries of a log. */
  join = is_wrapped (lines, from, to, width) || (total / (to - from) < 50 && to - from <= 12);
  is_list = !join && is_list_of_lines (lines, from, to);
  entries = is_of_entries (lines, from, to);

  for (guint i = from; i < to; i++)
    {
      /* A line that is indented more than the lines around it begins a paragraph. */
      if (join && i > from && i + 1 < to && lines[i].indent >= lines[i - 1].indent + 2
          && lines[i].indent >= lines[i + 1].indent + 2)
        flush (self, kind, level);
      if (entries && begins_entry (&lines[i]))
        flush (self, kind, level);
      quarry_hyphens_append (self->hyphens, self->paragraph, lines[i].text, lines[i].length);
      if (!join && !entries && i + 1 < to && (is_list || !goes_on (&lines[i], width)))
        flush (self, kind, level);
    }
  flush (self, kind, level);
}

static void
add_list (TextReader *self, guint from, guint to)
{
  guint indents[8] = { self->lines[from].indent };
  guint depth = 0;

  for (guint i = from; i < to;)
    {
      const QuarryTextLine *line = &self->lines[i];
      gsize bullet = quarry_text_line_get_bullet (line);

      while (depth > 0 && line->indent < indents[depth])
        depth--;
      if (line->indent > indents[depth] + 1 && depth + 1 < G_N_ELEMENTS (indents))
        indents[++depth] = line->indent;
      quarry_hyphens_append (
          self->hyphens, self->paragraph, line->text + bullet, line->length - bullet);
      for (i++; i < to && quarry_text_line_get_bullet (&self->lines[i]) == 0; i++)
        quarry_hyphens_append (
            self->hyphens, self->paragraph, self->lines[i].text, self->lines[i].length);
      flush (self, QUARRY_BLOCK_LIST_ITEM, depth + 1);
    }
}

/* Whether line @i stands alone, is short, has no punctuation at its end, and has more empty lines above it than
 * below. */
static gboolean
stands_apart (TextReader *self, guint i)
{
  const QuarryTextLine *line = &self->lines[i];
  guint above = 0, below = 0, n_blanks = 0, n_colons = 0;

  if (line->length == 0 || line->width > MAX_APART || line->is_quoted
      || strchr (".,;:!?-", line->text[line->length - 1]) != NULL
      || !(g_ascii_isdigit (line->text[0]) || g_unichar_isupper (g_utf8_get_char (line->text)))
      || quarry_text_line_get_bullet (line) > 0 || quarry_text_line_has_columns (line))
    return FALSE;
  while (above < i && self->lines[i - 1 - above].length == 0)
    above++;
  while (i + 1 + below < self->n_lines && self->lines[i + 1 + below].length == 0)
    below++;
  for (gsize at = 0; at < line->length; at++)
    {
      n_blanks += line->text[at] == ' ';
      n_colons += line->text[at] == ':' && at > 0 && g_ascii_isdigit (line->text[at - 1]);
    }
  /* A log's line has a time with seconds. */
  return n_blanks < MAX_APART_WORDS && n_colons < 2 && below >= 1 && i + 1 + below < self->n_lines
         && (above == i || (above >= 2 && above > below));
}

static gboolean
sets_apart (TextReader *self)
{
  guint n = 0;

  for (guint i = 0; i < self->n_lines && n < LEAST_APART; i++)
    n += stands_apart (self, i);
  return n >= LEAST_APART;
}

/* Whether the group before or after the lone line @i is also numbered at this depth. Then it is a list whose items are
 * separated by empty lines. */
static gboolean
has_numbered_neighbour (TextReader *self, guint i, guint depth)
{
  guint before = i, after = i + 1;

  if (depth == 0)
    return FALSE;
  while (before > 0 && self->lines[before - 1].length == 0)
    before--;
  while (after < self->n_lines && self->lines[after].length == 0)
    after++;
  return (before > 0 && quarry_text_line_get_depth (&self->lines[before - 1]) == depth)
         || (after < self->n_lines && quarry_text_line_get_depth (&self->lines[after]) == depth);
}

/* Whether the lines are a numbered paragraph ("5. Termination. The licence ends …"), rather than a list item: it is
 * long, or is surrounded by paragraphs without numbers. Its number is kept, since readers look for it. */
static gboolean
is_clause (TextReader *self, guint from, guint to, guint n_bullets)
{
  const QuarryTextLine *line = &self->lines[from];
  guint before = from, after = to;

  if (n_bullets != 1 || !(g_ascii_isdigit (line->text[0]) || line->text[0] == '('))
    return FALSE;
  while (before > 0 && self->lines[before - 1].length == 0)
    before--;
  while (after < self->n_lines && self->lines[after].length == 0)
    after++;
  return to - from >= 3
         || ((before == 0 || quarry_text_line_get_bullet (&self->lines[before - 1]) == 0)
             && (after == self->n_lines || quarry_text_line_get_bullet (&self->lines[after]) == 0));
}

/* The level of a heading in Org ("* Title") or AsciiDoc ("== Title"); 0 for other lines. */
static guint
level_of_markup (TextReader *self, const QuarryTextLine *line)
{
  gsize n = 0;

  if (self->marker == 0 || line->indent > 0)
    return 0;
  while (n < line->length && line->text[n] == self->marker)
    n++;
  return n > 0 && n < line->length && line->text[n] == ' ' ? MIN ((guint) n, 6) : 0;
}

/* Adds the lines [from, to), none of which is empty or the underline of a heading. */
static void
add_plain_group (TextReader *self, guint from, guint to)
{
  const QuarryTextLine *lines = self->lines;
  guint n_columns = 0, n_code = 0, n_indented = 0;
  guint first_bullet = to;

  if (to - from == 1)
    {
      /* A row of a table may begin with a number too. */
      guint level = quarry_text_line_has_columns (&lines[from]) ? 0 : quarry_text_line_get_level (&lines[from]);

      if (level == 0 && self->sets_apart && stands_apart (self, from))
        level = 2;
      if (level > 0 && lines[from].indent < self->least_indent + 24
          && !has_numbered_neighbour (self, from, quarry_text_line_get_depth (&lines[from])))
        {
          add_heading (self, &lines[from], level);
          return;
        }
    }

  for (guint i = from; i < to; i++)
    {
      n_columns += quarry_text_line_has_columns (&lines[i]);
      n_code += quarry_text_line_is_code (&lines[i]);
      n_indented += lines[i].indent >= self->least_indent + 4;
      if (first_bullet == to && quarry_text_line_get_bullet (&lines[i]) > 0)
        first_bullet = i;
    }
  if ((to - from >= 2 && n_columns * 3 >= (to - from) * 2)
      || (n_indented == to - from && n_code * 2 >= to - from && first_bullet == to))
    {
      add_lines_as_they_are (self, from, to);
      return;
    }

  if (first_bullet < to)
    {
      /* In prose, a line may begin with a dash by chance. So a list has to have several bullets, or one on the first
       * line. */
      guint n = 0;

      for (guint i = first_bullet; i < to; i++)
        n += quarry_text_line_get_bullet (&lines[i]) > 0;
      if ((first_bullet == from && !is_clause (self, from, to, n)) || n > 1)
        {
          if (first_bullet > from)
            add_paragraphs (self, from, first_bullet, QUARRY_BLOCK_PARAGRAPH, 0);
          add_list (self, first_bullet, to);
          return;
        }
    }
  add_paragraphs (self, from, to, self->is_quoted ? QUARRY_BLOCK_QUOTE : QUARRY_BLOCK_PARAGRAPH, 0);
}

/* Adds the lines [from, to), none of which is empty: finds underlined headings, markup, and lines that only
 * separate. */
static void
add_group (TextReader *self, guint from, guint to)
{
  const QuarryTextLine *lines = self->lines;
  guint start = from;

  for (guint i = from; i < to; i++)
    {
      char adornment = quarry_text_line_get_adornment (&lines[i]);
      guint level = level_of_markup (self, &lines[i]);

      if (level > 0)
        {
          QuarryTextLine title = lines[i];

          if (i > start)
            add_plain_group (self, start, i);
          title.text += level + 1;
          title.length -= level + 1;
          add_heading (self, &title, level);
          start = i + 1;
          continue;
        }
      if (adornment == 0)
        continue;
      /* A heading may have a line above it too; the one below decides. */
      if (i == start && i + 2 < to && quarry_text_line_get_adornment (&lines[i + 2]) == adornment)
        {
          start = i + 1;
          continue;
        }
      if (i == start + 1 && lines[i - 1].width <= MAX_HEADING
          && lines[i].width * 3 >= lines[i - 1].width * 2 && !quarry_text_line_has_columns (&lines[i - 1]))
        add_heading (self, &lines[i - 1], quarry_text_adornment_get_level (adornment));
      else if (i > start)
        add_plain_group (self, start, i);
      start = i + 1;
    }
  if (start < to)
    add_plain_group (self, start, to);
}

static void
learn_words (TextReader *self)
{
  gboolean is_needed = FALSE;

  for (guint i = 0; i < self->n_lines && !is_needed; i++)
    is_needed = self->lines[i].length > 1 && self->lines[i].text[self->lines[i].length - 1] == '-'
                && quarry_text_line_get_adornment (&self->lines[i]) == 0;
  for (guint i = 0; i < self->n_lines && is_needed; i++)
    quarry_hyphens_learn (self->hyphens, self->lines[i].text, self->lines[i].length);
}

/* The data kept for each line take more memory than the line itself, so a long text is read in slices. */
#define SLICE_BYTES (4u << 20)

/* The end of a slice that begins at @text: in its second half behind the last empty line, else behind the last line,
 * else behind the last blank. */
static gsize
end_slice (const char *text, gsize length)
{
  gsize line = 0, blank = 0;

  if (length <= SLICE_BYTES)
    return length;
  for (gsize i = SLICE_BYTES; i > SLICE_BYTES / 2; i--)
    {
      if (text[i - 1] == '\n' && (text[i - 2] == '\n' || (text[i - 2] == '\r' && text[i - 3] == '\n')))
        return i;
      if (text[i - 1] == '\n' && line == 0)
        line = i;
      if (text[i - 1] == ' ' && blank == 0)
        blank = i;
    }
  if (line > 0 || blank > 0)
    return line > 0 ? line : blank;
  for (gsize i = SLICE_BYTES;; i--)
    if (((guchar) text[i] & 0xc0) != 0x80)
      return i;
}

static void
add_slice (TextReader *self, const char *text, gsize length)
{
  g_autoptr (QuarryHyphens) hyphens = quarry_hyphens_new (FALSE);
  g_autoptr (GArray) lines = NULL;
  guint n_pages;

  lines = quarry_text_lines_split (text, length, &n_pages);
  if (self->counts_pages && n_pages > 1)
    quarry_text_lines_drop_running (lines);
  self->hyphens = hyphens;
  self->lines = (const QuarryTextLine *) (void *) lines->data;
  self->n_lines = lines->len;
  self->least_indent = G_MAXUINT;
  for (guint i = 0; i < self->n_lines; i++)
    if (self->lines[i].length > 0)
      self->least_indent = MIN (self->least_indent, self->lines[i].indent);
  self->sets_apart = sets_apart (self);
  learn_words (self);
  if (self->counts_pages && self->page == 0 && (n_pages > 1 || self->has_pages))
    quarry_document_builder_begin_page (self->builder, self->page = 1);

  for (guint i = 0; i < self->n_lines;)
    {
      guint from = i;

      if (self->lines[i].new_page && self->page > 0)
        quarry_document_builder_begin_page (self->builder, ++self->page);
      self->turned |= self->lines[i].new_page;
      i++;
      if (self->lines[from].length == 0)
        continue;
      while (i < self->n_lines && self->lines[i].length > 0 && !self->lines[i].new_page
             && self->lines[i].is_quoted == self->lines[from].is_quoted)
        i++;
      self->is_quoted = self->lines[from].is_quoted;
      add_group (self, from, i);
    }
}

void
quarry_text_add_valid (QuarryDocumentBuilder *builder,
                       const char *text,
                       gsize length,
                       char marker,
                       gboolean is_whole,
                       gboolean has_pages)
{
  g_autoptr (GString) paragraph = g_string_new (NULL);
  TextReader self
      = { .builder = builder, .paragraph = paragraph, .marker = marker, .has_title = !is_whole,
          .counts_pages = is_whole, .has_pages = has_pages && length > SLICE_BYTES };

  while (length > 0)
    {
      gsize n = end_slice (text, length);

      add_slice (&self, text, n);
      text += n;
      length -= n;
    }
}

void
quarry_text_add (QuarryDocumentBuilder *builder, GString *text, char marker, gboolean is_whole)
{
  /* From here on, the text can be assumed to be valid. */
  if (!g_utf8_validate_len (text->str, text->len, NULL))
    {
      char *valid;

      for (gsize i = 0; i < text->len; i++)
        if (text->str[i] == '\0')
          text->str[i] = ' ';
      valid = g_utf8_make_valid (text->str, (gssize) text->len);
      g_string_assign (text, valid);
      g_free (valid);
    }
  quarry_text_add_valid (builder, text->str, text->len, marker, is_whole,
                         memchr (text->str, '\f', text->len) != NULL);
}
