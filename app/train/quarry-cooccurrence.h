/* quarry-cooccurrence.h: counts which tokens occur near which
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Counts pairs of tokens that are up to ten apart, each weighted by 1/distance, and computes from
 * these the positive pointwise mutual information with smoothed context counts (Levy, Goldberg and
 * Dagan 2015, "Improving Distributional Similarity with Lessons Learned from Word Embeddings").
 */
#pragma once

#include "app/train/quarry-token-file.h"

G_BEGIN_DECLS

/* The PPMI matrix. Item (i, j) is max (0, logs + row[i] + column[j]), where `logs` holds the logarithm of the count.
 * The counts are symmetric, so one copy of them serves the transposed matrix as well. */
typedef struct
{
  guint n;
  gsize *starts; /* n + 1 */
  guint32 *columns;
  float *logs;
  float *row;
  float *column;
} QuarryPpmi;

/* Counts all records of @files. @n: the number of tokens in the vocabulary. Takes 2 n² bytes of memory while
 * counting. */
QuarryPpmi *quarry_ppmi_new (const QuarryTokenFile *files, guint n_files, guint n);
void quarry_ppmi_free (QuarryPpmi *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryPpmi, quarry_ppmi_free)

/* product (n × k) = PPMI × factor (n × k), or, if @transposed, PPMIᵀ × factor. */
void quarry_ppmi_multiply (const QuarryPpmi *self,
                           gboolean transposed,
                           const float *factor,
                           guint k,
                           float *product);

/* How often each token occurs in @files: (transfer full) n doubles. */
double *quarry_count_tokens (const QuarryTokenFile *files, guint n_files, guint n);

G_END_DECLS
