/* quarry-vector-arrange.c: regroups the vectors for a new file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Makes the successor of an index: its chunks with their slots, codes and centres, but without rows, which are copied
 * when the file is written. Vectors are grouped into new cells, or, if few are new, added to the existing ones.
 */
#include "core/vector/quarry-vector-cells.h"
#include "core/vector/quarry-vector-file-private.h"

#include <string.h>
#include <unistd.h>

#define CHUNK_ROWS QUARRY_VECTOR_CHUNK_ROWS

/* All cells are found anew when more than one MOST_NEW-th of the vectors is new, or when chunks are filled to less than
 * about one LEAST_FILLED-th on average. Until then, cells are maintained. With 100,000 paragraphs and then 50,000 more,
 * added in the order of the corpus, and with 50,000 more that are the half nearest to one of them, finding the nearest
 * ten took 1.0 and 1.2 times as long in maintained cells as in new ones, at recalls of .9980 and .9964 instead of .9976
 * and .9964, while each save took a seventh of the time. When an eighth of 200,000, all on one topic, were added,
 * queries near that topic had recalls from .997 to 1 and took 1.0 to 1.2 times as long as in new cells; if the
 * additions were left outside the cells, 1.2 to 1.4 times. */
#define MOST_NEW 3
#define LEAST_FILLED 4

/* A cell with fewer vectors than this is dissolved. */
#define LEAST_ROWS (CHUNK_ROWS / 8)

/* Rows that are read in random order are prefetched this many rows ahead. */
#define AHEAD 4

/* Copies rows, which may be anywhere, one after another. */
static void
copy_rows (const QuarryVectorIndex *self, const guint32 *rows, guint n, gint16 *copies)
{
  for (guint i = 0; i < n; i++)
    {
      if (i + AHEAD < n)
        quarry_vector_index_prefetch_row (self, rows[i + AHEAD]);
      memcpy (copies + i * self->stride,
              quarry_vector_index_row_at (self, rows[i]),
              self->stride * sizeof *copies);
    }
}

typedef struct
{
  QuarryVectorIndex *index;
  const guint32 *rows; /* row of each number */
} Source;

static void
gather (gpointer data, const guint32 *numbers, guint n, gint16 *vectors)
{
  const Source *self = data;
  g_autofree guint32 *rows = g_new (guint32, n);

  for (guint i = 0; i < n; i++)
    rows[i] = self->rows[numbers[i]];
  copy_rows (self->index, rows, n, vectors);
}

/* Begins a chunk of @fresh with the slots of @n rows of @self; it has no rows or codes yet. */
static QuarryVectorChunk *
begin_chunk (QuarryVectorIndex *self, QuarryVectorIndex *fresh, const guint32 *rows, guint n)
{
  QuarryVectorChunk *chunk = quarry_vector_chunk_new (fresh, n, FALSE);

  chunk->n_rows = n;
  for (guint i = 0; i < n; i++)
    {
      chunk->slots[i] = quarry_vector_index_find_slot (self, rows[i]);
      quarry_vector_slots_set (&fresh->slots, chunk->slots[i], fresh->n_chunks * CHUNK_ROWS + i);
    }
  return chunk;
}

/* Copies a chunk unchanged and adds @n_more rows, which get codes relative to the existing mean. */
static void
add_as_it_is (QuarryVectorIndex *self,
              QuarryVectorIndex *fresh,
              guint number,
              const guint32 *more,
              guint n_more)
{
  QuarryVectorChunk *chunk = self->chunks[number], *copy;
  guint32 rows[CHUNK_ROWS];
  guint n = chunk->n_rows;
  QuarryVectorCode code;

  for (guint i = 0; i < n; i++)
    rows[i] = number * CHUNK_ROWS + i;
  memcpy (rows + n, more, n_more * sizeof *rows);
  quarry_vector_codes_are_sound (self, chunk);
  copy = begin_chunk (self, fresh, rows, n + n_more);
  copy->sealed = TRUE;
  copy->cell = chunk->cell;
  copy->length = chunk->length;
  quarry_vector_codes_copy_all (&copy->codes, &chunk->codes, self->rotation.n, n);
  for (guint i = n; i < n + n_more; i++)
    {
      quarry_vector_index_rotate (self, quarry_vector_index_row_at (self, rows[i]), self->rotated);
      quarry_vector_codes_make (&copy->codes, self->rotated, self->rotation.n, &code);
      quarry_vector_codes_write (&copy->codes, i, self->rotation.n, &code);
    }
  quarry_vector_codes_clear_rest (&copy->codes, self->rotation.n, n + n_more);
  quarry_vector_index_append_chunk (fresh, copy);
  memcpy (quarry_vector_centre_of (fresh, fresh->n_chunks - 1),
          quarry_vector_centre_of (self, number),
          self->stride * sizeof (gint16));
}

