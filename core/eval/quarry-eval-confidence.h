/* quarry-eval-confidence.h: whether to believe the confidence
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each judged query is asked of its own collection; there once more as if its relevant documents were
 * not in it; and of every other collection, which does not hold an answer either. Of each collection's
 * weight the first have half, the others a quarter each. Beside the shipped weights stand, where there
 * are two collections or more, weights that were fitted to all collections but the one they are
 * measured on.
 */
#pragma once

#include "core/eval/quarry-eval-progress.h"
#include "core/eval/quarry-measures.h"
#include "core/rank/quarry-confidence.h"

G_BEGIN_DECLS

#define QUARRY_EVAL_CONFIDENCE_BINS 10

/* One query asked of one collection. */
typedef struct
{
  guint collection; /* that was asked */
  QuarryConfidenceCase kind; /* what it has: with its relevant documents removed, the subject alone */
  double features[QUARRY_CONFIDENCE_N_FEATURES];
  double chance;   /* by the shipped weights */
  double left_out; /* by weights fitted to the other collections; NAN with one collection */
  double weight;
} QuarryEvalAsked;

typedef struct
{
  char *name; /* NULL for all together: means of the collections, but for the bins */
  guint n_queries;
  double auroc_foreign; /* NAN with one collection */
  double auroc_removed;
  double calibration_error;
  double error_by_chance; /* what that would be, on average, for so many queries if all that is said were true */
  QuarryReliability bins[QUARRY_EVAL_CONFIDENCE_BINS];
} QuarryEvalConfidenceScores;

typedef struct
{
  guint n_collections;
  QuarryEvalConfidenceScores *shipped;  /* n_collections and one more for all */
  QuarryEvalConfidenceScores *left_out; /* likewise; NULL with one collection */
  QuarryConfidenceModel fitted;         /* to all of them */
  GArray *asked;                        /* of QuarryEvalAsked */
} QuarryEvalConfidence;

/* As quarry_eval_retrieval(). */
QuarryEvalConfidence *quarry_eval_confidence (const char *const *folders,
                                              const char *model,
                                              QuarryEvalProgress progress,
                                              gpointer user_data,
                                              GError **error);
void quarry_eval_confidence_free (QuarryEvalConfidence *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryEvalConfidence, quarry_eval_confidence_free)

G_END_DECLS
