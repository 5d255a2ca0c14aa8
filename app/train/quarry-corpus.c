/* quarry-corpus.c: training text, line by line
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/train/quarry-corpus.h"

#include <archive.h>
#include <archive_entry.h>
#include <gio/gio.h>
#include <string.h>

#define BLOCK (1 << 20)

typedef struct archive Archive;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Archive, archive_read_free)

gboolean
quarry_corpus_holds_pairs (const char *path)
{
  g_autofree char *name = g_path_get_basename (path);

  return strstr (name, ".tsv") != NULL;
}

static gboolean
take_line (gboolean pairs, const char *line, gsize length, QuarryRecordFunc func, gpointer data)
{
  const char *tab = memchr (line, '\t', length);

  if (length == 0)
    return TRUE;
  if (tab == NULL)
    return FALSE;
  if (pairs)
    {
      func (QUARRY_RECORD_QUERY, line, tab - line, data);
      func (QUARRY_RECORD_ANSWER, tab + 1, line + length - tab - 1, data);
      return TRUE;
    }
  if (tab != line + 1 || strchr ("DHP", line[0]) == NULL)
    return FALSE;
  func (line[0], line + 2, length - 2, data);
  return TRUE;
}

gboolean
quarry_corpus_read (const char *path, QuarryRecordFunc func, gpointer data, GError **error)
{
  g_autoptr (Archive) archive = archive_read_new ();
  g_autoptr (GString) pending = g_string_new (NULL);
  g_autofree char *block = g_malloc (BLOCK);
  gboolean pairs = quarry_corpus_holds_pairs (path);
  struct archive_entry *entry;
  guint n_lines = 0;
  la_ssize_t got;

  archive_read_support_filter_all (archive);
  archive_read_support_format_raw (archive);
  archive_read_support_format_empty (archive);
  if (archive_read_open_filename (archive, path, BLOCK) != ARCHIVE_OK
      || archive_read_next_header (archive, &entry) != ARCHIVE_OK)
    {
      g_set_error (error,
                   G_IO_ERROR,
                   G_IO_ERROR_FAILED,
                   "“%s” cannot be read: %s",
                   path,
                   archive_error_string (archive));
      return FALSE;
    }
  do
    {
      const char *line, *end, *stop;

      got = archive_read_data (archive, block, BLOCK);
      if (got < 0)
        {
          g_set_error (error,
                       G_IO_ERROR,
                       G_IO_ERROR_FAILED,
                       "“%s” cannot be read: %s",
                       path,
                       archive_error_string (archive));
          return FALSE;
        }
      if (got > 0)
        g_string_append_len (pending, block, got);
      else if (pending->len > 0 && pending->str[pending->len - 1] != '\n')
        g_string_append_c (pending, '\n');
      line = pending->str;
      stop = pending->str + pending->len;
      while ((end = memchr (line, '\n', stop - line)) != NULL)
        {
          n_lines++;
          if (!take_line (pairs, line, end - line, func, data))
            {
              g_set_error (error,
                           G_IO_ERROR,
                           G_IO_ERROR_INVALID_DATA,
                           "“%s”, line %u: neither D, H or P nor a query, then a tab",
                           path,
                           n_lines);
              return FALSE;
            }
          line = end + 1;
        }
      g_string_erase (pending, 0, line - pending->str);
    }
  while (got > 0);
  return TRUE;
}
