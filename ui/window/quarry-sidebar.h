/* quarry-sidebar.h: what the library holds, each part of it a filter
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/quarry-library.h"
#include "ui/window/quarry-filter-bar.h"

G_BEGIN_DECLS

#define QUARRY_TYPE_SIDEBAR (quarry_sidebar_get_type ())

/* Folders, types, languages and dates, each with its number of documents. A click filters by it, another click
 * removes the filter.
 *
 * Signal: "everything": the row for all documents was activated, which shows the list of them or, if it is shown,
 * leaves it. */
G_DECLARE_FINAL_TYPE (QuarrySidebar, quarry_sidebar, QUARRY, SIDEBAR, GtkWidget)

GtkWidget *quarry_sidebar_new (void);

/* @library may be NULL. */
void quarry_sidebar_set_library (QuarrySidebar *self, QuarryLibrary *library);

/* The filter bar whose filters the rows show and change. */
void quarry_sidebar_set_filters (QuarrySidebar *self, QuarryFilterBar *filters);

/* Sets whether the list of all documents is shown. */
void quarry_sidebar_set_everything (QuarrySidebar *self, gboolean shown);

G_END_DECLS
