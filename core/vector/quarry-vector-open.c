/* quarry-vector-open.c: opens the index's file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Maps the file, verifies the header and the parts before the codes while it builds the chunks and the table of slots,
 * and then applies the log.
 */
#include "core/vector/quarry-vector-file-private.h"

#include "core/mapping/quarry-file-io.h"
#include "core/mapping/quarry-mapping.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define PAGE QUARRY_VECTOR_FILE_PAGE

typedef QuarryVectorFileHeader Header;
typedef QuarryVectorFileChunk FileChunk;
typedef QuarryVectorLayout Layout;

static gboolean
check_header (const QuarryVectorIndex *self,
              const Header *header,
              guint64 length,
              const char *path,
              const char *mark,
              GError **error)
{
  if (memcmp (header->magic, QUARRY_VECTOR_FILE_MAGIC, sizeof header->magic) != 0)
    return quarry_vector_file_refuse (path, error, QUARRY_VECTOR_ERROR_DAMAGED, _ ("is no vector index."));
  if (header->byte_order != QUARRY_VECTOR_FILE_BYTE_ORDER)
    return quarry_vector_file_refuse (
        path, error, QUARRY_VECTOR_ERROR_STALE, _ ("was made on another kind of machine."));
  if (header->version != QUARRY_VECTOR_FILE_VERSION)
    return quarry_vector_file_refuse (
        path, error, QUARRY_VECTOR_ERROR_STALE, _ ("was made by another version of Quarry."));
  if (header->header_sum != quarry_vector_header_sum (header)
      || header->mark[QUARRY_VECTOR_FILE_MAX_MARK] != '\0')
    return quarry_vector_file_refuse (
        path, error, QUARRY_VECTOR_ERROR_DAMAGED, _ ("is damaged: its header is wrong."));
  if (header->dims != self->dims || strcmp (header->mark, mark) != 0)
    return quarry_vector_file_refuse (path,
                   error,
                   QUARRY_VECTOR_ERROR_STALE,
                   _ ("belongs to other content than the library has now."));

  if (header->chunk_rows != QUARRY_VECTOR_CHUNK_ROWS || header->n_rows > QUARRY_VECTOR_MAX_ROWS
      || header->n_zeros > QUARRY_VECTOR_MAX_ROWS || header->n_chunks > header->n_rows
      || header->n_chunks > QUARRY_VECTOR_MAX_ROWS / QUARRY_VECTOR_CHUNK_ROWS
      || header->codes_length > length || header->codes_length % PAGE != 0
      || (header->promised != 0 && !quarry_vector_effort_is_promise (header->promised))
      || !quarry_vector_effort_is_sound (&header->effort))
    return quarry_vector_file_refuse (
        path, error, QUARRY_VECTOR_ERROR_DAMAGED, _ ("is damaged: its header is wrong."));

  guint64 expected = quarry_vector_lay_out (header, self->stride).length;

  if (length < expected)
    return quarry_vector_file_refuse (
        path,
        error,
        QUARRY_VECTOR_ERROR_DAMAGED,
        _ ("is damaged: it has %" PRIu64 " bytes instead of %" PRIu64 "."),
        length,
        expected);
  return TRUE;
}

/* Whether the numbers of rows and the sizes of the codes of all chunks add up to what the header says. */
static gboolean
check_chunks (const QuarryVectorIndex *self, const Header *header, const FileChunk *chunks)
{
  guint64 n_rows = 0, codes_length = 0;

  for (guint64 i = 0; i < header->n_chunks; i++)
    {
      if (chunks[i].n_rows == 0 || chunks[i].n_rows > QUARRY_VECTOR_CHUNK_ROWS || chunks[i].cell > 1)
        return FALSE;
      n_rows += chunks[i].n_rows;
      codes_length += quarry_vector_file_codes_size (self, chunks[i].n_rows);
    }
  return n_rows == header->n_rows && quarry_vector_file_pages (codes_length) == header->codes_length;
}

/* Reads what is verified at once. It is read through a buffer, which takes less time than accessing every page of the
 * mapping. The checksum is computed from what was read, so that exactly that is verified. */
typedef struct
{
  int fd;
  guint64 at;
  QuarryVectorSum sum;
  guint32 *buffer; /* room for N_BUFFERED numbers */
} Reader;

#define N_BUFFERED (32 * PAGE / sizeof (guint32))

/* @length: a multiple of 64. */
static gboolean
read_summed (Reader *self, gpointer data, gsize length)
{
  if (!quarry_file_read_at (self->fd, data, length, self->at))
    return FALSE;
  quarry_vector_sum_add (&self->sum, data, length);
  self->at += length;
  return TRUE;
}

/* Reads up to the next whole page. */
static gboolean
read_filling (Reader *self)
{
  return read_summed (self, self->buffer, quarry_vector_file_pages (self->at) - self->at);
}

/* Reads the next @n numbers and calls @function (may be NULL) with some of them at a time. Stops with FALSE when it
 * returns FALSE. */
static gboolean
read_numbers (Reader *self,
              guint64 n,
              gboolean (*function) (const guint32 *numbers, guint n, gpointer data),
              gpointer data)
{
  while (n > 0)
    {
      guint count = (guint) MIN (n, N_BUFFERED);

      if (!read_summed (self, self->buffer, quarry_vector_file_pages (count * sizeof (guint32)))
          || (function != NULL && !function (self->buffer, count, data)))
        return FALSE;
      n -= count;
    }
  return TRUE;
}

/* The row that the next slot belongs to. */
typedef struct
{
  QuarryVectorIndex *index;
  guint chunk;
  guint place;
} SlotTaker;

