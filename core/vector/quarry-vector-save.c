/* quarry-vector-save.c: saves the index to its file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Appends to the log of the file where little has changed. Otherwise makes a successor with regrouped vectors, writes
 * it to a new file, measures the effort of searches in it, renames the file to its place, and exchanges the two
 * indexes.
 */
#include "core/vector/quarry-vector-file-private.h"

#include "core/mapping/quarry-file-io.h"
#include "core/mapping/quarry-mapping.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE QUARRY_VECTOR_FILE_PAGE

typedef QuarryVectorFileHeader Header;
typedef QuarryVectorFileChunk FileChunk;
typedef QuarryVectorLayout Layout;

/* Writes to a file and remembers the first error, so that it need be checked only at the end. */
typedef struct
{
  int fd;
  int error; /* errno, or 0 */
  guint64 at;
  QuarryVectorSum sum;
} Writer;

static void
write_plainly (Writer *self, gconstpointer data, gsize length)
{
  if (self->error == 0)
    self->error = quarry_file_write_at (self->fd, data, length, &self->at);
}

/* Writes something that the checksum of the body covers. @length: a multiple of 64. */
static void
write_summed (Writer *self, gconstpointer data, gsize length)
{
  quarry_vector_sum_add (&self->sum, data, length);
  write_plainly (self, data, length);
}

static const char nothing[PAGE];

/* Pads with zeros up to the next whole page. */
static void
write_zeros (Writer *self)
{
  write_plainly (self, nothing, quarry_vector_file_pages (self->at) - self->at);
}

/* Writes many numbers, a page at a time. */
typedef struct
{
  Writer *writer;
  guint32 numbers[1024];
  guint n;
} NumberWriter;

static void
write_number (NumberWriter *self, guint32 number)
{
  self->numbers[self->n++] = number;
  if (self->n < G_N_ELEMENTS (self->numbers))
    return;
  write_summed (self->writer, self->numbers, sizeof self->numbers);
  self->n = 0;
}

static void
end_numbers (NumberWriter *self)
{
  while (self->n > 0)
    write_number (self, 0);
}

static void
write_zero_slot (guint32 slot, guint32 row, gpointer data)
{
  if (row == QUARRY_VECTOR_ZERO_ROW)
    write_number (data, slot);
}

G_STATIC_ASSERT (sizeof (((NumberWriter *)NULL)->numbers) == PAGE);

static void
write_chunks (const QuarryVectorIndex *self, Writer *writer)
{
  gsize size = quarry_vector_file_pages (self->n_chunks * sizeof (FileChunk));
  g_autofree FileChunk *chunks = g_malloc0 (size);

  for (guint i = 0; i < self->n_chunks; i++)
    {
      const QuarryVectorChunk *chunk = self->chunks[i];

      chunks[i] = (FileChunk){ chunk->n_rows, (guint32) chunk->cell,
                               quarry_vector_sum (chunk->codes.mean, quarry_vector_file_codes_size (self, chunk->n_rows)) };
    }
  write_summed (writer, chunks, size);
}

static void
write_slots (const QuarryVectorIndex *self, Writer *writer)
{
  NumberWriter slots = { .writer = writer };

  for (guint i = 0; i < self->n_chunks; i++)
    for (guint j = 0; j < self->chunks[i]->n_rows; j++)
      write_number (&slots, self->chunks[i]->slots[j]);
  end_numbers (&slots);
  quarry_vector_slots_foreach (&self->slots, write_zero_slot, &slots);
  end_numbers (&slots);
}

/* Writes what is between header and rows. @row_sums: the checksums of the rows. */
static void
write_body (const QuarryVectorIndex *fresh, Writer *writer, const guint32 *row_sums)
{
  NumberWriter sums = { .writer = writer };

  writer->at = PAGE;
  quarry_vector_sum_init (&writer->sum, 0);
  write_chunks (fresh, writer);
  write_slots (fresh, writer);
  write_summed (writer, fresh->centres, fresh->n_chunks * fresh->stride * sizeof (gint16));
  write_summed (writer, nothing, quarry_vector_file_pages (writer->at) - writer->at);
  for (guint i = 0; i < fresh->n_rows; i++)
    write_number (&sums, row_sums[i]);
  end_numbers (&sums);
  for (guint i = 0; i < fresh->n_chunks; i++)
    write_plainly (writer,
                   fresh->chunks[i]->codes.mean,
                   quarry_vector_file_codes_size (fresh, fresh->chunks[i]->n_rows));
  write_zeros (writer);
}

