/* quarry-open-file.c: opens and hashes files that may never answer
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/files/quarry-open-file.h"

#include <errno.h>
#include <fcntl.h>
#include <nettle/sha2.h>
#include <unistd.h>

/* A cancellation is noticed within this time. */
#define LOOK_SECONDS 1

/* Nettle's SHA-256, which uses the processor's instructions for it: GLib's takes three times as long. */
static char *
end_hash (struct sha256_ctx *hash)
{
  guint8 digest[SHA256_DIGEST_SIZE];
  GString *hex = g_string_sized_new (2 * sizeof digest);

  sha256_digest (hash, sizeof digest, digest);
  for (guint i = 0; i < sizeof digest; i++)
    g_string_append_printf (hex, "%02x", digest[i]);
  return g_string_free (hex, FALSE);
}

char *
quarry_hash_bytes (const guint8 *bytes, gsize length)
{
  struct sha256_ctx hash;

  sha256_init (&hash);
  sha256_update (&hash, length, bytes);
  return end_hash (&hash);
}

char *
quarry_hash_file (int fd, QuarryGoOnFunc go_on, gpointer user_data)
{
  struct sha256_ctx hash;
  g_autofree guint8 *buffer = g_malloc (1 << 16);
  struct stat info;
  off_t left;
  ssize_t n;

  sha256_init (&hash);
  if (fstat (fd, &info) != 0)
    return NULL;
  for (left = info.st_size; left > 0 && (n = read (fd, buffer, (size_t) MIN (left, 1 << 16))) != 0;)
    {
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0 || !go_on (user_data))
        return NULL;
      sha256_update (&hash, (size_t) n, buffer);
      left -= n;
    }
  if (lseek (fd, 0, SEEK_SET) != 0)
    return NULL;

  return end_hash (&hash);
}

typedef struct
{
  gatomicrefcount references;
  GMutex lock;
  GCond changed;
  guint64 steps;
  gboolean is_done, is_left;

  char *path;
  gboolean reads;
  QuarryOpened opened; /* used by the thread until it is done */
} Opening;

static void
opening_unref (Opening *self)
{
  if (!g_atomic_ref_count_dec (&self->references))
    return;
  if (self->opened.fd >= 0)
    close (self->opened.fd);
  g_free (self->opened.hash);
  g_free (self->path);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_free (self);
}

/* Counts progress. FALSE once nobody waits any more. */
static gboolean
step (gpointer user_data)
{
  Opening *self = user_data;
  gboolean go_on;

  g_mutex_lock (&self->lock);
  self->steps++;
  go_on = !self->is_left;
  g_mutex_unlock (&self->lock);
  return go_on;
}

static void
open_and_read (Opening *self)
{
  QuarryOpened *opened = &self->opened;

  opened->fd = open (self->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  opened->error_number = errno;
  if (opened->fd < 0)
    return;
  if (fstat (opened->fd, &opened->info) != 0)
    {
      opened->error_number = errno;
      close (opened->fd);
      opened->fd = -1;
      return;
    }
  if (self->reads && S_ISREG (opened->info.st_mode))
    opened->hash = quarry_hash_file (opened->fd, step, self);
}

static gpointer
open_thread (gpointer data)
{
  Opening *self = data;

  open_and_read (self);
  g_mutex_lock (&self->lock);
  self->is_done = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  opening_unref (self);
  return NULL;
}

gboolean
quarry_open_patiently (const char *path,
                       gboolean reads,
                       GCancellable *cancellable,
                       guint seconds,
                       QuarryOpened *opened)
{
  Opening *self = g_new0 (Opening, 1);
  gint64 until = g_get_monotonic_time () + seconds * G_TIME_SPAN_SECOND;
  guint64 steps = 0;
  gboolean is_done;

  g_atomic_ref_count_init (&self->references);
  g_atomic_ref_count_inc (&self->references);
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->path = g_strdup (path);
  self->reads = reads;
  self->opened.fd = -1;
  g_thread_unref (g_thread_new ("import-open", open_thread, self));

  g_mutex_lock (&self->lock);
  while (!self->is_done && !g_cancellable_is_cancelled (cancellable)
         && g_get_monotonic_time () < until)
    {
      g_cond_wait_until (
          &self->changed, &self->lock, g_get_monotonic_time () + LOOK_SECONDS * G_TIME_SPAN_SECOND);
      if (self->steps != steps)
        until = g_get_monotonic_time () + seconds * G_TIME_SPAN_SECOND;
      steps = self->steps;
    }
  is_done = self->is_done;
  self->is_left = TRUE;
  if (is_done)
    {
      *opened = self->opened;
      self->opened.fd = -1;
      self->opened.hash = NULL;
    }
  g_mutex_unlock (&self->lock);
  opening_unref (self);
  return is_done;
}
