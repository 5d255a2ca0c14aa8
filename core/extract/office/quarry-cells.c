/* quarry-cells.c: what the cells of Excel's workbooks show
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/extract/office/quarry-cells.h"

#include <math.h>
#include <string.h>

#define DAYS_TO_1904 1462
#define MAX_DAYS 2958466.0 /* the day number of the end of the year 9999 */

void
quarry_cells_append_date (GString *out, double days, gboolean is_1904)
{
  g_autoptr (GDateTime) epoch = g_date_time_new_utc (1899, 12, 30, 0, 0, 0.0);
  g_autoptr (GDateTime) date = NULL;
  g_autofree char *text = NULL;

  days += is_1904 ? DAYS_TO_1904 : 0;
  /* Excel counts a 29 February 1900, which did not exist, so earlier days are off by one. */
  if (days > 0.0 && days < MAX_DAYS)
    date = g_date_time_add_seconds (epoch, round ((days + (days < 60.0)) * 86400.0));
  if (date == NULL)
    return;
  text = g_date_time_format (date, fmod (days, 1.0) != 0.0 ? "%Y-%m-%d %H:%M" : "%Y-%m-%d");
  g_string_append (out, text);
}

void
quarry_cells_append_number (GString *out, double value)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  /* No more digits than a person would have typed; but of large numbers, which are often account or article numbers,
   * all. */
  if (isfinite (value))
    g_string_append (out, g_ascii_formatd (buffer, sizeof buffer, fabs (value) < 1e9 ? "%.10g" : "%.15g", value));
}

const char *
quarry_cells_name_truth (gboolean is_true)
{
  return is_true ? "TRUE" : "FALSE";
}

void
quarry_cells_append_text (GString *out, const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    g_string_append_c (out, strchr ("\t\r\n", *p) != NULL ? ' ' : *p);
}
