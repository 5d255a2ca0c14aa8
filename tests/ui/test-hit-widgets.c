/* test-hit-widgets.c: a hit's row and the widgets in it, and the bar of hits that a person marked
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <locale.h>
#include <math.h>
#include <string.h>

#include "tests/ui/hit-helpers.h"
#include "tests/ui/widget-helpers.h"
#include "ui/results/quarry-mark-bar.h"
#include "ui/results/quarry-passage-label.h"
#include "ui/results/quarry-result-row.h"
#include "ui/results/quarry-why.h"
#include "ui/widgets/quarry-place-label.h"
#include "ui/widgets/quarry-similarity-bar.h"

static void
test_similarity_string (void)
{
  static const struct
  {
    double similarity;
    const char *shown;
  } cases[] = { { 0.71, ".71" },  { 0, ".00" },    { 1, "1.0" },     { 0.999, "1.0" }, { -0.05, "−.05" },
                { -0.001, ".00" }, { 7, "1.0" },   { -1, "−1.0" },   { (double) NAN, ".00" } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *shown = quarry_similarity_to_string (cases[i].similarity);

      g_assert_cmpstr (shown, ==, cases[i].shown);
    }

  /* The decimal point stays before the digits in a right-to-left layout too. */
  gtk_widget_set_default_direction (GTK_TEXT_DIR_RTL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *shown = quarry_similarity_to_string (cases[i].similarity);

      g_assert_true (g_str_has_prefix (shown, "\u200e"));
      g_assert_true (g_str_has_suffix (shown, cases[i].shown));
    }
  gtk_widget_set_default_direction (GTK_TEXT_DIR_LTR);
}

/* Where numbers have a decimal comma, they keep the zero before it. */
static void
test_similarity_comma (void)
{
  g_autofree char *before = g_strdup (setlocale (LC_NUMERIC, NULL));
  g_autofree char *shown = NULL;

  if (setlocale (LC_NUMERIC, "de_DE.UTF-8") == NULL)
    {
      g_test_skip ("There is no German locale");
      return;
    }
  shown = quarry_similarity_to_string (-.42);
  setlocale (LC_NUMERIC, before);
  g_assert_cmpstr (shown, ==, "−0,42");
}

static void
test_bar (void)
{
  QuarrySimilarityBar *bar = g_object_ref_sink (QUARRY_SIMILARITY_BAR (quarry_similarity_bar_new ()));

  quarry_similarity_bar_set_value (bar, 0.5);
  g_assert_cmpfloat (quarry_similarity_bar_get_value (bar), ==, 0.5);
  quarry_similarity_bar_set_value (bar, (double) NAN);
  g_assert_cmpfloat (quarry_similarity_bar_get_value (bar), ==, 0);
  quarry_similarity_bar_jump (bar, 3);
  g_assert_cmpfloat (quarry_similarity_bar_get_value (bar), ==, 1);
  quarry_similarity_bar_set_topic_color (bar, 2);
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (bar), "topic-3"));
  quarry_similarity_bar_set_topic_color (bar, -1);
  g_assert_false (gtk_widget_has_css_class (GTK_WIDGET (bar), "topic-3"));
  g_assert_finalize_object (bar);
}

/* Where bar and number of the similarity do not fit beside the title, they go below it together. */
static void
test_row_narrow (void)
{
  g_autoptr (QuarryHit) hit = new_hit (1, "In October they proclaimed an oil embargo.");
  g_autoptr (QuarryResult) result = quarry_result_new ();
  GtkSettings *settings = gtk_settings_get_default ();
  GtkWidget *row = quarry_result_row_new ();
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *window, *title, *bar, *number;
  graphene_rect_t above, left, right;
  gboolean wraps = FALSE;
  int usual;

  g_object_get (settings, "gtk-xft-dpi", &usual, NULL);
  g_object_set (settings, "gtk-xft-dpi", 2 * 96 * 1024, NULL);
  quarry_result_set (result, hit, 0, "Embargo", 0, 3);
  quarry_result_row_set_result (QUARRY_RESULT_ROW (row), result);
  quarry_result_row_refresh (QUARRY_RESULT_ROW (row));
  gtk_list_box_append (GTK_LIST_BOX (list), row);
  window = show (list, 500, 200);
  title = find_label (row, "The Oil Crisis");
  bar = find_template_child (row, "bar");
  number = find_label (row, ".71");
  for (int width = 500; width >= 300; width -= 10)
    {
      gtk_window_set_default_size (GTK_WINDOW (window), width, 200);
      wait_for (gtk_widget_get_width (list) <= width);
      settle (20);
      g_assert_true (gtk_widget_compute_bounds (title, row, &above));
      g_assert_true (gtk_widget_compute_bounds (bar, row, &left));
      g_assert_true (gtk_widget_compute_bounds (number, row, &right));
      g_assert_cmpfloat (left.origin.x, <, right.origin.x);
      g_assert_cmpfloat (ABS (left.origin.y + left.size.height / 2 - right.origin.y - right.size.height / 2), <=, 2);
      wraps = wraps || left.origin.y > above.origin.y + above.size.height;
    }
  g_assert_true (wraps);
  gtk_window_destroy (GTK_WINDOW (window));
  g_object_set (settings, "gtk-xft-dpi", usual, NULL);
}

