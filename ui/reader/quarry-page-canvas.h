/* quarry-page-canvas.h: a page of paper with a passage's lines marked
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * As wide as the available width, and as high as the page then is. The paper stays white in the dark
 * style too.
 */
#pragma once

#include <gtk/gtk.h>

#include "core/library/quarry-pages.h"

G_BEGIN_DECLS

#define QUARRY_TYPE_PAGE_CANVAS (quarry_page_canvas_get_type ())

/* Signal "resized" (no arguments): the page should be drawn again, with another number of pixels. */
G_DECLARE_FINAL_TYPE (QuarryPageCanvas, quarry_page_canvas, QUARRY, PAGE_CANVAS, GtkWidget)

/* @drawn: (transfer full); NULL for a blank page. */
void quarry_page_canvas_set_drawn (QuarryPageCanvas *self, QuarryPageDrawn *drawn);

/* The width of the page in device pixels; 0 before the widget has a size. */
guint quarry_page_canvas_get_pixels (QuarryPageCanvas *self);

/* The top of the uppermost marked line and the bottom of the lowest one, in pixels from the widget's top. FALSE if
 * nothing is marked. */
gboolean quarry_page_canvas_get_marks (QuarryPageCanvas *self, double *top, double *bottom);

/* Sets the width of the page in logical pixels; 0: as wide as the available width. */
void quarry_page_canvas_set_width (QuarryPageCanvas *self, int width);

G_END_DECLS
