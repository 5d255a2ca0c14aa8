/* test-results.c: the list of hits, its model, and the topics that narrow it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Over hits that are made here, without a library.
 */
#include <math.h>

#include "tests/ui/hit-helpers.h"
#include "tests/ui/widget-helpers.h"
#include "ui/quarry-searcher.h"
#include "ui/results/quarry-result-row.h"
#include "ui/results/quarry-results-model.h"
#include "ui/results/quarry-results-view.h"
#include "ui/results/quarry-topic-bar.h"

/* --- Topics -------------------------------------------------------------------------------- */

static QuarryAnswer *
answer_with_topics (const char *const *labels)
{
  g_autoptr (GPtrArray) hits = new_hits (1, 1);
  g_autoptr (GPtrArray) topics = new_topics (labels);

  return quarry_answer_new ("q", 1, 1, hits, topics, NULL);
}

static void
test_topic_colors (void)
{
  static const char *const first[] = { "Oil", "Art", "War", NULL };
  static const char *const second[] = { "Sea", "War", "Oil", NULL };
  static const char *const many[] = { "A", "B", "C", "D", "E", "F", "G", NULL };
  g_autoptr (QuarryTopicColors) colors = quarry_topic_colors_new ();
  g_autoptr (QuarryAnswer) a = answer_with_topics (first), b = answer_with_topics (second),
                           c = answer_with_topics (many);
  int oil;

  quarry_topic_colors_update (colors, quarry_answer_get_topics (a));
  oil = quarry_topic_colors_get_color (colors, 0);
  g_assert_cmpint (oil, !=, quarry_topic_colors_get_color (colors, 2));

  /* A topic keeps its colour wherever it stands in the list; no two topics have the same colour. */
  quarry_topic_colors_update (colors, quarry_answer_get_topics (b));
  g_assert_cmpint (quarry_topic_colors_get_color (colors, 2), ==, oil);
  g_assert_cmpint (quarry_topic_colors_get_color (colors, 1), !=, oil);
  g_assert_cmpint (quarry_topic_colors_get_color (colors, 0), !=, oil);
  g_assert_cmpint (quarry_topic_colors_get_color (colors, 0), !=, quarry_topic_colors_get_color (colors, 1));
  g_assert_cmpstr (quarry_topic_colors_get_label (colors, 0), ==, "Sea");
  g_assert_cmpint (quarry_topic_colors_find (colors, "Oil"), ==, 2);
  g_assert_cmpint (quarry_topic_colors_find (colors, "Art"), ==, -1);
  g_assert_cmpint (quarry_topic_colors_get_color (colors, -1), ==, -1);

  quarry_topic_colors_update (colors, quarry_answer_get_topics (c));
  g_assert_cmpint (quarry_topic_colors_get_color (colors, 6), ==, -1);
  quarry_topic_colors_update (colors, NULL);
  g_assert_cmpstr (quarry_topic_colors_get_label (colors, 0), ==, "");
}

static guint
count_chips (GtkWidget *widget)
{
  guint n = GTK_IS_TOGGLE_BUTTON (widget) && gtk_widget_get_visible (widget) ? 1 : 0;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    n += count_chips (child);
  return n;
}

static void
test_topic_bar (void)
{
  static const char *const first[] = { "Oil", "Art", "War", NULL };
  static const char *const second[] = { "War", "Oil", NULL };
  static const char *const third[] = { "Sea", NULL };
  QuarryTopicBar *bar = g_object_ref_sink (QUARRY_TOPIC_BAR (quarry_topic_bar_new ()));
  g_autoptr (QuarryTopicColors) colors = quarry_topic_colors_new ();
  g_autoptr (QuarryAnswer) a = answer_with_topics (first), b = answer_with_topics (second),
                           c = answer_with_topics (third);
  guint changes = 0;

  g_signal_connect_swapped (bar, "notify::active", G_CALLBACK (count_up), &changes);
  quarry_topic_bar_set_topics (bar, quarry_answer_get_topics (a), colors);
  g_assert_cmpuint (count_chips (GTK_WIDGET (bar)), ==, 4);
  g_assert_null (quarry_topic_bar_get_active (bar));

  /* The active topic is found again by its name. */
  quarry_topic_bar_set_active (bar, "Oil");
  quarry_topic_bar_set_topics (bar, quarry_answer_get_topics (b), colors);
  g_assert_cmpuint (count_chips (GTK_WIDGET (bar)), ==, 3);
  g_assert_cmpstr (quarry_topic_bar_get_active (bar), ==, "Oil");
  g_assert_cmpuint (changes, ==, 1);

  quarry_topic_bar_set_topics (bar, quarry_answer_get_topics (c), colors);
  g_assert_null (quarry_topic_bar_get_active (bar));
  g_assert_cmpuint (changes, ==, 2);

  /* With nothing to choose from, the bar is empty: there is no lone “All”. */
  g_assert_cmpuint (count_chips (GTK_WIDGET (bar)), ==, 2);
  quarry_topic_bar_set_topics (bar, NULL, colors);
  g_assert_cmpuint (count_chips (GTK_WIDGET (bar)), ==, 0);
  quarry_topic_bar_set_topics (bar, quarry_answer_get_topics (c), colors);
  g_assert_cmpuint (count_chips (GTK_WIDGET (bar)), ==, 2);
  g_assert_finalize_object (bar);
}

