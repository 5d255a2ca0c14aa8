/* test-map.c: the map of candidates, by itself and in the view of the results
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <math.h>

#include "tests/ui/hit-helpers.h"
#include "tests/ui/widget-helpers.h"
#include "ui/quarry-searcher.h"
#include "ui/results/quarry-map-private.h"
#include "ui/results/quarry-result-row.h"
#include "ui/results/quarry-results-model.h"
#include "ui/results/quarry-results-view.h"
#include "ui/widgets/quarry-text-scale.h"

/* Makes candidates of @hits, placed around the map; later ones are less similar. (transfer full) */
static GListModel *
new_map_candidates (GPtrArray *hits)
{
  GListStore *store = g_list_store_new (QUARRY_TYPE_HIT);

  for (guint i = 0; i < hits->len; i++)
    {
      QuarryHit *hit = hits->pdata[i];

      hit->angle = (float) i / (float) hits->len;
      hit->similarity = .9f - .05f * (float) i;
      g_list_store_append (store, hit);
    }
  return G_LIST_MODEL (store);
}

static void
press_map (QuarryMap *map, guint keyval)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (map));

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);
      gboolean handled;

      if (GTK_IS_EVENT_CONTROLLER_KEY (controller))
        g_signal_emit_by_name (controller, "key-pressed", keyval, 0, 0, &handled);
    }
}

static void
picked_cb (QuarryMap *map, QuarryHit *hit, gpointer user_data)
{
  g_set_object ((QuarryHit **) user_data, hit);
  quarry_map_set_selected (map, hit);
}

/* Checks what is said of the map's selected passage: @said, and then what is said of the hit. */
static void
assert_said (QuarryMap *map, const char *said, QuarryHit *hit)
{
  g_autofree char *of_hit = quarry_hit_describe (hit);
  g_autofree char *all = g_strconcat (said, of_hit, NULL);

  quarry_map_set_selected (map, hit);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (map), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, all);
}

static double
distance_from_centre (QuarryMap *map, gint64 passage)
{
  double x, y;

  g_assert_true (quarry_map_get_place (map, passage, &x, &y));
  return hypot (x - gtk_widget_get_width (GTK_WIDGET (map)) / 2.0,
                y - gtk_widget_get_height (GTK_WIDGET (map)) / 2.0);
}

