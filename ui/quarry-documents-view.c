/* quarry-documents-view.c: all documents of the library, in columns
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/quarry-documents-view.h"

#include "ui/quarry-document-column.h"
#include "ui/quarry-document-item.h"
#include "ui/quarry-opener.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

/* While documents come in, the list follows so often. */
#define LOAD_MS 1000
/* Below this width there are names and types alone. */
#define WIDE 560
/* So many single changes are told one by one; more of them are one change of the whole. */
#define MANY_CHANGES 200

struct _QuarryDocumentsView
{
  GtkWidget parent_instance;

  GtkWidget *box;
  GtkEditable *entry;
  GtkLabel *count;
  GtkStack *stack;
  GtkColumnView *list;
  GtkColumnViewColumn *name_column;
  GtkColumnViewColumn *type_column;
  GtkColumnViewColumn *size_column;
  GtkColumnViewColumn *date_column;
  GtkColumnViewColumn *passages_column;
  GtkPopover *menu;

  GListStore *items;   /* of QuarryDocumentItem, in no order */
  GHashTable *by_path; /* its path to the item; both owned by the item that @items holds */
  GtkFilter *filter;
  char *folded; /* what names are to contain */
  GtkSingleSelection *selection;
  guint sorted_by; /* the column that the menu chose last */
  gboolean descending;
  guint last; /* where the selected one was seen last */
  char *wanted; /* the path that is to be selected once it is there */

  QuarryLibrary *library;
  gulong changed_handler;
  gboolean writable;
  guint load_source;
  guint columns_source;
  guint menu_source;
  gboolean loading;
  gboolean stale;       /* to be loaded when it is shown, or once loading is done */
  gboolean wants_focus; /* once there is a row for it */
};

G_DEFINE_FINAL_TYPE (QuarryDocumentsView, quarry_documents_view, GTK_TYPE_WIDGET)

enum
{
  OPENED,
  TOLD,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static GtkColumnViewColumn *
column_at (QuarryDocumentsView *self, guint i)
{
  GtkColumnViewColumn *const columns[]
      = { self->name_column, self->type_column, self->size_column, self->date_column, self->passages_column };

  return columns[i];
}

/* --- What is shown ------------------------------------------------------------------------------ */

static gboolean
matches (gpointer item, gpointer user_data)
{
  QuarryDocumentsView *self = user_data;

  return !self->folded || quarry_document_item_matches (item, self->folded);
}

static void
update_actions (QuarryDocumentsView *self)
{
  gboolean selected = gtk_single_selection_get_selected_item (self->selection) != NULL;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "documents.open", selected);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "documents.reveal", selected);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "documents.import-again", selected && self->writable);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "documents.remove", selected && self->writable);
}

static void
show_counts (QuarryDocumentsView *self)
{
  guint all = g_list_model_get_n_items (G_LIST_MODEL (self->items));
  guint shown = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  g_autofree char *number = g_strdup_printf ("%'u", shown);
  g_autofree char *text = NULL;

  /* Translators: %s is the number. */
  text = g_strdup_printf (ngettext ("%s document", "%s documents", shown), number);
  gtk_label_set_label (self->count, text);
  gtk_widget_set_visible (GTK_WIDGET (self->count), all > 0);
  gtk_stack_set_visible_child_name (self->stack, shown > 0 ? "list" : all > 0 ? "nothing" : "empty");
}

static void
filter_changed_cb (GtkEditable *entry, gpointer user_data)
{
  QuarryDocumentsView *self = user_data;
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (entry)));

  g_clear_pointer (&self->folded, g_free);
  if (text[0] != '\0')
    self->folded = quarry_document_item_fold (text);
  gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
  show_counts (self);
}

static void
filter_entered_cb (GtkEditable *entry, gpointer user_data)
{
  gtk_widget_grab_focus (user_data);
}

static QuarryDocumentItem *
selected_item (QuarryDocumentsView *self)
{
  return gtk_single_selection_get_selected_item (self->selection);
}

static void
selected_cb (GtkSingleSelection *selection, GParamSpec *pspec, gpointer user_data)
{
  QuarryDocumentsView *self = user_data;

  if (selected_item (self))
    self->last = gtk_single_selection_get_selected (selection);
  update_actions (self);
}

