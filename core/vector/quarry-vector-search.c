/* quarry-vector-search.c: the nearest among the vectors kept
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/vector/quarry-vector-index-private.h"

#include <math.h>
#include <string.h>

#define CHUNK_ROWS QUARRY_VECTOR_CHUNK_ROWS

/* Looking up one vector costs as much as scanning this many: exactly, and by codes. Where fewer
 * than one in that many are allowed, they are looked up one by one. */
#define SPARSE_EXACT 8
#define SPARSE 64

/* Chunks for which the index is held at a time. */
#define N_HELD 8

/* Rounding makes bounds and scores this uncertain. */
#define SLACK 1e-4f

#define MAX_CANDIDATES (16 * CHUNK_ROWS)

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
  guint n_exchanged;
  gboolean moved; /* rows may have moved since */
  gboolean stale; /* all of them have: nothing of this search counts */
  gint16 *query;
  gint16 *row; /* room for a row */
  float *rotated;
  gpointer codes; /* room for a chunk's */
  float share; /* of the vectors in cells, that is looked at */
  float deviations;
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
  double score = dot / ((double) QUARRY_VECTOR_ONE * QUARRY_VECTOR_ONE);

  return (float) CLAMP (score, -1.0, 1.0);
}

/* In place of a dot product, of a vector that is passed over. */
#define NO_DOT G_MININT32

/* A dot product less than this is of no interest. */
static gint32
least_dot (const Search *search)
{
  const gint32 rounding = 128; /* a score has 24 bits of the product's 31 */

  if (search->n_heap < search->k)
    return NO_DOT + 1;
  return (gint32) ((double) search->heap[0].score * QUARRY_VECTOR_ONE * QUARRY_VECTOR_ONE) - rounding;
}

static void
consider (Search *search, const guint32 *slots, const gint32 *dots, guint n)
{
  enum
  {
    N_TOGETHER = 32
  };

  for (guint start = 0; start < n; start += N_TOGETHER)
    {
      guint end = MIN (start + N_TOGETHER, n);
      gint32 least = least_dot (search), any = 0;

      for (guint i = start; i < end; i++)
        any |= dots[i] >= least;
      for (guint i = start; any && i < end; i++)
        {
          QuarryNeighbour item;

          if (dots[i] < least)
            continue;
          item = (QuarryNeighbour) { slots[i], score_of_dot (dots[i]) };
          if ((search->n_heap < search->k || is_worse (search->heap[0], item))
              && is_allowed (search, item.slot))
            keep (search, item);
        }
    }
}

/* Begins to use the index, unless the search has become stale. */
static gboolean
hold (Search *search)
{
  if (search->stale)
    return FALSE;
  pthread_rwlock_rdlock (&search->index->lock);
  search->moved = search->index->n_removed != search->n_removed;
  search->stale = search->index->n_exchanged != search->n_exchanged;
  if (search->stale)
    pthread_rwlock_unlock (&search->index->lock);
  return !search->stale;
}

static void
release (Search *search)
{
  pthread_rwlock_unlock (&search->index->lock);
}

