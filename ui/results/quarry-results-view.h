/* quarry-results-view.h: the list of hits with its topics
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "core/library/search/quarry-hit.h"

G_BEGIN_DECLS

#define QUARRY_TYPE_RESULTS_VIEW (quarry_results_view_get_type ())

/* One hit is selected whenever there are any: the one that a person chose while it is a hit (or, on
 * the map, a candidate), else the first. The list has the accessible name "Results".
 *
 * Properties: "selected" (QuarryHit, readable): also notified when the selected passage stays and
 *             its hit is a newer one.
 *             "topic" (char *, readable): the name of the topic that narrows the list, or NULL.
 * Signals: "chosen": the selected hit was clicked; "opened": double-clicked;
 *          "unmarked" (gint64 passage): a person took a mark back;
 *          "more-wanted": the list is scrolled near its end;
 *          "notice-link": the link in the notice was followed. */
G_DECLARE_FINAL_TYPE (QuarryResultsView, quarry_results_view, QUARRY, RESULTS_VIEW, GtkWidget)

GtkWidget *quarry_results_view_new (void);

/* @answer NULL: nothing is asked; nothing is selected then, and the list is to be out of sight. @changes: of QuarrySearchChange. @notice: Pango markup, a line above the
 * hits, or NULL. */
void quarry_results_view_update (QuarryResultsView *self,
                                 QuarryAnswer *answer,
                                 guint changes,
                                 const char *notice);

/* Old hits are dimmed while an answer is awaited for long. */
void quarry_results_view_set_slow (QuarryResultsView *self, gboolean slow);

/* Shows the hits on a map, or as a list. A map needs answers that hold one. */
void quarry_results_view_set_map (QuarryResultsView *self, gboolean map);
gboolean quarry_results_view_get_map (QuarryResultsView *self);

/* Says that hits shall be more, or less, like @hit. Clearing gives FALSE where nothing was said. */
void quarry_results_view_add_mark (QuarryResultsView *self, QuarryHit *hit, gboolean more);
gboolean quarry_results_view_clear_marks (QuarryResultsView *self);

/* Opens the selected hit's menu. */
void quarry_results_view_open_menu (QuarryResultsView *self);

/* The part of that menu which leads to the selected hit's copies, brought up to date. (transfer none) */
GMenuModel *quarry_results_view_get_copies_menu (QuarryResultsView *self);

guint quarry_results_view_get_n_hits (QuarryResultsView *self);
QuarryHit *quarry_results_view_get_selected (QuarryResultsView *self); /* (transfer none) */
const char *quarry_results_view_get_topic (QuarryResultsView *self);

/* All topics again; FALSE where the list was not narrowed. */
gboolean quarry_results_view_widen (QuarryResultsView *self);

/* Moves the selection by @rows, within the list. */
void quarry_results_view_move (QuarryResultsView *self, int rows);

/* How many rows fit: for PageUp and PageDown. */
int quarry_results_view_get_page (QuarryResultsView *self);

/* Selects the hit at @position (from 0) or of @passage; FALSE where there is none. */
gboolean quarry_results_view_select (QuarryResultsView *self, guint position);
gboolean quarry_results_view_select_passage (QuarryResultsView *self, gint64 passage);

/* Opens or closes the selected row's reasons. */
void quarry_results_view_toggle_why (QuarryResultsView *self);

G_END_DECLS
