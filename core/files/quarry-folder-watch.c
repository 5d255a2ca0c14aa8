/* quarry-folder-watch.c: watches trees of folders for changes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each watched folder is an inotify watch. Folders that are created, renamed, or become readable are added as their
 * events arrive; if events were lost, all roots are watched anew and reported as changed.
 */
#include "core/files/quarry-folder-watch.h"
#include "core/files/quarry-ignore.h"
#include "core/files/quarry-path.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_DEPTH 128
/* So many files that stay open are kept track of; of those that are larger than this, nothing is reported until they are
 * closed, as reading them anew each time would keep a processor busy. */
#define MAX_OPEN 10000u
#define MAX_OPEN_BYTES (16 << 20)
#define DEFAULT_OPEN_SECONDS 120u

/* A file being written is reported when it is closed. One that stays open, as logs do, is reported from time to time. */
#define EVENTS \
  (IN_CREATE | IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE | IN_DELETE_SELF \
   | IN_MOVE_SELF | IN_ONLYDIR | IN_EXCL_UNLINK)

typedef struct
{
  char *path;
  QuarryIgnore *own;
  dev_t device; /* with @inode, tells whether the folder at the path is still the one being watched */
  ino_t inode;
  gboolean is_folder; /* FALSE: a single file; the folder that contains it is watched */
  gboolean whole;     /* see quarry_folder_watch_is_whole() */
} Root;

typedef struct
{
  int watch;
  char *path;
  Root *root;          /* unowned */
  QuarryIgnore *rules; /* the exclusion rules in it */
  guint depth;
} Folder;

struct _QuarryFolderWatch
{
  QuarryFolderWatchFunc func;
  gpointer user_data;
  GCancellable *cancellable; /* may be NULL */
  int fd; /* of inotify; -1 where the system did not provide one */
  GSource *source;
  GMainContext *context;
  guint open_seconds; /* between two reports of files that stay open */
  GHashTable *open;   /* path of a file that was written and not closed since -> path of its root: char * */
  GSource *open_timer; /* NULL: @open is empty */
  gboolean is_flooded; /* so much is written here that nothing is asked of files that stay open */
  guint max_watches;
  GHashTable *roots;    /* path -> Root */
  GHashTable *by_watch; /* number -> Folder */
  GHashTable *by_path;  /* path of the folder -> Folder, unowned */
};

static void
root_free (Root *root)
{
  g_free (root->path);
  g_clear_pointer (&root->own, quarry_ignore_unref);
  g_free (root);
}

static void
folder_free (Folder *folder)
{
  g_free (folder->path);
  g_clear_pointer (&folder->rules, quarry_ignore_unref);
  g_free (folder);
}

/* --- Trees ---------------------------------------------------------------------------------------- */

static void
forget_folder (QuarryFolderWatch *self, Folder *folder)
{
  if (g_hash_table_lookup (self->by_path, folder->path) == folder)
    g_hash_table_remove (self->by_path, folder->path);
  g_hash_table_remove (self->by_watch, GINT_TO_POINTER (folder->watch));
}

/* Removes the watches of all folders at or below @path (NULL: anywhere) that belong to @root (NULL: any). */
static void
unwatch_tree (QuarryFolderWatch *self, const char *path, const Root *root)
{
  g_autoptr (GPtrArray) folders = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->by_watch);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Folder *folder = value;

      if ((root == NULL || folder->root == root) && (path == NULL || quarry_path_is_below (folder->path, path)))
        g_ptr_array_add (folders, folder);
    }
  for (guint i = 0; i < folders->len; i++)
    {
      inotify_rm_watch (self->fd, ((Folder *) folders->pdata[i])->watch);
      forget_folder (self, folders->pdata[i]);
    }
}

