/* quarry-hiding-filters.h: where nothing is found, the filters that hide something
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/quarry-library.h"
#include "ui/window/quarry-filter-bar.h"

G_BEGIN_DECLS

#define QUARRY_TYPE_HIDING_FILTERS (quarry_hiding_filters_get_type ())

/* A row for each filter without which something would be found: what it is, how much it hides, and a button that takes
 * it away. The filter that hides most comes first. Hidden while there is no row.
 *
 * Signal: "lifted": a person took a filter away. */
G_DECLARE_FINAL_TYPE (QuarryHidingFilters, quarry_hiding_filters, QUARRY, HIDING_FILTERS, GtkWidget)

GtkWidget *quarry_hiding_filters_new (void);

/* Searches for @text once without each filter of @bar, on other threads, and then shows the rows; those of before stay
 * until then. @library NULL: there is nothing to look for, and no row. */
void quarry_hiding_filters_look (QuarryHidingFilters *self,
                                 QuarryLibrary *library,
                                 QuarryFilterBar *bar,
                                 const char *text);

/* The number of rows. */
guint quarry_hiding_filters_get_n (QuarryHidingFilters *self);

G_END_DECLS
