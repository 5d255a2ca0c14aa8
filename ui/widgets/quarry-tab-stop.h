/* quarry-tab-stop.h: a box of widgets that is one stop for the Tab key
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define QUARRY_TYPE_TAB_STOP (quarry_tab_stop_get_type ())

/* Tab leaves it from any of its widgets; the arrow keys move between them. */
G_DECLARE_FINAL_TYPE (QuarryTabStop, quarry_tab_stop, QUARRY, TAB_STOP, GtkBox)

G_END_DECLS
