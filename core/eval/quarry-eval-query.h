/* quarry-eval-query.h: asks and scores one query of a judged collection
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Used by all measurements of search, so that they rank documents and score them in the same way.
 */
#pragma once

#include "core/eval/quarry-collection.h"
#include "core/library/quarry-library.h"

G_BEGIN_DECLS

/* Scores of one query, or means over queries. The last two are 0 where subtopics are not judged. */
typedef struct
{
  double ndcg_10;
  double recall_100;
  double mrr_10;
  double map;
  double s_recall_10;
  double alpha_ndcg_10; /* alpha .5 */
} QuarryEvalScores;

/* The first 100 documents of the results for @text, each at the rank of its best passage. If a hit lists copies of its
 * text, a person sees those documents too. So they count as ranked after the hit, but no higher than where they were by
 * relevance alone, so that being listed as a copy is never better than being found. As many hits are requested as this
 * takes, whatever the limit in @options. @places: of a QuarryEvalLibrary. (transfer full): of guint, numbers of
 * documents */
GArray *quarry_eval_rank_documents (QuarryLibrary *library,
                                    const char *text,
                                    const QuarrySearchOptions *options,
                                    GHashTable *places,
                                    GError **error);

/* @ranked: the result of quarry_eval_rank_documents(). Subtopics are scored where the query has any. */
void quarry_eval_score (const QuarryCollectionQuery *query, GArray *ranked, QuarryEvalScores *scores);

/* The share of the query's judged subtopics that the first @depth documents of @ranked are about. */
double quarry_eval_subtopic_recall (const QuarryCollectionQuery *query, GArray *ranked, guint depth);

G_END_DECLS
