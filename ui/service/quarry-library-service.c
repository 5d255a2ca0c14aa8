/* quarry-library-service.c: the library for other programs, over D-Bus
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each method call becomes a Call, which goes through these steps: the caller's user is checked, the
 * call waits for the library to open, then in a queue for its turn, and ends once its answer has been
 * sent.
 *
 * Callers are not trusted. Those of another user are rejected before anything else is looked at, and
 * what the others send is bounded. So is the memory for answers, each up to some hundred kilobytes: a
 * call counts as open until its answer has left the process, which takes as long as the caller (or the
 * bus) takes to read it.
 */
#include "quarry-config.h"

#include "ui/service/quarry-library-service.h"

#include "core/library/import/quarry-folders.h"
#include "core/library/search/quarry-describe.h"
#include "ui/service/quarry-dbus-object.h"
#include "ui/service/quarry-library-values.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#define INTERFACE "org.quarry.Quarry.Library1"
#define INTERFACE_RESOURCE "/org/quarry/Quarry/org.quarry.Quarry.Library1.xml"
#define JOB_PATH QUARRY_LIBRARY_SERVICE_PATH "/jobs/%u"

/* The most open calls of one caller, and the most imports under way. */
#define MAX_CALLS 16
#define MAX_JOBS 16
/* The most calls of all callers together that are being carried out or whose answers have not left. It is small since
 * the window's own searches run beside them. */
#define MAX_AT_WORK 8
#define PROGRESS_INTERVAL_US (G_USEC_PER_SEC / 10)

typedef struct
{
  QuarryLibraryService *service; /* owned */
  GDBusMethodInvocation *invocation;
  GCancellable *cancellable;
  guint leaving; /* subscription that tells when the caller leaves the bus; 0: none */
  gboolean is_at_work;
} Call;

/* An import that was started over D-Bus. */
typedef struct
{
  QuarryLibraryService *service; /* not owned: it owns the job */
  QuarryImport *import;
  char *path;
  gint64 told; /* time at which its progress was last signalled */
} Job;

struct _QuarryLibraryService
{
  GObject parent_instance;

  GApplication *application; /* not owned: it owns the service */
  QuarrySessionFunc get_session;
  gpointer session_data;
  QuarrySession *session;
  QuarryLibrary *heard; /* the session's library, whose changes are signalled; not owned */

  QuarryDBusObject object;

  GPtrArray *calls;    /* of Call, not owned: all whose answers have not left yet */
  GPtrArray *waiting;  /* of Call, not owned: those waiting for the library to open */
  GQueue queue;        /* of Call, not owned: those waiting for their turn */
  guint n_at_work;
  gboolean hands_out;  /* give_turns() is running */
  GPtrArray *answered; /* of Call, not owned: answered, but the answer may not have left */
  guint n_leaving;     /* how many of these, from the first, the running flush sends; 0: none is running */
  guint looks;        /* source that finds out whether the library is at work; 0: none */
  gboolean is_held;   /* the application is held, as the library is at work */
  GPtrArray *jobs;    /* of Job */
  guint n_jobs;       /* number of jobs ever started, which names the next one */
};

G_DEFINE_FINAL_TYPE (QuarryLibraryService, quarry_library_service, G_TYPE_OBJECT)

/* --- Signals ---------------------------------------------------------------------------------- */

/* Emits a signal on the bus. @parameters: (transfer floating), may be NULL. */
static void
tell (QuarryLibraryService *self, const char *name, GVariant *parameters)
{
  g_autoptr (GVariant) owned = parameters ? g_variant_ref_sink (parameters) : NULL;

  if (self->object.connection)
    g_dbus_connection_emit_signal (self->object.connection, NULL, QUARRY_LIBRARY_SERVICE_PATH, INTERFACE, name, owned, NULL);
}

static void
changed_cb (QuarryLibrary *library, gpointer user_data)
{
  tell (user_data, "Changed", NULL);
}

/* --- Work ------------------------------------------------------------------------------------- */

static void
hold (QuarryLibraryService *self, gboolean is_held)
{
  if (is_held == self->is_held)
    return;
  self->is_held = is_held;
  (is_held ? g_application_hold : g_application_release) (self->application);
}

