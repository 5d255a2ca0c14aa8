/* quarry-similarity-bar.c: how similar a passage is, as a bar
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/widgets/quarry-similarity-bar.h"

#include <adwaita.h>
#include <math.h>

#define MOVE_MS 180
#define LEFT_TO_RIGHT_MARK "\u200e"

struct _QuarrySimilarityBar
{
  GtkWidget parent_instance;

  double value; /* the value to be shown at the end of the animation */
  double shown; /* the value that is shown now */
  int color;
  AdwAnimation *animation;
};

G_DEFINE_FINAL_TYPE (QuarrySimilarityBar, quarry_similarity_bar, GTK_TYPE_WIDGET)

enum
{
  PROP_VALUE = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
show_value (double shown, gpointer user_data)
{
  QuarrySimilarityBar *self = user_data;

  self->shown = shown;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
quarry_similarity_bar_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  QuarrySimilarityBar *self = QUARRY_SIMILARITY_BAR (widget);
  int width = gtk_widget_get_width (widget);
  int height = gtk_widget_get_height (widget);
  double length = CLAMP (self->shown, 0.0, 1.0) * width;
  GskRoundedRect fill;
  GdkRGBA color;

  if (length <= 0 || height <= 0)
    return;

  /* The shortest bar is a circle, so that its round ends are never squashed. */
  length = MIN (MAX (length, height), width);
  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &color);
  gsk_rounded_rect_init_from_rect (
      &fill,
      &GRAPHENE_RECT_INIT (gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL ? width - length
                                                                                 : 0,
                           0,
                           length,
                           height),
      height / 2.0f);
  gtk_snapshot_push_rounded_clip (snapshot, &fill);
  gtk_snapshot_append_color (snapshot, &color, &fill.bounds);
  gtk_snapshot_pop (snapshot);
}

static void
quarry_similarity_bar_measure (GtkWidget *widget,
                               GtkOrientation orientation,
                               int for_size,
                               int *minimum,
                               int *natural,
                               int *minimum_baseline,
                               int *natural_baseline)
{
  /* The size comes from the width-request and the style sheet alone. */
  *minimum = *natural = 0;
}

static void
quarry_similarity_bar_unmap (GtkWidget *widget)
{
  QuarrySimilarityBar *self = QUARRY_SIMILARITY_BAR (widget);

  if (self->animation)
    adw_animation_skip (self->animation);
  GTK_WIDGET_CLASS (quarry_similarity_bar_parent_class)->unmap (widget);
}

static void
quarry_similarity_bar_dispose (GObject *object)
{
  QuarrySimilarityBar *self = QUARRY_SIMILARITY_BAR (object);

  g_clear_object (&self->animation);
  G_OBJECT_CLASS (quarry_similarity_bar_parent_class)->dispose (object);
}

