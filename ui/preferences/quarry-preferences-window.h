/* quarry-preferences-window.h: settings, and what the library holds
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "core/library/quarry-library.h"

G_BEGIN_DECLS

/* Signal "left-undo" (const char *text, const char *path), emitted when the window closes, for each folder that was
 * removed from the library and not added again: the message about it and its path. */
#define QUARRY_TYPE_PREFERENCES_WINDOW (quarry_preferences_window_get_type ())
G_DECLARE_FINAL_TYPE (QuarryPreferencesWindow,
                      quarry_preferences_window,
                      QUARRY,
                      PREFERENCES_WINDOW,
                      AdwPreferencesWindow)

/* @parent and @library may be NULL. */
GtkWidget *quarry_preferences_window_new (GtkWindow *parent, QuarryLibrary *library);

/* To be called when the library has been opened or replaced. @library may be NULL. */
void quarry_preferences_window_set_library (QuarryPreferencesWindow *self, QuarryLibrary *library);

G_END_DECLS
