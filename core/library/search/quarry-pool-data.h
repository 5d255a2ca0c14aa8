/* quarry-pool-data.h: candidates as core/rank wants to see them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/search/quarry-candidates.h"
#include "core/rank/quarry-topics.h"

G_BEGIN_DECLS

typedef struct
{
  QuarryPool pool;
  float *scores;
  const QuarryTermWeight **terms;
  guint *n_terms;
  gboolean *holds_query;
  guint32 *documents;
  float *vectors;
  QuarryTopicText *texts;
  guint *index; /* of the candidate in the set */
} QuarryPoolData;

/* The index of the candidate that each of the first @n repeats, its own where it repeats none:
 * quarry_find_duplicates(). (transfer full) */
guint *quarry_pool_find_originals (const QuarryCandidateSet *set, guint n);

/* Of the first @limit candidates of @set, which must have been compared, those that are not unlikely and are their own
 * @original (of near-duplicates; NULL: all). Points into @set. */
void quarry_pool_data_init (QuarryPoolData *data,
                            QuarryCandidateSet *set,
                            const guint *original,
                            guint limit);
void quarry_pool_data_clear (QuarryPoolData *data);

G_END_DECLS