static void
quarry_similarity_bar_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  QuarrySimilarityBar *self = QUARRY_SIMILARITY_BAR (object);

  switch (id)
    {
    case PROP_VALUE:
      g_value_set_double (value, self->value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
quarry_similarity_bar_set_property (GObject *object,
                                    guint id,
                                    const GValue *value,
                                    GParamSpec *pspec)
{
  QuarrySimilarityBar *self = QUARRY_SIMILARITY_BAR (object);

  switch (id)
    {
    case PROP_VALUE:
      quarry_similarity_bar_set_value (self, g_value_get_double (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
quarry_similarity_bar_class_init (QuarrySimilarityBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = quarry_similarity_bar_dispose;
  object_class->get_property = quarry_similarity_bar_get_property;
  object_class->set_property = quarry_similarity_bar_set_property;
  widget_class->snapshot = quarry_similarity_bar_snapshot;
  widget_class->measure = quarry_similarity_bar_measure;
  widget_class->unmap = quarry_similarity_bar_unmap;

  properties[PROP_VALUE] = g_param_spec_double ("value", NULL, NULL, -1.0, 1.0, 0.0,
                                                G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY
                                                    | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_css_name (widget_class, "similaritybar");
  /* The number beside the bar says the same in words, so screen readers pass the bar over. */
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
quarry_similarity_bar_init (QuarrySimilarityBar *self)
{
  self->color = -1;
}

GtkWidget *
quarry_similarity_bar_new (void)
{
  return g_object_new (QUARRY_TYPE_SIMILARITY_BAR, NULL);
}

double
quarry_similarity_bar_get_value (QuarrySimilarityBar *self)
{
  g_return_val_if_fail (QUARRY_IS_SIMILARITY_BAR (self), 0);
  return self->value;
}

static gboolean
take_value (QuarrySimilarityBar *self, double value)
{
  /* Rounding can take a cosine slightly out of its range. NaN counts as 0. */
  value = isnan (value) ? 0.0 : CLAMP (value, -1.0, 1.0);
  if (fabs (value - self->value) < 1e-9)
    return FALSE;
  self->value = value;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_VALUE]);
  return TRUE;
}

void
quarry_similarity_bar_set_value (QuarrySimilarityBar *self, double value)
{
  g_return_if_fail (QUARRY_IS_SIMILARITY_BAR (self));

  if (!take_value (self, value))
    return;
  if (!gtk_widget_get_mapped (GTK_WIDGET (self))
      || !adw_get_enable_animations (GTK_WIDGET (self)))
    {
      if (self->animation)
        adw_animation_reset (self->animation);
      show_value (self->value, self);
      return;
    }
  if (!self->animation)
    {
      AdwAnimationTarget *target = adw_callback_animation_target_new (show_value, self, NULL);

      self->animation = adw_timed_animation_new (GTK_WIDGET (self), 0, 1, MOVE_MS, target);
    }
  adw_timed_animation_set_value_from (ADW_TIMED_ANIMATION (self->animation), self->shown);
  adw_timed_animation_set_value_to (ADW_TIMED_ANIMATION (self->animation), self->value);
  adw_animation_play (self->animation);
}

void
quarry_similarity_bar_jump (QuarrySimilarityBar *self, double value)
{
  g_return_if_fail (QUARRY_IS_SIMILARITY_BAR (self));

  take_value (self, value);
  if (self->animation)
    adw_animation_reset (self->animation);
  show_value (self->value, self);
}

void
quarry_similarity_bar_set_topic_color (QuarrySimilarityBar *self, int color)
{
  g_return_if_fail (QUARRY_IS_SIMILARITY_BAR (self));

  if (color == self->color)
    return;
  self->color = color;
  quarry_set_topic_class (GTK_WIDGET (self), color);
}

void
quarry_set_topic_class (GtkWidget *widget, int color)
{
  static const char *const classes[QUARRY_N_TOPIC_COLORS]
      = { "topic-1", "topic-2", "topic-3", "topic-4", "topic-5", "topic-6" };

  g_return_if_fail (GTK_IS_WIDGET (widget));
  g_return_if_fail (color >= -1 && color < QUARRY_N_TOPIC_COLORS);

  for (int i = 0; i < QUARRY_N_TOPIC_COLORS; i++)
    if (i != color)
      gtk_widget_remove_css_class (widget, classes[i]);
  if (color >= 0)
    gtk_widget_add_css_class (widget, classes[color]);
}

char *
quarry_similarity_to_string (double similarity)
{
  /* In right-to-left text, the leading decimal point would be moved to the other end of the number. */
  const char *mark = gtk_widget_get_default_direction () == GTK_TEXT_DIR_RTL ? LEFT_TO_RIGHT_MARK : "";
  g_autofree char *digits = NULL;
  gboolean negative;

  similarity = isnan (similarity) ? 0.0 : CLAMP (similarity, -1.0, 1.0);
  if (fabs (similarity) >= 0.995)
    {
      digits = g_strdup_printf ("%.1f", fabs (similarity));
      return g_strconcat (mark, similarity < 0 ? "−" : "", digits, NULL);
    }
  digits = g_strdup_printf ("%.2f", fabs (similarity));
  negative = similarity < 0 && strspn (digits, "0.,") < strlen (digits);
  /* The zero before a decimal point is left out, since it would stand in every row. Where the sign is a comma, nobody
   * writes numbers so. */
  return g_strconcat (mark, negative ? "−" : "", g_str_has_prefix (digits, "0.") ? digits + 1 : digits, NULL);
}
