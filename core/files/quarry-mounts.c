/* quarry-mounts.c: which file systems are mounted, and which were
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/files/quarry-mounts.h"

#include <errno.h>
#include <gio/gunixmounts.h>
#include <string.h>
#include <sys/stat.h>

#include "core/files/quarry-path.h"

#define ANSWER_SECONDS 10

struct _QuarryMounts
{
  GPtrArray *now;        /* of char *: mount points */
  GHashTable *drives;    /* those of @now that are drives with an id: char *: char *; the keys unowned */
  GPtrArray *remembered; /* mount points that documents have come from, and drives as quarry_mounts_name_drive() */
  GPtrArray *remote;     /* those of @now that are network file systems, or FUSE's without a disk; unowned */
  GPtrArray *desks;      /* those of @now that are GVfs', whose folders each are a connected server; unowned */
  GMutex lock;
  GPtrArray *silent;     /* those of @now that did not answer; unowned; under the lock */
  GPtrArray *strange;    /* of char *: where something else is now than what documents came from */
};

/* @type: as in /proc/mounts. */
static gboolean
is_remote_type (const char *type)
{
  static const char *const types[] = { "nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "coda",
                                       "ncpfs", "davfs", NULL };

  /* "fuseblk" is on a disk of this computer: NTFS, exFAT. */
  return type != NULL
         && (g_strv_contains (types, type) || (g_str_has_prefix (type, "fuse") && strcmp (type, "fuseblk") != 0));
}

/* Servers that a person connected in the file manager are folders of a single FUSE file system, that of GVfs. Each is
 * treated as a mount point of its own. Listing them does not access the servers. */
static void
add_servers (QuarryMounts *self, const char *desk)
{
  g_autoptr (GDir) dir = g_dir_open (desk, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      char *point = g_build_filename (desk, name, NULL);

      g_ptr_array_add (self->now, point);
      g_ptr_array_add (self->remote, point);
    }
}

/* --- Drives ------------------------------------------------------------------------------------- */

#define IDS "/dev/disk/by-uuid"

/* The id of the file system on @device, as udev links it. (transfer full), or NULL. */
static char *
find_id (const char *device)
{
  g_autofree char *real = *device == '/' ? quarry_path_resolve (device) : NULL; /* links lead to encrypted ones */
  g_autoptr (GDir) dir = real != NULL ? g_dir_open (IDS, 0, NULL) : NULL;
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *link = g_build_filename (IDS, name, NULL);
      g_autofree char *target = g_file_read_link (link, NULL);
      g_autofree char *found = target != NULL ? g_canonicalize_filename (target, IDS) : NULL;

      if (g_strcmp0 (found, real) == 0)
        return g_strdup (name);
    }
  return NULL;
}

/* Where desktops mount drives that come and go: another one with the same label gets the same mount point. Elsewhere
 * another drive mostly is one that a person has moved everything to. */
static gboolean
is_for_drives (const char *point)
{
  return quarry_path_is_below (point, "/media") || quarry_path_is_below (point, "/run/media");
}

char *
quarry_mounts_name_drive (QuarryMounts *self, const char *point)
{
  const char *id = g_hash_table_lookup (self->drives, point);

  return id != NULL ? g_strconcat (id, point, NULL) : NULL;
}

gboolean
quarry_mounts_is_drive_at (const char *name, const char *point)
{
  const char *start = strchr (name, '/');

  return start != NULL && start > name && strcmp (start, point) == 0;
}

/* Whether another drive is mounted at @point than the one that was remembered there. */
static gboolean
has_other_drive (QuarryMounts *self, const char *point)
{
  g_autofree char *now = quarry_mounts_name_drive (self, point);

  for (guint i = 0; now != NULL && i < self->remembered->len; i++)
    if (quarry_mounts_is_drive_at (self->remembered->pdata[i], point))
      return strcmp (self->remembered->pdata[i], now) != 0;
  return FALSE;
}

static const char *
find_longest (GPtrArray *points, const char *path)
{
  const char *best = NULL;

  for (guint i = 0; i < points->len; i++)
    if (quarry_path_is_below (path, points->pdata[i])
        && (best == NULL || strlen (points->pdata[i]) > strlen (best)))
      best = points->pdata[i];
  return best;
}

