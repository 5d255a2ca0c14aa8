/* quarry-button-names.c: what a screen reader calls buttons that have a mnemonic
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/widgets/quarry-button-names.h"

#include <gtk/gtk.h>

/* Removes the button's own name, its label with the underscore. Its name then comes from the label widget inside
 * alone. */
static void
name_button (GtkButton *button)
{
  if (gtk_button_get_use_underline (button))
    gtk_accessible_reset_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL);
}

static void
watch_button (GtkWidget *button)
{
  name_button (GTK_BUTTON (button));
  /* Setting another label sets the name with the underscore again. */
  g_signal_handlers_disconnect_by_func (button, name_button, NULL);
  g_signal_connect (button, "notify::label", G_CALLBACK (name_button), NULL);
}

static void
watch_buttons (GtkWidget *widget)
{
  if (GTK_IS_BUTTON (widget) && gtk_button_get_use_underline (GTK_BUTTON (widget)))
    watch_button (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child; child = gtk_widget_get_next_sibling (child))
    watch_buttons (child);
}

/* Buttons are found when their window is mapped, including those on pages that are not shown yet. */
static gboolean
mapped_cb (GSignalInvocationHint *hint, guint n_values, const GValue *values, gpointer data)
{
  GtkWidget *widget = g_value_get_object (values);

  if (GTK_IS_WINDOW (widget) || GTK_IS_BUTTON (widget))
    watch_buttons (widget);
  return TRUE;
}

void
quarry_name_buttons (void)
{
  static gsize done;

  if (g_once_init_enter (&done))
    {
      g_type_class_unref (g_type_class_ref (GTK_TYPE_WIDGET));
      g_signal_add_emission_hook (g_signal_lookup ("map", GTK_TYPE_WIDGET), 0, mapped_cb, NULL, NULL);
      g_once_init_leave (&done, 1);
    }
}
