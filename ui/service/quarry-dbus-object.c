/* quarry-dbus-object.c: an object on the bus with one interface, which has only methods
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/service/quarry-dbus-object.h"

gboolean
quarry_dbus_object_export (QuarryDBusObject *self,
                           GDBusConnection *connection,
                           const char *path,
                           const char *xml,
                           GDBusInterfaceMethodCallFunc called,
                           gpointer user_data,
                           GError **error)
{
  const GDBusInterfaceVTable vtable = { called, NULL, NULL, { NULL } };
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (xml, error);

  if (!node)
    return FALSE;
  self->registration
      = g_dbus_connection_register_object (connection, path, node->interfaces[0], &vtable, user_data, NULL, error);
  if (self->registration == 0)
    return FALSE;
  g_set_object (&self->connection, connection);
  return TRUE;
}

void
quarry_dbus_object_unexport (QuarryDBusObject *self)
{
  if (self->registration > 0)
    g_dbus_connection_unregister_object (self->connection, self->registration);
  self->registration = 0;
  g_clear_object (&self->connection);
}