/* @room: for the rows of a chunk, which are needed while its codes are made. */
static void
add_new (QuarryVectorIndex *self,
         QuarryVectorIndex *fresh,
         const guint32 *rows,
         guint n,
         gboolean is_cell,
         gint16 *room)
{
  QuarryVectorChunk *chunk = begin_chunk (self, fresh, rows, n);

  chunk->cell = is_cell;
  chunk->rows = room;
  copy_rows (self, rows, n, room);
  quarry_vector_index_append_chunk (fresh, chunk);
  quarry_vector_index_seal (fresh, chunk);
  quarry_vector_codes_clear_rest (&chunk->codes, fresh->rotation.n, n);
  chunk->rows = NULL;
}

static void
add_in_cells (QuarryVectorIndex *self,
              QuarryVectorIndex *fresh,
              const guint32 *rows,
              guint n,
              gint16 *room)
{
  Source source = { self, rows };
  g_autofree guint32 *order = g_new (guint32, n);
  g_autoptr (GArray) ends = quarry_vector_cells_find (
      self->kernels, self->stride, n, CHUNK_ROWS, gather, &source, order);
  guint start = 0;

  for (guint i = 0; i < n; i++)
    order[i] = rows[order[i]];
  for (guint i = 0; i < ends->len && !g_atomic_int_get (&self->damaged); i++)
    {
      guint end = g_array_index (ends, guint32, i);

      add_new (self, fresh, order + start, end - start, TRUE, room);
      start = end;
    }
}

/* Whether the chunk's rows are to be assigned to cells: they were added since the cells were found, or are what is left
 * of a cell that has lost most of its vectors. */
static gboolean
is_loose (const QuarryVectorChunk *chunk)
{
  return !chunk->cell || chunk->n_rows < LEAST_ROWS;
}

/* The numbers of all rows, or only of the loose ones, in order. */
static guint32 *
list_rows (const QuarryVectorIndex *self, gboolean loose, guint *n)
{
  guint32 *rows = g_new (guint32, self->n_rows);

  *n = 0;
  for (guint i = 0; i < self->n_chunks; i++)
    for (guint j = 0; j < self->chunks[i]->n_rows && (!loose || is_loose (self->chunks[i])); j++)
      rows[(*n)++] = i * CHUNK_ROWS + j;
  return rows;
}

/* Sorts @rows by the cell with the nearest centre among those that stay, of which there must be at least one. Returns
 * the index in @rows at which the rows of each chunk begin, followed by the number of rows. (transfer full) */
static guint *
sort_by_cell (QuarryVectorIndex *self, guint32 *rows, guint n)
{
  g_autofree guint32 *cells = g_new (guint32, self->n_chunks);
  g_autofree guint32 *chosen = g_new (guint32, n), *unsorted = g_memdup2 (rows, n * sizeof *rows);
  gint16 *centres
      = g_aligned_alloc (self->n_chunks * self->stride, sizeof *centres, QUARRY_VECTOR_ALIGNMENT);
  guint *starts = g_new0 (guint, self->n_chunks + 2);
  Source source = { self, unsorted };
  guint n_cells = 0;

  for (guint i = 0; i < self->n_chunks; i++)
    if (!is_loose (self->chunks[i]))
      {
        memcpy (centres + n_cells * self->stride,
                quarry_vector_centre_of (self, i),
                self->stride * sizeof *centres);
        cells[n_cells++] = i;
      }
  quarry_vector_cells_choose (
      self->kernels, self->stride, n, gather, &source, centres, n_cells, chosen);
  g_aligned_free (centres);

  for (guint i = 0; i < n; i++)
    starts[cells[chosen[i]] + 2]++;
  for (guint i = 1; i <= self->n_chunks; i++)
    starts[i + 1] += starts[i];
  for (guint i = 0; i < n; i++)
    rows[starts[cells[chosen[i]] + 1]++] = unsorted[i];
  return starts;
}

/* Keeps the existing cells and adds the loose vectors to them; cells that become too large are split. */
static void
keep_cells_up (QuarryVectorIndex *self, QuarryVectorIndex *fresh, gint16 *room)
{
  guint n_loose;
  g_autofree guint32 *loose = list_rows (self, TRUE, &n_loose);
  g_autofree guint *starts = sort_by_cell (self, loose, n_loose);

  for (guint c = 0; c < self->n_chunks && !g_atomic_int_get (&self->damaged); c++)
    {
      const QuarryVectorChunk *cell = self->chunks[c];
      guint n_more = starts[c + 1] - starts[c], n = cell->n_rows + n_more;

      if (is_loose (cell))
        continue;
      if (n <= CHUNK_ROWS)
        {
          add_as_it_is (self, fresh, c, loose + starts[c], n_more);
          continue;
        }

      g_autofree guint32 *rows = g_new (guint32, n);

      for (guint i = 0; i < cell->n_rows; i++)
        rows[i] = c * CHUNK_ROWS + i;
      memcpy (rows + cell->n_rows, loose + starts[c], n_more * sizeof *rows);
      add_in_cells (self, fresh, rows, n, room);
    }
  fresh->n_joined = self->n_joined + n_loose;
}

