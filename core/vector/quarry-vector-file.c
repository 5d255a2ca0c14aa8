/* quarry-vector-file.c: the index on disk
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/vector/quarry-vector-index-private.h"

#include "core/mapping/quarry-mapping.h"
#include "core/vector/quarry-vector-format.h"

#include <errno.h>
#include <inttypes.h>
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
typedef QuarryVectorLogBlock LogBlock;
typedef QuarryVectorLogRecord LogRecord;

G_STATIC_ASSERT (sizeof (Header) <= PAGE);
G_STATIC_ASSERT (sizeof (LogBlock) == 64);

guint64
quarry_vector_header_sum (const Header *header)
{
  guint64 block[PAGE / 8] = { 0 };

  memcpy (block, header, offsetof (Header, header_sum));
  return quarry_vector_sum (block, sizeof block);
}

static guint64
whole_pages (guint64 length)
{
  return (length + PAGE - 1) / PAGE * PAGE;
}

QuarryVectorLayout
quarry_vector_lay_out (const Header *header, gsize stride)
{
  Layout layout = { .slots = PAGE + whole_pages (header->n_chunks * sizeof (FileChunk)) };
  gsize row = stride * sizeof (gint16);

  layout.zeros = layout.slots + whole_pages (header->n_rows * sizeof (guint32));
  layout.centres = layout.zeros + whole_pages (header->n_zeros * sizeof (guint32));
  layout.sums = layout.centres + whole_pages (header->n_chunks * row);
  layout.codes = layout.sums + whole_pages (header->n_rows * sizeof (guint32));
  layout.rows = layout.codes + header->codes_length;
  layout.length = layout.rows + whole_pages (header->n_rows * row);
  return layout;
}

/* Of the codes of a chunk. */
static gsize
codes_size (const QuarryVectorIndex *self, guint n_rows)
{
  return quarry_vector_codes_get_size (self->rotation.n, n_rows);
}

/* --- Writing --------------------------------------------------------------------------------- */

/* Writing, with errors kept until the end. */
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
  const char *bytes = data;

  while (length > 0 && self->error == 0)
    {
      gssize n = pwrite (self->fd, bytes, length, (off_t)self->at);

      if (n < 0 && errno != EINTR)
        self->error = errno;
      if (n > 0)
        {
          bytes += n;
          length -= (gsize) n;
          self->at += (guint64) n;
        }
    }
}

/* What the body's checksum covers. @length: a multiple of 64. */
static void
write_summed (Writer *self, gconstpointer data, gsize length)
{
  quarry_vector_sum_add (&self->sum, data, length);
  write_plainly (self, data, length);
}

static const char nothing[PAGE];

/* Up to the next whole page. */
static void
write_zeros (Writer *self)
{
  write_plainly (self, nothing, whole_pages (self->at) - self->at);
}

/* Many numbers on end, a few at a time. */
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
  gsize size = whole_pages (self->n_chunks * sizeof (FileChunk));
  g_autofree FileChunk *chunks = g_malloc0 (size);

  for (guint i = 0; i < self->n_chunks; i++)
    {
      const QuarryVectorChunk *chunk = self->chunks[i];

      chunks[i] = (FileChunk){ chunk->n_rows, (guint32) chunk->cell,
                               quarry_vector_sum (chunk->codes.mean, codes_size (self, chunk->n_rows)) };
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

/* Writes what stands between header and rows. @sums: the rows' checksums. */
static void
write_body (const QuarryVectorIndex *fresh, Writer *writer, const guint32 *row_sums)
{
  NumberWriter sums = { .writer = writer };

  writer->at = PAGE;
  quarry_vector_sum_init (&writer->sum, 0);
  write_chunks (fresh, writer);
  write_slots (fresh, writer);
  write_summed (writer, fresh->centres, fresh->n_chunks * fresh->stride * sizeof (gint16));
  write_summed (writer, nothing, whole_pages (writer->at) - writer->at);
  for (guint i = 0; i < fresh->n_rows; i++)
    write_number (&sums, row_sums[i]);
  end_numbers (&sums);
  for (guint i = 0; i < fresh->n_chunks; i++)
    write_plainly (writer,
                   fresh->chunks[i]->codes.mean,
                   codes_size (fresh, fresh->chunks[i]->n_rows));
  write_zeros (writer);
}

/* A rename is on disk once its folder is. */
static void
sync_folder (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd >= 0)
    {
      fsync (fd);
      close (fd);
    }
}