/* Watches one folder. NULL where that is not possible. */
static Folder *
watch_folder (QuarryFolderWatch *self, Root *root, const char *path, QuarryIgnore *rules, guint depth)
{
  Folder *folder;
  int watch;

  if (self->fd < 0 || g_hash_table_size (self->by_watch) >= self->max_watches)
    {
      root->whole = FALSE;
      return NULL;
    }
  watch = inotify_add_watch (self->fd, path, self->is_flooded ? EVENTS & ~(guint32) IN_MODIFY : EVENTS);
  if (watch < 0)
    {
      /* If a folder below the root has gone or may not be read, nothing is lost: when something takes its place, or
       * it becomes readable, the watch on its parent reports that. */
      if (errno == ENOSPC || errno == ENOMEM || (errno == EACCES && depth == 0))
        root->whole = FALSE;
      return NULL;
    }
  /* If the kernel returns a known watch, the folder was renamed, and this entry has its former path. */
  folder = g_hash_table_lookup (self->by_watch, GINT_TO_POINTER (watch));
  if (folder != NULL)
    forget_folder (self, folder);

  folder = g_new0 (Folder, 1);
  folder->watch = watch;
  folder->path = g_strdup (path);
  folder->root = root;
  folder->rules = quarry_ignore_ref (rules);
  folder->depth = depth;
  g_hash_table_insert (self->by_watch, GINT_TO_POINTER (watch), folder);
  g_hash_table_replace (self->by_path, folder->path, folder);

  return folder;
}

static void watch_root (QuarryFolderWatch *self, Root *root);

/* The watch is added before the folder is read, so that nothing that happens in between is missed. */
static void
watch_tree (QuarryFolderWatch *self, Root *root, const char *path, QuarryIgnore *above, guint depth)
{
  const Folder *known = g_hash_table_lookup (self->by_path, path);
  Root *inner = g_hash_table_lookup (self->roots, path);
  g_autoptr (QuarryIgnore) rules = NULL;
  struct dirent *entry;
  DIR *dir;

  /* It is watched already. (If only for the sake of a single file in it, its subfolders are not.) */
  if ((known != NULL && known->root->is_folder) || depth > MAX_DEPTH)
    return;
  /* A folder that is a root of its own is watched by its own rules. */
  if (inner != NULL && inner != root)
    {
      watch_root (self, inner);
      return;
    }
  rules = quarry_ignore_new (above, path);
  if (watch_folder (self, root, path, rules, depth) == NULL)
    return;
  dir = opendir (path);
  if (dir == NULL)
    return;
  while (root->whole && !g_cancellable_is_cancelled (self->cancellable) && (entry = readdir (dir)) != NULL)
    {
      g_autofree char *child = NULL;
      struct stat info;

      if ((entry->d_type != DT_DIR && entry->d_type != DT_UNKNOWN)
          || quarry_ignore_matches (rules, entry->d_name, TRUE)
          || fstatat (dirfd (dir), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0
          || !S_ISDIR (info.st_mode) || info.st_dev != root->device)
        continue;
      child = g_build_filename (path, entry->d_name, NULL);
      if (!quarry_ignore_is_cache (child))
        watch_tree (self, root, child, rules, depth + 1);
    }
  closedir (dir);
}

static void
watch_root (QuarryFolderWatch *self, Root *root)
{
  struct stat info;

  root->whole = self->fd >= 0;
  if (stat (root->path, &info) != 0)
    return;
  root->device = info.st_dev;
  root->inode = info.st_ino;
  root->is_folder = S_ISDIR (info.st_mode);
  if (root->is_folder)
    {
      const Folder *known = g_hash_table_lookup (self->by_path, root->path);

      /* So far it was watched as part of a root further up. */
      if (known != NULL && known->root != root)
        unwatch_tree (self, root->path, known->root);
      watch_tree (self, root, root->path, root->own, 0);
    }
  else
    {
      g_autofree char *folder = g_path_get_dirname (root->path);
      g_autoptr (QuarryIgnore) none = quarry_ignore_new_own (NULL);

      if (stat (folder, &info) != 0)
        return;
      root->device = info.st_dev;
      root->inode = info.st_ino;
      if (!g_hash_table_contains (self->by_path, folder))
        watch_folder (self, root, folder, none, 0);
    }
}

/* --- Files that stay open --------------------------------------------------------------------------- */

static void
stop_open_timer (QuarryFolderWatch *self)
{
  if (self->open_timer == NULL)
    return;
  g_source_destroy (self->open_timer);
  g_clear_pointer (&self->open_timer, g_source_unref);
}

static gboolean
report_open_cb (gpointer user_data)
{
  QuarryFolderWatch *self = user_data;
  g_autoptr (GHashTable) open = g_steal_pointer (&self->open);
  GHashTableIter iter;
  gpointer path, root;
  struct stat info;

  self->open = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  stop_open_timer (self);
  g_hash_table_iter_init (&iter, open);
  while (g_hash_table_iter_next (&iter, &path, &root))
    if (g_hash_table_contains (self->roots, root) && lstat (path, &info) == 0 && info.st_size <= MAX_OPEN_BYTES)
      self->func (root, path, self->user_data);
  return G_SOURCE_REMOVE;
}

/* @path, a file of @root, was written and may not be closed for long. */
static void
note_open (QuarryFolderWatch *self, const char *root, const char *path)
{
  if (g_hash_table_contains (self->open, path) || g_hash_table_size (self->open) >= MAX_OPEN)
    return;
  g_hash_table_insert (self->open, g_strdup (path), g_strdup (root));
  if (self->open_timer != NULL)
    return;
  self->open_timer = g_timeout_source_new_seconds (self->open_seconds);
  g_source_set_callback (self->open_timer, report_open_cb, self, NULL);
  g_source_attach (self->open_timer, self->context);
}

/* --- Changes --------------------------------------------------------------------------------------- */

static gboolean
is_rule (const char *name)
{
  return strcmp (name, ".gitignore") == 0 || strcmp (name, "CACHEDIR.TAG") == 0;
}

/* Watches all roots anew and reports each as changed. */
static void
start_over (QuarryFolderWatch *self)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer path, root;

  g_hash_table_iter_init (&iter, self->roots);
  while (g_hash_table_iter_next (&iter, &path, &root))
    {
      unwatch_tree (self, NULL, root);
      watch_root (self, root);
      g_ptr_array_add (paths, g_strdup (path));
    }
  /* Only after the loop, since @func may add and remove roots. */
  for (guint i = 0; i < paths->len; i++)
    self->func (paths->pdata[i], paths->pdata[i], self->user_data);
}

