/* quarry-import-scanner.c: finds the files under the paths of an import
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/library/import/quarry-import-scanner.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <gio/gunixmounts.h>
#include <glib/gi18n-lib.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/files/quarry-ignore.h"
#include "core/files/quarry-names.h"
#include "core/files/quarry-path.h"
#include "core/library/quarry-library-private.h"

/* After this many entries the folder is reported again, so that whoever waits sees that the walk is making progress. */
#define STEP 64u

/* The greatest depth; deeper trees are not made by people. */
#define MAX_DEPTH 128

typedef struct
{
  GHashTable *visited; /* canonical paths of folders walked, and of what was named */
  const char *root;    /* the folder being walked */
  dev_t device;        /* its file system */
  GHashTable *mounts;  /* mount points, NULL until a folder is walked; they are not even passed to lstat(), as a server
                        * may never answer */
  QuarryIgnore *own;
  GCancellable *cancellable;
  QuarryScanFunc func;
  gpointer user_data;
} Scan;

char *
quarry_path_problem (int error_number)
{
  switch (error_number)
    {
    case ENOENT:
    case ENOTDIR:
      return g_strdup (_("There is no such file or folder. Check its name."));
    case EACCES:
    case EPERM:
      return g_strdup (_("You have no permission to read it. Change its permissions, then try again."));
    case ELOOP:
      return g_strdup (_("It is a link that leads back to itself. Name the file itself."));
    default:
      return g_strdup_printf (_("It cannot be read: %s."), g_strerror (error_number));
    }
}

static gboolean
report_problem (Scan *scan, const char *path, int error_number)
{
  g_autofree char *problem = quarry_path_problem (error_number);

  return scan->func (&(QuarryScanned) { path, NULL, problem, FALSE }, scan->user_data);
}

