/* quarry-open-file.h: opens and hashes files that may never answer
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * open() and read() on a server that is out of reach may block forever. Threads: any.
 */
#pragma once

#include <gio/gio.h>
#include <sys/stat.h>

G_BEGIN_DECLS

/* Returns FALSE to stop. */
typedef gboolean (*QuarryGoOnFunc) (gpointer user_data);

/* The SHA-256, in hexadecimal digits, of the file behind @fd, which is at the file's start before and, unless NULL is
 * returned, after. Bytes appended meanwhile are ignored, so that the end of a growing file is reached. @go_on is called
 * after every 64 KiB. NULL where it returns FALSE or, with errno set, where reading fails. (transfer full) */
char *quarry_hash_file (int fd, QuarryGoOnFunc go_on, gpointer user_data);

/* The same of @length bytes in memory. (transfer full) */
char *quarry_hash_bytes (const guint8 *bytes, gsize length);

/* An open file; the caller closes @fd and frees @hash. */
typedef struct
{
  int fd;           /* -1: it could not be opened */
  int error_number; /* the errno, if it could not */
  char *hash;       /* see quarry_hash_file(); NULL where it was not wanted or failed */
  struct stat info;
} QuarryOpened;

/* Opens @path for reading and, with @reads, hashes it if it is a regular file. A separate thread does that. If it
 * makes no progress for @seconds, or @cancellable is cancelled, it is left behind; FALSE is returned and *opened is
 * not set. Does not wait for the writer of a FIFO. */
gboolean quarry_open_patiently (const char *path,
                                gboolean reads,
                                GCancellable *cancellable,
                                guint seconds,
                                QuarryOpened *opened);

G_END_DECLS
