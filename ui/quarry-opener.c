/* quarry-opener.c: opens documents at the place of a hit
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * No standard lets a program ask another one to open a file at a page. So the viewers that have an
 * option for it are listed here, and are started by a command made from their desktop file; all others
 * get the file alone, in the usual way.
 */
#include "quarry-config.h"

#include "core/files/quarry-path.h"
#include "core/library/quarry-library.h"
#include "ui/quarry-opener.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>
#include <string.h>

/* --- The command --------------------------------------------------------------------------- */

typedef struct
{
  const char *name;   /* this is a part of the desktop file's name, delimited by dots, and the program's name */
  const char *option; /* printf format of what goes before the path; NULL: nothing */
  const char *suffix; /* appended directly to the path; NULL: nothing */
  const char *after;  /* a word after the path; NULL: none */
} Viewer;

/* From the viewers' manual pages and option tables. All of them count pages from 1. */
static const Viewer viewers[] = {
  { "evince", "--page-index=%u", NULL, NULL },
  { "xreader", "--page-index=%u", NULL, NULL },
  { "atril", "--page-index=%u", NULL, NULL },
  { "okular", "--page=%u", NULL, NULL },
  { "zathura", "--page=%u", NULL, NULL },
  { "mupdf", NULL, NULL, "%u" },
  { "qpdfview", NULL, "#%u", NULL },
};

/* Finds the viewer whose name begins one of the dotted parts of @app_id, as in "org.gnome.Evince.desktop",
 * "okularApplication_pdf.desktop" and "org.pwmt.zathura-pdf-mupdf". */
static const Viewer *
find_viewer (const char *app_id)
{
  g_autofree char *folded = NULL;
  g_auto (GStrv) parts = NULL;

  if (!app_id)
    return NULL;

  folded = g_ascii_strdown (app_id, -1);
  parts = g_strsplit (folded, ".", -1);
  for (guint i = 0; parts[i]; i++)
    for (guint j = 0; j < G_N_ELEMENTS (viewers); j++)
      if (g_str_has_prefix (parts[i], viewers[j].name))
        return &viewers[j];
  return NULL;
}

/* The format is not a literal, but it comes from the table above and has exactly one %u. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static char *
with_page (const char *format, guint page)
{
  return format ? g_strdup_printf (format, page) : NULL;
}
#pragma GCC diagnostic pop

static gboolean
is_flatpak_mark (const char *word)
{
  return g_str_equal (word, "@@") || g_str_equal (word, "@@u");
}

/* Flatpak's command lines pass a file between "@@u" (for a URI) or "@@" (for a path) and "@@"; options have to stand
 * before the first of these. None of the viewers that take a word after the path are started by Flatpak. */
static void
add_file (GPtrArray *argv, const Viewer *viewer, const char *path, guint page)
{
  g_autofree char *suffix = with_page (viewer->suffix, page);
  gboolean marked = argv->len && is_flatpak_mark (argv->pdata[argv->len - 1]);

  if (marked)
    g_ptr_array_remove_index (argv, argv->len - 1);
  if (viewer->option)
    g_ptr_array_add (argv, with_page (viewer->option, page));
  if (marked)
    g_ptr_array_add (argv, g_strdup ("@@"));
  g_ptr_array_add (argv, g_strconcat (path, suffix, NULL));
  if (viewer->after)
    g_ptr_array_add (argv, with_page (viewer->after, page));
}

char **
quarry_opener_page_command (const char *app_id,
                            const char *command_line,
                            const char *path,
                            guint page)
{
  const Viewer *viewer = find_viewer (app_id);
  g_auto (GStrv) words = NULL;
  g_autoptr (GPtrArray) argv = NULL;
  gboolean placed = FALSE;

  if (!viewer || !page || !path || !g_path_is_absolute (path))
    return NULL;
  if (!g_shell_parse_argv (command_line ? command_line : viewer->name, NULL, &words, NULL))
    return NULL;

  argv = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; words[i]; i++)
    if (words[i][0] == '%' && words[i][1] && strchr ("fFuU", words[i][1]) && !words[i][2])
      {
        if (!placed)
          add_file (argv, viewer, path, page);
        placed = TRUE;
      }
    else if (words[i][0] != '%') /* %i, %c and %k say nothing about the file */
      g_ptr_array_add (argv, g_strdup (words[i]));
  if (!placed)
    add_file (argv, viewer, path, page);

  g_ptr_array_add (argv, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&argv), FALSE);
}

/* --- Opening ------------------------------------------------------------------------------- */

typedef struct _Job Job;

struct _Job
{
  char *path;
  char *mime_type; /* a content type; guessed where the caller knows none */
  guint page;
  GWeakRef parent; /* GtkWindow */
  void (*next) (Job *job); /* what to do with the job, which it takes over */
};

static void
job_free (Job *job)
{
  g_free (job->path);
  g_free (job->mime_type);
  g_weak_ref_clear (&job->parent);
  g_free (job);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Job, job_free)

