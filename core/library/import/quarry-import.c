/* quarry-import.c: a running import, as its starter sees it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/library/import/quarry-import-private.h"

#include "core/files/quarry-path.h"
#include "core/library/import/quarry-work-rate.h"
#include "core/library/quarry-library-private.h"

/* Twenty reports a second are enough for a progress bar. */
#define REPORT_INTERVAL_MS 50

/* --- Results ----------------------------------------------------------------------------------- */

struct _QuarryImportResult
{
  GObject parent_instance;

  char *path;
  QuarryImportStatus status;
  guint passages;
  char *reason;
};

G_DEFINE_FINAL_TYPE (QuarryImportResult, quarry_import_result, G_TYPE_OBJECT)

static void
quarry_import_result_finalize (GObject *object)
{
  QuarryImportResult *self = QUARRY_IMPORT_RESULT (object);

  g_free (self->path);
  g_free (self->reason);

  G_OBJECT_CLASS (quarry_import_result_parent_class)->finalize (object);
}

static void
quarry_import_result_class_init (QuarryImportResultClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = quarry_import_result_finalize;
}

static void
quarry_import_result_init (QuarryImportResult *self)
{
}

QuarryImportResult *
quarry_import_result_new (const char *path,
                          QuarryImportStatus status,
                          guint passages,
                          const char *reason)
{
  QuarryImportResult *self = g_object_new (QUARRY_TYPE_IMPORT_RESULT, NULL);

  self->path = g_strdup (path);
  self->status = status;
  self->passages = passages;
  self->reason = g_strdup (reason);

  return self;
}

const char *
quarry_import_result_get_path (QuarryImportResult *self)
{
  return self->path;
}

QuarryImportStatus
quarry_import_result_get_status (QuarryImportResult *self)
{
  return self->status;
}

guint
quarry_import_result_get_passages (QuarryImportResult *self)
{
  return self->passages;
}

const char *
quarry_import_result_get_reason (QuarryImportResult *self)
{
  return self->reason;
}

const char *
quarry_import_status_name (QuarryImportStatus status)
{
  static const char *const names[] = { "imported", "unchanged", "failed", "skipped" };

  return names[status];
}

/* --- The import -------------------------------------------------------------------------------- */

typedef struct
{
  char *path;
  GHashTable *hashes; /* NULL: everything at the path */
} TakenOut;

struct _QuarryImport
{
  GObject parent_instance;

  QuarryLibrary *library; /* unowned: the library joins the thread before it goes */
  char **paths;
  char **roots; /* the library's folders that the paths are in; NULL where a person asked for the import */
  gboolean gentle;
  gboolean again;
  gint put_off; /* atomic */
  GMainContext *context;
  GCancellable *cancellable;
  GThread *thread;

  /* For the main context only. */
  gboolean finished;

  GMutex lock; /* for the members below */
  GCond resumed;
  gboolean paused;
  gboolean ended;
  GError *error;
  QuarryImportProgress progress;
  QuarryWorkRate rate;
  QuarryWorkRate pictures; /* progress of reading files again, for the text in their pictures */
  gint64 began;
  GPtrArray *reading; /* of char *: names of the files being read, in the order in which that began */
  char *last_read;
  GPtrArray *taken_out; /* of TakenOut */
  GQueue results; /* of QuarryImportResult, not emitted yet */
  gboolean report_pending;
};

G_DEFINE_FINAL_TYPE (QuarryImport, quarry_import, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_PAUSED,
  PROP_FINISHED,
  N_PROPS
};

enum
{
  PROGRESS,
  RESULT,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
quarry_import_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  QuarryImport *self = QUARRY_IMPORT (object);

