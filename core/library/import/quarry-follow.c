/* quarry-follow.c: the library follows what changes in its folders
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A thread watches the folders and gathers what changes until it has been quiet for a moment; then the
 * main context starts an import of it. One such import runs at a time, what changes meanwhile waits for
 * the next. What cannot be watched (too many folders, a server's) is looked at every now and then, and
 * so is whether folders that were out of reach are back, and what could not be written into the library: another
 * process may have kept it for long, or its disk was full.
 */
#include "quarry-config.h"

#include "core/library/quarry-library-private.h"

#include <gio/gunixmounts.h>
#include <string.h>
#include <sys/stat.h>

#include "core/files/quarry-folder-watch.h"
#include "core/files/quarry-ignore.h"
#include "core/files/quarry-mounts.h"
#include "core/files/quarry-path.h"
#include "core/library/import/quarry-folders-private.h"
#include "core/library/import/quarry-folders.h"
#include "core/library/import/quarry-follow-private.h"
#include "core/library/import/quarry-import-pipeline-private.h"
#include "core/library/import/quarry-import-private.h"

/* A folder in which something changes all the time is looked at after so many quiet periods. */
#define LONGEST_WAIT 10

/* More single changes than these are a look at the whole folder. */
#define MAX_CHANGES 2000u

/* A server has so long to answer. */
#define ANSWER_SECONDS 5

/* What a look is to be taken at, on its way to the main context. */
typedef struct
{
  GWeakRef library;
  GPtrArray *roots;
  GPtrArray *paths;
} Look;

struct _QuarryFollow
{
  QuarryLibrary *library; /* outlives this */
  QuarryFollowOptions options;
  GThread *thread;
  GMainContext *context; /* the thread's */
  GCancellable *ending;  /* cancelled: nobody waits for anything but its end */
  GMainLoop *loop;

  /* Of the main context. */
  QuarryImport *import;
  Look *waiting;
  GSource *again; /* goes on with that after a failure; NULL: nobody has to */

  /* Of the thread. */
  QuarryFolderWatch *watch;
  GUnixMountMonitor *mounts;
  GHashTable *changes; /* path -> the library's folder that it is in, or itself: char * */
  GSource *quiet;
  GSource *poll;
  gint64 first_change;
  gboolean begun;
  gboolean may_have_loose; /* there may be documents that are in no folder of the library */
  char **rules;
  gboolean recognizes; /* text in pictures is read */

  GMutex lock;
  GHashTable *states; /* path of a folder -> QuarryFolderState; under the lock */
};

static void
look_free (Look *look)
{
  g_weak_ref_clear (&look->library);
  g_ptr_array_unref (look->roots);
  g_ptr_array_unref (look->paths);
  g_free (look);
}

/* --- On the main context --------------------------------------------------------------------------- */

static Look *
look_new (QuarryLibrary *library)
{
  Look *look = g_new0 (Look, 1);

  g_weak_ref_init (&look->library, library);
  look->roots = g_ptr_array_new_with_free_func (g_free);
  look->paths = g_ptr_array_new_with_free_func (g_free);
  return look;
}

static void
add_waiting (QuarryFollow *self, const char *const *roots, const char *const *paths, guint n)
{
  g_autoptr (GHashTable) there = g_hash_table_new (g_str_hash, g_str_equal);
  Look *waiting;

  if (self->waiting == NULL)
    self->waiting = look_new (self->library);
  waiting = self->waiting;
  for (guint i = 0; i < waiting->paths->len; i++)
    g_hash_table_add (there, waiting->paths->pdata[i]);
  for (guint i = 0; i < n; i++)
    if (!g_hash_table_contains (there, paths[i]))
      {
        g_ptr_array_add (waiting->roots, g_strdup (roots[i]));
        g_ptr_array_add (waiting->paths, g_strdup (paths[i]));
      }
}

