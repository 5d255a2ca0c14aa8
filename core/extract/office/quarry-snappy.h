/* quarry-snappy.h: Snappy blocks -> bytes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * As Google's "Snappy compressed format description" (2011) has it: a length, then literals and copies of what came before.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Appends what the block holds to @out, up to @most bytes in all. FALSE where it is broken; what came before stays. */
gboolean quarry_snappy_unpack (const guint8 *bytes, gsize length, gsize most, GByteArray *out);

G_END_DECLS
