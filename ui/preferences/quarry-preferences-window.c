/* quarry-preferences-window.c: settings, and what the library holds
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/preferences/quarry-preferences-window.h"

#include <glib/gi18n-lib.h>

#include "core/library/quarry-own-bench.h"
#include "core/place/quarry-library-place.h"
#include "ui/documents/quarry-failures-window.h"
#include "ui/preferences/quarry-folders-page.h"
#include "ui/quarry-opener.h"
#include "ui/quarry-settings.h"

/* So many faults are listed; any others are only counted. */
#define MAX_FAULTS 5

/* How many passages queries are made from to measure search; this takes some seconds. */
#define BENCH_PASSAGES 100

struct _QuarryPreferencesWindow
{
  AdwPreferencesWindow parent_instance;

  GtkAdjustment *variety;
  GtkWidget *variety_scale;
  GtkWidget *personal_row;
  GtkSwitch *personal;
  GtkLabel *model;
  GtkLabel *dims;
  GtkLabel *documents;
  GtkLabel *passages;
  GtkWidget *failures_row;
  GtkLabel *failures;
  GtkLabel *total;
  GtkLabel *database;
  GtkLabel *index;
  QuarryFoldersPage *folders_page;
  AdwActionRow *folder_row;
  GtkWidget *folder_button;
  GtkWidget *usual_button; /* where a person has chosen another folder than the usual one */
  AdwActionRow *check_row;
  GtkSpinner *check_spinner;
  GtkWidget *check_button;
  AdwActionRow *rebuild_row;
  GtkSpinner *rebuild_spinner;
  GtkWidget *rebuild_button;
  AdwActionRow *bench_row;
  GtkSpinner *bench_spinner;
  GtkButton *bench_button;

  QuarryLibrary *library;
  GCancellable *status;
  GCancellable *bench; /* non-NULL while the measurement runs */
  gboolean busy;
  GPtrArray *taken; /* of AdwToast *: one for each folder that was removed and not added again */
};

G_DEFINE_FINAL_TYPE (QuarryPreferencesWindow,
                     quarry_preferences_window,
                     ADW_TYPE_PREFERENCES_WINDOW)

enum
{
  LEFT_UNDO,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* --- What the library holds ---------------------------------------------------------------- */

static void
show_number (GtkLabel *label, guint64 n)
{
  g_autofree char *text = g_strdup_printf ("%'" G_GUINT64_FORMAT, n);

  gtk_label_set_label (label, text);
}

static void
show_size (GtkLabel *label, guint64 bytes)
{
  g_autofree char *text = g_format_size (bytes);

  gtk_label_set_label (label, text);
}

static void
status_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (QuarryPreferencesWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_auto (QuarryLibraryStatus) status = { 0 };

  if (!quarry_library_get_status_finish (QUARRY_LIBRARY (source), result, &status, &error))
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        {
          g_autofree char *escaped = g_markup_escape_text (error->message, -1);

          g_clear_object (&self->status);
          adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (self), adw_toast_new (escaped));
        }
      return;
    }
  g_clear_object (&self->status);
  show_number (self->documents, status.counts.documents);
  show_number (self->passages, status.counts.passages);
  show_number (self->failures, status.counts.failed + status.counts.skipped);
  show_size (self->total, status.bytes_on_disk);
  show_size (self->database, status.database_bytes);
  show_size (self->index, status.index_bytes);
  gtk_label_set_label (self->model, status.model_is_shipped ? _("Shipped with Quarry") : status.model);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->model), status.model);
  show_number (self->dims, status.dims);
}

static void
load_status (QuarryPreferencesWindow *self)
{
  if (!self->library || self->status)
    return;
  self->status = g_cancellable_new ();
  quarry_library_get_status_async (self->library, self->status, status_cb, g_object_ref (self));
}

static void
failures_cb (QuarryPreferencesWindow *self)
{
  if (self->library)
    quarry_failures_window_show (GTK_WINDOW (self), self->library);
}

static void
folder_cb (QuarryPreferencesWindow *self)
{
  if (self->library)
    quarry_open_path (quarry_library_get_folder (self->library),
                      "inode/directory",
                      0,
                      GTK_WINDOW (self));
}

static gboolean
leave_cb (gpointer user_data)
{
  GtkWindow *self = user_data;
  g_autoptr (GtkWindow) parent = gtk_window_get_transient_for (self);

  if (parent)
    g_object_ref (parent);
  gtk_window_close (self);
  /* It looks at its parent once more when it is finalized, so that must come first. */
  g_object_unref (self);
  if (parent)
    gtk_widget_activate_action (GTK_WIDGET (parent), "win.usual-library", NULL);
  return G_SOURCE_REMOVE;
}

