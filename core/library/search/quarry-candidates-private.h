/* quarry-candidates-private.h: what the files of a search's candidates share
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

/* BM25's, as in core/lexical: a word that stands count times in a text of @n_words counts by count / (count + this). */
static inline float
quarry_bm25_norm (float n_words, float mean_words)
{
  const float k1 = 1.5f, b = .6f;

  return k1 * (1 - b + b * n_words / MAX (1, mean_words));
}

/* Takes the query apart: its words and their stems, its tokens, its vector. The set has room for them
 * and nothing else yet. */
void quarry_candidate_set_read_query (QuarryCandidateSet *self, gboolean typing, gboolean as_typed);

/* How far each candidate says what @first of them (by index) say, in other words than the query's: the cosine of its
 * terms, weighed by frequency and idf, with theirs together, not divided by the length of these. @likeness gets one for
 * each candidate, 0 to @n_first. */
void quarry_candidate_set_compare_with_first (const QuarryCandidateSet *self,
                                              const guint *first,
                                              guint n_first,
                                              float *likeness);

G_END_DECLS
