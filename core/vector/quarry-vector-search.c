/* quarry-vector-search.c: searches for the nearest vectors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Visits the chunks that are most promising for the query. In each, the codes give an upper bound of every vector's
 * cosine; vectors whose bound exceeds the worst of the neighbours found so far become candidates, and the best
 * candidates are compared exactly now and then.
 */
#include "core/vector/quarry-vector-nearest.h"

#include <math.h>

#define CHUNK_ROWS QUARRY_VECTOR_CHUNK_ROWS

/* Looking up one vector costs as much as scanning this many, exactly and by codes respectively. If fewer than one in
 * this many vectors are allowed, they are looked up one by one. */
#define SPARSE_EXACT 8
#define SPARSE 64

/* How many chunks are visited before the lock is released. */
#define N_HELD 8

/* The uncertainty of bounds and scores due to rounding. */
#define SLACK 1e-4f

#define MAX_CANDIDATES (16 * CHUNK_ROWS)

typedef struct
{
  float bound;
  guint32 slot;
  guint32 row; /* the row of the slot when it was scanned */
} Candidate;

/* A search that is running. Candidates are vectors whose exact cosine is not known yet. */
typedef struct
{
  QuarryVectorNearest nearest;
  gint16 *query;
  gint16 *row; /* room for a row */
  float *rotated;
  gpointer codes; /* room for the codes of a chunk */
  float share; /* share of the vectors in cells that is looked at */
  QuarryVectorEffort effort;
  guint32 n_rows; /* of the index when the search began */
  guint32 n_seen; /* how many of them have been scanned by their codes */
  QuarryVectorProbe probe;
  Candidate *candidates;
  guint n_candidates;
} Search;

/* Compares one vector exactly; a damaged one is skipped. */
static void
look_at_row (Search *search, guint32 slot, guint32 row)
{
  QuarryVectorIndex *self = search->nearest.index;
  const gint16 *vector = quarry_vector_index_look_at_row (
      self, self->chunks[row / CHUNK_ROWS], row % CHUNK_ROWS, search->row);
  gint32 dot;

  if (vector == NULL)
    return;
  self->kernels->dots (search->query, vector, self->stride, 1, &dot);
  quarry_vector_nearest_consider (&search->nearest, &slot, &dot, 1);
}

#define N_PLACES 1024

guint
quarry_vector_index_rank_chunks (QuarryVectorIndex *self,
                                 const gint16 *query,
                                 float share,
                                 guint32 *numbers)
{
  g_autofree gint32 *dots = g_new (gint32, self->n_chunks);
  g_autofree guint16 *places = g_new (guint16, self->n_chunks);
  guint starts[N_PLACES + 1] = { 0 };
  guint64 n_rows[N_PLACES] = { 0 };
  guint64 n_wanted = (guint64) ceil ((double) share * self->n_cell_rows);
  guint last = 0, n = 0;

  /* A counting sort by the cosines to the centres, the greatest first. */
  self->kernels->dots (query, self->centres, self->stride, self->n_chunks, dots);
  for (guint i = 0; i < self->n_chunks; i++)
    {
      const QuarryVectorChunk *chunk = self->chunks[i];
      float cosine = chunk->length > 0 ? quarry_vector_score_of_dot (dots[i]) / chunk->length : 1;

      places[i] = (guint16) CLAMP ((1 - cosine) * (N_PLACES / 2), 0, N_PLACES - 1);
      if (chunk->cell)
        n_rows[places[i]] += chunk->n_rows;
    }
  for (guint64 sum = n_rows[0]; sum < n_wanted && last < N_PLACES - 1; sum += n_rows[last])
    last++;
  for (guint i = 0; i < self->n_chunks; i++)
    if (places[i] <= last || !self->chunks[i]->cell)
      starts[places[i] + 1]++;
  for (guint i = 0; i < N_PLACES; i++)
    starts[i + 1] += starts[i];
  for (guint i = 0; i < self->n_chunks; i++)
    if (places[i] <= last || !self->chunks[i]->cell)
      {
        numbers[starts[places[i]]++] = i;
        n++;
      }
  return n;
}

