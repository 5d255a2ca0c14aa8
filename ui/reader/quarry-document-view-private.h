/* quarry-document-view-private.h: what the view's text and its drawing share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ui/reader/quarry-document-view.h"
#include "ui/reader/quarry-pieces.h"

G_BEGIN_DECLS

/* Pixels above the first line of a segment: room for the rule and its label. */
#define QUARRY_RULE_SPACE 38

/* Pixels below the last line while the view is being filled. */
#define QUARRY_TAIL_SPACE 20000

/* More pixels than any text has, and few enough to count with. */
#define QUARRY_ENDLESS (1 << 28)

/* Text (bytes) put in at a time while nothing else is to be done. */
#define QUARRY_FILL_STEP (12 << 10)

/* No table is aligned beyond so many columns. */
#define QUARRY_TABLE_COLUMNS 16

struct _QuarryDocumentView
{
  GtkTextView parent_instance;

  QuarryDocument *document;
  const char *text; /* the document's */
  gsize length;
  GArray *pieces; /* of QuarryPiece; NULL: nothing is shown */
  guint lo;       /* pieces [lo, hi) are in the buffer */
  guint hi;
  gsize loaded_bytes;
  guint fill; /* idle source that puts in more */
  gboolean fill_up;

  GArray *starts;    /* of guint32: where segments begin to be read */
  GPtrArray *labels; /* of char *, one a start, NULL: none */

  QuarryHit *hit;
  QuarrySpan passage; /* empty where the hit is not of this document */

  guint32 wanted; /* the byte that was to be shown, and where in the view */
  double wanted_align;
  QuarrySpan wanted_too; /* what is to be seen with it, though it goes higher for that; empty: nothing */
  gboolean is_wanted; /* as soon as the view has a size */
  guint wanted_tick;
  gboolean going; /* scrolling about to get there */
  gboolean fresh; /* no line of what is loaded has been broken */

  gboolean has_tail; /* the last line has the tag "tail" */

  GtkAdjustment *adjustment;
  int margin; /* left and right of the column */
  int char_width;
  GPtrArray *indented; /* tags whose margin follows the column's, not owned */
  GHashTable *columns; /* a table's block to its tag of tab stops, not owned */
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
/* A place outside of what is loaded comes out at its nearer end. */
void quarry_document_view_iter_at_offset (QuarryDocumentView *self, GtkTextIter *iter, guint32 offset);
void quarry_document_view_iter_at_byte (QuarryDocumentView *self, GtkTextIter *iter, guint32 byte);
void quarry_document_view_iter_at_end (QuarryDocumentView *self, GtkTextIter *iter, guint32 end);
guint32 quarry_document_view_byte_at_iter (QuarryDocumentView *self, const GtkTextIter *iter);

/* In quarry-document-view-fill.c. */
/* A fresh buffer: that is quicker than emptying one, and forgets the tags of the old tables. */
void quarry_document_view_reset (QuarryDocumentView *self);
/* Shows what is around @byte and nothing else, for now. */
void quarry_document_view_load_around (QuarryDocumentView *self, guint32 byte);
void quarry_document_view_start_filling (QuarryDocumentView *self);
/* The text (bytes) from the piece @first to the end of the piece @last. */
guint32 quarry_document_view_bytes_between (QuarryDocumentView *self, guint first, guint last);
/* Scrolls to @value even where no text has been laid out. The view sets the upper end right itself, by what it lays out
 * there. */
void quarry_document_view_scroll_anywhere (QuarryDocumentView *self, double value);
/* To be called before lines above the view change their height: what is in view stays there. */
void quarry_document_view_stay (QuarryDocumentView *self);

/* In quarry-document-view-tags.c. */
void quarry_document_view_create_tags (QuarryDocumentView *self);
void quarry_document_view_update_margins (QuarryDocumentView *self);
/* @offset: where it stands in the buffer. */
void quarry_document_view_tag_piece (QuarryDocumentView *self,
                                     const QuarryPiece *piece,
                                     guint32 offset);

/* In quarry-document-view-marks.c. */
guint quarry_document_view_segment_at (QuarryDocumentView *self, guint32 byte);
gboolean quarry_document_view_is_start (QuarryDocumentView *self, guint32 byte);
/* Shows or hides that a segment begins at @start, where that is loaded. */
void quarry_document_view_show_start (QuarryDocumentView *self, guint32 start, gboolean shown);
/* Tags what of the hit lies in @within, which is loaded. */
void quarry_document_view_tag_hit (QuarryDocumentView *self, QuarrySpan within);
/* Bytes of the hit's text as bytes of the document's. */
QuarrySpan quarry_document_view_in_document (QuarryDocumentView *self, QuarrySpan span);

/* In quarry-document-view-draw.c. */
void quarry_document_view_update_colors (QuarryDocumentView *self);
void quarry_document_view_snapshot_layer (GtkTextView *view,
                                          GtkTextViewLayer layer,
                                          GtkSnapshot *snapshot);

G_END_DECLS
