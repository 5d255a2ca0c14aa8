/* quarry-panes.c: two panes side by side, or one at a time
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * If there is room, the two are laid out side by side. Else the panes are folded: only one is shown,
 * and the other one slides over it when it is wanted.
 */
#include "quarry-config.h"

#include "ui/window/quarry-panes.h"

#include "ui/widgets/quarry-text-scale.h"

#include <adwaita.h>

/* The first pane's share of the width, and its least and greatest width at the usual text size. The latter keeps the
 * lines of a hit easy to read; the document gets the rest. */
#define FIRST_SHARE 0.45
#define FIRST_LEAST 390
#define FIRST_MOST 600
#define SLIDE_MS 200

struct _QuarryPanes
{
  GtkWidget parent_instance;

  GtkWidget *first;
  GtkWidget *second;
  gboolean folded;
  gboolean show_second;
  double slid; /* 0: the first pane is in view, 1: the second; between them while sliding */
  guint tell;  /* idle source that notifies "folded" */
  AdwAnimation *animation;
};

static void buildable_init (GtkBuildableIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (QuarryPanes,
                               quarry_panes,
                               GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_BUILDABLE, buildable_init))

enum
{
  PROP_FIRST = 1,
  PROP_SECOND,
  PROP_FOLDED,
  PROP_SHOW_SECOND,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];
static GtkBuildableIface *parent_buildable;

static void
slide_cb (double slid, gpointer user_data)
{
  QuarryPanes *self = user_data;

  self->slid = slid;
  /* Children must not be shown or hidden during allocation: if a pane asked for a new size as it came into view, that
   * would be lost. */
  if (self->folded && self->first && self->second)
    {
      gtk_widget_set_child_visible (self->first, slid < 1);
      gtk_widget_set_child_visible (self->second, slid > 0);
    }
  /* Not only an allocation: a pane that comes into view may ask for another size while it is allocated. Widgets around
   * that GTK merely passes on its way to the panes would then be left out of the frame, with a warning. */
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static void
quarry_panes_measure (GtkWidget *widget,
                      GtkOrientation orientation,
                      int for_size,
                      int *minimum,
                      int *natural,
                      int *minimum_baseline,
                      int *natural_baseline)
{
  QuarryPanes *self = QUARRY_PANES (widget);
  GtkWidget *children[] = { self->first, self->second };

  *minimum = *natural = 0;
  for (guint i = 0; i < 2; i++)
    {
      int least = 0, wanted = 0;

      if (!children[i])
        continue;
      /* Both panes scroll, so their height does not depend on their width and need not be asked for a given one. */
      gtk_widget_measure (children[i], orientation, -1, &least, &wanted, NULL, NULL);
      *minimum = MAX (*minimum, least);
      *natural = MAX (*natural, wanted);
    }
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *natural = MAX (*natural, quarry_text_pixels (widget, QUARRY_PANES_WIDE));
}

static int
least_width (GtkWidget *child)
{
  int least;

  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  return least;
}

static void
place (GtkWidget *child, int x, int width, int height)
{
  gtk_widget_allocate (child, MAX (width, least_width (child)), height, -1,
                       gsk_transform_translate (NULL, &GRAPHENE_POINT_INIT (x, 0)));
}

/* The width of the first pane beside the second one; 0 if there is no room for both. */
static int
divide (QuarryPanes *self, int width)
{
  int first_least = least_width (self->first), second_least = least_width (self->second);
  double scale = quarry_text_scale (GTK_WIDGET (self));

  if (width < scale * QUARRY_PANES_WIDE || width < first_least + second_least)
    return 0;
  return CLAMP (CLAMP ((int) (width * FIRST_SHARE), (int) (scale * FIRST_LEAST), (int) (scale * FIRST_MOST)),
                first_least, width - second_least);
}

static gboolean
tell_cb (gpointer user_data)
{
  QuarryPanes *self = user_data;

  self->tell = 0;
  if (self->folded)
    gtk_widget_add_css_class (GTK_WIDGET (self), "folded");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "folded");
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FOLDED]);
  return G_SOURCE_REMOVE;
}

static void
quarry_panes_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  QuarryPanes *self = QUARRY_PANES (widget);
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int first_width, first_x, second_x;
  gboolean folded;

  if (!self->first || !self->second)
    return;

  first_width = divide (self, width);
  folded = first_width == 0;
  if (folded)
    {
      /* The second pane slides over the first, which moves aside by a third of the width. */
      gtk_widget_set_child_visible (self->first, self->slid < 1);
      gtk_widget_set_child_visible (self->second, self->slid > 0);
      first_x = -self->slid * width / 3;
      second_x = (1 - self->slid) * width;
      if (self->slid < 1)
        place (self->first, rtl ? -first_x : first_x, width, height);
      if (self->slid > 0)
        place (self->second, rtl ? -second_x : second_x, width, height);
    }
  else
    {
      gtk_widget_set_child_visible (self->first, TRUE);
      gtk_widget_set_child_visible (self->second, TRUE);
      place (self->first, rtl ? width - first_width : 0, first_width, height);
      place (self->second, rtl ? 0 : first_width, width - first_width, height);
    }

  if (folded == self->folded)
    return;
  self->folded = folded;
  /* Handlers of the notification change widgets that have been allocated already. That would be lost during allocation,
   * so notify afterwards. */
  if (self->tell == 0)
    self->tell = g_idle_add_full (G_PRIORITY_HIGH, tell_cb, self, NULL);
}

