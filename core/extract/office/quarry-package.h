/* quarry-package.h: the ZIP files that office documents and books are
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Bounds against bombs: on the number of members, on the size of each, on all that is unpacked.
 */
#pragma once

#include "core/extract/quarry-reader.h"

G_BEGIN_DECLS

typedef struct _QuarryPackage QuarryPackage;

/* NULL where it is no ZIP file that can be read. @input must outlive it. */
QuarryPackage *quarry_package_open (const QuarryInput *input);
void quarry_package_free (QuarryPackage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryPackage, quarry_package_free)

/* Whether the list of members at the file's end may hold @part of a name: cheaper than to open the package, for what is
 * none with so many members that the list is longer than a megabyte. */
gboolean quarry_package_may_name (const QuarryInput *input, const char *part);

gboolean quarry_package_has (QuarryPackage *self, const char *name);

/* The names of all members, in the file's order. Owned by the package. */
const GPtrArray *quarry_package_list (QuarryPackage *self);

/* (transfer full) A member unpacked; NULL where it is missing, broken, encrypted or too large. */
GBytes *quarry_package_get (QuarryPackage *self, const char *name);

/* Says why a member that is there was not got: ENCRYPTED, TOO_LARGE or DAMAGED. */
void quarry_package_set_error (QuarryPackage *self, QuarryFormat format, GError **error);

/* The member that a part refers to: @target, as it is written in the member @base. Percent signs
 * are resolved; what leads out of the package is cut off. (transfer full) */
char *quarry_package_resolve (const char *base, const char *target);

G_END_DECLS
