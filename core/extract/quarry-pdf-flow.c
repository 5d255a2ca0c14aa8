/* quarry-pdf-flow.c: the lines of all pages -> blocks
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A page of PDF knows no paragraphs. Whether a line goes on in the next one is judged as a reader
 * judges it: by its indentation, the gap between the two, its end, and whether the next word would
 * have had room on it. A paragraph goes on over columns, pages, and what stands between them
 * (notes at the foot, captions at the head).
 */
#include "core/extract/quarry-pdf.h"

#include "core/extract/quarry-hyphens.h"
#include "core/extract/quarry-pdf-headings.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_CODE_INDENT 40u
/* How far back a paragraph may wait for its end. */
#define MAX_LOOK_BACK 8u

typedef struct
{
  guint32 offset; /* in the text */
  guint page;
} PageMark;

typedef struct
{
  QuarryBlockKind kind;
  guint level;
  GString *text;
  guint first_page, last_page;
  GArray *marks;     /* PageMark, of the pages after the first; NULL for none */
  guint first, last; /* lines */
  guint second;      /* its second line, which shows how it is indented; 0 for none */
  double step;       /* from its last line but one to its last; 0 for one line */
} Block;

typedef struct
{
  const QuarryPdfLine *lines;
  guint n_lines;
  double body;                /* the size in which most is set */
  double step;                /* from line to line of it */
  double *rights;             /* for each line, how far lines like it reach nearby */
  QuarryPdfHeading *headings; /* for each line */
  QuarryHyphens *hyphens;
  GPtrArray *blocks; /* Block */
  Block *current;    /* that the next line may go on; NULL for none */
  double list_left;
  guint item_number; /* of the last item; 0 for none */
} Flow;

static void
block_free (gpointer data)
{
  Block *block = data;

  g_string_free (block->text, TRUE);
  g_clear_pointer (&block->marks, g_array_unref);
  g_free (block);
}

static gboolean
starts_lower (const char *text)
{
  return g_unichar_islower (g_utf8_get_char (text));
}

/* Whether a text ends as a sentence, or a line before something else, does. */
static gboolean
is_closed (const char *text)
{
  const char *end = text + strlen (text);

  while (end > text)
    {
      const char *last = g_utf8_prev_char (end);
      gunichar c = g_utf8_get_char (last);

      if (c == '"' || c == '\'' || c == ')' || c == ']' || c == 0x201d || c == 0x2019 || c == 0xbb)
        {
          end = last;
          continue;
        }
      return c == '.' || c == '!' || c == '?' || c == ':' || c == ';' || c == 0x2026 || c == 0x3002
             || c == 0xff01 || c == 0xff1f;
    }
  return TRUE;
}

static gboolean
same_size (double a, double b)
{
  return fabs (a - b) <= MAX (0.6, 0.06 * b);
}

/* The width of the next line's first word would have fitted on @line: it was ended on purpose. */
static gboolean
has_room_for_next (const Flow *flow, guint line)
{
  const QuarryPdfLine *this = &flow->lines[line];
  const QuarryPdfLine *next = &flow->lines[line + 1];
  gsize n = (gsize) g_utf8_strlen (next->text, -1);
  double character = (next->box.x1 - next->box.x0) / (double) MAX (n, 1);
  const char *blank = strchr (next->text, ' ');
  gsize word = blank != NULL ? (gsize) g_utf8_strlen (next->text, blank - next->text) : n;
  double width = this->right - this->left;

  return flow->rights[line] - this->box.x1
         > ((double) word + 1.0) * character * 1.15 + 0.02 * MIN (width, 600.0);
}

/* The length of the bullet, or the number of an item, that a line starts with; 0 for none.
 * @is_number: whether it is a number, which stays in the text. */
