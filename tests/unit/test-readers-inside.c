/* test-readers-inside.c: archives, mails and mailboxes, and the documents inside them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/extract/process/quarry-extract-server.h"
#include "pdf-writer.h"
#include "read-helpers.h"
#include "zip-writer.h"

#include <archive.h>
#include <archive_entry.h>
#include <dlfcn.h>
#include <string.h>

#define TOO_LARGE "! 2\n"

static void
assert_inside (const char *name, GBytes *file, const char *expected)
{
  gsize length;
  gconstpointer bytes = g_bytes_get_data (file, &length);
  g_autofree char *shown = show_inside (name, bytes, length);

  g_bytes_unref (file);
  g_assert_cmpstr (shown, ==, expected);
}

/* (transfer full) An archive of one file, or that file compressed alone where @format is raw. */
static GBytes *
write_archive (int format, int filter, const char *name, const void *bytes, gsize length)
{
  gsize space = length + 65536, used = 0;
  char *out = g_malloc (space);
  struct archive *archive = archive_write_new ();
  struct archive_entry *entry = archive_entry_new ();

  archive_write_set_format (archive, format);
  archive_write_add_filter (archive, filter);
  g_assert_cmpint (archive_write_open_memory (archive, out, space, &used), ==, ARCHIVE_OK);
  archive_entry_set_pathname (entry, name);
  archive_entry_set_filetype (entry, AE_IFREG);
  archive_entry_set_size (entry, (la_int64_t) length);
  g_assert_cmpint (archive_write_header (archive, entry), ==, ARCHIVE_OK);
  g_assert_cmpint (archive_write_data (archive, bytes, length), ==, (la_ssize_t) length);
  archive_entry_free (entry);
  g_assert_cmpint (archive_write_close (archive), ==, ARCHIVE_OK);
  archive_write_free (archive);
  return g_bytes_new_take (out, used);
}

static void
test_archives (void)
{
  static const int formats[] = { ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FORMAT_7ZIP,
                                 ARCHIVE_FORMAT_CPIO_SVR4_NOCRC, ARCHIVE_FORMAT_ZIP };
  static const int filters[]
      = { ARCHIVE_FILTER_NONE, ARCHIVE_FILTER_GZIP, ARCHIVE_FILTER_XZ, ARCHIVE_FILTER_BZIP2,
          ARCHIVE_FILTER_ZSTD };

  assert_inside ("x.zip",
                 zip_write ("a.txt", "One.", "b/c.md", "# Two\n", "photo.jpg", "\377\330\377", NULL),
                 "= a.txt\np One.\n= b/c.md\nh1 Two\n= photo.jpg\n! 8\n");
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    assert_inside ("x.bin",
                   write_archive (formats[i], ARCHIVE_FILTER_NONE, "d/a.txt", "Slate.", 6),
                   "= d/a.txt\np Slate.\n");
  for (guint i = 0; i < G_N_ELEMENTS (filters); i++)
    assert_inside ("x.tar.gz",
                   write_archive (ARCHIVE_FORMAT_TAR_PAX_RESTRICTED, filters[i], "a.txt", "Slate.", 6),
                   "= a.txt\np Slate.\n");
}

/* A tar file of before POSIX has no signature, but a sum of its header. */
static void
test_old_tar (void)
{
  g_autoptr (GBytes) tar = write_archive (ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE, "d/a.txt", "Slate.", 6);
  gsize length;
  const guint8 *bytes = g_bytes_get_data (tar, &length);
  g_autofree guint8 *old = g_memdup2 (bytes, length);
  guint sum = 0;

  memset (old + 257, 0, 512 - 257);
  memset (old + 148, ' ', 8);
  for (guint i = 0; i < 512; i++)
    sum += old[i];
  g_snprintf ((char *) old + 148, 7, "%06o", sum);
  old[155] = ' ';
  assert_inside ("x.tar", g_bytes_new (old, length), "= d/a.txt\np Slate.\n");
  old[0]++;
  assert_inside ("x", g_bytes_new (old, length), "= \n! 0\n");
}

