/* quarry-results-view.c: the list of hits with its topics
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/quarry-results-view.h"
#include "ui/quarry-map.h"
#include "ui/quarry-mark-bar.h"
#include "ui/quarry-result-row.h"
#include "ui/quarry-results-model.h"
#include "ui/quarry-searcher.h"
#include "ui/quarry-tall-layout.h"
#include "ui/quarry-topic-bar.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>
#include <math.h>

#define GLIDE_MS 220
/* Rows made before the first answer comes, so that it finds them. */
#define SPARE_ROWS 20
/* Rows out of sight that are brought up to date at a time. */
#define ROWS_A_STEP 2
/* No row is lower than this. */
#define LEAST_ROW_HEIGHT 72

struct _QuarryResultsView
{
  GtkWidget parent_instance;

  QuarryTopicBar *topic_bar;
  QuarryMarkBar *mark_bar;
  GtkPopover *menu;
  GtkLabel *notice;
  GtkStack *views;
  GtkScrolledWindow *scroller;
  AdwBin *column;
  GtkListBox *list;
  QuarryMap *map;

  QuarryTopicColors *colors;
  QuarryResultsModel *model;
  GHashTable *rows; /* QuarryResult -> QuarryResultRow, neither owned */
  GPtrArray *spare; /* rows that are not in the list */
  guint next_stale;  /* position from which on rows may not be up to date */
  guint work_source; /* makes spare rows, brings rows out of sight up to date */
  gulong painted;    /* waits for the frame to be painted before that */
  QuarryAnswer *answer;

  QuarryHit *selected;
  gboolean chosen;    /* the selection is a person's, not just the first */
  gboolean selecting; /* by the program */

  GHashTable *glide_from; /* QuarryResultRow -> double *: where it stood */
  GHashTable *gliding;    /* QuarryResultRow -> double *: how far it has to go */
  AdwAnimation *glide;
};

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

static QuarryResultRow *
row_of (QuarryResultsView *self, QuarryResult *result)
{
  return result ? g_hash_table_lookup (self->rows, result) : NULL;
}

static QuarryResultRow *
selected_row (QuarryResultsView *self)
{
  return (QuarryResultRow *) gtk_list_box_get_selected_row (self->list);
}

/* --- Gliding ------------------------------------------------------------------------------- */

static void
glide_cb (double progress, gpointer user_data)
{
  QuarryResultsView *self = user_data;
  GHashTableIter iter;
  gpointer row, way;

  g_hash_table_iter_init (&iter, self->gliding);
  while (g_hash_table_iter_next (&iter, &row, &way))
    quarry_result_row_set_offset (row, round (*(double *) way * (1 - progress)));
}

static void
stop_gliding (QuarryResultsView *self)
{
  if (self->glide)
    adw_animation_skip (self->glide);
  g_hash_table_remove_all (self->gliding);
  g_hash_table_remove_all (self->glide_from);
}

/* Remembers where rows stand that may be about to move. */
static void
remember_places (QuarryResultsView *self)
{
  GHashTableIter iter;
  gpointer row;

  stop_gliding (self);
  if (!adw_get_enable_animations (GTK_WIDGET (self)))
    return;
  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, NULL, &row))
    {
      graphene_rect_t bounds;

      if (gtk_widget_compute_bounds (row, GTK_WIDGET (self->list), &bounds))
        g_hash_table_insert (self->glide_from, row,
                             g_memdup2 (&(double) { (double) bounds.origin.y }, sizeof (double)));
    }
}

