/* quarry-memory.h: fewer page faults
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The kernel provides each page of memory when it is first touched; in a virtual machine one such fault takes as long
 * as half of what reading a passage does. Pages that are asked for together cost a tenth of that.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Has malloc() keep up to 32 MiB of what is freed instead of returning it to the system, so that the next search or
 * frame finds it. To be called once, as the program starts. */
void quarry_keep_memory (void);

/* Faults in the whole pages among @length bytes at @memory, which were just allocated and not written yet. Any thread. */
void quarry_fault_in (gpointer memory, gsize length);

/* The same for about @length bytes that the calling thread is about to allocate in small pieces. */
void quarry_fault_in_heap (gsize length);

G_END_DECLS
