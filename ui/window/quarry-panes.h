/* quarry-panes.h: two panes side by side, or one at a time
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Both panes are shown from this width on at the usual text size (quarry-text-scale.h), if they fit. It is the width of
 * a window of 860 pixels without its frame. */
#define QUARRY_PANES_WIDE 840

#define QUARRY_TYPE_PANES (quarry_panes_get_type ())

/* Properties: "first", "second" (GtkWidget), also the builder's children of type "first" and "second";
 *              "folded" (gboolean, readable): there is room for one pane only;
 *              "show-second" (gboolean): which one is shown then. */
G_DECLARE_FINAL_TYPE (QuarryPanes, quarry_panes, QUARRY, PANES, GtkWidget)

GtkWidget *quarry_panes_new (void);

void quarry_panes_set_first (QuarryPanes *self, GtkWidget *child);
void quarry_panes_set_second (QuarryPanes *self, GtkWidget *child);

gboolean quarry_panes_get_folded (QuarryPanes *self);
gboolean quarry_panes_get_show_second (QuarryPanes *self);
void quarry_panes_set_show_second (QuarryPanes *self, gboolean show_second);

G_END_DECLS
