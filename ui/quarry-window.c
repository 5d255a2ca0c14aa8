/* quarry-window.c: Quarry's main window
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/quarry-window-private.h"

#include "core/embed/quarry-embedder.h"
#include "ui/quarry-drop-area.h"
#include "ui/quarry-opener.h"
#include "ui/quarry-settings.h"
#include "ui/quarry-text-scale.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Hits asked for at first, and how many more when the list is scrolled to its end. */
#define FIRST_HITS 20
#define MORE_HITS 30
/* A topic's hits are among those that topics are made of. */
#define TOPIC_HITS 100
/* The entry is no wider, at the usual text. */
#define ENTRY_WIDTH 520

G_DEFINE_FINAL_TYPE (QuarryWindow, quarry_window, ADW_TYPE_APPLICATION_WINDOW)

/* --- Panes --------------------------------------------------------------------------------- */

static void
panes_cb (QuarryPanes *panes, GParamSpec *pspec, gpointer user_data)
{
  QuarryWindow *self = user_data;

  gtk_widget_set_visible (self->back_button, quarry_panes_get_folded (panes)
                                                 && quarry_panes_get_show_second (panes));
}

static void
show_list (QuarryWindow *self)
{
  quarry_panes_set_show_second (self->panes, FALSE);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}

static void
back_cb (GtkButton *button, gpointer user_data)
{
  show_list (user_data);
}

/* --- Pages --------------------------------------------------------------------------------- */

static void
show_page (QuarryWindow *self, const char *name)
{
  if (g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), name) != 0)
    gtk_stack_set_visible_child_name (self->stack, name);
}

static void
show_error (QuarryWindow *self, const char *title, const GError *error, gboolean retry)
{
  g_autofree char *escaped = g_markup_escape_text (error->message, -1);

  adw_status_page_set_title (self->error_page, title);
  adw_status_page_set_description (self->error_page, escaped);
  gtk_widget_set_visible (self->retry_button, retry);
  show_page (self, "error");
}

static const char *
title_for_error (const GError *error)
{
  if (error->domain == QUARRY_EMBED_ERROR)
    return _("The Model Cannot Be Used");
  if (g_error_matches (error, QUARRY_STORE_ERROR, QUARRY_STORE_ERROR_NEWER))
    return _("This Library Is of a Newer Quarry");
  if (g_error_matches (error, QUARRY_STORE_ERROR, QUARRY_STORE_ERROR_DAMAGED))
    return _("The Library Is Damaged");
  if (g_error_matches (error, QUARRY_STORE_ERROR, QUARRY_STORE_ERROR_FOREIGN))
    return _("This Is No Library of Quarry");
  if (g_error_matches (error, QUARRY_STORE_ERROR, QUARRY_STORE_ERROR_FULL))
    return _("There Is No Space Left");
  if (g_error_matches (error, QUARRY_STORE_ERROR, QUARRY_STORE_ERROR_BUSY))
    return _("The Library Is in Use");
  return _("The Library Cannot Be Opened");
}

static void
retry_cb (GtkButton *button, gpointer user_data)
{
  QuarryWindow *self = user_data;

  quarry_session_retry (self->session);
}

static void
state_cb (QuarrySession *session, GParamSpec *pspec, gpointer user_data)
{
  QuarryWindow *self = user_data;
  QuarryLibrary *library = quarry_session_get_library (session);

  quarry_reader_set_library (self->reader, library);
  quarry_import_bar_set_library (self->import_bar, library);
  quarry_sidebar_set_library (self->sidebar, library);
  quarry_recent_view_set_writable (self->recent, quarry_session_get_writable (session));
  quarry_recent_view_set_library (self->recent, library);
  quarry_documents_view_set_writable (self->documents, quarry_session_get_writable (session));
  quarry_documents_view_set_library (self->documents, library);
  switch (quarry_session_get_state (session))
    {
    case QUARRY_SESSION_OPENING:
      show_page (self, "opening");
      break;
    case QUARRY_SESSION_FAILED:
      show_error (self, title_for_error (quarry_session_get_error (session)),
                  quarry_session_get_error (session), TRUE);
      break;
    case QUARRY_SESSION_READY:
    default:
      /* It was switched off while the library was not there, or could not be written. */
      if (!quarry_settings_get_boolean ("personal", TRUE))
        quarry_session_forget_opened (session);
      if (g_error_matches (quarry_session_get_error (session), QUARRY_STORE_ERROR, QUARRY_STORE_ERROR_FULL))
        quarry_window_toast (self, quarry_session_get_error (session)->message);
      break;
    }
  /* Answers what has been typed meanwhile, and shows the page that belongs to it. */
  quarry_searcher_set_library (self->searcher, library);
  quarry_window_update_actions (self);
}

