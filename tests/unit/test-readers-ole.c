/* test-readers-ole.c: the files that Office wrote before 2007
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "byte-writer.h"
#include "ole-helpers.h"
#include "read-helpers.h"

#include <string.h>

static void
test_doc (void)
{
  /* Has a field, a heading (by its style), a table row, and a piece with one byte per character. */
  static const char wide[] = "Stones\rGrün \023 REF x \024seen\025 end.\rSlate\a3\a\a";
  static const char narrow[] = "It\222s all.\rYard 7\r12\rYard 7\r";
  GByteArray *main = g_byte_array_new (), *table = g_byte_array_new ();
  gsize n_wide = (gsize) g_utf8_strlen (wide, -1), n = n_wide + strlen (narrow);
  gsize page = 0xa00;
  const guint32 ends[] = { 0x400,
                           0x400 + 2 * 7,
                           0x400 + 2 * (guint32) (n_wide - 9),
                           0x400 + 2 * (guint32) (n_wide - 1),
                           0x400 + 2 * (guint32) n_wide,
                           0xa00 };

  put (main, 0, 0xa5ec, 2);
  put (main, 2, 0xc1, 2);
  /* The last three paragraphs are headers. */
  put (main, 0x4c, (guint32) n - 17, 4);
  put (main, 0x54, 17, 4);
  put (main, 0x1a2, 0, 4);
  put (main, 0x1a6, 5 + 12 + 16, 4);
  put (main, 0x102, 64, 4);
  put (main, 0x106, 12, 4);
  put (main, 0x3ff, 0, 1);
  add_wide (main, wide);
  put (main, 0x7ff, 0, 1);
  g_byte_array_append (main, (const guint8 *) narrow, (guint) strlen (narrow));
  /* The page of paragraph properties: a heading, a plain paragraph, one in a table, the end of a row, a plain one. */
  put (main, page + 511, 5, 1);
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    put (main, page + 4 * i, ends[i], 4);
  put (main, page + 24, 0xf0, 1);
  put (main, page + 24 + 26, 0xe0, 1);
  put (main, page + 24 + 39, 0xd0, 1);
  put (main, page + 0x1e0, 2, 1);
  put (main, page + 0x1e1, 1, 2);
  put (main, page + 0x1c0, 3, 1);
  put (main, page + 0x1c3, 0x2416, 2);
  put (main, page + 0x1c5, 1, 1);
  put (main, page + 0x1a0, 3, 1);
  put (main, page + 0x1a3, 0x2417, 2);
  put (main, page + 0x1a5, 1, 1);
  /* The page of character properties, for two characters whose style is not hidden: the first is "as its style", so
   * it is shown, and the second is "the opposite of its style", so it is hidden. */
  put (main, 0xfa, 80, 4);
  put (main, 0xfe, 12, 4);
  put (main, 0xc00 + 511, 2, 1);
  put (main, 0xc00, 0x400, 4);
  put (main, 0xc04, 0x402, 4);
  put (main, 0xc08, 0x404, 4);
  for (guint i = 0; i < 2; i++)
    {
      put (main, 0xc0c + i, 0x60 + 0x10 * i, 1);
      put (main, 0xcc0 + 0x20 * i, 3, 1);
      put (main, 0xcc1 + 0x20 * i, 0x083c, 2);
      put (main, 0xcc3 + 0x20 * i, 0x80 + i, 1);
    }

  put (table, 0, 2, 1);
  put (table, 1, 12 + 16, 4);
  put (table, 5, 0, 4);
  put (table, 9, (guint32) n_wide, 4);
  put (table, 13, (guint32) n, 4);
  put (table, 19, 0x400, 4);
  put (table, 27, 0x40000000 | 0x800 * 2, 4);
  put (table, 64, 0x400, 4);
  put (table, 68, 0xa00, 4);
  put (table, 72, (guint32) page / 512, 4);
  put (table, 80, 0x400, 4);
  put (table, 84, 0x404, 4);
  put (table, 88, 0xc00 / 512, 4);
  assert_file ("x.doc",
               write_ole ("WordDocument", main, "0Table", table, NULL),
               "h1 Sones\np Gr\303\274n seen end.\nt Slate|3\np It\342\200\231s all.\np Yard 7\n");
}

