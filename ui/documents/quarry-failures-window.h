/* quarry-failures-window.h: files that could not be read or were passed over
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A row a file, with the reason, what can be done, and Retry. Rows come and go while imports run.
 */
#pragma once

#include <adwaita.h>

#include "core/library/quarry-library.h"

G_BEGIN_DECLS

#define QUARRY_TYPE_FAILURES_WINDOW (quarry_failures_window_get_type ())
G_DECLARE_FINAL_TYPE (QuarryFailuresWindow, quarry_failures_window, QUARRY, FAILURES_WINDOW, AdwWindow)

/* Follows @library until it is closed. */
GtkWidget *quarry_failures_window_new (QuarryLibrary *library);

/* Over @parent: that which is open already, or a new one. There is one for a main window and all that was
 * opened from it; it closes with the main window. */
void quarry_failures_window_show (GtkWindow *parent, QuarryLibrary *library);

/* That which is open for the main window @top, if any, goes over to @library. */
void quarry_failures_window_follow (GtkWindow *top, QuarryLibrary *library);

G_END_DECLS
