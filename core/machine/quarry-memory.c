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
  /* A search allocates a few blocks of some hundred kilobytes, and painting the window some megabytes. To return
   * them to the system after each key and fault them in again, page by page, takes as long as the work that is done
   * in them. */
  mallopt (M_TRIM_THRESHOLD, KEPT);
  mallopt (M_MMAP_THRESHOLD, MAPPED);
}

void
quarry_fault_in (gpointer memory, gsize length)
{
#ifdef MADV_POPULATE_WRITE
  gsize page = (gsize) sysconf (_SC_PAGESIZE);
  gsize start = ((gsize) memory + page - 1) / page * page, end = ((gsize) memory + length) / page * page;

  /* Large pages, because one entry of the processor's address cache (TLB) covers more with them, and searches read all
   * over the memory. */
  if (end > start && end - start >= LARGE_PAGE)
    (void) !madvise ((gpointer) start, end - start, MADV_HUGEPAGE);
  /* Kernels before 5.14 refuse; each page is then faulted in when it is first touched, as usual. */
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
