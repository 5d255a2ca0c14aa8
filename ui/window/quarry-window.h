/* quarry-window.h: Quarry's main window
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "ui/quarry-session.h"

G_BEGIN_DECLS

#define QUARRY_TYPE_WINDOW (quarry_window_get_type ())

G_DECLARE_FINAL_TYPE (QuarryWindow, quarry_window, QUARRY, WINDOW, AdwApplicationWindow)

QuarryWindow *quarry_window_new (GtkApplication *application, QuarrySession *session);

QuarrySession *quarry_window_get_session (QuarryWindow *self); /* (transfer none) */

/* Searches for @query; if @passage is not 0, the passage is selected once it is found. */
void quarry_window_search (QuarryWindow *self, const char *query, gint64 passage);

G_END_DECLS
