/* quarry-import-walk.h: a walk that gives up when the file system does not answer
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A call to a server that is out of reach, or to a failing drive, may block forever and cannot be interrupted. The
 * walk is therefore made by a separate thread, which can be left behind.
 */
#pragma once

#include "core/library/import/quarry-import-scanner.h"

G_BEGIN_DECLS

/* Walks as quarry_scan_paths() does or, with @roots, as quarry_scan_below() does for each of @paths, on a separate
 * thread, and calls @func for each find on the calling one. FALSE where the file system has not answered for
 * @seconds: *@where is then the folder that did not answer (transfer full), and the thread stays behind until it
 * does. */
gboolean quarry_walk (const char *const *roots,
                      const char *const *paths,
                      QuarryIgnore *own,
                      GCancellable *cancellable,
                      guint seconds,
                      QuarryScanFunc func,
                      gpointer user_data,
                      char **where);

G_END_DECLS