static void
test_row (void)
{
  g_autoptr (QuarryHit) hit = new_hit (1, "In October they proclaimed an oil embargo.");
  g_autoptr (QuarryHit) other = new_hit (2, "Cubism.");
  g_autoptr (QuarryHit) listed = new_hit (3, "Prices.");
  g_autoptr (QuarryResult) result = quarry_result_new ();
  GtkWidget *row = g_object_ref_sink (quarry_result_row_new ());
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *window, *number;

  add_word (hit, "proclaimed", 0.1f, QUARRY_MATCH_MEANING, "begin");
  add_copy (hit, new_hit (4, "In October they proclaimed an oil embargo."));
  add_copy (hit, new_hit (5, "In October they proclaimed an oil embargo."));
  quarry_result_set (result, hit, 0, "Embargo", 0, 3);
  quarry_result_row_set_result (QUARRY_RESULT_ROW (row), result);
  quarry_result_row_refresh (QUARRY_RESULT_ROW (row));
  quarry_result_row_describe (QUARRY_RESULT_ROW (row));
  gtk_list_box_append (GTK_LIST_BOX (list), row);
  window = show (list, 400, 200);
  gtk_test_accessible_assert_property (
      row, GTK_ACCESSIBLE_PROPERTY_LABEL,
      "The Oil Crisis, similarity 71 percent, In October they proclaimed an oil embargo., "
      "also in papers/oil.pdf and 1 other place, papers/oil.pdf");
  g_assert_nonnull (find_label (row, "The Oil Crisis"));
  g_assert_nonnull (find_label (row, "papers/oil.pdf"));
  g_assert_nonnull (find_label (row, ".71"));
  g_assert_nonnull (find_label (row, "also in papers/oil.pdf and 1 other place"));
  g_assert_nonnull (find_label (row, "Embargo"));
  g_assert_nonnull (find_label (row, "▲3"));

  quarry_result_row_set_why (QUARRY_RESULT_ROW (row), TRUE);
  g_assert_true (quarry_result_row_get_why (QUARRY_RESULT_ROW (row)));
  g_assert_nonnull (find_label (row, "by meaning, for “begin”"));

  /* A new passage closes the reasons, but the row only changes when it is refreshed. */
  quarry_result_set (result, other, 0, "", -1, 0);
  g_assert_true (quarry_result_row_get_why (QUARRY_RESULT_ROW (row)));
  quarry_result_row_refresh (QUARRY_RESULT_ROW (row));
  g_assert_false (quarry_result_row_get_why (QUARRY_RESULT_ROW (row)));
  quarry_result_row_restyle (QUARRY_RESULT_ROW (row));

  /* A document that is only listed has no similarity and no reasons. */
  listed->is_listed = TRUE;
  listed->similarity = 0;
  quarry_result_set (result, listed, 0, "", -1, 0);
  quarry_result_row_refresh (QUARRY_RESULT_ROW (row));
  quarry_result_row_describe (QUARRY_RESULT_ROW (row));
  gtk_test_accessible_assert_property (row, GTK_ACCESSIBLE_PROPERTY_LABEL, "The Oil Crisis, Prices., papers/oil.pdf");
  number = find_label (row, ".00");
  g_assert_true (!number || !gtk_widget_is_visible (number));
  g_assert_false (gtk_widget_get_visible (gtk_widget_get_ancestor (find_label (row, "Why?"), GTK_TYPE_BUTTON)));
  quarry_result_row_set_why (QUARRY_RESULT_ROW (row), TRUE);
  g_assert_false (quarry_result_row_get_why (QUARRY_RESULT_ROW (row)));
  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_finalize_object (row);
}

