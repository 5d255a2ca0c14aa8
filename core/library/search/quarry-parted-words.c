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

/* The most words of a query that are looked at, and the most parts that are tried for one. */
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

/* The two parts of a word without digits that most passages hold in a row. (transfer full): NULL where @n_spelt, the
 * passages that hold what it may be a misspelling of, are many more */
static char *
find_parts_of_word (QuarryLexicalIndex *index, const char *folded, guint n_spelt)
{
  glong n_letters = g_utf8_strlen (folded, -1);
  guint best = n_spelt / RATHER_MISSPELT;
  char *parts = NULL;

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
      if (n > best)
        {
          best = n;
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

/* The parts of an identifier ("maxRetryCount"). (transfer full): NULL where passages do not hold them in a row, or it has
 * none */
static char *
find_parts_of_name (QuarryLexicalIndex *index, const char *name, gsize length)
{
  g_autofree char *parts = quarry_lexical_split_word (name, length);

  return parts != NULL && quarry_lexical_index_count_holding (index, parts) > 0 ? g_steal_pointer (&parts) : NULL;
}

/* What the passages write instead of the word @folded, which none holds. @written: the word as it was typed.
 * @unfinished: it may have further letters. (transfer full): NULL where there is nothing */
static char *
find_parts (QuarryLexicalIndex *index, const char *folded, const char *written, guint32 languages, gboolean unfinished)
{
  gboolean is_code = has_digit (folded);
  g_autofree char *meant = unfinished || !is_code ? quarry_lexical_index_understand (index, folded) : NULL;
  g_auto (GStrv) forms = NULL;
  char *parts;

  if (meant != NULL && g_str_has_prefix (meant, folded))
    return NULL;
  parts = is_code ? find_grouped (index, folded) : find_parts_of_name (index, written, strlen (written));
  if (parts != NULL || is_code)
    return parts != NULL ? parts : find_parts_of_code (index, folded);
  forms = quarry_lexical_index_dup_forms (index, folded, NULL, languages);
  if (forms[0] != NULL)
    return NULL;
  return find_parts_of_word (index, folded, meant != NULL ? quarry_lexical_index_count_holding (index, meant) : 0);
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
  guint n_unknown = 0;

  quarry_words_init (&words, text, -1);
  while (n_unknown < MOST_UNKNOWN && quarry_words_next (&words, &span, &folded, &length))
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
      parts = find_parts (index, word, written, languages, typing && text[span.end] == '\0');
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
