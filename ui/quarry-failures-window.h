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

/* @parent may be NULL. */
GtkWidget *quarry_failures_window_new (GtkWindow *parent, QuarryLibrary *library);

G_END_DECLS