/* A document of Word 6 or 95, with @text in @width bytes per character, either with a table of two pieces or without
 * one. (transfer full) */
static GByteArray *
make_doc_6 (const char *text, gsize length, gsize width, gboolean has_pieces)
{
  static const guint8 plain[] = { 2, 0, 0, 0, 0 }, cell[] = { 3, 0, 0, 24, 1 },
                      end[] = { 3, 0, 0, 25, 1 }, heading[] = { 2, 1, 0, 5, 1 },
                      hidden[] = { 4, 85, 1, 92, 1 };
  GByteArray *main = g_byte_array_new ();
  gsize n = length / width, page = 0xa00;
  guint32 from = 0x300;
  guint n_runs = 0, at_style = 400;

  put (main, 0, 0xa5dc, 2);
  put (main, 2, 101, 2);
  put (main, 10, width == 2 ? 0x1000 : 0, 2);
  put (main, 0x18, 0x300, 4);
  put (main, 0x1c, 0x300 + (guint32) length, 4);
  put (main, 0x34, (guint32) n, 4);
  put (main, 0xb8, 0x900, 4);
  put (main, 0xbc, 10, 4);
  put (main, 0xc0, 0x910, 4);
  put (main, 0xc4, 10, 4);
  put (main, 0x2ff, 0, 1);
  g_byte_array_append (main, (const guint8 *) text, (guint) length);
  put (main, 0x908, 0xc00 / 512, 2);
  put (main, 0x918, (guint32) page / 512, 2);
  if (has_pieces)
    {
      put (main, 0x160, 0x800, 4);
      put (main, 0x164, 5 + 12 + 16, 4);
      put (main, 0x800, 2, 1);
      put (main, 0x801, 12 + 16, 4);
      put (main, 0x809, 4, 4);
      put (main, 0x80d, (guint32) n, 4);
      put (main, 0x813, 0x300, 4);
      put (main, 0x81b, 0x300 + 4 * (guint32) width, 4);
    }
  /* Paragraph properties: a paragraph that begins with "=" is a heading; those that end with BEL are cells, and an
   * empty one ends a row. */
  for (gsize i = 0; i < length; i += width)
    if (text[i] == '\r' || text[i] == '\a')
      n_runs++;
  put (main, page + 511, n_runs, 1);
  put (main, page, from, 4);
  for (gsize i = 0, run = 0; i < length; i += width)
    if (text[i] == '\r' || text[i] == '\a')
      {
        const guint8 *style = text[i] == '\r' ? (text[from - 0x300] == '=' ? heading : plain)
                                              : (from == 0x300 + i ? end : cell);

        put (main, page + 4 * (run + 1), 0x300 + (guint32) (i + width), 4);
        put (main, page + 4 * (n_runs + 1) + 7 * run, at_style / 2, 1);
        for (guint k = 0; k < 5; k++)
          put (main, page + at_style + k, style[k], 1);
        at_style += 6;
        from = 0x300 + (guint32) (i + width);
        run++;
      }
  /* The first character is hidden. */
  put (main, 0xc00 + 511, 1, 1);
  put (main, 0xc00, 0x300, 4);
  put (main, 0xc04, 0x300 + (guint32) width, 4);
  put (main, 0xc08, 200, 1);
  for (guint k = 0; k < 5; k++)
    put (main, 0xc00 + 400 + k, hidden[k], 1);
  return main;
}

