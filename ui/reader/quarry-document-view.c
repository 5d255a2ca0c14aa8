/* quarry-document-view.c: a document's text with its structure
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Holds the places in the text: what is in view, and how to go to a wanted place. Filling, marks, tags
 * and drawing are in the other quarry-document-view-*.c files.
 */
#include "quarry-config.h"

#include "ui/reader/quarry-document-view-private.h"

#include "ui/widgets/quarry-text-scale.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#define MIN_MARGIN 24
/* A passage is scrolled to this fraction of the view's height, so that some text before it can be seen too. */
#define PASSAGE_ALIGN 0.2
/* Pixels between the edge of the view and what is to be visible too. */
#define TOO_MARGIN 12

G_DEFINE_FINAL_TYPE (QuarryDocumentView, quarry_document_view, GTK_TYPE_TEXT_VIEW)

enum
{
  VIEW_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* --- Places -------------------------------------------------------------------------------- */

static guint32
loaded_start (QuarryDocumentView *self)
{
  return self->lo < self->lines->len ? g_array_index (self->lines, QuarryViewLine, self->lo).offset
                                      : 0;
}

gboolean
quarry_document_view_is_loaded (QuarryDocumentView *self, guint32 byte)
{
  guint line;

  if (!self->lines || self->lo == self->hi)
    return FALSE;
  line = quarry_view_lines_at_byte (self->lines, byte);
  return line >= self->lo && line < self->hi;
}

void
quarry_document_view_iter_at_offset (QuarryDocumentView *self, GtkTextIter *iter, guint32 offset)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self));
  guint32 start = loaded_start (self);

  if (offset <= start)
    gtk_text_buffer_get_start_iter (buffer, iter);
  else
    gtk_text_buffer_get_iter_at_offset (buffer, iter, (int) (offset - start));
}

void
quarry_document_view_iter_at_byte (QuarryDocumentView *self, GtkTextIter *iter, guint32 byte)
{
  quarry_document_view_iter_at_offset (self, iter, quarry_view_lines_byte_to_offset (self->lines, self->text, byte));
}

void
quarry_document_view_iter_at_end (QuarryDocumentView *self, GtkTextIter *iter, guint32 end)
{
  quarry_document_view_iter_at_offset (self, iter, quarry_view_lines_end_to_offset (self->lines, self->text, end));
}

guint32
quarry_document_view_byte_at_iter (QuarryDocumentView *self, const GtkTextIter *iter)
{
  return quarry_view_lines_offset_to_byte (self->lines,
                                       self->text,
                                       loaded_start (self) +
                                           (guint32) gtk_text_iter_get_offset (iter));
}

QuarrySpan
quarry_document_view_get_visible (QuarryDocumentView *self)
{
  GdkRectangle view;
  GtkTextIter top, bottom;
  QuarrySpan visible;

  g_return_val_if_fail (QUARRY_IS_DOCUMENT_VIEW (self), ((QuarrySpan) { 0, 0 }));

  if (!self->lines || self->lo == self->hi)
    return (QuarrySpan) { 0, 0 };
  gtk_text_view_get_visible_rect (GTK_TEXT_VIEW (self), &view);
  gtk_text_view_get_line_at_y (GTK_TEXT_VIEW (self), &top, view.y, NULL);
  gtk_text_view_get_iter_at_location (GTK_TEXT_VIEW (self),
                                      &bottom,
                                      view.x + view.width,
                                      view.y + view.height);
  visible.start = quarry_document_view_byte_at_iter (self, &top);
  visible.end = quarry_document_view_byte_at_iter (self, &bottom);
  visible.end = MAX (visible.end, visible.start);
  /* If the first (last) loaded line is in view, so is what comes before (after) it but is not shown: a title that is
   * left out, white space at the end. */
  if (self->lo == 0 && gtk_text_iter_is_start (&top))
    visible.start = 0;
  if (self->hi == self->lines->len && gtk_text_iter_is_end (&bottom))
    visible.end = (guint32) self->length;
  return visible;
}

/* --- The document -------------------------------------------------------------------------- */

