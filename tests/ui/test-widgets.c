/* test-widgets.c: the list of results and what it is made of
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Over hits that are made here, without a library.
 */
#include <adwaita.h>
#include <math.h>
#include <string.h>

#include "core/library/quarry-hit-private.h"
#include "tests/ui/next-frame.h"
#include "ui/quarry-hit-markup.h"
#include "ui/quarry-map-private.h"
#include "ui/quarry-mark-bar.h"
#include "ui/quarry-passage-label.h"
#include "ui/quarry-recent-view.h"
#include "ui/quarry-result-row.h"
#include "ui/quarry-results-model.h"
#include "ui/quarry-results-view.h"
#include "ui/quarry-searcher.h"
#include "ui/quarry-settings.h"
#include "ui/quarry-similarity-bar.h"
#include "ui/quarry-title-line.h"
#include "ui/quarry-topic-bar.h"
#include "ui/quarry-why.h"

/* --- Making hits --------------------------------------------------------------------------- */

static QuarryHit *
new_hit (gint64 passage, const char *text)
{
  QuarryHit *hit = quarry_hit_new ();

  hit->passage = passage;
  hit->document = 1;
  hit->rank = hit->fused_rank = 1;
  hit->path = g_strdup ("/papers/oil.pdf");
  hit->title = g_strdup ("The Oil Crisis");
  hit->mime_type = g_strdup ("application/pdf");
  hit->heading = g_new0 (char *, 1);
  hit->text = g_strdup (text);
  hit->sentence.end = strlen (text);
  hit->similarity = 0.71f;
  return hit;
}

static void
add_word (QuarryHit *hit, const char *word, float weight, QuarryMatchKind kind, const char *query)
{
  const char *found = strstr (hit->text, word);
  guint32 start;

  g_assert_nonnull (found);
  start = found - hit->text;
  quarry_hit_add_word (hit, (QuarrySpan) { start, start + strlen (word) }, weight, kind,
                       g_strdup (query));
}

/* (transfer full) hits of the passages @first to @last, in that order. */
static GPtrArray *
new_hits (int first, int last)
{
  GPtrArray *hits = g_ptr_array_new_with_free_func (g_object_unref);

  for (int passage = first; first <= last ? passage <= last : passage >= last;
       passage += first <= last ? 1 : -1)
    {
      g_autofree char *text = g_strdup_printf ("Passage %d of the embargo.", passage);
      QuarryHit *hit = new_hit (passage, text);

      hit->rank = hits->len + 1;
      hit->topic = passage % 3;
      g_ptr_array_add (hits, hit);
    }
  return hits;
}

static GPtrArray *
new_topics (const char *const *labels)
{
  GPtrArray *topics = g_ptr_array_new_with_free_func (g_object_unref);

  for (int i = 0; labels[i]; i++)
    g_ptr_array_add (topics, quarry_topic_item_new (i, labels[i], 3 + i));
  return topics;
}

/* Takes over @hits. */
static QuarryAnswer *
new_answer (GPtrArray *hits)
{
  static const char *const labels[] = { "Embargo", "Prices", "Daily life", NULL };
  g_autoptr (GPtrArray) taken = hits;
  g_autoptr (GPtrArray) topics = new_topics (labels);

  return quarry_answer_new ("embargo", 1, 0.9, taken, topics, NULL);
}

static GListModel *
hits_of (QuarryAnswer *answer)
{
  return quarry_answer_get_hits (answer);
}

/* --- Text ---------------------------------------------------------------------------------- */

