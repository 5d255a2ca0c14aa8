/* quarry-map-shapes.c: what the map draws in every frame, rendered once
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A cache of masks: shapes, rings and texts are rendered in one channel when they are first needed,
 * and are later painted through with any colour. It is emptied when the scale of screen or text
 * changes.
 */
#include "quarry-config.h"

#include "ui/results/quarry-map-private.h"
#include "ui/results/quarry-map-shapes.h"

#include "ui/widgets/quarry-text-scale.h"

#include <math.h>
#include <string.h>

#define LABEL_WIDTH 150 /* at the usual text size */
#define EDGE 4.0        /* width of the edge round text that is drawn over other things, both sides together */
#define MOST_TEXTS 200
/* Masks are rendered for so many positions within a pixel, both horizontally and vertically. */
#define PARTS 4

typedef struct
{
  int width, height;      /* pixels */
  int x;                  /* of the first letter, if the text is aligned to the right within a given width */
  cairo_surface_t *ink;   /* this and the edge are masks, EDGE larger on each side */
  cairo_surface_t *edge;  /* NULL for text on a disc */
} Text;

/* What the rings' mask was rendered for. */
typedef struct
{
  int width, height; /* of the widget */
  double x, y;
  double radii[QUARRY_MAP_MOST_RINGS]; /* 0: none */
} Rings;

struct _QuarryMapShapes
{
  GtkWidget *widget;
  int factor;        /* device pixels per logical pixel, for all masks kept */
  double text_scale; /* likewise */
  GHashTable *texts; /* kind and text -> Text */
  cairo_surface_t *masks[QUARRY_MAP_N_SHAPES][PARTS * PARTS];
  cairo_surface_t *ring_mask; /* NULL: not rendered */
  Rings rings;
};

static void
text_free (gpointer data)
{
  Text *text = data;

  cairo_surface_destroy (text->ink);
  g_clear_pointer (&text->edge, cairo_surface_destroy);
  g_free (text);
}

QuarryMapShapes *
quarry_map_shapes_new (GtkWidget *widget)
{
  QuarryMapShapes *self = g_new0 (QuarryMapShapes, 1);

  self->widget = widget;
  self->texts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, text_free);
  return self;
}

void
quarry_map_shapes_forget (QuarryMapShapes *self)
{
  g_hash_table_remove_all (self->texts);
  for (guint shape = 0; shape < QUARRY_MAP_N_SHAPES; shape++)
    for (guint part = 0; part < PARTS * PARTS; part++)
      g_clear_pointer (&self->masks[shape][part], cairo_surface_destroy);
  g_clear_pointer (&self->ring_mask, cairo_surface_destroy);
}

void
quarry_map_shapes_free (QuarryMapShapes *self)
{
  quarry_map_shapes_forget (self);
  g_hash_table_unref (self->texts);
  g_free (self);
}

/* Empties the cache if masks would have another resolution or size of text now. */
static void
follow_screen (QuarryMapShapes *self)
{
  int factor = gtk_widget_get_scale_factor (self->widget);
  double text_scale = quarry_text_scale (self->widget);

  if (factor == self->factor && text_scale == self->text_scale)
    return;
  quarry_map_shapes_forget (self);
  self->factor = factor;
  self->text_scale = text_scale;
}

static cairo_surface_t *
new_mask (QuarryMapShapes *self, int width, int height)
{
  cairo_surface_t *mask
      = cairo_image_surface_create (CAIRO_FORMAT_A8, width * self->factor, height * self->factor);

  cairo_surface_set_device_scale (mask, self->factor, self->factor);
  return mask;
}

/* Rounds down to whole device pixels, so that a mask painted there is not blurred. */
static double
snap (const QuarryMapShapes *self, double at)
{
  return floor (at * self->factor) / self->factor;
}

/* --- Circles ------------------------------------------------------------------------------- */

/* Half the length of a mask's side, in pixels. */
static int
half_of (QuarryMapShape shape, double scale)
{
  return (int) ceil (scale * (shape == QUARRY_MAP_SHAPE_CIRCLE ? QUARRY_MAP_CIRCLE : QUARRY_MAP_DISC)) + 2;
}

static cairo_surface_t *
render (QuarryMapShapes *self, QuarryMapShape shape, double scale, double x, double y)
{
  int half = half_of (shape, scale);
  cairo_surface_t *mask = new_mask (self, 2 * half, 2 * half);
  cairo_t *cr = cairo_create (mask);

  cairo_arc (cr, half + x, half + y, scale * (shape == QUARRY_MAP_SHAPE_CIRCLE ? QUARRY_MAP_CIRCLE : QUARRY_MAP_DISC),
             0, 2 * G_PI);
  cairo_set_line_width (cr, shape == QUARRY_MAP_SHAPE_CIRCLE ? 1.4 : 1.5);
  if (shape == QUARRY_MAP_SHAPE_DISC)
    cairo_fill (cr);
  else
    cairo_stroke (cr);
  cairo_destroy (cr);
  return mask;
}

void
quarry_map_shapes_show (QuarryMapShapes *self, cairo_t *cr, QuarryMapShape shape, double scale, double x, double y)
{
  double left, top;
  int part_x, part_y;
  cairo_surface_t **mask;

  follow_screen (self);
  left = snap (self, x);
  top = snap (self, y);
  part_x = CLAMP ((int) ((x - left) * self->factor * PARTS), 0, PARTS - 1);
  part_y = CLAMP ((int) ((y - top) * self->factor * PARTS), 0, PARTS - 1);
  mask = &self->masks[shape][part_y * PARTS + part_x];
  if (!*mask)
    *mask = render (self, shape, scale, (part_x + .5) / PARTS / self->factor, (part_y + .5) / PARTS / self->factor);
  cairo_mask_surface (cr, *mask, left - half_of (shape, scale), top - half_of (shape, scale));
}

