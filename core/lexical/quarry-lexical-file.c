/* quarry-lexical-file.c: saves the index to its file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * New segments and a new list are appended where that does not leave too much unused, else the whole file is written
 * anew. The segments are then mapped from the file, and their memory is freed. quarry-lexical-format.h describes the
 * format.
 */
#include "quarry-config.h"

#include "core/lexical/quarry-lexical-format.h"
#include "core/lexical/quarry-lexical-private.h"
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

/* This many bytes of unused records are always tolerated before the file is written anew. */
#define SMALL_FILE (G_GUINT64_CONSTANT (1) << 20)

/* Writes to a file and remembers the first error, so that it need be checked only at the end. */
typedef struct
{
  int fd;
  int error; /* errno, or 0 */
  guint64 at;
} Writer;

/* A segment, once it is written. */
typedef struct
{
  guint64 place; /* of its record */
  guint64 *sums; /* of its blocks, where it had none; else NULL */
} Written;

static void
write_at_end (Writer *self, const void *data, gsize length)
{
  if (self->error == 0)
    self->error = quarry_file_write_at (self->fd, data, length, &self->at);
}

/* @body: whole pages, of which @size bytes count. @sums: of the blocks of a segment; NULL for a list. Returns the offset
 * of the record. */
static guint64
write_record (Writer *self, const guint8 *body, guint64 size, const guint64 *sums)
{
  static const guint8 zeros[QUARRY_LEXICAL_PAGE];
  guint64 body_size = quarry_lexical_whole_pages (size);
  gsize n_sum_bytes = sums != NULL ? quarry_lexical_count_sums (body_size) * sizeof *sums : 0;
  QuarryLexicalFileRecord header = {
    .type = sums != NULL ? QUARRY_LEXICAL_FILE_SEGMENT : QUARRY_LEXICAL_FILE_LIST,
    .size = size,
    .body_sum = sums != NULL ? quarry_lexical_checksum (sums, n_sum_bytes) : quarry_lexical_checksum (body, body_size),
    .place = self->at,
  };

  header.sum = quarry_lexical_checksum (&header, offsetof (QuarryLexicalFileRecord, sum));
  write_at_end (self, &header, sizeof header);
  write_at_end (self, sums, n_sum_bytes);
  write_at_end (self, zeros, quarry_lexical_record_head (header.type, size) - sizeof header - n_sum_bytes);
  write_at_end (self, body, body_size);
  return header.place;
}

static void
write_file_header (Writer *self)
{
  guint8 page[QUARRY_LEXICAL_PAGE] = { 0 };
  QuarryLexicalFileHeader header
      = { QUARRY_LEXICAL_FILE_MAGIC, QUARRY_LEXICAL_FILE_VERSION, QUARRY_LEXICAL_FILE_BYTE_ORDER, 0 };

  header.sum = quarry_lexical_checksum (&header, offsetof (QuarryLexicalFileHeader, sum));
  memcpy (page, &header, sizeof header);
  write_at_end (self, page, sizeof page);
}

static void
append_number (GByteArray *bytes, guint32 number)
{
  g_byte_array_append (bytes, (const guint8 *) &number, sizeof number);
}

static void
append_dead (GByteArray *body, const QuarryLexicalSegment *segment)
{
  GHashTableIter iter;
  gpointer term, count;

  for (guint32 row = 0; segment->n_dead > 0 && row < segment->n_rows; row++)
    if (quarry_lexical_segment_is_dead (segment, row))
      append_number (body, row);
  if (segment->dead_counts == NULL)
    return;
  g_hash_table_iter_init (&iter, segment->dead_counts);
  while (g_hash_table_iter_next (&iter, &term, &count))
    {
      append_number (body, GPOINTER_TO_UINT (term));
      append_number (body, GPOINTER_TO_UINT (count));
    }
}

static void
write_list (QuarryLexicalIndex *self, Writer *writer, const Written *written, const char *mark)
{
  g_autoptr (GByteArray) body = g_byte_array_new ();
  QuarryLexicalFileList header = { .n_passages = self->n_passages,
                        .n_words = self->n_words,
                        .n_segments = self->segments->len };
  gsize size;

  strcpy (header.mark, mark);
  g_byte_array_append (body, (const guint8 *) &header, sizeof header);
  for (guint i = 0; i < self->segments->len; i++)
    {
      const QuarryLexicalSegment *segment = g_ptr_array_index (self->segments, i);
      QuarryLexicalFileEntry entry
          = { written[i].place, segment->n_dead,
              segment->dead_counts != NULL ? g_hash_table_size (segment->dead_counts) : 0 };

      g_byte_array_append (body, (const guint8 *) &entry, sizeof entry);
    }
  for (guint i = 0; i < self->segments->len; i++)
    append_dead (body, g_ptr_array_index (self->segments, i));

  size = body->len;
  g_byte_array_set_size (body, (guint) quarry_lexical_whole_pages (size));
  memset (body->data + size, 0, body->len - size);
  write_record (writer, body->data, size, NULL);
}