void
quarry_document_view_set_document (QuarryDocumentView *self,
                                   QuarryDocument *document,
                                   GArray *lines)
{
  g_return_if_fail (QUARRY_IS_DOCUMENT_VIEW (self));
  g_return_if_fail ((document == NULL) == (lines == NULL));

  quarry_document_view_reset (self);
  g_clear_object (&self->hit);
  self->passage = (QuarrySpan) { 0, 0 };
  g_array_set_size (self->starts, 0);
  g_ptr_array_set_size (self->labels, 0);
  g_set_object (&self->document, document);
  g_clear_pointer (&self->lines, g_array_unref);
  self->lines = lines && lines->len ? g_array_ref (lines) : NULL;
  self->text = document ? quarry_document_get_text (document, &self->length) : NULL;
  if (!document)
    self->length = 0;
}

static int
line_top (QuarryDocumentView *self, const GtkTextIter *iter, int *height)
{
  int y;

  gtk_text_view_get_line_yrange (GTK_TEXT_VIEW (self), iter, &y, height);
  return y;
}

/* Lays out the lines from the beginning of the loaded text to a screen below @iter. GTK only lays out lines when idle,
 * or at once for those on screen when the view is allocated or scrolled. So this scrolls through the text, screen by
 * screen. */
static void
break_lines (QuarryDocumentView *self, const GtkTextIter *iter)
{
  GtkWidget *widget = GTK_WIDGET (self);
  double page = gtk_adjustment_get_page_size (self->adjustment);
  GtkTextIter end;
  int before = 0, bottom = 0, height;

  GTK_WIDGET_CLASS (quarry_document_view_parent_class)
      ->size_allocate (widget,
                       gtk_widget_get_width (widget),
                       gtk_widget_get_height (widget),
                       gtk_widget_get_allocated_baseline (widget));

  gtk_text_buffer_get_end_iter (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self)), &end);
  for (guint i = 0; i < 64; i++)
    {
      bottom = line_top (self, &end, &height) + height;
      if (bottom <= before || (bottom - line_top (self, iter, &height) > page && height > 0))
        break;
      before = bottom;
      quarry_document_view_scroll_anywhere (self, bottom - 1);
    }
  /* The last line too, with its tail. */
  quarry_document_view_scroll_anywhere (self, QUARRY_ENDLESS);
}

/* --- Going --------------------------------------------------------------------------------- */

/* The value of the adjustment that shows the wanted place, whose location is @place. */
static double
value_for_wanted (QuarryDocumentView *self, const GdkRectangle *place)
{
  GtkTextView *view = GTK_TEXT_VIEW (self);
  double page = gtk_adjustment_get_page_size (self->adjustment);
  double value = place->y - self->wanted_align * (page - place->height);
  GtkTextIter iter;
  GdkRectangle first, last;

  if (self->wanted_too.start < self->wanted_too.end)
    {
      quarry_document_view_iter_at_byte (self, &iter, self->wanted_too.start);
      gtk_text_view_get_iter_location (view, &iter, &first);
      quarry_document_view_iter_at_end (self, &iter, self->wanted_too.end);
      gtk_text_view_get_iter_location (view, &iter, &last);
      value = MAX (value, MIN (last.y + last.height + TOO_MARGIN - page, first.y - TOO_MARGIN));
    }
  return MAX (value, 0);
}

/* Goes to the wanted place at once. GTK's own functions wait until all text before it has been laid out, and show some
 * other text in the meantime. */
