/* quarry-split.c: runs the splits of a tokenizer.json
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each split cuts what the one before it left, and the last one's pieces are given away.
 */
#include "core/embed/quarry-split.h"

#include <string.h>

typedef struct
{
  QuarryTokenizerFile *file;
  const QuarryAlignedText *text;
  QuarryAlignedText marked; /* working memory of the last splits */
  QuarryPieceFunc func;
  gpointer data;
} Splitter;

static void split (Splitter *self, guint level, gsize start, gsize end);

static void
emit (Splitter *self, const QuarryAlignedText *text, gsize start, gsize end)
{
  if (end > start)
    self->func (text->text->str + start,
                end - start,
                &g_array_index (text->spans, QuarrySpan, start),
                self->data);
}

/* Turns blanks into marks, puts a mark before the text where the scheme says so, and makes a piece begin at each
 * mark. */
static void
split_metaspace (Splitter *self, gsize start, gsize end)
{
  const QuarryAlignedText *text = self->text;
  QuarryAlignedText *marked = &self->marked;
  gboolean prepend = self->file->prepend == QUARRY_PREPEND_ALWAYS
                     || (self->file->prepend == QUARRY_PREPEND_FIRST && start == 0);
  gsize piece = 0;

  g_string_truncate (marked->text, 0);
  g_array_set_size (marked->spans, 0);
  if (prepend && text->text->str[start] != ' '
      && !g_str_has_prefix (text->text->str + start, QUARRY_METASPACE))
    {
      guint32 at = g_array_index (text->spans, QuarrySpan, start).start;

      quarry_aligned_text_append (marked, QUARRY_METASPACE, 3, (QuarrySpan) { at, at });
    }
  for (gsize at = start; at < end; at++)
    if (text->text->str[at] == ' ')
      quarry_aligned_text_append (marked, QUARRY_METASPACE, 3, quarry_aligned_text_span (text, at, at + 1));
    else
      quarry_aligned_text_append (marked, text->text->str + at, 1, quarry_aligned_text_span (text, at, at + 1));

  if (self->file->split_at_mark)
    for (gsize at = 1; at + 3 <= marked->text->len; at++)
      if (memcmp (marked->text->str + at, QUARRY_METASPACE, 3) == 0)
        {
          emit (self, marked, piece, at);
          piece = at;
        }
  emit (self, marked, piece, marked->text->len);
}

/* The letter that represents a byte: the same character where it is printable, else one from 256 on. */
static gunichar
letter_of_byte (guchar byte)
{
  gunichar others = 256;

#define IS_PRINTED(b) (((b) >= 0x21 && (b) <= 0x7e) || ((b) >= 0xa1 && (b) != 0xad))
  if (IS_PRINTED (byte))
    return byte;
  for (guint b = 0; b < byte; b++)
    others += !IS_PRINTED (b);
#undef IS_PRINTED

  return others;
}

static void
split_bytes (Splitter *self, gsize start, gsize end)
{
  const QuarryAlignedText *text = self->text;
  QuarryAlignedText *marked = &self->marked;

  g_string_truncate (marked->text, 0);
  g_array_set_size (marked->spans, 0);
  for (gsize at = start; at < end; at++)
    quarry_aligned_text_append_character (
        marked, letter_of_byte ((guchar) text->text->str[at]), quarry_aligned_text_span (text, at, at + 1));
  emit (self, marked, 0, marked->text->len);
}

/* A part of the text that is a match, or is between matches. */
typedef struct
{
  gsize start, end;
  gboolean matches;
} Part;

static void
add_part (GArray *parts, const QuarrySplit *by, gsize start, gsize end, gboolean matches)
{
  Part part = { start, end, matches != by->invert };
  Part *last = parts->len > 0 ? &g_array_index (parts, Part, parts->len - 1) : NULL;
  gboolean joins = FALSE;

  if (start == end)
    return;
  if (last != NULL)
    switch (by->fate)
      {
      case QUARRY_MATCH_CONTIGUOUS:
        joins = last->matches == part.matches;
        break;
      case QUARRY_MATCH_TO_LEFT:
        joins = part.matches && !last->matches;
        break;
      case QUARRY_MATCH_TO_RIGHT:
        joins = last->matches && !part.matches;
        break;
      case QUARRY_MATCH_REMOVED:
      case QUARRY_MATCH_ISOLATED:
      default:
        break;
      }
  if (joins)
    {
      last->end = end;
      last->matches = part.matches;
    }
  else
    g_array_append_val (parts, part);
}

