/* quarry-vector-nearest.c: the nearest neighbours that a search has found so far
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A heap of the k best scores. Scores are compared as integers first, which rules out most vectors cheaply.
 */
#include "core/vector/quarry-vector-nearest.h"

/* At most this many searches compare a row together. */
#define MOST_TOGETHER 64u

static inline gboolean
is_worse (QuarryNeighbour a, QuarryNeighbour b)
{
  return a.score < b.score || (a.score == b.score && a.slot > b.slot);
}

static void
sift_down (QuarryNeighbour *heap, guint n, QuarryNeighbour item)
{
  guint hole = 0;

  for (guint child; (child = 2 * hole + 1) < n; hole = child)
    {
      if (child + 1 < n && is_worse (heap[child + 1], heap[child]))
        child++;
      if (!is_worse (heap[child], item))
        break;
      heap[hole] = heap[child];
    }
  heap[hole] = item;
}

static gboolean
is_known (const QuarryVectorNearest *self, guint32 slot)
{
  for (guint i = 0; i < self->n_heap; i++)
    if (self->heap[i].slot == slot)
      return TRUE;
  return FALSE;
}

/* @item must be better than the worst of the heap if that is full. */
static void
keep (QuarryVectorNearest *self, QuarryNeighbour item)
{
  if (self->moved && is_known (self, item.slot))
    return;
  if (self->n_met < self->most_met)
    self->met[self->n_met++] = item.slot;
  if (self->n_heap == self->k)
    {
      sift_down (self->heap, self->k, item);
      return;
    }

  guint hole = self->n_heap++;

  for (; hole > 0 && is_worse (item, self->heap[(hole - 1) / 2]); hole = (hole - 1) / 2)
    self->heap[hole] = self->heap[(hole - 1) / 2];
  self->heap[hole] = item;
}

guint
quarry_vector_nearest_finish (QuarryVectorNearest *self)
{
  for (guint n = self->n_heap; n > 1; n--)
    {
      QuarryNeighbour worst = self->heap[0];

      sift_down (self->heap, n - 1, self->heap[n - 1]);
      self->heap[n - 1] = worst;
    }
  return self->n_heap;
}

/* Stands for the dot product of a vector that is skipped. */
#define NO_DOT G_MININT32

/* The least dot product that could be among the best. */
static gint32
least_dot (const QuarryVectorNearest *self)
{
  const gint32 rounding = 128; /* a score has 24 bits of precision, a dot product 31 */

  if (self->n_heap < self->k)
    return NO_DOT + 1;
  return (gint32) ((double) self->heap[0].score * QUARRY_VECTOR_ONE * QUARRY_VECTOR_ONE) - rounding;
}

void
quarry_vector_nearest_consider (QuarryVectorNearest *self,
                                const guint32 *slots,
                                const gint32 *dots,
                                guint n)
{
  enum
  {
    N_TOGETHER = 32
  };

  for (guint start = 0; start < n; start += N_TOGETHER)
    {
      guint end = MIN (start + N_TOGETHER, n);
      gint32 least = least_dot (self), any = 0;

      for (guint i = start; i < end; i++)
        any |= dots[i] >= least;
      for (guint i = start; any && i < end; i++)
        {
          QuarryNeighbour item;

          if (dots[i] < least)
            continue;
          item = (QuarryNeighbour){ slots[i], quarry_vector_score_of_dot (dots[i]) };
          if ((self->n_heap < self->k || is_worse (self->heap[0], item))
              && quarry_vector_nearest_is_allowed (self, item.slot))
            keep (self, item);
        }
    }
}

void
quarry_vector_nearest_begin (QuarryVectorNearest *self)
{
  self->n_heap = 0;
  self->n_met = 0;
  self->stale = FALSE;
  self->n_removed = self->index->n_removed;
  self->n_exchanged = self->index->n_exchanged;
}

gboolean
quarry_vector_nearest_hold (QuarryVectorNearest *self)
{
  if (self->stale)
    return FALSE;
  pthread_rwlock_rdlock (&self->index->lock);
  self->moved = self->index->n_removed != self->n_removed;
  self->stale = self->index->n_exchanged != self->n_exchanged;
  if (self->stale)
    pthread_rwlock_unlock (&self->index->lock);
  return !self->stale;
}

void
quarry_vector_nearest_release (QuarryVectorNearest *self)
{
  pthread_rwlock_unlock (&self->index->lock);
}

/* Whether all rows of a chunk are undamaged. */
static gboolean
check_rows (QuarryVectorIndex *self, QuarryVectorChunk *chunk)
{
  gboolean sound = TRUE;

  for (guint i = 0; i < chunk->n_rows && chunk->sums != NULL; i++)
    sound &= quarry_vector_row_is_sound (self, chunk, i);
  return sound;
}

static void
pass_over_damaged (QuarryVectorIndex *self, QuarryVectorChunk *chunk, gint32 *dots)
{
  for (guint i = 0; i < chunk->n_rows; i++)
    if (!quarry_vector_row_is_sound (self, chunk, i))
      dots[i] = NO_DOT;
}

void
quarry_vector_nearest_look_at_chunk (QuarryVectorNearest *searches,
                                     guint n,
                                     const gint16 *queries,
                                     QuarryVectorChunk *chunk)
{
  QuarryVectorIndex *self = searches->index;
  gint32 dots[MOST_TOGETHER * QUARRY_VECTOR_CHUNK_ROWS];
  gboolean sound = check_rows (self, chunk);

  for (guint start = 0; start < n; start += MOST_TOGETHER)
    {
      guint count = MIN (MOST_TOGETHER, n - start);

      self->kernels->dots_many (
          queries + start * self->stride, count, chunk->rows, self->stride, chunk->n_rows, dots);
      for (guint i = 0; i < count; i++)
        {
          gint32 *own = dots + i * chunk->n_rows;

          if (!sound)
            pass_over_damaged (self, chunk, own);
          quarry_vector_nearest_consider (&searches[start + i], chunk->slots, own, chunk->n_rows);
        }
    }
}
