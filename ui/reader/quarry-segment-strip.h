/* quarry-segment-strip.h: a whole document as a strip of its segments
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One block for each segment, as long as the segment and the stronger the more similar it is to the
 * query. A click or Enter asks to jump to a segment; hovering shows its label.
 */
#pragma once

#include <gtk/gtk.h>

#include "core/document/quarry-document.h"

G_BEGIN_DECLS

#define QUARRY_TYPE_SEGMENT_STRIP (quarry_segment_strip_get_type ())

/* Signal "jump" (guint segment, double fraction): go to @fraction (0 to 1) of the segment's length. Accessible name
 * "Segments". */
G_DECLARE_FINAL_TYPE (QuarrySegmentStrip, quarry_segment_strip, QUARRY, SEGMENT_STRIP, GtkWidget)

GtkWidget *quarry_segment_strip_new (void);

/* @segments: @n_segments spans that cover a text; copied. 0 clears the strip. The similarities are dropped. */
void quarry_segment_strip_set_segments (QuarrySegmentStrip *self,
                                        const QuarrySpan *segments,
                                        guint n_segments);
guint quarry_segment_strip_get_n_segments (QuarrySegmentStrip *self);

/* @labels: one for each segment, or NULL. Copied. */
void quarry_segment_strip_set_labels (QuarrySegmentStrip *self, const char *const *labels);

/* @chapters: the chapter of each segment; any of them, or the array, may be NULL. Chapters are separated by a line, and
 * a segment's label is shown after its chapter's. Copied. */
void quarry_segment_strip_set_chapters (QuarrySegmentStrip *self, const char *const *chapters);

/* @similarities: @n cosines, one for each segment; NULL: there is no query. If @n is not the number of segments, they
 * are ignored. */
void quarry_segment_strip_set_similarities (QuarrySegmentStrip *self,
                                            const float *similarities,
                                            guint n);

/* The part of the text (in bytes) that is in view, and the passage that is marked; an empty span for none. */
void quarry_segment_strip_set_view (QuarrySegmentStrip *self, QuarrySpan span);
void quarry_segment_strip_set_passage (QuarrySegmentStrip *self, QuarrySpan span);

/* The segment at @y in the widget; -1 if there is none. */
int quarry_segment_strip_segment_at (QuarrySegmentStrip *self, double y);

G_END_DECLS
