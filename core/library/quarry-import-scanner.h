/* quarry-import-scanner.h: the files under the paths of an import
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Walks folders in the order of their names. Links are followed to what they name, each file and
 * folder is visited once, whatever leads to it.
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* @path: (transfer none), canonical; @problem: NULL, or why this path cannot be read at all.
 * Returning FALSE ends the walk. */
typedef gboolean (*QuarryScanFunc) (const char *path, const char *problem, gpointer user_data);

void quarry_scan_paths (const char *const *paths,
                        GCancellable *cancellable,
                        QuarryScanFunc func,
                        gpointer user_data);

/* A sentence that says why a file or folder cannot be read, and what to do. (transfer full) */
char *quarry_path_problem (int error_number);

G_END_DECLS