/* This window goes, and must not while its button is being clicked. */
static void
usual_cb (QuarryPreferencesWindow *self)
{
  g_idle_add (leave_cb, g_object_ref (self));
}

/* --- Folders ------------------------------------------------------------------------------- */

static void
undo_cb (AdwToast *toast, QuarryPreferencesWindow *self)
{
  const char *paths[] = { g_object_get_data (G_OBJECT (toast), "path"), NULL };
  g_autoptr (QuarryImport) import = NULL;

  if (self->library)
    import = quarry_library_import (self->library, paths);
  g_ptr_array_remove (self->taken, toast);
}

static void
folders_told_cb (QuarryPreferencesWindow *self, const char *text, const char *undo)
{
  g_autofree char *markup = g_markup_escape_text (text, -1);
  AdwToast *toast = adw_toast_new (markup);

  if (undo)
    {
      adw_toast_set_button_label (toast, _("_Undo"));
      g_object_set_data_full (G_OBJECT (toast), "path", g_strdup (undo), g_free);
      g_object_set_data_full (G_OBJECT (toast), "text", g_strdup (text), g_free);
      g_signal_connect_object (toast, "button-clicked", G_CALLBACK (undo_cb), self, 0);
      g_ptr_array_add (self->taken, g_object_ref (toast));
    }
  adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (self), toast);
}

/* Many close the window right after removing a folder, so pass on what can still be undone before it goes. */
static gboolean
quarry_preferences_window_close_request (GtkWindow *window)
{
  QuarryPreferencesWindow *self = QUARRY_PREFERENCES_WINDOW (window);

  for (guint i = 0; i < self->taken->len; i++)
    g_signal_emit (self, signals[LEFT_UNDO], 0, g_object_get_data (self->taken->pdata[i], "text"),
                   g_object_get_data (self->taken->pdata[i], "path"));
  g_ptr_array_set_size (self->taken, 0);
  return GTK_WINDOW_CLASS (quarry_preferences_window_parent_class)->close_request (window);
}

/* --- Upkeep -------------------------------------------------------------------------------- */

static void
set_busy (QuarryPreferencesWindow *self, GtkSpinner *spinner, gboolean busy)
{
  self->busy = busy;
  gtk_spinner_set_spinning (spinner, busy);
  gtk_widget_set_sensitive (self->check_button, !busy && self->library);
  gtk_widget_set_sensitive (self->rebuild_button, !busy && self->library);
}

static void
show_line (AdwActionRow *row, const char *text)
{
  g_autofree char *markup = g_markup_escape_text (text, -1);

  adw_action_row_set_subtitle (row, markup);
}

static void
check_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  GPtrArray *faults = quarry_library_check (data, &error);

  if (faults)
    g_task_return_pointer (task, faults, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

static void
checked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  QuarryPreferencesWindow *self = QUARRY_PREFERENCES_WINDOW (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) faults = g_task_propagate_pointer (G_TASK (result), &error);
  g_autoptr (GString) text = g_string_new (NULL);

  if (!self->library)
    return; /* the window was closed in the meantime */
  set_busy (self, self->check_spinner, FALSE);
  if (error)
    {
      show_line (self->check_row, error->message);
      return;
    }
  if (!faults->len)
    {
      show_line (self->check_row, _("No fault found."));
      return;
    }
  for (guint i = 0; i < faults->len && i < MAX_FAULTS; i++)
    g_string_append_printf (text, "%s%s", i ? "\n" : "", (const char *) faults->pdata[i]);
  if (faults->len > MAX_FAULTS)
    {
      g_string_append_c (text, '\n');
      g_string_append_printf (text,
                              ngettext ("And %u fault more.",
                                        "And %u faults more.",
                                        faults->len - MAX_FAULTS),
                              faults->len - MAX_FAULTS);
    }
  g_string_append_printf (text, "\n%s", _("Rebuild the indexes; it mends what the texts can tell."));
  show_line (self->check_row, text->str);
}

static void
check_cb (QuarryPreferencesWindow *self)
{
  g_autoptr (GTask) task = NULL;

  if (!self->library || self->busy)
    return;
  set_busy (self, self->check_spinner, TRUE);
  show_line (self->check_row, _("Checking…"));
  task = g_task_new (self, NULL, checked_cb, NULL);
  g_task_set_source_tag (task, check_cb);
  g_task_set_task_data (task, g_object_ref (self->library), g_object_unref);
  g_task_run_in_thread (task, check_thread);
}

