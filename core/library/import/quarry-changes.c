/* quarry-changes.c: notices what changes in the library's folders
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A thread watches the folders and collects changes until nothing has changed for a moment; then it hands them over to
 * the main context, which imports them. At regular intervals it looks at what cannot be watched (too many folders, or
 * folders on a server) and at whether folders that were out of reach are back.
 */
#include "quarry-config.h"

#include "core/library/import/quarry-changes-private.h"

#include <gio/gunixmounts.h>
#include <string.h>
#include <sys/stat.h>

#include "core/files/quarry-folder-watch.h"
#include "core/files/quarry-ignore.h"
#include "core/files/quarry-mounts.h"
#include "core/files/quarry-path.h"
#include "core/library/import/quarry-follow-private.h"
#include "core/library/import/quarry-import-pipeline-private.h"

/* A folder in which something changes all the time is imported after this many debounce periods. */
#define LONGEST_WAIT 10

/* If there are more changes than this, the whole folder is walked instead. */
#define MAX_CHANGES 2000u

/* How long to wait for a server's answer. */
#define ANSWER_SECONDS 5

struct _QuarryChanges
{
  QuarryLibrary *library; /* unowned: outlives this */
  QuarryFollowOptions options;
  GThread *thread;
  GMainContext *context; /* that of the thread */
  GCancellable *ending;  /* cancelled when following ends, so that nothing is waited for any more */
  GMainLoop *loop;

  /* For the thread only. */
  QuarryFolderWatch *watch;
  GUnixMountMonitor *mounts;
  GHashTable *changes; /* path -> the library's folder that it is in, or the path itself for a single file: char * */
  GSource *quiet;
  GSource *poll;
  gint64 first_change;
  gboolean begun;
  char **rules;
  gboolean recognizes; /* whether text in pictures is read */

  GMutex lock;
  GHashTable *states; /* path of a folder -> QuarryFolderState; under the lock */
};

/* Gathered changes, on their way to the main context. */
typedef struct
{
  GWeakRef library;
  GPtrArray *roots; /* of each path: char * */
  GPtrArray *paths;
} Batch;

static Batch *
batch_new (QuarryLibrary *library)
{
  Batch *batch = g_new0 (Batch, 1);

  g_weak_ref_init (&batch->library, library);
  batch->roots = g_ptr_array_new_with_free_func (g_free);
  batch->paths = g_ptr_array_new_with_free_func (g_free);
  return batch;
}

static void
batch_free (gpointer data)
{
  Batch *batch = data;

  g_weak_ref_clear (&batch->library);
  g_ptr_array_unref (batch->roots);
  g_ptr_array_unref (batch->paths);
  g_free (batch);
}

/* On the main context. */
static gboolean
hand_over_cb (gpointer user_data)
{
  Batch *batch = user_data;
  g_autoptr (QuarryLibrary) library = g_weak_ref_get (&batch->library);

  if (library != NULL && library->follow != NULL)
    quarry_follow_take (library->follow, (const char *const *) batch->roots->pdata,
                        (const char *const *) batch->paths->pdata, batch->paths->len);
  return G_SOURCE_REMOVE;
}

