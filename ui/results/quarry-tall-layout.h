/* quarry-tall-layout.h: the layout for a child that is scrolled vertically
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Before a scrolled window asks its child for the height at the width that it has, it asks for the
 * height at the least width that it could have. For a list of paragraphs, the first answer is not
 * used, costs as much as the second and evicts the lines that have been laid out. This layout, placed
 * between the two, does not pass on the first question.
 *
 * The child is placed at the top with its natural height. If the child asked for that itself
 * (GTK_ALIGN_START), GTK would measure it at its natural width as well, at every allocation.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* For a widget with one child, such as AdwBin. (transfer full) */
GtkLayoutManager *quarry_tall_layout_new (void);

G_END_DECLS
