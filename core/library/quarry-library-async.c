/* quarry-library-async.c: the library's asynchronous functions, and its status
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/library/quarry-library-private.h"

#include <sys/stat.h>

#include "core/library/quarry-library-write-private.h"
#include "core/library/quarry-reading-private.h"

/* The arguments of a call, for the thread that carries it out. */
typedef struct
{
  char *text; /* query or path */
  char *model;
  gint64 id;
  guint limit;
  double granularity;
  QuarrySearchOptions options;
  QuarryLibraryMode mode;
  QuarryReading *reading;
} Call;

static void
call_free (Call *call)
{
  g_free (call->text);
  g_free (call->model);
  g_clear_object (&call->reading);
  g_clear_object (&call->options.before);
  g_free ((gint64 *) call->options.more);
  g_free ((gint64 *) call->options.less);
  g_free (call);
}

static void
call_set_options (Call *call, const QuarrySearchOptions *options)
{
  call->options = options != NULL ? *options : QUARRY_SEARCH_OPTIONS_DEFAULT;
  if (call->options.before != NULL)
    g_object_ref (call->options.before);
  call->options.more = g_memdup2 (call->options.more, sizeof (gint64) * call->options.n_more);
  call->options.less = g_memdup2 (call->options.less, sizeof (gint64) * call->options.n_less);
}

static void
run_call (gpointer self,
          Call *call,
          gpointer tag,
          GTaskThreadFunc func,
          GCancellable *cancellable,
          GAsyncReadyCallback callback,
          gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, call, (GDestroyNotify) call_free);
  g_task_run_in_thread (task, func);
}

static void
return_pointer (GTask *task, gpointer result, GDestroyNotify destroy, GError *error)
{
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, result, destroy);
}

/* --- Open -------------------------------------------------------------------------------------- */

static void
open_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Call *call = data;
  GError *error = NULL;
  QuarryLibrary *library = quarry_library_open (call->text, call->model, call->mode, &error);

  return_pointer (task, library, g_object_unref, error);
}

void
quarry_library_open_async (const char *folder,
                           const char *model,
                           QuarryLibraryMode mode,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  Call *call = g_new0 (Call, 1);

  call->text = g_strdup (folder);
  call->model = g_strdup (model);
  call->mode = mode;
  run_call (NULL, call, quarry_library_open_async, open_thread, cancellable, callback, user_data);
}

QuarryLibrary *
quarry_library_open_finish (GAsyncResult *result, GError **error)
{
  QuarryLibrary *library = g_task_propagate_pointer (G_TASK (result), error);

  /* It was made on another thread, but its signals belong to this one's main context. */
  if (library != NULL)
    {
      g_mutex_lock (&library->changed_lock);
      g_main_context_unref (library->context);
      library->context = g_main_context_ref_thread_default ();
      g_mutex_unlock (&library->changed_lock);
      quarry_library_watch (library);
    }

  return library;
}

/* --- Search ------------------------------------------------------------------------------------ */

static void
search_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Call *call = data;
  GError *error = NULL;
  QuarryAnswer *answer
      = quarry_library_search (source, call->text, &call->options, cancellable, &error);

  return_pointer (task, answer, g_object_unref, error);
}

void
quarry_library_search_async (QuarryLibrary *self,
                             const char *query,
                             const QuarrySearchOptions *options,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  Call *call = g_new0 (Call, 1);

  call->text = g_strdup (query);
  call_set_options (call, options);
  run_call (self, call, quarry_library_search_async, search_thread, cancellable, callback, user_data);
}

