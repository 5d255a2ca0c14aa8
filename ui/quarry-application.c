/* quarry-application.c: the one running Quarry
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Takes the command lines of all processes, keeps a session and a window for each library in use, and
 * owns the launcher and the services on the bus. A later process passes its command line to the one
 * that runs and ends.
 */
#include "quarry-config.h"

#include "ui/launcher/quarry-launcher.h"
#include "ui/quarry-application.h"
#include "ui/quarry-opener.h"
#include "ui/quarry-session.h"
#include "ui/service/quarry-library-service.h"
#include "ui/service/quarry-search-provider.h"
#include "ui/widgets/quarry-button-names.h"
#include "ui/window/quarry-window.h"

#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <string.h>

/* The exit statuses that the command line's contract gives to wrong use, and to "cannot work here", such as without a
 * display. */
#define EXIT_WRONG_USE 2
#define EXIT_NO_DISPLAY 3

/* When started by the Shell for a search, it stays this long after the last one, since another search is likely. */
#define SERVICE_IDLE_MS (60 * 1000)

/* How long a program that ends waits for what still works on a library, and how often it looks. */
#define CLOSING_US (5 * G_USEC_PER_SEC)
#define LOOK_MS 20

struct _QuarryApplication
{
  AdwApplication parent_instance;

  GHashTable *sessions;   /* folder -> QuarrySession */
  QuarrySession *session; /* the session used when no library is named: the first one */
  QuarryLauncher *launcher;
  QuarrySearchProvider *provider;
  QuarryLibraryService *service; /* NULL if there is no bus */
  GPtrArray *closing;            /* of Closing; filled when the application shuts down */
};

G_DEFINE_FINAL_TYPE (QuarryApplication, quarry_application, ADW_TYPE_APPLICATION)

static const GOptionEntry options[] = {
  { "library", 0, 0, G_OPTION_ARG_FILENAME, NULL, N_ ("Use the library in the folder DIR"),
    N_ ("DIR") },
  { "model", 0, 0, G_OPTION_ARG_FILENAME, NULL, N_ ("Use the model at PATH"), N_ ("PATH") },
  { "launcher", 0, 0, G_OPTION_ARG_NONE, NULL,
    N_ ("Show the small search window, or hide it when it is shown"), NULL },
  { "search", 0, 0, G_OPTION_ARG_STRING, NULL, N_ ("Start with a search for TEXT"), N_ ("TEXT") },
  { "version", 0, 0, G_OPTION_ARG_NONE, NULL, N_ ("Print the version and exit"), NULL },
  { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, NULL, NULL, N_ ("[PATH…]") },
  { NULL },
};

/* --- Sessions and windows ------------------------------------------------------------------ */

/* @folder NULL: the session in use; if there is none, that of the default library. */
static QuarrySession *
get_session (QuarryApplication *self, const char *folder, const char *model)
{
  g_autofree char *default_folder = NULL;
  QuarrySession *session;

  if (!folder && self->session)
    return self->session;
  if (!folder)
    folder = default_folder = quarry_library_default_folder ();
  session = g_hash_table_lookup (self->sessions, folder);
  if (!session)
    {
      session = quarry_session_new (folder, model);
      g_hash_table_insert (self->sessions, g_strdup (folder), session);
      if (!self->session)
        {
          self->session = session;
          if (self->service)
            quarry_library_service_set_session (self->service, session);
        }
    }
  return session;
}

static QuarryWindow *
get_window (QuarryApplication *self, QuarrySession *session)
{
  for (GList *l = gtk_application_get_windows (GTK_APPLICATION (self)); l; l = l->next)
    if (QUARRY_IS_WINDOW (l->data) && quarry_window_get_session (l->data) == session)
      return l->data;
  return quarry_window_new (GTK_APPLICATION (self), session);
}

static void
show_in_window_cb (QuarryLauncher *launcher, const char *query, QuarryHit *hit, gpointer user_data)
{
  QuarryApplication *self = user_data;
  QuarryWindow *window = get_window (self, self->session);

  quarry_window_search (window, query, hit ? quarry_hit_get_passage (hit) : 0);
  gtk_window_present (GTK_WINDOW (window));
}

