/* quarry-cells.c: what the cells of Excel's workbooks show
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/extract/office/quarry-cells.h"

#include <math.h>
#include <string.h>

#define DAYS_TO_1904 1462
#define MAX_DAYS 2958466.0 /* the day number of the end of the year 9999 */

gboolean
quarry_cells_is_date_format (guint id)
{
  return (id >= 14 && id <= 17) || id == 22;
}

gboolean
quarry_cells_is_date_code (const char *code)
{
  gboolean quoted = FALSE;

  for (const char *p = code; *p != '\0'; p++)
    {
      if (*p == '"')
        quoted = !quoted;
      else if (*p == '[' && !quoted)
        {
          /* A colour or a locale in brackets; skip it. */
          p = strchr (p, ']');
          if (p == NULL)
            return FALSE;
        }
      /* The next character is literal (\), gives a width (_), or fills the cell (*). */
      else if (!quoted && strchr ("\\_*", *p) != NULL && p[1] != '\0')
        p++;
      else if (!quoted && strchr ("yYdD", *p) != NULL)
        return TRUE;
    }
  return FALSE;
}

static void
append_date (GString *out, double days)
{
  g_autoptr (GDateTime) epoch = g_date_time_new_utc (1899, 12, 30, 0, 0, 0.0);
  g_autoptr (GDateTime) date = NULL;
  g_autofree char *text = NULL;

  /* Excel counts a 29 February 1900, which did not exist, so earlier days are off by one. */
  if (days > 0.0 && days < MAX_DAYS)
    date = g_date_time_add_seconds (epoch, round ((days + (days < 60.0)) * 86400.0));
  if (date == NULL)
    return;
  text = g_date_time_format (date, fmod (days, 1.0) != 0.0 ? "%Y-%m-%d %H:%M" : "%Y-%m-%d");
  g_string_append (out, text);
}

void
quarry_cells_append_number (GString *out, double value, gboolean is_date, gboolean is_1904)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  if (!isfinite (value))
    return;
  if (is_date)
    append_date (out, value + (is_1904 ? DAYS_TO_1904 : 0));
  else
    /* No more digits than a person would have typed; but of large numbers, which are often account or article numbers,
     * all. */
    g_string_append (
        out,
        g_ascii_formatd (buffer, sizeof buffer, fabs (value) < 1e9 ? "%.10g" : "%.15g", value));
}

void
quarry_cells_append_text (GString *out, const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    g_string_append_c (out, strchr ("\t\r\n", *p) != NULL ? ' ' : *p);
}
