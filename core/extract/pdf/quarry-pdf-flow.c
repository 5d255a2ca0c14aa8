/* quarry-pdf-flow.c: the lines of all pages -> blocks
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A page of PDF has no paragraphs. Whether a line continues on the next one is decided as a reader
 * would: by its indentation, the distance of the two, how the line ends, and whether the next word
 * would have fitted on it. A paragraph may continue in another column or on another page, and after
 * what stands between (footnotes, captions).
 */
#include "core/extract/pdf/quarry-pdf.h"

#include "core/extract/pdf/quarry-hyphens.h"
#include "core/extract/pdf/quarry-pdf-headings.h"
#include "core/extract/pdf/quarry-pdf-lines.h"

#include <math.h>
#include <string.h>

#define MAX_CODE_INDENT 40u
/* How many blocks back an interrupted paragraph is looked for. */
#define MAX_LOOK_BACK 8u

typedef struct
{
  guint32 offset; /* in the block's text */
  guint page;
} PageMark;

typedef struct
{
  QuarryBlockKind kind;
  guint level;
  GString *text;
  guint first_page, last_page;
  GArray *marks;     /* PageMark, for pages after the first; NULL if there are none */
  guint first, last; /* indices of lines */
  guint second;      /* index of its second line, which shows the indentation; 0 for none */
  double step;       /* distance of its last two lines; 0 if it has one line */
} Block;

typedef struct
{
  const QuarryPdfLine *lines;
  guint n_lines;
  double body;                /* the type size of most of the text */
  double step;                /* distance of two lines of that size */
  double *rights;             /* for each line, the right edge of similar lines nearby */
  QuarryPdfHeading *headings; /* for each line */
  QuarryHyphens *hyphens;
  GPtrArray *blocks; /* Block */
  Block *current;    /* the block that the next line may continue; NULL for none */
  double list_left;
  guint item_number; /* number of the last list item; 0 for none */
} Flow;

static void
block_free (gpointer data)
{
  Block *block = data;

  g_string_free (block->text, TRUE);
  g_clear_pointer (&block->marks, g_array_unref);
  g_free (block);
}

/* Whether the first word of the next line would have fitted on @line, so that the line was ended on purpose. */
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

/* The rest of the block's text, from @offset on, is on @page. */
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

/* Appends a line of running text, without its first @skip bytes, which are a bullet. */
static void
append_line (Flow *flow, Block *block, guint line, gsize skip)
{
  g_autofree char *text = g_strdelimit (g_strdup (flow->lines[line].text + skip), "\t", ' ');
  gsize before = block->text->len;

  quarry_hyphens_append (flow->hyphens, block->text, text, strlen (text));
  if (before > 0 && flow->lines[line].page > block->last_page)
    {
      /* A word divided at the end of a page counts to the page on which it starts. */
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

/* Whether line @next is in the same column as line @last and less than @step below it. */
static gboolean
is_below (const Flow *flow, guint last, guint next, double step)
{
  const QuarryPdfLine *a = &flow->lines[last];
  const QuarryPdfLine *b = &flow->lines[next];
  double down = b->box.y1 - a->box.y1;

  return a->column == b->column && down > 0.0 && down < step;
}

/* Whether @line continues the paragraph or list item @block, which ends with the previous line. */
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
  gboolean closed = quarry_pdf_line_is_closed (last->text);
  gboolean short_line;

  if (!quarry_pdf_same_size (this->size, last->size))
    return FALSE;

  if (last->column != this->column && block->kind == QUARRY_BLOCK_LIST_ITEM && block->second != 0
      && this->page <= last->page + 1)
    {
      double hang = model->box.x0 - model->left;

      /* A list item continues in the next column if its lines are indented by the same amount there. */
      if (hang > 0.5 * em && fabs (this->box.x0 - this->left - hang) < 0.3 * em)
        return TRUE;
    }
  if (last->column != this->column || this->box.y1 <= last->box.y1)
    return !closed && this->page <= last->page + 1
           && (quarry_pdf_line_starts_lower (this->text) || g_str_has_suffix (last->text, "-")
               || (!has_room_for_next (flow, block->last) && this->box.x0 - this->left < 0.8 * em
                   && (this->flags & QUARRY_PDF_BOLD) == (last->flags & QUARRY_PDF_BOLD)));

  if (this->box.y1 - last->box.y1 > 1.25 * step + 1.0)
    return FALSE;
  short_line = block->last + 1 == line && has_room_for_next (flow, block->last);
  if (short_line && ((last->flags ^ this->flags) & QUARRY_PDF_BOLD) != 0)
    return FALSE;

  /* Relative to each line's own column, since the block may have begun in another one. */
  indent = (this->box.x0 - this->left) - (model->box.x0 - model->left);
  if (block->kind == QUARRY_BLOCK_LIST_ITEM)
    {
      /* The lines of a list item are indented by the width of its bullet. */
      if (block->second == 0 && indent > 0.3 * em)
        return TRUE;
      if (block->second != 0 && fabs (indent) < 0.5 * em
          && model->box.x0 > flow->lines[block->first].box.x0 + 0.3 * em)
        return TRUE;
      return !closed && !short_line;
    }
  if (short_line && (closed || !quarry_pdf_line_starts_lower (this->text)))
    return FALSE;
  if (fabs (indent) <= 0.8 * em)
    return TRUE;
  /* The first line of a paragraph may be indented or outdented. After the second line, indentation starts a new
   * paragraph. */
  if (block->second == 0 && indent < 0.0)
    return TRUE;
  return !closed && !short_line;
}

/* The paragraph that @line continues although other blocks stand between: footnotes of its column, or captions and
 * tables at the top of the next one. NULL if there is none. */
static Block *
find_interrupted (const Flow *flow, guint line)
{
  const QuarryPdfLine *this = &flow->lines[line];
  guint n = flow->blocks->len;

  if (!quarry_pdf_line_starts_lower (this->text) || n < 2 || !quarry_pdf_same_size (this->size, flow->body))
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
      if (!quarry_pdf_same_size (last->size, this->size))
        continue;
      if (!quarry_pdf_line_is_closed (block->text->str))
        return i > 1 && last->column != this->column ? block : NULL;
      /* A complete paragraph of the same size cannot stand between, unless it is a caption. */
      if (!g_str_has_prefix (block->text->str, "Fig") && !g_str_has_prefix (block->text->str, "Tab")
          && !g_str_has_prefix (block->text->str, "Abb"))
        return NULL;
    }
  return NULL;
}

