/* quarry-context.h: what stands beside passages in their documents
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A passage that follows the topic says little of what its text is about all along. Long windows find it by what
 * stands around; here a passage is seen together with the one before it and the one behind it, each as far as it is
 * about the same: it counts by the square of the cosine of both. (Widening a retrieved text by what surrounds it:
 * Callan, "Passage-Level Evidence in Document Retrieval", SIGIR 1994.) The passage's own vector, whose words explain a
 * hit, stays what it is.
 */
#pragma once

#include "core/library/search/quarry-candidates.h"

G_BEGIN_DECLS

typedef struct
{
  float similarity; /* cosine of the two beside it, as far as they count, with the query; NAN where there is none */
  float own;        /* cosine of the passage with the query */
  float together;   /* cosine of all three; @own where there is none beside it */
  float words;      /* what its BM25 gains by the words of those beside it that are candidates too; 0 where none is */
} QuarryContext;

/* Finds each candidate's context; @contexts: room for all. Passages beside it belong to its document, whether the query's
 * filters let them through or not; one that has gone counts for nothing. Their vectors are the index's: no text is read.
 * @rarity: of each word of the query. The query is that which has been widened. */
void quarry_find_contexts (const QuarryCandidateSet *set, const double *rarity, QuarryContext *contexts);

G_END_DECLS
