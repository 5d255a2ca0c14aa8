/* quarry-results-view-rows.c: the rows of the list of hits
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Making a row takes longer than finding a hit. So rows are kept and reused, and those out of sight
 * are only brought up to date after the frame with the new hits has been painted.
 */
#include "quarry-config.h"

#include "ui/results/quarry-results-view-private.h"

#include <glib/gi18n-lib.h>

/* So many rows are made in idle time before the first answer comes. */
#define SPARE_ROWS 20
/* So many rows are brought up to date at a time (or, if they were visible, given their description). */
#define ROWS_A_STEP 2
/* The least height of a row, in pixels. */
#define LEAST_ROW_HEIGHT 72

QuarryResultRow *
quarry_results_view_find_row (QuarryResultsView *self, QuarryResult *result)
{
  return result ? g_hash_table_lookup (self->rows, result) : NULL;
}

static int
sort_rows (GtkListBoxRow *a, GtkListBoxRow *b, gpointer user_data)
{
  guint x = quarry_result_get_position (quarry_result_row_get_result (QUARRY_RESULT_ROW (a)));
  guint y = quarry_result_get_position (quarry_result_row_get_result (QUARRY_RESULT_ROW (b)));

  return x < y ? -1 : x > y;
}

static gboolean
is_unlikely (GtkListBoxRow *row)
{
  QuarryResult *result = row ? quarry_result_row_get_result (QUARRY_RESULT_ROW (row)) : NULL;

  return result && quarry_hit_is_unlikely (quarry_result_get_hit (result));
}

/* A line separates the hits that are hardly about the query from the others. */
static void
head_row (GtkListBoxRow *row, GtkListBoxRow *before, gpointer user_data)
{
  GtkWidget *line;

  if (!is_unlikely (row) || is_unlikely (before))
    gtk_list_box_row_set_header (row, NULL);
  else if (!gtk_list_box_row_get_header (row))
    {
      line = gtk_label_new (_("Less likely"));
      gtk_label_set_xalign (GTK_LABEL (line), 0);
      gtk_widget_add_css_class (line, "less-likely");
      gtk_list_box_row_set_header (row, line);
    }
}

/* A row for @result: a spare one if there is any, else a new one. (transfer floating or full) */
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
  /* If there are spare rows enough, the list has the only other reference to it, so hold one. */
  G_GNUC_UNUSED g_autoptr (QuarryResultRow) kept = g_object_ref (row);

  quarry_results_view_forget_place (self, row);
  if (self->spare->len < SPARE_ROWS)
    g_ptr_array_add (self->spare, g_object_ref (row));
  gtk_list_box_remove (self->list, GTK_WIDGET (row));
  quarry_result_row_set_result (row, NULL);
}

void
quarry_results_view_refresh_in_sight (QuarryResultsView *self)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);
  double top = gtk_adjustment_get_value (adjustment);
  double bottom = top + MAX (gtk_adjustment_get_page_size (adjustment), 600);
  double y = 0;
  QuarryResultRow *row;

  /* Rows may have moved since the last layout, but for this purpose their old heights are close enough. */
  for (guint i = 0; y < bottom && (row = quarry_results_view_find_row (self, quarry_results_model_get (self->model, i))); i++)
    {
      double end = y + MAX (gtk_widget_get_height (GTK_WIDGET (row)), LEAST_ROW_HEIGHT);

      if (end >= top)
        quarry_result_row_refresh (row);
      y = end;
    }
}

/* Does what can wait until a frame has been painted. */
static gboolean
work_cb (gpointer user_data)
{
  QuarryResultsView *self = user_data;
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->model)), done = 0;

  for (; self->next_stale < n && done < ROWS_A_STEP; self->next_stale++, done++)
    {
      QuarryResultRow *row = quarry_results_view_find_row (self, quarry_results_model_get (self->model, self->next_stale));

      if (!row)
        continue;
      quarry_result_row_refresh (row);
      quarry_result_row_describe (row);
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

void
quarry_results_view_stop_work (QuarryResultsView *self)
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

/* Work on rows out of sight is put off until after the frame, since it would delay the answer's frame. */
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

void
quarry_results_view_refresh (QuarryResultsView *self)
{
  gtk_list_box_invalidate_headers (self->list);
  quarry_results_view_refresh_in_sight (self);
  work_later (self);
}

/* Rows are not made again for results that only moved; rows are only added or removed for results that are. */
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

      if (quarry_results_view_find_row (self, new))
        continue;
      row = take_row (self, new);
      g_hash_table_insert (self->rows, new, row);
      gtk_list_box_insert (self->list, row, -1);
      g_object_unref (row);
    }
  self->selecting = FALSE;
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

void
quarry_results_view_init_rows (QuarryResultsView *self)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();

  self->rows = g_hash_table_new (NULL, NULL);
  self->spare = g_ptr_array_new_with_free_func (g_object_unref);
  g_signal_connect (self->model, "items-changed", G_CALLBACK (items_changed_cb), self);
  gtk_list_box_set_sort_func (self->list, sort_rows, NULL, NULL);
  gtk_list_box_set_header_func (self->list, head_row, NULL, NULL);
  g_signal_connect_object (manager, "notify::dark", G_CALLBACK (style_changed_cb), self, 0);
  g_signal_connect_object (manager, "notify::high-contrast", G_CALLBACK (style_changed_cb), self, 0);
  work_later (self);
}

void
quarry_results_view_free_rows (QuarryResultsView *self)
{
  g_hash_table_unref (self->rows);
  g_ptr_array_unref (self->spare);
}
