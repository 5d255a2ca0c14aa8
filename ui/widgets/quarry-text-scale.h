/* quarry-text-scale.h: layouts that follow the size of the text
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Widths in this house are given for text of 11 points at 96 dots an inch, GNOME's own. Where a person has
 * larger text (a larger font, or text scaled up), what is wide enough for so many words is wider by as much.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* How many times larger text is than that; never less than 1. A change of it makes all widgets measure
 * and allocate again. */
double quarry_text_scale (GtkWidget *widget);

/* @pixels at the usual text. */
int quarry_text_pixels (GtkWidget *widget, int pixels);

/* Sets @property (int) of @widget to so many, now and whenever the text's size changes. */
void quarry_text_scale_property (GtkWidget *widget, const char *property, int pixels);

G_END_DECLS