static void
go_to_wanted (QuarryDocumentView *self)
{
  GtkTextView *view = GTK_TEXT_VIEW (self);
  double page = gtk_adjustment_get_page_size (self->adjustment);
  GtkTextIter iter, end;
  GdkRectangle place;
  int height = 0, bottom = 0;

  self->is_wanted = FALSE;
  if (self->has_tail)
    quarry_document_view_start_filling (self);
  if (quarry_document_view_is_loaded (self, self->wanted))
    {
      quarry_document_view_iter_at_byte (self, &iter, self->wanted);
      line_top (self, &iter, &height);
    }
  /* If the lines there have not been laid out yet, loading the text round the place anew is quicker than waiting for
   * that. */
  if (!height && (!self->fresh || !quarry_document_view_is_loaded (self, self->wanted)))
    quarry_document_view_load_around (self, self->wanted);

  quarry_document_view_iter_at_byte (self, &iter, self->wanted);
  gtk_text_buffer_place_cursor (gtk_text_view_get_buffer (view), &iter);
  self->going = TRUE;
  if (self->fresh)
    break_lines (self, &iter);
  self->fresh = FALSE;
  /* Repeat until the place does not move any more, since lines that come into view may be laid out anew. */
  for (guint i = 0; i < 8; i++)
    {
      double value;

      gtk_text_view_get_iter_location (view, &iter, &place);
      value = value_for_wanted (self, &place);
      if (i > 0 && value == gtk_adjustment_get_value (self->adjustment))
        break;
      quarry_document_view_scroll_anywhere (self, value);
    }
  if (!self->fill || self->hi == self->lines->len)
    {
      gtk_text_buffer_get_end_iter (gtk_text_view_get_buffer (view), &end);
      bottom = line_top (self, &end, &height) + height + gtk_text_view_get_bottom_margin (view) -
               (self->has_tail ? QUARRY_TAIL_SPACE : 0);
      gtk_adjustment_set_value (
          self->adjustment,
          CLAMP (bottom - page, 0, gtk_adjustment_get_value (self->adjustment)));
    }
  self->going = FALSE;
  gtk_widget_queue_resize (GTK_WIDGET (self));
  g_signal_emit (self, signals[VIEW_CHANGED], 0);
}

static gboolean
wanted_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  QuarryDocumentView *self = QUARRY_DOCUMENT_VIEW (widget);

  self->wanted_tick = 0;
  if (self->is_wanted && self->lines && self->adjustment)
    {
      /* While the view has no width, GTK lays each paragraph out as one line. On a busy machine it has not come to lay
       * them out anew by now, and their heights would lead astray. Text that is loaded anew has none. */
      quarry_document_view_load_around (self, self->wanted);
      go_to_wanted (self);
    }
  return G_SOURCE_REMOVE;
}

static void
scroll_to (QuarryDocumentView *self, guint32 byte, double align, QuarrySpan too)
{
  if (!self->lines)
    return;
  self->wanted = byte;
  self->wanted_align = align;
  self->wanted_too = too;
  if (self->adjustment && gtk_widget_get_width (GTK_WIDGET (self)) > 0 &&
      gtk_widget_get_mapped (GTK_WIDGET (self)))
    go_to_wanted (self);
  else
    {
      /* Without a width no lines can be laid out; the place is gone to when the view is allocated. */
      self->is_wanted = TRUE;
      if (!quarry_document_view_is_loaded (self, byte))
        quarry_document_view_load_around (self, byte);
      gtk_widget_queue_allocate (GTK_WIDGET (self));
    }
}

void
quarry_document_view_scroll_to (QuarryDocumentView *self, guint32 byte, double align)
{
  g_return_if_fail (QUARRY_IS_DOCUMENT_VIEW (self));

  scroll_to (self, byte, align, (QuarrySpan) { 0, 0 });
}

void
quarry_document_view_scroll_to_hit (QuarryDocumentView *self)
{
  QuarrySpan sentence = { 0, 0 };

  g_return_if_fail (QUARRY_IS_DOCUMENT_VIEW (self));

  if (!self->hit)
    return;
  if (self->passage.start < self->passage.end)
    sentence = quarry_document_view_in_document (self, quarry_hit_get_sentence (self->hit));
  scroll_to (self, quarry_hit_get_bytes (self->hit).start, PASSAGE_ALIGN, sentence);
}

/* --- The view ------------------------------------------------------------------------------ */

