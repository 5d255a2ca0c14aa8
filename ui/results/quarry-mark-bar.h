/* quarry-mark-bar.h: the passages that hits are to be more, or less, like
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define QUARRY_TYPE_MARK_BAR (quarry_mark_bar_get_type ())

/* Shows a pill for each mark, which takes the mark back when clicked. Hidden while there are none.
 *
 * Signal: "removed" (gint64 passage): its pill was clicked, and has been removed. */
G_DECLARE_FINAL_TYPE (QuarryMarkBar, quarry_mark_bar, QUARRY, MARK_BAR, GtkWidget)

GtkWidget *quarry_mark_bar_new (void);

/* Adds a mark for @passage, or turns its mark into the other kind. @title: that of its document. */
void quarry_mark_bar_add (QuarryMarkBar *self, gint64 passage, const char *title, gboolean more);

/* Removes all marks without emitting a signal. FALSE if there were none. */
gboolean quarry_mark_bar_clear (QuarryMarkBar *self);

G_END_DECLS
