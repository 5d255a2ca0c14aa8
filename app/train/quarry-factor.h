/* quarry-factor.h: the start of a model, from counts by factorisation
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "app/train/quarry-cooccurrence.h"

G_BEGIN_DECLS

/* U √S of the truncated singular value decomposition, by random projection and power iterations
 * (Halko, Martinsson and Tropp 2011, "Finding structure with randomness"). (transfer full):
 * n × dims floats. The same seed gives the same floats on the same machine. */
float *quarry_factorise (const QuarryPpmi *ppmi, guint dims, guint seed);

/* Makes rows of unit length, times a / (a + p), p the token's share of all @counts, a = 1e-4
 * (Arora, Liang and Ma 2017, "A Simple but Tough-to-Beat Baseline for Sentence Embeddings"). Rows
 * of nothing become small random ones, so that training can move them. */
void quarry_weigh_rows (float *rows, const double *counts, guint n, guint dims, guint seed);

G_END_DECLS
