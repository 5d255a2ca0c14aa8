/* quarry-parted-words.c: words of a query that the passages write in parts
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A word is split wherever the part before is a word of the passages, the longest first, and what was split so far
 * stands in a row in some passage. That is soon found to fail, as few words stand next to each other.
 */
#include "core/library/search/quarry-parted-words.h"

#include <string.h>

#include "core/document/quarry-words.h"
#include "core/lexical/quarry-lexical-terms.h"

/* The fewest and most bytes of a word that is looked at: with a digit, without, and of any. */
#define SHORTEST_CODE 3u
#define SHORTEST_WORD 6u
#define LONGEST 48u

/* The most words of a query that are looked at, those of them that no passage holds, and the parts that are tried for
 * one. Long queries are pasted rather than typed. */
#define MOST_LOOKED_AT 64u
#define MOST_UNKNOWN 4u
#define MOST_TRIED 400u

/* The most parts of a code; where they are more than two, they have two characters each or more, on the average. Words
 * without digits have two parts of two letters or more. */
#define MOST_PARTS 6u
#define SHORTEST_PART 2

/* A word that is spelt like one in many more passages than hold its parts is a misspelling. */
#define RATHER_MISSPELT 10u

typedef struct
{
  QuarryLexicalIndex *index;
  GString *parts; /* found so far, with a blank between them */
  guint n_parts;
  guint n_tried;
} Parting;

static gboolean
has_digit (const char *folded)
{
  return strpbrk (folded, "0123456789") != NULL;
}

/* Splits @rest into parts that follow those found so far. */
static gboolean
part_code (Parting *self, const char *rest)
{
  gsize before = self->parts->len;

  for (const char *end = rest + strlen (rest); end > rest && self->n_parts < MOST_PARTS;
       end = g_utf8_find_prev_char (rest, end))
    {
      g_autofree char *part = g_strndup (rest, (gsize) (end - rest));

      if (++self->n_tried > MOST_TRIED)
        return FALSE;
      if (quarry_lexical_index_count_holding (self->index, part) == 0)
        continue;
      g_string_append_printf (self->parts, "%s%s", before > 0 ? " " : "", part);
      self->n_parts++;
      if ((self->n_parts == 1 || quarry_lexical_index_count_holding (self->index, self->parts->str) > 0)
          && (*end == '\0' || part_code (self, end)))
        return TRUE;
      g_string_truncate (self->parts, before);
      self->n_parts--;
    }
  return FALSE;
}

/* The parts of a word with a digit. (transfer full): NULL where there are none */
static char *
find_parts_of_code (QuarryLexicalIndex *index, const char *folded)
{
  g_autoptr (GString) parts = g_string_new (NULL);
  Parting parting = { index, parts, 0, 0 };

  if (!part_code (&parting, folded)
      || (parting.n_parts > 2 && SHORTEST_PART * parting.n_parts > g_utf8_strlen (folded, -1)))
    return NULL;
  return g_strdup (parts->str);
}

/* The two parts of a word without digits that most passages hold in a row; *n_holding gets their number. (transfer
 * full): NULL where there are none */
static char *
find_parts_of_word (QuarryLexicalIndex *index, const char *folded, guint *n_holding)
{
  glong n_letters = g_utf8_strlen (folded, -1);
  char *parts = NULL;

  *n_holding = 0;
  for (glong i = SHORTEST_PART; i + SHORTEST_PART <= n_letters; i++)
    {
      const char *second = g_utf8_offset_to_pointer (folded, i);
      g_autofree char *both = g_strdup_printf ("%.*s %s", (int) (second - folded), folded, second);
      g_autofree char *first = g_strndup (folded, (gsize) (second - folded));
      guint n;

      if (quarry_lexical_index_count_holding (index, first) == 0
          || quarry_lexical_index_count_holding (index, second) == 0)
        continue;
      n = quarry_lexical_index_count_holding (index, both);
      if (n > *n_holding)
        {
          *n_holding = n;
          g_free (parts);
          parts = g_steal_pointer (&both);
        }
    }
  return parts;
}

/* A large number with a comma before each three digits at its end. The comma parts words, as a point or a blank does.
 * (transfer full): NULL where passages do not hold it, or it is no number */
