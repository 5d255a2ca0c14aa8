/* quarry-reader-chm.c: Windows help files (CHM)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * They contain compressed HTML pages, which libmspack unpacks. The pages become one document, in the
 * order of the table of contents (a list of pages, .hhc). Pages that it does not list come last, in
 * the order of the file.
 */
#include "core/extract/quarry-reader.h"

#include "core/extract/text/quarry-decode.h"

#include <mspack.h>
#include <string.h>
#include <sys/types.h>

#define MAX_PAGES 100000u

/* The memory that libmspack reads from and writes to, through these functions. */
typedef struct
{
  struct mspack_system system; /* has to be first, since libmspack passes a pointer to it */
  const guint8 *bytes;
  gsize length;
  GByteArray *out;
  QuarryInside *inside;
  gsize n_unpacked;
} Memory;

typedef struct
{
  Memory *memory;
  gboolean is_out;
  gsize at;
} MemoryFile;

static struct mspack_file *
memory_open (struct mspack_system *system, const char *name, int mode)
{
  MemoryFile *file = g_new0 (MemoryFile, 1);

  file->memory = (Memory *) system;
  file->is_out = mode != MSPACK_SYS_OPEN_READ;
  return (struct mspack_file *) file;
}

static void
memory_close (struct mspack_file *file)
{
  g_free (file);
}

static int
memory_read (struct mspack_file *stream, void *buffer, int n)
{
  MemoryFile *file = (gpointer) stream;
  gsize got = MIN ((gsize) MAX (n, 0), file->memory->length - file->at);

  if (n < 0 || file->is_out)
    return -1;
  memcpy (buffer, file->memory->bytes + file->at, got);
  file->at += got;
  return (int) got;
}

static int
memory_write (struct mspack_file *stream, void *buffer, int n)
{
  MemoryFile *file = (gpointer) stream;
  Memory *memory = file->memory;

  if (n < 0 || memory->out->len + (gsize) n > QUARRY_INSIDE_MAX_FILE)
    return -1;
  g_byte_array_append (memory->out, buffer, (guint) n);
  return n;
}

static int
memory_seek (struct mspack_file *stream, off_t offset, int mode)
{
  MemoryFile *file = (gpointer) stream;
  off_t base = mode == MSPACK_SYS_SEEK_CUR   ? (off_t) file->at
               : mode == MSPACK_SYS_SEEK_END ? (off_t) file->memory->length
                                             : 0;

  if (offset > G_MAXINT64 / 2 || offset < -(G_MAXINT64 / 2) || base + offset < 0
      || (gsize) (base + offset) > file->memory->length)
    return 1;
  file->at = (gsize) (base + offset);
  return 0;
}

static off_t
memory_tell (struct mspack_file *stream)
{
  MemoryFile *file = (gpointer) stream;

  return (off_t) file->at;
}

static void
memory_say (struct mspack_file *file, const char *format, ...)
{
}

static void *
memory_get (struct mspack_system *system, size_t n)
{
  return g_try_malloc (n);
}

static void
memory_copy (void *from, void *to, size_t n)
{
  memcpy (to, from, n);
}

gboolean
quarry_sniff_chm (const QuarryInput *input)
{
  return input->length > 96 && memcmp (input->bytes, "ITSF", 4) == 0;
}

static gboolean
has_ending (const char *name, const char *ending)
{
  gsize n = strlen (name), m = strlen (ending);

  return n > m && g_ascii_strcasecmp (name + n - m, ending) == 0;
}

/* A file of the book; NULL if it is damaged or too large. (transfer full) */
static GBytes *
unpack (Memory *memory, struct mschm_decompressor *decompressor, struct mschmd_file *file)
{
  if (file->length <= 0 || file->length > (off_t) QUARRY_INSIDE_MAX_FILE
      || memory->n_unpacked + (gsize) file->length > 4 * QUARRY_INSIDE_MAX_FILE
      || (memory->inside != NULL && !quarry_inside_account (memory->inside, (gsize) file->length)))
    return NULL;
  memory->out = g_byte_array_new ();
  memory->n_unpacked += (gsize) file->length;
  if (decompressor->extract (decompressor, file, "out") == MSPACK_ERR_OK && memory->out->len > 0)
    return g_byte_array_free_to_bytes (g_steal_pointer (&memory->out));
  g_clear_pointer (&memory->out, g_byte_array_unref);
  return NULL;
}

/* The key of a page: its name in the table of contents without leading path, in lower case. (transfer full) */
static char *
key_of (const char *name, gsize length)
{
  g_autofree char *plain = g_strndup (name + (length > 0 && *name == '/'), length - (length > 0 && *name == '/'));

  plain[strcspn (plain, "#")] = '\0';
  g_strdelimit (plain, "\\", '/');
  return g_ascii_strdown (plain, -1);
}

