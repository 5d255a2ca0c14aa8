/* quarry-filter-bar.h: the filters of what is searched for, as pills
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define QUARRY_TYPE_FILTER_BAR (quarry_filter_bar_get_type ())

/* A pill a filter, which a click takes away; hidden while there are none. A filter is written as it is
 * typed (quarry-query.h), and none is there twice.
 *
 * Signal: "changed": a filter came or went. */
G_DECLARE_FINAL_TYPE (QuarryFilterBar, quarry_filter_bar, QUARRY, FILTER_BAR, GtkWidget)

GtkWidget *quarry_filter_bar_new (void);

void quarry_filter_bar_add (QuarryFilterBar *self, const char *filter);
void quarry_filter_bar_remove (QuarryFilterBar *self, const char *filter);
gboolean quarry_filter_bar_has (QuarryFilterBar *self, const char *filter);
gboolean quarry_filter_bar_is_empty (QuarryFilterBar *self);
void quarry_filter_bar_clear (QuarryFilterBar *self);

/* Takes the last filter away. (transfer full): NULL where there is none */
char *quarry_filter_bar_pop (QuarryFilterBar *self);

/* Makes pills of the filters in @text that are typed to their end: white space follows, and the cursor is not
 * at them. @cursor: characters; moved along with what goes. (transfer full): the rest; NULL: nothing went */
char *quarry_filter_bar_take (QuarryFilterBar *self, const char *text, int *cursor);

/* The filters, and @text behind them: what is searched for. (transfer full) */
char *quarry_filter_bar_write_query (QuarryFilterBar *self, const char *text);

G_END_DECLS