static gboolean
look_at_work_cb (gpointer user_data)
{
  QuarryLibraryService *self = user_data;

  self->looks = 0;
  hold (self, g_list_model_get_n_items (quarry_library_get_imports (self->heard)) > 0
                  || quarry_library_has_waiting_changes (self->heard));
  return G_SOURCE_REMOVE;
}

/* Nobody may be asking anything for minutes while changes in folders are imported: the service must not end then.
 * Looks later, as what an import leaves to be done waits only after it has left the list. An application that does not
 * end by itself, but with its last window, is left to do so. */
static void
imports_changed_cb (GListModel *imports, guint position, guint n_removed, guint n_added, gpointer user_data)
{
  QuarryLibraryService *self = user_data;

  if (self->looks == 0 && g_application_get_inactivity_timeout (self->application) > 0)
    self->looks = g_idle_add (look_at_work_cb, self);
}

/* --- Imports ---------------------------------------------------------------------------------- */

static void
job_free (gpointer data)
{
  Job *job = data;

  g_signal_handlers_disconnect_by_data (job->import, job);
  g_application_release (job->service->application);
  g_object_unref (job->import);
  g_free (job->path);
  g_free (job);
}

static void
tell_progress (Job *job)
{
  job->told = g_get_monotonic_time ();
  tell (job->service, "Progress", g_variant_new ("(o@a{sv})", job->path, quarry_library_describe_import (job->import)));
}

static void
progress_cb (QuarryImport *import, gpointer user_data)
{
  Job *job = user_data;

  if (g_get_monotonic_time () - job->told >= PROGRESS_INTERVAL_US)
    tell_progress (job);
}

static void
finished_cb (QuarryImport *import, GParamSpec *pspec, gpointer user_data)
{
  Job *job = user_data;

  tell_progress (job);
  g_ptr_array_remove_fast (job->service->jobs, job);
}

static Job *
begin_job (QuarryLibraryService *self, QuarryLibrary *library, const char *const *paths)
{
  Job *job = g_new0 (Job, 1);

  job->service = self;
  job->import = quarry_library_import (library, paths);
  job->path = g_strdup_printf (JOB_PATH, ++self->n_jobs);
  g_signal_connect (job->import, "progress", G_CALLBACK (progress_cb), job);
  g_signal_connect (job->import, "notify::finished", G_CALLBACK (finished_cb), job);
  g_application_hold (self->application);
  g_ptr_array_add (self->jobs, job);
  return job;
}

/* --- Calls ------------------------------------------------------------------------------------ */

static void give_turns (QuarryLibraryService *self);
static void watch_answers (QuarryLibraryService *self, GDBusConnection *connection);

/* Frees a call whose answer has left. */
static void
end_call (Call *call)
{
  QuarryLibraryService *self = call->service;

  if (call->leaving > 0)
    g_dbus_connection_signal_unsubscribe (g_dbus_method_invocation_get_connection (call->invocation), call->leaving);
  g_ptr_array_remove_fast (self->calls, call);
  self->n_at_work -= call->is_at_work;
  g_application_release (self->application);
  g_object_unref (call->invocation);
  g_object_unref (call->cancellable);
  g_free (call);
  give_turns (self);
  g_object_unref (self);
}

static void
flushed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (QuarryLibraryService) self = user_data;
  guint n = self->n_leaving;
  g_autofree Call **left = g_memdup2 (self->answered->pdata, n * sizeof *left);

  /* An error means that the connection is gone; then nothing is left to be sent either. */
  g_dbus_connection_flush_finish (G_DBUS_CONNECTION (source), result, NULL);
  self->n_leaving = 0;
  g_ptr_array_remove_range (self->answered, 0, n);
  for (guint i = 0; i < n; i++)
    end_call (left[i]);
  watch_answers (self, G_DBUS_CONNECTION (source));
}

/* Flushes the connection to learn when answers have left. One flush at a time, since each blocks a thread. */
static void
watch_answers (QuarryLibraryService *self, GDBusConnection *connection)
{
  if (self->n_leaving > 0 || self->answered->len == 0)
    return;
  self->n_leaving = self->answered->len;
  g_dbus_connection_flush (connection, NULL, flushed_cb, g_object_ref (self));
}

