/* quarry-icon.c: icons that add nothing to the text beside them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/widgets/quarry-icon.h"

GtkWidget *
quarry_icon_new (const char *name)
{
  /* The role can only be set at construction. Without it, screen readers call every image of GTK 4.8 “GtkImage”. */
  return g_object_new (GTK_TYPE_IMAGE, "icon-name", name, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
}