/* A stored (uncompressed) PDF at the start of an archive does not make the archive a PDF. */
static void
test_stored (void)
{
  static const char pdf[] = "%PDF-1.4\nnothing of a PDF follows";
  g_autoptr (GBytes) tar = write_archive (
      ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE, "a.pdf", pdf, sizeof pdf - 1);

  assert_inside ("x.zip", zip_write ("a.pdf", pdf, "b.txt", "Slate.", NULL), "= a.pdf\n! 4\n= b.txt\np Slate.\n");
  assert_inside ("x", zip_write ("a.pdf", pdf, "b.txt", "Slate.", NULL), "= a.pdf\n! 4\n= b.txt\np Slate.\n");
  assert_inside ("x.tar", g_bytes_ref (tar), "= a.pdf\n! 4\n");
  /* With a name that ends in .pdf it is taken for a PDF, in which other bytes may precede the header. */
  assert_inside ("x.pdf", g_bytes_ref (tar), "= \n! 4\n");
}

/* A file that is compressed by itself (no archive) is read as that file. */
static void
test_compressed (void)
{
  g_autoptr (GBytes) once = write_archive (
      ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_GZIP, "x", "# Slate\n\n*Black* stone.\n", 24);
  GBytes *wrapped = g_bytes_ref (once);

  assert_inside ("x.md.gz", g_bytes_ref (once), "= \nh1 Slate\np Black stone.\n");
  assert_inside ("x.md.gz", write_archive (ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_GZIP, "x", "", 0), "= \n! 1\n");
  assert_inside ("X.MD.GZ", g_bytes_ref (once), "= \nh1 Slate\np Black stone.\n");
  for (guint i = 0; i < 4; i++)
    {
      GBytes *next = write_archive (ARCHIVE_FORMAT_RAW,
                                    ARCHIVE_FILTER_GZIP,
                                    "x",
                                    g_bytes_get_data (wrapped, NULL),
                                    g_bytes_get_size (wrapped));

      g_bytes_unref (wrapped);
      wrapped = next;
    }
  assert_inside ("x.md.gz", wrapped, "= \nh1 Slate\np Black stone.\n");
  assert_inside ("x.md.gz",
                 g_bytes_new (g_bytes_get_data (once, NULL), 12),
                 "= \n! 4\n");
}

/* Whether what gzip has packed leaves a process that reads several packed files. */
static gboolean
leaves_company (GBytes *inner)
{
  g_autoptr (GBytes) packed = write_archive (ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_GZIP, "x",
                                             g_bytes_get_data (inner, NULL), g_bytes_get_size (inner));
  QuarryInside *inside = quarry_inside_new (g_bytes_get_size (packed), NULL, NULL);
  QuarryInput input = { .name = "x.gz", .inside = inside };
  g_autoptr (QuarryDocument) document = NULL;
  gboolean leaves;

  quarry_inside_keep_company (inside, QUARRY_COMPANY_GZIPPED);
  input.bytes = g_bytes_get_data (packed, &input.length);
  document = quarry_readers_read (&input, NULL);
  leaves = quarry_inside_has_left_company (inside);
  quarry_inside_free (inside);
  g_assert_true ((document == NULL) == leaves);
  g_bytes_unref (inner);
  return leaves;
}

/* Only what could be read beside others if it were not packed is read beside others; no archive is opened there. */
static void
test_compressed_company (void)
{
  static const char tar[] = "a tar archive before ustar";
  g_autofree char *record = g_malloc0 (1024);

  memcpy (record, tar, sizeof tar);
  g_assert_false (leaves_company (g_bytes_new_static ("# Slate\n\nStone.\n", 16)));
  g_assert_false (leaves_company (g_bytes_new_static ("<html><p>Slate.", 15)));
  g_assert_true (leaves_company (g_bytes_new_static ("%PDF-1.4\n%%EOF", 14)));
  g_assert_true (leaves_company (zip_write ("a.txt", "Slate.", NULL)));
  g_assert_true (leaves_company (
      write_archive (ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE, "a.txt", "Slate.", 6)));
  g_assert_true (leaves_company (g_bytes_new (record, 1024)));
  g_assert_true (leaves_company (
      write_archive (ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_XZ, "x", "Slate.", 6)));
}

