/* quarry-document-view-tags.c: how the view shows each kind of text
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/reader/quarry-document-view-private.h"

#define INDENT 24
#define LIST_INDENT(level) (22 * (level) - 14)

static const double heading_scales[6] = { 1.5, 1.3, 1.15, 1.05, 1.0, 1.0 };

static GtkTextTag *
list_tag (QuarryDocumentView *self, guint level)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self));
  GtkTextTagTable *table = gtk_text_buffer_get_tag_table (buffer);
  g_autofree char *name = NULL;
  GtkTextTag *tag;

  level = CLAMP (level, 1, 8);
  name = g_strdup_printf ("list-%u", level);
  tag = gtk_text_tag_table_lookup (table, name);
  if (!tag)
    {
      tag = gtk_text_buffer_create_tag (buffer,
                                        name,
                                        "left-margin",
                                        (int) (self->margin + LIST_INDENT (level)),
                                        "indent",
                                        -18,
                                        NULL);
      g_ptr_array_add (self->indented, tag);
      g_object_set_data (G_OBJECT (tag), "indent", GINT_TO_POINTER (LIST_INDENT (level)));
      /* A lower priority than that of tags for single paragraphs, which were made before. */
      gtk_text_tag_set_priority (tag, 0);
    }
  return tag;
}

/* A tag whose left margin is the column's plus @indent. The margins of tags replace the view's margin, so they have to
 * be computed. */
static GtkTextTag *
indented_tag (QuarryDocumentView *self, const char *name, int indent)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self));
  GtkTextTag *tag = gtk_text_buffer_create_tag (buffer, name, NULL, NULL);

  g_object_set_data (G_OBJECT (tag), "indent", GINT_TO_POINTER (indent));
  g_ptr_array_add (self->indented, tag);
  return tag;
}

void
quarry_document_view_create_tags (QuarryDocumentView *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self));

  self->quote = indented_tag (self, "quote", INDENT);
  g_object_set (self->quote, "style", PANGO_STYLE_ITALIC, NULL);
  self->code = indented_tag (self, "code", 14);
  g_object_set (self->code,
                "family",
                "monospace",
                "scale",
                .92,
                "wrap-mode",
                GTK_WRAP_WORD_CHAR,
                "pixels-inside-wrap",
                1,
                NULL);
  self->table = indented_tag (self, "table", 8);
  g_object_set (self->table,
                "pixels-above-lines",
                4,
                "pixels-below-lines",
                4,
                "pixels-inside-wrap",
                0,
                NULL);
  for (guint i = 0; i < 6; i++)
    self->headings[i] = gtk_text_buffer_create_tag (buffer,
                                                    NULL,
                                                    "weight",
                                                    PANGO_WEIGHT_BOLD,
                                                    "scale",
                                                    heading_scales[i],
                                                    "pixels-above-lines",
                                                    i < 2 ? 14 : 8,
                                                    "pixels-below-lines",
                                                    6,
                                                    "pixels-inside-wrap",
                                                    1,
                                                    NULL);
  self->list_gap = gtk_text_buffer_create_tag (buffer, "list-gap", "pixels-below-lines", 4, NULL);
  self->gap = gtk_text_buffer_create_tag (buffer, "gap", "pixels-below-lines", 10, NULL);
  self->block_gap = gtk_text_buffer_create_tag (buffer,
                                                "block-gap",
                                                "pixels-below-lines",
                                                16,
                                                NULL);
  self->head_row = gtk_text_buffer_create_tag (buffer,
                                               "head-row",
                                               "weight",
                                               PANGO_WEIGHT_SEMIBOLD,
                                               NULL);
  self->top = gtk_text_buffer_create_tag (buffer, "top", "pixels-above-lines", 14, NULL);
  self->tail = gtk_text_buffer_create_tag (buffer,
                                           "tail",
                                           "pixels-below-lines",
                                           QUARRY_TAIL_SPACE,
                                           NULL);
  self->code_top = gtk_text_buffer_create_tag (buffer,
                                               "code-top",
                                               "pixels-above-lines",
                                               12,
                                               NULL);
  self->rule = gtk_text_buffer_create_tag (buffer,
                                           "rule",
                                           "pixels-above-lines",
                                           QUARRY_RULE_SPACE,
                                           NULL);
  self->literal = gtk_text_buffer_create_tag (buffer,
                                              "literal",
                                              "weight",
                                              PANGO_WEIGHT_BOLD,
                                              NULL);
  self->meaning = gtk_text_buffer_create_tag (buffer,
                                              "meaning",
                                              "underline",
                                              PANGO_UNDERLINE_SINGLE,
                                              NULL);
  self->sentence = gtk_text_buffer_create_tag (buffer, "sentence", NULL, NULL);
}

