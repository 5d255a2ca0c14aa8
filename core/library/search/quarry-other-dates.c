/* quarry-other-dates.c: dates of a query that the passages write another way
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/library/search/quarry-other-dates.h"

#include "core/document/quarry-dates.h"

/* The most dates of a query that are looked at. */
#define MOST_DATES 4u

/* Whether the last letter or digit of a date may be followed by another: "3" by "31", "21" by "2100". */
static gboolean
is_unfinished (const char *text, QuarrySpan span)
{
  guint n_digits = 0;

  while (n_digits < span.end - span.start && g_ascii_isdigit (text[span.end - n_digits - 1]))
    n_digits++;
  return text[span.end] == '\0' && n_digits > 0 && n_digits < 4;
}

char *
quarry_rewrite_dates (QuarryLexicalIndex *index, const char *text, gboolean typing)
{
  g_autoptr (GString) result = g_string_new (NULL);
  QuarrySpan span = { 0, 0 };
  gsize done = 0;

  for (guint n = 0; n < MOST_DATES; n++)
    {
      g_auto (GStrv) others = quarry_dates_find (text, span.end, &span);
      g_autofree char *typed = NULL;

      if (others == NULL)
        break;
      typed = g_strndup (text + span.start, span.end - span.start);
      if ((typing && is_unfinished (text, span)) || quarry_lexical_index_count_holding (index, typed) > 0)
        continue;
      for (guint i = 0; others[i] != NULL; i++)
        if (quarry_lexical_index_count_holding (index, others[i]) > 0)
          {
            g_string_append_len (result, text + done, (gssize) (span.start - done));
            g_string_append (result, others[i]);
            done = span.end;
            break;
          }
    }
  if (done == 0)
    return NULL;
  g_string_append (result, text + done);
  return g_strdup (result->str);
}
