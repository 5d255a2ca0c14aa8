/* quarry-window-actions.c: what the main window's menus, buttons and shortcuts do
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/documents/quarry-failures-window.h"
#include "ui/documents/quarry-file-why-window.h"
#include "ui/preferences/quarry-preferences-window.h"
#include "ui/quarry-handbook.h"
#include "ui/quarry-opener.h"
#include "ui/widgets/quarry-hit-markup.h"
#include "ui/widgets/quarry-text-scale.h"
#include "ui/window/quarry-window-private.h"

#include <glib/gi18n-lib.h>

#define VARIETY_STEP 0.1

/* The width of a bold letter at the usual text size in pixels, at the most, and what a toast has beside its text, in
 * such letters. */
#define TOAST_CHARACTER 10
#define TOAST_BESIDE 10

void
quarry_window_toast (QuarryWindow *self, const char *text)
{
  /* Toasts parse their text as markup. */
  g_autofree char *escaped = g_markup_escape_text (text, -1);
  AdwToast *toast = adw_toast_new (escaped);
  GtkWidget *label = gtk_label_new (text);
  int room = gtk_widget_get_width (GTK_WIDGET (self->toasts)) / quarry_text_pixels (GTK_WIDGET (self), TOAST_CHARACTER);

  /* The label of toasts itself has one line, which cuts off what can be done about an error. A toast asks how high it
   * has to be without saying how wide it will be, so the lines have to be short enough for the window. */
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_max_width_chars (GTK_LABEL (label), CLAMP (room - TOAST_BESIDE, 12, 60));
  gtk_widget_add_css_class (label, "heading");
  adw_toast_set_custom_title (toast, label);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

/* The hit that an action applies to: the one in the reader if that has the focus, else the selected one. */
static QuarryHit *
current_hit (QuarryWindow *self)
{
  GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (self));

  if (focus && gtk_widget_is_ancestor (focus, GTK_WIDGET (self->reader))
      && quarry_reader_get_hit (self->reader))
    return quarry_reader_get_hit (self->reader);
  return quarry_results_view_get_selected (self->results);
}

/* --- Hits ---------------------------------------------------------------------------------- */

static void
open_hit_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  QuarryHit *hit = current_hit (QUARRY_WINDOW (widget));

  if (!hit)
    return;
  quarry_session_note_opened (QUARRY_WINDOW (widget)->session, hit);
  quarry_open_hit (hit, GTK_WINDOW (widget));
}

static void
reveal_hit_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  QuarryHit *hit = current_hit (QUARRY_WINDOW (widget));

  if (hit)
    quarry_reveal_hit (hit, GTK_WINDOW (widget));
}

static void
see_also_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  QuarryHit *hit = current_hit (QUARRY_WINDOW (widget));

  if (hit)
    quarry_window_see_also (QUARRY_WINDOW (widget), hit, FALSE);
}

static void
see_also_document_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  QuarryHit *hit = current_hit (QUARRY_WINDOW (widget));

  if (hit)
    quarry_window_see_also (QUARRY_WINDOW (widget), hit, TRUE);
}

static void
more_like_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  QuarryHit *hit = current_hit (QUARRY_WINDOW (widget));

  if (hit)
    quarry_window_mark (QUARRY_WINDOW (widget), hit, TRUE);
}

static void
less_like_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  QuarryHit *hit = current_hit (QUARRY_WINDOW (widget));

  if (hit)
    quarry_window_mark (QUARRY_WINDOW (widget), hit, FALSE);
}

static void
why_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  quarry_results_view_toggle_why (QUARRY_WINDOW (widget)->results);
}

