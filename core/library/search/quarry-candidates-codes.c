/* quarry-candidates-codes.c: queries that are numbers or codes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a model knows of a number is how it looks: one is near all others. So whether a library has one is told by its
 * words alone: a code is there where some passage holds its parts in a row, and otherwise it is not.
 */
#include "core/library/search/quarry-candidates-private.h"

#include <string.h>

#include "core/library/quarry-library-indexes-private.h"

/* The most letters of a code without a digit between them, and the fewest groups of a long number. */
#define MOST_LETTERS 3u
#define FEWEST_GROUPS 3u

/* The fewest digits of a number that says which one of many things is meant, and the most content words of a query that
 * is about such a number. */
#define FEWEST_DIGITS 3u
#define MOST_BESIDE 3u

static const QuarryWord *
get_asked (const QuarryCandidateSet *self, guint i)
{
  return &g_array_index (self->asked, QuarryWord, i);
}

static gboolean
has_digit (const QuarryWordForm *form)
{
  return strpbrk (form->folded, "0123456789") != NULL;
}

float
quarry_candidate_set_weigh_codes (const QuarryCandidateSet *self, const double *rarity)
{
  double codes = 0, all = 0;

  for (guint j = 0; j < self->query_words->len; j++)
    {
      double mass = g_array_index (self->query_words, QuarryQueryWord, j).content ? rarity[j] : 0;

      all += mass;
      if (has_digit (get_asked (self, j)->form))
        codes += mass;
    }
  return all > 0 ? MAX (0, (float) (2 * codes / all - 1)) : 0;
}

/* Whether the query is several words typed without a blank between them. */
static gboolean
is_joined (const QuarryCandidateSet *self)
{
  return self->asked->len > 1 && strpbrk (self->query, " \t\n") == NULL;
}

static gboolean
is_number (const QuarryWordForm *form)
{
  return strspn (form->folded, "0123456789") == form->length;
}

/* Whether the two words of the query are the ends of a range, or alternatives, which passages may hold apart:
 * "1914-1918", "mp3/mp4". A telephone number has more digits behind its sign than before it. */
static gboolean
is_range (const QuarryCandidateSet *self)
{
  const QuarryWord *first = get_asked (self, 0), *second = get_asked (self, 1);
  char sign = self->query[first->span.end];

  return self->asked->len == 2
         && (sign == '/'
             || (sign != '.' && sign != ',' && is_number (first->form) && is_number (second->form)
                 && second->form->length <= first->form->length));
}

gboolean
quarry_candidate_set_holds_code (QuarryCandidateSet *self)
{
  const QuarryCandidateText *first = &g_array_index (self->candidates, QuarryCandidateText, 0);

  if (self->candidates->len == 0 || self->codes <= 0)
    return FALSE;
  return is_joined (self) && !is_range (self) ? first->exact
                                              : quarry_candidate_set_weigh_named (self, first) >= QUARRY_ALL_HELD;
}

/* Whether all of the query's words have a digit or are as short as the letters of a code: "IL-51". */
static gboolean
is_code (const QuarryCandidateSet *self)
{
  gboolean any_digit = FALSE;

  for (guint i = 0; i < self->asked->len; i++)
    {
      const QuarryWordForm *form = get_asked (self, i)->form;

      if (!has_digit (form) && form->length > MOST_LETTERS)
        return FALSE;
      any_digit = any_digit || has_digit (form);
    }
  return any_digit;
}

/* Whether all of the query's words, several, have a digit: a long number in groups. */
static gboolean
is_grouped (const QuarryCandidateSet *self)
{
  for (guint i = 0; i < self->asked->len; i++)
    if (!has_digit (get_asked (self, i)->form))
      return FALSE;
  return self->asked->len >= FEWEST_GROUPS;
}

/* Whether a number, which is no year, says which one of many things is meant. */
static gboolean
is_telling (const QuarryWordForm *form)
{
  guint n_digits = 0;

  for (const char *c = form->folded; *c != '\0'; c++)
    n_digits += g_ascii_isdigit (*c);
  return n_digits >= FEWEST_DIGITS && !(n_digits == 4 && is_number (form) && strchr ("12", form->folded[0]) != NULL
                                        && g_ascii_strtoull (form->folded, NULL, 10) < 2200);
}

/* Whether the query names a number that no passage holds, not even with further digits, beside few words: "RFC 2823" */
static gboolean
lacks_number (const QuarryCandidateSet *self)
{
  gboolean lacks = FALSE;
  guint n_content = 0;

  for (guint i = 0; i < self->asked->len; i++)
    {
      const QuarryWordForm *form = get_asked (self, i)->form;
      g_autofree char *become = NULL;

      n_content += !form->stop;
      if (n_content > MOST_BESIDE || lacks || !is_telling (form)
          || quarry_lexical_index_count_holding (self->indexes->words, form->folded) > 0)
        continue;
      become = quarry_lexical_index_understand (self->indexes->words, form->folded);
      lacks = become == NULL || !g_str_has_prefix (become, form->folded);
    }
  return lacks && n_content <= MOST_BESIDE;
}

gboolean
quarry_candidate_set_lacks_code (const QuarryCandidateSet *self)
{
  gboolean is_whole = is_grouped (self)
                      || (is_joined (self) && !is_range (self)
                          && (self->codes > 0 || is_code (self) || strchr (self->query, '@') != NULL));

  if (quarry_candidate_set_get_prefix (self) != NULL)
    return FALSE;
  for (guint i = 0; i < self->meant->len; i++)
    if (self->meant->pdata[i] != NULL)
      return FALSE;
  return (is_whole && quarry_lexical_index_count_holding (self->indexes->words, self->query) == 0)
         || lacks_number (self);
}