static void
stop_source (GSource **source)
{
  if (*source == NULL)
    return;
  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static gboolean
again_cb (gpointer user_data)
{
  QuarryFollow *self = user_data;

  stop_source (&self->again);
  quarry_follow_go_on (self);
  return G_SOURCE_REMOVE;
}

static void
go_on_later (QuarryFollow *self)
{
  stop_source (&self->again);
  self->again = g_timeout_source_new_seconds (self->options.poll_seconds);
  g_source_set_callback (self->again, again_cb, self, NULL);
  g_source_attach (self->again, self->library->context);
}

static void
looked_cb (QuarryImport *import, GParamSpec *pspec, QuarryLibrary *library)
{
  QuarryFollow *self = library->follow;
  gboolean has_failed = quarry_import_get_error (import) != NULL;

  if (self == NULL || self->import != import)
    return;
  if (has_failed || quarry_import_was_put_off (import))
    {
      const char *const *paths = quarry_import_get_paths (import);

      add_waiting (self, quarry_import_get_roots (import), paths, g_strv_length ((char **) paths));
    }
  g_clear_object (&self->import);
  if (has_failed)
    go_on_later (self);
  else
    quarry_follow_go_on (self);
}

/* What a person asked for comes first. */
static gboolean
others_wait (QuarryFollow *self)
{
  GListModel *imports = quarry_library_get_imports (self->library);

  for (guint i = 0; i < g_list_model_get_n_items (imports); i++)
    {
      g_autoptr (QuarryImport) import = g_list_model_get_item (imports, i);

      if (!quarry_import_is_following (import) && !quarry_import_get_finished (import))
        return TRUE;
    }
  return FALSE;
}

void
quarry_follow_go_on (QuarryFollow *self)
{
  Look *look;

  if (self->import != NULL || self->waiting == NULL || others_wait (self))
    return;
  stop_source (&self->again);
  look = g_steal_pointer (&self->waiting);
  g_ptr_array_add (look->roots, NULL);
  g_ptr_array_add (look->paths, NULL);
  self->import = quarry_library_look_again (self->library, (const char *const *) look->roots->pdata,
                                            (const char *const *) look->paths->pdata, self->options.gently);
  g_signal_connect_object (self->import, "notify::finished", G_CALLBACK (looked_cb), self->library, 0);
  look_free (look);
}

static gboolean
look_cb (gpointer user_data)
{
  Look *look = *(Look **) user_data;
  g_autoptr (QuarryLibrary) library = g_weak_ref_get (&look->library);

  if (library == NULL || library->follow == NULL)
    return G_SOURCE_REMOVE;
  add_waiting (library->follow, (const char *const *) look->roots->pdata,
               (const char *const *) look->paths->pdata, look->paths->len);
  quarry_follow_go_on (library->follow);

  return G_SOURCE_REMOVE;
}

static void
slot_free (gpointer data)
{
  Look **slot = data;

  g_clear_pointer (slot, look_free);
  g_free (slot);
}

/* --- On the thread ----------------------------------------------------------------------------------- */

static GSource *
call_later (QuarryFollow *self, guint after_ms, GSourceFunc func)
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

/* The changes as a look; those within a folder that is looked at anyway are left out. */
static Look *
gather (QuarryFollow *self)
{
  Look *look = look_new (self->library);
  g_autofree gpointer *keys = NULL;
  guint n;

  keys = g_hash_table_get_keys_as_array (self->changes, &n);
  qsort (keys, n, sizeof *keys, compare_paths);
  for (guint i = 0; i < n; i++)
    {
      const char *root = g_hash_table_lookup (self->changes, keys[i]);
      const char *last = look->paths->len > 0 ? look->paths->pdata[look->paths->len - 1] : NULL;

      if (last != NULL && quarry_path_is_below (keys[i], last)
          && strcmp (look->roots->pdata[look->roots->len - 1], root) == 0)
        continue;
      g_ptr_array_add (look->roots, g_strdup (root));
      g_ptr_array_add (look->paths, g_strdup (keys[i]));
    }

  return look;
}

static void
set_state (QuarryFollow *self, const char *path, QuarryFolderState state)
{
  g_mutex_lock (&self->lock);
  g_hash_table_insert (self->states, g_strdup (path), GINT_TO_POINTER (state));
  g_mutex_unlock (&self->lock);
}

static gboolean
has_state (QuarryFollow *self, const char *path, QuarryFolderState state)
{
  QuarryFolderState now;

  return quarry_follow_get_state (self, path, &now) && now == state;
}

static void look_around (QuarryFollow *self, gboolean poll);

static gboolean
has_lost_root (gpointer path, gpointer root, gpointer self)
{
  return strcmp (path, root) == 0 && has_state (self, root, QUARRY_FOLDER_GONE);
}

static gboolean
quiet_cb (gpointer user_data)
{
  QuarryFollow *self = user_data;
  Look **slot = g_new0 (Look *, 1);
  g_autoptr (GSource) source = g_idle_source_new ();
  gboolean has_lost;

  stop_source (&self->quiet);
  *slot = gather (self);
  has_lost = g_hash_table_find (self->changes, has_lost_root, self) != NULL;
  g_hash_table_remove_all (self->changes);
  g_source_set_callback (source, look_cb, slot, slot_free);
  g_source_attach (source, self->library->context);
  /* Mostly a folder that is deleted and made again is there again by now. */
  if (has_lost)
    look_around (self, FALSE);

  return G_SOURCE_REMOVE;
}

static void
add_change (QuarryFollow *self, const char *root, const char *path)
{
  gint64 now = g_get_monotonic_time ();

  /* So many are better found by a walk. */
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

/* Watches the folder if it is there. */
static void
take_up (QuarryFollow *self, const char *root, QuarryMounts *mounts, QuarryIgnore *own)
{
  if (!quarry_mounts_has (mounts, root) || !quarry_folder_answers (root, ANSWER_SECONDS))
    {
      quarry_folder_watch_remove (self->watch, root);
      set_state (self, root, QUARRY_FOLDER_AWAY);
    }
  else if (quarry_mounts_is_gone (mounts, root))
    {
      /* Its documents go. */
      quarry_folder_watch_remove (self->watch, root);
      set_state (self, root, QUARRY_FOLDER_GONE);
      add_change (self, root, root);
    }
  else
    {
      gboolean whole = quarry_folder_watch_add (self->watch, root, own);

      set_state (self, root,
                 whole && !quarry_folder_is_remote (root) ? QUARRY_FOLDER_WATCHED : QUARRY_FOLDER_POLLED);
      add_change (self, root, root);
    }
}

typedef struct
{
  QuarryFollow *follow;
  GPtrArray *roots;
  QuarryMounts *mounts;
  QuarryStore *store;
  guint n;
} LooseDocuments;

/* Files that were imported one by one are looked at first as they are now. */
static gboolean
add_loose_cb (const QuarryFileRecord *file, gpointer user_data)
{
  LooseDocuments *loose = user_data;
  g_autofree char *outer = NULL;

  if (*file->path != '/' || quarry_roots_find (loose->roots, file->path) != NULL)
    return TRUE;
  outer = quarry_path_outer (file->path);
  add_change (loose->follow, outer, outer);
  return g_hash_table_size (loose->follow->changes) < MAX_CHANGES;
}

/* Whether the file of a document is another now, or gone; not where it cannot be told, nor where what it is now could not
 * be read. */
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

/* Later those that differ alone: of the others nothing would come. What is to be read again (-1) is so at the start. */
static gboolean
add_changed_loose_cb (const QuarryFileRecord *file, gpointer user_data)
{
  LooseDocuments *loose = user_data;
  g_autofree char *outer = NULL;

  if (*file->path != '/' || file->size < 0 || quarry_roots_find (loose->roots, file->path) != NULL)
    return !g_cancellable_is_cancelled (loose->follow->ending);
  loose->n++;
  outer = quarry_path_outer (file->path);
  if (differs (loose, file, outer))
    add_change (loose->follow, outer, outer);
  return g_hash_table_size (loose->follow->changes) < MAX_CHANGES && !g_cancellable_is_cancelled (loose->follow->ending);
}

static void
look_at_loose (QuarryFollow *self)
{
  QuarryConnection *reader = self->begun && self->may_have_loose ? quarry_library_borrow (self->library, NULL) : NULL;
  g_autoptr (GPtrArray) roots = NULL;
  g_autoptr (QuarryMounts) mounts = NULL;
  LooseDocuments loose;

  if (reader == NULL)
    return;
  roots = quarry_library_list_roots (reader->store);
  mounts = quarry_library_mounts (reader->store);
  loose = (LooseDocuments) { self, roots, mounts, reader->store, 0 };
  quarry_store_foreach_file (reader->store, NULL, add_changed_loose_cb, &loose, NULL);
  self->may_have_loose = loose.n > 0;
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
  QuarryFollow *self = user_data;
  QuarryConnection *reader = quarry_library_borrow (self->library, NULL);
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
  self->may_have_loose = TRUE;
  roots = quarry_library_list_watched (reader->store);
  rules = quarry_library_get_own_rules (self->library);
  recognizes = quarry_library_recognizes (self->library);
  new_rules = self->rules != NULL
              && (!g_strv_equal ((const char *const *) rules, (const char *const *) self->rules)
                  || (recognizes && !self->recognizes));
  /* What a person took out is watched too, for it may be named again; looks pass over it. */
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
      /* Now those that it is in, or that are in it, are watched without it. */
      g_mutex_lock (&self->lock);
      g_hash_table_remove (self->states, gone->pdata[i]);
      g_mutex_unlock (&self->lock);
    }

  for (guint i = 0; i < roots->len && !g_cancellable_is_cancelled (self->ending); i++)
    {
      QuarryFolderState state;

      if (!new_rules && quarry_follow_get_state (self, roots->pdata[i], &state))
        continue;
      if (mounts == NULL)
        mounts = quarry_library_mounts (reader->store);
      take_up (self, roots->pdata[i], mounts, own);
    }
  if (!self->begun)
    {
      g_autoptr (GPtrArray) all = quarry_library_list_roots (reader->store);
      LooseDocuments loose = { .follow = self, .roots = all };

      quarry_store_foreach_file (reader->store, NULL, add_loose_cb, &loose, NULL);
      self->begun = TRUE;
    }
  g_strfreev (self->rules);
  self->rules = g_steal_pointer (&rules);
  self->recognizes = recognizes;
  quarry_library_give_back (self->library, reader);

  return G_SOURCE_REMOVE;
}

/* Looks at what is not watched, and whether what was away is back, and what was there has gone or is another. */
static void
look_around (QuarryFollow *self, gboolean poll)
{
  QuarryConnection *reader = quarry_library_borrow (self->library, NULL);
  g_autoptr (GPtrArray) roots = NULL;
  g_autoptr (QuarryMounts) mounts = NULL;
  g_autoptr (QuarryIgnore) own = NULL;
  g_auto (GStrv) rules = NULL;

  if (reader == NULL)
    return;
  roots = quarry_library_list_watched (reader->store);
  mounts = quarry_library_mounts (reader->store);
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
mounts_changed_cb (GUnixMountMonitor *monitor, QuarryFollow *self)
{
  look_around (self, FALSE);
}

static void
changed_cb (const char *changed_root, const char *path, gpointer user_data)
{
  QuarryFollow *self = user_data;
  g_autofree char *root = g_strdup (changed_root); /* which may go in what follows */

  /* The folder itself: it may have gone, or its file system. */
  if (strcmp (root, path) == 0)
    look_around (self, FALSE);
  if (!has_state (self, root, QUARRY_FOLDER_AWAY))
    add_change (self, root, path);
  if (has_state (self, root, QUARRY_FOLDER_WATCHED) && !quarry_folder_watch_is_whole (self->watch, root))
    set_state (self, root, QUARRY_FOLDER_POLLED);
}

static gpointer
follow_thread (gpointer data)
{
  QuarryFollow *self = data;

  g_main_context_push_thread_default (self->context);
  self->watch = quarry_folder_watch_new (self->context, self->options.max_watches, changed_cb, self);
  quarry_folder_watch_set_cancellable (self->watch, self->ending);
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

/* --- From outside ------------------------------------------------------------------------------------ */

gboolean
quarry_follow_get_state (QuarryFollow *self, const char *path, QuarryFolderState *state)
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
quarry_follow_reload (QuarryFollow *self)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_callback (source, reload_cb, self, NULL);
  g_source_attach (source, self->context);
}

static void
library_changed_cb (QuarryLibrary *library)
{
  if (library->follow != NULL)
    quarry_follow_reload (library->follow);
}

static gboolean
quit_cb (gpointer user_data)
{
  g_main_loop_quit (user_data);
  return G_SOURCE_REMOVE;
}

void
quarry_follow_free (QuarryFollow *self)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_cancellable_cancel (self->ending);
  stop_source (&self->again);
  /* From within its loop, so that it has begun. */
  g_source_set_callback (source, quit_cb, self->loop, NULL);
  g_source_attach (source, self->context);
  g_thread_join (self->thread);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_object_unref (self->ending);
  g_hash_table_unref (self->changes);
  g_hash_table_unref (self->states);
  g_clear_object (&self->import);
  g_clear_pointer (&self->waiting, look_free);
  g_strfreev (self->rules);
  g_mutex_clear (&self->lock);
  g_free (self);
}

void
quarry_library_follow (QuarryLibrary *library, const QuarryFollowOptions *options)
{
  QuarryFollow *self;

  g_return_if_fail (QUARRY_IS_LIBRARY (library));
  g_return_if_fail (library->mode == QUARRY_LIBRARY_WRITE && library->follow == NULL);

  self = g_new0 (QuarryFollow, 1);
  self->library = library;
  self->options = options != NULL ? *options : QUARRY_FOLLOW_OPTIONS_DEFAULT;
  self->context = g_main_context_new ();
  self->ending = g_cancellable_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->changes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->states = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_mutex_init (&self->lock);
  library->follow = self;
  g_signal_connect (library, "changed", G_CALLBACK (library_changed_cb), NULL);
  self->thread = g_thread_new ("follow", follow_thread, self);
}
