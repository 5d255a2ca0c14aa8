/* quarry-failures-window.c: files that could not be read or were passed over
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The list is loaded from the library, and follows the results of the imports that run while it is
 * open, which are newer than what was loaded.
 */
#include "quarry-config.h"

#include "ui/documents/quarry-failures-window.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "ui/documents/quarry-failure-folds.h"
#include "ui/documents/quarry-failure-item.h"
#include "ui/documents/quarry-failure-row.h"
#include "ui/quarry-opener.h"
#include "ui/widgets/quarry-wrap-layout.h"

struct _QuarryFailuresWindow
{
  AdwWindow parent_instance;

  GtkWidget *retry_all_button;
  GtkStack *stack;
  AdwStatusPage *failure;
  GtkListView *list;
  GtkWidget *toggles;
  GtkToggleButton *all_toggle;
  GtkToggleButton *failed_toggle;
  GtkToggleButton *skipped_toggle;

  QuarryLibrary *library;
  GListModel *imports;
  GPtrArray *watched; /* of QuarryImport */
  GCancellable *load;
  gboolean load_again;  /* the library has changed during the load */
  gboolean heard;       /* an import has told results since the load began */

  GListStore *items;     /* of QuarryFailureItem */
  GHashTable *by_path;   /* path -> item, owned by the store */
  QuarryFailureFolds *folds; /* has the store's other items, which are headings */
  GtkFilter *filter;
  GtkWindow *top; /* the main window; only used to find this window again */
  guint n_failed;
  guint n_skipped;
};

G_DEFINE_FINAL_TYPE (QuarryFailuresWindow, quarry_failures_window, ADW_TYPE_WINDOW)

/* --- The list ------------------------------------------------------------------------------ */

static void
show_counts (QuarryFailuresWindow *self)
{
  guint n = self->n_failed + self->n_skipped;
  gboolean folds_anew = quarry_failure_folds_settle (self->folds, self->items);
  g_autofree char *all = g_strdup_printf (_("All %'u"), n);
  g_autofree char *failed = g_strdup_printf (_("Failed %'u"), self->n_failed);
  g_autofree char *skipped = g_strdup_printf (_("Passed Over %'u"), self->n_skipped);

  gtk_button_set_label (GTK_BUTTON (self->all_toggle), all);
  gtk_button_set_label (GTK_BUTTON (self->failed_toggle), failed);
  gtk_button_set_label (GTK_BUTTON (self->skipped_toggle), skipped);
  gtk_widget_set_sensitive (self->retry_all_button, self->n_failed > 0);
  gtk_stack_set_visible_child_name (self->stack, n ? "list" : "empty");
  if (folds_anew)
    gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
}

static void
count (QuarryFailuresWindow *self, QuarryFailureItem *item, int by)
{
  quarry_failure_folds_count (self->folds, item, by);
  if (quarry_failure_item_get_skipped (item))
    self->n_skipped = (guint) ((int) self->n_skipped + by);
  else
    self->n_failed = (guint) ((int) self->n_failed + by);
}

static void
add_item (QuarryFailuresWindow *self, const char *path, const char *reason, gboolean skipped)
{
  QuarryFailureItem *known = g_hash_table_lookup (self->by_path, path);
  g_autoptr (QuarryFailureItem) item = NULL;

  if (known)
    {
      count (self, known, -1);
      if (quarry_failure_item_get_skipped (known) != skipped
          || g_strcmp0 (quarry_failure_item_get_reason (known), reason) != 0)
        {
          g_autoptr (QuarryFailureItem) moved = g_object_ref (known);
          guint position;

          /* The new reason may change its place in the order, so remove it and add it again. */
          quarry_failure_item_update (known, reason, skipped);
          count (self, known, 1);
          if (g_list_store_find (self->items, known, &position))
            g_list_store_remove (self->items, position);
          g_list_store_append (self->items, moved);
        }
      else
        {
          quarry_failure_item_update (known, reason, skipped);
          count (self, known, 1);
        }
      return;
    }

  item = quarry_failure_item_new (path, reason, skipped);
  count (self, item, 1);
  g_hash_table_insert (self->by_path, (gpointer) quarry_failure_item_get_path (item), item);
  g_list_store_append (self->items, item);
}