/* Writes the rows of @fresh, which are those of @self in another order and are found by their slots, and stores their
 * checksums in @sums. FALSE where a row is damaged in the old file, since it must not get a valid checksum in the new
 * one. */
static gboolean
write_rows (QuarryVectorIndex *self, const QuarryVectorIndex *fresh, Writer *writer, guint32 *sums)
{
  const guint ahead = 4;
  gsize row_size = self->stride * sizeof (gint16);
  gint16 *rows = g_aligned_alloc0 (QUARRY_VECTOR_CHUNK_ROWS, row_size, QUARRY_VECTOR_ALIGNMENT);

  for (guint i = 0; i < fresh->n_chunks && !g_atomic_int_get (&self->damaged); i++)
    {
      const QuarryVectorChunk *chunk = fresh->chunks[i];

      for (guint j = 0; j < chunk->n_rows; j++)
        {
          guint32 slot = chunk->slots[j], row = quarry_vector_slots_get (&self->slots, slot);
          gint16 *copy = rows + j * self->stride;

          if (j + ahead < chunk->n_rows)
            quarry_vector_index_prefetch_row (
                self, quarry_vector_slots_get (&self->slots, chunk->slots[j + ahead]));
          quarry_vector_row_is_sound (self, self->chunks[row / QUARRY_VECTOR_CHUNK_ROWS],
                                      row % QUARRY_VECTOR_CHUNK_ROWS);
          memcpy (copy, quarry_vector_index_row_at (self, row), row_size);
          *sums++ = quarry_vector_row_sum (copy, self->stride, slot);
        }
      write_plainly (writer, rows, chunk->n_rows * row_size);
    }
  write_zeros (writer);
  g_aligned_free (rows);
  return !g_atomic_int_get (&self->damaged);
}

static Header
make_header (const QuarryVectorIndex *self, const char *mark)
{
  Header header = { .magic = QUARRY_VECTOR_FILE_MAGIC,
                    .version = QUARRY_VECTOR_FILE_VERSION,
                    .byte_order = QUARRY_VECTOR_FILE_BYTE_ORDER,
                    .dims = self->dims,
                    .chunk_rows = QUARRY_VECTOR_CHUNK_ROWS,
                    .n_rows = self->n_rows,
                    .n_zeros = self->n_zeros,
                    .n_chunks = self->n_chunks,
                    .n_joined = self->n_joined };

  for (guint i = 0; i < self->n_chunks; i++)
    header.codes_length += quarry_vector_file_codes_size (self, self->chunks[i]->n_rows);
  header.codes_length = quarry_vector_file_pages (header.codes_length);
  strcpy (header.mark, mark);
  return header;
}

/* Makes the chunks of @self refer to the file that has just been written. FALSE where it cannot be mapped. @damaged:
 * the flag of the index whose content will be exchanged with @self. */
static gboolean
map_file (QuarryVectorIndex *self, int fd, const Layout *layout, gint *damaged)
{
  char *map = mmap (NULL, layout->length, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);

  if (map == MAP_FAILED)
    return FALSE;
  quarry_mapping_guard (map, layout->length, damaged);
  self->map = map;
  self->map_length = layout->length;
  quarry_vector_file_map_chunks (self, map, layout);
  return TRUE;
}

/* Writes everything and replaces the content of @self by what has been written. Returns errno or 0; -1 where the index
 * is damaged. */
