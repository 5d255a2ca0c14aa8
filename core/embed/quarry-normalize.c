/* quarry-normalize.c: runs the normalizers of a tokenizer.json
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each normalizer reads one text and writes another. The last one's goes through quarry_split().
 */
#include "core/embed/quarry-normalize.h"

#include <string.h>
#include <unicode/ubrk.h>
#include <unicode/utext.h>

#include "core/embed/quarry-aligned-text.h"
#include "core/embed/quarry-split.h"

/* No real normalizer makes a text grow more than this; one that is constructed to do so has its output cut off. */
#define MAX_GROWTH 24

static void
take_text (QuarryAlignedText *self, const char *text, gsize length)
{
  gsize at = 0;

  while (at < length)
    {
      gunichar c = g_utf8_get_char_validated (text + at, length - at);
      gsize step = 1;

      if (c == (gunichar) -1 || c == (gunichar) -2 || c == 0)
        quarry_aligned_text_append (self, " ", 1, (QuarrySpan) { at, at + 1 });
      else
        {
          step = g_utf8_skip[(guchar) text[at]];
          quarry_aligned_text_append (self, text + at, step, (QuarrySpan) { at, at + step });
        }
      at += step;
    }
}

/* The end of the character at @at including the combining marks after it, which a normal form may compose or
 * reorder. */
static gsize
cluster_end (const QuarryAlignedText *self, gsize at)
{
  const char *text = self->text->str;

  do
    at += g_utf8_skip[(guchar) text[at]];
  while (at < self->text->len && (guchar) text[at] >= 0x80
         && g_unichar_combining_class (g_utf8_get_char (text + at)) != 0);
  return at;
}

