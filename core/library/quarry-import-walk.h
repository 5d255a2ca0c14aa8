/* quarry-import-walk.h: a walk that does not wait for good
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A server that is out of reach, or a drive that dies, keeps whoever asks it waiting, and nothing wakes him.
 * So somebody is sent who may be left behind.
 */
#pragma once

#include "core/library/quarry-import-scanner.h"

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

/* An open file, and the SHA-256 of what is in it, hex. */
typedef struct
{
  int fd; /* -1: error_number says why not */
  int error_number;
  char *hash; /* NULL where it has not been read */
  struct stat info;
} QuarryOpened;

/* Opens @path and, where @reads and it is a regular file, reads it, in the same way: FALSE where nothing has come
 * for @seconds. */
gboolean quarry_open_patiently (const char *path,
                                gboolean reads,
                                GCancellable *cancellable,
                                guint seconds,
                                QuarryOpened *opened);

G_END_DECLS
