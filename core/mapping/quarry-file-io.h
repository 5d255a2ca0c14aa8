/* quarry-file-io.h: reads and writes at a place of a file that are done as a whole
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A single pread() or pwrite() may do a part of what it was asked for, or be interrupted. Threads: any; the position
 * of the descriptor does not matter and is not changed.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Reads @length bytes at @at. FALSE where the file ends before that or cannot be read; @data is then undefined. */
gboolean quarry_file_read_at (int fd, gpointer data, gsize length, guint64 at);

/* Writes @length bytes at *at, and moves *at behind what was written. Returns 0, or the errno where it fails. */
int quarry_file_write_at (int fd, gconstpointer data, gsize length, guint64 *at);

/* Syncs the folder that @path is in: only then a rename to @path is certain to be on disk. */
void quarry_file_sync_folder (const char *path);

G_END_DECLS
