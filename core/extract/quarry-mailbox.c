/* quarry-mailbox.c: where mails begin in a mailbox (mbox, RFC 4155)
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/extract/quarry-mailbox.h"

#include <string.h>

const char *
quarry_mailbox_next (const char *mail, const char *end)
{
  const char *p = mail + 5;

  while (p < end && (p = memmem (p, (gsize) (end - p), "\nFrom ", 6)) != NULL)
    {
      if (p[-1] == '\n' || (p[-1] == '\r' && p[-2] == '\n'))
        return p + 1;
      p += 6;
    }
  return end;
}

gboolean
quarry_mailbox_begins (const char *bytes, gsize length)
{
  const char *line = bytes;
  const char *stop = memchr (line, '\n', MIN (length, 200));
  const char *colon;

  if (length < 5 || memcmp (line, "From ", 5) != 0 || stop == NULL)
    return FALSE;
  line = stop + 1;
  colon = memchr (line, ':', MIN (length - (gsize) (line - bytes), 80));
  return colon != NULL && memchr (line, ' ', (gsize) (colon - line)) == NULL
         && memchr (line, '\n', (gsize) (colon - line)) == NULL;
}