/* Rendered once, since stroking such long paths in every frame took two fifths of its time. */
static cairo_surface_t *
render_rings (QuarryMapShapes *self, const Rings *rings)
{
  cairo_surface_t *mask = new_mask (self, rings->width, rings->height);
  cairo_t *cr = cairo_create (mask);

  cairo_set_line_width (cr, 1);
  for (guint i = 0; i < QUARRY_MAP_MOST_RINGS && rings->radii[i] > 0; i++)
    {
      cairo_new_sub_path (cr);
      cairo_arc (cr, rings->x, rings->y, rings->radii[i], 0, 2 * G_PI);
    }
  cairo_stroke (cr);
  cairo_destroy (cr);
  return mask;
}

void
quarry_map_shapes_show_rings (QuarryMapShapes *self, cairo_t *cr, double x, double y, const double *radii, guint n)
{
  Rings rings = { .width = gtk_widget_get_width (self->widget),
                  .height = gtk_widget_get_height (self->widget),
                  .x = x,
                  .y = y };

  g_return_if_fail (n <= QUARRY_MAP_MOST_RINGS);

  follow_screen (self);
  for (guint i = 0; i < n; i++)
    rings.radii[i] = radii[i];
  if (!self->ring_mask || memcmp (&rings, &self->rings, sizeof rings) != 0)
    {
      g_clear_pointer (&self->ring_mask, cairo_surface_destroy);
      self->ring_mask = render_rings (self, &rings);
      self->rings = rings;
    }
  cairo_mask_surface (cr, self->ring_mask, 0, 0);
}

/* --- Text ---------------------------------------------------------------------------------- */

static PangoLayout *
lay_out (QuarryMapShapes *self, QuarryMapText kind, const char *text)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (self->widget, text);
  PangoAttrList *attributes = pango_attr_list_new ();

  pango_attr_list_insert (attributes, pango_attr_scale_new (kind == QUARRY_MAP_TEXT_TOPIC ? .91 : .82));
  if (kind == QUARRY_MAP_TEXT_NUMBER)
    pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  if (kind != QUARRY_MAP_TEXT_TOPIC)
    pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  pango_layout_set_attributes (layout, attributes);
  pango_attr_list_unref (attributes);
  if (kind == QUARRY_MAP_TEXT_TOPIC)
    {
      pango_layout_set_width (layout, quarry_text_pixels (self->widget, LABEL_WIDTH) * PANGO_SCALE);
      pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
    }
  return layout;
}

static Text *
new_text (QuarryMapShapes *self, QuarryMapText kind, const char *words)
{
  g_autoptr (PangoLayout) layout = lay_out (self, kind, words);
  Text *text = g_new0 (Text, 1);
  PangoRectangle size;
  cairo_t *cr;

  pango_layout_get_pixel_extents (layout, NULL, &size);
  text->width = size.width;
  text->height = size.height;
  text->ink = new_mask (self, size.width + 2 * (int) EDGE, size.height + 2 * (int) EDGE);
  cr = cairo_create (text->ink);
  cairo_move_to (cr, EDGE - size.x, EDGE);
  pango_cairo_show_layout (cr, layout);
  cairo_destroy (cr);
  if (kind == QUARRY_MAP_TEXT_NUMBER)
    return text;

  text->edge = new_mask (self, size.width + 2 * (int) EDGE, size.height + 2 * (int) EDGE);
  cr = cairo_create (text->edge);
  cairo_set_line_width (cr, EDGE);
  cairo_set_line_join (cr, CAIRO_LINE_JOIN_ROUND);
  cairo_move_to (cr, EDGE - size.x, EDGE);
  pango_cairo_layout_path (cr, layout);
  cairo_stroke (cr);
  cairo_destroy (cr);
  return text;
}

static const Text *
get_text (QuarryMapShapes *self, QuarryMapText kind, const char *words)
{
  g_autofree char *key = g_strdup_printf ("%d%s", kind, words);
  Text *text;

  follow_screen (self);
  text = g_hash_table_lookup (self->texts, key);
  if (text)
    return text;
  /* Topics change with every key, so empty the cache when it has become large. */
  if (g_hash_table_size (self->texts) >= MOST_TEXTS)
    g_hash_table_remove_all (self->texts);
  text = new_text (self, kind, words);
  g_hash_table_insert (self->texts, g_steal_pointer (&key), text);
  return text;
}

void
quarry_map_shapes_measure_text (QuarryMapShapes *self, QuarryMapText kind, const char *text, int *width, int *height)
{
  const Text *found = get_text (self, kind, text);

  *width = found->width;
  *height = found->height;
}

void
quarry_map_shapes_show_text (QuarryMapShapes *self,
                             cairo_t *cr,
                             QuarryMapText kind,
                             const char *text,
                             const GdkRGBA *color,
                             const GdkRGBA *ground,
                             double x,
                             double y)
{
  const Text *found = get_text (self, kind, text);
  double left = snap (self, x + .5 / self->factor) - EDGE, top = snap (self, y + .5 / self->factor) - EDGE;

  if (ground && found->edge)
    {
      gdk_cairo_set_source_rgba (cr, ground);
      cairo_mask_surface (cr, found->edge, left, top);
    }
  gdk_cairo_set_source_rgba (cr, color);
  cairo_mask_surface (cr, found->ink, left, top);
}