static void
test_doc_6 (void)
{
  static const char cyrillic[]
      = "=\317\360\350\342\345\362 \342\361\345\354\r\321\353\356\342\356 \347\340 \361"
        "\353\356\342\356\354, \341\345\347 \352\356\355\366\340.\r\304\340\a\315\345\362\a\a"
        "\312\356\355\345\366 \361\342\345\362\340.\r";
  static const char latin[] = "=Stones\rIt\222s all.\r";
  const char *expected
      = "h1 Привет всем\np Слово за словом, без конца.\nt Да|Нет\np Конец света.\n";
  g_autoptr (GByteArray) wide = g_byte_array_new ();

  for (gsize i = 0; i < 2; i++)
    assert_file (
        "x.doc",
        write_ole ("WordDocument", make_doc_6 (cyrillic, sizeof cyrillic - 1, 1, i == 1), NULL),
        expected);
  assert_file ("x.doc",
               write_ole ("WordDocument", make_doc_6 (latin, sizeof latin - 1, 1, FALSE), NULL),
               "h1 Stones\np It\342\200\231s all.\n");
  /* A phonetic guide, which Word draws over a word with a field. */
  add_wide (wide, "=石\r斧\023EQ \\* jc2 \\o\\ad(\\s\\up 10(とう),頭)\025\r");
  assert_file (
      "x.doc",
      write_ole ("WordDocument", make_doc_6 ((const char *) wide->data, wide->len, 2, TRUE), NULL),
      "h1 石\np 斧頭\n");
}

static void
add_record (GByteArray *out, guint16 kind, gconstpointer bytes, gsize length)
{
  put (out, out->len, kind, 2);
  put (out, out->len, (guint32) length, 2);
  g_byte_array_append (out, bytes, (guint) length);
}

