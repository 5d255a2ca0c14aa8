/* quarry-map.c: hits and candidates as a plot round the query
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/quarry-map.h"
#include "ui/quarry-hit-markup.h"
#include "ui/quarry-map-private.h"
#include "ui/quarry-result-row.h"
#include "ui/quarry-similarity-bar.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>
#include <math.h>

#define GLIDE_MS 260
/* Only so many are numbered: a list's first page. */
#define MOST_NUMBERED 20
/* How near the pointer must be, beyond a point's edge. */
#define REACH 6.0
#define CARD_WIDTH 280
#define NATURAL_SIZE 420
/* Characters of the passage on the card. */
#define CARD_TEXT 220
/* The outermost ring moves only where points leave it far behind. */
#define RING_STEP 0.2
#define RING_SLACK 0.3
/* How far, in turns, and how often a disc steps aside for another. */
#define STEP_ASIDE 0.006
#define MOST_STEPS 10

enum
{
  PICKED,
  CHOSEN,
  OPENED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (QuarryMap, quarry_map, GTK_TYPE_WIDGET)

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

/* Where the point is at @progress of its way. */
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
  frame->radius = MAX (20, MIN (width / 2 - 24, height / 2 - 36));
  frame->edge = blend (self->edge_from, self->edge_to, self->progress);
}

static void
to_pixels (const QuarryMapFrame *frame, const QuarryMapPlace *place, double *x, double *y)
{
  /* Who is farther than the outermost ring stands on it. */
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

static QuarryMapPoint *
find_point (QuarryMap *self, gint64 passage)
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

  point = find_point (self, passage);
  if (!point || point->leaving)
    return FALSE;
  quarry_map_get_frame (self, &frame);
  frame.edge = self->edge_to;
  to_pixels (&frame, &point->to, x, y);
  return TRUE;
}

/* The point under the pointer: of several the nearest, numbered ones first. */
static QuarryMapPoint *
point_at (QuarryMap *self, double x, double y)
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
      away = hypot (px - x, py - y) - (point->number > 0 ? QUARRY_MAP_DISC : QUARRY_MAP_CIRCLE);
      if (away <= REACH && away < least)
        {
          least = away;
          best = point;
        }
    }
  return best;
}

/* --- The card ------------------------------------------------------------------------------ */

/* The passage's beginning, white space as blanks. (transfer full) */
static char *
card_text (QuarryHit *hit)
{
  g_autoptr (QuarryHitMarkup) markup = quarry_hit_markup_new (hit, CARD_TEXT, NULL);

  return g_strdup (quarry_hit_markup_get_text (markup));
}

