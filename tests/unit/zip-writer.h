/* zip-writer.h: writes small ZIP files for tests
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* (transfer full) A ZIP file of the members that follow: name and contents by turns, NULL at the
 * end. The first member is stored, the others are deflated. */
GBytes *zip_write (const char *name, ...) G_GNUC_NULL_TERMINATED;

/* The same of GByteArrays (transfer full), none of which is stored. */
GBytes *zip_write_arrays (const char *name, ...) G_GNUC_NULL_TERMINATED;

/* The same with one member of @length zeros. */
GBytes *zip_write_zeros (const char *name, gsize length, const char *other, const char *contents);

/* Writes @zip (transfer full) to the file at @path. */
void zip_save (const char *path, GBytes *zip);

G_END_DECLS
