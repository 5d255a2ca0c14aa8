/* ole-helpers.c: writes compound files, as Office made them before 2007, and reads them back
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ole-helpers.h"
#include "read-helpers.h"

#include <string.h>
#include <gsf/gsf.h>

GBytes *
write_ole (const char *name, ...)
{
  GsfOutput *memory = gsf_output_memory_new ();
  GsfOutfile *ole = gsf_outfile_msole_new (memory);
  GsfOutput *folder = NULL;
  GBytes *bytes;
  va_list arguments;

  va_start (arguments, name);
  for (; name != NULL; name = va_arg (arguments, const char *))
    {
      GByteArray *contents = va_arg (arguments, GByteArray *);
      const char *slash = strchr (name, '/');
      g_autofree char *parent = slash != NULL ? g_strndup (name, (gsize) (slash - name)) : NULL;
      GsfOutput *stream;

      if (parent != NULL && folder == NULL)
        folder = gsf_outfile_new_child (ole, parent, TRUE);
      stream = gsf_outfile_new_child (
          slash != NULL ? GSF_OUTFILE (folder) : ole, slash != NULL ? slash + 1 : name, FALSE);

      g_assert_true (gsf_output_write (stream, contents->len, contents->data));
      g_assert_true (gsf_output_close (stream));
      g_object_unref (stream);
      g_byte_array_unref (contents);
    }
  va_end (arguments);
  if (folder != NULL)
    g_assert_true (gsf_output_close (folder));
  g_clear_object (&folder);
  g_assert_true (gsf_output_close (GSF_OUTPUT (ole)));
  bytes = g_bytes_new (gsf_output_memory_get_bytes (GSF_OUTPUT_MEMORY (memory)),
                       (gsize) gsf_output_size (memory));
  g_object_unref (ole);
  g_object_unref (memory);
  return bytes;
}

GByteArray *
array_of (const char *text)
{
  return g_byte_array_append (g_byte_array_new (), (const guint8 *) text, (guint) strlen (text));
}

void
read_and_forget (const char *name, const guint8 *bytes, gsize length)
{
  G_GNUC_UNUSED g_autoptr (QuarryDocument) document = read_bytes (name, bytes, length, NULL);
}

void
shake (const char *name, GBytes *file)
{
  gsize length;
  const guint8 *bytes = g_bytes_get_data (file, &length);
  g_autofree guint8 *copy = g_memdup2 (bytes, length);
  guint32 random = 7;

  for (gsize n = 0; n < length; n += 1 + length / 100)
    read_and_forget (name, bytes, n + 1);
  for (guint i = 0; i < 2000; i++)
    {
      gsize at;

      random = random * 1664525u + 1013904223u;
      at = random % length;
      copy[at] = (guint8) (random >> 24);
      read_and_forget (name, copy, length);
      copy[at] = bytes[at];
    }
}

void
assert_file (const char *name, GBytes *file, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryDocument) document
      = read_bytes (name, g_bytes_get_data (file, NULL), g_bytes_get_size (file), &error);
  g_autofree char *shown = NULL;

  g_assert_no_error (error);
  shown = show (document);
  g_assert_cmpstr (shown, ==, expected);
  shake (name, file);
  g_bytes_unref (file);
}

static void
ignore (const char *domain, GLogLevelFlags level, const char *message, gpointer data)
{
}

void
hush_gsf (void)
{
  g_log_set_always_fatal (G_LOG_LEVEL_ERROR);
  g_log_set_default_handler (ignore, NULL);
}
