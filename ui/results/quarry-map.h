/* quarry-map.h: hits and candidates as a plot round the query
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "ui/results/quarry-results-model.h"

G_BEGIN_DECLS

#define QUARRY_TYPE_MAP (quarry_map_get_type ())

/* The query is in the centre, 1 − similarity the distance from it, with rings to read it by; like
 * topics lie in the same direction. Hits are filled and numbered, the other candidates hollow. Points
 * glide to their new places. It has the accessible name "Map" and says the selected passage in its
 * description.
 *
 * Signals: "picked" (QuarryHit *hit): a person went to a point, by pointer or by arrow keys;
 *          "chosen": the selected point is to be read; "opened": to be opened. */
G_DECLARE_FINAL_TYPE (QuarryMap, quarry_map, QUARRY, MAP, GtkWidget)

GtkWidget *quarry_map_new (void);

/* @candidates: of QuarryHit, as quarry_answer_get_candidates() gives them; NULL: none. Those that are
 * among @results are numbered as they stand there. @only_topic: the others are dimmed; -1: none. */
void quarry_map_update (QuarryMap *self,
                        GListModel *candidates,
                        QuarryResultsModel *results,
                        QuarryTopicColors *colors,
                        int only_topic);

/* Marks the point of @hit; NULL: none. */
void quarry_map_set_selected (QuarryMap *self, QuarryHit *hit);

/* Goes to the point at a place in the widget, as a click does. FALSE where there is none. */
gboolean quarry_map_pick_at (QuarryMap *self, double x, double y);

/* Where the point of @passage will stand once it has come to rest, in pixels of the widget. FALSE
 * where it has none. */
gboolean quarry_map_get_place (QuarryMap *self, gint64 passage, double *x, double *y);

G_END_DECLS
