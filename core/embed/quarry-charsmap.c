/* quarry-charsmap.c: SentencePiece's precompiled normalization rules
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each unit of the double array (Aoe 1989) has 32 bits. Bits 0–7: the byte that led to it; 8: whether a sequence ends
 * here; 9: whether the offset is in units of 256; 10–30: the offset of its children. If bit 31 is set, the other bits
 * are the value of a sequence: where its replacement begins in the texts.
 */
#include "core/embed/quarry-charsmap.h"

#include <string.h>

/* The longest replacement that Unicode's own normal forms need has 33 bytes. A much longer one could be copied for
 * every character of a text. */
#define MAX_REPLACEMENT 1024

struct _QuarryCharsmap
{
  guint32 *units;
  gsize n_units;
  char *texts; /* texts_length bytes, the last of which is NUL */
  gsize texts_length;
};

void
quarry_charsmap_free (QuarryCharsmap *self)
{
  g_free (self->units);
  g_free (self->texts);
  g_free (self);
}

/* Whether each text is valid UTF-8 of a reasonable length. */
static gboolean
check_texts (const char *texts, gsize length)
{
  for (gsize at = 0; at < length;)
    {
      gsize n = strlen (texts + at);

      if (n > MAX_REPLACEMENT || !g_utf8_validate_len (texts + at, n, NULL))
        return FALSE;
      at += n + 1;
    }
  return TRUE;
}

QuarryCharsmap *
quarry_charsmap_new (const guint8 *bytes, gsize length)
{
  g_autoptr (QuarryCharsmap) self = g_new0 (QuarryCharsmap, 1);
  guint32 trie_length;

  if (length < sizeof trie_length)
    return NULL;
  memcpy (&trie_length, bytes, sizeof trie_length);
  trie_length = GUINT32_FROM_LE (trie_length);
  bytes += sizeof trie_length;
  length -= sizeof trie_length;
  if (trie_length == 0 || trie_length % sizeof *self->units != 0 || trie_length > length)
    return NULL;

  self->n_units = trie_length / sizeof *self->units;
  self->units = g_memdup2 (bytes, trie_length);
  for (gsize i = 0; i < self->n_units; i++)
    self->units[i] = GUINT32_FROM_LE (self->units[i]);

  self->texts_length = length - trie_length + 1;
  self->texts = g_malloc0 (self->texts_length);
  memcpy (self->texts, bytes + trie_length, length - trie_length);
  if (!check_texts (self->texts, self->texts_length))
    return NULL;
  return g_steal_pointer (&self);
}

static gsize
offset_of (guint32 unit)
{
  return (gsize) (unit >> 10) << ((unit & (1u << 9)) >> 6);
}

const char *
quarry_charsmap_find (const QuarryCharsmap *self, const char *text, gsize length)
{
  gsize place = offset_of (self->units[0]);

  for (gsize i = 0; i < length; i++)
    {
      guint8 byte = (guint8) text[i];
      guint32 unit;

      place ^= byte;
      if (place >= self->n_units)
        return NULL;
      unit = self->units[place];
      if ((unit & (1u << 31 | 0xff)) != byte)
        return NULL;
      place ^= offset_of (unit);
      if (unit & (1u << 8))
        {
          guint32 value = place < self->n_units ? self->units[place] & ~(1u << 31) : G_MAXUINT32;

          /* The value must not point into the middle of a character. */
          if (value >= self->texts_length || ((guint8) self->texts[value] & 0xc0) == 0x80)
            return NULL;
          return self->texts + value;
        }
    }
  return NULL;
}
