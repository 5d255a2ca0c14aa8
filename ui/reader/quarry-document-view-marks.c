/* quarry-document-view-marks.c: what is marked in the view's text: segments and the hit
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/reader/quarry-document-view-private.h"

#include <string.h>

/* --- The cut ------------------------------------------------------------------------------- */

/* The first byte from @start on that is not white space: where a segment that begins at @start is seen to begin. */
static guint32
first_visible (QuarryDocumentView *self, guint32 start)
{
  while (start < self->length && g_ascii_isspace (self->text[start]))
    start++;
  return start;
}

/* TRUE if a segment begins at @start within a paragraph, after a blank. The blank is then shown as a line end. This is
 * not done in code and tables, where blanks have a meaning. */
static gboolean
breaks_line (QuarryDocumentView *self, const QuarryViewLine *line, guint32 start)
{
  return line->kind != QUARRY_BLOCK_CODE && line->kind != QUARRY_BLOCK_TABLE &&
         start > line->span.start && start < line->span.end && self->text[start - 1] == ' ';
}

static void
show_line_end (QuarryDocumentView *self, guint32 start, gboolean line_end)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self));
  GtkTextIter iter, next;

  quarry_document_view_iter_at_byte (self, &iter, start - 1);
  next = iter;
  gtk_text_iter_forward_char (&next);
  gtk_text_buffer_delete (buffer, &iter, &next);
  gtk_text_buffer_insert (buffer, &iter, line_end ? "\n" : " ", 1);
}

void
quarry_document_view_show_start (QuarryDocumentView *self, guint32 start, gboolean shown)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self));
  const QuarryViewLine *line;
  GtkTextIter from, to;

  if (!quarry_document_view_is_loaded (self, start))
    return;
  line = &g_array_index (self->lines, QuarryViewLine, quarry_view_lines_at_byte (self->lines, start));
  if (breaks_line (self, line, start))
    show_line_end (self, start, shown);

  quarry_document_view_iter_at_byte (self, &from, start);
  if (gtk_text_iter_is_start (&from))
    return;
  to = from;
  gtk_text_iter_forward_char (&to);
  if (shown)
    gtk_text_buffer_apply_tag (buffer, self->rule, &from, &to);
  else
    gtk_text_buffer_remove_tag (buffer, self->rule, &from, &to);
}

guint
quarry_document_view_segment_at (QuarryDocumentView *self, guint32 byte)
{
  guint low = 0, high = self->starts->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (self->starts, guint32, middle) <= byte)
        low = middle + 1;
      else
        high = middle;
    }
  return low ? low - 1 : 0;
}

gboolean
quarry_document_view_is_start (QuarryDocumentView *self, guint32 byte)
{
  return self->starts->len &&
         g_array_index (self->starts, guint32, quarry_document_view_segment_at (self, byte)) == byte;
}