static void
test_markup_marks (void)
{
  g_autoptr (QuarryHit) hit = new_hit (1, "In <1973> they \n\t proclaimed an oil embargo & more.");
  g_autoptr (QuarryHitMarkup) markup = NULL;
  g_autofree char *pango = NULL;
  const char *text;
  const GdkRGBA tint = { 0, 0, 1, 1 };

  add_word (hit, "embargo", 0.2f, QUARRY_MATCH_LITERAL, "embargo");
  add_word (hit, "proclaimed", 0.1f, QUARRY_MATCH_MEANING, "begin");
  markup = quarry_hit_markup_new (hit, QUARRY_HIT_MARKUP_ROW, &tint);
  text = quarry_hit_markup_get_text (markup);
  g_assert_cmpstr (text, ==, "In <1973> they proclaimed an oil embargo & more.");

  g_assert_null (quarry_hit_markup_word_at (markup, 0));
  g_assert_cmpstr (quarry_hit_markup_word_at (markup, strstr (text, "procl") - text)->query_word, ==,
                   "begin");
  g_assert_cmpint (quarry_hit_markup_word_at (markup, strstr (text, "mbargo") - text)->kind, ==,
                   QUARRY_MATCH_LITERAL);
  g_assert_null (quarry_hit_markup_word_at (markup, strstr (text, " &") - text));

  pango = quarry_hit_markup_to_pango (markup);
  g_assert_cmpstr (pango, ==,
                   "In &lt;1973&gt; they <span foreground=\"#0000ff\" underline=\"single\">"
                   "proclaimed</span> an oil <b>embargo</b> &amp; more.");
  g_assert_true (pango_parse_markup (pango, -1, 0, NULL, NULL, NULL, NULL));
}

/* The words live with the markup, also after the hit has gone. */
static void
test_markup_outlives_hit (void)
{
  QuarryHit *hit = new_hit (1, "oil embargo");
  g_autoptr (QuarryHitMarkup) markup = NULL;

  add_word (hit, "oil", 0.2f, QUARRY_MATCH_LITERAL, "oil");
  markup = quarry_hit_markup_new (hit, 100, NULL);
  g_object_unref (hit);
  g_assert_cmpstr (quarry_hit_markup_word_at (markup, 1)->query_word, ==, "oil");
}

static void
test_markup_sentence (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (QuarryHit) hit = NULL;
  g_autoptr (QuarryHitMarkup) markup = NULL;
  const char *shown;

  for (int i = 0; i < 12; i++)
    g_string_append (text, "A sentence that says nothing of any use. ");
  g_string_append (text, "Here prices rose.");
  hit = new_hit (1, text->str);
  hit->sentence.start = strstr (text->str, "Here") - text->str;
  hit->sentence.end = text->len;
  markup = quarry_hit_markup_new (hit, QUARRY_HIT_MARKUP_ROW, NULL);
  shown = quarry_hit_markup_get_text (markup);
  g_assert_cmpstr (shown, ==, "… Here prices rose.");
}

/* Of a sentence longer than there is room for, the part with the matching words is shown. */
static void
test_markup_long_sentence (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (QuarryHit) hit = NULL;
  g_autoptr (QuarryHitMarkup) markup = NULL;
  const char *shown;

  for (int i = 0; i < 80; i++)
    g_string_append (text, "und wörter ");
  g_string_append (text, "embargo ");
  for (int i = 0; i < 80; i++)
    g_string_append (text, "noch mehr ");
  hit = new_hit (1, text->str);
  add_word (hit, "embargo", 0.2f, QUARRY_MATCH_LITERAL, "embargo");
  markup = quarry_hit_markup_new (hit, 100, NULL);
  shown = quarry_hit_markup_get_text (markup);
  g_assert_true (g_utf8_validate (shown, -1, NULL));
  g_assert_true (g_str_has_prefix (shown, "… "));
  g_assert_true (g_str_has_suffix (shown, "…"));
  g_assert_nonnull (strstr (shown, "embargo"));
  g_assert_cmpint (strstr (shown, "embargo") - shown, <, 50);
  g_assert_cmpint (g_utf8_strlen (shown, -1), <=, 104);
  g_assert_nonnull (quarry_hit_markup_word_at (markup, strstr (shown, "embargo") - shown));
}

static void
test_markup_heading (void)
{
  g_autoptr (QuarryHit) hit = new_hit (1, "The embargo\nIt began in October.");
  g_autoptr (QuarryHitMarkup) markup = NULL;
  g_autofree char *place = NULL;

  g_strfreev (hit->heading);
  hit->heading = g_strsplit ("The Oil Crisis|Chapter 2|The embargo", "|", -1);
  hit->page = 12;
  markup = quarry_hit_markup_new (hit, QUARRY_HIT_MARKUP_ROW, NULL);
  g_assert_cmpstr (quarry_hit_markup_get_text (markup), ==, "It began in October.");
  place = quarry_hit_format_place (hit);
  g_assert_cmpstr (place, ==, "Chapter 2 › The embargo · p. 12");
}