/* Opens the file for appending, if it is still the one that was last opened or saved and nobody else has it locked;
 * else returns -1. */
static int
open_for_appending (const QuarryLexicalIndex *self, const char *path)
{
  struct stat known, found;
  int fd;

  if (self->file < 0 || fstat (self->file, &known) != 0)
    return -1;
  fd = open (path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0)
    return -1;
  if (flock (fd, LOCK_EX | LOCK_NB) == 0 && fstat (fd, &found) == 0 && known.st_ino == found.st_ino
      && known.st_dev == found.st_dev && (guint64) found.st_size == self->file_end)
    return fd;
  close (fd);
  return -1;
}

/* How many bytes the records of all current segments take in a file; *n_new gets how many of those bytes are not in the
 * file yet. */
static guint64
living_bytes (const QuarryLexicalIndex *self, guint64 *n_new)
{
  guint64 all = 0;

  *n_new = 0;
  for (guint i = 0; i < self->segments->len; i++)
    {
      const QuarryLexicalSegment *segment = g_ptr_array_index (self->segments, i);
      guint64 bytes = quarry_lexical_record_length (QUARRY_LEXICAL_FILE_SEGMENT, segment->size);

      all += bytes;
      *n_new += segment->file_place == 0 ? bytes : 0;
    }
  return all;
}

guint64
quarry_lexical_index_get_unsaved (QuarryLexicalIndex *self)
{
  guint64 n_new;

  pthread_rwlock_rdlock (&self->lock);
  living_bytes (self, &n_new);
  pthread_rwlock_unlock (&self->lock);
  return n_new;
}

static void
free_written (const QuarryLexicalIndex *self, Written *written)
{
  for (guint i = 0; i < self->segments->len; i++)
    g_free (written[i].sums);
  g_free (written);
}

/* (transfer full): what became of each segment */
static Written *
write_segments (QuarryLexicalIndex *self, Writer *writer, gboolean all)
{
  Written *written = g_new0 (Written, self->segments->len + 1);

  for (guint i = 0; i < self->segments->len; i++)
    {
      QuarryLexicalSegment *segment = g_ptr_array_index (self->segments, i);

      written[i].place = segment->file_place;
      if (!all && written[i].place != 0)
        continue;
      /* A segment that is mapped from a file keeps the checksums from there. Computed anew, they would confirm whatever
       * another program may have written into that file. */
      if (segment->sums == NULL)
        written[i].sums = quarry_lexical_make_sums (segment->bytes, quarry_lexical_whole_pages (segment->size));
      written[i].place = write_record (writer, segment->bytes, segment->size,
                                       segment->sums != NULL ? segment->sums->sums : written[i].sums);
    }
  return written;
}

/* Maps the segments that were written from the file, at the same addresses, which frees their memory. While a merge is
 * running, they stay as they are, since the merged segments are about to be replaced anyway. */
static void
move_into_file (QuarryLexicalIndex *self, int fd, gboolean all, Written *written)
{
  pthread_rwlock_wrlock (&self->lock);
  for (guint i = 0; i < self->segments->len; i++)
    {
      QuarryLexicalSegment *segment = g_ptr_array_index (self->segments, i);

      if (!self->merging && (all || segment->file_place == 0))
        {
          gsize size = quarry_lexical_whole_pages (segment->size);
          guint64 at = written[i].place + quarry_lexical_record_head (QUARRY_LEXICAL_FILE_SEGMENT, segment->size);

          /* They must be guarded before a search can read them. */
          quarry_mapping_unguard (segment->bytes);
          quarry_mapping_guard (segment->bytes, size, &self->damaged);
          if (mmap (segment->bytes, size, PROT_READ, MAP_SHARED | MAP_FIXED, fd, (off_t) at)
              == MAP_FAILED)
            g_debug ("a segment stays in memory: %s", g_strerror (errno));
          else if (segment->sums == NULL)
            segment->sums = quarry_lexical_sums_new (g_steal_pointer (&written[i].sums), size, TRUE, &self->damaged);
        }
      segment->file_place = written[i].place;
    }
  pthread_rwlock_unlock (&self->lock);
}