QuarryMounts *
quarry_mounts_new (GPtrArray *remembered)
{
  QuarryMounts *self = g_new0 (QuarryMounts, 1);
  GList *mounts = g_unix_mounts_get (NULL);

  self->now = g_ptr_array_new_with_free_func (g_free);
  self->drives = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  self->remote = g_ptr_array_new ();
  self->desks = g_ptr_array_new ();
  self->silent = g_ptr_array_new ();
  self->strange = g_ptr_array_new_with_free_func (g_free);
  g_mutex_init (&self->lock);
  for (GList *l = mounts; l != NULL; l = l->next)
    {
      char *point = g_strdup (g_unix_mount_get_mount_path (l->data));
      char *id;

      g_ptr_array_add (self->now, point);
      id = find_id (g_unix_mount_get_device_path (l->data));
      if (id != NULL)
        g_hash_table_replace (self->drives, point, id);
      if (is_remote_type (g_unix_mount_get_fs_type (l->data)))
        g_ptr_array_add (self->remote, point);
      if (g_strcmp0 (g_unix_mount_get_device_path (l->data), "gvfsd-fuse") == 0)
        {
          g_ptr_array_add (self->desks, point);
          add_servers (self, point);
        }
    }
  g_list_free_full (mounts, (GDestroyNotify) g_unix_mount_free);
  self->remembered = g_ptr_array_ref (remembered);

  return self;
}

void
quarry_mounts_free (QuarryMounts *self)
{
  g_ptr_array_unref (self->strange);
  g_ptr_array_unref (self->silent);
  g_ptr_array_unref (self->desks);
  g_ptr_array_unref (self->remote);
  g_hash_table_unref (self->drives);
  g_mutex_clear (&self->lock);
  g_ptr_array_unref (self->now);
  g_ptr_array_unref (self->remembered);
  g_free (self);
}

const char *
quarry_mounts_find (QuarryMounts *self, const char *path)
{
  const char *found = find_longest (self->now, path);

  return found != NULL ? found : "/";
}

gboolean
quarry_mounts_has (QuarryMounts *self, const char *path)
{
  const char *before = find_longest (self->remembered, path);
  const char *point = self->desks->len > 0 ? find_longest (self->now, path) : NULL;

  /* Directly below GVfs' mount point there are only servers: this one is not connected. */
  if (point != NULL && strcmp (point, path) != 0 && g_ptr_array_find (self->desks, point, NULL))
    return FALSE;
  if (quarry_mounts_is_strange (self, path))
    return FALSE;
  return before == NULL || strcmp (before, "/") == 0
         || (g_ptr_array_find_with_equal_func (self->now, before, g_str_equal, NULL)
             && !(is_for_drives (before) && has_other_drive (self, before)));
}

GPtrArray *
quarry_mounts_list_doubtful (QuarryMounts *self)
{
  GPtrArray *doubtful = g_ptr_array_new ();

  for (guint i = 0; i < self->now->len; i++)
    {
      const char *point = self->now->pdata[i];
      const char *before = find_longest (self->remembered, point);

      if (before != NULL
          && (strcmp (before, point) != 0 || (!is_for_drives (point) && has_other_drive (self, point))))
        g_ptr_array_add (doubtful, (gpointer) point);
    }
  return doubtful;
}

void
quarry_mounts_set_strange (QuarryMounts *self, const char *path)
{
  g_ptr_array_add (self->strange, g_strdup (path));
}

gboolean
quarry_mounts_is_strange (QuarryMounts *self, const char *path)
{
  return find_longest (self->strange, path) != NULL;
}

gboolean
quarry_mounts_is_remote (QuarryMounts *self, const char *path)
{
  const char *point = self->remote->len > 0 ? find_longest (self->now, path) : NULL;

  return point != NULL && g_ptr_array_find (self->remote, point, NULL);
}

void
quarry_mounts_set_silent (QuarryMounts *self, const char *path)
{
  const char *point = find_longest (self->now, path);

  g_mutex_lock (&self->lock);
  if (point != NULL && !g_ptr_array_find (self->silent, point, NULL))
    g_ptr_array_add (self->silent, (gpointer) point);
  g_mutex_unlock (&self->lock);
}

gboolean
quarry_mounts_is_silent (QuarryMounts *self, const char *path)
{
  const char *point;
  gboolean is_silent;

  g_mutex_lock (&self->lock);
  point = self->silent->len > 0 ? find_longest (self->now, path) : NULL;
  is_silent = point != NULL && g_ptr_array_find (self->silent, point, NULL);
  g_mutex_unlock (&self->lock);
  return is_silent;
}

/* --- Servers ------------------------------------------------------------------------------------ */

