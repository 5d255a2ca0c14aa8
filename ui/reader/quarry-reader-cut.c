/* quarry-reader-cut.c: the segments of the document in the reader, and how finely it is cut
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * While the slider is moved, a preview of another cut is made once a frame. Keeping it stores the
 * granularity in the library, which cuts the document again; the new reading then replaces the old one
 * in place.
 */
#include "quarry-config.h"

#include "ui/reader/quarry-reader-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* --- The cut ------------------------------------------------------------------------------- */

const QuarrySpan *
quarry_reader_shown_segments (QuarryReader *self, guint *n)
{
  if (self->preview)
    {
      *n = self->preview->len;
      return (const QuarrySpan *) (gpointer) self->preview->data;
    }
  return quarry_reading_get_segments (self->reading, n);
}

/* The index of the segment, in the reading's own cut, that holds @byte. */
static guint
own_segment (QuarryReader *self, guint32 byte)
{
  guint n, low = 0, high;
  const QuarrySpan *segments = quarry_reading_get_segments (self->reading, &n);

  high = n;
  while (low + 1 < high)
    {
      guint middle = low + (high - low) / 2;

      if (segments[middle].start <= byte)
        low = middle;
      else
        high = middle;
    }
  return low;
}

/* Shows each segment's similarity to the query. In a preview, a segment gets the greatest similarity of the reading's
 * own segments that it overlaps. */
void
quarry_reader_show_similarities (QuarryReader *self)
{
  guint n, n_own;
  const QuarrySpan *segments = quarry_reader_shown_segments (self, &n);
  const QuarrySpan *own = quarry_reading_get_segments (self->reading, &n_own);
  g_autofree float *similarities = NULL;

  if (!self->similarities || self->similarities->len != n_own)
    {
      quarry_segment_strip_set_similarities (self->strip, NULL, 0);
      return;
    }
  similarities = g_new0 (float, MAX (n, 1));
  for (guint i = 0; i < n; i++)
    {
      similarities[i] = -1;
      for (guint j = own_segment (self, segments[i].start);
           j < n_own && own[j].start < segments[i].end;
           j++)
        similarities[i] = MAX (similarities[i], g_array_index (self->similarities, float, j));
    }
  quarry_segment_strip_set_similarities (self->strip, similarities, n);
}

void
quarry_reader_show_cut (QuarryReader *self)
{
  guint n, n_own;
  const QuarrySpan *segments = quarry_reader_shown_segments (self, &n);
  const QuarrySpan *own = quarry_reading_get_segments (self->reading, &n_own);
  g_autofree const char **labels = g_new0 (const char *, n + 1);
  g_autofree const char **chapters = g_new0 (const char *, n + 1);

  for (guint i = 0; i < n && n_own; i++)
    {
      guint j = own_segment (self, segments[i].start);

      /* A segment that only a finer cut has is not labelled yet. */
      if (own[j].start == segments[i].start)
        labels[i] = quarry_reading_get_label (self->reading, j);
      chapters[i] = quarry_reading_get_chapter (self->reading, segments[i].start);
    }
  quarry_document_view_set_cut (self->view, segments, n, labels);
  quarry_segment_strip_set_segments (self->strip, segments, n);
  quarry_segment_strip_set_labels (self->strip, labels);
  quarry_segment_strip_set_chapters (self->strip, chapters);
  quarry_segment_strip_set_passage (self->strip, quarry_hit_get_bytes (self->hit));
  quarry_reader_show_view (self);
  quarry_reader_show_similarities (self);
}

static void
chapters_found_cb (QuarryReader *self, QuarryReading *reading)
{
  if (self->reading == reading)
    quarry_reader_show_cut (self);
}

void
quarry_reader_take_reading (QuarryReader *self, QuarryReading *reading)
{
  if (g_set_object (&self->reading, reading))
    g_signal_connect_object (reading, "chapters-found", G_CALLBACK (chapters_found_cb), self, G_CONNECT_SWAPPED);
}

/* --- Granularity --------------------------------------------------------------------------- */

double
quarry_reader_own_granularity (QuarryReader *self)
{
  return quarry_reading_get_record (self->reading)->granularity;
}

static void
show_preview_bar (QuarryReader *self, const char *message)
{
  guint n = 0, n_own = 0;

  if (self->preview)
    {
      quarry_reader_shown_segments (self, &n);
      quarry_reading_get_segments (self->reading, &n_own);
    }
  if (message)
    gtk_label_set_label (self->preview_label, message);
  else if (self->preview)
    {
      g_autofree char *text =
          n == n_own ? g_strdup_printf (ngettext ("%u segment, as before", "%u segments, as before", n), n)
                     : g_strdup_printf (ngettext ("%u segment instead of %u",
                                                  "%u segments instead of %u",
                                                  n),
                                        n,
                                        n_own);

      gtk_label_set_label (self->preview_label, text);
    }
  gtk_spinner_set_spinning (self->keep_spinner, self->keeping != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->keep_spinner), self->keeping != NULL);
  /* A finer cut keeps each boundary of a coarser one, so as many segments are the same ones: nothing to keep. */
  gtk_widget_set_sensitive (self->keep_button, !self->keeping && !(self->preview && n == n_own));
  gtk_widget_set_sensitive (self->reset_button, !self->keeping);
  gtk_revealer_set_reveal_child (self->preview_revealer, self->preview || message);
}

