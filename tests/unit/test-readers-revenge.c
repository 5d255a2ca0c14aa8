/* test-readers-revenge.c: what LibreOffice's import libraries read
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "read-helpers.h"

#include <string.h>

static void
put (GByteArray *out, const void *bytes, gsize length)
{
  g_byte_array_append (out, bytes, (guint) length);
}

static void
put_u16 (GByteArray *out, guint value)
{
  const guint8 bytes[] = { (guint8) value, (guint8) (value >> 8) };

  put (out, bytes, sizeof bytes);
}

/* A file of WordPerfect 5.1: a header, and text in which byte 10 ends a paragraph and byte 13 a line. */
static GByteArray *
write_wordperfect (const char *text, guint key)
{
  GByteArray *out = g_byte_array_new ();

  put (out, "\377WPC\20\0\0\0\1\12\0\1", 12);
  put_u16 (out, key);
  put_u16 (out, 0);
  put (out, text, strlen (text));
  return out;
}

static void
test_wordperfect (void)
{
  g_autoptr (GByteArray) file = write_wordperfect ("Marble quarries\12The stone is cut\15in winter.\12", 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryDocument) document = read_bytes ("old.wpd", file->data, file->len, &error);
  g_autofree char *shown = document != NULL ? show (document) : NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (shown, ==, "p Marble quarries\np The stone is cut in winter.\n");
  g_assert_cmpstr (quarry_document_get_metadata (document, "mime-type"), ==, "application/vnd.wordperfect");
}

/* Truncated within a code, in the middle of a paragraph. */
static void
test_wordperfect_cut_off (void)
{
  g_autoptr (GByteArray) file = write_wordperfect ("Marble quarries\12The stone is cut\300\1", 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryDocument) document = read_bytes ("old.wpd", file->data, file->len, &error);
  g_autofree char *shown = document != NULL ? show (document) : NULL;

  g_assert_no_error (error);
  g_assert_cmpstr (shown, ==, "p Marble quarries\np The stone is cut\n");
}

static void
test_wordperfect_refused (void)
{
  g_autoptr (GByteArray) locked = write_wordperfect ("\1\2\3\4\5\6\7\10\11", 0x1234);
  g_autoptr (GByteArray) picture = write_wordperfect ("\1\2\3\4\5\6\7\10\11\200\201\202", 0);

  assert_refused ("old.wpd", locked->data, locked->len, QUARRY_EXTRACT_ERROR_ENCRYPTED);
  picture->data[9] = 0x16;
  assert_refused ("old", picture->data, picture->len, QUARRY_EXTRACT_ERROR_UNSUPPORTED);
}

/* A cell of Lotus 1-2-3: its format, column, row and contents. */
static void
put_cell (GByteArray *out, guint kind, guint column, guint row, const void *bytes, gsize length)
{
  put_u16 (out, kind);
  put_u16 (out, (guint) length + 5);
  put (out, "\377", 1);
  put_u16 (out, column);
  put_u16 (out, row);
  put (out, bytes, length);
}

static void
test_lotus (void)
{
  g_autoptr (GByteArray) file = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryDocument) document = NULL;
  g_autofree char *shown = NULL;
  const guint8 tons[] = { 12, 0 };

  put (file, "\0\0\2\0\6\4", 6);
  put_cell (file, 0x0f, 0, 0, "'Quarry", 8);
  put_cell (file, 0x0f, 2, 0, "'Tons", 6);
  put_cell (file, 0x0f, 0, 1, "'Carrara", 9);
  put_cell (file, 0x0d, 2, 1, tons, sizeof tons);
  put (file, "\1\0\0\0", 4);

  document = read_bytes ("stones.wk1", file->data, file->len, &error);
  g_assert_no_error (error);
  shown = show (document);
  g_assert_cmpstr (shown, ==, "h1 Sheet1\nt Quarry||Tons/Carrara||12\n");
}

/* Plain text in files whose names are those of other formats. */
static void
test_texts (void)
{
  assert_reads ("id_rsa.pub", "ssh-rsa AAAAB3 mason@quarry", "p ssh-rsa AAAAB3 mason@quarry\n");
  assert_reads ("notes.wps", "Marble is hard.", "p Marble is hard.\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/readers/revenge/wordperfect", test_wordperfect);
  g_test_add_func ("/readers/revenge/wordperfect-cut-off", test_wordperfect_cut_off);
  g_test_add_func ("/readers/revenge/wordperfect-refused", test_wordperfect_refused);
  g_test_add_func ("/readers/revenge/lotus", test_lotus);
  g_test_add_func ("/readers/revenge/texts", test_texts);

  return g_test_run ();
}
