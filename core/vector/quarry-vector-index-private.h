/* quarry-vector-index-private.h: how the vector index keeps its vectors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to core/vector. Vectors stand in rows without gaps, in chunks of a fixed number of
 * rows, so that growing copies nothing. Removing a vector moves the last row into its place.
 *
 * A chunk that is full is sealed: it gets codes of one bit a dimension (quarry-vector-codes.h),
 * relative to its own mean, and keeps them up through later changes. What is not sealed, at most
 * one chunk, the last, is searched exactly. So nothing needs to be learnt before the first vector
 * comes, and nothing is ever learnt anew.
 *
 * Two locks. `change` is held for the whole of an add, a remove or a save: there is one writer.
 * `lock` is taken for writing only around the few stores by which a change becomes visible, and
 * for reading for as long as one chunk takes. So a search waits for one small change at most, and
 * a change for one chunk. The writer may read without `lock`, since nobody else writes.
 *
 * A search visits the chunks from the last to the first. Rows only ever move to lower places, so
 * a vector that is there all the while is met at least once.
 */
#pragma once

#include <pthread.h>

#include "core/vector/quarry-vector-codes.h"
#include "core/vector/quarry-vector-index.h"
#include "core/vector/quarry-vector-kernels.h"
#include "core/vector/quarry-vector-slabs.h"
#include "core/vector/quarry-vector-slots.h"

G_BEGIN_DECLS

#define QUARRY_VECTOR_CHUNK_ROWS 2048

typedef struct
{
  guint n_rows;
  gboolean sealed;
  gboolean mapped; /* slots and rows lie in the index's file, not in memory of their own */
  guint32 *slots;
  gint16 *rows; /* QUARRY_VECTOR_CHUNK_ROWS × stride */
  QuarryVectorCodes codes;
  /* The rows' checksums in the file, or NULL; which rows have been checked, or need not be: a bit a
   * row, set by searches too. */
  const guint32 *sums;
  guint64 checked[QUARRY_VECTOR_CHUNK_ROWS / 64];
} QuarryVectorChunk;

struct _QuarryVectorIndex
{
  guint dims;
  gsize stride; /* dims, padded */
  QuarryVectorRotation rotation;
  QuarryVectorSlabs codes; /* a block a sealed chunk */
  const QuarryVectorKernels *kernels;

  GMutex change;
  pthread_rwlock_t lock;

  QuarryVectorChunk **chunks;
  guint n_chunks;
  guint n_chunks_room;
  guint32 n_rows;
  guint32 n_zeros;   /* slots that hold an all-zero vector */
  guint64 n_removed; /* rows removed so far */
  QuarryVectorSlots slots;

  gint16 *scratch; /* one row, the writer's */
  float *rotated;  /* one rotated row, the writer's */

  /* The file that mapped rows lie in: a private mapping, so that changing a row in it copies its
   * page into memory and leaves the file as it is. */
  gpointer map;
  gsize map_length;
  gint damaged; /* atomic: a row in it has been found wrong */

  /* The file that was opened or saved last, the writer's: its log is continued. */
  int file;          /* -1: none */
  guint64 log_end;   /* where the next block goes */
  guint64 file_size; /* that much is ours; more is somebody else's */
  char *mark;
  guint n_logged;  /* records in the log */
  GArray *changed; /* slots that changed since; more than quarry_vector_log_room(): not all of them */
};

/* How many changes a log may hold before the file is written anew. */
static inline guint
quarry_vector_log_room (const QuarryVectorIndex *self)
{
  return 4096 + self->n_rows / 64;
}

/* Brings @vector to unit length and fixed point, padded to the stride. FALSE where it has no
 * direction: all zero, or not finite. */
gboolean quarry_vector_index_encode (QuarryVectorIndex *self, const float *vector, gint16 *row);

/* Puts the row in scratch into @slot. @row, the same for an empty slot or an all-zero vector:
 * QUARRY_VECTOR_NO_ROW, QUARRY_VECTOR_ZERO_ROW. With `change` held. */
void quarry_vector_index_put_row (QuarryVectorIndex *self, guint32 slot);
void quarry_vector_index_drop_row (QuarryVectorIndex *self, guint32 slot, guint32 then);

/* Whether row @i of @chunk is as it was saved; where it is not, the index is damaged from now on.
 * Before anything is concluded from a row. */
gboolean quarry_vector_index_check_row (QuarryVectorIndex *self, QuarryVectorChunk *chunk, guint i);

static inline gboolean
quarry_vector_row_is_sound (QuarryVectorIndex *self, QuarryVectorChunk *chunk, guint i)
{
  return chunk->sums == NULL
         || (__atomic_load_n (&chunk->checked[i / 64], __ATOMIC_RELAXED) >> i % 64 & 1) != 0
         || quarry_vector_index_check_row (self, chunk, i);
}

static inline void
quarry_vector_chunk_set_checked (QuarryVectorChunk *chunk, guint i)
{
  __atomic_fetch_or (&chunk->checked[i / 64], G_GUINT64_CONSTANT (1) << i % 64, __ATOMIC_RELAXED);
}

/* Writes the rotated vector of a row (rotation.n floats). */
void quarry_vector_index_rotate (QuarryVectorIndex *self, const gint16 *row, float *rotated);

/* Where slots and rows lie in the file; both NULL for a fresh chunk. */
QuarryVectorChunk *
quarry_vector_chunk_new (QuarryVectorIndex *self, guint32 *mapped_slots, gint16 *mapped_rows);
void quarry_vector_chunk_free (QuarryVectorChunk *self);

/* Where the parts of the index's file lie (quarry-vector-format.h), codes and rows in steps from one
 * chunk's to the next one's. */
typedef struct
{
  guint64 zeros;
  guint64 sums;
  guint64 codes;
  guint64 codes_step;
  guint64 rows;
  guint64 rows_step;
  guint64 length; /* without the log */
} QuarryVectorLayout;

QuarryVectorLayout quarry_vector_lay_out (const QuarryVectorIndex *self,
                                          guint64 n_rows,
                                          guint64 n_zeros,
                                          guint64 n_sealed);

/* Appends a chunk that holds rows already. Called with `lock` held for writing, or before the
 * index is shared. */
void quarry_vector_index_append_chunk (QuarryVectorIndex *self, QuarryVectorChunk *chunk);

G_END_DECLS