static void
copy_zero (guint32 slot, guint32 row, gpointer data)
{
  QuarryVectorIndex *fresh = data;

  if (row != QUARRY_VECTOR_ZERO_ROW)
    return;
  quarry_vector_slots_set (&fresh->slots, slot, row);
  fresh->n_zeros++;
}

/* A single chunk cannot be divided into cells. From two chunks on, it is measured how many cells have to be searched;
 * even if that is all of them, cells cost little. With 1,000, 2,000, 4,000, 8,000, 16,000 and 32,000 paragraphs of 256
 * dimensions, finding the nearest ten took 9, 10, 13, 16, 23 and 38 µs with cells and 9, 10, 12, 16, 35 and 59 µs
 * without; saving took 54, 54, 49, 68, 82 and 127 ms with cells and 25, 26, 27, 30, 43 and 56 ms without. */
static gboolean
is_few (const QuarryVectorIndex *self)
{
  return self->n_rows <= CHUNK_ROWS;
}

static gboolean
is_in_order (const QuarryVectorIndex *self)
{
  guint64 n_new = self->n_joined;

  for (guint i = 0; i < self->n_chunks; i++)
    n_new += is_loose (self->chunks[i]) ? self->chunks[i]->n_rows : 0;
  return n_new <= self->n_rows / MOST_NEW && self->n_chunks / LEAST_FILLED <= self->n_rows / CHUNK_ROWS;
}

gboolean
quarry_vector_index_wants_queries (QuarryVectorIndex *self, const char *path, const char *mark)
{
  gboolean wants;
  int log;

  g_mutex_lock (&self->change);
  wants = !is_few (self) && (!is_in_order (self) || self->measured != self->promised);
  log = wants ? quarry_vector_log_open (self, path, mark) : -1;
  g_mutex_unlock (&self->change);
  if (log >= 0)
    close (log);
  return wants && log < 0;
}

void
quarry_vector_index_set_queries (QuarryVectorIndex *self, const float *queries, guint n)
{
  g_mutex_lock (&self->change);
  g_free (self->queries);
  self->queries = g_memdup2 (queries, (gsize) n * self->dims * sizeof *queries);
  self->n_queries = n;
  g_mutex_unlock (&self->change);
}

void
quarry_vector_index_set_promised_recall (QuarryVectorIndex *self, float recall)
{
  g_return_if_fail (quarry_vector_effort_is_promise (recall));

  g_mutex_lock (&self->change);
  self->promised = recall;
  g_mutex_unlock (&self->change);
}

float
quarry_vector_index_get_promised_recall (QuarryVectorIndex *self)
{
  g_mutex_lock (&self->change);
  float recall = self->promised;
  g_mutex_unlock (&self->change);
  return recall;
}

QuarryVectorIndex *
quarry_vector_index_make_successor (QuarryVectorIndex *self)
{
  g_autoptr (QuarryVectorIndex) fresh = quarry_vector_index_new (self->dims);
  gboolean few = is_few (self), in_order = is_in_order (self);
  g_autofree guint32 *rows = NULL;
  guint n;
  gint16 *room = g_aligned_alloc (CHUNK_ROWS * self->stride, sizeof *room, QUARRY_VECTOR_ALIGNMENT);

  if (self->n_chunks > 0 && !self->chunks[self->n_chunks - 1]->sealed)
    quarry_vector_index_seal (self, self->chunks[self->n_chunks - 1]);
  fresh->promised = self->promised;
  quarry_vector_slots_expect (&fresh->slots, self->n_rows);
  if (few || !in_order)
    {
      rows = list_rows (self, FALSE, &n);
      if (!few)
        add_in_cells (self, fresh, rows, n, room);
      else if (n > 0)
        add_new (self, fresh, rows, n, FALSE, room);
    }
  else
    {
      keep_cells_up (self, fresh, room);
      fresh->effort = self->effort;
      fresh->measured = self->measured;
    }
  quarry_vector_slots_foreach (&self->slots, copy_zero, fresh);
  g_aligned_free (room);
  return g_atomic_int_get (&self->damaged) ? NULL : g_steal_pointer (&fresh);
}

#define SWAP(field)                                                                                \
  G_STMT_START                                                                                     \
  {                                                                                                \
    __typeof__ (self->field) kept = self->field;                                                   \
    self->field = fresh->field;                                                                    \
    fresh->field = kept;                                                                           \
  }                                                                                                \
  G_STMT_END

void
quarry_vector_index_exchange (QuarryVectorIndex *self, QuarryVectorIndex *fresh)
{
  pthread_rwlock_wrlock (&self->lock);
  SWAP (chunks);
  SWAP (centres);
  SWAP (n_chunks);
  SWAP (n_chunks_room);
  SWAP (n_rows);
  SWAP (n_cell_rows);
  SWAP (n_joined);
  SWAP (n_zeros);
  SWAP (slots);
  SWAP (effort);
  SWAP (measured);
  SWAP (map);
  SWAP (map_length);
  SWAP (spills);
  self->n_exchanged++;
  self->n_made = 0;
  pthread_rwlock_unlock (&self->lock);
}