static void
normal_form (const QuarryAlignedText *from, QuarryAlignedText *to, GNormalizeMode mode)
{
  for (gsize at = 0; at < from->text->len;)
    {
      gsize end = cluster_end (from, at);

      if (end == at + 1)
        quarry_aligned_text_append (to, from->text->str + at, 1, quarry_aligned_text_span (from, at, end));
      else
        {
          g_autofree char *form = g_utf8_normalize (from->text->str + at, end - at, mode);

          quarry_aligned_text_append (to, form, strlen (form), quarry_aligned_text_span (from, at, end));
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

static void
change_characters (const QuarryAlignedText *from, QuarryAlignedText *to, QuarryNormalizeKind kind)
{
  for (gsize at = 0, end; at < from->text->len; at = end)
    {
      gunichar c = g_utf8_get_char (from->text->str + at);
      QuarrySpan span;

      end = at + g_utf8_skip[(guchar) from->text->str[at]];
      span = quarry_aligned_text_span (from, at, end);
      if (kind == QUARRY_NORMALIZE_LOWERCASE)
        {
          if (c == 0x130) /* The only letter whose lower case form has two characters. */
            quarry_aligned_text_append (to, "i\xcc\x87", 3, span);
          else
            quarry_aligned_text_append_character (to, g_unichar_tolower (c), span);
        }
      else if (kind == QUARRY_NORMALIZE_STRIP_ACCENTS)
        {
          if (!is_mark (c))
            quarry_aligned_text_append_character (to, c, span);
        }
      else if (kind == QUARRY_NORMALIZE_CLEAN)
        {
          if (c == '\t' || c == '\n' || c == '\r' || quarry_is_token_blank (c))
            quarry_aligned_text_append_character (to, ' ', span);
          else if (c != 0xfffd && !is_control (c))
            quarry_aligned_text_append_character (to, c, span);
        }
      else if (is_ideograph (c))
        {
          quarry_aligned_text_append_character (to, ' ', (QuarrySpan) { span.start, span.start });
          quarry_aligned_text_append_character (to, c, span);
          quarry_aligned_text_append_character (to, ' ', (QuarrySpan) { span.end, span.end });
        }
      else
        quarry_aligned_text_append_character (to, c, span);
    }
}

/* Treats controls and blanks as SentencePiece's rules for neural machine translation do. */
static void
normalize_nmt (const QuarryAlignedText *from, QuarryAlignedText *to)
{
  for (gsize at = 0, end; at < from->text->len; at = end)
    {
      gunichar c = g_utf8_get_char (from->text->str + at);

      end = at + g_utf8_skip[(guchar) from->text->str[at]];
      if (c == '\t' || c == '\n' || c == '\f' || c == '\r' || c == 0x1680
          || (c >= 0x200b && c <= 0x200f) || c == 0x2028 || c == 0x2029 || c == 0x2581
          || c == 0xfeff || c == 0xfffd)
        quarry_aligned_text_append (to, " ", 1, quarry_aligned_text_span (from, at, end));
      else if (c >= ' ' && c != 0x7f && c != 0x8f && c != 0x9f)
        quarry_aligned_text_append (to, from->text->str + at, end - at, quarry_aligned_text_span (from, at, end));
    }
}

/* The longest cluster of characters, in bytes, that is looked up in the map as a whole. This limit, and the rule that
 * the shortest match is taken, are those of the program that wrote most such files and trained their models. With other
 * rules, a text would get other tokens than the model was trained with. */
#define MAX_CLUSTER 5

static gboolean
map_part (const QuarryAlignedText *from, QuarryAlignedText *to, const QuarryCharsmap *charsmap, gsize start, gsize end)
{
  const char *with = quarry_charsmap_find (charsmap, from->text->str + start, end - start);

  if (with == NULL)
    return FALSE;
  quarry_aligned_text_append (to, with, strlen (with), quarry_aligned_text_span (from, start, end));
  return TRUE;
}

static void
map_characters (
    const QuarryAlignedText *from, QuarryAlignedText *to, const QuarryCharsmap *charsmap, gsize start, gsize end)
{
  for (gsize next; start < end; start = next)
    {
      next = start + g_utf8_skip[(guchar) from->text->str[start]];
      if (!map_part (from, to, charsmap, start, next))
        quarry_aligned_text_append (
            to, from->text->str + start, next - start, quarry_aligned_text_span (from, start, next));
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
normalize_precompiled (const QuarryAlignedText *from, QuarryAlignedText *to, const QuarryCharsmap *charsmap)
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
replace (const QuarryAlignedText *from, QuarryAlignedText *to, const char *pattern, const char *content)
{
  gsize length = strlen (pattern);

  for (gsize at = 0; at < from->text->len;)
    if (from->text->len - at >= length && memcmp (from->text->str + at, pattern, length) == 0)
      {
        quarry_aligned_text_append (to, content, strlen (content), quarry_aligned_text_span (from, at, at + length));
        at += length;
      }
    else
      {
        quarry_aligned_text_append (to, from->text->str + at, 1, quarry_aligned_text_span (from, at, at + 1));
        at++;
      }
}

static void
replace_blanks (const QuarryAlignedText *from, QuarryAlignedText *to, const char *content)
{
  for (gsize at = 0, end; at < from->text->len; at = end)
    {
      end = at + 1;
      while (from->text->str[at] == ' ' && end < from->text->len && from->text->str[end] == ' ')
        end++;
      if (end > at + 1)
        quarry_aligned_text_append (to, content, strlen (content), quarry_aligned_text_span (from, at, end));
      else
        quarry_aligned_text_append (to, from->text->str + at, 1, quarry_aligned_text_span (from, at, end));
    }
}

/* If the regex gives up, the rest of the text is kept. */
static void
replace_matches (const QuarryAlignedText *from, QuarryAlignedText *to, GRegex *regex, const char *content)
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
        quarry_aligned_text_append (to, from->text->str + at, 1, quarry_aligned_text_span (from, at, at + 1));
      if (end > start)
        quarry_aligned_text_append (
            to, content, strlen (content), quarry_aligned_text_span (from, (gsize) start, (gsize) end));
      at = MAX (at, (gsize) end);
    }
  for (; at < from->text->len; at++)
    quarry_aligned_text_append (to, from->text->str + at, 1, quarry_aligned_text_span (from, at, at + 1));
}

static void
strip (const QuarryAlignedText *from, QuarryAlignedText *to, gboolean left, gboolean right)
{
  const char *text = from->text->str, *start = text, *end = text + from->text->len;

  while (left && start < end && quarry_is_token_blank (g_utf8_get_char (start)))
    start = g_utf8_next_char (start);
  while (right && end > start && quarry_is_token_blank (g_utf8_get_char (g_utf8_prev_char (end))))
    end = g_utf8_prev_char (end);
  if (start == end)
    return;
  g_string_append_len (to->text, start, end - start);
  g_array_append_vals (
      to->spans, &g_array_index (from->spans, QuarrySpan, start - text), end - start);
}

static void
apply (const QuarryNormalizeStep *step, const QuarryAlignedText *from, QuarryAlignedText *to)
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
        quarry_aligned_text_append (to, step->content, strlen (step->content), (QuarrySpan) { 0, 0 });
      for (gsize i = 0; i < from->text->len; i++)
        quarry_aligned_text_append (to, from->text->str + i, 1, quarry_aligned_text_span (from, i, i + 1));
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

void
quarry_normalize (
    QuarryTokenizerFile *file, const char *text, gsize length, QuarryPieceFunc func, gpointer data)
{
  gsize limit = MAX_GROWTH * length + 4096;
  QuarryAlignedText from;

  quarry_aligned_text_init (&from, length, limit);
  take_text (&from, text, length);
  for (guint i = 0; i < file->normalizers->len; i++)
    {
      QuarryAlignedText to;

      quarry_aligned_text_init (&to, from.text->len, limit);
      apply (&g_array_index (file->normalizers, QuarryNormalizeStep, i), &from, &to);
      quarry_aligned_text_clear (&from);
      from = to;
    }
  /* Only the last split can add a blank to the text, but the splits before it have to see that blank already. */
  if (file->prefix_space && from.text->len > 0
      && !quarry_is_token_blank (g_utf8_get_char (from.text->str)))
    {
      QuarryAlignedText to;

      quarry_aligned_text_init (&to, from.text->len + 1, limit + 1);
      quarry_aligned_text_append (&to, " ", 1, (QuarrySpan) { 0, 0 });
      g_string_append_len (to.text, from.text->str, from.text->len);
      g_array_append_vals (to.spans, from.spans->data, from.spans->len);
      quarry_aligned_text_clear (&from);
      from = to;
    }
  quarry_split (file, &from, func, data);
  quarry_aligned_text_clear (&from);
}
