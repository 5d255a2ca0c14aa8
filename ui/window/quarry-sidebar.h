/* quarry-sidebar.h: what the library holds, each part of it a filter
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/quarry-library.h"
#include "ui/window/quarry-filter-bar.h"

G_BEGIN_DECLS

#define QUARRY_TYPE_SIDEBAR (quarry_sidebar_get_type ())

/* Folders, types, languages and dates, each with its number of documents; a click filters by it, another
 * one lifts that again.
 *
 * Signal: "everything": all documents are wanted, or no longer where they are shown. */
G_DECLARE_FINAL_TYPE (QuarrySidebar, quarry_sidebar, QUARRY, SIDEBAR, GtkWidget)

GtkWidget *quarry_sidebar_new (void);

/* @library may be NULL. */
void quarry_sidebar_set_library (QuarrySidebar *self, QuarryLibrary *library);

/* The filters that a click changes. */
void quarry_sidebar_set_filters (QuarrySidebar *self, QuarryFilterBar *filters);

/* Whether all documents are shown. */
void quarry_sidebar_set_everything (QuarrySidebar *self, gboolean shown);

G_END_DECLS