/* Also of what the command line names, or another program. */
static void
refused_cb (QuarrySession *session, gpointer user_data)
{
  quarry_window_toast (user_data, quarry_session_get_error (session)->message);
}

/* --- Answers ------------------------------------------------------------------------------- */

static void
notice_link_cb (QuarryResultsView *results, gpointer user_data)
{
  QuarryWindow *self = user_data;

  if (quarry_searcher_get_similar_to (self->searcher) > 0)
    quarry_searcher_set_similar_to (self->searcher, 0);
  else
    quarry_searcher_set_as_typed (self->searcher, TRUE);
}

static void
answered_cb (QuarrySearcher *searcher, QuarryAnswer *answer, guint changes, gpointer user_data)
{
  QuarryWindow *self = user_data;
  g_autofree char *notice = answer ? quarry_window_make_notice (self, answer) : NULL;
  guint n_hits = answer ? g_list_model_get_n_items (quarry_answer_get_hits (answer)) : 0;
  gboolean wants_reader = self->wants_reader;

  self->wants_reader = FALSE;
  quarry_results_view_update (self->results, n_hits > 0 ? answer : NULL, changes, notice);
  if (self->wanted_passage > 0 && n_hits > 0)
    {
      quarry_results_view_select_passage (self->results, self->wanted_passage);
      self->wanted_passage = 0;
    }
  if (!answer)
    {
      quarry_panes_set_show_second (self->panes, FALSE);
      show_page (self, self->lists ? "documents" : "recent");
    }
  else
    {
      gboolean filtered = !quarry_filter_bar_is_empty (self->filters);
      const char *why = quarry_answer_get_hint (answer);
      g_autofree char *hint = NULL;

      if (!why && filtered)
        why = _("No passage that the filters let through is about that.");
      hint = g_markup_escape_text (why ?: "", -1);
      gtk_widget_set_visible (self->lift_button, filtered);
      adw_status_page_set_description (self->nothing_page, hint);
      show_page (self, n_hits > 0 ? "results" : "nothing");
    }
  quarry_completion_show (self->completion, answer);
  if (wants_reader && n_hits > 0)
    {
      quarry_results_view_select (self->results, 0);
      quarry_window_show_reader (self);
    }
  else
    quarry_window_follow_soon (self);
  quarry_window_update_actions (self);
}

static void
failed_cb (QuarrySearcher *searcher, const GError *error, gpointer user_data)
{
  QuarryWindow *self = user_data;

  self->wants_reader = FALSE;
  /* What an earlier query found stays readable. */
  if (quarry_results_view_get_n_hits (self->results) > 0)
    quarry_window_toast (self, error->message);
  else
    show_error (self, _("The Search Failed"), error, FALSE);
}

static void
slow_cb (QuarrySearcher *searcher, GParamSpec *pspec, gpointer user_data)
{
  QuarryWindow *self = user_data;

  quarry_results_view_set_slow (self->results, quarry_searcher_get_slow (searcher));
}

static void
selected_cb (QuarryResultsView *results, GParamSpec *pspec, gpointer user_data)
{
  QuarryWindow *self = user_data;

  quarry_window_follow_soon (self);
  quarry_window_update_actions (self);
}

static void
update_limit (QuarryWindow *self)
{
  quarry_searcher_set_limit (self->searcher,
                             quarry_results_view_get_topic (self->results) ? TOPIC_HITS : FIRST_HITS);
}

static void
topic_cb (QuarryResultsView *results, GParamSpec *pspec, gpointer user_data)
{
  update_limit (user_data);
}

static void
chosen_cb (QuarryResultsView *results, gpointer user_data)
{
  QuarryWindow *self = user_data;

  quarry_window_follow_now (self);
  if (quarry_panes_get_folded (self->panes))
    quarry_panes_set_show_second (self->panes, TRUE);
}

static void
opened_cb (QuarryResultsView *results, gpointer user_data)
{
  gtk_widget_activate_action (GTK_WIDGET (user_data), "win.open-hit", NULL);
}

