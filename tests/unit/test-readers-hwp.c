/* test-readers-hwp.c: documents of Hangul, in a compound file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "byte-writer.h"
#include "ole-helpers.h"
#include "read-helpers.h"

/* A record of a Hangul document. */
static void
add_piece (GByteArray *out, guint32 kind, guint32 level, const GByteArray *contents)
{
  put (out, out->len, kind | level << 10 | 0xfffu << 20, 4);
  put (out, out->len, contents->len, 4);
  g_byte_array_append (out, contents->data, contents->len);
}

static void
add_text_piece (GByteArray *out, guint32 level, const char *text)
{
  g_autoptr (GByteArray) contents = g_byte_array_new ();

  add_wide (contents, text);
  add_piece (out, 67, level, contents);
}

static GBytes *
make_hwp (guint32 flags)
{
  GByteArray *header = array_of ("HWP Document File"), *section = g_byte_array_new ();
  g_autoptr (GByteArray) running = array_of ("daeh");
  g_autoptr (GByteArray) table = array_of (" lbt");

  put (header, 36, flags, 4);
  /* The first paragraph contains a table, for which eight characters stand in its text. */
  add_text_piece (section, 1, "돌은 \013abcdef\013단단하다\030.\r");
  add_piece (section, 71, 1, running);
  add_text_piece (section, 3, "머리말");
  add_piece (section, 71, 1, table);
  add_text_piece (section, 3, "점판암\r");
  add_text_piece (section, 1, "끝\r");
  return write_ole ("FileHeader", header, "BodyText/Section0", section, NULL);
}

static void
test_hwp (void)
{
  g_autoptr (GBytes) locked = make_hwp (2);
  g_autoptr (GError) error = NULL;

  assert_file ("x.hwp", make_hwp (0), "p 돌은 단단하다-.\np 점판암\np 끝\n");
  g_assert_null (
      read_bytes ("x.hwp", g_bytes_get_data (locked, NULL), g_bytes_get_size (locked), &error));
  g_assert_error (error, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_ENCRYPTED);
}

/* A section is unpacked in full, whatever its length. */
static void
test_hwp_deflated (void)
{
  for (gsize n = 32768 - 10; n < 32768 + 140; n++)
    {
      g_autoptr (GConverter) deflater
          = G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_RAW, 9));
      g_autofree char *text = g_strnfill (n, 'a');
      g_autofree char *expected = g_strdup_printf ("p %s\n", text);
      g_autofree char *shown = NULL;
      g_autoptr (GByteArray) section = g_byte_array_new ();
      g_autoptr (QuarryDocument) document = NULL;
      g_autoptr (GBytes) file = NULL;
      GByteArray *header = array_of ("HWP Document File"), *packed_section = g_byte_array_new ();
      gsize n_read, n_written;

      put (header, 36, 1, 4);
      add_text_piece (section, 1, text);
      g_byte_array_set_size (packed_section, section->len);
      g_assert_cmpint (g_converter_convert (deflater,
                                            section->data,
                                            section->len,
                                            packed_section->data,
                                            packed_section->len,
                                            G_CONVERTER_INPUT_AT_END,
                                            &n_read,
                                            &n_written,
                                            NULL),
                       ==,
                       G_CONVERTER_FINISHED);
      g_byte_array_set_size (packed_section, (guint) n_written);
      file = write_ole ("FileHeader", header, "BodyText/Section0", packed_section, NULL);
      document = read_bytes ("x.hwp", g_bytes_get_data (file, NULL), g_bytes_get_size (file), NULL);
      g_assert_nonnull (document);
      shown = show (document);
      g_assert_true (strcmp (shown, expected) == 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  hush_gsf ();

  g_test_add_func ("/readers/hwp/plain", test_hwp);
  g_test_add_func ("/readers/hwp/deflated", test_hwp_deflated);

  return g_test_run ();
}
