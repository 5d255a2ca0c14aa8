/* quarry-window-documents.c: all documents, in the place of the hits
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/window/quarry-window-private.h"

#include "core/library/search/quarry-query.h"

#include <glib/gi18n-lib.h>

void
quarry_window_show_documents (QuarryWindow *self)
{
  if (!quarry_session_get_library (self->session))
    return;
  quarry_window_search (self, "", 0);
  self->lists = TRUE;
  gtk_stack_set_visible_child_name (self->stack, "documents");
  quarry_window_leave_sidebar (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->documents));
}

gboolean
quarry_window_read_document (QuarryWindow *self, const char *path)
{
  /* As filters are compared with it, also where it is shown as something else. */
  g_autofree char *name = g_filename_display_name (path);
  g_autofree char *filter = quarry_query_write_filter (QUARRY_QUERY_FOLDER, name);

  if (!filter)
    return FALSE;
  self->lists = FALSE;
  quarry_window_search (self, "", 0);
  self->from_documents = TRUE;
  quarry_filter_bar_add (self->filters, filter);
  /* Open the reader with the answer, unless the person asks for something else before it comes. */
  self->wants_reader = TRUE;
  return TRUE;
}

void
quarry_window_follow_documents (QuarryWindow *self, const char *query)
{
  if (query[0] != '\0')
    {
      self->lists = FALSE;
      self->from_documents = self->from_documents && !quarry_filter_bar_is_empty (self->filters);
    }
  else if (self->from_documents)
    {
      self->from_documents = FALSE;
      self->lists = TRUE;
      gtk_stack_set_visible_child_name (self->stack, "documents");
      gtk_widget_grab_focus (GTK_WIDGET (self->documents));
    }
}

gboolean
quarry_window_documents_focused (QuarryWindow *self)
{
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (self));

  return focus && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->documents));
}

gboolean
quarry_window_leave_documents (QuarryWindow *self)
{
  if (!self->lists)
    return FALSE;
  /* If the list is filtered, remove the filter first; only the next step leaves the list. */
  if (quarry_documents_view_clear_filter (self->documents))
    return TRUE;
  self->lists = FALSE;
  gtk_stack_set_visible_child_name (self->stack, "recent");
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  return TRUE;
}

void
quarry_window_page_changed (GtkStack *stack, GParamSpec *pspec, gpointer user_data)
{
  QuarryWindow *self = user_data;

  if (self->sidebar)
    quarry_sidebar_set_everything (self->sidebar,
                                   g_strcmp0 (gtk_stack_get_visible_child_name (stack), "documents") == 0);
}

void
quarry_window_toggle_documents (QuarrySidebar *sidebar, gpointer user_data)
{
  QuarryWindow *self = user_data;

  if (!self->lists)
    quarry_window_show_documents (self);
  else
    while (self->lists)
      quarry_window_leave_documents (self);
  quarry_window_page_changed (self->stack, NULL, self);
}

static void
undo_cb (AdwToast *toast, gpointer user_data)
{
  quarry_documents_view_import_again (QUARRY_WINDOW (user_data)->documents,
                                      g_object_get_data (G_OBJECT (toast), "quarry-path"));
}

void
quarry_window_forget_removed (QuarryWindow *self)
{
  AdwToast *toast = g_object_get_data (G_OBJECT (self), "quarry-removed");

  if (toast)
    adw_toast_dismiss (toast);
  g_object_set_data (G_OBJECT (self), "quarry-removed", NULL);
}

void
quarry_window_documents_told (QuarryWindow *self, const char *text, const char *removed)
{
  /* Toasts parse their text as markup. */
  g_autofree char *escaped = g_markup_escape_text (text, -1);
  AdwToast *toast = adw_toast_new (escaped);

  if (removed)
    {
      /* Toasts wait for one another; a message of the last removal that comes long after it would mislead. */
      quarry_window_forget_removed (self);
      g_object_set_data_full (G_OBJECT (self), "quarry-removed", g_object_ref (toast), g_object_unref);
      adw_toast_set_button_label (toast, _("_Undo"));
      g_object_set_data_full (G_OBJECT (toast), "quarry-path", g_strdup (removed), g_free);
      g_signal_connect_object (toast, "button-clicked", G_CALLBACK (undo_cb), self, 0);
    }
  adw_toast_overlay_add_toast (self->toasts, toast);
}