static void
outer_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_task_return_pointer (task, quarry_path_outer (data), g_free);
}

static void
outer_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Job *job = user_data;
  g_autofree char *outer = g_task_propagate_pointer (G_TASK (result), NULL);

  if (strcmp (outer, job->path) != 0)
    {
      g_free (job->path);
      job->path = g_steal_pointer (&outer);
      g_clear_pointer (&job->mime_type, g_free);
      job->page = 0;
    }
  if (!job->mime_type)
    job->mime_type = g_content_type_guess (job->path, NULL, 0, NULL);
  job->next (job);
}

/* A document inside an archive or a mail is opened as that outer file. Finding it means looking at the disk, or at a
 * file server that may not answer, so this is done on another thread. */
static void
begin_job (const char *path, const char *mime_type, guint page, GtkWindow *parent, void (*next) (Job *job))
{
  Job *job = g_new0 (Job, 1);
  g_autoptr (GTask) task = g_task_new (NULL, NULL, outer_cb, job);

  job->path = g_strdup (path);
  job->mime_type = mime_type ? g_content_type_from_mime_type (mime_type) : NULL;
  job->page = page;
  g_weak_ref_init (&job->parent, parent);
  job->next = next;
  g_task_set_source_tag (task, begin_job);
  g_task_set_task_data (task, g_strdup (path), g_free);
  g_task_run_in_thread (task, outer_thread);
}

static void
say_what_went_wrong (Job *job, const char *heading, const char *body)
{
  g_autoptr (GtkWindow) parent = g_weak_ref_get (&job->parent);
  GtkWidget *dialog;

  /* Nobody would see a dialog over a window that is closed or hidden, so show it without a parent. */
  if (parent && !gtk_widget_get_mapped (GTK_WIDGET (parent)))
    g_clear_object (&parent);

  dialog = adw_message_dialog_new (parent, heading, body);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _("_Close"));
  gtk_window_set_application (GTK_WINDOW (dialog), GTK_APPLICATION (g_application_get_default ()));
  gtk_window_present (GTK_WINDOW (dialog));
}

static GAppLaunchContext *
launch_context (Job *job)
{
  g_autoptr (GtkWindow) parent = g_weak_ref_get (&job->parent);
  GdkDisplay *display = parent ? gtk_widget_get_display (GTK_WIDGET (parent))
                               : gdk_display_get_default ();

  return G_APP_LAUNCH_CONTEXT (gdk_display_get_app_launch_context (display));
}

static void
launched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Job) job = user_data;
  g_autoptr (GError) error = NULL;

  if (!g_app_info_launch_uris_finish (G_APP_INFO (source), result, &error))
    {
      g_autofree char *heading = g_strdup_printf (_("%s could not be started"),
                                                  g_app_info_get_display_name (G_APP_INFO (source)));

      say_what_went_wrong (job, heading, error->message);
    }
}

/* Starts @argv without a shell and without waiting for it to end. */
static gboolean
spawn (GAppInfo *app, char **argv, GAppLaunchContext *context, GError **error)
{
  g_auto (GStrv) environment = g_app_launch_context_get_environment (context);
  g_autofree char *token = g_app_launch_context_get_startup_notify_id (context, app, NULL);

  if (token)
    {
      environment = g_environ_setenv (environment, "DESKTOP_STARTUP_ID", token, TRUE);
      environment = g_environ_setenv (environment, "XDG_ACTIVATION_TOKEN", token, TRUE);
    }
  if (g_spawn_async (NULL,
                     argv,
                     environment,
                     G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL |
                         G_SPAWN_STDERR_TO_DEV_NULL,
                     NULL,
                     NULL,
                     NULL,
                     error))
    return TRUE;

  if (token)
    g_app_launch_context_launch_failed (context, token);
  return FALSE;
}

static void
launch (Job *job, GAppInfo *app)
{
  g_autoptr (GAppLaunchContext) context = launch_context (job);
  g_autoptr (GFile) file = g_file_new_for_path (job->path);
  g_autofree char *uri = g_file_get_uri (file);
  g_autoptr (GList) uris = g_list_prepend (NULL, uri);
  g_auto (GStrv) argv = quarry_opener_page_command (g_app_info_get_id (app),
                                                    g_app_info_get_commandline (app),
                                                    job->path,
                                                    job->page);

  if (argv)
    {
      g_autoptr (GError) error = NULL;

      if (spawn (app, argv, context, &error))
        {
          job_free (job);
          return;
        }
      g_debug ("%s: %s", argv[0], error->message);
    }

  g_app_info_launch_uris_async (app, uris, context, NULL, launched_cb, job);
}

