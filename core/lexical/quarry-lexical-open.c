/* quarry-lexical-open.c: opens the index from its file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Scans the records of the file for lists and takes the last one that is valid with all its segments. Segments are
 * mapped. Small files are verified at once; of large ones, lists and positions are verified before their first use.
 */
#include "quarry-config.h"

#include "core/lexical/quarry-lexical-format.h"
#include "core/lexical/quarry-lexical-private.h"
#include "core/mapping/quarry-file-io.h"
#include "core/mapping/quarry-mapping.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_RECORDS 100000u
#define MAX_SEGMENTS 4096u

/* Files up to this size are verified while they are opened, which takes one or two milliseconds. */
#define CHECKED_AT_ONCE (G_GUINT64_CONSTANT (16) << 20)

/* Sets @error to the reason why a file is rejected, and returns FALSE. */
static gboolean
refuse (const char *path, QuarryLexicalError code, const char *reason, GError **error)
{
  g_autofree char *shown = g_filename_display_name (path);

  g_set_error (error, QUARRY_LEXICAL_ERROR, code, _ ("The index of words “%s” %s"), shown, reason);
  return FALSE;
}

static gboolean
check_file_header (int fd, const char *path, GError **error)
{
  QuarryLexicalFileHeader header;

  if (!quarry_file_read_at (fd, &header, sizeof header, 0)
      || memcmp (header.magic, QUARRY_LEXICAL_FILE_MAGIC, sizeof header.magic) != 0)
    return refuse (path, QUARRY_LEXICAL_ERROR_DAMAGED, _ ("is none."), error);
  if (header.byte_order != QUARRY_LEXICAL_FILE_BYTE_ORDER)
    return refuse (
        path, QUARRY_LEXICAL_ERROR_STALE, _ ("was made on another kind of machine."), error);
  if (header.version != QUARRY_LEXICAL_FILE_VERSION)
    return refuse (
        path, QUARRY_LEXICAL_ERROR_STALE, _ ("was made by another version of Quarry."), error);
  if (header.sum != quarry_lexical_checksum (&header, offsetof (QuarryLexicalFileHeader, sum)))
    return refuse (
        path, QUARRY_LEXICAL_ERROR_DAMAGED, _ ("is damaged: its header is wrong."), error);
  return TRUE;
}

static gboolean
read_record_header (int fd, guint64 at, guint64 length, QuarryLexicalFileRecord *header)
{
  return at <= length && quarry_file_read_at (fd, header, sizeof *header, at)
         && header->sum == quarry_lexical_checksum (header, offsetof (QuarryLexicalFileRecord, sum))
         && header->place == at
         && (header->type == QUARRY_LEXICAL_FILE_SEGMENT || header->type == QUARRY_LEXICAL_FILE_LIST)
         && header->size <= length - at
         && quarry_lexical_record_length (header->type, header->size) <= length - at;
}

/* The offsets of all lists in the file, in order. (transfer full): of guint64 */
static GArray *
find_lists (int fd, guint64 length)
{
  GArray *lists = g_array_new (FALSE, FALSE, sizeof (guint64));
  QuarryLexicalFileRecord header;
  guint64 at = QUARRY_LEXICAL_PAGE;

  for (guint n = 0; n < MAX_RECORDS && read_record_header (fd, at, length, &header); n++)
    {
      if (header.type == QUARRY_LEXICAL_FILE_LIST)
        g_array_append_val (lists, at);
      at += quarry_lexical_record_length (header.type, header.size);
    }
  return lists;
}

/* Reads the checksums of a segment's blocks; NULL where they are not valid. (transfer full) */
static guint64 *
read_sums (int fd, const QuarryLexicalFileRecord *header)
{
  gsize n_bytes = quarry_lexical_count_sums (quarry_lexical_whole_pages (header->size)) * sizeof (guint64);
  g_autofree guint64 *sums = g_try_malloc (n_bytes);

  return sums != NULL && quarry_file_read_at (fd, sums, n_bytes, header->place + sizeof *header)
                 && quarry_lexical_checksum (sums, n_bytes) == header->body_sum
             ? g_steal_pointer (&sums)
             : NULL;
}

