/* quarry-memory.h: pages of memory, had from the system many at a time
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The system gives a page when it is touched first, each at a cost of its own, and in a virtual machine that
 * cost is what half a passage costs to read. Asked for many at once, they cost a tenth.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* For a program that searches, at its start: what one search or one frame frees is kept for the next,
 * up to 32 MiB. */
void quarry_keep_memory (void);

/* Has the system give the whole pages of @memory, which was just allocated. */
void quarry_fault_in (gpointer memory, gsize length);

/* The same for what the calling thread is about to allocate, some @length bytes in small pieces. */
void quarry_fault_in_heap (gsize length);

G_END_DECLS