/* If the regex gives up, the rest of the text is one part. */
static void
split_by_regex (Splitter *self, guint level, gsize start, gsize end)
{
  const QuarrySplit *by = &g_array_index (self->file->splits, QuarrySplit, level);
  const char *text = self->text->text->str + start;
  g_autoptr (GArray) parts = g_array_new (FALSE, FALSE, sizeof (Part));
  g_autoptr (GMatchInfo) match = NULL;
  gsize at = start;

  if (end - start > G_MAXINT)
    return;
  g_regex_match_full (by->regex, text, (gssize) (end - start), 0, 0, &match, NULL);
  for (int from, to; g_match_info_fetch_pos (match, 0, &from, &to); g_match_info_next (match, NULL))
    {
      if (to == from)
        continue;
      add_part (parts, by, at, start + (gsize) from, FALSE);
      at = start + (gsize) to;
      add_part (parts, by, start + (gsize) from, at, TRUE);
    }
  add_part (parts, by, at, end, FALSE);
  for (guint i = 0; i < parts->len; i++)
    {
      const Part *part = &g_array_index (parts, Part, i);

      if (by->fate != QUARRY_MATCH_REMOVED || !part->matches)
        split (self, level + 1, part->start, part->end);
    }
}

/* Punctuation as defined by BERT, which includes all ASCII signs. */
static gboolean
is_punctuation (gunichar c)
{
  return c < 0x80 ? g_ascii_ispunct (c)
                  : g_unichar_ispunct (c) && g_unichar_type (c) != G_UNICODE_MATH_SYMBOL
                        && g_unichar_type (c) != G_UNICODE_CURRENCY_SYMBOL
                        && g_unichar_type (c) != G_UNICODE_MODIFIER_SYMBOL
                        && g_unichar_type (c) != G_UNICODE_OTHER_SYMBOL;
}

/* The class of a character for a split: characters of the same class stay together, except that those of class 0 are
 * dropped and each of class 1 is a piece of its own. */
static guint
classify (QuarrySplitKind kind, gunichar c)
{
  switch (kind)
    {
    case QUARRY_SPLIT_WHITESPACE:
      return quarry_is_token_blank (c) ? 0 : 2;
    case QUARRY_SPLIT_PUNCTUATION:
      return is_punctuation (c) ? 1 : 2;
    case QUARRY_SPLIT_WORD_RUNS:
    default:
      if (quarry_is_token_blank (c))
        return 0;
      return g_unichar_isalnum (c) || g_unichar_ismark (c)
                     || g_unichar_type (c) == G_UNICODE_CONNECT_PUNCTUATION
                 ? 2
                 : 3;
    }
}

static void
split (Splitter *self, guint level, gsize start, gsize end)
{
  const char *text = self->text->text->str;
  QuarrySplitKind kind;
  gsize piece = start;
  guint class = 0;

  if (start == end)
    return;
  if (level == self->file->splits->len)
    {
      emit (self, self->text, start, end);
      return;
    }
  kind = g_array_index (self->file->splits, QuarrySplit, level).kind;
  if (kind == QUARRY_SPLIT_BYTES)
    {
      split_bytes (self, start, end);
      return;
    }
  if (kind == QUARRY_SPLIT_REGEX)
    {
      split_by_regex (self, level, start, end);
      return;
    }
  if (kind == QUARRY_SPLIT_METASPACE)
    {
      split_metaspace (self, start, end);
      return;
    }
  for (gsize at = start; at < end; at += g_utf8_skip[(guchar) text[at]])
    {
      guint next = classify (kind, g_utf8_get_char (text + at));

      if (next == class && class != 1)
        continue;
      if (class != 0)
        split (self, level + 1, piece, at);
      piece = at;
      class = next;
    }
  if (class != 0)
    split (self, level + 1, piece, end);
}

void
quarry_split (QuarryTokenizerFile *file, const QuarryAlignedText *text, QuarryPieceFunc func, gpointer data)
{
  Splitter self = { file, text, .func = func, .data = data };

  quarry_aligned_text_init (&self.marked, 64, 3 * text->limit);
  split (&self, 0, 0, text->text->len);
  quarry_aligned_text_clear (&self.marked);
}
