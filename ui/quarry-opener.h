/* quarry-opener.h: opens documents at the place of a hit
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "core/library/search/quarry-hit.h"

G_BEGIN_DECLS

/* Opens @hit's document in the default application for it, at the hit's page if that application has an option for
 * pages. Returns at once; errors are shown in a dialog over @parent, which may be NULL. */
void quarry_open_hit (QuarryHit *hit, GtkWindow *parent);

/* Shows the document in the file manager, selected if the file manager supports that. */
void quarry_reveal_hit (QuarryHit *hit, GtkWindow *parent);

/* The same for a file that is not a hit. @mime_type: what it is taken for if the desktop does not know its type; NULL:
 * its name decides. @page 0: at its beginning. */
void quarry_open_path (const char *path, const char *mime_type, guint page, GtkWindow *parent);
void quarry_reveal_path (const char *path, GtkWindow *parent);

/* The command that opens @path at @page in the viewer whose desktop file is @app_id (with or without ".desktop").
 * @command_line is the viewer's command from its desktop file, with field codes (%f, %U …); NULL for the viewer's usual
 * name. Returns NULL if no option for a page is known, @page is 0, @path is not absolute or @command_line cannot be
 * parsed. @path is passed on byte for byte, since no shell is involved. (transfer full) */
char **quarry_opener_page_command (const char *app_id,
                                   const char *command_line,
                                   const char *path,
                                   guint page);

G_END_DECLS
