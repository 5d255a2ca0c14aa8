/* quarry-file-why-window.c: why a file is not found
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/documents/quarry-file-why-window.h"

#include <glib/gi18n-lib.h>

#include "core/files/quarry-path.h"
#include "core/library/import/quarry-why.h"
#include "ui/widgets/quarry-drop-area.h"

/* How long after the last key press the question is asked, in milliseconds. */
#define TYPING_PAUSE 200

struct _QuarryFileWhyWindow
{
  AdwWindow parent_instance;

  AdwActionRow *file_row;
  GtkWidget *choose_button;
  GtkWidget *query;
  GtkWidget *answer;
  GtkImage *icon;
  GtkLabel *state;
  GtkLabel *reason;
  GtkLabel *rank;
  GtkListBox *passages;
  GtkLabel *rest;
  GtkWidget *add_button;

  QuarryLibrary *library;
  char *path; /* of the file that is asked about */
  GCancellable *asking;
  guint pause;
};

G_DEFINE_FINAL_TYPE (QuarryFileWhyWindow, quarry_file_why_window, ADW_TYPE_WINDOW)

/* --- The answer -------------------------------------------------------------------------------------- */

static const char *
state_title (QuarryWhyState state)
{
  switch (state)
    {
    case QUARRY_WHY_READ:
      return _("It can be found");
    case QUARRY_WHY_CHANGED:
      return _("It has changed since it was read");
    case QUARRY_WHY_GONE:
      return _("The file is gone");
    case QUARRY_WHY_FAILED:
      return _("It could not be read");
    case QUARRY_WHY_SKIPPED:
      return _("It was passed over");
    case QUARRY_WHY_EXCLUDED:
      return _("A rule passes it over");
    case QUARRY_WHY_OUTSIDE:
      return _("It is in no folder of the library");
    case QUARRY_WHY_UNREAD:
      return _("It has not been read yet");
    case QUARRY_WHY_AWAY:
      return _("Its drive or server is out of reach");
    case QUARRY_WHY_MISSING:
    default:
      return _("There is no such file");
    }
}

static const char *
state_icon (QuarryWhyState state)
{
  switch (state)
    {
    case QUARRY_WHY_READ:
      return "emblem-ok-symbolic";
    case QUARRY_WHY_FAILED:
      return "dialog-warning-symbolic";
    default:
      return "dialog-information-symbolic";
    }
}

static void
show_rank (QuarryFileWhyWindow *self, const QuarryWhy *why)
{
  g_autofree char *text = quarry_why_explain_place (why);

  gtk_label_set_label (self->rank, text ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->rank), text != NULL);
}

static GtkWidget *
make_row (const QuarryWhy *why, const QuarryWhyPassage *passage)
{
  g_autofree char *opening = quarry_why_passage_opening (passage);
  g_autofree char *place = quarry_why_passage_place (passage, why);

  return g_object_new (ADW_TYPE_ACTION_ROW, "use-markup", FALSE, "title", opening, "title-lines", 2, "subtitle", place,
                       "subtitle-lines", 2, "activatable", FALSE, NULL);
}

/* Shows the passages that @why tells of; with NULL, removes those that are shown. */
static void
show_passages (QuarryFileWhyWindow *self, const QuarryWhy *why)
{
  g_autofree char *rest = why ? quarry_why_explain_rest (why) : NULL;
  GtkWidget *row;

  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self->passages))))
    gtk_list_box_remove (self->passages, row);
  for (guint i = 0; why && i < why->passages->len; i++)
    gtk_list_box_append (self->passages, make_row (why, why->passages->pdata[i]));
  gtk_widget_set_visible (GTK_WIDGET (self->passages), why && why->passages->len > 0);
  gtk_label_set_label (self->rest, rest ? rest : "");
  gtk_widget_set_visible (GTK_WIDGET (self->rest), rest != NULL);
}

