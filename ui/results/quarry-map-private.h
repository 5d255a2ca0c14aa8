/* quarry-map-private.h: what the files of the map share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "ui/results/quarry-map-shapes.h"
#include "ui/results/quarry-map.h"

G_BEGIN_DECLS

/* Radii in pixels of a hit's disc and of another candidate's circle, at the usual text size. */
#define QUARRY_MAP_DISC 10.0
#define QUARRY_MAP_CIRCLE 4.0
/* The natural size of the map on each side, in pixels. */
#define QUARRY_MAP_NATURAL 420

typedef struct
{
  double angle;    /* turns, clockwise from straight up */
  double distance; /* 1 − similarity, 0 to 1 */
  double strength; /* 0 (invisible) to 1 */
} QuarryMapPlace;

typedef struct
{
  QuarryHit *hit;
  int topic;
  int color;
  guint number; /* number of the hit; 0: it is not a numbered hit */
  gboolean leaving;
  QuarryMapPlace from, to;
} QuarryMapPoint;

/* The circle in the widget, in pixels. */
typedef struct
{
  double x, y;
  double radius;
  double edge;  /* the distance (1 − similarity) of the outermost ring */
  double scale; /* scale of the text, and of the discs that hold numbers */
} QuarryMapFrame;

struct _QuarryMap
{
  GtkWidget parent_instance;

  GArray *written; /* of graphene_rect_t: the rings' labels, then the topics' names, where they were last drawn */
  GArray *points; /* of QuarryMapPoint, best first, followed by those that are leaving */
  QuarryTopicColors *colors;
  double edge_from, edge_to;
  int parted_width, parted_height; /* the size that the discs were last parted for, */
  double parted_scale;             /* and that of text, which theirs follows */
  double progress; /* of all points, from their old places to the new ones */
  AdwAnimation *glide;

  gint64 selected; /* passages; 0: none */
  gint64 hovered;
  int ring_way;   /* the direction in which the rings' labels stand */
  gboolean keyed; /* the selection was moved by keys on the map, so its card is shown */

  GtkWidget *card;
  GtkLabel *card_title, *card_place, *card_text;
  gint64 card_passage;

  QuarryMapShapes *shapes;
};

/* quarry-map.c */
void quarry_map_update_card (QuarryMap *self);

/* quarry-map-places.c */
GArray *quarry_map_new_points (void);
/* NULL if there is none. Valid until the next update. */
QuarryMapPoint *quarry_map_find_point (QuarryMap *self, gint64 passage);
/* The point under the pointer; of several points, numbered ones come first, then the nearest. */
QuarryMapPoint *quarry_map_point_at (QuarryMap *self, double x, double y);
void quarry_map_get_frame (QuarryMap *self, QuarryMapFrame *frame);
void quarry_map_get_pixels (QuarryMap *self,
                            const QuarryMapFrame *frame,
                            const QuarryMapPoint *point,
                            double *x,
                            double *y);
/* Hits whose discs would overlap in the map's present size move aside along their rings; later hits make room for earlier
 * ones. */
void quarry_map_part_discs (QuarryMap *self);
double quarry_map_get_strength (QuarryMap *self, const QuarryMapPoint *point);

/* quarry-map-draw.c */
void quarry_map_draw (QuarryMap *self, GtkSnapshot *snapshot);

G_END_DECLS