static float
top_in (GtkWidget *widget, GtkWidget *ancestor)
{
  graphene_rect_t bounds;

  g_assert_true (gtk_widget_compute_bounds (widget, ancestor, &bounds));
  return bounds.origin.y;
}

/* The headings above a passage have a line of their own, because beside the title both would be ellipsized to
 * nothing. */
static void
test_row_place (void)
{
  g_autoptr (QuarryHit) hit = new_hit (1, "In October they proclaimed an oil embargo.");
  g_autoptr (QuarryHit) flat = new_hit (2, "Prices.");
  g_autoptr (QuarryResult) result = quarry_result_new ();
  GtkWidget *row = g_object_ref_sink (quarry_result_row_new ());
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *window, *title, *place;
  int dpi;

  hit->heading = g_strsplit ("The Oil Crisis|Chapter 2|The embargo and what it led to", "|", -1);
  hit->page = flat->page = 12;
  quarry_result_set (result, hit, 0, "", -1, 0);
  quarry_result_row_set_result (QUARRY_RESULT_ROW (row), result);
  quarry_result_row_refresh (QUARRY_RESULT_ROW (row));
  gtk_list_box_append (GTK_LIST_BOX (list), row);
  window = show (list, 360, 200);
  title = find_label (row, "The Oil Crisis");
  place = find_widget (row, QUARRY_TYPE_PLACE_LABEL);
  g_assert_false (pango_layout_is_ellipsized (gtk_label_get_layout (GTK_LABEL (title))));
  g_assert_true (gtk_widget_get_mapped (place));
  g_assert_cmpstr (quarry_place_label_get_shown (QUARRY_PLACE_LABEL (place)), ==,
                   "Chapter 2 › The embargo and what it led to · p. 12");
  g_assert_null (find_label (row, "p. 12"));

  /* A page number alone needs no line of its own. */
  quarry_result_set (result, flat, 0, "", -1, 0);
  quarry_result_row_refresh (QUARRY_RESULT_ROW (row));
  next_frame (window);
  g_assert_false (gtk_widget_get_mapped (place));
  g_assert_true (gtk_widget_get_mapped (find_label (row, "p. 12")));

  /* With large text, what stands beside the title moves below it so that the title keeps its room. */
  g_assert_true (top_in (find_label (row, ".71"), row) < top_in (title, row) + 10);
  g_object_get (gtk_settings_get_default (), "gtk-xft-dpi", &dpi, NULL);
  g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", 2 * 96 * 1024, NULL);
  wait_for (top_in (find_label (row, ".71"), row) > top_in (title, row) + 10);
  g_assert_false (pango_layout_is_ellipsized (gtk_label_get_layout (GTK_LABEL (title))));
  g_object_set (gtk_settings_get_default (), "gtk-xft-dpi", dpi, NULL);
  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_finalize_object (row);
}

/* If the headings do not fit, whole headings are left out, beginning with the outermost. */
static void
test_place_label (void)
{
  static const char *const shown[] = {
    "Part I › Chapter 2 › The embargo · and its prices · p. 12",
    "… › Chapter 2 › The embargo · and its prices · p. 12",
    "… › The embargo · and its prices · p. 12",
  };
  QuarryPlaceLabel *label = g_object_ref_sink (QUARRY_PLACE_LABEL (quarry_place_label_new ()));
  GtkWidget *window = show (GTK_WIDGET (label), 600, 60);
  int width;

  quarry_place_label_set_text (label, shown[0], strlen (shown[0]) - strlen (" · p. 12"));
  gtk_test_accessible_assert_property (label, GTK_ACCESSIBLE_PROPERTY_LABEL, shown[0]);
  gtk_widget_measure (GTK_WIDGET (label), GTK_ORIENTATION_HORIZONTAL, -1, NULL, &width, NULL, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (shown); i++)
    {
      gtk_widget_allocate (GTK_WIDGET (label), width, 20, -1, NULL);
      g_assert_cmpstr (quarry_place_label_get_shown (label), ==, shown[i]);
      g_assert_cmpstr (quarry_place_label_get_text (label), ==, shown[0]);
      width = i == 0 ? width - 1 : width * 3 / 4;
    }

  /* If not even the innermost heading fits, its beginning and the page are shown; if that is too long as well, as much
   * as fits. */
  gtk_widget_allocate (GTK_WIDGET (label), width, 20, -1, NULL);
  g_assert_true (g_str_has_prefix (quarry_place_label_get_shown (label), "The embargo · "));
  g_assert_true (g_str_has_suffix (quarry_place_label_get_shown (label), "… · p. 12"));
  gtk_widget_allocate (GTK_WIDGET (label), 10, 20, -1, NULL);
  g_assert_true (g_str_has_prefix (quarry_place_label_get_shown (label), "The embargo"));
  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_finalize_object (label);
}

