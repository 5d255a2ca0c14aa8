/* quarry-document-view-fill.c: how the view's text is inserted, little by little
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A text view has to lay out all its lines before the height of the text, and so any place in it, is
 * exact. So only a little text round the wanted place is inserted at first, and the rest in idle
 * sources, by turns behind it and before it.
 */
#include "ui/reader/quarry-document-view-private.h"

/* How many bytes of text are inserted at once before and after the wanted place. It is little more than what is
 * visible, since the place is only known exactly when all inserted text has been laid out. */
#define FIRST_BEFORE (3 << 9)
#define FIRST_AFTER (6 << 10)
/* So many bytes are filled in without being asked for; more of the text is when somebody scrolls there. */
#define FILL_BYTES (6 << 20)

/* Inserts the lines [first, last), which have to lie directly before or after those that are loaded. */
static void
insert_lines (QuarryDocumentView *self, guint first, guint last)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self));
  g_autoptr (GString) string = NULL;
  gboolean before = first < self->lo && self->lo != self->hi;
  guint32 base, offset;
  GtkTextIter iter;
  QuarrySpan span;
  guint segment;

  if (first >= last)
    return;
  string = g_string_sized_new (QUARRY_FILL_STEP * 2);
  for (guint i = first; i < last; i++)
    quarry_view_line_append (&g_array_index (self->lines, QuarryViewLine, i), self->text, string);

  /* Lines are separated by line ends. There is none after the last one, so that the last line always has text. */
  if (before)
    gtk_text_buffer_get_start_iter (buffer, &iter);
  else
    {
      g_string_truncate (string, string->len - 1);
      gtk_text_buffer_get_end_iter (buffer, &iter);
      if (self->lo != self->hi)
        gtk_text_buffer_insert (buffer, &iter, "\n", 1);
    }
  base = (guint32) gtk_text_iter_get_offset (&iter);
  gtk_text_buffer_insert (buffer, &iter, string->str, (int) string->len);

  if (self->lo == self->hi)
    self->lo = self->hi = first;
  self->lo = MIN (self->lo, first);
  self->hi = MAX (self->hi, last);
  offset = base;
  for (guint i = first; i < last; i++)
    {
      const QuarryViewLine *line = &g_array_index (self->lines, QuarryViewLine, i);

      quarry_document_view_tag_line (self, line, offset);
      offset += line->length;
      self->loaded_bytes += line->span.end - line->span.start;
    }

  span.start = g_array_index (self->lines, QuarryViewLine, first).span.start;
  span.end = g_array_index (self->lines, QuarryViewLine, last - 1).span.end;
  segment = quarry_document_view_segment_at (self, span.start);
  for (; segment < self->starts->len; segment++)
    {
      guint32 start = g_array_index (self->starts, guint32, segment);

      if (start >= span.end)
        break;
      if (start >= span.start)
        quarry_document_view_show_start (self, start, TRUE);
    }
  /* The line that was first so far now has text before it, so its rule has to be shown. */
  if (before && quarry_document_view_is_start (self, g_array_index (self->lines, QuarryViewLine, last).span.start))
    quarry_document_view_show_start (self, g_array_index (self->lines, QuarryViewLine, last).span.start, TRUE);
  quarry_document_view_tag_hit (self, span);
}

guint32
quarry_document_view_bytes_between (QuarryDocumentView *self, guint first, guint last)
{
  return g_array_index (self->lines, QuarryViewLine, last).span.end -
         g_array_index (self->lines, QuarryViewLine, first).span.start;
}

void
quarry_document_view_scroll_anywhere (QuarryDocumentView *self, double value)
{
  gtk_adjustment_set_upper (self->adjustment, QUARRY_ENDLESS);
  gtk_adjustment_set_value (self->adjustment, value);
}

/* While text is inserted above the view, a tag gives the last line a very large space below it, the tail. When the
 * inserted text is laid out, GTK moves the view along, but never beyond the height of the text when the view was last
 * allocated. Near the end of a document, that would be too little. */
static void
tag_tail (QuarryDocumentView *self, gboolean has_tail)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self));
  GtkTextIter start, end;

  self->has_tail = has_tail;
  if (self->lo == self->hi)
    return;
  quarry_document_view_iter_at_end (
      self,
      &end,
      g_array_index (self->lines, QuarryViewLine, self->hi - 1).span.end);
  start = end;
  gtk_text_iter_set_line_offset (&start, 0);
  if (has_tail)
    gtk_text_buffer_apply_tag (buffer, self->tail, &start, &end);
  else
    gtk_text_buffer_remove_tag (buffer, self->tail, &start, &end);
}

