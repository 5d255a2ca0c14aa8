/* quarry-feedback.h: changes a query according to passages that a person marked
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Relevance feedback (Rocchio, Relevance Feedback in Information Retrieval, 1971): the query is moved towards the mean
 * of the passages of which there should be more, and by a smaller weight away from the mean of those of which there
 * should be less. There are functions for vectors and for words. Pure; thread safe.
 */
#pragma once

#include "core/rank/quarry-diversity.h"
#include "core/rank/quarry-fusion.h"

G_BEGIN_DECLS

/* The weights of the two means; that of the query is 1. */
#define QUARRY_FEEDBACK_MORE 0.75
#define QUARRY_FEEDBACK_LESS 0.5

/* Moves @query (dims floats, a unit vector or zero) and normalises it again. @more, @less: arrays of vectors (dims
 * floats each, of any length); those without a direction are ignored. FALSE where the result has no direction, in which case @query is unchanged. */
gboolean quarry_feedback_move (float *query,
                               guint dims,
                               const float *const *more,
                               guint n_more,
                               const float *const *less,
                               guint n_less);

/* The words that best describe some passages. @terms: for each passage its stems with their weights, (1 + ln tf) × idf,
 * each once. From the mean weight of a stem, its mean weight in the @other passages is subtracted. (transfer
 * full): at most @limit of QuarryTermWeight, heaviest first, with weights above 0. */
GArray *quarry_feedback_terms (const QuarryTermWeight *const *terms,
                               const guint *n_terms,
                               guint n_passages,
                               const QuarryTermWeight *const *other_terms,
                               const guint *n_other_terms,
                               guint n_others,
                               guint limit);

/* A ranked list and its weight. */
typedef struct
{
  const QuarryScored *scored; /* best first, scores above 0 */
  guint n;
  double weight; /* may be negative */
} QuarryWeightedList;

/* Adds up lists, each scaled so that its best score is 1. (transfer full): of QuarryScored, best first, ties by lower
 * slot; slots whose sum is not above 0 are left out. */
GArray *quarry_feedback_add_up (const QuarryWeightedList *lists, guint n_lists);

G_END_DECLS
