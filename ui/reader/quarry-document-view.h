/* quarry-document-view.h: a document's text with its structure
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A text view that is filled around the wanted place first, and little by little with the rest, so
 * that a document of any length is shown at once. All places are bytes of the document's text.
 */
#pragma once

#include <gtk/gtk.h>

#include "core/document/quarry-document.h"
#include "core/library/search/quarry-hit.h"

G_BEGIN_DECLS

#define QUARRY_TYPE_DOCUMENT_VIEW (quarry_document_view_get_type ())

/* The greatest width of the column of text in pixels, at the usual text size (quarry-text-scale.h). */
#define QUARRY_DOCUMENT_COLUMN 700

/* Signal "view-changed" (no arguments): another part of the document has come into view. */
G_DECLARE_FINAL_TYPE (QuarryDocumentView, quarry_document_view, QUARRY, DOCUMENT_VIEW, GtkTextView)

GtkWidget *quarry_document_view_new (void);

/* @lines: from quarry_view_lines_new() for @document; kept, so it must not be changed any more. The view shows nothing
 * until it is told which place to show, by quarry_document_view_scroll_to(). NULL for both clears the view. */
void quarry_document_view_set_document (QuarryDocumentView *self,
                                        QuarryDocument *document,
                                        GArray *lines);

/* The segments: @n spans and a label for each, all copied; @labels or entries of it may be NULL: none. A thin rule with
 * the label is drawn where a segment begins. */
void quarry_document_view_set_cut (QuarryDocumentView *self,
                                   const QuarrySpan *segments,
                                   guint n,
                                   const char *const *labels);

/* Marks @hit's passage, its best sentence and the words that matched. NULL removes the marks. */
void quarry_document_view_set_hit (QuarryDocumentView *self, QuarryHit *hit);

/* Scrolls so that @byte is at @align of the view's height (0: top, 1: bottom). */
void quarry_document_view_scroll_to (QuarryDocumentView *self, guint32 byte, double align);

/* Scrolls the beginning of the hit's passage into the upper part of the view, or higher if its best sentence would not
 * be visible otherwise. */
void quarry_document_view_scroll_to_hit (QuarryDocumentView *self);

/* The part of the text that is in view; empty while nothing is. */
QuarrySpan quarry_document_view_get_visible (QuarryDocumentView *self);

/* TRUE while the view still fills in text by itself. */
gboolean quarry_document_view_is_filling (QuarryDocumentView *self);

G_END_DECLS