static void
session_state_cb (QuarrySession *session, GParamSpec *pspec, gpointer user_data)
{
  quarry_launcher_set_library (user_data, quarry_session_get_library (session), quarry_session_get_error (session));
}

static void
toggle_launcher (QuarryApplication *self, QuarrySession *session)
{
  if (!self->launcher)
    {
      self->launcher = quarry_launcher_new (GTK_APPLICATION (self),
                                            quarry_session_get_library (session));
      g_object_add_weak_pointer (G_OBJECT (self->launcher), (gpointer *) &self->launcher);
      g_signal_connect_object (self->launcher, "show-in-window", G_CALLBACK (show_in_window_cb),
                               self, 0);
      g_signal_connect_object (session, "notify::state", G_CALLBACK (session_state_cb), self->launcher, 0);
      session_state_cb (session, NULL, self->launcher);
    }
  quarry_launcher_toggle (self->launcher);
}

/* --- Other programs --------------------------------------------------------------------------- */

static QuarrySession *
session_cb (gpointer user_data)
{
  return get_session (user_data, NULL, NULL);
}

/* Whether a window, such as a dialog, lies on @window. */
static gboolean
has_window_on_top (GtkWindow *window)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) other = g_list_model_get_item (windows, i);

      if (gtk_window_get_transient_for (other) == window && gtk_widget_get_visible (GTK_WIDGET (other)))
        return TRUE;
    }
  return FALSE;
}

/* Brings a window before all others. @time: of the event in the Shell that asked for it; without it, X11's window managers
 * may leave a window behind that is there already. */
static void
bring_forward (GtkWindow *window, guint32 time)
{
  GdkDisplay *display = gtk_widget_get_display (GTK_WIDGET (window));

  /* On Wayland a window that is there already comes forward only with a token, which the Shell does not give to those
   * who answer its search; a window that is new always does, and GTK makes it as large as it was. Not under a dialog,
   * which would lose its parent and lie behind a window that waits for it. */
  if (gtk_widget_get_mapped (GTK_WIDGET (window)) && !gtk_window_is_active (window) && !has_window_on_top (window)
      && g_str_equal (G_OBJECT_TYPE_NAME (display), "GdkWaylandDisplay"))
    gtk_widget_set_visible (GTK_WIDGET (window), FALSE);
  gtk_window_present_with_time (window, time);
}

static void
launch_cb (QuarrySearchProvider *provider, const char *query, guint32 time, gpointer user_data)
{
  QuarryApplication *self = user_data;
  QuarryWindow *window = get_window (self, get_session (self, NULL, NULL));

  quarry_window_search (window, query, 0);
  bring_forward (GTK_WINDOW (window), time);
}

static void
open_hit_cb (QuarrySearchProvider *provider, QuarryHit *hit, gpointer user_data)
{
  quarry_session_note_opened (get_session (user_data, NULL, NULL), hit);
  quarry_open_hit (hit, NULL);
}

static gboolean
quarry_application_dbus_register (GApplication *application,
                                  GDBusConnection *connection,
                                  const char *path,
                                  GError **error)
{
  QuarryApplication *self = QUARRY_APPLICATION (application);

  if (!G_APPLICATION_CLASS (quarry_application_parent_class)->dbus_register (application, connection, path, error))
    return FALSE;
  self->provider = quarry_search_provider_new (application, session_cb, self);
  g_signal_connect (self->provider, "launch", G_CALLBACK (launch_cb), self);
  g_signal_connect (self->provider, "open", G_CALLBACK (open_hit_cb), self);
  self->service = quarry_library_service_new (application, session_cb, self);
  return quarry_search_provider_export (self->provider, connection, error)
         && quarry_library_service_export (self->service, connection, error);
}

static void
quarry_application_dbus_unregister (GApplication *application, GDBusConnection *connection, const char *path)
{
  QuarryApplication *self = QUARRY_APPLICATION (application);

  if (self->provider)
    quarry_search_provider_unexport (self->provider);
  g_clear_object (&self->provider);
  if (self->service)
    quarry_library_service_unexport (self->service);
  g_clear_object (&self->service);
  G_APPLICATION_CLASS (quarry_application_parent_class)->dbus_unregister (application, connection, path);
}

/* --- Command lines ------------------------------------------------------------------------- */

/* The path given with an option, made absolute by the working directory of the process that it was given to. (transfer
 * full) */
