/* quarry-rows-private.h: operations on rows of floats, several at a time
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Vector types of the compiler, which work on every machine.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define QUARRY_WIDE_LANES 8

typedef float QuarryWide __attribute__ ((vector_size (QUARRY_WIDE_LANES * sizeof (float)), aligned (4)));
typedef gint32 QuarryWideMask __attribute__ ((vector_size (QUARRY_WIDE_LANES * sizeof (gint32)), aligned (4)));

/* row += factor × other. */
static inline __attribute__ ((always_inline)) void
quarry_add_scaled (float *row, const float *other, float factor, guint n)
{
  guint i = 0;

  for (; i + QUARRY_WIDE_LANES <= n; i += QUARRY_WIDE_LANES)
    *(QuarryWide *) (row + i) += factor * *(const QuarryWide *) (other + i);
  for (; i < n; i++)
    row[i] += factor * other[i];
}

G_END_DECLS
