/* quarry-map-places.c: where the map's points are, and how they get there
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Points are kept in polar coordinates (direction and distance from the query). An update gives each a
 * new place, and an animation moves them all from their old places to the new ones.
 */
#include "quarry-config.h"

#include "ui/results/quarry-map-private.h"

#include "ui/widgets/quarry-text-scale.h"

#include <math.h>

#define GLIDE_MS 260
/* At most so many hits are numbered: as many as the list first shows. */
#define MOST_NUMBERED 20
/* How near, in pixels beyond a point's edge, the pointer has to be. */
#define REACH 6.0
/* The outermost ring is at a multiple of RING_STEP, and only comes nearer if the points are farther inside than
 * RING_SLACK. */
#define RING_STEP 0.2
#define RING_SLACK 0.3
/* A disc is moved aside for others in steps of a third of its radius, at most so many in each direction. */
#define MOST_STEPS 30

/* --- Places -------------------------------------------------------------------------------- */

static double
shorter_way (double from, double to)
{
  double way = to - from;

  return way - round (way);
}

static double
blend (double from, double to, double progress)
{
  return from + (to - from) * progress;
}

/* The place of the point at @progress (0 to 1) of its way. */
static void
place_at (const QuarryMapPoint *point, double progress, QuarryMapPlace *place)
{
  place->angle = point->from.angle + shorter_way (point->from.angle, point->to.angle) * progress;
  place->distance = blend (point->from.distance, point->to.distance, progress);
  place->strength = blend (point->from.strength, point->to.strength, progress);
}

void
quarry_map_get_frame (QuarryMap *self, QuarryMapFrame *frame)
{
  double width = gtk_widget_get_width (GTK_WIDGET (self));
  double height = gtk_widget_get_height (GTK_WIDGET (self));

  frame->x = width / 2;
  frame->y = height / 2;
  frame->scale = quarry_text_scale (GTK_WIDGET (self));
  frame->radius = MAX (20, MIN (width / 2 - 24 * frame->scale, height / 2 - 36 * frame->scale));
  frame->edge = blend (self->edge_from, self->edge_to, self->progress);
}

static void
to_pixels (const QuarryMapFrame *frame, const QuarryMapPlace *place, double *x, double *y)
{
  /* A point that is farther away than the outermost ring is drawn on it. */
  double distance = MIN (1.0, place->distance / MAX (0.01, frame->edge)) * frame->radius;
  double angle = place->angle * 2 * G_PI;

  *x = frame->x + distance * sin (angle);
  *y = frame->y - distance * cos (angle);
}

void
quarry_map_get_pixels (QuarryMap *self,
                       const QuarryMapFrame *frame,
                       const QuarryMapPoint *point,
                       double *x,
                       double *y)
{
  QuarryMapPlace place;

  place_at (point, self->progress, &place);
  to_pixels (frame, &place, x, y);
}

double
quarry_map_get_strength (QuarryMap *self, const QuarryMapPoint *point)
{
  return blend (point->from.strength, point->to.strength, self->progress);
}

QuarryMapPoint *
quarry_map_find_point (QuarryMap *self, gint64 passage)
{
  for (guint i = 0; i < self->points->len; i++)
    {
      QuarryMapPoint *point = &g_array_index (self->points, QuarryMapPoint, i);

      if (quarry_hit_get_passage (point->hit) == passage)
        return point;
    }
  return NULL;
}

gboolean
quarry_map_get_place (QuarryMap *self, gint64 passage, double *x, double *y)
{
  QuarryMapFrame frame;
  QuarryMapPoint *point;

  g_return_val_if_fail (QUARRY_IS_MAP (self), FALSE);

  point = quarry_map_find_point (self, passage);
  if (!point || point->leaving)
    return FALSE;
  quarry_map_get_frame (self, &frame);
  frame.edge = self->edge_to;
  to_pixels (&frame, &point->to, x, y);
  return TRUE;
}

