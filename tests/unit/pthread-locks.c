/* pthread-locks.c: GLib's locks, made of POSIX ones
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * GLib makes its locks of futexes, which ThreadSanitizer does not know, so that it would take all that they guard for a
 * race. A test that is built with ThreadSanitizer gets these in their place.
 */
#ifdef __SANITIZE_THREAD__

#include <dlfcn.h>
#include <errno.h>
#include <glib-object.h>
#include <pthread.h>
#include <sanitizer/tsan_interface.h>
#include <stdlib.h>

/* What GLib itself does, which is not built with the sanitizer, is no concern of the tests. */
const char *__tsan_default_options (void);

const char *
__tsan_default_options (void)
{
  return "ignore_noninstrumented_modules=1";
}

/* The lock behind *@place, made when it is first used and never freed. */
static pthread_mutex_t *
get_mutex (gpointer *place, int type)
{
  pthread_mutex_t *mutex = __atomic_load_n (place, __ATOMIC_ACQUIRE);
  pthread_mutexattr_t attributes;
  gpointer other = NULL;

  if (mutex != NULL)
    return mutex;
  mutex = malloc (sizeof *mutex);
  pthread_mutexattr_init (&attributes);
  pthread_mutexattr_settype (&attributes, type);
  pthread_mutex_init (mutex, &attributes);
  return __atomic_compare_exchange_n (place, &other, mutex, FALSE, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE) ? mutex : other;
}

static pthread_cond_t *
get_cond (GCond *cond)
{
  pthread_cond_t *real = __atomic_load_n (&cond->p, __ATOMIC_ACQUIRE);
  pthread_condattr_t attributes;
  gpointer other = NULL;

  if (real != NULL)
    return real;
  real = malloc (sizeof *real);
  pthread_condattr_init (&attributes);
  pthread_condattr_setclock (&attributes, CLOCK_MONOTONIC);
  pthread_cond_init (real, &attributes);
  return __atomic_compare_exchange_n (&cond->p, &other, real, FALSE, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE) ? real : other;
}

void
g_mutex_init (GMutex *mutex)
{
  mutex->p = NULL;
}

void
g_mutex_clear (GMutex *mutex)
{
}

void
g_mutex_lock (GMutex *mutex)
{
  pthread_mutex_lock (get_mutex (&mutex->p, PTHREAD_MUTEX_NORMAL));
}

gboolean
g_mutex_trylock (GMutex *mutex)
{
  return pthread_mutex_trylock (get_mutex (&mutex->p, PTHREAD_MUTEX_NORMAL)) == 0;
}

void
g_mutex_unlock (GMutex *mutex)
{
  pthread_mutex_unlock (get_mutex (&mutex->p, PTHREAD_MUTEX_NORMAL));
}

void
g_rec_mutex_init (GRecMutex *mutex)
{
  mutex->p = NULL;
}

void
g_rec_mutex_clear (GRecMutex *mutex)
{
}

void
g_rec_mutex_lock (GRecMutex *mutex)
{
  pthread_mutex_lock (get_mutex (&mutex->p, PTHREAD_MUTEX_RECURSIVE));
}

gboolean
g_rec_mutex_trylock (GRecMutex *mutex)
{
  return pthread_mutex_trylock (get_mutex (&mutex->p, PTHREAD_MUTEX_RECURSIVE)) == 0;
}

void
g_rec_mutex_unlock (GRecMutex *mutex)
{
  pthread_mutex_unlock (get_mutex (&mutex->p, PTHREAD_MUTEX_RECURSIVE));
}

void
g_cond_init (GCond *cond)
{
  cond->p = NULL;
}

void
g_cond_clear (GCond *cond)
{
}

void
g_cond_wait (GCond *cond, GMutex *mutex)
{
  pthread_cond_wait (get_cond (cond), get_mutex (&mutex->p, PTHREAD_MUTEX_NORMAL));
}

gboolean
g_cond_wait_until (GCond *cond, GMutex *mutex, gint64 until)
{
  struct timespec time = { until / G_USEC_PER_SEC, until % G_USEC_PER_SEC * 1000 };

  return pthread_cond_timedwait (get_cond (cond), get_mutex (&mutex->p, PTHREAD_MUTEX_NORMAL), &time) != ETIMEDOUT;
}

void
g_cond_signal (GCond *cond)
{
  pthread_cond_signal (get_cond (cond));
}

void
g_cond_broadcast (GCond *cond)
{
  pthread_cond_broadcast (get_cond (cond));
}

/* Who lets go of an object last comes after all others that had it. */
void (g_object_unref) (gpointer object)
{
  static void (*real) (gpointer);

  if (__atomic_load_n (&real, __ATOMIC_ACQUIRE) == NULL)
    __atomic_store_n (&real, (void (*) (gpointer)) dlsym (RTLD_NEXT, "g_object_unref"), __ATOMIC_RELEASE);
  __tsan_acquire (object);
  __tsan_release (object);
  real (object);
}

#endif