static void
test_markup_odd (void)
{
  const char *const texts[] = { "", " ", "\n\n", "x", "漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    for (guint room = 1; room < 12; room++)
      {
        g_autoptr (QuarryHit) hit = new_hit (1, texts[i]);
        g_autoptr (QuarryHitMarkup) markup = quarry_hit_markup_new (hit, room, NULL);

        g_assert_true (g_utf8_validate (quarry_hit_markup_get_text (markup), -1, NULL));
      }
}

static void
test_similarity_string (void)
{
  static const struct
  {
    double similarity;
    const char *shown;
  } cases[] = { { 0.71, ".71" },  { 0, ".00" },    { 1, "1.0" },     { 0.999, "1.0" }, { -0.05, "−.05" },
                { -0.001, ".00" }, { 7, "1.0" },   { -1, "−1.0" },   { NAN, ".00" } };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *shown = quarry_similarity_to_string (cases[i].similarity);

      g_assert_cmpstr (shown, ==, cases[i].shown);
    }
}

static void
test_describe (void)
{
  g_autoptr (QuarryHit) hit = new_hit (1, "It began\nin October.");
  g_autofree char *said = NULL;

  g_strfreev (hit->heading);
  hit->heading = g_strsplit ("Chapter 2", "|", -1);
  hit->page = 12;
  said = quarry_hit_describe (hit);
  g_assert_cmpstr (said, ==,
                   "The Oil Crisis, Chapter 2, page 12, similarity 71 percent, It began in October.");
}

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
  int oil, war;

  quarry_topic_colors_update (colors, quarry_answer_get_topics (a));
  oil = quarry_topic_colors_get_color (colors, 0);
  war = quarry_topic_colors_get_color (colors, 2);
  g_assert_cmpint (oil, !=, war);

  /* A topic keeps its colour wherever it stands; a new one gets a free one. */
  quarry_topic_colors_update (colors, quarry_answer_get_topics (b));
  g_assert_cmpint (quarry_topic_colors_get_color (colors, 2), ==, oil);
  g_assert_cmpint (quarry_topic_colors_get_color (colors, 1), ==, war);
  g_assert_cmpint (quarry_topic_colors_get_color (colors, 0), !=, oil);
  g_assert_cmpint (quarry_topic_colors_get_color (colors, 0), !=, war);
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
count_cb (GObject *object, GParamSpec *pspec, gpointer data)
{
  ++*(guint *) data;
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

  g_signal_connect (bar, "notify::active", G_CALLBACK (count_cb), &changes);
  quarry_topic_bar_set_topics (bar, quarry_answer_get_topics (a), colors);
  g_assert_cmpuint (count_chips (GTK_WIDGET (bar)), ==, 4);
  g_assert_null (quarry_topic_bar_get_active (bar));

  /* What is active is known by its name. */
  quarry_topic_bar_set_active (bar, "Oil");
  quarry_topic_bar_set_topics (bar, quarry_answer_get_topics (b), colors);
  g_assert_cmpuint (count_chips (GTK_WIDGET (bar)), ==, 3);
  g_assert_cmpstr (quarry_topic_bar_get_active (bar), ==, "Oil");
  g_assert_cmpuint (changes, ==, 1);

  quarry_topic_bar_set_topics (bar, quarry_answer_get_topics (c), colors);
  g_assert_null (quarry_topic_bar_get_active (bar));
  g_assert_cmpuint (changes, ==, 2);
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

  quarry_results_model_update (model, hits_of (answer), -1, moves, colors);
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

  /* The same passages again: nothing comes or goes. */
  changes = (Changes){ 0 };
  fill (model, colors, 1, 3, FALSE);
  g_assert_cmpuint (changes.n_signals, ==, 0);

  /* Another passage in the place of one that is gone takes over its result. */
  fill (model, colors, 2, 4, FALSE);
  g_assert_true (quarry_results_model_get (model, 0) == two);
  g_assert_true (quarry_results_model_get (model, 1) == three);
  g_assert_true (quarry_results_model_get (model, 2) == one);
  g_assert_cmpint (quarry_result_get_passage (one), ==, 4);
  g_assert_null (quarry_results_model_find (model, 1));
  g_assert_cmpuint (changes.removed, ==, 3);
  g_assert_cmpuint (changes.added, ==, 3);

  /* More and fewer. */
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
  quarry_results_model_update (model, hits_of (answer), 1, FALSE, colors);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, 3);
  g_assert_nonnull (quarry_results_model_find (model, 4));
  g_assert_null (quarry_results_model_find (model, 3));
  g_assert_cmpstr (quarry_result_get_topic (quarry_results_model_find (model, 4)), ==, "Prices");
  g_assert_finalize_object (model);
}