  switch (prop_id)
    {
    case PROP_PAUSED:
      g_value_set_boolean (value, quarry_import_get_paused (self));
      break;
    case PROP_FINISHED:
      g_value_set_boolean (value, self->finished);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
quarry_import_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_PAUSED:
      quarry_import_set_paused (QUARRY_IMPORT (object), g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
quarry_import_finalize (GObject *object)
{
  QuarryImport *self = QUARRY_IMPORT (object);

  g_assert (self->thread == NULL);
  g_queue_clear_full (&self->results, g_object_unref);
  g_strfreev (self->paths);
  g_strfreev (self->roots);
  g_ptr_array_unref (self->reading);
  g_free (self->last_read);
  g_ptr_array_unref (self->taken_out);
  g_clear_error (&self->error);
  g_clear_object (&self->cancellable);
  g_main_context_unref (self->context);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->resumed);

  G_OBJECT_CLASS (quarry_import_parent_class)->finalize (object);
}

static void
quarry_import_class_init (QuarryImportClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = quarry_import_get_property;
  object_class->set_property = quarry_import_set_property;
  object_class->finalize = quarry_import_finalize;

  properties[PROP_PAUSED] = g_param_spec_boolean ("paused", NULL, NULL, FALSE,
                                                  G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
                                                      | G_PARAM_EXPLICIT_NOTIFY);
  properties[PROP_FINISHED] = g_param_spec_boolean ("finished", NULL, NULL, FALSE,
                                                    G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[PROGRESS] = g_signal_new ("progress", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                    NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[RESULT] = g_signal_new ("result", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, QUARRY_TYPE_IMPORT_RESULT);
}

static void
taken_out_free (gpointer data)
{
  TakenOut *self = data;

  g_free (self->path);
  g_clear_pointer (&self->hashes, g_hash_table_unref);
  g_free (self);
}

static void
quarry_import_init (QuarryImport *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->resumed);
  g_queue_init (&self->results);
  self->cancellable = g_cancellable_new ();
  self->taken_out = g_ptr_array_new_with_free_func (taken_out_free);
  self->reading = g_ptr_array_new_with_free_func (g_free);
  self->context = g_main_context_ref_thread_default ();
}

QuarryImport *
quarry_import_new (QuarryLibrary *library, const char *const *paths)
{
  QuarryImport *self = g_object_new (QUARRY_TYPE_IMPORT, NULL);

  self->library = library;
  self->paths = g_strdupv ((char **) paths);
  self->progress.counting = TRUE;
  self->began = g_get_monotonic_time ();

  return self;
}

void
quarry_import_set_following (QuarryImport *self, const char *const *roots, gboolean gently)
{
  self->roots = g_strdupv ((char **) roots);
  self->gentle = gently;
}

void
quarry_import_set_again (QuarryImport *self)
{
  self->again = TRUE;
}

gboolean
quarry_import_is_again (QuarryImport *self)
{
  return self->again;
}

void
quarry_import_start (QuarryImport *self, GThreadFunc work)
{
  self->thread = g_thread_new ("import", work, self);
}

void
quarry_import_join (QuarryImport *self)
{
  g_clear_pointer (&self->thread, g_thread_join);
}

static gboolean
report_cb (gpointer user_data)
{
  QuarryImport *self = user_data;
  GQueue results = G_QUEUE_INIT;
  QuarryImportResult *result;
  gboolean ended;

  g_mutex_lock (&self->lock);
  results = self->results;
  g_queue_init (&self->results);
  ended = self->ended;
  self->report_pending = FALSE;
  g_mutex_unlock (&self->lock);

  while ((result = g_queue_pop_head (&results)) != NULL)
    {
      g_signal_emit (self, signals[RESULT], 0, result);
      g_object_unref (result);
    }
  g_signal_emit (self, signals[PROGRESS], 0);

  if (ended && !self->finished)
    {
      quarry_import_join (self);
      self->finished = TRUE;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FINISHED]);
    }

  return G_SOURCE_REMOVE;
}

/* Call with the lock held. */
static void
schedule_report (QuarryImport *self, guint delay_ms)
{
  g_autoptr (GSource) source = NULL;

  if (self->report_pending)
    return;
  self->report_pending = TRUE;
  source = g_timeout_source_new (delay_ms);
  g_source_set_callback (source, report_cb, g_object_ref (self), g_object_unref);
  g_source_attach (source, self->context);
}

QuarryLibrary *
quarry_import_get_library (QuarryImport *self)
{
  return self->library;
}

const char *const *
quarry_import_get_paths (QuarryImport *self)
{
  return (const char *const *) self->paths;
}

const char *const *
quarry_import_get_roots (QuarryImport *self)
{
  return (const char *const *) self->roots;
}

gboolean
quarry_import_is_following (QuarryImport *self)
{
  return self->roots != NULL;
}

gboolean
quarry_import_is_gentle (QuarryImport *self)
{
  return self->gentle;
}

void
quarry_import_put_off (QuarryImport *self)
{
  g_atomic_int_set (&self->put_off, TRUE);
  quarry_import_cancel (self);
}

gboolean
quarry_import_was_put_off (QuarryImport *self)
{
  return g_atomic_int_get (&self->put_off);
}

GCancellable *
quarry_import_get_cancellable (QuarryImport *self)
{
  return self->cancellable;
}

void
quarry_import_take_out (QuarryImport *self, const char *path, GHashTable *hashes)
{
  TakenOut *taken_out = g_new0 (TakenOut, 1);

  taken_out->path = g_strdup (path);
  taken_out->hashes = hashes != NULL ? g_hash_table_ref (hashes) : NULL;
  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->taken_out, taken_out);
  g_mutex_unlock (&self->lock);
}

