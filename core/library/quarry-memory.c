/* quarry-memory.c: memory that a search or a frame frees is kept for the next
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/library/quarry-library.h"

#include <malloc.h>

#define KEPT (32 << 20)
#define MAPPED (16 << 20)

void
quarry_keep_memory (void)
{
  /* A search needs a few blocks of some hundred kilobytes, and a window that is painted anew some
   * megabytes. Given back to the system after each key and had from it anew, page by page, they cost as
   * much as what is done in them. */
  mallopt (M_TRIM_THRESHOLD, KEPT);
  mallopt (M_MMAP_THRESHOLD, MAPPED);
}
