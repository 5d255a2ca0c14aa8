/* quarry-nameless-file.h: temporary files without a name
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * For data that is too large for memory and of no use later. The system removes such a file when its last descriptor is
 * closed, even where the process is killed.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Creates an empty file on @folder's file system, open for reading and writing, which no other program can open by a
 * name. Returns its descriptor, which the caller closes; -1, with errno set, where that fails. Any thread. */
int quarry_nameless_file_open (const char *folder);

G_END_DECLS