static void
test_passage_label (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (QuarryHit) hit = NULL;
  GtkWidget *label = g_object_ref_sink (quarry_passage_label_new ());
  int narrow, wide, slim, short_text;

  for (int i = 0; i < 30; i++)
    g_string_append (text, "words upon words ");
  hit = new_hit (1, text->str);
  quarry_passage_label_take_markup (QUARRY_PASSAGE_LABEL (label), quarry_hit_markup_new (hit, 300, NULL));
  gtk_widget_measure (label, GTK_ORIENTATION_VERTICAL, 200, &narrow, NULL, NULL, NULL);
  gtk_widget_measure (label, GTK_ORIENTATION_VERTICAL, 1400, &wide, NULL, NULL, NULL);
  g_assert_cmpint (narrow, >, wide);

  /* Combining marks take no width of their own: text with many of them still fills the lines. */
  g_string_truncate (text, 0);
  for (int i = 0; i < 75; i++)
    g_string_append (text, "i\314\201\314\201 ");
  g_clear_object (&hit);
  hit = new_hit (1, text->str);
  quarry_passage_label_take_markup (QUARRY_PASSAGE_LABEL (label), quarry_hit_markup_new (hit, 300, NULL));
  gtk_widget_measure (label, GTK_ORIENTATION_VERTICAL, 200, &slim, NULL, NULL, NULL);
  g_assert_cmpint (slim, ==, narrow);

  g_clear_object (&hit);
  hit = new_hit (1, "A");
  quarry_passage_label_take_markup (QUARRY_PASSAGE_LABEL (label), quarry_hit_markup_new (hit, 300, NULL));
  gtk_widget_measure (label, GTK_ORIENTATION_VERTICAL, 200, &short_text, NULL, NULL, NULL);
  g_assert_cmpint (narrow, >=, 3 * short_text);
  g_assert_cmpint (narrow, <=, 4 * short_text);
  gtk_test_accessible_assert_property (label, GTK_ACCESSIBLE_PROPERTY_LABEL, "A");
  g_assert_finalize_object (label);
}

/* With the next key the row shows another passage, in which another word is marked. */
static void
test_passage_label_marks (void)
{
  g_autoptr (QuarryHit) hit = new_hit (1, "the embargo and the price of oil");
  g_autoptr (QuarryHit) other = new_hit (1, "the embargo and the price of oil");
  g_autoptr (GBytes) before = NULL, again = NULL, after = NULL;
  GtkWidget *label = g_object_ref_sink (quarry_passage_label_new ());
  GtkWidget *window;

  quarry_hit_add_word (hit, (QuarrySpan) { 4, 11 }, 0.1f, QUARRY_MATCH_LITERAL, "embargo", -1);
  quarry_hit_add_word (other, (QuarrySpan) { 20, 25 }, 0.1f, QUARRY_MATCH_LITERAL, "price", -1);
  quarry_passage_label_take_markup (QUARRY_PASSAGE_LABEL (label), quarry_hit_markup_new (hit, 300, NULL));
  window = show (label, 300, 80);
  before = paint_to_bytes (label);
  quarry_passage_label_take_markup (QUARRY_PASSAGE_LABEL (label), quarry_hit_markup_new (hit, 300, NULL));
  next_frame (window);
  again = paint_to_bytes (label);
  quarry_passage_label_take_markup (QUARRY_PASSAGE_LABEL (label), quarry_hit_markup_new (other, 300, NULL));
  next_frame (window);
  after = paint_to_bytes (label);
  g_assert_true (g_bytes_equal (before, again));
  g_assert_false (g_bytes_equal (before, after));
  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_finalize_object (label);
}

