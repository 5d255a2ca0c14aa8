/* quarry-recent-view.h: what is shown while nothing is searched for
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "core/library/quarry-library.h"

G_BEGIN_DECLS

#define QUARRY_TYPE_RECENT_VIEW (quarry_recent_view_get_type ())

/* What was opened last, and the documents that were added last; where there are none, how to add some.
 * Signals: "opened" (char *path, char *mime_type): a document was activated;
 *          "opened-again" (QuarryHit *): so was one that was opened before, at the place where it was;
 *          "listed": the documents have been listed, so that quarry_recent_view_is_empty() can say;
 *          "topic" (char *name): a topic of the library is to be searched for. */
G_DECLARE_FINAL_TYPE (QuarryRecentView, quarry_recent_view, QUARRY, RECENT_VIEW, GtkWidget)

GtkWidget *quarry_recent_view_new (void);

/* @library may be NULL. Its signal "changed" loads again while the view is shown. */
void quarry_recent_view_set_library (QuarryRecentView *self, QuarryLibrary *library);

/* FALSE: there is no offer to add documents. */
void quarry_recent_view_set_writable (QuarryRecentView *self, gboolean writable);

/* TRUE while there are known to be no documents: it says what to do about that. */
gboolean quarry_recent_view_is_empty (QuarryRecentView *self);

/* Shows nothing more of what was opened until the view is shown anew. */
void quarry_recent_view_forget_opened (QuarryRecentView *self);

G_END_DECLS
