/* quarry-library-place.h: where the library is that is meant where none is named
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Usually $XDG_DATA_HOME/quarry/library. A person may have chosen another folder in its place, as for a library on
 * another disk; its path is then in $XDG_CONFIG_HOME/quarry/library, so that all programs of Quarry mean the same one.
 * Once there is a library in it, library-was-there beside that file has the same path: if the disk is not connected, its
 * mount point may be an empty folder.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The usual folder. (transfer full) */
char *quarry_library_place_usual (void);

/* The folder that was chosen, else the usual one. A choice that cannot be read, or is no absolute path, counts for
 * nothing. Any thread. (transfer full) */
char *quarry_library_place_get (void);

/* Whether @folder was chosen in place of the usual one. */
gboolean quarry_library_place_is_chosen (const char *folder);

/* Remembers that there is a library in @folder, if that was chosen. Any thread. */
void quarry_library_place_note (const char *folder);

/* Whether @folder was chosen, and is missing or no longer has the library that was in it. */
gboolean quarry_library_place_is_lost (const char *folder);

/* Keeps @folder, an absolute path, as the one that is meant from now on, and makes it where it is missing; a library that
 * was in it is forgotten. The usual one, or NULL, takes the choice back. FALSE, with an error of G_FILE_ERROR that names
 * the folder or file, where one of them cannot be written. */
gboolean quarry_library_place_choose (const char *folder, GError **error);

G_END_DECLS