/* --- The model ----------------------------------------------------------------------------- */

typedef struct
{
  guint n_signals;
  guint position;
  guint removed;
  guint added;
} Changes;

static void
items_changed_cb (GListModel *model, guint position, guint removed, guint added, gpointer data)
{
  Changes *changes = data;

  changes->n_signals++;
  changes->position = position;
  changes->removed = removed;
  changes->added = added;
}

static void
fill (QuarryResultsModel *model, QuarryTopicColors *colors, int first, int last, gboolean moves)
{
  g_autoptr (QuarryAnswer) answer = new_answer (new_hits (first, last));

  quarry_results_model_update (model, quarry_answer_get_hits (answer), -1, moves, colors);
}

static void
test_model_in_place (void)
{
  g_autoptr (QuarryTopicColors) colors = quarry_topic_colors_new ();
  QuarryResultsModel *model = quarry_results_model_new ();
  QuarryResult *one, *two, *three;
  Changes changes = { 0 };

  g_signal_connect (model, "items-changed", G_CALLBACK (items_changed_cb), &changes);
  fill (model, colors, 1, 3, FALSE);
  g_assert_cmpuint (changes.added, ==, 3);
  one = quarry_results_model_get (model, 0);
  two = quarry_results_model_get (model, 1);
  three = quarry_results_model_get (model, 2);
  g_assert_true (quarry_results_model_find (model, 2) == two);

  /* If the passages are the same as before, no item is added or removed. */
  changes = (Changes){ 0 };
  fill (model, colors, 1, 3, FALSE);
  g_assert_cmpuint (changes.n_signals, ==, 0);

  /* A new passage takes over the result object of one that is gone. */
  fill (model, colors, 2, 4, FALSE);
  g_assert_true (quarry_results_model_get (model, 0) == two);
  g_assert_true (quarry_results_model_get (model, 1) == three);
  g_assert_true (quarry_results_model_get (model, 2) == one);
  g_assert_cmpint (quarry_result_get_passage (one), ==, 4);
  g_assert_null (quarry_results_model_find (model, 1));
  g_assert_cmpuint (changes.removed, ==, 3);
  g_assert_cmpuint (changes.added, ==, 3);

  /* The number of hits grows and shrinks. */
  changes = (Changes){ 0 };
  fill (model, colors, 2, 6, FALSE);
  g_assert_cmpuint (changes.position, ==, 3);
  g_assert_cmpuint (changes.removed, ==, 0);
  g_assert_cmpuint (changes.added, ==, 2);
  fill (model, colors, 2, 3, FALSE);
  g_assert_cmpuint (changes.position, ==, 2);
  g_assert_cmpuint (changes.removed, ==, 3);
  quarry_results_model_update (model, NULL, -1, FALSE, colors);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, 0);
  g_assert_null (quarry_results_model_get (model, 0));
  g_assert_finalize_object (model);
}

