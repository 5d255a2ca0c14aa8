/* quarry-vector-search-many.c: exact searches for many queries together
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each chunk is compared with all queries at a time, so that every row that is read serves many.
 */
#include "core/vector/quarry-vector-nearest.h"

#include <string.h>

/* Searches chunk by chunk, for all queries. FALSE where the searches became stale. */
static gboolean
try_many (QuarryVectorNearest *searches, guint n, const gint16 *queries)
{
  QuarryVectorIndex *self = searches->index;
  guint n_chunks;

  pthread_rwlock_rdlock (&self->lock);
  n_chunks = self->n_chunks;
  for (guint i = 0; i < n; i++)
    quarry_vector_nearest_begin (&searches[i]);
  pthread_rwlock_unlock (&self->lock);

  for (guint number = 0; number < n_chunks; number++)
    {
      if (!quarry_vector_nearest_hold (searches))
        return FALSE;
      for (guint i = 1; i < n; i++)
        searches[i].moved = searches->moved;
      if (number < self->n_chunks)
        quarry_vector_nearest_look_at_chunk (searches, n, queries, self->chunks[number]);
      quarry_vector_nearest_release (searches);
    }
  return TRUE;
}

/* The same with one in QUARRY_VECTOR_SAMPLE of the rows, whose numbers are returned in place of slots. Nobody else may
 * be using the index, and all rows must have been verified. */
static gboolean
try_sample (QuarryVectorNearest *searches, guint n, const gint16 *queries)
{
  QuarryVectorIndex *self = searches->index;
  QuarryVectorChunk *sample = quarry_vector_chunk_new (self, QUARRY_VECTOR_CHUNK_ROWS, TRUE);
  guint n_passed = 0;

  for (guint i = 0; i < self->n_chunks; i++)
    for (guint j = 0; j < self->chunks[i]->n_rows; j++)
      {
        if (n_passed++ % QUARRY_VECTOR_SAMPLE > 0)
          continue;
        sample->slots[sample->n_rows] = i * QUARRY_VECTOR_CHUNK_ROWS + j;
        memcpy (sample->rows + sample->n_rows * self->stride,
                self->chunks[i]->rows + j * self->stride,
                self->stride * sizeof (gint16));
        if (++sample->n_rows < QUARRY_VECTOR_CHUNK_ROWS)
          continue;
        quarry_vector_nearest_look_at_chunk (searches, n, queries, sample);
        sample->n_rows = 0;
      }
  quarry_vector_nearest_look_at_chunk (searches, n, queries, sample);
  quarry_vector_chunk_free (sample);
  return TRUE;
}

/* @try: try_many() or try_sample(). */
static void
search_many (QuarryVectorIndex *self,
             const float *queries,
             guint n_queries,
             guint k,
             gboolean (*try) (QuarryVectorNearest *searches, guint n, const gint16 *queries),
             QuarryNeighbour *found,
             guint *n_found)
{
  g_autofree QuarryVectorNearest *searches = g_new0 (QuarryVectorNearest, n_queries);
  g_autofree guint *numbers = g_new (guint, n_queries);
  gint16 *rows = g_aligned_alloc (
      MAX (1, n_queries) * self->stride, sizeof (gint16), QUARRY_VECTOR_ALIGNMENT);
  guint n = 0;

  /* Take only the queries that have a direction. */
  for (guint i = 0; i < n_queries; i++)
    {
      n_found[i] = 0;
      if (k == 0
          || !quarry_vector_index_encode (
              self, queries + (gsize) i * self->dims, rows + n * self->stride))
        continue;
      searches[n] = (QuarryVectorNearest){ .index = self, .k = k, .heap = found + (gsize) i * k };
      numbers[n++] = i;
    }
  while (n > 0 && !try (searches, n, rows))
    ;
  for (guint i = 0; i < n; i++)
    n_found[numbers[i]] = quarry_vector_nearest_finish (&searches[i]);
  g_aligned_free (rows);
}

void
quarry_vector_index_search_exact_many (QuarryVectorIndex *self,
                                       const float *queries,
                                       guint n_queries,
                                       guint k,
                                       QuarryNeighbour *found,
                                       guint *n_found)
{
  search_many (self, queries, n_queries, k, try_many, found, n_found);
}

void
quarry_vector_index_search_sample (QuarryVectorIndex *self,
                                   const float *queries,
                                   guint n_queries,
                                   guint k,
                                   QuarryNeighbour *found,
                                   guint *n_found)
{
  search_many (self, queries, n_queries, k, try_sample, found, n_found);
}
