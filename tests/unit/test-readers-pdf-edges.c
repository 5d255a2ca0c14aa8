/* test-readers-pdf-edges.c: tables at the edges of PDF pages, and files without PDF's header
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
  g_test_add_func ("/readers/pdf-edges/broken-header", test_broken_header);
  return g_test_run ();
}
