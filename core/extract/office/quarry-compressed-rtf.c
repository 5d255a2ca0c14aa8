/* quarry-compressed-rtf.c: decompresses the RTF of mails in Outlook's files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The format is described in [MS-OXRTFCP]: literal bytes, and references into the previous 4,096
 * bytes. That window initially contains a text with words that are common in RTF.
 */
#include "core/extract/office/quarry-compressed-rtf.h"

#include "core/extract/quarry-reader.h"

#include <string.h>

#define HEADER_SIZE 16u
#define WINDOW 4096u
#define PLAIN "MELA"
#define COMPRESSED "LZFu"

static const char first_words[]
    = "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
      "\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
      "\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

static guint32
get_u32 (const guint8 *bytes)
{
  guint32 value;

  memcpy (&value, bytes, sizeof value);
  return GUINT32_FROM_LE (value);
}

GByteArray *
quarry_compressed_rtf_unpack (const guint8 *bytes, gsize length)
{
  g_autofree guint8 *window = NULL;
  GByteArray *out;
  guint32 most, at = sizeof first_words - 1;

  if (length < HEADER_SIZE)
    return NULL;
  /* Data expand at most eight and a half times: a reference of two bytes gives at most 17. */
  most = MIN (get_u32 (bytes + 4), (guint32) MIN (9 * length, G_MAXUINT32 / 2));
  out = g_byte_array_new ();
  if (memcmp (bytes + 8, PLAIN, 4) == 0)
    return g_byte_array_append (out, bytes + HEADER_SIZE, MIN (most, (guint) (length - HEADER_SIZE)));
  if (memcmp (bytes + 8, COMPRESSED, 4) != 0)
    {
      g_byte_array_unref (out);
      return NULL;
    }

  window = g_malloc0 (WINDOW);
  memcpy (window, first_words, at);
  for (gsize i = HEADER_SIZE; i < length && out->len < most;)
    {
      guint8 kinds = bytes[i++];

      for (guint bit = 0; bit < 8 && out->len < most; bit++)
        {
          guint from = at, n = 1;

          if ((kinds >> bit & 1) == 0)
            {
              if (i >= length)
                return out;
              window[at] = bytes[i++];
            }
          else
            {
              if (i + 2 > length)
                return out;
              from = (guint) bytes[i] << 4 | bytes[i + 1] >> 4;
              n = (bytes[i + 1] & 15u) + 2;
              i += 2;
              /* A reference to the current position marks the end. */
              if (from == at)
                return out;
            }
          for (; n > 0; n--)
            {
              window[at] = window[from];
              g_byte_array_append (out, window + at, 1);
              at = (at + 1) % WINDOW;
              from = (from + 1) % WINDOW;
            }
        }
    }
  return out;
}

void
quarry_compressed_rtf_add (QuarryDocumentBuilder *builder, const guint8 *bytes, gsize length)
{
  g_autoptr (GByteArray) rtf = quarry_compressed_rtf_unpack (bytes, length);
  QuarryInput input = { .name = "body.rtf" };

  if (rtf == NULL)
    return;
  input.bytes = rtf->data;
  input.length = rtf->len;
  if (quarry_sniff_rtf (&input))
    quarry_read_rtf (&input, builder, NULL);
}
