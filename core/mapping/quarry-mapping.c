/* quarry-mapping.c: mapped files that another program may truncate
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A list of guarded mappings, and a handler of SIGBUS that looks in it for the address that could not be read. Where it
 * is there, the handler puts a page of zeros in the place of the missing one, and the read is repeated.
 */
#include "core/mapping/quarry-mapping.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

/* Guards are used again but never freed, because the signal handler may walk the list at any time and cannot take the
 * lock. A thread that reads a guarded mapping always finds its guard: it stays until the mapping is given up. */
typedef struct Guard
{
  gsize start; /* atomic; 0: free */
  gsize length;
  gint *damaged;
  struct Guard *next;
} Guard;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* held while the list is changed */
static Guard *guards; /* atomic */
static gsize page_size;
static struct sigaction previous;

/* Puts a page of zeros in the place of the one that @address is in. FALSE where no guarded mapping holds @address. */
static gboolean
put_zeros (gsize address)
{
  for (Guard *guard = g_atomic_pointer_get (&guards); guard != NULL; guard = guard->next)
    {
      gsize start = __atomic_load_n (&guard->start, __ATOMIC_ACQUIRE);
      gsize page = address / page_size * page_size;

      if (start == 0 || address < start || address - start >= guard->length)
        continue;
      g_atomic_int_set (guard->damaged, TRUE);
      return mmap ((gpointer) page, page_size, PROT_READ | PROT_WRITE,
                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0)
             != MAP_FAILED;
    }
  return FALSE;
}

static void
on_sigbus (int number, siginfo_t *info, gpointer context)
{
  int saved = errno;

  /* A positive code says that the kernel sent the signal because of an access to si_addr. Whatever is not ours goes to
   * the handler that was there before: a failed access comes again once we return, a signal that was sent is raised
   * again. */
  if (info->si_code > 0 && put_zeros ((gsize) info->si_addr))
    {
      errno = saved;
      return;
    }
  sigaction (SIGBUS, &previous, NULL);
  if (info->si_code <= 0)
    raise (SIGBUS);
  errno = saved;
}

static void
install (void)
{
  struct sigaction action = { .sa_sigaction = on_sigbus, .sa_flags = SA_SIGINFO | SA_ONSTACK };

  page_size = (gsize) sysconf (_SC_PAGESIZE);
  sigemptyset (&action.sa_mask);
  sigaction (SIGBUS, &action, &previous);
}

void
quarry_mapping_guard (gpointer start, gsize length, gint *damaged)
{
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  Guard *guard;

  pthread_once (&once, install);
  pthread_mutex_lock (&lock);
  for (guard = guards; guard != NULL && guard->start != 0; guard = guard->next)
    ;
  if (guard != NULL)
    {
      guard->length = length;
      guard->damaged = damaged;
      __atomic_store_n (&guard->start, (gsize) start, __ATOMIC_RELEASE);
    }
  else
    {
      guard = g_new (Guard, 1);
      *guard = (Guard) { (gsize) start, length, damaged, guards };
      g_atomic_pointer_set (&guards, guard);
    }
  pthread_mutex_unlock (&lock);
}

typedef struct
{
  gpointer start;
  gsize length;
  gint damaged;
} MappedBytes;

static void
mapped_bytes_free (gpointer data)
{
  MappedBytes *self = data;

  quarry_mapping_unguard (self->start);
  munmap (self->start, self->length);
  g_free (self);
}

GBytes *
quarry_mapping_bytes_new (int fd, gsize length)
{
  gpointer start = mmap (NULL, length, PROT_READ, MAP_PRIVATE, fd, 0);
  MappedBytes *self;

  if (start == MAP_FAILED)
    return NULL;
  self = g_new0 (MappedBytes, 1);
  self->start = start;
  self->length = length;
  quarry_mapping_guard (start, length, &self->damaged);
  return g_bytes_new_with_free_func (start, length, mapped_bytes_free, self);
}

gboolean
quarry_mapping_is_damaged (gconstpointer address)
{
  gboolean is_damaged = FALSE;

  pthread_mutex_lock (&lock);
  for (Guard *guard = guards; guard != NULL && !is_damaged; guard = guard->next)
    is_damaged = guard->start != 0 && (gsize) address >= guard->start && (gsize) address - guard->start < guard->length
                 && g_atomic_int_get (guard->damaged);
  pthread_mutex_unlock (&lock);
  return is_damaged;
}

void
quarry_mapping_unguard (gpointer start)
{
  pthread_mutex_lock (&lock);
  for (Guard *guard = guards; guard != NULL; guard = guard->next)
    if (guard->start == (gsize) start)
      {
        __atomic_store_n (&guard->start, 0, __ATOMIC_RELEASE);
        break;
      }
  pthread_mutex_unlock (&lock);
}
