/* quarry-results-model.h: the list of results, changed in place from answer to answer
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ui/results/quarry-result.h"
#include "ui/results/quarry-topic-colors.h"

G_BEGIN_DECLS

#define QUARRY_TYPE_RESULTS_MODEL (quarry_results_model_get_type ())

/* A GListModel of QuarryResult. A result whose passage is still a hit moves to the place of the hit; those whose
 * passages are gone are given the new hits. Results are only added or removed if their number has changed. */
G_DECLARE_FINAL_TYPE (QuarryResultsModel, quarry_results_model, QUARRY, RESULTS_MODEL, GObject)

QuarryResultsModel *quarry_results_model_new (void);

/* @hits: of QuarryHit, best first; NULL: none. @only_topic: only hits of this topic are shown; -1: all. @mark_moves:
 * tell results that stay how far they have moved. @colors: names and colours of the topics. */
void quarry_results_model_update (QuarryResultsModel *self,
                                  GListModel *hits,
                                  int only_topic,
                                  gboolean mark_moves,
                                  QuarryTopicColors *colors);

/* The result that shows @passage, or NULL. (transfer none) */
QuarryResult *quarry_results_model_find (QuarryResultsModel *self, gint64 passage);

/* (transfer none); NULL if @position is beyond the end. */
QuarryResult *quarry_results_model_get (QuarryResultsModel *self, guint position);

G_END_DECLS