/* Writes the rows of @fresh, which are those of @self in another order and are found through their
 * slots, and their checksums to @sums. FALSE where one is damaged in the old file: it must not get a
 * right checksum in the new one. */
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
                    .n_chunks = self->n_chunks };

  for (guint i = 0; i < self->n_chunks; i++)
    header.codes_length += codes_size (self, self->chunks[i]->n_rows);
  header.codes_length = whole_pages (header.codes_length);
  strcpy (header.mark, mark);
  return header;
}

/* The chunks of @self lie in the file from now on. */
static void
map_chunks (QuarryVectorIndex *self, char *map, const Layout *layout)
{
  char *codes = map + layout->codes;
  guint64 row = 0;

  for (guint i = 0; i < self->n_chunks; i++)
    {
      QuarryVectorChunk *chunk = self->chunks[i];

      quarry_vector_chunk_map (chunk, (guint32 *) (gpointer)(map + layout->slots) + row, codes,
                               self->rotation.n,
                               (gint16 *) (gpointer)(map + layout->rows) + row * self->stride);
      codes += codes_size (self, chunk->n_rows);
      row += chunk->n_rows;
    }
}

/* The same for a file just written. FALSE where it can't be mapped. @damaged: of the index that the file
 * will be exchanged with. */
static gboolean
map_file (QuarryVectorIndex *self, int fd, const Layout *layout, gint *damaged)
{
  char *map = mmap (NULL, layout->length, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);

  if (map == MAP_FAILED)
    return FALSE;
  quarry_mapping_guard (map, layout->length, damaged);
  self->map = map;
  self->map_length = layout->length;
  map_chunks (self, map, layout);
  return TRUE;
}

/* Writes all there is, and has @self be what has been written. Returns errno or 0; -1 where the index
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
  sync_folder (path);
  writer->at = layout.length;
  quarry_vector_index_exchange (self, fresh);
  return 0;
}

static void
remember_file (QuarryVectorIndex *self, int fd, guint64 end, const char *mark)
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

/* Beside @path, then in its place. What a writer that was killed has left there is written over.
 * Returns errno or 0; -1 where the index is damaged. */
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
  /* Between opening and locking, another may have put it in place, where it is read. */
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
  remember_file (self, writer.fd, writer.at, mark);
  return 0;
}

static gboolean
read_whole (int fd, gpointer data, gsize length, guint64 at)
{
  char *bytes = data;

  while (length > 0)
    {
      gssize n = pread (fd, bytes, length, (off_t)at);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      bytes += n;
      length -= (gsize) n;
      at += (guint64) n;
    }
  return TRUE;
}

/* --- The log --------------------------------------------------------------------------------- */

static int
compare_slots (gconstpointer a, gconstpointer b)
{
  guint32 x = *(const guint32 *) a, y = *(const guint32 *) b;

  return (x > y) - (x < y);
}

/* The file that was opened or saved last, ready for appending, where @path is still that, nobody
 * else has appended to it, and there is room for what has changed; else -1. */
static int
open_for_appending (const QuarryVectorIndex *self, const char *path, const char *mark)
{
  struct stat known, found;
  int fd;

  if (self->file < 0 || strcmp (mark, self->mark) != 0
      || (guint64) self->n_logged + self->changed->len > quarry_vector_log_room (self)
      || fstat (self->file, &known) != 0)
    return -1;
  fd = open (path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0)
    return -1;
  if (flock (fd, LOCK_EX | LOCK_NB) == 0 && fstat (fd, &found) == 0 && known.st_ino == found.st_ino
      && known.st_dev == found.st_dev && (guint64) found.st_size == self->file_size)
    return fd;
  close (fd);
  return -1;
}

/* What has become of the slots that changed. A block that is not whole in the end is none, and the
 * next one is written over it. Returns errno or 0; -1 where a row is damaged. */
