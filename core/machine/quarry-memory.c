/* quarry-memory.c: fewer page faults
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/machine/quarry-memory.h"

#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#define KEPT (32 << 20)
#define MAPPED (16 << 20)
#define LARGE_PAGE (2 << 20)

void
quarry_keep_memory (void)
{
  /* A search needs a few blocks of some hundred kilobytes, painting the window some megabytes. To return them to the
   * system after each key and fault them in again, page by page, takes as long as the work that is done in them. */
  mallopt (M_TRIM_THRESHOLD, KEPT);
  mallopt (M_MMAP_THRESHOLD, MAPPED);
}

void
quarry_fault_in (gpointer memory, gsize length)
{
#ifdef MADV_POPULATE_WRITE
  gsize page = (gsize) sysconf (_SC_PAGESIZE);
  gsize start = ((gsize) memory + page - 1) / page * page, end = ((gsize) memory + length) / page * page;

  /* Large pages, with which the processor's address cache reaches further: searches look things up all over. */
  if (end > start && end - start >= LARGE_PAGE)
    (void) !madvise ((gpointer) start, end - start, MADV_HUGEPAGE);
  /* Older kernels refuse: then each page is faulted in when it is touched, as usual. */
  if (end > start)
    (void) !madvise ((gpointer) start, end - start, MADV_POPULATE_WRITE);
#endif
}

void
quarry_fault_in_heap (gsize length)
{
  gpointer memory = g_malloc (length);

  quarry_fault_in (memory, length);
  g_free (memory);
}
