/* quarry-snappy.h: decompresses Snappy blocks
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The format is that of Google's "Snappy compressed format description" (2011): a length, then
 * literals and copies of earlier output.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Appends the contents of the block to @out, up to @most bytes in all. FALSE if the block is broken; what was
 * decompressed before that is kept. */
gboolean quarry_snappy_unpack (const guint8 *bytes, gsize length, gsize most, GByteArray *out);

G_END_DECLS