/* Copies the passage, followed by where it is from. */
static void
copy_hit_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  QuarryWindow *self = QUARRY_WINDOW (widget);
  QuarryHit *hit = current_hit (self);
  g_autofree char *place = NULL, *path = NULL, *text = NULL;

  if (!hit)
    return;
  place = quarry_hit_format_place (hit);
  path = g_filename_display_name (quarry_hit_get_path (hit));
  text = g_strdup_printf ("%s\n\n— %s%s%s\n%s\n", quarry_hit_get_text (hit),
                          quarry_hit_get_title (hit), place[0] != '\0' ? ", " : "", place, path);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
  quarry_window_toast (self, _("Passage copied"));
}

static void
read_copy_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  QuarryWindow *self = QUARRY_WINDOW (widget);
  QuarryHit *selected = quarry_results_view_get_selected (self->results);
  guint n = 0;
  QuarryHit *const *copies = selected ? quarry_hit_get_copies (selected, &n) : NULL;

  for (guint i = 0; i < n; i++)
    if (quarry_hit_get_passage (copies[i]) == g_variant_get_int64 (parameter))
      {
        quarry_window_read (self, copies[i]);
        return;
      }
}

/* --- Variety and search -------------------------------------------------------------------- */

static void
less_variety_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GtkAdjustment *variety = QUARRY_WINDOW (widget)->variety;

  gtk_adjustment_set_value (variety, gtk_adjustment_get_value (variety) - VARIETY_STEP);
}

static void
more_variety_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  GtkAdjustment *variety = QUARRY_WINDOW (widget)->variety;

  gtk_adjustment_set_value (variety, gtk_adjustment_get_value (variety) + VARIETY_STEP);
}

static void
toggle_map_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  QuarryWindow *self = QUARRY_WINDOW (widget);
  gboolean map = gtk_toggle_button_get_active (self->map_button);

  gtk_toggle_button_set_active (map ? self->list_button : self->map_button, TRUE);
}

static void
toggle_page_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  quarry_reader_toggle_page (QUARRY_WINDOW (widget)->reader);
}

static void
search_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  QuarryWindow *self = QUARRY_WINDOW (widget);

  quarry_panes_set_show_second (self->panes, FALSE);
  gtk_widget_grab_focus (GTK_WIDGET (self->entry));
  gtk_editable_select_region (GTK_EDITABLE (self->entry), 0, -1);
}

static void
toggle_sidebar_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  quarry_window_toggle_sidebar (QUARRY_WINDOW (widget));
}

static void
show_filters_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  quarry_window_show_filters (QUARRY_WINDOW (widget));
}

/* --- Import -------------------------------------------------------------------------------- */

void
quarry_window_import (QuarryWindow *self, const char *const *paths)
{
  const GError *error = quarry_session_get_error (self->session);

  /* With a full disk, the import is done later, once there is room. */
  if (!quarry_session_get_writable (self->session)
      && g_error_matches (error, QUARRY_STORE_ERROR, QUARRY_STORE_ERROR_FULL))
    quarry_window_toast (self, error->message);
  quarry_session_import (self->session, paths);
}

static void
import_files (QuarryWindow *self, GSList *files)
{
  g_auto (GStrv) paths = quarry_drop_area_local_paths (files);

  if (paths)
    quarry_window_import (self, (const char *const *) paths);
  if (!paths || g_strv_length (paths) < g_slist_length (files))
    quarry_window_toast (self, _("Only files and folders of this computer can be added"));
}

static void
chooser_response_cb (GtkNativeDialog *dialog, int response, gpointer user_data)
{
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GListModel) files = gtk_file_chooser_get_files (GTK_FILE_CHOOSER (dialog));
      GSList *list = NULL;

      for (guint i = g_list_model_get_n_items (files); i > 0; i--)
        list = g_slist_prepend (list, g_list_model_get_item (files, i - 1));
      import_files (user_data, list);
      g_slist_free_full (list, g_object_unref);
    }
  gtk_native_dialog_destroy (dialog);
  g_object_unref (dialog);
}