static void
default_app_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Job) job = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GAppInfo) app = g_app_info_get_default_for_type_finish (result, &error);

  if (app)
    launch (g_steal_pointer (&job), app);
  else
    {
      g_autofree char *kind = g_content_type_get_description (job->mime_type);
      g_autofree char *name = quarry_path_display_name (job->path);
      g_autofree char *heading = g_strdup_printf (_("“%s” could not be opened"), name);
      g_autofree char *body =
          g_strdup_printf (_("No application is set to open files of this type (%s). Install one, "
                             "or choose one for it in the file manager."),
                           kind);

      say_what_went_wrong (job, heading, body);
    }
}

/* The desktop's own type for the file goes before the caller's, which may be that of a whole family of formats ("source
 * code") for which no application is set. */
static void
take_type (Job *job, GFileInfo *info)
{
  const char *type = g_file_info_get_attribute_string (info, G_FILE_ATTRIBUTE_STANDARD_CONTENT_TYPE);

  if (type == NULL || g_content_type_is_unknown (type))
    return;
  g_free (job->mime_type);
  job->mime_type = g_strdup (type);
}

static void
exists_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Job) job = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (source), result, &error);

  if (!info)
    {
      g_autofree char *name = quarry_path_display_name (job->path);
      g_autofree char *folder = g_path_get_dirname (job->path);
      g_autofree char *shown = quarry_path_display (folder);
      g_autofree char *heading = NULL;
      g_autofree char *body = NULL;

      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
        {
          heading = g_strdup_printf (_("“%s” is no longer there"), name);
          body = g_strdup_printf (_("It was in %s when it was added. If that is on a drive that is not "
                                    "connected, connect it. If it has moved, add it again from its new place."),
                                  shown);
        }
      else
        {
          heading = g_strdup_printf (_("“%s” could not be opened"), name);
          body = g_strdup (error->message);
        }
      say_what_went_wrong (job, heading, body);
      return;
    }

  take_type (job, info);
  {
    const char *type = job->mime_type;

    g_app_info_get_default_for_type_async (type, FALSE, NULL, default_app_cb, g_steal_pointer (&job));
  }
}

static void
open_job (Job *job)
{
  g_autoptr (GFile) file = g_file_new_for_path (job->path);

  g_file_query_info_async (file, G_FILE_ATTRIBUTE_STANDARD_TYPE "," G_FILE_ATTRIBUTE_STANDARD_CONTENT_TYPE,
                           G_FILE_QUERY_INFO_NONE, G_PRIORITY_DEFAULT, NULL, exists_cb, job);
}

void
quarry_open_path (const char *path, const char *mime_type, guint page, GtkWindow *parent)
{
  g_return_if_fail (path != NULL);
  g_return_if_fail (parent == NULL || GTK_IS_WINDOW (parent));

  begin_job (path, mime_type, page, parent, open_job);
}

void
quarry_open_hit (QuarryHit *hit, GtkWindow *parent)
{
  g_return_if_fail (QUARRY_IS_HIT (hit));

  quarry_open_path (quarry_hit_get_path (hit),
                    quarry_hit_get_mime_type (hit),
                    quarry_hit_get_page (hit),
                    parent);
}

/* --- In the file manager ------------------------------------------------------------------- */

static void
open_folder (Job *job)
{
  g_autofree char *folder = g_path_get_dirname (job->path);
  g_autoptr (GtkWindow) parent = g_weak_ref_get (&job->parent);

  quarry_open_path (folder, "inode/directory", 0, parent);
  job_free (job);
}

static void
shown_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Job *job = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source),
                                                              result,
                                                              &error);

  if (reply)
    job_free (job);
  else
    open_folder (job); /* no file manager that can select a file */
}

static void
bus_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Job *job = user_data;
  g_autoptr (GDBusConnection) bus = g_bus_get_finish (result, NULL);
  g_autoptr (GFile) file = NULL;
  g_autofree char *uri = NULL;
  const char *uris[2] = { NULL, NULL };

  if (!bus)
    {
      open_folder (job);
      return;
    }

  file = g_file_new_for_path (job->path);
  uri = g_file_get_uri (file);
  uris[0] = uri;
  g_dbus_connection_call (bus,
                          "org.freedesktop.FileManager1",
                          "/org/freedesktop/FileManager1",
                          "org.freedesktop.FileManager1",
                          "ShowItems",
                          g_variant_new ("(^ass)", uris, ""),
                          NULL,
                          G_DBUS_CALL_FLAGS_NONE,
                          5000,
                          NULL,
                          shown_cb,
                          job);
}

static void
reveal_job (Job *job)
{
  g_bus_get (G_BUS_TYPE_SESSION, NULL, bus_cb, job);
}

void
quarry_reveal_path (const char *path, GtkWindow *parent)
{
  g_return_if_fail (path != NULL);
  g_return_if_fail (parent == NULL || GTK_IS_WINDOW (parent));

  begin_job (path, NULL, 0, parent, reveal_job);
}

void
quarry_reveal_hit (QuarryHit *hit, GtkWindow *parent)
{
  g_return_if_fail (QUARRY_IS_HIT (hit));

  quarry_reveal_path (quarry_hit_get_path (hit), parent);
}