/* Reads the exclusion rules of the folder and of all folders below it again, and watches the tree according to them. */
static void
take_new_rules (QuarryFolderWatch *self, Folder *folder)
{
  g_autofree char *path = g_strdup (folder->path);
  Root *root = folder->root;
  guint depth = folder->depth;
  g_autoptr (QuarryIgnore) above = NULL;

  if (strcmp (path, root->path) != 0)
    above = quarry_ignore_below (root->own, root->path, path, NULL);
  else if (root->own != NULL)
    above = quarry_ignore_ref (root->own);
  unwatch_tree (self, path, root);
  if (above != NULL || strcmp (path, root->path) == 0)
    watch_tree (self, root, path, above, depth);
  self->func (root->path, path, self->user_data);
}

static void
handle_entry (QuarryFolderWatch *self, Folder *folder, const struct inotify_event *event)
{
  g_autofree char *path = g_build_filename (folder->path, event->name, NULL);
  Root *root = folder->root;
  Folder *known = g_hash_table_lookup (self->by_path, path);
  gboolean is_folder = (event->mask & IN_ISDIR) != 0;
  struct stat info;

  if (event->mask == IN_MODIFY)
    {
      if (g_hash_table_contains (self->roots, path))
        note_open (self, path, path);
      else if (root->is_folder && !quarry_ignore_matches (folder->rules, event->name, FALSE))
        note_open (self, root->path, path);
      return;
    }
  if ((event->mask & IN_CLOSE_WRITE) != 0)
    g_hash_table_remove (self->open, path);
  /* Rules do not apply to what a person named. */
  if (g_hash_table_contains (self->roots, path))
    {
      self->func (path, path, self->user_data);
      return;
    }
  if (!root->is_folder)
    return;
  if (is_rule (event->name))
    {
      take_new_rules (self, folder);
      return;
    }
  if (quarry_ignore_matches (folder->rules, event->name, is_folder))
    return;
  if (known != NULL && is_folder && (event->mask & (IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE | IN_CREATE)) != 0)
    unwatch_tree (self, path, NULL);
  /* A new folder, or one whose permissions changed, so that it may have become readable. */
  if (is_folder && (event->mask & (IN_MOVED_TO | IN_CREATE | IN_ATTRIB)) != 0 && lstat (path, &info) == 0
      && S_ISDIR (info.st_mode) && info.st_dev == root->device && !quarry_ignore_is_cache (path))
    watch_tree (self, root, path, folder->rules, folder->depth + 1);
  /* A new file is reported when it is closed. A new hard link to an existing file (link count above 1) is never
   * closed, so it is reported now. */
  if (event->mask == IN_CREATE && lstat (path, &info) == 0 && S_ISREG (info.st_mode)
      && info.st_nlink == 1)
    return;
  self->func (root->path, path, self->user_data);
}