static void
test_model_moves (void)
{
  g_autoptr (QuarryTopicColors) colors = quarry_topic_colors_new ();
  QuarryResultsModel *model = quarry_results_model_new ();

  fill (model, colors, 1, 3, FALSE);
  fill (model, colors, 3, 1, TRUE);
  g_assert_cmpint (quarry_result_get_moved (quarry_results_model_find (model, 3)), ==, 2);
  g_assert_cmpint (quarry_result_get_moved (quarry_results_model_find (model, 2)), ==, 0);
  g_assert_cmpint (quarry_result_get_moved (quarry_results_model_find (model, 1)), ==, -2);
  fill (model, colors, 1, 3, FALSE);
  g_assert_cmpint (quarry_result_get_moved (quarry_results_model_find (model, 3)), ==, 0);
  g_assert_finalize_object (model);
}

static void
test_model_topic (void)
{
  g_autoptr (QuarryTopicColors) colors = quarry_topic_colors_new ();
  QuarryResultsModel *model = quarry_results_model_new ();
  g_autoptr (QuarryAnswer) answer = new_answer (new_hits (1, 9));

  quarry_topic_colors_update (colors, quarry_answer_get_topics (answer));
  quarry_results_model_update (model, quarry_answer_get_hits (answer), 1, FALSE, colors);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, 3);
  g_assert_nonnull (quarry_results_model_find (model, 4));
  g_assert_null (quarry_results_model_find (model, 3));
  g_assert_cmpstr (quarry_result_get_topic (quarry_results_model_find (model, 4)), ==, "Prices");
  g_assert_finalize_object (model);
}

/* --- The list ------------------------------------------------------------------------------ */

static void
update (QuarryResultsView *view, GPtrArray *hits, guint changes)
{
  g_autoptr (QuarryAnswer) answer = new_answer (hits);

  quarry_results_view_update (view, answer, changes, NULL);
}

static gint64
selected (QuarryResultsView *view)
{
  QuarryHit *hit = quarry_results_view_get_selected (view);

  return hit ? quarry_hit_get_passage (hit) : 0;
}

/* Documents that are only listed have no topics to choose from and no map. */
static void
test_view_listed (void)
{
  QuarryResultsView *view = g_object_ref_sink (QUARRY_RESULTS_VIEW (quarry_results_view_new ()));
  GtkWidget *topics = find_template_child (GTK_WIDGET (view), "topic_bar");
  GPtrArray *listed = new_hits (1, 3);

  for (guint i = 0; i < listed->len; i++)
    ((QuarryHit *) listed->pdata[i])->is_listed = TRUE;
  quarry_results_view_set_map (view, TRUE);
  update (view, listed, QUARRY_SEARCH_CHANGED_QUERY);
  g_assert_false (gtk_widget_get_visible (topics));
  g_assert_false (quarry_results_view_get_map (view));
  update (view, new_hits (1, 3), QUARRY_SEARCH_CHANGED_QUERY);
  g_assert_true (gtk_widget_get_visible (topics));
  g_assert_true (quarry_results_view_get_map (view));
  g_assert_finalize_object (view);
}

static void
test_view_selection (void)
{
  QuarryResultsView *view = g_object_ref_sink (QUARRY_RESULTS_VIEW (quarry_results_view_new ()));
  GtkWidget *window = show (GTK_WIDGET (view), 500, 600);

  g_assert_cmpint (selected (view), ==, 0);
  quarry_results_view_move (view, 1);

  /* The first hit is selected, until a person chooses another. */
  update (view, new_hits (1, 10), QUARRY_SEARCH_CHANGED_QUERY);
  g_assert_cmpint (selected (view), ==, 1);
  update (view, new_hits (5, 14), QUARRY_SEARCH_CHANGED_QUERY);
  g_assert_cmpint (selected (view), ==, 5);
  next_frame (window);

  /* The chosen hit stays selected as long as it is among the hits. */
  quarry_results_view_move (view, 2);
  g_assert_cmpint (selected (view), ==, 7);
  update (view, new_hits (7, 1), QUARRY_SEARCH_CHANGED_VARIETY);
  g_assert_cmpint (selected (view), ==, 7);
  update (view, new_hits (1, 10), QUARRY_SEARCH_CHANGED_QUERY);
  g_assert_cmpint (selected (view), ==, 7);
  update (view, new_hits (20, 30), QUARRY_SEARCH_CHANGED_QUERY);
  g_assert_cmpint (selected (view), ==, 20);

  quarry_results_view_move (view, -5);
  g_assert_cmpint (selected (view), ==, 20);
  quarry_results_view_move (view, 500);
  g_assert_cmpint (selected (view), ==, 30);
  g_assert_true (quarry_results_view_select (view, 0));
  g_assert_cmpint (selected (view), ==, 20);
  g_assert_false (quarry_results_view_select (view, 11));
  g_assert_true (quarry_results_view_select_passage (view, 25));
  g_assert_false (quarry_results_view_select_passage (view, 99));
  g_assert_cmpint (selected (view), ==, 25);

  quarry_results_view_update (view, NULL, QUARRY_SEARCH_CHANGED_QUERY, NULL);
  g_assert_cmpint (selected (view), ==, 0);
  g_assert_false (quarry_results_view_select (view, 0));
  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_finalize_object (view);
}

