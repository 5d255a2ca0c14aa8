/* quarry-tall-layout.h: the layout of what is scrolled up and down
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A scrolled window asks its child how high it is at the least width that it could have, before it asks
 * for the height at the width that it has. For a list of paragraphs the first answer costs as much as
 * the second, takes the place of the lines that were laid out, and is used by nobody. With this layout
 * between the two, the first question is not passed on.
 *
 * The child stands at the top, as high as it is by nature. Where it asked for that itself (GTK_ALIGN_START), GTK
 * would measure it at its natural width as well, with every allocation.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* For a widget with one child, such as AdwBin. (transfer full) */
GtkLayoutManager *quarry_tall_layout_new (void);

G_END_DECLS