static void
test_map (void)
{
  QuarryMap *map = QUARRY_MAP (quarry_map_new ());
  g_autoptr (QuarryResultsModel) results = quarry_results_model_new ();
  g_autoptr (QuarryTopicColors) colors = quarry_topic_colors_new ();
  g_autoptr (GPtrArray) hits = new_hits (1, 12), others = NULL;
  g_autoptr (GListModel) candidates = new_map_candidates (hits), fewer = NULL;
  g_autoptr (QuarryAnswer) shown = new_answer (new_hits (1, 4));
  g_autoptr (QuarryHit) picked = NULL;
  GtkWidget *window;
  double x, y, x2, y2;

  g_signal_connect (map, "picked", G_CALLBACK (picked_cb), &picked);
  window = show (GTK_WIDGET (map), 400, 400);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (map), GTK_ACCESSIBLE_PROPERTY_LABEL, "Map");

  quarry_topic_colors_update (colors, quarry_answer_get_topics (shown));
  quarry_results_model_update (results, quarry_answer_get_hits (shown), -1, FALSE, colors);
  quarry_map_update (map, candidates, results, colors, -1);
  next_frame (window);
  g_assert_cmpuint (map->points->len, ==, 12);
  g_assert_cmpuint (g_array_index (map->points, QuarryMapPoint, 2).number, ==, 3);
  g_assert_cmpuint (g_array_index (map->points, QuarryMapPoint, 6).number, ==, 0);

  assert_said (map, "Hit 1, topic Prices: ", hits->pdata[0]);
  assert_said (map, "Not among the hits: ", hits->pdata[6]);
  quarry_map_set_selected (map, NULL);

  /* The first candidate is straight above the centre; less similar ones are farther away from it. */
  g_assert_true (quarry_map_get_place (map, 1, &x, &y));
  g_assert_cmpfloat_with_epsilon (x, gtk_widget_get_width (GTK_WIDGET (map)) / 2.0, .01);
  g_assert_cmpfloat (y, <, gtk_widget_get_height (GTK_WIDGET (map)) / 2.0);
  for (int passage = 2; passage <= 12; passage++)
    g_assert_cmpfloat (distance_from_centre (map, passage) + 1e-6, >=,
                       distance_from_centre (map, passage - 1));
  g_assert_cmpfloat (distance_from_centre (map, 5), >, distance_from_centre (map, 1));

  /* A first key selects the first candidate; then the arrow keys select the next one in their direction. */
  press_map (map, GDK_KEY_Down);
  g_assert_nonnull (picked);
  g_assert_cmpint (quarry_hit_get_passage (picked), ==, 1);
  for (int i = 0; i < 3; i++)
    {
      g_assert_true (quarry_map_get_place (map, quarry_hit_get_passage (picked), &x, &y));
      press_map (map, GDK_KEY_Right);
      g_assert_true (quarry_map_get_place (map, quarry_hit_get_passage (picked), &x2, &y2));
      g_assert_cmpfloat (x2, >=, x);
    }
  g_assert_cmpfloat (x2, >, gtk_widget_get_width (GTK_WIDGET (map)) / 2.0);
  g_assert_true (gtk_widget_get_visible (map->card));

  /* A candidate that is gone has no place any more; points of other topics than the active one cannot be reached by
   * keys. */
  others = new_hits (1, 6);
  fewer = new_map_candidates (others);
  quarry_map_update (map, fewer, results, colors, 1);
  next_frame (window);
  g_assert_false (quarry_map_get_place (map, 9, &x, &y));
  g_assert_true (quarry_map_get_place (map, 4, &x, &y));
  quarry_map_set_selected (map, others->pdata[0]);
  g_set_object (&picked, others->pdata[0]);
  press_map (map, GDK_KEY_Down);
  g_assert_cmpint (quarry_hit_get_topic (picked), ==, 1);

  quarry_map_update (map, NULL, results, colors, -1);
  press_map (map, GDK_KEY_Down);
  quarry_map_set_selected (map, NULL);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* Hits that are much alike stand beside each other in whatever size the map has, also if it gets it after them. */
static void
test_map_parts_discs (void)
{
  static const int sizes[] = { 500, 330, 420 };
  QuarryMap *map = QUARRY_MAP (quarry_map_new ());
  g_autoptr (QuarryResultsModel) results = quarry_results_model_new ();
  g_autoptr (QuarryTopicColors) colors = quarry_topic_colors_new ();
  g_autoptr (GPtrArray) hits = new_hits (1, 8);
  g_autoptr (GListModel) candidates = new_map_candidates (hits);
  g_autoptr (QuarryAnswer) shown = new_answer (new_hits (1, 8));
  GtkSettings *settings = gtk_settings_get_default ();
  GtkWidget *window = NULL;
  int dpi;

  for (guint i = 0; i < hits->len; i++)
    {
      ((QuarryHit *) hits->pdata[i])->angle = .2f + .002f * (float) (i % 3);
      ((QuarryHit *) hits->pdata[i])->similarity = .5f - .002f * (float) i;
    }
  quarry_results_model_update (results, quarry_answer_get_hits (shown), -1, FALSE, colors);
  quarry_map_update (map, candidates, results, colors, -1);
  for (guint s = 0; s < G_N_ELEMENTS (sizes); s++)
    {
      if (!window)
        window = show (GTK_WIDGET (map), sizes[s], sizes[s]);
      gtk_window_set_default_size (GTK_WINDOW (window), sizes[s], sizes[s]);
      wait_for (gtk_widget_get_width (GTK_WIDGET (map)) == sizes[s]);
      for (gint64 a = 1; a <= 8; a++)
        for (gint64 b = a + 1; b <= 8; b++)
          {
            double ax, ay, bx, by;

            g_assert_true (quarry_map_get_place (map, a, &ax, &ay));
            g_assert_true (quarry_map_get_place (map, b, &bx, &by));
            g_assert_cmpfloat (hypot (ax - bx, ay - by), >=, 2 * QUARRY_MAP_DISC - 1 - 1e-3);
          }
    }

  /* They also stay beside each other when the size of text changes, and theirs with it. */
  g_object_get (settings, "gtk-xft-dpi", &dpi, NULL);
  g_object_set (settings, "gtk-xft-dpi", 2 * 96 * 1024, NULL);
  next_frame (GTK_WIDGET (map));
  for (gint64 a = 1; a <= 8; a++)
    for (gint64 b = 1; b < a; b++)
      {
        double ax, ay, bx, by;

        g_assert_true (quarry_map_get_place (map, a, &ax, &ay));
        g_assert_true (quarry_map_get_place (map, b, &bx, &by));
        g_assert_cmpfloat (hypot (ax - bx, ay - by), >=,
                           quarry_text_scale (GTK_WIDGET (map)) * 2 * QUARRY_MAP_DISC - 1 - 1e-3);
      }
  g_object_set (settings, "gtk-xft-dpi", dpi, NULL);
  destroy_window (window, window);
}

