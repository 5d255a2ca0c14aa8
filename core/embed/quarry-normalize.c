/* quarry-normalize.c: runs the normalizers and splits of a tokenizer.json
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each normalizer reads one string and writes another. For each byte, the span of the original text that it comes from
 * is carried along.
 */
#include "core/embed/quarry-normalize.h"

#include <string.h>
#include <unicode/ubrk.h>
#include <unicode/utext.h>

typedef struct
{
  GString *text;
  GArray *spans; /* of QuarrySpan, one for each byte */
  gsize limit;
} Mapped;

/* No real normalizer makes a text grow more than this; one that is constructed to do so has its output cut off. */
#define MAX_GROWTH 24

static void
mapped_init (Mapped *self, gsize length, gsize limit)
{
  self->limit = limit;
  self->text = g_string_sized_new (length);
  self->spans = g_array_sized_new (FALSE, FALSE, sizeof (QuarrySpan), length);
}

static void
mapped_clear (Mapped *self)
{
  g_string_free (self->text, TRUE);
  g_array_unref (self->spans);
}

static void
append (Mapped *self, const char *bytes, gsize length, QuarrySpan span)
{
  if (self->text->len + length > self->limit)
    return;
  g_string_append_len (self->text, bytes, length);
  for (gsize i = 0; i < length; i++)
    g_array_append_val (self->spans, span);
}

static void
append_character (Mapped *self, gunichar c, QuarrySpan span)
{
  char bytes[6];

  append (self, bytes, g_unichar_to_utf8 (c, bytes), span);
}

static QuarrySpan
span_of (const Mapped *self, gsize start, gsize end)
{
  return (QuarrySpan) { g_array_index (self->spans, QuarrySpan, start).start,
                       g_array_index (self->spans, QuarrySpan, end - 1).end };
}

static void
take_text (Mapped *self, const char *text, gsize length)
{
  gsize at = 0;

  while (at < length)
    {
      gunichar c = g_utf8_get_char_validated (text + at, length - at);
      gsize step = 1;

      if (c == (gunichar) -1 || c == (gunichar) -2 || c == 0)
        append (self, " ", 1, (QuarrySpan) { at, at + 1 });
      else
        {
          step = g_utf8_skip[(guchar) text[at]];
          append (self, text + at, step, (QuarrySpan) { at, at + step });
        }
      at += step;
    }
}

/* The end of the character at @at including the combining marks after it, which a normal form may compose or
 * reorder. */
static gsize
cluster_end (const Mapped *self, gsize at)
{
  const char *text = self->text->str;

  do
    at += g_utf8_skip[(guchar) text[at]];
  while (at < self->text->len && (guchar) text[at] >= 0x80
         && g_unichar_combining_class (g_utf8_get_char (text + at)) != 0);
  return at;
}

static void
normal_form (const Mapped *from, Mapped *to, GNormalizeMode mode)
{
  for (gsize at = 0; at < from->text->len;)
    {
      gsize end = cluster_end (from, at);

      if (end == at + 1)
        append (to, from->text->str + at, 1, span_of (from, at, end));
      else
        {
          g_autofree char *form = g_utf8_normalize (from->text->str + at, end - at, mode);

          append (to, form, strlen (form), span_of (from, at, end));
        }
      at = end;
    }
}

static gboolean
is_mark (gunichar c)
{
  return g_unichar_type (c) == G_UNICODE_NON_SPACING_MARK;
}

static gboolean
is_blank (gunichar c)
{
  return g_unichar_isspace (c) || c == 0x85 || c == 0x2028 || c == 0x2029 || c == 0x0b;
}

static gboolean
is_control (gunichar c)
{
  switch (g_unichar_type (c))
    {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_PRIVATE_USE:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_UNASSIGNED:
      return TRUE;
    default:
      return FALSE;
    }
}

