/* zip-writer.c: writes small ZIP files for tests
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "zip-writer.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdarg.h>
#include <string.h>

static la_ssize_t
write_bytes (struct archive *archive, void *data, const void *buffer, size_t length)
{
  g_byte_array_append (data, buffer, (guint) length);
  return (la_ssize_t) length;
}

static struct archive *
begin (GByteArray *out)
{
  struct archive *archive = archive_write_new ();

  archive_write_set_format_zip (archive);
  g_assert_cmpint (archive_write_open (archive, out, NULL, write_bytes, NULL), ==, ARCHIVE_OK);
  return archive;
}

static void
add (struct archive *archive, const char *name, const char *contents, gsize length, gboolean store)
{
  struct archive_entry *entry = archive_entry_new ();

  if (store)
    archive_write_zip_set_compression_store (archive);
  else
    archive_write_zip_set_compression_deflate (archive);
  archive_entry_set_pathname (entry, name);
  archive_entry_set_size (entry, (la_int64_t) length);
  archive_entry_set_filetype (entry, AE_IFREG);
  archive_entry_set_perm (entry, 0644);
  g_assert_cmpint (archive_write_header (archive, entry), ==, ARCHIVE_OK);
  g_assert_cmpint (archive_write_data (archive, contents, length), ==, length);
  archive_entry_free (entry);
}

static GBytes *
end (struct archive *archive, GByteArray *out)
{
  g_assert_cmpint (archive_write_close (archive), ==, ARCHIVE_OK);
  archive_write_free (archive);
  return g_byte_array_free_to_bytes (out);
}

GBytes *
zip_write (const char *name, ...)
{
  GByteArray *out = g_byte_array_new ();
  struct archive *archive = begin (out);
  gboolean first = TRUE;
  va_list arguments;

  va_start (arguments, name);
  for (; name != NULL; name = va_arg (arguments, const char *))
    {
      const char *contents = va_arg (arguments, const char *);

      add (archive, name, contents, strlen (contents), first);
      first = FALSE;
    }
  va_end (arguments);
  return end (archive, out);
}

GBytes *
zip_write_arrays (const char *name, ...)
{
  GByteArray *out = g_byte_array_new ();
  struct archive *archive = begin (out);
  va_list arguments;

  va_start (arguments, name);
  for (; name != NULL; name = va_arg (arguments, const char *))
    {
      g_autoptr (GByteArray) contents = va_arg (arguments, GByteArray *);

      add (archive, name, (const char *) contents->data, contents->len, FALSE);
    }
  va_end (arguments);
  return end (archive, out);
}

GBytes *
zip_write_zeros (const char *name, gsize length, const char *other, const char *contents)
{
  GByteArray *out = g_byte_array_new ();
  struct archive *archive = begin (out);
  g_autofree char *zeros = g_malloc0 (length);

  add (archive, other, contents, strlen (contents), FALSE);
  add (archive, name, zeros, length, FALSE);
  return end (archive, out);
}

void
zip_save (const char *path, GBytes *zip)
{
  gsize length;
  const char *bytes = g_bytes_get_data (zip, &length);

  g_assert_true (g_file_set_contents (path, bytes, (gssize) length, NULL));
  g_bytes_unref (zip);
}
