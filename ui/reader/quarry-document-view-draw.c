/* quarry-document-view-draw.c: what the view draws below its text
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rules and labels where segments begin, a tint behind the passage, the background of code, the lines
 * of tables, the bars of quotes, and page numbers in the margin. Only what is in view is drawn.
 */
#include "ui/reader/quarry-document-view-private.h"

/* The passage's background reaches so many pixels beyond the column of text. */
#define OVERHANG 12
#define BAR 3

static GdkRGBA
color (GtkWidget *widget, const char *name, double alpha)
{
  GdkRGBA rgba;

  if (!gtk_style_context_lookup_color (gtk_widget_get_style_context (widget), name, &rgba))
    gtk_style_context_get_color (gtk_widget_get_style_context (widget), &rgba);
  rgba.alpha *= (float) alpha;
  return rgba;
}

static void
fill (GtkSnapshot *snapshot, const GdkRGBA *rgba, double x, double y, double width, double height)
{
  if (width > 0 && height > 0)
    gtk_snapshot_append_color (snapshot,
                               rgba,
                               &GRAPHENE_RECT_INIT ((float) x, (float) y, (float) width, (float) height));
}

static void
fill_rounded (GtkSnapshot *snapshot,
              const GdkRGBA *rgba,
              double x,
              double y,
              double width,
              double height,
              double radius)
{
  GskRoundedRect rect;

  if (width <= 0 || height <= 0)
    return;
  gsk_rounded_rect_init_from_rect (
      &rect,
      &GRAPHENE_RECT_INIT ((float) x, (float) y, (float) width, (float) height),
      (float) radius);
  gtk_snapshot_push_rounded_clip (snapshot, &rect);
  gtk_snapshot_append_color (snapshot, rgba, &rect.bounds);
  gtk_snapshot_pop (snapshot);
}

void
quarry_document_view_update_colors (QuarryDocumentView *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  GdkRGBA meaning = color (widget, "meaning_color", 1);
  GdkRGBA underline = color (widget, "meaning_color", .6);
  GdkRGBA sentence = color (widget, "sentence_bg_color", 1);

  if (!self->sentence)
    return;
  g_object_set (self->meaning, "foreground-rgba", &meaning, "underline-rgba", &underline, NULL);
  g_object_set (self->sentence, "background-rgba", &sentence, NULL);
}

/* --- The passage --------------------------------------------------------------------------- */

static void
draw_passage (QuarryDocumentView *self, GtkSnapshot *snapshot, const GdkRectangle *view)
{
  GtkTextView *text_view = GTK_TEXT_VIEW (self);
  GdkRGBA ground = color (GTK_WIDGET (self), "passage_bg_color", 1);
  GdkRGBA bar = color (GTK_WIDGET (self), "accent_bg_color", 1);
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  GtkTextIter start, end;
  GdkRectangle first, last;
  double left = self->margin - OVERHANG;
  double right = view->x + view->width - self->margin + OVERHANG;
  double top, bottom;
  gboolean whole_start, whole_end;

  if (self->passage.start >= self->passage.end)
    return;
  quarry_document_view_iter_at_byte (self, &start, self->passage.start);
  quarry_document_view_iter_at_end (self, &end, self->passage.end);
  gtk_text_view_get_iter_location (text_view, &start, &first);
  gtk_text_view_get_iter_location (text_view, &end, &last);
  if (last.y + last.height < view->y || first.y > view->y + view->height)
    return;

  whole_start = gtk_text_iter_starts_line (&start);
  whole_end = gtk_text_iter_ends_line (&end);
  if (whole_start && whole_end)
    {
      top = first.y - 6;
      bottom = last.y + last.height + 6;
      fill_rounded (snapshot, &ground, left, top, right - left, bottom - top, 6);
    }
  else if (first.y == last.y)
    {
      top = first.y;
      bottom = last.y + last.height;
      fill (snapshot, &ground, first.x, top, last.x - first.x, bottom - top);
    }
  else
    {
      /* Shaped like a selection: the first and the last line are only tinted in part. */
      top = whole_start ? first.y - 6 : first.y + first.height;
      bottom = whole_end ? last.y + last.height + 6 : last.y;
      if (!whole_start)
        fill (snapshot, &ground, first.x - 2, first.y, right - first.x + 2, first.height);
      fill (snapshot, &ground, left, top, right - left, bottom - top);
      if (!whole_end)
        fill (snapshot, &ground, left, last.y, last.x + 2 - left, last.height);
      top = first.y;
      bottom = last.y + last.height;
    }
  /* At the side where lines begin; page numbers are at the other one. */
  fill_rounded (snapshot, &bar, rtl ? right - BAR : left, top, BAR, bottom - top, BAR / 2.0);
}

