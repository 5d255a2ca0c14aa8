/* quarry-launcher.h: a small search window over everything else
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "core/library/quarry-library.h"

G_BEGIN_DECLS

#define QUARRY_TYPE_LAUNCHER (quarry_launcher_get_type ())

/* A window with the title "Quarry Launcher". Closing it only hides it.
 *  Signal "show-in-window" (char *query, QuarryHit *hit): show @hit in Quarry's main window, with @query
 *  in its entry; @hit is NULL if there is none. */
G_DECLARE_FINAL_TYPE (QuarryLauncher, quarry_launcher, QUARRY, LAUNCHER, GtkWindow)

/* @library may be NULL, and be set later. */
QuarryLauncher *quarry_launcher_new (GtkApplication *application, QuarryLibrary *library);
/* @error: why @library is NULL, which is then said in place of hits; NULL while it is being opened. */
void quarry_launcher_set_library (QuarryLauncher *self, QuarryLibrary *library, const GError *error);

/* Makes it no larger than a screen of that size has room for. quarry_launcher_toggle() does so for those there are. */
void quarry_launcher_fit (QuarryLauncher *self, int width, int height);

/* Hides the launcher if it is the active window. Otherwise shows it, with the last query selected. */
void quarry_launcher_toggle (QuarryLauncher *self);

G_END_DECLS
