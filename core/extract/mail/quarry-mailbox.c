/* quarry-mailbox.c: where mails begin in a mailbox (mbox, RFC 4155)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/extract/mail/quarry-mailbox.h"

#include <string.h>

/* Whether a line begins with the name of a header field. */
static gboolean
is_field (const char *line, const char *end)
{
  const char *colon = memchr (line, ':', MIN ((gsize) (end - line), 80));

  return colon != NULL && colon > line && memchr (line, ' ', (gsize) (colon - line)) == NULL
         && memchr (line, '\n', (gsize) (colon - line)) == NULL;
}

const char *
quarry_mailbox_next (const char *mail, const char *end)
{
  const char *p = mail + 5;

  while (p < end && (p = memmem (p, (gsize) (end - p), "\nFrom ", 6)) != NULL)
    {
      const char *stop = memchr (p + 6, '\n', (gsize) (end - p - 6));

      if (stop == NULL)
        return end;
      if ((p[-1] == '\n' || (p[-1] == '\r' && p[-2] == '\n')) && is_field (stop + 1, end))
        return p + 1;
      p += 6;
    }
  return end;
}

gboolean
quarry_mailbox_begins (const char *bytes, gsize length)
{
  const char *stop = memchr (bytes, '\n', MIN (length, 200));

  return length >= 5 && memcmp (bytes, "From ", 5) == 0 && stop != NULL && is_field (stop + 1, bytes + length);
}