static void
choose_files (QuarryWindow *self, const char *title, GtkFileChooserAction action)
{
  GtkFileChooserNative *dialog
      = gtk_file_chooser_native_new (title, GTK_WINDOW (self), action, _("_Add"), _("_Cancel"));

  quarry_window_leave_sidebar (self);
  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (dialog), TRUE);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (chooser_response_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
import_files_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  choose_files (QUARRY_WINDOW (widget), _("Add Files"), GTK_FILE_CHOOSER_ACTION_OPEN);
}

static void
import_folder_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  choose_files (QUARRY_WINDOW (widget), _("Add Folders"), GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER);
}

/* Adds the handbook, so that people without documents at hand have something to try Quarry on. */
static void
import_handbook_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  const char *folder = quarry_handbook_get_folder ();

  if (folder)
    quarry_window_import (QUARRY_WINDOW (widget), (const char *const[]){ folder, NULL });
}

static void
pasted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (QuarryWindow) self = user_data;
  g_autoptr (GError) error = NULL;
  const GValue *value = gdk_clipboard_read_value_finish (GDK_CLIPBOARD (source), result, &error);

  if (value)
    import_files (self, gdk_file_list_get_files (g_value_get_boxed (value)));
  else
    quarry_window_toast (self, error->message);
}

static void
paste_files_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  gdk_clipboard_read_value_async (gtk_widget_get_clipboard (widget), GDK_TYPE_FILE_LIST,
                                  G_PRIORITY_DEFAULT, NULL, pasted_cb, g_object_ref (widget));
}

/* --- Windows ------------------------------------------------------------------------------- */

static void
handbook_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  quarry_handbook_open (GTK_WINDOW (widget));
}

static void
documents_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  quarry_window_show_documents (QUARRY_WINDOW (widget));
}

static void
failures_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  QuarryLibrary *library = quarry_session_get_library (QUARRY_WINDOW (widget)->session);

  quarry_window_leave_sidebar (QUARRY_WINDOW (widget));
  if (library)
    quarry_failures_window_show (GTK_WINDOW (widget), library);
}

static void
follow_library_cb (QuarrySession *session, GParamSpec *pspec, QuarryFileWhyWindow *window)
{
  if (quarry_session_get_library (session))
    quarry_file_why_window_set_library (window, quarry_session_get_library (session));
}

static void
file_why_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  QuarryWindow *self = QUARRY_WINDOW (widget);
  QuarryLibrary *library = quarry_session_get_library (self->session);
  GtkWidget *window;

  if (!library)
    return;
  window = quarry_file_why_window_new (GTK_WINDOW (widget), library,
                                       gtk_editable_get_text (GTK_EDITABLE (self->entry)));
  g_signal_connect_object (self->session, "notify::state", G_CALLBACK (follow_library_cb), window, 0);
  gtk_window_present (GTK_WINDOW (window));
}

static void
undo_cb (AdwToast *toast, QuarryWindow *self)
{
  quarry_window_import (self, (const char *const[]){ g_object_get_data (G_OBJECT (toast), "path"), NULL });
}

static void
left_undo_cb (QuarryPreferencesWindow *preferences, const char *text, const char *path, QuarryWindow *self)
{
  g_autofree char *markup = g_markup_escape_text (text, -1);
  AdwToast *toast = adw_toast_new (markup);

  adw_toast_set_button_label (toast, _("_Undo"));
  g_object_set_data_full (G_OBJECT (toast), "path", g_strdup (path), g_free);
  g_signal_connect_object (toast, "button-clicked", G_CALLBACK (undo_cb), self, 0);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static void
follow_session_cb (QuarrySession *session, GParamSpec *pspec, QuarryPreferencesWindow *preferences)
{
  quarry_preferences_window_set_library (preferences, quarry_session_get_library (session));
}

static void
preferences_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  QuarrySession *session = QUARRY_WINDOW (widget)->session;
  GtkWidget *preferences = quarry_preferences_window_new (GTK_WINDOW (widget), quarry_session_get_library (session));

  g_signal_connect_object (session, "notify::state", G_CALLBACK (follow_session_cb), preferences, 0);
  g_signal_connect_object (preferences, "left-undo", G_CALLBACK (left_undo_cb), widget, 0);
  gtk_window_present (GTK_WINDOW (preferences));
}

