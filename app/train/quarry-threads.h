/* quarry-threads.h: one loop on several processors
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Calls @func for parts 0 … @n_parts − 1, on as many threads as there are processors (4 at most);
 * returns when all are done. What a part does must not depend on which thread does it. */
typedef void (*QuarryPartFunc) (guint part, gpointer data);
void quarry_run_parts (guint n_parts, QuarryPartFunc func, gpointer data);

G_END_DECLS
