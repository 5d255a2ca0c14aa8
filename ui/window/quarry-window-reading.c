/* quarry-window-reading.c: what the main window shows in its reader
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/window/quarry-window-private.h"

/* How long the reader waits after new hits before it shows the selected one, unless the person chose it. It is
 * longer than the time between two keys of most who type: otherwise loading a document would delay the hits for the
 * next key. */
#define FOLLOW_MS 250
/* Hits of one query also change with every file that is being added: the reader does not wait for the last of them. */
#define LONGEST_WAIT_MS 500

static void
read_now (QuarryWindow *self, QuarryHit *hit)
{
  g_clear_handle_id (&self->follow_source, g_source_remove);
  quarry_reader_show_hit (self->reader, hit);
  quarry_reader_set_query (self->reader, hit ? quarry_searcher_get_query (self->searcher) : "");
}

void
quarry_window_follow_now (QuarryWindow *self)
{
  read_now (self, quarry_results_view_get_selected (self->results));
}

/* Whether the reader shows a copy, in another document, of the selected hit. */
static gboolean
reads_copy (QuarryWindow *self)
{
  QuarryHit *selected = quarry_results_view_get_selected (self->results);
  QuarryHit *read = quarry_reader_get_hit (self->reader);
  guint n = 0;
  QuarryHit *const *copies = selected && read ? quarry_hit_get_copies (selected, &n) : NULL;

  for (guint i = 0; i < n; i++)
    if (quarry_hit_get_passage (copies[i]) == quarry_hit_get_passage (read))
      return TRUE;
  return FALSE;
}

static gboolean
follow_cb (gpointer user_data)
{
  QuarryWindow *self = user_data;

  self->follow_source = 0;
  if (reads_copy (self))
    quarry_reader_set_query (self->reader, quarry_searcher_get_query (self->searcher));
  else
    quarry_window_follow_now (self);
  return G_SOURCE_REMOVE;
}

void
quarry_window_follow_soon (QuarryWindow *self)
{
  const char *query = quarry_searcher_get_query (self->searcher);
  gint64 now = g_get_monotonic_time ();

  if (self->follow_source == 0 || g_strcmp0 (query, self->follow_query) != 0)
    {
      g_free (self->follow_query);
      self->follow_query = g_strdup (query);
      self->follow_since = now;
    }
  else if (now - self->follow_since > LONGEST_WAIT_MS * 1000)
    return;
  g_clear_handle_id (&self->follow_source, g_source_remove);
  self->follow_source = g_timeout_add (FOLLOW_MS, follow_cb, self);
}

void
quarry_window_read (QuarryWindow *self, QuarryHit *hit)
{
  read_now (self, hit);
  quarry_panes_set_show_second (self->panes, TRUE);
  if (!gtk_widget_grab_focus (GTK_WIDGET (self->reader)))
    gtk_widget_child_focus (GTK_WIDGET (self->reader), GTK_DIR_TAB_FORWARD);
}

void
quarry_window_show_reader (QuarryWindow *self)
{
  QuarryHit *selected = quarry_results_view_get_selected (self->results);

  if (selected)
    quarry_window_read (self, selected);
}
