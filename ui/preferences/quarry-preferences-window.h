/* quarry-preferences-window.h: settings, and what the library holds
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "core/library/quarry-library.h"

G_BEGIN_DECLS

/* Signal "left-undo" (const char *text, const char *path), as it closes, for each folder that was taken out
 * of the library and not added again: what was said of it, and where it is. */
#define QUARRY_TYPE_PREFERENCES_WINDOW (quarry_preferences_window_get_type ())
G_DECLARE_FINAL_TYPE (QuarryPreferencesWindow,
                      quarry_preferences_window,
                      QUARRY,
                      PREFERENCES_WINDOW,
                      AdwPreferencesWindow)

/* @parent and @library may be NULL. */
GtkWidget *quarry_preferences_window_new (GtkWindow *parent, QuarryLibrary *library);

/* For when it has been opened, or has become another one. @library may be NULL. */
void quarry_preferences_window_set_library (QuarryPreferencesWindow *self, QuarryLibrary *library);

G_END_DECLS
