/* quarry-vector-kernels.h: the inner loops of the vector index, for every kind of processor
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to core/vector. Every set of kernels gives the same answer to the last bit, whichever the
 * machine: what is compared is integers, and of floats the order of sums is the same everywhere.
 *
 * Vectors are kept in fixed point: components of a unit vector times QUARRY_VECTOR_ONE, rounded.
 * By the inequality of Cauchy and Schwarz a dot product of two such vectors stays below 2³¹, and
 * so does the sum over any part of their dimensions: 32 bits never overflow.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define QUARRY_VECTOR_ONE 32767

/* Rows are padded with zeros to a multiple of this many dimensions, and start at multiples of
 * QUARRY_VECTOR_ALIGNMENT bytes. */
#define QUARRY_VECTOR_LANE 32
#define QUARRY_VECTOR_ALIGNMENT 64

/* Codes of one bit a dimension stand in groups of this many rows: byte i of every row of the group,
 * then byte i + 1. Within the 64 bytes, rows r and r + 32 are neighbours, which spares the kernels
 * a shuffle. */
#define QUARRY_VECTOR_GROUP 64

static inline guint
quarry_vector_place_in_group (guint row)
{
  return row % 32 * 2 + row / 32;
}

/* What a scan of codes looks for: rows for which
 *   factors[row] × (sum − offset) > (limit − terms[row]) × inverse_step,
 * where sum adds, over the n_bytes bytes of a row's code, the table's entries for the low and for
 * the high four bits of each. No sum exceeds 65,535, and no two entries 255. */
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

  /* Writes the dot products of @query with @n_rows rows that stand @stride components apart. */
  void (*dots) (const gint16 *query, const gint16 *rows, gsize stride, guint n_rows, gint32 *dots);

  /* The same for @n_queries queries that stand @stride components apart: those of the first, then those
   * of the second. A row that is in a register serves several queries. */
  void (*dots_many) (const gint16 *queries,
                     guint n_queries,
                     const gint16 *rows,
                     gsize stride,
                     guint n_rows,
                     gint32 *dots);

  /* Multiplies @vector by @signs and takes its Hadamard transform (Walsh's, without a scale), in place.
   * @n: a power of two, 64 or more. At multiples of 16 bytes. */
  void (*transform) (float *vector, const float *signs, guint n);

  /* Writes which of the first @n_rows rows of @bits are found, and their sums. Returns how many.
   * Bits, factors and terms reach to the end of a group. */
  guint (*scan) (const QuarryVectorScan *scan,
                 const guint8 *bits,
                 guint n_rows,
                 guint16 *rows,
                 gint32 *sums);
} QuarryVectorKernels;

/* All sets of kernels that this machine can run, the portable one first, the fastest last. */
const QuarryVectorKernels *const *quarry_vector_kernels_list (guint *n_kernels);

/* For those that have none of their own. */
void quarry_vector_transform_portable (float *vector, const float *signs, guint n);

/* The fastest. */
const QuarryVectorKernels *quarry_vector_kernels (void);

/* Defined where the compiler knows x86-64; NULL where the processor lacks what it needs. */
const QuarryVectorKernels *quarry_vector_kernels_avx2 (void);
const QuarryVectorKernels *quarry_vector_kernels_avx512 (void);

/* Defined on 64-bit ARM (little endian), every processor of which can run them. */
extern const QuarryVectorKernels quarry_vector_kernels_neon;

G_END_DECLS
