/* quarry-eval-confidence.h: measures how far the confidence of search results can be trusted
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each judged query is asked in its own collection; there a second time as if its relevant documents were missing; and
 * in every other collection, which has no answer either. Within each collection, the first kind has half of the weight,
 * the others a quarter each. The shipped weights are measured. If there are at least two collections, so are weights
 * that were fitted to all collections but the one that they are measured on.
 */
#pragma once

#include "core/eval/quarry-eval-progress.h"
#include "core/eval/quarry-measures.h"
#include "core/rank/quarry-confidence.h"

G_BEGIN_DECLS

#define QUARRY_EVAL_CONFIDENCE_BINS 10

/* One query asked in one collection. */
typedef struct
{
  guint collection; /* that it was asked in */
  QuarryConfidenceCase kind; /* what that has for it; SUBJECT where relevant documents were left out */
  double features[QUARRY_CONFIDENCE_N_FEATURES];
  double chance;   /* the confidence by the shipped weights */
  double left_out; /* by weights fitted to the other collections; NAN with one collection */
  double weight;
} QuarryEvalAsked;

typedef struct
{
  char *name; /* NULL for all collections together, which are means over collections, except for the bins */
  guint n_queries;
  double auroc_foreign; /* against queries of other collections; NAN with one collection */
  double auroc_removed;
  double calibration_error;
  double error_by_chance; /* the average calibration error for so many queries if the confidence was always exactly
                           * right */
  QuarryReliability bins[QUARRY_EVAL_CONFIDENCE_BINS];
} QuarryEvalConfidenceScores;

typedef struct
{
  guint n_collections;
  QuarryEvalConfidenceScores *shipped;  /* n_collections, plus one for all together */
  QuarryEvalConfidenceScores *left_out; /* likewise; NULL with one collection */
  QuarryConfidenceModel fitted;         /* weights fitted to all collections */
  GArray *asked;                        /* of QuarryEvalAsked */
} QuarryEvalConfidence;

/* Parameters and errors as for quarry_eval_retrieval(); @folders is NULL-terminated. */
QuarryEvalConfidence *quarry_eval_confidence (const char *const *folders,
                                              const char *model,
                                              QuarryEvalProgress progress,
                                              gpointer user_data,
                                              GError **error);
void quarry_eval_confidence_free (QuarryEvalConfidence *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryEvalConfidence, quarry_eval_confidence_free)

G_END_DECLS