/* The call has been answered; it ends once the answer has left. */
static void
let_leave (Call *call)
{
  QuarryLibraryService *self = call->service;

  g_ptr_array_add (self->answered, call);
  watch_answers (self, g_dbus_method_invocation_get_connection (call->invocation));
}

/* Answers a call with @value (transfer floating), a tuple. */
static void
answer (Call *call, GVariant *value)
{
  g_dbus_method_invocation_return_value (g_object_ref (call->invocation), value);
  let_leave (call);
}

static void
fail (Call *call, GDBusError code, const char *message)
{
  g_dbus_method_invocation_return_error_literal (g_object_ref (call->invocation), G_DBUS_ERROR, code, message);
  let_leave (call);
}

/* Fails with an error of the library. Only its message is passed on, since its domain means nothing to other
 * programs. */
static void
fail_with (Call *call, const GError *error)
{
  fail (call, error->domain == G_DBUS_ERROR ? (GDBusError) error->code : G_DBUS_ERROR_FAILED, error->message);
}

static void
found_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Call *call = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryAnswer) found = quarry_library_search_finish (QUARRY_LIBRARY (source), result, &error);

  if (found)
    answer (call, g_variant_new ("(@a{sv})", quarry_describe_answer (found)));
  else
    fail_with (call, error);
}

static void
search (Call *call, QuarryLibrary *library)
{
  g_autoptr (GVariant) given = NULL;
  g_autoptr (GError) error = NULL;
  QuarrySearchOptions options;
  const char *query;

  g_variant_get (g_dbus_method_invocation_get_parameters (call->invocation), "(&s@a{sv})", &query, &given);
  if (quarry_library_check_query (query, &error) && quarry_library_read_options (given, &options, &error))
    quarry_library_search_async (library, query, &options, call->cancellable, found_cb, call);
  else
    fail_with (call, error);
}

static void
import (Call *call, QuarryLibrary *library)
{
  QuarryLibraryService *self = call->service;
  const GError *why_not = quarry_session_get_error (self->session); /* why the library cannot be written */
  g_autofree const char **paths = NULL;
  g_autoptr (GError) error = NULL;

  g_variant_get (g_dbus_method_invocation_get_parameters (call->invocation), "(^a&s)", &paths);
  if (!quarry_library_check_paths (paths, &error))
    fail_with (call, error);
  else if (g_error_matches (why_not, QUARRY_STORE_ERROR, QUARRY_STORE_ERROR_FULL))
    fail_with (call, why_not);
  else if (!quarry_session_get_writable (self->session))
    fail (call, G_DBUS_ERROR_FAILED, _("This library can only be read: nothing can be added to it"));
  else if (self->jobs->len >= MAX_JOBS)
    fail (call, G_DBUS_ERROR_LIMITS_EXCEEDED, _("Too many imports are under way. Wait for one of them to end."));
  else
    answer (call, g_variant_new ("(o)", begin_job (self, library, paths)->path));
}

static void
status_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Call *call = user_data;
  QuarryLibrary *library = QUARRY_LIBRARY (source);
  g_auto (QuarryLibraryStatus) status = { 0 };
  g_autoptr (GError) error = NULL;
  gboolean importing;

  if (!quarry_library_get_status_finish (library, result, &status, &error))
    {
      fail_with (call, error);
      return;
    }
  importing = g_list_model_get_n_items (quarry_library_get_imports (library)) > 0;
  answer (call, g_variant_new ("(@a{sv})",
                               quarry_library_describe_status (&status, importing,
                                                               quarry_session_get_writable (call->service->session))));
}

/* Carries out a call, now that the library is open or has failed to open. */
static void
carry_out (Call *call)
{
  QuarryLibrary *library = quarry_session_get_library (call->service->session);
  const char *method = g_dbus_method_invocation_get_method_name (call->invocation);

  if (!library)
    fail (call, G_DBUS_ERROR_FAILED, quarry_session_get_error (call->service->session)->message);
  else if (g_str_equal (method, "Search"))
    search (call, library);
  else if (g_str_equal (method, "Import"))
    import (call, library);
  else
    quarry_library_get_status_async (library, call->cancellable, status_cb, call);
}

/* Starts calls from the queue while there is room. Some are answered at once, which calls this function again; it
 * returns then instead of recursing deeper with every call. */
