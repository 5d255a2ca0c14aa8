/* quarry-vector-nearest.h: the nearest neighbours that a search has found so far
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to core/vector. What all kinds of searches share: the best neighbours of one query, and whether the index has
 * changed since the search began.
 */
#pragma once

#include "core/vector/quarry-vector-index-private.h"

G_BEGIN_DECLS

/* The best so far are a heap in the caller's array, with the worst of them on top. */
typedef struct
{
  QuarryVectorIndex *index;
  const guint64 *allowed;
  gsize n_words;
  QuarryNeighbour *heap;
  guint n_heap;
  guint k;
  guint64 n_removed; /* as it was in the index when the search began; so is n_exchanged */
  guint n_exchanged;
  gboolean moved; /* rows may have moved since */
  gboolean stale; /* all chunks have been exchanged since: the search has to start again */
  guint32 *met;   /* room for most_met slots, to record all that were among the best at some point; or NULL */
  guint n_met;
  guint most_met;
} QuarryVectorNearest;

/* Begins, or starts again. With the index's `lock` held. */
void quarry_vector_nearest_begin (QuarryVectorNearest *self);

/* Locks the index for reading. FALSE, without the lock, where the search has become stale. */
gboolean quarry_vector_nearest_hold (QuarryVectorNearest *self);
void quarry_vector_nearest_release (QuarryVectorNearest *self);

/* Considers the vectors in @n slots, whose dot products with the query are given. */
void quarry_vector_nearest_consider (QuarryVectorNearest *self,
                                     const guint32 *slots,
                                     const gint32 *dots,
                                     guint n);

/* Compares all rows of @chunk exactly with the @queries (n × stride) of @n searches together, so that each row that is
 * read serves several. Damaged rows are skipped. With the index locked. */
void quarry_vector_nearest_look_at_chunk (QuarryVectorNearest *searches,
                                          guint n,
                                          const gint16 *queries,
                                          QuarryVectorChunk *chunk);

/* Sorts the heap, best first. Returns how many there are. */
guint quarry_vector_nearest_finish (QuarryVectorNearest *self);

static inline gboolean
quarry_vector_nearest_is_allowed (const QuarryVectorNearest *self, guint32 slot)
{
  return self->allowed == NULL
         || (slot / 64 < self->n_words && (self->allowed[slot / 64] >> slot % 64 & 1) != 0);
}

/* The score that a vector must exceed to be among the best. */
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
