/* quarry-mark-bar.h: what the hits shall be more and less like
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define QUARRY_TYPE_MARK_BAR (quarry_mark_bar_get_type ())

/* A pill a mark, which a click takes back; hidden while there are none.
 *
 * Signal: "removed" (gint64 passage): its pill was clicked, and is gone. */
G_DECLARE_FINAL_TYPE (QuarryMarkBar, quarry_mark_bar, QUARRY, MARK_BAR, GtkWidget)

GtkWidget *quarry_mark_bar_new (void);

/* Marks @passage, or marks it the other way. @title: of its document. */
void quarry_mark_bar_add (QuarryMarkBar *self, gint64 passage, const char *title, gboolean more);

/* Takes all back, without a signal. FALSE where there were none. */
gboolean quarry_mark_bar_clear (QuarryMarkBar *self);

G_END_DECLS
