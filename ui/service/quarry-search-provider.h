/* quarry-search-provider.h: answers the search of the GNOME Shell
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The interface is org.gnome.Shell.SearchProvider2:
 * https://developer.gnome.org/documentation/tutorials/search-provider.html
 */
#pragma once

#include "ui/quarry-session.h"

G_BEGIN_DECLS

#define QUARRY_SEARCH_PROVIDER_PATH "/org/quarry/Quarry/SearchProvider"

#define QUARRY_TYPE_SEARCH_PROVIDER (quarry_search_provider_get_type ())

/* If a question comes while another one is open, the older one is answered with no results.
 *
 * Signals: "launch" (const char *query, guint32 time): the search is to be shown in the window; @time: of the event
 *          that asked for it, for the window manager;
 *          "open" (QuarryHit *hit): its document is to be opened at the place of the hit. */
G_DECLARE_FINAL_TYPE (QuarrySearchProvider, quarry_search_provider, QUARRY, SEARCH_PROVIDER, GObject)

/* @application: is held while a question waits for its answer. @get_session: is called when the first question
 * comes. */
QuarrySearchProvider *quarry_search_provider_new (GApplication *application,
                                                  QuarrySessionFunc get_session,
                                                  gpointer user_data);

gboolean quarry_search_provider_export (QuarrySearchProvider *self, GDBusConnection *connection, GError **error);
void quarry_search_provider_unexport (QuarrySearchProvider *self);

G_END_DECLS
