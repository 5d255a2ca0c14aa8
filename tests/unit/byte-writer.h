/* byte-writer.h: writes files of numbers, byte by byte
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Writes @value in @n bytes (any number), little endian, at @at. The array grows where it ends before, with zeros. */
void put (GByteArray *out, gsize at, guint64 value, guint n);

/* Appends @text in UTF-16, without a zero at its end. */
void add_wide (GByteArray *out, const char *text);

G_END_DECLS
