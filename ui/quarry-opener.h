/* quarry-opener.h: opens documents at the place of a hit
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "core/library/search/quarry-hit.h"

G_BEGIN_DECLS

/* Opens @hit's document in the application that is the default for it, at the hit's page where
 * that application has an option for it. What goes wrong is told in a dialog over @parent (may be
 * NULL). Returns at once. */
void quarry_open_hit (QuarryHit *hit, GtkWindow *parent);

/* Shows the document in the file manager, selected where the file manager can do that. */
void quarry_reveal_hit (QuarryHit *hit, GtkWindow *parent);

/* The same for a file that is no hit. @page 0: its beginning. */
void quarry_open_path (const char *path, const char *mime_type, guint page, GtkWindow *parent);
void quarry_reveal_path (const char *path, GtkWindow *parent);

/* The command that opens @path at @page in the viewer that @app_id (its desktop file, with or
 * without ".desktop") names. @command_line is the viewer's own, as its desktop file states it with
 * field codes (%f, %U …); NULL for the viewer's usual name. NULL where no option for a page is
 * known, @page is 0, @path is not absolute or @command_line cannot be read. The bytes of @path are
 * passed as they are: nothing goes through a shell. (transfer full) */
char **quarry_opener_page_command (const char *app_id,
                                   const char *command_line,
                                   const char *path,
                                   guint page);

G_END_DECLS