static void
select_wanted (QuarryDocumentsView *self)
{
  QuarryDocumentItem *item = self->wanted ? g_hash_table_lookup (self->by_path, self->wanted) : NULL;
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));

  if (!item)
    return;
  g_clear_pointer (&self->wanted, g_free);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (QuarryDocumentItem) at = g_list_model_get_item (G_LIST_MODEL (self->selection), i);

      if (at == item)
        {
          gtk_single_selection_set_selected (self->selection, i);
          return;
        }
    }
}

/* --- Following the library ----------------------------------------------------------------------- */

/* The whole list at once: what stays is the same objects, so that it stays selected. */
static void
replace_all (QuarryDocumentsView *self, GPtrArray *kept)
{
  g_list_store_splice (self->items, 0, g_list_model_get_n_items (G_LIST_MODEL (self->items)), kept->pdata,
                       kept->len);
}

/* Items that are gone go, those that say something else are told, new ones come at the end: what else is on the
 * screen stays where it is. */
static void
show_documents (QuarryDocumentsView *self, GPtrArray *now)
{
  g_autoptr (GHashTable) paths = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) added = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GArray) gone = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GArray) changed = g_array_new (FALSE, FALSE, sizeof (guint));
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->items));
  gboolean had = selected_item (self) != NULL;
  guint last = self->last;

  for (guint i = 0; i < now->len; i++)
    g_hash_table_insert (paths, (gpointer) quarry_document_item_get_path (now->pdata[i]), now->pdata[i]);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (QuarryDocumentItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), i);
      QuarryDocumentItem *other = g_hash_table_lookup (paths, quarry_document_item_get_path (item));

      if (!other)
        {
          g_hash_table_remove (self->by_path, quarry_document_item_get_path (item));
          g_array_append_val (gone, i);
          continue;
        }
      if (quarry_document_item_update (item, other))
        g_array_append_val (changed, i);
      g_ptr_array_add (kept, g_steal_pointer (&item));
    }
  for (guint i = 0; i < now->len; i++)
    {
      QuarryDocumentItem *item = now->pdata[i];

      if (g_hash_table_contains (self->by_path, quarry_document_item_get_path (item)))
        continue;
      g_hash_table_insert (self->by_path, (gpointer) quarry_document_item_get_path (item), item);
      g_ptr_array_add (added, g_object_ref (item));
    }

  if (gone->len + changed->len > MANY_CHANGES)
    replace_all (self, kept);
  else
    {
      /* From the end, so that places before stay; one that changed may stand elsewhere in the order. */
      for (guint i = changed->len; i > 0; i--)
        {
          guint at = g_array_index (changed, guint, i - 1);
          g_autoptr (QuarryDocumentItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), at);

          g_list_store_splice (self->items, at, 1, (gpointer *) &item, 1);
        }
      for (guint i = gone->len; i > 0; i--)
        g_list_store_remove (self->items, g_array_index (gone, guint, i - 1));
    }
  if (added->len > 0)
    g_list_store_splice (self->items, g_list_model_get_n_items (G_LIST_MODEL (self->items)), 0, added->pdata,
                         added->len);

  /* Where the selected one is gone, the next takes its place. */
  n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  if (had && !selected_item (self) && n > 0)
    gtk_single_selection_set_selected (self->selection, MIN (last, n - 1));
  select_wanted (self);
  self->last = selected_item (self) ? gtk_single_selection_get_selected (self->selection) : self->last;
  show_counts (self);
  if (self->wants_focus && n > 0 && gtk_widget_get_mapped (GTK_WIDGET (self)))
    gtk_widget_grab_focus (GTK_WIDGET (self));
}

static void load_soon (QuarryDocumentsView *self);

static void
load_ended (QuarryDocumentsView *self)
{
  self->loading = FALSE;
  if (self->stale)
    load_soon (self);
}

/* Ten thousand items take longer to make than a frame may. */
static void
make_items_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GPtrArray *records = data;
  GPtrArray *items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < records->len; i++)
    g_ptr_array_add (items, quarry_document_item_new (records->pdata[i]));
  g_task_return_pointer (task, items, (GDestroyNotify) g_ptr_array_unref);
}

static void
items_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  QuarryDocumentsView *self = QUARRY_DOCUMENTS_VIEW (source);
  g_autoptr (QuarryLibrary) library = user_data;
  g_autoptr (GPtrArray) items = g_task_propagate_pointer (G_TASK (result), NULL);

  if (library == self->library && items)
    show_documents (self, items);
  load_ended (self);
}