static void
give_turns (QuarryLibraryService *self)
{
  Call *call;

  if (self->hands_out)
    return;
  self->hands_out = TRUE;
  while (self->n_at_work < MAX_AT_WORK && (call = g_queue_pop_head (&self->queue)) != NULL)
    {
      call->is_at_work = TRUE;
      self->n_at_work++;
      carry_out (call);
    }
  self->hands_out = FALSE;
}

static void
state_cb (QuarrySession *session, GParamSpec *pspec, gpointer user_data)
{
  QuarryLibraryService *self = user_data;
  g_autoptr (GPtrArray) waited = NULL;

  if (quarry_session_get_state (session) == QUARRY_SESSION_OPENING)
    return;
  if (quarry_session_get_library (session) && quarry_session_get_library (session) != self->heard)
    {
      self->heard = quarry_session_get_library (session);
      g_signal_connect_object (self->heard, "changed", G_CALLBACK (changed_cb), self, 0);
      g_signal_connect_object (quarry_library_get_imports (self->heard), "items-changed",
                               G_CALLBACK (imports_changed_cb), self, 0);
      imports_changed_cb (NULL, 0, 0, 0, self);
    }
  waited = g_steal_pointer (&self->waiting);
  self->waiting = g_ptr_array_new ();
  for (guint i = 0; i < waited->len; i++)
    g_queue_push_tail (&self->queue, waited->pdata[i]);
  give_turns (self);
}

static void
admit (Call *call)
{
  QuarryLibraryService *self = call->service;
  g_autoptr (GError) error = NULL;

  /* The caller or the service is gone. A session that was asked for now would open the library again. */
  if (g_cancellable_set_error_if_cancelled (call->cancellable, &error))
    {
      fail_with (call, error);
      return;
    }
  quarry_library_service_set_session (self, self->get_session (self->session_data));
  if (quarry_session_get_state (self->session) == QUARRY_SESSION_OPENING)
    g_ptr_array_add (self->waiting, call);
  else
    {
      g_queue_push_tail (&self->queue, call);
      give_turns (self);
    }
}

/* --- Callers ---------------------------------------------------------------------------------- */

static void
admit_user (Call *call, gint64 user)
{
  if (user == (gint64) geteuid ())
    admit (call);
  else
    fail (call, G_DBUS_ERROR_ACCESS_DENIED, _("The library answers programs of its own user alone."));
}

static void
user_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GVariant) reply = g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, NULL);
  guint32 user;

  if (reply)
    g_variant_get (reply, "(u)", &user);
  admit_user (user_data, reply ? (gint64) user : -1);
}

static void
left_cb (GDBusConnection *connection,
         const char *sender,
         const char *path,
         const char *interface,
         const char *name,
         GVariant *parameters,
         gpointer user_data)
{
  Call *call = user_data;

  g_cancellable_cancel (call->cancellable);
}

/* Asks the bus which user the caller belongs to. On a peer-to-peer connection, without a bus, its credentials tell. */
static void
check_caller (Call *call)
{
  GDBusConnection *connection = g_dbus_method_invocation_get_connection (call->invocation);
  const char *sender = g_dbus_method_invocation_get_sender (call->invocation);
  GCredentials *credentials = g_dbus_connection_get_peer_credentials (connection);

  if (!sender)
    {
      admit_user (call, credentials ? (gint64) g_credentials_get_unix_user (credentials, NULL) : -1);
      return;
    }
  call->leaving = g_dbus_connection_signal_subscribe (connection, "org.freedesktop.DBus", "org.freedesktop.DBus",
                                                      "NameOwnerChanged", "/org/freedesktop/DBus", sender,
                                                      G_DBUS_SIGNAL_FLAGS_NONE, left_cb, call, NULL);
  g_dbus_connection_call (connection, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
                          "GetConnectionUnixUser", g_variant_new ("(s)", sender), G_VARIANT_TYPE ("(u)"),
                          G_DBUS_CALL_FLAGS_NONE, -1, NULL, user_cb, call);
}

static guint
count_calls (QuarryLibraryService *self, const char *sender)
{
  guint n = 0;

  for (guint i = 0; i < self->calls->len; i++)
    {
      const Call *call = self->calls->pdata[i];

      n += g_strcmp0 (g_dbus_method_invocation_get_sender (call->invocation), sender) == 0;
    }
  return n;
}