/* After layout: rows that moved are drawn where they stood, and glide from there. */
static void
begin_gliding (QuarryResultsView *self)
{
  GHashTableIter iter;
  gpointer row, from;

  g_hash_table_iter_init (&iter, self->glide_from);
  while (g_hash_table_iter_next (&iter, &row, &from))
    {
      graphene_rect_t bounds;
      double way;

      if (quarry_result_get_moved (quarry_result_row_get_result (row)) == 0
          || !gtk_widget_compute_bounds (row, GTK_WIDGET (self->list), &bounds))
        continue;
      way = *(double *) from - (double) bounds.origin.y;
      if (way != 0)
        g_hash_table_insert (self->gliding, row, g_memdup2 (&way, sizeof way));
    }
  g_hash_table_remove_all (self->glide_from);
  if (g_hash_table_size (self->gliding) == 0)
    return;
  if (!self->glide)
    self->glide
        = adw_timed_animation_new (GTK_WIDGET (self), 0, 1, GLIDE_MS,
                                   adw_callback_animation_target_new (glide_cb, self, NULL));
  glide_cb (0, self);
  adw_animation_play (self->glide);
}

/* --- Selection ----------------------------------------------------------------------------- */

static void
set_selected (QuarryResultsView *self, QuarryHit *hit)
{
  quarry_map_set_selected (self->map, hit);
  if (g_set_object (&self->selected, hit))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SELECTED]);
}

static void
scroll_to_row (QuarryResultsView *self, QuarryResultRow *row)
{
  graphene_rect_t bounds;

  if (row && gtk_widget_compute_bounds (GTK_WIDGET (row), GTK_WIDGET (self->list), &bounds))
    gtk_adjustment_clamp_page (gtk_scrolled_window_get_vadjustment (self->scroller),
                               (double) bounds.origin.y,
                               (double) (bounds.origin.y + bounds.size.height));
}

static void
select_result (QuarryResultsView *self, QuarryResult *result)
{
  QuarryResultRow *row = row_of (self, result);

  self->selecting = TRUE;
  if (row)
    gtk_list_box_select_row (self->list, GTK_LIST_BOX_ROW (row));
  else
    gtk_list_box_unselect_all (self->list);
  self->selecting = FALSE;
  set_selected (self, result ? quarry_result_get_hit (result) : NULL);
}

static void
choose (QuarryResultsView *self, QuarryResult *result)
{
  self->chosen = TRUE;
  select_result (self, result);
  scroll_to_row (self, row_of (self, result));
}

static void
row_selected_cb (GtkListBox *list, GtkListBoxRow *row, gpointer user_data)
{
  QuarryResultsView *self = user_data;

  if (self->selecting || !row)
    return;
  self->chosen = TRUE;
  set_selected (self, quarry_result_get_hit (
                          quarry_result_row_get_result (QUARRY_RESULT_ROW (row))));
}

static void
row_activated_cb (GtkListBox *list, GtkListBoxRow *row, gpointer user_data)
{
  g_signal_emit (user_data, signals[CHOSEN], 0);
}

static void
pressed_cb (GtkGestureClick *gesture, int n_press, double x, double y, gpointer user_data)
{
  QuarryResultsView *self = user_data;
  GtkListBoxRow *row = gtk_list_box_get_row_at_y (self->list, y);
  GtkWidget *under = gtk_widget_pick (GTK_WIDGET (self->list), x, y, GTK_PICK_DEFAULT);

  if (n_press != 2 || !row || !under || gtk_widget_get_ancestor (under, GTK_TYPE_BUTTON))
    return;
  choose (self, quarry_result_row_get_result (QUARRY_RESULT_ROW (row)));
  g_signal_emit (self, signals[OPENED], 0);
}

static gboolean
notice_link_cb (GtkLabel *label, const char *uri, gpointer user_data)
{
  g_signal_emit (user_data, signals[NOTICE_LINK], 0);
  return GDK_EVENT_STOP;
}

/* --- The list ------------------------------------------------------------------------------ */

static int
sort_rows (GtkListBoxRow *a, GtkListBoxRow *b, gpointer user_data)
{
  guint x = quarry_result_get_position (quarry_result_row_get_result (QUARRY_RESULT_ROW (a)));
  guint y = quarry_result_get_position (quarry_result_row_get_result (QUARRY_RESULT_ROW (b)));

  return x < y ? -1 : x > y;
}

