/* quarry-import-scanner.c: the files under the paths of an import
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/library/quarry-import-scanner.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/library/quarry-ignore.h"
#include "core/library/quarry-library-private.h"

/* Deeper trees are no folders that people made. */
#define MAX_DEPTH 128

typedef struct
{
  GHashTable *visited; /* canonical paths */
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

  return scan->func (path, problem, scan->user_data);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static gboolean scan_folder (Scan *scan, const char *folder, QuarryIgnore *above, guint depth);

/* @path may be a link; @explicitly: named by the person, so that no rule passes it over. */
static gboolean
scan_path (Scan *scan, const char *path, QuarryIgnore *rules, guint depth, gboolean explicitly)
{
  g_autofree char *canonical = NULL;
  g_autofree char *name = NULL;
  struct stat info;
  char *resolved;

  if (g_cancellable_is_cancelled (scan->cancellable))
    return FALSE;

  /* Within a folder whose path is without links, only a link has to be resolved. */
  if (!explicitly && lstat (path, &info) == 0 && !S_ISLNK (info.st_mode))
    canonical = g_strdup (path);
  else if ((resolved = realpath (path, NULL)) != NULL)
    {
      canonical = g_strdup (resolved);
      free (resolved);
      if (stat (canonical, &info) != 0)
        return report_problem (scan, canonical, errno);
    }
  else
    {
      int error_number = errno;

      /* Links to nowhere inside a folder are nobody's document. */
      if (!explicitly && (error_number == ENOENT || error_number == ELOOP))
        return TRUE;
      return report_problem (scan, path, error_number);
    }

  name = g_path_get_basename (path);
  if (!explicitly && quarry_ignore_matches (rules, name, S_ISDIR (info.st_mode)))
    return TRUE;
  if (!g_hash_table_add (scan->visited, g_strdup (canonical)))
    return TRUE;
  if (!S_ISDIR (info.st_mode))
    return scan->func (canonical, NULL, scan->user_data);
  if (!explicitly && quarry_ignore_is_cache (canonical))
    return TRUE;

  return depth >= MAX_DEPTH || scan_folder (scan, canonical, rules, depth);
}

static gboolean
scan_folder (Scan *scan, const char *folder, QuarryIgnore *above, guint depth)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (QuarryIgnore) rules = NULL;
  const char *name;

  if (dir == NULL)
    return report_problem (scan, folder, errno != 0 ? errno : EACCES);

  rules = quarry_ignore_new (above, folder);
  while ((name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare_names);

  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *path = g_build_filename (folder, names->pdata[i], NULL);

      if (!scan_path (scan, path, rules, depth + 1, FALSE))
        return FALSE;
    }

  return TRUE;
}

void
quarry_scan_paths (const char *const *paths,
                   GCancellable *cancellable,
                   QuarryScanFunc func,
                   gpointer user_data)
{
  g_autoptr (GHashTable) visited = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Scan scan = { visited, cancellable, func, user_data };

  for (guint i = 0; paths[i] != NULL; i++)
    {
      g_autofree char *canonical = g_canonicalize_filename (paths[i], NULL);
      /* What is inside a file is read with it. */
      g_autofree char *absolute = quarry_path_outer (canonical);

      if (!scan_path (&scan, absolute, NULL, 0, TRUE))
        return;
    }
}