/* --- Blocks -------------------------------------------------------------------------------- */

static void
line_range (QuarryDocumentView *self, const QuarryViewLine *line, int *top, int *bottom)
{
  GtkTextIter start, end;
  GdkRectangle first, last;

  quarry_document_view_iter_at_byte (self, &start, line->span.start);
  quarry_document_view_iter_at_end (self, &end, line->span.end);
  gtk_text_view_get_iter_location (GTK_TEXT_VIEW (self), &start, &first);
  gtk_text_view_get_iter_location (GTK_TEXT_VIEW (self), &end, &last);
  *top = first.y;
  *bottom = last.y + last.height;
}

static void
draw_rows (QuarryDocumentView *self,
           GtkSnapshot *snapshot,
           const QuarryViewLine *line,
           const GdkRectangle *view)
{
  GdkRGBA hairline = color (GTK_WIDGET (self), "hairline", 1);
  GdkRGBA head = color (GTK_WIDGET (self), "window_fg_color", .35);
  double left = self->margin;
  double width = view->width - 2.0 * self->margin;
  GtkTextIter iter, end;
  gboolean is_head = line->first;

  quarry_document_view_iter_at_byte (self, &iter, line->span.start);
  quarry_document_view_iter_at_end (self, &end, line->span.end);
  if (!is_head)
    {
      int y;

      gtk_text_view_get_line_yrange (GTK_TEXT_VIEW (self), &iter, &y, NULL);
      if (y < view->y)
        gtk_text_view_get_line_at_y (GTK_TEXT_VIEW (self), &iter, view->y, NULL);
    }
  while (gtk_text_iter_compare (&iter, &end) < 0)
    {
      GtkTextIter last = iter;
      GdkRectangle place;

      if (!gtk_text_iter_ends_line (&last))
        gtk_text_iter_forward_to_line_end (&last);
      gtk_text_view_get_iter_location (GTK_TEXT_VIEW (self), &last, &place);
      if (place.y > view->y + view->height)
        break;
      fill (snapshot,
            is_head ? &head : &hairline,
            left,
            place.y + place.height + 3,
            width,
            1);
      is_head = FALSE;
      if (!gtk_text_iter_forward_line (&iter))
        break;
    }
}

static void
draw_blocks (QuarryDocumentView *self,
             GtkSnapshot *snapshot,
             const GdkRectangle *view,
             guint first,
             guint last)
{
  GdkRGBA code = color (GTK_WIDGET (self), "code_bg_color", 1);
  GdkRGBA quote = color (GTK_WIDGET (self), "window_fg_color", .25);
  double left = self->margin;
  double width = view->width - 2.0 * self->margin;

  for (guint i = first; i <= last; i++)
    {
      const QuarryViewLine *line = &g_array_index (self->lines, QuarryViewLine, i);
      int top, bottom;

      switch ((QuarryBlockKind) line->kind)
        {
        case QUARRY_BLOCK_CODE:
          line_range (self, line, &top, &bottom);
          fill_rounded (snapshot,
                        &code,
                        left,
                        top - (line->first ? 8 : 0),
                        width,
                        bottom - top + (line->first ? 8 : 0) + (line->last ? 8 : 0),
                        line->first && line->last ? 6 : 0);
          break;
        case QUARRY_BLOCK_QUOTE:
          line_range (self, line, &top, &bottom);
          fill_rounded (snapshot, &quote, left + 6, top, BAR, bottom - top, BAR / 2.0);
          break;
        case QUARRY_BLOCK_TABLE:
          draw_rows (self, snapshot, line, view);
          break;
        case QUARRY_BLOCK_PARAGRAPH:
        case QUARRY_BLOCK_HEADING:
        case QUARRY_BLOCK_LIST_ITEM:
          break;
        }
    }
}

