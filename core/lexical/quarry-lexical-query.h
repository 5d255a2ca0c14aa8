/* quarry-lexical-query.h: a person's words, as groups of the index's words
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/lexical/quarry-lexical-private.h"

G_BEGIN_DECLS

/* A word of the index. */
typedef struct
{
  guint32 *places; /* in each segment and in the buffer */
  guint8 share;    /* sixteenths that an occurrence counts */
  guint32 offset;  /* in a phrase; words with the same one stand for each other */
} QuarryLexicalForm;

/* Words that count as one, or a phrase. */
typedef struct
{
  GArray *forms; /* of QuarryLexicalForm; of a phrase in the order of its words */
  gboolean is_phrase;
  guint64 count;   /* passages that hold it */
  double weight;

  /* Where a phrase stands, in each segment and in the buffer. */
  GArray **rows;      /* of guint32 */
  GByteArray **codes;
} QuarryLexicalGroup;

/* A passage gets the best of the groups. */
typedef struct
{
  GArray *groups; /* of QuarryLexicalGroup */
} QuarryLexicalTerm;

typedef struct
{
  guint n_places; /* segments and the buffer */
  GArray *terms;     /* of QuarryLexicalTerm */
  GArray *demanded;  /* of QuarryLexicalGroup: phrases, which are among the terms as well */
  GArray *required;  /* of QuarryLexicalTerm: a passage has to hold a group of each */
  GArray *excluded;  /* of QuarryLexicalGroup */
  guint32 languages; /* that its text may be in */
  gboolean misses_phrase; /* no passage holds one of those demanded: none is found, and nothing else is looked up */
  gboolean misses;   /* a word of the text that is no function word is nothing that passages hold */
  gboolean holds_code; /* but something that hangs together in the text is, as one word or in one place */
} QuarryLexicalPlan;

/* Called with the index's lock held, which must be kept as long as the plan. */
void quarry_lexical_plan_init (QuarryLexicalPlan *self,
                               const QuarryLexicalIndex *index,
                               const QuarryLexicalQuery *query);
void quarry_lexical_plan_clear (QuarryLexicalPlan *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (QuarryLexicalPlan, quarry_lexical_plan_clear)

G_END_DECLS
