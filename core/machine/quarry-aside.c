/* quarry-aside.c: runs a part of a search on a second processor where one is free
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One helping thread serves a queue under one lock. It is started with the first part of work and lives as long as the
 * program. What it has not taken by the time that its result is needed, the caller takes out of the queue and runs.
 */
#include "core/machine/quarry-aside.h"

#include <pthread.h>
#include <sched.h>

typedef enum
{
  WAITING,
  TAKEN,
  DONE,
} State;

struct _QuarryAside
{
  QuarryAsideFunc func;
  gpointer data;
  State state;
  gboolean is_queued;
  GList link; /* in the queue below */
};

/* POSIX locks rather than GLib's, which are made of futexes: ThreadSanitizer does not understand those. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t more = PTHREAD_COND_INITIALIZER;
static pthread_cond_t done = PTHREAD_COND_INITIALIZER;

/* Under the lock: */
static GQueue waiting = G_QUEUE_INIT;
static GThread *thread; /* NULL where there is only one processor: a second thread would gain nothing */
static gboolean is_begun;
static gboolean is_alone;

static gpointer
work (gpointer unused)
{
  pthread_mutex_lock (&lock);
  for (;;)
    {
      QuarryAside *aside;

      while (waiting.length == 0)
        pthread_cond_wait (&more, &lock);
      aside = g_queue_pop_head_link (&waiting)->data;
      aside->state = TAKEN;
      pthread_mutex_unlock (&lock);
      aside->func (aside->data);
      pthread_mutex_lock (&lock);
      aside->state = DONE;
      pthread_cond_broadcast (&done);
    }
  return NULL;
}

/* Whether this process may use more than one processor. */
static gboolean
has_another_processor (void)
{
  cpu_set_t processors;

  return sched_getaffinity (0, sizeof processors, &processors) != 0 || CPU_COUNT (&processors) > 1;
}

QuarryAside *
quarry_aside_begin (QuarryAsideFunc func, gpointer data)
{
  QuarryAside *self = g_new0 (QuarryAside, 1);

  self->func = func;
  self->data = data;
  self->link.data = self;
  pthread_mutex_lock (&lock);
  /* Not a thread of GLib's pools: they are used again, and an import may have lowered their priority for good. */
  if (!is_begun && !is_alone)
    {
      is_begun = TRUE;
      if (has_another_processor ())
        thread = g_thread_try_new ("search-aside", work, NULL, NULL);
    }
  self->is_queued = thread != NULL && !is_alone;
  if (self->is_queued)
    {
      g_queue_push_tail_link (&waiting, &self->link);
      pthread_cond_signal (&more);
    }
  pthread_mutex_unlock (&lock);
  return self;
}

void
quarry_aside_end (QuarryAside *self)
{
  gboolean is_ours;

  pthread_mutex_lock (&lock);
  is_ours = self->state == WAITING;
  if (is_ours && self->is_queued)
    g_queue_unlink (&waiting, &self->link);
  while (!is_ours && self->state != DONE)
    pthread_cond_wait (&done, &lock);
  pthread_mutex_unlock (&lock);
  if (is_ours)
    self->func (self->data);
  g_free (self);
}

void
quarry_aside_set_alone (gboolean alone)
{
  pthread_mutex_lock (&lock);
  is_alone = alone;
  pthread_mutex_unlock (&lock);
}
