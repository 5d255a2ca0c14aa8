/* quarry-reader-html.c: web pages
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/extract/quarry-reader.h"

#include "core/extract/html/quarry-html.h"
#include "core/extract/text/quarry-decode.h"

#include <string.h>
#include <glib/gi18n-lib.h>

/* How many bytes of a page are searched for a declaration of its encoding. Browsers only look at 1024 bytes. */
#define PRESCAN 4096u

/* The encoding that the page declares; NULL if it declares none. (transfer full) */
static char *
find_declared_encoding (const guint8 *bytes, gsize length)
{
  g_autofree char *start = g_ascii_strdown ((const char *) bytes, (gssize) MIN (length, PRESCAN));
  const char *p = start;

  while ((p = strstr (p, "charset")) != NULL)
    {
      const char *from;

      p += strlen ("charset");
      while (g_ascii_isspace (*p))
        p++;
      if (*p != '=')
        continue;
      p++;
      while (g_ascii_isspace (*p) || *p == '"' || *p == '\'')
        p++;
      from = p;
      while (g_ascii_isalnum (*p) || strchr ("-_:.", *p) != NULL)
        {
          if (*p == '\0')
            break;
          p++;
        }
      if (p > from && p - from < 40)
        return g_strndup (from, (gsize) (p - from));
    }
  if (g_str_has_prefix (start, "<?xml") && (p = strstr (start, "encoding=")) != NULL)
    {
      p += strlen ("encoding=") + 1;
      return g_strndup (p, strcspn (p, "\"'"));
    }
  return NULL;
}

/* The tree of a page takes several times as much memory as the page, so a longer one than this is read in pieces. */
#define PIECE (8u << 20)

/* The end of a piece: before the last tag in its second half that begins a block. */
static gsize
end_piece (const char *html, gsize length)
{
  static const char *const tags[] = { "<p", "<h1", "<h2", "<h3", "<h4", "<div", "<li", "<tr", "<section" };

  if (length <= PIECE)
    return length;
  for (gsize i = PIECE; i > PIECE / 2; i--)
    for (guint t = 0; html[i] == '<' && t < G_N_ELEMENTS (tags); t++)
      {
        gsize n = strlen (tags[t]);

        if (length - i > n && g_ascii_strncasecmp (html + i, tags[t], n) == 0 && strchr ("> \t\r\n", html[i + n]) != NULL)
          return i;
      }
  for (gsize i = PIECE;; i--)
    if (((guchar) html[i] & 0xc0) != 0x80)
      return i;
}

gboolean
quarry_read_html (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  g_autofree char *declared = find_declared_encoding (input->bytes, input->length);
  /* A short page is decoded as it declares; a long one in UTF-8 is not copied. */
  QuarryPlainText plain = { NULL, 0, FALSE };
  gboolean is_lent = input->length > PIECE && quarry_reader_is_plain (input, &plain);
  g_autoptr (GString) html = is_lent ? NULL : quarry_decode (input->bytes, input->length, declared);

  if (!is_lent && html == NULL)
    {
      quarry_reader_set_damaged (error, QUARRY_FORMAT_HTML);
      return FALSE;
    }
  if (html != NULL)
    plain = (QuarryPlainText) { html->str, html->len, FALSE };
  for (gsize at = 0, n; at == 0 || at < plain.length; at += n)
    {
      n = end_piece (plain.text + at, plain.length - at);
      quarry_html_add (builder, plain.text + at, n, at == 0);
      quarry_input_forget (input);
      if (n == 0)
        break;
    }
  return TRUE;
}
