/* quarry-vector-four.h: four numbers at a time, on every machine that GCC and Clang support
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to core/vector. Vector types of the compiler, for code that needs no kernels of its own for each
 * processor.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef float Four __attribute__ ((vector_size (16)));
typedef gint32 FourInt __attribute__ ((vector_size (16)));

static inline float
sum_of (Four x)
{
  return (x[0] + x[1]) + (x[2] + x[3]);
}

G_END_DECLS
