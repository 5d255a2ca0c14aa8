/* test-readers-pdf-lines.c: lines of PDF files that are not simply text
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "pdf-writer.h"
#include "read-helpers.h"

#include <string.h>

static char *
end_and_show (PdfWriter *writer)
{
  g_autoptr (GBytes) bytes = pdf_writer_end (writer, FALSE);
  g_autoptr (QuarryDocument) document = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;
  const void *data = g_bytes_get_data (bytes, &length);

  document = read_bytes ("x.pdf", data, length, &error);
  g_assert_no_error (error);
  return show (document);
}

/* Whether any word of the text is a number of at most two digits. */
static gboolean
has_number (const char *text)
{
  return g_regex_match_simple ("(^|[ |/])[0-9]{1,2}($|[ |/\n])", text, G_REGEX_MULTILINE, 0);
}

#define LINE "the stone was cut in the quarry by hand and brought down to the harbour on a"

/* Pages of @n lines each; beside every line, or every fifth, its number, at @gap points before the text and a little
 * lower. */
static char *
show_numbered (guint n_pages, guint n, guint step, gboolean goes_on, double gap, const char *line)
{
  PdfWriter *writer = pdf_writer_new ();
  guint number = 0;

  for (guint page = 0; page < n_pages; page++)
    {
      pdf_writer_begin_page (writer);
      if (!goes_on)
        number = 0;
      for (guint i = 0; i < n; i++)
        {
          double y = 120 + 24 * i;
          char text[8];

          if (++number % step == 0)
            {
              g_snprintf (text, sizeof text, "%u", number);
              pdf_writer_text (writer, "Helvetica", 10, 100 - gap - 5.56 * (double) strlen (text), y + 3, text);
            }
          pdf_writer_text (writer, "Helvetica", 12, 100, y, line);
        }
    }
  return end_and_show (writer);
}

static void
test_line_numbers (void)
{
  static const double gaps[] = { 7, 30 };

  for (guint i = 0; i < G_N_ELEMENTS (gaps); i++)
    {
      g_autofree char *each = show_numbered (2, 25, 1, FALSE, gaps[i], LINE);
      g_autofree char *onwards = show_numbered (3, 25, 1, TRUE, gaps[i], LINE);
      g_autofree char *fifths = show_numbered (2, 25, 5, TRUE, gaps[i], LINE);

      g_assert_false (has_number (each));
      g_assert_nonnull (strstr (each, "on a the stone was cut"));
      g_assert_false (has_number (onwards));
      g_assert_false (has_number (fifths));
    }
}

/* Ranks in a table are kept, and so are numbers on one page only. */
static void
test_other_numbers (void)
{
  g_autofree char *table = show_numbered (2, 25, 1, TRUE, 30, "Marble");
  g_autofree char *short_one = show_numbered (1, 9, 1, TRUE, 30, LINE);

  g_assert_true (has_number (table));
  g_assert_nonnull (strstr (table, "25"));
  g_assert_true (has_number (short_one));
}

/* Between lines with double space, a bold line in the middle is a heading. */
static void
test_centered (void)
{
  PdfWriter *writer = pdf_writer_new ();
  g_autofree char *shown = NULL;

  pdf_writer_begin_page (writer);
  pdf_writer_text (writer, "Helvetica", 12, 60, 100, LINE " ship.");
  pdf_writer_text (writer, "Helvetica-Bold", 12, 262, 124, "Background");
  pdf_writer_text (writer, "Helvetica", 12, 96, 148, "Then " LINE);
  pdf_writer_text (writer, "Helvetica", 12, 60, 172, LINE " ship.");
  shown = end_and_show (writer);
  g_assert_nonnull (strstr (shown, "\nh1 Background\np Then the stone"));
}

/* However wide the columns are that numbers or amounts fill, they are read along the rows. */
static void
test_columns_of_numbers (void)
{
  PdfWriter *writer = pdf_writer_new ();
  g_autofree char *shown = NULL;

  pdf_writer_begin_page (writer);
  for (guint i = 0; i < 6; i++)
    {
      pdf_writer_text (writer, "Helvetica", 10, 60, 100 + 14 * i, "Slate from the northern hills");
      pdf_writer_text (writer, "Helvetica", 10, 300, 100 + 14 * i, "36,222 37,541 38,419 $ 34.98");
    }
  shown = end_and_show (writer);
  g_assert_true (g_str_has_prefix (shown, "t Slate from the northern hills|36,222 37,541 38,419 $ 34.98/Slate"));
}

/* The address below an author's name is not a heading, however it is set. */
static void
test_addresses (void)
{
  PdfWriter *writer = pdf_writer_new ();
  g_autofree char *shown = NULL;

  pdf_writer_begin_page (writer);
  pdf_writer_text (writer, "Helvetica-Bold", 20, 60, 60, "Quarries");
  pdf_writer_text (writer, "Helvetica", 14, 60, 100, "ada@example.org");
  pdf_writer_text (writer, "Helvetica", 10, 60, 140, LINE " ship.");
  pdf_writer_text (writer, "Helvetica", 10, 60, 154, LINE " ship.");
  shown = end_and_show (writer);
  g_assert_true (g_str_has_prefix (shown, "h1 Quarries\np ada@example.org\n"));
}

/* The words of "Page 1 of 3" are not kept although they occur nowhere else; neither are those on the only page. */
static void
test_page_numbers (void)
{
  for (guint n_pages = 1; n_pages <= 3; n_pages += 2)
    {
      PdfWriter *writer = pdf_writer_new ();
      g_autofree char *shown = NULL;

      for (guint page = 1; page <= n_pages; page++)
        {
          g_autofree char *number = g_strdup_printf ("Page %u of %u", page, n_pages);

          pdf_writer_begin_page (writer);
          for (guint i = 0; i < 10; i++)
            pdf_writer_text (writer, "Helvetica", 12, 60, 200 + 16 * i, LINE " ship.");
          pdf_writer_text (writer, "Helvetica", 10, 280, 770, number);
        }
      shown = end_and_show (writer);
      g_assert_null (strstr (shown, "Page"));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/readers/pdf-lines/numbers", test_line_numbers);
  g_test_add_func ("/readers/pdf-lines/other-numbers", test_other_numbers);
  g_test_add_func ("/readers/pdf-lines/centered", test_centered);
  g_test_add_func ("/readers/pdf-lines/columns-of-numbers", test_columns_of_numbers);
  g_test_add_func ("/readers/pdf-lines/addresses", test_addresses);
  g_test_add_func ("/readers/pdf-lines/page-numbers", test_page_numbers);
  return g_test_run ();
}