static void
test_xls (void)
{
  GByteArray *book = g_byte_array_new ();

  add_record (book, 0x809, "\0\6\5\0", 4);
  add_record (book, 0x85, "\0\0\0\0\0\0\6\0Prices", 14);
  add_record (book, 0xe0, "\0\0\0\0", 4);
  add_record (book, 0xe0, "\0\0\16\0", 4);
  add_record (book, 0xe0, "\0\0\11\0", 4);
  /* A string that continues in the next record, there with two bytes per character. */
  add_record (book, 0xfc, "\2\0\0\0\2\0\0\0\5\0\0Sla", 14);
  add_record (book, 0x3c, "\1t\0e\0\2\0\1\344\0\366\0", 12);
  add_record (book, 0x0a, "", 0);
  add_record (book, 0x809, "\0\6\20\0", 4);
  add_record (book, 0xfd, "\0\0\0\0\0\0\0\0\0\0", 10);
  add_record (book, 0x27e, "\0\0\1\0\0\0\6\0\0\0", 10);
  add_record (book, 0xfd, "\1\0\0\0\0\0\1\0\0\0", 10);
  /* 39448 days are 1 January 2008. */
  add_record (book, 0x203, "\1\0\1\0\1\0\0\0\0\0\0\103\343\100", 14);
  /* Truth values, an error, and formulas of which one gives a truth value and one a percentage. */
  add_record (book, 0x205, "\2\0\0\0\0\0\1\0", 8);
  add_record (book, 0x205, "\2\0\1\0\0\0\7\1", 8);
  add_record (book, 0x06, "\2\0\2\0\0\0\1\0\0\0\0\0\377\377", 14);
  add_record (book, 0x06, "\2\0\3\0\2\0\0\0\0\0\0\0\340\77", 14);
  add_record (book, 0x0a, "", 0);
  assert_file ("x.xls",
               write_ole ("WORKBOOK", book, "MBD0/WordDocument", array_of ("x"), NULL),
               "h1 Prices\nt Slate|1/\303\244\303\266|2008-01-01/TRUE|FALSE|50%\n");

  /* A truncated workbook is reported as damaged, and the file of another program as unsupported. */
  {
    g_autoptr (GBytes) whole = write_ole ("Workbook", array_of ("x"), NULL);
    g_autoptr (GBytes) other = write_ole ("Drawing", array_of ("x"), NULL);
    g_autoptr (GError) error = NULL;
    g_autoptr (GError) other_error = NULL;

    g_assert_null (read_bytes (
        "x.xls", g_bytes_get_data (other, NULL), g_bytes_get_size (other), &other_error));
    g_assert_error (other_error, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_UNSUPPORTED);

    g_assert_null (read_bytes ("x.xls", g_bytes_get_data (whole, NULL), 600, &error));
    g_assert_error (error, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_DAMAGED);
  }

  /* One that a newer Excel saved for Excel 95: the sheet's version is that of Excel 97. */
  book = g_byte_array_new ();
  add_record (book, 0x809, "\0\5\5\0", 4);
  add_record (book, 0x85, "\0\0\0\0\0\0\5Stone", 12);
  add_record (book, 0x0a, "", 0);
  add_record (book, 0x809, "\0\6\20\0", 4);
  add_record (book, 0x204, "\0\0\0\0\0\0\5\0Slate", 13);
  add_record (book, 0x204, "\0\0\1\0\0\0\4\0Clay", 12);
  add_record (book, 0x0a, "", 0);
  assert_file ("x.xls", write_ole ("Book", book, NULL), "h1 Stone\nt Slate|Clay\n");

  /* A workbook of Excel 95 with an encoding, a date that counts from 1904 in a format of its own, a cell in two
   * fonts, and a comment. */
  book = g_byte_array_new ();
  add_record (book, 0x809, "\0\5\5\0", 4);
  add_record (book, 0x42, "\343\4", 2);
  add_record (book, 0x22, "\1\0", 2);
  add_record (book, 0x85, "\0\0\0\0\0\0\4\326\345\355\373", 11);
  add_record (book, 0x41e, "\244\0\5d/m/y", 8);
  /* In a number format, letters behind "_" (space as wide as the letter) or "\" (the letter itself) do not make it a
   * date, as in the formats for prices in German marks. */
  add_record (book, 0x41e, "\245\0\7" "0\\ _D_M", 10);
  add_record (book, 0x41e, "\246\0\4" "0 \\d", 7);
  add_record (book, 0xe0, "\0\0\0\0", 4);
  add_record (book, 0xe0, "\0\0\244\0", 4);
  add_record (book, 0xe0, "\0\0\245\0", 4);
  add_record (book, 0xe0, "\0\0\246\0", 4);
  add_record (book, 0x0a, "", 0);
  add_record (book, 0x809, "\0\5\20\0", 4);
  add_record (book, 0xd6, "\0\0\0\0\0\0\6\0\312\340\354\345\355\374\0", 15);
  add_record (book, 0x203, "\0\0\1\0\1\0\0\0\0\0\0\0\360\77", 14);
  add_record (book, 0x203, "\0\0\2\0\2\0\0\0\0\0\0\0\360\77", 14);
  add_record (book, 0x203, "\0\0\3\0\3\0\0\0\0\0\0\0\360\77", 14);
  add_record (book, 0x1c, "\0\0\0\0\3\0\304\340!", 9);
  add_record (book, 0x0a, "", 0);
  assert_file ("x.xls",
               write_ole ("Book", book, NULL),
               "h1 \320\246\320\265\320\275\321\213\nt "
               "\320\232\320\260\320\274\320\265\320\275\321\214|1904-01-02|1|1 d\n"
               "p \320\224\320\260!\n");

  /* Excel 2 and 4 write one sheet, without a compound file around it. */
  book = g_byte_array_new ();
  add_record (book, 0x09, "\2\0\20\0", 4);
  /* German Excel names the general format so. */
  add_record (book, 0x1e, "\10Standard", 9);
  add_record (book, 0x1e, "\5d-m-y", 6);
  add_record (book, 0x04, "\0\0\0\0\0\0\0\5Slate", 13);
  add_record (book, 0x02, "\0\0\1\0\0\0\0\7\0", 9);
  add_record (book, 0x02, "\0\0\2\0\0\1\0\140\352", 9);
  add_record (book, 0x0a, "", 0);
  assert_file ("x.xls", g_byte_array_free_to_bytes (book), "t Slate|7|2064-04-08\n");
  book = g_byte_array_new ();
  add_record (book, 0x409, "\0\0\20\0\0\0", 6);
  add_record (book, 0x41e, "\0\0\7General", 10);
  add_record (book, 0x41e, "\0\0\5d-m-y", 8);
  add_record (book, 0x443, "\0\0\0\0", 4);
  add_record (book, 0x443, "\0\1\0\0", 4);
  add_record (book, 0x204, "\0\0\0\0\0\0\5\0Slate", 13);
  add_record (book, 0x203, "\0\0\1\0\1\0\0\0\0\0\0\103\343\100", 14);
  add_record (book, 0x406, "\1\0\1\0\0\0\0\0\0\0\0\0\377\377\0\0\0\0", 18);
  add_record (book, 0x207, "\3\0end", 5);
  add_record (book, 0x0a, "", 0);
  assert_file ("x.xls", g_byte_array_free_to_bytes (book), "t Slate|2008-01-01/end\n");

  book = g_byte_array_new ();
  add_record (book, 0x809, "\0\6\5\0", 4);
  add_record (book, 0x2f, "\0\0", 2);
  {
    g_autoptr (GBytes) locked = write_ole ("Workbook", book, NULL);

    assert_refused ("x.xls",
                    g_bytes_get_data (locked, NULL),
                    g_bytes_get_size (locked),
                    QUARRY_EXTRACT_ERROR_ENCRYPTED);
  }
}

