/* quarry-phrases.c: judges by its neighbours whether a word names a thing
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Short lists of function words, and rules for what comes before and after.
 */
#include "core/rank/quarry-phrases-private.h"

#include <stdlib.h>
#include <string.h>

/* Both lists must be in the order of strcmp(). */
static const char *const articles[]
    = { "a",  "an",  "el",  "gli", "her",   "his",   "il", "its", "la",  "las", "le",  "les", "los",
        "my", "our", "the", "their", "these", "those", "um", "uma", "un",  "una", "une", "your" };

static const char *const of_verbs[]
    = { "also",  "am",     "are",   "aren",  "be",   "been", "being", "can",  "cannot", "could", "couldn", "did",
        "didn",  "do",     "does",  "doesn", "don",  "had",  "has",   "have", "he",     "i",     "is",     "isn",
        "it",    "may",    "might", "must",  "not",  "shall", "she",  "should", "they", "to",    "was",    "wasn",
        "we",    "were",   "weren", "which", "who",  "will", "would", "you" };

static const char *const nouns_first[] = { "ca", "es", "fr", "id", "it", "pt", "ro", "vi" };
static const char *const capital_nouns[] = { "de", "lb" };

static int
compare_strings (const void *a, const void *b)
{
  return strcmp (a, *(const char *const *) b);
}

QuarryBeside
quarry_phrase_judge_small (const char *folded)
{
  if (bsearch (folded, articles, G_N_ELEMENTS (articles), sizeof *articles, compare_strings) != NULL)
    return QUARRY_BESIDE_ARTICLE;
  if (bsearch (folded, of_verbs, G_N_ELEMENTS (of_verbs), sizeof *of_verbs, compare_strings) != NULL)
    return QUARRY_BESIDE_OF_VERB;
  return QUARRY_BESIDE_SMALL;
}

guint
quarry_phrase_judge (QuarryBeside before, QuarryBeside next, gboolean is_name, gboolean has_nouns_first)
{
  guint thing = 2;

  if (next == QUARRY_BESIDE_ARTICLE)
    return 0;
  /* "Italian opera", "Verdi wrote": a name before another word may be its adjective or its subject. */
  if (next == QUARRY_BESIDE_NAME || (next == QUARRY_BESIDE_WORD && !has_nouns_first))
    thing = is_name && next == QUARRY_BESIDE_WORD ? 1 : 0;
  /* "Apollo 11" is a thing, "August 1914" and "table 3" are not. */
  if (next == QUARRY_BESIDE_NUMBER)
    thing = 1;
  switch (before)
    {
    /* "35 miles", "24 August" */
    case QUARRY_BESIDE_NUMBER:
      return 0;
    case QUARRY_BESIDE_OF_VERB:
      return is_name ? thing : 0;
    case QUARRY_BESIDE_WORD:
      return has_nouns_first ? 0 : thing;
    case QUARRY_BESIDE_NAME:
      return has_nouns_first || is_name ? 0 : thing;
    case QUARRY_BESIDE_NOTHING:
    case QUARRY_BESIDE_SMALL:
    case QUARRY_BESIDE_ARTICLE:
    default:
      return thing;
    }
}

static gboolean
is_among (const char *tag, const char *const *languages, guint n)
{
  for (guint i = 0; i < n && tag != NULL; i++)
    if (g_ascii_strncasecmp (tag, languages[i], 2) == 0 && !g_ascii_isalpha (tag[2]))
      return TRUE;
  return FALSE;
}

gboolean
quarry_phrase_has_nouns_first (const char *tag)
{
  return is_among (tag, nouns_first, G_N_ELEMENTS (nouns_first));
}

gboolean
quarry_phrase_has_capital_nouns (const char *tag)
{
  return is_among (tag, capital_nouns, G_N_ELEMENTS (capital_nouns));
}
