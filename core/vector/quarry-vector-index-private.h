/* quarry-vector-index-private.h: how the vector index stores its vectors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to core/vector. Vectors are stored in rows, and rows in chunks of up to a fixed number of rows, so that
 * nothing is copied as the index grows. Rows in a chunk have no gaps: when a vector is removed, the last row of its
 * chunk is moved to its place. New vectors are added to the last chunk, which is open.
 *
 * A chunk that is full, and every chunk of a file, is sealed: it gets codes of one bit per dimension
 * (quarry-vector-codes.h), relative to its own mean. At most one chunk, the last, is not sealed; it is searched
 * exactly. So nothing has to be learnt before the first vector is added.
 *
 * When a file is written, vectors are regrouped (quarry-vector-cells.h): the chunks of that file are cells. A search
 * visits only the cells nearest to the query, as many as measurement has shown to be necessary
 * (quarry-vector-effort.h). Vectors that are added later are in other chunks, which every search visits, until the next
 * file is written. Then they join the nearest cells; cells that become too large are split, and those that have lost
 * nearly all their vectors are dissolved into others. Once more than a third of the vectors is new, all cells are found
 * and measured anew.
 *
 * There are two locks. `change` is held during an entire add, remove or save, so that there is one writer at a time.
 * `lock` is held for writing only during the few stores by which a change becomes visible, and for reading while a
 * search looks at a few chunks. So a search waits for at most one small change, and a change for a few chunks. The
 * writer may read without `lock`, since nobody else writes.
 *
 * Between saves, new vectors may be moved to a file of their own (quarry-vector-spill.c), chunk by chunk.
 *
 * A row never moves to another chunk, except when all chunks are exchanged for those of a file that has just been
 * written; a search that notices this starts again. So a vector that is present throughout a search is always met.
 */
#pragma once

#include <pthread.h>

#include "core/vector/quarry-vector-codes.h"
#include "core/vector/quarry-vector-effort.h"
#include "core/vector/quarry-vector-index.h"
#include "core/vector/quarry-vector-kernels.h"
#include "core/vector/quarry-vector-room.h"
#include "core/vector/quarry-vector-slots.h"

G_BEGIN_DECLS

#define QUARRY_VECTOR_CHUNK_ROWS 512

/* The effort of searches is measured on one in this many vectors. */
#define QUARRY_VECTOR_SAMPLE 10

typedef struct
{
  guint n_rows;
  gboolean sealed;
  gboolean cell;   /* its vectors were grouped because they are near one another */
  gboolean mapped; /* slots, codes and rows are in a mapped file, not in memory of their own */
  float length;    /* of the mean, as it is stored in centres */
  guint32 *slots;
  gint16 *rows;            /* room for QUARRY_VECTOR_CHUNK_ROWS × stride components, or for the rows there are; or
                            * NULL */
  QuarryVectorCodes codes; /* once it is sealed */
  gpointer memory;         /* of codes and rows, or NULL where they are in the file */
  gsize memory_size;
  QuarryVectorRoom *room; /* what memory is a piece of, or NULL */
  /* The checksum of the codes in the file; codes_checked, atomic: they have been verified, or need not be. */
  guint64 codes_sum;
  gint codes_checked;
  /* The checksums of the rows in the file, or NULL; and a bitmap of the rows that have been verified or need not be,
   * which searches set too. */
  const guint32 *sums;
  guint64 checked[QUARRY_VECTOR_CHUNK_ROWS / 64];
  gint n_read; /* atomic: how often a row was looked at before it had been verified */
} QuarryVectorChunk;

typedef struct
{
  gpointer map;
  gsize length;
} QuarryVectorSpill;

/* A GDestroyNotify. */
void quarry_vector_spill_clear (gpointer data);

struct _QuarryVectorIndex
{
  guint dims;
  gsize stride; /* dims, padded to a multiple of QUARRY_VECTOR_LANE */
  QuarryVectorRotation rotation;
  const QuarryVectorKernels *kernels;

  GMutex change;
  pthread_rwlock_t lock;

