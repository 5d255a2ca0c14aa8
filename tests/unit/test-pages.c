/* test-pages.c: drawing pages in the sandbox, and finding passages on them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/extract/process/quarry-extract-protocol.h"
#include "core/extract/quarry-extractor.h"
#include "core/extract/quarry-page-marks.h"
#include "core/extract/quarry-recognition.h"
#include "pdf-writer.h"
#include "zip-writer.h"
#include "tests/support/draw-scan.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#define WIDTH 600

static int
open_bytes (const void *bytes, gsize length)
{
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp ("quarry-pages-XXXXXX", &path, NULL);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (unlink (path), ==, 0);
  g_assert_cmpint (write (fd, bytes, length), ==, length);
  return fd;
}

static QuarryPageImage *
draw (const void *bytes, gsize length, const char *name, guint page, guint width, GError **error)
{
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 0, 0);
  int fd = open_bytes (bytes, length);
  QuarryPageImage *image = quarry_extractor_draw (extractor, fd, name, page, width, FALSE, NULL, error);

  g_assert_true ((image == NULL) == (*error != NULL));
  close (fd);
  return image;
}

/* Two pages. The first has a heading, two columns of lines, and the words of the heading once more. */
static GBytes *
write_pdf (gboolean encrypted)
{
  PdfWriter *pdf = pdf_writer_new ();

  pdf_writer_begin_page (pdf);
  pdf_writer_text (pdf, "Helvetica-Bold", 20, 60, 80, "Rigging of ships");
  pdf_writer_text (pdf, "Helvetica", 12, 60, 120, "A schooner carries sails on two masts, and the exam-");
  pdf_writer_text (pdf, "Helvetica", 12, 60, 136, "ple shows it.");
  pdf_writer_text (pdf, "Helvetica", 12, 60, 700, "Rigging of ships is what this was about.");
  pdf_writer_begin_page (pdf);
  pdf_writer_text (pdf, "Helvetica", 12, 60, 80, "The captain reads the tide.");
  return pdf_writer_end (pdf, encrypted);
}

/* How dark a part of the page is, from 0 to 1. */
static double
ink (QuarryPageImage *image, double x0, double y0, double x1, double y1)
{
  guint width, height;
  const guint32 *pixels = g_bytes_get_data (quarry_page_image_get_pixels (image, &width, &height), NULL);
  double sum = 0, n = 0;

  for (guint y = (guint) (y0 * height); y < (guint) ceil (y1 * height); y++)
    for (guint x = (guint) (x0 * width); x < (guint) ceil (x1 * width); x++, n++)
      sum += 255 - (pixels[(gsize) y * width + x] & 0xff);
  return sum / 255 / n;
}

/* The words' positions are where the page has ink. */
static void
test_words (void)
{
  g_autoptr (GBytes) pdf = write_pdf (FALSE);
  g_autoptr (GError) error = NULL;
  gsize length;
  const void *bytes = g_bytes_get_data (pdf, &length);
  g_autoptr (QuarryPageImage) image = draw (bytes, length, "ships.pdf", 1, WIDTH, &error);
  guint width, height;
  gboolean found = FALSE;

  g_assert_no_error (error);
  g_assert_cmpuint (quarry_page_image_get_n_pages (image), ==, 2);
  g_assert_null (quarry_page_image_get_label (image));
  quarry_page_image_get_pixels (image, &width, &height);
  g_assert_cmpuint (width, ==, WIDTH);
  g_assert_cmpuint (height, ==, 800);
  for (guint i = 0; i < quarry_page_image_get_n_words (image); i++)
    {
      QuarryPageBox box;
      const char *word = quarry_page_image_get_word (image, i, &box);

      g_assert_cmpfloat (ink (image, (double) box.x0, (double) box.y0, (double) box.x1, (double) box.y1), >, .05);
      if (strcmp (word, "schooner") != 0)
        continue;
      found = TRUE;
      g_assert_cmpfloat (fabs ((double) box.y1 * 800 - 120), <, 6);
      g_assert_cmpfloat (fabs ((double) box.x0 * 600 - 70), <, 8);
    }
  g_assert_true (found);
  g_assert_cmpfloat (ink (image, 0, .25, 1, .8), ==, 0);
}

/* A page that would have too many pixels is drawn smaller. */
static void
test_size (void)
{
  g_autoptr (GBytes) pdf = write_pdf (FALSE);
  g_autoptr (GError) error = NULL;
  gsize length;
  const void *bytes = g_bytes_get_data (pdf, &length);
  g_autoptr (QuarryPageImage) image = draw (bytes, length, "ships.pdf", 2, 100000, &error);
  guint width, height;

  g_assert_no_error (error);
  quarry_page_image_get_pixels (image, &width, &height);
  g_assert_cmpuint (width * height, <=, QUARRY_EXTRACT_MAX_PIXELS);
  g_assert_cmpuint (width, >, 3000);
}

