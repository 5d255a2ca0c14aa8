/* quarry-results-view.c: the list of hits with its topics
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/quarry-searcher.h"
#include "ui/results/quarry-results-view-private.h"

#include <math.h>
#include "ui/results/quarry-tall-layout.h"

G_DEFINE_FINAL_TYPE (QuarryResultsView, quarry_results_view, GTK_TYPE_WIDGET)

enum
{
  PROP_SELECTED = 1,
  PROP_TOPIC,
  N_PROPS
};

enum
{
  CHOSEN,
  OPENED,
  UNMARKED,
  MORE_WANTED,
  NOTICE_LINK,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

/* --- Answers ------------------------------------------------------------------------------- */

/* The id of the topic that the list is narrowed to; -1: none. */
static int
active_topic (QuarryResultsView *self)
{
  const char *label = quarry_topic_bar_get_active (self->topic_bar);

  return label ? quarry_topic_colors_find (self->colors, label) : -1;
}

static void
fill_model (QuarryResultsView *self, gboolean mark_moves)
{
  quarry_results_model_update (self->model,
                               self->answer ? quarry_answer_get_hits (self->answer) : NULL,
                               active_topic (self), mark_moves, self->colors);
}

static void
fill_map (QuarryResultsView *self)
{
  quarry_map_update (self->map,
                     self->answer ? quarry_answer_get_candidates (self->answer) : NULL, self->model,
                     self->colors, active_topic (self));
}

/* Documents that are listed without a search have no similarities, so there is no map of them, and there are no
 * topics. */
static void
show_view (QuarryResultsView *self)
{
  g_autoptr (QuarryHit) first = self->answer ? g_list_model_get_item (quarry_answer_get_hits (self->answer), 0) : NULL;
  gboolean listed = first && quarry_hit_is_listed (first);
  gboolean map = self->wants_map && !listed;

  gtk_widget_set_visible (GTK_WIDGET (self->topic_bar), !listed);
  gtk_stack_set_visible_child_name (self->views, map ? "map" : "list");
}

static void
scroll_to_start (QuarryResultsView *self)
{
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scroller), 0);
}

static void
topic_cb (QuarryTopicBar *bar, GParamSpec *pspec, gpointer user_data)
{
  QuarryResultsView *self = user_data;

  if (self->answer)
    {
      fill_model (self, FALSE);
      fill_map (self);
      quarry_results_view_restore_selection (self);
      scroll_to_start (self);
      quarry_results_view_refresh (self);
    }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TOPIC]);
}

static void
unmarked_cb (QuarryMarkBar *bar, gint64 passage, gpointer user_data)
{
  g_signal_emit (user_data, signals[UNMARKED], 0, passage);
}

static gboolean
notice_link_cb (GtkLabel *label, const char *uri, gpointer user_data)
{
  g_signal_emit (user_data, signals[NOTICE_LINK], 0);
  return GDK_EVENT_STOP;
}

static void
scrolled_cb (GtkAdjustment *adjustment, gpointer user_data)
{
  QuarryResultsView *self = user_data;
  double page = gtk_adjustment_get_page_size (adjustment);

  quarry_results_view_refresh_in_sight (self);
  if (page > 0
      && gtk_adjustment_get_value (adjustment) + 2 * page > gtk_adjustment_get_upper (adjustment)
      && gtk_adjustment_get_value (adjustment) > 0)
    g_signal_emit (user_data, signals[MORE_WANTED], 0);
}

/* --- The widget ---------------------------------------------------------------------------- */

static void
quarry_results_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  QuarryResultsView *self = QUARRY_RESULTS_VIEW (widget);

  GTK_WIDGET_CLASS (quarry_results_view_parent_class)->size_allocate (widget, width, height, baseline);
  quarry_results_view_begin_gliding (self);
  gtk_popover_present (self->menu);
}

