/* quarry-icon.h: icons that add nothing to the text beside them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* An icon beside text, or in a button that has a name, which screen readers pass over. @name: NULL: none yet. */
GtkWidget *quarry_icon_new (const char *name);

G_END_DECLS
