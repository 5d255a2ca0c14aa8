/* quarry-window.c: Quarry's main window
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/window/quarry-window-private.h"

#include "ui/documents/quarry-failures-window.h"
#include "ui/quarry-opener.h"
#include "ui/quarry-settings.h"
#include "ui/widgets/quarry-text-scale.h"

#include <glib/gi18n-lib.h>

/* The greatest width of the entry, at the usual text size. */
#define ENTRY_WIDTH 520
/* The greatest width of what stands on the page of a search that found nothing, at the usual text size. */
#define NOTHING_WIDTH 420
/* Up to this width it takes all the room that there is. */
#define ENTRY_LOOSE_WIDTH 320

G_DEFINE_FINAL_TYPE (QuarryWindow, quarry_window, ADW_TYPE_APPLICATION_WINDOW)

/* --- Panes --------------------------------------------------------------------------------- */

static void
panes_cb (QuarryPanes *panes, GParamSpec *pspec, gpointer user_data)
{
  QuarryWindow *self = user_data;

  gtk_widget_set_visible (self->back_button, quarry_panes_get_folded (panes)
                                                 && quarry_panes_get_show_second (panes));
}

void
quarry_window_show_list (QuarryWindow *self)
{
  quarry_panes_set_show_second (self->panes, FALSE);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
}

static void
back_cb (GtkButton *button, gpointer user_data)
{
  quarry_window_show_list (user_data);
}

/* --- Pages --------------------------------------------------------------------------------- */

void
quarry_window_show_page (QuarryWindow *self, const char *name)
{
  if (g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), name) != 0)
    gtk_stack_set_visible_child_name (self->stack, name);
}

static void
state_cb (QuarrySession *session, GParamSpec *pspec, gpointer user_data)
{
  QuarryWindow *self = user_data;
  QuarryLibrary *library = quarry_session_get_library (session);

  quarry_reader_set_library (self->reader, library);
  /* What does not fit on a full disk is added once there is room. */
  quarry_drop_area_set_refusal (
      self->drop_area, library && !quarry_session_get_writable (session)
                               && !g_error_matches (quarry_session_get_error (session), QUARRY_STORE_ERROR,
                                                    QUARRY_STORE_ERROR_FULL)
                           ? _("This library can only be read: nothing can be added to it")
                           : NULL);
  quarry_import_bar_set_library (self->import_bar, library);
  quarry_sidebar_set_library (self->sidebar, library);
  quarry_recent_view_set_writable (self->recent, quarry_session_get_writable (session));
  quarry_recent_view_set_library (self->recent, library);
  quarry_documents_view_set_writable (self->documents, quarry_session_get_writable (session));
  if (quarry_documents_view_get_library (self->documents) != library)
    quarry_window_forget_removed (self);
  quarry_documents_view_set_library (self->documents, library);
  switch (quarry_session_get_state (session))
    {
    case QUARRY_SESSION_OPENING:
      quarry_window_show_page (self, "opening");
      break;
    case QUARRY_SESSION_FAILED:
      quarry_window_show_library_error (self, quarry_session_get_error (session));
      break;
    case QUARRY_SESSION_READY:
    default:
      /* Personal search may have been switched off while the library was not open or not writable. */
      if (!quarry_settings_get_boolean ("personal", TRUE))
        quarry_session_forget_opened (session);
      if (g_error_matches (quarry_session_get_error (session), QUARRY_STORE_ERROR, QUARRY_STORE_ERROR_FULL))
        quarry_window_toast (self, quarry_session_get_error (session)->message);
      quarry_failures_window_follow (GTK_WINDOW (self), library);
      break;
    }
  /* This searches for what has been typed in the meantime, and shows the page for it. */
  quarry_searcher_set_library (self->searcher, library);
  quarry_window_update_actions (self);
}

/* Called for any refused import, also one from the command line or another program. */
static void
refused_cb (QuarrySession *session, gpointer user_data)
{
  quarry_window_toast (user_data, quarry_session_get_error (session)->message);
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

static void
documents_told_cb (QuarryDocumentsView *documents, const char *text, const char *removed, gpointer user_data)
{
  quarry_window_documents_told (user_data, text, removed);
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
  g_free (QUARRY_WINDOW (object)->follow_query);
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
  g_type_ensure (QUARRY_TYPE_HIDING_FILTERS);
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
  gtk_widget_class_bind_template_child (widget_class, QuarryWindow, elsewhere_button);
  gtk_widget_class_bind_template_child (widget_class, QuarryWindow, usual_button);
  gtk_widget_class_bind_template_child (widget_class, QuarryWindow, nothing_page);
  gtk_widget_class_bind_template_child (widget_class, QuarryWindow, nothing_clamp);
  gtk_widget_class_bind_template_child (widget_class, QuarryWindow, hiding);
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
  gtk_widget_class_bind_template_child (widget_class, QuarryWindow, drop_area);
  gtk_widget_class_bind_template_callback (widget_class, back_cb);
  gtk_widget_class_bind_template_callback_full (widget_class, "page_cb",
                                                G_CALLBACK (quarry_window_page_changed));
  gtk_widget_class_bind_template_callback_full (widget_class, "retry_cb", G_CALLBACK (quarry_window_retry));
  gtk_widget_class_bind_template_callback_full (widget_class, "elsewhere_cb",
                                                G_CALLBACK (quarry_window_choose_library));
  gtk_widget_class_bind_template_callback_full (widget_class, "everything_cb",
                                                G_CALLBACK (quarry_window_toggle_documents));
  gtk_widget_class_bind_template_callback_full (widget_class, "sidebar_revealed_cb",
                                                G_CALLBACK (quarry_window_sidebar_revealed));
  gtk_widget_class_bind_template_callback (widget_class, panes_cb);
  gtk_widget_class_bind_template_callback (widget_class, files_dropped_cb);
  gtk_widget_class_bind_template_callback (widget_class, files_refused_cb);
  gtk_widget_class_bind_template_callback (widget_class, document_opened_cb);
  gtk_widget_class_bind_template_callback (widget_class, opened_again_cb);
  gtk_widget_class_bind_template_callback (widget_class, document_read_cb);
  gtk_widget_class_bind_template_callback (widget_class, documents_told_cb);
  gtk_widget_class_bind_template_callback (widget_class, library_topic_cb);
  quarry_window_bind_search (widget_class);
  quarry_window_install_actions (widget_class);
}

static void
quarry_window_init (QuarryWindow *self)
{
  self->searcher = quarry_searcher_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_label_set_wrap (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (self->lift_button))), TRUE);
  gtk_label_set_wrap (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (self->retry_button))), TRUE);
  gtk_label_set_wrap (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (self->elsewhere_button))), TRUE);
  gtk_label_set_wrap (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (self->usual_button))), TRUE);
  quarry_text_scale_property (self->entry_clamp, "maximum-size", ENTRY_WIDTH);
  quarry_text_scale_property (self->nothing_clamp, "maximum-size", NOTHING_WIDTH);
  quarry_text_scale_property (self->entry_clamp, "tightening-threshold", ENTRY_LOOSE_WIDTH);

  quarry_window_start_search (self);
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