static void
documents_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (QuarryDocumentsView) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GTask) task = NULL;
  GPtrArray *records = quarry_library_list_documents_finish (QUARRY_LIBRARY (source), result, &error);

  if (!records)
    {
      g_message ("%s", error->message);
      load_ended (self);
      return;
    }
  task = g_task_new (self, NULL, items_cb, g_object_ref (source));
  g_task_set_source_tag (task, documents_cb);
  g_task_set_task_data (task, records, (GDestroyNotify) g_ptr_array_unref);
  g_task_run_in_thread (task, make_items_thread);
}

static void
load_now (QuarryDocumentsView *self)
{
  if (!self->library)
    return;
  self->stale = self->loading || !gtk_widget_get_mapped (GTK_WIDGET (self));
  if (self->stale)
    return;
  self->loading = TRUE;
  quarry_library_list_documents_async (self->library, 0, NULL, documents_cb, g_object_ref (self));
}

static gboolean
load_cb (gpointer user_data)
{
  QuarryDocumentsView *self = user_data;

  self->load_source = 0;
  load_now (self);
  return G_SOURCE_REMOVE;
}

static void
load_soon (QuarryDocumentsView *self)
{
  if (self->load_source == 0)
    self->load_source = g_timeout_add (LOAD_MS, load_cb, self);
}

/* --- Actions --------------------------------------------------------------------------------------- */

static void
open_selected (QuarryDocumentsView *self)
{
  QuarryDocumentItem *item = selected_item (self);

  if (item)
    g_signal_emit (self, signals[OPENED], 0, quarry_document_item_get_path (item),
                   quarry_document_item_get_mime_type (item));
}

static void
activated_cb (GtkColumnView *list, guint position, gpointer user_data)
{
  QuarryDocumentsView *self = user_data;

  gtk_single_selection_set_selected (self->selection, position);
  open_selected (self);
}

static void
open_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  open_selected (QUARRY_DOCUMENTS_VIEW (widget));
}

static void
reveal_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  QuarryDocumentItem *item = selected_item (QUARRY_DOCUMENTS_VIEW (widget));

  if (item)
    quarry_reveal_path (quarry_document_item_get_path (item), GTK_WINDOW (gtk_widget_get_root (widget)));
}

/* GTK 4.8 gives the headers no keys. The same column once more turns its order round. */
static void
sort_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  QuarryDocumentsView *self = QUARRY_DOCUMENTS_VIEW (widget);
  guint column = MIN (g_variant_get_uint32 (parameter), QUARRY_N_DOCUMENT_COLUMNS - 1);

  /* Of numbers the largest are of interest. */
  self->descending
      = column == self->sorted_by ? !self->descending : column >= QUARRY_DOCUMENT_COLUMN_SIZE;
  self->sorted_by = column;
  gtk_column_view_sort_by_column (self->list, NULL, GTK_SORT_ASCENDING);
  gtk_column_view_sort_by_column (self->list, column_at (self, column),
                                  self->descending ? GTK_SORT_DESCENDING : GTK_SORT_ASCENDING);
}

/* Otherwise the key would go through all rows before. */
static void
filter_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gtk_widget_grab_focus (GTK_WIDGET (QUARRY_DOCUMENTS_VIEW (widget)->entry));
}

static void
tell (QuarryDocumentsView *self, const char *text, const char *removed)
{
  g_signal_emit (self, signals[TOLD], 0, text, removed);
}

static void
removed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  QuarryDocumentsView *self = QUARRY_DOCUMENTS_VIEW (source);
  const char *path = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    tell (self, error->message, NULL);
  else
    {
      g_autofree char *name = g_filename_display_basename (path);
      g_autofree char *text = g_strdup_printf (_("“%s” was taken out of the library"), name);

      tell (self, text, path);
      load_now (self);
    }
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
  QuarryDocumentItem *item = selected_item (self);
  GTask *task;

  if (!item || !self->library || !self->writable)
    return;
  task = g_task_new (self, NULL, removed_cb, NULL);
  g_task_set_source_tag (task, remove_cb);
  g_task_set_task_data (task, g_strdup (quarry_document_item_get_path (item)), g_free);
  quarry_library_remove_async (self->library, quarry_document_item_get_path (item), NULL, library_removed_cb, task);
}