/* A row for @result: one that is spare, else a new one. (transfer floating or full) */
static QuarryResultRow *
take_row (QuarryResultsView *self, QuarryResult *result)
{
  QuarryResultRow *row;

  if (self->spare->len > 0)
    row = g_ptr_array_steal_index (self->spare, self->spare->len - 1);
  else
    row = g_object_ref_sink (QUARRY_RESULT_ROW (quarry_result_row_new ()));
  quarry_result_row_set_result (row, result);
  return row;
}

static void
remove_row (QuarryResultsView *self, QuarryResultRow *row)
{
  g_hash_table_remove (self->glide_from, row);
  g_hash_table_remove (self->gliding, row);
  quarry_result_row_set_offset (row, 0);
  if (self->spare->len < SPARE_ROWS)
    g_ptr_array_add (self->spare, g_object_ref (row));
  gtk_list_box_remove (self->list, GTK_WIDGET (row));
  quarry_result_row_set_result (row, NULL);
}

/* Brings the rows up to date that are in sight at the list's present place. */
static void
refresh_in_sight (QuarryResultsView *self)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);
  double top = gtk_adjustment_get_value (adjustment);
  double bottom = top + MAX (gtk_adjustment_get_page_size (adjustment), 600);
  double y = 0;
  QuarryResultRow *row;

  /* Rows may have moved since the last layout: their heights are near enough. */
  for (guint i = 0; y < bottom && (row = row_of (self, quarry_results_model_get (self->model, i))); i++)
    {
      double end = y + MAX (gtk_widget_get_height (GTK_WIDGET (row)), LEAST_ROW_HEIGHT);

      if (end >= top)
        quarry_result_row_refresh (row);
      y = end;
    }
}

/* What can wait until a frame is painted. */
static gboolean
work_cb (gpointer user_data)
{
  QuarryResultsView *self = user_data;
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->model)), done = 0;

  for (; self->next_stale < n && done < ROWS_A_STEP; self->next_stale++, done++)
    {
      QuarryResultRow *row = row_of (self, quarry_results_model_get (self->model, self->next_stale));

      if (row)
        quarry_result_row_refresh (row);
    }
  if (done > 0)
    return G_SOURCE_CONTINUE;
  if (n + self->spare->len < SPARE_ROWS)
    {
      g_ptr_array_add (self->spare,
                       g_object_ref_sink (QUARRY_RESULT_ROW (quarry_result_row_new ())));
      return G_SOURCE_CONTINUE;
    }
  self->work_source = 0;
  return G_SOURCE_REMOVE;
}

static void
begin_work (QuarryResultsView *self)
{
  if (self->work_source == 0)
    self->work_source = g_idle_add_full (G_PRIORITY_LOW, work_cb, self, NULL);
}

static void
stop_work (QuarryResultsView *self)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (self));

  g_clear_handle_id (&self->work_source, g_source_remove);
  if (self->painted != 0 && clock)
    g_signal_handler_disconnect (clock, self->painted);
  self->painted = 0;
}

static void
painted_cb (GdkFrameClock *clock, gpointer user_data)
{
  QuarryResultsView *self = user_data;

  g_clear_signal_handler (&self->painted, clock);
  begin_work (self);
}

/* Between an answer and its frame there is time, which a row out of sight would make longer. */
static void
work_later (QuarryResultsView *self)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (self));

  self->next_stale = 0;
  if (!clock || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    {
      begin_work (self);
      return;
    }
  g_clear_handle_id (&self->work_source, g_source_remove);
  if (self->painted == 0)
    self->painted = g_signal_connect (clock, "after-paint", G_CALLBACK (painted_cb), self);
  gdk_frame_clock_request_phase (clock, GDK_FRAME_CLOCK_PHASE_AFTER_PAINT);
}