static gsize
begin_part (GByteArray *out, guint16 head, guint16 kind)
{
  put (out, out->len, head, 2);
  put (out, out->len, kind, 2);
  put (out, out->len, 0, 4);
  return out->len;
}

static void
end_part (GByteArray *out, gsize part)
{
  put (out, part - 4, (guint32) (out->len - part), 4);
}

/* A presentation of one slide with this text, which its list of slides names @n_slides times. @user: what else is in the
 * file. Both (transfer full). */
static GByteArray *
write_ppt (const char *text, guint n_slides, GByteArray **user)
{
  GByteArray *show_file = g_byte_array_new ();
  gsize document, list, part, slide, edit, directory;

  document = begin_part (show_file, 15, 0x3e8);
  list = begin_part (show_file, 15, 0xff0);
  part = begin_part (show_file, 0, 0x3f3);
  put (show_file, show_file->len, 2, 4);
  end_part (show_file, part);
  part = begin_part (show_file, 0, 0xf9f);
  put (show_file, show_file->len, 0, 4);
  end_part (show_file, part);
  part = begin_part (show_file, 0, 0xfa0);
  add_wide (show_file, "Stones");
  end_part (show_file, part);
  for (guint i = 1; i < n_slides; i++)
    {
      part = begin_part (show_file, 0, 0x3f3);
      put (show_file, show_file->len, 2, 4);
      end_part (show_file, part);
    }
  end_part (show_file, list);
  end_part (show_file, document);
  slide = begin_part (show_file, 15, 0x3ee);
  part = begin_part (show_file, 0, 0xfa8);
  g_byte_array_append (show_file, (const guint8 *) text, (guint) strlen (text));
  end_part (show_file, part);
  end_part (show_file, slide);
  directory = begin_part (show_file, 0, 0x1772);
  put (show_file, show_file->len, 2u << 20 | 1, 4);
  put (show_file, show_file->len, (guint32) document - 8, 4);
  put (show_file, show_file->len, (guint32) slide - 8, 4);
  end_part (show_file, directory);
  edit = begin_part (show_file, 0, 0xff5);
  put (show_file, edit + 12, (guint32) directory - 8, 4);
  put (show_file, edit + 16, 1, 4);
  end_part (show_file, edit);
  *user = g_byte_array_new ();
  put (*user, 16, (guint32) edit - 8, 4);
  return show_file;
}

