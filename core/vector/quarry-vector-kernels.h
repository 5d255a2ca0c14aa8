/* quarry-vector-kernels.h: the inner loops of the vector index, for each kind of processor
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to core/vector. All sets of kernels give bit for bit the same results, on every machine: comparisons are made
 * between integers, and floats are added in the same order everywhere.
 *
 * Vectors are stored in fixed point: the components of a unit vector times QUARRY_VECTOR_ONE, rounded. By the
 * Cauchy–Schwarz inequality, the dot product of two such vectors is less than 2³¹, and so is the sum over any subset of
 * their dimensions: 32 bits never overflow.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define QUARRY_VECTOR_ONE 32767

/* Rows are padded with zeros to a multiple of this many dimensions, and begin at multiples of QUARRY_VECTOR_ALIGNMENT
 * bytes. */
#define QUARRY_VECTOR_LANE 32
#define QUARRY_VECTOR_ALIGNMENT 64

/* Codes of one bit per dimension are stored in groups of this many rows: byte i of every row of the group, then byte i
 * + 1 of every row. Within these 64 bytes, rows r and r + 32 are adjacent, which saves the kernels a shuffle. */
#define QUARRY_VECTOR_GROUP 64

static inline guint
quarry_vector_place_in_group (guint row)
{
  return row % 32 * 2 + row / 32;
}

/* A scan finds the codes of rows for which
 *   factors[row] × (sum − offset) > (limit − terms[row]) × inverse_step,
 * where sum is the sum, over the n_bytes bytes of a row's code, of the table's entries for the low and for the high
 * four bits of each byte. No sum exceeds 65,535, and no two entries together 255. */
typedef struct
{
  gsize n_bytes;
  const guint8 *table; /* n_bytes × 2 × 16 */
  const float *factors;
  const float *terms;
  gint32 offset;
  float limit;
  float inverse_step;
} QuarryVectorScan;

typedef struct
{
  const char *name;

  /* Writes the dot products of @query with @n_rows rows that are @stride components apart. */
  void (*dots) (const gint16 *query, const gint16 *rows, gsize stride, guint n_rows, gint32 *dots);

  /* The same for @n_queries queries that are @stride components apart: first the products of the first query, then
   * those of the second, and so on. A row that is in a register serves several queries. */
  void (*dots_many) (const gint16 *queries,
                     guint n_queries,
                     const gint16 *rows,
                     gsize stride,
                     guint n_rows,
                     gint32 *dots);

  /* Multiplies @vector by @signs and applies the Walsh–Hadamard transform, without scaling, in place. @n: a power of
   * two, 64 or more. Both arrays are aligned to 16 bytes. */
  void (*transform) (float *vector, const float *signs, guint n);

  /* Writes which of the first @n_rows rows of @bits satisfy the condition above, and their sums. Returns how many.
   * Bits, factors and terms must extend to the end of a group. */
  guint (*scan) (const QuarryVectorScan *scan,
                 const guint8 *bits,
                 guint n_rows,
                 guint16 *rows,
                 gint32 *sums);
} QuarryVectorKernels;

/* All sets of kernels that can run on this machine, the portable one first, the fastest last. */
const QuarryVectorKernels *const *quarry_vector_kernels_list (guint *n_kernels);

/* For sets of kernels that have no transform of their own. */
void quarry_vector_transform_portable (float *vector, const float *signs, guint n);

/* The fastest set of kernels. */
const QuarryVectorKernels *quarry_vector_kernels (void);

/* Defined when compiling for x86-64; NULL where the processor lacks the instructions. */
const QuarryVectorKernels *quarry_vector_kernels_avx2 (void);
const QuarryVectorKernels *quarry_vector_kernels_avx512 (void);

/* Defined for 64-bit ARM (little endian), where every processor can run them. */
extern const QuarryVectorKernels quarry_vector_kernels_neon;

G_END_DECLS
