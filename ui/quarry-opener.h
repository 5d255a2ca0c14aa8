/* quarry-opener.h: opens documents at the place of a hit
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "core/library/quarry-hit.h"

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

/* The command that opens @path at @page in the viewer whose desktop file is @app_id ("evince",
 * "org.gnome.Evince.desktop" …), started as @executable (NULL: the viewer's usual name). NULL
 * where the viewer has no option for a page, or @page is 0. @path must be absolute; its bytes are
 * passed as they are. (transfer full) */
char **quarry_opener_page_command (const char *app_id,
                                   const char *executable,
                                   const char *path,
                                   guint page);

G_END_DECLS