static char *
option_path (GApplicationCommandLine *command_line, GVariantDict *dict, const char *name)
{
  const char *given = NULL;
  g_autoptr (GFile) file = NULL;

  if (!g_variant_dict_lookup (dict, name, "^&ay", &given))
    return NULL;
  file = g_application_command_line_create_file_for_arg (command_line, given);
  return g_file_get_path (file);
}

/* (transfer full); NULL if no path is named */
static char **
paths_to_import (GApplicationCommandLine *command_line, GVariantDict *dict)
{
  g_autofree const char **given = NULL;
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

  if (!g_variant_dict_lookup (dict, G_OPTION_REMAINING, "^a&ay", &given))
    return NULL;
  for (guint i = 0; given[i]; i++)
    {
      g_autoptr (GFile) file
          = g_application_command_line_create_file_for_arg (command_line, given[i]);
      char *path = g_file_get_path (file);

      if (path)
        g_ptr_array_add (paths, path);
      else
        g_application_command_line_printerr (
            command_line, _("%s: only files of this computer can be added\n"), given[i]);
    }
  g_ptr_array_add (paths, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&paths), FALSE);
}

static int
quarry_application_command_line (GApplication *application, GApplicationCommandLine *command_line)
{
  QuarryApplication *self = QUARRY_APPLICATION (application);
  GVariantDict *dict = g_application_command_line_get_options_dict (command_line);
  g_autofree char *folder = option_path (command_line, dict, "library");
  g_autofree char *model = option_path (command_line, dict, "model");
  g_auto (GStrv) paths = paths_to_import (command_line, dict);
  QuarrySession *session = get_session (self, folder, model);
  const char *query = NULL;
  QuarryWindow *window;

  /* If nothing can be added to the library, the window says so, so get it first. */
  window = g_variant_dict_contains (dict, "launcher") ? NULL : get_window (self, session);
  if (paths && paths[0])
    quarry_session_import (session, (const char *const *) paths);
  if (!window)
    {
      toggle_launcher (self, session);
      return 0;
    }
  if (g_variant_dict_lookup (dict, "search", "&s", &query))
    quarry_window_search (window, query, 0);
  gtk_window_present (GTK_WINDOW (window));
  return 0;
}

/* What is wrong with the names given, else NULL. An empty one, as of a script's variable that is not set, would stand for
 * the working directory, and all of it would be added. */
static const char *
find_wrong_name (GVariantDict *dict)
{
  static const char *const places[] = { "library", "model" };
  g_autofree const char **given = NULL;
  const char *place;

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    if (g_variant_dict_lookup (dict, places[i], "^&ay", &place) && place[0] == '\0')
      return _("--library and --model take a name that is not empty.");
  if (g_variant_dict_lookup (dict, G_OPTION_REMAINING, "^a&ay", &given) && g_strv_contains (given, ""))
    return _("A name of a file or folder is empty.");
  return NULL;
}

static int
quarry_application_handle_local_options (GApplication *application, GVariantDict *dict)
{
  const char *wrong = find_wrong_name (dict);

  if (g_variant_dict_contains (dict, "version"))
    {
      g_print ("quarry %s\n", QUARRY_VERSION);
      return 0;
    }
  if (wrong)
    {
      g_printerr ("quarry: %s\n", wrong);
      return EXIT_WRONG_USE;
    }
  if (!gtk_init_check ())
    {
      g_printerr ("%s\n", _("quarry: there is no display to show a window on. Start it from a "
                            "desktop, or search from here with quarry-cli."));
      return EXIT_NO_DISPLAY;
    }
  return -1;
}

/* --- The application ----------------------------------------------------------------------- */

static void
quarry_application_activate (GApplication *application)
{
  QuarryApplication *self = QUARRY_APPLICATION (application);

  gtk_window_present (GTK_WINDOW (get_window (self, get_session (self, NULL, NULL))));
}

/* Called through D-Bus by "Open With" in a file manager. */
static void
quarry_application_open (GApplication *application, GFile **files, int n_files, const char *hint)
{
  QuarryApplication *self = QUARRY_APPLICATION (application);
  QuarrySession *session = get_session (self, NULL, NULL);
  QuarryWindow *window = get_window (self, session);
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

  for (int i = 0; i < n_files; i++)
    if (g_file_peek_path (files[i]))
      g_ptr_array_add (paths, g_file_get_path (files[i]));
  g_ptr_array_add (paths, NULL);
  quarry_session_import (session, (const char *const *) paths->pdata);
  gtk_window_present (GTK_WINDOW (window));
}

