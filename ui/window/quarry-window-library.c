/* quarry-window-library.c: what the main window says and offers where its library does not open
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/embed/quarry-embedder.h"
#include "core/place/quarry-library-place.h"
#include "ui/window/quarry-window-private.h"

#include <glib/gi18n-lib.h>

static const char *
title_for_error (const GError *error)
{
  if (error->domain == QUARRY_EMBED_ERROR)
    return _("The Model Cannot Be Used");
  if (g_error_matches (error, QUARRY_STORE_ERROR, QUARRY_STORE_ERROR_NEWER))
    return _("This Library Is of a Newer Quarry");
  if (g_error_matches (error, QUARRY_STORE_ERROR, QUARRY_STORE_ERROR_DAMAGED))
    return _("The Library Is Damaged");
  if (g_error_matches (error, QUARRY_STORE_ERROR, QUARRY_STORE_ERROR_FOREIGN))
    return _("This Is No Library of Quarry");
  if (g_error_matches (error, QUARRY_STORE_ERROR, QUARRY_STORE_ERROR_FULL))
    return _("There Is No Space Left");
  if (g_error_matches (error, QUARRY_STORE_ERROR, QUARRY_STORE_ERROR_BUSY))
    return _("The Library Is in Use");
  return _("The Library Cannot Be Opened");
}

void
quarry_window_show_error (QuarryWindow *self, const char *title, const GError *error)
{
  g_autofree char *escaped = g_markup_escape_text (error->message, -1);

  adw_status_page_set_title (self->error_page, title);
  adw_status_page_set_description (self->error_page, escaped);
  gtk_widget_set_visible (self->retry_button, FALSE);
  gtk_widget_set_visible (self->elsewhere_button, FALSE);
  gtk_widget_set_visible (self->usual_button, FALSE);
  quarry_window_show_page (self, "error");
}

void
quarry_window_show_library_error (QuarryWindow *self, const GError *error)
{
  quarry_window_show_error (self, title_for_error (error), error);
  gtk_widget_set_visible (self->retry_button, TRUE);
  gtk_widget_set_visible (self->elsewhere_button, error->domain != QUARRY_EMBED_ERROR);
  gtk_widget_set_visible (self->usual_button, error->domain != QUARRY_EMBED_ERROR
                                                  && quarry_library_place_is_chosen (quarry_session_get_folder (self->session)));
}

void
quarry_window_retry (GtkButton *button, gpointer user_data)
{
  quarry_session_retry (QUARRY_WINDOW (user_data)->session);
}

/* The folder of the library that is in @chosen: that folder, else one of its own inside, as the files around it are
 * somebody else's. (transfer full) */
static char *
find_folder (const char *chosen)
{
  g_autofree char *database = g_build_filename (chosen, "library.db", NULL);

  return g_file_test (database, G_FILE_TEST_EXISTS) ? g_strdup (chosen) : g_build_filename (chosen, "Quarry", NULL);
}

/* Goes on with the library in @folder. The application has a window for each library, so this one goes. */
static void
use_library (QuarryWindow *self, const char *folder)
{
  if (gtk_widget_activate_action (GTK_WIDGET (self), "app.open-library", "^ay", folder))
    gtk_window_close (GTK_WINDOW (self));
}

/* Keeps @folder for the next starts, unless this library was asked for by name: the one that is meant where none is
 * named is then another, and may be sound. */
static gboolean
keep (QuarryWindow *self, const char *folder)
{
  g_autofree char *meant = quarry_library_place_get ();
  g_autoptr (GError) error = NULL;

  if (!g_str_equal (quarry_session_get_folder (self->session), meant)
      || quarry_library_place_choose (folder, &error))
    return TRUE;
  quarry_window_toast (self, error->message);
  return FALSE;
}

void
quarry_window_use_usual_library (QuarryWindow *self)
{
  g_autofree char *usual = quarry_library_place_usual ();

  if (keep (self, usual))
    use_library (self, usual);
}

static void
response_cb (GtkNativeDialog *dialog, int response, gpointer user_data)
{
  QuarryWindow *self = user_data;
  g_autoptr (GFile) chosen = NULL;
  g_autofree char *folder = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    chosen = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  gtk_native_dialog_destroy (dialog);
  g_object_unref (dialog);
  if (!chosen)
    return;
  if (!g_file_peek_path (chosen))
    {
      quarry_window_toast (self, _("The library has to be in a folder of this computer"));
      return;
    }
  folder = find_folder (g_file_peek_path (chosen));
  /* If it is the same folder, and its library is lost, it is to get a new one. */
  if (!keep (self, folder))
    return;
  if (g_str_equal (folder, quarry_session_get_folder (self->session)))
    quarry_session_retry (self->session);
  else
    use_library (self, folder);
}

void
quarry_window_choose_library (GtkButton *button, gpointer user_data)
{
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (_("Folder for the Library"), GTK_WINDOW (user_data),
                                                              GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, _("_Use"),
                                                              _("_Cancel"));

  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (response_cb), user_data, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}
