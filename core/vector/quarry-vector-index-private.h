/* quarry-vector-index-private.h: how the vector index keeps its vectors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to core/vector. Vectors stand in rows, in chunks of up to a fixed number of rows, so that
 * growing copies nothing. Within a chunk rows have no gaps: removing a vector moves the chunk's last
 * row into its place. New vectors go to the last chunk, which is open.
 *
 * A chunk that is full, and every chunk of a file, is sealed: it gets codes of one bit a dimension
 * (quarry-vector-codes.h), relative to its own mean. What is not sealed, at most one chunk, the last,
 * is searched exactly. So nothing needs to be learnt before the first vector comes.
 *
 * When a file is written, vectors are put in order on the way (quarry-vector-cells.h): the chunks of
 * that file are cells, of which a search visits those nearest to the query, and how many those are has
 * been measured (quarry-vector-effort.h). What comes then is in other chunks, which every search visits,
 * until the next file is written: there it joins the nearest cells, those that have no room are parted
 * in several, and those that have lost nearly all are dissolved among the others. Where a third is new,
 * all cells are found and measured anew.
 *
 * Two locks. `change` is held for the whole of an add, a remove or a save: there is one writer.
 * `lock` is taken for writing only around the few stores by which a change becomes visible, and
 * for reading for as long as a few chunks take. So a search waits for one small change at most, and
 * a change for a few chunks. The writer may read without `lock`, since nobody else writes.
 *
 * Until then new vectors may be moved to a file of their own (quarry-vector-spill.c), chunk by chunk.
 *
 * A row never leaves its chunk but when all chunks are exchanged for those of a file just written; a
 * search that finds that begins anew. So a vector that is there all the while is met.
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

/* What a search needs is measured among one in so many vectors. */
#define QUARRY_VECTOR_SAMPLE 10

