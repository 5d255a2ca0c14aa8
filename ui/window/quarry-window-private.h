/* quarry-window-private.h: what the files of the main window share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "ui/documents/quarry-documents-view.h"
#include "ui/documents/quarry-import-bar.h"
#include "ui/quarry-searcher.h"
#include "ui/reader/quarry-reader.h"
#include "ui/results/quarry-results-view.h"
#include "ui/widgets/quarry-completion.h"
#include "ui/widgets/quarry-drop-area.h"
#include "ui/window/quarry-filter-bar.h"
#include "ui/window/quarry-hiding-filters.h"
#include "ui/window/quarry-panes.h"
#include "ui/window/quarry-recent-view.h"
#include "ui/window/quarry-sidebar.h"
#include "ui/window/quarry-window.h"

G_BEGIN_DECLS

struct _QuarryWindow
{
  AdwApplicationWindow parent_instance;

  QuarrySession *session;
  QuarrySearcher *searcher;
  char *similar_title;    /* title of the document whose like the hits are */
  gint64 wanted_passage;  /* passage to be selected when the next answer comes */
  guint follow_source;    /* timeout after which the reader shows the selected hit */
  char *follow_query;     /* that was asked when it began, at @follow_since */
  gint64 follow_since;
  guint fold_source;      /* idle source that handles a new width of the window */
  guint take_source;      /* idle source that makes pills of completely typed filters */

  guint known_actions;    /* bits of what the actions were last set for; 0: not set yet */

  QuarryCompletion *completion;

  AdwHeaderBar *header;
  AdwBin *entry_row; /* row under the header that holds the entry when the header has no room for it */
  GtkWidget *entry_clamp;
  GtkSearchEntry *entry;
  GtkLabel *completion_label;
  GtkWidget *back_button;
  GtkAdjustment *variety;
  GtkToggleButton *list_button;
  GtkToggleButton *map_button;
  GtkStack *stack;
  AdwStatusPage *error_page;
  GtkWidget *retry_button;
  GtkWidget *elsewhere_button; /* offers another folder for the library */
  GtkWidget *usual_button;     /* offers the usual folder, where another was chosen before */
  AdwStatusPage *nothing_page;
  GtkWidget *nothing_clamp;
  QuarryHidingFilters *hiding;
  GtkWidget *lift_button;
  QuarryRecentView *recent;
  QuarryDocumentsView *documents;
  gboolean lists;          /* the list of all documents is shown while nothing is searched for */
  gboolean from_documents; /* a document of that list is being read; leaving it shows the list again */
  gboolean wants_reader;   /* the next answer opens the reader, if it has hits */
  QuarryPanes *panes;
  QuarryResultsView *results;
  QuarryReader *reader;
  AdwFlap *flap;
  QuarrySidebar *sidebar;
  gboolean slim;   /* too narrow for the entry in the header */
  gboolean narrow; /* too narrow for a sidebar beside the panes */
  QuarryFilterBar *filters;
  QuarryImportBar *import_bar;
  AdwToastOverlay *toasts;
  QuarryDropArea *drop_area;
};

/* quarry-window-actions.c */
void quarry_window_install_actions (GtkWidgetClass *widget_class);
void quarry_window_update_actions (QuarryWindow *self);
void quarry_window_import (QuarryWindow *self, const char *const *paths);
void quarry_window_toast (QuarryWindow *self, const char *text);

/* quarry-window-documents.c */
/* Shows the list of all documents instead of a search. */
void quarry_window_show_documents (QuarryWindow *self);
/* Opens one of them in the reader, with a filter for it, so that searches are about this document only. FALSE if no
 * filter can be written for its path. */
gboolean quarry_window_read_document (QuarryWindow *self, const char *path);
/* To be called before @query is asked: a query leaves the list of all documents; an empty one returns to the list from
 * a document that was opened from it. */
void quarry_window_follow_documents (QuarryWindow *self, const char *query);
/* Leaves the list of all documents. FALSE if it is not shown. */
gboolean quarry_window_leave_documents (QuarryWindow *self);
/* Callbacks for the template: the first makes the sidebar show whether all documents are listed, the second is for the
 * sidebar's row that shows the list or leaves it. */
void quarry_window_page_changed (GtkStack *stack, GParamSpec *pspec, gpointer user_data);
void quarry_window_toggle_documents (QuarrySidebar *sidebar, gpointer user_data);
gboolean quarry_window_documents_focused (QuarryWindow *self);
/* Takes back the offer to put back what was taken out last: another library is shown. */
void quarry_window_forget_removed (QuarryWindow *self);
void quarry_window_documents_told (QuarryWindow *self, const char *text, const char *removed);

/* quarry-window-keys.c */
void quarry_window_add_keys (QuarryWindow *self);
/* Has to be called after the application's keys are installed, so that these handlers are asked before them. */
void quarry_window_add_page_keys (QuarryWindow *self);

/* quarry-window-layout.c */
void quarry_window_fold_sidebar (QuarryWindow *self);
/* To be called once the window has its new width. */
void quarry_window_follow_width (QuarryWindow *self);
void quarry_window_sidebar_revealed (AdwFlap *flap, GParamSpec *pspec, gpointer user_data);
void quarry_window_toggle_sidebar (QuarryWindow *self);
/* Hides the sidebar if it lies over the panes. */
void quarry_window_leave_sidebar (QuarryWindow *self);
void quarry_window_show_filters (QuarryWindow *self);

/* quarry-window-library.c */
void quarry_window_show_error (QuarryWindow *self, const char *title, const GError *error);
/* Says why the library does not open, and offers what can be done. */
void quarry_window_show_library_error (QuarryWindow *self, const GError *error);
/* Callbacks for the template. */
void quarry_window_retry (GtkButton *button, gpointer user_data);
void quarry_window_choose_library (GtkButton *button, gpointer user_data);
/* Takes back that a person has chosen another folder for the library. */
void quarry_window_use_usual_library (QuarryWindow *self);

/* quarry-window-notice.c */
/* The notice above the hits as markup; NULL if there is nothing to say. (transfer full) */
char *quarry_window_make_notice (QuarryWindow *self, QuarryAnswer *answer);

/* quarry-window-reading.c */
/* Makes the reader show the selected hit: at once, or when the person has stopped typing for a moment. */
void quarry_window_follow_now (QuarryWindow *self);
void quarry_window_follow_soon (QuarryWindow *self);
/* Shows the reader and gives it the focus. */
void quarry_window_show_reader (QuarryWindow *self);
/* The same for @hit, which is a copy of the selected one in another document. */
void quarry_window_read (QuarryWindow *self, QuarryHit *hit);

/* quarry-window-search.c */
void quarry_window_bind_search (GtkWidgetClass *widget_class);
/* To be called once the template is initialized. */
void quarry_window_start_search (QuarryWindow *self);
gboolean quarry_window_step_back (QuarryWindow *self);
/* Turns the last filter back into text, at the start of the entry. FALSE if there is none. */
gboolean quarry_window_edit_filter (QuarryWindow *self);
void quarry_window_see_also (QuarryWindow *self, QuarryHit *hit, gboolean document);
void quarry_window_mark (QuarryWindow *self, QuarryHit *hit, gboolean more);

/* quarry-window.c */
void quarry_window_show_page (QuarryWindow *self, const char *name);
/* Shows the hits, if there is room for one pane only. */
void quarry_window_show_list (QuarryWindow *self);

G_END_DECLS
