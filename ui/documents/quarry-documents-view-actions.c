/* quarry-documents-view-actions.c: what can be done with a document of the list, by keys or from its menu
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/documents/quarry-documents-view-private.h"

#include "ui/quarry-opener.h"

#include "core/files/quarry-path.h"

#include <glib/gi18n-lib.h>

/* --- Actions --------------------------------------------------------------------------------------- */

static void
tell (QuarryDocumentsView *self, const char *text, const char *removed)
{
  quarry_documents_view_emit (self, QUARRY_DOCUMENTS_TOLD, text, removed);
}

static void
open_selected (QuarryDocumentsView *self)
{
  QuarryDocumentItem *item = quarry_documents_view_selected (self);

  if (item)
    quarry_documents_view_emit (self, QUARRY_DOCUMENTS_OPENED, quarry_document_item_get_path (item),
                                quarry_document_item_get_mime_type (item));
}

static void
read_selected (QuarryDocumentsView *self)
{
  QuarryDocumentItem *item = quarry_documents_view_selected (self);

  if (item)
    quarry_documents_view_emit (self, QUARRY_DOCUMENTS_READ, quarry_document_item_get_path (item),
                                quarry_document_item_get_mime_type (item));
}

static void
activated_cb (GtkColumnView *list, guint position, gpointer user_data)
{
  QuarryDocumentsView *self = user_data;
  QuarryDocumentItem *item;

  gtk_single_selection_set_selected (self->selection, position);
  item = quarry_documents_view_selected (self);
  /* A file that was not added cannot be read here; say why it was not added instead. */
  if (item && quarry_document_item_get_reason (item))
    tell (self, quarry_document_item_get_reason (item), NULL);
  else
    read_selected (self);
}

static void
read_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  read_selected (QUARRY_DOCUMENTS_VIEW (widget));
}

static void
open_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  open_selected (QUARRY_DOCUMENTS_VIEW (widget));
}

static void
reveal_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  QuarryDocumentItem *item = quarry_documents_view_selected (QUARRY_DOCUMENTS_VIEW (widget));

  if (item)
    quarry_reveal_path (quarry_document_item_get_path (item), GTK_WINDOW (gtk_widget_get_root (widget)));
}

/* For keys and the menu, since column headers cannot be focused in GTK 4.8. Sorting by the same column again reverses
 * the order. */
static void
sort_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  QuarryDocumentsView *self = QUARRY_DOCUMENTS_VIEW (widget);
  guint column = MIN (g_variant_get_uint32 (parameter), QUARRY_N_DOCUMENT_COLUMNS - 1);

  /* Numbers are sorted in descending order first, since the largest ones are usually of interest. */
  self->descending
      = column == self->sorted_by ? !self->descending : column >= QUARRY_DOCUMENT_COLUMN_SIZE;
  self->sorted_by = column;
  gtk_column_view_sort_by_column (self->list, NULL, GTK_SORT_ASCENDING);
  gtk_column_view_sort_by_column (self->list, quarry_documents_view_column (self, column),
                                  self->descending ? GTK_SORT_DESCENDING : GTK_SORT_ASCENDING);
}

/* Without this shortcut, the Tab key would go through all rows to get to the entry. */
static void
filter_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_widget_grab_focus (GTK_WIDGET (QUARRY_DOCUMENTS_VIEW (widget)->entry));
}

/* A document that is taken out, or added again. */
typedef struct
{
  QuarryLibrary *library;
  char *path;
} Changed;

static Changed *
changed_new (QuarryLibrary *library, const char *path)
{
  Changed *changed = g_new0 (Changed, 1);

  changed->library = g_object_ref (library);
  changed->path = g_strdup (path);
  return changed;
}

static void
changed_free (Changed *changed)
{
  g_object_unref (changed->library);
  g_free (changed->path);
  g_free (changed);
}

