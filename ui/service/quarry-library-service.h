/* quarry-library-service.h: the library for other programs, over D-Bus
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The interface is org.quarry.Quarry.Library1, described in data/org.quarry.Quarry.Library1.xml.
 */
#pragma once

#include "ui/quarry-session.h"

G_BEGIN_DECLS

/* The object path at which GApplication exports org.gtk.Application too. */
#define QUARRY_LIBRARY_SERVICE_PATH "/org/quarry/Quarry"

#define QUARRY_TYPE_LIBRARY_SERVICE (quarry_library_service_get_type ())

G_DECLARE_FINAL_TYPE (QuarryLibraryService, quarry_library_service, QUARRY, LIBRARY_SERVICE, GObject)

/* @application: is held while a call waits for its answer and while an import runs. @get_session: is called when the
 * first call comes. */
QuarryLibraryService *quarry_library_service_new (GApplication *application,
                                                  QuarrySessionFunc get_session,
                                                  gpointer user_data);

/* Tells the service of the session, so that changes of its library are signalled before anyone has called. Only the
 * first session counts. */
void quarry_library_service_set_session (QuarryLibraryService *self, QuarrySession *session);

gboolean quarry_library_service_export (QuarryLibraryService *self, GDBusConnection *connection, GError **error);
/* Open calls are dropped; imports go on, but are no longer signalled. */
void quarry_library_service_unexport (QuarryLibraryService *self);

G_END_DECLS
