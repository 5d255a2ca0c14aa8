/* quarry-map-shapes.h: what the map draws in every frame, rendered once
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Filling and stroking paths takes most of a frame's time where it is drawn in software. A shape is a mask that
 * is rendered when it is met first; then it is put down in whatever colour, at quarters of a pixel.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef enum
{
  QUARRY_MAP_SHAPE_CIRCLE,   /* of a candidate that is no hit */
  QUARRY_MAP_SHAPE_DISC,     /* of a hit */
  QUARRY_MAP_SHAPE_DISC_RIM, /* round that */
} QuarryMapShape;

#define QUARRY_MAP_N_SHAPES (QUARRY_MAP_SHAPE_DISC_RIM + 1)

typedef enum
{
  QUARRY_MAP_TEXT_NUMBER, /* on a disc */
  QUARRY_MAP_TEXT_RING,   /* over what is below it */
  QUARRY_MAP_TEXT_TOPIC,  /* likewise, no wider than is good */
} QuarryMapText;

typedef struct _QuarryMapShapes QuarryMapShapes;

/* @widget: for its font and its scale; must live longer. */
QuarryMapShapes *quarry_map_shapes_new (GtkWidget *widget);
void quarry_map_shapes_free (QuarryMapShapes *self);

/* For another font or theme. */
void quarry_map_shapes_forget (QuarryMapShapes *self);

/* Round @x, @y in the source of @cr. @scale: of the text. */
void quarry_map_shapes_show (QuarryMapShapes *self,
                             cairo_t *cr,
                             QuarryMapShape shape,
                             double scale,
                             double x,
                             double y);

/* Circles of a pixel's line round @x, @y in the source of @cr, for a widget as large as it is: of @n radii, at most
 * QUARRY_MAP_MOST_RINGS. They are rendered anew when one of these has changed. */
#define QUARRY_MAP_MOST_RINGS 5
void quarry_map_shapes_show_rings (QuarryMapShapes *self,
                                   cairo_t *cr,
                                   double x,
                                   double y,
                                   const double *radii,
                                   guint n);

/* The size of @text in pixels. */
void quarry_map_shapes_measure_text (QuarryMapShapes *self,
                                     QuarryMapText kind,
                                     const char *text,
                                     int *width,
                                     int *height);

/* With its top left corner at @x, @y. @ground: of the edge that makes it stand out; NULL: none. */
void quarry_map_shapes_show_text (QuarryMapShapes *self,
                                  cairo_t *cr,
                                  QuarryMapText kind,
                                  const char *text,
                                  const GdkRGBA *color,
                                  const GdkRGBA *ground,
                                  double x,
                                  double y);

G_END_DECLS
