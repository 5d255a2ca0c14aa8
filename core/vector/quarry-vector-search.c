/* quarry-vector-search.c: the nearest among the vectors kept
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/vector/quarry-vector-index-private.h"

#define CHUNK_ROWS QUARRY_VECTOR_CHUNK_ROWS

/* Looking up one vector costs as much as scanning this many: exactly, and by codes. Where fewer
 * than one in that many are allowed, they are looked up one by one. */
#define SPARSE_EXACT 8
#define SPARSE 64

/* How far above the estimate of a cosine its bound lies, in standard deviations of the error: what
 * decides which share of the true nearest is found, and how many vectors are looked at exactly. */
#define DEVIATIONS 2.f

/* Rounding makes bounds and scores this uncertain. */
#define SLACK 1e-4f

#define MAX_CANDIDATES (4 * CHUNK_ROWS)

typedef struct
{
  float bound;
  guint32 slot;
  guint32 row; /* where the slot was when it was met */
} Candidate;

/* One search under way. The best so far are a heap in the caller's array, the worst of them on
 * top. Candidates are vectors whose cosine is not yet known exactly. */
typedef struct
{
  QuarryVectorIndex *index;
  const guint64 *allowed;
  gsize n_words;
  QuarryNeighbour *heap;
  guint n_heap;
  guint k;
  guint64 n_removed; /* of the index when the search began */
  gboolean moved;    /* rows may have moved since */
  const gint16 *query;
  const float *rotated;
  float *residual;
  QuarryVectorProbe probe;
  Candidate *candidates;
  guint n_candidates;
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

/* In place of a dot product, of a vector that is passed over. */
#define NO_DOT G_MININT32

static void
consider (Search *search, const guint32 *slots, const gint32 *dots, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      QuarryNeighbour item = { slots[i], score_of_dot (dots[i]) };

      if ((search->n_heap < search->k || is_worse (search->heap[0], item)) && dots[i] != NO_DOT
          && is_allowed (search, item.slot))
        keep (search, item);
    }
}

/* Begins to use the index. */
static void
hold (Search *search)
{
  pthread_rwlock_rdlock (&search->index->lock);
  search->moved = search->index->n_removed != search->n_removed;
}

static void
release (Search *search)
{
  pthread_rwlock_unlock (&search->index->lock);
}

static const gint16 *
vector_at (QuarryVectorIndex *self, guint32 row)
{
  return self->chunks[row / CHUNK_ROWS]->rows + row % CHUNK_ROWS * self->stride;
}

/* Looks at one vector exactly; a damaged one is passed over. */
static void
look_at_row (Search *search, guint32 slot, guint32 row)
{
  QuarryVectorIndex *self = search->index;
  gint32 dot;

  if (!quarry_vector_row_is_sound (self, self->chunks[row / CHUNK_ROWS], row % CHUNK_ROWS))
    return;
  self->kernels->dots (search->query, vector_at (self, row), self->stride, 1, &dot);
  consider (search, &slot, &dot, 1);
}

static void
search_rows (Search *search, QuarryVectorChunk *chunk)
{
  QuarryVectorIndex *self = search->index;
  gint32 dots[CHUNK_ROWS];

  self->kernels->dots (search->query, chunk->rows, self->stride, chunk->n_rows, dots);
  for (guint i = 0; i < chunk->n_rows; i++)
    if (!quarry_vector_row_is_sound (self, chunk, i))
      dots[i] = NO_DOT;
  consider (search, chunk->slots, dots, chunk->n_rows);
}

/* What a bound must exceed to be of interest. */
static float
least_bound (const Search *search)
{
  return search->n_heap < search->k ? -G_MAXFLOAT : search->heap[0].score - SLACK;
}

