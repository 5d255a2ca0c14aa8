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

/* Eight sums side by side, in the manner of Yann Collet's xxHash. It detects accidental damage at the speed of memory,
 * but is no protection against forgery. @length: a multiple of 8. */
guint64
quarry_lexical_checksum (const void *data, gsize length)
{
  const guint64 *word = data;
  guint64 lane[8], sum = length;
  gsize n = length / 8, i = 0;

  for (guint j = 0; j < 8; j++)
    lane[j] = (j + 1) * G_GUINT64_CONSTANT (0xd1b54a32d192ed03);
  for (; i + 8 <= n; i += 8)
    for (guint j = 0; j < 8; j++)
      {
        guint64 mixed = lane[j] ^ word[i + j];

        lane[j] = (mixed << 29 | mixed >> 35) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
      }
  for (; i < n; i++)
    lane[i % 8] = (lane[i % 8] ^ word[i]) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  for (guint j = 0; j < 8; j++)
    {
      sum = (sum ^ lane[j] ^ lane[j] >> 32) * G_GUINT64_CONSTANT (0xff51afd7ed558ccd);
      sum ^= sum >> 33;
    }
  return sum;
}

guint64
quarry_lexical_segment_sum (const QuarryLexicalSegment *self)
{
  return quarry_lexical_checksum (self->bytes, quarry_lexical_whole_pages (self->size));
}

/* Writes to a file and remembers the first error, so that it need be checked only at the end. */
typedef struct
{
  int fd;
  int error; /* errno, or 0 */
  guint64 at;
} Writer;

static void
write_at_end (Writer *self, const void *data, gsize length)
{
  if (self->error == 0)
    self->error = quarry_file_write_at (self->fd, data, length, &self->at);
}

/* @body: whole pages, of which @size bytes count, with the checksum @body_sum. Returns the offset of the body in the
 * file. */
static guint64
write_record (Writer *self, guint64 type, const guint8 *body, guint64 size, guint64 body_sum)
{
  guint8 page[QUARRY_LEXICAL_PAGE] = { 0 };
  QuarryLexicalFileRecord header = { type, size, body_sum, self->at, 0 };
  guint64 place = self->at + QUARRY_LEXICAL_PAGE;

  header.sum = quarry_lexical_checksum (&header, offsetof (QuarryLexicalFileRecord, sum));
  memcpy (page, &header, sizeof header);
  write_at_end (self, page, sizeof page);
  write_at_end (self, body, quarry_lexical_whole_pages (size));
  return place;
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
write_list (QuarryLexicalIndex *self, Writer *writer, const guint64 *places, const char *mark)
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
          = { places[i], segment->n_dead,
              segment->dead_counts != NULL ? g_hash_table_size (segment->dead_counts) : 0 };

      g_byte_array_append (body, (const guint8 *) &entry, sizeof entry);
    }
  for (guint i = 0; i < self->segments->len; i++)
    append_dead (body, g_ptr_array_index (self->segments, i));

  size = body->len;
  g_byte_array_set_size (body, (guint) quarry_lexical_whole_pages (size));
  memset (body->data + size, 0, body->len - size);
  write_record (writer, QUARRY_LEXICAL_FILE_LIST, body->data, size, quarry_lexical_checksum (body->data, body->len));
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
      guint64 bytes = QUARRY_LEXICAL_PAGE + quarry_lexical_whole_pages (segment->size);

      all += bytes;
      *n_new += segment->file_offset == 0 ? bytes : 0;
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
write_segments (QuarryLexicalIndex *self, Writer *writer, gboolean all, guint64 *places)
{
  for (guint i = 0; i < self->segments->len; i++)
    {
      QuarryLexicalSegment *segment = g_ptr_array_index (self->segments, i);

      places[i] = segment->file_offset;
      if (!all && places[i] != 0)
        continue;
      /* A segment that was mapped from a file keeps the checksum from there. Computed anew, it would confirm whatever
       * another program may have written into that file. */
      if (places[i] == 0)
        segment->sum = quarry_lexical_segment_sum (segment);
      places[i] = write_record (writer, QUARRY_LEXICAL_FILE_SEGMENT, segment->bytes, segment->size, segment->sum);
    }
}

/* Maps the segments that were written from the file, at the same addresses, which frees their memory. While a merge is
 * running, they stay as they are, since the merged segments are about to be replaced anyway. */
static void
move_into_file (QuarryLexicalIndex *self, int fd, gboolean all, const guint64 *places)
{
  pthread_rwlock_wrlock (&self->lock);
  for (guint i = 0; i < self->segments->len; i++)
    {
      QuarryLexicalSegment *segment = g_ptr_array_index (self->segments, i);

      if (!self->merging && (all || segment->file_offset == 0))
        {
          gsize size = quarry_lexical_whole_pages (segment->size);

          /* They must be guarded before a search can read them. */
          quarry_mapping_unguard (segment->bytes);
          quarry_mapping_guard (segment->bytes, size, &self->damaged);
          if (mmap (segment->bytes, size, PROT_READ, MAP_SHARED | MAP_FIXED, fd, (off_t) places[i])
              == MAP_FAILED)
            g_debug ("a segment stays in memory: %s", g_strerror (errno));
        }
      segment->file_offset = places[i];
    }
  pthread_rwlock_unlock (&self->lock);
}

static int
append_to_file (QuarryLexicalIndex *self, int fd, const char *mark)
{
  g_autofree guint64 *places = g_new (guint64, self->segments->len + 1);
  Writer writer = { fd, 0, self->file_end };

  write_segments (self, &writer, FALSE, places);
  write_list (self, &writer, places, mark);
  if (writer.error == 0 && fdatasync (fd) != 0)
    writer.error = errno;
  if (writer.error != 0)
    {
      /* Remove what was partly written. Where that fails, it does no harm: it is not accepted as a record. */
      if (ftruncate (fd, (off_t) self->file_end) != 0)
        g_debug ("an unfinished record stays behind: %s", g_strerror (errno));
      return writer.error;
    }
  move_into_file (self, fd, FALSE, places);
  self->file_end = writer.at;
  return 0;
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
  g_autofree guint64 *places = g_new (guint64, self->segments->len + 1);
  Writer writer = { open_beside (temporary), 0, 0 };

  if (writer.fd < 0)
    return errno;
  write_file_header (&writer);
  write_segments (self, &writer, TRUE, places);
  write_list (self, &writer, places, mark);
  if (writer.error == 0 && fsync (writer.fd) != 0)
    writer.error = errno;
  if (writer.error == 0 && g_rename (temporary, path) != 0)
    writer.error = errno;
  if (writer.error != 0)
    {
      g_unlink (temporary);
      close (writer.fd);
      return writer.error;
    }

  quarry_file_sync_folder (path);
  flock (writer.fd, LOCK_UN);
  move_into_file (self, writer.fd, TRUE, places);
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

  /* The checker reads the memory that will be replaced by the mapped file. */
  quarry_lexical_index_end_check (self);
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