static void
stop_source (GSource **source)
{
  if (*source == NULL)
    return;
  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static GSource *
call_later (QuarryChanges *self, guint after_ms, GSourceFunc func)
{
  GSource *source = g_timeout_source_new (after_ms);

  g_source_set_callback (source, func, self, NULL);
  g_source_attach (source, self->context);
  return source;
}

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* The changes as a batch, without the paths within a folder that is itself among them. */
static Batch *
gather (QuarryChanges *self)
{
  Batch *batch = batch_new (self->library);
  g_autofree gpointer *keys = NULL;
  guint n;

  keys = g_hash_table_get_keys_as_array (self->changes, &n);
  qsort (keys, n, sizeof *keys, compare_paths);
  for (guint i = 0; i < n; i++)
    {
      const char *root = g_hash_table_lookup (self->changes, keys[i]);
      const char *last = batch->paths->len > 0 ? batch->paths->pdata[batch->paths->len - 1] : NULL;

      if (last != NULL && quarry_path_is_below (keys[i], last)
          && strcmp (batch->roots->pdata[batch->roots->len - 1], root) == 0)
        continue;
      g_ptr_array_add (batch->roots, g_strdup (root));
      g_ptr_array_add (batch->paths, g_strdup (keys[i]));
    }

  return batch;
}

static gboolean
is_there (QuarryFolderState state)
{
  return state != QUARRY_FOLDER_AWAY && state != QUARRY_FOLDER_GONE;
}

/* Whoever shows folders is told of one that is lost or back. */
static void
set_state (QuarryChanges *self, const char *path, QuarryFolderState state)
{
  gpointer before;
  gboolean was_known;

  g_mutex_lock (&self->lock);
  was_known = g_hash_table_lookup_extended (self->states, path, NULL, &before);
  g_hash_table_insert (self->states, g_strdup (path), GINT_TO_POINTER (state));
  g_mutex_unlock (&self->lock);
  if (was_known && is_there (GPOINTER_TO_INT (before)) != is_there (state))
    quarry_library_emit_changed (self->library);
}

static gboolean
has_state (QuarryChanges *self, const char *path, QuarryFolderState state)
{
  QuarryFolderState now;

  return quarry_changes_get_state (self, path, &now) && now == state;
}

static void look_around (QuarryChanges *self, gboolean poll);

static gboolean
has_lost_root (gpointer path, gpointer root, gpointer self)
{
  return strcmp (path, root) == 0 && has_state (self, root, QUARRY_FOLDER_GONE);
}

static gboolean
quiet_cb (gpointer user_data)
{
  QuarryChanges *self = user_data;
  g_autoptr (GSource) source = g_idle_source_new ();
  gboolean has_lost;

  stop_source (&self->quiet);
  g_source_set_callback (source, hand_over_cb, gather (self), batch_free);
  has_lost = g_hash_table_find (self->changes, has_lost_root, self) != NULL;
  g_hash_table_remove_all (self->changes);
  g_source_attach (source, self->library->context);
  /* Programs often delete a folder and create it anew; by now it mostly exists again. */
  if (has_lost)
    look_around (self, FALSE);

  return G_SOURCE_REMOVE;
}

static void
add_change (QuarryChanges *self, const char *root, const char *path)
{
  gint64 now = g_get_monotonic_time ();

  /* So many changes are found more easily by walking the folder. */
  if (g_hash_table_size (self->changes) >= MAX_CHANGES && !g_hash_table_contains (self->changes, path))
    path = root;
  if (g_hash_table_size (self->changes) == 0)
    self->first_change = now;
  if (!g_hash_table_contains (self->changes, path))
    g_hash_table_insert (self->changes, g_strdup (path), g_strdup (root));
  if (self->quiet != NULL
      && now - self->first_change > (gint64) LONGEST_WAIT * self->options.debounce_ms * 1000)
    return;
  stop_source (&self->quiet);
  self->quiet = call_later (self, self->options.debounce_ms, quiet_cb);
}

/* Starts watching the folder, if it is there, and sets its state. */
static void
take_up (QuarryChanges *self, const char *root, QuarryMounts *mounts, QuarryIgnore *own)
{
  if (!quarry_mounts_has (mounts, root) || !quarry_folder_answers (root, ANSWER_SECONDS))
    {
      quarry_folder_watch_remove (self->watch, root);
      set_state (self, root, QUARRY_FOLDER_AWAY);
    }
  else if (quarry_mounts_is_gone (mounts, root))
    {
      /* The import will remove its documents. */
      quarry_folder_watch_remove (self->watch, root);
      set_state (self, root, QUARRY_FOLDER_GONE);
      add_change (self, root, root);
    }
  else
    {
      gboolean whole = quarry_folder_watch_add (self->watch, root, own);

      set_state (self, root,
                 whole && !quarry_mounts_is_remote (mounts, root) ? QUARRY_FOLDER_WATCHED : QUARRY_FOLDER_POLLED);
      add_change (self, root, root);
    }
}

typedef struct
{
  QuarryChanges *changes;
  QuarryMounts *mounts;
  QuarryStore *store;
} LooseDocuments;

/* At the start, every file that was imported by itself is looked at. */
static gboolean
add_loose_cb (const QuarryFileRecord *file, gpointer user_data)
{
  LooseDocuments *loose = user_data;
  g_autofree char *outer = quarry_path_outer (file->path);

  add_change (loose->changes, outer, outer);
  return g_hash_table_size (loose->changes->changes) < MAX_CHANGES;
}

/* Whether a document's file has changed or is gone. FALSE where that cannot be known, and where the file's present
 * state has already failed to be read. */
static gboolean
differs (const LooseDocuments *loose, const QuarryFileRecord *file, const char *outer)
{
  QuarrySight sight = quarry_mounts_see (loose->mounts, file->path);
  g_autoptr (QuarryFailureRecord) failure = NULL;
  gint64 modified_ns;
  struct stat info;

  if (sight == QUARRY_SIGHT_NONE || sight == QUARRY_SIGHT_FOLDER)
    return FALSE;
  if (stat (outer, &info) != 0)
    return sight == QUARRY_SIGHT_GONE;
  modified_ns = quarry_import_modified_of (&info);
  if (!S_ISREG (info.st_mode) || (info.st_size == file->size && modified_ns == file->modified_ns))
    return FALSE;
  failure = quarry_store_find_failure (loose->store, outer, NULL);
  return failure == NULL || failure->size != info.st_size || failure->modified_ns != modified_ns;
}

/* Later, only files that have changed are looked at: nothing would come of the others. Files that are to be read
 * again (size -1) were dealt with at the start. */
static gboolean
add_changed_loose_cb (const QuarryFileRecord *file, gpointer user_data)
{
  LooseDocuments *loose = user_data;
  g_autofree char *outer = quarry_path_outer (file->path);

  if (file->size >= 0 && differs (loose, file, outer))
    add_change (loose->changes, outer, outer);
  return g_hash_table_size (loose->changes->changes) < MAX_CHANGES && !g_cancellable_is_cancelled (loose->changes->ending);
}

static void
look_at_loose (QuarryChanges *self)
{
  QuarryStore *reader = self->begun ? quarry_library_borrow (self->library, NULL) : NULL;
  g_autoptr (GPtrArray) roots = NULL;
  g_autoptr (QuarryMounts) mounts = NULL;
  LooseDocuments loose;

  if (reader == NULL)
    return;
  roots = quarry_library_list_roots (reader);
  mounts = quarry_library_mounts (reader);
  loose = (LooseDocuments) { self, mounts, reader };
  quarry_store_foreach_file_outside (reader, roots, add_changed_loose_cb, &loose, NULL);
  quarry_library_give_back (self->library, reader);
}

static gboolean
is_of_root (gpointer path, gpointer own_root, gpointer root)
{
  return strcmp (own_root, root) == 0;
}

static gboolean
reload_cb (gpointer user_data)
{
  QuarryChanges *self = user_data;
  QuarryStore *reader = quarry_library_borrow (self->library, NULL);
  g_autoptr (GPtrArray) roots = NULL;
  g_autoptr (GPtrArray) gone = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (QuarryMounts) mounts = NULL;
  g_autoptr (QuarryIgnore) own = NULL;
  g_auto (GStrv) rules = NULL;
  gboolean new_rules, recognizes;
  GHashTableIter iter;
  gpointer path;

  if (reader == NULL)
    return G_SOURCE_REMOVE;
  roots = quarry_library_list_watched (reader);
  rules = quarry_library_get_own_rules (self->library);
  recognizes = quarry_library_recognizes (self->library);
  new_rules = self->rules != NULL
              && (!g_strv_equal ((const char *const *) rules, (const char *const *) self->rules)
                  || (recognizes && !self->recognizes));
  /* Paths that a person removed are watched too, since they may be imported again; imports skip them. */
  own = quarry_ignore_new_own ((const char *const *) rules);

  g_mutex_lock (&self->lock);
  g_hash_table_iter_init (&iter, self->states);
  while (g_hash_table_iter_next (&iter, &path, NULL))
    if (!g_ptr_array_find_with_equal_func (roots, path, g_str_equal, NULL))
      g_ptr_array_add (gone, g_strdup (path));
  g_mutex_unlock (&self->lock);
  for (guint i = 0; i < gone->len; i++)
    {
      quarry_folder_watch_remove (self->watch, gone->pdata[i]);
      g_hash_table_foreach_remove (self->changes, is_of_root, gone->pdata[i]);
      /* From here on the folders around it and within it are watched without it. */
      g_mutex_lock (&self->lock);
      g_hash_table_remove (self->states, gone->pdata[i]);
      g_mutex_unlock (&self->lock);
    }

  for (guint i = 0; i < roots->len && !g_cancellable_is_cancelled (self->ending); i++)
    {
      QuarryFolderState state;

      if (!new_rules && quarry_changes_get_state (self, roots->pdata[i], &state))
        continue;
      if (mounts == NULL)
        mounts = quarry_library_mounts (reader);
      take_up (self, roots->pdata[i], mounts, own);
    }
  if (!self->begun)
    {
      g_autoptr (GPtrArray) all = quarry_library_list_roots (reader);
      LooseDocuments loose = { .changes = self };

      quarry_store_foreach_file_outside (reader, all, add_loose_cb, &loose, NULL);
      self->begun = TRUE;
    }
  g_strfreev (self->rules);
  self->rules = g_steal_pointer (&rules);
  self->recognizes = recognizes;
  quarry_library_give_back (self->library, reader);

  return G_SOURCE_REMOVE;
}

/* Looks at folders that are not watched, if @poll is set, and checks whether any folder has come back, has gone or
 * was replaced. */
static void
look_around (QuarryChanges *self, gboolean poll)
{
  QuarryStore *reader = quarry_library_borrow (self->library, NULL);
  g_autoptr (GPtrArray) roots = NULL;
  g_autoptr (QuarryMounts) mounts = NULL;
  g_autoptr (QuarryIgnore) own = NULL;
  g_auto (GStrv) rules = NULL;

  if (reader == NULL)
    return;
  roots = quarry_library_list_watched (reader);
  mounts = quarry_library_mounts (reader);
  quarry_library_give_back (self->library, reader);
  rules = quarry_library_get_own_rules (self->library);
  own = quarry_ignore_new_own ((const char *const *) rules);

  for (guint i = 0; i < roots->len && !g_cancellable_is_cancelled (self->ending); i++)
    {
      const char *root = roots->pdata[i];
      gboolean is_away = !quarry_mounts_has (mounts, root) || !quarry_folder_answers (root, ANSWER_SECONDS);
      gboolean is_gone = !is_away && quarry_mounts_is_gone (mounts, root);

      if (is_away != has_state (self, root, QUARRY_FOLDER_AWAY)
          || is_gone != has_state (self, root, QUARRY_FOLDER_GONE))
        take_up (self, root, mounts, own);
      else if (!is_away && !is_gone && (poll || has_state (self, root, QUARRY_FOLDER_WATCHED))
               && !quarry_folder_watch_has (self->watch, root))
        take_up (self, root, mounts, own);
      else if (has_state (self, root, QUARRY_FOLDER_WATCHED)
               && !quarry_folder_watch_is_whole (self->watch, root))
        set_state (self, root, QUARRY_FOLDER_POLLED);
      else if (poll && has_state (self, root, QUARRY_FOLDER_POLLED))
        add_change (self, root, root);
    }
}

static gboolean
poll_cb (gpointer user_data)
{
  look_around (user_data, TRUE);
  look_at_loose (user_data);
  return G_SOURCE_CONTINUE;
}

static void
mounts_changed_cb (GUnixMountMonitor *monitor, QuarryChanges *self)
{
  look_around (self, FALSE);
}

/* So many documents of the same contents are looked at to find the names of a file. */
#define MAX_NAMES 64u

/* The number of files among the documents with the contents @hash that are @info's file and lie in @root; each is noted
 * as changed. */
static guint
add_names (QuarryChanges *self, QuarryStore *store, const char *root, const char *hash, const struct stat *info)
{
  gint64 after = 0;
  guint n = 0;

  for (guint i = 0; i < MAX_NAMES; i++)
    {
      g_autoptr (QuarryDocumentRecord) record = quarry_store_find_content (store, hash, after, NULL);
      struct stat other;

      if (record == NULL)
        break;
      after = record->id;
      if (!quarry_path_is_below (record->path, root) || lstat (record->path, &other) != 0
          || other.st_dev != info->st_dev || other.st_ino != info->st_ino)
        continue;
      add_change (self, root, record->path);
      n++;
    }
  return n;
}

/* If a file with several names (hard links) was written, only the name that it was written by is told of. The others are
 * those of documents that were read from the same file; where this does not find them all, the folder is walked. */
static void
look_for_names (QuarryChanges *self, const char *root, const char *path)
{
  g_autoptr (QuarryDocumentRecord) known = NULL;
  QuarryStore *reader;
  struct stat info;

  if (lstat (path, &info) != 0 || !S_ISREG (info.st_mode) || info.st_nlink < 2)
    return;
  reader = quarry_library_borrow (self->library, NULL);
  if (reader == NULL)
    return;
  known = quarry_store_find_document (reader, path, NULL);
  /* It is new here, or was not written. */
  if (known != NULL && (known->size != info.st_size || known->modified_ns != quarry_import_modified_of (&info))
      && (known->content_hash == NULL || add_names (self, reader, root, known->content_hash, &info) < info.st_nlink))
    add_change (self, root, root);
  quarry_library_give_back (self->library, reader);
}

static void
changed_cb (const char *changed_root, const char *path, gpointer user_data)
{
  QuarryChanges *self = user_data;
  g_autofree char *root = g_strdup (changed_root); /* a copy, because the watch may free it below */

  /* The folder itself has changed: it, or its file system, may be gone. */
  if (strcmp (root, path) == 0)
    look_around (self, FALSE);
  if (!has_state (self, root, QUARRY_FOLDER_AWAY))
    {
      add_change (self, root, path);
      look_for_names (self, root, path);
    }
  if (has_state (self, root, QUARRY_FOLDER_WATCHED) && !quarry_folder_watch_is_whole (self->watch, root))
    set_state (self, root, QUARRY_FOLDER_POLLED);
}

static gpointer
changes_thread (gpointer data)
{
  QuarryChanges *self = data;

  g_main_context_push_thread_default (self->context);
  self->watch = quarry_folder_watch_new (self->context, self->options.max_watches, changed_cb, self);
  quarry_folder_watch_set_cancellable (self->watch, self->ending);
  quarry_folder_watch_set_open_seconds (self->watch, self->options.poll_seconds);
  self->mounts = g_unix_mount_monitor_get ();
  g_signal_connect (self->mounts, "mounts-changed", G_CALLBACK (mounts_changed_cb), self);
  self->poll = call_later (self, self->options.poll_seconds * 1000, poll_cb);
  reload_cb (self);

  g_main_loop_run (self->loop);

  stop_source (&self->quiet);
  stop_source (&self->poll);
  g_signal_handlers_disconnect_by_data (self->mounts, self);
  g_clear_object (&self->mounts);
  g_clear_pointer (&self->watch, quarry_folder_watch_free);
  g_main_context_pop_thread_default (self->context);

  return NULL;
}

gboolean
quarry_changes_get_state (QuarryChanges *self, const char *path, QuarryFolderState *state)
{
  gpointer value;
  gboolean known;

  g_mutex_lock (&self->lock);
  known = g_hash_table_lookup_extended (self->states, path, NULL, &value);
  g_mutex_unlock (&self->lock);
  if (known)
    *state = GPOINTER_TO_INT (value);

  return known;
}

void
quarry_changes_reload (QuarryChanges *self)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_callback (source, reload_cb, self, NULL);
  g_source_attach (source, self->context);
}

static gboolean
quit_cb (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_REMOVE;
}

QuarryChanges *
quarry_changes_new (QuarryLibrary *library, const QuarryFollowOptions *options)
{
  QuarryChanges *self = g_new0 (QuarryChanges, 1);

  self->library = library;
  self->options = *options;
  self->context = g_main_context_new ();
  self->ending = g_cancellable_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->changes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->states = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_mutex_init (&self->lock);
  self->thread = g_thread_new ("follow", changes_thread, self);
  return self;
}

void
quarry_changes_free (QuarryChanges *self)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_cancellable_cancel (self->ending);
  /* Quit from within the loop, because the thread may not have entered it yet. */
  g_source_set_callback (source, quit_cb, self->loop, NULL);
  g_source_attach (source, self->context);
  g_thread_join (self->thread);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_object_unref (self->ending);
  g_hash_table_unref (self->changes);
  g_hash_table_unref (self->states);
  g_strfreev (self->rules);
  g_mutex_clear (&self->lock);
  g_free (self);
}