/* Maps a segment and verifies it, all of it where @at_once, else what comes before its lists; NULL where it is not
 * valid. */
static QuarryLexicalSegment *
map_segment (QuarryLexicalIndex *self, int fd, guint64 at, guint64 length, gboolean at_once)
{
  QuarryLexicalFileRecord header;
  g_autoptr (QuarryLexicalSegment) segment = NULL;
  g_autofree guint64 *sums = NULL;
  guint8 *body;
  gsize size;

  if (at % QUARRY_LEXICAL_PAGE != 0 || !read_record_header (fd, at, length, &header)
      || header.type != QUARRY_LEXICAL_FILE_SEGMENT || header.size == 0)
    return NULL;
  size = quarry_lexical_whole_pages (header.size);
  sums = read_sums (fd, &header);
  if (sums == NULL)
    return NULL;
  body = mmap (NULL, size, PROT_READ, MAP_SHARED | (at_once ? MAP_POPULATE : 0), fd,
               (off_t) (at + quarry_lexical_record_head (header.type, header.size)));
  if (body == MAP_FAILED)
    return NULL;
  quarry_mapping_guard (body, size, &self->damaged);
  segment = quarry_lexical_segment_new (body, header.size);
  if (segment == NULL)
    return NULL;
  segment->file_place = at;
  segment->sums = quarry_lexical_sums_new (g_steal_pointer (&sums), size, FALSE, &self->damaged);
  return quarry_lexical_sums_check (segment->sums, body, 0, at_once ? size : (guint64) (segment->lists - body))
             ? g_steal_pointer (&segment)
             : NULL;
}

/* Reads a list and verifies it; NULL where it is not valid. (transfer full) */
static guint8 *
read_list (int fd, guint64 at, guint64 length, gsize *size)
{
  QuarryLexicalFileRecord header;
  g_autofree guint8 *body = NULL;

  if (at % QUARRY_LEXICAL_PAGE != 0 || !read_record_header (fd, at, length, &header)
      || header.type != QUARRY_LEXICAL_FILE_LIST || header.size == 0)
    return NULL;
  *size = header.size;
  body = g_try_malloc (quarry_lexical_whole_pages (header.size));
  return body != NULL && quarry_file_read_at (fd, body, quarry_lexical_whole_pages (header.size), at + QUARRY_LEXICAL_PAGE)
                 && quarry_lexical_checksum (body, quarry_lexical_whole_pages (header.size)) == header.body_sum
             ? g_steal_pointer (&body)
             : NULL;
}

/* The numbers that follow the entries of a list. */
typedef struct
{
  const guint32 *at;
  gsize left;
} Numbers;

static gboolean
take_dead (QuarryLexicalSegment *segment, const QuarryLexicalFileEntry *entry, Numbers *numbers)
{
  guint64 wanted = entry->n_dead + 2 * (guint64) entry->n_dead_counts;

  if (wanted > numbers->left || entry->n_dead > segment->n_rows)
    return FALSE;
  for (guint32 i = 0; i < entry->n_dead; i++)
    if (numbers->at[i] >= segment->n_rows)
      return FALSE;
  quarry_lexical_segment_bury (
      segment, numbers->at, entry->n_dead,
      (const QuarryLexicalTermCount *) (gconstpointer) (numbers->at + entry->n_dead),
      entry->n_dead_counts);
  numbers->at += wanted;
  numbers->left -= wanted;
  return TRUE;
}

static guint64
count_words (const QuarryLexicalSegment *segment)
{
  guint32 with_code[256] = { 0 };
  guint64 n_words = 0;

  for (guint32 row = 0; row < segment->n_rows; row++)
    with_code[segment->lengths[row]]++;
  for (guint32 row = 0; segment->n_dead > 0 && row < segment->n_rows; row++)
    with_code[segment->lengths[row]] -= quarry_lexical_segment_is_dead (segment, row);
  for (guint code = 0; code < 256; code++)
    n_words += with_code[code] * (guint64) quarry_lexical_code_words (code);
  return n_words;
}

