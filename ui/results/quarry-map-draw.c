/* quarry-map-draw.c: how the map is drawn
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Everything is drawn with cairo into a single render node. With one node for each of the two hundred
 * rounded shapes, drawing takes longer, whichever renderer GTK uses.
 */
#include "quarry-config.h"

#include "ui/results/quarry-map-private.h"
#include "ui/widgets/quarry-similarity-bar.h"

#include <math.h>

/* Pixels between the outermost ring and the name of a topic. */
#define LABEL_GAP 9.0

/* How many places are tried for a name; they are one line apart. */
#define LABEL_MOVES 15

/* The labels of the rings stand along one of so many directions from the centre. */
#define RING_LABEL_WAYS 12

/* Pixels that two of them need between them. */
#define RING_LABEL_GAP 8

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

/* Black or white, whichever is easier to read on @ground. */
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

/* Where the label of the ring @step is placed, in the direction @turns, in turns clockwise from straight up. */
static graphene_rect_t
place_ring_label (QuarryMap *self, const QuarryMapFrame *frame, int step, double turns, const char *text)
{
  double away = frame->radius * step * .2 / frame->edge;
  double x = frame->x + sin (turns * 2 * G_PI) * away, y = frame->y - cos (turns * 2 * G_PI) * away;
  int width, height;

  quarry_map_shapes_measure_text (self->shapes, QUARRY_MAP_TEXT_RING, text, &width, &height);
  /* The label is beside the line from the centre, so that in the directions straight up and down it does not cover
   * that. */
  return GRAPHENE_RECT_INIT ((float) (x + 6), (float) (y - height / 2.0), (float) width, (float) height);
}

/* Where a point is drawn. */
typedef struct
{
  graphene_rect_t rect;
  gboolean is_hit;
} Spot;

/* The place of every point. (transfer full): of Spot */
static GArray *
find_spots (QuarryMap *self, const QuarryMapFrame *frame)
{
  GArray *spots = g_array_sized_new (FALSE, FALSE, sizeof (Spot), self->points->len);

  for (guint i = 0; i < self->points->len; i++)
    {
      const QuarryMapPoint *point = &g_array_index (self->points, QuarryMapPoint, i);
      float radius = (float) (frame->scale * (point->number > 0 ? QUARRY_MAP_DISC : QUARRY_MAP_CIRCLE));
      double x, y;
      Spot spot;

      quarry_map_get_pixels (self, frame, point, &x, &y);
      spot.rect = GRAPHENE_RECT_INIT ((float) x - radius, (float) y - radius, 2 * radius, 2 * radius);
      spot.is_hit = point->number > 0;
      g_array_append_val (spots, spot);
    }
  return spots;
}

/* TRUE if the two labels could be read as one. */
static gboolean
run_together (const graphene_rect_t *label, const graphene_rect_t *other)
{
  graphene_rect_t apart;

  graphene_rect_inset_r (label, -RING_LABEL_GAP, 0, &apart);
  return graphene_rect_intersection (&apart, other, NULL);
}

/* How many points the rings' labels would collide with in this direction. Numbered ones, which are drawn over the
 * labels, count four times; so do a label that runs into the one before it, and one that the edge cuts off. */
static guint
count_covered (QuarryMap *self, const QuarryMapFrame *frame, GArray *spots, char *const *texts, double turns)
{
  GtkWidget *widget = GTK_WIDGET (self);
  graphene_rect_t map
      = GRAPHENE_RECT_INIT (0, 0, (float) gtk_widget_get_width (widget), (float) gtk_widget_get_height (widget));
  graphene_rect_t before;
  guint n = 0;

  for (int step = 1; texts[step - 1]; step++)
    {
      graphene_rect_t label = place_ring_label (self, frame, step, turns, texts[step - 1]);

      if (!graphene_rect_contains_rect (&map, &label))
        n += 4;
      if (step > 1 && run_together (&label, &before))
        n += 4;
      before = label;
      for (guint i = 0; i < spots->len; i++)
        {
          const Spot *spot = &g_array_index (spots, Spot, i);

          if (graphene_rect_intersection (&label, &spot->rect, NULL))
            n += spot->is_hit ? 4 : 1;
        }
    }
  return n;
}

/* The direction in turns; with growing @way they alternate 0, 1, −1, 2, −2 … steps from straight up. */
static double
way_turns (int way)
{
  return (way + 1) / 2 * (way % 2 ? 1.0 : -1.0) / RING_LABEL_WAYS;
}

/* The direction in which the rings' labels collide with the fewest points. The present one is kept unless another is
 * better, or while points are gliding. */
static int
find_ring_way (QuarryMap *self, const QuarryMapFrame *frame, GArray *spots, char *const *texts)
{
  int best = self->ring_way;
  guint least = self->progress < 1 ? 0 : count_covered (self, frame, spots, texts, way_turns (best));

  for (int way = 0; way < RING_LABEL_WAYS && least > 0; way++)
    {
      guint covered = count_covered (self, frame, spots, texts, way_turns (way));

      if (covered < least)
        {
          least = covered;
          best = way;
        }
    }
  return best;
}

