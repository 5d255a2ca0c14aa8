/* test-readers-tnef.c: the attachments that Outlook packs into a winmail.dat, and the RTF that it compresses
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "byte-writer.h"
#include "read-helpers.h"

#include "core/extract/office/quarry-compressed-rtf.h"

#include <string.h>

/* The example of [MS-OXRTFCP]. */
static const guint8 packed[]
    = { 0x2d, 0,  0, 0,   0x2b, 0,   0,   0,    'L', 'Z', 'F', 'u', 0xf1, 0xc5, 0xc7, 0xa7, 3,
        0,    10, 0, 'r', 'c',  'p', 'g', '1',  '2', '5', 'B', '2', 10,   0xf3, ' ',  'h',  'e',
        'l',  9,  0, ' ', 'b',  'w', 5,   0xb0, 'l', 'd', '}', 10,  0x80, 0x0f, 0xa0 };

static void
test_compressed_rtf (void)
{
  static const char expected[] = "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n";
  g_autoptr (GByteArray) rtf = quarry_compressed_rtf_unpack (packed, sizeof packed);
  guint8 changed[sizeof packed];

  g_assert_cmpmem (rtf->data, rtf->len, expected, sizeof expected - 1);
  for (gsize n = 0; n < sizeof packed; n++)
    {
      g_autofree guint8 *less = g_memdup2 (packed, n);
      g_autoptr (GByteArray) part = quarry_compressed_rtf_unpack (less, n);

      g_assert_cmpint (part != NULL, ==, n >= 16);
      g_assert_true (part == NULL || part->len < rtf->len
                     || memcmp (part->data, expected, sizeof expected - 1) == 0);
    }
  memcpy (changed, packed, sizeof packed);
  changed[8] = 'M';
  g_assert_null (quarry_compressed_rtf_unpack (changed, sizeof changed));
  memcpy (changed + 8, "MELA", 4);
  g_clear_pointer (&rtf, g_byte_array_unref);
  rtf = quarry_compressed_rtf_unpack (changed, sizeof changed);
  g_assert_cmpmem (rtf->data, rtf->len, packed + 16, sizeof packed - 16);
}

static void
add_attribute (GByteArray *tnef, guint8 level, guint32 id, const void *value, guint length)
{
  put (tnef, tnef->len, level, 1);
  put (tnef, tnef->len, id, 4);
  put (tnef, tnef->len, length, 4);
  g_byte_array_append (tnef, value, length);
  put (tnef, tnef->len, 0, 2);
}

/* @type is one whose values come with their number, here one, and their length. */
static void
add_property (GByteArray *properties, guint32 id, guint32 type, const void *value, guint length)
{
  put (properties, properties->len, id << 16 | type, 4);
  put (properties, properties->len, 1, 4);
  put (properties, properties->len, length, 4);
  g_byte_array_append (properties, value, length);
  while (properties->len % 4 != 0)
    put (properties, properties->len, 0, 1);
}

static GByteArray *
make_tnef (void)
{
  static const char named[] = "ab\0name\0";
  static const guint8 latin2[] = { 'Z', 'a', 0xbf, 0xf3, 0xb3, 0xe6, 0 }; /* in windows-1250 */
  static const guint8 page[] = { 0xe2, 4, 0, 0, 0, 0, 0, 0 };
  GByteArray *tnef = g_byte_array_new ();
  g_autoptr (GByteArray) properties = g_byte_array_new ();
  g_autoptr (GByteArray) wide = g_byte_array_new ();

  put (tnef, 0, 0x223e9f78, 4);
  put (tnef, 4, 1, 2);
  add_attribute (tnef, 1, 0x00069007, page, sizeof page);
  add_attribute (tnef, 1, 0x00018004, latin2, sizeof latin2);
  put (properties, 0, 4, 4);
  /* A number, a property that has a name instead of a number, a text, and the body. */
  put (properties, properties->len, 0x00170003, 4);
  put (properties, properties->len, 1, 4);
  put (properties, properties->len, 0x80000003, 4);
  put (properties, properties->len, 0, 16);
  put (properties, properties->len, 1, 4);
  put (properties, properties->len, sizeof named - 1, 4);
  g_byte_array_append (properties, (const guint8 *) named, sizeof named - 1);
  put (properties, properties->len, 7, 4);
  add_wide (wide, "Grüße");
  add_property (properties, 0x0c1a, 0x1f, wide->data, wide->len);
  add_property (properties, 0x1009, 0x102, packed, sizeof packed);
  add_attribute (tnef, 1, 0x00069003, properties->data, properties->len);
  add_attribute (tnef, 2, 0x00069002, "12345678901234", 14);
  add_attribute (tnef, 2, 0x00018010, "STONE.TXT", 10);
  add_attribute (tnef, 2, 0x0006800f, "Slate is black.", 15);
  g_byte_array_set_size (properties, 0);
  put (properties, 0, 1, 4);
  add_property (properties, 0x3707, 0x1e, "stone and more.txt", 19);
  add_attribute (tnef, 2, 0x00069005, properties->data, properties->len);
  add_attribute (tnef, 2, 0x00069002, "12345678901234", 14);
  add_attribute (tnef, 2, 0x00018010, "song.wav", 9);
  add_attribute (tnef, 2, 0x0006800f, "Nothing to read.", 16);
  return tnef;
}

static void
test_tnef (void)
{
  static const char expected[]
      = "= stone and more.txt\np Slate is black.\n"
        "= \nh1 Za\305\274\303\263\305\202\304\207\np From: Gr\303\274\303\237e\n"
        "p hello world\n";
  g_autoptr (GByteArray) tnef = make_tnef ();
  g_autofree char *shown = show_inside ("winmail.dat", tnef->data, tnef->len);

  g_assert_cmpstr (shown, ==, expected);
  /* Truncated anywhere, and with any byte changed, it is refused or read as far as possible. */
  for (guint i = 1; i < tnef->len; i++)
    {
      G_GNUC_UNUSED g_autofree char *less = show_inside ("winmail.dat", tnef->data, i);
      g_autofree char *other = NULL;
      guint8 before = tnef->data[i];

      tnef->data[i] ^= 1u << i % 8;
      other = show_inside ("winmail.dat", tnef->data, tnef->len);
      tnef->data[i] = before;
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/readers/tnef/compressed-rtf", test_compressed_rtf);
  g_test_add_func ("/readers/tnef/winmail", test_tnef);
  return g_test_run ();
}
