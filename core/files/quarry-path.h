/* quarry-path.h: paths as text, and what lies behind them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* (transfer full) @path without links, as an import writes it down. The file itself may be gone. */
char *quarry_path_resolve (const char *path);

/* The display name of a path: UTF-8, for people. (transfer full) */
char *quarry_path_display_name (const char *path);

/* (transfer full) The file that @path, which may lead inside one, is in; @path itself where there
 * is none. */
char *quarry_path_outer (const char *path);

/* TRUE where @path is @folder or lies below it. */
gboolean quarry_path_is_below (const char *path, const char *folder);

G_END_DECLS