/* The blocks that BERT's tokenizer considers Chinese. */
static gboolean
is_ideograph (gunichar c)
{
  return (c >= 0x4e00 && c <= 0x9fff) || (c >= 0x3400 && c <= 0x4dbf)
         || (c >= 0x20000 && c <= 0x2a6df) || (c >= 0x2a700 && c <= 0x2b73f)
         || (c >= 0x2b740 && c <= 0x2b81f) || (c >= 0x2b920 && c <= 0x2ceaf)
         || (c >= 0xf900 && c <= 0xfaff) || (c >= 0x2f800 && c <= 0x2fa1f);
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

static void
change_characters (const Mapped *from, Mapped *to, QuarryNormalizeKind kind)
{
  for (gsize at = 0, end; at < from->text->len; at = end)
    {
      gunichar c = g_utf8_get_char (from->text->str + at);
      QuarrySpan span;

      end = at + g_utf8_skip[(guchar) from->text->str[at]];
      span = span_of (from, at, end);
      if (kind == QUARRY_NORMALIZE_LOWERCASE)
        {
          if (c == 0x130) /* The only letter whose lower case form has two characters. */
            append (to, "i\xcc\x87", 3, span);
          else
            append_character (to, g_unichar_tolower (c), span);
        }
      else if (kind == QUARRY_NORMALIZE_STRIP_ACCENTS)
        {
          if (!is_mark (c))
            append_character (to, c, span);
        }
      else if (kind == QUARRY_NORMALIZE_CLEAN)
        {
          if (c == '\t' || c == '\n' || c == '\r' || is_blank (c))
            append_character (to, ' ', span);
          else if (c != 0xfffd && !is_control (c))
            append_character (to, c, span);
        }
      else if (is_ideograph (c))
        {
          append_character (to, ' ', (QuarrySpan) { span.start, span.start });
          append_character (to, c, span);
          append_character (to, ' ', (QuarrySpan) { span.end, span.end });
        }
      else
        append_character (to, c, span);
    }
}

/* Treats controls and blanks as SentencePiece's rules for neural machine translation do. */
static void
normalize_nmt (const Mapped *from, Mapped *to)
{
  for (gsize at = 0, end; at < from->text->len; at = end)
    {
      gunichar c = g_utf8_get_char (from->text->str + at);

      end = at + g_utf8_skip[(guchar) from->text->str[at]];
      if (c == '\t' || c == '\n' || c == '\f' || c == '\r' || c == 0x1680
          || (c >= 0x200b && c <= 0x200f) || c == 0x2028 || c == 0x2029 || c == 0x2581
          || c == 0xfeff || c == 0xfffd)
        append (to, " ", 1, span_of (from, at, end));
      else if (c >= ' ' && c != 0x7f && c != 0x8f && c != 0x9f)
        append (to, from->text->str + at, end - at, span_of (from, at, end));
    }
}

/* The longest cluster of characters, in bytes, that is looked up in the map as a whole. This limit, and the rule that
 * the shortest match is taken, are those of the program that wrote most such files and trained their models. With other
 * rules, a text would get other tokens than the model was trained with. */
#define MAX_CLUSTER 5

static gboolean
map_part (const Mapped *from, Mapped *to, const QuarryCharsmap *charsmap, gsize start, gsize end)
{
  const char *with = quarry_charsmap_find (charsmap, from->text->str + start, end - start);

  if (with == NULL)
    return FALSE;
  append (to, with, strlen (with), span_of (from, start, end));
  return TRUE;
}

static void
map_characters (const Mapped *from, Mapped *to, const QuarryCharsmap *charsmap, gsize start, gsize end)
{
  for (gsize next; start < end; start = next)
    {
      next = start + g_utf8_skip[(guchar) from->text->str[start]];
      if (!map_part (from, to, charsmap, start, next))
        append (to, from->text->str + start, next - start, span_of (from, start, next));
    }
}

/* Whether each character is certainly a cluster of its own. */
static gboolean
is_plain (const GString *text)
{
  for (gsize at = 0; at < text->len; at++)
    if ((guchar) text->str[at] >= 0x80 || text->str[at] == '\r')
      return FALSE;
  return TRUE;
}

static void
normalize_precompiled (const Mapped *from, Mapped *to, const QuarryCharsmap *charsmap)
{
  UErrorCode status = U_ZERO_ERROR;
  UText text = UTEXT_INITIALIZER;
  UBreakIterator *clusters;

  if (is_plain (from->text) || from->text->len > G_MAXINT)
    {
      map_characters (from, to, charsmap, 0, from->text->len);
      return;
    }
  utext_openUTF8 (&text, from->text->str, (gint64) from->text->len, &status);
  clusters = ubrk_open (UBRK_CHARACTER, "", NULL, 0, &status);
  ubrk_setUText (clusters, &text, &status);
  if (U_SUCCESS (status))
    {
      gsize start = 0;

      for (gint32 end; (end = ubrk_next (clusters)) != UBRK_DONE; start = (gsize) end)
        if ((gsize) end - start > MAX_CLUSTER || !map_part (from, to, charsmap, start, (gsize) end))
          map_characters (from, to, charsmap, start, (gsize) end);
    }
  else
    map_characters (from, to, charsmap, 0, from->text->len);
  ubrk_close (clusters);
  utext_close (&text);
}

static void
replace (const Mapped *from, Mapped *to, const char *pattern, const char *content)
{
  gsize length = strlen (pattern);

  for (gsize at = 0; at < from->text->len;)
    if (from->text->len - at >= length && memcmp (from->text->str + at, pattern, length) == 0)
      {
        append (to, content, strlen (content), span_of (from, at, at + length));
        at += length;
      }
    else
      {
        append (to, from->text->str + at, 1, span_of (from, at, at + 1));
        at++;
      }
}

static void
replace_blanks (const Mapped *from, Mapped *to, const char *content)
{
  for (gsize at = 0, end; at < from->text->len; at = end)
    {
      end = at + 1;
      while (from->text->str[at] == ' ' && end < from->text->len && from->text->str[end] == ' ')
        end++;
      if (end > at + 1)
        append (to, content, strlen (content), span_of (from, at, end));
      else
        append (to, from->text->str + at, 1, span_of (from, at, end));
    }
}

/* If the regex gives up, the rest of the text is kept. */
static void
replace_matches (const Mapped *from, Mapped *to, GRegex *regex, const char *content)
{
  g_autoptr (GMatchInfo) match = NULL;
  gsize at = 0;

  if (from->text->len > G_MAXINT)
    return;
  g_regex_match_full (regex, from->text->str, (gssize) from->text->len, 0, 0, &match, NULL);
  for (int start, end; g_match_info_fetch_pos (match, 0, &start, &end);
       g_match_info_next (match, NULL))
    {
      for (; at < (gsize) start; at++)
        append (to, from->text->str + at, 1, span_of (from, at, at + 1));
      if (end > start)
        append (to, content, strlen (content), span_of (from, (gsize) start, (gsize) end));
      at = MAX (at, (gsize) end);
    }
  for (; at < from->text->len; at++)
    append (to, from->text->str + at, 1, span_of (from, at, at + 1));
}

static void
strip (const Mapped *from, Mapped *to, gboolean left, gboolean right)
{
  const char *text = from->text->str, *start = text, *end = text + from->text->len;

  while (left && start < end && is_blank (g_utf8_get_char (start)))
    start = g_utf8_next_char (start);
  while (right && end > start && is_blank (g_utf8_get_char (g_utf8_prev_char (end))))
    end = g_utf8_prev_char (end);
  if (start == end)
    return;
  g_string_append_len (to->text, start, end - start);
  g_array_append_vals (
      to->spans, &g_array_index (from->spans, QuarrySpan, start - text), end - start);
}

static void
apply (const QuarryNormalizeStep *step, const Mapped *from, Mapped *to)
{
  switch (step->kind)
    {
    case QUARRY_NORMALIZE_NFC:
      normal_form (from, to, G_NORMALIZE_NFC);
      break;
    case QUARRY_NORMALIZE_NFD:
      normal_form (from, to, G_NORMALIZE_NFD);
      break;
    case QUARRY_NORMALIZE_NFKC:
      normal_form (from, to, G_NORMALIZE_NFKC);
      break;
    case QUARRY_NORMALIZE_NFKD:
      normal_form (from, to, G_NORMALIZE_NFKD);
      break;
    case QUARRY_NORMALIZE_STRIP:
      strip (from, to, TRUE, TRUE);
      break;
    case QUARRY_NORMALIZE_STRIP_LEFT:
      strip (from, to, TRUE, FALSE);
      break;
    case QUARRY_NORMALIZE_STRIP_RIGHT:
      strip (from, to, FALSE, TRUE);
      break;
    case QUARRY_NORMALIZE_REPLACE_REGEX:
      replace_matches (from, to, step->regex, step->content);
      break;
    case QUARRY_NORMALIZE_REPLACE:
      replace (from, to, step->pattern, step->content);
      break;
    case QUARRY_NORMALIZE_BLANKS:
      replace_blanks (from, to, step->content);
      break;
    case QUARRY_NORMALIZE_PREPEND:
      if (from->text->len > 0)
        append (to, step->content, strlen (step->content), (QuarrySpan) { 0, 0 });
      for (gsize i = 0; i < from->text->len; i++)
        append (to, from->text->str + i, 1, span_of (from, i, i + 1));
      break;
    case QUARRY_NORMALIZE_NMT:
      normalize_nmt (from, to);
      break;
    case QUARRY_NORMALIZE_PRECOMPILED:
      normalize_precompiled (from, to, step->charsmap);
      break;
    case QUARRY_NORMALIZE_LOWERCASE:
    case QUARRY_NORMALIZE_STRIP_ACCENTS:
    case QUARRY_NORMALIZE_CLEAN:
    case QUARRY_NORMALIZE_SPACE_HAN:
    default:
      change_characters (from, to, step->kind);
      break;
    }
}

typedef struct
{
  QuarryTokenizerFile *file;
  const Mapped *text;
  Mapped marked; /* working memory of the last splits */
  QuarryPieceFunc func;
  gpointer data;
} Splitter;

static void split (Splitter *self, guint level, gsize start, gsize end);

static void
emit (Splitter *self, const Mapped *text, gsize start, gsize end)
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
  const Mapped *text = self->text;
  Mapped *marked = &self->marked;
  gboolean prepend = self->file->prepend == QUARRY_PREPEND_ALWAYS
                     || (self->file->prepend == QUARRY_PREPEND_FIRST && start == 0);
  gsize piece = 0;

  g_string_truncate (marked->text, 0);
  g_array_set_size (marked->spans, 0);
  if (prepend && text->text->str[start] != ' '
      && !g_str_has_prefix (text->text->str + start, QUARRY_METASPACE))
    {
      guint32 at = g_array_index (text->spans, QuarrySpan, start).start;

      append (marked, QUARRY_METASPACE, 3, (QuarrySpan) { at, at });
    }
  for (gsize at = start; at < end; at++)
    if (text->text->str[at] == ' ')
      append (marked, QUARRY_METASPACE, 3, span_of (text, at, at + 1));
    else
      append (marked, text->text->str + at, 1, span_of (text, at, at + 1));

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
  const Mapped *text = self->text;
  Mapped *marked = &self->marked;

  g_string_truncate (marked->text, 0);
  g_array_set_size (marked->spans, 0);
  for (gsize at = start; at < end; at++)
    append_character (marked, letter_of_byte ((guchar) text->text->str[at]), span_of (text, at, at + 1));
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

/* The class of a character for a split: characters of the same class stay together, except that those of class 0 are
 * dropped and each of class 1 is a piece of its own. */
static guint
classify (QuarrySplitKind kind, gunichar c)
{
  switch (kind)
    {
    case QUARRY_SPLIT_WHITESPACE:
      return is_blank (c) ? 0 : 2;
    case QUARRY_SPLIT_PUNCTUATION:
      return is_punctuation (c) ? 1 : 2;
    case QUARRY_SPLIT_WORD_RUNS:
    default:
      if (is_blank (c))
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
quarry_normalize (
    QuarryTokenizerFile *file, const char *text, gsize length, QuarryPieceFunc func, gpointer data)
{
  gsize limit = MAX_GROWTH * length + 4096;
  Mapped from;
  Splitter splitter = { file, &from, .func = func, .data = data };

  mapped_init (&from, length, limit);
  take_text (&from, text, length);
  for (guint i = 0; i < file->normalizers->len; i++)
    {
      Mapped to;

      mapped_init (&to, from.text->len, limit);
      apply (&g_array_index (file->normalizers, QuarryNormalizeStep, i), &from, &to);
      mapped_clear (&from);
      from = to;
    }
  /* Only the last split can add a blank to the text, but the splits before it have to see that blank already. */
  if (file->prefix_space && from.text->len > 0
      && !is_blank (g_utf8_get_char (from.text->str)))
    {
      Mapped to;

      mapped_init (&to, from.text->len + 1, limit + 1);
      append (&to, " ", 1, (QuarrySpan) { 0, 0 });
      g_string_append_len (to.text, from.text->str, from.text->len);
      g_array_append_vals (to.spans, from.spans->data, from.spans->len);
      mapped_clear (&from);
      from = to;
    }
  mapped_init (&splitter.marked, 64, 3 * limit);
  split (&splitter, 0, 0, from.text->len);
  mapped_clear (&splitter.marked);
  mapped_clear (&from);
}
