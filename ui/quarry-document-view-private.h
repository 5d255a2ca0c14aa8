/* quarry-document-view-private.h: what the view's text and its drawing share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ui/quarry-document-view.h"
#include "ui/quarry-pieces.h"

G_BEGIN_DECLS

/* Pixels above the first line of a segment: room for the rule and its label. */
#define QUARRY_RULE_SPACE 38

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
  gboolean is_wanted; /* as soon as the view has a size */
  guint wanted_tick;

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
  GtkTextTag *rule;
  GtkTextTag *literal;
  GtkTextTag *meaning;
  GtkTextTag *sentence;
};

gboolean quarry_document_view_is_loaded (QuarryDocumentView *self, guint32 byte);
void quarry_document_view_iter_at_byte (QuarryDocumentView *self, GtkTextIter *iter, guint32 byte);
void quarry_document_view_iter_at_end (QuarryDocumentView *self, GtkTextIter *iter, guint32 end);
guint32 quarry_document_view_byte_at_iter (QuarryDocumentView *self, const GtkTextIter *iter);
guint quarry_document_view_segment_at (QuarryDocumentView *self, guint32 byte);
void quarry_document_view_update_margins (QuarryDocumentView *self);

/* In quarry-document-view-draw.c. */
void quarry_document_view_update_colors (QuarryDocumentView *self);
void quarry_document_view_snapshot_layer (GtkTextView *view,
                                          GtkTextViewLayer layer,
                                          GtkSnapshot *snapshot);

G_END_DECLS
