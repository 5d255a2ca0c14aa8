/* quarry-results-view-select.c: which hit is selected, by keys, pointer or map, and the menu of a hit
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/results/quarry-results-view-private.h"

#include "ui/widgets/quarry-hit-markup.h"

#include <math.h>

/* The menu lists at most so many other places of a hit's text. */
#define MOST_COPIES 10

static QuarryResultRow *
selected_row (QuarryResultsView *self)
{
  return (QuarryResultRow *) gtk_list_box_get_selected_row (self->list);
}

/* --- Selection ----------------------------------------------------------------------------- */

static void
set_selected (QuarryResultsView *self, QuarryHit *hit)
{
  quarry_map_set_selected (self->map, hit);
  if (g_set_object (&self->selected, hit))
    g_object_notify (G_OBJECT (self), "selected");
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

void
quarry_results_view_select_result (QuarryResultsView *self, QuarryResult *result)
{
  QuarryResultRow *row = quarry_results_view_find_row (self, result);

  self->selecting = TRUE;
  if (row)
    gtk_list_box_select_row (self->list, GTK_LIST_BOX_ROW (row));
  else
    gtk_list_box_unselect_all (self->list);
  self->selecting = FALSE;
  /* While the focus is in the list, it is on the selected hit. */
  if (row && gtk_widget_get_focus_child (GTK_WIDGET (self->list)))
    gtk_widget_grab_focus (GTK_WIDGET (row));
  set_selected (self, result ? quarry_result_get_hit (result) : NULL);
}

void
quarry_results_view_hold_row (QuarryResultsView *self)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);
  QuarryResultRow *row = selected_row (self);
  graphene_rect_t bounds;
  double top;

  self->held = (double) NAN;
  if (!self->chosen || !row || !gtk_widget_compute_bounds (GTK_WIDGET (row), GTK_WIDGET (self->list), &bounds))
    return;
  top = (double) bounds.origin.y - gtk_adjustment_get_value (adjustment);
  if (top + (double) bounds.size.height > 0 && top < gtk_adjustment_get_page_size (adjustment))
    self->held = top;
}

static int
least_height (GtkWidget *widget, int width)
{
  int least;

  gtk_widget_measure (widget, GTK_ORIENTATION_VERTICAL, width, &least, NULL, NULL, NULL);
  return least;
}

/* Before the rows are laid out, so that no frame shows them elsewhere. The rows above are filled first, also those out of
 * sight, since they would get other heights later and move the selected one; and so are those that come into sight. */
void
quarry_results_view_restore_row (QuarryResultsView *self)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);
  int width = gtk_widget_get_width (GTK_WIDGET (self->list));
  QuarryResultRow *row, *selected = selected_row (self);
  double held = self->held, y = 0, value = (double) NAN, bottom = G_MAXDOUBLE;

  self->held = (double) NAN;
  if (isnan (held) || !self->chosen || !selected)
    return;
  for (guint i = 0; y < bottom && (row = quarry_results_view_find_row (self, quarry_results_model_get (self->model, i))); i++)
    {
      GtkWidget *header = gtk_list_box_row_get_header (GTK_LIST_BOX_ROW (row));

      quarry_result_row_refresh (row);
      if (header)
        y += least_height (header, width);
      if (row == selected)
        {
          value = MAX (y - held, 0);
          bottom = value + gtk_adjustment_get_page_size (adjustment);
        }
      y += least_height (GTK_WIDGET (row), width);
    }
  if (isnan (value))
    return;
  gtk_adjustment_set_upper (adjustment, MAX (gtk_adjustment_get_upper (adjustment),
                                             value + gtk_adjustment_get_page_size (adjustment)));
  gtk_adjustment_set_value (adjustment, value);
}

static void
choose (QuarryResultsView *self, QuarryResult *result)
{
  self->chosen = TRUE;
  quarry_results_view_select_result (self, result);
  scroll_to_row (self, quarry_results_view_find_row (self, result));
}

/* The candidate on the map with this passage; NULL if the map is not shown or has none. (transfer none) */
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

/* Selects a candidate that is not in the list of hits. */
static void
select_candidate (QuarryResultsView *self, QuarryHit *hit)
{
  self->selecting = TRUE;
  gtk_list_box_unselect_all (self->list);
  self->selecting = FALSE;
  set_selected (self, hit);
}