static void
draw_ring_labels (QuarryMap *self, cairo_t *cr, const QuarryMapFrame *frame, const Palette *palette, GArray *spots)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);

  for (int step = 1; step <= QUARRY_MAP_MOST_RINGS && step * .2 <= frame->edge + 1e-6; step++)
    g_ptr_array_add (texts, quarry_similarity_to_string (1 - step * .2));
  g_ptr_array_add (texts, NULL);
  self->ring_way = find_ring_way (self, frame, spots, (char *const *) texts->pdata);
  for (guint i = 0; i + 1 < texts->len; i++)
    {
      graphene_rect_t place = place_ring_label (self, frame, (int) i + 1, way_turns (self->ring_way), texts->pdata[i]);
      guint before = self->written->len;

      /* Where the rings are so close that their labels collide in every direction, fewer are labelled. */
      if (before && run_together (&place, &g_array_index (self->written, graphene_rect_t, before - 1)))
        continue;
      g_array_append_val (self->written, place);
      quarry_map_shapes_show_text (self->shapes, cr, QUARRY_MAP_TEXT_RING, texts->pdata[i], &palette->faint,
                                   &palette->ground, (double) place.origin.x, (double) place.origin.y);
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

      /* The disc is opaque, so that its number can be read. */
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
  double east, north; /* sum of the directions to its points */
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

static gboolean
is_clear_of_text (const graphene_rect_t *rect, GArray *written)
{
  for (guint i = 0; i < written->len; i++)
    if (graphene_rect_intersection (rect, &g_array_index (written, graphene_rect_t, i), NULL))
      return FALSE;
  return TRUE;
}

static gboolean
is_clear_of_hits (const graphene_rect_t *rect, GArray *spots)
{
  for (guint i = 0; i < spots->len; i++)
    if (g_array_index (spots, Spot, i).is_hit
        && graphene_rect_intersection (rect, &g_array_index (spots, Spot, i).rect, NULL))
      return FALSE;
  return TRUE;
}

/* Moves @rect up or down to a place where it overlaps no other text and no numbered point, which would hide it; FALSE if
 * there is none. */
static gboolean
find_place (graphene_rect_t *rect, float most_y, GArray *written, GArray *spots)
{
  float y = rect->origin.y;

  for (int move = 0; move < LABEL_MOVES; move++)
    {
      /* 0, 1, −1, 2, −2 … lines below its place */
      float lines = (float) ((move + 1) / 2 * (move % 2 ? 1 : -1));

      rect->origin.y = CLAMP (y + lines * rect->size.height, 3, MAX (3, most_y));
      if (is_clear_of_text (rect, written) && is_clear_of_hits (rect, spots))
        return TRUE;
    }
  return FALSE;
}

/* Draws each topic's name beyond the outermost ring, in the direction of its points, if there is room. */
static void
draw_labels (QuarryMap *self, cairo_t *cr, const QuarryMapFrame *frame, const Palette *palette, GArray *spots)
{
  g_autoptr (GArray) labels = find_labels (self, frame);
  int width = gtk_widget_get_width (GTK_WIDGET (self));
  int height = gtk_widget_get_height (GTK_WIDGET (self));

  for (guint i = 0; i < labels->len; i++)
    {
      const Label *label = &g_array_index (labels, Label, i);
      const char *name = quarry_topic_colors_get_label (self->colors, label->topic);
      double length = hypot (label->east, label->north);
      GdkRGBA color = color_of (palette, label->color, label->strength);
      int text_width, text_height;
      graphene_rect_t rect;
      double x, y;

      if (length < 1e-6 || name[0] == '\0')
        continue;
      quarry_map_shapes_measure_text (self->shapes, QUARRY_MAP_TEXT_TOPIC, name, &text_width, &text_height);
      x = frame->x + label->east / length * (frame->radius + LABEL_GAP);
      y = frame->y - label->north / length * (frame->radius + LABEL_GAP);
      x -= text_width * (1 - label->east / length) / 2;
      y -= text_height * (1 + label->north / length) / 2;
      x = CLAMP (x, 6, MAX (6, width - text_width - 6));
      rect = GRAPHENE_RECT_INIT ((float) x, (float) y, (float) text_width, (float) text_height);
      if (!find_place (&rect, (float) (height - text_height - 3), self->written, spots))
        continue;
      g_array_append_val (self->written, rect);
      quarry_map_shapes_show_text (self->shapes, cr, QUARRY_MAP_TEXT_TOPIC, name, &color, &palette->ground,
                                   (double) rect.origin.x, (double) rect.origin.y);
    }
}

void
quarry_map_draw (QuarryMap *self, GtkSnapshot *snapshot)
{
  GtkWidget *widget = GTK_WIDGET (self);
  graphene_rect_t bounds = GRAPHENE_RECT_INIT (0, 0, (float) gtk_widget_get_width (widget),
                                               (float) gtk_widget_get_height (widget));
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &bounds);
  g_autoptr (GArray) spots = NULL;
  QuarryMapFrame frame;
  Palette palette;

  quarry_map_get_frame (self, &frame);
  spots = find_spots (self, &frame);
  g_array_set_size (self->written, 0);
  get_palette (self, &palette);
  draw_rings (self, cr, &frame, &palette);
  for (guint i = self->points->len; i-- > 0;)
    if (g_array_index (self->points, QuarryMapPoint, i).number == 0)
      draw_point (self, cr, &frame, &palette, &g_array_index (self->points, QuarryMapPoint, i));
  draw_ring_labels (self, cr, &frame, &palette, spots);
  if (self->colors)
    draw_labels (self, cr, &frame, &palette, spots);
  /* From the last hit to the first, so that the first is on top. */
  for (guint number = self->points->len; number > 0; number--)
    for (guint i = 0; i < self->points->len; i++)
      if (g_array_index (self->points, QuarryMapPoint, i).number == number)
        draw_point (self, cr, &frame, &palette, &g_array_index (self->points, QuarryMapPoint, i));
  cairo_destroy (cr);
}
