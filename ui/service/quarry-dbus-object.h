/* quarry-dbus-object.h: an object on the bus with one interface, which has only methods
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* All zero: not exported. */
typedef struct
{
  GDBusConnection *connection; /* NULL if not exported */
  guint registration;
} QuarryDBusObject;

/* @xml describes the interface. @called is called with @user_data, which must live as long as the object is
 * exported. */
gboolean quarry_dbus_object_export (QuarryDBusObject *self,
                                    GDBusConnection *connection,
                                    const char *path,
                                    const char *xml,
                                    GDBusInterfaceMethodCallFunc called,
                                    gpointer user_data,
                                    GError **error);
void quarry_dbus_object_unexport (QuarryDBusObject *self);

G_END_DECLS
