/* quarry-results-view-private.h: what the view of the results, its rows, their gliding and the selection share
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
  GMenu *copies_menu; /* the part of it that names the selected hit's copies */
  GtkLabel *notice;
  GtkStack *views;
  gboolean wants_map; /* where there is one */
  GtkScrolledWindow *scroller;
  AdwBin *column;
  GtkListBox *list;
  QuarryMap *map;

  QuarryTopicColors *colors;
  QuarryResultsModel *model;
  QuarryAnswer *answer;

  QuarryHit *selected;
  gboolean chosen;    /* the selection is a person's, not just the first */
  gboolean selecting; /* by the program */

  /* Of quarry-results-view-rows.c. */
  GHashTable *rows;  /* QuarryResult -> QuarryResultRow, neither owned */
  GPtrArray *spare;  /* rows that are not in the list */
  guint next_stale;  /* position from which on rows may not be up to date */
  guint work_source; /* makes spare rows, brings rows out of sight up to date */
  gulong painted;    /* waits for the frame to be painted before that */

  /* Of quarry-results-view-glide.c. */
  GHashTable *glide_from; /* QuarryResultRow -> double *: where it stood */
  GHashTable *gliding;    /* QuarryResultRow -> double *: how far it has to go */
  AdwAnimation *glide;
};

/* quarry-results-view-rows.c: the list's rows follow the model. */

/* Once, when the template is there. */
void quarry_results_view_init_rows (QuarryResultsView *self);
void quarry_results_view_free_rows (QuarryResultsView *self);
/* NULL where @result is NULL or has none. */
QuarryResultRow *quarry_results_view_find_row (QuarryResultsView *self, QuarryResult *result);
/* Brings the rows up to date: those in sight at once, the others after the frame. To be called after
 * the model was filled and the list scrolled. */
void quarry_results_view_refresh (QuarryResultsView *self);
/* Only those in sight at the list's present place. */
void quarry_results_view_refresh_in_sight (QuarryResultsView *self);
/* What waits for a frame waits no longer: the frame clock goes. */
void quarry_results_view_stop_work (QuarryResultsView *self);

/* quarry-results-view-select.c: which hit is selected. */

/* The callbacks of the template. */
void quarry_results_view_bind_selection (GtkWidgetClass *widget_class);
/* NULL: none. */
void quarry_results_view_select_result (QuarryResultsView *self, QuarryResult *result);
/* The selected passage while it is a hit, or is on the map that is shown, else the first. */
void quarry_results_view_restore_selection (QuarryResultsView *self);

/* quarry-results-view-glide.c: rows that moved glide from where they stood to where they are. */

void quarry_results_view_init_glide (QuarryResultsView *self);
void quarry_results_view_free_glide (QuarryResultsView *self);
/* Remembers where rows stand that may be about to move. */
void quarry_results_view_remember_places (QuarryResultsView *self);
/* After layout: rows that moved are drawn where they stood, and glide from there. */
void quarry_results_view_begin_gliding (QuarryResultsView *self);
void quarry_results_view_stop_gliding (QuarryResultsView *self);
/* @row goes. */
void quarry_results_view_forget_place (QuarryResultsView *self, QuarryResultRow *row);

G_END_DECLS
