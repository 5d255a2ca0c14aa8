/* quarry-vector-file.c: the index on disk
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One page of header, then the slots of all rows, the slots of all-zero vectors, the codes of
 * sealed chunks and the rows of all chunks, each part padded to whole pages. Numbers are as the
 * machine has them; a machine with another order of bytes refuses the file. Codes and rows are
 * mapped, not read.
 */
#include "quarry-config.h"

#include "core/vector/quarry-vector-index-private.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC "QuarryVI"
#define VERSION 1
#define BYTE_ORDER_MARK 0x01020304u
#define PAGE 4096
#define MAX_MARK 255

typedef struct
{
  char magic[8];
  guint32 version;
  guint32 byte_order;
  guint32 dims;
  guint32 chunk_rows;
  guint64 n_rows;
  guint64 n_zeros;
  guint64 n_sealed; /* chunks: all, or all but the last */
  guint64 body_sum;
  char mark[MAX_MARK + 1];
  guint64 header_sum; /* of all before it */
} Header;

G_STATIC_ASSERT (sizeof (Header) <= PAGE);

/* Eight sums side by side, after the manner of Yann Collet's xxHash: fast enough to check a file
 * at the speed of memory. It finds accidents; it is no defence against forgery. */
typedef struct
{
  guint64 lane[8];
} Checksum;

static void
checksum_add (Checksum *self, const void *data, gsize length)
{
  const guint64 *word = data;

  for (gsize i = 0; i < length / 8; i += 8)
    for (guint j = 0; j < 8; j++)
      {
        guint64 lane = self->lane[j] ^ word[i + j];

        self->lane[j] = (lane << 29 | lane >> 35) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
      }
}

static void
checksum_init (Checksum *self)
{
  for (guint j = 0; j < 8; j++)
    self->lane[j] = (j + 1) * G_GUINT64_CONSTANT (0xd1b54a32d192ed03);
}

static guint64
checksum_end (const Checksum *self)
{
  guint64 sum = 0;

  for (guint j = 0; j < 8; j++)
    {
      sum = (sum ^ self->lane[j] ^ self->lane[j] >> 32) * G_GUINT64_CONSTANT (0xff51afd7ed558ccd);
      sum ^= sum >> 33;
    }
  return sum;
}

static guint64
header_sum (const Header *header)
{
  G_STATIC_ASSERT (offsetof (Header, header_sum) % 8 == 0);
  guint64 block[PAGE / 8] = { 0 };
  Checksum sum;

  memcpy (block, header, offsetof (Header, header_sum));
  checksum_init (&sum);
  checksum_add (&sum, block, sizeof block);
  return checksum_end (&sum);
}

static guint64
whole_pages (guint64 length)
{
  return (length + PAGE - 1) / PAGE * PAGE;
}

/* Where the parts of a file lie. */
typedef struct
{
  guint64 zeros;
  guint64 codes;
  guint64 codes_step; /* from one chunk's to the next one's */
  guint64 rows;
  guint64 rows_step;
  guint64 length;
} Layout;

static Layout
lay_out (const QuarryVectorIndex *self, guint64 n_rows, guint64 n_zeros, guint64 n_sealed)
{
  guint64 n_chunks = (n_rows + QUARRY_VECTOR_CHUNK_ROWS - 1) / QUARRY_VECTOR_CHUNK_ROWS;
  Layout layout = { .zeros = PAGE + whole_pages (n_rows * sizeof (guint32)),
                    .codes_step = whole_pages (self->codes_size),
                    .rows_step = QUARRY_VECTOR_CHUNK_ROWS * self->stride * sizeof (gint16) };

  layout.codes = layout.zeros + whole_pages (n_zeros * sizeof (guint32));
  layout.rows = layout.codes + n_sealed * layout.codes_step;
  layout.length = layout.rows + n_chunks * layout.rows_step;
  return layout;
}

G_STATIC_ASSERT (QUARRY_VECTOR_CHUNK_ROWS *QUARRY_VECTOR_LANE * sizeof (gint16) % PAGE == 0);

static guint
count_sealed (const QuarryVectorIndex *self)
{
  return self->n_chunks - (self->n_chunks > 0 && !self->chunks[self->n_chunks - 1]->sealed);
}

/* Writing, with errors kept until the end. */
typedef struct
{
  int fd;
  int error; /* errno, or 0 */
  Checksum sum;
} Writer;

static void
write_whole (Writer *self, const void *data, gsize length)
{
  const char *at = data;

  checksum_add (&self->sum, data, length);
  while (length > 0 && self->error == 0)
    {
      gssize n = write (self->fd, at, length);

      if (n < 0 && errno != EINTR)
        self->error = errno;
      if (n > 0)
        {
          at += n;
          length -= n;
        }
    }
}

/* Slots go out in pages of which the last is filled up with zeros. */
typedef struct
{
  Writer *writer;
  guint32 slots[PAGE / 4];
  guint n;
} SlotWriter;

static void
flush_slots (SlotWriter *self)
{
  if (self->n == 0)
    return;
  memset (self->slots + self->n, 0, (G_N_ELEMENTS (self->slots) - self->n) * 4);
  write_whole (self->writer, self->slots, PAGE);
  self->n = 0;
}