void
quarry_document_view_set_cut (QuarryDocumentView *self,
                              const QuarrySpan *segments,
                              guint n,
                              const char *const *labels)
{
  g_autoptr (GArray) before = NULL;
  guint i = 0, j = 0;

  g_return_if_fail (QUARRY_IS_DOCUMENT_VIEW (self));
  g_return_if_fail (segments != NULL || n == 0);

  before = g_steal_pointer (&self->starts);
  self->starts = g_array_sized_new (FALSE, FALSE, sizeof (guint32), n);
  g_ptr_array_set_size (self->labels, 0);
  for (guint k = 0; k < n; k++)
    {
      guint32 start = first_visible (self, segments[k].start);

      if (self->starts->len &&
          g_array_index (self->starts, guint32, self->starts->len - 1) >= start)
        continue;
      g_array_append_val (self->starts, start);
      g_ptr_array_add (self->labels, g_strdup (labels ? labels[k] : NULL));
    }

  if (self->lines && before->len)
    quarry_document_view_stay (self);
  /* Only change the places where the two cuts differ, since every changed line is laid out again. */
  while (self->lines && (i < before->len || j < self->starts->len))
    {
      guint32 a = i < before->len ? g_array_index (before, guint32, i) : G_MAXUINT32;
      guint32 b = j < self->starts->len ? g_array_index (self->starts, guint32, j) : G_MAXUINT32;

      if (a < b)
        quarry_document_view_show_start (self, a, FALSE);
      else if (b < a)
        quarry_document_view_show_start (self, b, TRUE);
      i += a <= b;
      j += b <= a;
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* --- The hit ------------------------------------------------------------------------------- */

static void
tag_span (QuarryDocumentView *self, GtkTextTag *tag, QuarrySpan span, QuarrySpan within)
{
  GtkTextIter from, to;

  span.start = MAX (span.start, within.start);
  span.end = MIN (span.end, within.end);
  if (span.start >= span.end)
    return;
  /* Tag line by line, so that bullets between them are not tagged. */
  for (guint i = quarry_view_lines_at_byte (self->lines, span.start); i < self->lines->len; i++)
    {
      const QuarryViewLine *line = &g_array_index (self->lines, QuarryViewLine, i);
      guint32 start = MAX (line->span.start, span.start);
      guint32 end = MIN (line->span.end, span.end);

      if (line->span.start >= span.end)
        break;
      if (start == line->span.start)
        quarry_document_view_iter_at_offset (self, &from, line->offset + line->prefix);
      else
        quarry_document_view_iter_at_byte (self, &from, start);
      quarry_document_view_iter_at_end (self, &to, end);
      gtk_text_buffer_apply_tag (gtk_text_view_get_buffer (GTK_TEXT_VIEW (self)), tag, &from, &to);
    }
}

QuarrySpan
quarry_document_view_in_document (QuarryDocumentView *self, QuarrySpan span)
{
  return (QuarrySpan) { self->passage.start + span.start, self->passage.start + span.end };
}

void
quarry_document_view_tag_hit (QuarryDocumentView *self, QuarrySpan within)
{
  const QuarryHitWord *words;
  guint n_words;

  if (!self->hit || self->passage.start >= self->passage.end)
    return;
  words = quarry_hit_get_words (self->hit, &n_words);
  tag_span (self, self->sentence, quarry_document_view_in_document (self, quarry_hit_get_sentence (self->hit)), within);
  for (guint i = 0; i < n_words; i++)
    tag_span (self,
              words[i].kind == QUARRY_MATCH_LITERAL ? self->literal : self->meaning,
              quarry_document_view_in_document (self, words[i].span),
              within);
}

static void
untag_hit (QuarryDocumentView *self)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (self));
  GtkTextTag *tags[] = { self->literal, self->meaning, self->sentence };
  GtkTextIter from, to;

  if (!self->lines || self->lo == self->hi || self->passage.start >= self->passage.end)
    return;
  quarry_document_view_iter_at_byte (self, &from, self->passage.start);
  quarry_document_view_iter_at_end (self, &to, self->passage.end);
  for (guint i = 0; i < G_N_ELEMENTS (tags); i++)
    gtk_text_buffer_remove_tag (buffer, tags[i], &from, &to);
}

static QuarrySpan
loaded_span (QuarryDocumentView *self)
{
  if (!self->lines || self->lo == self->hi)
    return (QuarrySpan) { 0, 0 };
  return (QuarrySpan) { g_array_index (self->lines, QuarryViewLine, self->lo).span.start,
                        g_array_index (self->lines, QuarryViewLine, self->hi - 1).span.end };
}

void
quarry_document_view_set_hit (QuarryDocumentView *self, QuarryHit *hit)
{
  QuarrySpan bytes = { 0, 0 };

  g_return_if_fail (QUARRY_IS_DOCUMENT_VIEW (self));
  g_return_if_fail (hit == NULL || QUARRY_IS_HIT (hit));

  untag_hit (self);
  g_set_object (&self->hit, hit);
  if (hit && self->document)
    {
      const char *text = quarry_hit_get_text (hit);

      bytes = quarry_hit_get_bytes (hit);
      /* The document may have been read again since the hit was found, so check that the passage's text is still
       * there. */
      if (bytes.start >= bytes.end || bytes.end > self->length || !text ||
          strlen (text) != bytes.end - bytes.start ||
          memcmp (text, self->text + bytes.start, bytes.end - bytes.start) != 0)
        bytes = (QuarrySpan) { 0, 0 };
    }
  self->passage = bytes;
  quarry_document_view_tag_hit (self, loaded_span (self));
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
