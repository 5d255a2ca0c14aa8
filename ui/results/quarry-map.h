/* quarry-map.h: hits and candidates as a plot round the query
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "ui/results/quarry-results-model.h"

G_BEGIN_DECLS

#define QUARRY_TYPE_MAP (quarry_map_get_type ())

/* The query is in the centre. The distance of a point is 1 − similarity, with rings to read it by; topics that are
 * alike lie in similar directions. Hits are filled and numbered, other candidates hollow. Points glide to their new
 * places. The map has the accessible name "Map" and describes the selected passage in its description.
 *
 * Signals: "picked" (QuarryHit *hit): a person went to a point, by pointer or by arrow keys;
 *          "chosen": the selected point is to be read; "opened": to be opened. */
G_DECLARE_FINAL_TYPE (QuarryMap, quarry_map, QUARRY, MAP, GtkWidget)

GtkWidget *quarry_map_new (void);

/* @candidates: of QuarryHit, as quarry_answer_get_candidates() returns them; NULL: none. Those in @results get their
 * number in that list. @only_topic: points of other topics are dimmed; -1: none are. */
void quarry_map_update (QuarryMap *self,
                        GListModel *candidates,
                        QuarryResultsModel *results,
                        QuarryTopicColors *colors,
                        int only_topic);

/* Marks the point of @hit; NULL: none. */
void quarry_map_set_selected (QuarryMap *self, QuarryHit *hit);

/* Selects the point at a place in the widget, as a click does. FALSE if there is none. */
gboolean quarry_map_pick_at (QuarryMap *self, double x, double y);

/* The final place of @passage's point, once it does not glide any more, in pixels of the widget. FALSE if it has no
 * point. */
gboolean quarry_map_get_place (QuarryMap *self, gint64 passage, double *x, double *y);

G_END_DECLS
