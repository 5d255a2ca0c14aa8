/* quarry-mounts.c: which file systems are there, and which were
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/library/quarry-mounts.h"

#include <errno.h>
#include <gio/gunixmounts.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "core/library/quarry-ignore.h"

struct _QuarryMounts
{
  GPtrArray *now;
  GPtrArray *remembered;
};

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
  for (GList *l = mounts; l != NULL; l = l->next)
    g_ptr_array_add (self->now, g_strdup (g_unix_mount_get_mount_path (l->data)));
  g_list_free_full (mounts, (GDestroyNotify) g_unix_mount_free);
  self->remembered = g_ptr_array_ref (remembered);

  return self;
}

void
quarry_mounts_free (QuarryMounts *self)
{
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

  return before == NULL || strcmp (before, "/") == 0
         || g_ptr_array_find_with_equal_func (self->now, before, g_str_equal, NULL);
}

gboolean
quarry_mounts_is_gone (QuarryMounts *self, const char *path)
{
  struct stat info;

  /* Where a file stands in the way (ENOTDIR), it is the one that the path leads into. */
  return stat (path, &info) != 0 && errno == ENOENT && quarry_mounts_has (self, path);
}

/* --- Servers ------------------------------------------------------------------------------------ */

typedef struct
{
  gatomicrefcount references;
  GMutex lock;
  GCond answered;
  gboolean done;
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

static gpointer
ask_thread (gpointer data)
{
  Question *question = data;
  struct stat info;

  if (stat (question->path, &info) != 0)
    g_debug ("%s: %s", question->path, g_strerror (errno));
  g_mutex_lock (&question->lock);
  question->done = TRUE;
  g_cond_signal (&question->answered);
  g_mutex_unlock (&question->lock);
  question_unref (question);

  return NULL;
}

gboolean
quarry_folder_answers (const char *path, guint seconds)
{
  Question *question = g_new0 (Question, 1);
  gint64 until = g_get_monotonic_time () + seconds * G_TIME_SPAN_SECOND;
  gboolean done;

  g_atomic_ref_count_init (&question->references);
  g_atomic_ref_count_inc (&question->references);
  g_mutex_init (&question->lock);
  g_cond_init (&question->answered);
  question->path = g_strdup (path);
  g_thread_unref (g_thread_new ("ask", ask_thread, question));

  g_mutex_lock (&question->lock);
  while (!question->done && g_cond_wait_until (&question->answered, &question->lock, until))
    ;
  done = question->done;
  g_mutex_unlock (&question->lock);
  question_unref (question);

  return done;
}

gboolean
quarry_folder_is_remote (const char *path)
{
  /* NFS, SMB of three kinds, FUSE (sshfs and others), 9P, AFS, Ceph, Coda: as of statfs(2). */
  static const guint32 kinds[] = { 0x6969,     0x517b,     0xff534d42, 0xfe534d42, 0x65735546,
                                   0x01021997, 0x5346414f, 0x00c36400, 0x73757245 };
  struct statfs info;

  if (statfs (path, &info) != 0)
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if ((guint32) info.f_type == kinds[i])
      return TRUE;
  return FALSE;
}