/* Rows are moved, not made again: only those of results that came or went come and go. */
static void
items_changed_cb (GListModel *model, guint position, guint removed, guint added, gpointer user_data)
{
  QuarryResultsView *self = user_data;
  guint n = g_list_model_get_n_items (model);
  g_autoptr (GHashTable) there = g_hash_table_new (NULL, NULL);
  GHashTableIter iter;
  gpointer result, row;

  self->selecting = TRUE;
  for (guint i = 0; i < n; i++)
    g_hash_table_add (there, quarry_results_model_get (self->model, i));
  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, &result, &row))
    if (!g_hash_table_contains (there, result))
      {
        g_hash_table_iter_remove (&iter);
        remove_row (self, row);
      }
  gtk_list_box_invalidate_sort (self->list);
  for (guint i = position; i < position + added; i++)
    {
      QuarryResult *new = quarry_results_model_get (self->model, i);

      if (row_of (self, new))
        continue;
      row = take_row (self, new);
      g_hash_table_insert (self->rows, new, row);
      gtk_list_box_insert (self->list, row, -1);
      g_object_unref (row);
    }
  self->selecting = FALSE;
}

static void
fill_model (QuarryResultsView *self, gboolean mark_moves)
{
  int only = -1;

  if (quarry_topic_bar_get_active (self->topic_bar))
    only = quarry_topic_colors_find (self->colors, quarry_topic_bar_get_active (self->topic_bar));
  quarry_results_model_update (self->model,
                               self->answer ? quarry_answer_get_hits (self->answer) : NULL, only,
                               mark_moves, self->colors);
}

/* To be called after the model was filled and the list scrolled. */
static void
refresh (QuarryResultsView *self)
{
  refresh_in_sight (self);
  work_later (self);
}

static void
fill_map (QuarryResultsView *self)
{
  int only = -1;

  if (quarry_topic_bar_get_active (self->topic_bar))
    only = quarry_topic_colors_find (self->colors, quarry_topic_bar_get_active (self->topic_bar));
  quarry_map_update (self->map,
                     self->answer ? quarry_answer_get_candidates (self->answer) : NULL, self->model,
                     self->colors, only);
}

/* The selected passage among the candidates on the map. (transfer none) */
static QuarryHit *
find_candidate (QuarryResultsView *self, gint64 passage)
{
  GListModel *candidates = quarry_answer_get_candidates (self->answer);
  guint n = quarry_results_view_get_map (self) ? g_list_model_get_n_items (candidates) : 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (QuarryHit) hit = g_list_model_get_item (candidates, i);

      if (quarry_hit_get_passage (hit) == passage)
        return hit;
    }
  return NULL;
}

/* A candidate that is no hit. */
static void
select_candidate (QuarryResultsView *self, QuarryHit *hit)
{
  self->selecting = TRUE;
  gtk_list_box_unselect_all (self->list);
  self->selecting = FALSE;
  set_selected (self, hit);
}

/* The selected passage while it is a hit, or is on the map that is shown, else the first. */
static void
restore_selection (QuarryResultsView *self)
{
  QuarryResult *result = NULL;

  if (self->chosen && self->selected)
    {
      gint64 passage = quarry_hit_get_passage (self->selected);
      QuarryHit *candidate;

      result = quarry_results_model_find (self->model, passage);
      candidate = result ? NULL : find_candidate (self, passage);
      if (candidate)
        {
          select_candidate (self, candidate);
          return;
        }
    }
  if (!result)
    {
      self->chosen = FALSE;
      result = quarry_results_model_get (self->model, 0);
    }
  select_result (self, result);
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
      restore_selection (self);
      scroll_to_start (self);
      refresh (self);
    }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TOPIC]);
}

static void
picked_cb (QuarryMap *map, QuarryHit *hit, gpointer user_data)
{
  QuarryResultsView *self = user_data;
  QuarryResult *result = quarry_results_model_find (self->model, quarry_hit_get_passage (hit));

  if (result)
    {
      choose (self, result);
      return;
    }
  self->chosen = TRUE;
  select_candidate (self, hit);
}