static int
append_to_file (QuarryLexicalIndex *self, int fd, const char *mark)
{
  Writer writer = { fd, 0, self->file_end };
  Written *written = write_segments (self, &writer, FALSE);

  write_list (self, &writer, written, mark);
  if (writer.error == 0 && fdatasync (fd) != 0)
    writer.error = errno;
  if (writer.error != 0)
    {
      /* Remove what was partly written. Where that fails, it does no harm: it is not accepted as a record. */
      if (ftruncate (fd, (off_t) self->file_end) != 0)
        g_debug ("an unfinished record stays behind: %s", g_strerror (errno));
    }
  else
    {
      move_into_file (self, fd, FALSE, written);
      self->file_end = writer.at;
    }
  free_written (self, written);
  return writer.error;
}

/* Opens the file beside @path that the whole index is written into, empty and locked. It always has the same name, so
 * that what a killed process has left there is overwritten and does not pile up. Returns -1 with errno set, also where
 * another process is writing it. */
static int
open_beside (const char *temporary)
{
  int fd = open (temporary, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  struct stat opened, named;
  int failure = 0;

  if (fd < 0)
    return -1;
  if (flock (fd, LOCK_EX | LOCK_NB) != 0)
    failure = errno;
  /* Between opening and locking it, another process may have finished this file and renamed it to its place. */
  else if (fstat (fd, &opened) != 0 || lstat (temporary, &named) != 0 ||
           opened.st_ino != named.st_ino || opened.st_dev != named.st_dev)
    failure = EAGAIN;
  else if (ftruncate (fd, 0) != 0)
    failure = errno;
  if (failure == 0)
    return fd;
  close (fd);
  errno = failure;
  return -1;
}

static int
write_anew (QuarryLexicalIndex *self, const char *path, const char *mark)
{
  g_autofree char *temporary = g_strconcat (path, ".new", NULL);
  Writer writer = { open_beside (temporary), 0, 0 };
  Written *written;

  if (writer.fd < 0)
    return errno;
  write_file_header (&writer);
  written = write_segments (self, &writer, TRUE);
  write_list (self, &writer, written, mark);
  if (writer.error == 0 && fsync (writer.fd) != 0)
    writer.error = errno;
  if (writer.error == 0 && g_rename (temporary, path) != 0)
    writer.error = errno;
  if (writer.error != 0)
    {
      g_unlink (temporary);
      close (writer.fd);
      free_written (self, written);
      return writer.error;
    }

  quarry_file_sync_folder (path);
  flock (writer.fd, LOCK_UN);
  move_into_file (self, writer.fd, TRUE, written);
  free_written (self, written);
  if (self->file >= 0)
    close (self->file);
  self->file = writer.fd;
  self->file_end = writer.at;
  return 0;
}

gboolean
quarry_lexical_index_save (QuarryLexicalIndex *self,
                           const char *path,
                           const char *mark,
                           GError **error)
{
  guint64 living, n_new;
  int fd = -1, failure;

  g_return_val_if_fail (self != NULL && strlen (mark) <= QUARRY_LEXICAL_FILE_MAX_MARK, FALSE);

  pthread_mutex_lock (&self->change);
  quarry_lexical_index_seal (self);
  living = living_bytes (self, &n_new);
  if (self->file_end + n_new <= SMALL_FILE + living + living / 4)
    fd = open_for_appending (self, path);
  failure = fd >= 0 ? append_to_file (self, fd, mark) : write_anew (self, path, mark);
  if (fd >= 0)
    close (fd);
  if (failure == 0)
    {
      g_free (self->mark);
      self->mark = g_strdup (mark);
      self->unsaved_merge = FALSE;
    }
  pthread_mutex_unlock (&self->change);

  if (failure != 0)
    {
      g_autofree char *shown = g_filename_display_name (path);

      g_set_error (error, QUARRY_LEXICAL_ERROR, QUARRY_LEXICAL_ERROR_FILE,
                   _ ("The index of words “%s” cannot be written: %s"), shown,
                   g_strerror (failure));
    }
  return failure == 0;
}

char *
quarry_lexical_index_dup_mark (QuarryLexicalIndex *self)
{
  char *mark;

  pthread_mutex_lock (&self->change);
  mark = g_strdup (self->mark);
  pthread_mutex_unlock (&self->change);
  return mark;
}
