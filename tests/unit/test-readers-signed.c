/* test-readers-signed.c: files and mails that are wrapped in their signature
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "read-helpers.h"

#include "core/extract/mail/quarry-cms.h"
#include "core/extract/process/quarry-extract-server.h"
#include "pdf-writer.h"

#include <string.h>

/* Puts a head in front of the value: its tag and, as a length, @form bytes; 0 for a length in the shortest form, or
 * G_MAXUINT for none. */
static GByteArray *
wrap (guint8 tag, guint form, GByteArray *value)
{
  GByteArray *out = g_byte_array_new ();
  guint length = value->len;

  g_byte_array_append (out, &tag, 1);
  if (form == G_MAXUINT)
    g_byte_array_append (out, (const guint8 *) "\x80", 1);
  else if (form == 0 && length < 0x80)
    g_byte_array_append (out, (const guint8[]){ (guint8) length }, 1);
  else
    g_byte_array_append (out, (const guint8[]){ 0x82, (guint8) (length >> 8), (guint8) length }, 3);
  g_byte_array_append (out, value->data, value->len);
  if (form == G_MAXUINT)
    g_byte_array_append (out, (const guint8 *) "\0\0", 2);
  g_byte_array_unref (value);
  return out;
}

static GByteArray *
bytes_of (const void *bytes, gsize length)
{
  GByteArray *out = g_byte_array_new ();

  g_byte_array_append (out, bytes, (guint) length);
  return out;
}

static GByteArray *
join (GByteArray *first, GByteArray *second)
{
  g_byte_array_append (first, second->data, second->len);
  g_byte_array_unref (second);
  return first;
}

/* A message of @kind, 2 for a signed and 3 for an encrypted one, with @contents (transfer full; NULL for none). With
 * @streams, no value has a length, and the contents come in two pieces. */
static GByteArray *
make_message (guint8 kind, GByteArray *contents, gboolean streams)
{
  guint form = streams ? G_MAXUINT : 0;
  const guint8 identifier[] = { 0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, kind };
  const guint8 data[] = { 0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1 };
  GByteArray *inner = bytes_of (data, sizeof data);

  if (contents != NULL && streams)
    {
      GByteArray *first = wrap (0x04, 0, bytes_of (contents->data, 3));
      GByteArray *second = wrap (0x04, 0, bytes_of (contents->data + 3, contents->len - 3));

      g_byte_array_unref (contents);
      inner = join (inner, wrap (0xa0, form, wrap (0x24, form, join (first, second))));
    }
  else if (contents != NULL)
    inner = join (inner, wrap (0xa0, form, wrap (0x04, 0, contents)));
  inner = wrap (0x30, form, inner);
  /* A version, and a set of algorithms. */
  inner = join (wrap (0x31, form, wrap (0x30, form, bytes_of ("\x05\0", 2))), inner);
  inner = join (bytes_of ("\2\1\1", 3), inner);
  return wrap (
      0x30, form, join (bytes_of (identifier, sizeof identifier), wrap (0xa0, form, wrap (0x30, form, inner))));
}

static void
assert_shows (const char *name, GByteArray *file, const char *expected)
{
  g_autoptr (QuarryDocument) document = read_bytes (name, file->data, file->len, NULL);
  g_autofree char *shown = document != NULL ? show (document) : NULL;

  g_assert_cmpstr (shown, ==, expected);
}

static void
test_files (void)
{
  static const char page[] = "<html><body><h1>Stones</h1><p>Slate is hard.</p></body></html>";

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GByteArray) file = make_message (2, bytes_of (page, sizeof page - 1), i == 1);
      g_autofree char *armour = g_base64_encode (file->data, file->len);
      g_autofree char *armed = g_strconcat ("-----BEGIN PKCS7-----\n", armour, "\n-----END PKCS7-----\n", NULL);

      assert_shows ("x.html.p7m", file, "h1 Stones\np Slate is hard.\n");
      assert_reads ("x.html.p7m", armour, "h1 Stones\np Slate is hard.\n");
      assert_reads ("x.html.p7m", armed, "h1 Stones\np Slate is hard.\n");
      /* Whatever is cut off or changed, nothing is read beyond the end. */
      for (gsize n = 0; n < file->len; n++)
        {
          g_autofree guint8 *copy = g_memdup2 (file->data, n);
          G_GNUC_UNUSED g_autoptr (GByteArray) cut = quarry_cms_unwrap (copy, n);
          g_autofree guint8 *changed = g_memdup2 (file->data, file->len);
          g_autoptr (GByteArray) other = NULL;

          changed[n] ^= 0x80;
          other = quarry_cms_unwrap (changed, file->len);
        }
    }
  {
    g_autoptr (GByteArray) encrypted = make_message (3, bytes_of ("xyz.", 4), FALSE);
    g_autoptr (GByteArray) signature = make_message (2, NULL, FALSE);

    assert_refused ("x.pdf.p7m", encrypted->data, encrypted->len, QUARRY_EXTRACT_ERROR_ENCRYPTED);
    assert_refused ("x.pdf.p7s", signature->data, signature->len, QUARRY_EXTRACT_ERROR_EMPTY);
  }
}