static gsize
length_of_bullet (const char *text, gboolean *is_number)
{
  static const gunichar bullets[]
      = { 0x2022, 0x2023, 0x25e6, 0x25aa, 0x25ab, 0x25a0, 0x25a1, 0x25cf, 0x25cb, 0x2219,
          0xb7,   0x27a2, 0x2713, 0x2714, 0x2756, 0x204c, 0x2043, '-',    0x2013, 0x2014,
          '*',    0xf0b7, 0xf0a7, 0xf0d8, 0xf0fc, 0xf076, 0xf02d, 0x25ba };
  gunichar c = g_utf8_get_char (text);
  const char *p = text;
  gsize n;

  *is_number = FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (bullets); i++)
    if (c == bullets[i])
      {
        p = g_utf8_next_char (text);
        /* Signs of private use need no blank: nothing else is meant by them. */
        if (*p == ' ' || c == 0x2022 || c >= 0xf000)
          {
            while (*p == ' ')
              p++;
            return *p != '\0' ? (gsize) (p - text) : 0;
          }
        return 0;
      }

  *is_number = TRUE;
  if (*p == '(' || *p == '[')
    p++;
  n = strspn (p, "0123456789");
  if (n == 0 && g_ascii_isalpha (*p))
    {
      n = strspn (p, "ivx");
      n = MAX (n, 1);
    }
  if (n == 0 || n > 3)
    return 0;
  p += n;
  /* "A." may be an initial. */
  if (*text == '[' ? *p != ']' : *p != ')' && !(*p == '.' && g_ascii_isdigit (*text)))
    return 0;
  return p[1] == ' ' && p[2] != '\0' ? (gsize) (p + 2 - text) : 0;
}

/* "Contents . . . . . . 12": a row of a table of contents. NULL for other lines. */
static char *
undo_leaders (const char *text)
{
  const char *p = text;

  while ((p = strchr (p, '.')) != NULL)
    {
      const char *end = p;
      guint n = 0;

      for (; *end == '.' || *end == ' ' || *end == '\t'; end++)
        n += *end == '.';
      if (n >= 4)
        {
          const char *start = p;

          while (start > text && (start[-1] == ' ' || start[-1] == '\t'))
            start--;
          return start > text ? g_strdup_printf ("%.*s\t%s", (int) (start - text), text, end)
                              : NULL;
        }
      p = end > p ? end : p + 1;
    }
  return NULL;
}

static Block *
begin_block (Flow *flow, guint line, QuarryBlockKind kind, guint level)
{
  Block *block = g_new0 (Block, 1);

  block->kind = kind;
  block->level = level;
  block->text = g_string_new (NULL);
  block->first = block->last = line;
  block->first_page = block->last_page = flow->lines[line].page;
  g_ptr_array_add (flow->blocks, block);
  flow->current = block;
  return block;
}

/* What follows in the block stands on the page of @line. */
static void
mark_page (Block *block, gsize offset, guint page)
{
  PageMark mark = { (guint32) offset, page };

  if (page <= block->last_page)
    return;
  if (block->marks == NULL)
    block->marks = g_array_new (FALSE, FALSE, sizeof (PageMark));
  g_array_append_val (block->marks, mark);
  block->last_page = page;
}

static void
note_line (Flow *flow, Block *block, guint line)
{
  const QuarryPdfLine *last = &flow->lines[block->last];
  const QuarryPdfLine *this = &flow->lines[line];

  if (line == block->first)
    return;
  if (block->second == 0)
    block->second = line;
  if (last->column == this->column)
    block->step = this->box.y1 - last->box.y1;
  block->last = line;
}

/* A line of running text; @skip bytes at its start are a bullet. */
static void
append_line (Flow *flow, Block *block, guint line, gsize skip)
{
  g_autofree char *text = g_strdelimit (g_strdup (flow->lines[line].text + skip), "\t", ' ');
  gsize before = block->text->len;

  quarry_hyphens_append (flow->hyphens, block->text, text, strlen (text));
  if (before > 0 && flow->lines[line].page > block->last_page)
    {
      /* A word divided by the page's end stays on the page where it starts. */
      const char *blank = strchr (block->text->str + MIN (before, block->text->len), ' ');

      if (blank != NULL)
        mark_page (block, (gsize) (blank + 1 - block->text->str), flow->lines[line].page);
    }
  note_line (flow, block, line);
}

static void
append_row (Flow *flow, Block *block, guint line, const char *text)
{
  if (block->text->len > 0)
    {
      g_string_append_c (block->text, '\n');
      mark_page (block, block->text->len, flow->lines[line].page);
    }
  g_string_append (block->text, text);
  note_line (flow, block, line);
}

/* Whether line @next is near enough below line @last, in the same column. */
static gboolean
is_below (const Flow *flow, guint last, guint next, double step)
{
  const QuarryPdfLine *a = &flow->lines[last];
  const QuarryPdfLine *b = &flow->lines[next];
  double down = b->box.y1 - a->box.y1;

  return a->column == b->column && down > 0.0 && down < step;
}

