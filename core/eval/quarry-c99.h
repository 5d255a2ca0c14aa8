/* quarry-c99.h: C99, a classic way to cut a text by its words
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Choi, Advances in domain independent linear text segmentation, NAACL 2000: how alike two
 * sentences are is replaced by its rank among its neighbours in the matrix of all pairs; the text
 * is split again and again where the squares along the diagonal become densest, until one split
 * more brings little (mean + 1.2 deviations of what all splits bring). How many segments there are
 * is not told.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The matrix of a longer text would not fit: it is cut in stretches of so many sentences. */
#define QUARRY_C99_STRETCH 1024

/* Sentence i's words are @words[@first[i]] to @words[@first[i + 1] − 1], numbers below @n_words;
 * @first has @n + 1 entries. Sets @cuts[i], of @n, where a segment ends after sentence i, other
 * than the last. Time and memory: @n × QUARRY_C99_STRETCH. */
void quarry_c99_cut (const guint32 *first, const guint32 *words, guint n_words, guint n, gboolean *cuts);

/* The ranks of @similarity (@n × @n, row-major, symmetric): the share of the up to 120 neighbours
 * of a cell, within 5 of it in both directions, that are smaller. (transfer full): n × n. */
float *quarry_c99_ranks (const float *similarity, guint n);

G_END_DECLS
