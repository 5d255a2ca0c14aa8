/* quarry-line-reader.c: reads a text file line by line, with errors that name the line
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A wrapper of getline() that counts lines.
 */
#include "quarry-config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <glib/gi18n-lib.h>

#include "core/eval/quarry-line-reader.h"

struct _QuarryLineReader
{
  char *path;
  FILE *file;
  char *line;
  size_t capacity;
  guint number;
};

static void
set_file_error (GError **error, const char *path, int saved_errno)
{
  g_autofree char *name = g_filename_display_name (path);

  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (saved_errno),
               _("Could not read “%s”: %s"), name, g_strerror (saved_errno));
}

QuarryLineReader *
quarry_line_reader_open (const char *path, GError **error)
{
  QuarryLineReader *self;
  FILE *file;

  g_return_val_if_fail (path != NULL, NULL);

  file = fopen (path, "re");
  if (file == NULL)
    {
      set_file_error (error, path, errno);
      return NULL;
    }

  self = g_new0 (QuarryLineReader, 1);
  self->path = g_strdup (path);
  self->file = file;
  return self;
}

void
quarry_line_reader_free (QuarryLineReader *self)
{
  if (self == NULL)
    return;
  fclose (self->file);
  free (self->line);
  g_free (self->path);
  g_free (self);
}

char *
quarry_line_reader_next (QuarryLineReader *self, gsize *length, GError **error)
{
  char *line;
  ssize_t n;

  errno = 0;
  n = getline (&self->line, &self->capacity, self->file);
  if (n < 0)
    {
      /* getline() returns the same at the end and on failure. A folder can be opened as a file and fails only here. */
      if (!feof (self->file) && errno != 0)
        set_file_error (error, self->path, errno);
      return NULL;
    }

  line = self->line;
  if (self->number++ == 0 && n >= 3 && memcmp (line, "\xef\xbb\xbf", 3) == 0)
    {
      line += 3;
      n -= 3;
    }
  if (n > 0 && line[n - 1] == '\n')
    n--;
  if (n > 0 && line[n - 1] == '\r')
    n--;
  line[n] = '\0';

  *length = n;
  return line;
}

guint
quarry_line_reader_get_number (QuarryLineReader *self)
{
  return self->number;
}

gboolean
quarry_line_reader_fail (QuarryLineReader *self, GError **error, const char *format, ...)
{
  g_autofree char *name = g_filename_display_name (self->path);
  g_autofree char *what = NULL;
  va_list arguments;

  va_start (arguments, format);
  what = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "%s:%u: %s", name, self->number, what);
  return FALSE;
}
