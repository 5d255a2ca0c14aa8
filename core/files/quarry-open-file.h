/* quarry-open-file.h: files opened and read without waiting for good
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * As quarry-import-walk.h does for folders.
 */
#pragma once

#include <gio/gio.h>
#include <sys/stat.h>

G_BEGIN_DECLS

/* FALSE: no more is wanted. */
typedef gboolean (*QuarryGoOnFunc) (gpointer user_data);

/* SHA-256, hex, of what is behind @fd, which stands at its start again afterwards; @go_on is asked after every
 * 64 KiB. What is added to the file meanwhile is not waited for. NULL where it says no, or with errno set where reading fails. (transfer full) */
char *quarry_hash_file (int fd, QuarryGoOnFunc go_on, gpointer user_data);

/* An open file, and the SHA-256 of what is in it, hex. */
typedef struct
{
  int fd; /* -1: error_number says why not */
  int error_number;
  char *hash; /* NULL where it has not been read */
  struct stat info;
} QuarryOpened;

/* Opens @path and, where @reads and it is a regular file, reads it, on a thread of its own, which stays behind
 * where nothing has come for @seconds: FALSE then. */
gboolean quarry_open_patiently (const char *path,
                                gboolean reads,
                                GCancellable *cancellable,
                                guint seconds,
                                QuarryOpened *opened);

G_END_DECLS
