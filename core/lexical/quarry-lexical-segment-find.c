/* quarry-lexical-segment-find.c: finds rows, terms and stems in a segment
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Binary searches. Terms are first narrowed down by the first letters of every 128th term, which are kept in memory.
 */
#include "core/lexical/quarry-lexical-segment.h"

#include "core/lexical/quarry-lexical-terms.h"

#include <string.h>

/* Of so many terms, the first letters of one are kept in memory. */
#define TERMS_A_HEAD 128u

/* The first eight letters of a term as a number that compares as they do. Terms with equal numbers may be in either
 * order. */
static guint64
read_head (const char *text, gsize length)
{
  guint64 head = 0;

  memcpy (&head, text, MIN (length, sizeof head));
  return GUINT64_FROM_BE (head);
}

void
quarry_lexical_segment_read_heads (QuarryLexicalSegment *self)
{
  guint32 n = (self->n_terms + TERMS_A_HEAD - 1) / TERMS_A_HEAD;

  self->heads = g_new (guint64, n + 1);
  for (guint32 i = 0; i < n; i++)
    {
      gsize length;
      const char *term = quarry_lexical_segment_get_term (self, i * TERMS_A_HEAD, &length);

      self->heads[i] = read_head (term, length);
    }
}

guint32
quarry_lexical_segment_find_row (const QuarryLexicalSegment *self, guint32 slot)
{
  guint32 low = 0, high = self->n_rows;

  if (slot < self->first_slot || slot > quarry_lexical_segment_get_slot (self, self->n_rows - 1))
    return QUARRY_LEXICAL_NONE;
  if (self->slots == NULL)
    return slot - self->first_slot;
  while (low < high)
    {
      guint32 middle = low + (high - low) / 2;

      if (self->slots[middle] < slot)
        low = middle + 1;
      else
        high = middle;
    }
  return low < self->n_rows && self->slots[low] == slot ? low : QUARRY_LEXICAL_NONE;
}

/* The index of the first of @n @heads that is not less than @head. */
static guint32
find_head (const guint64 *heads, guint32 n, guint64 head)
{
  guint32 low = 0;

  while (n > 0)
    {
      guint32 half = n / 2;
      gboolean is_below = heads[low + half] < head;

      /* Written so that it compiles without a branch, which would be unpredictable. */
      low = is_below ? low + half + 1 : low;
      n = is_below ? n - half - 1 : half;
    }
  return low;
}

static guint32
find_bound (const QuarryLexicalSegment *self, const char *text, gsize length, guint32 low, guint32 high)
{
  guint32 n_heads = (self->n_terms + TERMS_A_HEAD - 1) / TERMS_A_HEAD;
  guint64 head = read_head (text, length);
  guint32 at = find_head (self->heads, n_heads, head);

  /* The term of a lower head is less than @text; that of a higher head is not. */
  if (at > 0)
    low = MAX (low, (at - 1) * TERMS_A_HEAD + 1);
  while (at < n_heads && self->heads[at] == head)
    at++;
  if (at < n_heads)
    high = MIN (high, at * TERMS_A_HEAD);
  while (low < high)
    {
      guint32 middle = low + (high - low) / 2;
      gsize n;
      const char *term = quarry_lexical_segment_get_term (self, middle, &n);
      int order = memcmp (term, text, MIN (n, length));

      if (order < 0 || (order == 0 && n < length))
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

guint32
quarry_lexical_segment_lower_bound (const QuarryLexicalSegment *self,
                                    const char *text,
                                    gsize length)
{
  return find_bound (self, text, length, 0, self->n_terms);
}

void
quarry_lexical_segment_find_beginning (
    const QuarryLexicalSegment *self, const char *prefix, gsize length, guint32 *first, guint32 *end)
{
  char after[QUARRY_LEXICAL_MAX_WORD + 1];

  /* No term is longer than that. */
  if (length == 0 || length > sizeof after)
    {
      *first = *end = self->n_terms;
      return;
    }
  /* UTF-8 contains no byte 0xff, so that the last byte can be incremented. */
  memcpy (after, prefix, length);
  after[length - 1] = (char) ((guchar) after[length - 1] + 1);
  *first = quarry_lexical_segment_lower_bound (self, prefix, length);
  *end = find_bound (self, after, length, *first, self->n_terms);
}

guint32
quarry_lexical_segment_find_between (
    const QuarryLexicalSegment *self, const char *term, gsize length, guint32 first, guint32 end)
{
  guint32 at = find_bound (self, term, length, first, end);
  const char *found;
  gsize n;

  if (at >= end)
    return QUARRY_LEXICAL_NONE;
  found = quarry_lexical_segment_get_term (self, at, &n);
  return n == length && memcmp (found, term, n) == 0 ? at : QUARRY_LEXICAL_NONE;
}

guint32
quarry_lexical_segment_find_term (const QuarryLexicalSegment *self, const char *term, gsize length)
{
  return quarry_lexical_segment_find_between (self, term, length, 0, self->n_terms);
}

guint32
quarry_lexical_segment_find_stem (const QuarryLexicalSegment *self, guint64 key)
{
  guint32 low = 0, high = self->n_stems;

  while (low < high)
    {
      guint32 middle = low + (high - low) / 2;

      if (quarry_lexical_stem_get_key (&self->stems[middle]) < key)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}
