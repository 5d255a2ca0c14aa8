/* quarry-path.h: paths: resolving and comparing them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @path made absolute and without symbolic links, as the library stores it. Parts at its end that do not exist are
 * kept as they are. (transfer full) */
char *quarry_path_resolve (const char *path);

/* A path as people read it, in valid UTF-8, and its last part alone. Control characters, and those that turn the
 * direction of text, are replaced: with them a name like "gpj.exe" would read "exe.jpg". (transfer full) */
char *quarry_path_display (const char *path);
char *quarry_path_display_name (const char *path);

/* For a path that leads into a file, as "a.zip/b.txt" does: the file on disk, "a.zip". For any other, @path itself.
 * (transfer full) */
char *quarry_path_outer (const char *path);

/* TRUE where @path is @folder or lies below it. Compares only text; both must be absolute, without "." and "..". */
gboolean quarry_path_is_below (const char *path, const char *folder);

G_END_DECLS
