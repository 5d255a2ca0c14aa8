/* quarry-page-view.h: the pages of a PDF document as they look, one at a time
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Shows the page that a hit's passage stands on, its lines marked and in view; Page Up and Page Down, or two
 * buttons, lead to the others. Where no page can be shown, a sentence says why.
 */
#pragma once

#include <adwaita.h>

#include "core/library/quarry-library.h"

G_BEGIN_DECLS

#define QUARRY_TYPE_PAGE_VIEW (quarry_page_view_get_type ())

/* Signal "turned" (no arguments): another page is shown, or is on its way. */
G_DECLARE_FINAL_TYPE (QuarryPageView, quarry_page_view, QUARRY, PAGE_VIEW, AdwBin)

/* The page that @hit's passage begins on. NULL for both clears. */
void quarry_page_view_show_hit (QuarryPageView *self, QuarryReading *reading, QuarryHit *hit);

/* Another page of the same document, counted from 1; passed over where there is none. */
void quarry_page_view_turn_to (QuarryPageView *self, guint page);

/* The page that the byte at @offset of the document's text stands on. */
void quarry_page_view_turn_to_byte (QuarryPageView *self, guint32 offset);

/* What of the document's text stands on the page that is shown; empty for none. */
QuarrySpan quarry_page_view_get_span (QuarryPageView *self);

/* Larger (1), smaller (−1), or as wide as the view (0), round the middle of what is in sight. */
void quarry_page_view_zoom (QuarryPageView *self, int steps);

G_END_DECLS
