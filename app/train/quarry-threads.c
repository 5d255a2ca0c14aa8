/* quarry-threads.c: runs the parts of a loop on several processors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "app/train/quarry-threads.h"

#define MAX_THREADS 4

typedef struct
{
  QuarryPartFunc func;
  gpointer data;
  int next;
  int n_parts;
} Work;

static gpointer
run (gpointer data)
{
  Work *work = data;
  int part;

  while ((part = g_atomic_int_add (&work->next, 1)) < work->n_parts)
    work->func (part, work->data);
  return NULL;
}

void
quarry_run_parts (guint n_parts, QuarryPartFunc func, gpointer data)
{
  Work work = { func, data, 0, n_parts };
  guint n_threads = MIN (g_get_num_processors (), MAX_THREADS);
  GThread *threads[MAX_THREADS];

  for (guint i = 1; i < n_threads; i++)
    threads[i] = g_thread_new ("train", run, &work);
  run (&work);
  for (guint i = 1; i < n_threads; i++)
    g_thread_join (threads[i]);
}