void
quarry_results_view_restore_selection (QuarryResultsView *self)
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
  quarry_results_view_select_result (self, result);
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
row_activated_cb (GtkListBox *list, GtkListBoxRow *row, gpointer user_data)
{
  g_signal_emit_by_name (user_data, "chosen");
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
  g_signal_emit_by_name (self, "opened");
}

static void
map_chosen_cb (QuarryMap *map, gpointer user_data)
{
  g_signal_emit_by_name (user_data, "chosen");
}

static void
map_opened_cb (QuarryMap *map, gpointer user_data)
{
  g_signal_emit_by_name (user_data, "opened");
}

/* --- Menu ---------------------------------------------------------------------------------- */

GMenuModel *
quarry_results_view_get_copies_menu (QuarryResultsView *self)
{
  QuarryHit *const *copies;
  guint n = 0;

  g_return_val_if_fail (QUARRY_IS_RESULTS_VIEW (self), NULL);

  g_menu_remove_all (self->copies_menu);
  copies = self->selected ? quarry_hit_get_copies (self->selected, &n) : NULL;
  for (guint i = 0; i < MIN (n, MOST_COPIES); i++)
    {
      g_autofree char *file = quarry_hit_format_file (copies[i]);
      g_auto (GStrv) parts = g_strsplit (file, "_", -1);
      g_autofree char *label = g_strjoinv ("__", parts); /* a single "_" would mark a mnemonic */
      g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

      g_menu_item_set_action_and_target (item, "win.read-copy", "x", quarry_hit_get_passage (copies[i]));
      g_menu_append_item (self->copies_menu, item);
    }
  return G_MENU_MODEL (self->copies_menu);
}

static void
show_menu_at (QuarryResultsView *self, double x, double y)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  quarry_results_view_get_copies_menu (self);
  g_set_weak_pointer (&self->before_menu, root ? gtk_root_get_focus (root) : NULL);
  gtk_popover_set_pointing_to (self->menu, &(GdkRectangle){ (int) x, (int) y, 1, 1 });
  gtk_popover_popup (self->menu);
}

/* Gives the focus back before the item that was chosen acts, which may move it on. GTK 4.8 would pass it to whatever
 * follows the list. */
static void
menu_closed_cb (GtkPopover *menu, gpointer user_data)
{
  QuarryResultsView *self = user_data;
  GtkWidget *focus = self->before_menu;

  g_clear_weak_pointer (&self->before_menu);
  if (!focus || !gtk_widget_get_mapped (focus))
    return;
  if (GTK_IS_TEXT (focus))
    gtk_text_grab_focus_without_selecting (GTK_TEXT (focus));
  else
    gtk_widget_grab_focus (focus);
}

/* The menu applies to the hit under the pointer, so select this first. */
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

/* --- By keys ------------------------------------------------------------------------------- */

QuarryHit *
quarry_results_view_get_selected (QuarryResultsView *self)
{
  g_return_val_if_fail (QUARRY_IS_RESULTS_VIEW (self), NULL);
  return self->selected;
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

gboolean
quarry_results_view_close_why (QuarryResultsView *self)
{
  gboolean closed = FALSE;
  GHashTableIter iter;
  gpointer row;

  g_return_val_if_fail (QUARRY_IS_RESULTS_VIEW (self), FALSE);

  g_hash_table_iter_init (&iter, self->rows);
  while (!quarry_results_view_get_map (self) && g_hash_table_iter_next (&iter, NULL, &row))
    if (quarry_result_row_get_why (row))
      {
        quarry_result_row_set_why (row, FALSE);
        closed = TRUE;
      }
  return closed;
}

void
quarry_results_view_bind_selection (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_callback (widget_class, row_selected_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, pressed_cb);
  gtk_widget_class_bind_template_callback (widget_class, menu_pressed_cb);
  gtk_widget_class_bind_template_callback (widget_class, menu_closed_cb);
  gtk_widget_class_bind_template_callback (widget_class, long_pressed_cb);
  gtk_widget_class_bind_template_callback (widget_class, picked_cb);
  gtk_widget_class_bind_template_callback (widget_class, map_chosen_cb);
  gtk_widget_class_bind_template_callback (widget_class, map_opened_cb);
}
