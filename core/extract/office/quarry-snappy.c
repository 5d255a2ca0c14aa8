/* quarry-snappy.c: decompresses Snappy blocks
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/extract/office/quarry-snappy.h"

/* A little-endian number of @n bytes. */
static gsize
number_at (const guint8 *bytes, gsize n)
{
  gsize number = 0;

  for (gsize i = 0; i < n; i++)
    number |= (gsize) bytes[i] << 8 * i;
  return number;
}

gboolean
quarry_snappy_unpack (const guint8 *bytes, gsize length, gsize most, GByteArray *out)
{
  const gsize start = out->len;
  gsize at = 0;

  /* Skip the uncompressed length; the end of the data tells it as well. */
  while (at < length && bytes[at] & 0x80)
    at++;
  for (at++; at < length;)
    {
      guint8 tag = bytes[at++];
      guint kind = tag & 3;
      gsize n, back, n_more;

      if (kind == 0)
        {
          n = (tag >> 2) + 1u;
          if (n > 60)
            {
              n_more = n - 60;
              if (n_more > length - at)
                return FALSE;
              n = number_at (bytes + at, n_more) + 1;
              at += n_more;
            }
          if (n > length - at || n > most - MIN (out->len, most))
            return FALSE;
          g_byte_array_append (out, bytes + at, (guint) n);
          at += n;
          continue;
        }
      n_more = kind == 1 ? 1 : kind == 2 ? 2 : 4;
      if (n_more > length - at)
        return FALSE;
      back = number_at (bytes + at, n_more);
      n = (tag >> 2) + 1u;
      if (kind == 1)
        {
          n = (tag >> 2 & 7) + 4u;
          back |= (gsize) (tag >> 5) << 8;
        }
      at += n_more;
      if (back == 0 || back > out->len - start || n > most - MIN (out->len, most))
        return FALSE;
      /* Byte by byte, since the source may overlap with what is being written. */
      for (gsize i = 0; i < n; i++)
        {
          guint8 byte = out->data[out->len - back];

          g_byte_array_append (out, &byte, 1);
        }
    }
  return TRUE;
}
