/* quarry-vector-cells.h: vectors put together that are near one another
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to core/vector. K-means over two levels: √k coarse cells, in each its share of the k fine
 * ones, learnt on samples; then every vector goes to the nearest fine cell of its two nearest coarse
 * ones. That takes n √k comparisons instead of n k and comes out as good: mean squared distance .571
 * in both, of 200,000 paragraphs in 770 cells (with three coarse ones). In integers, by the kernels for
 * many products at a time, which take a third of the time that products of floats through OpenBLAS
 * took; the same vectors always come into the same cells, on every machine.
 *
 * After Sivic and Zisserman, Video Google (ICCV 2003), who search so, and Nistér and Stewénius,
 * Scalable Recognition with a Vocabulary Tree (CVPR 2006), for the levels.
 */
#pragma once

#include "core/vector/quarry-vector-kernels.h"

G_BEGIN_DECLS

/* Writes the vectors of these @numbers (n × stride). */
typedef void (*QuarryVectorGatherFunc) (gpointer data,
                                        const guint32 *numbers,
                                        guint n,
                                        gint16 *vectors);

/* Vectors in fixed point, as the kernels have them. Writes the numbers of all @n vectors, those of a cell
 * together, to @order. Returns where the cells end in it, in order (guint32): none has more than @largest
 * vectors, and about half as many on average. (transfer full) */
GArray *quarry_vector_cells_find (const QuarryVectorKernels *kernels,
                                  gsize stride,
                                  guint n,
                                  guint largest,
                                  QuarryVectorGatherFunc gather,
                                  gpointer data,
                                  guint32 *order);

/* Writes which of @k centres, one or more (k × stride), each of @n vectors is nearest to: what has come since joins
 * cells so. */
void quarry_vector_cells_choose (const QuarryVectorKernels *kernels,
                                 gsize stride,
                                 guint n,
                                 QuarryVectorGatherFunc gather,
                                 gpointer data,
                                 const gint16 *centres,
                                 guint k,
                                 guint32 *cells);

G_END_DECLS
