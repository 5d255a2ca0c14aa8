/* quarry-lexical-query.h: turns what a person asked for into terms of the index
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A plan lists, for each word or phrase of a query, the terms of the index that it stands for, with their weights and
 * where they are in each segment, so that a search only has to read postings.
 */
#pragma once

#include "core/lexical/quarry-lexical-private.h"

G_BEGIN_DECLS

/* A word of the index that a word of the query stands for. */
typedef struct
{
  guint32 *places; /* its term number in each segment and in the buffer */
  guint8 share;    /* how many sixteenths an occurrence counts */
  guint32 offset;  /* in a phrase; words with the same offset are alternatives */
} QuarryLexicalForm;

/* Words whose occurrences are counted together, or a phrase. */
typedef struct
{
  GArray *forms; /* of QuarryLexicalForm; for a phrase, in the order of its words */
  QuarryLexicalPhrase *phrase; /* NULL: it is none */
  guint64 count;   /* passages that hold it */
  double weight;
} QuarryLexicalGroup;

/* A word of the query: a passage gets the score of the best of the groups. */
typedef struct
{
  GArray *groups; /* of QuarryLexicalGroup */
} QuarryLexicalTerm;

typedef struct
{
  guint n_places; /* the number of segments, plus one for the buffer */
  GArray *terms;     /* of QuarryLexicalTerm */
  GArray *demanded;  /* of QuarryLexicalGroup: phrases that a passage has to hold; they belong to terms as well */
  GArray *required;  /* of QuarryLexicalTerm: a passage has to hold a group of each of them */
  GArray *excluded;  /* of QuarryLexicalGroup */
  guint32 languages; /* bits of the languages that its text may be in */
  gboolean misses_phrase; /* no passage holds one of the demanded phrases: nothing is found, and the rest of the query
                           * is not looked up */
  gboolean misses;   /* no passage holds anything for one of the text's words, function words aside */
  gboolean holds_code; /* but passages hold a code of the text, as one word or as adjacent words */
} QuarryLexicalPlan;

/* Called with the index's lock held, which must be kept until the plan is cleared. */
void quarry_lexical_plan_init (QuarryLexicalPlan *self,
                               const QuarryLexicalIndex *index,
                               const QuarryLexicalQuery *query);
void quarry_lexical_plan_clear (QuarryLexicalPlan *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (QuarryLexicalPlan, quarry_lexical_plan_clear)

G_END_DECLS
