/* quarry-segment-strip.h: a whole document as a strip of its segments
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One block a segment: its length is the segment's, its strength the similarity to the query.
 * A click or Enter asks to jump there; hovering shows the segment's label.
 */
#pragma once

#include <gtk/gtk.h>

#include "core/document/quarry-document.h"

G_BEGIN_DECLS

#define QUARRY_TYPE_SEGMENT_STRIP (quarry_segment_strip_get_type ())

/* Signal "jump" (guint segment, double fraction): go to the place @fraction (0 to 1) into the
 * segment. Accessible name "Segments". */
G_DECLARE_FINAL_TYPE (QuarrySegmentStrip, quarry_segment_strip, QUARRY, SEGMENT_STRIP, GtkWidget)

GtkWidget *quarry_segment_strip_new (void);

/* @segments: @n_segments spans that cover a text, copied; 0 clears. Similarities are forgotten. */
void quarry_segment_strip_set_segments (QuarrySegmentStrip *self,
                                        const QuarrySpan *segments,
                                        guint n_segments);
guint quarry_segment_strip_get_n_segments (QuarrySegmentStrip *self);

/* @labels: one a segment, may be NULL. Copied. */
void quarry_segment_strip_set_labels (QuarrySegmentStrip *self, const char *const *labels);

/* @chapters: the chapter that each segment is in, may be NULL, as may be each. A line parts chapters,
 * and a segment's label stands after its chapter's. Copied. */
void quarry_segment_strip_set_chapters (QuarrySegmentStrip *self, const char *const *chapters);

/* @similarities: @n cosines, one a segment; NULL: there is no query. Others than one a segment
 * are ignored. */
void quarry_segment_strip_set_similarities (QuarrySegmentStrip *self,
                                            const float *similarities,
                                            guint n);

/* The part of the text (bytes) that is in view, and the passage that is marked. An empty span:
 * none. */
void quarry_segment_strip_set_view (QuarrySegmentStrip *self, QuarrySpan span);
void quarry_segment_strip_set_passage (QuarrySegmentStrip *self, QuarrySpan span);

/* The segment at @y of the widget's height, -1 where there is none. */
int quarry_segment_strip_segment_at (QuarrySegmentStrip *self, double y);

G_END_DECLS