/* Names are made relative paths below the archive, and each stands for one file. */
static void
test_names (void)
{
  assert_inside ("x.zip",
                 zip_write ("../../etc/a.txt", "1", "/b//./c.txt", "2", "a.txt", "3", "a.txt", "4",
                            "d\\e.txt", "5", ".hidden", "6", "__MACOSX/f.txt", "7", NULL),
                 "= etc/a.txt\np 1\n= b/c.txt\np 2\n= a.txt\np 3\n= a-2.txt\np 4\n"
                 "= d/e.txt\np 5\n");
}

static void
test_bombs (void)
{
  GBytes *nested = zip_write ("a.txt", "deep", NULL);
  g_autoptr (GString) ups = g_string_new (NULL);
  g_autofree guint8 *zeros = g_malloc0 ((gsize) 100 << 20);

  /* Larger than a document may be. The archive states the size, so that nothing of it needs to be unpacked. */
  assert_inside ("x.zip",
                 zip_write_zeros ("a.txt", (gsize) 200 << 20, "b.txt", "Before."),
                 "= b.txt\np Before.\n= a.txt\n" TOO_LARGE);

  /* A few bytes that unpack to too many. */
  memset (zeros, 'x', (gsize) 100 << 20);
  assert_inside ("x.tar.gz",
                 write_archive (ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_GZIP, "a.txt", zeros,
                                (gsize) 100 << 20),
                 "= \n" TOO_LARGE);

  for (guint i = 0; i < 8; i++)
    {
      GBytes *outer = write_archive (ARCHIVE_FORMAT_TAR_USTAR,
                                     ARCHIVE_FILTER_NONE,
                                     "in.tar",
                                     g_bytes_get_data (nested, NULL),
                                     g_bytes_get_size (nested));

      g_bytes_unref (nested);
      nested = outer;
      if (i < 5)
        g_string_append_printf (ups, "%sin.tar", i > 0 ? "/" : "");
    }
  {
    g_autofree char *expected = g_strdup_printf ("= %s/in.tar\n" TOO_LARGE, ups->str);

    assert_inside ("x.tar", nested, expected);
  }
}

static void
test_broken (void)
{
  g_autoptr (GBytes) zip = zip_write ("a.txt", "Slate.", "b.txt", "Marble, which is cut off.", NULL);

  assert_inside ("x.zip", g_bytes_new_from_bytes (zip, 0, 80), "= a.txt\n! 4\n");
  assert_inside ("x.zip", g_bytes_new_static ("PK\3\4 nothing", 12), "= \n! 4\n");
  assert_inside ("x.7z", g_bytes_new_static ("7z\274\257\047\034 nothing", 14), "= \n! 4\n");
}

static void
test_mail (void)
{
  static const char mail[]
      = "From: Ada <ada@x.org>\r\nSubject: Stones\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
        "Content-Type: text/plain\r\n\r\nSee below.\r\n--b\r\n"
        "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
        "Content-Disposition: attachment;\r\n filename*0*=utf-8''K%C3%B6ln; filename*1=\".md\"\r\n\r\n"
        "IyBTbGF0ZQo=\r\n--b\r\n"
        "Content-Type: image/png; name=logo.png\r\nContent-Transfer-Encoding: base64\r\n"
        "Content-Disposition: attachment; filename=logo.png\r\n\r\niVBORw0KGgo=\r\n--b--\r\n";

  assert_inside ("x.eml",
                 g_bytes_new_static (mail, sizeof mail - 1),
                 "= K\303\266ln.md\nh1 Slate\n"
                 "= \nh1 Stones\np From: Ada <ada@x.org>\np See below.\n");
  /* A file name as in a Maildir. */
  assert_inside ("1700000000.M1P2.host:2,S",
                 g_bytes_new_static ("From: Ada <ada@x.org>\nSubject: Stones\n\nSlate.\n", 46),
                 "= \nh1 Stones\np From: Ada <ada@x.org>\np Slate.\n");
}