static int
append_to_log (QuarryVectorIndex *self, int fd)
{
  const guint32 *slots = (const guint32 *) (gpointer)self->changed->data;
  gsize row_size = self->stride * sizeof (gint16);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  LogBlock block = { .magic = QUARRY_VECTOR_LOG_MAGIC, .place = self->log_end };
  Writer writer = { .fd = fd, .at = self->log_end };

  if (self->changed->len == 0)
    return 0;
  g_array_sort (self->changed, compare_slots);
  g_byte_array_append (bytes, (const guint8 *) &block, sizeof block);
  for (guint i = 0; i < self->changed->len; i++)
    if (i == 0 || slots[i] != slots[i - 1])
      {
        guint32 row = quarry_vector_slots_get (&self->slots, slots[i]);
        LogRecord record = { slots[i],
                             row == QUARRY_VECTOR_NO_ROW     ? QUARRY_VECTOR_LOG_EMPTY
                             : row == QUARRY_VECTOR_ZERO_ROW ? QUARRY_VECTOR_LOG_ZERO
                                                             : QUARRY_VECTOR_LOG_ROW };

        g_byte_array_append (bytes, (const guint8 *) &record, sizeof record);
        block.n_records++;
      }

  guint end = bytes->len;

  g_byte_array_set_size (bytes, (end + 63) / 64 * 64);
  memset (bytes->data + end, 0, bytes->len - end);
  for (guint i = 0; i < self->changed->len; i++)
    {
      guint32 row = quarry_vector_slots_get (&self->slots, slots[i]);

      if ((i > 0 && slots[i] == slots[i - 1]) || row >= QUARRY_VECTOR_MAX_ROWS)
        continue;

      QuarryVectorChunk *chunk = self->chunks[row / QUARRY_VECTOR_CHUNK_ROWS];
      guint place = row % QUARRY_VECTOR_CHUNK_ROWS;

      if (!quarry_vector_row_is_sound (self, chunk, place))
        return -1;
      g_byte_array_append (bytes, (const guint8 *) (chunk->rows + place * self->stride), row_size);
    }
  /* A page that was not there reads as zeros, of rows that were sound before. */
  if (g_atomic_int_get (&self->damaged))
    return -1;
  block.size = bytes->len;
  memcpy (bytes->data, &block, sizeof block);
  block.sum = quarry_vector_sum (bytes->data, bytes->len);
  memcpy (bytes->data, &block, sizeof block);

  write_plainly (&writer, bytes->data, bytes->len);
  self->file_size = MAX (self->file_size, writer.at);
  if (writer.error == 0 && fdatasync (fd) != 0)
    writer.error = errno;
  if (writer.error != 0)
    return writer.error;
  self->log_end = writer.at;
  self->n_logged += block.n_records;
  g_array_set_size (self->changed, 0);
  return 0;
}

/* The block of the log at @place, or NULL. (transfer full): it is checked where nobody changes it any
 * more. */
static LogBlock *
read_block (const QuarryVectorIndex *self, int fd, guint64 length, guint64 place)
{
  g_autofree LogBlock *block = NULL;
  guint64 records, n_rows = 0, sum;
  LogBlock head;

  if (length - place < sizeof head || !read_whole (fd, &head, sizeof head, place)
      || head.magic != QUARRY_VECTOR_LOG_MAGIC || head.place != place || head.size % 64 != 0
      || head.size < sizeof head || head.size > length - place
      || head.n_records > head.size / sizeof (LogRecord))
    return NULL;
  block = g_try_malloc (head.size);
  if (block == NULL || !read_whole (fd, block, head.size, place)
      || memcmp (block, &head, sizeof head) != 0)
    return NULL;
  block->sum = 0;
  sum = quarry_vector_sum (block, head.size);
  records = (head.n_records * sizeof (LogRecord) + 63) / 64 * 64;
  if (sum != head.sum || records > head.size - sizeof head)
    return NULL;
  for (guint64 i = 0; i < head.n_records; i++)
    n_rows += ((const LogRecord *)(gconstpointer)(block + 1))[i].state == QUARRY_VECTOR_LOG_ROW;
  return head.size == sizeof head + records + n_rows * self->stride * sizeof (gint16)
             ? g_steal_pointer (&block)
             : NULL;
}