void
quarry_reader_end_preview (QuarryReader *self)
{
  g_clear_pointer (&self->preview, g_array_unref);
  if (self->preview_tick)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->preview_tick);
  self->preview_tick = 0;
  show_preview_bar (self, NULL);
}

static gboolean
preview_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  QuarryReader *self = QUARRY_READER (widget);
  double granularity = 1 - gtk_adjustment_get_value (self->coarseness);

  /* A long document has to be scored first. The window does not block for that; this is tried again each frame and then
   * uses the slider's value of that time. */
  if (self->reading && !self->keeping && !quarry_reading_can_preview (self->reading))
    return G_SOURCE_CONTINUE;
  self->preview_tick = 0;
  if (!self->reading || self->keeping)
    return G_SOURCE_REMOVE;

  g_clear_pointer (&self->preview, g_array_unref);
  if (fabs (granularity - quarry_reader_own_granularity (self)) > 1e-3)
    self->preview = quarry_reading_preview (self->reading, granularity);
  quarry_reader_show_cut (self);
  show_preview_bar (self, NULL);
  return G_SOURCE_REMOVE;
}

static void
coarseness_changed_cb (QuarryReader *self)
{
  /* The preview is updated once per frame, however often the slider changes. */
  if (self->reading && !self->preview_tick)
    self->preview_tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), preview_cb, NULL, NULL);
}

void
quarry_reader_set_coarseness (QuarryReader *self, double value)
{
  g_signal_handlers_block_by_func (self->coarseness, coarseness_changed_cb, self);
  gtk_adjustment_set_value (self->coarseness, value);
  g_signal_handlers_unblock_by_func (self->coarseness, coarseness_changed_cb, self);
}

static void
reset_cb (QuarryReader *self)
{
  if (!self->reading)
    return;
  quarry_reader_set_coarseness (self, 1 - quarry_reader_own_granularity (self));
  quarry_reader_end_preview (self);
  quarry_reader_show_cut (self);
}

static void
read_again_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (QuarryReader) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryReading) reading = quarry_library_read_finish (QUARRY_LIBRARY (source),
                                                                  result,
                                                                  &error);
  gsize old_length, new_length;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || !self->keeping)
    return;
  g_clear_object (&self->keeping);
  if (!reading)
    {
      show_preview_bar (self, error->message);
      return;
    }

  /* Usually the text is the same and only its cut has changed, so nothing has to move. */
  quarry_document_get_text (quarry_reading_get_document (self->reading), &old_length);
  quarry_document_get_text (quarry_reading_get_document (reading), &new_length);
  if (old_length != new_length)
    {
      g_autoptr (QuarryHit) hit = g_object_ref (self->hit);

      quarry_reader_show_hit (self, NULL);
      quarry_reader_show_hit (self, hit);
      return;
    }
  quarry_reader_take_reading (self, reading);
  g_clear_pointer (&self->similarities, g_array_unref);
  quarry_reader_set_coarseness (self, 1 - quarry_reader_own_granularity (self));
  quarry_reader_end_preview (self);
  quarry_reader_show_cut (self);
  quarry_reader_compare (self);
}

static void
kept_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (QuarryReader) self = user_data;
  g_autoptr (GError) error = NULL;

  gint64 document = 0;
  gboolean kept = quarry_library_set_granularity_finish (QUARRY_LIBRARY (source),
                                                         result,
                                                         &document,
                                                         &error);

  /* In the meantime another document has been shown, or none. */
  if (!self->keeping || !self->reading)
    return;
  if (kept)
    quarry_library_read_async (self->library,
                               document,
                               self->keeping,
                               read_again_cb,
                               g_object_ref (self));
  else
    {
      g_clear_object (&self->keeping);
      show_preview_bar (self, error->message);
    }
}

static void
keep_cb (QuarryReader *self)
{
  if (!self->library || !self->reading || self->keeping)
    return;
  self->keeping = g_cancellable_new ();
  show_preview_bar (self, NULL);
  /* This is not cancelled when another document is opened, since the person asked for it. */
  quarry_library_set_granularity_async (self->library,
                                        quarry_reading_get_record (self->reading)->id,
                                        1 - gtk_adjustment_get_value (self->coarseness),
                                        NULL,
                                        kept_cb,
                                        g_object_ref (self));
}

void
quarry_reader_bind_cut (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_callback (widget_class, coarseness_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, reset_cb);
  gtk_widget_class_bind_template_callback (widget_class, keep_cb);
}