/* Whether @line goes on the paragraph or item @block, which ends in the line before it. */
static gboolean
goes_on (const Flow *flow, const Block *block, guint line)
{
  const QuarryPdfLine *last = &flow->lines[block->last];
  const QuarryPdfLine *this = &flow->lines[line];
  const QuarryPdfLine *model = &flow->lines[block->second != 0 ? block->second : block->first];
  double em = this->size;
  double usual = MAX (flow->step * last->size / flow->body, 1.05 * em);
  double step = block->step > 0.0 ? MAX (block->step, 0.9 * usual) : usual;
  double indent;
  gboolean closed = is_closed (last->text);
  gboolean short_line;

  if (!same_size (this->size, last->size))
    return FALSE;

  if (last->column != this->column && block->kind == QUARRY_BLOCK_LIST_ITEM && block->second != 0
      && this->page <= last->page + 1)
    {
      double hang = model->box.x0 - model->left;

      /* An item goes on in the next column where its lines are set in as far there. */
      if (hang > 0.5 * em && fabs (this->box.x0 - this->left - hang) < 0.3 * em)
        return TRUE;
    }
  if (last->column != this->column || this->box.y1 <= last->box.y1)
    return !closed && this->page <= last->page + 1
           && (starts_lower (this->text) || g_str_has_suffix (last->text, "-")
               || (!has_room_for_next (flow, block->last) && this->box.x0 - this->left < 0.8 * em
                   && (this->flags & QUARRY_PDF_BOLD) == (last->flags & QUARRY_PDF_BOLD)));

  if (this->box.y1 - last->box.y1 > 1.25 * step + 1.0)
    return FALSE;
  short_line = block->last + 1 == line && has_room_for_next (flow, block->last);
  if (short_line && ((last->flags ^ this->flags) & QUARRY_PDF_BOLD) != 0)
    return FALSE;

  /* Against its own column: the block may have begun in another one. */
  indent = (this->box.x0 - this->left) - (model->box.x0 - model->left);
  if (block->kind == QUARRY_BLOCK_LIST_ITEM)
    {
      /* An item's lines are indented behind its bullet. */
      if (block->second == 0 && indent > 0.3 * em)
        return TRUE;
      if (block->second != 0 && fabs (indent) < 0.5 * em
          && model->box.x0 > flow->lines[block->first].box.x0 + 0.3 * em)
        return TRUE;
      return !closed && !short_line;
    }
  if (short_line && (closed || !starts_lower (this->text)))
    return FALSE;
  if (fabs (indent) <= 0.8 * em)
    return TRUE;
  /* The first line of a paragraph may be set in or out; a later one starts the next. */
  if (block->second == 0 && indent < 0.0)
    return TRUE;
  return !closed && !short_line;
}

/* The paragraph that @line goes on, though something else stands between: notes at the foot of
 * its column, captions and tables at the head of the next one. NULL for none. */
static Block *
find_interrupted (const Flow *flow, guint line)
{
  const QuarryPdfLine *this = &flow->lines[line];
  guint n = flow->blocks->len;

  if (!starts_lower (this->text) || n < 2 || !same_size (this->size, flow->body))
    return NULL;
  for (guint i = 1; i <= MIN (n, MAX_LOOK_BACK); i++)
    {
      Block *block = g_ptr_array_index (flow->blocks, n - i);
      const QuarryPdfLine *last = &flow->lines[block->last];

      if (last->page + 1 < this->page)
        return NULL;
      if (block->kind == QUARRY_BLOCK_HEADING)
        return NULL;
      if (block->kind != QUARRY_BLOCK_PARAGRAPH && block->kind != QUARRY_BLOCK_LIST_ITEM)
        continue;
      if (!same_size (last->size, this->size))
        continue;
      if (!is_closed (block->text->str))
        return i > 1 && last->column != this->column ? block : NULL;
      /* Closed text of the same size: only a caption may stand between. */
      if (!g_str_has_prefix (block->text->str, "Fig") && !g_str_has_prefix (block->text->str, "Tab")
          && !g_str_has_prefix (block->text->str, "Abb"))
        return NULL;
    }
  return NULL;
}

/* Takes an interrupted paragraph up again. What stood under it on its own page goes before it, so
 * that the text keeps the order of its pages. */