static void
remove_item (QuarryFailuresWindow *self, const char *path)
{
  QuarryFailureItem *item = g_hash_table_lookup (self->by_path, path);
  guint position;

  if (!item)
    return;
  count (self, item, -1);
  g_hash_table_remove (self->by_path, path);
  if (g_list_store_find (self->items, item, &position))
    g_list_store_remove (self->items, position);
}

/* Failed files first, files with the same reason together below their heading, then by path. */
static int
compare (gconstpointer a, gconstpointer b, gpointer data)
{
  QuarryFailureItem *x = (QuarryFailureItem *) a;
  QuarryFailureItem *y = (QuarryFailureItem *) b;
  int order = quarry_failure_item_get_skipped (x) - quarry_failure_item_get_skipped (y);

  if (!order)
    order = g_strcmp0 (quarry_failure_item_get_reason (x), quarry_failure_item_get_reason (y));
  /* A heading has no path. */
  return order ? order
               : g_strcmp0 (quarry_failure_item_get_path (x), quarry_failure_item_get_path (y));
}

static gboolean
matches (gpointer item, gpointer data)
{
  QuarryFailuresWindow *self = data;

  if (!quarry_failure_item_is_heading (item) && quarry_failure_folds_hides (self->folds, item))
    return FALSE;
  if (gtk_toggle_button_get_active (self->failed_toggle))
    return !quarry_failure_item_get_skipped (item);
  if (gtk_toggle_button_get_active (self->skipped_toggle))
    return quarry_failure_item_get_skipped (item);
  return TRUE;
}

static void
toggled_cb (QuarryFailuresWindow *self, GtkToggleButton *toggle)
{
  if (self->filter && gtk_toggle_button_get_active (toggle))
    gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
}

/* --- Rows ---------------------------------------------------------------------------------- */

static void
retry (QuarryFailuresWindow *self, const char *const *paths)
{
  g_autoptr (QuarryImport) import = quarry_library_import (self->library, paths);

  for (guint i = 0; paths[i]; i++)
    {
      QuarryFailureItem *item = g_hash_table_lookup (self->by_path, paths[i]);

      if (item)
        quarry_failure_item_set_retrying (item, import != NULL);
    }
}

static gboolean
is_alike (QuarryFailureItem *item, QuarryFailureItem *heading)
{
  return quarry_failure_item_get_skipped (item) == quarry_failure_item_get_skipped (heading)
         && g_strcmp0 (quarry_failure_item_get_reason (item), quarry_failure_item_get_reason (heading)) == 0;
}

/* @heading: NULL for all that failed. */
static void
retry_alike (QuarryFailuresWindow *self, QuarryFailureItem *heading)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->items));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (QuarryFailureItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), i);

      if (!quarry_failure_item_is_heading (item) && !quarry_failure_item_get_retrying (item)
          && (heading ? is_alike (item, heading) : !quarry_failure_item_get_skipped (item)))
        g_ptr_array_add (paths, g_strdup (quarry_failure_item_get_path (item)));
    }
  if (!paths->len)
    return;
  g_ptr_array_add (paths, NULL);
  retry (self, (const char *const *) paths->pdata);
}

static void
row_retry_cb (QuarryFailureRow *row, QuarryFailuresWindow *self)
{
  QuarryFailureItem *item = quarry_failure_row_get_item (row);

  if (item && quarry_failure_item_is_heading (item))
    {
      retry_alike (self, item);
      quarry_failure_item_set_retrying (item, TRUE);
    }
  else if (item)
    retry (self, (const char *const[]) { quarry_failure_item_get_path (item), NULL });
}

static void
row_reveal_cb (QuarryFailureRow *row, QuarryFailuresWindow *self)
{
  QuarryFailureItem *item = quarry_failure_row_get_item (row);

  if (item)
    quarry_reveal_path (quarry_failure_item_get_path (item), GTK_WINDOW (self));
}

static void
retry_all_cb (QuarryFailuresWindow *self)
{
  retry_alike (self, NULL);
}

