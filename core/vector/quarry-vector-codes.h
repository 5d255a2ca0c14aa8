/* quarry-vector-codes.h: codes of one bit per dimension, for a first look at many vectors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to core/vector. The vectors of a chunk are taken relative to their mean m and rotated; of each residual r,
 * the signs y ∈ {−1, 1}ⁿ are kept. For a query q, an estimate of the cosine x·q with x = m + r is
 *   m·q + r·m + f (y·(q − m)) = m·q + t + f (y·q),   f = ‖r‖² / (r·y),   t = r·m − f (y·m).
 * f and t are stored with the bits, so that the same q can be used for the y of all chunks. Over random rotations, the
 * estimate is unbiased and its error has a known size: Gao and Long, RaBitQ (SIGMOD 2024). Here the mean is subtracted
 * from the query as well, which makes the error smaller where vectors have a direction in common.
 *
 * Searches do not use the estimate itself but an upper bound that the cosine hardly ever exceeds. Since r·y ≈ √(2/π) √n
 * ‖r‖, the standard deviation of the error is about .6 f ‖q − m‖: for each chunk, a constant to add to y·q.
 *
 * The sum y·q is computed by tables of bytes, four dimensions at a time: after André, Kermarrec and Le Scouarnec, Cache
 * locality is not enough (VLDB 2015).
 */
#pragma once

#include "core/vector/quarry-vector-kernels.h"
#include "core/vector/quarry-vector-rotation.h"

G_BEGIN_DECLS

/* The codes of up to n_rows vectors, in one block of memory. */
typedef struct
{
  float *mean;    /* of the vectors, rotated; n floats; at the beginning of the block */
  float *factors; /* f, n_rows floats */
  float *terms;   /* t, n_rows floats */
  guint8 *bits;   /* in groups of QUARRY_VECTOR_GROUP rows, see quarry-vector-kernels.h */
} QuarryVectorCodes;

/* The size of the block for @n_rows rows and the padding of their last group; a multiple of 64. */
gsize quarry_vector_codes_get_size (guint n, guint n_rows);

/* Sets the pointers to the parts of a block of that size at @memory, which is a multiple of QUARRY_VECTOR_ALIGNMENT. */
void quarry_vector_codes_place (QuarryVectorCodes *self, gpointer memory, guint n, guint n_rows);

/* The code of one vector by itself, so that it can be computed first and then be written to its place in little
 * time. */
typedef struct
{
  float factor;
  float term;
  guint8 bits[4096 / 8];
} QuarryVectorCode;

/* Makes the code of a rotated vector, which is overwritten by its residual. */
void quarry_vector_codes_make (const QuarryVectorCodes *self,
                               float *rotated,
                               guint n,
                               QuarryVectorCode *code);
void quarry_vector_codes_write (QuarryVectorCodes *self,
                                guint row,
                                guint n,
                                const QuarryVectorCode *code);

/* Copies the code of row @from to row @to. */
void quarry_vector_codes_copy (QuarryVectorCodes *self, guint from, guint to, guint n);

/* Copies the mean and the codes of the first @n_rows rows of @from. Both must have been placed for at least as many
 * rows. */
void quarry_vector_codes_copy_all (QuarryVectorCodes *self,
                                   const QuarryVectorCodes *from,
                                   guint n,
                                   guint n_rows);

/* Sets the padding of the last group, after @n_rows rows, to zeros, so that no previous content of the memory gets into
 * a file. */
void quarry_vector_codes_clear_rest (QuarryVectorCodes *self, guint n, guint n_rows);

/* What codes are compared with: prepared first for a query, then for each chunk. */
typedef struct
{
  guint8 *table; /* of bytes, n / 4 × 16 */
  gint32 middle; /* the sum of table entries that corresponds to y·q = 0 */
  gint32 offset; /* the same, lowered so that the result is the upper bound */
  float step;    /* how much 1 in a sum of table entries stands for */
  float base;    /* m·q */
} QuarryVectorProbe;

/* Prepares the probe for a query. @query: rotated. */
void quarry_vector_probe_set (QuarryVectorProbe *self, const float *query, guint n);

/* The standard deviation of the error of an estimate, in units of f, in a chunk whose mean is at @distance from the
 * query. */
float quarry_vector_codes_get_error (float distance);

/* Prepares the probe for a chunk. @base: m·q. @distance: ‖q − m‖. @deviations: how many standard deviations of the
 * error the upper bound is above the estimate. */
void quarry_vector_probe_aim (QuarryVectorProbe *self, float base, float distance, float deviations);

/* The estimate of a row's cosine without the term m·q, computed from the query itself rather than by tables. @query:
 * rotated, aligned to 16 bytes. */
float quarry_vector_codes_estimate (const QuarryVectorCodes *self,
                                    guint row,
                                    const float *query,
                                    guint n);

/* The upper bound of a row's cosine, given the sum of its table entries. */
static inline float
quarry_vector_probe_bound (const QuarryVectorProbe *self,
                           const QuarryVectorCodes *codes,
                           guint row,
                           gint32 sum)
{
  return self->base + codes->terms[row]
         + self->step * codes->factors[row] * (float) (sum - self->offset);
}

G_END_DECLS
