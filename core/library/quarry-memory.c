/* quarry-memory.c: memory that a search frees is kept for the next
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/library/quarry-library.h"

#include <malloc.h>

#define KEPT (16 << 20)
#define MAPPED (2 << 20)

void
quarry_keep_memory (void)
{
  /* A search needs a few blocks of some hundred kilobytes. Given back to the system after each key and
   * had from it anew, page by page, they cost as much as what is done in them. */
  mallopt (M_TRIM_THRESHOLD, KEPT);
  mallopt (M_MMAP_THRESHOLD, MAPPED);
}
