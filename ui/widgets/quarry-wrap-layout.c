/* quarry-wrap-layout.c: a layout for children that flow in lines, like words: chips, pills
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/widgets/quarry-wrap-layout.h"

#define GAP 6 /* pixels between children, and between lines unless they are told otherwise */

static const char line_gap_key[] = "quarry-line-gap"; /* plus 1, so that 0 is known from none */

static int
get_line_gap (GtkWidget *widget)
{
  int gap = GPOINTER_TO_INT (g_object_get_data (G_OBJECT (widget), line_gap_key));

  return gap > 0 ? gap - 1 : GAP;
}

static GtkSizeRequestMode
get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

typedef struct
{
  GtkWidget *child;
  int width, height;
} Placed;

/* The width that decides whether a child fits into a line. One that expands takes what the others leave, so it counts
 * with its minimum. */
static int
width_in_line (GtkWidget *child, int most)
{
  int minimum, natural;

  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);
  if (gtk_widget_compute_expand (child, GTK_ORIENTATION_HORIZONTAL))
    return minimum;
  return MAX (minimum, MIN (natural, most));
}

/* Gives the children of a line their places below @y (if @allocates) and returns the line's height. */
static int
end_line (GtkWidget *widget, GArray *line, int used, int width, int y, gboolean allocates)
{
  gboolean right_to_left = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int left = MAX (0, width - used), x = 0, height = 0;

  for (guint i = 0; i < line->len; i++)
    {
      Placed *placed = &g_array_index (line, Placed, i);

      if (left > 0 && gtk_widget_compute_expand (placed->child, GTK_ORIENTATION_HORIZONTAL))
        {
          placed->width += left;
          left = 0;
        }
      gtk_widget_measure (placed->child, GTK_ORIENTATION_VERTICAL, placed->width, NULL, &placed->height, NULL, NULL);
      height = MAX (height, placed->height);
    }
  for (guint i = 0; allocates && i < line->len; i++)
    {
      const Placed *placed = &g_array_index (line, Placed, i);

      gtk_widget_size_allocate (placed->child,
                                &(GtkAllocation){ right_to_left ? width - x - placed->width : x, y,
                                                  placed->width, height },
                                -1);
      x += placed->width + GAP;
    }
  g_array_set_size (line, 0);
  return height;
}

/* Lays the children out in lines of @width pixels and returns the total height. If @allocates, each child is allocated
 * its place. */
static int
lay_out (GtkWidget *widget, int width, gboolean allocates)
{
  g_autoptr (GArray) line = g_array_new (FALSE, FALSE, sizeof (Placed));
  int used = 0, y = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    {
      Placed placed = { child };

      if (!gtk_widget_should_layout (child))
        continue;
      placed.width = width_in_line (child, width);
      if (line->len > 0 && used + GAP + placed.width > width)
        {
          y += end_line (widget, line, used, width, y, allocates) + get_line_gap (widget);
          used = 0;
        }
      used += placed.width + (line->len > 0 ? GAP : 0);
      g_array_append_val (line, placed);
    }
  return line->len > 0 ? y + end_line (widget, line, used, width, y, allocates) : y;
}

static void
measure (GtkWidget *widget,
         GtkOrientation orientation,
         int for_size,
         int *minimum,
         int *natural,
         int *minimum_baseline,
         int *natural_baseline)
{
  int widest = 0, together = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    {
      int child_minimum, child_natural;

      if (!gtk_widget_should_layout (child))
        continue;
      gtk_widget_measure (
          child, GTK_ORIENTATION_HORIZONTAL, -1, &child_minimum, &child_natural, NULL, NULL);
      widest = MAX (widest, child_minimum);
      together += child_natural + (together > 0 ? GAP : 0);
    }
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = widest;
      *natural = together;
    }
  else
    *minimum = *natural = lay_out (widget, for_size < 0 ? together : for_size, FALSE);
}

static void
allocate (GtkWidget *widget, int width, int height, int baseline)
{
  lay_out (widget, width, TRUE);
}

GtkLayoutManager *
quarry_wrap_layout_new (void)
{
  return gtk_custom_layout_new (get_request_mode, measure, allocate);
}

void
quarry_wrap_layout_set_line_gap (GtkWidget *widget, int gap)
{
  g_return_if_fail (GTK_IS_WIDGET (widget));
  g_return_if_fail (gap >= 0);

  g_object_set_data (G_OBJECT (widget), line_gap_key, GINT_TO_POINTER (gap + 1));
  gtk_widget_queue_resize (widget);
}