typedef struct
{
  QuarryLibrary *library;
  char *path;
} Again;

static void
again_free (Again *again)
{
  g_object_unref (again->library);
  g_free (again->path);
  g_free (again);
}

/* An import passes over what it knows: so it is to forget it first, but not where nothing comes instead. */
static void
again_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Again *again = data;
  g_autoptr (GFile) file = g_file_new_for_path (again->path);
  g_autoptr (GFileInfo) info = NULL;
  GError *error = NULL;

  info = g_file_query_info (file, G_FILE_ATTRIBUTE_ACCESS_CAN_READ, G_FILE_QUERY_INFO_NONE, NULL, &error);
  if (info && !g_file_info_get_attribute_boolean (info, G_FILE_ATTRIBUTE_ACCESS_CAN_READ))
    {
      g_autofree char *name = g_filename_display_name (again->path);

      g_set_error (&error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
                   _("“%s” may not be read: change its permissions."), name);
    }
  if (!error && quarry_library_remove (again->library, again->path, NULL, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
again_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Again *again = g_task_get_task_data (G_TASK (result));
  const char *paths[] = { again->path, NULL };
  g_autoptr (QuarryImport) import = NULL;
  g_autoptr (GError) error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    import = quarry_library_import (again->library, paths);
  else
    tell (QUARRY_DOCUMENTS_VIEW (source), error->message, NULL);
}

void
quarry_documents_view_import_again (QuarryDocumentsView *self, const char *path)
{
  g_autoptr (GTask) task = NULL;
  Again *again;

  g_return_if_fail (QUARRY_IS_DOCUMENTS_VIEW (self));
  g_return_if_fail (path != NULL);

  if (!self->library || !self->writable)
    return;
  g_free (self->wanted);
  self->wanted = g_strdup (path);
  again = g_new0 (Again, 1);
  again->library = g_object_ref (self->library);
  again->path = quarry_path_outer (path);
  task = g_task_new (self, NULL, again_cb, NULL);
  g_task_set_source_tag (task, quarry_documents_view_import_again);
  g_task_set_task_data (task, again, (GDestroyNotify) again_free);
  g_task_run_in_thread (task, again_thread);
}

static void
import_again_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  QuarryDocumentItem *item = selected_item (QUARRY_DOCUMENTS_VIEW (widget));

  if (item)
    quarry_documents_view_import_again (QUARRY_DOCUMENTS_VIEW (widget), quarry_document_item_get_path (item));
}

/* --- The menu -------------------------------------------------------------------------------------- */

static void
show_menu_at (QuarryDocumentsView *self, double x, double y)
{
  gtk_popover_set_pointing_to (self->menu, &(GdkRectangle){ (int) x, (int) y, 1, 1 });
  gtk_popover_popup (self->menu);
}

/* The row under @widget, which may be a cell, what is in it, or the row; NULL: none. */
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

  if (selected_item (self) && focus && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->list))
      && gtk_widget_compute_bounds (focus, widget, &bounds))
    show_menu_at (self, (double) (bounds.origin.x + bounds.size.width / 2),
                  (double) (bounds.origin.y + bounds.size.height / 2));
}

/* GTK 4.8 leaves the focus in a menu whose submenu was used. */
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

/* --- The widget ------------------------------------------------------------------------------------ */

static gboolean
columns_cb (gpointer user_data)
{
  QuarryDocumentsView *self = user_data;
  gboolean wide = gtk_widget_get_width (GTK_WIDGET (self)) >= WIDE;

  self->columns_source = 0;
  gtk_column_view_column_set_visible (self->size_column, wide);
  gtk_column_view_column_set_visible (self->date_column, wide);
  gtk_column_view_column_set_visible (self->passages_column, wide);
  return G_SOURCE_REMOVE;
}

static void
quarry_documents_view_measure (GtkWidget *widget,
                               GtkOrientation orientation,
                               int for_size,
                               int *minimum,
                               int *natural,
                               int *minimum_baseline,
                               int *natural_baseline)
{
  gtk_widget_measure (QUARRY_DOCUMENTS_VIEW (widget)->box, orientation, for_size, minimum, natural, NULL, NULL);
}

