/* quarry-map-draw.c: how the map is drawn
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * With cairo, into one node: two hundred nodes of rounded clips cost more, by whichever renderer.
 */
#include "quarry-config.h"

#include "ui/quarry-map-private.h"
#include "ui/quarry-similarity-bar.h"

#include <math.h>

/* Between the outermost ring and a topic's name. */
#define LABEL_GAP 9.0

/* --- Colours ------------------------------------------------------------------------------- */

typedef struct
{
  GdkRGBA text, ground, accent, line, faint;
  GdkRGBA topics[QUARRY_N_TOPIC_COLORS];
} Palette;

static void
look_up (GtkStyleContext *context, const char *name, GdkRGBA *color)
{
  if (!gtk_style_context_lookup_color (context, name, color))
    gtk_style_context_get_color (context, color);
}

static void
get_palette (QuarryMap *self, Palette *palette)
{
  GtkStyleContext *context = gtk_widget_get_style_context (GTK_WIDGET (self));

  look_up (context, "view_fg_color", &palette->text);
  look_up (context, "view_bg_color", &palette->ground);
  look_up (context, "accent_bg_color", &palette->accent);
  palette->line = palette->faint = palette->text;
  palette->line.alpha *= .14f;
  palette->faint.alpha *= .6f;
  for (int i = 0; i < QUARRY_N_TOPIC_COLORS; i++)
    {
      g_autofree char *name = g_strdup_printf ("topic_%d", i + 1);

      look_up (context, name, &palette->topics[i]);
    }
}

static GdkRGBA
color_of (const Palette *palette, int color, double strength)
{
  GdkRGBA rgba = color >= 0 && color < QUARRY_N_TOPIC_COLORS ? palette->topics[color]
                                                             : palette->faint;

  rgba.alpha *= (float) CLAMP (strength, 0, 1);
  return rgba;
}

/* Black or white, whichever can be read on @ground. */
static GdkRGBA
ink_on (const GdkRGBA *ground, double strength)
{
  double light = .299 * (double) ground->red + .587 * (double) ground->green
                 + .114 * (double) ground->blue;
  float ink = light > .6 ? 0 : 1;

  return (GdkRGBA){ ink, ink, ink, (float) CLAMP (strength, 0, 1) };
}

/* --- Parts --------------------------------------------------------------------------------- */

static void
circle (cairo_t *cr, double x, double y, double radius)
{
  cairo_new_sub_path (cr);
  cairo_arc (cr, x, y, radius, 0, 2 * G_PI);
}

static void
draw_rings (QuarryMap *self, cairo_t *cr, const QuarryMapFrame *frame, const Palette *palette)
{
  double radii[QUARRY_MAP_MOST_RINGS];
  guint n = 0;

  for (int step = 1; step <= QUARRY_MAP_MOST_RINGS; step++)
    if (step * .2 <= frame->edge + 1e-6)
      radii[n++] = frame->radius * step * .2 / frame->edge;
  gdk_cairo_set_source_rgba (cr, &palette->line);
  quarry_map_shapes_show_rings (self->shapes, cr, frame->x, frame->y, radii, n);
  gdk_cairo_set_source_rgba (cr, &palette->accent);
  circle (cr, frame->x, frame->y, 5);
  cairo_fill (cr);
}

static void
draw_ring_labels (QuarryMap *self,
                  cairo_t *cr,
                  const QuarryMapFrame *frame,
                  const Palette *palette)
{
  for (int step = 1; step <= 5; step++)
    {
      g_autofree char *text = NULL;
      int width, height;

      if (step * .2 > frame->edge + 1e-6)
        break;
      text = quarry_similarity_to_string (1 - step * .2);
      quarry_map_shapes_measure_text (self->shapes, QUARRY_MAP_TEXT_RING, text, &width, &height);
      quarry_map_shapes_show_text (self->shapes, cr, QUARRY_MAP_TEXT_RING, text, &palette->faint, &palette->ground,
                                   frame->x + 6, frame->y - frame->radius * step * .2 / frame->edge - height / 2.0);
    }
}

static void
draw_point (QuarryMap *self,
            cairo_t *cr,
            const QuarryMapFrame *frame,
            const Palette *palette,
            const QuarryMapPoint *point)
{
  gint64 passage = quarry_hit_get_passage (point->hit);
  double strength = quarry_map_get_strength (self, point);
  double radius = frame->scale * (point->number > 0 ? QUARRY_MAP_DISC : QUARRY_MAP_CIRCLE);
  GdkRGBA color = color_of (palette, point->color, strength);
  double x, y;

  quarry_map_get_pixels (self, frame, point, &x, &y);
  if (passage == self->selected || passage == self->hovered)
    {
      GdkRGBA halo = palette->accent;

      halo.alpha *= passage == self->selected ? .35f : .18f;
      gdk_cairo_set_source_rgba (cr, &halo);
      circle (cr, x, y, radius + 6);
      cairo_fill (cr);
    }
  if (point->number > 0)
    {
      g_autofree char *number = g_strdup_printf ("%u", point->number);
      GdkRGBA fill = color, ink;
      int width, height;

      /* Numbers are read on a ground that nothing shines through. */
      if (point->color < 0)
        {
          fill = palette->text;
          fill.red = (fill.red + palette->ground.red) / 2;
          fill.green = (fill.green + palette->ground.green) / 2;
          fill.blue = (fill.blue + palette->ground.blue) / 2;
          fill.alpha = color.alpha / .6f;
        }
      ink = ink_on (&fill, strength);
      gdk_cairo_set_source_rgba (cr, &fill);
      quarry_map_shapes_show (self->shapes, cr, QUARRY_MAP_SHAPE_DISC, frame->scale, x, y);
      gdk_cairo_set_source_rgba (cr, &palette->ground);
      quarry_map_shapes_show (self->shapes, cr, QUARRY_MAP_SHAPE_DISC_RIM, frame->scale, x, y);
      quarry_map_shapes_measure_text (self->shapes, QUARRY_MAP_TEXT_NUMBER, number, &width, &height);
      quarry_map_shapes_show_text (self->shapes, cr, QUARRY_MAP_TEXT_NUMBER, number, &ink, NULL, x - width / 2.0,
                                   y - height / 2.0);
    }
  else
    {
      gdk_cairo_set_source_rgba (cr, &color);
      quarry_map_shapes_show (self->shapes, cr, QUARRY_MAP_SHAPE_CIRCLE, frame->scale, x, y);
    }
}

