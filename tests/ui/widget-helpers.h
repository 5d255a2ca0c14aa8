/* widget-helpers.h: what tests of widgets share: waiting, showing, looking into widgets
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Starts the test framework and GTK, without animations. Returns FALSE, after a message, if there is no display; main()
 * then has nothing left to do. */
gboolean widget_test_init (int *argc, char ***argv);

/* --- Waiting --- */

/* Runs the main loop until @condition holds, which may depend on another thread. Fails if it does not hold within a
 * minute. */
#define wait_for(condition)                                                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    gint64 wait_begun = g_get_monotonic_time ();                                                   \
    while (!(condition) && wait_a_turn (wait_begun))                                               \
      ;                                                                                            \
    g_assert_true (condition);                                                                     \
  }                                                                                                \
  G_STMT_END

/* Runs the main loop for one iteration, of 20 ms at most. Returns FALSE a minute after @begun, which is longer than
 * anything takes that works. For wait_for(). */
gboolean wait_a_turn (gint64 begun);

/* Runs the main loop for a time, where there is no condition to wait for. */
void settle (guint milliseconds);

/* Waits until @widget has been drawn. */
void next_frame (GtkWidget *widget);

/* --- Showing --- */

/* Puts @widget into a window of that size and waits until it is drawn. (transfer none) */
GtkWidget *show (GtkWidget *widget, int width, int height);

/* Destroys @window and waits until @last, which is the window or a widget in it, is finalized. */
void destroy_window (GtkWidget *window, GtkWidget *last);

/* --- Looking into widgets ---
 * Each in the order in which they stand, the widget itself first; NULL where there is none. */

GtkWidget *find_widget (GtkWidget *widget, GType type);
/* @n counts from 0. */
GtkWidget *find_nth_widget (GtkWidget *widget, GType type, guint n);
/* The label whose text is @text. */
GtkWidget *find_label (GtkWidget *widget, const char *text);
/* Fails where the template of @widget has no such child. */
GtkWidget *find_template_child (GtkWidget *widget, const char *name);

/* The text of @view, a GtkTextView. (transfer full) */
char *buffer_text (GtkWidget *view);

/* To be connected with g_signal_connect_swapped(): counts how often a signal is emitted. */
void count_up (guint *n);

/* What @widget paints, in the form of gsk_render_node_serialize(). (transfer full) */
GBytes *paint_to_bytes (GtkWidget *widget);

G_END_DECLS
