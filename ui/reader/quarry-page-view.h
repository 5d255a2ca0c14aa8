/* quarry-page-view.h: the pages of a PDF document as they look, one at a time
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Shows the page that a hit's passage is on, with the passage's lines marked and in view. Page Up and
 * Page Down, or two buttons, turn to the other pages. If a page cannot be shown, a message says why.
 */
#pragma once

#include <adwaita.h>

#include "core/library/quarry-library.h"

G_BEGIN_DECLS

#define QUARRY_TYPE_PAGE_VIEW (quarry_page_view_get_type ())

/* Signal "turned" (no arguments): another page is shown, or is being drawn. */
G_DECLARE_FINAL_TYPE (QuarryPageView, quarry_page_view, QUARRY, PAGE_VIEW, AdwBin)

/* Shows the page that @hit's passage begins on. NULL for both clears the view. */
void quarry_page_view_show_hit (QuarryPageView *self, QuarryReading *reading, QuarryHit *hit);

/* Turns to another page of the same document, counted from 1. Does nothing if there is no such page. */
void quarry_page_view_turn_to (QuarryPageView *self, guint page);

/* Turns to the page that holds the byte at @offset of the document's text. */
void quarry_page_view_turn_to_byte (QuarryPageView *self, guint32 offset);

/* The part of the document's text that is on the page shown; empty for none. */
QuarrySpan quarry_page_view_get_span (QuarryPageView *self);

/* Zooms in (1), out (−1), or to the width of the view (0), and keeps the middle of the visible part where it is. */
void quarry_page_view_zoom (QuarryPageView *self, int steps);

G_END_DECLS