/* @has_95: with a second presentation in the same file, for PowerPoint 95. */
static void
assert_ppt (gboolean has_95)
{
  GByteArray *user, *show_file = write_ppt ("One.\r*\rTwo.", 1, &user);

  assert_file ("x.ppt",
               has_95 ? write_ole ("PP97_DUALSTORAGE/PowerPoint Document",
                                   show_file,
                                   "PP97_DUALSTORAGE/Current User",
                                   user,
                                   "PowerPoint Document",
                                   array_of ("x"),
                                   "Current User",
                                   array_of ("x"),
                                   "Text_Content",
                                   array_of ("x"),
                                   NULL)
                      : write_ole ("PowerPoint Document", show_file, "Current User", user, NULL),
               "h1 Stones\np One.\np Two.\n");
}

/* A slide that is named again and again is read once: no more is read than there is. */
static void
test_ppt_repeated (void)
{
  g_autofree char *text = g_strnfill (3000, 'a');
  GByteArray *user, *show_file = write_ppt (text, 90, &user);
  g_autofree char *expected = g_strdup_printf ("h1 Stones\np %s\n", text);

  assert_file ("x.ppt", write_ole ("PowerPoint Document", show_file, "Current User", user, NULL), expected);
}

static void
test_ppt (void)
{
  g_autoptr (GBytes) old = write_ole ("PowerPoint Document",
                                      array_of ("x"),
                                      "Current User",
                                      array_of ("x"),
                                      "Text_Content",
                                      array_of ("x"),
                                      NULL);
  g_autoptr (GError) error = NULL;

  assert_ppt (FALSE);
  assert_ppt (TRUE);
  g_assert_null (
      read_bytes ("x.ppt", g_bytes_get_data (old, NULL), g_bytes_get_size (old), &error));
  g_assert_error (error, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_UNSUPPORTED);
}

static void
test_msg (void)
{
  GByteArray *subject = g_byte_array_new (), *body = g_byte_array_new ();
  GByteArray *from = g_byte_array_new (), *properties = g_byte_array_new ();

  add_wide (subject, "Grüße");
  add_wide (body, "Slate is black.\r\n");
  g_byte_array_append (from, (const guint8 *) "Ada", 4);
  put (properties, 0, 0, 32);
  /* Sent on 20 May 2024 at 9:30. The time before it is that of the delivery. */
  put (properties, 32, 0x0e060040, 8);
  put (properties, 40, 1, 8);
  put (properties, 48, 0x00390040, 8);
  put (properties, 56, 0x49289c00, 4);
  put (properties, 60, 0x01daaa98, 4);
  assert_file ("x.msg",
               write_ole ("__properties_version1.0",
                          properties,
                          "__substg1.0_0037001F",
                          subject,
                          "__substg1.0_1000001F",
                          body,
                          "__substg1.0_0C1A001E",
                          from,
                          NULL),
               "h1 Gr\303\274\303\237e\np From: Ada. Date: 2024-05-20T09:30:00Z\np Slate is black.\n");
}

/* A truncated compound file has lost its directory, so that its name decides what it is taken for. */
static void
test_cut_off (void)
{
  GByteArray *stream = g_byte_array_new ();
  g_autoptr (GBytes) file = NULL;
  const guint8 *bytes;
  gsize length;

  put (stream, 20000, 0, 1);
  file = write_ole ("Other", stream, NULL);
  bytes = g_bytes_get_data (file, &length);
  assert_refused ("x.doc", bytes, length, QUARRY_EXTRACT_ERROR_UNSUPPORTED);
  assert_refused ("x.doc", bytes, length / 2, QUARRY_EXTRACT_ERROR_DAMAGED);
  assert_refused ("x", bytes, length / 2, QUARRY_EXTRACT_ERROR_UNSUPPORTED);
}

