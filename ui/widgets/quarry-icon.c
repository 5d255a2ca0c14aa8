/* quarry-icon.c: icons that say nothing by themselves
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/widgets/quarry-icon.h"

GtkWidget *
quarry_icon_new (const char *name)
{
  /* A role is given at birth. Without it GTK 4.8 calls every image “GtkImage”. */
  return g_object_new (GTK_TYPE_IMAGE, "icon-name", name, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
}