static void
search_codes (Search *search, const QuarryVectorChunk *chunk, guint32 first_row)
{
  QuarryVectorIndex *self = search->index;
  guint16 rows[CHUNK_ROWS];
  gint32 sums[CHUNK_ROWS];
  QuarryVectorScan scan;
  guint n;

  quarry_vector_probe_set (&search->probe,
                           search->rotated,
                           chunk->codes.mean,
                           self->rotation.n,
                           DEVIATIONS,
                           search->residual);
  scan = (QuarryVectorScan){ .n_bytes = self->rotation.n / 8,
                             .table = search->probe.table,
                             .factors = chunk->codes.factors,
                             .terms = chunk->codes.terms,
                             .offset = search->probe.offset,
                             .limit = least_bound (search) - search->probe.base,
                             .inverse_step = 1 / search->probe.step };
  n = self->kernels->scan (&scan, chunk->codes.bits, chunk->n_rows, rows, sums);
  for (guint i = 0; i < n; i++)
    {
      guint32 slot = chunk->slots[rows[i]];

      if (is_allowed (search, slot))
        search->candidates[search->n_candidates++] = (Candidate){
          quarry_vector_probe_bound (&search->probe, &chunk->codes, rows[i], sums[i]),
          slot,
          first_row + rows[i]
        };
    }
}

/* Brings the @n candidates with the greatest bounds to the front: Hoare's quickselect. */
static void
select_best (Candidate *candidates, guint n_candidates, guint n)
{
  gint64 low = 0, high = (gint64)n_candidates - 1;

  while (low < high)
    {
      float pivot = candidates[low + (high - low) / 2].bound;
      gint64 i = low, j = high;

      while (i <= j)
        {
          while (candidates[i].bound > pivot)
            i++;
          while (candidates[j].bound < pivot)
            j--;
          if (i <= j)
            {
              Candidate swapped = candidates[i];

              candidates[i++] = candidates[j];
              candidates[j--] = swapped;
            }
        }
      if (n <= j)
        high = j;
      else if (n >= i)
        low = i;
      else
        break;
    }
}

static void
prefetch_row (QuarryVectorIndex *self, guint32 row)
{
  if (row < self->n_rows)
    for (gsize i = 0; i < self->stride; i += QUARRY_VECTOR_LANE)
      __builtin_prefetch (vector_at (self, row) + i);
}

/* Looks at some candidates exactly, unless their bound has fallen behind meanwhile. */
static void
look_at (Search *search, const Candidate *candidates, guint n)
{
  const guint batch = 64;
  const guint ahead = 4;
  QuarryVectorIndex *self = search->index;

  for (guint start = 0; start < n; start += batch)
    {
      hold (search);
      for (guint i = start; i < MIN (start + batch, n); i++)
        {
          guint32 row = candidates[i].row;

          if (i + ahead < n)
            prefetch_row (self, candidates[i + ahead].row);
          if (candidates[i].bound <= least_bound (search))
            continue;
          if (search->moved)
            row = quarry_vector_slots_get (&self->slots, candidates[i].slot);
          if (row < QUARRY_VECTOR_MAX_ROWS)
            look_at_row (search, candidates[i].slot, row);
        }
      release (search);
    }
}

/* Looks at the most promising candidates, and forgets those that can't be among the best any
 * more. */
static void
settle (Search *search)
{
  Candidate *candidates = search->candidates;
  guint n_best = MIN (search->n_candidates, MAX (2 * search->k, 32));
  guint n_left = 0;

  select_best (candidates, search->n_candidates, n_best);
  look_at (search, candidates, n_best);
  for (guint i = n_best; i < search->n_candidates; i++)
    if (candidates[i].bound > least_bound (search))
      candidates[n_left++] = candidates[i];
  search->n_candidates = n_left;
}

static void
look_at_all (Search *search)
{
  settle (search);
  look_at (search, search->candidates, search->n_candidates);
  search->n_candidates = 0;
}

