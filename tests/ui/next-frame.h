/* next-frame.h: waiting until a widget has been drawn
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

/* Asks for a frame first: gtk_test_widget_wait_for_draw() alone waits for ever where the last one
 * that anything asked for has just been drawn. */
static inline void
next_frame (GtkWidget *widget)
{
  gtk_widget_queue_draw (widget);
  gtk_test_widget_wait_for_draw (widget);
}
