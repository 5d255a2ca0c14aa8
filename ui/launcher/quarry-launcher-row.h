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

/* @number: from 1, what it is opened by together with Alt. */
GtkWidget *quarry_launcher_row_new (guint number);

/* @color: of its topic, -1: none. The bar moves where the passage is the same. */
void quarry_launcher_row_set_hit (QuarryLauncherRow *self, QuarryHit *hit, int color);
QuarryHit *quarry_launcher_row_get_hit (QuarryLauncherRow *self);

/* Shows what Enter does there instead of the number. */
void quarry_launcher_row_set_current (QuarryLauncherRow *self, gboolean current);

G_END_DECLS