/* Signatures around signatures end somewhere, as do pieces of pieces. */
static void
test_depth (void)
{
  GByteArray *file = bytes_of ("Slate is hard.", 14);
  g_autoptr (GByteArray) unwrapped = NULL;

  for (guint i = 0; i < 4; i++)
    file = make_message (2, file, FALSE);
  assert_refused ("x.txt.p7m.p7m.p7m.p7m", file->data, file->len, QUARRY_EXTRACT_ERROR_TOO_LARGE);
  g_byte_array_unref (file);

  file = bytes_of ("Slate", 5);
  file = wrap (0x04, 0, file);
  for (guint i = 0; i < 1000; i++)
    file = wrap (0x24, G_MAXUINT, file);
  file = make_message (2, file, FALSE);
  unwrapped = quarry_cms_unwrap (file->data, file->len);
  g_byte_array_unref (file);
}

static GBytes *
draw (const char *name, const void *bytes, gsize length)
{
  const QuarryDrawing drawing = { .page = 1, .width = 60 };
  const QuarryInput input = { .bytes = bytes, .length = length, .name = name };
  g_autoptr (GError) error = NULL;
  GBytes *page = quarry_readers_draw (&input, &drawing, &error);

  g_assert_no_error (error);
  return page;
}

/* What is read as a PDF has pages that can be shown. */
static void
test_pages (void)
{
  PdfWriter *writer = pdf_writer_new ();
  g_autoptr (GBytes) pdf = NULL;
  g_autoptr (GBytes) direct = NULL;
  g_autoptr (GByteArray) file = NULL;

  pdf_writer_begin_page (writer);
  pdf_writer_text (writer, "Helvetica", 100, 60, 200, "Slate");
  pdf = pdf_writer_end (writer, FALSE);
  direct = draw ("x.pdf", g_bytes_get_data (pdf, NULL), g_bytes_get_size (pdf));
  file = bytes_of (g_bytes_get_data (pdf, NULL), g_bytes_get_size (pdf));
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *armour = NULL;
      g_autoptr (GBytes) page = NULL;
      g_autoptr (GBytes) armed = NULL;

      file = make_message (2, file, i == 1);
      armour = g_base64_encode (file->data, file->len);
      page = draw ("x.pdf.p7m.p7m", file->data, file->len);
      armed = draw ("x.pdf.p7m.p7m", armour, strlen (armour));
      g_assert_true (g_bytes_equal (page, direct));
      g_assert_true (g_bytes_equal (armed, direct));
    }
}

static void
test_mails (void)
{
  static const char body[] = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n"
                             "Slate is hard.\r\n--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; "
                             "filename=a.txt\r\n\r\nMarble\r\n--b--\r\n";
  g_autoptr (GByteArray) file = make_message (2, bytes_of (body, sizeof body - 1), TRUE);
  g_autofree char *armour = g_base64_encode (file->data, file->len);
  g_autofree char *mail = g_strconcat ("Subject: x\nFrom: a\nContent-Type: application/pkcs7-mime; "
                                       "smime-type=signed-data; name=smime.p7m\nContent-Transfer-Encoding: base64\n\n",
                                       armour,
                                       "\n",
                                       NULL);
  g_autofree char *shown = show_inside ("x.eml", mail, strlen (mail));
  g_autoptr (GByteArray) encrypted = make_message (3, bytes_of ("xyz.", 4), FALSE);
  g_autofree char *secret = g_base64_encode (encrypted->data, encrypted->len);
  g_autofree char *other = g_strconcat ("Subject: x\nFrom: a\nContent-Type: application/x-pkcs7-mime\n"
                                        "Content-Transfer-Encoding: base64\n\n",
                                        secret,
                                        "\n",
                                        NULL);
  g_autofree char *shown_other = show_inside ("x.eml", other, strlen (other));
  static const char pgp[]
      = "Subject: x\nFrom: a\n\n-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nSlate is hard.\n"
        "-----BEGIN PGP SIGNATURE-----\n\niQEzBAEBCAAdFiEE\n-----END PGP SIGNATURE-----\n";
  static const char pgp_secret[]
      = "Subject: x\nFrom: a\n\n-----BEGIN PGP MESSAGE-----\n\niQEzBAEBCAAdFiEE\n-----END PGP MESSAGE-----\n";
  g_autofree char *shown_secret = show_inside ("x.eml", pgp_secret, sizeof pgp_secret - 1);
  g_autofree char *shown_file = show_inside ("smime.p7m", file->data, file->len);

  g_assert_cmpstr (shown, ==, "= a.txt\np Marble\n= \nh1 x\np From: a\np Slate is hard.\n");
  /* The same in a file. */
  g_assert_cmpstr (shown_file, ==, "= a.txt\np Marble\n= \np Slate is hard.\n");
  g_assert_cmpstr (shown_other, ==, "= smime.p7m\n! 3\n= \nh1 x\np From: a\n");
  assert_reads ("x.eml", pgp, "h1 x\np From: a\np Slate is hard.\n");
  g_assert_cmpstr (shown_secret, ==, "= message.asc\n! 3\n= \nh1 x\np From: a\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/readers/signed/files", test_files);
  g_test_add_func ("/readers/signed/depth", test_depth);
  g_test_add_func ("/readers/signed/pages", test_pages);
  g_test_add_func ("/readers/signed/mails", test_mails);
  return g_test_run ();
}