static void
unmarked_cb (QuarryMarkBar *bar, gint64 passage, gpointer user_data)
{
  g_signal_emit (user_data, signals[UNMARKED], 0, passage);
}

static void
show_menu_at (QuarryResultsView *self, double x, double y)
{
  gtk_popover_set_pointing_to (self->menu, &(GdkRectangle){ (int) x, (int) y, 1, 1 });
  gtk_popover_popup (self->menu);
}

/* The menu is about the hit under the pointer, which is selected first. */
static void
open_menu (QuarryResultsView *self, double x, double y)
{
  GtkWidget *under = gtk_widget_pick (GTK_WIDGET (self), x, y, GTK_PICK_DEFAULT);
  GtkWidget *row = under ? gtk_widget_get_ancestor (under, QUARRY_TYPE_RESULT_ROW) : NULL;
  double mx, my;

  if (row)
    choose (self, quarry_result_row_get_result (QUARRY_RESULT_ROW (row)));
  else if (!under || under != GTK_WIDGET (self->map)
           || !gtk_widget_translate_coordinates (GTK_WIDGET (self), GTK_WIDGET (self->map), x, y, &mx, &my)
           || !quarry_map_pick_at (self->map, mx, my))
    return;
  show_menu_at (self, x, y);
}

static void
menu_pressed_cb (GtkGestureClick *gesture, int n_press, double x, double y, gpointer user_data)
{
  open_menu (user_data, x, y);
}

static void
long_pressed_cb (GtkGestureLongPress *gesture, double x, double y, gpointer user_data)
{
  open_menu (user_data, x, y);
}

void
quarry_results_view_open_menu (QuarryResultsView *self)
{
  QuarryResultRow *row;
  graphene_rect_t bounds;

  g_return_if_fail (QUARRY_IS_RESULTS_VIEW (self));

  row = selected_row (self);
  if (self->selected && !quarry_results_view_get_map (self) && row
      && gtk_widget_compute_bounds (GTK_WIDGET (row), GTK_WIDGET (self), &bounds))
    show_menu_at (self, (double) (bounds.origin.x + bounds.size.width / 2),
                  (double) (bounds.origin.y + bounds.size.height / 2));
  else if (self->selected)
    show_menu_at (self, gtk_widget_get_width (GTK_WIDGET (self)) / 2.0,
                  gtk_widget_get_height (GTK_WIDGET (self)) / 2.0);
}

static void
map_chosen_cb (QuarryMap *map, gpointer user_data)
{
  g_signal_emit (user_data, signals[CHOSEN], 0);
}

static void
map_opened_cb (QuarryMap *map, gpointer user_data)
{
  g_signal_emit (user_data, signals[OPENED], 0);
}

static void
scrolled_cb (GtkAdjustment *adjustment, gpointer user_data)
{
  QuarryResultsView *self = user_data;
  double page = gtk_adjustment_get_page_size (adjustment);

  refresh_in_sight (self);
  if (page > 0
      && gtk_adjustment_get_value (adjustment) + 2 * page > gtk_adjustment_get_upper (adjustment)
      && gtk_adjustment_get_value (adjustment) > 0)
    g_signal_emit (user_data, signals[MORE_WANTED], 0);
}

static void
style_changed_cb (AdwStyleManager *manager, GParamSpec *pspec, gpointer user_data)
{
  QuarryResultsView *self = user_data;
  GHashTableIter iter;
  gpointer row;

  g_hash_table_iter_init (&iter, self->rows);
  while (g_hash_table_iter_next (&iter, NULL, &row))
    quarry_result_row_restyle (row);
}

/* --- The widget ---------------------------------------------------------------------------- */

