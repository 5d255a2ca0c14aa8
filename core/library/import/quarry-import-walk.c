/* quarry-import-walk.c: a walk that gives up when the file system does not answer
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/files/quarry-ignore.h"
#include "core/library/import/quarry-import-walk.h"

/* The number of finds that may wait to be taken. */
#define MAX_WAITING 4096u
/* Cancellation is noticed within this time. */
#define LOOK_SECONDS 1

/* Shared by the walking thread and the waiting one; the last of them to leave frees it. */
typedef struct
{
  gatomicrefcount references;
  GMutex lock;
  GCond changed;
  GQueue found; /* of Found */
  guint64 steps;
  char *folder; /* the one now being read */
  gboolean is_done;
  gboolean is_left; /* the waiting thread has given up or is done */

  char **roots;
  char **paths;
  QuarryIgnore *own;
  GCancellable *cancellable;
} Walk;

typedef struct
{
  char *path;
  char *problem;
  struct stat info;
  gboolean has_info;
  gboolean passed_over;
} Found;

static void
found_free (Found *found)
{
  g_free (found->path);
  g_free (found->problem);
  g_free (found);
}

static void
walk_unref (Walk *walk)
{
  if (!g_atomic_ref_count_dec (&walk->references))
    return;
  g_queue_clear_full (&walk->found, (GDestroyNotify) found_free);
  g_clear_pointer (&walk->own, quarry_ignore_unref);
  g_clear_object (&walk->cancellable);
  g_strfreev (walk->roots);
  g_strfreev (walk->paths);
  g_free (walk->folder);
  g_mutex_clear (&walk->lock);
  g_cond_clear (&walk->changed);
  g_free (walk);
}

static gboolean
found_cb (const QuarryScanned *scanned, gpointer user_data)
{
  Walk *walk = user_data;
  gboolean go_on;

  g_mutex_lock (&walk->lock);
  walk->steps++;
  if (scanned->info == NULL && scanned->problem == NULL)
    {
      g_free (walk->folder);
      walk->folder = g_strdup (scanned->path);
    }
  else
    {
      Found *found = g_new0 (Found, 1);

      found->path = g_strdup (scanned->path);
      found->problem = g_strdup (scanned->problem);
      found->passed_over = scanned->passed_over;
      found->has_info = scanned->info != NULL;
      if (found->has_info)
        found->info = *scanned->info;
      while (g_queue_get_length (&walk->found) >= MAX_WAITING && !walk->is_left)
        g_cond_wait (&walk->changed, &walk->lock);
      if (g_queue_is_empty (&walk->found))
        g_cond_broadcast (&walk->changed);
      g_queue_push_tail (&walk->found, found);
    }
  go_on = !walk->is_left;
  g_mutex_unlock (&walk->lock);
  return go_on;
}

static gpointer
walk_thread (gpointer data)
{
  Walk *walk = data;
  g_autoptr (QuarryNames) names = quarry_names_new ();

  if (walk->roots == NULL)
    quarry_scan_paths (
        (const char *const *) walk->paths, walk->own, walk->cancellable, found_cb, walk);
  for (guint i = 0; walk->roots != NULL && walk->paths[i] != NULL; i++)
    quarry_scan_below (walk->roots[i], walk->paths[i], walk->own, names, walk->cancellable, found_cb, walk);
  g_mutex_lock (&walk->lock);
  walk->is_done = TRUE;
  g_cond_broadcast (&walk->changed);
  g_mutex_unlock (&walk->lock);
  walk_unref (walk);
  return NULL;
}

/* Waits for the next find, with the lock held. NULL where there is none; *@silent is set if that is because the file
 * system did not answer for @seconds. */
static Found *
wait_for_found (Walk *walk, guint seconds, gboolean *silent)
{
  gint64 until = g_get_monotonic_time () + seconds * G_TIME_SPAN_SECOND;
  guint64 steps = walk->steps;

  while (g_queue_is_empty (&walk->found) && !walk->is_done)
    {
      gint64 now;

      if (g_cancellable_is_cancelled (walk->cancellable))
        return NULL;
      g_cond_wait_until (
          &walk->changed, &walk->lock, g_get_monotonic_time () + LOOK_SECONDS * G_TIME_SPAN_SECOND);
      now = g_get_monotonic_time ();
      if (walk->steps != steps)
        {
          steps = walk->steps;
          until = now + seconds * G_TIME_SPAN_SECOND;
        }
      else if (now >= until)
        {
          *silent = TRUE;
          return NULL;
        }
    }
  if (g_queue_get_length (&walk->found) == MAX_WAITING)
    g_cond_broadcast (&walk->changed);
  return g_queue_pop_head (&walk->found);
}

gboolean
quarry_walk (const char *const *roots,
             const char *const *paths,
             QuarryIgnore *own,
             GCancellable *cancellable,
             guint seconds,
             QuarryScanFunc func,
             gpointer user_data,
             char **where)
{
  Walk *walk = g_new0 (Walk, 1);
  gboolean silent = FALSE, go_on = TRUE;
  Found *found;

  g_atomic_ref_count_init (&walk->references);
  g_atomic_ref_count_inc (&walk->references);
  g_mutex_init (&walk->lock);
  g_cond_init (&walk->changed);
  walk->roots = g_strdupv ((char **) roots);
  walk->paths = g_strdupv ((char **) paths);
  walk->folder = g_strdup (paths[0]);
  walk->own = own != NULL ? quarry_ignore_ref (own) : NULL;
  walk->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  g_thread_unref (g_thread_new ("import-walk", walk_thread, walk));

  g_mutex_lock (&walk->lock);
  while (go_on && (found = wait_for_found (walk, seconds, &silent)) != NULL)
    {
      g_mutex_unlock (&walk->lock);
      go_on = func (&(QuarryScanned) { found->path,
                                      found->has_info ? &found->info : NULL,
                                      found->problem,
                                      found->passed_over },
                    user_data);
      found_free (found);
      g_mutex_lock (&walk->lock);
    }
  walk->is_left = TRUE;
  g_cond_broadcast (&walk->changed);
  if (silent)
    *where = g_strdup (walk->folder);
  g_mutex_unlock (&walk->lock);
  walk_unref (walk);
  return !silent;
}