static void
activate_cb (QuarryFailuresWindow *self, guint position)
{
  GListModel *shown = G_LIST_MODEL (gtk_list_view_get_model (self->list));
  g_autoptr (QuarryFailureItem) item = g_list_model_get_item (shown, position);

  if (!item || !quarry_failure_item_is_heading (item))
    return;
  quarry_failure_item_set_opened (item, !quarry_failure_item_get_opened (item));
  gtk_filter_changed (self->filter, GTK_FILTER_CHANGE_DIFFERENT);
}

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, QuarryFailuresWindow *self)
{
  GtkWidget *row = quarry_failure_row_new ();

  g_signal_connect_object (row, "retry", G_CALLBACK (row_retry_cb), self, 0);
  g_signal_connect_object (row, "reveal", G_CALLBACK (row_reveal_cb), self, 0);
  gtk_list_item_set_child (list_item, row);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, QuarryFailuresWindow *self)
{
  QuarryFailureItem *item = gtk_list_item_get_item (list_item);
  gboolean is_heading = quarry_failure_item_is_heading (item);

  gtk_list_item_set_activatable (list_item, is_heading);
  quarry_failure_row_set_item (QUARRY_FAILURE_ROW (gtk_list_item_get_child (list_item)),
                               item,
                               !is_heading && quarry_failure_folds_has_heading (self->folds, item));
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, QuarryFailuresWindow *self)
{
  quarry_failure_row_set_item (QUARRY_FAILURE_ROW (gtk_list_item_get_child (list_item)), NULL, FALSE);
}

/* --- The library --------------------------------------------------------------------------- */

static void load (QuarryFailuresWindow *self);

static void
result_cb (QuarryFailuresWindow *self, QuarryImportResult *result)
{
  const char *path = quarry_import_result_get_path (result);

  self->heard = TRUE;

  switch (quarry_import_result_get_status (result))
    {
    case QUARRY_IMPORT_IMPORTED:
    case QUARRY_IMPORT_UNCHANGED:
      remove_item (self, path);
      /* It was imported, but only in part. */
      if (quarry_import_result_get_reason (result))
        add_item (self, path, quarry_import_result_get_reason (result), TRUE);
      break;
    case QUARRY_IMPORT_FAILED:
    case QUARRY_IMPORT_SKIPPED:
      add_item (self,
                path,
                quarry_import_result_get_reason (result),
                quarry_import_result_get_status (result) == QUARRY_IMPORT_SKIPPED);
      break;
    }
  show_counts (self);
}

static void
finished_cb (QuarryFailuresWindow *self, GParamSpec *pspec, QuarryImport *import)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->items));

  g_signal_handlers_disconnect_by_data (import, self);
  g_ptr_array_remove (self->watched, import);
  if (self->watched->len)
    return;
  /* A cancelled import tells nothing about the files that it did not get to, so stop showing these as being retried. */
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (QuarryFailureItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), i);

      quarry_failure_item_set_retrying (item, FALSE);
    }
  load (self);
}

static void
imports_changed_cb (QuarryFailuresWindow *self, guint position, guint removed, guint added)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (QuarryImport) import = g_list_model_get_item (self->imports, i);

      if (quarry_import_get_finished (import) || g_ptr_array_find (self->watched, import, NULL))
        continue;
      g_ptr_array_add (self->watched, g_object_ref (import));
      g_signal_connect_swapped (import, "result", G_CALLBACK (result_cb), self);
      g_signal_connect_swapped (import, "notify::finished", G_CALLBACK (finished_cb), self);
    }
}