/* Nothing is to be changed while sizes are given out. */
static void
quarry_documents_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  QuarryDocumentsView *self = QUARRY_DOCUMENTS_VIEW (widget);

  gtk_widget_size_allocate (self->box, &(GtkAllocation){ 0, 0, width, height }, baseline);
  gtk_popover_present (self->menu);
  if (gtk_column_view_column_get_visible (self->size_column) != (width >= WIDE) && self->columns_source == 0)
    self->columns_source = g_idle_add_full (G_PRIORITY_HIGH, columns_cb, self, NULL);
}

static gboolean
quarry_documents_view_grab_focus (GtkWidget *widget)
{
  QuarryDocumentsView *self = QUARRY_DOCUMENTS_VIEW (widget);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));

  self->wants_focus = n == 0;
  if (n == 0)
    return FALSE;
  if (!selected_item (self))
    gtk_single_selection_set_selected (self->selection, 0);
  return gtk_widget_grab_focus (GTK_WIDGET (self->list));
}

static void
quarry_documents_view_map (GtkWidget *widget)
{
  QuarryDocumentsView *self = QUARRY_DOCUMENTS_VIEW (widget);

  GTK_WIDGET_CLASS (quarry_documents_view_parent_class)->map (widget);
  if (self->stale)
    load_now (self);
}

static void
quarry_documents_view_unmap (GtkWidget *widget)
{
  QUARRY_DOCUMENTS_VIEW (widget)->wants_focus = FALSE;
  GTK_WIDGET_CLASS (quarry_documents_view_parent_class)->unmap (widget);
}

static void
quarry_documents_view_dispose (GObject *object)
{
  QuarryDocumentsView *self = QUARRY_DOCUMENTS_VIEW (object);

  quarry_documents_view_set_library (self, NULL);
  g_clear_handle_id (&self->load_source, g_source_remove);
  g_clear_handle_id (&self->columns_source, g_source_remove);
  g_clear_handle_id (&self->menu_source, g_source_remove);
  if (self->list)
    gtk_column_view_set_model (self->list, NULL);
  if (self->selection)
    g_signal_handlers_disconnect_by_data (self->selection, self);
  if (self->menu)
    g_signal_handlers_disconnect_by_func (self->menu, menu_closed_cb, self);
  g_clear_pointer ((GtkWidget **) &self->menu, gtk_widget_unparent);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  self->stack = NULL;
  self->list = NULL;
  g_clear_object (&self->selection);
  g_clear_object (&self->filter);
  g_clear_object (&self->items);
  G_OBJECT_CLASS (quarry_documents_view_parent_class)->dispose (object);
}

static void
quarry_documents_view_finalize (GObject *object)
{
  QuarryDocumentsView *self = QUARRY_DOCUMENTS_VIEW (object);

  g_hash_table_unref (self->by_path);
  g_free (self->folded);
  g_free (self->wanted);
  G_OBJECT_CLASS (quarry_documents_view_parent_class)->finalize (object);
}