static void
more_wanted_cb (QuarryResultsView *results, gpointer user_data)
{
  QuarryWindow *self = user_data;
  guint limit = quarry_searcher_get_limit (self->searcher);

  /* Fewer than were asked for: there are no more. */
  if (quarry_results_view_get_n_hits (results) >= limit)
    quarry_searcher_set_limit (self->searcher, limit + MORE_HITS);
}

/* --- What is asked ------------------------------------------------------------------------- */

static void
ask (QuarryWindow *self)
{
  g_autofree char *query = quarry_filter_bar_write_query (self->filters,
                                                          gtk_editable_get_text (GTK_EDITABLE (self->entry)));

  self->wants_reader = FALSE;
  quarry_window_follow_documents (self, query);
  quarry_results_view_clear_marks (self->results);
  update_limit (self);
  quarry_searcher_set_query (self->searcher, query);
}

static void
filters_changed_cb (QuarryFilterBar *filters, gpointer user_data)
{
  ask (user_data);
}

static gboolean
take_filters_cb (gpointer user_data)
{
  QuarryWindow *self = user_data;
  GtkEditable *editable = GTK_EDITABLE (self->entry);
  int cursor = gtk_editable_get_position (editable);
  g_autofree char *rest = NULL;

  self->take_source = 0;
  /* The text without them is asked for next. */
  g_signal_handlers_block_by_func (self->filters, filters_changed_cb, self);
  rest = quarry_filter_bar_take (self->filters, gtk_editable_get_text (editable), &cursor);
  g_signal_handlers_unblock_by_func (self->filters, filters_changed_cb, self);
  if (rest)
    {
      gtk_editable_set_text (editable, rest);
      gtk_editable_set_position (editable, cursor);
    }
  return G_SOURCE_REMOVE;
}

/* The text is not to change while it tells of its change. */
static void
entry_changed_cb (GtkEditable *editable, gpointer user_data)
{
  QuarryWindow *self = user_data;

  ask (self);
  if (self->take_source == 0)
    self->take_source = g_idle_add_full (G_PRIORITY_HIGH, take_filters_cb, self, NULL);
}

static void
everything_cb (QuarrySidebar *sidebar, gpointer user_data)
{
  quarry_window_show_documents (user_data);
}

static void
documents_told_cb (QuarryDocumentsView *documents, const char *text, const char *removed, gpointer user_data)
{
  quarry_window_documents_told (user_data, text, removed);
}

static void
lift_cb (GtkButton *button, gpointer user_data)
{
  QuarryWindow *self = user_data;

  quarry_filter_bar_clear (self->filters);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}

gboolean
quarry_window_edit_filter (QuarryWindow *self)
{
  GtkEditable *editable = GTK_EDITABLE (self->entry);
  g_autofree char *filter = NULL;
  g_autofree char *before = NULL;
  int end = 0;

  /* Neither without the filter nor without the text is anything asked for. */
  g_signal_handlers_block_by_func (self->filters, filters_changed_cb, self);
  filter = quarry_filter_bar_pop (self->filters);
  g_signal_handlers_unblock_by_func (self->filters, filters_changed_cb, self);
  if (!filter)
    return FALSE;
  before = g_strconcat (filter, gtk_editable_get_text (editable)[0] != '\0' ? " " : "", NULL);
  gtk_editable_insert_text (editable, before, -1, &end);
  gtk_editable_set_position (editable, (int) g_utf8_strlen (filter, -1));
  return TRUE;
}

static void
unmarked_cb (QuarryResultsView *results, gint64 passage, gpointer user_data)
{
  quarry_searcher_unmark (QUARRY_WINDOW (user_data)->searcher, passage);
}

void
quarry_window_mark (QuarryWindow *self, QuarryHit *hit, gboolean more)
{
  quarry_panes_set_show_second (self->panes, FALSE);
  quarry_results_view_add_mark (self->results, hit, more);
  quarry_searcher_mark (self->searcher, quarry_hit_get_passage (hit), more);
}

static void
variety_changed_cb (QuarryWindow *self, GtkAdjustment *adjustment)
{
  double variety = gtk_adjustment_get_value (adjustment);

  quarry_searcher_set_variety (self->searcher, variety);
  quarry_settings_set_double ("variety", variety);
}