QuarryAnswer *
quarry_library_search_finish (QuarryLibrary *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
note_opened_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Call *call = data;
  GError *error = NULL;

  if (quarry_library_note_opened (source, call->id, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
quarry_library_note_opened_async (QuarryLibrary *self,
                                  gint64 passage,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  Call *call = g_new0 (Call, 1);

  call->id = passage;
  run_call (self, call, quarry_library_note_opened_async, note_opened_thread, cancellable, callback,
            user_data);
}

gboolean
quarry_library_note_opened_finish (QuarryLibrary *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- Remove ------------------------------------------------------------------------------------ */

static void
remove_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Call *call = data;
  GError *error = NULL;
  guint n_removed;

  if (quarry_library_remove (source, call->text, &n_removed, &error))
    g_task_return_int (task, n_removed);
  else
    g_task_return_error (task, error);
}

void
quarry_library_remove_async (QuarryLibrary *self,
                             const char *path,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  Call *call = g_new0 (Call, 1);

  call->text = g_strdup (path);
  run_call (self, call, quarry_library_remove_async, remove_thread, cancellable, callback, user_data);
}

gboolean
quarry_library_remove_finish (QuarryLibrary *self,
                              GAsyncResult *result,
                              guint *n_removed,
                              GError **error)
{
  gssize n = g_task_propagate_int (G_TASK (result), error);

  if (n_removed != NULL)
    *n_removed = n < 0 ? 0 : (guint) n;

  return n >= 0;
}

/* --- Status ------------------------------------------------------------------------------------ */

void
quarry_library_status_clear (QuarryLibraryStatus *self)
{
  g_clear_pointer (&self->folder, g_free);
  g_clear_pointer (&self->model, g_free);
}

static guint64
file_bytes (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  struct stat info;

  return stat (path, &info) == 0 ? (guint64) info.st_size : 0;
}

gboolean
quarry_library_get_status (QuarryLibrary *self, QuarryLibraryStatus *status, GError **error)
{
  QuarryStore *connection = quarry_library_borrow (self, error);
  gboolean done;

  *status = (QuarryLibraryStatus) { 0 };
  if (connection == NULL)
    return FALSE;
  done = quarry_store_count (connection, &status->counts, error);
  quarry_library_give_back (self, connection);
  if (!done)
    return FALSE;

  status->folder = g_strdup (self->folder);
  status->model = g_strdup (quarry_embedder_get_name (self->embedder));
  status->model_is_shipped = self->model_is_shipped;
  status->dims = quarry_embedder_get_dims (self->embedder);
  status->database_bytes
      = file_bytes (self->folder, "library.db") + file_bytes (self->folder, "library.db-wal");
  status->index_bytes
      = file_bytes (self->folder, "vectors.index") + file_bytes (self->folder, "words.index");
  status->bytes_on_disk = status->database_bytes + status->index_bytes;

  return TRUE;
}

static void
free_status (gpointer data)
{
  quarry_library_status_clear (data);
  g_free (data);
}

static void
status_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  QuarryLibraryStatus *status = g_new0 (QuarryLibraryStatus, 1);
  GError *error = NULL;

  if (!quarry_library_get_status (source, status, &error))
    g_clear_pointer (&status, free_status);
  return_pointer (task, status, free_status, error);
}

void
quarry_library_get_status_async (QuarryLibrary *self,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  run_call (self, g_new0 (Call, 1), quarry_library_get_status_async, status_thread, cancellable,
            callback, user_data);
}

gboolean
quarry_library_get_status_finish (QuarryLibrary *self,
                                  GAsyncResult *result,
                                  QuarryLibraryStatus *status,
                                  GError **error)
{
  QuarryLibraryStatus *found = g_task_propagate_pointer (G_TASK (result), error);

  if (found == NULL)
    return FALSE;
  *status = *found;
  g_free (found);

  return TRUE;
}

/* --- Lists ------------------------------------------------------------------------------------- */

GPtrArray *
quarry_library_list_failures (QuarryLibrary *self, GError **error)
{
  QuarryStore *connection = quarry_library_borrow (self, error);
  GPtrArray *failures = NULL;

  if (connection != NULL)
    failures = quarry_store_list_failures (connection, error);
  quarry_library_give_back (self, connection);

  return failures;
}

static void
failures_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  GPtrArray *failures = quarry_library_list_failures (source, &error);

  return_pointer (task, failures, (GDestroyNotify) g_ptr_array_unref, error);
}

void
quarry_library_list_failures_async (QuarryLibrary *self,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  run_call (self, g_new0 (Call, 1), quarry_library_list_failures_async, failures_thread, cancellable,
            callback, user_data);
}

GPtrArray *
quarry_library_list_failures_finish (QuarryLibrary *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
topics_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Call *call = data;
  GError *error = NULL;
  GPtrArray *topics = quarry_library_list_topics (source, call->limit, cancellable, &error);

  return_pointer (task, topics, (GDestroyNotify) g_ptr_array_unref, error);
}

void
quarry_library_list_topics_async (QuarryLibrary *self,
                                  guint limit,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  Call *call = g_new0 (Call, 1);

  call->limit = limit;
  run_call (self, call, quarry_library_list_topics_async, topics_thread, cancellable, callback,
            user_data);
}

GPtrArray *
quarry_library_list_topics_finish (QuarryLibrary *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
documents_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Call *call = data;
  GError *error = NULL;
  QuarryStore *connection = quarry_library_borrow (source, &error);
  GPtrArray *records = NULL;

  if (connection != NULL)
    records = quarry_store_list_documents (connection, NULL, TRUE, call->limit, &error);
  quarry_library_give_back (source, connection);
  return_pointer (task, records, (GDestroyNotify) g_ptr_array_unref, error);
}

void
quarry_library_list_documents_async (QuarryLibrary *self,
                                     guint limit,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data)
{
  Call *call = g_new0 (Call, 1);

  call->limit = limit;
  run_call (self, call, quarry_library_list_documents_async, documents_thread, cancellable, callback,
            user_data);
}

GPtrArray *
quarry_library_list_documents_finish (QuarryLibrary *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
opened_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Call *call = data;
  GError *error = NULL;
  GPtrArray *hits = quarry_library_list_opened (source, call->limit, &error);

  return_pointer (task, hits, (GDestroyNotify) g_ptr_array_unref, error);
}

void
quarry_library_list_opened_async (QuarryLibrary *self,
                                  guint limit,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  Call *call = g_new0 (Call, 1);

  call->limit = limit;
  run_call (self, call, quarry_library_list_opened_async, opened_thread, cancellable, callback, user_data);
}

GPtrArray *
quarry_library_list_opened_finish (QuarryLibrary *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- Reading ----------------------------------------------------------------------------------- */

static void
read_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Call *call = data;
  GError *error = NULL;
  QuarryReading *reading = quarry_reading_new (source, call->id, cancellable, &error);

  return_pointer (task, reading, g_object_unref, error);
}

void
quarry_library_read_async (QuarryLibrary *self,
                           gint64 document,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  Call *call = g_new0 (Call, 1);

  call->id = document;
  run_call (self, call, quarry_library_read_async, read_thread, cancellable, callback, user_data);
}

QuarryReading *
quarry_library_read_finish (QuarryLibrary *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
similarities_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Call *call = data;

  if (!g_task_return_error_if_cancelled (task))
    g_task_return_pointer (task, quarry_reading_similarities (call->reading, source, call->text),
                           (GDestroyNotify) g_array_unref);
}

void
quarry_library_segment_similarities_async (QuarryLibrary *self,
                                           QuarryReading *reading,
                                           const char *query,
                                           GCancellable *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data)
{
  Call *call = g_new0 (Call, 1);

  call->reading = g_object_ref (reading);
  call->text = g_utf8_make_valid (query, -1);
  run_call (self, call, quarry_library_segment_similarities_async, similarities_thread, cancellable,
            callback, user_data);
}

GArray *
quarry_library_segment_similarities_finish (QuarryLibrary *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
granularity_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Call *call = data;
  GError *error = NULL;

  if (quarry_library_set_granularity (source, call->id, call->granularity, &call->id, cancellable,
                                      &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
quarry_library_set_granularity_async (QuarryLibrary *self,
                                      gint64 document,
                                      double granularity,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data)
{
  Call *call = g_new0 (Call, 1);

  call->id = document;
  call->granularity = granularity;
  run_call (self, call, quarry_library_set_granularity_async, granularity_thread, cancellable,
            callback, user_data);
}

gboolean
quarry_library_set_granularity_finish (QuarryLibrary *self,
                                       GAsyncResult *result,
                                       gint64 *document,
                                       GError **error)
{
  Call *call = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  if (document != NULL)
    *document = call->id;

  return TRUE;
}
