/* quarry-library-service.h: the library for other programs, over D-Bus
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The interface is org.quarry.Quarry.Library1: data/org.quarry.Quarry.Library1.xml tells of it.
 */
#pragma once

#include "ui/quarry-session.h"

G_BEGIN_DECLS

/* Where GApplication exports org.gtk.Application too. */
#define QUARRY_LIBRARY_SERVICE_PATH "/org/quarry/Quarry"

#define QUARRY_TYPE_LIBRARY_SERVICE (quarry_library_service_get_type ())

G_DECLARE_FINAL_TYPE (QuarryLibraryService, quarry_library_service, QUARRY, LIBRARY_SERVICE, GObject)

/* @application: is held while a call waits for its answer and while an import runs. @get_session: called with the first
 * call. */
QuarryLibraryService *quarry_library_service_new (GApplication *application,
                                                  QuarrySessionFunc get_session,
                                                  gpointer user_data);

/* The session is there, though nobody has called yet: the changes of its library are told. The first one counts. */
void quarry_library_service_set_session (QuarryLibraryService *self, QuarrySession *session);

gboolean quarry_library_service_export (QuarryLibraryService *self, GDBusConnection *connection, GError **error);
/* Calls that wait are given up; imports go on untold. */
void quarry_library_service_unexport (QuarryLibraryService *self);

G_END_DECLS