/* Opens the library in another folder, for someone whose own does not open. It is then the one that is meant where none
 * is named. */
static void
open_library_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  QuarryApplication *self = user_data;
  QuarrySession *session = get_session (self, g_variant_get_bytestring (parameter), NULL);

  self->session = session;
  if (self->service)
    quarry_library_service_set_session (self->service, session);
  if (self->launcher)
    gtk_window_destroy (GTK_WINDOW (self->launcher));
  gtk_window_present (GTK_WINDOW (get_window (self, session)));
}

static void
about_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  adw_show_about_window (gtk_application_get_active_window (GTK_APPLICATION (user_data)),
                         "application-name", _("Quarry"), "application-icon",
                         QUARRY_APPLICATION_ID, "version", QUARRY_VERSION, "developer-name",
                         _("The Quarry developers"), "license-type", GTK_LICENSE_GPL_3_0, "comments",
                         _("Finds passages in your documents by what they mean, and shows why. "
                           "Everything stays on your computer."),
                         /* Translators: your names, one a line */
                         "translator-credits", _("translator-credits"), NULL);
}

static void
quit_cb (GSimpleAction *action, GVariant *parameter, gpointer user_data)
{
  /* Closing one window may close others, so hold a copy of the list with references. */
  GList *windows = g_list_copy_deep (gtk_application_get_windows (GTK_APPLICATION (user_data)),
                                     (GCopyFunc) (void *) g_object_ref, NULL);

  /* Each window saves its size when it is closed. */
  for (GList *l = windows; l; l = l->next)
    gtk_window_close (l->data);
  g_list_free_full (windows, g_object_unref);
  g_application_quit (G_APPLICATION (user_data));
}

/* At the end of the desktop session, or when the terminal that Quarry was started from is closed: close all windows
 * properly. */
static gboolean
ended_cb (gpointer user_data)
{
  quit_cb (NULL, NULL, user_data);
  return G_SOURCE_CONTINUE;
}

static void
quarry_application_startup (GApplication *application)
{
  static const GActionEntry actions[] = {
    { "about", about_cb },
    { "open-library", open_library_cb, "ay" },
    { "quit", quit_cb },
  };
  static const struct
  {
    const char *action;
    const char *accels[3];
  } shortcuts[] = {
    { "app.quit", { "<Control>q" } },
    { "win.search", { "<Control>f" } },
    { "win.import-files", { "<Control>o" } },
    { "win.import-folder", { "<Control><Shift>o" } },
    { "win.see-also", { "<Control>d" } },
    { "win.more-like", { "<Control>plus", "<Control>equal" } },
    { "win.less-like", { "<Control>minus" } },
    { "win.why", { "<Alt>Return", "<Alt>KP_Enter" } },
    { "win.less-variety", { "<Control>bracketleft" } },
    { "win.more-variety", { "<Control>bracketright" } },
    { "win.toggle-map", { "<Control>m" } },
    { "win.toggle-page", { "<Control>t" } },
    { "win.toggle-sidebar", { "F9" } },
    { "win.show-filters", { "<Control>l" } },
    { "win.preferences", { "<Control>comma" } },
    { "win.handbook", { "F1" } },
    { "win.show-help-overlay", { "<Control>question" } },
    { "window.close", { "<Control>w" } },
  };

  G_APPLICATION_CLASS (quarry_application_parent_class)->startup (application);
  quarry_name_buttons ();

  if (g_application_get_flags (application) & G_APPLICATION_IS_SERVICE)
    g_application_set_inactivity_timeout (application, SERVICE_IDLE_MS);
  g_unix_signal_add (SIGTERM, ended_cb, application);
  g_unix_signal_add (SIGINT, ended_cb, application);
  g_unix_signal_add (SIGHUP, ended_cb, application);
  g_action_map_add_action_entries (G_ACTION_MAP (application), actions, G_N_ELEMENTS (actions),
                                   application);
  for (guint i = 0; i < G_N_ELEMENTS (shortcuts); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (application), shortcuts[i].action,
                                           shortcuts[i].accels);
  gtk_window_set_default_icon_name (QUARRY_APPLICATION_ID);
}

