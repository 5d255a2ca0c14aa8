/* quarry-topic-bar.c: the topics among the results, as chips
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/results/quarry-topic-bar.h"
#include "ui/widgets/quarry-similarity-bar.h"

#include <glib/gi18n-lib.h>

/* A chip with its parts. */
typedef struct
{
  GtkWidget *button;
  GtkWidget *dot;
  GtkLabel *label;
  GtkLabel *count;
  gulong toggled_handler;
} Chip;

struct _QuarryTopicBar
{
  GtkWidget parent_instance;

  GtkWidget *scroller;
  GtkBox *box;
  GtkToggleButton *all;
  gulong all_handler;
  GArray *chips; /* of Chip; those that are not needed for the present topics are hidden */
  char *active;
};

G_DEFINE_FINAL_TYPE (QuarryTopicBar, quarry_topic_bar, GTK_TYPE_WIDGET)

enum
{
  PROP_ACTIVE = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* Shows which chip is active, without its handler being called. */
static void
show_active (QuarryTopicBar *self)
{
  g_signal_handler_block (self->all, self->all_handler);
  gtk_toggle_button_set_active (self->all, self->active == NULL);
  g_signal_handler_unblock (self->all, self->all_handler);
  for (guint i = 0; i < self->chips->len; i++)
    {
      Chip *chip = &g_array_index (self->chips, Chip, i);

      g_signal_handler_block (chip->button, chip->toggled_handler);
      gtk_toggle_button_set_active (
          GTK_TOGGLE_BUTTON (chip->button),
          self->active && g_strcmp0 (gtk_label_get_label (chip->label), self->active) == 0);
      g_signal_handler_unblock (chip->button, chip->toggled_handler);
    }
}

static void
all_toggled_cb (GtkToggleButton *button, gpointer user_data)
{
  QuarryTopicBar *self = user_data;

  quarry_topic_bar_set_active (self, NULL);
  show_active (self);
}

static void
chip_toggled_cb (GtkToggleButton *button, gpointer user_data)
{
  QuarryTopicBar *self = user_data;

  for (guint i = 0; i < self->chips->len; i++)
    {
      Chip *chip = &g_array_index (self->chips, Chip, i);

      if (chip->button == GTK_WIDGET (button))
        quarry_topic_bar_set_active (
            self, gtk_toggle_button_get_active (button) ? gtk_label_get_label (chip->label) : NULL);
    }
}

/* The bar cannot be scrolled vertically, so the mouse wheel moves the chips sideways. */
static gboolean
scroll_cb (GtkEventControllerScroll *controller, double dx, double dy, gpointer user_data)
{
  QuarryTopicBar *self = user_data;
  GtkAdjustment *adjustment
      = gtk_scrolled_window_get_hadjustment (GTK_SCROLLED_WINDOW (self->scroller));

  if (dy == 0)
    return GDK_EVENT_PROPAGATE;
  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) + dy * 60);
  return GDK_EVENT_STOP;
}

static Chip *
add_chip (QuarryTopicBar *self)
{
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  Chip chip = { gtk_toggle_button_new (), gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0),
                GTK_LABEL (gtk_label_new (NULL)), GTK_LABEL (gtk_label_new (NULL)), 0 };

  gtk_widget_add_css_class (chip.dot, "dot");
  gtk_widget_set_valign (chip.dot, GTK_ALIGN_CENTER);
  gtk_label_set_ellipsize (chip.label, PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (chip.label, 28);
  gtk_widget_add_css_class (GTK_WIDGET (chip.count), "chip-count");
  gtk_widget_add_css_class (GTK_WIDGET (chip.count), "numeric");
  gtk_box_append (GTK_BOX (content), chip.dot);
  gtk_box_append (GTK_BOX (content), GTK_WIDGET (chip.label));
  gtk_box_append (GTK_BOX (content), GTK_WIDGET (chip.count));
  gtk_button_set_child (GTK_BUTTON (chip.button), content);
  gtk_widget_add_css_class (chip.button, "chip");
  gtk_widget_set_focus_on_click (chip.button, FALSE);
  gtk_box_append (self->box, chip.button);
  chip.toggled_handler
      = g_signal_connect (chip.button, "toggled", G_CALLBACK (chip_toggled_cb), self);
  g_array_append_val (self->chips, chip);
  return &g_array_index (self->chips, Chip, self->chips->len - 1);
}

