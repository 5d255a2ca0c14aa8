/* quarry-icon.h: icons that say nothing by themselves
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* An icon beside words, or in a button that has a name: a screen reader passes it over. @name: NULL: none yet. */
GtkWidget *quarry_icon_new (const char *name);

G_END_DECLS
