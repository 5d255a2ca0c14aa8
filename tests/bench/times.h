/* times.h: times of benchmarks
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The processor time of this program so far, in milliseconds. */
double processor_ms (void);

/* For qsort() and g_array_sort(): orders doubles from the smallest on. */
int compare_doubles (gconstpointer a, gconstpointer b);

G_END_DECLS