  QuarryVectorChunk **chunks;
  gint16 *centres; /* n_chunks_room × stride: the means of sealed chunks, in fixed point */
  guint n_chunks;
  guint n_chunks_room;
  guint32 n_rows;
  guint32 n_cell_rows; /* how many of them are in cells */
  guint32 n_joined;    /* how many rows have joined cells since these were found */
  guint32 n_zeros;   /* slots that hold an all-zero vector */
  guint64 n_removed; /* how many rows have been removed so far */
  guint n_exchanged; /* how often all chunks have been exchanged */
  QuarryVectorSlots slots;
  float promised;            /* the recall that searches should have, to be measured when the next file is written */
  float *queries;            /* the queries to measure with, n_queries × dims; used by the writer only */
  guint n_queries;
  float measured;            /* the recall for which the effort has been measured, or 0 */
  QuarryVectorEffort effort; /* guarded by `lock` */

  QuarryVectorRoom *room; /* memory for the next chunks; NULL as long as there are few */
  guint n_made;           /* chunks made since the last save */

  gint16 *scratch; /* one row, used by the writer only */
  float *rotated;  /* one rotated row, used by the writer only */

  /* The file that mapped chunks are in. It is a private mapping: changing a row in it copies its page into memory and
   * leaves the file unchanged. */
  gpointer map;
  gsize map_length;
  GArray *spills; /* of QuarryVectorSpill: private mappings of files that only this index uses */
  gint damaged; /* atomic: a row or code in a mapped file has been found damaged, or a page could not be read */

  /* The file that was opened or saved last, and whose log is continued; used by the writer only. */
  int file;          /* -1: none */
  guint64 log_end;   /* offset of the next block */
  guint64 file_size; /* the size in which this index left the file; if it differs, somebody else has written to it */
  char *mark;
  guint n_logged;  /* records in the log */
  GArray *changed; /* slots that have changed since; incomplete if more than quarry_vector_log_room() */
};

/* How many changes a log may hold before the whole file is written anew. */
static inline guint
quarry_vector_log_room (const QuarryVectorIndex *self)
{
  return 4096 + self->n_rows / 64;
}

/* Scales @vector to unit length, converts it to fixed point and pads it to the stride. FALSE where it has no direction:
 * all zero, or not finite. */
gboolean quarry_vector_index_encode (const QuarryVectorIndex *self, const float *vector, gint16 *row);

/* put_row() puts the row in scratch into @slot. drop_row() makes the slot empty or an all-zero vector, as @then says:
 * QUARRY_VECTOR_NO_ROW or QUARRY_VECTOR_ZERO_ROW. With `change` held. */
void quarry_vector_index_put_row (QuarryVectorIndex *self, guint32 slot);
void quarry_vector_index_drop_row (QuarryVectorIndex *self, guint32 slot, guint32 then);

/* The slot of @row. The slot number that is read from a mapped file is only accepted if the table of slots agrees. If
 * not, another program has written to the file: the index is marked as damaged, and the slot is looked up in the table.
 * With `change` held. */
guint32 quarry_vector_index_find_slot (QuarryVectorIndex *self, guint32 row);

/* Whether row @i of @chunk is as it was saved; if not, the index is marked as damaged. To be called before anything is
 * concluded from a row. */
gboolean quarry_vector_index_check_row (QuarryVectorIndex *self, QuarryVectorChunk *chunk, guint i);

static inline gboolean
quarry_vector_row_is_checked (const QuarryVectorChunk *chunk, guint i)
{
  return chunk->sums == NULL
         || (__atomic_load_n (&chunk->checked[i / 64], __ATOMIC_RELAXED) >> i % 64 & 1) != 0;
}

static inline gboolean
quarry_vector_row_is_sound (QuarryVectorIndex *self, QuarryVectorChunk *chunk, guint i)
{
  return quarry_vector_row_is_checked (chunk, i) || quarry_vector_index_check_row (self, chunk, i);
}

/* The row, which may have been read into @copy (stride components) instead of being accessed in the mapping; NULL where
 * it is damaged. With `lock` held. */
const gint16 *quarry_vector_index_look_at_row (QuarryVectorIndex *self,
                                               QuarryVectorChunk *chunk,
                                               guint i,
                                               gint16 *copy);

/* The same for the codes of a chunk. @copy: room for the codes of a full chunk. */
gboolean quarry_vector_index_check_codes (QuarryVectorIndex *self, QuarryVectorChunk *chunk);
gboolean quarry_vector_index_look_at_codes (QuarryVectorIndex *self,
                                            QuarryVectorChunk *chunk,
                                            gpointer copy,
                                            QuarryVectorCodes *codes);

static inline gboolean
quarry_vector_codes_are_sound (QuarryVectorIndex *self, QuarryVectorChunk *chunk)
{
  return g_atomic_int_get (&chunk->codes_checked) || quarry_vector_index_check_codes (self, chunk);
}

