/* quarry-vector-search.c: the nearest among the vectors kept
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/vector/quarry-vector-index-private.h"

/* Where fewer than one in this many are allowed, they are looked up one by one. */
#define SPARSE 8

/* One search under way. The best so far are a heap, the worst of them on top. */
typedef struct
{
  const guint64 *allowed;
  gsize n_words;
  guint64 n_moves; /* of the index when the search began */
  gboolean moved;
  QuarryNeighbour *heap;
  guint n_heap;
  guint k;
} Search;

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
is_known (const Search *search, guint32 slot)
{
  for (guint i = 0; i < search->n_heap; i++)
    if (search->heap[i].slot == slot)
      return TRUE;
  return FALSE;
}

/* @item is better than the worst of a full heap, or the heap is not full. */
static void
keep (Search *search, QuarryNeighbour item)
{
  if (search->moved && is_known (search, item.slot))
    return;
  if (search->n_heap == search->k)
    {
      sift_down (search->heap, search->k, item);
      return;
    }

  guint hole = search->n_heap++;

  for (; hole > 0 && is_worse (item, search->heap[(hole - 1) / 2]); hole = (hole - 1) / 2)
    search->heap[hole] = search->heap[(hole - 1) / 2];
  search->heap[hole] = item;
}

/* Brings the heap into order, the best first. */
static void
finish (Search *search)
{
  for (guint n = search->n_heap; n > 1; n--)
    {
      QuarryNeighbour worst = search->heap[0];

      sift_down (search->heap, n - 1, search->heap[n - 1]);
      search->heap[n - 1] = worst;
    }
}

static inline gboolean
is_allowed (const Search *search, guint32 slot)
{
  return search->allowed == NULL
         || (slot / 64 < search->n_words && (search->allowed[slot / 64] >> slot % 64 & 1) != 0);
}

static inline float
score_of_dot (gint32 dot)
{
  double score = dot / ((double)QUARRY_VECTOR_ONE * QUARRY_VECTOR_ONE);

  return (float)CLAMP (score, -1.0, 1.0);
}

static void
consider (Search *search, const guint32 *slots, const gint32 *dots, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      QuarryNeighbour item = { slots[i], score_of_dot (dots[i]) };

      if ((search->n_heap < search->k || is_worse (search->heap[0], item))
          && is_allowed (search, item.slot))
        keep (search, item);
    }
}

static void
search_chunk (QuarryVectorIndex *self, Search *search, const gint16 *query, guint number)
{
  gint32 dots[QUARRY_VECTOR_CHUNK_ROWS];

  pthread_rwlock_rdlock (&self->lock);
  search->moved = self->n_moves != search->n_moves;
  if (number < self->n_chunks)
    {
      const QuarryVectorChunk *chunk = self->chunks[number];

      self->kernels->dots (query, chunk->rows, self->stride, chunk->n_rows, dots);
      consider (search, chunk->slots, dots, chunk->n_rows);
    }
  pthread_rwlock_unlock (&self->lock);
}

/* All allowed slots of one word of the bitmap. */
static void
search_word (QuarryVectorIndex *self, Search *search, const gint16 *query, gsize number)
{
  pthread_rwlock_rdlock (&self->lock);
  for (guint64 word = search->allowed[number]; word != 0; word &= word - 1)
    {
      guint32 slot = number * 64 + __builtin_ctzll (word);
      guint32 row = quarry_vector_slots_get (&self->slots, slot);
      gint32 dot;

      if (row >= QUARRY_VECTOR_MAX_ROWS)
        continue;
      self->kernels->dots (query,
                           self->chunks[row / QUARRY_VECTOR_CHUNK_ROWS]->rows
                               + row % QUARRY_VECTOR_CHUNK_ROWS * self->stride,
                           self->stride,
                           1,
                           &dot);
      consider (search, &slot, &dot, 1);
    }
  pthread_rwlock_unlock (&self->lock);
}

guint
quarry_vector_index_search_exact (QuarryVectorIndex *self,
                                  const float *query,
                                  guint k,
                                  const guint64 *allowed,
                                  gsize n_words,
                                  QuarryNeighbour *found)
{
  g_return_val_if_fail (k == 0 || found != NULL, 0);

  /* Slots have 32 bits, so that further words mean nothing. */
  Search search = { .allowed = allowed, .n_words = MIN (n_words, (gsize)1 << 26), .heap = found };
  gint16 *row = g_aligned_alloc (self->stride, sizeof (gint16), QUARRY_VECTOR_ALIGNMENT);
  gsize n_allowed = 0;

  pthread_rwlock_rdlock (&self->lock);
  guint32 n_rows = self->n_rows;
  guint n_chunks = self->n_chunks;
  search.n_moves = self->n_moves;
  pthread_rwlock_unlock (&self->lock);

  search.k = MIN (k, n_rows);
  if (search.k > 0 && quarry_vector_index_encode (self, query, row))
    {
      if (allowed == NULL)
        n_allowed = n_rows;
      else
        for (gsize i = 0; i < search.n_words; i++)
          n_allowed += __builtin_popcountll (allowed[i]);

      if (n_allowed < n_rows / SPARSE)
        {
          for (gsize i = 0; i < search.n_words; i++)
            if (allowed[i] != 0)
              search_word (self, &search, row, i);
        }
      else
        {
          for (guint i = n_chunks; i-- > 0;)
            search_chunk (self, &search, row, i);
        }
      finish (&search);
    }
  g_aligned_free (row);
  return search.n_heap;
}

guint
quarry_vector_index_search (QuarryVectorIndex *self,
                            const float *query,
                            guint k,
                            const guint64 *allowed,
                            gsize n_words,
                            QuarryNeighbour *found)
{
  return quarry_vector_index_search_exact (self, query, k, allowed, n_words, found);
}
