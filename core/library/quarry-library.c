/* quarry-library.c: opens a library; its connections, write transactions and the signal "changed"
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/library/import/quarry-follow-private.h"
#include "core/library/import/quarry-import-pipeline-private.h"
#include "core/library/import/quarry-import-private.h"
#include "core/library/import/quarry-prepared.h"
#include "core/library/quarry-library-indexes-private.h"
#include "core/library/quarry-library-private.h"
#include "core/place/quarry-library-place.h"
#include "core/place/quarry-place.h"

#include <glib/gi18n-lib.h>

/* "changed" is emitted at most once in this interval. */
#define CHANGED_INTERVAL_US (G_USEC_PER_SEC / 2)

#define MAX_IDLE_READERS 4

/* The number of tokens of new passages that are remembered in memory, those of about 50 MB of text. Further ones go
 * to a file. */
#define MOST_TOKENS (8u << 20)

G_DEFINE_FINAL_TYPE (QuarryLibrary, quarry_library, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
quarry_library_dispose (GObject *object)
{
  QuarryLibrary *self = QUARRY_LIBRARY (object);

  g_clear_pointer (&self->follow, quarry_follow_free);
  quarry_library_stop_imports (self);
  quarry_library_stop_catching_up (self);
  if (self->monitor != NULL)
    g_file_monitor_cancel (self->monitor);
  g_clear_object (&self->monitor);
  if (self->mode == QUARRY_LIBRARY_WRITE && self->indexes != NULL)
    quarry_library_save_indexes (self, NULL);

  G_OBJECT_CLASS (quarry_library_parent_class)->dispose (object);
}

static void
quarry_library_finalize (GObject *object)
{
  QuarryLibrary *self = QUARRY_LIBRARY (object);

  g_queue_clear_full (&self->readers, g_object_unref);
  g_clear_object (&self->writer);
  g_clear_pointer (&self->indexes, quarry_indexes_unref);
  quarry_token_memory_free (self->tokens);
  g_clear_object (&self->embedder);
  g_clear_object (&self->extractor);
  g_clear_object (&self->idle_extractor);
  g_clear_object (&self->imports);
  quarry_import_drop_pictures (self);
  g_hash_table_unref (self->waiting_pictures);
  g_ptr_array_unref (self->imports_alive);
  g_clear_object (&self->recognition);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_clear_pointer (&self->folder, g_free);
  g_mutex_clear (&self->readers_lock);
  g_rec_mutex_clear (&self->write_lock);
  g_mutex_clear (&self->sync_lock);
  g_mutex_clear (&self->state_lock);
  g_mutex_clear (&self->changed_lock);
  g_mutex_clear (&self->import_turn);

  G_OBJECT_CLASS (quarry_library_parent_class)->finalize (object);
}

static void
quarry_library_class_init (QuarryLibraryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = quarry_library_dispose;
  object_class->finalize = quarry_library_finalize;

  signals[CHANGED] = g_signal_new ("changed",
                                   G_TYPE_FROM_CLASS (klass),
                                   G_SIGNAL_RUN_LAST,
                                   0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
}

static void
quarry_library_init (QuarryLibrary *self)
{
  g_mutex_init (&self->readers_lock);
  g_rec_mutex_init (&self->write_lock);
  g_mutex_init (&self->sync_lock);
  g_mutex_init (&self->state_lock);
  g_mutex_init (&self->changed_lock);
  g_mutex_init (&self->import_turn);
  g_queue_init (&self->readers);
  g_queue_init (&self->pictures);
  self->waiting_pictures = g_hash_table_new (g_str_hash, g_str_equal);
  self->imports_alive = g_ptr_array_new ();
  self->recognition = g_cancellable_new ();
  self->imports = g_list_store_new (QUARRY_TYPE_IMPORT);
  self->context = g_main_context_ref_thread_default ();
}

char *
quarry_library_default_folder (void)
{
  return quarry_library_place_get ();
}

char *
quarry_library_default_model (void)
{
  return g_strdup (quarry_place_choose (QUARRY_SOURCEDIR "/data/model", QUARRY_PKGDATADIR "/model"));
}

gboolean
quarry_library_is_missing (const GError *error)
{
  return g_error_matches (error, QUARRY_STORE_ERROR, QUARRY_STORE_ERROR_MISSING);
}

/* A folder that was chosen for the library is made when it is chosen. If it is missing later, or is empty although there
 * was a library, its disk is not connected, and a new library must not be made in its place. */
static gboolean
refuse_lost_folder (const char *folder, GError **error)
{
  g_autofree char *name = NULL;

  if (!quarry_library_place_is_lost (folder))
    return TRUE;
  name = g_filename_display_name (folder);
  g_set_error (error,
               QUARRY_STORE_ERROR,
               QUARRY_STORE_ERROR_OPEN,
               g_file_test (folder, G_FILE_TEST_EXISTS)
                   ? _("The library is no longer in the folder “%s”, which was chosen for it. Connect the disk that it is on, or choose a folder for a new one.")
                   : _("The folder “%s”, which was chosen for the library, is missing. Connect the disk that it is on, or choose another folder."),
               name);
  return FALSE;
}

QuarryLibrary *
quarry_library_open (const char *folder, const char *model, QuarryLibraryMode mode, GError **error)
{
  g_autoptr (QuarryLibrary) self = g_object_new (QUARRY_TYPE_LIBRARY, NULL);
  g_autofree char *default_model = NULL;
  QuarryStore *reader;

  self->folder = folder != NULL ? g_canonicalize_filename (folder, NULL) : quarry_library_default_folder ();
  self->mode = mode;
  self->tokens = quarry_token_memory_new (MOST_TOKENS, self->folder);

  self->model_is_shipped = model == NULL;
  if (model == NULL)
    model = default_model = quarry_library_default_model ();
  self->embedder = quarry_embedder_load (model, error);
  if (self->embedder == NULL)
    return NULL;

  if (!refuse_lost_folder (self->folder, error))
    return NULL;
  if (mode == QUARRY_LIBRARY_WRITE)
    {
      self->writer = quarry_store_open (self->folder, QUARRY_STORE_WRITE, error);
      if (self->writer == NULL)
        return NULL;
    }

  reader = quarry_library_borrow (self, error);
  if (reader == NULL)
    return NULL;
  quarry_library_give_back (self, reader);

  if (!quarry_library_load_indexes (self, error))
    return NULL;
  if (mode == QUARRY_LIBRARY_WRITE)
    quarry_library_give_name (self);
  quarry_library_place_note (self->folder);

  return g_steal_pointer (&self);
}

const char *
quarry_library_get_folder (QuarryLibrary *self)
{
  return self->folder;
}

GListModel *
quarry_library_get_imports (QuarryLibrary *self)
{
  return G_LIST_MODEL (self->imports);
}

/* --- Connections ----------------------------------------------------------------------------- */

QuarryStore *
quarry_library_borrow (QuarryLibrary *self, GError **error)
{
  QuarryStore *connection;

  g_mutex_lock (&self->readers_lock);
  connection = g_queue_pop_head (&self->readers);
  g_mutex_unlock (&self->readers_lock);

  if (connection == NULL)
    connection = quarry_store_open (self->folder, QUARRY_STORE_READ_ONLY, error);

  return connection;
}

void
quarry_library_give_back (QuarryLibrary *self, QuarryStore *connection)
{
  if (connection == NULL)
    return;

  quarry_store_rollback (connection);

  g_mutex_lock (&self->readers_lock);
  if (g_queue_get_length (&self->readers) < MAX_IDLE_READERS)
    g_queue_push_head (&self->readers, g_steal_pointer (&connection));
  g_mutex_unlock (&self->readers_lock);

  g_clear_object (&connection);
}

static gint64
read_generation (QuarryStore *store, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *text = quarry_store_get_string (store, "generation", &local);

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return -1;
    }
  return text != NULL ? MAX (0, g_ascii_strtoll (text, NULL, 10)) : 0;
}

QuarryIndexes *
quarry_library_current_indexes (QuarryLibrary *self)
{
  QuarryIndexes *indexes;

  g_mutex_lock (&self->state_lock);
  indexes = quarry_indexes_ref (self->indexes);
  g_mutex_unlock (&self->state_lock);

  return indexes;
}

QuarryIndexes *
quarry_library_get_indexes (QuarryLibrary *self, QuarryStore *connection, GError **error)
{
  gint64 generation = read_generation (connection, error);
  QuarryIndexes *indexes = NULL;

  if (generation < 0)
    return NULL;

  g_mutex_lock (&self->state_lock);
  if (generation <= self->generation)
    indexes = quarry_indexes_ref (self->indexes);
  g_mutex_unlock (&self->state_lock);
  if (indexes != NULL)
    return indexes;

  /* Another process has written meanwhile. */
  if (!quarry_library_sync_indexes (self, connection, generation, error))
    return NULL;

  return quarry_library_current_indexes (self);
}

QuarryStore *
quarry_library_begin_write (QuarryLibrary *self, GError **error)
{
  gint64 generation;

  if (self->writer == NULL)
    {
      g_set_error (error, QUARRY_STORE_ERROR, QUARRY_STORE_ERROR_READ_ONLY,
                   _("The library %s is open only for reading, so it cannot be changed."),
                   self->folder);
      return NULL;
    }

  g_rec_mutex_lock (&self->write_lock);
  if (!quarry_store_begin (self->writer, error))
    {
      g_rec_mutex_unlock (&self->write_lock);
      return NULL;
    }

  /* What other processes have written must be taken over before this write: afterwards the generations would be
   * equal, and nobody would notice. */
  generation = read_generation (self->writer, error);
  if (generation < 0
      || (generation > self->generation
          && !quarry_library_sync_indexes (self, self->writer, generation, error))
      || !quarry_library_begin_numbers (self, error))
    {
      quarry_store_rollback (self->writer);
      g_rec_mutex_unlock (&self->write_lock);
      return NULL;
    }

  return self->writer;
}

gboolean
quarry_library_end_write (QuarryLibrary *self, gboolean commit, GError **error)
{
  gboolean done = FALSE;

  if (commit)
    {
      g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, self->generation + 1);

      done = quarry_store_set_string (self->writer, "generation", text, error);
      if (done)
        {
          /* Raised before the commit, so that a search that already sees the new state does not try to catch up with
           * it. */
          g_mutex_lock (&self->state_lock);
          self->generation++;
          g_mutex_unlock (&self->state_lock);

          done = quarry_store_commit (self->writer, error);
          if (!done)
            {
              g_mutex_lock (&self->state_lock);
              self->generation--;
              g_mutex_unlock (&self->state_lock);
            }
        }
    }

  if (!done)
    quarry_store_rollback (self->writer);
  g_rec_mutex_unlock (&self->write_lock);
  if (done)
    quarry_library_emit_changed (self);

  return done || !commit;
}