static void
resume (Flow *flow, Block *block)
{
  guint index = 0, target;

  g_ptr_array_find (flow->blocks, block, &index);
  target = index;
  while (target + 1 < flow->blocks->len)
    {
      const Block *next = g_ptr_array_index (flow->blocks, target + 1);

      if (next->first_page > block->first_page || next->last_page > block->last_page)
        break;
      target++;
    }
  for (guint i = index; i < target; i++)
    flow->blocks->pdata[i] = flow->blocks->pdata[i + 1];
  flow->blocks->pdata[target] = block;
  flow->current = block;
}

static gboolean
is_table_row (const Flow *flow, guint i)
{
  return flow->lines[i].n_cells >= 2 && flow->headings[i].kind == QUARRY_PDF_NO_HEADING;
}

/* Tables have several rows near one another. */
static gboolean
is_in_table (const Flow *flow, guint i)
{
  double reach = 3.0 * MAX (flow->lines[i].size, flow->step);

  if (is_table_row (flow, i))
    return (i > 0 && is_table_row (flow, i - 1) && is_below (flow, i - 1, i, reach))
           || (i + 1 < flow->n_lines && is_table_row (flow, i + 1)
               && is_below (flow, i, i + 1, reach));
  /* A line of one cell between rows belongs to them where it is indented like a cell. */
  return flow->headings[i].kind == QUARRY_PDF_NO_HEADING && i > 0 && i + 1 < flow->n_lines
         && is_table_row (flow, i - 1) && is_table_row (flow, i + 1)
         && is_below (flow, i - 1, i, reach / 2.0) && is_below (flow, i, i + 1, reach / 2.0)
         && flow->lines[i].box.x0 > flow->lines[i - 1].box.x0 + 2.0 * flow->lines[i].size;
}

static void
add_code (Flow *flow, guint i)
{
  const QuarryPdfLine *line = &flow->lines[i];
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean more = flow->current != NULL && flow->current->kind == QUARRY_BLOCK_CODE
                  && flow->current->last + 1 == i
                  && (is_below (flow, i - 1, i, 2.6 * line->size)
                      || flow->lines[i - 1].page + 1 == line->page);
  double left = more ? flow->lines[flow->current->first].box.x0 : line->box.x0;
  double character
      = (line->box.x1 - line->box.x0) / (double) MAX (g_utf8_strlen (line->text, -1), 1);
  gint indent = (gint) lround ((line->box.x0 - left) / MAX (character, 1.0));

  for (gint k = 0; k < MIN (indent, (gint) MAX_CODE_INDENT); k++)
    g_string_append_c (text, ' ');
  for (const char *p = line->text; *p != '\0'; p++)
    g_string_append (text, *p == '\t' ? "    " : (char[]){ *p, '\0' });
  if (!more)
    begin_block (flow, i, QUARRY_BLOCK_CODE, 0);
  append_row (flow, flow->current, i, text->str);
}

static void
add_row (Flow *flow, guint i, const char *text)
{
  double reach = 3.0 * MAX (flow->lines[i].size, flow->step);
  gboolean more = flow->current != NULL && flow->current->kind == QUARRY_BLOCK_TABLE
                  && flow->current->last + 1 == i && is_below (flow, i - 1, i, reach);

  if (!more)
    begin_block (flow, i, QUARRY_BLOCK_TABLE, 0);
  append_row (flow, flow->current, i, text);
}

static void
add_heading (Flow *flow, guint i)
{
  const QuarryPdfHeading *heading = &flow->headings[i];

  if (heading->is_continued && flow->current != NULL && flow->current->kind == QUARRY_BLOCK_HEADING
      && flow->current->last + 1 == i)
    {
      append_line (flow, flow->current, i, 0);
      return;
    }
  begin_block (flow, i, QUARRY_BLOCK_HEADING, heading->level);
  append_line (flow, flow->current, i, 0);
}

static guint
number_of_item (const char *text)
{
  text += strspn (text, "([");
  return g_ascii_isdigit (*text) ? (guint) strtoul (text, NULL, 10) : 0;
}

/* Whether a bullet or number at the start of a line makes it an item: it does not where the
 * paragraph before it just goes on. */