static void
quarry_results_view_unrealize (GtkWidget *widget)
{
  quarry_results_view_stop_work (QUARRY_RESULTS_VIEW (widget));
  GTK_WIDGET_CLASS (quarry_results_view_parent_class)->unrealize (widget);
}

/* The Tab key stops once at the list, whose hits the arrows move through, as in GTK's own list views. (A GtkListBox by
 * itself stops at each row.) */
static gboolean
quarry_results_view_focus (GtkWidget *widget, GtkDirectionType direction)
{
  QuarryResultsView *self = QUARRY_RESULTS_VIEW (widget);

  if (!gtk_widget_get_focus_child (GTK_WIDGET (self->list))
      || (direction != GTK_DIR_TAB_FORWARD && direction != GTK_DIR_TAB_BACKWARD))
    return GTK_WIDGET_CLASS (quarry_results_view_parent_class)->focus (widget, direction);
  if (direction == GTK_DIR_TAB_BACKWARD)
    for (GtkWidget *before = gtk_widget_get_prev_sibling (GTK_WIDGET (self->views)); before;
         before = gtk_widget_get_prev_sibling (before))
      if (gtk_widget_child_focus (before, direction))
        return TRUE;
  return FALSE;
}

static void
quarry_results_view_dispose (GObject *object)
{
  QuarryResultsView *self = QUARRY_RESULTS_VIEW (object);

  quarry_results_view_stop_work (self);
  g_clear_object (&self->glide);
  g_ptr_array_set_size (self->spare, 0);
  if (self->model)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_clear_object (&self->model);
  g_clear_object (&self->colors);
  g_clear_object (&self->answer);
  g_clear_object (&self->selected);
  self->selecting = TRUE;
  g_clear_weak_pointer (&self->before_menu);
  g_clear_pointer ((GtkWidget **) &self->topic_bar, gtk_widget_unparent);
  g_clear_pointer ((GtkWidget **) &self->mark_bar, gtk_widget_unparent);
  g_clear_pointer ((GtkWidget **) &self->menu, gtk_widget_unparent);
  g_clear_pointer ((GtkWidget **) &self->notice, gtk_widget_unparent);
  g_clear_pointer ((GtkWidget **) &self->views, gtk_widget_unparent);
  G_OBJECT_CLASS (quarry_results_view_parent_class)->dispose (object);
}

static void
quarry_results_view_finalize (GObject *object)
{
  QuarryResultsView *self = QUARRY_RESULTS_VIEW (object);

  quarry_results_view_free_rows (self);
  quarry_results_view_free_glide (self);
  G_OBJECT_CLASS (quarry_results_view_parent_class)->finalize (object);
}

