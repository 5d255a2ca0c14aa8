/* quarry-vector-index.c: stores vectors, adds and removes them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Encodes vectors in fixed point, keeps rows in chunks, and gives codes to a chunk once it is full.
 */
#include "core/vector/quarry-vector-index-private.h"

#include "core/mapping/quarry-mapping.h"

#include <math.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* The first N_APART chunks since the last save have memory of their own; after that, N_TOGETHER chunks share one
 * allocation. */
#define N_APART 8
#define N_TOGETHER 16

G_DEFINE_QUARK (quarry-vector-error-quark, quarry_vector_error)

QuarryVectorIndex *
quarry_vector_index_new (guint dims)
{
  g_return_val_if_fail (dims >= 1 && dims <= 4096, NULL);

  QuarryVectorIndex *self = g_new0 (QuarryVectorIndex, 1);
  pthread_rwlockattr_t attributes;

  self->dims = dims;
  self->stride = (dims + QUARRY_VECTOR_LANE - 1) / QUARRY_VECTOR_LANE * QUARRY_VECTOR_LANE;
  quarry_vector_rotation_init (&self->rotation, dims);
  self->kernels = quarry_vector_kernels ();
  self->scratch = g_aligned_alloc0 (self->stride, sizeof (gint16), QUARRY_VECTOR_ALIGNMENT);
  self->rotated = g_aligned_alloc (self->rotation.n, sizeof (float), QUARRY_VECTOR_ALIGNMENT);
  self->promised = QUARRY_VECTOR_PROMISED;
  self->effort = QUARRY_VECTOR_EFFORT_ALL;
  self->file = -1;
  self->changed = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->spills = g_array_new (FALSE, FALSE, sizeof (QuarryVectorSpill));
  g_array_set_clear_func (self->spills, quarry_vector_spill_clear);
  g_mutex_init (&self->change);

  /* A steady sequence of searches must not keep a change waiting for ever. */
  pthread_rwlockattr_init (&attributes);
  pthread_rwlockattr_setkind_np (&attributes, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
  pthread_rwlock_init (&self->lock, &attributes);
  pthread_rwlockattr_destroy (&attributes);
  return self;
}

void
quarry_vector_index_free (QuarryVectorIndex *self)
{
  if (self == NULL)
    return;
  for (guint i = 0; i < self->n_chunks; i++)
    quarry_vector_chunk_free (self->chunks[i]);
  g_free (self->chunks);
  g_aligned_free (self->centres);
  quarry_vector_room_leave (self->room);
  quarry_vector_slots_clear (&self->slots);
  g_aligned_free (self->scratch);
  g_aligned_free (self->rotated);
  quarry_vector_rotation_clear (&self->rotation);
  if (self->map != NULL)
    {
      quarry_mapping_unguard (self->map);
      munmap (self->map, self->map_length);
    }
  g_array_unref (self->spills);
  if (self->file >= 0)
    close (self->file);
  g_free (self->mark);
  g_free (self->queries);
  g_array_unref (self->changed);
  pthread_rwlock_destroy (&self->lock);
  g_mutex_clear (&self->change);
  g_free (self);
}

guint
quarry_vector_index_get_dims (const QuarryVectorIndex *self)
{
  return self->dims;
}

guint
quarry_vector_index_get_count (QuarryVectorIndex *self)
{
  pthread_rwlock_rdlock (&self->lock);
  guint count = self->n_rows + self->n_zeros;
  pthread_rwlock_unlock (&self->lock);
  return count;
}

gboolean
quarry_vector_index_is_damaged (QuarryVectorIndex *self)
{
  return g_atomic_int_get (&self->damaged);
}

gsize
quarry_vector_index_get_bytes (QuarryVectorIndex *self)
{
  pthread_rwlock_rdlock (&self->lock);
  gsize bytes = sizeof *self + self->stride * sizeof (gint16)
                + self->n_chunks_room * (sizeof *self->chunks + self->stride * sizeof (gint16))
                + self->changed->len * sizeof (guint32)
                + quarry_vector_slots_get_bytes (&self->slots);

  for (guint i = 0; i < self->n_chunks; i++)
    {
      const QuarryVectorChunk *chunk = self->chunks[i];

      bytes += sizeof *chunk;
      if (chunk->mapped && chunk->n_rows > 0)
        bytes += chunk->n_rows * sizeof (guint32)
                 + quarry_vector_codes_get_size (self->rotation.n, chunk->n_rows);
      else if (chunk->memory != NULL)
        bytes += chunk->memory_size + QUARRY_VECTOR_CHUNK_ROWS * sizeof (guint32);
    }
  pthread_rwlock_unlock (&self->lock);
  return bytes;
}

/* In double precision, so that the square of any float can be represented. With eight separate sums, so that they can
 * be added in parallel. */
static double
square_of (const float *vector, guint n)
{
  double sums[8] = { 0 };
  guint i = 0;

  for (; i + 8 <= n; i += 8)
    for (guint j = 0; j < 8; j++)
      sums[j] += (double) vector[i + j] * (double) vector[i + j];
  for (; i < n; i++)
    sums[0] += (double) vector[i] * (double) vector[i];
  for (guint j = 1; j < 8; j++)
    sums[0] += sums[j];
  return sums[0];
}

gboolean
quarry_vector_index_encode (const QuarryVectorIndex *self, const float *vector, gint16 *row)
{
  guint dims = self->dims;
  double square = square_of (vector, dims);

  if (!(square > 0) || !isfinite (square))
    return FALSE;

  double scale = QUARRY_VECTOR_ONE / sqrt (square);

  /* Shifted to be positive, so that truncation rounds to nearest. */
  for (guint i = 0; i < dims; i++)
    row[i] = (gint16) ((gint32) ((double) vector[i] * scale + (QUARRY_VECTOR_ONE + 1.5))
                       - (QUARRY_VECTOR_ONE + 1));
  memset (row + dims, 0, (self->stride - dims) * sizeof *row);
  return TRUE;
}

void
quarry_vector_index_rotate (const QuarryVectorIndex *self, const gint16 *row, float *rotated)
{
  guint dims = self->dims;

  for (guint i = 0; i < dims; i++)
    rotated[i] = row[i] * (1.0f / QUARRY_VECTOR_ONE);
  memset (rotated + dims, 0, (self->rotation.n - dims) * sizeof *rotated);
  quarry_vector_rotation_apply (&self->rotation, rotated);
}

static void
make_memory (QuarryVectorIndex *self, QuarryVectorChunk *chunk, gsize size)
{
  chunk->memory_size = size;
  if (self->n_made++ < N_APART)
    {
      chunk->memory = g_aligned_alloc (1, size, QUARRY_VECTOR_ALIGNMENT);
      return;
    }
  chunk->memory = quarry_vector_room_take (self->room, size);
  if (chunk->memory == NULL)
    {
      quarry_vector_room_leave (self->room);
      self->room = quarry_vector_room_new (N_TOGETHER * size);
      chunk->memory = quarry_vector_room_take (self->room, size);
    }
  chunk->room = self->room;
}

QuarryVectorChunk *
quarry_vector_chunk_new (QuarryVectorIndex *self, guint n, gboolean with_rows)
{
  QuarryVectorChunk *chunk = g_new0 (QuarryVectorChunk, 1);
  gsize codes_size = quarry_vector_codes_get_size (self->rotation.n, n);
  gsize rows_size = with_rows ? n * self->stride * sizeof *chunk->rows : 0;

  chunk->slots = g_new (guint32, n);
  make_memory (self, chunk, codes_size + rows_size);
  quarry_vector_codes_place (&chunk->codes, chunk->memory, self->rotation.n, n);
  chunk->codes_checked = TRUE;
  if (with_rows)
    chunk->rows = (gint16 *) (gpointer)((char *) chunk->memory + codes_size);
  return chunk;
}

/* Frees the memory of a chunk that is empty or whose content is now elsewhere. */
static void
give_back (QuarryVectorChunk *self)
{
  if (!self->mapped)
    {
      if (self->room == NULL)
        g_aligned_free (self->memory);
      quarry_vector_room_leave (self->room);
      g_free (self->slots);
    }
  self->room = NULL;
  self->memory = NULL;
  self->rows = NULL;
  self->slots = NULL;
}

void
quarry_vector_chunk_free (QuarryVectorChunk *self)
{
  give_back (self);
  g_free (self);
}

void
quarry_vector_chunk_map (
    QuarryVectorChunk *self, guint32 *slots, gpointer codes, guint n, gint16 *rows)
{
  give_back (self);
  self->slots = slots;
  self->rows = rows;
  self->mapped = TRUE;
  quarry_vector_codes_place (&self->codes, codes, n, self->n_rows);
}

void
quarry_vector_index_append_chunk (QuarryVectorIndex *self, QuarryVectorChunk *chunk)
{
  if (self->n_chunks == self->n_chunks_room)
    {
      gsize room = MAX (16, self->n_chunks_room * 2);
      gint16 *centres
          = g_aligned_alloc (room * self->stride, sizeof (gint16), QUARRY_VECTOR_ALIGNMENT);

      if (self->n_chunks > 0)
        memcpy (centres, self->centres, self->n_chunks * self->stride * sizeof (gint16));
      g_aligned_free (self->centres);
      self->centres = centres;
      self->n_chunks_room = room;
      self->chunks = g_renew (QuarryVectorChunk *, self->chunks, room);
    }
  memset (
      quarry_vector_centre_of (self, self->n_chunks), 0, self->stride * sizeof (gint16));
  self->chunks[self->n_chunks++] = chunk;
  self->n_rows += chunk->n_rows;
  if (chunk->cell)
    self->n_cell_rows += chunk->n_rows;
}

float
quarry_vector_index_measure_centre (const QuarryVectorIndex *self, const gint16 *centre)
{
  double square = 0;

  for (gsize j = 0; j < self->stride; j++)
    square += (double) centre[j] * centre[j];
  return (float) (sqrt (square) / QUARRY_VECTOR_ONE);
}

static guint32 *
slot_of_row (QuarryVectorIndex *self, guint32 row)
{
  return &self->chunks[row / QUARRY_VECTOR_CHUNK_ROWS]->slots[row % QUARRY_VECTOR_CHUNK_ROWS];
}

typedef struct
{
  guint32 row;
  guint32 slot;
} Holder;

static void
find_holder (guint32 slot, guint32 row, gpointer data)
{
  Holder *holder = data;

  if (row == holder->row)
    holder->slot = slot;
}

guint32
quarry_vector_index_find_slot (QuarryVectorIndex *self, guint32 row)
{
  Holder holder = { row, *(const volatile guint32 *)slot_of_row (self, row) };

  if (quarry_vector_slots_get (&self->slots, holder.slot) != row)
    {
      g_atomic_int_set (&self->damaged, TRUE);
      quarry_vector_slots_foreach (&self->slots, find_holder, &holder);
    }
  return holder.slot;
}

/* Makes the code of @row, which is or will be in @chunk. FALSE where the chunk has no codes. */
static gboolean
make_code (QuarryVectorIndex *self,
           QuarryVectorChunk *chunk,
           const gint16 *row,
           QuarryVectorCode *code)
{
  if (!chunk->sealed)
    return FALSE;
  quarry_vector_codes_are_sound (self, chunk);
  quarry_vector_index_rotate (self, row, self->rotated);
  quarry_vector_codes_make (&chunk->codes, self->rotated, self->rotation.n, code);
  return TRUE;
}

/* Writes the mean of a chunk's rows to @centre and, rotated, to @mean. */
static void
find_mean (const QuarryVectorIndex *self, const QuarryVectorChunk *chunk, gint16 *centre, float *mean)
{
  g_autofree gint32 *sums = g_new0 (gint32, self->stride);

  G_STATIC_ASSERT (QUARRY_VECTOR_CHUNK_ROWS <= G_MAXINT32 / (QUARRY_VECTOR_ONE + 1));
  for (guint i = 0; i < chunk->n_rows; i++)
    for (gsize j = 0; j < self->stride; j++)
      sums[j] += chunk->rows[i * self->stride + j];
  memset (mean, 0, self->rotation.n * sizeof *mean);
  for (gsize j = 0; j < self->stride; j++)
    {
      double is = (double) sums[j] / chunk->n_rows;

      centre[j] = (gint16) lrint (is);
      if (j < self->dims)
        mean[j] = (float) (is / QUARRY_VECTOR_ONE);
    }
  quarry_vector_rotation_apply (&self->rotation, mean);
}

void
quarry_vector_index_seal (QuarryVectorIndex *self, QuarryVectorChunk *chunk)
{
  guint n = self->rotation.n;
  gint16 *centre = g_aligned_alloc (self->stride, sizeof (gint16), QUARRY_VECTOR_ALIGNMENT);
  QuarryVectorCodes codes = chunk->codes;
  QuarryVectorCode code;

  for (guint i = 0; i < chunk->n_rows; i++)
    quarry_vector_row_is_sound (self, chunk, i);
  find_mean (self, chunk, centre, codes.mean);
  for (guint i = 0; i < chunk->n_rows; i++)
    {
      quarry_vector_index_rotate (self, chunk->rows + i * self->stride, self->rotated);
      quarry_vector_codes_make (&codes, self->rotated, n, &code);
      quarry_vector_codes_write (&codes, i, n, &code);
    }

  pthread_rwlock_wrlock (&self->lock);
  memcpy (quarry_vector_centre_of (self, self->n_chunks - 1), centre, self->stride * sizeof *centre);
  chunk->length = quarry_vector_index_measure_centre (self, centre);
  chunk->sealed = TRUE;
  pthread_rwlock_unlock (&self->lock);
  g_aligned_free (centre);
}

/* Puts @vector into @row, where searches can see it. Called with `lock` held for writing. */
static void
write_row (QuarryVectorIndex *self, guint32 row, const gint16 *vector, const QuarryVectorCode *code)
{
  QuarryVectorChunk *chunk = self->chunks[row / QUARRY_VECTOR_CHUNK_ROWS];

  memcpy (quarry_vector_index_row_at (self, row), vector, self->stride * sizeof *vector);
  quarry_vector_chunk_set_checked (chunk, row % QUARRY_VECTOR_CHUNK_ROWS);
  if (chunk->sealed)
    quarry_vector_codes_write (
        &chunk->codes, row % QUARRY_VECTOR_CHUNK_ROWS, self->rotation.n, code);
}

/* Removes row @row from its chunk. Called with `lock` held for writing. */
static void
take_out (QuarryVectorIndex *self, guint32 row)
{
  QuarryVectorChunk *chunk = self->chunks[row / QUARRY_VECTOR_CHUNK_ROWS];
  guint place = row % QUARRY_VECTOR_CHUNK_ROWS, last = chunk->n_rows - 1;

  /* Codes must be verified before they are changed, since the checksum only fits them as they are. */
  if (chunk->sealed)
    quarry_vector_codes_are_sound (self, chunk);
  if (place != last)
    {
      guint32 moved = quarry_vector_index_find_slot (self, row - place + last);

      memcpy (chunk->rows + place * self->stride,
              chunk->rows + last * self->stride,
              self->stride * sizeof *chunk->rows);
      quarry_vector_chunk_set_checked (chunk, place);
      if (chunk->sealed)
        quarry_vector_codes_copy (&chunk->codes, last, place, self->rotation.n);
      chunk->slots[place] = moved;
      quarry_vector_slots_set (&self->slots, moved, row);
    }
  chunk->n_rows--;
  self->n_rows--;
  self->n_cell_rows -= chunk->cell;
  self->n_removed++;
  if (chunk->n_rows == 0)
    give_back (chunk);
}

/* Appends a new row with the content of scratch, for @slot. @old: the previous row of the slot, which is removed if it
 * is a row. */
static void
append_row (QuarryVectorIndex *self, guint32 slot, guint32 old)
{
  QuarryVectorChunk *chunk = self->n_chunks > 0 ? self->chunks[self->n_chunks - 1] : NULL;
  gboolean is_fresh = chunk == NULL || chunk->sealed;

  if (is_fresh)
    chunk = quarry_vector_chunk_new (self, QUARRY_VECTOR_CHUNK_ROWS, TRUE);

  pthread_rwlock_wrlock (&self->lock);
  if (is_fresh)
    quarry_vector_index_append_chunk (self, chunk);

  guint32 row = (self->n_chunks - 1) * QUARRY_VECTOR_CHUNK_ROWS + chunk->n_rows;

  write_row (self, row, self->scratch, NULL);
  *slot_of_row (self, row) = slot;
  chunk->n_rows++;
  self->n_rows++;
  if (old < QUARRY_VECTOR_MAX_ROWS)
    take_out (self, old);
  self->n_zeros -= old == QUARRY_VECTOR_ZERO_ROW;
  quarry_vector_slots_set (&self->slots, slot, row);
  pthread_rwlock_unlock (&self->lock);

  if (chunk->n_rows == QUARRY_VECTOR_CHUNK_ROWS)
    quarry_vector_index_seal (self, chunk);
}

void
quarry_vector_index_drop_row (QuarryVectorIndex *self, guint32 slot, guint32 then)
{
  guint32 row = quarry_vector_slots_get (&self->slots, slot);
  gboolean goes = row < QUARRY_VECTOR_MAX_ROWS;
  guint n_chunks = self->n_chunks;

  /* The row that moves has no checksum at its new place, so that it has to be verified before. */
  if (goes)
    {
      QuarryVectorChunk *chunk = self->chunks[row / QUARRY_VECTOR_CHUNK_ROWS];

      quarry_vector_row_is_sound (self, chunk, chunk->n_rows - 1);
    }

  pthread_rwlock_wrlock (&self->lock);
  if (goes)
    take_out (self, row);
  self->n_zeros += (then == QUARRY_VECTOR_ZERO_ROW) - (row == QUARRY_VECTOR_ZERO_ROW);
  quarry_vector_slots_set (&self->slots, slot, then);
  while (self->n_chunks > 0 && self->chunks[self->n_chunks - 1]->n_rows == 0)
    self->n_chunks--;
  pthread_rwlock_unlock (&self->lock);

  for (guint i = self->n_chunks; i < n_chunks; i++)
    quarry_vector_chunk_free (self->chunks[i]);
}

void
quarry_vector_index_put_row (QuarryVectorIndex *self, guint32 slot)
{
  guint32 row = quarry_vector_slots_get (&self->slots, slot);
  QuarryVectorChunk *chunk
      = row < QUARRY_VECTOR_MAX_ROWS ? self->chunks[row / QUARRY_VECTOR_CHUNK_ROWS] : NULL;

  if (chunk != NULL && !chunk->cell)
    {
      QuarryVectorCode code;

      make_code (self, chunk, self->scratch, &code);
      pthread_rwlock_wrlock (&self->lock);
      write_row (self, row, self->scratch, &code);
      pthread_rwlock_unlock (&self->lock);
    }
  else
    {
      /* A new vector is not necessarily near those in the cell, so it is added outside the cells. */
      if (chunk != NULL)
        quarry_vector_row_is_sound (self, chunk, chunk->n_rows - 1);
      append_row (self, slot, row);
    }
}

/* Records a change for the log. If the log has no room for it, the file will be written anew. */
static void
note_change (QuarryVectorIndex *self, guint32 slot)
{
  if (self->file >= 0 && self->changed->len <= quarry_vector_log_room (self))
    g_array_append_val (self->changed, slot);
}

void
quarry_vector_index_add (QuarryVectorIndex *self, guint32 slot, const float *vector)
{
  g_mutex_lock (&self->change);
  if (quarry_vector_index_encode (self, vector, self->scratch))
    quarry_vector_index_put_row (self, slot);
  else
    quarry_vector_index_drop_row (self, slot, QUARRY_VECTOR_ZERO_ROW);
  note_change (self, slot);
  g_mutex_unlock (&self->change);
}

void
quarry_vector_index_remove (QuarryVectorIndex *self, guint32 slot)
{
  g_mutex_lock (&self->change);
  quarry_vector_index_drop_row (self, slot, QUARRY_VECTOR_NO_ROW);
  note_change (self, slot);
  g_mutex_unlock (&self->change);
}

gboolean
quarry_vector_index_has (QuarryVectorIndex *self, guint32 slot)
{
  pthread_rwlock_rdlock (&self->lock);
  gboolean has = quarry_vector_slots_get (&self->slots, slot) != QUARRY_VECTOR_NO_ROW;
  pthread_rwlock_unlock (&self->lock);
  return has;
}

guint32
quarry_vector_index_get_last_slot (QuarryVectorIndex *self)
{
  pthread_rwlock_rdlock (&self->lock);
  guint32 slot = quarry_vector_slots_get_last (&self->slots);
  pthread_rwlock_unlock (&self->lock);
  return slot;
}

gboolean
quarry_vector_index_get (QuarryVectorIndex *self, guint32 slot, float *vector)
{
  pthread_rwlock_rdlock (&self->lock);

  guint32 row = quarry_vector_slots_get (&self->slots, slot);

  if (row < QUARRY_VECTOR_MAX_ROWS)
    {
      QuarryVectorChunk *chunk = self->chunks[row / QUARRY_VECTOR_CHUNK_ROWS];

      if (!quarry_vector_row_is_sound (self, chunk, row % QUARRY_VECTOR_CHUNK_ROWS)
          || !quarry_vector_codes_are_sound (self, chunk))
        row = QUARRY_VECTOR_NO_ROW;
    }
  if (row < QUARRY_VECTOR_MAX_ROWS)
    {
      const gint16 *kept = quarry_vector_index_row_at (self, row);

      for (guint i = 0; i < self->dims; i++)
        vector[i] = kept[i] / (float) QUARRY_VECTOR_ONE;
    }
  else if (row == QUARRY_VECTOR_ZERO_ROW)
    {
      memset (vector, 0, self->dims * sizeof *vector);
    }
  pthread_rwlock_unlock (&self->lock);
  return row != QUARRY_VECTOR_NO_ROW;
}
