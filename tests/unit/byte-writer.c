/* byte-writer.c: writes files of numbers, byte by byte
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "byte-writer.h"

#include <string.h>

void
put (GByteArray *out, gsize at, guint64 value, guint n)
{
  if (out->len < at + n)
    {
      gsize before = out->len;

      g_byte_array_set_size (out, (guint) (at + n));
      memset (out->data + before, 0, at + n - before);
    }
  for (guint i = 0; i < n; i++)
    out->data[at + i] = i < sizeof value ? (guint8) (value >> 8 * i) : 0;
}

void
add_wide (GByteArray *out, const char *text)
{
  glong n;
  g_autofree gunichar2 *wide = g_utf8_to_utf16 (text, -1, NULL, &n, NULL);

  for (glong i = 0; i < n; i++)
    put (out, out->len, wide[i], 2);
}
