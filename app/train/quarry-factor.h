/* quarry-factor.h: factorizes the counts, which gives the start of a model
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "app/train/quarry-cooccurrence.h"

G_BEGIN_DECLS

/* U √S of the truncated singular value decomposition, by random projection and power iteration (Halko, Martinsson and
 * Tropp 2011, "Finding structure with randomness"). (transfer full): n × dims floats, the same on the same machine if
 * @seed is the same. */
float *quarry_factorise (const QuarryPpmi *ppmi, guint dims, guint seed);

/* Scales each row to length a / (a + p), where p is the token's share of all @counts and a = 1e-4 (Arora, Liang and Ma
 * 2017, "A Simple but Tough-to-Beat Baseline for Sentence Embeddings"). Zero rows become small random ones, so that
 * training can move them. */
void quarry_weigh_rows (float *rows, const double *counts, guint n, guint dims, guint seed);

G_END_DECLS
