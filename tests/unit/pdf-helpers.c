/* pdf-helpers.c: what the tests of PDF files share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "pdf-helpers.h"

#include "read-helpers.h"

QuarryDocument *
end_and_read (PdfWriter *writer)
{
  g_autoptr (GBytes) bytes = pdf_writer_end (writer, FALSE);
  g_autoptr (GError) error = NULL;
  gsize length;
  const void *data = g_bytes_get_data (bytes, &length);
  QuarryDocument *document = read_bytes ("x.pdf", data, length, &error);

  g_assert_no_error (error);
  return document;
}

void
assert_shows (PdfWriter *writer, const char *expected)
{
  g_autoptr (QuarryDocument) document = end_and_read (writer);
  g_autofree char *shown = show (document);

  g_assert_cmpstr (shown, ==, expected);
}

double
add_lines (PdfWriter *writer, double x, double y, const char *lines)
{
  g_auto (GStrv) split = g_strsplit (lines, "\n", -1);

  for (guint i = 0; split[i] != NULL; i++, y += 14)
    if (*split[i] != '\0')
      pdf_writer_text (writer, "Helvetica", 10, x, y, split[i]);
  return y;
}