static inline void
quarry_vector_chunk_set_checked (QuarryVectorChunk *chunk, guint i)
{
  __atomic_fetch_or (&chunk->checked[i / 64], G_GUINT64_CONSTANT (1) << i % 64, __ATOMIC_RELAXED);
}

/* Writes the rotated vector of a row to @rotated (rotation.n floats). */
void quarry_vector_index_rotate (const QuarryVectorIndex *self, const gint16 *row, float *rotated);

/* Makes a chunk with room for the slots and codes of @n rows and, where they will be kept in memory (@with_rows), for
 * the rows. */
QuarryVectorChunk *quarry_vector_chunk_new (QuarryVectorIndex *self, guint n, gboolean with_rows);
void quarry_vector_chunk_free (QuarryVectorChunk *self);

/* Makes the chunk refer to slots, codes (for the number of rows that it has, of @n dimensions) and rows in a mapped
 * file. */
void quarry_vector_chunk_map (
    QuarryVectorChunk *self, guint32 *slots, gpointer codes, guint n, gint16 *rows);

/* Makes an index of the same vectors, regrouped as they will be written, but without their rows; NULL where @self is
 * damaged. With `change` held. */
QuarryVectorIndex *quarry_vector_index_make_successor (QuarryVectorIndex *self);

/* Exchanges the content of @self and of @fresh, its successor. */
void quarry_vector_index_exchange (QuarryVectorIndex *self, QuarryVectorIndex *fresh);

/* Measures the effort that is needed to keep the promised recall, with these @queries (n × dims floats), or, where
 * there are none, with queries made from the vectors. Nobody else may be using @self. */
void quarry_vector_index_measure_effort (QuarryVectorIndex *self, const float *queries, guint n);

/* Gives codes to @chunk, which must be the last one. */
void quarry_vector_index_seal (QuarryVectorIndex *self, QuarryVectorChunk *chunk);

static inline gint16 *
quarry_vector_index_row_at (const QuarryVectorIndex *self, guint32 row)
{
  return self->chunks[row / QUARRY_VECTOR_CHUNK_ROWS]->rows
         + row % QUARRY_VECTOR_CHUNK_ROWS * self->stride;
}

/* Prefetches row @row, if there is one, which is about to be read. */
static inline void
quarry_vector_index_prefetch_row (const QuarryVectorIndex *self, guint32 row)
{
  guint chunk = row / QUARRY_VECTOR_CHUNK_ROWS;

  if (chunk < self->n_chunks && self->chunks[chunk]->rows != NULL)
    for (gsize i = 0; i < self->stride; i += QUARRY_VECTOR_LANE)
      __builtin_prefetch (quarry_vector_index_row_at (self, row) + i);
}

static inline gint16 *
quarry_vector_centre_of (const QuarryVectorIndex *self, guint chunk)
{
  return self->centres + chunk * self->stride;
}

/* Writes the numbers of the chunks that a search of @query has to visit, the most promising first: the cells whose
 * centres have the nearest directions, as many as hold @share of the vectors in cells, and all chunks that are not
 * cells. Returns how many. @numbers: room for all chunks. With `lock` held. */
guint quarry_vector_index_rank_chunks (QuarryVectorIndex *self,
                                       const gint16 *query,
                                       float share,
                                       guint32 *numbers);

/* Like quarry_vector_index_search_exact_many(), but among one in QUARRY_VECTOR_SAMPLE of the vectors, and returns row
 * numbers instead of slots. Nobody else may be using @self, and no chunk may be damaged. */
void quarry_vector_index_search_sample (QuarryVectorIndex *self,
                                        const float *queries,
                                        guint n_queries,
                                        guint k,
                                        QuarryNeighbour *found,
                                        guint *n_found);

/* The dot product of @query and the mean of a chunk; writes how far apart they are to @distance. */
float quarry_vector_index_compare_centre (QuarryVectorIndex *self,
                                          guint chunk,
                                          const gint16 *query,
                                          float *distance);

/* The length of a centre. */
float quarry_vector_index_measure_centre (const QuarryVectorIndex *self, const gint16 *centre);

/* Appends a chunk that already has rows. To be called with `lock` held for writing, or before the index is shared. */
void quarry_vector_index_append_chunk (QuarryVectorIndex *self, QuarryVectorChunk *chunk);

G_END_DECLS