/* A page that cannot be drawn is refused with a sentence, wherever the file is truncated. */
static void
test_refusals (void)
{
  g_autoptr (GBytes) pdf = write_pdf (FALSE);
  g_autoptr (GBytes) locked = write_pdf (TRUE);
  g_autoptr (GError) error = NULL;
  gsize length, n_locked;
  const void *bytes = g_bytes_get_data (pdf, &length);
  const void *locked_bytes = g_bytes_get_data (locked, &n_locked);

  g_assert_null (draw (bytes, length, "ships.pdf", 3, WIDTH, &error));
  g_assert_error (error, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_DAMAGED);
  g_clear_error (&error);
  g_assert_null (draw (locked_bytes, n_locked, "ships.pdf", 1, WIDTH, &error));
  g_assert_error (error, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_ENCRYPTED);
  g_clear_error (&error);
  g_assert_null (draw ("marble", 6, "ships.txt", 1, WIDTH, &error));
  g_assert_error (error, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_UNSUPPORTED);
  g_clear_error (&error);
  for (gsize n = 9; n < length; n += length / 12)
    {
      g_autoptr (QuarryPageImage) image = draw (bytes, n, "ships.pdf", 1, WIDTH, &error);

      if (image == NULL)
        g_assert_error (error, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_DAMAGED);
      g_clear_error (&error);
    }
}

/* A page of a file inside another one is drawn as if the file stood alone. */
static void
test_inside (void)
{
  static const struct
  {
    const char *name;
    gboolean is_there;
  } cases[] = {
    { "box.zip/a/ships.pdf", TRUE },      { "box.zip/mail.eml/ships.pdf", TRUE },
    { "box.zip/a/ships.pd", FALSE },      { "box.zip/a", FALSE },
    { "box.zip/mail.eml", FALSE },        { "box.zip/", FALSE },
    { "box.zip/a/notes.txt", FALSE },     { "box.zip/../box.zip/a/ships.pdf", FALSE },
    { "box.zip", FALSE },                 { "box.zip/a/ships.pdf/ships.pdf", FALSE },
  };
  static const char pdf[]
      = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj\n"
        "4 0 obj<</Length 36>>stream\nBT /F 20 Tf 20 200 Td (Marble) Tj ET\nendstream endobj\n"
        "5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n"
        "trailer<</Root 1 0 R>>\n%%EOF\n";
  static const char mail[] = "From: a\nSubject: Ships\nContent-Type: multipart/mixed; boundary=x\n\n--x\n"
                             "Content-Type: text/plain\n\nShips.\n--x\nContent-Type: application/pdf\n"
                             "Content-Disposition: attachment; filename=\"ships.pdf\"\n\n";
  g_autofree char *whole = g_strconcat (mail, pdf, "\n--x--\n", NULL);
  g_autoptr (GBytes) box = zip_write ("a/notes.txt", "Notes.", "mail.eml", whole, "a/ships.pdf", pdf, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryPageImage) direct = draw (pdf, strlen (pdf), "ships.pdf", 1, WIDTH, &error);
  guint width, height;
  gsize n;

  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const void *outer = g_bytes_get_data (box, &n);
      g_autoptr (QuarryPageImage) image = draw (outer, n, cases[i].name, 1, WIDTH, &error);

      g_test_message ("%s", cases[i].name);
      g_assert_cmpint (image != NULL, ==, cases[i].is_there);
      if (image != NULL)
        g_assert_true (g_bytes_equal (quarry_page_image_get_pixels (image, &width, &height),
                                      quarry_page_image_get_pixels (direct, &width, &height)));
      else
        g_assert_true (error->domain == QUARRY_EXTRACT_ERROR && error->message[0] != '\0');
      g_clear_error (&error);
    }
}