/* Lists the pages in the table of contents, each of which is a <param name="Local" value="…">. */
static void
read_contents (GBytes *contents, GPtrArray *keys)
{
  static const char name[] = "name=\"local\"", value[] = "value=\"";
  gsize length;
  const char *bytes = g_bytes_get_data (contents, &length);
  g_autofree char *lower = g_ascii_strdown (bytes, (gssize) length);
  const char *p = lower, *end = lower + length;

  while (keys->len < MAX_PAGES && (p = memmem (p, (gsize) (end - p), name, sizeof name - 1)) != NULL)
    {
      const char *stop = memchr (p, '>', (gsize) (end - p));
      const char *from = stop != NULL ? memmem (p, (gsize) (stop - p), value, sizeof value - 1) : NULL;
      const char *to = from != NULL ? memchr (from + sizeof value - 1, '"', (gsize) (stop - from) - (sizeof value - 1)) : NULL;

      if (to != NULL)
        g_ptr_array_add (keys, key_of (from + sizeof value - 1, (gsize) (to - from) - (sizeof value - 1)));
      p += sizeof name - 1;
    }
}

/* The file contains numbered texts; number 3 is the title. (transfer full) */
static char *
find_title (GBytes *system)
{
  gsize length, at = 4;
  const guint8 *bytes = g_bytes_get_data (system, &length);

  while (at + 4 <= length)
    {
      guint code = bytes[at] | (guint) bytes[at + 1] << 8;
      gsize n = MIN ((gsize) bytes[at + 2] | (gsize) bytes[at + 3] << 8, length - at - 4);

      if (code == 3)
        return g_strndup ((const char *) bytes + at + 4, n);
      at += 4 + n;
    }
  return NULL;
}

static void
read_page (GBytes *page, QuarryDocumentBuilder *builder)
{
  QuarryInput inner = { .name = "page.html", .inside = NULL };

  inner.bytes = g_bytes_get_data (page, &inner.length);
  quarry_read_html (&inner, builder, NULL);
}

typedef struct
{
  GHashTable *pages;    /* key -> GBytes */
  GPtrArray *in_file;   /* their keys, in the order of the file */
  GPtrArray *in_order;  /* in the order of the table of contents */
  char *title;
} Book;

static void
unpack_book (Memory *memory, struct mschm_decompressor *decompressor, struct mschmd_header *header, Book *book)
{
  for (struct mschmd_file *file = header->files; file != NULL && g_hash_table_size (book->pages) < MAX_PAGES; file = file->next)
    {
      const char *name = file->filename;
      gboolean is_page = has_ending (name, ".htm") || has_ending (name, ".html") || has_ending (name, ".xhtml");
      gboolean is_contents = has_ending (name, ".hhc");
      gboolean is_system = strcmp (name, "/#SYSTEM") == 0 || strcmp (name, "#SYSTEM") == 0;
      g_autoptr (GBytes) bytes = is_page || is_contents || is_system ? unpack (memory, decompressor, file) : NULL;

      if (bytes == NULL)
        continue;
      if (is_contents)
        read_contents (bytes, book->in_order);
      else if (is_system && book->title == NULL)
        book->title = find_title (bytes);
      else if (is_page)
        {
          char *key = key_of (name, strlen (name));

          g_ptr_array_add (book->in_file, key);
          g_hash_table_replace (book->pages, g_strdup (key), g_steal_pointer (&bytes));
        }
    }
}

static gboolean
read_pages (Book *book, GPtrArray *keys, QuarryDocumentBuilder *builder)
{
  gboolean is_any = FALSE;

  for (guint i = 0; i < keys->len; i++)
    {
      GBytes *page = g_hash_table_lookup (book->pages, keys->pdata[i]);

      if (page == NULL)
        continue;
      is_any = TRUE;
      read_page (page, builder);
      g_hash_table_remove (book->pages, keys->pdata[i]);
    }
  return is_any;
}

gboolean
quarry_read_chm (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  Memory memory = { .system = { memory_open, memory_close, memory_read, memory_write, memory_seek, memory_tell, memory_say,
                                memory_get, g_free, memory_copy, NULL },
                    .bytes = input->bytes,
                    .length = input->length,
                    .inside = input->inside };
  struct mschm_decompressor *decompressor = mspack_create_chm_decompressor (&memory.system);
  struct mschmd_header *header = decompressor != NULL ? decompressor->open (decompressor, "in") : NULL;
  g_autoptr (GHashTable) pages = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_bytes_unref);
  g_autoptr (GPtrArray) in_file = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) in_order = g_ptr_array_new_with_free_func (g_free);
  Book book = { pages, in_file, in_order, NULL };
  gboolean is_any = FALSE;

  if (header != NULL)
    {
      unpack_book (&memory, decompressor, header, &book);
      decompressor->close (decompressor, header);
    }
  if (decompressor != NULL)
    mspack_destroy_chm_decompressor (decompressor);
  is_any = read_pages (&book, in_order, builder);
  is_any = read_pages (&book, in_file, builder) || is_any;
  /* Set the book's title again, since each page has set its own. */
  if (book.title != NULL && *book.title != '\0')
    {
      g_autoptr (GString) title = quarry_decode ((const guint8 *) book.title, strlen (book.title), NULL);

      quarry_document_builder_set_title (builder, title != NULL ? title->str : NULL);
    }
  g_free (book.title);
  if (!is_any)
    quarry_reader_set_damaged (error, QUARRY_FORMAT_CHM);
  return is_any;
}
