/* quarry-tab-stop.c: a box of widgets that is one stop for the Tab key
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/widgets/quarry-tab-stop.h"

struct _QuarryTabStop
{
  GtkBox parent_instance;
};

G_DEFINE_FINAL_TYPE (QuarryTabStop, quarry_tab_stop, GTK_TYPE_BOX)

static gboolean
quarry_tab_stop_focus (GtkWidget *widget, GtkDirectionType direction)
{
  if ((direction == GTK_DIR_TAB_FORWARD || direction == GTK_DIR_TAB_BACKWARD) && gtk_widget_get_focus_child (widget))
    return FALSE;
  return GTK_WIDGET_CLASS (quarry_tab_stop_parent_class)->focus (widget, direction);
}

static void
quarry_tab_stop_class_init (QuarryTabStopClass *klass)
{
  GTK_WIDGET_CLASS (klass)->focus = quarry_tab_stop_focus;
}

static void
quarry_tab_stop_init (QuarryTabStop *self)
{
}
