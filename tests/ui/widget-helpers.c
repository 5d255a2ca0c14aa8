/* widget-helpers.c: what tests of widgets share: waiting, showing, looking into widgets
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tests/ui/widget-helpers.h"

#include <adwaita.h>

#define TURN_MS 20
#define PATIENCE_SECONDS 60

gboolean
widget_test_init (int *argc, char ***argv)
{
  g_test_init (argc, argv, NULL);
  if (!gtk_init_check ())
    {
      g_print ("1..0 # SKIP no display\n");
      return FALSE;
    }
  adw_init ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  return TRUE;
}

/* --- Waiting ------------------------------------------------------------------------------- */

static gboolean
wake_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_CONTINUE;
}

gboolean
wait_a_turn (gint64 begun)
{
  gboolean woken = FALSE;
  guint timer = g_timeout_add (TURN_MS, wake_cb, &woken);

  g_main_context_iteration (NULL, TRUE);
  g_source_remove (timer);
  return g_get_monotonic_time () - begun < PATIENCE_SECONDS * G_TIME_SPAN_SECOND;
}

void
settle (guint milliseconds)
{
  gboolean woken = FALSE;
  guint timer = g_timeout_add (milliseconds, wake_cb, &woken);

  while (!woken)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timer);
}

/* Asks for a frame first: gtk_test_widget_wait_for_draw() alone would wait for ever if the last frame that was
 * requested has been drawn already. */
void
next_frame (GtkWidget *widget)
{
  gtk_widget_queue_draw (widget);
  gtk_test_widget_wait_for_draw (widget);
}

/* --- Showing ------------------------------------------------------------------------------- */

GtkWidget *
show (GtkWidget *widget, int width, int height)
{
  GtkWidget *window = gtk_window_new ();

  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  gtk_window_set_child (GTK_WINDOW (window), widget);
  gtk_window_present (GTK_WINDOW (window));
  next_frame (window);
  return window;
}

void
destroy_window (GtkWidget *window, GtkWidget *last)
{
  g_object_add_weak_pointer (G_OBJECT (last), (gpointer *) &last);
  gtk_window_destroy (GTK_WINDOW (window));
  wait_for (last == NULL);
}

/* --- Looking into widgets ------------------------------------------------------------------ */

static GtkWidget *
find_and_skip (GtkWidget *widget, GType type, guint *skip)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type) && (*skip)-- == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_and_skip (child, type, skip);

      if (found)
        return found;
    }
  return NULL;
}

GtkWidget *
find_nth_widget (GtkWidget *widget, GType type, guint n)
{
  return find_and_skip (widget, type, &n);
}

GtkWidget *
find_widget (GtkWidget *widget, GType type)
{
  return find_nth_widget (widget, type, 0);
}

GtkWidget *
find_label (GtkWidget *widget, const char *text)
{
  if (GTK_IS_LABEL (widget) && g_str_equal (gtk_label_get_label (GTK_LABEL (widget)), text))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_label (child, text);

      if (found)
        return found;
    }
  return NULL;
}

GtkWidget *
find_template_child (GtkWidget *widget, const char *name)
{
  GObject *child = gtk_widget_get_template_child (widget, G_OBJECT_TYPE (widget), name);

  g_assert_nonnull (child);
  return GTK_WIDGET (child);
}

void
count_up (guint *n)
{
  ++*n;
}

GBytes *
paint_to_bytes (GtkWidget *widget)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (widget);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  GskRenderNode *node;
  GBytes *bytes;

  gdk_paintable_snapshot (paintable, snapshot, gtk_widget_get_width (widget), gtk_widget_get_height (widget));
  node = gtk_snapshot_free_to_node (snapshot);
  bytes = gsk_render_node_serialize (node);
  gsk_render_node_unref (node);
  return bytes;
}

char *
buffer_text (GtkWidget *view)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (view));
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, TRUE);
}