static void
test_mailbox (void)
{
  static const char box[] = "From a Mon Jan  1\nSubject: One\nFrom: a\n\nFirst.\n\nFrom b Tue Jan  2\n"
                            "Subject: Two\nFrom: b\n\nSecond. From here.\n\nFrom now on.\n";

  assert_inside ("x.mbox",
                 g_bytes_new_static (box, sizeof box - 1),
                 "= 00001.eml\nh1 One\np From: a\np First.\n"
                 "= 00002.eml\nh1 Two\np From: b\np Second. From here.\np From now on.\n");
  /* A mailbox needs no extension in its name. */
  assert_inside ("Inbox",
                 g_bytes_new_static (box, 47),
                 "= 00001.eml\nh1 One\np From: a\np First.\n");
  /* One that was saved as text. */
  assert_inside ("archive.txt",
                 g_bytes_new_static ("From a Mon Jan  1\nFrom: a\nDate: 1 Jan 2024\nSubject: One\n\nFirst.\n", 64),
                 "= 00001.eml\nh1 One\np From: a. Date: 1 Jan 2024\np First.\n");
}

static GBytes *
write_page (void)
{
  PdfWriter *pdf = pdf_writer_new ();

  pdf_writer_begin_page (pdf);
  pdf_writer_text (pdf, "Helvetica", 12, 60, 80, "Marble.");
  return pdf_writer_end (pdf, FALSE);
}

/* A PDF whose one page is a picture, with the PDF @inner attached to it as "in.pdf", either as plain bytes (@stored)
 * or as hexadecimal digits. */
static GBytes *
write_scan_with (GBytes *inner, gboolean stored)
{
  static const char start[]
      = "%PDF-1.4\n"
        "1 0 obj<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[(in.pdf) 5 0 R]>>>>>>endobj\n"
        "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R>>endobj\n"
        "4 0 obj<</Length 72>>stream\n"
        "q 400 0 0 400 100 200 cm BI /W 1 /H 1 /CS /G /BPC 8 ID z EI Q           \nendstream endobj\n"
        "5 0 obj<</Type/Filespec/F(in.pdf)/EF<</F 6 0 R>>>>endobj\n";
  g_autoptr (GString) out = g_string_new (start);
  gsize length, table;
  const guint8 *bytes = g_bytes_get_data (inner, &length);

  if (stored)
    {
      g_string_append_printf (out, "6 0 obj<</Type/EmbeddedFile/Params<</Size %zu>>/Length %zu>>stream\n", length, length);
      g_string_append_len (out, (const char *) bytes, (gssize) length);
    }
  else
    {
      g_string_append_printf (out, "6 0 obj<</Type/EmbeddedFile/Filter/ASCIIHexDecode/Length %zu>>stream\n", 2 * length + 1);
      for (gsize i = 0; i < length; i++)
        g_string_append_printf (out, "%02x", bytes[i]);
      g_string_append_c (out, '>');
    }
  g_string_append (out, "\nendstream endobj\n");
  table = out->len;
  g_string_append (out, "xref\n0 7\n0000000000 65535 f \n");
  for (guint i = 1; i <= 6; i++)
    {
      g_autofree char *object = g_strdup_printf ("\n%u 0 obj", i);

      g_string_append_printf (out, "%010zu 00000 n \n", (gsize) (strstr (out->str, object) - out->str) + 1);
    }
  g_string_append_printf (out, "trailer<</Size 7/Root 1 0 R>>\nstartxref\n%zu\n%%%%EOF\n", table);
  return g_string_free_to_bytes (g_steal_pointer (&out));
}

/* Draws the first page of the PDF @name, which is inside @file. */
static GBytes *
draw (const char *name, GBytes *file, gboolean recognize)
{
  const QuarryDrawing drawing = { .page = 1, .width = 60 };
  g_autoptr (GError) error = NULL;
  gsize length;
  const guint8 *bytes = g_bytes_get_data (file, &length);
  const QuarryInput input = { .bytes = bytes, .length = length, .name = name, .recognize = recognize };
  GBytes *page = quarry_readers_draw (&input, &drawing, &error);

  g_assert_no_error (error);
  return page;
}

/* Text recognition runs for the page that is drawn only, not for the file around it. */
static void
test_draw_attached (void)
{
  g_autoptr (GBytes) inner = write_page ();
  g_autoptr (GBytes) scan = write_scan_with (inner, FALSE);
  g_autoptr (GBytes) page = draw ("scan.pdf/in.pdf", scan, TRUE);
  g_autoptr (GBytes) direct = draw ("in.pdf", inner, FALSE);

  g_assert_true (g_bytes_equal (page, direct));
  g_assert_null (dlopen ("libtesseract.so.5", RTLD_NOW | RTLD_NOLOAD));
}

