/* test-readers-cell-format.c: what number formats of workbooks show
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is expected is what LibreOffice 7.4 shows, except for days.
 */
#include "core/extract/office/quarry-cell-format.h"

#define ACCOUNTING \
  "_-* #,##0.00\\ [$\342\202\254-407]_-;\\-* #,##0.00\\ [$\342\202\254-407]_-;_-* \"-\"??\\ \"\342\202\254\"_-;_-@_-"

static void
test_codes (void)
{
  static const struct
  {
    const char *code;
    double value;
    const char *shown;
  } cases[] = {
    /* Places, and how numbers are rounded. */
    { "0", 1234.5, "1235" },
    { "0.00", 2.675, "2.68" },
    { "0.00", 1e14, "100000000000000.00" },
    { "0.00##", 1234.5, "1234.50" },
    { "0.00##", 123456789012.0, "123456789012.00" },
    { "#.##", 0.195, ".2" },
    { "#", 0.0, "" },
    { "00000", 1067.0, "01067" },
    { "(000) 000-0000", 5551234567.0, "(555) 123-4567" },
    { "(000) 000-0000", 123456789012.0, "(12345) 678-9012" },
    { "000-00-0000", 12.0, "000-00-0012" },
    { "0\\.0", 1234567.0, "123456.7" },
    { "#,##0", 999.5, "1,000" },
    { "#,##0.00", 1234567.891, "1,234,567.89" },
    { "#,##0.0,,\"M\"", 5551234567.0, "5,551.2M" },
    { "0.0%", 0.195, "19.5%" },
    { "0.0%", 5551234567.0, "555123456700.0%" },
    /* Signs, and sections. */
    { "0.0", -0.04, "0.0" },
    { "0.0", -0.05, "-0.1" },
    { "$#,##0.00_);($#,##0.00)", -1234.567, "($1,234.57)" },
    { "0;-0;\"zero\"", 0.0, "zero" },
    { "0;;", 0.0, "" },
    { "0;;", -1.0, "" },
    { ACCOUNTING, 1500.0, "1,500.00 \342\202\254" },
    { ACCOUNTING, -1500.0, "-1,500.00 \342\202\254" },
    { ACCOUNTING, 0.0, "- \342\202\254" },
    { "[Red]0.00\\ [$z\305\202-415]", 1.0, "1.00 z\305\202" },
    /* What is left to the general format. */
    { "General", -3.25, "-3.25" },
    { "0.00E+00", 123456789012.0, "123456789012" },
    { "# ?/?", 0.5, "0.5" },
    { "[>100]0;0.0", -1234.567, "-1234.567" },
    { ".00", 0.125, "0.125" },
    { "0.0000000000000000", 0.125, "0.125" },
    { "0", 1e300, "1e+300" },
    { "0%", -1e308, "-1e+308" },
    /* Days and times. */
    { "[$-407]d. mmm yyyy", 45293.0, "2024-01-02" },
    { "mmm", 45293.0, "2024-01-02" },
    { "d.m. hh:mm", 45293.5, "2024-01-02 12:00" },
    { "hh:mm", 45293.604166666664, "14:30" },
    { "h:mm:ss AM/PM", 0.75, "18:00:00" },
    { "[h]:mm", 1.1354166666666667, "27:15" },
    { "[h]:mm;[Red]-[h]:mm", -1.5, "-36:00" },
    { "hh:mm", 1e7, "10000000" },
    { "yyyy", -1.0, "" },
    /* Codes that are cut off. */
    { "0 \"kg", 12.0, "12 kg" },
    { "0[$", 12.0, "12" },
    { "0\\", 12.0, "12\\" },
    /* Characters that would end the cell. */
    { "0\"a\n\tb\"\\\r0", 12.0, "1a  b 2" },
    { "", 12.0, "12" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (QuarryCellFormats) formats = quarry_cell_formats_new ();
      g_autoptr (GString) shown = g_string_new (NULL);

      quarry_cell_formats_define (formats, 164, cases[i].code);
      quarry_cell_format_append (quarry_cell_formats_get (formats, 164, TRUE), shown, cases[i].value, FALSE);
      g_assert_cmpstr (shown->str, ==, cases[i].shown);
    }
}

static void
test_builtin (void)
{
  g_autoptr (QuarryCellFormats) formats = quarry_cell_formats_new ();
  g_autoptr (GString) shown = g_string_new (NULL);

  g_assert_null (quarry_cell_formats_get (formats, 0, TRUE));
  g_assert_null (quarry_cell_formats_get (formats, 49, TRUE));
  g_assert_null (quarry_cell_formats_get (formats, G_MAXUINT, TRUE));
  g_assert_null (quarry_cell_formats_get (formats, 4, FALSE));
  g_assert_true (quarry_cell_format_is_date (quarry_cell_formats_get (formats, 14, TRUE)));
  quarry_cell_format_append (quarry_cell_formats_get (formats, 4, TRUE), shown, 1234.5, FALSE);
  g_string_append_c (shown, ' ');
  quarry_cell_format_append (quarry_cell_formats_get (formats, 22, TRUE), shown, 43831.25, TRUE);
  g_assert_cmpstr (shown->str, ==, "1,234.50 2024-01-02 06:00");

  /* The first definition counts, also before one that every workbook has. */
  quarry_cell_formats_define (formats, 9, "0.0");
  quarry_cell_formats_define (formats, 9, "0.00");
  g_string_truncate (shown, 0);
  quarry_cell_format_append (quarry_cell_formats_get (formats, 9, TRUE), shown, 1.0, FALSE);
  g_assert_cmpstr (shown->str, ==, "1.0");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/readers/cell-format/codes", test_codes);
  g_test_add_func ("/readers/cell-format/builtin", test_builtin);
  return g_test_run ();
}