static void
called_cb (GDBusConnection *connection,
           const char *sender,
           const char *path,
           const char *interface,
           const char *method,
           GVariant *parameters,
           GDBusMethodInvocation *invocation,
           gpointer user_data)
{
  QuarryLibraryService *self = user_data;
  Call *call;

  if (count_calls (self, sender) >= MAX_CALLS)
    {
      g_dbus_method_invocation_return_error_literal (invocation, G_DBUS_ERROR, G_DBUS_ERROR_LIMITS_EXCEEDED,
                                                     _("Too many calls wait for their answers. Wait for one of them."));
      return;
    }
  call = g_new0 (Call, 1);
  call->service = g_object_ref (self);
  call->invocation = invocation;
  call->cancellable = g_cancellable_new ();
  g_ptr_array_add (self->calls, call);
  g_application_hold (self->application);
  check_caller (call);
}

/* --- The object -------------------------------------------------------------------------------- */

static void
quarry_library_service_dispose (GObject *object)
{
  QuarryLibraryService *self = QUARRY_LIBRARY_SERVICE (object);

  quarry_library_service_unexport (self);
  g_clear_handle_id (&self->looks, g_source_remove);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (quarry_library_service_parent_class)->dispose (object);
}

static void
quarry_library_service_finalize (GObject *object)
{
  QuarryLibraryService *self = QUARRY_LIBRARY_SERVICE (object);

  g_ptr_array_unref (self->calls);
  g_ptr_array_unref (self->answered);
  g_ptr_array_unref (self->waiting);
  g_ptr_array_unref (self->jobs);
  G_OBJECT_CLASS (quarry_library_service_parent_class)->finalize (object);
}

static void
quarry_library_service_class_init (QuarryLibraryServiceClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = quarry_library_service_dispose;
  G_OBJECT_CLASS (klass)->finalize = quarry_library_service_finalize;
}

static void
quarry_library_service_init (QuarryLibraryService *self)
{
  self->calls = g_ptr_array_new ();
  self->answered = g_ptr_array_new ();
  g_queue_init (&self->queue);
  self->waiting = g_ptr_array_new ();
  self->jobs = g_ptr_array_new_with_free_func (job_free);
}

QuarryLibraryService *
quarry_library_service_new (GApplication *application, QuarrySessionFunc get_session, gpointer user_data)
{
  QuarryLibraryService *self = g_object_new (QUARRY_TYPE_LIBRARY_SERVICE, NULL);

  self->application = application;
  self->get_session = get_session;
  self->session_data = user_data;
  return self;
}

void
quarry_library_service_set_session (QuarryLibraryService *self, QuarrySession *session)
{
  g_return_if_fail (QUARRY_IS_LIBRARY_SERVICE (self));
  g_return_if_fail (QUARRY_IS_SESSION (session));

  if (self->session == session)
    return;
  if (self->session)
    g_signal_handlers_disconnect_by_func (self->session, state_cb, self);
  g_set_object (&self->session, session);
  g_signal_connect_object (session, "notify::state", G_CALLBACK (state_cb), self, 0);
  state_cb (session, NULL, self);
}

gboolean
quarry_library_service_export (QuarryLibraryService *self, GDBusConnection *connection, GError **error)
{
  g_autoptr (GBytes) xml = g_resources_lookup_data (INTERFACE_RESOURCE, G_RESOURCE_LOOKUP_FLAGS_NONE, error);

  g_return_val_if_fail (QUARRY_IS_LIBRARY_SERVICE (self), FALSE);

  /* The data of a resource is followed by a NUL that its size does not include. */
  return xml
         && quarry_dbus_object_export (&self->object, connection, QUARRY_LIBRARY_SERVICE_PATH, g_bytes_get_data (xml, NULL),
                                       called_cb, self, error);
}

void
quarry_library_service_unexport (QuarryLibraryService *self)
{
  g_return_if_fail (QUARRY_IS_LIBRARY_SERVICE (self));

  for (guint i = 0; i < self->calls->len; i++)
    g_cancellable_cancel (((Call *) self->calls->pdata[i])->cancellable);
  g_ptr_array_set_size (self->jobs, 0);
  quarry_dbus_object_unexport (&self->object);
}
