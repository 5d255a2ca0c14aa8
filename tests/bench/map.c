/* map.c: how long the map's frames take
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 *     map [--json] [--points N]
 *
 * Places N points (200) on the map again and again, so that they are always moving, and measures the time and the
 * processor time of each frame, from its beginning to its end, and the number of frames per second. For figures of the
 * software renderer set GSK_RENDERER=cairo.
 */
#include "quarry-config.h"

#include <adwaita.h>
#include <locale.h>
#include <math.h>

#include "core/library/quarry-library.h"
#include "core/library/search/quarry-hit-private.h"
#include "core/machine/quarry-memory.h"
#include "tests/bench/times.h"
#include "tests/ui/widget-helpers.h"
#include "ui/results/quarry-map-private.h"

#define SECONDS 5
#define CHANGE_MS 150
#define N_TOPICS 6

typedef struct
{
  GMainLoop *loop;
  QuarryMap *map;
  QuarryResultsModel *results;
  QuarryTopicColors *colors;
  guint n_points;
  GRand *rand;
  GArray *times; /* of double, milliseconds per frame */
  GArray *work;  /* likewise, processor time */
  gint64 began;
  double work_began;
} Bench;

static GListModel *
new_candidates (Bench *bench)
{
  GListStore *store = g_list_store_new (QUARRY_TYPE_HIT);

  for (guint i = 0; i < bench->n_points; i++)
    {
      g_autoptr (QuarryHit) hit = quarry_hit_new ();

      hit->passage = i + 1;
      hit->rank = i < 20 ? i + 1 : 0;
      hit->title = g_strdup ("Title");
      hit->path = g_strdup ("/title");
      hit->heading = g_new0 (char *, 1);
      hit->text = g_strdup ("Text.");
      hit->topic = (int) (i % N_TOPICS);
      hit->angle = (float) fmod (i % N_TOPICS / (double) N_TOPICS + g_rand_double_range (bench->rand, 0, .12), 1);
      hit->similarity = (float) g_rand_double_range (bench->rand, .1, .7);
      g_list_store_append (store, hit);
    }
  return G_LIST_MODEL (store);
}

static gboolean
change_cb (gpointer user_data)
{
  Bench *bench = user_data;
  g_autoptr (GListModel) candidates = new_candidates (bench);

  quarry_map_update (bench->map, candidates, bench->results, bench->colors, -1);
  return G_SOURCE_CONTINUE;
}

static gboolean
end_cb (gpointer user_data)
{
  g_main_loop_quit (((Bench *) user_data)->loop);
  return G_SOURCE_REMOVE;
}

static void
before_paint_cb (GdkFrameClock *clock, gpointer user_data)
{
  Bench *bench = user_data;

  bench->began = g_get_monotonic_time ();
  bench->work_began = processor_ms ();
}

static void
after_paint_cb (GdkFrameClock *clock, gpointer user_data)
{
  Bench *bench = user_data;
  double ms = (double) (g_get_monotonic_time () - bench->began) / 1000;
  double work = processor_ms () - bench->work_began;

  g_array_append_val (bench->times, ms);
  g_array_append_val (bench->work, work);
}

/* Processor time of drawing only the map, without the window around it, in the middle of a movement. */
static double
measure_drawing (QuarryMap *map)
{
  enum { TIMES = 200 };
  int size = gtk_widget_get_width (GTK_WIDGET (map));
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, size, size);
  cairo_t *cr = cairo_create (surface);
  double began = processor_ms ();

  for (int i = 0; i < TIMES; i++)
    {
      GtkSnapshot *snapshot = gtk_snapshot_new ();
      GskRenderNode *node;

      quarry_map_draw (map, snapshot);
      node = gtk_snapshot_free_to_node (snapshot);
      gsk_render_node_draw (node, cr);
      gsk_render_node_unref (node);
    }
  began = (processor_ms () - began) / TIMES;
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
  return began;
}

