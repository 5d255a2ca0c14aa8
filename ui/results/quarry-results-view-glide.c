/* quarry-results-view-glide.c: rows that moved glide from where they stood to where they are
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/results/quarry-results-view-private.h"

#include <math.h>

#define GLIDE_MS 220

void
quarry_results_view_init_glide (QuarryResultsView *self)
{
  self->glide_from = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  self->gliding = g_hash_table_new_full (NULL, NULL, NULL, g_free);
}

void
quarry_results_view_free_glide (QuarryResultsView *self)
{
  g_hash_table_unref (self->glide_from);
  g_hash_table_unref (self->gliding);
}

void
quarry_results_view_forget_place (QuarryResultsView *self, QuarryResultRow *row)
{
  g_hash_table_remove (self->glide_from, row);
  g_hash_table_remove (self->gliding, row);
  quarry_result_row_set_offset (row, 0);
}

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

void
quarry_results_view_stop_gliding (QuarryResultsView *self)
{
  if (self->glide)
    adw_animation_skip (self->glide);
  g_hash_table_remove_all (self->gliding);
  g_hash_table_remove_all (self->glide_from);
}

void
quarry_results_view_remember_places (QuarryResultsView *self)
{
  GHashTableIter iter;
  gpointer row;

  quarry_results_view_stop_gliding (self);
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

void
quarry_results_view_begin_gliding (QuarryResultsView *self)
{
  GHashTableIter iter;
  gpointer row, from;

  if (g_hash_table_size (self->glide_from) == 0)
    return;
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
