/* quarry-package.h: the ZIP files that office documents and books are
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The number of members, the size of each and the total unpacked size are limited, as protection
 * against ZIP bombs.
 */
#pragma once

#include "core/extract/quarry-reader.h"

G_BEGIN_DECLS

typedef struct _QuarryPackage QuarryPackage;

/* NULL if @input is not a readable ZIP file. @input must outlive the package. */
QuarryPackage *quarry_package_open (const QuarryInput *input);
void quarry_package_free (QuarryPackage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryPackage, quarry_package_free)

/* Whether the list of members at the end of the file may contain @part of a name. This is cheaper than opening the
 * package, but it finds nothing if the list is longer than a megabyte. */
gboolean quarry_package_may_name (const QuarryInput *input, const char *part);

/* FALSE if the file ends with a list of its members that names none in @folder, as "word". Cheaper yet, and wherever the
 * end of the file cannot be told at once, TRUE. */
gboolean quarry_package_may_have_folder (const QuarryInput *input, const char *folder);

gboolean quarry_package_has (QuarryPackage *self, const char *name);

/* The names of all members, in the order of the file. Owned by the package. */
const GPtrArray *quarry_package_list (QuarryPackage *self);

/* Unpacks a member; NULL if it is missing, broken, encrypted or too large. (transfer full) */
GBytes *quarry_package_get (QuarryPackage *self, const char *name);

/* Sets an error that says why an existing member could not be unpacked: ENCRYPTED, TOO_LARGE or DAMAGED. */
void quarry_package_set_error (QuarryPackage *self, QuarryFormat format, GError **error);

/* The name of the member that @target, as written in the member @base, refers to. Percent escapes are decoded, and ".."
 * cannot lead out of the package. (transfer full) */
char *quarry_package_resolve (const char *base, const char *target);

G_END_DECLS