/* --- Widgets ------------------------------------------------------------------------------- */

static void
test_bar (void)
{
  QuarrySimilarityBar *bar = g_object_ref_sink (QUARRY_SIMILARITY_BAR (quarry_similarity_bar_new ()));

  quarry_similarity_bar_set_value (bar, 0.5);
  g_assert_cmpfloat (quarry_similarity_bar_get_value (bar), ==, 0.5);
  quarry_similarity_bar_set_value (bar, NAN);
  g_assert_cmpfloat (quarry_similarity_bar_get_value (bar), ==, 0);
  quarry_similarity_bar_jump (bar, 3);
  g_assert_cmpfloat (quarry_similarity_bar_get_value (bar), ==, 1);
  quarry_similarity_bar_set_topic_color (bar, 2);
  g_assert_true (gtk_widget_has_css_class (GTK_WIDGET (bar), "topic-3"));
  quarry_similarity_bar_set_topic_color (bar, -1);
  g_assert_false (gtk_widget_has_css_class (GTK_WIDGET (bar), "topic-3"));
  g_assert_finalize_object (bar);
}

static GtkWidget *
find_label (GtkWidget *widget, const char *text)
{
  if (GTK_IS_LABEL (widget) && strcmp (gtk_label_get_label (GTK_LABEL (widget)), text) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_label (child, text);

      if (found)
        return found;
    }
  return NULL;
}

static GtkWidget *
show (GtkWidget *widget, int width, int height)
{
  GtkWidget *window = gtk_window_new ();

  gtk_window_set_default_size (GTK_WINDOW (window), width, height);
  gtk_window_set_child (GTK_WINDOW (window), widget);
  gtk_window_present (GTK_WINDOW (window));
  next_frame (window);
  return window;
}

static void
test_row (void)
{
  g_autoptr (QuarryHit) hit = new_hit (1, "In October they proclaimed an oil embargo.");
  g_autoptr (QuarryHit) other = new_hit (2, "Cubism.");
  g_autoptr (QuarryResult) result = quarry_result_new ();
  GtkWidget *row = g_object_ref_sink (quarry_result_row_new ());
  GtkWidget *list = gtk_list_box_new ();
  GtkWidget *window;

  add_word (hit, "proclaimed", 0.1f, QUARRY_MATCH_MEANING, "begin");
  hit->duplicates = 2;
  quarry_result_set (result, hit, 0, "Embargo", 0, 3);
  quarry_result_row_set_result (QUARRY_RESULT_ROW (row), result);
  quarry_result_row_refresh (QUARRY_RESULT_ROW (row));
  gtk_list_box_append (GTK_LIST_BOX (list), row);
  window = show (list, 400, 200);
  gtk_test_accessible_assert_property (
      row, GTK_ACCESSIBLE_PROPERTY_LABEL,
      "The Oil Crisis, similarity 71 percent, In October they proclaimed an oil embargo.");
  g_assert_nonnull (find_label (row, "The Oil Crisis"));
  g_assert_nonnull (find_label (row, ".71"));
  g_assert_nonnull (find_label (row, "2 near-duplicates"));
  g_assert_nonnull (find_label (row, "Embargo"));
  g_assert_nonnull (find_label (row, "▲3"));

  quarry_result_row_set_why (QUARRY_RESULT_ROW (row), TRUE);
  g_assert_true (quarry_result_row_get_why (QUARRY_RESULT_ROW (row)));
  g_assert_nonnull (find_label (row, "by meaning, for “begin”"));

  /* Another passage closes the reasons; until it is refreshed the row stays as it is. */
  quarry_result_set (result, other, 0, "", -1, 0);
  g_assert_true (quarry_result_row_get_why (QUARRY_RESULT_ROW (row)));
  quarry_result_row_refresh (QUARRY_RESULT_ROW (row));
  g_assert_false (quarry_result_row_get_why (QUARRY_RESULT_ROW (row)));
  quarry_result_row_restyle (QUARRY_RESULT_ROW (row));
  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_finalize_object (row);
}