static void
why_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  gpointer *asked = data;
  const char *query = asked[2];
  GError *error = NULL;
  QuarryWhy *why = quarry_library_why (asked[0], asked[1], *query != '\0' ? query : NULL, cancellable, &error);

  if (why)
    g_task_return_pointer (task, why, (GDestroyNotify) quarry_why_free);
  else
    g_task_return_error (task, error);
}

static void
free_asked (gpointer data)
{
  gpointer *asked = data;

  g_object_unref (asked[0]);
  g_free (asked[1]);
  g_free (asked[2]);
  g_free (asked);
}

static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  QuarryFileWhyWindow *self = QUARRY_FILE_WHY_WINDOW (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryWhy) why = g_task_propagate_pointer (G_TASK (result), &error);

  /* A newer question has been asked, or the window has been closed. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->asking);
  gtk_widget_set_visible (self->answer, TRUE);
  if (!why)
    {
      gtk_image_set_from_icon_name (self->icon, "dialog-warning-symbolic");
      gtk_label_set_label (self->state, _("The library does not answer"));
      gtk_label_set_label (self->reason, error->message);
      gtk_widget_set_visible (GTK_WIDGET (self->rank), FALSE);
      show_passages (self, NULL);
      gtk_widget_set_visible (self->add_button, FALSE);
      return;
    }
  gtk_image_set_from_icon_name (self->icon, state_icon (why->state));
  gtk_label_set_label (self->state, state_title (why->state));
  gtk_label_set_label (self->reason, why->reason);
  show_rank (self, why);
  show_passages (self, why);
  gtk_widget_set_visible (self->add_button,
                          why->state == QUARRY_WHY_CHANGED || why->state == QUARRY_WHY_EXCLUDED
                              || why->state == QUARRY_WHY_OUTSIDE || why->state == QUARRY_WHY_UNREAD);
}

static void
ask (QuarryFileWhyWindow *self)
{
  g_autoptr (GTask) task = NULL;
  gpointer *asked;

  if (!self->path || !self->library)
    return;
  if (self->asking)
    g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  self->asking = g_cancellable_new ();
  asked = g_new0 (gpointer, 3);
  asked[0] = g_object_ref (self->library);
  asked[1] = g_strdup (self->path);
  asked[2] = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->query))));
  task = g_task_new (self, self->asking, answered_cb, NULL);
  g_task_set_source_tag (task, ask);
  g_task_set_task_data (task, asked, free_asked);
  g_task_run_in_thread (task, why_thread);
}

void
quarry_file_why_window_ask (QuarryFileWhyWindow *self, const char *path)
{
  g_autofree char *shown = NULL;
  g_autofree char *markup = NULL;

  g_return_if_fail (QUARRY_IS_FILE_WHY_WINDOW (self));
  g_return_if_fail (path != NULL);

  g_free (self->path);
  self->path = g_strdup (path);
  shown = quarry_path_display (path);
  markup = g_markup_escape_text (shown, -1);
  adw_action_row_set_subtitle (self->file_row, markup);
  ask (self);
}

/* --- The question --------------------------------------------------------------------------------------- */

static gboolean
pause_cb (gpointer data)
{
  QuarryFileWhyWindow *self = data;

  self->pause = 0;
  ask (self);
  return G_SOURCE_REMOVE;
}

static void
query_changed_cb (QuarryFileWhyWindow *self)
{
  g_clear_handle_id (&self->pause, g_source_remove);
  self->pause = g_timeout_add (TYPING_PAUSE, pause_cb, self);
}

static void
chosen_cb (GtkNativeDialog *dialog, int response, gpointer user_data)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));

      if (file && g_file_peek_path (file))
        quarry_file_why_window_ask (user_data, g_file_peek_path (file));
    }
  gtk_native_dialog_destroy (dialog);
  g_object_unref (dialog);
}

