/* quarry-pool-data.h: candidates in the form that core/rank takes
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
  guint *index; /* of each in the candidates of the set */
} QuarryPoolData;

/* For each of the first @n candidates, the index of the one that it is a near-duplicate of; its own index where it is
 * none: quarry_find_duplicates(). (transfer full) */
guint *quarry_pool_find_originals (const QuarryCandidateSet *set, guint n);

/* Takes those of the first @limit candidates of @set that are neither unlikely nor duplicates of another. @original:
 * as returned by quarry_pool_find_originals(); NULL: keep duplicates. The candidates must have been compared. The
 * data point into @set. */
void quarry_pool_data_init (QuarryPoolData *data,
                            QuarryCandidateSet *set,
                            const guint *original,
                            guint limit);
void quarry_pool_data_clear (QuarryPoolData *data);

G_END_DECLS
