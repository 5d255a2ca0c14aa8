/* quarry-launcher-row.h: a hit in the launcher
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "core/library/search/quarry-hit.h"

G_BEGIN_DECLS

#define QUARRY_TYPE_LAUNCHER_ROW (quarry_launcher_row_get_type ())
G_DECLARE_FINAL_TYPE (QuarryLauncherRow, quarry_launcher_row, QUARRY, LAUNCHER_ROW, GtkListBoxRow)

/* @number: counts from 1; Alt and this digit open the hit. */
GtkWidget *quarry_launcher_row_new (guint number);

/* @color: that of the hit's topic, -1: none. The bar is animated if the row shows the same passage as before. */
void quarry_launcher_row_set_hit (QuarryLauncherRow *self, QuarryHit *hit, int color);
QuarryHit *quarry_launcher_row_get_hit (QuarryLauncherRow *self);

/* Shows the symbol of Enter, which opens the current row, instead of the shortcut with a number. */
void quarry_launcher_row_set_current (QuarryLauncherRow *self, gboolean current);

/* Leaves bar and shortcut out, so that there is room for the text. The bar's number stays. */
void quarry_launcher_row_set_narrow (QuarryLauncherRow *self, gboolean narrow);

G_END_DECLS