gboolean
quarry_import_is_taken_out (QuarryImport *self, const char *path, const char *hash)
{
  gboolean is_taken_out = FALSE;

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->taken_out->len && !is_taken_out; i++)
    {
      const TakenOut *taken_out = self->taken_out->pdata[i];

      is_taken_out = quarry_path_is_below (path, taken_out->path)
                     && (taken_out->hashes == NULL
                         || (hash != NULL && g_hash_table_contains (taken_out->hashes, hash)));
    }
  g_mutex_unlock (&self->lock);

  return is_taken_out;
}

gboolean
quarry_import_wait_while_paused (QuarryImport *self)
{
  g_mutex_lock (&self->lock);
  while (self->paused && !g_cancellable_is_cancelled (self->cancellable))
    g_cond_wait (&self->resumed, &self->lock);
  g_mutex_unlock (&self->lock);

  return !g_cancellable_is_cancelled (self->cancellable);
}

void
quarry_import_add_found (QuarryImport *self, guint64 work)
{
  g_mutex_lock (&self->lock);
  self->progress.found++;
  self->rate.found += work;
  schedule_report (self, REPORT_INTERVAL_MS);
  g_mutex_unlock (&self->lock);
}

void
quarry_import_add_pictures (QuarryImport *self, guint64 work, gboolean is_open)
{
  g_mutex_lock (&self->lock);
  if (is_open)
    self->rate.found -= work;
  self->pictures.found += work;
  g_mutex_unlock (&self->lock);
}

void
quarry_import_forgo_pictures (QuarryImport *self, guint64 work)
{
  g_mutex_lock (&self->lock);
  self->progress.found--;
  self->pictures.found -= MIN (work, self->pictures.found);
  schedule_report (self, REPORT_INTERVAL_MS);
  g_mutex_unlock (&self->lock);
}

void
quarry_import_end_pictures (QuarryImport *self, guint64 work)
{
  g_mutex_lock (&self->lock);
  quarry_work_rate_add_done (&self->pictures, work, g_get_monotonic_time ());
  schedule_report (self, REPORT_INTERVAL_MS);
  g_mutex_unlock (&self->lock);
}

void
quarry_import_end_counting (QuarryImport *self)
{
  g_mutex_lock (&self->lock);
  self->progress.counting = FALSE;
  g_mutex_unlock (&self->lock);
}

void
quarry_import_begin_reading (QuarryImport *self, const char *path)
{
  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->reading, quarry_path_display_name (path));
  g_mutex_unlock (&self->lock);
}

void
quarry_import_end_reading (QuarryImport *self, const char *path)
{
  g_autofree char *name = quarry_path_display_name (path);
  guint i;

  g_mutex_lock (&self->lock);
  if (g_ptr_array_find_with_equal_func (self->reading, name, g_str_equal, &i))
    g_ptr_array_remove_index (self->reading, i);
  g_free (self->last_read);
  self->last_read = g_steal_pointer (&name);
  g_mutex_unlock (&self->lock);
}

void
quarry_import_count_unchanged (QuarryImport *self)
{
  g_mutex_lock (&self->lock);
  self->progress.unchanged++;
  schedule_report (self, REPORT_INTERVAL_MS);
  g_mutex_unlock (&self->lock);
}