static gboolean
starts_item (const Flow *flow, guint i, gboolean is_number)
{
  const Block *current = flow->current;
  const QuarryPdfLine *line = &flow->lines[i];

  if (current == NULL || current->last + 1 != i
      || (current->kind != QUARRY_BLOCK_PARAGRAPH && current->kind != QUARRY_BLOCK_LIST_ITEM))
    return TRUE;
  if (g_utf8_get_char (line->text) >= 0x2022 && !is_number)
    return TRUE;
  if (is_number && current->kind == QUARRY_BLOCK_LIST_ITEM && flow->item_number > 0
      && number_of_item (line->text) == flow->item_number + 1)
    return TRUE;
  return is_closed (flow->lines[i - 1].text) || has_room_for_next (flow, i - 1)
         || !is_below (flow, i - 1, i, 1.3 * MAX (flow->step, line->size));
}

static void
add_item (Flow *flow, guint i, gsize skip)
{
  const QuarryPdfLine *line = &flow->lines[i];
  gboolean more = flow->current != NULL && flow->current->kind == QUARRY_BLOCK_LIST_ITEM;
  guint level = 1;

  if (!more)
    flow->list_left = line->box.x0;
  else if (line->box.x0 > flow->list_left + 0.8 * line->size
           && flow->lines[flow->current->last].column == line->column)
    level = 2;
  else if (flow->lines[flow->current->last].column != line->column)
    flow->list_left = line->box.x0;
  flow->item_number = number_of_item (line->text);
  begin_block (flow, i, QUARRY_BLOCK_LIST_ITEM, level);
  append_line (flow, flow->current, i, skip);
}

static gboolean
has_letters (const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (g_unichar_isalnum (g_utf8_get_char (p)))
      return TRUE;
  return FALSE;
}

static void
add_line (Flow *flow, guint i)
{
  const QuarryPdfLine *line = &flow->lines[i];
  g_autofree char *entry = undo_leaders (line->text);
  gboolean is_number;
  gsize bullet;
  Block *interrupted;

  if (!has_letters (line->text) && line->n_characters < 4)
    return;
  if (entry != NULL)
    {
      add_row (flow, i, entry);
      return;
    }
  if (flow->headings[i].kind != QUARRY_PDF_NO_HEADING)
    {
      add_heading (flow, i);
      return;
    }

  bullet = length_of_bullet (line->text, &is_number);
  if ((line->flags & QUARRY_PDF_MONO) != 0 && line->n_characters > 1
      && !(bullet > 0 && g_utf8_get_char (line->text) >= 0x2022))
    {
      add_code (flow, i);
      return;
    }
  if (is_in_table (flow, i))
    {
      add_row (flow, i, line->text);
      return;
    }
  if (bullet > 0 && starts_item (flow, i, is_number))
    {
      add_item (flow, i, is_number ? 0 : bullet);
      return;
    }
  if (flow->current != NULL
      && (flow->current->kind == QUARRY_BLOCK_PARAGRAPH
          || flow->current->kind == QUARRY_BLOCK_LIST_ITEM)
      && goes_on (flow, flow->current, i))
    {
      append_line (flow, flow->current, i, 0);
      return;
    }
  interrupted = find_interrupted (flow, i);
  if (interrupted != NULL)
    resume (flow, interrupted);
  else
    begin_block (flow, i, QUARRY_BLOCK_PARAGRAPH, 0);
  append_line (flow, flow->current, i, 0);
}

/* How far lines of the same kind reach near each line: the paragraph's own right edge, not that
 * of a figure beside it. */
static double *
find_rights (const QuarryPdfLine *lines, guint n)
{
  double *rights = g_new (double, MAX (n, 1));
  const guint window = 10;

  for (guint i = 0; i < n; i++)
    {
      rights[i] = lines[i].box.x1;
      for (guint k = i > window ? i - window : 0; k < MIN (n, i + window + 1); k++)
        if (lines[k].column == lines[i].column && same_size (lines[k].size, lines[i].size)
            && lines[k].n_cells == 1
            && fabs (lines[k].box.x0 - lines[i].box.x0) < 8.0 * lines[i].size)
          rights[i] = MAX (rights[i], lines[k].box.x1);
    }
  return rights;
}

static double
find_body_size (const QuarryPdfLine *lines, guint n)
{
  guint counts[256] = { 0 };
  guint best = 0;

  for (guint i = 0; i < n; i++)
    if ((lines[i].flags & QUARRY_PDF_MONO) == 0)
      counts[(guint) CLAMP (lround (lines[i].size * 2.0), 0, 255)] += lines[i].n_characters;
  for (guint i = 1; i < G_N_ELEMENTS (counts); i++)
    if (counts[i] > counts[best])
      best = i;
  return best > 0 ? best / 2.0 : 10.0;
}