static void
map_toggled_cb (GtkToggleButton *button, GParamSpec *pspec, gpointer user_data)
{
  QuarryWindow *self = user_data;
  gboolean map = gtk_toggle_button_get_active (button);

  quarry_searcher_set_map (self->searcher, map);
  quarry_results_view_set_map (self->results, map);
  quarry_settings_set_boolean ("map", map);
}

void
quarry_window_see_also (QuarryWindow *self, QuarryHit *hit, gboolean document)
{
  g_free (self->similar_title);
  self->similar_title = g_strdup (quarry_hit_get_title (hit));
  quarry_results_view_clear_marks (self->results);
  quarry_panes_set_show_second (self->panes, FALSE);
  if (document)
    quarry_searcher_set_similar_to_document (self->searcher, quarry_hit_get_passage (hit));
  else
    quarry_searcher_set_similar_to (self->searcher, quarry_hit_get_passage (hit));
}

gboolean
quarry_window_step_back (QuarryWindow *self)
{
  if (self->narrow && adw_flap_get_reveal_flap (self->flap))
    adw_flap_set_reveal_flap (self->flap, FALSE);
  else if (quarry_panes_get_folded (self->panes) && quarry_panes_get_show_second (self->panes))
    show_list (self);
  else if (quarry_window_leave_documents (self))
    return TRUE;
  else if (quarry_results_view_widen (self->results))
    gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  else if (quarry_results_view_clear_marks (self->results))
    quarry_searcher_unmark (self->searcher, 0);
  else if (quarry_searcher_get_similar_to (self->searcher) > 0)
    quarry_searcher_set_similar_to (self->searcher, 0);
  else if (!quarry_filter_bar_is_empty (self->filters))
    g_free (quarry_filter_bar_pop (self->filters));
  else if (gtk_editable_get_text (GTK_EDITABLE (self->entry))[0] != '\0')
    {
      gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
      gtk_widget_grab_focus (GTK_WIDGET (self->entry));
    }
  else
    return FALSE;
  return TRUE;
}

void
quarry_window_search (QuarryWindow *self, const char *query, gint64 passage)
{
  g_return_if_fail (QUARRY_IS_WINDOW (self));
  g_return_if_fail (query != NULL);

  self->wanted_passage = passage;
  quarry_filter_bar_clear (self->filters);
  gtk_editable_set_text (GTK_EDITABLE (self->entry), query);
  gtk_editable_set_position (GTK_EDITABLE (self->entry), -1);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}

/* Where it is no longer wanted, what was kept for it goes. */
static void
personal_cb (GSettings *settings, const char *key, gpointer user_data)
{
  QuarryWindow *self = user_data;
  gboolean personal = quarry_settings_get_boolean ("personal", TRUE);

  quarry_searcher_set_personal (self->searcher, personal);
  if (!personal && self->session)
    {
      quarry_session_forget_opened (self->session);
      quarry_recent_view_forget_opened (self->recent);
    }
}

/* --- Files --------------------------------------------------------------------------------- */

static void
files_dropped_cb (QuarryDropArea *area, char **paths, gpointer user_data)
{
  quarry_window_import (user_data, (const char *const *) paths);
}

static void
files_refused_cb (QuarryDropArea *area, gpointer user_data)
{
  quarry_window_toast (user_data, _("Only files and folders of this computer can be added"));
}

static void
document_opened_cb (GtkWidget *list,
                    const char *path,
                    const char *mime_type,
                    gpointer user_data)
{
  quarry_open_path (path, mime_type, 0, GTK_WINDOW (user_data));
}

static void
opened_again_cb (QuarryRecentView *recent, QuarryHit *hit, gpointer user_data)
{
  quarry_session_note_opened (QUARRY_WINDOW (user_data)->session, hit);
  quarry_open_hit (hit, GTK_WINDOW (user_data));
}

static void
document_read_cb (QuarryDocumentsView *documents, const char *path, const char *mime_type, gpointer user_data)
{
  if (!quarry_window_read_document (user_data, path))
    quarry_open_path (path, mime_type, 0, GTK_WINDOW (user_data));
}

static void
library_topic_cb (QuarryRecentView *recent, const char *topic, gpointer user_data)
{
  quarry_window_search (user_data, topic, 0);
}

/* --- The window ---------------------------------------------------------------------------- */

