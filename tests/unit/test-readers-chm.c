/* test-readers-chm.c: help books of Windows
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "read-helpers.h"

#include <string.h>

#define HEAD 0x60u
#define DIRECTORY (HEAD + 0x18u)
#define CHUNK 0x1000u
#define CONTENT (DIRECTORY + 0x54u + CHUNK)

static void
write_u32 (GByteArray *out, gsize at, guint32 value)
{
  value = GUINT32_TO_LE (value);
  memcpy (out->data + at, &value, sizeof value);
}

/* A number as the directory of files encodes it: seven bits in each byte, whose highest bit is set where another
 * byte follows. */
static void
add_number (GByteArray *out, gsize *at, gsize value)
{
  if (value > 0x7f)
    out->data[(*at)++] = (guint8) (0x80 | value >> 7);
  out->data[(*at)++] = value & 0x7f;
}

/* A help file with uncompressed files in it. The arguments are names and contents by turns; ~ in contents stands for
 * NUL. (transfer full) */
static GByteArray *
write_chm (const char *const *files)
{
  GByteArray *out = g_byte_array_new ();
  gsize chunk = DIRECTORY + 0x54, at = chunk + 0x14, offset = 0;
  guint n = 0;

  g_byte_array_set_size (out, CONTENT);
  memset (out->data, 0, CONTENT);
  memcpy (out->data, "ITSF\3", 5);
  write_u32 (out, 8, HEAD);
  memcpy (out->data + 0x18,
          "\x10\xfd\x01\x7c\xaa\x7b\xd0\x11\x9e\x0c\0\xa0\xc9\x22\xe6\xec\x11\xfd\x01\x7c\xaa\x7b\xd0\x11\x9e\x0c\0\xa0\xc9\x22\xe6\xec",
          32);
  write_u32 (out, 0x38, HEAD);
  write_u32 (out, 0x40, 0x18);
  write_u32 (out, 0x48, DIRECTORY);
  write_u32 (out, 0x50, 0x54 + CHUNK);
  write_u32 (out, 0x58, CONTENT);

  memcpy (out->data + DIRECTORY, "ITSP\1", 5);
  write_u32 (out, DIRECTORY + 0x08, 0x54);
  write_u32 (out, DIRECTORY + 0x0c, 10);
  write_u32 (out, DIRECTORY + 0x10, CHUNK);
  write_u32 (out, DIRECTORY + 0x14, 2);
  write_u32 (out, DIRECTORY + 0x18, 1);
  write_u32 (out, DIRECTORY + 0x1c, G_MAXUINT32);
  write_u32 (out, DIRECTORY + 0x2c, 1);

  memcpy (out->data + chunk, "PMGL", 4);
  write_u32 (out, chunk + 0x0c, G_MAXUINT32);
  write_u32 (out, chunk + 0x10, G_MAXUINT32);
  for (; files[2 * n] != NULL; n++)
    {
      gsize length = strlen (files[2 * n]);

      add_number (out, &at, length);
      memcpy (out->data + at, files[2 * n], length);
      at += length;
      add_number (out, &at, 0);
      add_number (out, &at, offset);
      add_number (out, &at, strlen (files[2 * n + 1]));
      offset += strlen (files[2 * n + 1]);
    }
  out->data[chunk + CHUNK - 2] = (guint8) n;
  write_u32 (out, chunk + 4, (guint32) (chunk + CHUNK - at));
  for (guint i = 0; i < n; i++)
    g_byte_array_append (out, (const guint8 *) files[2 * i + 1], (guint) strlen (files[2 * i + 1]));
  for (gsize i = CONTENT; i < out->len; i++)
    if (out->data[i] == '~')
      out->data[i] = 0;
  write_u32 (out, DIRECTORY - 0x10, out->len);
  return out;
}

/* Pages come in the order of the table of contents, each once, and then those that it does not list. */
static void
test_order (void)
{
  static const char *const files[] = { "/#SYSTEM",
                                       "\3~~~\4~\2~en\3~\7~Stones~",
                                       "/a.htm",
                                       "<title>A</title><p>Cutting marble.",
                                       "/b.HTM",
                                       "<title>B</title><h1>Kinds</h1><p>All of them.",
                                       "/book.hhc",
                                       "<param name=\"Name\" value=\"B\"><param name=\"Local\" value=\"B.htm\">"
                                       "<param value=\"sub\\c.htm#part\" name=\"Other\"><param NAME=\"Local\" value=\"sub\\c.htm#x\">"
                                       "<param name=\"Local\" value=\"gone.htm\"><param name=\"Local\" value=\"b.htm#again\">",
                                       "/picture.gif",
                                       "GIF89a",
                                       "/sub/c.htm",
                                       "<p>Gr\374n.",
                                       NULL };
  g_autoptr (GByteArray) file = write_chm (files);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryDocument) document = NULL;
  g_autofree char *shown = NULL;

  document = read_bytes ("stones.chm", file->data, file->len, &error);
  g_assert_no_error (error);
  shown = show (document);
  g_assert_cmpstr (quarry_document_get_title (document), ==, "Stones");
  g_assert_cmpstr (shown, ==, "h1 Kinds\np All of them.\np Grün.\np Cutting marble.\n");
}

static void
test_broken (void)
{
  static const char *const files[] = { "/a.htm", "<p>Cutting marble.", NULL };
  g_autoptr (GByteArray) file = write_chm (files);

  assert_refused ("stones.chm", file->data, 200, QUARRY_EXTRACT_ERROR_DAMAGED);
  /* The table of contents is truncated. */
  assert_refused ("stones.chm", file->data, CONTENT, QUARRY_EXTRACT_ERROR_DAMAGED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/readers/chm/order", test_order);
  g_test_add_func ("/readers/chm/broken", test_broken);

  return g_test_run ();
}