static void
handle_event (QuarryFolderWatch *self, const struct inotify_event *event)
{
  Folder *folder;

  if (event->mask & IN_Q_OVERFLOW)
    {
      /* Every write to an open file is an event. Programs that never stop writing would have all trees walked again and
       * again. */
      self->is_flooded = TRUE;
      start_over (self);
      return;
    }
  folder = g_hash_table_lookup (self->by_watch, GINT_TO_POINTER (event->wd));
  if (folder == NULL)
    return;
  if (event->len > 0 && *event->name != '\0')
    handle_entry (self, folder, event);
  else if (event->mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_UNMOUNT | IN_IGNORED))
    {
      Root *root = folder->root;
      g_autofree char *path = g_strdup (folder->path);

      /* For a folder below the root, its parent reports this too, and the folder may already be watched under its new
       * name. */
      if (!root->is_folder || strcmp (path, root->path) == 0 || (event->mask & IN_UNMOUNT) != 0)
        {
          unwatch_tree (self, path, NULL);
          self->func (root->path, root->is_folder ? path : root->path, self->user_data);
        }
      else if (event->mask & IN_IGNORED)
        forget_folder (self, folder);
    }
}

static gboolean
events_cb (int fd, GIOCondition condition, gpointer user_data)
{
  QuarryFolderWatch *self = user_data;
  char buffer[1 << 14] __attribute__ ((aligned (__alignof__ (struct inotify_event))));
  ssize_t n;

  while ((n = read (fd, buffer, sizeof buffer)) > 0)
    for (char *p = buffer; p < buffer + n;)
      {
        const struct inotify_event *event = (const struct inotify_event *) (gpointer) p;

        p += sizeof *event + event->len;
        handle_event (self, event);
      }

  return G_SOURCE_CONTINUE;
}

/* --- The watch -------------------------------------------------------------------------------------- */

static guint
half_of_limit (void)
{
  g_autofree char *text = NULL;
  guint64 limit = 0;

  if (g_file_get_contents ("/proc/sys/fs/inotify/max_user_watches", &text, NULL, NULL))
    limit = g_ascii_strtoull (text, NULL, 10) / 2;
  return (guint) CLAMP (limit, 1000, G_MAXINT);
}

QuarryFolderWatch *
quarry_folder_watch_new (GMainContext *context,
                         guint max_watches,
                         QuarryFolderWatchFunc func,
                         gpointer user_data)
{
  QuarryFolderWatch *self = g_new0 (QuarryFolderWatch, 1);

  self->func = func;
  self->user_data = user_data;
  self->context = context != NULL ? g_main_context_ref (context) : NULL;
  self->open_seconds = DEFAULT_OPEN_SECONDS;
  self->open = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->max_watches = max_watches > 0 ? max_watches : half_of_limit ();
  self->roots = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) root_free);
  self->by_watch = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) folder_free);
  self->by_path = g_hash_table_new (g_str_hash, g_str_equal);
  self->fd = inotify_init1 (IN_NONBLOCK | IN_CLOEXEC);
  if (self->fd >= 0)
    {
      self->source = g_unix_fd_source_new (self->fd, G_IO_IN);
      g_source_set_callback (self->source, G_SOURCE_FUNC (events_cb), self, NULL);
      g_source_attach (self->source, context);
    }

  return self;
}