static void
usual_library_cb (GtkWidget *widget, const char *name, GVariant *parameter)
{
  quarry_window_use_usual_library (QUARRY_WINDOW (widget));
}

void
quarry_window_update_actions (QuarryWindow *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  QuarryLibrary *library = self->session ? quarry_session_get_library (self->session) : NULL;
  gboolean hit = quarry_results_view_get_selected (self->results) != NULL;
  gboolean row = hit && !quarry_results_view_get_map (self->results);
  gboolean writable = library && quarry_session_get_writable (self->session);
  guint known = 1 | (guint) hit << 1 | (guint) writable << 2 | (guint) (library != NULL) << 3 | (guint) row << 4;

  /* This is called at every key press, so do nothing if nothing has changed. */
  if (known == self->known_actions)
    return;
  self->known_actions = known;
  gtk_widget_action_set_enabled (widget, "win.open-hit", hit);
  gtk_widget_action_set_enabled (widget, "win.reveal-hit", hit);
  gtk_widget_action_set_enabled (widget, "win.copy-hit", hit);
  gtk_widget_action_set_enabled (widget, "win.see-also", hit);
  gtk_widget_action_set_enabled (widget, "win.see-also-document", hit);
  gtk_widget_action_set_enabled (widget, "win.more-like", hit);
  gtk_widget_action_set_enabled (widget, "win.less-like", hit);
  gtk_widget_action_set_enabled (widget, "win.why", row);
  gtk_widget_action_set_enabled (widget, "win.import-files", writable);
  gtk_widget_action_set_enabled (widget, "win.import-folder", writable);
  gtk_widget_action_set_enabled (widget, "win.import-handbook", writable && quarry_handbook_get_folder ());
  gtk_widget_action_set_enabled (widget, "win.handbook", quarry_handbook_get_folder () != NULL);
  gtk_widget_action_set_enabled (widget, "win.paste-files", writable);
  gtk_widget_action_set_enabled (widget, "win.documents", library != NULL);
  gtk_widget_action_set_enabled (widget, "win.failures", library != NULL);
  gtk_widget_action_set_enabled (widget, "win.file-why", library != NULL);
}

void
quarry_window_install_actions (GtkWidgetClass *widget_class)
{
  static const struct
  {
    const char *name;
    GtkWidgetActionActivateFunc activate;
  } actions[] = {
    { "win.open-hit", open_hit_cb },
    { "win.reveal-hit", reveal_hit_cb },
    { "win.copy-hit", copy_hit_cb },
    { "win.see-also", see_also_cb },
    { "win.see-also-document", see_also_document_cb },
    { "win.more-like", more_like_cb },
    { "win.less-like", less_like_cb },
    { "win.why", why_cb },
    { "win.less-variety", less_variety_cb },
    { "win.more-variety", more_variety_cb },
    { "win.toggle-map", toggle_map_cb },
    { "win.toggle-page", toggle_page_cb },
    { "win.search", search_cb },
    { "win.toggle-sidebar", toggle_sidebar_cb },
    { "win.show-filters", show_filters_cb },
    { "win.import-files", import_files_cb },
    { "win.import-folder", import_folder_cb },
    { "win.import-handbook", import_handbook_cb },
    { "win.paste-files", paste_files_cb },
    { "win.documents", documents_cb },
    { "win.failures", failures_cb },
    { "win.file-why", file_why_cb },
    { "win.usual-library", usual_library_cb },
    { "win.preferences", preferences_cb },
    { "win.handbook", handbook_cb },
  };

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_widget_class_install_action (widget_class, actions[i].name, NULL, actions[i].activate);
  gtk_widget_class_install_action (widget_class, "win.read-copy", "x", read_copy_cb);
}