static void
show_card (QuarryMap *self, QuarryMapPoint *point)
{
  gint64 passage = point ? quarry_hit_get_passage (point->hit) : 0;

  gtk_widget_set_visible (self->card, point != NULL);
  if (point && passage != self->card_passage)
    {
      g_autofree char *text = card_text (point->hit);
      g_autofree char *place = quarry_hit_format_place (point->hit);
      g_autofree char *number
          = quarry_similarity_to_string ((double) quarry_hit_get_similarity (point->hit));
      g_autofree char *where
          = place[0] != '\0' ? g_strdup_printf ("%s · %s", number, place) : g_strdup (number);

      gtk_label_set_label (self->card_title, quarry_hit_get_title (point->hit));
      gtk_label_set_label (self->card_place, where);
      gtk_label_set_label (self->card_text, text);
    }
  self->card_passage = passage;
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

/* The pointer's point, else the one that the keys went to. */
static void
update_card (QuarryMap *self)
{
  gint64 passage = self->hovered > 0 ? self->hovered : self->keyed ? self->selected : 0;
  QuarryMapPoint *point = passage > 0 ? find_point (self, passage) : NULL;

  show_card (self, point && !point->leaving ? point : NULL);
}

static void
set_hovered (QuarryMap *self, QuarryMapPoint *point)
{
  gint64 passage = point ? quarry_hit_get_passage (point->hit) : 0;

  if (passage == self->hovered)
    return;
  self->hovered = passage;
  gtk_widget_set_cursor_from_name (GTK_WIDGET (self), point ? "pointer" : NULL);
  update_card (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
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

static int
compare_doubles (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a, y = *(const double *) b;

  return x < y ? -1 : x > y;
}

/* The distance of the outermost ring: nine in ten points lie within it. It stays as long as it
 * serves. */
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

/* Hits whose discs would cover each other step aside along their ring, later ones round earlier
 * ones. */
static void
part_discs (QuarryMap *self)
{
  QuarryMapFrame frame;
  graphene_point_t placed[MOST_NUMBERED];
  guint n_placed = 0;

  quarry_map_get_frame (self, &frame);
  frame.edge = self->edge_to;
  /* Not in sight yet: about as large as it will be. */
  if (gtk_widget_get_width (GTK_WIDGET (self)) == 0)
    frame.radius = NATURAL_SIZE / 2.0;
  for (guint number = 1; number <= MOST_NUMBERED; number++)
    for (guint i = 0; i < self->points->len; i++)
      {
        QuarryMapPoint *point = &g_array_index (self->points, QuarryMapPoint, i);
        QuarryMapPlace place = point->to;
        gboolean is_free = FALSE;
        double x, y;

        if (point->number != number)
          continue;
        for (int step = 0; step <= 2 * MOST_STEPS && !is_free; step++)
          {
            /* 0, 1, −1, 2, −2 … */
            place.angle = point->to.angle + (step + 1) / 2 * (step % 2 ? STEP_ASIDE : -STEP_ASIDE);
            to_pixels (&frame, &place, &x, &y);
            is_free = TRUE;
            for (guint j = 0; j < n_placed && is_free; j++)
              is_free = hypot ((double) placed[j].x - x, (double) placed[j].y - y)
                        >= 2 * QUARRY_MAP_DISC - 1;
          }
        if (is_free)
          point->to.angle = place.angle;
        else
          to_pixels (&frame, &point->to, &x, &y);
        if (n_placed < MOST_NUMBERED)
          placed[n_placed++] = GRAPHENE_POINT_INIT ((float) x, (float) y);
      }
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
  guint n;

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
  self->points = g_array_new (FALSE, TRUE, sizeof (QuarryMapPoint));
  g_array_set_clear_func (self->points, clear_point);
  n = candidates ? g_list_model_get_n_items (candidates) : 0;
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

  if (self->colors != colors)
    g_set_object (&self->colors, colors);
  self->edge_from = blend (self->edge_from, self->edge_to, self->progress);
  self->edge_to = find_edge (self, self->edge_to);
  part_discs (self);
  if (first)
    self->edge_from = self->edge_to;
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
  if (self->hovered > 0 && !find_point (self, self->hovered))
    self->hovered = 0;
  update_card (self);
}

/* --- Selection ----------------------------------------------------------------------------- */

static char *
describe (QuarryMap *self)
{
  QuarryMapPoint *point = self->selected > 0 ? find_point (self, self->selected) : NULL;
  g_autofree char *hit = NULL;
  const char *topic;

  if (!point || point->leaving)
    return g_strdup (_("No passage is selected"));
  hit = quarry_hit_describe (point->hit);
  topic = self->colors ? quarry_topic_colors_get_label (self->colors, point->topic) : "";
  if (point->number > 0 && topic[0] != '\0')
    /* Translators: a hit's number, its topic, and what is said of it */
    return g_strdup_printf (_("Hit %u, topic %s: %s"), point->number, topic, hit);
  if (point->number > 0)
    return g_strdup_printf (_("Hit %u: %s"), point->number, hit);
  return g_strdup_printf (_("Not among the hits: %s"), hit);
}

void
quarry_map_set_selected (QuarryMap *self, QuarryHit *hit)
{
  g_autofree char *said = NULL;

  g_return_if_fail (QUARRY_IS_MAP (self));
  g_return_if_fail (hit == NULL || QUARRY_IS_HIT (hit));

  self->selected = hit ? quarry_hit_get_passage (hit) : 0;
  said = describe (self);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, said,
                                  -1);
  update_card (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
pick (QuarryMap *self, QuarryMapPoint *point)
{
  g_autoptr (QuarryHit) hit = g_object_ref (point->hit);

  g_signal_emit (self, signals[PICKED], 0, hit);
}

gboolean
quarry_map_pick_at (QuarryMap *self, double x, double y)
{
  QuarryMapPoint *point;

  g_return_val_if_fail (QUARRY_IS_MAP (self), FALSE);

  point = point_at (self, x, y);
  if (point)
    pick (self, point);
  return point != NULL;
}

/* The point in a direction: near, and not far off the line. */
static QuarryMapPoint *
find_towards (QuarryMap *self, double dx, double dy)
{
  QuarryMapPoint *from = self->selected > 0 ? find_point (self, self->selected) : NULL;
  QuarryMapPoint *best = NULL;
  double least = G_MAXDOUBLE;
  double x, y;

  if (!from || !quarry_map_get_place (self, self->selected, &x, &y))
    return self->points->len > 0 ? &g_array_index (self->points, QuarryMapPoint, 0) : NULL;
  for (guint i = 0; i < self->points->len; i++)
    {
      QuarryMapPoint *point = &g_array_index (self->points, QuarryMapPoint, i);
      double px, py, along, aside;

      if (point == from || point->to.strength < 1
          || !quarry_map_get_place (self, quarry_hit_get_passage (point->hit), &px, &py))
        continue;
      along = (px - x) * dx + (py - y) * dy;
      aside = fabs ((px - x) * dy - (py - y) * dx);
      if (along > 0 && aside <= 2 * along && along + 2 * aside < least)
        {
          least = along + 2 * aside;
          best = point;
        }
    }
  return best;
}

static gboolean
key_pressed_cb (GtkEventControllerKey *controller,
                guint keyval,
                guint keycode,
                GdkModifierType state,
                gpointer user_data)
{
  QuarryMap *self = user_data;
  QuarryMapPoint *point = NULL;

  if (state & gtk_accelerator_get_default_mod_mask ())
    return GDK_EVENT_PROPAGATE;
  switch (keyval)
    {
    case GDK_KEY_Left:
    case GDK_KEY_KP_Left:
      point = find_towards (self, -1, 0);
      break;
    case GDK_KEY_Right:
    case GDK_KEY_KP_Right:
      point = find_towards (self, 1, 0);
      break;
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      point = find_towards (self, 0, -1);
      break;
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      point = find_towards (self, 0, 1);
      break;
    case GDK_KEY_Return:
    case GDK_KEY_KP_Enter:
    case GDK_KEY_ISO_Enter:
      g_signal_emit (self, signals[OPENED], 0);
      return GDK_EVENT_STOP;
    case GDK_KEY_space:
    case GDK_KEY_KP_Space:
      g_signal_emit (self, signals[CHOSEN], 0);
      return GDK_EVENT_STOP;
    default:
      return GDK_EVENT_PROPAGATE;
    }
  self->keyed = TRUE;
  self->hovered = 0;
  if (point)
    pick (self, point);
  return GDK_EVENT_STOP;
}

static void
motion_cb (GtkEventControllerMotion *controller, double x, double y, gpointer user_data)
{
  QuarryMap *self = user_data;

  self->keyed = FALSE;
  set_hovered (self, point_at (self, x, y));
}

static void
leave_cb (GtkEventControllerMotion *controller, gpointer user_data)
{
  set_hovered (user_data, NULL);
}

static void
pressed_cb (GtkGestureClick *gesture, int n_press, double x, double y, gpointer user_data)
{
  QuarryMap *self = user_data;
  QuarryMapPoint *point = point_at (self, x, y);

  gtk_widget_grab_focus (GTK_WIDGET (self));
  if (!point)
    return;
  if (n_press == 1)
    {
      pick (self, point);
      g_signal_emit (self, signals[CHOSEN], 0);
    }
  else if (n_press == 2)
    g_signal_emit (self, signals[OPENED], 0);
}

/* The card goes when the keys do. */
static void
focus_left_cb (GtkEventControllerFocus *controller, gpointer user_data)
{
  QuarryMap *self = user_data;

  self->keyed = FALSE;
  update_card (self);
}

/* --- The widget ---------------------------------------------------------------------------- */

static void
quarry_map_measure (GtkWidget *widget,
                    GtkOrientation orientation,
                    int for_size,
                    int *minimum,
                    int *natural,
                    int *minimum_baseline,
                    int *natural_baseline)
{
  *minimum = 160;
  *natural = NATURAL_SIZE;
}

/* The card stands above or below its point, inside of the map. */
static void
quarry_map_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  QuarryMap *self = QUARRY_MAP (widget);
  QuarryMapPoint *point = self->card_passage > 0 ? find_point (self, self->card_passage) : NULL;
  GtkAllocation place = { 0, 0, MIN (CARD_WIDTH, width - 12), 0 };
  QuarryMapFrame frame;
  double x = 0, y = 0;

  if (!gtk_widget_get_visible (self->card))
    return;
  gtk_widget_measure (self->card, GTK_ORIENTATION_HORIZONTAL, -1, &place.x, NULL, NULL, NULL);
  place.width = MAX (place.width, place.x);
  gtk_widget_measure (self->card, GTK_ORIENTATION_VERTICAL, place.width, NULL, &place.height, NULL,
                      NULL);
  if (point)
    {
      quarry_map_get_frame (self, &frame);
      quarry_map_get_pixels (self, &frame, point, &x, &y);
    }
  place.x = (int) CLAMP (x - place.width / 2.0, 6, MAX (6, width - place.width - 6));
  place.y = (int) (y - place.height - QUARRY_MAP_DISC - 9);
  if (place.y < 6)
    place.y = (int) MIN (y + QUARRY_MAP_DISC + 9, MAX (6, height - place.height - 6));
  gtk_widget_size_allocate (self->card, &place, -1);
}

static void
quarry_map_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  QuarryMap *self = QUARRY_MAP (widget);

  quarry_map_draw (self, snapshot);
  gtk_widget_snapshot_child (widget, self->card, snapshot);
}

static void
quarry_map_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (quarry_map_parent_class)->css_changed (widget, change);
  quarry_map_forget_text (QUARRY_MAP (widget));
}

static void
quarry_map_unmap (GtkWidget *widget)
{
  QuarryMap *self = QUARRY_MAP (widget);

  if (self->glide)
    adw_animation_skip (self->glide);
  set_hovered (self, NULL);
  GTK_WIDGET_CLASS (quarry_map_parent_class)->unmap (widget);
}

static void
quarry_map_dispose (GObject *object)
{
  QuarryMap *self = QUARRY_MAP (object);

  g_clear_object (&self->glide);
  g_clear_object (&self->colors);
  g_clear_pointer (&self->card, gtk_widget_unparent);
  G_OBJECT_CLASS (quarry_map_parent_class)->dispose (object);
}

static void
quarry_map_finalize (GObject *object)
{
  QuarryMap *self = QUARRY_MAP (object);

  g_array_unref (self->points);
  g_hash_table_unref (self->texts);
  G_OBJECT_CLASS (quarry_map_parent_class)->finalize (object);
}

static void
quarry_map_class_init (QuarryMapClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = quarry_map_dispose;
  G_OBJECT_CLASS (klass)->finalize = quarry_map_finalize;
  widget_class->measure = quarry_map_measure;
  widget_class->size_allocate = quarry_map_size_allocate;
  widget_class->snapshot = quarry_map_snapshot;
  widget_class->css_changed = quarry_map_css_changed;
  widget_class->unmap = quarry_map_unmap;

  signals[PICKED] = g_signal_new ("picked", QUARRY_TYPE_MAP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, QUARRY_TYPE_HIT);
  signals[CHOSEN] = g_signal_new ("chosen", QUARRY_TYPE_MAP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);
  signals[OPENED] = g_signal_new ("opened", QUARRY_TYPE_MAP, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);
  gtk_widget_class_set_css_name (widget_class, "map");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static GtkLabel *
add_card_label (QuarryMap *self, const char *class, int lines)
{
  GtkLabel *label = GTK_LABEL (gtk_label_new (NULL));

  gtk_label_set_xalign (label, 0);
  gtk_label_set_ellipsize (label, PANGO_ELLIPSIZE_END);
  gtk_label_set_wrap (label, lines > 1);
  gtk_label_set_wrap_mode (label, PANGO_WRAP_WORD_CHAR);
  gtk_label_set_lines (label, lines);
  gtk_label_set_width_chars (label, 8);
  gtk_label_set_max_width_chars (label, 36);
  gtk_widget_add_css_class (GTK_WIDGET (label), class);
  gtk_box_append (GTK_BOX (self->card), GTK_WIDGET (label));
  return label;
}

static void
quarry_map_init (QuarryMap *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  self->points = g_array_new (FALSE, TRUE, sizeof (QuarryMapPoint));
  g_array_set_clear_func (self->points, clear_point);
  self->texts = quarry_map_new_texts ();
  self->progress = 1;
  self->edge_from = self->edge_to = 1;

  self->card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  gtk_widget_add_css_class (self->card, "map-card");
  gtk_widget_set_can_target (self->card, FALSE);
  gtk_widget_set_visible (self->card, FALSE);
  gtk_widget_set_parent (self->card, GTK_WIDGET (self));
  self->card_title = add_card_label (self, "heading", 1);
  self->card_place = add_card_label (self, "caption", 1);
  gtk_widget_add_css_class (GTK_WIDGET (self->card_place), "dim-label");
  gtk_widget_add_css_class (GTK_WIDGET (self->card_place), "numeric");
  self->card_text = add_card_label (self, "map-card-text", 4);

  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Map"),
                                  -1);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  g_signal_connect (motion, "motion", G_CALLBACK (motion_cb), self);
  g_signal_connect (motion, "leave", G_CALLBACK (leave_cb), self);
  g_signal_connect (focus, "leave", G_CALLBACK (focus_left_cb), self);
  g_signal_connect (click, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  gtk_widget_add_controller (GTK_WIDGET (self), motion);
  gtk_widget_add_controller (GTK_WIDGET (self), focus);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
}

GtkWidget *
quarry_map_new (void)
{
  return g_object_new (QUARRY_TYPE_MAP, NULL);
}