typedef struct
{
  gatomicrefcount references;
  GMutex lock;
  GCond answered;
  gboolean wants_entries; /* is_empty is wanted */
  gboolean done;
  int error_number; /* of stat(); 0: there is something at the path */
  mode_t mode;      /* the mode of that */
  gboolean is_empty; /* that is a folder with nothing in it */
  char *path;
} Question;

static void
question_unref (Question *question)
{
  if (!g_atomic_ref_count_dec (&question->references))
    return;
  g_mutex_clear (&question->lock);
  g_cond_clear (&question->answered);
  g_free (question->path);
  g_free (question);
}

static gboolean
is_empty_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);

  errno = 0;
  return dir != NULL && g_dir_read_name (dir) == NULL && errno == 0;
}

static gpointer
ask_thread (gpointer data)
{
  Question *question = data;
  struct stat info;
  int error_number = stat (question->path, &info) == 0 ? 0 : errno;
  gboolean is_empty = question->wants_entries && error_number == 0 && is_empty_folder (question->path);

  g_mutex_lock (&question->lock);
  question->is_empty = is_empty;
  question->error_number = error_number;
  question->mode = error_number == 0 ? info.st_mode : 0;
  question->done = TRUE;
  g_cond_signal (&question->answered);
  g_mutex_unlock (&question->lock);
  question_unref (question);

  return NULL;
}

/* Calls stat() on a separate thread. FALSE where no answer comes in time. *error_number: 0 where there is something
 * at @path, whose mode *mode gets. @is_empty: NULL, or gets whether that is a folder with nothing in it. */
static gboolean
ask (const char *path, guint seconds, int *error_number, mode_t *mode, gboolean *is_empty)
{
  Question *question = g_new0 (Question, 1);
  gint64 until = g_get_monotonic_time () + seconds * G_TIME_SPAN_SECOND;
  gboolean done;

  g_atomic_ref_count_init (&question->references);
  g_atomic_ref_count_inc (&question->references);
  g_mutex_init (&question->lock);
  g_cond_init (&question->answered);
  question->path = g_strdup (path);
  question->wants_entries = is_empty != NULL;
  g_thread_unref (g_thread_new ("ask", ask_thread, question));

  g_mutex_lock (&question->lock);
  while (!question->done && g_cond_wait_until (&question->answered, &question->lock, until))
    ;
  done = question->done;
  *error_number = question->error_number;
  *mode = question->mode;
  if (is_empty != NULL)
    *is_empty = question->is_empty;
  g_mutex_unlock (&question->lock);
  question_unref (question);

  return done;
}

gboolean
quarry_folder_answers (const char *path, guint seconds)
{
  int error_number;
  mode_t mode;

  return ask (path, seconds, &error_number, &mode, NULL);
}

gboolean
quarry_folder_is_empty (const char *path, guint seconds)
{
  gboolean is_empty;
  int error_number;
  mode_t mode;

  return ask (path, seconds, &error_number, &mode, &is_empty) && is_empty;
}

/* Like ask(), but without another thread for a local file system, and without asking one known to be silent. */
static gboolean
look (QuarryMounts *self, const char *path, int *error_number, mode_t *mode)
{
  struct stat info = { 0 };

  if (!quarry_mounts_is_remote (self, path))
    {
      *error_number = stat (path, &info) == 0 ? 0 : errno;
      *mode = info.st_mode;
      return TRUE;
    }
  if (quarry_mounts_is_silent (self, path))
    return FALSE;
  if (ask (path, ANSWER_SECONDS, error_number, mode, NULL))
    return TRUE;
  quarry_mounts_set_silent (self, path);
  return FALSE;
}

QuarrySight
quarry_mounts_see (QuarryMounts *self, const char *path)
{
  int error_number;
  mode_t mode;

  if (!look (self, path, &error_number, &mode) || !quarry_mounts_has (self, path))
    return QUARRY_SIGHT_NONE;
  if (error_number == 0)
    return S_ISDIR (mode) ? QUARRY_SIGHT_FOLDER : QUARRY_SIGHT_FILE;
  /* ENOTDIR: one of the folders in the path is a file, so the path leads into that file. */
  return error_number == ENOTDIR  ? QUARRY_SIGHT_INSIDE
         : error_number == ENOENT ? QUARRY_SIGHT_GONE
                                  : QUARRY_SIGHT_NONE;
}

gboolean
quarry_mounts_is_gone (QuarryMounts *self, const char *path)
{
  return quarry_mounts_see (self, path) == QUARRY_SIGHT_GONE;
}

gboolean
quarry_mounts_lacks_file (QuarryMounts *self, const char *path)
{
  return quarry_sight_lacks_file (quarry_mounts_see (self, path));
}
