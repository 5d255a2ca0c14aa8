/* quarry-nameless-file.h: a file that is gone with the process
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * For what is too large for memory and of no use later.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Opens an empty file in @folder, which no other program finds there, for reading and writing. -1, with errno set, where
 * the folder can have none. */
int quarry_nameless_file_open (const char *folder);

G_END_DECLS
