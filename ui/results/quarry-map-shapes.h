/* quarry-map-shapes.h: what the map draws in every frame, rendered once
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * With a software renderer, most of a frame's time goes to filling and stroking paths. So each shape
 * is rendered as a mask when it is first needed. This can be painted in any colour, at positions in
 * quarters of a pixel.
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef enum
{
  QUARRY_MAP_SHAPE_CIRCLE,   /* a candidate that is not a hit */
  QUARRY_MAP_SHAPE_DISC,     /* a hit */
  QUARRY_MAP_SHAPE_DISC_RIM, /* the rim of the disc */
} QuarryMapShape;

#define QUARRY_MAP_N_SHAPES (QUARRY_MAP_SHAPE_DISC_RIM + 1)

typedef enum
{
  QUARRY_MAP_TEXT_NUMBER, /* on a disc */
  QUARRY_MAP_TEXT_RING,   /* on a ring, over other things */
  QUARRY_MAP_TEXT_TOPIC,  /* likewise, cut off if it gets too wide */
} QuarryMapText;

typedef struct _QuarryMapShapes QuarryMapShapes;

/* @widget gives font and scale; it must outlive the result. */
QuarryMapShapes *quarry_map_shapes_new (GtkWidget *widget);
void quarry_map_shapes_free (QuarryMapShapes *self);

/* Empties the cache. To be called when the font or the theme has changed. */
void quarry_map_shapes_forget (QuarryMapShapes *self);

/* Paints @shape with its centre at @x, @y, in the source colour of @cr. @scale: that of the text. */
void quarry_map_shapes_show (QuarryMapShapes *self,
                             cairo_t *cr,
                             QuarryMapShape shape,
                             double scale,
                             double x,
                             double y);

/* Paints circles of one pixel's width round @x, @y in the source colour of @cr, with @n radii, at most
 * QUARRY_MAP_MOST_RINGS. Their mask is as large as the widget, and is rendered again when one of these values
 * changes. */
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

/* Paints @text with its top left corner at @x, @y. @ground: the colour of the edge that sets it off; NULL: no edge. */
void quarry_map_shapes_show_text (QuarryMapShapes *self,
                                  cairo_t *cr,
                                  QuarryMapText kind,
                                  const char *text,
                                  const GdkRGBA *color,
                                  const GdkRGBA *ground,
                                  double x,
                                  double y);

G_END_DECLS