static gint
compare_doubles (gconstpointer a, gconstpointer b)
{
  double first = *(const double *) a, second = *(const double *) b;

  return first < second ? -1 : first > second;
}

/* The usual distance between two lines of text: the median. */
static double
find_step (const QuarryPdfLine *lines, guint n, double body)
{
  g_autoptr (GArray) steps = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint i = 1; i < n; i++)
    {
      double step = lines[i].box.y1 - lines[i - 1].box.y1;

      if (lines[i].column == lines[i - 1].column && same_size (lines[i].size, body)
          && same_size (lines[i - 1].size, body) && step > 0.5 * body && step < 3.0 * body)
        g_array_append_val (steps, step);
    }
  if (steps->len == 0)
    return 1.2 * body;
  g_array_sort (steps, compare_doubles);
  return g_array_index (steps, double, steps->len / 2);
}

static gboolean
write_block (const Block *block, QuarryDocumentBuilder *builder)
{
  const char *text = block->text->str;
  gsize start = 0;
  gboolean go_on;

  quarry_document_builder_begin_page (builder, block->first_page);
  for (guint i = 0;; i++)
    {
      const PageMark *mark = block->marks != NULL && i < block->marks->len
                                 ? &g_array_index (block->marks, PageMark, i)
                                 : NULL;
      gsize end = mark != NULL ? mark->offset : block->text->len;

      if (start == 0)
        go_on
            = quarry_document_builder_add (builder, block->kind, block->level, text, (gssize) end);
      else
        go_on = quarry_document_builder_extend (builder, text + start, (gssize) (end - start));
      if (mark == NULL || !go_on)
        return go_on;
      quarry_document_builder_begin_page (builder, mark->page);
      start = end;
    }
}

/* Writes the notes that go before @block, which is NULL at the end. Returns how many are written in all. */
static guint
write_notes (const GArray *notes, guint written, const Block *block, QuarryDocumentBuilder *builder)
{
  for (; written < notes->len; written++)
    {
      const QuarryPdfNote *note = &g_array_index (notes, QuarryPdfNote, written);

      /* Behind a block that runs over the page's end, it would stand on the page where that ends. */
      if (block != NULL && note->page >= block->first_page
          && (note->page > block->first_page || block->last_page == block->first_page))
        break;
      quarry_document_builder_begin_page (builder, note->page);
      quarry_document_builder_add (builder, QUARRY_BLOCK_QUOTE, 0, note->text, -1);
    }
  return written;
}

char *
quarry_pdf_flow (const GArray *lines,
                 const GArray *outline,
                 const GArray *notes,
                 QuarryDocumentBuilder *builder)
{
  Flow flow = { .lines = (const QuarryPdfLine *) (void *) lines->data, .n_lines = lines->len };
  g_autofree double *rights = find_rights (flow.lines, flow.n_lines);
  g_autofree QuarryPdfHeading *headings = NULL;
  g_autoptr (QuarryHyphens) hyphens = quarry_hyphens_new (TRUE);
  g_autoptr (GPtrArray) blocks = g_ptr_array_new_with_free_func (block_free);
  char *title = NULL;
  double title_size = 0.0;
  guint n_notes = 0;

  flow.body = find_body_size (flow.lines, flow.n_lines);
  flow.step = find_step (flow.lines, flow.n_lines, flow.body);
  flow.rights = rights;
  flow.headings = headings
      = quarry_pdf_find_headings (flow.lines, flow.n_lines, flow.body, flow.step, outline);
  flow.hyphens = hyphens;
  flow.blocks = blocks;

  for (guint i = 0; i < flow.n_lines; i++)
    quarry_hyphens_learn (hyphens, flow.lines[i].text, strlen (flow.lines[i].text));
  for (guint i = 0; i < flow.n_lines; i++)
    add_line (&flow, i);

  for (guint i = 0; i < blocks->len; i++)
    {
      const Block *block = g_ptr_array_index (blocks, i);
      const QuarryPdfLine *line = &flow.lines[block->first];

      if (block->kind == QUARRY_BLOCK_HEADING && block->first_page == flow.lines[0].page
          && line->size > 1.14 * flow.body && line->size > title_size)
        {
          g_free (title);
          title = g_strdup (block->text->str);
          title_size = line->size;
        }
      n_notes = write_notes (notes, n_notes, block, builder);
      if (!write_block (block, builder))
        break;
    }
  write_notes (notes, n_notes, NULL, builder);
  return title;
}
