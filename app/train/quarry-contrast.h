/* quarry-contrast.h: contrastive training: moves rows so that queries find their passages
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Symmetric InfoNCE within a batch (van den Oord, Li and Vinyals 2018), summed over the first 64, 128,
 * … dimensions (Kusupati et al. 2022, "Matryoshka Representation Learning"), by Adam on the rows that
 * occur in a batch.
 */
#pragma once

#include "app/train/quarry-mixture.h"

G_BEGIN_DECLS

typedef struct
{
  guint n_steps;
  guint batch;
  double learning_rate;
  guint seed;
} QuarryContrastSettings;

/* Trains @rows (n × dims) in place. @say, if not NULL, is called with messages about the progress. */
void quarry_contrast (float *rows,
                      guint n,
                      guint dims,
                      QuarryMixture *mixture,
                      const QuarryContrastSettings *settings,
                      void (*say) (const char *what));

/* Evaluates on the pairs that are held back: the mean reciprocal rank, up to rank 10, of each query's own passage among
 * the held-back passages of all sources; a tie counts as half a rank. Returns the mean over the sources, and sets a
 * report with a line for each subject. (transfer full) */
double quarry_contrast_measure (const float *rows,
                                guint dims,
                                QuarryMixture *mixture,
                                char **report);

G_END_DECLS
