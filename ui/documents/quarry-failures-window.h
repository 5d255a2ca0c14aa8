/* quarry-failures-window.h: files that could not be read or were passed over
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One row for each file, with the reason, what can be done about it, and a button to try again. Rows
 * come and go while imports run.
 */
#pragma once

#include <adwaita.h>

#include "core/library/quarry-library.h"

G_BEGIN_DECLS

#define QUARRY_TYPE_FAILURES_WINDOW (quarry_failures_window_get_type ())
G_DECLARE_FINAL_TYPE (QuarryFailuresWindow, quarry_failures_window, QUARRY, FAILURES_WINDOW, AdwWindow)

/* Shows the failures of @library, as long as the window is open. */
GtkWidget *quarry_failures_window_new (QuarryLibrary *library);

/* Shows the window over @parent. There is only one for a main window and all windows opened from it, which is reused if
 * it is open, and closes with the main window. */
void quarry_failures_window_show (GtkWindow *parent, QuarryLibrary *library);

/* If a window is open for the main window @top, makes it show the failures of @library. */
void quarry_failures_window_follow (GtkWindow *top, QuarryLibrary *library);

G_END_DECLS