static void
removed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  QuarryDocumentsView *self = QUARRY_DOCUMENTS_VIEW (source);
  const Changed *removed = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    tell (self, error->message, NULL);
  else if (removed->library == self->library)
    {
      g_autofree char *name = quarry_path_display_name (removed->path);
      g_autofree char *text = g_strdup_printf (_("“%s” was taken out of the library"), name);

      g_free (self->removed);
      self->removed = g_strdup (removed->path);
      tell (self, text, removed->path);
      quarry_documents_view_load (self);
    }
  /* Else another library is shown by now: what was taken out must not be put back into that one. */
}

static void
library_removed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (quarry_library_remove_finish (QUARRY_LIBRARY (source), result, NULL, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
remove_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  QuarryDocumentsView *self = QUARRY_DOCUMENTS_VIEW (widget);
  QuarryDocumentItem *item = quarry_documents_view_selected (self);
  GTask *task;

  if (!item || !self->library || !self->writable)
    return;
  task = g_task_new (self, NULL, removed_cb, NULL);
  g_task_set_source_tag (task, remove_cb);
  g_task_set_task_data (task, changed_new (self->library, quarry_document_item_get_path (item)),
                        (GDestroyNotify) changed_free);
  quarry_library_remove_async (self->library, quarry_document_item_get_path (item), NULL, library_removed_cb, task);
}

/* If the file is gone or may not be read, tell so at once: importing it would then produce nothing to be shown. */
static void
again_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Changed *again = data;
  g_autofree char *named = g_steal_pointer (&again->path);
  g_autoptr (GFile) file = NULL;
  g_autoptr (GFileInfo) info = NULL;
  GError *error = NULL;

  /* In this thread, since looking at a file on a server may take long. */
  again->path = quarry_path_outer (named);
  file = g_file_new_for_path (again->path);

  info = g_file_query_info (file, G_FILE_ATTRIBUTE_ACCESS_CAN_READ, G_FILE_QUERY_INFO_NONE, NULL, &error);
  if (info && !g_file_info_get_attribute_boolean (info, G_FILE_ATTRIBUTE_ACCESS_CAN_READ))
    {
      g_autofree char *name = quarry_path_display (again->path);

      g_set_error (&error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                   _("“%s” may not be read: change its permissions."), name);
    }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    {
      g_autofree char *name = quarry_path_display_name (again->path);

      g_clear_error (&error);
      g_set_error (&error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, _("“%s” is no longer there"), name);
    }
  if (error)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
again_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Changed *again = g_task_get_task_data (G_TASK (result));
  const char *paths[] = { again->path, NULL };
  g_autoptr (QuarryImport) import = NULL;
  g_autoptr (GError) error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    import = quarry_library_import_again (again->library, paths);
  else
    tell (QUARRY_DOCUMENTS_VIEW (source), error->message, NULL);
}

void
quarry_documents_view_import_again (QuarryDocumentsView *self, const char *path)
{
  g_autoptr (GTask) task = NULL;
  Changed *again;

  g_return_if_fail (QUARRY_IS_DOCUMENTS_VIEW (self));
  g_return_if_fail (path != NULL);

  if (!self->library || !self->writable)
    return;
  if (g_strcmp0 (path, self->removed) == 0)
    g_clear_pointer (&self->removed, g_free);
  g_free (self->wanted);
  self->wanted = g_strdup (path);
  again = changed_new (self->library, path);
  task = g_task_new (self, NULL, again_cb, NULL);
  g_task_set_source_tag (task, quarry_documents_view_import_again);
  g_task_set_task_data (task, again, (GDestroyNotify) changed_free);
  g_task_run_in_thread (task, again_thread);
}

static void
import_again_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  QuarryDocumentItem *item = quarry_documents_view_selected (QUARRY_DOCUMENTS_VIEW (widget));

  if (item)
    quarry_documents_view_import_again (QUARRY_DOCUMENTS_VIEW (widget), quarry_document_item_get_path (item));
}

gboolean
quarry_documents_view_put_back (QuarryDocumentsView *self)
{
  g_autofree char *path = NULL;

  g_return_val_if_fail (QUARRY_IS_DOCUMENTS_VIEW (self), FALSE);

  if (!self->removed || !self->writable)
    return FALSE;
  path = g_strdup (self->removed);
  quarry_documents_view_import_again (self, path);
  return TRUE;
}

