/* quarry-dbus-object.h: an object on the bus, of one interface that has methods alone
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* All zero: on no bus. */
typedef struct
{
  GDBusConnection *connection; /* NULL on none */
  guint registration;
} QuarryDBusObject;

/* @xml describes the interface; @called gets @user_data, which is to outlive the export. */
gboolean quarry_dbus_object_export (QuarryDBusObject *self,
                                    GDBusConnection *connection,
                                    const char *path,
                                    const char *xml,
                                    GDBusInterfaceMethodCallFunc called,
                                    gpointer user_data,
                                    GError **error);
void quarry_dbus_object_unexport (QuarryDBusObject *self);

G_END_DECLS
