/* quarry-eval-progress.h: reports how far a measurement has got
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Shared by all measurements, which call quarry_eval_step() after each step.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Called after each of the @total steps (documents, queries) of a measurement, on the measuring thread. */
typedef void (*QuarryEvalProgress) (guint done, guint total, gpointer user_data);

/* Counts steps and calls @func after each. */
typedef struct
{
  QuarryEvalProgress func; /* may be NULL */
  gpointer user_data;
  guint done;
  guint total;
} QuarryEvalSteps;

static inline void
quarry_eval_step (QuarryEvalSteps *steps)
{
  steps->done++;
  if (steps->func != NULL)
    steps->func (steps->done, steps->total, steps->user_data);
}

G_END_DECLS
