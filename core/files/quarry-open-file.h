/* quarry-open-file.h: opens and hashes files that may never answer
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * open() and read() on a server that is out of reach may block for ever. quarry-import-walk.h does for folders what
 * this does for files.
 */
#pragma once

#include <gio/gio.h>
#include <sys/stat.h>

G_BEGIN_DECLS

/* FALSE where the caller wants no more. */
typedef gboolean (*QuarryGoOnFunc) (gpointer user_data);

/* The SHA-256, in hexadecimal digits, of the file behind @fd, which is at the file's start before and after. What is
 * appended meanwhile does not count, so that a growing file comes to an end. @go_on is asked after every 64 KiB. NULL
 * where it returns FALSE, or, with errno set, where reading fails. (transfer full) */
char *quarry_hash_file (int fd, QuarryGoOnFunc go_on, gpointer user_data);

/* An open file; the caller closes @fd and frees @hash. */
typedef struct
{
  int fd;           /* -1: it could not be opened */
  int error_number; /* why not: an errno */
  char *hash;       /* as of quarry_hash_file(); NULL where it was not read, or could not be */
  struct stat info;
} QuarryOpened;

/* Opens @path to be read and, with @reads, hashes it if it is a regular file. That happens on a thread of its own, which
 * is left behind where nothing came of it for @seconds, or once @cancellable is cancelled: FALSE then, and *opened is not
 * set. Never waits for the writer of a FIFO. */
gboolean quarry_open_patiently (const char *path,
                                gboolean reads,
                                GCancellable *cancellable,
                                guint seconds,
                                QuarryOpened *opened);

G_END_DECLS