/* FALSE where a slot occurs twice. */
static gboolean
take_slots (const guint32 *slots, guint n, gpointer data)
{
  const guint ahead = 64;
  SlotTaker *self = data;

  for (guint i = 0; i < n; i++)
    {
      if (i + ahead < n)
        quarry_vector_slots_prefetch (&self->index->slots, slots[i + ahead]);
      if (!quarry_vector_slots_take (
              &self->index->slots, slots[i], self->chunk * QUARRY_VECTOR_CHUNK_ROWS + self->place))
        return FALSE;
      if (++self->place == self->index->chunks[self->chunk]->n_rows)
        {
          self->chunk++;
          self->place = 0;
        }
    }
  return TRUE;
}

static gboolean
take_zeros (const guint32 *slots, guint n, gpointer data)
{
  QuarryVectorIndex *self = data;

  for (guint i = 0; i < n; i++)
    if (!quarry_vector_slots_take (&self->slots, slots[i], QUARRY_VECTOR_ZERO_ROW))
      return FALSE;
  self->n_zeros += n;
  return TRUE;
}

static void
take_chunks (QuarryVectorIndex *self, const FileChunk *chunks, guint64 n, const guint32 *sums)
{
  for (guint64 i = 0; i < n; sums += chunks[i++].n_rows)
    {
      QuarryVectorChunk *chunk = g_new0 (QuarryVectorChunk, 1);

      chunk->n_rows = chunks[i].n_rows;
      chunk->cell = chunks[i].cell == 1;
      chunk->codes_sum = chunks[i].sum;
      chunk->sums = sums;
      chunk->sealed = TRUE;
      quarry_vector_index_append_chunk (self, chunk);
    }
}

/* Reads and verifies everything that is verified at once. FALSE where it is not what was written. */
static gboolean
read_body (QuarryVectorIndex *self, int fd, const Header *header, const Layout *layout, char *map)
{
  Reader reader = { .fd = fd, .at = PAGE };
  SlotTaker slots = { self };
  gsize chunks_size = layout->slots - PAGE;
  g_autofree FileChunk *chunks = g_malloc (MAX (chunks_size, 1));
  g_autofree guint32 *buffer = g_new (guint32, N_BUFFERED);

  quarry_vector_sum_init (&reader.sum, 0);
  reader.buffer = buffer;
  if (!read_summed (&reader, chunks, chunks_size) || !check_chunks (self, header, chunks))
    return FALSE;
  take_chunks (self, chunks, header->n_chunks, (const guint32 *) (gpointer)(map + layout->sums));
  quarry_vector_file_map_chunks (self, map, layout);
  quarry_vector_slots_expect (&self->slots, header->n_rows);
  if (!read_numbers (&reader, header->n_rows, take_slots, &slots)
      || !read_numbers (&reader, header->n_zeros, take_zeros, self)
      || (header->n_chunks > 0
          && !read_summed (&reader, quarry_vector_centre_of (self, 0),
                           header->n_chunks * self->stride * sizeof (gint16)))
      || !read_filling (&reader) || !read_numbers (&reader, header->n_rows, NULL, NULL)
      || quarry_vector_sum_end (&reader.sum) != header->body_sum)
    return FALSE;
  for (guint i = 0; i < self->n_chunks; i++)
    self->chunks[i]->length
        = quarry_vector_index_measure_centre (self, quarry_vector_centre_of (self, i));
  return TRUE;
}

static gboolean
open_map (QuarryVectorIndex *self,
          const char *path,
          int fd,
          guint64 length,
          const char *mark,
          GError **error)
{
  if (length < PAGE || length > G_MAXSSIZE)
    return quarry_vector_file_refuse (path, error, QUARRY_VECTOR_ERROR_DAMAGED, _ ("is no vector index."));

  char *map = mmap (NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);

  if (map == MAP_FAILED)
    return quarry_vector_file_refuse (
        path, error, QUARRY_VECTOR_ERROR_FILE, _ ("cannot be read: %s"), g_strerror (errno));
  self->map = map;
  self->map_length = length;
  quarry_mapping_guard (map, length, &self->damaged);

  Header header;
  Layout layout;

  memcpy (&header, map, sizeof header);
  if (!check_header (self, &header, length, path, mark, error))
    return FALSE;
  layout = quarry_vector_lay_out (&header, self->stride);
  if (!read_body (self, fd, &header, &layout, map))
    return quarry_vector_file_refuse (path,
                   error,
                   QUARRY_VECTOR_ERROR_DAMAGED,
                   _ ("is damaged: its content does not match its checksum."));
  self->measured = header.promised;
  if (header.promised > 0)
    self->promised = header.promised;
  self->effort = header.effort;
  self->n_joined = header.n_joined;
  quarry_vector_file_remember (self, fd, layout.length, mark);
  self->file_size = length;
  quarry_vector_log_take (self, fd, length);
  return TRUE;
}

QuarryVectorIndex *
quarry_vector_index_open (const char *path, guint dims, const char *mark, GError **error)
{
  g_autoptr (QuarryVectorIndex) self = quarry_vector_index_new (dims);
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat status;
  gboolean opened;

  if (fd < 0 || fstat (fd, &status) != 0)
    opened = quarry_vector_file_refuse (
        path, error, QUARRY_VECTOR_ERROR_FILE, _ ("cannot be read: %s"), g_strerror (errno));
  else if (!S_ISREG (status.st_mode))
    opened = quarry_vector_file_refuse (path, error, QUARRY_VECTOR_ERROR_DAMAGED, _ ("is no vector index."));
  else
    opened = open_map (self, path, fd, status.st_size, mark, error);
  if (fd >= 0 && fd != self->file)
    close (fd);
  return opened ? g_steal_pointer (&self) : NULL;
}
