/* quarry-context.h: how the neighbours of a passage in its document support it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A passage in the middle of a text often does not repeat what the text is about. Long windows solve this by
 * including what surrounds it. Here a passage is instead compared together with the passages before and behind it,
 * each weighted by the square of its cosine with the passage, that is, by how far they are about the same. (Widening
 * a retrieved text by its surroundings: Callan, "Passage-Level Evidence in Document Retrieval", SIGIR 1994.) The
 * passage's own vector, by which hits are explained word by word, is not changed.
 */
#pragma once

#include "core/library/search/quarry-candidates.h"

G_BEGIN_DECLS

typedef struct
{
  float similarity; /* cosine of the weighted neighbours with the query; NAN where there are none */
  float own;        /* cosine of the passage with the query */
  float together;   /* cosine of the passage and its neighbours with the query; @own where there are none */
  float words;      /* what the neighbours add to its BM25 score; only those count that are candidates too; 0 where
                       none are */
} QuarryContext;

/* Finds each candidate's context; @contexts: room for all. The neighbours belong to the same document; whether the
 * query's filters allow them does not matter, and those removed since are ignored. Their vectors come from the index,
 * so no text is read. @rarity: the idf of each word of the query. The query's widened vector is used. */
void quarry_find_contexts (const QuarryCandidateSet *set, const double *rarity, QuarryContext *contexts);

G_END_DECLS