/* If the process misbehaves, only its own page is lost. */
static void
test_misbehaving (void)
{
  static const struct
  {
    const char *name;
    QuarryExtractError code;
  } cases[] = { { "crash", QUARRY_EXTRACT_ERROR_CRASHED },   { "another", QUARRY_EXTRACT_ERROR_CRASHED },
                { "long", QUARRY_EXTRACT_ERROR_CRASHED },    { "spin", QUARRY_EXTRACT_ERROR_DEADLINE },
                { "eat", QUARRY_EXTRACT_ERROR_MEMORY },      { "refuse", QUARRY_EXTRACT_ERROR_ENCRYPTED } };
  g_autoptr (QuarryExtractor) extractor = NULL;
  int fd = open_bytes ("x", 1);

  g_setenv ("QUARRY_EXTRACT", QUARRY_BUILDDIR "/tests/unit/misbehaving-extract", TRUE);
  extractor = quarry_extractor_new (1, 500, 64 << 20);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (QuarryPageImage) image = NULL;

      g_assert_null (quarry_extractor_draw (extractor, fd, cases[i].name, 1, 2, FALSE, NULL, &error));
      g_assert_error (error, QUARRY_EXTRACT_ERROR, (gint) cases[i].code);
      g_clear_error (&error);
      image = quarry_extractor_draw (extractor, fd, "well", 1, 2, FALSE, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (quarry_page_image_get_n_pages (image), ==, 9);
    }
  close (fd);
  g_unsetenv ("QUARRY_EXTRACT");
}

/* The marks on the page for the part of @text between one "^" and the next. */
static GArray *
mark (QuarryPageImage *image, const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "^", 3);
  g_autofree char *whole = g_strconcat (parts[0], parts[1], parts[2], NULL);
  QuarrySpan page = { 0, (guint32) strlen (whole) };
  QuarrySpan passage = { (guint32) strlen (parts[0]), (guint32) (strlen (parts[0]) + strlen (parts[1])) };

  return quarry_page_marks_find (image, whole, page, passage);
}

/* Passages are found by their letters, even across a hyphenated word, and are told apart by the text around them. */
static void
test_marks (void)
{
  g_autoptr (GBytes) pdf = write_pdf (FALSE);
  g_autoptr (GError) error = NULL;
  gsize length;
  const void *bytes = g_bytes_get_data (pdf, &length);
  g_autoptr (QuarryPageImage) image = draw (bytes, length, "ships.pdf", 1, WIDTH, &error);
  g_autoptr (GArray) lines = NULL;
  const QuarryPageBox *boxes;

  g_assert_no_error (error);
  lines = mark (image, "Rigging of ships\n\n^A schooner carries sails on two masts, and the example shows it.^\n\n"
                       "Rigging of ships is what this was about.");
  g_assert_cmpuint (lines->len, ==, 2);
  boxes = (const QuarryPageBox *) (gpointer) lines->data;
  g_assert_cmpfloat (fabs ((double) boxes[0].y1 * 800 - 122), <, 6);
  g_assert_cmpfloat (fabs ((double) boxes[1].y1 * 800 - 138), <, 6);
  g_assert_cmpfloat ((double) boxes[0].x1, >, .5);
  g_assert_cmpfloat ((double) boxes[1].x1, <, .3);
  g_clear_pointer (&lines, g_array_unref);

  /* The words at the end of the page are marked, not those of its heading. */
  lines = mark (image, "Rigging of ships\n\nA schooner carries sails on two masts, and the example shows it.\n\n"
                       "^Rigging of ships^ is what this was about.");
  g_assert_cmpuint (lines->len, ==, 1);
  g_assert_cmpfloat ((double) g_array_index (lines, QuarryPageBox, 0).y0, >, .8);
  g_clear_pointer (&lines, g_array_unref);

  lines = mark (image, "^Bees live in a hive, says another page.^");
  g_assert_cmpuint (lines->len, ==, 0);
}

/* On a page that is a picture, words are recognized if that is asked for. */
static void
test_scan (void)
{
  g_auto (GStrv) languages = quarry_recognition_list_languages ();
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 0, 0);
  int fd = open_bytes ("", 0);

  draw_scan (fd, "Marble is cut with wire and water.", TRUE, NULL);
  for (guint recognize = 0; recognize < 2; recognize++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (QuarryPageImage) image
          = quarry_extractor_draw (extractor, fd, "scan.pdf", 1, WIDTH, recognize == 1, NULL, &error);
      g_autoptr (GArray) lines = NULL;

      g_assert_no_error (error);
      lines = mark (image, "^Marble is cut with wire and water.^");
      g_assert_cmpuint (lines->len, ==, recognize == 1 && languages[0] != NULL ? 1 : 0);
    }
  close (fd);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pages/words", test_words);
  g_test_add_func ("/pages/size", test_size);
  g_test_add_func ("/pages/refusals", test_refusals);
  g_test_add_func ("/pages/inside", test_inside);
  g_test_add_func ("/pages/misbehaving", test_misbehaving);
  g_test_add_func ("/pages/marks", test_marks);
  g_test_add_func ("/pages/scan", test_scan);
  return g_test_run ();
}