static int
write_index (QuarryVectorIndex *self, const char *path, const char *mark, Writer *writer)
{
  g_autofree char *temporary = g_strconcat (path, ".new", NULL);
  g_autoptr (QuarryVectorIndex) fresh = quarry_vector_index_make_successor (self);
  g_autofree guint32 *sums = NULL;
  Header header;
  Layout layout;
  char page[PAGE] = { 0 };

  if (fresh == NULL)
    return -1;
  header = make_header (fresh, mark);
  layout = quarry_vector_lay_out (&header, self->stride);
  sums = g_new (guint32, fresh->n_rows);
  writer->at = layout.rows;
  if (!write_rows (self, fresh, writer, sums))
    return -1;
  write_body (fresh, writer, sums);
  if (writer->error == 0 && !map_file (fresh, writer->fd, &layout, &self->damaged))
    writer->error = errno;
  if (writer->error != 0)
    return writer->error;

  if (fresh->n_cell_rows > 0 && fresh->measured != fresh->promised)
    quarry_vector_index_measure_effort (fresh, self->queries, self->n_queries);
  header.promised = fresh->measured;
  header.effort = fresh->effort;
  header.body_sum = quarry_vector_sum_end (&writer->sum);
  header.header_sum = quarry_vector_header_sum (&header);
  memcpy (page, &header, sizeof header);
  writer->at = 0;
  write_plainly (writer, page, sizeof page);
  if (writer->error == 0 && fsync (writer->fd) != 0)
    writer->error = errno;
  if (writer->error == 0 && g_rename (temporary, path) != 0)
    writer->error = errno;
  if (writer->error != 0)
    return writer->error;
  quarry_file_sync_folder (path);
  writer->at = layout.length;
  quarry_vector_index_exchange (self, fresh);
  return 0;
}

/* Writes a file beside @path and renames it to @path. What a killed process has left there is overwritten. Returns
 * errno or 0; -1 where the index is damaged. */
static int
write_anew (QuarryVectorIndex *self, const char *path, const char *mark)
{
  g_autofree char *temporary = g_strconcat (path, ".new", NULL);
  Writer writer = { .fd = open (temporary, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600) };
  struct stat opened, named;
  int failure;

  if (writer.fd < 0)
    return errno;
  if (flock (writer.fd, LOCK_EX | LOCK_NB) != 0)
    writer.error = errno;
  /* Between opening and locking it, another process may have renamed this file to its place, where it must not be
   * changed. */
  else if (fstat (writer.fd, &opened) != 0 || lstat (temporary, &named) != 0
           || opened.st_ino != named.st_ino || opened.st_dev != named.st_dev)
    writer.error = EAGAIN;
  else if (ftruncate (writer.fd, 0) != 0)
    writer.error = errno;
  if (writer.error != 0)
    {
      close (writer.fd);
      return writer.error;
    }
  failure = write_index (self, path, mark, &writer);
  if (failure != 0)
    {
      g_unlink (temporary);
      close (writer.fd);
      return failure;
    }
  flock (writer.fd, LOCK_UN);
  quarry_vector_file_remember (self, writer.fd, writer.at, mark);
  return 0;
}

gboolean
quarry_vector_index_save (QuarryVectorIndex *self,
                          const char *path,
                          const char *mark,
                          GError **error)
{
  int fd, failure;

  g_return_val_if_fail (strlen (mark) <= QUARRY_VECTOR_FILE_MAX_MARK, FALSE);

  g_mutex_lock (&self->change);
  fd = quarry_vector_log_open (self, path, mark);
  failure = fd >= 0 ? quarry_vector_log_append (self, fd) : write_anew (self, path, mark);
  if (fd >= 0)
    close (fd);
  g_mutex_unlock (&self->change);

  if (failure < 0)
    return quarry_vector_file_refuse (path,
                   error,
                   QUARRY_VECTOR_ERROR_DAMAGED,
                   _ ("is damaged: a vector does not match its checksum."));
  if (failure > 0)
    return quarry_vector_file_refuse (
        path, error, QUARRY_VECTOR_ERROR_FILE, _ ("cannot be written: %s"), g_strerror (failure));
  return TRUE;
}