static void
take_log (QuarryVectorIndex *self, int fd, guint64 length)
{
  LogBlock *block;

  while ((block = read_block (self, fd, length, self->log_end)) != NULL)
    {
      const LogRecord *records = (const LogRecord *)(gconstpointer)(block + 1);
      gsize place = (block->n_records * sizeof *records + 63) / 64 * 64;
      const gint16 *row = (const gint16 *) (gconstpointer)((const char *) records + place);

      for (guint64 i = 0; i < block->n_records; i++)
        if (records[i].state == QUARRY_VECTOR_LOG_ROW)
          {
            memcpy (self->scratch, row, self->stride * sizeof *row);
            quarry_vector_index_put_row (self, records[i].slot);
            row += self->stride;
          }
        else
          {
            quarry_vector_index_drop_row (self,
                                          records[i].slot,
                                          records[i].state == QUARRY_VECTOR_LOG_ZERO
                                              ? QUARRY_VECTOR_ZERO_ROW
                                              : QUARRY_VECTOR_NO_ROW);
          }
      self->n_logged += block->n_records;
      self->log_end += block->size;
      g_free (block);
    }
}

/* --- Saving ---------------------------------------------------------------------------------- */

/* Why a file is not believed or not written; sets @error, returns FALSE. */
G_GNUC_PRINTF (4, 5)
static gboolean
refuse (const char *path, GError **error, QuarryVectorError code, const char *format, ...)
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

gboolean
quarry_vector_index_save (QuarryVectorIndex *self,
                          const char *path,
                          const char *mark,
                          GError **error)
{
  int fd, failure;

  g_return_val_if_fail (strlen (mark) <= QUARRY_VECTOR_FILE_MAX_MARK, FALSE);

  g_mutex_lock (&self->change);
  fd = open_for_appending (self, path, mark);
  failure = fd >= 0 ? append_to_log (self, fd) : write_anew (self, path, mark);
  if (fd >= 0)
    close (fd);
  g_mutex_unlock (&self->change);

  if (failure < 0)
    return refuse (path,
                   error,
                   QUARRY_VECTOR_ERROR_DAMAGED,
                   _ ("is damaged: a vector does not match its checksum."));
  if (failure > 0)
    return refuse (
        path, error, QUARRY_VECTOR_ERROR_FILE, _ ("cannot be written: %s"), g_strerror (failure));
  return TRUE;
}

/* --- Opening --------------------------------------------------------------------------------- */

static gboolean
check_header (const QuarryVectorIndex *self,
              const Header *header,
              guint64 length,
              const char *path,
              const char *mark,
              GError **error)
{
  if (memcmp (header->magic, QUARRY_VECTOR_FILE_MAGIC, sizeof header->magic) != 0)
    return refuse (path, error, QUARRY_VECTOR_ERROR_DAMAGED, _ ("is no vector index."));
  if (header->byte_order != QUARRY_VECTOR_FILE_BYTE_ORDER)
    return refuse (
        path, error, QUARRY_VECTOR_ERROR_STALE, _ ("was made on another kind of machine."));
  if (header->version != QUARRY_VECTOR_FILE_VERSION)
    return refuse (
        path, error, QUARRY_VECTOR_ERROR_STALE, _ ("was made by another version of Quarry."));
  if (header->header_sum != quarry_vector_header_sum (header)
      || header->mark[QUARRY_VECTOR_FILE_MAX_MARK] != '\0')
    return refuse (
        path, error, QUARRY_VECTOR_ERROR_DAMAGED, _ ("is damaged: its header is wrong."));
  if (header->dims != self->dims || strcmp (header->mark, mark) != 0)
    return refuse (path,
                   error,
                   QUARRY_VECTOR_ERROR_STALE,
                   _ ("belongs to other content than the library has now."));

  if (header->chunk_rows != QUARRY_VECTOR_CHUNK_ROWS || header->n_rows > QUARRY_VECTOR_MAX_ROWS
      || header->n_zeros > QUARRY_VECTOR_MAX_ROWS || header->n_chunks > header->n_rows
      || header->n_chunks > QUARRY_VECTOR_MAX_ROWS / QUARRY_VECTOR_CHUNK_ROWS
      || header->codes_length > length || header->codes_length % PAGE != 0
      || (header->promised != 0 && !quarry_vector_effort_is_promise (header->promised))
      || !quarry_vector_effort_is_sound (&header->effort))
    return refuse (
        path, error, QUARRY_VECTOR_ERROR_DAMAGED, _ ("is damaged: its header is wrong."));

  guint64 expected = quarry_vector_lay_out (header, self->stride).length;

  if (length < expected)
    return refuse (
        path,
        error,
        QUARRY_VECTOR_ERROR_DAMAGED,
        _ ("is damaged: it has %" PRIu64 " bytes instead of %" PRIu64 "."),
        length,
        expected);
  return TRUE;
}