/* --- Segments ------------------------------------------------------------------------------ */

static PangoLayout *
small_layout (QuarryDocumentView *self, const char *text)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);
  PangoAttrList *attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_scale_new (.82));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  return layout;
}

/* TRUE if @label repeats the heading that stands right there. Then it is not shown. */
static gboolean
says_heading (QuarryDocumentView *self, const char *label, guint32 start)
{
  const QuarryViewLine *line = &g_array_index (self->lines,
                                             QuarryViewLine,
                                             quarry_view_lines_at_byte (self->lines, start));

  return line->kind == QUARRY_BLOCK_HEADING && line->span.start == start;
}

static void
draw_rule (QuarryDocumentView *self,
           GtkSnapshot *snapshot,
           const GdkRectangle *view,
           guint32 start,
           const char *label)
{
  GdkRGBA hairline = color (GTK_WIDGET (self), "hairline", 1);
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  double left = self->margin;
  double right = view->x + view->width - self->margin;
  GtkTextIter iter;
  GdkRectangle place;
  int y;

  quarry_document_view_iter_at_byte (self, &iter, start);
  gtk_text_view_get_iter_location (GTK_TEXT_VIEW (self), &iter, &place);
  if (gtk_text_iter_is_start (&iter))
    return;
  if (!gtk_text_iter_starts_line (&iter))
    {
      /* The segment begins within a line that has no blank to break it at, so there is no room for a rule: draw a short
       * mark in the margin. */
      fill (snapshot, &hairline, left - OVERHANG, place.y, OVERHANG - 4, 1);
      return;
    }

  y = place.y - QUARRY_RULE_SPACE + 19;
  if (label && *label && !says_heading (self, label, start))
    {
      g_autoptr (PangoLayout) layout = small_layout (self, label);
      GdkRGBA text = color (GTK_WIDGET (self), "margin_color", 1);
      int width, height;

      pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
      pango_layout_set_width (layout, (int) MAX (right - left - 48, 0) * PANGO_SCALE);
      pango_layout_set_single_paragraph_mode (layout, TRUE);
      pango_layout_set_alignment (layout, PANGO_ALIGN_LEFT);
      pango_layout_get_pixel_size (layout, &width, &height);
      pango_layout_set_width (layout, -1);
      if (width > right - left - 48)
        pango_layout_set_width (layout, (int) MAX (right - left - 48, 0) * PANGO_SCALE);
      gtk_snapshot_save (snapshot);
      if (rtl)
        {
          fill (snapshot, &hairline, left, y, 16, 1);
          fill (snapshot, &hairline, left + 32 + width, y, right - left - 32 - width, 1);
          gtk_snapshot_translate (snapshot,
                                  &GRAPHENE_POINT_INIT ((float) left + 24,
                                                        (float) (y - height / 2)));
        }
      else
        {
          fill (snapshot, &hairline, left, y, right - left - 32 - width, 1);
          fill (snapshot, &hairline, right - 16, y, 16, 1);
          gtk_snapshot_translate (snapshot,
                                  &GRAPHENE_POINT_INIT ((float) right - 24 - (float) width,
                                                        (float) (y - height / 2)));
        }
      gtk_snapshot_append_layout (snapshot, layout, &text);
      gtk_snapshot_restore (snapshot);
    }
  else
    fill (snapshot, &hairline, left, y, right - left, 1);
}

static void
draw_rules (QuarryDocumentView *self,
            GtkSnapshot *snapshot,
            const GdkRectangle *view,
            QuarrySpan visible)
{
  for (guint i = quarry_document_view_segment_at (self, visible.start); i < self->starts->len; i++)
    {
      guint32 start = g_array_index (self->starts, guint32, i);

      if (start > visible.end)
        break;
      if (start >= visible.start)
        draw_rule (self, snapshot, view, start, self->labels->pdata[i]);
    }
}

