/* quarry-fusion.h: combines two ranked lists into one list of candidates
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A convex combination of min–max normalised scores (Bruch, Gai, Ingber, An Analysis of Fusion Functions for Hybrid
 * Retrieval, TOIS 2023) over the union of both lists. A passage that is missing from a list gets the lowest score of
 * that list.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The weight of the dense list. By measurement, results hardly differ from .3 to .45. */
#define QUARRY_FUSION_DENSE_WEIGHT 0.4

typedef struct
{
  guint32 slot;
  float score;
} QuarryScored;

typedef struct
{
  guint32 slot;
  float score;          /* fused, 0 to 1 */
  float dense;          /* cosine; NAN where it is not in the dense list */
  float lexical;        /* BM25 score; NAN where it is not in the lexical list */
  guint dense_rank;     /* counted from 1; 0 where it is not in the list; so is lexical_rank */
  guint lexical_rank;
} QuarryCandidate;

/* Both lists must be sorted, best first; of a slot that a list holds twice, the first place counts. @dense_weight: 0 to
 * 1; the lexical list has the rest. If one is empty, the order of the other is kept, with min–max normalised
 * scores. If all scores of a list are equal, they are normalised to 1; one that is not finite counts as the lowest. (transfer full): of QuarryCandidate, best first,
 * ties by lower slot */
GArray *quarry_fuse (const QuarryScored *dense,
                     guint n_dense,
                     const QuarryScored *lexical,
                     guint n_lexical,
                     double dense_weight);

/* The first @most of the same. */
GArray *quarry_fuse_best (const QuarryScored *dense,
                          guint n_dense,
                          const QuarryScored *lexical,
                          guint n_lexical,
                          double dense_weight,
                          guint most);

G_END_DECLS
