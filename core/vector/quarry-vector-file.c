/* quarry-vector-file.c: what opening, saving and appending to the index's file share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The offsets of its parts, and errors.
 */
#include "core/vector/quarry-vector-file-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define PAGE QUARRY_VECTOR_FILE_PAGE

typedef QuarryVectorFileHeader Header;
typedef QuarryVectorFileChunk FileChunk;
typedef QuarryVectorLayout Layout;

G_STATIC_ASSERT (sizeof (Header) <= PAGE);

guint64
quarry_vector_header_sum (const Header *header)
{
  guint64 block[PAGE / 8] = { 0 };

  memcpy (block, header, offsetof (Header, header_sum));
  return quarry_vector_sum (block, sizeof block);
}

QuarryVectorLayout
quarry_vector_lay_out (const Header *header, gsize stride)
{
  Layout layout = { .slots = PAGE + quarry_vector_file_pages (header->n_chunks * sizeof (FileChunk)) };
  gsize row = stride * sizeof (gint16);

  layout.zeros = layout.slots + quarry_vector_file_pages (header->n_rows * sizeof (guint32));
  layout.centres = layout.zeros + quarry_vector_file_pages (header->n_zeros * sizeof (guint32));
  layout.sums = layout.centres + quarry_vector_file_pages (header->n_chunks * row);
  layout.codes = layout.sums + quarry_vector_file_pages (header->n_rows * sizeof (guint32));
  layout.rows = layout.codes + header->codes_length;
  layout.length = layout.rows + quarry_vector_file_pages (header->n_rows * row);
  return layout;
}

gboolean
quarry_vector_file_refuse (const char *path, GError **error, QuarryVectorError code, const char *format, ...)
{
  g_autofree char *shown = g_filename_display_name (path);
  g_autofree char *reason = NULL;
  va_list arguments;

  va_start (arguments, format);
  reason = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, QUARRY_VECTOR_ERROR, code, _ ("The vector index “%s” %s"), shown, reason);
  return FALSE;
}

void
quarry_vector_file_map_chunks (QuarryVectorIndex *self, char *map, const Layout *layout)
{
  char *codes = map + layout->codes;
  guint64 row = 0;

  for (guint i = 0; i < self->n_chunks; i++)
    {
      QuarryVectorChunk *chunk = self->chunks[i];

      quarry_vector_chunk_map (chunk, (guint32 *) (gpointer)(map + layout->slots) + row, codes,
                               self->rotation.n,
                               (gint16 *) (gpointer)(map + layout->rows) + row * self->stride);
      codes += quarry_vector_file_codes_size (self, chunk->n_rows);
      row += chunk->n_rows;
    }
}

void
quarry_vector_file_remember (QuarryVectorIndex *self, int fd, guint64 end, const char *mark)
{
  if (self->file >= 0 && self->file != fd)
    close (self->file);
  self->file = fd;
  self->log_end = self->file_size = end;
  self->n_logged = 0;
  g_free (self->mark);
  self->mark = g_strdup (mark);
  g_array_set_size (self->changed, 0);
}