/* The alpha value, 0 to 255, that a ring of @radius leaves on the pixel that is @away straight above the centre. */
static guint
ring_at (QuarryMapShapes *shapes, double radius, int away)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, 200, 200);
  cairo_t *cr = cairo_create (surface);
  guint alpha;

  quarry_map_shapes_show_rings (shapes, cr, 100, 100.5, &radius, 1);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  alpha = *(const guint32 *) (gpointer) (cairo_image_surface_get_data (surface)
                                         + (gsize) (100 - away) * (gsize) cairo_image_surface_get_stride (surface)
                                         + 100 * sizeof (guint32))
          >> 24;
  cairo_surface_destroy (surface);
  return alpha;
}

/* The rings' labels stand straight above the centre, unless the number of a hit would hide one of them. */
static void
test_ring_labels (void)
{
  static const struct
  {
    float similarity;
    gboolean hides;
  } cases[] = { { .5f, FALSE }, { .6f, TRUE } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      QuarryMap *map = QUARRY_MAP (quarry_map_new ());
      g_autoptr (QuarryResultsModel) results = quarry_results_model_new ();
      g_autoptr (QuarryTopicColors) colors = quarry_topic_colors_new ();
      g_autoptr (GPtrArray) hits = new_hits (1, 1);
      g_autoptr (GListModel) candidates = new_map_candidates (hits);
      g_autoptr (QuarryAnswer) shown = new_answer (g_ptr_array_ref (hits));
      GtkWidget *window = show (GTK_WIDGET (map), 400, 400);

      ((QuarryHit *) hits->pdata[0])->similarity = cases[i].similarity;
      quarry_results_model_update (results, quarry_answer_get_hits (shown), -1, FALSE, colors);
      quarry_map_update (map, candidates, results, colors, -1);
      next_frame (window);
      g_assert_cmpint (map->ring_way != 0, ==, cases[i].hides);
      gtk_window_destroy (GTK_WINDOW (window));
    }
}

