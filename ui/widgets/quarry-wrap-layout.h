/* quarry-wrap-layout.h: the layout of what stands in lines, like words: chips, pills
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each child has its natural width, or that of the line where this is less; what does not fit into a
 * line begins the next. GtkFlowBox puts its children in columns, which leaves gaps between short ones.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* For a widget with any number of children. (transfer full) */
GtkLayoutManager *quarry_wrap_layout_new (void);

G_END_DECLS
