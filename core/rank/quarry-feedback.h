/* quarry-feedback.h: a query led by passages that a person marked
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Relevance feedback (Rocchio, Relevance Feedback in Information Retrieval, 1971): the query moves
 * towards the mean of what shall be more, and half away from the mean of what shall be less; on
 * vectors, and on words. Pure; thread safe.
 */
#pragma once

#include "core/rank/quarry-diversity.h"
#include "core/rank/quarry-fusion.h"

G_BEGIN_DECLS

/* Beside the query's own 1. */
#define QUARRY_FEEDBACK_MORE 0.75
#define QUARRY_FEEDBACK_LESS 0.5

/* Moves @query (dims floats, unit or zero) in place and brings it to unit length again. @more, @less:
 * vectors of any length; those without a direction count for nothing. FALSE where nothing with a
 * direction comes of it: @query is left as it was. */
gboolean quarry_feedback_move (float *query,
                               guint dims,
                               const float *const *more,
                               guint n_more,
                               const float *const *less,
                               guint n_less);

/* The words of some passages that say most of what they are about: for each passage its stems with
 * their weights, (1 + ln tf) × idf, ascending by term. What @other passages hold as well is worth
 * less by what it weighs there. (transfer full): at most @limit of QuarryTermWeight, heaviest first,
 * weights above 0. */
GArray *quarry_feedback_terms (const QuarryTermWeight *const *terms,
                               const guint *n_terms,
                               guint n_passages,
                               const QuarryTermWeight *const *other_terms,
                               const guint *n_other_terms,
                               guint n_others,
                               guint limit);

/* A ranked list and what it counts for. */
typedef struct
{
  const QuarryScored *scored; /* best first, scores above 0 */
  guint n;
  double weight; /* may be negative */
} QuarryWeightedList;

/* Adds lists up, each brought to 1 at its best. (transfer full): of QuarryScored, best first, ties by
 * lower slot; what is not above 0 in sum is left out. */
GArray *quarry_feedback_add_up (const QuarryWeightedList *lists, guint n_lists);

G_END_DECLS