static gboolean
quarry_window_close_request (GtkWindow *window)
{
  int width, height;

  gtk_window_get_default_size (window, &width, &height);
  if (!gtk_window_is_maximized (window) && width > 0 && height > 0)
    {
      quarry_settings_set_int ("window-width", width);
      quarry_settings_set_int ("window-height", height);
    }
  quarry_settings_set_boolean ("window-maximized", gtk_window_is_maximized (window));
  return GTK_WINDOW_CLASS (quarry_window_parent_class)->close_request (window);
}

static void
quarry_window_dispose (GObject *object)
{
  QuarryWindow *self = QUARRY_WINDOW (object);

  g_clear_handle_id (&self->follow_source, g_source_remove);
  g_clear_handle_id (&self->take_source, g_source_remove);
  g_clear_handle_id (&self->fold_source, g_source_remove);
  if (self->searcher)
    g_signal_handlers_disconnect_by_data (self->searcher, self);
  g_clear_object (&self->searcher);
  if (self->session)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (quarry_window_parent_class)->dispose (object);
}

static void
quarry_window_finalize (GObject *object)
{
  g_free (QUARRY_WINDOW (object)->similar_title);
  g_clear_pointer (&QUARRY_WINDOW (object)->completion, quarry_completion_free);
  G_OBJECT_CLASS (quarry_window_parent_class)->finalize (object);
}

static void
quarry_window_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  GTK_WIDGET_CLASS (quarry_window_parent_class)->size_allocate (widget, width, height, baseline);
  quarry_window_follow_width (QUARRY_WINDOW (widget));
}

static void
quarry_window_class_init (QuarryWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = quarry_window_dispose;
  object_class->finalize = quarry_window_finalize;
  widget_class->size_allocate = quarry_window_size_allocate;
  GTK_WINDOW_CLASS (klass)->close_request = quarry_window_close_request;

  g_type_ensure (QUARRY_TYPE_DOCUMENTS_VIEW);
  g_type_ensure (QUARRY_TYPE_DROP_AREA);
  g_type_ensure (QUARRY_TYPE_FILTER_BAR);
  g_type_ensure (QUARRY_TYPE_IMPORT_BAR);
  g_type_ensure (QUARRY_TYPE_PANES);
  g_type_ensure (QUARRY_TYPE_READER);
  g_type_ensure (QUARRY_TYPE_RECENT_VIEW);
  g_type_ensure (QUARRY_TYPE_RESULTS_VIEW);
  g_type_ensure (QUARRY_TYPE_SIDEBAR);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/quarry/Quarry/quarry-window.ui");
  gtk_widget_class_bind_template_child (widget_class, QuarryWindow, header);
  gtk_widget_class_bind_template_child (widget_class, QuarryWindow, entry_row);
  gtk_widget_class_bind_template_child (widget_class, QuarryWindow, entry_clamp);
  gtk_widget_class_bind_template_child (widget_class, QuarryWindow, entry);
  gtk_widget_class_bind_template_child (widget_class, QuarryWindow, completion_label);
  gtk_widget_class_bind_template_child (widget_class, QuarryWindow, back_button);
  gtk_widget_class_bind_template_child (widget_class, QuarryWindow, variety);
  gtk_widget_class_bind_template_child (widget_class, QuarryWindow, list_button);
  gtk_widget_class_bind_template_child (widget_class, QuarryWindow, map_button);
  gtk_widget_class_bind_template_child (widget_class, QuarryWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, QuarryWindow, error_page);
  gtk_widget_class_bind_template_child (widget_class, QuarryWindow, retry_button);
  gtk_widget_class_bind_template_child (widget_class, QuarryWindow, nothing_page);
  gtk_widget_class_bind_template_child (widget_class, QuarryWindow, lift_button);
  gtk_widget_class_bind_template_child (widget_class, QuarryWindow, recent);
  gtk_widget_class_bind_template_child (widget_class, QuarryWindow, documents);
  gtk_widget_class_bind_template_child (widget_class, QuarryWindow, panes);
  gtk_widget_class_bind_template_child (widget_class, QuarryWindow, results);
  gtk_widget_class_bind_template_child (widget_class, QuarryWindow, reader);
  gtk_widget_class_bind_template_child (widget_class, QuarryWindow, import_bar);
  gtk_widget_class_bind_template_child (widget_class, QuarryWindow, filters);
  gtk_widget_class_bind_template_child (widget_class, QuarryWindow, flap);
  gtk_widget_class_bind_template_child (widget_class, QuarryWindow, sidebar);
  gtk_widget_class_bind_template_child (widget_class, QuarryWindow, toasts);
  gtk_widget_class_bind_template_callback (widget_class, back_cb);
  gtk_widget_class_bind_template_callback (widget_class, retry_cb);
  gtk_widget_class_bind_template_callback (widget_class, entry_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, filters_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, lift_cb);
  gtk_widget_class_bind_template_callback (widget_class, everything_cb);
  gtk_widget_class_bind_template_callback_full (widget_class, "sidebar_revealed_cb",
                                                G_CALLBACK (quarry_window_sidebar_revealed));
  gtk_widget_class_bind_template_callback (widget_class, map_toggled_cb);
  gtk_widget_class_bind_template_callback (widget_class, panes_cb);
  gtk_widget_class_bind_template_callback (widget_class, selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, topic_cb);
  gtk_widget_class_bind_template_callback (widget_class, chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, opened_cb);
  gtk_widget_class_bind_template_callback (widget_class, unmarked_cb);
  gtk_widget_class_bind_template_callback (widget_class, more_wanted_cb);
  gtk_widget_class_bind_template_callback (widget_class, notice_link_cb);
  gtk_widget_class_bind_template_callback (widget_class, files_dropped_cb);
  gtk_widget_class_bind_template_callback (widget_class, files_refused_cb);
  gtk_widget_class_bind_template_callback (widget_class, document_opened_cb);
  gtk_widget_class_bind_template_callback (widget_class, opened_again_cb);
  gtk_widget_class_bind_template_callback (widget_class, document_read_cb);
  gtk_widget_class_bind_template_callback (widget_class, documents_told_cb);
  gtk_widget_class_bind_template_callback (widget_class, library_topic_cb);
  quarry_window_install_actions (widget_class);
}

