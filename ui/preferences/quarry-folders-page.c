/* quarry-folders-page.c: the library's folders, and what in them is passed over
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What reads or changes the library's folders and rules may wait for the disk, so each such task (a
 * Work) runs in a thread. When one has changed something, the page is loaded again.
 */
#include "quarry-config.h"

#include "ui/preferences/quarry-folders-page.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "core/files/quarry-path.h"
#include "core/library/import/quarry-folders.h"
#include "ui/preferences/quarry-path-rows.h"
#include "ui/widgets/quarry-shown-path.h"

/* A group with more rows than this is collapsed at first. */
#define FEW 5

struct _QuarryFoldersPage
{
  AdwPreferencesPage parent_instance;

  AdwPreferencesGroup *folders;
  GtkWidget *no_folder;
  GtkWidget *taken_out_group;
  AdwExpanderRow *taken_out;
  GtkWidget *rules;
  AdwExpanderRow *exceptions;
  GtkWidget *new_rule;
  GtkSwitch *recognizes;

  QuarryLibrary *library;
  GPtrArray *folder_rows; /* not owned; the path of each row and what it shows are attached to it as data */
  QuarryPathRows *exception_rows, *taken_out_rows, *rule_rows;
  gboolean loading;
  gboolean load_again;
};

G_DEFINE_FINAL_TYPE (QuarryFoldersPage, quarry_folders_page, ADW_TYPE_PREFERENCES_PAGE)

enum
{
  TOLD,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* --- Work on the library, on a thread ------------------------------------------------------------ */

typedef enum
{
  WORK_LOAD,
  WORK_WATCH,
  WORK_REMOVE,
  WORK_RULES,
  WORK_RECOGNIZE,
} WorkKind;

typedef struct
{
  WorkKind kind;
  QuarryLibrary *library;
  char *path;
  gboolean watched;
  gboolean recognizes;
  char **patterns;
  char **taken_out; /* this and the next two members are the results of WORK_LOAD */
  char **exceptions;
  GPtrArray *folders; /* of QuarryFolder, without the exceptions */
} Work;

static void
work_free (Work *work)
{
  g_object_unref (work->library);
  g_free (work->path);
  g_strfreev (work->patterns);
  g_strfreev (work->taken_out);
  g_strfreev (work->exceptions);
  g_clear_pointer (&work->folders, g_ptr_array_unref);
  g_free (work);
}

/* Removes the exceptions from @folders and returns their paths. (transfer full) */
static char **
take_exceptions (GPtrArray *folders)
{
  g_autoptr (GStrvBuilder) exceptions = g_strv_builder_new ();
  guint n = 0;

  for (guint i = 0; i < folders->len; i++)
    {
      QuarryFolder *folder = folders->pdata[i];

      if (folder->is_exception)
        {
          g_strv_builder_add (exceptions, folder->path);
          continue;
        }
      folders->pdata[i] = folders->pdata[n];
      folders->pdata[n++] = folder;
    }
  g_ptr_array_set_size (folders, (int) n);
  return g_strv_builder_end (exceptions);
}

static void
work_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Work *work = data;
  GError *error = NULL;
  gboolean done = FALSE;

  switch (work->kind)
    {
    case WORK_LOAD:
      work->folders = quarry_library_list_folders (work->library, &error);
      work->patterns = quarry_library_get_own_rules (work->library);
      work->taken_out = quarry_library_get_taken_out (work->library);
      work->recognizes = quarry_library_recognizes (work->library);
      done = work->folders != NULL;
      work->exceptions = done ? take_exceptions (work->folders) : NULL;
      break;
    case WORK_WATCH:
      done = quarry_library_set_folder_watched (work->library, work->path, work->watched, &error);
      break;
    case WORK_REMOVE:
      done = quarry_library_remove (work->library, work->path, NULL, &error);
      break;
    case WORK_RULES:
      done = quarry_library_set_own_rules (work->library, (const char *const *) work->patterns, &error);
      break;
    case WORK_RECOGNIZE:
      done = quarry_library_set_recognizes (work->library, work->recognizes, &error);
      break;
    default:
      g_assert_not_reached ();
    }
  if (done)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static Work *
work_new (QuarryFoldersPage *self, WorkKind kind)
{
  Work *work = g_new0 (Work, 1);

  work->kind = kind;
  work->library = g_object_ref (self->library);
  return work;
}

/* Starts @work (transfer full) on a thread. */
static void
start (QuarryFoldersPage *self, Work *work, GAsyncReadyCallback callback)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, NULL);

  g_task_set_source_tag (task, start);
  g_task_set_task_data (task, work, (GDestroyNotify) work_free);
  g_task_run_in_thread (task, work_thread);
}