static void
test_title_line (void)
{
  GtkWidget *line = g_object_ref_sink (quarry_title_line_new ());
  GtkWidget *window;
  GtkWidget *title, *place, *page;

  quarry_title_line_set (QUARRY_TITLE_LINE (line), "A title that is long enough to need much room",
                         "A chapter of a part of a book of some length", "p. 12");
  window = show (line, 300, 60);
  title = gtk_widget_get_first_child (line);
  place = gtk_widget_get_next_sibling (title);
  page = gtk_widget_get_next_sibling (place);
  g_assert_cmpint (gtk_widget_get_width (title), >, gtk_widget_get_width (place));
  g_assert_cmpint (gtk_widget_get_width (title) + gtk_widget_get_width (place)
                       + gtk_widget_get_width (page),
                   <=, gtk_widget_get_width (line));
  g_assert_false (pango_layout_is_ellipsized (gtk_label_get_layout (GTK_LABEL (page))));

  quarry_title_line_set (QUARRY_TITLE_LINE (line), "Short", "Chapter", "");
  next_frame (window);
  g_assert_false (pango_layout_is_ellipsized (gtk_label_get_layout (GTK_LABEL (title))));
  g_assert_false (pango_layout_is_ellipsized (gtk_label_get_layout (GTK_LABEL (place))));
  g_assert_false (gtk_widget_get_visible (page));
  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_finalize_object (line);
}

static void
test_passage_label (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (QuarryHit) hit = NULL;
  GtkWidget *label = g_object_ref_sink (quarry_passage_label_new ());
  int narrow, wide, short_text;

  for (int i = 0; i < 30; i++)
    g_string_append (text, "words upon words ");
  hit = new_hit (1, text->str);
  quarry_passage_label_take_markup (QUARRY_PASSAGE_LABEL (label), quarry_hit_markup_new (hit, 300, NULL));
  gtk_widget_measure (label, GTK_ORIENTATION_VERTICAL, 200, &narrow, NULL, NULL, NULL);
  gtk_widget_measure (label, GTK_ORIENTATION_VERTICAL, 1400, &wide, NULL, NULL, NULL);
  g_assert_cmpint (narrow, >, wide);

  g_clear_object (&hit);
  hit = new_hit (1, "A");
  quarry_passage_label_take_markup (QUARRY_PASSAGE_LABEL (label), quarry_hit_markup_new (hit, 300, NULL));
  gtk_widget_measure (label, GTK_ORIENTATION_VERTICAL, 200, &short_text, NULL, NULL, NULL);
  g_assert_cmpint (narrow, >=, 3 * short_text);
  g_assert_cmpint (narrow, <=, 4 * short_text);
  gtk_test_accessible_assert_property (label, GTK_ACCESSIBLE_PROPERTY_LABEL, "A");
  g_assert_finalize_object (label);
}

static void
test_why (void)
{
  g_autoptr (QuarryHit) hit = new_hit (1, "embargo Embargo prices");
  QuarryWhy *why = g_object_ref_sink (QUARRY_WHY (quarry_why_new ()));

  quarry_hit_add_word (hit, (QuarrySpan) { 0, 7 }, 0.1f, QUARRY_MATCH_LITERAL, g_strdup ("embargo"));
  quarry_hit_add_word (hit, (QuarrySpan) { 8, 15 }, 0.1f, QUARRY_MATCH_LITERAL, g_strdup ("embargo"));
  quarry_hit_add_word (hit, (QuarrySpan) { 16, 22 }, 0.05f, QUARRY_MATCH_MEANING, g_strdup ("cost"));
  hit->rank = 2;
  hit->fused_rank = 5;
  hit->avoided_rank = 1;
  hit->dense_rank = 3;
  quarry_why_set_hit (why, hit);
  /* Twice the same word is one line, with both shares. */
  g_assert_nonnull (find_label (GTK_WIDGET (why), ".20"));
  g_assert_nonnull (find_label (GTK_WIDGET (why), "by meaning, for “cost”"));
  g_assert_nonnull (find_label (
      GTK_WIDGET (why), "No. 3 by meaning · Not found by words · Variety moved it up from 5 to 2 · Of those "
                        "above most like No. 1"));
  g_assert_null (find_label (GTK_WIDGET (why), "all other words"));

  /* What is not shown is said in one line: of words too weak, and of those there is no room for. */
  hit->rest = 0.02f;
  for (guint i = 0; i < 6; i++)
    quarry_hit_add_word (hit, (QuarrySpan) { 16 + i, 22 }, 0.03f, QUARRY_MATCH_MEANING,
                         g_strdup ("cost"));
  quarry_why_set_hit (why, hit);
  g_assert_nonnull (find_label (GTK_WIDGET (why), "all other words"));
  g_assert_nonnull (find_label (GTK_WIDGET (why), ".05"));
  g_assert_true (gtk_widget_get_visible (find_label (GTK_WIDGET (why), ".05")));
  hit->rest = -0.031f;
  quarry_why_set_hit (why, hit);
  g_assert_false (gtk_widget_get_visible (find_label (GTK_WIDGET (why), "all other words")));
  g_assert_finalize_object (why);
}

