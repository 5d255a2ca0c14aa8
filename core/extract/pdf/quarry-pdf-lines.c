/* quarry-pdf-lines.c: recognizes kinds of lines by their text, and measures how lines are set
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/extract/pdf/quarry-pdf-lines.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

gboolean
quarry_pdf_line_starts_lower (const char *text)
{
  return g_unichar_islower (g_utf8_get_char (text));
}

gboolean
quarry_pdf_line_is_closed (const char *text)
{
  const char *end = text + strlen (text);

  while (end > text)
    {
      const char *last = g_utf8_prev_char (end);
      gunichar c = g_utf8_get_char (last);

      if (c == '"' || c == '\'' || c == ')' || c == ']' || c == 0x201d || c == 0x2019 || c == 0xbb)
        {
          end = last;
          continue;
        }
      return c == '.' || c == '!' || c == '?' || c == ':' || c == ';' || c == 0x2026 || c == 0x3002
             || c == 0xff01 || c == 0xff1f;
    }
  return TRUE;
}

gboolean
quarry_pdf_same_size (double a, double b)
{
  return fabs (a - b) <= MAX (0.6, 0.06 * b);
}

gsize
quarry_pdf_line_get_bullet (const char *text, gboolean *is_number)
{
  static const gunichar bullets[]
      = { 0x2022, 0x2023, 0x25e6, 0x25aa, 0x25ab, 0x25a0, 0x25a1, 0x25cf, 0x25cb, 0x2219,
          0xb7,   0x27a2, 0x2713, 0x2714, 0x2756, 0x204c, 0x2043, '-',    0x2013, 0x2014,
          '*',    0xf0b7, 0xf0a7, 0xf0d8, 0xf0fc, 0xf076, 0xf02d, 0x25ba };
  gunichar c = g_utf8_get_char (text);
  const char *p = text;
  gsize n;

  *is_number = FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (bullets); i++)
    if (c == bullets[i])
      {
        p = g_utf8_next_char (text);
        /* Bullets and characters for private use need no blank behind them, since they hardly mean anything else
         * here. */
        if (*p == ' ' || c == 0x2022 || c >= 0xf000)
          {
            while (*p == ' ')
              p++;
            return *p != '\0' ? (gsize) (p - text) : 0;
          }
        return 0;
      }

  *is_number = TRUE;
  if (*p == '(' || *p == '[')
    p++;
  n = strspn (p, "0123456789");
  if (n == 0 && g_ascii_isalpha (*p))
    {
      n = strspn (p, "ivx");
      n = MAX (n, 1);
    }
  if (n == 0 || n > 3)
    return 0;
  p += n;
  /* "A." may be an initial rather than the letter of a list item. */
  if (*text == '[' ? *p != ']' : *p != ')' && !(*p == '.' && g_ascii_isdigit (*text)))
    return 0;
  return p[1] == ' ' && p[2] != '\0' ? (gsize) (p + 2 - text) : 0;
}

char *
quarry_pdf_line_undo_leaders (const char *text)
{
  const char *p = text;

  while ((p = strchr (p, '.')) != NULL)
    {
      const char *end = p;
      guint n = 0;

      for (; *end == '.' || *end == ' ' || *end == '\t'; end++)
        n += *end == '.';
      if (n >= 4)
        {
          const char *start = p;

          while (start > text && (start[-1] == ' ' || start[-1] == '\t'))
            start--;
          return start > text ? g_strdup_printf ("%.*s\t%s", (int) (start - text), text, end)
                              : NULL;
        }
      p = end > p ? end : p + 1;
    }
  return NULL;
}

guint
quarry_pdf_line_get_number (const char *text)
{
  text += strspn (text, "([");
  return g_ascii_isdigit (*text) ? (guint) strtoul (text, NULL, 10) : 0;
}

gboolean
quarry_pdf_line_has_letters (const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (g_unichar_isalnum (g_utf8_get_char (p)))
      return TRUE;
  return FALSE;
}

double *
quarry_pdf_lines_find_rights (const QuarryPdfLine *lines, guint n)
{
  double *rights = g_new (double, MAX (n, 1));
  const guint window = 10;

  for (guint i = 0; i < n; i++)
    {
      rights[i] = lines[i].box.x1;
      for (guint k = i > window ? i - window : 0; k < MIN (n, i + window + 1); k++)
        if (lines[k].column == lines[i].column && quarry_pdf_same_size (lines[k].size, lines[i].size)
            && lines[k].n_cells == 1
            && fabs (lines[k].box.x0 - lines[i].box.x0) < 8.0 * lines[i].size)
          rights[i] = MAX (rights[i], lines[k].box.x1);
    }
  return rights;
}

double
quarry_pdf_lines_find_body_size (const QuarryPdfLine *lines, guint n)
{
  guint counts[256] = { 0 };
  guint best = 0;

  for (guint i = 0; i < n; i++)
    if ((lines[i].flags & QUARRY_PDF_MONO) == 0)
      counts[(guint) CLAMP (lround (lines[i].size * 2.0), 0, 255)] += lines[i].n_characters;
  for (guint i = 1; i < G_N_ELEMENTS (counts); i++)
    if (counts[i] > counts[best])
      best = i;
  return best > 0 ? best / 2.0 : 10.0;
}

static gint
compare_doubles (gconstpointer a, gconstpointer b)
{
  double first = *(const double *) a, second = *(const double *) b;

  return first < second ? -1 : first > second;
}

double
quarry_pdf_lines_find_step (const QuarryPdfLine *lines, guint n, double body)
{
  g_autoptr (GArray) steps = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint i = 1; i < n; i++)
    {
      double step = lines[i].box.y1 - lines[i - 1].box.y1;

      if (lines[i].column == lines[i - 1].column && quarry_pdf_same_size (lines[i].size, body)
          && quarry_pdf_same_size (lines[i - 1].size, body) && step > 0.5 * body && step < 3.0 * body)
        g_array_append_val (steps, step);
    }
  if (steps->len == 0)
    return 1.2 * body;
  g_array_sort (steps, compare_doubles);
  return g_array_index (steps, double, steps->len / 2);
}