/* --- The "changed" signal ---------------------------------------------------------------------- */

static gboolean
emit_changed_cb (gpointer user_data)
{
  GWeakRef *weak = user_data;
  g_autoptr (QuarryLibrary) self = g_weak_ref_get (weak);

  if (self == NULL)
    return G_SOURCE_REMOVE;

  g_mutex_lock (&self->changed_lock);
  self->changed_pending = FALSE;
  self->changed_at = g_get_monotonic_time ();
  g_mutex_unlock (&self->changed_lock);

  g_signal_emit (self, signals[CHANGED], 0);

  return G_SOURCE_REMOVE;
}

static void
free_weak_ref (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

void
quarry_library_emit_changed (QuarryLibrary *self)
{
  g_autoptr (GSource) source = NULL;
  gint64 delay = 0;

  g_mutex_lock (&self->changed_lock);
  if (!self->changed_pending)
    {
      GWeakRef *weak = g_new0 (GWeakRef, 1);

      g_weak_ref_init (weak, self);
      delay = MAX (0, self->changed_at + CHANGED_INTERVAL_US - g_get_monotonic_time ());
      source = g_timeout_source_new ((guint) (delay / 1000));
      g_source_set_callback (source, emit_changed_cb, weak, free_weak_ref);
      g_source_attach (source, self->context);
      self->changed_pending = TRUE;
    }
  g_mutex_unlock (&self->changed_lock);
}

static void
database_changed_cb (QuarryLibrary *self)
{
  quarry_library_emit_changed (self);
}

void
quarry_library_watch (QuarryLibrary *self)
{
  g_autofree char *path = g_build_filename (self->folder, "library.db-wal", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);

  self->monitor = g_file_monitor_file (file, G_FILE_MONITOR_NONE, NULL, NULL);
  if (self->monitor != NULL)
    g_signal_connect_object (self->monitor, "changed", G_CALLBACK (database_changed_cb), self,
                             G_CONNECT_SWAPPED);
}