/* Removes the files that the library no longer lists as failed: they have been read, or taken out of the library. */
static void
keep_only (QuarryFailuresWindow *self, GPtrArray *records)
{
  g_autoptr (GHashTable) paths = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < records->len; i++)
    g_hash_table_add (paths, ((QuarryFailureRecord *) records->pdata[i])->path);
  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (self->items)); i-- > 0;)
    {
      g_autoptr (QuarryFailureItem) item = g_list_model_get_item (G_LIST_MODEL (self->items), i);

      if (!quarry_failure_item_is_heading (item)
          && !g_hash_table_contains (paths, quarry_failure_item_get_path (item)))
        remove_item (self, quarry_failure_item_get_path (item));
    }
}

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (QuarryFailuresWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) records = quarry_library_list_failures_finish (QUARRY_LIBRARY (source),
                                                                       result,
                                                                       &error);
  g_autoptr (GPtrArray) items = NULL;
  /* If imports told results in the meantime, those are newer than what was loaded. */
  gboolean newest = self->watched->len == 0 && !self->heard;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->load);
  if (!records)
    {
      g_autofree char *escaped = g_markup_escape_text (error->message, -1);

      adw_status_page_set_description (self->failure, escaped);
      gtk_stack_set_visible_child_name (self->stack, "failed");
      return;
    }

  if (newest)
    keep_only (self, records);
  /* Add them in one change, so that the list stays scrolled to its top. */
  items = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < records->len; i++)
    {
      QuarryFailureRecord *record = records->pdata[i];
      QuarryFailureItem *item;

      if (g_hash_table_contains (self->by_path, record->path))
        {
          if (newest)
            add_item (self, record->path, record->reason, record->skipped);
          continue;
        }
      item = quarry_failure_item_new (record->path, record->reason, record->skipped);
      g_hash_table_insert (self->by_path, (gpointer) quarry_failure_item_get_path (item), item);
      count (self, item, 1);
      g_ptr_array_add (items, item);
    }
  if (items->len > 0)
    g_list_store_splice (self->items, 0, 0, items->pdata, items->len);
  show_counts (self);
  if (self->load_again)
    load (self);
}

static void
load (QuarryFailuresWindow *self)
{
  self->load_again = self->load != NULL;
  if (self->load || !self->library)
    return;
  self->heard = FALSE;
  self->load = g_cancellable_new ();
  quarry_library_list_failures_async (self->library, self->load, loaded_cb, g_object_ref (self));
}

/* Forgets the library, and what is listed of it. */
static void
leave_library (QuarryFailuresWindow *self)
{
  if (self->load)
    g_cancellable_cancel (self->load);
  g_clear_object (&self->load);
  if (self->library)
    g_signal_handlers_disconnect_by_data (self->library, self);
  if (self->imports)
    g_signal_handlers_disconnect_by_data (self->imports, self);
  g_clear_object (&self->imports);
  for (guint i = 0; i < self->watched->len; i++)
    g_signal_handlers_disconnect_by_data (self->watched->pdata[i], self);
  g_ptr_array_set_size (self->watched, 0);
  g_hash_table_remove_all (self->by_path);
  quarry_failure_folds_clear (self->folds);
  if (self->items)
    g_list_store_remove_all (self->items);
  self->n_failed = self->n_skipped = 0;
  g_clear_object (&self->library);
}

static void
set_library (QuarryFailuresWindow *self, QuarryLibrary *library)
{
  leave_library (self);
  self->library = g_object_ref (library);
  self->imports = g_object_ref (quarry_library_get_imports (library));
  g_signal_connect_swapped (self->imports, "items-changed", G_CALLBACK (imports_changed_cb), self);
  g_signal_connect_object (library, "changed", G_CALLBACK (load), self, G_CONNECT_SWAPPED);
  imports_changed_cb (self, 0, 0, g_list_model_get_n_items (self->imports));
  load (self);
}

/* --- The window ---------------------------------------------------------------------------- */

static void
quarry_failures_window_dispose (GObject *object)
{
  QuarryFailuresWindow *self = QUARRY_FAILURES_WINDOW (object);

  if (self->list)
    gtk_list_view_set_model (self->list, NULL);
  leave_library (self);
  g_clear_object (&self->items);
  g_clear_object (&self->filter);
  G_OBJECT_CLASS (quarry_failures_window_parent_class)->dispose (object);
}

static void
quarry_failures_window_finalize (GObject *object)
{
  QuarryFailuresWindow *self = QUARRY_FAILURES_WINDOW (object);

  g_ptr_array_unref (self->watched);
  g_hash_table_unref (self->by_path);
  quarry_failure_folds_free (self->folds);
  G_OBJECT_CLASS (quarry_failures_window_parent_class)->finalize (object);
}

