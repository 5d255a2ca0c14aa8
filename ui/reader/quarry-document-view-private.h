/* quarry-document-view-private.h: what the parts of the document view share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ui/reader/quarry-document-view.h"
#include "ui/reader/quarry-view-lines.h"

G_BEGIN_DECLS

/* Pixels above the first line of a segment, which are needed for the rule and its label. */
#define QUARRY_RULE_SPACE 38

/* Pixels below the last line while the view is being filled; see tag_tail() in quarry-document-view-fill.c. */
#define QUARRY_TAIL_SPACE 20000

/* More pixels than any text is high, but small enough not to overflow in calculations. */
#define QUARRY_ENDLESS (1 << 28)

/* Bytes of text that are inserted at a time by the idle source. */
#define QUARRY_FILL_STEP (12 << 10)

/* Pixels on either side of a page's number in the margin, at least. */
#define QUARRY_NUMBER_SPACE 6

/* Only so many columns of a table are aligned. */
#define QUARRY_TABLE_COLUMNS 16

struct _QuarryDocumentView
{
  GtkTextView parent_instance;

  QuarryDocument *document;
  const char *text; /* the document's */
  gsize length;
  GArray *lines; /* of QuarryViewLine; NULL: nothing is shown */
  guint lo;       /* lines [lo, hi) are in the buffer */
  guint hi;
  gsize loaded_bytes;
  guint fill; /* idle source that inserts more text */
  gboolean fill_up;

  GArray *starts;    /* of guint32: where segments begin, past white space */
  GPtrArray *labels; /* of char *, one for each start; NULL: none */

  QuarryHit *hit;
  QuarrySpan passage; /* empty if the hit is not from this document */

  guint32 wanted; /* the byte to be shown, and at which part of the view's height */
  double wanted_align;
  QuarrySpan wanted_too; /* to be visible too, even if the wanted place has to go higher for it; empty: nothing */
  gboolean is_wanted; /* go to the wanted place as soon as the view has a size */
  guint wanted_tick;
  gboolean going; /* scrolling is done by the program, on its way to a place */
  gboolean fresh; /* none of the loaded lines has been laid out */

  gboolean has_tail; /* the last line has the tag "tail" */

  GtkAdjustment *adjustment;
  int margin; /* left and right of the column of text */
  int char_width;
  GPtrArray *indented; /* tags whose margin is relative to the column's; not owned */
  GHashTable *columns; /* index of a table's block -> its tag with tab stops; not owned */
  GtkTextTag *headings[6];
  GtkTextTag *quote;
  GtkTextTag *code;
  GtkTextTag *code_top;
  GtkTextTag *table;
  GtkTextTag *head_row;
  GtkTextTag *gap;
  GtkTextTag *list_gap;
  GtkTextTag *block_gap;
  GtkTextTag *top;
  GtkTextTag *tail;
  GtkTextTag *rule;
  GtkTextTag *literal;
  GtkTextTag *meaning;
  GtkTextTag *sentence;
};

gboolean quarry_document_view_is_loaded (QuarryDocumentView *self, guint32 byte);
/* Positions in the buffer; a place outside of the loaded text gives the nearer end of that. */
void quarry_document_view_iter_at_offset (QuarryDocumentView *self, GtkTextIter *iter, guint32 offset);
void quarry_document_view_iter_at_byte (QuarryDocumentView *self, GtkTextIter *iter, guint32 byte);
void quarry_document_view_iter_at_end (QuarryDocumentView *self, GtkTextIter *iter, guint32 end);
guint32 quarry_document_view_byte_at_iter (QuarryDocumentView *self, const GtkTextIter *iter);

/* In quarry-document-view-fill.c. */
/* Replaces the buffer by a fresh one, which is quicker than emptying it and drops the tags of the old tables. */
void quarry_document_view_reset (QuarryDocumentView *self);
/* Loads the text around @byte and, for now, nothing else. */
void quarry_document_view_load_around (QuarryDocumentView *self, guint32 byte);
void quarry_document_view_start_filling (QuarryDocumentView *self);
/* The bytes of text from line @first to the end of line @last. */
guint32 quarry_document_view_bytes_between (QuarryDocumentView *self, guint first, guint last);
/* Scrolls to @value even if that is beyond the height of the text laid out so far. The view corrects the adjustment's
 * upper bound itself, when it has laid out what is there. */
void quarry_document_view_scroll_anywhere (QuarryDocumentView *self, double value);
/* To be called before lines above the view change their height, so that what is in view stays in place. */
void quarry_document_view_stay (QuarryDocumentView *self);

/* In quarry-document-view-tags.c. */
void quarry_document_view_create_tags (QuarryDocumentView *self);
void quarry_document_view_update_margins (QuarryDocumentView *self);
/* @offset: the line's place in the buffer. */
void quarry_document_view_tag_line (QuarryDocumentView *self,
                                     const QuarryViewLine *line,
                                     guint32 offset);

/* In quarry-document-view-marks.c. */
guint quarry_document_view_segment_at (QuarryDocumentView *self, guint32 byte);
gboolean quarry_document_view_is_start (QuarryDocumentView *self, guint32 byte);
/* Shows or hides the beginning of a segment at @start, if that is loaded. */
void quarry_document_view_show_start (QuarryDocumentView *self, guint32 start, gboolean shown);
/* Tags the part of the hit that lies in @within, which has to be loaded. */
void quarry_document_view_tag_hit (QuarryDocumentView *self, QuarrySpan within);
/* Converts a span in the hit's text to one in the document's text. */
QuarrySpan quarry_document_view_in_document (QuarryDocumentView *self, QuarrySpan span);

/* In quarry-document-view-draw.c. */
void quarry_document_view_update_colors (QuarryDocumentView *self);
/* The width in pixels of the longest number of a page; 0 without pages. */
int quarry_document_view_measure_number (QuarryDocumentView *self);
void quarry_document_view_snapshot_layer (GtkTextView *view,
                                          GtkTextViewLayer layer,
                                          GtkSnapshot *snapshot);

G_END_DECLS
