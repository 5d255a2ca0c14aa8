/* test-readers-pdf-edges.c: tables at the edges of PDF pages, misnamed characters, and files without PDF's header
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "pdf-helpers.h"
#include "read-helpers.h"

/* A table that goes on over pages: its header is kept once, and no cell of its rows is lost. */
static void
test_long_table (void)
{
  PdfWriter *writer = pdf_writer_new ();

  for (guint i = 0; i < 4; i++)
    {
      pdf_writer_begin_page (writer);
      add_lines (writer, 60, 60, "Stone\nslate\nmarble");
      add_lines (writer, 260, 60, i % 2 ? "Hardness\n2.5\n3.5" : "Hardness\n2.8\n3.1");
      add_lines (writer, 460, 60, i % 2 ? "Place\nnorth\nsouth" : "Place\nsouth\nsouth");
    }
  assert_shows (writer,
                "t Stone|Hardness|Place/slate|2.8|south/marble|3.1|south\n"
                "t slate|2.5|north/marble|3.5|south\n"
                "t slate|2.8|south/marble|3.1|south\n"
                "t slate|2.5|north/marble|3.5|south\n");
}

/* Fonts that give the numbers of their glyphs for characters. What is text in others is left alone. */
static void
test_numbered_glyphs (void)
{
  PdfWriter *writer = pdf_writer_new ();

  pdf_writer_begin_page (writer);
  pdf_writer_text (writer, "Helvetica", 10, 60, 60, "THE FIRM HOLDS SEVEN QUARRIES.");
  pdf_writer_text (writer, "Numbered", 10, 60, 100, "'LH\\003+\\201WWH\\003ZDU\\003I\\201U\\003\\024\\034\\003-DKUH\\021");
  pdf_writer_text (writer, "Numbered", 10, 60, 140, "\\264*XW\\264\\017\\003VDJW\\003HU\\021");
  assert_shows (writer, "p THE FIRM HOLDS SEVEN QUARRIES.\np Die Hütte war für 19 Jahre.\np \342\200\235Gut\342\200\235, sagt er.\n");
  /* Capitals, which are named like digits as often as not. */
  writer = pdf_writer_new ();
  pdf_writer_begin_page (writer);
  pdf_writer_text (writer, "Numbered", 10, 60, 100, "6721\\0506\\003,1\\003$1'\\003$5281'\\003%\\05051\\050");
  assert_shows (writer, "p STONES IN AND AROUND BERNE\n");
}

/* TeX's ligatures are control characters in its encodings, T1 and OT1. */
static void
test_tex_ligatures (void)
{
  PdfWriter *writer = pdf_writer_new ();

  pdf_writer_begin_page (writer);
  pdf_writer_text (writer, "Numbered", 10, 60, 100, "The \\034rst con\\035icts di\\033er in e\\037uent o\\036ces.");
  pdf_writer_text (writer, "Numbered", 10, 60, 140, "A di\\016culty \\002 or two");
  assert_shows (writer, "p The first conflicts differ in effluent offices.\np A difficulty or two\n");
}

/* Letters that are misnamed in other ways, and numbers, are neither. */
static void
test_other_controls (void)
{
  PdfWriter *writer = pdf_writer_new ();

  pdf_writer_begin_page (writer);
  pdf_writer_text (writer, "Numbered", 10, 60, 100, "zem\\036 is \\034a list\\035");
  assert_shows (writer, "p zem is a list\n");
  writer = pdf_writer_new ();
  pdf_writer_begin_page (writer);
  pdf_writer_text (writer, "Numbered", 10, 60, 100, "TM\\006 12345678ABC");
  assert_shows (writer, "p TM 12345678ABC\n");
  /* TeX's dash is such a character as well. */
  writer = pdf_writer_new ();
  pdf_writer_begin_page (writer);
  pdf_writer_text (writer, "Numbered", 10, 60, 100, "1914 \\0251918, 12.5");
  assert_shows (writer, "p 1914 1918, 12.5\n");
}

/* A file that has the name and all of a PDF but for its header is one. */
static void
test_broken_header (void)
{
  PdfWriter *writer = pdf_writer_new ();
  g_autoptr (GBytes) bytes = NULL;
  const guint8 *whole;
  g_autofree guint8 *broken = NULL;
  g_autoptr (QuarryDocument) document = NULL;
  g_autofree char *shown = NULL;
  gsize length;

  pdf_writer_begin_page (writer);
  pdf_writer_text (writer, "Helvetica", 12, 60, 80, "Marble.");
  bytes = pdf_writer_end (writer, FALSE);
  whole = g_bytes_get_data (bytes, &length);
  broken = g_memdup2 (whole, length);
  broken[4] = '1';
  document = read_bytes ("x.pdf", broken, length, NULL);
  g_assert_nonnull (document);
  shown = show (document);
  g_assert_cmpstr (shown, ==, "p Marble.\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/readers/pdf-edges/long-table", test_long_table);
  g_test_add_func ("/readers/pdf-edges/numbered-glyphs", test_numbered_glyphs);
  g_test_add_func ("/readers/pdf-edges/tex-ligatures", test_tex_ligatures);
  g_test_add_func ("/readers/pdf-edges/other-controls", test_other_controls);
  g_test_add_func ("/readers/pdf-edges/broken-header", test_broken_header);
  return g_test_run ();
}
