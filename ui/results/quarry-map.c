/* quarry-map.c: hits and candidates as a plot round the query
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/results/quarry-map-private.h"
#include "ui/results/quarry-map.h"
#include "ui/results/quarry-result-row.h"
#include "ui/widgets/quarry-hit-markup.h"
#include "ui/widgets/quarry-similarity-bar.h"
#include "ui/widgets/quarry-text-scale.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>
#include <math.h>

#define CARD_WIDTH 280 /* at the usual text size */
/* The greatest number of characters of the passage on the card. */
#define CARD_TEXT 220

enum
{
  PICKED,
  CHOSEN,
  OPENED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (QuarryMap, quarry_map, GTK_TYPE_WIDGET)

/* --- The card ------------------------------------------------------------------------------ */

/* The beginning of the passage, with white space replaced by blanks. (transfer full) */
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

/* Shows the card of the point under the pointer, else of the one that was selected by keys. */
void
quarry_map_update_card (QuarryMap *self)
{
  gint64 passage = self->hovered > 0 ? self->hovered : self->keyed ? self->selected : 0;
  QuarryMapPoint *point = passage > 0 ? quarry_map_find_point (self, passage) : NULL;

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
  quarry_map_update_card (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* --- Selection ----------------------------------------------------------------------------- */

static char *
describe (QuarryMap *self)
{
  QuarryMapPoint *point = self->selected > 0 ? quarry_map_find_point (self, self->selected) : NULL;
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
  quarry_map_update_card (self);
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

  point = quarry_map_point_at (self, x, y);
  if (point)
    pick (self, point);
  return point != NULL;
}

/* The nearest point in a direction, where a deviation from that direction counts as additional distance. */
static QuarryMapPoint *
find_towards (QuarryMap *self, double dx, double dy)
{
  QuarryMapPoint *from = self->selected > 0 ? quarry_map_find_point (self, self->selected) : NULL;
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
  set_hovered (self, quarry_map_point_at (self, x, y));
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
  QuarryMapPoint *point = quarry_map_point_at (self, x, y);

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

/* The card for the selection by keys is hidden when the map loses the focus. */
static void
focus_left_cb (GtkEventControllerFocus *controller, gpointer user_data)
{
  QuarryMap *self = user_data;

  self->keyed = FALSE;
  quarry_map_update_card (self);
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
  *natural = QUARRY_MAP_NATURAL;
}

/* Places the card above or below its point, within the map. */
static void
quarry_map_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  QuarryMap *self = QUARRY_MAP (widget);
  QuarryMapPoint *point = self->card_passage > 0 ? quarry_map_find_point (self, self->card_passage) : NULL;
  GtkAllocation place = { 0, 0, MIN (quarry_text_pixels (widget, CARD_WIDTH), width - 12), 0 };
  QuarryMapFrame frame;
  double scale = quarry_text_scale (widget);
  double x = 0, y = 0, beside = scale * QUARRY_MAP_DISC + 9;

  if (self->parted_width != width || self->parted_height != height || self->parted_scale != scale)
    {
      self->parted_scale = scale;
      self->parted_width = width;
      self->parted_height = height;
      quarry_map_part_discs (self);
    }
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
  place.y = (int) (y - place.height - beside);
  if (place.y < 6)
    place.y = (int) MIN (y + beside, MAX (6, height - place.height - 6));
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
  quarry_map_shapes_forget (QUARRY_MAP (widget)->shapes);
  /* With text of another size the discs have another one, too. */
  gtk_widget_queue_allocate (widget);
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

  g_array_unref (self->written);
  g_array_unref (self->points);
  quarry_map_shapes_free (self->shapes);
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

  self->points = quarry_map_new_points ();
  self->written = g_array_new (FALSE, FALSE, sizeof (graphene_rect_t));
  self->shapes = quarry_map_shapes_new (GTK_WIDGET (self));
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
