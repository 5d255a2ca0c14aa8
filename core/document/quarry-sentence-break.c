/* quarry-sentence-break.c: where a sentence may end
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ICU's own iterator takes a table's step for each character of a text that it has brought into UTF-16 before. Here only
 * those few bytes are looked at that may end a sentence; all others are passed by.
 */
#include "core/document/quarry-sentence-break.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

/* Characters whose class stands in a table: Latin, Greek, Cyrillic and their neighbours, and general punctuation. */
#define N_KNOWN 0x2070

typedef struct
{
  guint8 classes[N_KNOWN]; /* USentenceBreak */
  guint8 halts[256];       /* bytes that may end a sentence, or begin a character that may */
} Classes;

static gboolean
is_separator (USentenceBreak class)
{
  return class == U_SB_SEP || class == U_SB_CR || class == U_SB_LF;
}

static gboolean
is_terminator (USentenceBreak class)
{
  return class == U_SB_ATERM || class == U_SB_STERM;
}

static const Classes *
get_classes (void)
{
  static gsize is_made = 0;
  static Classes made;

  if (g_once_init_enter (&is_made))
    {
      for (UChar32 c = 0; c < N_KNOWN; c++)
        made.classes[c] = (guint8) u_getIntPropertyValue (c, UCHAR_SENTENCE_BREAK);
      for (guint byte = 0; byte < 256; byte++)
        made.halts[byte] = byte >= 0x80 || is_separator ((USentenceBreak) made.classes[byte])
                           || is_terminator ((USentenceBreak) made.classes[byte]);
      g_once_init_leave (&is_made, 1);
    }
  return &made;
}

/* What is read. */
typedef struct
{
  const Classes *classes;
  const char *text;
  gsize length;
} Reading;

static inline USentenceBreak
class_of (const Reading *self, UChar32 c)
{
  if (c < 0)
    return U_SB_OTHER;
  return (USentenceBreak) (c < N_KNOWN ? self->classes->classes[c] : u_getIntPropertyValue (c, UCHAR_SENTENCE_BREAK));
}

/* @next gets where the character behind the one at @at stands. At the text's end there is one of no class. */
static inline USentenceBreak
class_at (const Reading *self, gsize at, gsize *next)
{
  UChar32 c;
  gsize i = at;

  *next = at;
  if (at >= self->length)
    return U_SB_OTHER;
  U8_NEXT (self->text, i, self->length, c);
  *next = i;
  return class_of (self, c);
}

/* Marks and signs that nobody sees go with what they follow (SB5). */
static inline gboolean
is_ignored (USentenceBreak class)
{
  return class == U_SB_EXTEND || class == U_SB_FORMAT;
}

/* Behind all characters at @at that are of that class, and what is ignored behind each. */
static gsize
skip (const Reading *self, gsize at, USentenceBreak class)
{
  gsize next;

  while (class_at (self, at, &next) == class && next > at)
    {
      at = next;
      while (is_ignored (class_at (self, at, &next)))
        at = next;
    }
  return at;
}

/* Of the character before @at, in a sentence that starts at @start. */
static USentenceBreak
class_before (const Reading *self, gsize start, gsize at)
{
  gint32 first = (gint32) start, i = (gint32) at;

  while (i > first)
    {
      USentenceBreak class;
      UChar32 c;

      U8_PREV (self->text, first, i, c);
      class = class_of (self, c);
      if (!is_ignored (class))
        return class;
    }
  return U_SB_OTHER;
}

/* Whether a small letter comes next, with neither another letter nor the end of a sentence before it (SB8). */
static gboolean
goes_on_small (const Reading *self, gsize at)
{
  while (at < self->length)
    {
      USentenceBreak class = class_at (self, at, &at);

      if (class == U_SB_LOWER)
        return TRUE;
      if (class == U_SB_UPPER || class == U_SB_OLETTER || is_separator (class) || is_terminator (class))
        return FALSE;
    }
  return FALSE;
}

/* Whether the sentence that starts at @start ends behind the terminator at @terminator. @at: behind that; it becomes
 * where the sentence ends, or is to be read on. */
static gboolean
ends_behind (const Reading *self, gsize start, gsize terminator, gboolean is_full_stop, gsize *at)
{
  USentenceBreak class;
  gsize next;

  while (is_ignored (class_at (self, *at, &next)))
    *at = next;
  if (is_full_stop)
    {
      USentenceBreak before;

      class = class_at (self, *at, &next);
      if (class == U_SB_NUMERIC) /* SB6 */
        return FALSE;
      before = class == U_SB_UPPER ? class_before (self, start, terminator) : U_SB_OTHER;
      if (before == U_SB_UPPER || before == U_SB_LOWER) /* SB7 */
        return FALSE;
    }
  *at = skip (self, skip (self, *at, U_SB_CLOSE), U_SB_SP); /* SB9, SB10 */
  class = class_at (self, *at, &next);
  if (is_separator (class)) /* SB11, SB3 */
    {
      *at = class == U_SB_CR && next < self->length && self->text[next] == '\n' ? next + 1 : next;
      return TRUE;
    }
  if (class == U_SB_SCONTINUE || is_terminator (class)) /* SB8a */
    return FALSE;
  return !is_full_stop || !goes_on_small (self, *at);
}

gsize
quarry_sentence_break_next (const char *text, gsize length, gsize start)
{
  const Reading reading = { get_classes (), text, length };
  gsize at = start;

  while (at < length)
    {
      gsize here = at;
      USentenceBreak class;

      if (!reading.classes->halts[(guchar) text[at]])
        {
          at++;
          continue;
        }
      class = class_at (&reading, here, &at);
      if (is_separator (class))
        return class == U_SB_CR && at < length && text[at] == '\n' ? at + 1 : at;
      if (is_terminator (class) && ends_behind (&reading, start, here, class == U_SB_ATERM, &at))
        return at;
    }
  return length;
}
