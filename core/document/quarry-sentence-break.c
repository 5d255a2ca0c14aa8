/* quarry-sentence-break.c: where a sentence may end
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ICU's own iterator needs the text in UTF-16 and makes a table-driven step for every character. This
 * code scans the UTF-8 text for the few bytes that may end a sentence, and only applies Unicode's
 * rules there.
 */
#include "core/document/quarry-sentence-break.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

/* The class of characters below this comes from a table: Latin, Greek, Cyrillic and their neighbours, and general
 * punctuation. */
#define N_KNOWN 0x2070

typedef struct
{
  guint8 classes[N_KNOWN]; /* USentenceBreak */
  guint8 halts[256];       /* TRUE for bytes that may end a sentence, or begin a character that may */
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

/* The text being read, with the tables. */
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

/* The class of the character at @at; @next is set to the offset behind it. At the end of the text, the class OTHER. */
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

/* Combining marks and format characters are ignored: they belong to the character they follow (SB5). */
static inline gboolean
is_ignored (USentenceBreak class)
{
  return class == U_SB_EXTEND || class == U_SB_FORMAT;
}

/* Skips characters of @class from @at on, with the ignored characters behind each, and returns the offset behind
 * them. */
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

/* The class of the last character before @at that is not ignored, in a sentence that starts at @start. */
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

/* Whether a lower-case letter follows before any other letter and before the end of a sentence (SB8). */
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

/* Whether the sentence that starts at @start ends with the terminator at @terminator. @at is the offset behind the
 * terminator; it is moved to where the sentence ends, or to where the search has to go on. */
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