/* Whether the chunks hold as many rows, and have as many codes, as the header says. */
static gboolean
check_chunks (const QuarryVectorIndex *self, const Header *header, const FileChunk *chunks)
{
  guint64 n_rows = 0, codes_length = 0;

  for (guint64 i = 0; i < header->n_chunks; i++)
    {
      if (chunks[i].n_rows == 0 || chunks[i].n_rows > QUARRY_VECTOR_CHUNK_ROWS || chunks[i].cell > 1)
        return FALSE;
      n_rows += chunks[i].n_rows;
      codes_length += codes_size (self, chunks[i].n_rows);
    }
  return n_rows == header->n_rows && whole_pages (codes_length) == header->codes_length;
}

/* Reading what is checked at once: through a buffer, which takes less time than touching every page of the
 * mapping would. What has been read is what the sum is of. */
typedef struct
{
  int fd;
  guint64 at;
  QuarryVectorSum sum;
  guint32 *buffer; /* N_BUFFERED numbers */
} Reader;

#define N_BUFFERED (32 * PAGE / sizeof (guint32))

/* @length: a multiple of 64. */
static gboolean
read_summed (Reader *self, gpointer data, gsize length)
{
  if (!read_whole (self->fd, data, length, self->at))
    return FALSE;
  quarry_vector_sum_add (&self->sum, data, length);
  self->at += length;
  return TRUE;
}

/* Up to the next whole page. */
static gboolean
read_filling (Reader *self)
{
  return read_summed (self, self->buffer, whole_pages (self->at) - self->at);
}

/* Calls @function, which may be NULL, with the next @n numbers, some at a time, for as long as it returns
 * TRUE. */
static gboolean
read_numbers (Reader *self,
              guint64 n,
              gboolean (*function) (const guint32 *numbers, guint n, gpointer data),
              gpointer data)
{
  while (n > 0)
    {
      guint count = (guint) MIN (n, N_BUFFERED);

      if (!read_summed (self, self->buffer, whole_pages (count * sizeof (guint32)))
          || (function != NULL && !function (self->buffer, count, data)))
        return FALSE;
      n -= count;
    }
  return TRUE;
}

/* Where the next slot's row is. */
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

/* All that is checked at once. FALSE where it is not what was written. */
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
  map_chunks (self, map, layout);
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
    return refuse (path, error, QUARRY_VECTOR_ERROR_DAMAGED, _ ("is no vector index."));

  char *map = mmap (NULL, length, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);

  if (map == MAP_FAILED)
    return refuse (
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
    return refuse (path,
                   error,
                   QUARRY_VECTOR_ERROR_DAMAGED,
                   _ ("is damaged: its content does not match its checksum."));
  self->measured = header.promised;
  if (header.promised > 0)
    self->promised = header.promised;
  self->effort = header.effort;
  remember_file (self, fd, layout.length, mark);
  self->file_size = length;
  take_log (self, fd, length);
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
    opened = refuse (
        path, error, QUARRY_VECTOR_ERROR_FILE, _ ("cannot be read: %s"), g_strerror (errno));
  else if (!S_ISREG (status.st_mode))
    opened = refuse (path, error, QUARRY_VECTOR_ERROR_DAMAGED, _ ("is no vector index."));
  else
    opened = open_map (self, path, fd, status.st_size, mark, error);
  if (fd >= 0 && fd != self->file)
    close (fd);
  return opened ? g_steal_pointer (&self) : NULL;
}
