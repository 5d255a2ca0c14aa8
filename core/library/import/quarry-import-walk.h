/* quarry-import-walk.h: a walk that does not wait for good
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A server that is out of reach, or a drive that dies, keeps whoever asks it waiting, and nothing wakes him.
 * So somebody is sent who may be left behind.
 */
#pragma once

#include "core/library/import/quarry-import-scanner.h"

G_BEGIN_DECLS

/* Walks as quarry_scan_paths() does or, with @roots, as quarry_scan_below() does for each of @paths, on a thread
 * of its own, and calls @func for all that is found on the calling one. FALSE where the file system has
 * not answered for @seconds: *@where is the folder it was asked about (transfer full), and the thread
 * stays behind until it does. */
gboolean quarry_walk (const char *const *roots,
                      const char *const *paths,
                      QuarryIgnore *own,
                      GCancellable *cancellable,
                      guint seconds,
                      QuarryScanFunc func,
                      gpointer user_data,
                      char **where);

G_END_DECLS
