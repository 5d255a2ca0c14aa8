/* quarry-fusion.h: two ranked lists to one list of candidates
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Convex combination of min–max normalised scores (Bruch, Gai, Ingber, An Analysis of Fusion
 * Functions for Hybrid Retrieval, TOIS 2023): over the union of both lists, a passage that one
 * list lacks gets that list's least score.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Weight of the dense list; measured flat between .3 and .45. */
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
  float dense;          /* cosine; NAN where not in the dense list */
  float lexical;        /* BM25; NAN where not in the lexical list */
  guint dense_rank;     /* from 1; 0 where not in the list */
  guint lexical_rank;
} QuarryCandidate;

/* Both lists best first. Either may be empty: then the other's order stands, scored min–max.
 * Equal scores throughout count as 1. (transfer full): of QuarryCandidate, best first, ties by
 * lower slot. */
GArray *quarry_fuse (const QuarryScored *dense,
                     guint n_dense,
                     const QuarryScored *lexical,
                     guint n_lexical,
                     double dense_weight);

G_END_DECLS