static GtkWidget *
nth_row (QuarryResultsView *view, guint n)
{
  return find_nth_widget (GTK_WIDGET (view), QUARRY_TYPE_RESULT_ROW, n);
}

/* The row of a hit that stays is kept, and the rows are in the order of the hits. */
static void
test_view_rows (void)
{
  QuarryResultsView *view = g_object_ref_sink (QUARRY_RESULTS_VIEW (quarry_results_view_new ()));
  GtkWidget *window = show (GTK_WIDGET (view), 500, 600);
  GtkWidget *first, *last;

  update (view, new_hits (1, 6), QUARRY_SEARCH_CHANGED_QUERY);
  next_frame (window);
  first = nth_row (view, 0);
  last = nth_row (view, 5);
  update (view, new_hits (6, 1), QUARRY_SEARCH_CHANGED_VARIETY);
  next_frame (window);
  g_assert_true (nth_row (view, 5) == first);
  g_assert_true (nth_row (view, 0) == last);
  g_assert_nonnull (find_label (last, "▲5"));

  quarry_results_view_toggle_why (view);
  quarry_results_view_set_slow (view, TRUE);
  quarry_results_view_set_slow (view, FALSE);
  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_finalize_object (view);
}

/* The contents of rows out of sight are filled in later, but not left out. */
static void
test_view_rows_out_of_sight (void)
{
  QuarryResultsView *view = g_object_ref_sink (QUARRY_RESULTS_VIEW (quarry_results_view_new ()));
  GtkWidget *window = show (GTK_WIDGET (view), 500, 300);

  update (view, new_hits (1, 40), QUARRY_SEARCH_CHANGED_QUERY);
  /* Rows are filled in by a few each frame, and frames come when the display has time. */
  for (int i = 0; i < 1000; i++)
    {
      g_autofree char *differs = gtk_test_accessible_check_property (
          GTK_ACCESSIBLE (nth_row (view, 39)), GTK_ACCESSIBLE_PROPERTY_LABEL,
          "The Oil Crisis, similarity 71 percent, Passage 40 of the embargo., papers/oil.pdf");

      if (differs == NULL)
        break;
      g_usleep (5000);
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
  gtk_test_accessible_assert_property (nth_row (view, 39), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "The Oil Crisis, similarity 71 percent, "
                                       "Passage 40 of the embargo., papers/oil.pdf");
  gtk_test_accessible_assert_property (nth_row (view, 0), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "The Oil Crisis, similarity 71 percent, "
                                       "Passage 1 of the embargo., papers/oil.pdf");
  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_finalize_object (view);
}

static float
row_top (QuarryResultsView *view, gint64 passage)
{
  GtkWidget *row = NULL;
  graphene_rect_t bounds;

  for (guint i = 0; (row = nth_row (view, i)) != NULL; i++)
    if (quarry_hit_get_passage (quarry_result_get_hit (quarry_result_row_get_result (QUARRY_RESULT_ROW (row)))) == passage)
      break;
  g_assert_nonnull (row);
  g_assert_true (gtk_widget_compute_bounds (row, GTK_WIDGET (view), &bounds));
  return bounds.origin.y;
}

#define LONG_TEXT                                                                                                      \
  "The embargo lasted for five months, and the price of a barrel rose fourfold in that time. Petrol was rationed, "    \
  "speed was limited, and on some days nobody was allowed to drive. Whoever could took the train, and whoever could "  \
  "not stayed where he was until the ships came again."

/* Whether the rows out of sight have been given their descriptions, which is done last. */
static gboolean
all_filled (QuarryResultsView *view)
{
  GtkWidget *row;

  for (guint i = 0; (row = nth_row (view, i)) != NULL; i++)
    {
      QuarryHit *hit = quarry_result_get_hit (quarry_result_row_get_result (QUARRY_RESULT_ROW (row)));
      g_autofree char *said = quarry_hit_describe (hit);
      g_autofree char *other
          = gtk_test_accessible_check_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, said);

      if (other)
        return FALSE;
    }
  return TRUE;
}