static void
scrolled_cb (QuarryDocumentView *self)
{
  QuarrySpan visible;

  if (!self->lines || self->lo == self->hi || self->going || self->is_wanted)
    return;
  visible = quarry_document_view_get_visible (self);
  /* When the end of what is loaded is near, load more there, even beyond the limit. */
  if (!self->fill)
    {
      guint first = quarry_view_lines_at_byte (self->lines, visible.start);
      guint last = quarry_view_lines_at_byte (self->lines, visible.end);
      gboolean near_top = self->lo > 0 && quarry_document_view_bytes_between (self, self->lo, first) < QUARRY_FILL_STEP;
      gboolean near_bottom = self->hi < self->lines->len &&
                             quarry_document_view_bytes_between (self, last, self->hi - 1) < QUARRY_FILL_STEP;

      self->fill_up = near_top;
      if (near_top || near_bottom)
        {
          quarry_document_view_stay (self);
          quarry_document_view_start_filling (self);
        }
    }
  g_signal_emit (self, signals[VIEW_CHANGED], 0);
}

static void
adjustment_cb (QuarryDocumentView *self)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self));

  if (adjustment == self->adjustment)
    return;
  if (self->adjustment)
    g_signal_handlers_disconnect_by_data (self->adjustment, self);
  g_set_object (&self->adjustment, adjustment);
  if (!adjustment)
    return;
  g_signal_connect_swapped (adjustment, "value-changed", G_CALLBACK (scrolled_cb), self);
  g_signal_connect_swapped (adjustment, "changed", G_CALLBACK (scrolled_cb), self);
}

/* The margin in which the text's pages are numbered has room for the longest number, apart from the text. */
static int
least_margin (QuarryDocumentView *self)
{
  int number = quarry_document_view_measure_number (self);

  return MAX (MIN_MARGIN, number ? number + 2 * QUARRY_NUMBER_SPACE : 0);
}

static void
quarry_document_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  QuarryDocumentView *self = QUARRY_DOCUMENT_VIEW (widget);
  int margin = MAX (least_margin (self), (width - quarry_text_pixels (widget, QUARRY_DOCUMENT_COLUMN)) / 2);

  if (margin != self->margin)
    {
      self->margin = margin;
      gtk_text_view_set_left_margin (GTK_TEXT_VIEW (self), margin);
      gtk_text_view_set_right_margin (GTK_TEXT_VIEW (self), margin);
      quarry_document_view_update_margins (self);
    }
  GTK_WIDGET_CLASS (quarry_document_view_parent_class)
      ->size_allocate (widget, width, height, baseline);

  if (self->is_wanted && !self->wanted_tick)
    self->wanted_tick = gtk_widget_add_tick_callback (widget, wanted_cb, NULL, NULL);
}

/* Draw nothing while the wanted place has not been reached: an empty frame is better than one with another place. */
static void
quarry_document_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  if (!QUARRY_DOCUMENT_VIEW (widget)->is_wanted)
    GTK_WIDGET_CLASS (quarry_document_view_parent_class)->snapshot (widget, snapshot);
}

static void
measure_characters (QuarryDocumentView *self)
{
  PangoContext *context = gtk_widget_get_pango_context (GTK_WIDGET (self));
  PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);

  self->char_width = MAX (PANGO_PIXELS (pango_font_metrics_get_approximate_char_width (metrics)), 4);
  pango_font_metrics_unref (metrics);
}

static void
quarry_document_view_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (quarry_document_view_parent_class)->css_changed (widget, change);
  quarry_document_view_update_colors (QUARRY_DOCUMENT_VIEW (widget));
  measure_characters (QUARRY_DOCUMENT_VIEW (widget));
}

static gboolean
quarry_document_view_query_tooltip (GtkWidget *widget,
                                    int x,
                                    int y,
                                    gboolean keyboard,
                                    GtkTooltip *tooltip)
{
  QuarryDocumentView *self = QUARRY_DOCUMENT_VIEW (widget);
  const QuarryHitWord *words;
  guint n_words;
  GtkTextIter iter;
  guint32 byte;

  if (!self->hit || self->passage.start >= self->passage.end || keyboard)
    return FALSE;
  gtk_text_view_window_to_buffer_coords (GTK_TEXT_VIEW (self), GTK_TEXT_WINDOW_WIDGET, x, y, &x, &y);
  if (!gtk_text_view_get_iter_at_location (GTK_TEXT_VIEW (self), &iter, x, y))
    return FALSE;

  byte = quarry_document_view_byte_at_iter (self, &iter);
  words = quarry_hit_get_words (self->hit, &n_words);
  for (guint i = 0; i < n_words; i++)
    {
      QuarrySpan span = quarry_document_view_in_document (self, words[i].span);

      if (words[i].kind == QUARRY_MATCH_MEANING && byte >= span.start && byte < span.end)
        {
          g_autofree char *text = g_strdup_printf (_("Close in meaning to “%s”"),
                                                   words[i].query_word);

          gtk_tooltip_set_text (tooltip, text);
          return TRUE;
        }
    }
  return FALSE;
}