/* Continues an interrupted paragraph. Blocks after it that are still on its own pages are moved before it, so that the
 * text keeps the order of the pages. */
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

/* Whether line @i is in a table: a row of several cells close to another such row. */
static gboolean
is_in_table (const Flow *flow, guint i)
{
  double reach = 3.0 * MAX (flow->lines[i].size, flow->step);

  if (is_table_row (flow, i))
    return (i > 0 && is_table_row (flow, i - 1) && is_below (flow, i - 1, i, reach))
           || (i + 1 < flow->n_lines && is_table_row (flow, i + 1)
               && is_below (flow, i, i + 1, reach));
  /* A line with one cell between two rows belongs to the table if it is indented like a cell. */
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

/* Whether the bullet or number at the start of a line makes it a list item. It does not if the line just continues the
 * paragraph before it. */
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
      && quarry_pdf_line_get_number (line->text) == flow->item_number + 1)
    return TRUE;
  return quarry_pdf_line_is_closed (flow->lines[i - 1].text) || has_room_for_next (flow, i - 1)
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
  flow->item_number = quarry_pdf_line_get_number (line->text);
  begin_block (flow, i, QUARRY_BLOCK_LIST_ITEM, level);
  append_line (flow, flow->current, i, skip);
}

static void
add_line (Flow *flow, guint i)
{
  const QuarryPdfLine *line = &flow->lines[i];
  g_autofree char *entry = quarry_pdf_line_undo_leaders (line->text);
  gboolean is_number;
  gsize bullet;
  Block *interrupted;

  if (!quarry_pdf_line_has_letters (line->text) && line->n_characters < 4)
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

  bullet = quarry_pdf_line_get_bullet (line->text, &is_number);
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

/* Writes the notes that belong before @block (NULL: all others, at the end). Returns the number of notes written so
 * far. */
static guint
write_notes (const GArray *notes, guint written, const Block *block, QuarryDocumentBuilder *builder)
{
  for (; written < notes->len; written++)
    {
      const QuarryPdfNote *note = &g_array_index (notes, QuarryPdfNote, written);

      /* A note is not written behind a block that continues on the next page, as it would then be on that page; it goes
       * before. */
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
  g_autofree double *rights = quarry_pdf_lines_find_rights (flow.lines, flow.n_lines);
  g_autofree QuarryPdfHeading *headings = NULL;
  g_autoptr (QuarryHyphens) hyphens = quarry_hyphens_new (TRUE);
  g_autoptr (GPtrArray) blocks = g_ptr_array_new_with_free_func (block_free);
  char *title = NULL;
  double title_size = 0.0;
  guint n_notes = 0;

  flow.body = quarry_pdf_lines_find_body_size (flow.lines, flow.n_lines);
  flow.step = quarry_pdf_lines_find_step (flow.lines, flow.n_lines, flow.body);
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