static void
count_once (guint *n)
{
  ++*n;
}

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

static void
test_view_selection (void)
{
  QuarryResultsView *view = g_object_ref_sink (QUARRY_RESULTS_VIEW (quarry_results_view_new ()));
  GtkWidget *window = show (GTK_WIDGET (view), 500, 600);

  g_assert_cmpint (selected (view), ==, 0);
  quarry_results_view_move (view, 1);

  /* The first hit, until a person chooses. */
  update (view, new_hits (1, 10), QUARRY_SEARCH_CHANGED_QUERY);
  g_assert_cmpint (selected (view), ==, 1);
  update (view, new_hits (5, 14), QUARRY_SEARCH_CHANGED_QUERY);
  g_assert_cmpint (selected (view), ==, 5);
  next_frame (window);

  /* The chosen one, while it is a hit. */
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
find_type (GtkWidget *widget, GType type, guint *skip)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type) && (*skip)-- == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_type (child, type, skip);

      if (found)
        return found;
    }
  return NULL;
}

static GtkWidget *
nth_row (QuarryResultsView *view, guint n)
{
  return find_type (GTK_WIDGET (view), QUARRY_TYPE_RESULT_ROW, &n);
}

/* A hit that stays keeps its row, and stands in the order of the hits. */
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

/* What is shown of rows out of sight comes later, but comes. */
static void
test_view_rows_out_of_sight (void)
{
  QuarryResultsView *view = g_object_ref_sink (QUARRY_RESULTS_VIEW (quarry_results_view_new ()));
  GtkWidget *window = show (GTK_WIDGET (view), 500, 300);

  update (view, new_hits (1, 40), QUARRY_SEARCH_CHANGED_QUERY);
  for (int i = 0; i < 1000; i++)
    g_main_context_iteration (NULL, FALSE);
  gtk_test_accessible_assert_property (nth_row (view, 39), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "The Oil Crisis, similarity 71 percent, "
                                       "Passage 40 of the embargo.");
  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_finalize_object (view);
}

