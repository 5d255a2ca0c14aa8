/* quarry-vector-codes.h: one bit a dimension, for a first look at many vectors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to core/vector. A chunk's vectors are taken relative to their mean m and rotated; of
 * each residual r the signs y ∈ {−1, 1}ⁿ are kept. With a query q, an estimate of the cosine
 * x·q of x = m + r is
 *   m·q + r·m + f (y·(q − m)) = m·q + t + f (y·q),   f = ‖r‖² / (r·y),   t = r·m − f (y·m),
 * of which f and t are kept with the bits, so that y is compared with the same q in all chunks. The
 * estimate is without bias over random rotations and its error has a known size: Gao and Long,
 * RaBitQ (SIGMOD 2024). Taking the mean off the query too, as is done here, makes the error smaller
 * where vectors have a direction in common.
 *
 * What is looked for is not the estimate but a bound that the cosine hardly ever exceeds. Since
 * r·y ≈ √(2/π) √n ‖r‖, the error's standard deviation is in good approximation .6 f ‖q − m‖:
 * a constant of the chunk to add to y·q.
 *
 * The sum y·q is taken by tables, four dimensions at a time, whose entries are bytes: after
 * André, Kermarrec and Le Scouarnec, Cache locality is not enough (VLDB 2015).
 */
#pragma once

#include "core/vector/quarry-vector-kernels.h"
#include "core/vector/quarry-vector-rotation.h"

G_BEGIN_DECLS

/* Codes of up to n_rows vectors in one block of memory. */
typedef struct
{
  float *mean;    /* rotated, n floats; where the block begins */
  float *factors; /* f, n_rows floats */
  float *terms;   /* t, n_rows floats */
  guint8 *bits;   /* in groups of QUARRY_VECTOR_GROUP rows, see quarry-vector-kernels.h */
} QuarryVectorCodes;

/* For room for @n_rows rows, and what fills their last group: a multiple of 64. */
gsize quarry_vector_codes_get_size (guint n, guint n_rows);

/* Finds the parts in @memory, of that size, at a multiple of QUARRY_VECTOR_ALIGNMENT. */
void quarry_vector_codes_place (QuarryVectorCodes *self, gpointer memory, guint n, guint n_rows);

/* One vector's code apart from its place, so that writing it is short. */
typedef struct
{
  float factor;
  float term;
  guint8 bits[4096 / 8];
} QuarryVectorCode;

/* The code of a rotated vector, which is overwritten by its residual. */
void quarry_vector_codes_make (const QuarryVectorCodes *self,
                               float *rotated,
                               guint n,
                               QuarryVectorCode *code);
void quarry_vector_codes_write (QuarryVectorCodes *self,
                                guint row,
                                guint n,
                                const QuarryVectorCode *code);

/* The code of row @from becomes that of row @to as well. */
void quarry_vector_codes_copy (QuarryVectorCodes *self, guint from, guint to, guint n);

/* All codes of the first @n_rows rows of @from, which was placed for that many or more, and the mean. @self is
 * placed for as many or more, too. */
void quarry_vector_codes_copy_all (QuarryVectorCodes *self,
                                   const QuarryVectorCodes *from,
                                   guint n,
                                   guint n_rows);

/* What fills the last group behind @n_rows rows becomes zeros, so that a file holds nothing that was in memory before. */
void quarry_vector_codes_clear_rest (QuarryVectorCodes *self, guint n, guint n_rows);

/* What codes are compared with: a query, and then a chunk's mean. */
typedef struct
{
  guint8 *table; /* n / 4 × 16 */
  gint32 middle; /* the sum that means y·q = 0 */
  gint32 offset; /* the same, for the bound */
  float step;    /* what 1 of a sum is worth */
  float base;    /* m·q */
} QuarryVectorProbe;

/* @query: rotated. */
void quarry_vector_probe_set (QuarryVectorProbe *self, const float *query, guint n);

/* How large the error of an estimate is for a chunk whose mean lies @distance from the query: its
 * standard deviation, in units of f. */
float quarry_vector_codes_get_error (float distance);

/* @base: m·q. @distance: ‖q − m‖. @deviations: how many standard deviations of the error the bound
 * lies above the estimate. */
void quarry_vector_probe_aim (QuarryVectorProbe *self, float base, float distance, float deviations);

/* The estimate of a row's cosine less m·q, from the query itself. @query: rotated, at a multiple of 16 bytes. */
float quarry_vector_codes_estimate (const QuarryVectorCodes *self,
                                    guint row,
                                    const float *query,
                                    guint n);

/* The bound of a row's cosine, given its sum of table entries. */
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