static void
search_chunks (Search *search, guint n_chunks, gboolean exactly)
{
  QuarryVectorIndex *self = search->index;
  guint next_settling = 1;

  for (guint n = 1; n <= n_chunks; n++)
    {
      guint number = n_chunks - n;

      hold (search);
      if (number < self->n_chunks)
        {
          QuarryVectorChunk *chunk = self->chunks[number];

          if (exactly || !chunk->sealed)
            search_rows (search, chunk);
          else
            search_codes (search, chunk, number * CHUNK_ROWS);
        }
      release (search);

      if (n == next_settling)
        {
          settle (search);
          next_settling *= 2;
        }
      if (search->n_candidates > MAX_CANDIDATES - CHUNK_ROWS)
        settle (search);
      if (search->n_candidates > MAX_CANDIDATES - CHUNK_ROWS)
        look_at_all (search);
    }
  look_at_all (search);
}

/* Looks up what is allowed, a word of the bitmap at a time. */
static void
search_allowed (Search *search)
{
  QuarryVectorIndex *self = search->index;

  for (gsize i = 0; i < search->n_words; i++)
    {
      if (search->allowed[i] == 0)
        continue;
      hold (search);
      for (guint64 word = search->allowed[i]; word != 0; word &= word - 1)
        {
          guint32 slot = i * 64 + __builtin_ctzll (word);
          guint32 row = quarry_vector_slots_get (&self->slots, slot);

          if (row < QUARRY_VECTOR_MAX_ROWS)
            look_at_row (search, slot, row);
        }
      release (search);
    }
}

static guint64
count_allowed (const Search *search)
{
  guint64 n = 0;

  if (search->allowed == NULL)
    return G_MAXUINT64;
  for (gsize i = 0; i < search->n_words; i++)
    n += __builtin_popcountll (search->allowed[i]);
  return n;
}

static guint
search_index (QuarryVectorIndex *self,
              const float *query,
              guint k,
              const guint64 *allowed,
              gsize n_words,
              QuarryNeighbour *found,
              gboolean exactly)
{
  g_return_val_if_fail (k == 0 || found != NULL, 0);

  /* Slots have 32 bits, so that further words mean nothing. */
  Search search = { .index = self,
                    .allowed = allowed,
                    .n_words = MIN (n_words, (gsize)1 << 26),
                    .heap = found,
                    .k = k };
  guint n = self->rotation.n;
  gsize row_bytes = (self->stride * sizeof (gint16) + 63) / 64 * 64;
  char *memory
      = g_aligned_alloc (row_bytes + 3 * n * sizeof (float) + n * 4, 1, QUARRY_VECTOR_ALIGNMENT);
  gint16 *row = (gint16 *)(gpointer)memory;
  float *rotated = (float *)(gpointer)(memory + row_bytes);

  search.query = row;
  search.rotated = rotated;
  search.residual = rotated + n;
  search.probe.table = (guint8 *)(rotated + 2 * n);

  pthread_rwlock_rdlock (&self->lock);
  guint32 n_rows = self->n_rows;
  guint n_chunks = self->n_chunks;
  search.n_removed = self->n_removed;
  pthread_rwlock_unlock (&self->lock);

  if (k > 0 && n_rows > 0 && quarry_vector_index_encode (self, query, row))
    {
      /* For very many, the best candidates would be nearly all there are. */
      exactly = exactly || k > MAX_CANDIDATES / 8 || k > n_rows / 16;
      if (count_allowed (&search) < n_rows / (exactly ? SPARSE_EXACT : SPARSE))
        {
          search_allowed (&search);
        }
      else
        {
          quarry_vector_index_rotate (self, row, rotated);
          search.candidates = exactly ? NULL : g_new (Candidate, MAX_CANDIDATES);
          search_chunks (&search, n_chunks, exactly);
          g_free (search.candidates);
        }
      finish (&search);
    }
  g_aligned_free (memory);
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
  return search_index (self, query, k, allowed, n_words, found, FALSE);
}

guint
quarry_vector_index_search_exact (QuarryVectorIndex *self,
                                  const float *query,
                                  guint k,
                                  const guint64 *allowed,
                                  gsize n_words,
                                  QuarryNeighbour *found)
{
  return search_index (self, query, k, allowed, n_words, found, TRUE);
}