static gboolean
take_segments (
    QuarryLexicalIndex *self, int fd, guint64 length, gboolean at_once, const guint8 *list, gsize size)
{
  const QuarryLexicalFileList *header = (const QuarryLexicalFileList *) (gconstpointer) list;
  const QuarryLexicalFileEntry *entries = (const QuarryLexicalFileEntry *) (gconstpointer) (list + sizeof *header);
  guint64 n_passages = 0, n_words = 0;
  Numbers numbers;

  if (size < sizeof *header || header->mark[QUARRY_LEXICAL_FILE_MAX_MARK] != '\0' || header->n_segments > MAX_SEGMENTS
      || size - sizeof *header < header->n_segments * sizeof *entries)
    return FALSE;
  numbers.at = (const guint32 *) (gconstpointer) (entries + header->n_segments);
  numbers.left = (size - sizeof *header - header->n_segments * sizeof *entries) / 4;

  for (guint64 i = 0; i < header->n_segments; i++)
    {
      QuarryLexicalSegment *segment = map_segment (self, fd, entries[i].place, length, at_once);

      if (segment == NULL)
        return FALSE;
      g_ptr_array_add (self->segments, segment);
      if (!take_dead (segment, &entries[i], &numbers))
        return FALSE;
      n_passages += segment->n_rows - segment->n_dead;
      n_words += count_words (segment);
    }
  self->n_passages = n_passages;
  self->n_words = n_words;
  g_free (self->mark);
  self->mark = g_strdup (header->mark);
  return n_passages == header->n_passages && n_words == header->n_words;
}

static gboolean
take_list (QuarryLexicalIndex *self, int fd, guint64 length, gboolean at_once, guint64 at)
{
  gsize size;
  g_autofree guint8 *list = read_list (fd, at, length, &size);
  gboolean taken;

  if (list == NULL)
    return FALSE;
  taken = take_segments (self, fd, length, at_once, list, size);
  if (taken)
    self->file_end = at + quarry_lexical_record_length (QUARRY_LEXICAL_FILE_LIST, size);
  else
    {
      g_ptr_array_set_size (self->segments, 0);
      g_atomic_int_set (&self->damaged, FALSE); /* what is damaged is not used */
    }
  return taken;
}

static gboolean
take_file (QuarryLexicalIndex *self,
           int fd,
           guint64 length,
           gboolean at_once,
           const char *path,
           GError **error)
{
  g_autoptr (GArray) lists = NULL;

  if (!check_file_header (fd, path, error))
    return FALSE;
  lists = find_lists (fd, length);
  for (guint i = lists->len; i > 0; i--)
    if (take_list (self, fd, length, at_once, g_array_index (lists, guint64, i - 1)))
      return TRUE;
  return refuse (path, QUARRY_LEXICAL_ERROR_DAMAGED,
                 _ ("is damaged: its content does not match its checksums."), error);
}

QuarryLexicalIndex *
quarry_lexical_index_open_at_once (const char *path, guint64 most_at_once, GError **error)
{
  g_autoptr (QuarryLexicalIndex) self = quarry_lexical_index_new ();
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  struct stat status;

  if (fd < 0 && errno == ENOENT)
    {
      refuse (path, QUARRY_LEXICAL_ERROR_MISSING, _ ("is not there."), error);
      return NULL;
    }
  if (fd < 0 || fstat (fd, &status) != 0)
    {
      refuse (path, QUARRY_LEXICAL_ERROR_FILE, g_strerror (errno), error);
      if (fd >= 0)
        close (fd);
      return NULL;
    }
  self->file = fd;
  if (!S_ISREG (status.st_mode))
    {
      refuse (path, QUARRY_LEXICAL_ERROR_FILE, _ ("is no file."), error);
      return NULL;
    }
  return take_file (
             self, fd, (guint64) status.st_size, (guint64) status.st_size <= most_at_once, path, error)
             ? g_steal_pointer (&self)
             : NULL;
}

QuarryLexicalIndex *
quarry_lexical_index_open (const char *path, GError **error)
{
  return quarry_lexical_index_open_at_once (path, CHECKED_AT_ONCE, error);
}