void
quarry_folder_watch_set_cancellable (QuarryFolderWatch *self, GCancellable *cancellable)
{
  g_set_object (&self->cancellable, cancellable);
}

void
quarry_folder_watch_set_open_seconds (QuarryFolderWatch *self, guint seconds)
{
  self->open_seconds = seconds;
}

void
quarry_folder_watch_free (QuarryFolderWatch *self)
{
  stop_open_timer (self);
  g_hash_table_unref (self->open);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_clear_object (&self->cancellable);
  if (self->source != NULL)
    {
      g_source_destroy (self->source);
      g_source_unref (self->source);
      close (self->fd);
    }
  g_hash_table_unref (self->by_path);
  g_hash_table_unref (self->by_watch);
  g_hash_table_unref (self->roots);
  g_free (self);
}

/* Returns FALSE where @path is not a root. */
static gboolean
drop_root (QuarryFolderWatch *self, const char *path)
{
  Root *root = g_hash_table_lookup (self->roots, path);

  if (root == NULL)
    return FALSE;
  unwatch_tree (self, NULL, root);
  g_hash_table_remove (self->roots, path);
  return TRUE;
}

gboolean
quarry_folder_watch_add (QuarryFolderWatch *self, const char *path, QuarryIgnore *own)
{
  Root *root;

  drop_root (self, path);
  root = g_new0 (Root, 1);
  root->path = g_strdup (path);
  root->own = own != NULL ? quarry_ignore_ref (own) : NULL;
  g_hash_table_insert (self->roots, root->path, root);
  watch_root (self, root);

  return root->whole;
}

void
quarry_folder_watch_remove (QuarryFolderWatch *self, const char *path)
{
  g_autofree char *removed = g_strdup (path); /* @path may be the root's own, which is freed */
  g_autoptr (GPtrArray) blind = g_ptr_array_new_with_free_func (g_free);
  Root *outer = NULL;
  GHashTableIter iter;
  gpointer value;

  if (!drop_root (self, removed))
    return;
  /* Some of its watched folders are also needed by other roots: by the one that it lies in, and by single files. */
  g_hash_table_iter_init (&iter, self->roots);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Root *root = value;

      if (!root->is_folder)
        {
          watch_root (self, root);
          if (quarry_path_is_below (root->path, removed))
            g_ptr_array_add (blind, g_strdup (root->path));
        }
      else if (quarry_path_is_below (removed, root->path)
               && (outer == NULL || strlen (root->path) > strlen (outer->path)))
        outer = root;
    }
  if (outer != NULL)
    {
      unwatch_tree (self, NULL, outer);
      watch_root (self, outer);
      g_ptr_array_add (blind, g_strdup (outer->path));
    }
  /* Changes made before the new watches were added were missed. */
  for (guint i = 0; i < blind->len; i++)
    self->func (blind->pdata[i], blind->pdata[i], self->user_data);
}

gboolean
quarry_folder_watch_is_whole (QuarryFolderWatch *self, const char *path)
{
  Root *root = g_hash_table_lookup (self->roots, path);

  return root != NULL && root->whole;
}

gboolean
quarry_folder_watch_has (QuarryFolderWatch *self, const char *path)
{
  const Root *root = g_hash_table_lookup (self->roots, path);
  g_autofree char *folder = NULL;
  struct stat info;

  if (root == NULL)
    return FALSE;
  folder = root->is_folder ? g_strdup (path) : g_path_get_dirname (path);
  return g_hash_table_contains (self->by_path, folder) && stat (folder, &info) == 0
         && info.st_dev == root->device && info.st_ino == root->inode;
}

guint
quarry_folder_watch_count (QuarryFolderWatch *self)
{
  return g_hash_table_size (self->by_watch);
}