static void load (QuarryFoldersPage *self);

static void
changed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  QuarryFoldersPage *self = QUARRY_FOLDERS_PAGE (source);
  Work *work = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    g_signal_emit (self, signals[TOLD], 0, error->message, NULL);
  else if (work->kind == WORK_REMOVE)
    {
      g_autofree char *name = quarry_path_display_name (work->path);
      g_autofree char *text = g_strdup_printf (_("“%s” was taken out of the library"), name);

      g_signal_emit (self, signals[TOLD], 0, text, work->path);
    }
  load (self);
}

/* --- Folders --------------------------------------------------------------------------------------- */

static char *
describe (const QuarryFolder *folder)
{
  g_autofree char *n = g_strdup_printf ("%'u", folder->n_documents);
  g_autofree char *documents = NULL;
  const char *state = NULL;

  /* Translators: %s is the number. */
  documents = g_strdup_printf (ngettext ("%s document", "%s documents", folder->n_documents), n);
  switch (folder->state)
    {
    case QUARRY_FOLDER_UNWATCHED:
      state = _("changes are not followed");
      break;
    case QUARRY_FOLDER_POLLED:
      state = _("looked at every two minutes: it is on a server, or there are more folders than can be watched");
      break;
    case QUARRY_FOLDER_AWAY:
      state = _("out of reach: its documents stay until it is back");
      break;
    case QUARRY_FOLDER_GONE:
      state = _("the folder is no longer there");
      break;
    case QUARRY_FOLDER_WATCHED:
    default:
      return g_steal_pointer (&documents);
    }
  return g_strdup_printf ("%s · %s", documents, state);
}

static const char *
path_of (GtkWidget *row)
{
  return g_object_get_data (G_OBJECT (row), "path");
}

static void
switched_cb (GtkSwitch *widget, GParamSpec *pspec, QuarryFoldersPage *self)
{
  GtkWidget *row = gtk_widget_get_ancestor (GTK_WIDGET (widget), ADW_TYPE_ACTION_ROW);
  Work *work;

  if (!self->library)
    return;
  work = work_new (self, WORK_WATCH);
  work->path = g_strdup (path_of (row));
  work->watched = gtk_switch_get_active (widget);
  start (self, work, changed_cb);
}

static void
remove_path (const char *path, GtkWidget *row, gpointer user_data)
{
  QuarryFoldersPage *self = user_data;
  Work *work;

  if (!self->library)
    return;
  gtk_widget_set_sensitive (row, FALSE);
  work = work_new (self, WORK_REMOVE);
  work->path = g_strdup (path);
  start (self, work, changed_cb);
}

static void
remove_folder_cb (GtkWidget *button, QuarryFoldersPage *self)
{
  GtkWidget *row = gtk_widget_get_ancestor (button, ADW_TYPE_ACTION_ROW);

  remove_path (path_of (row), row, self);
}

/* The path as markup to be shown. (transfer full) */
static char *
shown_path (const char *path)
{
  g_autofree char *shown = quarry_shown_path (path);

  return g_markup_escape_text (shown, -1);
}

static GtkWidget *
folder_row (QuarryFoldersPage *self, const QuarryFolder *folder)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *watched = gtk_switch_new ();
  GtkWidget *button = quarry_row_button_new ("list-remove-symbolic", _("Take out of the library"));
  g_autofree char *title = shown_path (folder->path);
  g_autofree char *name = quarry_path_display (folder->path);
  g_autofree char *label = g_strdup_printf (_("Follow changes in %s"), name);

  g_object_set_data_full (G_OBJECT (row), "path", g_strdup (folder->path), g_free);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  gtk_widget_set_valign (watched, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (watched, _("Follow changes"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (watched), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), watched);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);
  gtk_switch_set_active (GTK_SWITCH (watched), folder->state != QUARRY_FOLDER_UNWATCHED);
  g_object_set_data (G_OBJECT (row), "switch", watched);
  g_signal_connect_object (watched, "notify::active", G_CALLBACK (switched_cb), self, 0);
  g_signal_connect_object (button, "clicked", G_CALLBACK (remove_folder_cb), self, 0);
  return row;
}

static void
update_row (QuarryFoldersPage *self, GtkWidget *row, const QuarryFolder *folder)
{
  GtkSwitch *watched = g_object_get_data (G_OBJECT (row), "switch");
  g_autofree char *text = describe (folder);
  g_autofree char *markup = g_markup_escape_text (text, -1);

  /* The row was made insensitive for removal, but its folder is still in the library: removing it has failed. */
  gtk_widget_set_sensitive (row, TRUE);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), markup);
  g_signal_handlers_block_by_func (watched, switched_cb, self);
  gtk_switch_set_active (watched, folder->state != QUARRY_FOLDER_UNWATCHED);
  g_signal_handlers_unblock_by_func (watched, switched_cb, self);
}

