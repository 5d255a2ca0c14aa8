/* quarry-memory.c: memory that a search or a frame frees is kept for the next
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
  /* A search needs a few blocks of some hundred kilobytes, and a window that is painted anew some
   * megabytes. Given back to the system after each key and had from it anew, page by page, they cost as
   * much as what is done in them. */
  mallopt (M_TRIM_THRESHOLD, KEPT);
  mallopt (M_MMAP_THRESHOLD, MAPPED);
}

void
quarry_fault_in (gpointer memory, gsize length)
{
#ifdef MADV_POPULATE_WRITE
  gsize page = (gsize) sysconf (_SC_PAGESIZE);
  gsize start = ((gsize) memory + page - 1) / page * page, end = ((gsize) memory + length) / page * page;

  /* Large pages, of which a processor finds more at once: what a search looks up lies all over. */
  if (end > start && end - start >= LARGE_PAGE)
    (void) !madvise ((gpointer) start, end - start, MADV_HUGEPAGE);
  /* A kernel that cannot leaves it to the first touch. */
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