QuarryMapPoint *
quarry_map_point_at (QuarryMap *self, double x, double y)
{
  QuarryMapPoint *best = NULL;
  double least = G_MAXDOUBLE;
  QuarryMapFrame frame;

  quarry_map_get_frame (self, &frame);
  for (guint i = 0; i < self->points->len; i++)
    {
      QuarryMapPoint *point = &g_array_index (self->points, QuarryMapPoint, i);
      double px, py, away;

      if (point->leaving)
        continue;
      quarry_map_get_pixels (self, &frame, point, &px, &py);
      away = hypot (px - x, py - y)
             - frame.scale * (point->number > 0 ? QUARRY_MAP_DISC : QUARRY_MAP_CIRCLE);
      if (away <= REACH && away < least)
        {
          least = away;
          best = point;
        }
    }
  return best;
}

/* --- Gliding ------------------------------------------------------------------------------- */

static void
drop_gone (QuarryMap *self)
{
  for (guint i = self->points->len; i-- > 0;)
    if (g_array_index (self->points, QuarryMapPoint, i).leaving)
      g_array_remove_index (self->points, i);
}

static void
glide_cb (double progress, gpointer user_data)
{
  QuarryMap *self = user_data;

  self->progress = progress;
  if (progress >= 1)
    drop_gone (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
  if (self->card_passage > 0)
    gtk_widget_queue_allocate (GTK_WIDGET (self));
}

static void
clear_point (gpointer data)
{
  g_clear_object (&((QuarryMapPoint *) data)->hit);
}

GArray *
quarry_map_new_points (void)
{
  GArray *points = g_array_new (FALSE, TRUE, sizeof (QuarryMapPoint));

  g_array_set_clear_func (points, clear_point);
  return points;
}

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return x < y ? -1 : x > y;
}

/* The distance of the outermost ring, within which nine in ten points should lie. It is not changed while it still
 * fits. */
static double
find_edge (QuarryMap *self, double now)
{
  g_autoptr (GArray) distances = g_array_new (FALSE, FALSE, sizeof (double));
  double far;

  for (guint i = 0; i < self->points->len; i++)
    {
      QuarryMapPoint *point = &g_array_index (self->points, QuarryMapPoint, i);

      if (!point->leaving)
        g_array_append_val (distances, point->to.distance);
    }
  if (distances->len == 0)
    return now;
  g_array_sort (distances, compare_doubles);
  far = g_array_index (distances, double, (distances->len - 1) * 9 / 10);
  if (far <= now && far > now - RING_SLACK)
    return now;
  return CLAMP (ceil (far / RING_STEP - 1e-6) * RING_STEP, 2 * RING_STEP, 1.0);
}

void
quarry_map_part_discs (QuarryMap *self)
{
  QuarryMapFrame frame;
  graphene_point_t placed[MOST_NUMBERED];
  guint n_placed = 0;

  quarry_map_get_frame (self, &frame);
  frame.edge = self->edge_to;
  /* The map has no size yet, so use the one that it will roughly have. */
  if (gtk_widget_get_width (GTK_WIDGET (self)) == 0)
    frame.radius = QUARRY_MAP_NATURAL / 2.0;
  for (guint number = 1; number <= MOST_NUMBERED; number++)
    for (guint i = 0; i < self->points->len; i++)
      {
        QuarryMapPoint *point = &g_array_index (self->points, QuarryMapPoint, i);
        QuarryMapPlace place = point->to;
        gboolean is_free = FALSE;
        double x, y, step_aside;

        if (point->number != number)
          continue;
        point->to.angle = (double) quarry_hit_get_angle (point->hit);
        to_pixels (&frame, &point->to, &x, &y);
        step_aside = frame.scale * QUARRY_MAP_DISC / 3 / MAX (1, 2 * G_PI * hypot (x - frame.x, y - frame.y));
        for (int step = 0; step <= 2 * MOST_STEPS && !is_free; step++)
          {
            /* 0, 1, −1, 2, −2 … */
            place.angle = point->to.angle + (step + 1) / 2 * (step % 2 ? step_aside : -step_aside);
            to_pixels (&frame, &place, &x, &y);
            is_free = TRUE;
            for (guint j = 0; j < n_placed && is_free; j++)
              is_free = hypot ((double) placed[j].x - x, (double) placed[j].y - y)
                        >= frame.scale * 2 * QUARRY_MAP_DISC - 1;
          }
        if (is_free)
          point->to.angle = place.angle;
        else
          to_pixels (&frame, &point->to, &x, &y);
        if (n_placed < MOST_NUMBERED)
          placed[n_placed++] = GRAPHENE_POINT_INIT ((float) x, (float) y);
      }
}

