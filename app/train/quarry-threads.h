/* quarry-threads.h: runs the parts of a loop on several processors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Calls @func for the parts 0 … @n_parts − 1, on one thread per processor (at most 4), and returns when all are done.
 * What a part does must not depend on the thread that does it. */
typedef void (*QuarryPartFunc) (guint part, gpointer data);
void quarry_run_parts (guint n_parts, QuarryPartFunc func, gpointer data);

G_END_DECLS
