/* quarry-follow-private.h: imports what changes in the library's folders
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/import/quarry-folders.h"
#include "core/library/quarry-library-private.h"

G_BEGIN_DECLS

/* Stops following. Call on the main context. */
void quarry_follow_free (QuarryFollow *self);

/* Takes over @n changed @paths for an import, each with the library's folder that it is in (a single file: the path
 * itself). Threads: the main context. */
void quarry_follow_take (QuarryFollow *self, const char *const *roots, const char *const *paths, guint n);

/* To be called when the library's folders may have changed. Threads: any. */
void quarry_follow_reload (QuarryFollow *self);

/* Starts an import of the changes that wait, unless something is in its way. Threads: the main context. */
void quarry_follow_go_on (QuarryFollow *self);

/* The state of the folder @path; FALSE where it is not known. Threads: any. */
gboolean quarry_follow_get_state (QuarryFollow *self, const char *path, QuarryFolderState *state);

G_END_DECLS