static void
show_exceptions (QuarryFoldersPage *self, const char *const *paths)
{
  guint n = g_strv_length ((char **) paths);
  g_autofree char *number = g_strdup_printf ("%'u", n);
  /* Translators: %s is the number. */
  g_autofree char *text = g_strdup_printf (
      ngettext ("%s file or folder, added by its own name", "%s files and folders, added by their own names", n), number);

  adw_expander_row_set_subtitle (self->exceptions, text);
  quarry_path_rows_set (self->exception_rows, paths);
  gtk_widget_set_visible (GTK_WIDGET (self->exceptions), n > 0);
}

static void
show_folders (QuarryFoldersPage *self, GPtrArray *folders)
{
  gboolean same = folders->len == self->folder_rows->len;

  for (guint i = 0; same && i < folders->len; i++)
    same = strcmp (((QuarryFolder *) folders->pdata[i])->path, path_of (self->folder_rows->pdata[i])) == 0;
  if (!same)
    {
      for (guint i = 0; i < self->folder_rows->len; i++)
        adw_preferences_group_remove (self->folders, self->folder_rows->pdata[i]);
      g_ptr_array_set_size (self->folder_rows, 0);
      for (guint i = 0; i < folders->len; i++)
        {
          GtkWidget *row = folder_row (self, folders->pdata[i]);

          adw_preferences_group_add (self->folders, row);
          g_ptr_array_add (self->folder_rows, row);
        }
    }
  for (guint i = 0; i < folders->len; i++)
    update_row (self, self->folder_rows->pdata[i], folders->pdata[i]);
  gtk_widget_set_visible (self->no_folder, folders->len == 0);
}

/* --- What was taken out ---------------------------------------------------------------------------------- */

static void
take_again (const char *path, GtkWidget *row, gpointer user_data)
{
  QuarryFoldersPage *self = user_data;
  const char *paths[] = { path, NULL };
  g_autoptr (QuarryImport) import = NULL;

  if (!self->library)
    return;
  gtk_widget_set_sensitive (row, FALSE);
  import = quarry_library_import (self->library, paths);
}

static void
show_taken_out (QuarryFoldersPage *self, const char *const *paths)
{
  guint n = g_strv_length ((char **) paths);
  g_autofree char *number = g_strdup_printf ("%'u", n);
  /* Translators: %s is the number. */
  g_autofree char *text = g_strdup_printf (ngettext ("%s file or folder", "%s files and folders", n), number);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->taken_out), text);
  quarry_path_rows_set (self->taken_out_rows, paths);
  /* When the group first appears, collapse a long list, which would push everything else off the page. */
  if (!gtk_widget_get_visible (self->taken_out_group))
    adw_expander_row_set_expanded (self->taken_out, n <= FEW);
  gtk_widget_set_visible (self->taken_out_group, n > 0);
}

/* --- Patterns ---------------------------------------------------------------------------------------- */

/* Sets and stores @patterns. (transfer full) */
static void
set_rules (QuarryFoldersPage *self, char **patterns)
{
  Work *work;

  if (!self->library)
    {
      g_strfreev (patterns);
      return;
    }
  work = work_new (self, WORK_RULES);
  work->patterns = patterns;
  start (self, work, changed_cb);
}

static void
add_rule_cb (QuarryFoldersPage *self)
{
  g_autofree char *pattern = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->new_rule))));
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (*pattern == '\0')
    return;
  g_strv_builder_addv (builder, (const char **) quarry_path_rows_get (self->rule_rows));
  g_strv_builder_add (builder, pattern);
  gtk_editable_set_text (GTK_EDITABLE (self->new_rule), "");
  set_rules (self, g_strv_builder_end (builder));
}

static void
remove_rule (const char *pattern, GtkWidget *row, gpointer user_data)
{
  QuarryFoldersPage *self = user_data;
  const char *const *patterns = quarry_path_rows_get (self->rule_rows);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; patterns[i] != NULL; i++)
    if (strcmp (patterns[i], pattern) != 0)
      g_strv_builder_add (builder, patterns[i]);
  set_rules (self, g_strv_builder_end (builder));
}

static char *
escape (const char *pattern)
{
  return g_markup_escape_text (pattern, -1);
}

/* --- Pictures ---------------------------------------------------------------------------------------- */

static void
recognizes_cb (QuarryFoldersPage *self)
{
  Work *work;

  if (!self->library)
    return;
  work = work_new (self, WORK_RECOGNIZE);
  work->recognizes = gtk_switch_get_active (self->recognizes);
  start (self, work, changed_cb);
}

