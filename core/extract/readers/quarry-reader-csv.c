/* quarry-reader-csv.c: tables as text (RFC 4180 and similar)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/extract/quarry-reader.h"

#include "core/extract/text/quarry-decode.h"

#include <string.h>

/* Rows per block, so that a reader of one block need not go through a million rows. */
#define ROWS_PER_BLOCK 200u

/* The separator that is most frequent in the first lines, outside of quotes. */
static char
find_separator (const char *text, gsize length)
{
  static const char separators[] = { ',', ';', '\t', '|' };
  guint counts[G_N_ELEMENTS (separators)] = { 0 };
  guint best = 0, lines = 0;
  gboolean quoted = FALSE;

  for (const char *p = text; p < text + length && lines < 20; p++)
    {
      if (*p == '"')
        quoted = !quoted;
      lines += *p == '\n';
      for (guint i = 0; i < G_N_ELEMENTS (separators) && !quoted; i++)
        counts[i] += *p == separators[i];
    }
  for (guint i = 1; i < G_N_ELEMENTS (separators); i++)
    if (counts[i] > counts[best])
      best = i;
  return separators[best];
}

gboolean
quarry_read_csv (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  QuarryPlainText plain;
  G_GNUC_UNUSED g_autoptr (GString) decoded = quarry_reader_borrow_text (input, &plain, error);
  const char *text = plain.text;
  g_autoptr (GString) rows = g_string_new (NULL);
  gboolean quoted = FALSE, at_start = TRUE;
  guint n_rows = 0;
  char separator;

  if (text == NULL)
    return FALSE;
  separator = find_separator (text, plain.length);
  for (gsize i = 0; i <= plain.length; i++)
    {
      char c = i < plain.length ? text[i] : '\n';

      if (c == '"' && quoted && i + 1 < plain.length && text[i + 1] == '"')
        {
          g_string_append_c (rows, c);
          i++;
        }
      else if (c == '"' && (quoted || at_start))
        quoted = !quoted;
      else if (c == separator && !quoted)
        {
          g_string_append_c (rows, '\t');
          at_start = TRUE;
          continue;
        }
      else if (c == '\n' && (!quoted || i == plain.length))
        {
          g_string_append_c (rows, '\n');
          at_start = TRUE;
          if (++n_rows % ROWS_PER_BLOCK == 0 || i == plain.length)
            {
              if (!quarry_document_builder_add (
                      builder, QUARRY_BLOCK_TABLE, 0, rows->str, (gssize) rows->len))
                return TRUE;
              g_string_truncate (rows, 0);
            }
          continue;
        }
      else
        g_string_append_c (rows, strchr ("\t\r\n", c) != NULL ? ' ' : c);
      at_start = at_start && c == ' ';
    }
  return TRUE;
}
