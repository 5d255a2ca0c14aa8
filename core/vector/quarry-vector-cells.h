/* quarry-vector-cells.h: groups vectors that are near one another into cells
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to core/vector. K-means on two levels: √k coarse cells and, within each, its share of the k fine ones, all
 * learnt from samples; then every vector is assigned to the nearest fine cell of its two nearest coarse cells. This
 * takes n √k comparisons instead of n k, with equally good results: the mean squared distance of 200,000 paragraphs to
 * the centres of 770 cells was .571 either way (with three coarse cells each). All of it is computed in integers, by
 * the kernels for many products at a time. They take a third of the time that products of floats took with OpenBLAS,
 * and the same vectors always get the same cells, on every machine.
 *
 * Searching by cells follows Sivic and Zisserman, Video Google (ICCV 2003); the two levels follow Nistér and Stewénius,
 * Scalable Recognition with a Vocabulary Tree (CVPR 2006).
 */
#pragma once

#include "core/vector/quarry-vector-kernels.h"

G_BEGIN_DECLS

/* Writes the vectors with these @numbers (n × stride). */
typedef void (*QuarryVectorGatherFunc) (gpointer data,
                                        const guint32 *numbers,
                                        guint n,
                                        gint16 *vectors);

/* Groups @n vectors, which are in the fixed point format of the kernels, into cells. Writes the numbers of all vectors
 * to @order, cell by cell, and returns where in @order each cell ends (guint32). No cell has more than @largest
 * vectors; on average they have about half as many. (transfer full) */
GArray *quarry_vector_cells_find (const QuarryVectorKernels *kernels,
                                  gsize stride,
                                  guint n,
                                  guint largest,
                                  QuarryVectorGatherFunc gather,
                                  gpointer data,
                                  guint32 *order);

/* Writes, for each of @n vectors, which of the @k centres (at least one; k × stride) is nearest. This is how new
 * vectors are assigned to existing cells. */
void quarry_vector_cells_choose (const QuarryVectorKernels *kernels,
                                 gsize stride,
                                 guint n,
                                 QuarryVectorGatherFunc gather,
                                 gpointer data,
                                 const gint16 *centres,
                                 guint k,
                                 guint32 *cells);

G_END_DECLS
