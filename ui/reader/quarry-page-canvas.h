/* quarry-page-canvas.h: a page of paper with a passage's lines marked
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * As wide as there is room, and as high as the page then is. The paper stays white in the dark style too.
 */
#pragma once

#include <gtk/gtk.h>

#include "core/library/quarry-pages.h"

G_BEGIN_DECLS

#define QUARRY_TYPE_PAGE_CANVAS (quarry_page_canvas_get_type ())

/* Signal "resized" (no arguments): the page would be drawn with another number of pixels now. */
G_DECLARE_FINAL_TYPE (QuarryPageCanvas, quarry_page_canvas, QUARRY, PAGE_CANVAS, GtkWidget)

/* @drawn: (transfer full), NULL for a blank page. */
void quarry_page_canvas_set_drawn (QuarryPageCanvas *self, QuarryPageDrawn *drawn);

/* Pixels of the display that the page is wide; 0 before there is room. */
guint quarry_page_canvas_get_pixels (QuarryPageCanvas *self);

/* Where the uppermost marked line begins and the lowest ends, downwards from the widget's top. FALSE where
 * nothing is marked. */
gboolean quarry_page_canvas_get_marks (QuarryPageCanvas *self, double *top, double *bottom);

/* How wide the page shall be, in pixels of the screen's layout; 0: as wide as there is room. */
void quarry_page_canvas_set_width (QuarryPageCanvas *self, int width);

G_END_DECLS