/* --- The menu -------------------------------------------------------------------------------------- */

static void
show_menu_at (QuarryDocumentsView *self, double x, double y)
{
  gtk_popover_set_pointing_to (self->menu, &(GdkRectangle){ (int) x, (int) y, 1, 1 });
  gtk_popover_popup (self->menu);
}

/* The row that @widget belongs to (as a cell or inside one), or that it is; NULL: none. */
static GtkListItem *
row_at (QuarryDocumentsView *self, GtkWidget *widget)
{
  for (; widget && widget != GTK_WIDGET (self->list) && widget != GTK_WIDGET (self);
       widget = gtk_widget_get_parent (widget))
    {
      GtkListItem *row = GTK_IS_LIST_VIEW (widget) ? NULL : quarry_document_column_row_of (widget);

      if (row || GTK_IS_LIST_VIEW (widget))
        return row;
    }
  return NULL;
}

static void
open_menu (QuarryDocumentsView *self, double x, double y)
{
  GtkListItem *row = row_at (self, gtk_widget_pick (GTK_WIDGET (self), x, y, GTK_PICK_DEFAULT));

  if (!row || gtk_list_item_get_position (row) == GTK_INVALID_LIST_POSITION)
    return;
  gtk_single_selection_set_selected (self->selection, gtk_list_item_get_position (row));
  show_menu_at (self, x, y);
}

static void
menu_pressed_cb (GtkGestureClick *gesture, int n_press, double x, double y, gpointer user_data)
{
  open_menu (user_data, x, y);
}

static void
long_pressed_cb (GtkGestureLongPress *gesture, double x, double y, gpointer user_data)
{
  open_menu (user_data, x, y);
}

static void
menu_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  QuarryDocumentsView *self = QUARRY_DOCUMENTS_VIEW (widget);
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (widget));
  graphene_rect_t bounds;

  if (quarry_documents_view_selected (self) && focus && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->list))
      && gtk_widget_compute_bounds (focus, widget, &bounds))
    show_menu_at (self, (double) (bounds.origin.x + bounds.size.width / 2),
                  (double) (bounds.origin.y + bounds.size.height / 2));
}

/* When a submenu was used, GTK 4.8 leaves the focus in the closed menu; give it back to the list. */
static gboolean
menu_left_cb (gpointer user_data)
{
  QuarryDocumentsView *self = user_data;
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root ? gtk_root_get_focus (root) : NULL;

  self->menu_source = 0;
  if (root && gtk_widget_get_mapped (GTK_WIDGET (self->list))
      && (!focus || gtk_widget_is_ancestor (focus, GTK_WIDGET (self->menu)) || !gtk_widget_get_mapped (focus)))
    gtk_widget_grab_focus (GTK_WIDGET (self->list));
  return G_SOURCE_REMOVE;
}

static void
menu_closed_cb (GtkPopover *menu, gpointer user_data)
{
  QuarryDocumentsView *self = user_data;

  if (self->menu_source == 0)
    self->menu_source = g_idle_add (menu_left_cb, self);
}

/* --- For the class --------------------------------------------------------------------------------- */

void
quarry_documents_view_install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "documents.read", NULL, read_cb);
  gtk_widget_class_install_action (widget_class, "documents.open", NULL, open_cb);
  gtk_widget_class_install_action (widget_class, "documents.reveal", NULL, reveal_cb);
  gtk_widget_class_install_action (widget_class, "documents.import-again", NULL, import_again_cb);
  gtk_widget_class_install_action (widget_class, "documents.remove", NULL, remove_cb);
  gtk_widget_class_install_action (widget_class, "documents.sort", "u", sort_cb);
  gtk_widget_class_install_action (widget_class, "documents.filter", NULL, filter_cb);
  gtk_widget_class_install_action (widget_class, "documents.menu", NULL, menu_cb);
  gtk_widget_class_bind_template_callback (widget_class, activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, menu_pressed_cb);
  gtk_widget_class_bind_template_callback (widget_class, menu_closed_cb);
  gtk_widget_class_bind_template_callback (widget_class, long_pressed_cb);
}
