/* quarry-hyphens.c: joins lines to paragraphs
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The words of all lines are remembered in a set. At a hyphen at a line's end, the set tells whether
 * the joined word occurs in the document without a hyphen or with one.
 */
#include "core/extract/pdf/quarry-hyphens.h"

#include "core/document/quarry-words.h"

#include <string.h>

/* More different words than this are not remembered, since they hardly help any more. */
#define MAX_WORDS 300000u
#define MAX_WORD 64u

struct _QuarryHyphens
{
  GHashTable *words; /* folded; compounds with their hyphen */
  GStringChunk *chunk;
  gboolean undo;
};

QuarryHyphens *
quarry_hyphens_new (gboolean undo)
{
  QuarryHyphens *self = g_new0 (QuarryHyphens, 1);

  self->words = g_hash_table_new (g_str_hash, g_str_equal);
  self->chunk = g_string_chunk_new (4096);
  self->undo = undo;
  return self;
}

void
quarry_hyphens_free (QuarryHyphens *self)
{
  if (self == NULL)
    return;
  g_hash_table_unref (self->words);
  g_string_chunk_free (self->chunk);
  g_free (self);
}

static void
remember (QuarryHyphens *self, const char *word)
{
  if (g_hash_table_size (self->words) < MAX_WORDS && !g_hash_table_contains (self->words, word))
    g_hash_table_add (self->words, g_string_chunk_insert (self->chunk, word));
}

void
quarry_hyphens_learn (QuarryHyphens *self, const char *line, gsize length)
{
  g_auto (QuarryWords) words = { 0 };
  char previous[MAX_WORD] = "";
  guint32 previous_end = 0;
  QuarrySpan span;
  const char *folded;
  gsize n;

  quarry_words_init (&words, line, (gssize) length);
  while (quarry_words_next (&words, &span, &folded, &n))
    {
      /* What stands before a hyphen at the end of the line may be half a word, so do not remember it. */
      gboolean divided = span.end + 1 == length && line[span.end] == '-';

      if (n < MAX_WORD && !divided)
        {
          remember (self, folded);
          if (*previous != '\0' && span.start == previous_end + 1 && line[previous_end] == '-')
            {
              char compound[2 * MAX_WORD + 2];

              g_snprintf (compound, sizeof compound, "%s-%s", previous, folded);
              remember (self, compound);
            }
        }
      g_strlcpy (previous, n < MAX_WORD ? folded : "", sizeof previous);
      previous_end = span.end;
    }
}

/* Whether the character belongs to a script that is written without blanks. */
static gboolean
is_wide (gunichar c)
{
  return (c >= 0x2e80 && c <= 0xa4cf && c != 0x3000) || (c >= 0xf900 && c <= 0xfaff)
         || (c >= 0xff01 && c <= 0xff9f) || (c >= 0x20000 && c <= 0x3ffff);
}

/* The folded word at the end (@last) or the start of @text; FALSE if there is no word right there. */
static gboolean
word_at (const char *text, gsize length, gboolean last, char *out)
{
  g_auto (QuarryWords) words = { 0 };
  QuarrySpan span;
  const char *folded;
  gsize n;
  gboolean found = FALSE;

  quarry_words_init (&words, text, (gssize) length);
  while (quarry_words_next (&words, &span, &folded, &n))
    {
      found = n < MAX_WORD && (last ? span.end == length : span.start == 0);
      if (found)
        g_strlcpy (out, folded, MAX_WORD);
      if (!last)
        break;
    }
  return found;
}

typedef enum
{
  JOIN_BLANK,
  JOIN_CLOSE,    /* insert nothing between the lines */
  JOIN_UNHYPHEN, /* remove the hyphen as well */
} Join;

/* Whether the text ends within a web address, which is broken after punctuation without inserting anything. */
static gboolean
ends_in_address (const char *text, gsize length)
{
  gsize start = length;

  while (start > 0 && text[start - 1] != ' ' && length - start < 512)
    start--;
  return length > start && strchr ("/._=&?:~%#-", text[length - 1]) != NULL
         && (g_strstr_len (text + start, (gssize) (length - start), "://") != NULL
             || g_strstr_len (text + start, (gssize) (length - start), "www.") != NULL
             || g_str_has_suffix (text + start, "http:")
             || g_str_has_suffix (text + start, "https:"));
}

static Join
how_to_join (QuarryHyphens *self, const char *before, gsize n_before, const char *line, gsize n)
{
  const char *last = g_utf8_find_prev_char (before, before + n_before);
  gunichar left, right = g_utf8_get_char (line);
  gunichar letter;
  char head[MAX_WORD], tail[MAX_WORD];
  char word[2 * MAX_WORD + 2];
  gsize from;

  if (last == NULL)
    return JOIN_BLANK;
  left = g_utf8_get_char (last);
  if (left == 0xad)
    return JOIN_UNHYPHEN;
  if (is_wide (left) && is_wide (right))
    return JOIN_CLOSE;
  if (right < 0x80 && (g_ascii_islower (right) || g_ascii_isdigit (right) || right == '/')
      && ends_in_address (before, n_before))
    return JOIN_CLOSE;
  if (left != '-' && left != 0x2010)
    return JOIN_BLANK;

  last = g_utf8_find_prev_char (before, last);
  if (last == NULL)
    return JOIN_BLANK;
  letter = g_utf8_get_char (last);
  if (!g_unichar_isalnum (letter) || !g_unichar_isalnum (right))
    return JOIN_BLANK;
  if (!g_unichar_isalpha (letter) || !g_unichar_islower (right))
    return JOIN_CLOSE;

  /* Cut off the hyphen. Only the end of the paragraph is needed to find the last words. */
  n_before = (gsize) (g_utf8_next_char (last) - before);
  from = n_before > 3 * MAX_WORD ? n_before - 3 * MAX_WORD : 0;
  while (((guchar) before[from] & 0xc0) == 0x80)
    from++;
  if (!word_at (before + from, n_before - from, TRUE, head)
      || !word_at (line, MIN (n, 3 * MAX_WORD), FALSE, tail))
    return JOIN_CLOSE;
  /* "German and Dutch-" followed by "and", or "two-" followed by "or three-": the hyphen stands for the rest of a
   * compound, and no word is divided. */
  if (strcmp (tail, "and") == 0 || strcmp (tail, "or") == 0 || strcmp (tail, "und") == 0
      || strcmp (tail, "oder") == 0 || strcmp (tail, "to") == 0)
    return JOIN_BLANK;

  g_snprintf (word, sizeof word, "%s-%s", head, tail);
  if (g_hash_table_contains (self->words, word))
    return JOIN_CLOSE;
  g_snprintf (word, sizeof word, "%s%s", head, tail);
  if (g_hash_table_contains (self->words, word))
    return JOIN_UNHYPHEN;
  return self->undo ? JOIN_UNHYPHEN : JOIN_CLOSE;
}

void
quarry_hyphens_append (QuarryHyphens *self, GString *paragraph, const char *line, gsize length)
{
  if (length == 0)
    return;
  if (paragraph->len > 0)
    switch (how_to_join (self, paragraph->str, paragraph->len, line, length))
      {
      case JOIN_UNHYPHEN:
        g_string_truncate (
            paragraph,
            (gsize) (g_utf8_prev_char (paragraph->str + paragraph->len) - paragraph->str));
        break;
      case JOIN_CLOSE:
        break;
      case JOIN_BLANK:
      default:
        g_string_append_c (paragraph, ' ');
        break;
      }
  g_string_append_len (paragraph, line, (gssize) length);
}