static void
write_slot (SlotWriter *self, guint32 slot)
{
  self->slots[self->n++] = slot;
  if (self->n == G_N_ELEMENTS (self->slots))
    flush_slots (self);
}

static void
write_zero_slot (guint32 slot, guint32 row, gpointer data)
{
  if (row == QUARRY_VECTOR_ZERO_ROW)
    write_slot (data, slot);
}

static void
write_codes (QuarryVectorIndex *self, Writer *writer)
{
  gsize length = whole_pages (self->codes_size);
  g_autofree char *pages = g_malloc0 (length);

  for (guint i = 0; i < count_sealed (self); i++)
    {
      memcpy (pages, self->chunks[i]->memory, self->codes_size);
      write_whole (writer, pages, length);
    }
}

static void
write_index (QuarryVectorIndex *self, const char *mark, Writer *writer)
{
  Header header = { .magic = MAGIC,
                    .version = VERSION,
                    .byte_order = BYTE_ORDER_MARK,
                    .dims = self->dims,
                    .chunk_rows = QUARRY_VECTOR_CHUNK_ROWS,
                    .n_rows = self->n_rows,
                    .n_zeros = self->n_zeros,
                    .n_sealed = count_sealed (self) };
  SlotWriter slots = { .writer = writer };

  if (lseek (writer->fd, PAGE, SEEK_SET) < 0)
    writer->error = errno;
  checksum_init (&writer->sum);

  for (guint i = 0; i < self->n_chunks; i++)
    for (guint j = 0; j < self->chunks[i]->n_rows; j++)
      write_slot (&slots, self->chunks[i]->slots[j]);
  flush_slots (&slots);
  quarry_vector_slots_foreach (&self->slots, write_zero_slot, &slots);
  flush_slots (&slots);
  write_codes (self, writer);
  for (guint i = 0; i < self->n_chunks; i++)
    write_whole (
        writer, self->chunks[i]->rows, QUARRY_VECTOR_CHUNK_ROWS * self->stride * sizeof (gint16));

  header.body_sum = checksum_end (&writer->sum);
  strcpy (header.mark, mark);
  header.header_sum = header_sum (&header);

  char page[PAGE] = { 0 };

  memcpy (page, &header, sizeof header);
  if (writer->error == 0 && lseek (writer->fd, 0, SEEK_SET) < 0)
    writer->error = errno;
  write_whole (writer, page, sizeof page);
  if (writer->error == 0 && fsync (writer->fd) != 0)
    writer->error = errno;
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

/* From now on rows and codes lie in the file just written, and their memory is given back. Where
 * that fails, they stay where they are. */
static void
move_into_file (QuarryVectorIndex *self, int fd)
{
  Layout layout = lay_out (self, self->n_rows, self->n_zeros, count_sealed (self));
  char *map = mmap (NULL, layout.length, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);

  if (map == MAP_FAILED)
    return;
  for (guint i = 0; i < self->n_chunks; i++)
    {
      QuarryVectorChunk *chunk = self->chunks[i];
      gint16 *rows = chunk->rows_mapped ? NULL : chunk->rows;
      gpointer memory = chunk->codes_mapped ? NULL : chunk->memory;

      pthread_rwlock_wrlock (&self->lock);
      chunk->rows = (gint16 *)(gpointer)(map + layout.rows + i * layout.rows_step);
      if (chunk->sealed)
        {
          chunk->memory = map + layout.codes + i * layout.codes_step;
          quarry_vector_codes_place (
              &chunk->codes, chunk->memory, self->rotation.n, QUARRY_VECTOR_CHUNK_ROWS);
        }
      chunk->rows_mapped = TRUE;
      chunk->codes_mapped = chunk->sealed;
      pthread_rwlock_unlock (&self->lock);
      g_aligned_free (rows);
      g_aligned_free (memory);
    }
  if (self->map != NULL)
    munmap (self->map, self->map_length);
  self->map = map;
  self->map_length = layout.length;
}

gboolean
quarry_vector_index_save (QuarryVectorIndex *self,
                          const char *path,
                          const char *mark,
                          GError **error)
{
  g_return_val_if_fail (strlen (mark) <= MAX_MARK, FALSE);

  g_autofree char *temporary = g_strconcat (path, ".XXXXXX", NULL);
  Writer writer = { .fd = g_mkstemp_full (temporary, O_RDWR | O_CLOEXEC, 0600) };

  if (writer.fd < 0)
    {
      writer.error = errno;
    }
  else
    {
      g_mutex_lock (&self->change);
      write_index (self, mark, &writer);
      if (writer.error == 0 && g_rename (temporary, path) != 0)
        writer.error = errno;
      if (writer.error == 0)
        {
          sync_folder (path);
          move_into_file (self, writer.fd);
        }
      else
        {
          g_unlink (temporary);
        }
      g_mutex_unlock (&self->change);
      close (writer.fd);
    }

  if (writer.error != 0)
    {
      g_autofree char *shown = g_filename_display_name (path);

      g_set_error (error,
                   QUARRY_VECTOR_ERROR,
                   QUARRY_VECTOR_ERROR_FILE,
                   _ ("The vector index “%s” cannot be written: %s"),
                   shown,
                   g_strerror (writer.error));
    }
  return writer.error == 0;
}

/* Why a file is not believed; sets @error, returns FALSE. */
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

static gboolean
check_header (const QuarryVectorIndex *self,
              const Header *header,
              guint64 length,
              const char *path,
              const char *mark,
              GError **error)
{
  if (memcmp (header->magic, MAGIC, sizeof header->magic) != 0)
    return refuse (path, error, QUARRY_VECTOR_ERROR_DAMAGED, _ ("is no vector index."));
  if (header->byte_order != BYTE_ORDER_MARK)
    return refuse (
        path, error, QUARRY_VECTOR_ERROR_STALE, _ ("was made on another kind of machine."));
  if (header->version != VERSION)
    return refuse (
        path, error, QUARRY_VECTOR_ERROR_STALE, _ ("was made by another version of Quarry."));
  if (header->header_sum != header_sum (header) || header->mark[MAX_MARK] != '\0')
    return refuse (
        path, error, QUARRY_VECTOR_ERROR_DAMAGED, _ ("is damaged: its header is wrong."));
  if (header->dims != self->dims || strcmp (header->mark, mark) != 0)
    return refuse (path,
                   error,
                   QUARRY_VECTOR_ERROR_STALE,
                   _ ("belongs to other content than the library has now."));

  guint64 n_full = header->n_rows / QUARRY_VECTOR_CHUNK_ROWS;
  guint64 n_chunks = (header->n_rows + QUARRY_VECTOR_CHUNK_ROWS - 1) / QUARRY_VECTOR_CHUNK_ROWS;

  if (header->chunk_rows != QUARRY_VECTOR_CHUNK_ROWS || header->n_rows > QUARRY_VECTOR_MAX_ROWS
      || header->n_zeros > QUARRY_VECTOR_MAX_ROWS
      || (header->n_sealed != n_full && header->n_sealed != n_chunks))
    return refuse (
        path, error, QUARRY_VECTOR_ERROR_DAMAGED, _ ("is damaged: its header is wrong."));

  guint64 expected = lay_out (self, header->n_rows, header->n_zeros, header->n_sealed).length;

  if (length != expected)
    return refuse (
        path,
        error,
        QUARRY_VECTOR_ERROR_DAMAGED,
        _ ("is damaged: it has %" G_GUINT64_FORMAT " bytes instead of %" G_GUINT64_FORMAT "."),
        length,
        expected);
  return TRUE;
}

/* FALSE where a slot occurs twice. */
static gboolean
take_slots (QuarryVectorIndex *self, const Header *header, char *map)
{
  Layout layout = lay_out (self, header->n_rows, header->n_zeros, header->n_sealed);
  const guint32 *slots = (const guint32 *)(gpointer)(map + PAGE);
  const guint32 *zeros = (const guint32 *)(gpointer)(map + layout.zeros);

  for (guint64 i = 0; i < header->n_zeros; i++)
    {
      if (quarry_vector_slots_get (&self->slots, zeros[i]) != QUARRY_VECTOR_NO_ROW)
        return FALSE;
      quarry_vector_slots_set (&self->slots, zeros[i], QUARRY_VECTOR_ZERO_ROW);
    }
  self->n_zeros = header->n_zeros;

  for (guint64 row = 0; row < header->n_rows; row += QUARRY_VECTOR_CHUNK_ROWS)
    {
      guint64 i = row / QUARRY_VECTOR_CHUNK_ROWS;
      gint16 *rows = (gint16 *)(gpointer)(map + layout.rows + i * layout.rows_step);
      QuarryVectorChunk *chunk = quarry_vector_chunk_new (
          self, rows, i < header->n_sealed ? map + layout.codes + i * layout.codes_step : NULL);

      chunk->n_rows = MIN (header->n_rows - row, QUARRY_VECTOR_CHUNK_ROWS);
      memcpy (chunk->slots, slots + row, chunk->n_rows * sizeof *slots);
      quarry_vector_index_append_chunk (self, chunk);
      for (guint j = 0; j < chunk->n_rows; j++)
        {
          if (quarry_vector_slots_get (&self->slots, chunk->slots[j]) != QUARRY_VECTOR_NO_ROW)
            return FALSE;
          quarry_vector_slots_set (&self->slots, chunk->slots[j], row + j);
        }
    }
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

  Header header;
  Checksum sum;

  memcpy (&header, map, sizeof header);
  if (!check_header (self, &header, length, path, mark, error))
    return FALSE;
  madvise (map, length, MADV_WILLNEED);
  checksum_init (&sum);
  checksum_add (&sum, map + PAGE, length - PAGE);
  if (checksum_end (&sum) != header.body_sum || !take_slots (self, &header, map))
    return refuse (path,
                   error,
                   QUARRY_VECTOR_ERROR_DAMAGED,
                   _ ("is damaged: its content does not match its checksum."));
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
  if (fd >= 0)
    close (fd);
  return opened ? g_steal_pointer (&self) : NULL;
}