static void
test_view_topic (void)
{
  QuarryResultsView *view = g_object_ref_sink (QUARRY_RESULTS_VIEW (quarry_results_view_new ()));
  GtkWidget *window = show (GTK_WIDGET (view), 500, 600);
  guint skip = 2, changes = 0;

  g_signal_connect (view, "notify::topic", G_CALLBACK (count_cb), &changes);
  update (view, new_hits (1, 9), QUARRY_SEARCH_CHANGED_QUERY);
  g_assert_false (quarry_results_view_widen (view));
  gtk_toggle_button_set_active (
      GTK_TOGGLE_BUTTON (find_type (GTK_WIDGET (view), GTK_TYPE_TOGGLE_BUTTON, &skip)), TRUE);
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

/* Hits of the passages 1 to 12 with places on the map; the first 4 are hits. */
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
  GtkWidget *window = gtk_window_new ();
  QuarryMap *map = QUARRY_MAP (quarry_map_new ());
  g_autoptr (QuarryResultsModel) results = quarry_results_model_new ();
  g_autoptr (QuarryTopicColors) colors = quarry_topic_colors_new ();
  g_autoptr (GPtrArray) hits = new_hits (1, 12), others = NULL;
  g_autoptr (GListModel) candidates = new_map_candidates (hits), fewer = NULL;
  g_autoptr (QuarryAnswer) shown = new_answer (new_hits (1, 4));
  g_autoptr (QuarryHit) picked = NULL;
  double x, y, x2, y2;

  gtk_window_set_default_size (GTK_WINDOW (window), 400, 400);
  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (map));
  g_signal_connect (map, "picked", G_CALLBACK (picked_cb), &picked);
  gtk_window_present (GTK_WINDOW (window));
  next_frame (window);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (map), GTK_ACCESSIBLE_PROPERTY_LABEL, "Map");

  quarry_topic_colors_update (colors, quarry_answer_get_topics (shown));
  quarry_results_model_update (results, hits_of (shown), -1, FALSE, colors);
  quarry_map_update (map, candidates, results, colors, -1);
  next_frame (window);
  g_assert_cmpuint (map->points->len, ==, 12);
  g_assert_cmpuint (g_array_index (map->points, QuarryMapPoint, 2).number, ==, 3);
  g_assert_cmpuint (g_array_index (map->points, QuarryMapPoint, 6).number, ==, 0);

  /* Straight up, and the farther the less similar. */
  g_assert_true (quarry_map_get_place (map, 1, &x, &y));
  g_assert_cmpfloat_with_epsilon (x, gtk_widget_get_width (GTK_WIDGET (map)) / 2.0, .01);
  g_assert_cmpfloat (y, <, gtk_widget_get_height (GTK_WIDGET (map)) / 2.0);
  for (int passage = 2; passage <= 12; passage++)
    g_assert_cmpfloat (distance_from_centre (map, passage) + 1e-6, >=,
                       distance_from_centre (map, passage - 1));
  g_assert_cmpfloat (distance_from_centre (map, 5), >, distance_from_centre (map, 1));

  /* By keys: the first, then what lies that way. */
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

  /* What is gone has no place any more; another topic's points cannot be reached by keys. */
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

/* A candidate that is no hit stays selected while it is on the map, and no longer. */
static void
test_view_map (void)
{
  g_autoptr (GPtrArray) hits = new_hits (1, 4), all = new_hits (1, 8);
  g_autoptr (GPtrArray) topics = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GListModel) places = new_map_candidates (all);
  g_autoptr (QuarryAnswer) answer = quarry_answer_new ("q", 1, 1, hits, topics, all);
  QuarryResultsView *view = QUARRY_RESULTS_VIEW (g_object_ref_sink (quarry_results_view_new ()));
  QuarryMap *map = NULL;
  GtkWidget *window = gtk_window_new ();
  GtkWidget *widget = NULL;

  gtk_window_set_child (GTK_WINDOW (window), GTK_WIDGET (view));
  gtk_window_present (GTK_WINDOW (window));
  quarry_results_view_set_map (view, TRUE);
  next_frame (window);
  quarry_results_view_update (view, answer, QUARRY_SEARCH_CHANGED_QUERY, NULL);
  g_assert_true (quarry_results_view_get_map (view));
  g_assert_cmpint (quarry_hit_get_passage (quarry_results_view_get_selected (view)), ==, 1);
  for (widget = gtk_widget_get_last_child (GTK_WIDGET (view)); widget && !map;
       widget = gtk_widget_get_last_child (widget))
    map = QUARRY_IS_MAP (widget) ? QUARRY_MAP (widget) : NULL;
  g_assert_nonnull (map);
  g_signal_emit_by_name (map, "picked", all->pdata[6]);
  g_assert_cmpint (quarry_hit_get_passage (quarry_results_view_get_selected (view)), ==, 7);
  quarry_results_view_update (view, answer, QUARRY_SEARCH_CHANGED_VARIETY, NULL);
  g_assert_cmpint (quarry_hit_get_passage (quarry_results_view_get_selected (view)), ==, 7);
  quarry_results_view_set_map (view, FALSE);
  g_assert_cmpint (quarry_hit_get_passage (quarry_results_view_get_selected (view)), ==, 1);
  gtk_window_destroy (GTK_WINDOW (window));
  g_object_unref (view);
}

static void
removed_cb (QuarryMarkBar *bar, gint64 passage, gpointer user_data)
{
  *(gint64 *) user_data = passage;
}