/* The streams that are removed from a PDF before its text is read are not removed from a PDF that is attached to it. */
static void
test_draw_stored (void)
{
  PdfWriter *pdf = pdf_writer_new ();
  g_autoptr (GBytes) inner = NULL;
  g_autoptr (GBytes) scan = NULL;
  g_autoptr (GBytes) page = NULL;
  g_autoptr (GBytes) direct = NULL;

  pdf_writer_begin_page (pdf);
  pdf_writer_text (pdf, "Shifted", 100, 60, 200, "nbscmf");
  inner = pdf_writer_end (pdf, FALSE);
  scan = write_scan_with (inner, TRUE);
  direct = draw ("in.pdf", inner, FALSE);
  page = draw ("scan.pdf/in.pdf", scan, FALSE);
  g_assert_true (g_bytes_equal (page, direct));
  assert_inside ("scan.pdf", g_steal_pointer (&scan), "= in.pdf\np marble\n");
}

/* An archive member that is too large to unpack safely does not hide the members after it. */
static void
test_draw_behind (void)
{
  gsize n = (gsize) 100 << 20;
  g_autofree char *large = g_malloc (n + 1);
  g_autoptr (GBytes) inner = write_page ();
  g_autofree char *text = g_strndup (g_bytes_get_data (inner, NULL), g_bytes_get_size (inner));
  g_autoptr (GBytes) direct = draw ("in.pdf", inner, FALSE);
  g_autoptr (GBytes) zip = NULL;
  g_autoptr (GBytes) page = NULL;

  memset (large, 'x', n);
  large[n] = '\0';
  zip = zip_write ("a.txt", "Slate.", "b.txt", large, "in.pdf", "Marble.", "in.pdf", text, NULL);
  page = draw ("x.zip/in-2.pdf", zip, FALSE);
  g_assert_true (g_bytes_equal (page, direct));
}

/* A PDF that is compressed by itself is read as a PDF, so that its pages can be shown. */
static void
test_draw_compressed (void)
{
  g_autoptr (GBytes) inner = write_page ();
  g_autoptr (GBytes) direct = draw ("in.pdf", inner, FALSE);
  g_autoptr (GBytes) gz = write_archive (ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_GZIP, "x", g_bytes_get_data (inner, NULL),
                                         g_bytes_get_size (inner));
  g_autoptr (GBytes) tar = write_archive (ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_GZIP, "in.pdf.gz",
                                          g_bytes_get_data (gz, NULL), g_bytes_get_size (gz));
  g_autoptr (GBytes) alone = draw ("in.pdf.gz", gz, FALSE);
  g_autoptr (GBytes) packed = draw ("x.tar.gz/in.pdf.gz", tar, FALSE);
  const QuarryDrawing drawing = { .page = 1, .width = 60 };
  gsize length;
  const guint8 *bytes = g_bytes_get_data (tar, &length);
  const QuarryInput input = { .bytes = bytes, .length = length, .name = "x.tar.gz" };
  g_autoptr (GError) error = NULL;

  g_assert_true (g_bytes_equal (alone, direct));
  g_assert_true (g_bytes_equal (packed, direct));
  g_assert_null (quarry_readers_draw (&input, &drawing, &error));
  g_assert_error (error, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_UNSUPPORTED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/readers/inside/archives", test_archives);
  g_test_add_func ("/readers/inside/old-tar", test_old_tar);
  g_test_add_func ("/readers/inside/stored", test_stored);
  g_test_add_func ("/readers/inside/compressed", test_compressed);
  g_test_add_func ("/readers/inside/compressed-company", test_compressed_company);
  g_test_add_func ("/readers/inside/names", test_names);
  g_test_add_func ("/readers/inside/bombs", test_bombs);
  g_test_add_func ("/readers/inside/broken", test_broken);
  g_test_add_func ("/readers/inside/mail", test_mail);
  g_test_add_func ("/readers/inside/mailbox", test_mailbox);
  g_test_add_func ("/readers/inside/draw-attached", test_draw_attached);
  g_test_add_func ("/readers/inside/draw-stored", test_draw_stored);
  g_test_add_func ("/readers/inside/draw-behind", test_draw_behind);
  g_test_add_func ("/readers/inside/draw-compressed", test_draw_compressed);

  return g_test_run ();
}