/* The bound that a vector must exceed to become a candidate. */
static float
least_bound (const Search *search)
{
  return quarry_vector_nearest_get_limit (&search->nearest) - SLACK;
}

float
quarry_vector_index_compare_centre (QuarryVectorIndex *self,
                                    guint chunk,
                                    const gint16 *query,
                                    float *distance)
{
  float length = self->chunks[chunk]->length, cosine;
  gint32 dot;

  self->kernels->dots (query, quarry_vector_centre_of (self, chunk), self->stride, 1, &dot);
  cosine = quarry_vector_score_of_dot (dot);
  *distance = sqrtf (MAX (1 - 2 * cosine + length * length, 0));
  return cosine;
}

/* Vectors that were added after the cells were found may be anywhere, so that the full deviations apply to them. */
static float
get_deviations (const Search *search, const QuarryVectorChunk *chunk)
{
  return chunk->cell ? quarry_vector_effort_get_deviations (&search->effort,
                                                            (float) search->n_seen / (float) search->n_rows)
                     : search->effort.deviations;
}

/* Scans the codes of a chunk for candidates. FALSE where they are damaged. */
static gboolean
search_codes (Search *search, guint number)
{
  QuarryVectorIndex *self = search->nearest.index;
  QuarryVectorChunk *chunk = self->chunks[number];
  QuarryVectorCodes codes;
  guint16 rows[CHUNK_ROWS];
  gint32 sums[CHUNK_ROWS];
  QuarryVectorScan scan;
  float distance, base = quarry_vector_index_compare_centre (self, number, search->query, &distance);
  guint n;

  if (!quarry_vector_index_look_at_codes (self, chunk, search->codes, &codes))
    return FALSE;
  search->n_seen += chunk->n_rows;
  quarry_vector_probe_aim (&search->probe, base, distance, get_deviations (search, chunk));
  scan = (QuarryVectorScan) { .n_bytes = self->rotation.n / 8,
                             .table = search->probe.table,
                             .factors = codes.factors,
                             .terms = codes.terms,
                             .offset = search->probe.offset,
                             .limit = least_bound (search) - search->probe.base,
                             .inverse_step = 1 / search->probe.step };
  n = self->kernels->scan (&scan, codes.bits, chunk->n_rows, rows, sums);
  for (guint i = 0; i < n; i++)
    {
      guint32 slot = chunk->slots[rows[i]];

      if (quarry_vector_nearest_is_allowed (&search->nearest, slot))
        search->candidates[search->n_candidates++] = (Candidate){
          quarry_vector_probe_bound (&search->probe, &codes, rows[i], sums[i]),
          slot,
          number * CHUNK_ROWS + rows[i]
        };
    }
  return TRUE;
}

