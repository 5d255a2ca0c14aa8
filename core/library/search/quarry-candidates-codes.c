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

gboolean
quarry_candidate_set_lacks_code (const QuarryCandidateSet *self)
{
  if (!is_joined (self) || is_range (self) || (self->codes <= 0 && strchr (self->query, '@') == NULL)
      || quarry_candidate_set_get_prefix (self) != NULL)
    return FALSE;
  for (guint i = 0; i < self->meant->len; i++)
    if (self->meant->pdata[i] != NULL)
      return FALSE;
  return quarry_lexical_index_count_holding (self->indexes->words, self->query) == 0;
}