static void
quarry_results_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  QuarryResultsView *self = QUARRY_RESULTS_VIEW (object);

  switch (id)
    {
    case PROP_SELECTED:
      g_value_set_object (value, self->selected);
      break;
    case PROP_TOPIC:
      g_value_set_string (value, quarry_results_view_get_topic (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
quarry_results_view_class_init (QuarryResultsViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = quarry_results_view_dispose;
  object_class->finalize = quarry_results_view_finalize;
  object_class->get_property = quarry_results_view_get_property;
  widget_class->size_allocate = quarry_results_view_size_allocate;
  widget_class->focus = quarry_results_view_focus;
  widget_class->unrealize = quarry_results_view_unrealize;

  properties[PROP_SELECTED] = g_param_spec_object ("selected", NULL, NULL, QUARRY_TYPE_HIT,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_TOPIC] = g_param_spec_string ("topic", NULL, NULL, NULL,
                                                G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[CHOSEN] = g_signal_new ("chosen", QUARRY_TYPE_RESULTS_VIEW, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
  signals[OPENED] = g_signal_new ("opened", QUARRY_TYPE_RESULTS_VIEW, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 0);
  signals[UNMARKED] = g_signal_new ("unmarked", QUARRY_TYPE_RESULTS_VIEW, G_SIGNAL_RUN_LAST, 0, NULL,
                                    NULL, NULL, G_TYPE_NONE, 1, G_TYPE_INT64);
  signals[MORE_WANTED] = g_signal_new ("more-wanted", QUARRY_TYPE_RESULTS_VIEW, G_SIGNAL_RUN_LAST,
                                       0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  signals[NOTICE_LINK] = g_signal_new ("notice-link", QUARRY_TYPE_RESULTS_VIEW, G_SIGNAL_RUN_LAST,
                                       0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  g_type_ensure (QUARRY_TYPE_MAP);
  g_type_ensure (QUARRY_TYPE_MARK_BAR);
  g_type_ensure (QUARRY_TYPE_TOPIC_BAR);
  gtk_widget_class_set_css_name (widget_class, "resultsview");
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/quarry/Quarry/quarry-results-view.ui");
  quarry_results_view_bind_selection (widget_class);
  gtk_widget_class_bind_template_child (widget_class, QuarryResultsView, topic_bar);
  gtk_widget_class_bind_template_child (widget_class, QuarryResultsView, mark_bar);
  gtk_widget_class_bind_template_child (widget_class, QuarryResultsView, menu);
  gtk_widget_class_bind_template_child (widget_class, QuarryResultsView, copies_menu);
  gtk_widget_class_bind_template_child (widget_class, QuarryResultsView, notice);
  gtk_widget_class_bind_template_child (widget_class, QuarryResultsView, views);
  gtk_widget_class_bind_template_child (widget_class, QuarryResultsView, scroller);
  gtk_widget_class_bind_template_child (widget_class, QuarryResultsView, column);
  gtk_widget_class_bind_template_child (widget_class, QuarryResultsView, list);
  gtk_widget_class_bind_template_child (widget_class, QuarryResultsView, map);
  gtk_widget_class_bind_template_callback (widget_class, topic_cb);
  gtk_widget_class_bind_template_callback (widget_class, notice_link_cb);
  gtk_widget_class_bind_template_callback (widget_class, unmarked_cb);
}

static void
quarry_results_view_init (QuarryResultsView *self)
{
  self->colors = quarry_topic_colors_new ();
  self->model = quarry_results_model_new ();
  self->held = (double) NAN;
  quarry_results_view_init_glide (self);

  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_widget_set_layout_manager (GTK_WIDGET (self->column), quarry_tall_layout_new ());
  gtk_list_box_set_adjustment (self->list, gtk_scrolled_window_get_vadjustment (self->scroller));
  quarry_results_view_init_rows (self);
  g_signal_connect_object (gtk_scrolled_window_get_vadjustment (self->scroller), "value-changed",
                           G_CALLBACK (scrolled_cb), self, 0);
}

GtkWidget *
quarry_results_view_new (void)
{
  return g_object_new (QUARRY_TYPE_RESULTS_VIEW, NULL);
}

void
quarry_results_view_update (QuarryResultsView *self,
                            QuarryAnswer *answer,
                            guint changes,
                            const char *notice)
{
  GListModel *topics;
  /* If what is asked is the same, and only variety or marks have changed, hits glide to their new places. */
  gboolean moves_alone = (changes & ~(QUARRY_SEARCH_CHANGED_VARIETY | QUARRY_SEARCH_CHANGED_MARKS)) == 0
                         && changes != 0;
  gboolean chosen = self->chosen;

  g_return_if_fail (QUARRY_IS_RESULTS_VIEW (self));
  g_return_if_fail (answer == NULL || QUARRY_IS_ANSWER (answer));

  if (!answer)
    {
      /* Hide the rows but keep them for the next answer. */
      g_clear_object (&self->answer);
      gtk_widget_set_visible (GTK_WIDGET (self->list), FALSE);
      self->chosen = FALSE;
      quarry_topic_bar_set_active (self->topic_bar, NULL);
      quarry_results_view_select_result (self, NULL);
      fill_map (self);
      return;
    }
  if (changes & QUARRY_SEARCH_CHANGED_QUERY)
    quarry_results_view_stop_gliding (self);
  if (moves_alone)
    quarry_results_view_remember_places (self);
  /* Hits come while files are being added, and nobody asked for them: the row that a person reads stays where it is. */
  if (changes == QUARRY_SEARCH_CHANGED_LIBRARY)
    quarry_results_view_hold_row (self);

  g_set_object (&self->answer, answer);
  gtk_widget_set_visible (GTK_WIDGET (self->list), TRUE);
  show_view (self);
  topics = quarry_answer_get_topics (answer);
  quarry_topic_colors_update (self->colors, topics);
  /* If the active topic is gone, this widens the list again, which fills the model. */
  quarry_topic_bar_set_topics (self->topic_bar, topics, self->colors);
  fill_model (self, moves_alone);
  fill_map (self);
  quarry_results_view_restore_selection (self);
  if (!self->chosen && (chosen || changes & QUARRY_SEARCH_CHANGED_QUERY))
    scroll_to_start (self);
  quarry_results_view_refresh (self);
  quarry_results_view_restore_row (self);

  gtk_label_set_label (self->notice, notice ? notice : "");
  gtk_widget_set_visible (GTK_WIDGET (self->notice), notice != NULL);
}

void
quarry_results_view_set_slow (QuarryResultsView *self, gboolean slow)
{
  g_return_if_fail (QUARRY_IS_RESULTS_VIEW (self));

  if (slow)
    gtk_widget_add_css_class (GTK_WIDGET (self->list), "slow");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->list), "slow");
}

void
quarry_results_view_add_mark (QuarryResultsView *self, QuarryHit *hit, gboolean more)
{
  g_return_if_fail (QUARRY_IS_RESULTS_VIEW (self));
  g_return_if_fail (QUARRY_IS_HIT (hit));

  quarry_mark_bar_add (self->mark_bar, quarry_hit_get_passage (hit), quarry_hit_get_title (hit), more);
}

gboolean
quarry_results_view_clear_marks (QuarryResultsView *self)
{
  g_return_val_if_fail (QUARRY_IS_RESULTS_VIEW (self), FALSE);
  return quarry_mark_bar_clear (self->mark_bar);
}

void
quarry_results_view_set_map (QuarryResultsView *self, gboolean map)
{
  g_return_if_fail (QUARRY_IS_RESULTS_VIEW (self));

  self->wants_map = map;
  show_view (self);
  if (!map && self->answer)
    quarry_results_view_restore_selection (self);
}

gboolean
quarry_results_view_get_map (QuarryResultsView *self)
{
  g_return_val_if_fail (QUARRY_IS_RESULTS_VIEW (self), FALSE);
  return self->views && gtk_stack_get_visible_child (self->views) == GTK_WIDGET (self->map);
}

guint
quarry_results_view_get_n_hits (QuarryResultsView *self)
{
  g_return_val_if_fail (QUARRY_IS_RESULTS_VIEW (self), 0);
  return self->answer ? g_list_model_get_n_items (quarry_answer_get_hits (self->answer)) : 0;
}

const char *
quarry_results_view_get_topic (QuarryResultsView *self)
{
  g_return_val_if_fail (QUARRY_IS_RESULTS_VIEW (self), NULL);
  return self->topic_bar ? quarry_topic_bar_get_active (self->topic_bar) : NULL;
}

gboolean
quarry_results_view_widen (QuarryResultsView *self)
{
  g_return_val_if_fail (QUARRY_IS_RESULTS_VIEW (self), FALSE);

  if (!quarry_topic_bar_get_active (self->topic_bar))
    return FALSE;
  quarry_topic_bar_set_active (self->topic_bar, NULL);
  return TRUE;
}