static void
quarry_document_view_dispose (GObject *object)
{
  QuarryDocumentView *self = QUARRY_DOCUMENT_VIEW (object);

  g_clear_handle_id (&self->fill, g_source_remove);
  if (self->wanted_tick)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->wanted_tick);
  self->wanted_tick = 0;
  if (self->adjustment)
    g_signal_handlers_disconnect_by_data (self->adjustment, self);
  g_clear_object (&self->adjustment);
  g_clear_object (&self->hit);
  g_clear_object (&self->document);
  g_clear_pointer (&self->lines, g_array_unref);
  self->text = NULL;
  G_OBJECT_CLASS (quarry_document_view_parent_class)->dispose (object);
}

static void
quarry_document_view_finalize (GObject *object)
{
  QuarryDocumentView *self = QUARRY_DOCUMENT_VIEW (object);

  g_array_unref (self->starts);
  g_ptr_array_unref (self->labels);
  g_ptr_array_unref (self->indented);
  g_hash_table_unref (self->columns);
  G_OBJECT_CLASS (quarry_document_view_parent_class)->finalize (object);
}

static void
quarry_document_view_class_init (QuarryDocumentViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GtkTextViewClass *view_class = GTK_TEXT_VIEW_CLASS (klass);

  object_class->dispose = quarry_document_view_dispose;
  object_class->finalize = quarry_document_view_finalize;
  widget_class->size_allocate = quarry_document_view_size_allocate;
  widget_class->snapshot = quarry_document_view_snapshot;
  widget_class->css_changed = quarry_document_view_css_changed;
  widget_class->query_tooltip = quarry_document_view_query_tooltip;
  view_class->snapshot_layer = quarry_document_view_snapshot_layer;

  signals[VIEW_CHANGED] = g_signal_new ("view-changed",
                                        G_TYPE_FROM_CLASS (klass),
                                        G_SIGNAL_RUN_LAST,
                                        0,
                                        NULL,
                                        NULL,
                                        NULL,
                                        G_TYPE_NONE,
                                        0);
}

static void
quarry_document_view_init (QuarryDocumentView *self)
{
  GtkTextView *view = GTK_TEXT_VIEW (self);

  self->starts = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->labels = g_ptr_array_new_with_free_func (g_free);
  self->indented = g_ptr_array_new ();
  self->columns = g_hash_table_new (NULL, NULL);
  self->char_width = 8;
  self->margin = MIN_MARGIN;

  gtk_text_view_set_editable (view, FALSE);
  gtk_text_view_set_cursor_visible (view, FALSE);
  gtk_text_view_set_wrap_mode (view, GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_left_margin (view, MIN_MARGIN);
  gtk_text_view_set_right_margin (view, MIN_MARGIN);
  /* There is no top margin, since in GTK 4.8 the view then moves by the margin whenever text above it is laid out. */
  gtk_text_view_set_bottom_margin (view, 36);
  gtk_text_view_set_pixels_inside_wrap (view, 4);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  gtk_widget_add_css_class (GTK_WIDGET (self), "document");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Document"),
                                  -1);
  g_signal_connect (self, "notify::vadjustment", G_CALLBACK (adjustment_cb), NULL);
  quarry_document_view_reset (self);
}

GtkWidget *
quarry_document_view_new (void)
{
  return g_object_new (QUARRY_TYPE_DOCUMENT_VIEW, NULL);
}