static void
choose_cb (QuarryFileWhyWindow *self)
{
  GtkFileChooserNative *dialog
      = gtk_file_chooser_native_new (_("Choose a File"), GTK_WINDOW (self), GTK_FILE_CHOOSER_ACTION_OPEN,
                                     _("_Choose"), _("_Cancel"));

  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (chosen_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static gboolean
drop_cb (GtkDropTarget *target, const GValue *value, double x, double y, QuarryFileWhyWindow *self)
{
  g_auto (GStrv) paths = quarry_drop_area_local_paths (gdk_file_list_get_files (g_value_get_boxed (value)));

  if (!paths)
    return FALSE;
  quarry_file_why_window_ask (self, paths[0]);
  return TRUE;
}

static void
add_cb (QuarryFileWhyWindow *self)
{
  const char *paths[] = { self->path, NULL };
  g_autoptr (QuarryImport) import = NULL;

  if (!self->path || !self->library)
    return;
  gtk_widget_set_visible (self->add_button, FALSE);
  import = quarry_library_import (self->library, paths);
  g_signal_connect_object (import, "notify::finished", G_CALLBACK (ask), self, G_CONNECT_SWAPPED);
}

/* --- The window ------------------------------------------------------------------------------------------ */

static void
quarry_file_why_window_dispose (GObject *object)
{
  QuarryFileWhyWindow *self = QUARRY_FILE_WHY_WINDOW (object);

  if (self->asking)
    g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
  g_clear_handle_id (&self->pause, g_source_remove);
  g_clear_object (&self->library);
  G_OBJECT_CLASS (quarry_file_why_window_parent_class)->dispose (object);
}

static void
quarry_file_why_window_finalize (GObject *object)
{
  g_free (QUARRY_FILE_WHY_WINDOW (object)->path);
  G_OBJECT_CLASS (quarry_file_why_window_parent_class)->finalize (object);
}

static void
quarry_file_why_window_class_init (QuarryFileWhyWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = quarry_file_why_window_dispose;
  G_OBJECT_CLASS (klass)->finalize = quarry_file_why_window_finalize;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/quarry/Quarry/quarry-file-why-window.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, QuarryFileWhyWindow, name)
  BIND (file_row);
  BIND (choose_button);
  BIND (query);
  BIND (answer);
  BIND (icon);
  BIND (state);
  BIND (reason);
  BIND (rank);
  BIND (passages);
  BIND (rest);
  BIND (add_button);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, choose_cb);
  gtk_widget_class_bind_template_callback (widget_class, query_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, add_cb);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
quarry_file_why_window_init (QuarryFileWhyWindow *self)
{
  GtkDropTarget *target;

  gtk_widget_init_template (GTK_WIDGET (self));
  target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);
  /* In the capture phase, before the entry gets the drop and inserts the file's name as text. */
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (target), GTK_PHASE_CAPTURE);
  g_signal_connect_object (target, "drop", G_CALLBACK (drop_cb), self, 0);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

GtkWidget *
quarry_file_why_window_new (GtkWindow *parent, QuarryLibrary *library, const char *query)
{
  QuarryFileWhyWindow *self;

  g_return_val_if_fail (parent == NULL || GTK_IS_WINDOW (parent), NULL);
  g_return_val_if_fail (QUARRY_IS_LIBRARY (library), NULL);

  self = g_object_new (QUARRY_TYPE_FILE_WHY_WINDOW, "transient-for", parent, NULL);
  self->library = g_object_ref (library);
  if (query)
    gtk_editable_set_text (GTK_EDITABLE (self->query), query);
  gtk_widget_grab_focus (self->choose_button);
  return GTK_WIDGET (self);
}

void
quarry_file_why_window_set_library (QuarryFileWhyWindow *self, QuarryLibrary *library)
{
  g_return_if_fail (QUARRY_IS_FILE_WHY_WINDOW (self));
  g_return_if_fail (QUARRY_IS_LIBRARY (library));

  if (g_set_object (&self->library, library))
    ask (self);
}
