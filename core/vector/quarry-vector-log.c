/* quarry-vector-log.c: appends changes to the index's file, and reads them back
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The log follows the parts of the file. It consists of blocks of records, each of which has a checksum of its own.
 */
#include "core/vector/quarry-vector-file-private.h"

#include "core/mapping/quarry-file-io.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

typedef QuarryVectorLogBlock LogBlock;
typedef QuarryVectorLogRecord LogRecord;

G_STATIC_ASSERT (sizeof (LogBlock) == 64);

static int
compare_slots (gconstpointer a, gconstpointer b)
{
  guint32 x = *(const guint32 *) a, y = *(const guint32 *) b;

  return (x > y) - (x < y);
}

int
quarry_vector_log_open (const QuarryVectorIndex *self, const char *path, const char *mark)
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

int
quarry_vector_log_append (QuarryVectorIndex *self, int fd)
{
  const guint32 *slots = (const guint32 *) (gpointer)self->changed->data;
  gsize row_size = self->stride * sizeof (gint16);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  LogBlock block = { .magic = QUARRY_VECTOR_LOG_MAGIC, .place = self->log_end };
  guint64 end_of_block = self->log_end;
  int failure;

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
  /* A page of the file that could not be read appears as zeros, even in rows that were verified before. */
  if (g_atomic_int_get (&self->damaged))
    return -1;
  block.size = bytes->len;
  memcpy (bytes->data, &block, sizeof block);
  block.sum = quarry_vector_sum (bytes->data, bytes->len);
  memcpy (bytes->data, &block, sizeof block);

  failure = quarry_file_write_at (fd, bytes->data, bytes->len, &end_of_block);
  self->file_size = MAX (self->file_size, end_of_block);
  if (failure == 0 && fdatasync (fd) != 0)
    failure = errno;
  if (failure != 0)
    return failure;
  self->log_end = end_of_block;
  self->n_logged += block.n_records;
  g_array_set_size (self->changed, 0);
  return 0;
}

/* Reads and verifies the block of the log at @place; NULL where there is none. (transfer full): it is a copy, which
 * nobody can change after it was verified. */
static LogBlock *
read_block (const QuarryVectorIndex *self, int fd, guint64 length, guint64 place)
{
  g_autofree LogBlock *block = NULL;
  guint64 records, n_rows = 0, sum;
  LogBlock head;

  if (length - place < sizeof head || !quarry_file_read_at (fd, &head, sizeof head, place)
      || head.magic != QUARRY_VECTOR_LOG_MAGIC || head.place != place || head.size % 64 != 0
      || head.size < sizeof head || head.size > length - place
      || head.n_records > head.size / sizeof (LogRecord))
    return NULL;
  block = g_try_malloc (head.size);
  if (block == NULL || !quarry_file_read_at (fd, block, head.size, place)
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

void
quarry_vector_log_take (QuarryVectorIndex *self, int fd, guint64 length)
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