static void
quarry_window_init (QuarryWindow *self)
{
  self->searcher = quarry_searcher_new ();
  quarry_searcher_set_limit (self->searcher, FIRST_HITS);
  g_signal_connect (self->searcher, "answered", G_CALLBACK (answered_cb), self);
  g_signal_connect (self->searcher, "failed", G_CALLBACK (failed_cb), self);
  g_signal_connect (self->searcher, "notify::slow", G_CALLBACK (slow_cb), self);

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_label_set_wrap (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (self->lift_button))), TRUE);
  gtk_label_set_wrap (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (self->retry_button))), TRUE);
  quarry_text_scale_property (self->entry_clamp, "maximum-size", ENTRY_WIDTH);

  gtk_adjustment_set_value (self->variety,
                            quarry_settings_get_double ("variety", QUARRY_DIVERSITY_DEFAULT));
  quarry_searcher_set_variety (self->searcher, gtk_adjustment_get_value (self->variety));
  personal_cb (NULL, NULL, self);
  if (quarry_settings_get ())
    g_signal_connect_object (quarry_settings_get (), "changed::personal", G_CALLBACK (personal_cb), self, 0);
  g_signal_connect_object (self->variety, "value-changed", G_CALLBACK (variety_changed_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_toggle_button_set_active (self->map_button, quarry_settings_get_boolean ("map", FALSE));
  gtk_window_set_default_size (GTK_WINDOW (self), quarry_settings_get_int ("window-width", 1180),
                               quarry_settings_get_int ("window-height", 760));
  if (quarry_settings_get_boolean ("window-maximized", FALSE))
    gtk_window_maximize (GTK_WINDOW (self));

  quarry_sidebar_set_filters (self->sidebar, self->filters);
  quarry_window_fold_sidebar (self);
  self->completion = quarry_completion_new (GTK_EDITABLE (self->entry), self->completion_label);
  quarry_window_add_keys (self);
  quarry_window_update_actions (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}

QuarryWindow *
quarry_window_new (GtkApplication *application, QuarrySession *session)
{
  QuarryWindow *self;

  g_return_val_if_fail (QUARRY_IS_SESSION (session), NULL);

  self = g_object_new (QUARRY_TYPE_WINDOW, "application", application, NULL);
  quarry_window_add_page_keys (self);
  self->session = g_object_ref (session);
  g_signal_connect (session, "notify::state", G_CALLBACK (state_cb), self);
  g_signal_connect (session, "refused", G_CALLBACK (refused_cb), self);
  state_cb (session, NULL, self);
  return self;
}

QuarrySession *
quarry_window_get_session (QuarryWindow *self)
{
  g_return_val_if_fail (QUARRY_IS_WINDOW (self), NULL);
  return self->session;
}