/* Looks at one vector exactly; a damaged one is passed over. */
static void
look_at_row (Search *search, guint32 slot, guint32 row)
{
  QuarryVectorIndex *self = search->index;
  const gint16 *vector = quarry_vector_index_look_at_row (
      self, self->chunks[row / CHUNK_ROWS], row % CHUNK_ROWS, search->row);
  gint32 dot;

  if (vector == NULL)
    return;
  self->kernels->dots (search->query, vector, self->stride, 1, &dot);
  consider (search, &slot, &dot, 1);
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

  /* Places are those of cosines, the greatest first. */
  self->kernels->dots (query, self->centres, self->stride, self->n_chunks, dots);
  for (guint i = 0; i < self->n_chunks; i++)
    {
      const QuarryVectorChunk *chunk = self->chunks[i];
      float cosine = chunk->length > 0 ? score_of_dot (dots[i]) / chunk->length : 1;

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

/* Whether no row of a chunk is damaged. */
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

static void
search_rows (Search *search, QuarryVectorChunk *chunk)
{
  QuarryVectorIndex *self = search->index;
  gint32 dots[CHUNK_ROWS];
  gboolean sound = check_rows (self, chunk);

  self->kernels->dots (search->query, chunk->rows, self->stride, chunk->n_rows, dots);
  if (!sound)
    pass_over_damaged (self, chunk, dots);
  consider (search, chunk->slots, dots, chunk->n_rows);
}

/* What a bound must exceed to be of interest. */
static float
least_bound (const Search *search)
{
  return search->n_heap < search->k ? -G_MAXFLOAT : search->heap[0].score - SLACK;
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
  cosine = score_of_dot (dot);
  *distance = sqrtf (MAX (1 - 2 * cosine + length * length, 0));
  return cosine;
}

/* FALSE where they are damaged. */
static gboolean
search_codes (Search *search, guint number)
{
  QuarryVectorIndex *self = search->index;
  QuarryVectorChunk *chunk = self->chunks[number];
  QuarryVectorCodes codes;
  guint16 rows[CHUNK_ROWS];
  gint32 sums[CHUNK_ROWS];
  QuarryVectorScan scan;
  float distance, base = quarry_vector_index_compare_centre (self, number, search->query, &distance);
  guint n;

  if (!quarry_vector_index_look_at_codes (self, chunk, search->codes, &codes))
    return FALSE;
  quarry_vector_probe_aim (&search->probe, base, distance, search->deviations);
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

      if (is_allowed (search, slot))
        search->candidates[search->n_candidates++] = (Candidate){
          quarry_vector_probe_bound (&search->probe, &codes, rows[i], sums[i]),
          slot,
          number * CHUNK_ROWS + rows[i]
        };
    }
  return TRUE;
}

/* Brings the @n candidates with the greatest bounds to the front: Hoare's quickselect. */
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

/* Looks at some candidates exactly, unless their bound has fallen behind meanwhile. */
static void
look_at (Search *search, const Candidate *candidates, guint n)
{
  const guint batch = 64;
  const guint ahead = 4;
  QuarryVectorIndex *self = search->index;

  for (guint start = 0; start < n; start += batch)
    {
      if (!hold (search))
        return;
      for (guint i = start; i < MIN (start + batch, n); i++)
        {
          guint32 row = candidates[i].row;

          if (i + ahead < n)
            quarry_vector_index_prefetch_row (self, candidates[i + ahead].row);
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

/* Visits some chunks; FALSE where the search has become stale. */
static gboolean
visit (Search *search, const guint32 *numbers, guint n, gboolean exactly)
{
  QuarryVectorIndex *self = search->index;

  if (!hold (search))
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (numbers[i] >= self->n_chunks)
      continue;
    else if (exactly || !self->chunks[numbers[i]]->sealed || !search_codes (search, numbers[i]))
      search_rows (search, self->chunks[numbers[i]]);
  release (search);
  return TRUE;
}

static void
search_chunks (Search *search, gboolean exactly)
{
  g_autofree guint32 *numbers = NULL;
  guint n_numbers, n;

  if (!hold (search))
    return;
  numbers = g_new (guint32, search->index->n_chunks);
  n_numbers = quarry_vector_index_rank_chunks (
      search->index, search->query, exactly ? 1 : search->share, numbers);
  release (search);

  /* Soon after the beginning, then at ever greater distances. */
  for (guint start = 0, next_settling = 2; start < n_numbers; start += n)
    {
      n = MIN (MIN (N_HELD, next_settling - start), n_numbers - start);
      if (!visit (search, numbers + start, n, exactly))
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

/* Looks up what is allowed, a word of the bitmap at a time. */
static void
search_allowed (Search *search)
{
  QuarryVectorIndex *self = search->index;

  for (gsize i = 0; i < search->n_words; i++)
    {
      if (search->allowed[i] == 0)
        continue;
      if (!hold (search))
        return;
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

/* One try. FALSE where the search became stale. */
static gboolean
try_search (Search *search, const float *query, gboolean exactly)
{
  QuarryVectorIndex *self = search->index;
  guint64 n_allowed = count_allowed (search);

  search->n_heap = search->n_candidates = 0;
  search->stale = FALSE;
  pthread_rwlock_rdlock (&self->lock);
  guint32 n_rows = self->n_rows;
  search->n_removed = self->n_removed;
  search->n_exchanged = self->n_exchanged;
  search->deviations = self->effort.deviations;
  search->share = quarry_vector_effort_get_share (
      &self->effort, search->k * (n_rows / (double) MAX (1, MIN (n_allowed, n_rows))));
  pthread_rwlock_unlock (&self->lock);

  if (search->k == 0 || n_rows == 0
      || !quarry_vector_index_encode (self, query, search->query))
    return TRUE;
  /* For very many, the best candidates would be nearly all there are. */
  exactly = exactly || search->k > MAX_CANDIDATES / 8 || search->k > n_rows / 16;
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
  return !search->stale;
}

/* What a search works with beside the caller's memory. */
static void
search_init (Search *self, guint k, QuarryNeighbour *found, gboolean exactly)
{
  guint n = self->index->rotation.n;
  gsize row_bytes = (self->index->stride * sizeof (gint16) + 63) / 64 * 64;
  gsize codes_bytes = exactly ? 0 : quarry_vector_codes_get_size (n, CHUNK_ROWS);
  char *memory = g_aligned_alloc (
      2 * row_bytes + codes_bytes + n * sizeof (float) + n * 4, 1, QUARRY_VECTOR_ALIGNMENT);

  self->k = k;
  self->heap = found;
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
              gboolean exactly)
{
  g_return_val_if_fail (k == 0 || found != NULL, 0);

  /* Slots have 32 bits, so that further words mean nothing. */
  Search search
      = { .index = self, .allowed = allowed, .n_words = MIN (n_words, (gsize) 1 << 26) };

  search_init (&search, k, found, exactly);
  while (!try_search (&search, query, exactly))
    ;
  finish (&search);
  search_clear (&search);
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

/* Searches whose queries stand side by side, so that one look at a row serves several. */
#define N_TOGETHER 64u

static void
search_rows_many (Search *searches, guint n, const gint16 *queries, QuarryVectorChunk *chunk)
{
  QuarryVectorIndex *self = searches->index;
  gint32 dots[N_TOGETHER * CHUNK_ROWS];
  gboolean sound = check_rows (self, chunk);

  for (guint start = 0; start < n; start += N_TOGETHER)
    {
      guint count = MIN (N_TOGETHER, n - start);

      self->kernels->dots_many (queries + start * self->stride, count, chunk->rows, self->stride,
                                chunk->n_rows, dots);
      for (guint i = 0; i < count; i++)
        {
          gint32 *own = dots + i * chunk->n_rows;

          if (!sound)
            pass_over_damaged (self, chunk, own);
          consider (&searches[start + i], chunk->slots, own, chunk->n_rows);
        }
    }
}

/* Chunk by chunk, each for all. FALSE where the searches became stale. */
static gboolean
try_many (Search *searches, guint n, const gint16 *queries)
{
  QuarryVectorIndex *self = searches->index;
  guint n_chunks;

  pthread_rwlock_rdlock (&self->lock);
  n_chunks = self->n_chunks;
  for (guint i = 0; i < n; i++)
    {
      searches[i].n_heap = 0;
      searches[i].stale = FALSE;
      searches[i].n_removed = self->n_removed;
      searches[i].n_exchanged = self->n_exchanged;
    }
  pthread_rwlock_unlock (&self->lock);

  for (guint number = 0; number < n_chunks; number++)
    {
      if (!hold (searches))
        return FALSE;
      for (guint i = 1; i < n; i++)
        searches[i].moved = searches->moved;
      if (number < self->n_chunks)
        search_rows_many (searches, n, queries, self->chunks[number]);
      release (searches);
    }
  return TRUE;
}

/* The same with one in QUARRY_VECTOR_SAMPLE of the rows, whose numbers are found in place of their slots. Nobody
 * else uses the index, and all rows have been checked. */
static gboolean
try_sample (Search *searches, guint n, const gint16 *queries)
{
  QuarryVectorIndex *self = searches->index;
  QuarryVectorChunk *sample = quarry_vector_chunk_new (self, CHUNK_ROWS, TRUE);
  guint n_passed = 0;

  for (guint i = 0; i < self->n_chunks; i++)
    for (guint j = 0; j < self->chunks[i]->n_rows; j++)
      {
        if (n_passed++ % QUARRY_VECTOR_SAMPLE > 0)
          continue;
        sample->slots[sample->n_rows] = i * CHUNK_ROWS + j;
        memcpy (sample->rows + sample->n_rows * self->stride,
                self->chunks[i]->rows + j * self->stride,
                self->stride * sizeof (gint16));
        if (++sample->n_rows < CHUNK_ROWS)
          continue;
        search_rows_many (searches, n, queries, sample);
        sample->n_rows = 0;
      }
  search_rows_many (searches, n, queries, sample);
  quarry_vector_chunk_free (sample);
  return TRUE;
}

/* @try: one of both. */
static void
search_many (QuarryVectorIndex *self,
             const float *queries,
             guint n_queries,
             guint k,
             gboolean (*try) (Search *searches, guint n, const gint16 *queries),
             QuarryNeighbour *found,
             guint *n_found)
{
  g_autofree Search *searches = g_new0 (Search, n_queries);
  g_autofree guint *numbers = g_new (guint, n_queries);
  gint16 *rows = g_aligned_alloc (
      MAX (1, n_queries) * self->stride, sizeof (gint16), QUARRY_VECTOR_ALIGNMENT);
  guint n = 0;

  /* Those that have a direction. */
  for (guint i = 0; i < n_queries; i++)
    {
      n_found[i] = 0;
      if (k == 0
          || !quarry_vector_index_encode (
              self, queries + (gsize) i * self->dims, rows + n * self->stride))
        continue;
      searches[n] = (Search){ .index = self, .k = k, .heap = found + (gsize) i * k };
      numbers[n++] = i;
    }
  while (n > 0 && !try (searches, n, rows))
    ;
  for (guint i = 0; i < n; i++)
    {
      finish (&searches[i]);
      n_found[numbers[i]] = searches[i].n_heap;
    }
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