/* --- Names of topics ----------------------------------------------------------------------- */

typedef struct
{
  int topic;
  int color;
  double east, north; /* sum of directions */
  double strength;
} Label;

static GArray *
find_labels (QuarryMap *self, const QuarryMapFrame *frame)
{
  GArray *labels = g_array_new (FALSE, TRUE, sizeof (Label));

  for (guint i = 0; i < self->points->len; i++)
    {
      const QuarryMapPoint *point = &g_array_index (self->points, QuarryMapPoint, i);
      double strength = quarry_map_get_strength (self, point);
      double x, y, away;
      guint l = 0;

      if (point->topic < 0 || point->leaving)
        continue;
      while (l < labels->len && g_array_index (labels, Label, l).topic != point->topic)
        l++;
      if (l == labels->len)
        g_array_append_val (labels, ((Label){ .topic = point->topic, .color = point->color }));
      quarry_map_get_pixels (self, frame, point, &x, &y);
      away = MAX (1, hypot (x - frame->x, y - frame->y));
      g_array_index (labels, Label, l).east += (x - frame->x) / away;
      g_array_index (labels, Label, l).north += (frame->y - y) / away;
      g_array_index (labels, Label, l).strength
          = MAX (strength, g_array_index (labels, Label, l).strength);
    }
  return labels;
}

/* Beyond the outermost ring where its topic's points are; moved where another name stands already,
 * left out where there is no room. */
static void
draw_labels (QuarryMap *self, cairo_t *cr, const QuarryMapFrame *frame, const Palette *palette)
{
  g_autoptr (GArray) labels = find_labels (self, frame);
  g_autoptr (GArray) taken = g_array_new (FALSE, FALSE, sizeof (graphene_rect_t));
  int width = gtk_widget_get_width (GTK_WIDGET (self));
  int height = gtk_widget_get_height (GTK_WIDGET (self));

  for (guint i = 0; i < labels->len; i++)
    {
      const Label *label = &g_array_index (labels, Label, i);
      const char *name = quarry_topic_colors_get_label (self->colors, label->topic);
      double length = hypot (label->east, label->north);
      GdkRGBA color = color_of (palette, label->color, label->strength);
      int text_width, text_height;
      double x, y;
      gboolean free_place = FALSE;

      if (length < 1e-6 || name[0] == '\0')
        continue;
      quarry_map_shapes_measure_text (self->shapes, QUARRY_MAP_TEXT_TOPIC, name, &text_width, &text_height);
      x = frame->x + label->east / length * (frame->radius + LABEL_GAP);
      y = frame->y - label->north / length * (frame->radius + LABEL_GAP);
      x -= text_width * (1 - label->east / length) / 2;
      y -= text_height * (1 + label->north / length) / 2;
      x = CLAMP (x, 6, MAX (6, width - text_width - 6));
      for (int move = 0; move < 5 && !free_place; move++)
        {
          /* 0, 1, −1, 2, −2 lines down */
          double lines = (move + 1) / 2 * (move % 2 ? 1 : -1);
          graphene_rect_t rect = GRAPHENE_RECT_INIT (
              (float) x,
              (float) CLAMP (y + lines * text_height, 3, MAX (3, height - text_height - 3)),
              (float) text_width, (float) text_height);

          free_place = TRUE;
          for (guint j = 0; j < taken->len && free_place; j++)
            free_place = !graphene_rect_intersection (&rect, &g_array_index (taken, graphene_rect_t, j),
                                                      NULL);
          if (!free_place)
            continue;
          g_array_append_val (taken, rect);
          quarry_map_shapes_show_text (self->shapes, cr, QUARRY_MAP_TEXT_TOPIC, name, &color, &palette->ground,
                                       (double) rect.origin.x, (double) rect.origin.y);
        }
    }
}

void
quarry_map_draw (QuarryMap *self, GtkSnapshot *snapshot)
{
  GtkWidget *widget = GTK_WIDGET (self);
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (0, 0, (float) gtk_widget_get_width (widget),
                                               (float) gtk_widget_get_height (widget));
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &bounds);
  QuarryMapFrame frame;
  Palette palette;

  quarry_map_get_frame (self, &frame);
  get_palette (self, &palette);
  draw_rings (self, cr, &frame, &palette);
  for (guint i = self->points->len; i-- > 0;)
    if (g_array_index (self->points, QuarryMapPoint, i).number == 0)
      draw_point (self, cr, &frame, &palette, &g_array_index (self->points, QuarryMapPoint, i));
  draw_ring_labels (self, cr, &frame, &palette);
  if (self->colors)
    draw_labels (self, cr, &frame, &palette);
  /* The first hit lies on top. */
  for (guint number = self->points->len; number > 0; number--)
    for (guint i = 0; i < self->points->len; i++)
      if (g_array_index (self->points, QuarryMapPoint, i).number == number)
        draw_point (self, cr, &frame, &palette, &g_array_index (self->points, QuarryMapPoint, i));
  cairo_destroy (cr);
}
