/* quarry-names.h: files by the names that their folders list
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * File systems that do not tell capital letters from small ones (FAT, exFAT, NTFS) find a file by names that are not
 * its own, and so by the one that it had before only its capitals were changed.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What folders listed when they were first asked about. One thread at a time. */
typedef struct _QuarryNames QuarryNames;

QuarryNames *quarry_names_new (void);
void quarry_names_free (QuarryNames *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryNames, quarry_names_free)

/* Of a @path where something is found: FALSE where a folder from @root on lists it, or a folder on the way, by another
 * name; TRUE also where that cannot be told. Looks into folders, for which a server may have to be asked. */
gboolean quarry_names_has (QuarryNames *self, const char *root, const char *path);

G_END_DECLS