static char *
find_grouped (QuarryLexicalIndex *index, const char *folded)
{
  g_autoptr (GString) grouped = g_string_new (folded);

  if (strspn (folded, "0123456789") < grouped->len)
    return NULL;
  for (gsize at = grouped->len; at > 3; at -= 3)
    g_string_insert_c (grouped, (gssize) at - 3, ',');
  return quarry_lexical_index_count_holding (index, grouped->str) > 0 ? g_strdup (grouped->str) : NULL;
}

/* The parts of an identifier ("maxRetryCount"). (transfer full): NULL where passages do not hold them in a row, or it
 * has none */
static char *
find_parts_of_name (QuarryLexicalIndex *index, const char *name, gsize length)
{
  g_autofree char *parts = quarry_lexical_split_word (name, length);

  return parts != NULL && quarry_lexical_index_count_holding (index, parts) > 0 ? g_steal_pointer (&parts) : NULL;
}

/* Whether a word is rather the beginning of one that passages hold, or a misspelling, than the parts that @n_holding
 * passages hold in a row. */
static gboolean
is_other_word (QuarryLexicalIndex *index, const char *folded, guint n_holding)
{
  g_autofree char *meant = quarry_lexical_index_understand (index, folded);

  return meant != NULL
         && (g_str_has_prefix (meant, folded)
             || quarry_lexical_index_count_holding (index, meant) >= RATHER_MISSPELT * n_holding);
}

/* What the passages write instead of a word with a digit, which none holds. @unfinished: it may have further letters.
 * (transfer full): NULL where there is nothing */
static char *
find_code (QuarryLexicalIndex *index, const char *folded, gboolean unfinished)
{
  char *parts;

  if (unfinished && is_other_word (index, folded, G_MAXUINT / RATHER_MISSPELT))
    return NULL;
  parts = find_grouped (index, folded);
  return parts != NULL ? parts : find_parts_of_code (index, folded);
}

/* The same for a word without digits. @written: as it was typed. */
static char *
find_word (QuarryLexicalIndex *index, const char *folded, const char *written, guint32 languages)
{
  g_autofree char *parts = NULL;
  g_auto (GStrv) forms = quarry_lexical_index_dup_forms (index, folded, NULL, languages);
  guint n_holding = G_MAXUINT / RATHER_MISSPELT;

  if (forms[0] != NULL)
    return NULL;
  parts = find_parts_of_name (index, written, strlen (written));
  if (parts == NULL)
    parts = find_parts_of_word (index, folded, &n_holding);
  /* Finding out takes longest, so it comes last. */
  return parts != NULL && !is_other_word (index, folded, n_holding) ? g_steal_pointer (&parts) : NULL;
}

char *
quarry_part_words (QuarryLexicalIndex *index, const char *text, gboolean typing)
{
  g_autoptr (GString) parted = g_string_new (NULL);
  g_auto (QuarryWords) words = { NULL };
  guint32 languages = 0;
  const char *folded;
  QuarrySpan span;
  gsize length, done = 0;
  guint n = 0, n_unknown = 0;

  quarry_words_init (&words, text, -1);
  while (n++ < MOST_LOOKED_AT && n_unknown < MOST_UNKNOWN && quarry_words_next (&words, &span, &folded, &length))
    {
      g_autofree char *word = NULL;
      g_autofree char *written = NULL;
      g_autofree char *parts = NULL;

      if (length < SHORTEST_CODE || length > LONGEST || quarry_lexical_is_run (folded, length))
        continue;
      word = g_strndup (folded, length);
      if ((!has_digit (word) && length < SHORTEST_WORD) || quarry_lexical_index_count_holding (index, word) > 0)
        continue;
      if (n_unknown++ == 0)
        languages = quarry_lexical_index_guess_languages (index, text);
      written = g_strndup (text + span.start, span.end - span.start);
      parts = has_digit (word) ? find_code (index, word, typing && text[span.end] == '\0')
                               : find_word (index, word, written, languages);
      if (parts == NULL)
        continue;
      g_string_append_len (parted, text + done, (gssize) (span.start - done));
      g_string_append (parted, g_strdelimit (parts, " ", '-'));
      done = span.end;
    }
  if (done == 0)
    return NULL;
  g_string_append (parted, text + done);
  return g_strdup (parted->str);
}
