/* quarry-document-view.h: a document's text with its structure
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A text view that is filled around the place that is wanted first, and the rest by and by, so
 * that a document of any length is there at once. All places are bytes of the document's text.
 */
#pragma once

#include <gtk/gtk.h>

#include "core/document/quarry-document.h"
#include "core/library/search/quarry-hit.h"

G_BEGIN_DECLS

#define QUARRY_TYPE_DOCUMENT_VIEW (quarry_document_view_get_type ())

/* Pixels: the text's column is no wider at the usual text (quarry-text-scale.h). */
#define QUARRY_DOCUMENT_COLUMN 700

/* Signal "view-changed" (no arguments): another part of the document is in view. */
G_DECLARE_FINAL_TYPE (QuarryDocumentView, quarry_document_view, QUARRY, DOCUMENT_VIEW, GtkTextView)

GtkWidget *quarry_document_view_new (void);

/* @pieces: quarry_pieces_new() of @document, kept and not to be changed any more. The view shows
 * nothing until it is told where (quarry_document_view_scroll_to()). NULL for both clears. */
void quarry_document_view_set_document (QuarryDocumentView *self,
                                        QuarryDocument *document,
                                        GArray *pieces);

/* The cut: @n spans (copied), with a label each (copied; NULL entries and a NULL array: none). A
 * thin rule with the label stands where one begins. */
void quarry_document_view_set_cut (QuarryDocumentView *self,
                                   const QuarrySpan *segments,
                                   guint n,
                                   const char *const *labels);

/* Marks @hit's passage, its best sentence and the words that matched; NULL: nothing. */
void quarry_document_view_set_hit (QuarryDocumentView *self, QuarryHit *hit);

/* Brings @byte to @align (0: top, 1: bottom) of the view. */
void quarry_document_view_scroll_to (QuarryDocumentView *self, guint32 byte, double align);

/* Brings the beginning of the hit's passage into the upper part of the view, higher where its best sentence would
 * not be seen otherwise. */
void quarry_document_view_scroll_to_hit (QuarryDocumentView *self);

/* What is in view; an empty span while nothing is. */
QuarrySpan quarry_document_view_get_visible (QuarryDocumentView *self);

/* TRUE while text is still to be filled in by itself. */
gboolean quarry_document_view_is_filling (QuarryDocumentView *self);

G_END_DECLS
