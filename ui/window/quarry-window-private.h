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
#include "ui/window/quarry-filter-bar.h"
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
  char *similar_title;    /* of the passage that the hits are like */
  gint64 wanted_passage;  /* to be selected in the next answer */
  guint follow_source;    /* the reader follows a little after the hits */
  guint fold_source;      /* the window has become narrow, or wide */
  guint take_source;      /* filters typed to their end become pills */

  guint known_actions;    /* what the actions were last told; 0: nothing yet */

  QuarryCompletion *completion;

  AdwHeaderBar *header;
  AdwBin *entry_row; /* under the header, where that has no room for the entry */
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
  AdwStatusPage *nothing_page;
  GtkWidget *lift_button;
  QuarryRecentView *recent;
  QuarryDocumentsView *documents;
  gboolean lists;          /* all documents are shown while nothing is searched for */
  gboolean from_documents; /* one of them is read: once it is left, they are shown again */
  gboolean wants_reader;   /* with the next answer, if it has hits */
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
};

/* quarry-window-actions.c */
void quarry_window_install_actions (GtkWidgetClass *widget_class);
void quarry_window_update_actions (QuarryWindow *self);
void quarry_window_import (QuarryWindow *self, const char *const *paths);
void quarry_window_toast (QuarryWindow *self, const char *text);

/* quarry-window-documents.c */
/* All documents, instead of what is searched for. */
void quarry_window_show_documents (QuarryWindow *self);
/* One of them, in the reader, as the only document that is asked. FALSE where no filter can be written for it. */
gboolean quarry_window_read_document (QuarryWindow *self, const char *path);
/* Before @query, which may be empty, is asked. */
void quarry_window_follow_documents (QuarryWindow *self, const char *query);
/* FALSE where they are not shown. */
gboolean quarry_window_leave_documents (QuarryWindow *self);
/* For the template: the sidebar shows whether they are, and its row for them shows and leaves them. */
void quarry_window_page_changed (GtkStack *stack, GParamSpec *pspec, gpointer user_data);
void quarry_window_toggle_documents (QuarrySidebar *sidebar, gpointer user_data);
gboolean quarry_window_documents_focused (QuarryWindow *self);
void quarry_window_documents_told (QuarryWindow *self, const char *text, const char *removed);

/* quarry-window-keys.c */
void quarry_window_add_keys (QuarryWindow *self);
/* After the application's own keys, so that these are asked before. */
void quarry_window_add_page_keys (QuarryWindow *self);

/* quarry-window-layout.c */
void quarry_window_fold_sidebar (QuarryWindow *self);
/* Once the window has its width. */
void quarry_window_follow_width (QuarryWindow *self);
void quarry_window_sidebar_revealed (AdwFlap *flap, GParamSpec *pspec, gpointer user_data);
void quarry_window_toggle_sidebar (QuarryWindow *self);
/* It goes where it lies over everything else. */
void quarry_window_leave_sidebar (QuarryWindow *self);
void quarry_window_show_filters (QuarryWindow *self);

/* quarry-window-notice.c */
/* Markup; NULL where there is nothing to say. (transfer full) */
char *quarry_window_make_notice (QuarryWindow *self, QuarryAnswer *answer);

/* quarry-window-reading.c */
/* The reader shows what is selected: at once, or where nobody types on. */
void quarry_window_follow_now (QuarryWindow *self);
void quarry_window_follow_soon (QuarryWindow *self);
/* And has the focus. */
void quarry_window_show_reader (QuarryWindow *self);
/* The same with @hit, a copy of what is selected. */
void quarry_window_read (QuarryWindow *self, QuarryHit *hit);

/* quarry-window-search.c */
void quarry_window_bind_search (GtkWidgetClass *widget_class);
/* Once the template is there. */
void quarry_window_start_search (QuarryWindow *self);
gboolean quarry_window_step_back (QuarryWindow *self);
/* The last filter is text again, at the start of the entry. FALSE where there is none. */
gboolean quarry_window_edit_filter (QuarryWindow *self);
void quarry_window_see_also (QuarryWindow *self, QuarryHit *hit, gboolean document);
void quarry_window_mark (QuarryWindow *self, QuarryHit *hit, gboolean more);

/* quarry-window.c */
void quarry_window_show_page (QuarryWindow *self, const char *name);
void quarry_window_show_error (QuarryWindow *self, const char *title, const GError *error, gboolean retry);
/* The hits, where there is room for one pane. */
void quarry_window_show_list (QuarryWindow *self);

G_END_DECLS
