/* quarry-aligned-text.h: text whose bytes know where they come from
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Normalizers and splits change a text in steps, and each byte carries along the span of the original text that it
 * comes from. Private to the room.
 */
#pragma once

#include "core/document/quarry-document.h"

G_BEGIN_DECLS

typedef struct
{
  GString *text;
  GArray *spans; /* of QuarrySpan, one for each byte */
  gsize limit;   /* of the length in bytes: what would exceed it is not appended */
} QuarryAlignedText;

/* @length: the number of bytes that are expected. */
static inline void
quarry_aligned_text_init (QuarryAlignedText *self, gsize length, gsize limit)
{
  self->limit = limit;
  self->text = g_string_sized_new (length);
  self->spans = g_array_sized_new (FALSE, FALSE, sizeof (QuarrySpan), length);
}

static inline void
quarry_aligned_text_clear (QuarryAlignedText *self)
{
  g_string_free (self->text, TRUE);
  g_array_unref (self->spans);
}

static inline void
quarry_aligned_text_append (QuarryAlignedText *self, const char *bytes, gsize length, QuarrySpan span)
{
  if (self->text->len + length > self->limit)
    return;
  g_string_append_len (self->text, bytes, length);
  for (gsize i = 0; i < length; i++)
    g_array_append_val (self->spans, span);
}

static inline void
quarry_aligned_text_append_character (QuarryAlignedText *self, gunichar c, QuarrySpan span)
{
  char bytes[6];

  quarry_aligned_text_append (self, bytes, g_unichar_to_utf8 (c, bytes), span);
}

/* Where bytes @start to @end (exclusive; not none) come from. */
static inline QuarrySpan
quarry_aligned_text_span (const QuarryAlignedText *self, gsize start, gsize end)
{
  return (QuarrySpan) { g_array_index (self->spans, QuarrySpan, start).start,
                       g_array_index (self->spans, QuarrySpan, end - 1).end };
}

/* White space as tokenizers define it. */
static inline gboolean
quarry_is_token_blank (gunichar c)
{
  return g_unichar_isspace (c) || c == 0x85 || c == 0x2028 || c == 0x2029 || c == 0x0b;
}

G_END_DECLS