/* Writes the directory tree of the streams @first to @last; their entries follow one another. */
static guint32
put_streams (GByteArray *file, guint32 first, guint32 last)
{
  guint32 middle = first + (last - first) / 2;
  gsize at = 512 + 128 * (gsize) middle;
  g_autofree char *name = g_strdup_printf ("s%07u", middle);

  for (guint i = 0; name[i] != '\0'; i++)
    put (file, at + 2 * i, (guint8) name[i], 2);
  put (file, at + 64, 18, 2);
  put (file, at + 66, 0x102, 2);
  put (file, at + 68, middle > first ? put_streams (file, first, middle - 1) : G_MAXUINT32, 4);
  put (file, at + 72, middle < last ? put_streams (file, middle + 1, last) : G_MAXUINT32, 4);
  put (file, at + 76, G_MAXUINT32, 4);
  put (file, at + 116, G_MAXUINT32 - 1, 4);
  return middle;
}

/* A compound file with very many streams, none of which is a document's. Opening it would take minutes, so it is not
 * opened. */
static void
test_many_streams (void)
{
  enum
  {
    N = 111999, /* one entry more is the root */
    SECTORS = (N + 1) / 4,
    TABLES = 224
  };
  static const char magic[] = "\320\317\021\340\241\261\032\341";
  GByteArray *file = g_byte_array_new ();
  gsize table = 512 + 512 * (gsize) SECTORS;

  put (file, table + 512 * (gsize) TABLES + 511, 0, 1);
  memcpy (file->data, magic, 8);
  put (file, 24, 0x3003e, 4);
  put (file, 28, 0x9fffe, 4);
  put (file, 32, 6, 2);
  put (file, 44, TABLES, 4);
  put (file, 56, 4096, 4);
  put (file, 60, G_MAXUINT32 - 1, 4);
  /* The header lists where the first 109 sectors of the allocation table are; a sector of its own lists the others. */
  put (file, 68, SECTORS + TABLES, 4);
  put (file, 72, 1, 4);
  for (guint i = 0; i < 109 + 127; i++)
    put (file, i < 109 ? 76 + 4 * i : table + 512 * (gsize) TABLES + 4 * (i - 109),
         i < TABLES ? SECTORS + i : G_MAXUINT32, 4);
  put (file, table + 512 * (gsize) TABLES + 508, G_MAXUINT32 - 1, 4);
  for (guint i = 0; i < 128 * TABLES; i++)
    put (file, table + 4 * i,
         i < SECTORS - 1              ? i + 1
         : i == SECTORS - 1           ? G_MAXUINT32 - 1
         : i < SECTORS + TABLES       ? G_MAXUINT32 - 2
         : i == SECTORS + TABLES      ? G_MAXUINT32 - 3
                                      : G_MAXUINT32,
         4);
  put (file, 512, 'R', 2);
  put (file, 512 + 64, 4, 2);
  put (file, 512 + 66, 0x105, 2);
  put (file, 512 + 68, G_MAXUINT32, 4);
  put (file, 512 + 72, G_MAXUINT32, 4);
  put (file, 512 + 76, put_streams (file, 1, N), 4);
  put (file, 512 + 116, G_MAXUINT32 - 1, 4);
  assert_refused ("x", file->data, file->len, QUARRY_EXTRACT_ERROR_UNSUPPORTED);
  g_byte_array_unref (file);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  hush_gsf ();

  g_test_add_func ("/readers/ole/doc", test_doc);
  g_test_add_func ("/readers/ole/doc-6", test_doc_6);
  g_test_add_func ("/readers/ole/xls", test_xls);
  g_test_add_func ("/readers/ole/ppt", test_ppt);
  g_test_add_func ("/readers/ole/ppt-repeated", test_ppt_repeated);
  g_test_add_func ("/readers/ole/msg", test_msg);
  g_test_add_func ("/readers/ole/cut-off", test_cut_off);
  g_test_add_func ("/readers/ole/many-streams", test_many_streams);

  return g_test_run ();
}
