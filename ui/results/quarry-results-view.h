/* quarry-results-view.h: the list of hits with its topics
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "core/library/search/quarry-hit.h"

G_BEGIN_DECLS

#define QUARRY_TYPE_RESULTS_VIEW (quarry_results_view_get_type ())

/* Whenever there are hits, one is selected: the one that the person chose, while it is a hit (or, on the map, a
 * candidate); else the first. The list has the accessible name "Results".
 *
 * Properties: "selected" (QuarryHit, readable): also notifies if the same passage stays selected with a newer hit.
 *            "topic" (char *, readable): the name of the topic that the list is narrowed to, or NULL.
 * Signals: "chosen": the selected hit was clicked; "opened": it was double-clicked;
 *          "unmarked" (gint64 passage): the person took a mark back;
 *          "more-wanted": the list has been scrolled almost to its end;
 *          "notice-link": the link in the notice was followed. */
G_DECLARE_FINAL_TYPE (QuarryResultsView, quarry_results_view, QUARRY, RESULTS_VIEW, GtkWidget)

GtkWidget *quarry_results_view_new (void);

/* @answer: NULL if nothing is asked; then nothing is selected, and the caller has to show something else than the list.
 * @changes: of QuarrySearchChange. @notice: a line of Pango markup above the hits, or NULL. */
void quarry_results_view_update (QuarryResultsView *self,
                                 QuarryAnswer *answer,
                                 guint changes,
                                 const char *notice);

/* Dims the old hits while an answer takes long. */
void quarry_results_view_set_slow (QuarryResultsView *self, gboolean slow);

/* Shows the hits on a map or as a list. A map needs answers that contain one. */
void quarry_results_view_set_map (QuarryResultsView *self, gboolean map);
gboolean quarry_results_view_get_map (QuarryResultsView *self);

/* Shows that hits are to be more (or less) like @hit. Clearing returns FALSE if there were no marks. */
void quarry_results_view_add_mark (QuarryResultsView *self, QuarryHit *hit, gboolean more);
gboolean quarry_results_view_clear_marks (QuarryResultsView *self);

/* Opens the selected hit's menu. */
void quarry_results_view_open_menu (QuarryResultsView *self);

/* The part of that menu that lists the selected hit's copies, brought up to date. (transfer none) */
GMenuModel *quarry_results_view_get_copies_menu (QuarryResultsView *self);

guint quarry_results_view_get_n_hits (QuarryResultsView *self);
QuarryHit *quarry_results_view_get_selected (QuarryResultsView *self); /* (transfer none) */
const char *quarry_results_view_get_topic (QuarryResultsView *self);

/* Shows the hits of all topics again; FALSE if the list was not narrowed. */
gboolean quarry_results_view_widen (QuarryResultsView *self);

/* Moves the selection by @rows, but not beyond the ends of the list. */
void quarry_results_view_move (QuarryResultsView *self, int rows);

/* How many rows are visible at a time, for the keys Page Up and Page Down. */
int quarry_results_view_get_page (QuarryResultsView *self);

/* Selects the hit at @position (counted from 0), or the one of @passage; FALSE if there is none. */
gboolean quarry_results_view_select (QuarryResultsView *self, guint position);
gboolean quarry_results_view_select_passage (QuarryResultsView *self, gint64 passage);

/* Opens or closes the selected row's reasons. */
void quarry_results_view_toggle_why (QuarryResultsView *self);

/* Closes the reasons of all rows. FALSE if none were open, or the map is shown. */
gboolean quarry_results_view_close_why (QuarryResultsView *self);

G_END_DECLS