/* --- Pages --------------------------------------------------------------------------------- */

int
quarry_document_view_measure_number (QuarryDocumentView *self)
{
  g_autoptr (PangoLayout) layout = NULL;
  g_autofree char *number = NULL;
  const QuarryPage *pages;
  guint n_pages = 0;
  int width;

  if (!self->document)
    return 0;
  pages = quarry_document_get_pages (self->document, &n_pages);
  if (n_pages == 0)
    return 0;
  number = g_strdup_printf ("%u", pages[n_pages - 1].number);
  layout = small_layout (self, number);
  pango_layout_get_pixel_size (layout, &width, NULL);
  return width;
}

static void
draw_pages (QuarryDocumentView *self,
            GtkSnapshot *snapshot,
            const GdkRectangle *view,
            QuarrySpan visible)
{
  guint n_pages, low = 0, high;
  const QuarryPage *pages = quarry_document_get_pages (self->document, &n_pages);
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  GdkRGBA text = color (GTK_WIDGET (self), "margin_color", 1);

  high = n_pages;
  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (pages[middle].start < visible.start)
        low = middle + 1;
      else
        high = middle;
    }
  for (; low < n_pages && pages[low].start <= visible.end; low++)
    {
      g_autofree char *number = g_strdup_printf ("%u", pages[low].number);
      g_autoptr (PangoLayout) layout = small_layout (self, number);
      GtkTextIter iter;
      GdkRectangle place;
      int width, height;

      quarry_document_view_iter_at_byte (self, &iter, pages[low].start);
      gtk_text_view_get_iter_location (GTK_TEXT_VIEW (self), &iter, &place);
      pango_layout_get_pixel_size (layout, &width, &height);
      gtk_snapshot_save (snapshot);
      gtk_snapshot_translate (
          snapshot,
          &GRAPHENE_POINT_INIT (rtl ? (float) (view->x + QUARRY_NUMBER_SPACE)
                                    : (float) (view->x + view->width - width - QUARRY_NUMBER_SPACE),
                                (float) (place.y + (place.height - height) / 2)));
      gtk_snapshot_append_layout (snapshot, layout, &text);
      gtk_snapshot_restore (snapshot);
    }
}

/* Lays out the lines that are about to be drawn. This works around a bug of GTK 4.8: if it draws lines of which some
 * have been laid out and some have not, the latter may get font and margin of an earlier line. While drawing it
 * caches a style until it meets the end of a tag, but it does not look for such ends in lines that have been laid
 * out already. */
static void
lay_out_lines (QuarryDocumentView *self, const GdkRectangle *view)
{
  GtkTextView *text_view = GTK_TEXT_VIEW (self);
  GtkTextIter iter;
  GdkRectangle place;

  gtk_text_view_get_line_at_y (text_view, &iter, view->y, NULL);
  do
    gtk_text_view_get_iter_location (text_view, &iter, &place);
  while (place.y <= view->y + view->height && gtk_text_iter_forward_line (&iter));
}

void
quarry_document_view_snapshot_layer (GtkTextView *text_view,
                                     GtkTextViewLayer layer,
                                     GtkSnapshot *snapshot)
{
  QuarryDocumentView *self = QUARRY_DOCUMENT_VIEW (text_view);
  GdkRectangle view;
  QuarrySpan visible;
  guint first, last;

  if (layer != GTK_TEXT_VIEW_LAYER_BELOW_TEXT || !self->lines || self->lo == self->hi)
    return;

  gtk_text_view_get_visible_rect (text_view, &view);
  lay_out_lines (self, &view);
  visible = quarry_document_view_get_visible (self);
  first = CLAMP (quarry_view_lines_at_byte (self->lines, visible.start), self->lo, self->hi - 1);
  last = CLAMP (quarry_view_lines_at_byte (self->lines, visible.end), first, self->hi - 1);

  draw_blocks (self, snapshot, &view, first, last);
  draw_passage (self, snapshot, &view);
  draw_rules (self, snapshot, &view, visible);
  draw_pages (self, snapshot, &view, visible);
}
