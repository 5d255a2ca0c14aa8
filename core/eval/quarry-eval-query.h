/* quarry-eval-query.h: one query of a judged collection asked and scored
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/eval/quarry-collection.h"
#include "core/library/quarry-library.h"

G_BEGIN_DECLS

/* Of one query, or means over queries. The last two are 0 where subtopics are not judged. */
typedef struct
{
  double ndcg_10;
  double recall_100;
  double mrr_10;
  double map;
  double s_recall_10;
  double alpha_ndcg_10; /* alpha .5 */
} QuarryEvalScores;

/* The first 100 documents of an answer to @text, each where its best passage stands. Where a hit names copies
 * of its text, a person sees where these stand as well: their documents count as listed after it, but no further up
 * than where they stood by relevance alone, so that to be named never counts for more than to be found.
 * The search is asked for as many hits as that takes, whatever the limit in @options. @places: QuarryEvalLibrary's.
 * (transfer full): of guint, numbers of documents. */
GArray *quarry_eval_rank_documents (QuarryLibrary *library,
                                    const char *text,
                                    const QuarrySearchOptions *options,
                                    GHashTable *places,
                                    GError **error);

/* @ranked: as above. Subtopics are scored where the query has some. */
void quarry_eval_score (const QuarryCollectionQuery *query, GArray *ranked, QuarryEvalScores *scores);

/* The share of the query's judged subtopics that the first @depth of @ranked treat. */
double quarry_eval_subtopic_recall (const QuarryCollectionQuery *query, GArray *ranked, guint depth);

G_END_DECLS
