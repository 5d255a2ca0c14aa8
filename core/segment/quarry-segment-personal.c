/* quarry-segment-personal.c: whether a text is what people say of themselves
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Talks, plays, letters and minutes of who said what: of such texts the networks have learned little. They are told by
 * their pronouns. Terms of service and leaflets say we and you as often, but nobody speaks there who says I. Meetings
 * written down with every um and yeah are left out: the networks have learned from such, and the untrained models find
 * little to hold on to in them.
 */
#include "quarry-config.h"

#include "core/segment/quarry-segment-private.h"

/* Of fewer words, a few sentences of a preface, the shares below say little. */
#define LEAST_WORDS 200

/* How many of the words are I, we, you and their other forms. Articles, manuals and laws have less than 1 % of them, what
 * people say or write to each other 5 to 10 %. Thresholds from 2 to 4 % cut much the same. */
#define PERSONAL_SHARE 0.03

/* How many are I alone, with its other forms. Terms of service and leaflets have next to none, speeches and minutes from
 * .5 % on. Thresholds from .2 to .8 % cut much the same. */
#define SINGULAR_SHARE 0.006

/* How many are sounds of those who think while they speak. Written down word for word, meetings and telephone calls have
 * 4 to 13 % of them; interviews, films and chats up to 2.6 %. */
#define HESITATION_SHARE 0.03

static const char *const singular[] = { "i", "me", "mine", "my", "myself", NULL };
static const char *const hesitations[]
    = { "ah", "hm", "hmm", "huh", "mm", "oh", "ok", "okay", "uh", "um", "yeah", "yep", NULL };

/* How many of the words are one of @list. */
static guint32
count_any (const QuarrySentenceWords *words, const char *const *list)
{
  g_autofree guint8 *is_any = g_new (guint8, MAX (words->n_forms, 1));
  guint32 n = 0;

  for (guint32 i = 0; i < words->n_forms; i++)
    is_any[i] = g_strv_contains (list, words->forms[i].folded);
  for (guint32 w = 0; w < words->first_words[words->n]; w++)
    n += is_any[words->words[w].form];
  return n;
}

gboolean
quarry_segment_is_personal (const QuarrySentenceWords *words, const QuarrySurface *surface)
{
  double n = words->first_words[words->n];
  guint64 persons = 0;

  if (n < LEAST_WORDS)
    return FALSE;
  for (guint i = 0; i < words->n; i++)
    persons += surface[i].persons;
  return (double) persons > PERSONAL_SHARE * n && count_any (words, singular) > SINGULAR_SHARE * n
         && count_any (words, hesitations) < HESITATION_SHARE * n;
}
