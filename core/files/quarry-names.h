/* quarry-names.h: whether files really have the names that they are found by
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * File systems that ignore case (FAT, exFAT, NTFS) find a file also by names that differ from its own in case, and
 * therefore also by its former name if only the case of that was changed.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Caches what folders contained when they were first asked about. One thread at a time. */
typedef struct _QuarryNames QuarryNames;

QuarryNames *quarry_names_new (void);
void quarry_names_free (QuarryNames *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryNames, quarry_names_free)

/* For a @path where something exists: FALSE where the file, or a folder between @root and it, is listed in its folder
 * under another name; TRUE otherwise, and where that cannot be determined. Reads folders, for which a server may have
 * to be asked. */
gboolean quarry_names_has (QuarryNames *self, const char *root, const char *path);

G_END_DECLS
