/* quarry-contrast.h: rows moved so that queries find their passages
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Symmetric InfoNCE within a batch (van den Oord, Li and Vinyals 2018), summed over the first 64,
 * 128, … dimensions (Kusupati et al. 2022, "Matryoshka Representation Learning"), by Adam on the
 * rows that a batch touches.
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

/* Trains @rows (n × dims) in place. @say, if not NULL, is told how it goes. */
void quarry_contrast (float *rows,
                      guint n,
                      guint dims,
                      QuarryMixture *mixture,
                      const QuarryContrastSettings *settings,
                      void (*say) (const char *what));

/* The held-back pairs: mean reciprocal rank of a query's own passage among the passages of all
 * sources, counted to rank 10, ties as lost by half. Returns the mean over the sources, and the
 * same of each as text, a line a subject. (transfer full) */
double quarry_contrast_measure (const float *rows,
                                guint dims,
                                QuarryMixture *mixture,
                                char **report);

G_END_DECLS
