/* quarry-results-view-private.h: what the files of the results view share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "ui/results/quarry-map.h"
#include "ui/results/quarry-mark-bar.h"
#include "ui/results/quarry-result-row.h"
#include "ui/results/quarry-results-model.h"
#include "ui/results/quarry-results-view.h"
#include "ui/results/quarry-topic-bar.h"

G_BEGIN_DECLS

struct _QuarryResultsView
{
  GtkWidget parent_instance;

  QuarryTopicBar *topic_bar;
  QuarryMarkBar *mark_bar;
  GtkPopover *menu;
  GtkWidget *before_menu; /* weak: what had the focus when the menu was opened */
  GMenu *copies_menu; /* the part of the menu that lists the selected hit's copies */
  GtkLabel *notice;
  GtkStack *views;
  gboolean wants_map; /* show the map if there is one */
  GtkScrolledWindow *scroller;
  AdwBin *column;
  GtkListBox *list;
  QuarryMap *map;

  QuarryTopicColors *colors;
  QuarryResultsModel *model;
  QuarryAnswer *answer;

  QuarryHit *selected;
  gboolean chosen;    /* the person has selected a hit; else the first is selected */
  gboolean selecting; /* the program is changing the selection */
  double held;        /* where the selected row shall stand again, from the top of what is in view; NAN: anywhere */

  /* Of quarry-results-view-rows.c. */
  GHashTable *rows;  /* QuarryResult -> QuarryResultRow, both not owned */
  GPtrArray *spare;  /* rows that are not in the list */
  guint next_stale;  /* position from which on rows may not be up to date */
  guint work_source; /* idle source that makes spare rows and brings rows out of sight up to date */
  gulong painted;    /* handler that starts this work after the next frame is painted */

  /* Of quarry-results-view-glide.c. */
  GHashTable *glide_from; /* QuarryResultRow -> double *: where it was */
  GHashTable *gliding;    /* QuarryResultRow -> double *: how far it still has to go */
  AdwAnimation *glide;
};

/* quarry-results-view-select.c */
/* The first remembers where the chosen row is in view, the second scrolls the list so that it is there again. */
void quarry_results_view_hold_row (QuarryResultsView *self);
void quarry_results_view_restore_row (QuarryResultsView *self);

/* quarry-results-view-rows.c: the list's rows follow the model. */

/* To be called once, when the template has been initialized. */
void quarry_results_view_init_rows (QuarryResultsView *self);
void quarry_results_view_free_rows (QuarryResultsView *self);
/* NULL if @result is NULL or has no row. */
QuarryResultRow *quarry_results_view_find_row (QuarryResultsView *self, QuarryResult *result);
/* Brings the rows up to date: visible ones at once, the others after the next frame. To be called when the model has
 * been filled and the list has been scrolled. */
void quarry_results_view_refresh (QuarryResultsView *self);
/* Brings up to date only the rows that are visible at the list's present scroll position. */
void quarry_results_view_refresh_in_sight (QuarryResultsView *self);
/* Cancels work that waits for a frame. To be called before the view loses its frame clock. */
void quarry_results_view_stop_work (QuarryResultsView *self);

/* quarry-results-view-select.c: which hit is selected. */

/* Binds the callbacks of the template. */
void quarry_results_view_bind_selection (GtkWidgetClass *widget_class);
/* @result may be NULL: selects none. */
void quarry_results_view_select_result (QuarryResultsView *self, QuarryResult *result);
/* Selects the passage that the person chose, if it is still a hit or a candidate on the map that is shown; else the
 * first hit. */
void quarry_results_view_restore_selection (QuarryResultsView *self);

/* quarry-results-view-glide.c: rows that moved glide from where they stood to where they are. */

void quarry_results_view_init_glide (QuarryResultsView *self);
void quarry_results_view_free_glide (QuarryResultsView *self);
/* Remembers the places of the rows, before the model changes. */
void quarry_results_view_remember_places (QuarryResultsView *self);
/* To be called after layout: draws rows that have moved at their old places, and lets them glide to the new ones. */
void quarry_results_view_begin_gliding (QuarryResultsView *self);
void quarry_results_view_stop_gliding (QuarryResultsView *self);
/* Forgets @row, which is about to be removed. */
void quarry_results_view_forget_place (QuarryResultsView *self, QuarryResultRow *row);

G_END_DECLS