static void
quarry_results_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  QuarryResultsView *self = QUARRY_RESULTS_VIEW (widget);

  GTK_WIDGET_CLASS (quarry_results_view_parent_class)->size_allocate (widget, width, height, baseline);
  if (g_hash_table_size (self->glide_from) > 0)
    begin_gliding (self);
  gtk_popover_present (self->menu);
}

/* The frame clock goes. */
static void
quarry_results_view_unrealize (GtkWidget *widget)
{
  stop_work (QUARRY_RESULTS_VIEW (widget));
  GTK_WIDGET_CLASS (quarry_results_view_parent_class)->unrealize (widget);
}

static void
quarry_results_view_dispose (GObject *object)
{
  QuarryResultsView *self = QUARRY_RESULTS_VIEW (object);

  g_clear_handle_id (&self->work_source, g_source_remove);
  g_clear_object (&self->glide);
  g_ptr_array_set_size (self->spare, 0);
  if (self->model)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_clear_object (&self->model);
  g_clear_object (&self->colors);
  g_clear_object (&self->answer);
  g_clear_object (&self->selected);
  self->selecting = TRUE;
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

  g_hash_table_unref (self->rows);
  g_ptr_array_unref (self->spare);
  g_hash_table_unref (self->glide_from);
  g_hash_table_unref (self->gliding);
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
  gtk_widget_class_bind_template_child (widget_class, QuarryResultsView, topic_bar);
  gtk_widget_class_bind_template_child (widget_class, QuarryResultsView, mark_bar);
  gtk_widget_class_bind_template_child (widget_class, QuarryResultsView, menu);
  gtk_widget_class_bind_template_child (widget_class, QuarryResultsView, notice);
  gtk_widget_class_bind_template_child (widget_class, QuarryResultsView, views);
  gtk_widget_class_bind_template_child (widget_class, QuarryResultsView, scroller);
  gtk_widget_class_bind_template_child (widget_class, QuarryResultsView, column);
  gtk_widget_class_bind_template_child (widget_class, QuarryResultsView, list);
  gtk_widget_class_bind_template_child (widget_class, QuarryResultsView, map);
  gtk_widget_class_bind_template_callback (widget_class, topic_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, pressed_cb);
  gtk_widget_class_bind_template_callback (widget_class, notice_link_cb);
  gtk_widget_class_bind_template_callback (widget_class, unmarked_cb);
  gtk_widget_class_bind_template_callback (widget_class, menu_pressed_cb);
  gtk_widget_class_bind_template_callback (widget_class, long_pressed_cb);
  gtk_widget_class_bind_template_callback (widget_class, picked_cb);
  gtk_widget_class_bind_template_callback (widget_class, map_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, map_opened_cb);
}

