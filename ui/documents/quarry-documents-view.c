/* quarry-documents-view.c: all documents of the library, in columns
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Records are listed and made into items on threads. The new items are then compared with those shown,
 * and only the differences are applied, so that selection and scroll position survive while an import
 * runs.
 */
#include "quarry-config.h"

#include "ui/documents/quarry-documents-view-private.h"

#include "ui/widgets/quarry-text-scale.h"

#include "ui/documents/quarry-document-column.h"
#include "ui/documents/quarry-document-item.h"
#include "ui/widgets/quarry-wrap-layout.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

/* How often the list is updated while documents are being imported. */
#define LOAD_MS 1000
/* Below this width, at the usual text size, only the columns for name and type are shown. */
#define WIDE 640
/* Up to so many changes are applied to the list one by one. More of them replace the whole list, which is then
 * cheaper. */
#define MANY_CHANGES 200

G_DEFINE_FINAL_TYPE (QuarryDocumentsView, quarry_documents_view, GTK_TYPE_WIDGET)

static guint signals[QUARRY_DOCUMENTS_N_SIGNALS];

GtkColumnViewColumn *
quarry_documents_view_column (QuarryDocumentsView *self, guint i)
{
  GtkColumnViewColumn *const columns[]
      = { self->name_column, self->type_column, self->size_column, self->date_column, self->passages_column,
          self->state_column };

  return columns[i];
}

void
quarry_documents_view_emit (QuarryDocumentsView *self, QuarryDocumentsSignal which, const char *first, const char *second)
{
  g_signal_emit (self, signals[which], 0, first, second);
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
  QuarryDocumentItem *item = quarry_documents_view_selected (self);
  gboolean selected = item != NULL;
  gboolean added = item && quarry_document_item_get_state (item) == QUARRY_DOCUMENT_ADDED;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "documents.read", added);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "documents.open", selected);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "documents.reveal", selected);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "documents.import-again", selected && self->writable);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "documents.remove", added && self->writable);
}

static void
show_counts (QuarryDocumentsView *self)
{
  guint all = g_list_model_get_n_items (G_LIST_MODEL (self->items));
  guint shown = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  g_autofree char *number = NULL, *documents = NULL, *text = NULL;
  guint added = 0;

  for (guint i = 0; i < shown; i++)
    {
      g_autoptr (QuarryDocumentItem) item = g_list_model_get_item (G_LIST_MODEL (self->selection), i);

      added += quarry_document_item_get_state (item) == QUARRY_DOCUMENT_ADDED;
    }
  number = g_strdup_printf ("%'u", added);
  /* Translators: %s is the number. */
  documents = g_strdup_printf (ngettext ("%s document", "%s documents", added), number);
  if (added < shown)
    {
      g_autofree char *rest = g_strdup_printf ("%'u", shown - added);
      /* Translators: %s is the number of files. */
      g_autofree char *failed = g_strdup_printf (ngettext ("%s not added", "%s not added", shown - added), rest);

      text = g_strdup_printf ("%s · %s", documents, failed);
    }
  gtk_label_set_label (self->count, text ?: documents);
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

QuarryDocumentItem *
quarry_documents_view_selected (QuarryDocumentsView *self)
{
  return gtk_single_selection_get_selected_item (self->selection);
}

static void
selected_cb (GtkSingleSelection *selection, GParamSpec *pspec, gpointer user_data)
{
  QuarryDocumentsView *self = user_data;

  if (quarry_documents_view_selected (self))
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

/* Replaces the whole list in one change. Items that stay are the same objects, so they stay selected. */
static void
replace_all (QuarryDocumentsView *self, GPtrArray *kept)
{
  g_list_store_splice (self->items, 0, g_list_model_get_n_items (G_LIST_MODEL (self->items)), kept->pdata,
                       kept->len);
}

static gboolean
list_has_focus (QuarryDocumentsView *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root ? gtk_root_get_focus (root) : NULL;

  return focus && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->list));
}

/* Called when the list that had the focus has become empty. */
static void
move_focus (QuarryDocumentsView *self)
{
  if (g_strcmp0 (gtk_stack_get_visible_child_name (self->stack), "nothing") == 0)
    gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  else
    gtk_widget_activate_action (GTK_WIDGET (self), "win.search", NULL);
}

