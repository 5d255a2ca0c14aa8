/* quarry-wrap-layout.h: a layout for children that flow in lines, like words: chips, pills
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each child has its natural width, but at most that of a line; a child that does not fit into a line
 * begins the next one. GtkFlowBox would put its children in columns, which leaves gaps between short
 * ones.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* For a widget with any number of children. (transfer full) */
GtkLayoutManager *quarry_wrap_layout_new (void);

/* How many pixels are between the lines of @widget, which has such a layout. */
void quarry_wrap_layout_set_line_gap (GtkWidget *widget, int gap);

G_END_DECLS