/* Moves the @n candidates with the greatest bounds to the front, by Hoare's quickselect. */
static void
select_best (Candidate *candidates, guint n_candidates, guint n)
{
  gint64 low = 0, high = (gint64) n_candidates - 1;

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

/* Compares some candidates exactly, except those whose bound is no longer good enough. */
static void
look_at (Search *search, const Candidate *candidates, guint n)
{
  const guint batch = 64;
  const guint ahead = 8;
  QuarryVectorIndex *self = search->nearest.index;

  for (guint start = 0; start < n; start += batch)
    {
      if (!quarry_vector_nearest_hold (&search->nearest))
        return;
      for (guint i = start; i < MIN (start + batch, n); i++)
        {
          guint32 row = candidates[i].row;

          if (i + ahead < n)
            quarry_vector_index_prefetch_row (self, candidates[i + ahead].row);
          if (candidates[i].bound <= least_bound (search))
            continue;
          if (search->nearest.moved)
            row = quarry_vector_slots_get (&self->slots, candidates[i].slot);
          if (row < QUARRY_VECTOR_MAX_ROWS)
            look_at_row (search, candidates[i].slot, row);
        }
      quarry_vector_nearest_release (&search->nearest);
    }
}

/* Compares the most promising candidates exactly, and drops those that can no longer be among the best. At least half
 * of the candidates are compared: nearly all of them will have to be, and those that were left would be selected from
 * again and again. */
static void
settle (Search *search)
{
  Candidate *candidates = search->candidates;
  guint n_best = MIN (search->n_candidates, MAX (MAX (2 * search->nearest.k, 32), search->n_candidates / 2));
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

/* Prefetches the structure that describes a chunk. This function and the next have to be inlined: of a call that only
 * prefetches, GCC warns that it has no effect. */
static inline __attribute__ ((always_inline)) void
prefetch_chunk (const QuarryVectorIndex *self, guint32 number)
{
  const char *chunk = number < self->n_chunks ? (const char *) self->chunks[number] : NULL;

  if (chunk != NULL)
    for (gsize at = 0; at < sizeof (QuarryVectorChunk); at += QUARRY_VECTOR_ALIGNMENT)
      __builtin_prefetch (chunk + at);
}

/* Prefetches the codes that a scan of the chunk begins with. The kernels prefetch the rest. */
static inline __attribute__ ((always_inline)) void
prefetch_codes (const QuarryVectorIndex *self, guint32 number)
{
  const QuarryVectorChunk *chunk = number < self->n_chunks ? self->chunks[number] : NULL;
  const char *start, *end;

  if (chunk == NULL || !chunk->sealed)
    return;
  start = (const char *) chunk->codes.factors;
  end = (const char *) chunk->codes.bits + QUARRY_VECTOR_GROUP * (self->rotation.n / 8);
  for (; start < end; start += QUARRY_VECTOR_ALIGNMENT)
    __builtin_prefetch (start);
}

/* Visits the first @n of @n_left chunks. FALSE where the search has become stale. */
static gboolean
visit (Search *search, const guint32 *numbers, guint n, guint n_left, gboolean exactly)
{
  const guint ahead = 3;
  QuarryVectorIndex *self = search->nearest.index;

  if (!quarry_vector_nearest_hold (&search->nearest))
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      if (numbers[i] >= self->n_chunks)
        continue;
      if (!exactly && i + ahead < n_left)
        prefetch_chunk (self, numbers[i + ahead]);
      if (!exactly && i + 1 < n_left)
        prefetch_codes (self, numbers[i + 1]);
      if (exactly || !self->chunks[numbers[i]]->sealed || !search_codes (search, numbers[i]))
        quarry_vector_nearest_look_at_chunk (
            &search->nearest, 1, search->query, self->chunks[numbers[i]]);
    }
  quarry_vector_nearest_release (&search->nearest);
  return TRUE;
}

static void
search_chunks (Search *search, gboolean exactly)
{
  g_autofree guint32 *numbers = NULL;
  guint n_numbers, n;

  if (!quarry_vector_nearest_hold (&search->nearest))
    return;
  numbers = g_new (guint32, search->nearest.index->n_chunks);
  n_numbers = quarry_vector_index_rank_chunks (
      search->nearest.index, search->query, exactly ? 1 : search->share, numbers);
  quarry_vector_nearest_release (&search->nearest);

  /* Candidates are settled soon after the beginning, then at intervals that double. */
  for (guint start = 0, next_settling = 2; start < n_numbers; start += n)
    {
      n = MIN (MIN (N_HELD, next_settling - start), n_numbers - start);
      if (!visit (search, numbers + start, n, n_numbers - start, exactly))
        return;
      if (start + n == next_settling)
        {
          settle (search);
          next_settling *= 2;
        }
      if (search->n_candidates > MAX_CANDIDATES - N_HELD * CHUNK_ROWS)
        settle (search);
      if (search->n_candidates > MAX_CANDIDATES - N_HELD * CHUNK_ROWS)
        look_at_all (search);
    }
  look_at_all (search);
}

/* Looks up the allowed vectors, one word of the bitmap at a time. */
static void
search_allowed (Search *search)
{
  QuarryVectorIndex *self = search->nearest.index;

  for (gsize i = 0; i < search->nearest.n_words; i++)
    {
      if (search->nearest.allowed[i] == 0)
        continue;
      if (!quarry_vector_nearest_hold (&search->nearest))
        return;
      for (guint64 word = search->nearest.allowed[i]; word != 0; word &= word - 1)
        {
          guint32 slot = i * 64 + __builtin_ctzll (word);
          guint32 row = quarry_vector_slots_get (&self->slots, slot);

          if (row < QUARRY_VECTOR_MAX_ROWS)
            look_at_row (search, slot, row);
        }
      quarry_vector_nearest_release (&search->nearest);
    }
}

static guint64
count_allowed (const Search *search)
{
  guint64 n = 0;

  if (search->nearest.allowed == NULL)
    return G_MAXUINT64;
  for (gsize i = 0; i < search->nearest.n_words; i++)
    n += __builtin_popcountll (search->nearest.allowed[i]);
  return n;
}

/* Tries to search. FALSE where the search became stale. */
static gboolean
try_search (Search *search, const float *query, gboolean exactly)
{
  QuarryVectorIndex *self = search->nearest.index;
  guint64 n_allowed = count_allowed (search);

  search->n_candidates = 0;
  pthread_rwlock_rdlock (&self->lock);
  guint32 n_rows = self->n_rows;
  quarry_vector_nearest_begin (&search->nearest);
  search->effort = self->effort;
  search->n_rows = n_rows;
  search->n_seen = 0;
  search->share = quarry_vector_effort_get_share (
      &self->effort, search->nearest.k * (n_rows / (double) MAX (1, MIN (n_allowed, n_rows))));
  pthread_rwlock_unlock (&self->lock);

  if (search->nearest.k == 0 || n_rows == 0
      || !quarry_vector_index_encode (self, query, search->query))
    return TRUE;
  /* If very many neighbours are wanted, nearly all vectors would become candidates. */
  exactly = exactly || search->nearest.k > MAX_CANDIDATES / 8 || search->nearest.k > n_rows / 16;
  if (n_allowed < n_rows / (exactly ? SPARSE_EXACT : SPARSE))
    {
      search_allowed (search);
    }
  else
    {
      if (!exactly)
        {
          quarry_vector_index_rotate (self, search->query, search->rotated);
          quarry_vector_probe_set (&search->probe, search->rotated, self->rotation.n);
        }
      search_chunks (search, exactly);
    }
  return !search->nearest.stale;
}

/* Allocates the working memory of a search. */
static void
search_init (Search *self, guint k, QuarryNeighbour *found, gboolean exactly)
{
  guint n = self->nearest.index->rotation.n;
  gsize row_bytes = (self->nearest.index->stride * sizeof (gint16) + 63) / 64 * 64;
  gsize codes_bytes = exactly ? 0 : quarry_vector_codes_get_size (n, CHUNK_ROWS);
  char *memory = g_aligned_alloc (
      2 * row_bytes + codes_bytes + n * sizeof (float) + n * 4, 1, QUARRY_VECTOR_ALIGNMENT);

  self->nearest.k = k;
  self->nearest.heap = found;
  self->query = (gint16 *) (gpointer)memory;
  self->row = (gint16 *) (gpointer)(memory + row_bytes);
  self->codes = memory + 2 * row_bytes;
  self->rotated = (float *) (gpointer)(memory + 2 * row_bytes + codes_bytes);
  self->probe.table = (guint8 *) (self->rotated + n);
  self->candidates = exactly ? NULL : g_new (Candidate, MAX_CANDIDATES);
}

static void
search_clear (Search *self)
{
  g_free (self->candidates);
  g_aligned_free (self->query);
}

static guint
search_index (QuarryVectorIndex *self,
              const float *query,
              guint k,
              const guint64 *allowed,
              gsize n_words,
              QuarryNeighbour *found,
              guint32 *met,
              guint *n_met,
              gboolean exactly)
{
  g_return_val_if_fail (k == 0 || found != NULL, 0);

  /* Slots have 32 bits, so that more words than this cannot matter. */
  Search search = { .nearest = { .index = self,
                                 .allowed = allowed,
                                 .n_words = MIN (n_words, (gsize) 1 << 26),
                                 .met = met,
                                 .most_met = n_met != NULL ? *n_met : 0 } };
  guint n;

  search_init (&search, k, found, exactly);
  while (!try_search (&search, query, exactly))
    ;
  n = quarry_vector_nearest_finish (&search.nearest);
  if (n_met != NULL && search.nearest.n_met < *n_met)
    *n_met = search.nearest.n_met;
  else if (n_met != NULL)
    {
      /* There was not enough room for all, and the neighbours that were found must be included. */
      *n_met = MIN (*n_met, n);
      for (guint i = 0; i < *n_met; i++)
        met[i] = found[i].slot;
    }
  search_clear (&search);
  return n;
}

guint
quarry_vector_index_search (QuarryVectorIndex *self,
                            const float *query,
                            guint k,
                            const guint64 *allowed,
                            gsize n_words,
                            QuarryNeighbour *found)
{
  return search_index (self, query, k, allowed, n_words, found, NULL, NULL, FALSE);
}

guint
quarry_vector_index_search_met (QuarryVectorIndex *self,
                                const float *query,
                                guint k,
                                const guint64 *allowed,
                                gsize n_words,
                                QuarryNeighbour *found,
                                guint32 *met,
                                guint *n_met)
{
  return search_index (self, query, k, allowed, n_words, found, met, n_met, FALSE);
}

/* Tries to search, like try_search(). */
static gboolean
try_search_among (Search *search, const float *query, const guint32 *slots, guint n_slots)
{
  QuarryVectorIndex *self = search->nearest.index;
  const guint batch = 64;
  const guint ahead = 8;

  pthread_rwlock_rdlock (&self->lock);
  quarry_vector_nearest_begin (&search->nearest);
  pthread_rwlock_unlock (&self->lock);

  if (search->nearest.k == 0 || !quarry_vector_index_encode (self, query, search->query))
    return TRUE;
  for (guint start = 0; start < n_slots; start += batch)
    {
      if (!quarry_vector_nearest_hold (&search->nearest))
        return FALSE;
      for (guint i = start; i < MIN (start + batch, n_slots); i++)
        {
          guint32 row = quarry_vector_slots_get (&self->slots, slots[i]);

          if (i + ahead < n_slots)
            quarry_vector_index_prefetch_row (self, quarry_vector_slots_get (&self->slots, slots[i + ahead]));
          if (row < QUARRY_VECTOR_MAX_ROWS)
            look_at_row (search, slots[i], row);
        }
      quarry_vector_nearest_release (&search->nearest);
    }
  return TRUE;
}

guint
quarry_vector_index_search_among (QuarryVectorIndex *self,
                                  const float *query,
                                  guint k,
                                  const guint32 *slots,
                                  guint n_slots,
                                  QuarryNeighbour *found)
{
  Search search = { .nearest = { .index = self } };
  guint n;

  g_return_val_if_fail (k == 0 || found != NULL, 0);

  search_init (&search, k, found, TRUE);
  while (!try_search_among (&search, query, slots, n_slots))
    ;
  n = quarry_vector_nearest_finish (&search.nearest);
  search_clear (&search);
  return n;
}

guint
quarry_vector_index_search_exact (QuarryVectorIndex *self,
                                  const float *query,
                                  guint k,
                                  const guint64 *allowed,
                                  gsize n_words,
                                  QuarryNeighbour *found)
{
  return search_index (self, query, k, allowed, n_words, found, NULL, NULL, TRUE);
}
