/* test-readers-postscript.c: what PostScript programs print
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "read-helpers.h"

#include <string.h>

#define BEGIN                                                                                      \
  "%!PS-Adobe-3.0\n%%Title: (On Stone)\n%%For: (Ann Mason)\n%%CreationDate: (Sat May 13 11:33:12 " \
  "2023)\n%%EndComments\n"                                                                         \
  "/Helvetica findfont 12 scalefont setfont\n"

static gboolean
is_missing (void)
{
  if (!quarry_extractor_has_ghostscript ())
    g_test_skip ("Ghostscript's library is not installed");
  return !quarry_extractor_has_ghostscript ();
}

/* Words are where their letters are, whether a blank or a movement separates them; columns stay apart. */
static void
test_text (void)
{
  static const char program[] = BEGIN "60 700 moveto (Marble is) show 3.4 0 rmoveto (cut with ) "
                                      "show (wa) show (ter.) show showpage\n"
                                      "60 700 moveto (A second page) show showpage\n";
  g_autoptr (QuarryDocument) document = NULL;
  g_autofree char *shown = NULL;
  guint n_pages;

  if (is_missing ())
    return;
  document = read_string ("a.ps", program);
  shown = show (document);
  g_assert_cmpstr (shown, ==, "p Marble is cut with water.\np A second page\n");
  quarry_document_get_pages (document, &n_pages);
  g_assert_cmpuint (n_pages, ==, 2);
  g_assert_cmpstr (quarry_document_get_title (document), ==, "On Stone");
  g_assert_cmpstr (quarry_document_get_metadata (document, "author"), ==, "Ann Mason");
  g_assert_cmpstr (
      quarry_document_get_metadata (document, "mime-type"), ==, "application/postscript");
  g_assert_cmpstr (quarry_document_get_metadata (document, "created"), ==, "2023-05-13T11:33:12Z");
  g_assert_null (quarry_document_get_metadata (document, "modified"));
  g_assert_null (quarry_document_get_metadata (document, "incomplete"));
}

/* A program may attach files to the PDF that is made of it, which is gone once it has been read. */
static void
test_attachments (void)
{
  static const char program[] = BEGIN "[/_objdef {file} /type /stream /OBJ pdfmark\n"
                                      "[{file} (Gneiss.) /PUT pdfmark\n[{file} /CLOSE pdfmark\n"
                                      "[/Name (a.txt) /FS << /Type /Filespec /F (a.txt) /EF << /F {file} >> >> "
                                      "/EMBED pdfmark\n60 700 moveto (Marble) show showpage\n";
  g_autofree char *shown = NULL;

  if (is_missing ())
    return;
  shown = show_inside ("a.ps", program, sizeof program - 1);
  g_assert_cmpstr (shown, ==, "= a.txt\np Gneiss.\n= \np Marble\n");
}

/* PostScript after a printer's commands, and between the header and the preview picture of a DOS EPS file. */
static void
test_wrappings (void)
{
  static const char text[] = BEGIN "60 700 moveto (Marble) show showpage\n";
  static const guint8 head[30] = { 0xc5, 0xd0, 0xd3, 0xc6, 30, 0, 0, 0, sizeof text - 1, 0, 0, 0 };
  g_autoptr (GByteArray) file = g_byte_array_new ();
  g_autoptr (QuarryDocument) document = NULL;
  g_autofree char *shown = NULL;
  g_autoptr (GError) error = NULL;

  if (is_missing ())
    return;
  g_byte_array_append (file, head, sizeof head);
  g_byte_array_append (file, (const guint8 *) text, sizeof text - 1);
  g_byte_array_append (file, (const guint8 *) "II*\0 and a picture", 18);
  document = read_bytes ("a.eps", file->data, file->len, &error);
  g_assert_no_error (error);
  shown = show (document);
  g_assert_cmpstr (shown, ==, "p Marble\n");
  g_assert_null (quarry_document_get_metadata (document, "incomplete"));
  /* The header says that the program starts after the end of the file. */
  file->data[6] = 1;
  assert_refused ("a.eps", file->data, file->len, QUARRY_EXTRACT_ERROR_DAMAGED);

  assert_reads ("a.ps", "\004" BEGIN "60 700 moveto (Marble) show showpage\n", "p Marble\n");
  assert_reads ("a.ps",
                "\033%-12345X@PJL ENTER LANGUAGE = POSTSCRIPT\n" BEGIN
                "60 700 moveto (Marble) show showpage\n",
                "p Marble\n");
}

/* The text before an error is kept; if there is none, the file is damaged. */
static void
test_errors (void)
{
  static const char broken[] = BEGIN ") >> nonsense";
  g_autoptr (QuarryDocument) document = NULL;
  g_autofree char *shown = NULL;

  if (is_missing ())
    return;
  document = read_string (
      "a.ps", BEGIN "60 700 moveto (Marble) show showpage nonsense (More) show showpage\n");
  shown = show (document);
  g_assert_cmpstr (shown, ==, "p Marble\n");
  g_assert_nonnull (quarry_document_get_metadata (document, "incomplete"));

  assert_refused ("a.ps", broken, sizeof broken - 1, QUARRY_EXTRACT_ERROR_DAMAGED);
  assert_refused ("a.ps", "%!PS\n", 5, QUARRY_EXTRACT_ERROR_PICTURES);
  /* What the program prints to its output is not on its pages, and it cannot read other files. */
  assert_reads ("a.ps",
                BEGIN "(Said) print (Said) = 60 700 moveto (Marble) show\n"
                      "{ (/etc/passwd) (r) file pop (More) show } stopped {clear} if showpage\n",
                "p Marble\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/readers/postscript/attachments", test_attachments);
  g_test_add_func ("/readers-postscript/text", test_text);
  g_test_add_func ("/readers-postscript/wrappings", test_wrappings);
  g_test_add_func ("/readers-postscript/errors", test_errors);

  return g_test_run ();
}