/* If a passage is cut in the middle of a marked stretch, the underline ends before the ellipsis. */
static void
test_passage_label_ellipsis (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (QuarryHit) hit = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *nodes = NULL;
  GtkWidget *label = g_object_ref_sink (quarry_passage_label_new ());
  GtkWidget *window = show (label, 300, 80);
  double widths[3];
  guint n = 0;

  for (guint i = 0; i < 40; i++)
    g_string_append (text, "embargo");
  hit = new_hit (1, text->str);
  quarry_hit_add_word (hit, (QuarrySpan) { 0, (guint32) text->len }, 0.1f, QUARRY_MATCH_MEANING, "x", -1);
  quarry_passage_label_take_markup (QUARRY_PASSAGE_LABEL (label), quarry_hit_markup_new (hit, 300, NULL));
  next_frame (window);
  bytes = paint_to_bytes (label);
  nodes = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  /* Reads "bounds: x y width height" of the underline of each line. */
  for (const char *at = strstr (nodes, "bounds: "); at; at = strstr (at + 1, "bounds: "), n++)
    {
      g_auto (GStrv) numbers = g_strsplit (at, " ", 5);

      g_assert_cmpuint (n, <, G_N_ELEMENTS (widths));
      widths[n] = g_ascii_strtod (numbers[3], NULL);
    }
  g_assert_cmpuint (n, ==, 3);
  g_assert_cmpfloat (widths[2], <, widths[0] - 5);
  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_finalize_object (label);
}

/* How far from the left the underline of the last line begins. */
static double
last_underline (GtkWidget *label)
{
  g_autoptr (GBytes) bytes = paint_to_bytes (label);
  g_autofree char *nodes = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  const char *last = g_strrstr (nodes, "bounds: ");

  g_assert_nonnull (last);
  return g_ascii_strtod (last + strlen ("bounds: "), NULL);
}

