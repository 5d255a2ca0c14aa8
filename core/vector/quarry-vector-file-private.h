/* quarry-vector-file-private.h: what opening, saving and appending to the index's file share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to core/vector.
 */
#pragma once

#include "core/vector/quarry-vector-format.h"
#include "core/vector/quarry-vector-index-private.h"

G_BEGIN_DECLS

/* Rounds @length up to whole pages. */
static inline guint64
quarry_vector_file_pages (guint64 length)
{
  return (length + QUARRY_VECTOR_FILE_PAGE - 1) / QUARRY_VECTOR_FILE_PAGE * QUARRY_VECTOR_FILE_PAGE;
}

/* The size of a chunk's codes in bytes. */
static inline gsize
quarry_vector_file_codes_size (const QuarryVectorIndex *self, guint n_rows)
{
  return quarry_vector_codes_get_size (self->rotation.n, n_rows);
}

/* Sets @error to the reason why a file is rejected or could not be written, and returns FALSE. */
G_GNUC_PRINTF (4, 5)
gboolean quarry_vector_file_refuse (
    const char *path, GError **error, QuarryVectorError code, const char *format, ...);

/* Makes the chunks of @self, which must correspond to those of the file, refer to their content in the mapped file. */
void quarry_vector_file_map_chunks (QuarryVectorIndex *self, char *map, const QuarryVectorLayout *layout);

/* Remembers the file whose log the next save continues, at @end. @fd: (transfer full). */
void quarry_vector_file_remember (QuarryVectorIndex *self, int fd, guint64 end, const char *mark);

/* Opens the file for appending, locked, if @path is still the file that was last opened or saved, nobody else has
 * appended to it, and its log has room for the changes; else returns -1. */
int quarry_vector_log_open (const QuarryVectorIndex *self, const char *path, const char *mark);

/* Appends the new state of the slots that have changed. If writing stops half-way, the incomplete block is ignored, and
 * the next one overwrites it. Returns errno or 0; -1 where a row is damaged. */
int quarry_vector_log_append (QuarryVectorIndex *self, int fd);

/* Applies the changes in the log of a file of @length bytes. */
void quarry_vector_log_take (QuarryVectorIndex *self, int fd, guint64 length);

G_END_DECLS
