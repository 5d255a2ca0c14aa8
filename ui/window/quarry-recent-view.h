/* quarry-recent-view.h: what is shown while nothing is searched for
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

#include "core/library/quarry-library.h"

G_BEGIN_DECLS

#define QUARRY_TYPE_RECENT_VIEW (quarry_recent_view_get_type ())

/* Lists the documents opened last and those added last; if there are none, says how to add some.
 *  Signals: "opened" (char *path, char *mime_type): a document was activated;
 *           "opened-again" (QuarryHit *): one that was opened before was activated; it opens where it was left;
 *           "listed": the documents have been listed, so that quarry_recent_view_is_empty() is known;
 *           "topic" (char *name): a topic of the library is to be searched for. */
G_DECLARE_FINAL_TYPE (QuarryRecentView, quarry_recent_view, QUARRY, RECENT_VIEW, GtkWidget)

GtkWidget *quarry_recent_view_new (void);

/* @library may be NULL. While the view is shown, each "changed" of it loads the view again. */
void quarry_recent_view_set_library (QuarryRecentView *self, QuarryLibrary *library);

/* FALSE: documents cannot be added, so the view does not offer it. */
void quarry_recent_view_set_writable (QuarryRecentView *self, gboolean writable);

/* TRUE once the library is known to hold no documents; the view then says how to add some. */
gboolean quarry_recent_view_is_empty (QuarryRecentView *self);

/* Removes the documents that were opened from the view until it is shown again. */
void quarry_recent_view_forget_opened (QuarryRecentView *self);

G_END_DECLS
