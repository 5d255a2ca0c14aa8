/* quarry-page-number.c: recognizes the number of a page as headers and footers have it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/extract/text/quarry-page-number.h"

#include <string.h>

/* In bytes; no word below is longer. */
#define MAX_WORD 24u

/* Whether the word stands beside the numbers of pages, in one of several languages, or is a small Roman numeral. */
static gboolean
is_page_word (const char *word)
{
  static const char *const words[]
      = { "page", "pages", "pg", "p", "of", "seite", "seiten", "s", "von", "sur", "de", "página", "páginas", "pág",
          "pagina", "pagine", "pag", "di", "van", "sida", "sidan", "side", "av", "af", "sivu", "strona", "strana",
          "stránka", "str", "z", "oldal", "sayfa", "страница", "стр", "из", "сторінка", "з", "第", "页", "頁", "共",
          "ページ", NULL };

  return g_strv_contains (words, word) || strspn (word, "ivx") == strlen (word);
}

gboolean
quarry_is_page_number (const char *text, guint max_digits)
{
  char word[MAX_WORD + 8];
  gsize n = 0;
  guint n_digits = 0;

  for (const char *p = text;; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_isalpha (c))
        {
          n += (gsize) g_unichar_to_utf8 (g_unichar_tolower (c), word + n);
          if (n > MAX_WORD)
            return FALSE;
          continue;
        }
      word[n] = '\0';
      if (n > 0 && !is_page_word (word))
        return FALSE;
      /* "DE89" is something else. */
      if (n > 0 && g_ascii_isalpha (p[-1]) && g_ascii_isdigit (*p))
        return FALSE;
      n = 0;
      if (c == 0)
        return TRUE;
      if (g_ascii_isdigit ((char) MIN (c, 0x7f)) && ++n_digits > max_digits)
        return FALSE;
    }
}