/* Removes items that are gone, updates those that have changed and appends new ones. Nothing else changes, so the rest
 * of the list stays in place on the screen. */
static void
show_documents (QuarryDocumentsView *self, GPtrArray *now)
{
  g_autoptr (GHashTable) paths = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) added = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GArray) gone = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GArray) changed = g_array_new (FALSE, FALSE, sizeof (guint));
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->items));
  gboolean had = quarry_documents_view_selected (self) != NULL;
  gboolean had_focus = list_has_focus (self);
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
      /* From the end, so that earlier positions stay valid. Replacing an item by itself makes it sort anew. */
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

  /* If the selected item is gone, select the one that takes its place. */
  n = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  if (had && !quarry_documents_view_selected (self) && n > 0)
    gtk_single_selection_set_selected (self->selection, MIN (last, n - 1));
  select_wanted (self);
  self->last = quarry_documents_view_selected (self) ? gtk_single_selection_get_selected (self->selection) : self->last;
  show_counts (self);
  if (had_focus && n == 0)
    move_focus (self);
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

/* What a thread makes the list's items from. */
typedef struct
{
  QuarryLibrary *library;
  GPtrArray *records; /* of QuarryDocumentRecord */
} Listing;

static void
listing_free (Listing *listing)
{
  g_object_unref (listing->library);
  g_ptr_array_unref (listing->records);
  g_free (listing);
}

/* In a thread, since making ten thousand items takes longer than a frame. Files that could not be added follow the
 * documents; a file that had been added before and failed now is listed as the document that it still is. */
static void
make_items_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Listing *listing = data;
  g_autoptr (GPtrArray) failures = quarry_library_list_failures (listing->library, NULL);
  g_autoptr (GHashTable) added = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *items = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < listing->records->len; i++)
    {
      QuarryDocumentRecord *record = listing->records->pdata[i];

      g_hash_table_add (added, record->path);
      g_ptr_array_add (items, quarry_document_item_new (record));
    }
  for (guint i = 0; failures && i < failures->len; i++)
    {
      QuarryFailureRecord *record = failures->pdata[i];

      if (g_hash_table_add (added, record->path))
        g_ptr_array_add (items, quarry_document_item_new_of_failure (record));
    }
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
  Listing *listing;

  if (!records)
    {
      g_message ("%s", error->message);
      load_ended (self);
      return;
    }
  task = g_task_new (self, NULL, items_cb, g_object_ref (source));
  g_task_set_source_tag (task, documents_cb);
  listing = g_new0 (Listing, 1);
  listing->library = g_object_ref (QUARRY_LIBRARY (source));
  listing->records = records;
  g_task_set_task_data (task, listing, (GDestroyNotify) listing_free);
  g_task_run_in_thread (task, make_items_thread);
}

void
quarry_documents_view_load (QuarryDocumentsView *self)
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
  quarry_documents_view_load (self);
  return G_SOURCE_REMOVE;
}

static void
load_soon (QuarryDocumentsView *self)
{
  if (self->load_source == 0)
    self->load_source = g_timeout_add (LOAD_MS, load_cb, self);
}

/* --- The widget ------------------------------------------------------------------------------------ */

static gboolean
is_wide (QuarryDocumentsView *self, int width)
{
  return width >= quarry_text_pixels (GTK_WIDGET (self), WIDE);
}

static gboolean
columns_cb (gpointer user_data)
{
  QuarryDocumentsView *self = user_data;
  gboolean wide = is_wide (self, gtk_widget_get_width (GTK_WIDGET (self)));

  self->columns_source = 0;
  gtk_column_view_column_set_visible (self->size_column, wide);
  gtk_column_view_column_set_visible (self->date_column, wide);
  gtk_column_view_column_set_visible (self->passages_column, wide);
  gtk_column_view_column_set_visible (self->state_column, wide);
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

/* Widgets must not be changed during allocation, so columns are shown or hidden in an idle source. */
static void
quarry_documents_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  QuarryDocumentsView *self = QUARRY_DOCUMENTS_VIEW (widget);

  gtk_widget_size_allocate (self->box, &(GtkAllocation){ 0, 0, width, height }, baseline);
  gtk_popover_present (self->menu);
  if (gtk_column_view_column_get_visible (self->size_column) != is_wide (self, width) && self->columns_source == 0)
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
  if (!quarry_documents_view_selected (self))
    gtk_single_selection_set_selected (self->selection, 0);
  return gtk_widget_grab_focus (GTK_WIDGET (self->list));
}