/* In large text and in a narrow map, no label of a ring runs into the next or over the edge, wherever the hits are. */
static void
test_ring_labels_apart (void)
{
  int usual;
  QuarryMap *map = QUARRY_MAP (quarry_map_new ());
  g_autoptr (QuarryResultsModel) results = quarry_results_model_new ();
  g_autoptr (QuarryTopicColors) colors = quarry_topic_colors_new ();
  GtkSettings *settings = gtk_settings_get_default ();
  GtkWidget *window;

  g_object_get (settings, "gtk-xft-dpi", &usual, NULL);
  g_object_set (settings, "gtk-xft-dpi", 2 * 96 * 1024, NULL);
  window = show (GTK_WIDGET (map), 300, 300);
  for (int turn = 0; turn < 24; turn++)
    {
      g_autoptr (GPtrArray) hits = new_hits (1, 1);
      g_autoptr (GListModel) candidates = new_map_candidates (hits);
      g_autoptr (QuarryAnswer) shown = new_answer (g_ptr_array_ref (hits));

      ((QuarryHit *) hits->pdata[0])->similarity = .1f;
      ((QuarryHit *) hits->pdata[0])->angle = (float) turn / 24;
      quarry_results_model_update (results, quarry_answer_get_hits (shown), -1, FALSE, colors);
      quarry_map_update (map, candidates, results, colors, -1);
      next_frame (window);
      g_assert_cmpuint (map->written->len, >=, 2);
      for (guint i = 0; i < map->written->len; i++)
        {
          const graphene_rect_t *label = &g_array_index (map->written, graphene_rect_t, i);

          g_assert_true (graphene_rect_contains_rect (&GRAPHENE_RECT_INIT (0, 0, 300, 300), label));
          if (i > 0)
            g_assert_false (graphene_rect_intersection (label, label - 1, NULL));
        }
    }
  gtk_window_destroy (GTK_WINDOW (window));
  g_object_set (settings, "gtk-xft-dpi", usual, NULL);
}

/* In a narrow map, where names reach in among the hits, neither the discs nor other text cover the name of a topic,
 * whichever way the topics lie, far from each other or near. */
static void
test_map_names (void)
{
  enum { N_RINGS = 5 };
  static const char *const labels[] = { "Juventus Football Club", "The Empire Strikes Back", "Looney Tunes", NULL };
  QuarryMap *map = QUARRY_MAP (quarry_map_new ());
  g_autoptr (QuarryResultsModel) results = quarry_results_model_new ();
  g_autoptr (QuarryTopicColors) colors = quarry_topic_colors_new ();
  g_autoptr (GPtrArray) topics = new_topics (labels);
  GtkWidget *window = show (GTK_WIDGET (map), 300, 360);
  guint n_names = 0;

  for (int turn = 0; turn < 24; turn++)
    {
      g_autoptr (GPtrArray) hits = new_hits (1, 12);
      g_autoptr (GListModel) candidates = new_map_candidates (hits);
      g_autoptr (QuarryAnswer) shown = NULL;

      for (guint i = 0; i < hits->len; i++)
        {
          QuarryHit *hit = hits->pdata[i];

          hit->angle = (float) fmod (turn / 24.0 + (hit->topic - 1) * i * (turn % 2 ? .03 : .01), 1);
          hit->similarity = .75f - .06f * (float) i;
        }
      shown = quarry_answer_new ("q", 1, 1, hits, topics, NULL);
      quarry_topic_colors_update (colors, quarry_answer_get_topics (shown));
      quarry_results_model_update (results, quarry_answer_get_hits (shown), -1, FALSE, colors);
      quarry_map_update (map, candidates, results, colors, -1);
      next_frame (window);
      for (guint a = N_RINGS; a < map->written->len; a++, n_names++)
        {
          const graphene_rect_t *name = &g_array_index (map->written, graphene_rect_t, a);

          for (guint b = 0; b < a; b++)
            g_assert_false (graphene_rect_intersection (name, &g_array_index (map->written, graphene_rect_t, b), NULL));
          for (gint64 passage = 1; passage <= 12; passage++)
            {
              double x, y;

              g_assert_true (quarry_map_get_place (map, passage, &x, &y));
              g_assert_false (graphene_rect_intersection (
                  name, &GRAPHENE_RECT_INIT ((float) (x - QUARRY_MAP_DISC) + 1, (float) (y - QUARRY_MAP_DISC) + 1,
                                             2 * QUARRY_MAP_DISC - 2, 2 * QUARRY_MAP_DISC - 2), NULL));
            }
        }
    }
  /* There is room for most of them. */
  g_assert_cmpuint (n_names, >, 48);
  destroy_window (window, window);
}

