/* quarry-file-why-window.h: why a file is not found
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "core/library/quarry-library.h"

G_BEGIN_DECLS

#define QUARRY_TYPE_FILE_WHY_WINDOW (quarry_file_why_window_get_type ())
G_DECLARE_FINAL_TYPE (QuarryFileWhyWindow, quarry_file_why_window, QUARRY, FILE_WHY_WINDOW, AdwWindow)

/* @parent may be NULL. @query: the query that did not find the file, or NULL. */
GtkWidget *quarry_file_why_window_new (GtkWindow *parent, QuarryLibrary *library, const char *query);

/* Asks again if @library is another one than before. */
void quarry_file_why_window_set_library (QuarryFileWhyWindow *self, QuarryLibrary *library);

/* Asks about the file @path, an absolute path. */
void quarry_file_why_window_ask (QuarryFileWhyWindow *self, const char *path);

G_END_DECLS
