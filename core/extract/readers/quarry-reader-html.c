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

/* A short page is decoded as it declares; a longer one that is in UTF-8 is not copied. */
#define MOST_COPIED (8u << 20)

gboolean
quarry_read_html (const QuarryInput *input, QuarryDocumentBuilder *builder, GError **error)
{
  g_autofree char *declared = find_declared_encoding (input->bytes, input->length);
  QuarryPlainText plain = { NULL, 0, FALSE };
  gboolean is_lent = input->length > MOST_COPIED && quarry_reader_is_plain (input, &plain);
  g_autoptr (GString) html = is_lent ? NULL : quarry_decode (input->bytes, input->length, declared);

  if (!is_lent && html == NULL)
    {
      quarry_reader_set_damaged (error, QUARRY_FORMAT_HTML);
      return FALSE;
    }
  if (html != NULL)
    quarry_html_add (builder, html->str, html->len, TRUE);
  else
    quarry_html_add (builder, plain.text, plain.length, TRUE);
  return TRUE;
}
