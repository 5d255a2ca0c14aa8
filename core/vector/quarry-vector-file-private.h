/* quarry-vector-file-private.h: what reading, writing and appending to the index's file share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to core/vector.
 */
#pragma once

#include "core/vector/quarry-vector-format.h"
#include "core/vector/quarry-vector-index-private.h"

G_BEGIN_DECLS

/* @length, up to the next whole page. */
static inline guint64
quarry_vector_file_pages (guint64 length)
{
  return (length + QUARRY_VECTOR_FILE_PAGE - 1) / QUARRY_VECTOR_FILE_PAGE * QUARRY_VECTOR_FILE_PAGE;
}

/* Bytes of the codes of a chunk. */
static inline gsize
quarry_vector_file_codes_size (const QuarryVectorIndex *self, guint n_rows)
{
  return quarry_vector_codes_get_size (self->rotation.n, n_rows);
}

/* All of @length bytes at @at. FALSE where there are not so many, or they can't be read. */
gboolean quarry_vector_file_read (int fd, gpointer data, gsize length, guint64 at);

/* All of @length bytes at *at, which goes on by what has been written. Returns errno or 0. */
int quarry_vector_file_write (int fd, gconstpointer data, gsize length, guint64 *at);

/* Why a file is not believed or not written; sets @error, returns FALSE. */
G_GNUC_PRINTF (4, 5)
gboolean quarry_vector_file_refuse (
    const char *path, GError **error, QuarryVectorError code, const char *format, ...);

/* The chunks of @self, as many and as large as the file's, lie in the file from now on. */
void quarry_vector_file_map_chunks (QuarryVectorIndex *self, char *map, const QuarryVectorLayout *layout);

/* The file is the one whose log is continued from now on, at @end. @fd: (transfer full). */
void quarry_vector_file_remember (QuarryVectorIndex *self, int fd, guint64 end, const char *mark);

/* The file that was opened or saved last, locked for appending, where @path is still that, nobody
 * else has appended to it, and there is room for what has changed; else -1. */
int quarry_vector_log_open (const QuarryVectorIndex *self, const char *path, const char *mark);

/* Appends what has become of the slots that changed. A block that is not whole in the end is none, and the
 * next one is written over it. Returns errno or 0; -1 where a row is damaged. */
int quarry_vector_log_append (QuarryVectorIndex *self, int fd);

/* Makes the changes that the log of a file of @length bytes says. */
void quarry_vector_log_take (QuarryVectorIndex *self, int fd, guint64 length);

G_END_DECLS