/* Whichever way the window reads, a text begins at the side that its own language reads from. */
static void
test_passage_label_direction (void)
{
  static const struct
  {
    const char *text;
    GtkTextDirection direction;
    gboolean from_right;
  } cases[] = {
    { "oil", GTK_TEXT_DIR_LTR, FALSE },
    { "oil", GTK_TEXT_DIR_RTL, FALSE },
    { "נפט", GTK_TEXT_DIR_LTR, TRUE },
    { "נפט", GTK_TEXT_DIR_RTL, TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (QuarryHit) hit = new_hit (1, cases[i].text);
      GtkWidget *label = quarry_passage_label_new ();
      GtkWidget *window;

      gtk_widget_set_direction (label, cases[i].direction);
      quarry_hit_add_word (hit, (QuarrySpan) { 0, 3 }, 0.1f, QUARRY_MATCH_MEANING, "x", -1);
      quarry_passage_label_take_markup (QUARRY_PASSAGE_LABEL (label), quarry_hit_markup_new (hit, 300, NULL));
      window = show (label, 300, 80);
      g_assert_cmpint (last_underline (label) > 150, ==, cases[i].from_right);
      gtk_window_destroy (GTK_WINDOW (window));
    }
}

static void
test_why (void)
{
  g_autoptr (QuarryHit) hit = new_hit (1, "embargo Embargo prices");
  QuarryWhy *why = g_object_ref_sink (QUARRY_WHY (quarry_why_new ()));

  quarry_hit_add_word (hit, (QuarrySpan) { 0, 7 }, 0.1f, QUARRY_MATCH_LITERAL, "embargo", -1);
  quarry_hit_add_word (hit, (QuarrySpan) { 8, 15 }, 0.1f, QUARRY_MATCH_LITERAL, "embargo", -1);
  quarry_hit_add_word (hit, (QuarrySpan) { 16, 22 }, 0.05f, QUARRY_MATCH_MEANING, "cost", -1);
  hit->rank = 2;
  hit->fused_rank = 5;
  hit->avoided_rank = 1;
  hit->dense_rank = 3;
  quarry_why_set_hit (why, hit);
  /* A word that stands twice in the passage has one line, with the sum of both shares. */
  g_assert_nonnull (find_label (GTK_WIDGET (why), ".20"));
  g_assert_nonnull (find_label (GTK_WIDGET (why), "by meaning, for “cost”"));
  g_assert_nonnull (find_label (
      GTK_WIDGET (why), "No. 3 by meaning · Not found by words\nVariety moved it up from 5 to 2\n"
                        "Of the hits above, it is most like No. 1"));
  g_assert_null (find_label (GTK_WIDGET (why), "all other words"));

  /* The context is reported on its own and is no part of the similarity. */
  hit->avoided_rank = 0;
  hit->fused_rank = 2;
  hit->context = 0.42f;
  hit->context_score = 0.03f;
  quarry_why_set_hit (why, hit);
  g_assert_nonnull (find_label (GTK_WIDGET (why), "No. 3 by meaning · Not found by words\nRaised by what stands around "
                                                  "it (.\342\201\2404\342\201\2402)\nVariety left it in its place"));
  hit->context_score = -0.03f;
  quarry_why_set_hit (why, hit);
  g_assert_nonnull (find_label (GTK_WIDGET (why), "No. 3 by meaning · Not found by words\nLowered by what stands around "
                                                  "it (.\342\201\2404\342\201\2402)\nVariety left it in its place"));
  hit->context_score = 0.001f;
  quarry_why_set_hit (why, hit);
  g_assert_nonnull (find_label (GTK_WIDGET (why), "No. 3 by meaning · Not found by words\nVariety left it in its place"));
  hit->context = NAN;
  hit->context_score = 0;
  quarry_why_set_hit (why, hit);
  g_assert_nonnull (find_label (GTK_WIDGET (why), "No. 3 by meaning · Not found by words\nVariety left it in its place"));

  /* So is the likeness to the best, where it moved the hit. */
  hit->raised_by_likeness = 4;
  quarry_why_set_hit (why, hit);
  g_assert_nonnull (find_label (GTK_WIDGET (why), "No. 3 by meaning · Not found by words\nLikeness to the three best "
                                                  "moved it up by 4\nVariety left it in its place"));
  hit->raised_by_likeness = -1;
  quarry_why_set_hit (why, hit);
  g_assert_nonnull (find_label (GTK_WIDGET (why), "No. 3 by meaning · Not found by words\nLikeness to the three best "
                                                  "moved it down by 1\nVariety left it in its place"));

  /* What is not shown is summed up in one line: words that are too weak, and those for which there is no room. */
  hit->rest = 0.02f;
  for (guint i = 0; i < 6; i++)
    quarry_hit_add_word (hit, (QuarrySpan) { 16 + i, 22 }, 0.03f, QUARRY_MATCH_MEANING,
                         "cost", -1);
  quarry_why_set_hit (why, hit);
  g_assert_nonnull (find_label (GTK_WIDGET (why), "all other words"));
  g_assert_nonnull (find_label (GTK_WIDGET (why), ".05"));
  g_assert_true (gtk_widget_get_visible (find_label (GTK_WIDGET (why), ".05")));
  hit->rest = -0.031f;
  quarry_why_set_hit (why, hit);
  g_assert_false (gtk_widget_is_visible (find_label (GTK_WIDGET (why), "all other words")));
  g_assert_finalize_object (why);
}

/* However long the query's word is and however little room there is, the word can be read. */
static void
test_why_narrow (void)
{
  g_autoptr (QuarryHit) hit = new_hit (1, "uprising");
  GtkWidget *why = quarry_why_new ();
  GtkWidget *window, *answers;

  quarry_hit_add_word (hit, (QuarrySpan) { 0, 8 }, 0.1f, QUARRY_MATCH_MEANING, "counterrevolutionaries", -1);
  quarry_why_set_hit (QUARRY_WHY (why), hit);
  window = show (why, 300, 200);
  g_assert_cmpint (gtk_widget_get_width (why), <=, 300);
  answers = find_label (why, "by meaning, for “counterrevolutionaries”");
  g_assert_false (pango_layout_is_ellipsized (gtk_label_get_layout (GTK_LABEL (answers))));
  g_assert_false (pango_layout_is_ellipsized (gtk_label_get_layout (GTK_LABEL (find_label (why, "uprising")))));
  destroy_window (window, window);
}

/* In large text too neither is cut off, and no word broken: what a word answers to goes below it. */
static void
test_why_large (void)
{
  g_autoptr (QuarryHit) hit = new_hit (1, "proclamation");
  GtkWidget *why = quarry_why_new ();
  GtkWidget *window, *word, *answers;
  GtkSettings *settings = gtk_settings_get_default ();
  int usual;

  g_object_get (settings, "gtk-xft-dpi", &usual, NULL);
  g_object_set (settings, "gtk-xft-dpi", 2 * 96 * 1024, NULL);
  quarry_hit_add_word (hit, (QuarrySpan) { 0, 12 }, 0.1f, QUARRY_MATCH_LITERAL, "proclamation", -1);
  quarry_why_set_hit (QUARRY_WHY (why), hit);
  window = show (why, 320, 200);
  g_assert_cmpint (gtk_widget_get_width (why), <=, 320);
  word = find_label (why, "proclamation");
  answers = find_label (why, "literally");
  g_assert_false (pango_layout_is_ellipsized (gtk_label_get_layout (GTK_LABEL (word))));
  g_assert_cmpint (pango_layout_get_line_count (gtk_label_get_layout (GTK_LABEL (answers))), ==, 1);
  destroy_window (window, window);
  g_object_set (settings, "gtk-xft-dpi", usual, NULL);
}

static void
removed_cb (QuarryMarkBar *bar, gint64 passage, gpointer user_data)
{
  *(gint64 *) user_data = passage;
}

/* Each marked passage has one pill, for its latest mark. A click on it takes the mark back. */
static void
test_mark_bar (void)
{
  GtkWidget *bar = g_object_ref_sink (quarry_mark_bar_new ());
  GtkWidget *box, *pill;
  gint64 removed = 0;

  g_signal_connect (bar, "removed", G_CALLBACK (removed_cb), &removed);
  g_assert_false (gtk_widget_get_visible (bar));
  quarry_mark_bar_add (QUARRY_MARK_BAR (bar), 5, "The Oil Crisis", TRUE);
  quarry_mark_bar_add (QUARRY_MARK_BAR (bar), 6, "Cubism", FALSE);
  quarry_mark_bar_add (QUARRY_MARK_BAR (bar), 5, "The Oil Crisis", FALSE);
  g_assert_true (gtk_widget_get_visible (bar));
  box = find_widget (bar, GTK_TYPE_BOX);
  pill = gtk_widget_get_last_child (box);
  g_assert_true (gtk_widget_get_next_sibling (gtk_widget_get_first_child (box)) == pill);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (pill), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Less like “The Oil Crisis”: take back");
  g_signal_emit_by_name (pill, "clicked");
  g_assert_cmpint (removed, ==, 5);
  g_assert_true (gtk_widget_get_visible (bar));
  g_assert_true (quarry_mark_bar_clear (QUARRY_MARK_BAR (bar)));
  g_assert_false (gtk_widget_get_visible (bar));
  g_assert_false (quarry_mark_bar_clear (QUARRY_MARK_BAR (bar)));
  g_object_unref (bar);
}

int
main (int argc, char **argv)
{
  if (!widget_test_init (&argc, &argv))
    return 0;

  g_test_add_func ("/similarity/string", test_similarity_string);
  g_test_add_func ("/similarity/comma", test_similarity_comma);
  g_test_add_func ("/similarity/bar", test_bar);
  g_test_add_func ("/result-row", test_row);
  g_test_add_func ("/result-row/narrow", test_row_narrow);
  g_test_add_func ("/result-row/place", test_row_place);
  g_test_add_func ("/place-label", test_place_label);
  g_test_add_func ("/passage-label", test_passage_label);
  g_test_add_func ("/passage-label/marks", test_passage_label_marks);
  g_test_add_func ("/passage-label/ellipsis", test_passage_label_ellipsis);
  g_test_add_func ("/passage-label/direction", test_passage_label_direction);
  g_test_add_func ("/why", test_why);
  g_test_add_func ("/why-narrow", test_why_narrow);
  g_test_add_func ("/why-large", test_why_large);
  g_test_add_func ("/mark-bar", test_mark_bar);
  return g_test_run ();
}