static void
quarry_results_view_init (QuarryResultsView *self)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();

  self->rows = g_hash_table_new (NULL, NULL);
  self->spare = g_ptr_array_new_with_free_func (g_object_unref);
  self->glide_from = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->gliding = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->colors = quarry_topic_colors_new ();
  self->model = quarry_results_model_new ();
  g_signal_connect (self->model, "items-changed", G_CALLBACK (items_changed_cb), self);

  gtk_widget_init_template (GTK_WIDGET (self));
  work_later (self);
  gtk_widget_set_layout_manager (GTK_WIDGET (self->column), quarry_tall_layout_new ());
  gtk_list_box_set_adjustment (self->list, gtk_scrolled_window_get_vadjustment (self->scroller));
  gtk_list_box_set_sort_func (self->list, sort_rows, NULL, NULL);
  g_signal_connect_object (gtk_scrolled_window_get_vadjustment (self->scroller), "value-changed",
                           G_CALLBACK (scrolled_cb), self, 0);
  g_signal_connect_object (manager, "notify::dark", G_CALLBACK (style_changed_cb), self, 0);
  g_signal_connect_object (manager, "notify::high-contrast", G_CALLBACK (style_changed_cb), self, 0);
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
  /* The same question: hits glide to where they are now. */
  gboolean moves_alone = (changes & ~(QUARRY_SEARCH_CHANGED_VARIETY | QUARRY_SEARCH_CHANGED_MARKS)) == 0
                         && changes != 0;
  gboolean chosen = self->chosen;

  g_return_if_fail (QUARRY_IS_RESULTS_VIEW (self));
  g_return_if_fail (answer == NULL || QUARRY_IS_ANSWER (answer));

  if (!answer)
    {
      /* The rows stay for the next answer, where nobody finds them. */
      g_clear_object (&self->answer);
      gtk_widget_set_visible (GTK_WIDGET (self->list), FALSE);
      self->chosen = FALSE;
      quarry_topic_bar_set_active (self->topic_bar, NULL);
      select_result (self, NULL);
      fill_map (self);
      return;
    }
  if (changes & QUARRY_SEARCH_CHANGED_QUERY)
    stop_gliding (self);
  if (moves_alone)
    remember_places (self);

  g_set_object (&self->answer, answer);
  gtk_widget_set_visible (GTK_WIDGET (self->list), TRUE);
  topics = quarry_answer_get_topics (answer);
  quarry_topic_colors_update (self->colors, topics);
  /* May widen the list again, which fills the model. */
  quarry_topic_bar_set_topics (self->topic_bar, topics, self->colors);
  fill_model (self, moves_alone);
  fill_map (self);
  restore_selection (self);
  if (!self->chosen && (chosen || changes & QUARRY_SEARCH_CHANGED_QUERY))
    scroll_to_start (self);
  refresh (self);

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

  gtk_stack_set_visible_child_name (self->views, map ? "map" : "list");
  if (!map && self->answer)
    restore_selection (self);
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

QuarryHit *
quarry_results_view_get_selected (QuarryResultsView *self)
{
  g_return_val_if_fail (QUARRY_IS_RESULTS_VIEW (self), NULL);
  return self->selected;
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

void
quarry_results_view_move (QuarryResultsView *self, int rows)
{
  QuarryResultRow *row;
  int n, position;

  g_return_if_fail (QUARRY_IS_RESULTS_VIEW (self));

  n = g_list_model_get_n_items (G_LIST_MODEL (self->model));
  row = selected_row (self);
  if (n == 0)
    return;
  position = row ? (int) quarry_result_get_position (quarry_result_row_get_result (row)) : -1;
  quarry_results_view_select (self, CLAMP (position + rows, 0, n - 1));
}

int
quarry_results_view_get_page (QuarryResultsView *self)
{
  int n, height;

  g_return_val_if_fail (QUARRY_IS_RESULTS_VIEW (self), 1);

  n = g_list_model_get_n_items (G_LIST_MODEL (self->model));
  height = n > 0 ? gtk_widget_get_height (GTK_WIDGET (self->list)) / n : 0;
  return height > 0 ? MAX (1, gtk_widget_get_height (GTK_WIDGET (self->scroller)) / height - 1) : 1;
}

gboolean
quarry_results_view_select (QuarryResultsView *self, guint position)
{
  QuarryResult *result;

  g_return_val_if_fail (QUARRY_IS_RESULTS_VIEW (self), FALSE);

  result = self->answer ? quarry_results_model_get (self->model, position) : NULL;
  if (result)
    choose (self, result);
  return result != NULL;
}

gboolean
quarry_results_view_select_passage (QuarryResultsView *self, gint64 passage)
{
  QuarryResult *result;

  g_return_val_if_fail (QUARRY_IS_RESULTS_VIEW (self), FALSE);

  result = quarry_results_model_find (self->model, passage);
  if (result)
    choose (self, result);
  return result != NULL;
}

void
quarry_results_view_toggle_why (QuarryResultsView *self)
{
  QuarryResultRow *row;

  g_return_if_fail (QUARRY_IS_RESULTS_VIEW (self));

  row = selected_row (self);
  if (row)
    quarry_result_row_set_why (row, !quarry_result_row_get_why (row));
}
