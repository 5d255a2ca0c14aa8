/* quarry-follow-private.h: changes of the library's folders, followed
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/import/quarry-folders.h"
#include "core/library/quarry-library-private.h"

G_BEGIN_DECLS

/* Ends it; on the main context. */
void quarry_follow_free (QuarryFollow *self);

/* The library's folders may be others now. Threads: any. */
void quarry_follow_reload (QuarryFollow *self);

/* Takes up what waits, where nothing is in its way. Threads: the main context. */
void quarry_follow_go_on (QuarryFollow *self);

/* What became of the folder @path; FALSE where nothing is known of it. Threads: any. */
gboolean quarry_follow_get_state (QuarryFollow *self, const char *path, QuarryFolderState *state);

G_END_DECLS
