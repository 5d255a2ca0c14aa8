/* quarry-c99.h: C99, a classic method of segmenting a text by its words
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Choi, Advances in domain independent linear text segmentation, NAACL 2000. The similarity of two sentences is
 * replaced by its rank among its neighbours in the matrix of all pairs. The text is then split repeatedly, each time
 * where the squares along the diagonal become densest, until another split gains little: no more than the mean gain of
 * all splits plus 1.2 standard deviations. The number of segments is not given in advance.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The matrix for a longer text would not fit in memory, so such a text is processed in stretches of at most this many
 * sentences. */
#define QUARRY_C99_STRETCH 1024

/* The words of sentence i are @words[@first[i]] to @words[@first[i + 1] − 1], numbers below @n_words; @first has @n + 1
 * entries. Sets @cuts[i], of @n, where a segment ends after sentence i, except after the last one. Time and memory are
 * in proportion to @n × QUARRY_C99_STRETCH. */
void quarry_c99_cut (const guint32 *first, const guint32 *words, guint n_words, guint n, gboolean *cuts);

/* The ranks of @similarity (@n × @n, row-major, symmetric). The rank of a cell is the share of its neighbours (up to
 * 120, within 5 in both directions) that are smaller. (transfer full): n × n */
float *quarry_c99_ranks (const float *similarity, guint n);

G_END_DECLS
