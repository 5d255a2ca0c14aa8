/* quarry-launcher.h: a small search window over everything else
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "core/library/quarry-library.h"

G_BEGIN_DECLS

#define QUARRY_TYPE_LAUNCHER (quarry_launcher_get_type ())

/* Title "Quarry Launcher". Closing it only hides it.
 * Signal "show-in-window" (char *query, QuarryHit *hit): show @hit in Quarry's own window with
 * @query in its entry; the hit is NULL where there is none. */
G_DECLARE_FINAL_TYPE (QuarryLauncher, quarry_launcher, QUARRY, LAUNCHER, GtkWindow)

/* @library may be NULL, and come later. */
QuarryLauncher *quarry_launcher_new (GtkApplication *application, QuarryLibrary *library);
void quarry_launcher_set_library (QuarryLauncher *self, QuarryLibrary *library);

/* Hides it where it is active; otherwise shows it, the text of last time selected. */
void quarry_launcher_toggle (QuarryLauncher *self);

G_END_DECLS