/* While files are added, hits come before the one that a person reads, which stays where it is. */
static void
test_view_row_stays (void)
{
  QuarryResultsView *view = g_object_ref_sink (QUARRY_RESULTS_VIEW (quarry_results_view_new ()));
  GtkWidget *window = show (GTK_WIDGET (view), 500, 400);
  GPtrArray *hits;
  float top;

  update (view, new_hits (1, 30), QUARRY_SEARCH_CHANGED_QUERY);
  next_frame (window);
  g_assert_true (quarry_results_view_select (view, 2));
  next_frame (window);
  top = row_top (view, 3);
  hits = new_hits (101, 106);
  {
    g_autoptr (GPtrArray) before = new_hits (1, 30);

    for (guint i = 0; i < before->len; i++)
      g_ptr_array_add (hits, g_object_ref (before->pdata[i]));
  }
  update (view, hits, QUARRY_SEARCH_CHANGED_LIBRARY);
  next_frame (window);
  wait_for (fabsf (row_top (view, 3) - top) < 2);
  g_assert_cmpint (selected (view), ==, 3);

  /* Also before many hits of another height, of which most are out of sight and are filled only later. */
  top = row_top (view, 3);
  hits = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < 40; i++)
    {
      QuarryHit *hit = new_hit (301 + i, LONG_TEXT);

      hit->rank = i + 1;
      g_ptr_array_add (hits, hit);
    }
  {
    g_autoptr (GPtrArray) before = new_hits (1, 30);

    for (guint i = 0; i < before->len; i++)
      g_ptr_array_add (hits, g_object_ref (before->pdata[i]));
  }
  update (view, hits, QUARRY_SEARCH_CHANGED_LIBRARY);
  next_frame (window);
  g_assert_cmpfloat_with_epsilon (row_top (view, 3), top, 2);
  wait_for (all_filled (view));
  next_frame (window);
  g_assert_cmpfloat_with_epsilon (row_top (view, 3), top, 2);

  /* Also under the line above the less likely hits. */
  hits = new_hits (1, 8);
  for (guint i = 2; i < hits->len; i++)
    ((QuarryHit *) hits->pdata[i])->is_unlikely = TRUE;
  update (view, hits, QUARRY_SEARCH_CHANGED_QUERY);
  next_frame (window);
  g_assert_true (quarry_results_view_select (view, 2));
  next_frame (window);
  top = row_top (view, 3);
  hits = new_hits (100, 100);
  {
    g_autoptr (GPtrArray) before = new_hits (1, 8);

    for (guint i = 0; i < before->len; i++)
      {
        ((QuarryHit *) before->pdata[i])->is_unlikely = i >= 2;
        g_ptr_array_add (hits, g_object_ref (before->pdata[i]));
      }
  }
  update (view, hits, QUARRY_SEARCH_CHANGED_LIBRARY);
  next_frame (window);
  g_assert_cmpfloat_with_epsilon (row_top (view, 3), top, 2);

  /* A query of its own begins at the top again. */
  update (view, new_hits (201, 230), QUARRY_SEARCH_CHANGED_QUERY);
  next_frame (window);
  g_assert_cmpint (selected (view), ==, 201);
  g_assert_cmpfloat (row_top (view, 201), >=, 0);
  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_finalize_object (view);
}

static void
test_view_topic (void)
{
  QuarryResultsView *view = g_object_ref_sink (QUARRY_RESULTS_VIEW (quarry_results_view_new ()));
  GtkWidget *window = show (GTK_WIDGET (view), 500, 600);
  guint changes = 0;

  g_signal_connect_swapped (view, "notify::topic", G_CALLBACK (count_up), &changes);
  update (view, new_hits (1, 9), QUARRY_SEARCH_CHANGED_QUERY);
  g_assert_false (quarry_results_view_widen (view));
  gtk_toggle_button_set_active (
      GTK_TOGGLE_BUTTON (find_nth_widget (GTK_WIDGET (view), GTK_TYPE_TOGGLE_BUTTON, 2)), TRUE);
  g_assert_cmpstr (quarry_results_view_get_topic (view), ==, "Prices");
  g_assert_cmpuint (changes, ==, 1);
  g_assert_cmpint (selected (view), ==, 1);
  quarry_results_view_move (view, 500);
  g_assert_cmpint (selected (view), ==, 7);
  g_assert_true (quarry_results_view_widen (view));
  g_assert_null (quarry_results_view_get_topic (view));
  g_assert_cmpint (selected (view), ==, 7);
  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_finalize_object (view);
}