/* A pill a passage, whichever way it was marked last; one click takes it back. */
static void
test_mark_bar (void)
{
  GtkWidget *bar = g_object_ref_sink (quarry_mark_bar_new ());
  GtkWidget *box = NULL, *pill;
  gint64 removed = 0;

  g_signal_connect (bar, "removed", G_CALLBACK (removed_cb), &removed);
  g_assert_false (gtk_widget_get_visible (bar));
  quarry_mark_bar_add (QUARRY_MARK_BAR (bar), 5, "The Oil Crisis", TRUE);
  quarry_mark_bar_add (QUARRY_MARK_BAR (bar), 6, "Cubism", FALSE);
  quarry_mark_bar_add (QUARRY_MARK_BAR (bar), 5, "The Oil Crisis", FALSE);
  g_assert_true (gtk_widget_get_visible (bar));
  for (box = gtk_widget_get_first_child (bar); !GTK_IS_BOX (box); box = gtk_widget_get_first_child (box))
    ;
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

/* A line above the hits whose link undoes what it says. */
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
  g_signal_connect_swapped (view, "notice-link", G_CALLBACK (count_once), &followed);
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

static void
test_recent_without_library (void)
{
  QuarryRecentView *view = g_object_ref_sink (QUARRY_RECENT_VIEW (quarry_recent_view_new ()));

  quarry_recent_view_set_library (view, NULL);
  quarry_recent_view_set_writable (view, FALSE);
  g_assert_finalize_object (view);
}

/* Without a schema, and with keys that it lacks, the defaults hold. */
static void
test_settings (void)
{
  g_assert_cmpfloat (quarry_settings_get_double ("no-such-key", 0.25), ==, 0.25);
  quarry_settings_set_double ("no-such-key", 1);
  g_assert_cmpint (quarry_settings_get_int ("no-such-key", 7), ==, 7);
  quarry_settings_set_int ("no-such-key", 1);
  g_assert_true (quarry_settings_get_boolean ("no-such-key", TRUE));
  quarry_settings_set_boolean ("no-such-key", FALSE);
  if (quarry_settings_get ())
    {
      quarry_settings_set_double ("variety", 0.25);
      g_assert_cmpfloat (quarry_settings_get_double ("variety", 0.75), ==, 0.25);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (!gtk_init_check ())
    {
      g_print ("1..0 # SKIP no display\n");
      return 0;
    }
  adw_init ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);

  g_test_add_func ("/hit-markup/marks", test_markup_marks);
  g_test_add_func ("/hit-markup/outlives-hit", test_markup_outlives_hit);
  g_test_add_func ("/hit-markup/sentence", test_markup_sentence);
  g_test_add_func ("/hit-markup/long-sentence", test_markup_long_sentence);
  g_test_add_func ("/hit-markup/heading", test_markup_heading);
  g_test_add_func ("/hit-markup/odd", test_markup_odd);
  g_test_add_func ("/similarity/string", test_similarity_string);
  g_test_add_func ("/similarity/bar", test_bar);
  g_test_add_func ("/hit/describe", test_describe);
  g_test_add_func ("/topics/colors", test_topic_colors);
  g_test_add_func ("/topics/bar", test_topic_bar);
  g_test_add_func ("/results-model/in-place", test_model_in_place);
  g_test_add_func ("/results-model/moves", test_model_moves);
  g_test_add_func ("/results-model/topic", test_model_topic);
  g_test_add_func ("/result-row", test_row);
  g_test_add_func ("/title-line", test_title_line);
  g_test_add_func ("/passage-label", test_passage_label);
  g_test_add_func ("/why", test_why);
  g_test_add_func ("/results-view/selection", test_view_selection);
  g_test_add_func ("/results-view/rows", test_view_rows);
  g_test_add_func ("/results-view/rows-out-of-sight", test_view_rows_out_of_sight);
  g_test_add_func ("/results-view/topic", test_view_topic);
  g_test_add_func ("/map", test_map);
  g_test_add_func ("/mark-bar", test_mark_bar);
  g_test_add_func ("/results-view/map", test_view_map);
  g_test_add_func ("/results-view/notice", test_view_notice);
  g_test_add_func ("/recent-view/no-library", test_recent_without_library);
  g_test_add_func ("/settings", test_settings);
  return g_test_run ();
}
