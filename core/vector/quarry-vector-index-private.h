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
#include "core/vector/quarry-vector-slots.h"

G_BEGIN_DECLS

#define QUARRY_VECTOR_CHUNK_ROWS 2048

typedef struct
{
  guint n_rows;
  gboolean sealed;
  /* Whether they lie in the index's file, not in memory of their own. */
  gboolean rows_mapped;
  gboolean codes_mapped;
  gint16 *rows;    /* QUARRY_VECTOR_CHUNK_ROWS × stride */
  gpointer memory; /* of the codes */
  QuarryVectorCodes codes;
  guint32 slots[QUARRY_VECTOR_CHUNK_ROWS];
} QuarryVectorChunk;

struct _QuarryVectorIndex
{
  guint dims;
  gsize stride; /* dims, padded */
  QuarryVectorRotation rotation;
  gsize codes_size; /* bytes of a chunk's codes */
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
};

/* Brings @vector to unit length and fixed point, padded to the stride. FALSE where it has no
 * direction: all zero, or not finite. */
gboolean quarry_vector_index_encode (QuarryVectorIndex *self, const float *vector, gint16 *row);

/* Writes the rotated vector of a row (rotation.n floats). */
void quarry_vector_index_rotate (QuarryVectorIndex *self, const gint16 *row, float *rotated);

/* @mapped_rows and @mapped_codes: where they lie in the file, or NULL. A chunk is sealed where it
 * has codes. */
QuarryVectorChunk *
quarry_vector_chunk_new (QuarryVectorIndex *self, gint16 *mapped_rows, gpointer mapped_codes);
void quarry_vector_chunk_free (QuarryVectorChunk *self);

/* Appends a chunk that holds rows already. Called with `lock` held for writing, or before the
 * index is shared. */
void quarry_vector_index_append_chunk (QuarryVectorIndex *self, QuarryVectorChunk *chunk);

G_END_DECLS