static void
quarry_documents_view_class_init (QuarryDocumentsViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = quarry_documents_view_dispose;
  G_OBJECT_CLASS (klass)->finalize = quarry_documents_view_finalize;
  widget_class->measure = quarry_documents_view_measure;
  widget_class->size_allocate = quarry_documents_view_size_allocate;
  widget_class->grab_focus = quarry_documents_view_grab_focus;
  widget_class->map = quarry_documents_view_map;
  widget_class->unmap = quarry_documents_view_unmap;

  signals[OPENED] = g_signal_new ("opened", QUARRY_TYPE_DOCUMENTS_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[TOLD] = g_signal_new ("told", QUARRY_TYPE_DOCUMENTS_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);

  gtk_widget_class_install_action (widget_class, "documents.open", NULL, open_cb);
  gtk_widget_class_install_action (widget_class, "documents.reveal", NULL, reveal_cb);
  gtk_widget_class_install_action (widget_class, "documents.import-again", NULL, import_again_cb);
  gtk_widget_class_install_action (widget_class, "documents.remove", NULL, remove_cb);
  gtk_widget_class_install_action (widget_class, "documents.sort", "u", sort_cb);
  gtk_widget_class_install_action (widget_class, "documents.filter", NULL, filter_cb);
  gtk_widget_class_install_action (widget_class, "documents.menu", NULL, menu_cb);

  gtk_widget_class_set_css_name (widget_class, "documentsview");
  gtk_widget_class_set_template_from_resource (widget_class, "/org/quarry/Quarry/quarry-documents-view.ui");
  gtk_widget_class_bind_template_child (widget_class, QuarryDocumentsView, box);
  gtk_widget_class_bind_template_child (widget_class, QuarryDocumentsView, entry);
  gtk_widget_class_bind_template_child (widget_class, QuarryDocumentsView, count);
  gtk_widget_class_bind_template_child (widget_class, QuarryDocumentsView, stack);
  gtk_widget_class_bind_template_child (widget_class, QuarryDocumentsView, list);
  gtk_widget_class_bind_template_child (widget_class, QuarryDocumentsView, name_column);
  gtk_widget_class_bind_template_child (widget_class, QuarryDocumentsView, type_column);
  gtk_widget_class_bind_template_child (widget_class, QuarryDocumentsView, size_column);
  gtk_widget_class_bind_template_child (widget_class, QuarryDocumentsView, date_column);
  gtk_widget_class_bind_template_child (widget_class, QuarryDocumentsView, passages_column);
  gtk_widget_class_bind_template_child (widget_class, QuarryDocumentsView, menu);
  gtk_widget_class_bind_template_callback (widget_class, filter_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, filter_entered_cb);
  gtk_widget_class_bind_template_callback (widget_class, activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, menu_pressed_cb);
  gtk_widget_class_bind_template_callback (widget_class, menu_closed_cb);
  gtk_widget_class_bind_template_callback (widget_class, long_pressed_cb);
}

static void
quarry_documents_view_init (QuarryDocumentsView *self)
{
  GtkFilterListModel *filtered;
  GtkSortListModel *sorted;

  self->writable = TRUE;
  self->by_path = g_hash_table_new (g_str_hash, g_str_equal);
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < QUARRY_N_DOCUMENT_COLUMNS; i++)
    quarry_document_column_set_up (column_at (self, i), i);

  self->items = g_list_store_new (QUARRY_TYPE_DOCUMENT_ITEM);
  self->filter = GTK_FILTER (gtk_custom_filter_new (matches, self, NULL));
  filtered = gtk_filter_list_model_new (G_LIST_MODEL (g_object_ref (self->items)), g_object_ref (self->filter));
  sorted = gtk_sort_list_model_new (G_LIST_MODEL (filtered), g_object_ref (gtk_column_view_get_sorter (self->list)));
  self->selection = gtk_single_selection_new (G_LIST_MODEL (sorted));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  g_signal_connect (self->selection, "notify::selected-item", G_CALLBACK (selected_cb), self);
  gtk_column_view_set_model (self->list, GTK_SELECTION_MODEL (self->selection));
  gtk_column_view_sort_by_column (self->list, self->name_column, GTK_SORT_ASCENDING);
  update_actions (self);
}

GtkWidget *
quarry_documents_view_new (void)
{
  return g_object_new (QUARRY_TYPE_DOCUMENTS_VIEW, NULL);
}

void
quarry_documents_view_set_library (QuarryDocumentsView *self, QuarryLibrary *library)
{
  g_return_if_fail (QUARRY_IS_DOCUMENTS_VIEW (self));
  g_return_if_fail (library == NULL || QUARRY_IS_LIBRARY (library));

  if (self->library == library)
    return;
  if (self->library)
    g_clear_signal_handler (&self->changed_handler, self->library);
  g_set_object (&self->library, library);
  g_hash_table_remove_all (self->by_path);
  if (self->items)
    g_list_store_remove_all (self->items);
  if (self->stack)
    gtk_stack_set_visible_child_name (self->stack, "loading");
  if (!library)
    return;
  self->changed_handler = g_signal_connect_swapped (library, "changed", G_CALLBACK (load_soon), self);
  load_now (self);
}

void
quarry_documents_view_set_writable (QuarryDocumentsView *self, gboolean writable)
{
  g_return_if_fail (QUARRY_IS_DOCUMENTS_VIEW (self));

  self->writable = writable;
  update_actions (self);
}

gboolean
quarry_documents_view_clear_filter (QuarryDocumentsView *self)
{
  g_return_val_if_fail (QUARRY_IS_DOCUMENTS_VIEW (self), FALSE);

  if (gtk_editable_get_text (self->entry)[0] == '\0')
    return FALSE;
  gtk_editable_set_text (self->entry, "");
  return TRUE;
}