/* Points for @candidates. Those of passages in @there, the points until now by passage, move on from where they are;
 * they are taken out of @there. */
static void
add_points (QuarryMap *self,
            GListModel *candidates,
            QuarryResultsModel *results,
            QuarryTopicColors *colors,
            int only_topic,
            GHashTable *there)
{
  guint n = candidates ? g_list_model_get_n_items (candidates) : 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (QuarryHit) hit = g_list_model_get_item (candidates, i);
      gint64 passage = quarry_hit_get_passage (hit);
      QuarryResult *result = quarry_results_model_find (results, passage);
      QuarryMapPoint *old = g_hash_table_lookup (there, &passage);
      QuarryMapPoint point = { .topic = quarry_hit_get_topic (hit) };

      if (!isfinite (quarry_hit_get_angle (hit)))
        continue;
      point.color = quarry_topic_colors_get_color (colors, point.topic);
      if (result && quarry_result_get_position (result) < MOST_NUMBERED)
        point.number = quarry_result_get_position (result) + 1;
      point.to = (QuarryMapPlace) { (double) quarry_hit_get_angle (hit),
                                   CLAMP (1 - (double) quarry_hit_get_similarity (hit), 0, 1),
                                   only_topic < 0 || point.topic == only_topic ? 1 : 0.25 };
      point.from = point.to;
      point.from.strength = 0;
      if (old)
        {
          place_at (old, self->progress, &point.from);
          g_hash_table_remove (there, &passage);
        }
      point.hit = g_steal_pointer (&hit);
      g_array_append_val (self->points, point);
    }
}

/* Lets those of @before that are still in @there fade where they are. */
static void
add_leaving_points (QuarryMap *self, GArray *before, GHashTable *there)
{
  for (guint i = 0; i < before->len; i++)
    {
      QuarryMapPoint *old = &g_array_index (before, QuarryMapPoint, i);
      QuarryMapPoint point = *old;

      if (!g_hash_table_contains (there, &(gint64) { quarry_hit_get_passage (old->hit) }))
        continue;
      place_at (old, self->progress, &point.from);
      point.to = point.from;
      point.to.strength = 0;
      point.leaving = TRUE;
      point.number = 0;
      old->hit = NULL;
      g_array_append_val (self->points, point);
    }
}

static void
begin_glide (QuarryMap *self)
{
  self->progress = 0;
  if (!self->glide)
    {
      self->glide
          = adw_timed_animation_new (GTK_WIDGET (self), 0, 1, GLIDE_MS,
                                     adw_callback_animation_target_new (glide_cb, self, NULL));
      adw_timed_animation_set_easing (ADW_TIMED_ANIMATION (self->glide), ADW_EASE_OUT_CUBIC);
    }
  adw_animation_reset (self->glide);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    adw_animation_play (self->glide);
  else
    glide_cb (1, self);
}

void
quarry_map_update (QuarryMap *self,
                   GListModel *candidates,
                   QuarryResultsModel *results,
                   QuarryTopicColors *colors,
                   int only_topic)
{
  g_autoptr (GArray) before = NULL;
  g_autoptr (GHashTable) there = NULL;
  gboolean first;

  g_return_if_fail (QUARRY_IS_MAP (self));
  g_return_if_fail (candidates == NULL || G_IS_LIST_MODEL (candidates));

  before = self->points;
  first = before->len == 0;
  there = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  for (guint i = 0; i < before->len; i++)
    {
      QuarryMapPoint *point = &g_array_index (before, QuarryMapPoint, i);

      g_hash_table_insert (there,
                           g_memdup2 (&(gint64) { quarry_hit_get_passage (point->hit) }, sizeof (gint64)),
                           point);
    }
  self->points = quarry_map_new_points ();
  add_points (self, candidates, results, colors, only_topic, there);
  add_leaving_points (self, before, there);

  if (self->colors != colors)
    g_set_object (&self->colors, colors);
  self->edge_from = blend (self->edge_from, self->edge_to, self->progress);
  self->edge_to = find_edge (self, self->edge_to);
  quarry_map_part_discs (self);
  if (first)
    self->edge_from = self->edge_to;
  begin_glide (self);
  if (self->hovered > 0 && !quarry_map_find_point (self, self->hovered))
    self->hovered = 0;
  quarry_map_update_card (self);
}