static void
fill_chip (Chip *chip, QuarryTopicItem *topic, int color)
{
  guint count = quarry_topic_item_get_count (topic);
  g_autofree char *number = g_strdup_printf ("%u", count);
  g_autofree char *said = NULL;

  /* Translators: a topic's name and how many passages belong to it */
  said = g_strdup_printf (ngettext ("%s, %u passage", "%s, %u passages", count),
                          quarry_topic_item_get_label (topic), count);
  gtk_label_set_label (chip->label, quarry_topic_item_get_label (topic));
  gtk_label_set_label (chip->count, number);
  quarry_set_topic_class (chip->dot, color);
  gtk_accessible_update_property (GTK_ACCESSIBLE (chip->button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  said, -1);
  gtk_widget_set_visible (chip->button, TRUE);
}

static void
quarry_topic_bar_dispose (GObject *object)
{
  QuarryTopicBar *self = QUARRY_TOPIC_BAR (object);

  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  G_OBJECT_CLASS (quarry_topic_bar_parent_class)->dispose (object);
}

static void
quarry_topic_bar_finalize (GObject *object)
{
  QuarryTopicBar *self = QUARRY_TOPIC_BAR (object);

  g_array_unref (self->chips);
  g_free (self->active);
  G_OBJECT_CLASS (quarry_topic_bar_parent_class)->finalize (object);
}

static void
quarry_topic_bar_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_ACTIVE:
      g_value_set_string (value, QUARRY_TOPIC_BAR (object)->active);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
quarry_topic_bar_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch (id)
    {
    case PROP_ACTIVE:
      quarry_topic_bar_set_active (QUARRY_TOPIC_BAR (object), g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

/* The bar is one stop for the Tab key; the arrow keys move between its chips. */
static gboolean
quarry_topic_bar_focus (GtkWidget *widget, GtkDirectionType direction)
{
  if ((direction == GTK_DIR_TAB_FORWARD || direction == GTK_DIR_TAB_BACKWARD) && gtk_widget_get_focus_child (widget))
    return FALSE;
  return GTK_WIDGET_CLASS (quarry_topic_bar_parent_class)->focus (widget, direction);
}

static void
quarry_topic_bar_class_init (QuarryTopicBarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = quarry_topic_bar_dispose;
  object_class->finalize = quarry_topic_bar_finalize;
  object_class->get_property = quarry_topic_bar_get_property;
  object_class->set_property = quarry_topic_bar_set_property;
  widget_class->focus = quarry_topic_bar_focus;

  properties[PROP_ACTIVE] = g_param_spec_string ("active", NULL, NULL, NULL,
                                                 G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY
                                                     | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "topicbar");
}

static void
quarry_topic_bar_init (QuarryTopicBar *self)
{
  GtkEventController *scroll
      = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);

  self->chips = g_array_new (FALSE, FALSE, sizeof (Chip));
  self->box = g_object_new (GTK_TYPE_BOX, "spacing", 6, "accessible-role",
                            GTK_ACCESSIBLE_ROLE_GROUP, "css-classes",
                            (const char *[]){ "chips", NULL }, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->box), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Topics"), -1);
  self->all = GTK_TOGGLE_BUTTON (gtk_toggle_button_new_with_label (C_ ("topics", "All")));
  gtk_widget_add_css_class (GTK_WIDGET (self->all), "chip");
  gtk_widget_set_focus_on_click (GTK_WIDGET (self->all), FALSE);
  gtk_toggle_button_set_active (self->all, TRUE);
  self->all_handler = g_signal_connect (self->all, "toggled", G_CALLBACK (all_toggled_cb), self);
  gtk_box_append (self->box, GTK_WIDGET (self->all));

  self->scroller = g_object_new (GTK_TYPE_SCROLLED_WINDOW, "hscrollbar-policy", GTK_POLICY_EXTERNAL,
                                 "vscrollbar-policy", GTK_POLICY_NEVER, "child", self->box, NULL);
  /* Chips keep their natural width and are scrolled. */
  gtk_scrollable_set_hscroll_policy (
      GTK_SCROLLABLE (gtk_scrolled_window_get_child (GTK_SCROLLED_WINDOW (self->scroller))),
      GTK_SCROLL_NATURAL);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
  gtk_event_controller_set_propagation_phase (scroll, GTK_PHASE_CAPTURE);
  g_signal_connect (scroll, "scroll", G_CALLBACK (scroll_cb), self);
  gtk_widget_add_controller (self->scroller, scroll);
}

GtkWidget *
quarry_topic_bar_new (void)
{
  return g_object_new (QUARRY_TYPE_TOPIC_BAR, NULL);
}

void
quarry_topic_bar_set_topics (QuarryTopicBar *self, GListModel *topics, QuarryTopicColors *colors)
{
  guint n;
  gboolean active_there = FALSE;

  g_return_if_fail (QUARRY_IS_TOPIC_BAR (self));
  g_return_if_fail (topics == NULL || G_IS_LIST_MODEL (topics));

  n = topics ? g_list_model_get_n_items (topics) : 0;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (QuarryTopicItem) topic = g_list_model_get_item (topics, i);
      Chip *chip = i < self->chips->len ? &g_array_index (self->chips, Chip, i) : add_chip (self);

      fill_chip (chip, topic,
                 quarry_topic_colors_get_color (colors, quarry_topic_item_get_id (topic)));
      if (g_strcmp0 (quarry_topic_item_get_label (topic), self->active) == 0)
        active_there = TRUE;
    }
  for (guint i = n; i < self->chips->len; i++)
    gtk_widget_set_visible (g_array_index (self->chips, Chip, i).button, FALSE);
  /* Without topics there is nothing to choose. Only the chip is hidden, not the bar, so that hits do not jump when
   * topics come and go with each key. */
  gtk_widget_set_visible (GTK_WIDGET (self->all), n > 0);

  if (self->active && !active_there)
    quarry_topic_bar_set_active (self, NULL);
  show_active (self);
}

const char *
quarry_topic_bar_get_active (QuarryTopicBar *self)
{
  g_return_val_if_fail (QUARRY_IS_TOPIC_BAR (self), NULL);
  return self->active;
}

void
quarry_topic_bar_set_active (QuarryTopicBar *self, const char *label)
{
  g_autofree char *before = NULL;

  g_return_if_fail (QUARRY_IS_TOPIC_BAR (self));

  if (g_strcmp0 (label, self->active) == 0)
    return;
  before = self->active;
  self->active = g_strdup (label);
  show_active (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACTIVE]);
}