/* A tag with tab stops as wide as the columns of a table, so that cells are aligned. */
static GtkTextTag *
columns_tag (QuarryDocumentView *self, guint block)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self));
  GtkTextTag *tag = g_hash_table_lookup (self->columns, GUINT_TO_POINTER (block));
  const QuarryBlock *blocks;
  guint n_blocks, column = 0, width = 0;
  guint widths[QUARRY_TABLE_COLUMNS] = { 0 };
  guint n_columns = 0;
  const char *at, *end;
  PangoTabArray *tabs;
  int x = 0;

  if (tag)
    return tag;

  blocks = quarry_document_get_blocks (self->document, &n_blocks);
  at = self->text + blocks[block].span.start;
  /* The widths are measured in the first 64 KiB of a table, since a sheet may have a million rows. */
  end = at + MIN (blocks[block].span.end - blocks[block].span.start, 64u << 10);
  for (; at <= end; at = at < end ? g_utf8_next_char (at) : at + 1)
    if (at == end || *at == '\t' || *at == '\n')
      {
        if (column < QUARRY_TABLE_COLUMNS)
          {
            widths[column] = MAX (widths[column], width);
            n_columns = MAX (n_columns, column + 1);
          }
        column = at < end && *at == '\t' ? column + 1 : 0;
        width = 0;
      }
    else
      width += g_unichar_iswide (g_utf8_get_char (at)) ? 2 : 1;

  tabs = pango_tab_array_new (0, TRUE);
  for (guint i = 0; i + 1 < n_columns; i++)
    {
      x += CLAMP ((int) widths[i], 4, 32) * self->char_width + 18;
      pango_tab_array_set_tab (tabs, (int) i, PANGO_TAB_LEFT, x);
    }
  tag = gtk_text_buffer_create_tag (buffer, NULL, "tabs", tabs, NULL);
  pango_tab_array_free (tabs);
  g_hash_table_insert (self->columns, GUINT_TO_POINTER (block), tag);
  return tag;
}

static void
tag_first_line (GtkTextBuffer *buffer, GtkTextTag *tag, GtkTextIter from)
{
  GtkTextIter to = from;

  if (!gtk_text_iter_ends_line (&to))
    gtk_text_iter_forward_to_line_end (&to);
  gtk_text_buffer_apply_tag (buffer, tag, &from, &to);
}

void
quarry_document_view_tag_line (QuarryDocumentView *self, const QuarryViewLine *line, guint32 offset)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self));
  GtkTextTag *gap = self->gap;
  GtkTextIter from, to;

  gtk_text_buffer_get_iter_at_offset (buffer, &from, (int) offset);
  gtk_text_buffer_get_iter_at_offset (buffer, &to, (int) (offset + line->length));
  switch ((QuarryBlockKind) line->kind)
    {
    case QUARRY_BLOCK_PARAGRAPH:
      break;
    case QUARRY_BLOCK_HEADING:
      gtk_text_buffer_apply_tag (buffer,
                                 self->headings[CLAMP (line->level, 1, 6) - 1],
                                 &from,
                                 &to);
      gap = NULL;
      break;
    case QUARRY_BLOCK_LIST_ITEM:
      {
        guint n_blocks;
        const QuarryBlock *blocks = quarry_document_get_blocks (self->document, &n_blocks);

        gtk_text_buffer_apply_tag (buffer, list_tag (self, line->level), &from, &to);
        if (line->block + 1 < n_blocks &&
            blocks[line->block + 1].kind == QUARRY_BLOCK_LIST_ITEM)
          gap = self->list_gap;
      }
      break;
    case QUARRY_BLOCK_TABLE:
      gtk_text_buffer_apply_tag (buffer, self->table, &from, &to);
      gtk_text_buffer_apply_tag (buffer, columns_tag (self, line->block), &from, &to);
      if (line->first)
        tag_first_line (buffer, self->head_row, from);
      gap = self->block_gap;
      break;
    case QUARRY_BLOCK_CODE:
      gtk_text_buffer_apply_tag (buffer, self->code, &from, &to);
      if (line->first)
        tag_first_line (buffer, self->code_top, from);
      gap = self->block_gap;
      break;
    case QUARRY_BLOCK_QUOTE:
      gtk_text_buffer_apply_tag (buffer, self->quote, &from, &to);
      break;
    }

  if (line == &g_array_index (self->lines, QuarryViewLine, 0))
    tag_first_line (buffer, self->top, from);
  if (line->last && gap)
    {
      from = to;
      gtk_text_iter_backward_line (&from);
      gtk_text_buffer_apply_tag (buffer, gap, &from, &to);
    }
}

void
quarry_document_view_update_margins (QuarryDocumentView *self)
{
  for (guint i = 0; i < self->indented->len; i++)
    {
      GtkTextTag *tag = self->indented->pdata[i];

      g_object_set (tag,
                    "left-margin",
                    (int) self->margin + GPOINTER_TO_INT (g_object_get_data (G_OBJECT (tag), "indent")),
                    NULL);
    }
}