static void
rebuild_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (quarry_library_rebuild (data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
rebuilt_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  QuarryPreferencesWindow *self = QUARRY_PREFERENCES_WINDOW (source);
  g_autoptr (GError) error = NULL;
  gboolean done = g_task_propagate_boolean (G_TASK (result), &error);

  if (!self->library)
    return;
  set_busy (self, self->rebuild_spinner, FALSE);
  show_line (self->rebuild_row, done ? _("Both indexes were made anew.") : error->message);
  load_status (self);
}

static void
rebuild_cb (QuarryPreferencesWindow *self)
{
  g_autoptr (GTask) task = NULL;

  if (!self->library || self->busy)
    return;
  set_busy (self, self->rebuild_spinner, TRUE);
  show_line (self->rebuild_row, _("Making the indexes anew… Searching goes on meanwhile."));
  task = g_task_new (self, NULL, rebuilt_cb, NULL);
  g_task_set_source_tag (task, rebuild_cb);
  g_task_set_task_data (task, g_object_ref (self->library), g_object_unref);
  g_task_run_in_thread (task, rebuild_thread);
}

/* --- How well search works ----------------------------------------------------------------- */

static void
add_bench_line (GString *text, const char *name, const QuarryOwnScores *scores)
{
  if (scores->queries == 0)
    return;
  /* Translators: %s is what was looked for; then how many of the passages were found, in per cent. */
  g_string_append_printf (text, _("\n%s: by words %.0f %%, by meaning %.0f %%, by both %.0f %%"), name,
                          100 * scores->recall_10[QUARRY_OWN_BY_WORDS],
                          100 * scores->recall_10[QUARRY_OWN_BY_MEANING],
                          100 * scores->recall_10[QUARRY_OWN_BY_BOTH]);
}

static void
show_bench (QuarryPreferencesWindow *self, const QuarryOwnBench *bench)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text,
                          ngettext ("Of %u passage, found among the first ten hits:",
                                    "Of %u passages, found among the first ten hits:",
                                    bench->passages),
                          bench->passages);
  add_bench_line (text, _("Rare words"), &bench->kinds[QUARRY_OWN_WORDS]);
  add_bench_line (text, _("Misspelt"), &bench->kinds[QUARRY_OWN_MISSPELT]);
  add_bench_line (text, _("Like meaning"), &bench->kinds[QUARRY_OWN_PARAPHRASE]);
  add_bench_line (text, _("Heading"), &bench->kinds[QUARRY_OWN_HEADING]);
  show_line (self->bench_row, text->str);
}

static void
benched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (QuarryPreferencesWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryOwnBench) bench
      = quarry_own_bench_finish (QUARRY_LIBRARY (source), result, &error);

  if (!self->library)
    return; /* the window was closed in the meantime */
  g_clear_object (&self->bench);
  gtk_spinner_set_spinning (self->bench_spinner, FALSE);
  gtk_button_set_label (self->bench_button, _("_Measure"));
  if (bench)
    show_bench (self, bench);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    show_line (self->bench_row, _("Stopped."));
  else
    show_line (self->bench_row, error->message);
}

/* Starts the measurement, or stops the one that runs. */
static void
bench_cb (QuarryPreferencesWindow *self)
{
  if (self->bench)
    {
      g_cancellable_cancel (self->bench);
      return;
    }
  if (!self->library)
    return;
  self->bench = g_cancellable_new ();
  gtk_spinner_set_spinning (self->bench_spinner, TRUE);
  gtk_button_set_label (self->bench_button, _("_Stop"));
  show_line (self->bench_row, _("Measuring…"));
  quarry_own_bench_async (self->library, BENCH_PASSAGES, self->bench, benched_cb,
                          g_object_ref (self));
}

/* --- The window ---------------------------------------------------------------------------- */

static void
set_library (QuarryPreferencesWindow *self, QuarryLibrary *library)
{
  /* The status that is being loaded is that of the library before. */
  if (self->status)
    g_cancellable_cancel (self->status);
  g_clear_object (&self->status);
  if (g_set_object (&self->library, library) && library)
    {
      show_line (self->folder_row, quarry_library_get_folder (library));
      gtk_widget_set_visible (self->usual_button,
                              quarry_library_place_is_chosen (quarry_library_get_folder (library)));
      g_signal_connect_object (library, "changed", G_CALLBACK (load_status), self, G_CONNECT_SWAPPED);
    }
  quarry_folders_page_set_library (self->folders_page, library);
  gtk_widget_set_sensitive (self->failures_row, library != NULL);
  gtk_widget_set_sensitive (self->folder_button, library != NULL);
  gtk_widget_set_sensitive (GTK_WIDGET (self->bench_button), library != NULL);
  if (!self->busy)
    set_busy (self, self->check_spinner, FALSE);
  load_status (self);
}