typedef struct
{
  guint n_rows;
  gboolean sealed;
  gboolean cell;   /* its vectors were put together because they are near one another */
  gboolean mapped; /* slots, codes and rows lie in a file, not in memory of their own */
  float length;    /* of the mean, as it stands among the centres */
  guint32 *slots;
  gint16 *rows;            /* room for QUARRY_VECTOR_CHUNK_ROWS × stride, or as many as there are; or NULL */
  QuarryVectorCodes codes; /* once it is sealed */
  gpointer memory;         /* for codes and rows, or NULL where they lie in the file */
  gsize memory_size;
  QuarryVectorRoom *room; /* that the memory is a piece of, or NULL */
  /* Of the codes in the file; atomic: they have been checked, or need not be. */
  guint64 codes_sum;
  gint codes_checked;
  /* The rows' checksums in the file, or NULL; which rows have been checked, or need not be: a bit a
   * row, set by searches too. */
  const guint32 *sums;
  guint64 checked[QUARRY_VECTOR_CHUNK_ROWS / 64];
  gint n_read; /* atomic: rows that were asked for before they were checked */
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
  gsize stride; /* dims, padded */
  QuarryVectorRotation rotation;
  const QuarryVectorKernels *kernels;

  GMutex change;
  pthread_rwlock_t lock;

  QuarryVectorChunk **chunks;
  gint16 *centres; /* n_chunks_room × stride: the means of sealed chunks, in fixed point */
  guint n_chunks;
  guint n_chunks_room;
  guint32 n_rows;
  guint32 n_cell_rows; /* of them in cells */
  guint32 n_joined;    /* have joined them since they were found */
  guint32 n_zeros;   /* slots that hold an all-zero vector */
  guint64 n_removed; /* rows removed so far */
  guint n_exchanged; /* how often all chunks have been exchanged */
  QuarryVectorSlots slots;
  float promised;            /* the recall of searches, for the next file in new order */
  float *queries;            /* to measure with, n_queries × dims, the writer's */
  guint n_queries;
  float measured;            /* for which the effort has been measured, or 0 */
  QuarryVectorEffort effort; /* under `lock` */

  QuarryVectorRoom *room; /* for the chunks to come; NULL as long as they are few */
  guint n_made;           /* chunks since the last save */

  gint16 *scratch; /* one row, the writer's */
  float *rotated;  /* one rotated row, the writer's */

  /* The file that mapped chunks lie in: a private mapping, so that changing a row in it copies its
   * page into memory and leaves the file as it is. */
  gpointer map;
  gsize map_length;
  GArray *spills; /* of QuarryVectorSpill: such mappings of files that are nobody else's */
  gint damaged; /* atomic: a row in it has been found wrong, or a page was not there */

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
gboolean quarry_vector_index_encode (const QuarryVectorIndex *self, const float *vector, gint16 *row);

/* Puts the row in scratch into @slot. @row, the same for an empty slot or an all-zero vector:
 * QUARRY_VECTOR_NO_ROW, QUARRY_VECTOR_ZERO_ROW. With `change` held. */
void quarry_vector_index_put_row (QuarryVectorIndex *self, guint32 slot);
void quarry_vector_index_drop_row (QuarryVectorIndex *self, guint32 slot, guint32 then);

/* The slot of @row. What a mapped file says is not believed where it is not so the other way round too:
 * somebody else may have written into it, and the index is damaged from now on. With `change` held. */
guint32 quarry_vector_index_find_slot (QuarryVectorIndex *self, guint32 row);

/* Whether row @i of @chunk is as it was saved; where it is not, the index is damaged from now on.
 * Before anything is concluded from a row. */
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

/* The row, which may have been read to @copy (stride components); NULL where it is damaged. With `lock`
 * held. */
const gint16 *quarry_vector_index_look_at_row (QuarryVectorIndex *self,
                                               QuarryVectorChunk *chunk,
                                               guint i,
                                               gint16 *copy);

/* The same for the codes of a chunk. @copy: of a whole chunk's. */
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

/* Writes the rotated vector of a row (rotation.n floats). */
void quarry_vector_index_rotate (const QuarryVectorIndex *self, const gint16 *row, float *rotated);

/* With room for the slots and codes of @n rows, and for the rows where they will be kept in memory. */
QuarryVectorChunk *quarry_vector_chunk_new (QuarryVectorIndex *self, guint n, gboolean with_rows);
void quarry_vector_chunk_free (QuarryVectorChunk *self);

/* Slots, codes (of as many rows as the chunk has, of @n dimensions) and rows lie there from now on. */
void quarry_vector_chunk_map (
    QuarryVectorChunk *self, guint32 *slots, gpointer codes, guint n, gint16 *rows);

/* An index of the same vectors as it will be written, without their rows; NULL where @self is damaged.
 * With `change` held. */
QuarryVectorIndex *quarry_vector_index_make_successor (QuarryVectorIndex *self);

/* @self becomes what @fresh is, its successor, and the other way round. */
void quarry_vector_index_exchange (QuarryVectorIndex *self, QuarryVectorIndex *fresh);

/* Finds out the effort that keeps what is promised, for these @queries (n × dims floats), or for such
 * as are made of the vectors where there are none. Nobody else may use @self. */
void quarry_vector_index_measure_effort (QuarryVectorIndex *self, const float *queries, guint n);

/* Gives @chunk, the last one, codes. */
void quarry_vector_index_seal (QuarryVectorIndex *self, QuarryVectorChunk *chunk);

static inline gint16 *
quarry_vector_index_row_at (const QuarryVectorIndex *self, guint32 row)
{
  return self->chunks[row / QUARRY_VECTOR_CHUNK_ROWS]->rows
         + row % QUARRY_VECTOR_CHUNK_ROWS * self->stride;
}

/* Has row @row, if there is one, brought near, soon before it is read. */
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

/* Writes the numbers of the chunks that a search of @query visits, the most promising first: of the
 * cells so many of those whose centres' directions are nearest that @share of the vectors in cells
 * lie in them, and all that are none. Returns how many. @numbers: room for all. With `lock` held. */
guint quarry_vector_index_rank_chunks (QuarryVectorIndex *self,
                                       const gint16 *query,
                                       float share,
                                       guint32 *numbers);

/* As quarry_vector_index_search_exact_many(), among one in QUARRY_VECTOR_SAMPLE of the vectors, with the numbers of
 * their rows in place of their slots. Nobody else may use @self, no chunk of which is damaged. */
void quarry_vector_index_search_sample (QuarryVectorIndex *self,
                                        const float *queries,
                                        guint n_queries,
                                        guint k,
                                        QuarryNeighbour *found,
                                        guint *n_found);

/* The product of @query and a chunk's mean; writes how far they are from one another. */
float quarry_vector_index_compare_centre (QuarryVectorIndex *self,
                                          guint chunk,
                                          const gint16 *query,
                                          float *distance);

/* How long a centre is. */
float quarry_vector_index_measure_centre (const QuarryVectorIndex *self, const gint16 *centre);

/* Appends a chunk that holds rows already. Called with `lock` held for writing, or before the
 * index is shared. */
void quarry_vector_index_append_chunk (QuarryVectorIndex *self, QuarryVectorChunk *chunk);

G_END_DECLS