static gboolean
report_passed_over (Scan *scan, const char *path, const char *problem)
{
  return scan->func (&(QuarryScanned) { path, NULL, problem, TRUE }, scan->user_data);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
find_mounts (Scan *scan)
{
  GList *mounts = g_unix_mounts_get (NULL);

  scan->mounts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (GList *l = mounts; l != NULL; l = l->next)
    g_hash_table_add (scan->mounts, g_strdup (g_unix_mount_get_mount_path (l->data)));
  g_list_free_full (mounts, (GDestroyNotify) g_unix_mount_free);
}

static void
begin (Scan *scan)
{
  scan->visited = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static void
end (Scan *scan)
{
  g_clear_pointer (&scan->mounts, g_hash_table_unref);
  g_clear_pointer (&scan->visited, g_hash_table_unref);
}

static gboolean
report_other_file_system (Scan *scan, const char *path)
{
  return report_passed_over (scan, path,
                             _("It is on another file system than the folder. Import it by its own name "
                               "to have it."));
}

static gboolean scan_folder (Scan *scan, const char *folder, QuarryIgnore *above, guint depth);

/* Links are not followed. If the target is within the folder, the walk finds it there. */
static gboolean
scan_link (Scan *scan, const char *path)
{
  g_autofree char *target = realpath (path, NULL);
  g_autofree char *shown = NULL;
  g_autofree char *problem = NULL;

  /* A link whose target does not exist is of no interest. */
  if (target == NULL || quarry_path_is_below (target, scan->root))
    return TRUE;
  shown = g_filename_display_name (target);
  problem = g_strdup_printf (_("It is a link that leads out of the folder, to “%s”. Import that by its "
                               "own name to have it."),
                             shown);
  return report_passed_over (scan, path, problem);
}

/* An entry of a folder; @info: from lstat(). */
static gboolean
scan_entry (Scan *scan,
            const char *path,
            const char *name,
            const struct stat *info,
            QuarryIgnore *rules,
            guint depth)
{
  gboolean is_folder = S_ISDIR (info->st_mode);

  if (quarry_ignore_matches (rules, name, is_folder))
    return TRUE;
  if (S_ISLNK (info->st_mode))
    return scan_link (scan, path);
  if (!is_folder)
    return g_hash_table_contains (scan->visited, path)
           || scan->func (&(QuarryScanned) { path, info, NULL, FALSE }, scan->user_data);
  if (info->st_dev != scan->device)
    return report_other_file_system (scan, path);
  if (quarry_ignore_is_cache (path) || !g_hash_table_add (scan->visited, g_strdup (path)))
    return TRUE;
  if (depth >= MAX_DEPTH)
    return report_passed_over (scan, path,
                               _("It lies too deep, in more than 128 folders. Import it by its own name to "
                                 "have it."));

  return scan_folder (scan, path, rules, depth);
}

static gboolean
report_folder (Scan *scan, const char *folder)
{
  return scan->func (&(QuarryScanned) { folder, NULL, NULL, FALSE }, scan->user_data);
}

static gboolean
scan_folder (Scan *scan, const char *folder, QuarryIgnore *above, guint depth)
{
  g_autoptr (GPtrArray) names = NULL;
  g_autoptr (QuarryIgnore) rules = NULL;
  DIR *dir;
  struct dirent *entry;
  gboolean go_on = report_folder (scan, folder);

  if (!go_on)
    return FALSE;
  dir = opendir (folder);
  if (dir == NULL)
    return report_problem (scan, folder, errno);

  if (scan->mounts == NULL)
    find_mounts (scan);
  rules = quarry_ignore_new (above, folder);
  names = g_ptr_array_new_with_free_func (g_free);
  while (go_on && (entry = readdir (dir)) != NULL)
    if (strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0)
      {
        g_ptr_array_add (names, g_strdup (entry->d_name));
        go_on = names->len % (16 * STEP) != 0 || report_folder (scan, folder);
      }
  g_ptr_array_sort (names, compare_names);

  for (guint i = 0; go_on && i < names->len; i++)
    {
      const char *name = names->pdata[i];
      g_autofree char *path = g_build_filename (folder, name, NULL);
      struct stat info;

      if (g_cancellable_is_cancelled (scan->cancellable) || (i % STEP == STEP - 1 && !report_folder (scan, folder)))
        go_on = FALSE;
      else if (g_hash_table_contains (scan->mounts, path))
        go_on = quarry_ignore_matches (rules, name, TRUE) || report_other_file_system (scan, path);
      else if (fstatat (dirfd (dir), name, &info, AT_SYMLINK_NOFOLLOW) == 0)
        go_on = scan_entry (scan, path, name, &info, rules, depth + 1);
      else if (errno != ENOENT)
        go_on = report_problem (scan, path, errno);
    }
  closedir (dir);

  return go_on;
}

/* A path that a person named: no rule excludes it, and a link is followed. */
static gboolean
scan_named (Scan *scan, const char *path)
{
  g_autofree char *canonical = realpath (path, NULL);
  struct stat info;

  if (canonical == NULL)
    return report_problem (scan, path, errno);
  if (stat (canonical, &info) != 0)
    return report_problem (scan, canonical, errno);
  if (!g_hash_table_add (scan->visited, g_strdup (canonical)))
    return TRUE;
  if (!S_ISDIR (info.st_mode))
    return scan->func (&(QuarryScanned) { canonical, &info, NULL, FALSE }, scan->user_data);
  scan->root = canonical;
  scan->device = info.st_dev;

  return scan_folder (scan, canonical, scan->own, 0);
}

void
quarry_scan_paths (const char *const *paths,
                   QuarryIgnore *own,
                   GCancellable *cancellable,
                   QuarryScanFunc func,
                   gpointer user_data)
{
  Scan scan = { .own = own, .cancellable = cancellable, .func = func, .user_data = user_data };
  gboolean go_on = TRUE;

  begin (&scan);
  /* Files first, so that folders which contain them do not report them a second time. */
  for (guint folders = 0; folders < 2; folders++)
    for (guint i = 0; go_on && paths[i] != NULL; i++)
      {
        g_autofree char *canonical = g_canonicalize_filename (paths[i], NULL);
        /* Something inside a file is read together with it. */
        g_autofree char *absolute = quarry_path_outer (canonical);

        if (g_file_test (absolute, G_FILE_TEST_IS_DIR) != folders)
          continue;
        go_on = !g_cancellable_is_cancelled (cancellable) && scan_named (&scan, absolute);
      }
  end (&scan);
}

void
quarry_scan_below (const char *root,
                   const char *path,
                   QuarryIgnore *own,
                   QuarryNames *names,
                   GCancellable *cancellable,
                   QuarryScanFunc func,
                   gpointer user_data)
{
  Scan scan = { .root = root, .own = own, .cancellable = cancellable, .func = func, .user_data = user_data };
  g_autoptr (QuarryIgnore) rules = NULL;
  g_autofree char *name = g_path_get_basename (path);
  struct stat info;

  if (stat (root, &info) != 0)
    return;
  begin (&scan);
  scan.device = info.st_dev;
  if (strcmp (root, path) == 0)
    {
      if (S_ISDIR (info.st_mode))
        scan_folder (&scan, root, own, 0);
      else
        func (&(QuarryScanned) { path, &info, NULL, FALSE }, user_data);
      end (&scan);
      return;
    }
  rules = quarry_ignore_below (own, root, path, NULL);
  /* On file systems that ignore case, a file can be opened by a name that it no longer has; by that name it is not
   * reported. */
  if (rules != NULL && lstat (path, &info) == 0 && quarry_names_has (names, root, path))
    scan_entry (&scan, path, name, &info, rules, 1);
  end (&scan);
}