void
quarry_import_report (QuarryImport *self, QuarryImportResult *result, guint64 bytes, guint64 work)
{
  g_mutex_lock (&self->lock);
  if (work > 0)
    quarry_work_rate_add_done (&self->rate, work, g_get_monotonic_time ());
  switch (result->status)
    {
    case QUARRY_IMPORT_IMPORTED:
      self->progress.imported++;
      self->progress.passages += result->passages;
      self->progress.bytes += bytes;
      break;
    case QUARRY_IMPORT_UNCHANGED:
      self->progress.unchanged++;
      break;
    case QUARRY_IMPORT_FAILED:
      self->progress.failed++;
      break;
    case QUARRY_IMPORT_SKIPPED:
      self->progress.skipped++;
      break;
    default:
      g_assert_not_reached ();
    }
  g_queue_push_tail (&self->results, result);
  schedule_report (self, REPORT_INTERVAL_MS);
  g_mutex_unlock (&self->lock);
}

void
quarry_import_fail (QuarryImport *self, GError *error)
{
  g_mutex_lock (&self->lock);
  if (self->error == NULL)
    self->error = g_steal_pointer (&error);
  g_mutex_unlock (&self->lock);
  g_clear_error (&error);
  quarry_import_cancel (self);
}

void
quarry_import_end (QuarryImport *self)
{
  g_mutex_lock (&self->lock);
  self->ended = TRUE;
  self->progress.counting = FALSE;
  self->progress.seconds = (double) (g_get_monotonic_time () - self->began) / G_USEC_PER_SEC;
  g_ptr_array_set_size (self->reading, 0);
  g_clear_pointer (&self->last_read, g_free);
  self->report_pending = FALSE; /* a report may be under way; a second one right after it does no harm */
  schedule_report (self, 0);
  g_mutex_unlock (&self->lock);
}

void
quarry_import_get_progress (QuarryImport *self, QuarryImportProgress *progress)
{
  g_mutex_lock (&self->lock);
  *progress = self->progress;
  progress->pictures = !self->ended && !self->progress.counting && self->rate.found <= self->rate.done
                       && self->pictures.found > self->pictures.done;
  if (!self->ended)
    progress->seconds = (double) (g_get_monotonic_time () - self->began) / G_USEC_PER_SEC;
  g_mutex_unlock (&self->lock);
}

char *
quarry_import_get_current (QuarryImport *self)
{
  char *current;

  g_mutex_lock (&self->lock);
  /* A file that takes long is shown again as soon as those that began after it are done. */
  current = g_strdup (self->reading->len > 0 ? self->reading->pdata[self->reading->len - 1] : self->last_read);
  g_mutex_unlock (&self->lock);

  return current;
}

double
quarry_import_get_time_left (QuarryImport *self)
{
  double left;

  g_mutex_lock (&self->lock);
  left = self->progress.counting || self->ended ? -1 : quarry_work_rate_get_left_of (&self->rate, &self->pictures);
  g_mutex_unlock (&self->lock);

  return left;
}

gboolean
quarry_import_get_paused (QuarryImport *self)
{
  gboolean paused;

  g_mutex_lock (&self->lock);
  paused = self->paused;
  g_mutex_unlock (&self->lock);

  return paused;
}

void
quarry_import_set_paused (QuarryImport *self, gboolean paused)
{
  gboolean changed;

  g_mutex_lock (&self->lock);
  changed = self->paused != !!paused;
  self->paused = !!paused;
  quarry_work_rate_interrupt (&self->rate);
  quarry_work_rate_interrupt (&self->pictures);
  g_cond_broadcast (&self->resumed);
  g_mutex_unlock (&self->lock);

  if (changed)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PAUSED]);
}

void
quarry_import_cancel (QuarryImport *self)
{
  g_cancellable_cancel (self->cancellable);
  g_mutex_lock (&self->lock);
  g_cond_broadcast (&self->resumed);
  g_mutex_unlock (&self->lock);
}

gboolean
quarry_import_get_finished (QuarryImport *self)
{
  return self->finished;
}

const GError *
quarry_import_get_error (QuarryImport *self)
{
  const GError *error;

  g_mutex_lock (&self->lock);
  error = self->error;
  g_mutex_unlock (&self->lock);

  return error;
}
