/* quarry-document-view-fill.c: how the view's text comes into it, little by little
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/reader/quarry-document-view-private.h"

/* Text (bytes) put in at once before and after the place that is wanted: little more than is seen,
 * for the place is known only when all of it has been laid out. */
#define FIRST_BEFORE (3 << 9)
#define FIRST_AFTER (6 << 10)
/* So much text is filled in by itself; more when somebody scrolls there. */
#define FILL_BYTES (6 << 20)

/* Puts in the pieces [first, last), which lie right before or right after what is loaded. */
static void
insert_pieces (QuarryDocumentView *self, guint first, guint last)
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
    quarry_piece_append (&g_array_index (self->pieces, QuarryPiece, i), self->text, string);

  /* A line end stands between pieces, none after the last: the last line is to have text. */
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
      const QuarryPiece *piece = &g_array_index (self->pieces, QuarryPiece, i);

      quarry_document_view_tag_piece (self, piece, offset);
      offset += piece->length;
      self->loaded_bytes += piece->span.end - piece->span.start;
    }

  span.start = g_array_index (self->pieces, QuarryPiece, first).span.start;
  span.end = g_array_index (self->pieces, QuarryPiece, last - 1).span.end;
  segment = quarry_document_view_segment_at (self, span.start);
  for (; segment < self->starts->len; segment++)
    {
      guint32 start = g_array_index (self->starts, guint32, segment);

      if (start >= span.end)
        break;
      if (start >= span.start)
        quarry_document_view_show_start (self, start, TRUE);
    }
  /* What was first has something before it now. */
  if (before && quarry_document_view_is_start (self, g_array_index (self->pieces, QuarryPiece, last).span.start))
    quarry_document_view_show_start (self, g_array_index (self->pieces, QuarryPiece, last).span.start, TRUE);
  quarry_document_view_tag_hit (self, span);
}

guint32
quarry_document_view_bytes_between (QuarryDocumentView *self, guint first, guint last)
{
  return g_array_index (self->pieces, QuarryPiece, last).span.end -
         g_array_index (self->pieces, QuarryPiece, first).span.start;
}

void
quarry_document_view_scroll_anywhere (QuarryDocumentView *self, double value)
{
  gtk_adjustment_set_upper (self->adjustment, QUARRY_ENDLESS);
  gtk_adjustment_set_value (self->adjustment, value);
}

/* While text is put in above the view, the last line has a long tail. For when that text is laid out
 * GTK moves the view with it, but never beyond what it took for the height of the text when the view
 * was last allocated, which near the end of a document is too little. */
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
      g_array_index (self->pieces, QuarryPiece, self->hi - 1).span.end);
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

  if (self->has_tail || self->fresh || !self->pieces || self->lo == self->hi || !self->adjustment ||
      !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  value = gtk_adjustment_get_value (self->adjustment);
  tag_tail (self, TRUE);
  self->going = TRUE;
  /* Lays out the last line. */
  quarry_document_view_scroll_anywhere (self, QUARRY_ENDLESS);
  quarry_document_view_scroll_anywhere (self, value);
  self->going = FALSE;
  quarry_document_view_start_filling (self);
}

/* GTK holds on to the line at the top of the view. Where that is the first, what is put in before it takes its place,
 * and the view would show that instead: then its lines are broken at once, and the view goes after what it showed. */
static void
insert_above (QuarryDocumentView *self, guint first)
{
  GtkTextView *view = GTK_TEXT_VIEW (self);
  guint32 byte = g_array_index (self->pieces, QuarryPiece, self->lo).span.start;
  GdkRectangle visible;
  GtkTextIter iter, before;
  gboolean is_first;
  int top, y, height = 0;

  gtk_text_view_get_visible_rect (view, &visible);
  gtk_text_view_get_line_at_y (view, &iter, visible.y, &top);
  is_first = gtk_text_iter_is_start (&iter);
  insert_pieces (self, first, self->lo);
  if (!is_first || !self->adjustment)
    return;

  quarry_document_view_iter_at_byte (self, &iter, byte);
  before = iter;
  gtk_text_iter_backward_line (&before);
  self->going = TRUE;
  /* GTK breaks a screen of lines wherever it is scrolled to; lines that are not broken have no height. */
  for (guint i = 0; i < 64 && !height; i++)
    {
      gtk_text_view_get_line_yrange (view, &iter, &y, &height);
      quarry_document_view_scroll_anywhere (self, MAX (y - 1, 0));
      gtk_text_view_get_line_yrange (view, &before, &y, &height);
    }
  quarry_document_view_scroll_anywhere (self, y + height + visible.y - top);
  self->going = FALSE;
}

/* One step at the end that is nearer to being seen; FALSE when there is nothing to put in. */
static gboolean
fill_step (QuarryDocumentView *self)
{
  gboolean up = self->lo > 0 && (self->fill_up || self->hi == self->pieces->len);
  guint i;

  if (self->lo == 0 && self->hi == self->pieces->len)
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
      while (i < self->pieces->len && quarry_document_view_bytes_between (self, self->hi, i - 1) < QUARRY_FILL_STEP)
        i++;
      if (self->has_tail)
        tag_tail (self, FALSE);
      insert_pieces (self, self->hi, i);
      tag_tail (self, TRUE);
    }
  self->fill_up = !self->fill_up;
  return TRUE;
}

static gboolean
fill_cb (gpointer data)
{
  QuarryDocumentView *self = data;

  /* Text that comes in before a place which is not reached yet would push it away: it waits, with its tail. */
  if (self->is_wanted)
    {
      self->fill = 0;
      return G_SOURCE_REMOVE;
    }
  if (self->loaded_bytes < FILL_BYTES && fill_step (self))
    return G_SOURCE_CONTINUE;
  /* Everything has been laid out: that comes before what is idle. */
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
  /* The view keeps its place over a change of buffers, and looks for it among lines that have no
   * height yet, where it finds the last one. */
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
  guint middle = quarry_pieces_at_byte (self->pieces, byte);
  guint lo = middle, hi = middle + 1;

  quarry_document_view_reset (self);
  while (lo > 0 && (lo == middle || quarry_document_view_bytes_between (self, lo, middle - 1) < FIRST_BEFORE))
    lo--;
  while (hi < self->pieces->len && quarry_document_view_bytes_between (self, middle, hi - 1) < FIRST_AFTER)
    hi++;
  insert_pieces (self, lo, hi);
  if (lo > 0 || hi < self->pieces->len)
    {
      tag_tail (self, TRUE);
      quarry_document_view_start_filling (self);
    }
}