int
main (int argc, char **argv)
{
  gboolean json = FALSE;
  int n_points = 200;
  const GOptionEntry entries[] = { { "json", 0, 0, G_OPTION_ARG_NONE, &json, "Print JSON", NULL },
                                   { "points", 0, 0, G_OPTION_ARG_INT, &n_points, "Points", "N" },
                                   { NULL } };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) candidates = NULL;
  g_autoptr (GListStore) hits = g_list_store_new (QUARRY_TYPE_HIT);
  g_autoptr (GListStore) topics = g_list_store_new (QUARRY_TYPE_TOPIC_ITEM);
  Bench bench = { 0 };
  GtkWidget *window;
  GdkFrameClock *clock;
  double median, p99, work, work_p99, drawing;

  quarry_keep_memory ();
  setlocale (LC_ALL, "");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    {
      g_printerr ("%s\n", error->message);
      return 2;
    }
  if (!gtk_init_check ())
    {
      g_printerr ("map: there is no display\n");
      return 3;
    }
  adw_init ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", TRUE, NULL);

  bench.loop = g_main_loop_new (NULL, FALSE);
  bench.map = QUARRY_MAP (quarry_map_new ());
  bench.results = quarry_results_model_new ();
  bench.colors = quarry_topic_colors_new ();
  bench.n_points = (guint) CLAMP (n_points, 1, 10000);
  bench.rand = g_rand_new_with_seed (7);
  bench.times = g_array_new (FALSE, FALSE, sizeof (double));
  bench.work = g_array_new (FALSE, FALSE, sizeof (double));
  for (int i = 0; i < N_TOPICS; i++)
    {
      g_autofree char *label = g_strdup_printf ("Topic number %d", i + 1);
      g_autoptr (QuarryTopicItem) topic = quarry_topic_item_new (i, label, bench.n_points / N_TOPICS);

      g_list_store_append (topics, topic);
    }
  quarry_topic_colors_update (bench.colors, G_LIST_MODEL (topics));
  candidates = new_candidates (&bench);
  for (guint i = 0; i < MIN (20, bench.n_points); i++)
    {
      g_autoptr (QuarryHit) hit = g_list_model_get_item (candidates, i);

      g_list_store_append (hits, hit);
    }
  quarry_results_model_update (bench.results, G_LIST_MODEL (hits), -1, FALSE, bench.colors);

  window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (window), 640, 640);
  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (bench.map));
  gtk_window_present (GTK_WINDOW (window));
  next_frame (window);
  clock = gtk_widget_get_frame_clock (window);
  g_signal_connect (clock, "before-paint", G_CALLBACK (before_paint_cb), &bench);
  g_signal_connect (clock, "after-paint", G_CALLBACK (after_paint_cb), &bench);
  change_cb (&bench);
  g_timeout_add (CHANGE_MS, change_cb, &bench);
  g_timeout_add_seconds (SECONDS, end_cb, &bench);
  g_main_loop_run (bench.loop);

  drawing = measure_drawing (bench.map);
  g_array_sort (bench.times, compare_doubles);
  g_array_sort (bench.work, compare_doubles);
  if (bench.times->len == 0)
    {
      g_printerr ("map: no frame was painted\n");
      return 3;
    }
  median = g_array_index (bench.times, double, bench.times->len / 2);
  p99 = g_array_index (bench.times, double, bench.times->len * 99 / 100);
  work = g_array_index (bench.work, double, bench.work->len / 2);
  work_p99 = g_array_index (bench.work, double, bench.work->len * 99 / 100);
  if (json)
    g_print ("{\"points\":%u,\"frames_per_second\":%.1f,\"frame_p50_ms\":%.2f,\"frame_p99_ms\":%.2f,\"work_p50_ms\":%.2f,"
             "\"work_p99_ms\":%.2f,\"drawing_ms\":%.2f}\n",
             bench.n_points, bench.times->len / (double) SECONDS, median, p99, work, work_p99, drawing);
  else
    g_print ("%u points: %.1f frames a second, a frame takes %.2f ms (p99 %.2f), %.2f (p99 %.2f) "
             "of the processor; %.2f to draw the map alone\n", bench.n_points,
             bench.times->len / (double) SECONDS, median, p99, work, work_p99, drawing);
  return 0;
}
