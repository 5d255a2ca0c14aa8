/* quarry-wrap-layout.c: the layout of what stands in lines, like words: chips, pills
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/quarry-wrap-layout.h"

#define GAP 6 /* pixels, between children and between lines */

static GtkSizeRequestMode
get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

/* Lays the children out in lines of @width pixels and returns how high they are together; where
 * @allocates, each child is given its place. */
static int
lay_out (GtkWidget *widget, int width, gboolean allocates)
{
  gboolean right_to_left = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int x = 0, y = 0, line_height = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    {
      int minimum, child_width, child_height;

      if (!gtk_widget_should_layout (child))
        continue;
      gtk_widget_measure (
          child, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &child_width, NULL, NULL);
      child_width = MAX (minimum, MIN (child_width, width));
      gtk_widget_measure (
          child, GTK_ORIENTATION_VERTICAL, child_width, NULL, &child_height, NULL, NULL);
      if (x > 0 && x + child_width > width)
        {
          x = 0;
          y += line_height + GAP;
          line_height = 0;
        }
      if (allocates)
        gtk_widget_size_allocate (
            child,
            &(GtkAllocation){
                right_to_left ? width - x - child_width : x, y, child_width, child_height },
            -1);
      x += child_width + GAP;
      line_height = MAX (line_height, child_height);
    }
  return y + line_height;
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