/* A library that was open when the application shut down. The application keeps it then, so that it is closed in the
 * thread of the window and not by whichever thread lets go of it last. */
typedef struct
{
  QuarryLibrary *library; /* a toggle reference */
  gint is_left;           /* atomic: nobody else has it any more */
} Closing;

/* Any thread. */
static void
toggled_cb (gpointer data, GObject *library, gboolean is_last)
{
  Closing *closing = data;

  g_atomic_int_set (&closing->is_left, is_last);
}

static void
quarry_application_shutdown (GApplication *application)
{
  QuarryApplication *self = QUARRY_APPLICATION (application);
  GHashTableIter iter;
  gpointer session;

  if (self->launcher)
    gtk_window_destroy (GTK_WINDOW (self->launcher));
  g_hash_table_iter_init (&iter, self->sessions);
  while (g_hash_table_iter_next (&iter, NULL, &session))
    if (quarry_session_get_library (session))
      {
        Closing *closing = g_new0 (Closing, 1);

        closing->library = quarry_session_get_library (session);
        g_object_add_toggle_ref (G_OBJECT (closing->library), toggled_cb, closing);
        g_ptr_array_add (self->closing, closing);
      }
  self->session = NULL;
  g_hash_table_remove_all (self->sessions);
  G_APPLICATION_CLASS (quarry_application_parent_class)->shutdown (application);
}

/* Wakes the main context, for a library may be let go of in another thread. */
static gboolean
look_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

void
quarry_application_close (QuarryApplication *self)
{
  gint64 end = g_get_monotonic_time () + CLOSING_US;
  guint timer;

  g_return_if_fail (QUARRY_IS_APPLICATION (self));

  timer = g_timeout_add (LOOK_MS, look_cb, NULL);
  for (guint i = 0; i < self->closing->len; i++)
    {
      Closing *closing = self->closing->pdata[i];

      while (!g_atomic_int_get (&closing->is_left) && g_get_monotonic_time () < end)
        g_main_context_iteration (NULL, TRUE);
      if (g_atomic_int_get (&closing->is_left))
        {
          g_object_remove_toggle_ref (G_OBJECT (closing->library), toggled_cb, closing);
          g_free (closing);
        }
    }
  g_ptr_array_set_size (self->closing, 0);
  g_source_remove (timer);
}

static void
quarry_application_finalize (GObject *object)
{
  QuarryApplication *self = QUARRY_APPLICATION (object);

  if (self->launcher)
    g_object_remove_weak_pointer (G_OBJECT (self->launcher), (gpointer *) &self->launcher);
  g_ptr_array_unref (self->closing);
  g_hash_table_unref (self->sessions);
  G_OBJECT_CLASS (quarry_application_parent_class)->finalize (object);
}

static void
quarry_application_class_init (QuarryApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = quarry_application_finalize;
  application_class->dbus_register = quarry_application_dbus_register;
  application_class->dbus_unregister = quarry_application_dbus_unregister;
  application_class->startup = quarry_application_startup;
  application_class->shutdown = quarry_application_shutdown;
  application_class->activate = quarry_application_activate;
  application_class->open = quarry_application_open;
  application_class->command_line = quarry_application_command_line;
  application_class->handle_local_options = quarry_application_handle_local_options;
}

static void
quarry_application_init (QuarryApplication *self)
{
  GApplication *application = G_APPLICATION (self);

  self->sessions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->closing = g_ptr_array_new ();
  g_application_add_main_option_entries (application, options);
  g_application_set_option_context_summary (
      application, _("Finds passages in your documents while you type. Files and folders that are "
                     "named get added to the library."));
  g_application_set_option_context_description (
      application, _("To search from a terminal, see quarry-cli --help."));
}

QuarryApplication *
quarry_application_new (void)
{
  return g_object_new (QUARRY_TYPE_APPLICATION, "application-id", QUARRY_APPLICATION_ID, "flags",
                       G_APPLICATION_HANDLES_COMMAND_LINE | G_APPLICATION_HANDLES_OPEN,
                       "resource-base-path", "/org/quarry/Quarry", NULL);
}