/* Where the focus goes at the next press of the Tab key. */
static GtkWidget *
tab (GtkWidget *window, GtkDirectionType direction)
{
  gtk_widget_child_focus (window, direction);
  return gtk_root_get_focus (GTK_ROOT (window));
}

/* The Tab key stops at the selected row, and goes on from there to what stands beside the list. */
static void
test_view_tab (void)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  QuarryResultsView *view = QUARRY_RESULTS_VIEW (quarry_results_view_new ());
  GtkWidget *behind = gtk_button_new_with_label ("Behind");
  GtkWidget *window;

  gtk_box_append (GTK_BOX (box), GTK_WIDGET (view));
  gtk_box_append (GTK_BOX (box), behind);
  window = show (box, 500, 600);
  update (view, new_hits (1, 9), QUARRY_SEARCH_CHANGED_QUERY);
  quarry_results_view_move (view, 2);
  next_frame (window);
  gtk_widget_grab_focus (behind);
  g_assert_true (tab (window, GTK_DIR_TAB_BACKWARD) == nth_row (view, 2));
  g_assert_true (tab (window, GTK_DIR_TAB_FORWARD) == behind);
  g_assert_true (tab (window, GTK_DIR_TAB_BACKWARD) == nth_row (view, 2));
  quarry_results_view_move (view, 1);
  g_assert_true (gtk_root_get_focus (GTK_ROOT (window)) == nth_row (view, 3));
  g_assert_nonnull (gtk_widget_get_ancestor (tab (window, GTK_DIR_TAB_BACKWARD), QUARRY_TYPE_TOPIC_BAR));
  quarry_results_view_move (view, 1);
  g_assert_nonnull (gtk_widget_get_ancestor (gtk_root_get_focus (GTK_ROOT (window)), QUARRY_TYPE_TOPIC_BAR));
  destroy_window (window, window);
}

/* While the focus is in the list, it goes along when another hit comes first, and nowhere else. */
static void
test_view_focus_follows (void)
{
  QuarryResultsView *view = QUARRY_RESULTS_VIEW (quarry_results_view_new ());
  GtkWidget *window = show (GTK_WIDGET (view), 500, 600);

  update (view, new_hits (1, 9), QUARRY_SEARCH_CHANGED_QUERY);
  next_frame (window);
  gtk_widget_grab_focus (nth_row (view, 0));
  update (view, new_hits (9, 1), QUARRY_SEARCH_CHANGED_VARIETY);
  g_assert_cmpint (selected (view), ==, 9);
  g_assert_true (gtk_root_get_focus (GTK_ROOT (window)) == nth_row (view, 0));
  gtk_root_set_focus (GTK_ROOT (window), NULL);
  update (view, new_hits (1, 9), QUARRY_SEARCH_CHANGED_VARIETY);
  g_assert_null (gtk_root_get_focus (GTK_ROOT (window)));
  destroy_window (window, window);
}

/* A line stands above the first of the unlikely hits, as long as there are any. */
static void
test_view_unlikely (void)
{
  QuarryResultsView *view = g_object_ref_sink (QUARRY_RESULTS_VIEW (quarry_results_view_new ()));
  GtkWidget *window = show (GTK_WIDGET (view), 500, 600);
  static const guint firsts[] = { 4, 9, 2, 3 }; /* 9: no hit is unlikely */

  for (gsize f = 0; f < G_N_ELEMENTS (firsts); f++)
    {
      GPtrArray *hits = new_hits (1, 9);
      g_autofree char *said = NULL;

      for (guint i = firsts[f]; i < hits->len; i++)
        ((QuarryHit *) hits->pdata[i])->is_unlikely = TRUE;
      said = quarry_hit_describe (hits->pdata[8]);
      g_assert_true ((strstr (said, "Less likely") != NULL) == (firsts[f] < 9));
      update (view, hits, QUARRY_SEARCH_CHANGED_QUERY);
      for (guint i = 0; i < 9; i++)
        g_assert_true ((gtk_list_box_row_get_header (GTK_LIST_BOX_ROW (nth_row (view, i))) != NULL) == (i == firsts[f]));
    }
  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_finalize_object (view);
}