static void
quarry_failures_window_class_init (QuarryFailuresWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = quarry_failures_window_dispose;
  object_class->finalize = quarry_failures_window_finalize;

  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/quarry/Quarry/quarry-failures-window.ui");
  gtk_widget_class_bind_template_child (widget_class, QuarryFailuresWindow, retry_all_button);
  gtk_widget_class_bind_template_child (widget_class, QuarryFailuresWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, QuarryFailuresWindow, failure);
  gtk_widget_class_bind_template_child (widget_class, QuarryFailuresWindow, list);
  gtk_widget_class_bind_template_child (widget_class, QuarryFailuresWindow, toggles);
  gtk_widget_class_bind_template_child (widget_class, QuarryFailuresWindow, all_toggle);
  gtk_widget_class_bind_template_child (widget_class, QuarryFailuresWindow, failed_toggle);
  gtk_widget_class_bind_template_child (widget_class, QuarryFailuresWindow, skipped_toggle);
  gtk_widget_class_bind_template_callback (widget_class, retry_all_cb);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, toggled_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
quarry_failures_window_init (QuarryFailuresWindow *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GListModel *model;

  self->watched = g_ptr_array_new_with_free_func (g_object_unref);
  self->by_path = g_hash_table_new (g_str_hash, g_str_equal);
  self->folds = quarry_failure_folds_new ();
  self->items = g_list_store_new (QUARRY_TYPE_FAILURE_ITEM);
  gtk_widget_init_template (GTK_WIDGET (self));
  /* With large text, or in German, the buttons are wider than a narrow window. */
  gtk_widget_set_layout_manager (self->toggles, quarry_wrap_layout_new ());
  gtk_label_set_wrap (GTK_LABEL (gtk_button_get_child (GTK_BUTTON (self->retry_all_button))), TRUE);

  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_cb), self, 0);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_cb), self, 0);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (unbind_cb), self, 0);
  gtk_list_view_set_factory (self->list, factory);
  g_object_unref (factory);

  self->filter = GTK_FILTER (gtk_custom_filter_new (matches, self, NULL));
  model = G_LIST_MODEL (
      gtk_sort_list_model_new (G_LIST_MODEL (g_object_ref (self->items)),
                               GTK_SORTER (gtk_custom_sorter_new (compare, NULL, NULL))));
  model = G_LIST_MODEL (gtk_filter_list_model_new (model, g_object_ref (self->filter)));
  model = G_LIST_MODEL (gtk_no_selection_new (model));
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (model));
  g_object_unref (model);
  show_counts (self);
}

/* The window that is open for @top, or NULL. */
static QuarryFailuresWindow *
find_open (GtkWindow *top)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if (QUARRY_IS_FAILURES_WINDOW (window) && QUARRY_FAILURES_WINDOW (window)->top == top)
        return QUARRY_FAILURES_WINDOW (window);
    }
  return NULL;
}

GtkWidget *
quarry_failures_window_new (QuarryLibrary *library)
{
  QuarryFailuresWindow *self;

  g_return_val_if_fail (QUARRY_IS_LIBRARY (library), NULL);

  self = g_object_new (QUARRY_TYPE_FAILURES_WINDOW, NULL);
  set_library (self, library);
  return GTK_WIDGET (self);
}

void
quarry_failures_window_show (GtkWindow *parent, QuarryLibrary *library)
{
  GtkWindow *top = parent;
  QuarryFailuresWindow *self;

  g_return_if_fail (GTK_IS_WINDOW (parent));
  g_return_if_fail (QUARRY_IS_LIBRARY (library));

  while (gtk_window_get_transient_for (top))
    top = gtk_window_get_transient_for (top);
  self = find_open (top);
  if (self && self->library != library)
    set_library (self, library);
  else if (self)
    load (self);
  else
    {
      self = QUARRY_FAILURES_WINDOW (quarry_failures_window_new (library));
      self->top = top;
      g_signal_connect_object (top, "destroy", G_CALLBACK (gtk_window_destroy), self, G_CONNECT_SWAPPED);
    }
  /* If the parent is a modal dialog, this window has to be modal too, or it would get no input. */
  gtk_window_set_transient_for (GTK_WINDOW (self), parent);
  gtk_window_set_modal (GTK_WINDOW (self), gtk_window_get_modal (parent));
  gtk_window_present (GTK_WINDOW (self));
}

void
quarry_failures_window_follow (GtkWindow *top, QuarryLibrary *library)
{
  QuarryFailuresWindow *self;

  g_return_if_fail (GTK_IS_WINDOW (top));
  g_return_if_fail (QUARRY_IS_LIBRARY (library));

  self = find_open (top);
  /* The window is not presented: that would take the focus from where the person is at work. */
  if (self && self->library != library)
    set_library (self, library);
}
