/* quarry-changes-private.h: notices what changes in the library's folders
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/import/quarry-folders.h"

G_BEGIN_DECLS

typedef struct _QuarryChanges QuarryChanges;

/* Starts the thread that notices changes, first of all those made while nobody followed. It hands them to
 * quarry_follow_take() of the library, on the library's main context. @library: unowned, outlives this */
QuarryChanges *quarry_changes_new (QuarryLibrary *library, const QuarryFollowOptions *options);

/* Ends the thread, and waits for that. */
void quarry_changes_free (QuarryChanges *self);

/* To be called when the library's folders may have changed. Threads: any. */
void quarry_changes_reload (QuarryChanges *self);

/* The state of the folder @path; FALSE where it is not known. Threads: any. */
gboolean quarry_changes_get_state (QuarryChanges *self, const char *path, QuarryFolderState *state);

G_END_DECLS