/* A notice above the hits has a link that undoes what it says. */
static void
test_view_notice (void)
{
  QuarryResultsView *view = g_object_ref_sink (QUARRY_RESULTS_VIEW (quarry_results_view_new ()));
  GtkWidget *window = show (GTK_WIDGET (view), 500, 600);
  GtkWidget *notice = gtk_widget_get_first_child (GTK_WIDGET (view));
  g_autoptr (QuarryAnswer) answer = new_answer (new_hits (1, 9));
  gboolean handled = FALSE;
  guint followed = 0;

  while (!gtk_widget_has_css_class (notice, "notice"))
    notice = gtk_widget_get_next_sibling (notice);
  g_signal_connect_swapped (view, "notice-link", G_CALLBACK (count_up), &followed);
  quarry_results_view_update (view, answer, QUARRY_SEARCH_CHANGED_QUERY,
                              "Also: receive · <a href=\"as-typed\">Only As Typed</a>");
  g_assert_true (gtk_widget_get_visible (notice));
  g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (notice)), ==, "Also: receive · Only As Typed");
  g_signal_emit_by_name (notice, "activate-link", "as-typed", &handled);
  g_assert_true (handled);
  g_assert_cmpuint (followed, ==, 1);

  quarry_results_view_update (view, answer, QUARRY_SEARCH_CHANGED_QUERY, NULL);
  g_assert_false (gtk_widget_get_visible (notice));
  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_finalize_object (view);
}

/* More rows are removed than are kept for reuse. */
static void
test_view_many_rows_go (void)
{
  GtkWidget *view = quarry_results_view_new ();
  QuarryResultsView *results = QUARRY_RESULTS_VIEW (view);
  GtkWidget *window = show (view, 400, 600);
  g_autoptr (QuarryAnswer) many = new_answer (new_hits (1, 60));
  g_autoptr (QuarryAnswer) few = new_answer (new_hits (101, 103));

  quarry_results_view_update (results, many, QUARRY_SEARCH_CHANGED_QUERY, NULL);
  g_assert_cmpuint (quarry_results_view_get_n_hits (results), ==, 60);
  quarry_results_view_update (results, few, QUARRY_SEARCH_CHANGED_QUERY, NULL);
  g_assert_cmpuint (quarry_results_view_get_n_hits (results), ==, 3);
  quarry_results_view_update (results, many, QUARRY_SEARCH_CHANGED_QUERY, NULL);
  quarry_results_view_update (results, NULL, QUARRY_SEARCH_CHANGED_QUERY, NULL);
  g_assert_cmpuint (quarry_results_view_get_n_hits (results), ==, 0);
  destroy_window (window, view);
}

int
main (int argc, char **argv)
{
  if (!widget_test_init (&argc, &argv))
    return 0;

  g_test_add_func ("/topics/colors", test_topic_colors);
  g_test_add_func ("/topics/bar", test_topic_bar);
  g_test_add_func ("/results-model/in-place", test_model_in_place);
  g_test_add_func ("/results-model/moves", test_model_moves);
  g_test_add_func ("/results-model/topic", test_model_topic);
  g_test_add_func ("/results-view/listed", test_view_listed);
  g_test_add_func ("/results-view/selection", test_view_selection);
  g_test_add_func ("/results-view/rows", test_view_rows);
  g_test_add_func ("/results-view/rows-out-of-sight", test_view_rows_out_of_sight);
  g_test_add_func ("/results-view/many-rows-go", test_view_many_rows_go);
  g_test_add_func ("/results-view/row-stays", test_view_row_stays);
  g_test_add_func ("/results-view/topic", test_view_topic);
  g_test_add_func ("/results-view/tab", test_view_tab);
  g_test_add_func ("/results-view/focus-follows", test_view_focus_follows);
  g_test_add_func ("/results-view/unlikely", test_view_unlikely);
  g_test_add_func ("/results-view/notice", test_view_notice);
  return g_test_run ();
}