void
quarry_document_view_stay (QuarryDocumentView *self)
{
  double value;

  if (self->has_tail || self->fresh || !self->lines || self->lo == self->hi || !self->adjustment ||
      !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  value = gtk_adjustment_get_value (self->adjustment);
  tag_tail (self, TRUE);
  self->going = TRUE;
  /* Scrolling to the end lays out the last line. */
  quarry_document_view_scroll_anywhere (self, QUARRY_ENDLESS);
  quarry_document_view_scroll_anywhere (self, value);
  self->going = FALSE;
  quarry_document_view_start_filling (self);
}

/* Inserts text above the view. GTK keeps the line at the top of the view in place. If this is the first line of the
 * text, GTK would keep the new first line there instead, and the view would show other text than before. In this case
 * the new lines are laid out at once, and the view is scrolled to where it was. */
static void
insert_above (QuarryDocumentView *self, guint first)
{
  GtkTextView *view = GTK_TEXT_VIEW (self);
  guint32 byte = g_array_index (self->lines, QuarryViewLine, self->lo).span.start;
  GdkRectangle visible;
  GtkTextIter iter, before;
  gboolean is_first;
  int top, y, height = 0;

  gtk_text_view_get_visible_rect (view, &visible);
  gtk_text_view_get_line_at_y (view, &iter, visible.y, &top);
  is_first = gtk_text_iter_is_start (&iter);
  insert_lines (self, first, self->lo);
  if (!is_first || !self->adjustment)
    return;

  quarry_document_view_iter_at_byte (self, &iter, byte);
  before = iter;
  gtk_text_iter_backward_line (&before);
  self->going = TRUE;
  /* GTK lays out a screenful of lines wherever it is scrolled to. Lines that have not been laid out have height 0. */
  for (guint i = 0; i < 64 && !height; i++)
    {
      gtk_text_view_get_line_yrange (view, &iter, &y, &height);
      quarry_document_view_scroll_anywhere (self, MAX (y - 1, 0));
      gtk_text_view_get_line_yrange (view, &before, &y, &height);
    }
  quarry_document_view_scroll_anywhere (self, y + height + visible.y - top);
  self->going = FALSE;
}

/* Inserts some text at the end that is nearer to being seen. FALSE if all text is loaded. */
static gboolean
fill_step (QuarryDocumentView *self)
{
  gboolean up = self->lo > 0 && (self->fill_up || self->hi == self->lines->len);
  guint i;

  if (self->lo == 0 && self->hi == self->lines->len)
    return FALSE;

  if (up)
    {
      i = self->lo - 1;
      while (i > 0 && quarry_document_view_bytes_between (self, i, self->lo - 1) < QUARRY_FILL_STEP)
        i--;
      insert_above (self, i);
    }
  else
    {
      i = self->hi + 1;
      while (i < self->lines->len && quarry_document_view_bytes_between (self, self->hi, i - 1) < QUARRY_FILL_STEP)
        i++;
      if (self->has_tail)
        tag_tail (self, FALSE);
      insert_lines (self, self->hi, i);
      tag_tail (self, TRUE);
    }
  self->fill_up = !self->fill_up;
  return TRUE;
}

static gboolean
fill_cb (gpointer data)
{
  QuarryDocumentView *self = data;

  /* While the view has yet to go to the wanted place, text inserted before that would push the place away. So stop;
   * filling goes on (and removes the tail) when the place has been reached. */
  if (self->is_wanted)
    {
      self->fill = 0;
      return G_SOURCE_REMOVE;
    }
  if (self->loaded_bytes < FILL_BYTES && fill_step (self))
    return G_SOURCE_CONTINUE;
  /* Idle sources run after layout, so all text has been laid out now, and the tail is not needed any more. */
  if (self->has_tail)
    tag_tail (self, FALSE);
  self->fill = 0;
  return G_SOURCE_REMOVE;
}

void
quarry_document_view_start_filling (QuarryDocumentView *self)
{
  if (!self->fill)
    self->fill = g_idle_add_full (G_PRIORITY_LOW, fill_cb, self, NULL);
}

gboolean
quarry_document_view_is_filling (QuarryDocumentView *self)
{
  g_return_val_if_fail (QUARRY_IS_DOCUMENT_VIEW (self), FALSE);

  return self->fill != 0 || self->has_tail;
}

void
quarry_document_view_reset (QuarryDocumentView *self)
{
  g_autoptr (GtkTextBuffer) buffer = gtk_text_buffer_new (NULL);

  g_clear_handle_id (&self->fill, g_source_remove);
  /* When its buffer is replaced, the view tries to keep its place. It would look for that among lines that have no
   * height yet, and end up at the last one. So scroll to the top first. */
  self->going = TRUE;
  if (self->adjustment)
    gtk_adjustment_set_value (self->adjustment, 0);
  self->going = FALSE;
  g_ptr_array_set_size (self->indented, 0);
  g_hash_table_remove_all (self->columns);
  gtk_text_buffer_set_enable_undo (buffer, FALSE);
  gtk_text_view_set_buffer (GTK_TEXT_VIEW (self), buffer);
  quarry_document_view_create_tags (self);
  quarry_document_view_update_colors (self);
  quarry_document_view_update_margins (self);
  self->lo = self->hi = 0;
  self->loaded_bytes = 0;
  self->fresh = TRUE;
  self->has_tail = FALSE;
}

void
quarry_document_view_load_around (QuarryDocumentView *self, guint32 byte)
{
  guint middle = quarry_view_lines_at_byte (self->lines, byte);
  guint lo = middle, hi = middle + 1;

  quarry_document_view_reset (self);
  while (lo > 0 && (lo == middle || quarry_document_view_bytes_between (self, lo, middle - 1) < FIRST_BEFORE))
    lo--;
  while (hi < self->lines->len && quarry_document_view_bytes_between (self, middle, hi - 1) < FIRST_AFTER)
    hi++;
  insert_lines (self, lo, hi);
  if (lo > 0 || hi < self->lines->len)
    {
      tag_tail (self, TRUE);
      quarry_document_view_start_filling (self);
    }
}