static void
show_recognizes (QuarryFoldersPage *self, gboolean recognizes)
{
  g_signal_handlers_block_by_func (self->recognizes, recognizes_cb, self);
  gtk_switch_set_active (self->recognizes, recognizes);
  g_signal_handlers_unblock_by_func (self->recognizes, recognizes_cb, self);
}

/* --- The page ------------------------------------------------------------------------------------------ */

static void
loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  QuarryFoldersPage *self = QUARRY_FOLDERS_PAGE (source);
  Work *work = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  gboolean done = g_task_propagate_boolean (G_TASK (result), &error);

  self->loading = FALSE;
  if (self->library != work->library)
    {
      /* The library has been closed in the meantime, or replaced by another one. */
      load (self);
      return;
    }
  if (done)
    {
      show_folders (self, work->folders);
      show_exceptions (self, (const char *const *) work->exceptions);
      show_taken_out (self, (const char *const *) work->taken_out);
      quarry_path_rows_set (self->rule_rows, (const char *const *) work->patterns);
      show_recognizes (self, work->recognizes);
    }
  else
    g_signal_emit (self, signals[TOLD], 0, error->message, NULL);
  if (self->load_again)
    load (self);
}

static void
load (QuarryFoldersPage *self)
{
  if (!self->library)
    return;
  self->load_again = self->loading;
  if (self->loading)
    return;
  self->loading = TRUE;
  start (self, work_new (self, WORK_LOAD), loaded_cb);
}

void
quarry_folders_page_set_library (QuarryFoldersPage *self, QuarryLibrary *library)
{
  g_return_if_fail (QUARRY_IS_FOLDERS_PAGE (self));
  g_return_if_fail (library == NULL || QUARRY_IS_LIBRARY (library));

  if (g_set_object (&self->library, library) && library)
    g_signal_connect_object (library, "changed", G_CALLBACK (load), self, G_CONNECT_SWAPPED);
  gtk_widget_set_sensitive (GTK_WIDGET (self), library != NULL);
  load (self);
}

static void
quarry_folders_page_dispose (GObject *object)
{
  g_clear_object (&QUARRY_FOLDERS_PAGE (object)->library);
  G_OBJECT_CLASS (quarry_folders_page_parent_class)->dispose (object);
}

static void
quarry_folders_page_finalize (GObject *object)
{
  QuarryFoldersPage *self = QUARRY_FOLDERS_PAGE (object);

  g_ptr_array_unref (self->folder_rows);
  quarry_path_rows_free (self->exception_rows);
  quarry_path_rows_free (self->taken_out_rows);
  quarry_path_rows_free (self->rule_rows);
  G_OBJECT_CLASS (quarry_folders_page_parent_class)->finalize (object);
}

static void
quarry_folders_page_class_init (QuarryFoldersPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = quarry_folders_page_dispose;
  G_OBJECT_CLASS (klass)->finalize = quarry_folders_page_finalize;
  signals[TOLD] = g_signal_new ("told", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/quarry/Quarry/quarry-folders-page.ui");
  gtk_widget_class_bind_template_child (widget_class, QuarryFoldersPage, folders);
  gtk_widget_class_bind_template_child (widget_class, QuarryFoldersPage, no_folder);
  gtk_widget_class_bind_template_child (widget_class, QuarryFoldersPage, taken_out_group);
  gtk_widget_class_bind_template_child (widget_class, QuarryFoldersPage, taken_out);
  gtk_widget_class_bind_template_child (widget_class, QuarryFoldersPage, rules);
  gtk_widget_class_bind_template_child (widget_class, QuarryFoldersPage, exceptions);
  gtk_widget_class_bind_template_child (widget_class, QuarryFoldersPage, new_rule);
  gtk_widget_class_bind_template_child (widget_class, QuarryFoldersPage, recognizes);
  gtk_widget_class_bind_template_callback (widget_class, add_rule_cb);
  gtk_widget_class_bind_template_callback (widget_class, recognizes_cb);
}

static void
quarry_folders_page_init (QuarryFoldersPage *self)
{
  self->folder_rows = g_ptr_array_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  self->exception_rows = quarry_path_rows_new (GTK_WIDGET (self->exceptions), "list-remove-symbolic",
                                               _("Take out of the library"), shown_path, remove_path, self);
  self->taken_out_rows = quarry_path_rows_new (GTK_WIDGET (self->taken_out), "edit-undo-symbolic", _("Take it again"),
                                               shown_path, take_again, self);
  self->rule_rows = quarry_path_rows_new (self->rules, "list-remove-symbolic", _("Take it again"), escape, remove_rule,
                                          self);
}
