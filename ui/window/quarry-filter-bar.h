/* quarry-filter-bar.h: the filters of what is searched for, as pills
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define QUARRY_TYPE_FILTER_BAR (quarry_filter_bar_get_type ())

/* Shows one pill for each filter; clicking it removes the filter. Hidden while there are no filters. A filter is a
 * string as it is typed (quarry-query.h), and is never there twice.
 *
 * Signal: "changed": a filter was added or removed. */
G_DECLARE_FINAL_TYPE (QuarryFilterBar, quarry_filter_bar, QUARRY, FILTER_BAR, GtkWidget)

GtkWidget *quarry_filter_bar_new (void);

void quarry_filter_bar_add (QuarryFilterBar *self, const char *filter);

/* Of a filter that lets several types or languages through, as in "type:pdf,odt", each is there too, as "type:pdf", and
 * can be removed alone. */
void quarry_filter_bar_remove (QuarryFilterBar *self, const char *filter);
gboolean quarry_filter_bar_has (QuarryFilterBar *self, const char *filter);
gboolean quarry_filter_bar_is_empty (QuarryFilterBar *self);
void quarry_filter_bar_clear (QuarryFilterBar *self);

/* Removes the last filter and returns it. (transfer full): NULL if there is none */
char *quarry_filter_bar_pop (QuarryFilterBar *self);

/* Makes pills of the filters in @text that are completely typed: white space follows them, and the cursor is not at
 * them. @cursor is in characters, and is adjusted for what is removed. Returns the remaining text (transfer full), or
 * NULL if nothing was removed. */
char *quarry_filter_bar_take (QuarryFilterBar *self, const char *text, int *cursor);

/* The whole query: the filters, followed by @text; the second one leaves out @filter. (transfer full) */
char *quarry_filter_bar_write_query (QuarryFilterBar *self, const char *text);
char *quarry_filter_bar_write_query_without (QuarryFilterBar *self, const char *filter, const char *text);

/* The filters in the order of their pills. (transfer full): NULL-terminated */
char **quarry_filter_bar_list (QuarryFilterBar *self);

/* What the pill of @filter says, as in "Type: PDF". (transfer full) */
char *quarry_filter_describe (const char *filter);

G_END_DECLS
