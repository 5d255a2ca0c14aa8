/* quarry-vector-nearest.h: the nearest that a search has found so far
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to core/vector. What every search has, however it goes about it: one query's best, and
 * whether the index is still what it was when the search began.
 */
#pragma once

#include "core/vector/quarry-vector-index-private.h"

G_BEGIN_DECLS

/* The best so far are a heap in the caller's array, the worst of them on top. */
typedef struct
{
  QuarryVectorIndex *index;
  const guint64 *allowed;
  gsize n_words;
  QuarryNeighbour *heap;
  guint n_heap;
  guint k;
  guint64 n_removed; /* of the index when the search began */
  guint n_exchanged;
  gboolean moved; /* rows may have moved since */
  gboolean stale; /* all of them have: nothing of this search counts */
  guint32 *met;   /* room for @most_met slots, to remember what was among the best for a while; or NULL */
  guint n_met;
  guint most_met;
} QuarryVectorNearest;

/* Begins, or begins anew. With the index' `lock` held. */
void quarry_vector_nearest_begin (QuarryVectorNearest *self);

/* Begins to use the index, unless the search has become stale. */
gboolean quarry_vector_nearest_hold (QuarryVectorNearest *self);
void quarry_vector_nearest_release (QuarryVectorNearest *self);

/* What is found where: dot products of the query with the vectors in @n slots. */
void quarry_vector_nearest_consider (QuarryVectorNearest *self,
                                     const guint32 *slots,
                                     const gint32 *dots,
                                     guint n);

/* Looks at all rows of @chunk exactly, for @n searches with @queries (n × stride) at a time, so
 * that one look at a row serves several. Damaged ones are passed over. Held. */
void quarry_vector_nearest_look_at_chunk (QuarryVectorNearest *searches,
                                          guint n,
                                          const gint16 *queries,
                                          QuarryVectorChunk *chunk);

/* Brings the heap into order, the best first. Returns how many they are. */
guint quarry_vector_nearest_finish (QuarryVectorNearest *self);

static inline gboolean
quarry_vector_nearest_is_allowed (const QuarryVectorNearest *self, guint32 slot)
{
  return self->allowed == NULL
         || (slot / 64 < self->n_words && (self->allowed[slot / 64] >> slot % 64 & 1) != 0);
}

/* What a score must exceed to be of interest. */
static inline float
quarry_vector_nearest_get_limit (const QuarryVectorNearest *self)
{
  return self->n_heap < self->k ? -G_MAXFLOAT : self->heap[0].score;
}

static inline float
quarry_vector_score_of_dot (gint32 dot)
{
  double score = dot / ((double) QUARRY_VECTOR_ONE * QUARRY_VECTOR_ONE);

  return (float) CLAMP (score, -1.0, 1.0);
}

G_END_DECLS