void
quarry_preferences_window_set_library (QuarryPreferencesWindow *self, QuarryLibrary *library)
{
  g_return_if_fail (QUARRY_IS_PREFERENCES_WINDOW (self));
  g_return_if_fail (library == NULL || QUARRY_IS_LIBRARY (library));

  if (library != self->library)
    set_library (self, library);
}

static void
quarry_preferences_window_dispose (GObject *object)
{
  QuarryPreferencesWindow *self = QUARRY_PREFERENCES_WINDOW (object);

  if (self->status)
    g_cancellable_cancel (self->status);
  g_clear_object (&self->status);
  if (self->bench)
    g_cancellable_cancel (self->bench);
  g_clear_object (&self->bench);
  g_clear_object (&self->library);
  if (self->folders_page)
    quarry_folders_page_set_library (self->folders_page, NULL);
  self->folders_page = NULL;
  G_OBJECT_CLASS (quarry_preferences_window_parent_class)->dispose (object);
}

static void
quarry_preferences_window_finalize (GObject *object)
{
  g_ptr_array_unref (QUARRY_PREFERENCES_WINDOW (object)->taken);
  G_OBJECT_CLASS (quarry_preferences_window_parent_class)->finalize (object);
}

static void
quarry_preferences_window_class_init (QuarryPreferencesWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = quarry_preferences_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = quarry_preferences_window_finalize;
  GTK_WINDOW_CLASS (klass)->close_request = quarry_preferences_window_close_request;
  signals[LEFT_UNDO] = g_signal_new ("left-undo", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                     NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/quarry/Quarry/quarry-preferences-window.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, QuarryPreferencesWindow, name)
  BIND (variety);
  BIND (variety_scale);
  BIND (personal_row);
  BIND (personal);
  BIND (model);
  BIND (dims);
  BIND (documents);
  BIND (passages);
  BIND (failures_row);
  BIND (failures);
  BIND (total);
  BIND (database);
  BIND (index);
  BIND (folders_page);
  BIND (folder_row);
  BIND (folder_button);
  BIND (usual_button);
  BIND (check_row);
  BIND (check_spinner);
  BIND (check_button);
  BIND (rebuild_row);
  BIND (rebuild_spinner);
  BIND (rebuild_button);
  BIND (bench_row);
  BIND (bench_spinner);
  BIND (bench_button);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, failures_cb);
  gtk_widget_class_bind_template_callback (widget_class, folder_cb);
  gtk_widget_class_bind_template_callback (widget_class, usual_cb);
  gtk_widget_class_bind_template_callback (widget_class, folders_told_cb);
  gtk_widget_class_bind_template_callback (widget_class, check_cb);
  gtk_widget_class_bind_template_callback (widget_class, rebuild_cb);
  gtk_widget_class_bind_template_callback (widget_class, bench_cb);
}

static void
quarry_preferences_window_init (QuarryPreferencesWindow *self)
{
  GSettings *settings = quarry_settings_get ();

  self->taken = g_ptr_array_new_with_free_func (g_object_unref);
  g_type_ensure (QUARRY_TYPE_FOLDERS_PAGE);
  gtk_widget_init_template (GTK_WIDGET (self));
  if (settings)
    {
      g_settings_bind (settings, "variety", self->variety, "value", G_SETTINGS_BIND_DEFAULT);
      g_settings_bind (settings, "personal", self->personal, "active", G_SETTINGS_BIND_DEFAULT);
    }
  else
    {
      gtk_widget_set_sensitive (self->variety_scale, FALSE);
      gtk_widget_set_sensitive (self->personal_row, FALSE);
    }
}

GtkWidget *
quarry_preferences_window_new (GtkWindow *parent, QuarryLibrary *library)
{
  QuarryPreferencesWindow *self;

  g_return_val_if_fail (parent == NULL || GTK_IS_WINDOW (parent), NULL);
  g_return_val_if_fail (library == NULL || QUARRY_IS_LIBRARY (library), NULL);

  self = g_object_new (QUARRY_TYPE_PREFERENCES_WINDOW, "transient-for", parent, NULL);
  set_library (self, library);
  return GTK_WIDGET (self);
}
