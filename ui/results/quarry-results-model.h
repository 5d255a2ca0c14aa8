/* quarry-results-model.h: the list of results, changed in place from answer to answer
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ui/results/quarry-result.h"
#include "ui/results/quarry-topic-colors.h"

G_BEGIN_DECLS

#define QUARRY_TYPE_RESULTS_MODEL (quarry_results_model_get_type ())

/* A GListModel of QuarryResult. A result whose passage is still a hit moves to the hit's place;
 * results whose passages are gone are given the new hits. Only what is left over comes or goes. */
G_DECLARE_FINAL_TYPE (QuarryResultsModel, quarry_results_model, QUARRY, RESULTS_MODEL, GObject)

QuarryResultsModel *quarry_results_model_new (void);

/* @hits: of QuarryHit, best first; NULL: none. @only_topic: hits of this topic alone; -1: all.
 * @mark_moves: say of results that stay how far they moved. @colors: the
 * topics' names and colours. */
void quarry_results_model_update (QuarryResultsModel *self,
                                  GListModel *hits,
                                  int only_topic,
                                  gboolean mark_moves,
                                  QuarryTopicColors *colors);

/* The result that shows @passage, or NULL. (transfer none) */
QuarryResult *quarry_results_model_find (QuarryResultsModel *self, gint64 passage);

/* (transfer none), NULL beyond the end. */
QuarryResult *quarry_results_model_get (QuarryResultsModel *self, guint position);

G_END_DECLS