static void
quarry_panes_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  QuarryPanes *self = QUARRY_PANES (widget);

  if (self->first && gtk_widget_get_child_visible (self->first))
    gtk_widget_snapshot_child (widget, self->first, snapshot);
  if (self->second && gtk_widget_get_child_visible (self->second))
    gtk_widget_snapshot_child (widget, self->second, snapshot);
}

static GtkSizeRequestMode
quarry_panes_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_CONSTANT_SIZE;
}

static void
quarry_panes_add_child (GtkBuildable *buildable,
                        GtkBuilder *builder,
                        GObject *child,
                        const char *type)
{
  if (g_strcmp0 (type, "first") == 0)
    quarry_panes_set_first (QUARRY_PANES (buildable), GTK_WIDGET (child));
  else if (g_strcmp0 (type, "second") == 0)
    quarry_panes_set_second (QUARRY_PANES (buildable), GTK_WIDGET (child));
  else
    parent_buildable->add_child (buildable, builder, child, type);
}

static void
buildable_init (GtkBuildableIface *iface)
{
  parent_buildable = g_type_interface_peek_parent (iface);
  iface->add_child = quarry_panes_add_child;
}

static void
quarry_panes_dispose (GObject *object)
{
  QuarryPanes *self = QUARRY_PANES (object);

  g_clear_handle_id (&self->tell, g_source_remove);
  g_clear_object (&self->animation);
  g_clear_pointer (&self->first, gtk_widget_unparent);
  g_clear_pointer (&self->second, gtk_widget_unparent);
  G_OBJECT_CLASS (quarry_panes_parent_class)->dispose (object);
}

static void
quarry_panes_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  QuarryPanes *self = QUARRY_PANES (object);

  switch (id)
    {
    case PROP_FIRST:
      g_value_set_object (value, self->first);
      break;
    case PROP_SECOND:
      g_value_set_object (value, self->second);
      break;
    case PROP_FOLDED:
      g_value_set_boolean (value, self->folded);
      break;
    case PROP_SHOW_SECOND:
      g_value_set_boolean (value, self->show_second);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
quarry_panes_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  QuarryPanes *self = QUARRY_PANES (object);

  switch (id)
    {
    case PROP_FIRST:
      quarry_panes_set_first (self, g_value_get_object (value));
      break;
    case PROP_SECOND:
      quarry_panes_set_second (self, g_value_get_object (value));
      break;
    case PROP_SHOW_SECOND:
      quarry_panes_set_show_second (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
quarry_panes_class_init (QuarryPanesClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = quarry_panes_dispose;
  object_class->get_property = quarry_panes_get_property;
  object_class->set_property = quarry_panes_set_property;
  widget_class->measure = quarry_panes_measure;
  widget_class->size_allocate = quarry_panes_size_allocate;
  widget_class->snapshot = quarry_panes_snapshot;
  widget_class->get_request_mode = quarry_panes_get_request_mode;

  properties[PROP_FIRST] = g_param_spec_object ("first", NULL, NULL, GTK_TYPE_WIDGET, flags);
  properties[PROP_SECOND] = g_param_spec_object ("second", NULL, NULL, GTK_TYPE_WIDGET, flags);
  properties[PROP_FOLDED]
      = g_param_spec_boolean ("folded", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_SHOW_SECOND] = g_param_spec_boolean ("show-second", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_css_name (widget_class, "panes");
}

static void
quarry_panes_init (QuarryPanes *self)
{
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

GtkWidget *
quarry_panes_new (void)
{
  return g_object_new (QUARRY_TYPE_PANES, NULL);
}

static void
set_child (QuarryPanes *self, GtkWidget **place_of, GtkWidget *child, guint property)
{
  if (*place_of == child)
    return;
  g_clear_pointer (place_of, gtk_widget_unparent);
  *place_of = child;
  if (child)
    gtk_widget_set_parent (child, GTK_WIDGET (self));
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

void
quarry_panes_set_first (QuarryPanes *self, GtkWidget *child)
{
  g_return_if_fail (QUARRY_IS_PANES (self));
  set_child (self, &self->first, child, PROP_FIRST);
}

void
quarry_panes_set_second (QuarryPanes *self, GtkWidget *child)
{
  g_return_if_fail (QUARRY_IS_PANES (self));
  set_child (self, &self->second, child, PROP_SECOND);
}

gboolean
quarry_panes_get_folded (QuarryPanes *self)
{
  g_return_val_if_fail (QUARRY_IS_PANES (self), FALSE);
  return self->folded;
}

gboolean
quarry_panes_get_show_second (QuarryPanes *self)
{
  g_return_val_if_fail (QUARRY_IS_PANES (self), FALSE);
  return self->show_second;
}

void
quarry_panes_set_show_second (QuarryPanes *self, gboolean show_second)
{
  g_return_if_fail (QUARRY_IS_PANES (self));

  show_second = !!show_second;
  if (self->show_second == show_second)
    return;
  self->show_second = show_second;
  if (self->folded && gtk_widget_get_mapped (GTK_WIDGET (self)))
    {
      if (!self->animation)
        self->animation = adw_timed_animation_new (
            GTK_WIDGET (self), 0, 1, SLIDE_MS,
            adw_callback_animation_target_new (slide_cb, self, NULL));
      adw_timed_animation_set_value_from (ADW_TIMED_ANIMATION (self->animation), self->slid);
      adw_timed_animation_set_value_to (ADW_TIMED_ANIMATION (self->animation), show_second);
      adw_animation_play (self->animation);
    }
  else
    slide_cb (show_second, self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SHOW_SECOND]);
}