static void
quarry_documents_view_map (GtkWidget *widget)
{
  QuarryDocumentsView *self = QUARRY_DOCUMENTS_VIEW (widget);

  GTK_WIDGET_CLASS (quarry_documents_view_parent_class)->map (widget);
  if (self->stale)
    quarry_documents_view_load (self);
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
    g_signal_handlers_disconnect_by_data (self->menu, self);
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

  signals[QUARRY_DOCUMENTS_READ] = g_signal_new ("read", QUARRY_TYPE_DOCUMENTS_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                                 G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[QUARRY_DOCUMENTS_OPENED] = g_signal_new ("opened", QUARRY_TYPE_DOCUMENTS_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[QUARRY_DOCUMENTS_TOLD] = g_signal_new ("told", QUARRY_TYPE_DOCUMENTS_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);


  gtk_widget_class_set_css_name (widget_class, "documentsview");
  gtk_widget_class_set_template_from_resource (widget_class, "/org/quarry/Quarry/quarry-documents-view.ui");
  gtk_widget_class_bind_template_child (widget_class, QuarryDocumentsView, box);
  gtk_widget_class_bind_template_child (widget_class, QuarryDocumentsView, bar);
  gtk_widget_class_bind_template_child (widget_class, QuarryDocumentsView, entry);
  gtk_widget_class_bind_template_child (widget_class, QuarryDocumentsView, count);
  gtk_widget_class_bind_template_child (widget_class, QuarryDocumentsView, stack);
  gtk_widget_class_bind_template_child (widget_class, QuarryDocumentsView, list);
  gtk_widget_class_bind_template_child (widget_class, QuarryDocumentsView, name_column);
  gtk_widget_class_bind_template_child (widget_class, QuarryDocumentsView, type_column);
  gtk_widget_class_bind_template_child (widget_class, QuarryDocumentsView, size_column);
  gtk_widget_class_bind_template_child (widget_class, QuarryDocumentsView, date_column);
  gtk_widget_class_bind_template_child (widget_class, QuarryDocumentsView, passages_column);
  gtk_widget_class_bind_template_child (widget_class, QuarryDocumentsView, state_column);
  gtk_widget_class_bind_template_child (widget_class, QuarryDocumentsView, menu);
  gtk_widget_class_bind_template_callback (widget_class, filter_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, filter_entered_cb);
  quarry_documents_view_install_actions (widget_class);
}

static void
quarry_documents_view_init (QuarryDocumentsView *self)
{
  GtkFilterListModel *filtered;
  GtkSortListModel *sorted;

  self->writable = TRUE;
  self->by_path = g_hash_table_new (g_str_hash, g_str_equal);
  gtk_widget_init_template (GTK_WIDGET (self));
  /* In a narrow window the count would leave the entry no room to type in. */
  gtk_widget_set_layout_manager (self->bar, quarry_wrap_layout_new ());
  for (guint i = 0; i < QUARRY_N_DOCUMENT_COLUMNS; i++)
    quarry_document_column_set_up (quarry_documents_view_column (self, i), i);

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
  g_clear_pointer (&self->removed, g_free);
  g_hash_table_remove_all (self->by_path);
  if (self->items)
    g_list_store_remove_all (self->items);
  if (self->stack)
    gtk_stack_set_visible_child_name (self->stack, "loading");
  if (!library)
    return;
  self->changed_handler = g_signal_connect_swapped (library, "changed", G_CALLBACK (load_soon), self);
  quarry_documents_view_load (self);
}

QuarryLibrary *
quarry_documents_view_get_library (QuarryDocumentsView *self)
{
  g_return_val_if_fail (QUARRY_IS_DOCUMENTS_VIEW (self), NULL);

  return self->library;
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
