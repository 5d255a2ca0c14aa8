/* quarry-candidates-private.h: what the quarry-candidates-*.c files share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/search/quarry-candidates.h"

G_BEGIN_DECLS

static inline const QuarryToken *
quarry_token_data (GArray *tokens)
{
  return (const QuarryToken *) (gpointer) tokens->data;
}

static inline const QuarryWord *
quarry_word_data (const GArray *words)
{
  return (const QuarryWord *) (gpointer) words->data;
}

/* The constant that BM25 adds to a term's count, as in core/lexical: a term that occurs count times in a text of
 * @n_words words scores count / (count + this). */
static inline float
quarry_bm25_norm (float n_words, float mean_words)
{
  const float k1 = 1.5f, b = .6f;

  return k1 * (1 - b + b * n_words / MAX (1, mean_words));
}

/* Analyses the query: its words and stems, its tokens, its vector. Called once, by quarry_candidate_set_new(), while
 * the set holds nothing but empty arrays. */
void quarry_candidate_set_read_query (QuarryCandidateSet *self, gboolean typing, gboolean as_typed);

/* How much each candidate has in common with the candidates at the indices @first, in words other than the query's.
 * That is the product of the candidate's tf-idf vector, of unit length, with the sum of theirs. @likeness gets one
 * value for each candidate, 0 to @n_first. */
void quarry_candidate_set_compare_with_first (const QuarryCandidateSet *self,
                                              const guint *first,
                                              guint n_first,
                                              float *likeness);

G_END_DECLS