/* The rendered rings are cached, and rendered anew only when they change. */
static void
test_rings (void)
{
  GtkWidget *map = quarry_map_new ();
  GtkWidget *window = show (map, 200, 200);
  QuarryMapShapes *shapes = quarry_map_shapes_new (map);

  for (guint again = 0; again < 2; again++)
    {
      g_assert_cmpuint (ring_at (shapes, 60, 60), >, 128);
      g_assert_cmpuint (ring_at (shapes, 60, 30), ==, 0);
    }
  g_assert_cmpuint (ring_at (shapes, 30, 30), >, 128);
  g_assert_cmpuint (ring_at (shapes, 30, 60), ==, 0);
  quarry_map_shapes_free (shapes);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* A selected candidate that is not a hit stays selected as long as it is on the map. */
static void
test_view_map (void)
{
  g_autoptr (GPtrArray) hits = new_hits (1, 4), all = new_hits (1, 8);
  g_autoptr (GPtrArray) topics = g_ptr_array_new_with_free_func (g_object_unref);
  G_GNUC_UNUSED g_autoptr (GListModel) places = new_map_candidates (all);
  g_autoptr (QuarryAnswer) answer = quarry_answer_new ("q", 1, 1, hits, topics, all);
  g_autoptr (GPtrArray) listed = new_hits (9, 9);
  g_autoptr (QuarryAnswer) listing = NULL;
  QuarryResultsView *view = QUARRY_RESULTS_VIEW (g_object_ref_sink (quarry_results_view_new ()));
  GtkWidget *window, *map;

  quarry_results_view_set_map (view, TRUE);
  window = show (GTK_WIDGET (view), 500, 600);
  quarry_results_view_update (view, answer, QUARRY_SEARCH_CHANGED_QUERY, NULL);
  g_assert_true (quarry_results_view_get_map (view));
  g_assert_cmpint (quarry_hit_get_passage (quarry_results_view_get_selected (view)), ==, 1);
  map = find_widget (GTK_WIDGET (view), QUARRY_TYPE_MAP);
  g_assert_nonnull (map);
  g_signal_emit_by_name (map, "picked", all->pdata[6]);
  g_assert_cmpint (quarry_hit_get_passage (quarry_results_view_get_selected (view)), ==, 7);
  quarry_results_view_update (view, answer, QUARRY_SEARCH_CHANGED_VARIETY, NULL);
  g_assert_cmpint (quarry_hit_get_passage (quarry_results_view_get_selected (view)), ==, 7);

  /* Documents that are only listed are not on the map; the hits of the next answer are. */
  ((QuarryHit *) listed->pdata[0])->is_listed = TRUE;
  listing = quarry_answer_new ("", 1, 1, listed, NULL, NULL);
  quarry_results_view_update (view, listing, QUARRY_SEARCH_CHANGED_QUERY, NULL);
  g_assert_false (quarry_results_view_get_map (view));
  g_assert_cmpint (quarry_hit_get_passage (quarry_results_view_get_selected (view)), ==, 9);
  quarry_results_view_update (view, answer, QUARRY_SEARCH_CHANGED_QUERY, NULL);
  g_assert_true (quarry_results_view_get_map (view));
  quarry_results_view_set_map (view, FALSE);
  g_assert_cmpint (quarry_hit_get_passage (quarry_results_view_get_selected (view)), ==, 1);
  gtk_window_destroy (GTK_WINDOW (window));
  g_object_unref (view);
}

int
main (int argc, char **argv)
{
  if (!widget_test_init (&argc, &argv))
    return 0;

  g_test_add_func ("/map", test_map);
  g_test_add_func ("/map/parts-discs", test_map_parts_discs);
  g_test_add_func ("/map/rings", test_rings);
  g_test_add_func ("/map/ring-labels", test_ring_labels);
  g_test_add_func ("/map/ring-labels-apart", test_ring_labels_apart);
  g_test_add_func ("/map/names", test_map_names);
  g_test_add_func ("/results-view/map", test_view_map);
  return g_test_run ();
}
