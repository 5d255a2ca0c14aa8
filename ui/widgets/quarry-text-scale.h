/* quarry-text-scale.h: layouts that follow the size of the text
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Widths in the code are given for text of 11 points at 96 dots an inch, GNOME's default. For a person
 * with larger text (a larger font, or scaled text), a width that holds a number of words has to grow
 * in proportion.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* How many times as large as that the text is; never less than 1. When it changes, all widgets are measured and
 * allocated again. */
double quarry_text_scale (GtkWidget *widget);

/* The width that corresponds to @pixels at the usual text size. */
int quarry_text_pixels (GtkWidget *widget, int pixels);

/* Sets @property (an int) of @widget to that width, now and whenever the size of the text changes. */
void quarry_text_scale_property (GtkWidget *widget, const char *property, int pixels);

G_END_DECLS
