/* test-reader.c: the reader, and the strip beside it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <stdio.h>
#include <string.h>
#include <glib/gstdio.h>

#include "core/store/quarry-store-private.h"
#include "tests/ui/library-fixture.h"
#include "tests/ui/widget-helpers.h"
#include "ui/reader/quarry-document-view.h"
#include "ui/reader/quarry-page-canvas.h"
#include "ui/reader/quarry-page-view.h"
#include "ui/reader/quarry-reader.h"
#include "ui/reader/quarry-segment-strip.h"
#include "ui/widgets/quarry-place-label.h"
#include "ui/widgets/quarry-shown-path.h"

/* --- Strip --------------------------------------------------------------------------------- */

static void
jumped_cb (QuarrySegmentStrip *strip, guint segment, double fraction, guint *got)
{
  *got = segment;
}

static void
test_strip (void)
{
  static const QuarrySpan segments[3] = { { 0, 100 }, { 100, 110 }, { 110, 1000 } };
  static const char *const labels[3] = { "one", NULL, "three" };
  static const char *const chapters[3] = { "Start", NULL, "End" };
  static const float similarities[3] = { .1f, -.2f, .7f };
  GtkWidget *strip = quarry_segment_strip_new ();
  QuarrySegmentStrip *self = QUARRY_SEGMENT_STRIP (strip);
  GtkWidget *window;
  int height, last = -1;

  quarry_segment_strip_set_segments (self, segments, 3);
  g_assert_cmpuint (quarry_segment_strip_get_n_segments (self), ==, 3);
  quarry_segment_strip_set_labels (self, labels);
  quarry_segment_strip_set_chapters (self, chapters);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (strip), GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, "Start › one");
  quarry_segment_strip_set_similarities (self, similarities, 2); /* not one value for each segment, so ignored */
  quarry_segment_strip_set_similarities (self, similarities, 3);
  quarry_segment_strip_set_view (self, (QuarrySpan) { 50, 300 });
  quarry_segment_strip_set_passage (self, (QuarrySpan) { 100, 110 });
  window = show (strip, 480, 600);

  height = gtk_widget_get_height (strip);
  g_assert_cmpint (quarry_segment_strip_segment_at (self, -1), ==, -1);
  g_assert_cmpint (quarry_segment_strip_segment_at (self, height + 1), ==, -1);
  g_assert_cmpint (quarry_segment_strip_segment_at (self, 0), ==, 0);
  g_assert_cmpint (quarry_segment_strip_segment_at (self, height - 1), ==, 2);
  for (int y = 0; y < height; y++)
    {
      int at = quarry_segment_strip_segment_at (self, y);

      g_assert_cmpint (at, >=, last);
      g_assert_cmpint (at, <=, last + 1); /* none is too short to be clicked */
      last = at;
    }
  gtk_test_accessible_assert_role (GTK_ACCESSIBLE (strip), GTK_ACCESSIBLE_ROLE_SLIDER);
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (strip),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Segments");

  quarry_segment_strip_set_segments (self, NULL, 0);
  g_assert_cmpint (quarry_segment_strip_segment_at (self, 3), ==, -1);
  next_frame (strip);
  g_object_add_weak_pointer (G_OBJECT (strip), (gpointer *) &strip);
  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_null (strip);
}

static void
test_strip_many (void)
{
  g_autofree QuarrySpan *segments = g_new (QuarrySpan, 5000);
  g_autofree float *similarities = g_new0 (float, 5000);
  GtkWidget *strip = quarry_segment_strip_new ();
  GtkWidget *window;

  for (guint i = 0; i < 5000; i++)
    segments[i] = (QuarrySpan) { i * 10, i * 10 + 10 };
  quarry_segment_strip_set_segments (QUARRY_SEGMENT_STRIP (strip), segments, 5000);
  quarry_segment_strip_set_similarities (QUARRY_SEGMENT_STRIP (strip), similarities, 5000);
  window = show (strip, 480, 600);
  g_assert_cmpint (quarry_segment_strip_segment_at (QUARRY_SEGMENT_STRIP (strip),
                                                    gtk_widget_get_height (strip) - .01),
                   ==,
                   4999);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* However little of a long document is in view, the frame is high enough to be seen, and inside the strip. */
static void
test_strip_small_frame (void)
{
  g_autofree QuarrySpan *segments = g_new (QuarrySpan, 3000);
  const guint32 places[] = { 0, 1500, 2999 };
  GtkWidget *strip = quarry_segment_strip_new ();
  GtkWidget *window;

  for (guint i = 0; i < 3000; i++)
    segments[i] = (QuarrySpan) { i * 10, i * 10 + 10 };
  quarry_segment_strip_set_segments (QUARRY_SEGMENT_STRIP (strip), segments, 3000);
  window = show (strip, 480, 600);
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autoptr (GBytes) painted = NULL;
      const char *outline;
      double x, y, width, height;

      quarry_segment_strip_set_view (QUARRY_SEGMENT_STRIP (strip), segments[places[i]]);
      next_frame (window);
      painted = paint_to_bytes (strip);
      outline = g_strstr_len (g_bytes_get_data (painted, NULL), (gssize) g_bytes_get_size (painted), "outline:");
      g_assert_nonnull (outline);
      g_assert_cmpint (sscanf (outline, "outline: %lf %lf %lf %lf", &x, &y, &width, &height), ==, 4);
      g_assert_cmpfloat (height, >=, 12);
      g_assert_cmpfloat (height, <=, 20);
      g_assert_cmpfloat (y, >=, 0);
      g_assert_cmpfloat (y + height, <=, gtk_widget_get_height (strip) + .01);
      g_assert_cmpfloat (y, <=, places[i] / 3000. * gtk_widget_get_height (strip) + .01);
    }
  gtk_window_destroy (GTK_WINDOW (window));
}

/* Its frame says which part of the document is in view; where all of it is, there is none. */
static void
test_strip_frame (void)
{
  const QuarrySpan segments[] = { { 0, 100 }, { 100, 200 } };
  GtkWidget *strip = quarry_segment_strip_new ();
  GtkWidget *window;
  g_autoptr (GBytes) plain = NULL, whole = NULL, part = NULL;

  quarry_segment_strip_set_segments (QUARRY_SEGMENT_STRIP (strip), segments, 2);
  window = show (strip, 480, 600);
  plain = paint_to_bytes (strip);
  quarry_segment_strip_set_view (QUARRY_SEGMENT_STRIP (strip), (QuarrySpan) { 0, 200 });
  next_frame (window);
  whole = paint_to_bytes (strip);
  quarry_segment_strip_set_view (QUARRY_SEGMENT_STRIP (strip), (QuarrySpan) { 0, 199 });
  next_frame (window);
  part = paint_to_bytes (strip);
  g_assert_true (g_bytes_equal (plain, whole));
  g_assert_false (g_bytes_equal (plain, part));
  gtk_window_destroy (GTK_WINDOW (window));
}

/* --- Reader -------------------------------------------------------------------------------- */

static QuarryHit *
find_hit (LibraryFixture *fixture, const char *query)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryAnswer) answer = quarry_library_search (fixture->library, query, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (quarry_answer_get_hits (answer)), >, 0);
  return g_list_model_get_item (quarry_answer_get_hits (answer), 0);
}

/* Who wrote a document, and what it says that it is about. */
static void
test_origin (LibraryFixture *fixture, gconstpointer data)
{
  GtkWidget *reader = quarry_reader_new ();
  GtkWidget *origin = find_template_child (reader, "origin");
  GtkWidget *window = show (reader, 480, 600);
  g_autoptr (QuarryHit) stated = NULL;
  g_autoptr (QuarryHit) silent = NULL;

  add_document (fixture, "ships.html",
                "<html><head><title>Ships</title><meta name=\"author\" content=\"Anna &lt;b&gt; Brandt\">"
                "<meta name=\"keywords\" content=\"masts, wind\"></head><body>A schooner carries sails.</body></html>");
  add_document (fixture, "bees.txt", "Honeybees gather nectar.");
  stated = find_hit (fixture, "schooner");
  silent = find_hit (fixture, "honeybees");
  quarry_reader_set_library (QUARRY_READER (reader), fixture->library);
  quarry_reader_show_hit (QUARRY_READER (reader), stated);
  wait_for (g_strcmp0 (gtk_label_get_text (GTK_LABEL (origin)), "Anna <b> Brandt · masts, wind") == 0);
  g_assert_true (gtk_widget_get_visible (origin));
  quarry_reader_show_hit (QUARRY_READER (reader), silent);
  wait_for (!gtk_widget_get_visible (origin));
  destroy_window (window, reader);
}

static void
test_reader (LibraryFixture *fixture, gconstpointer data)
{
  GtkWidget *reader = quarry_reader_new ();
  GtkWidget *view = find_widget (reader, QUARRY_TYPE_DOCUMENT_VIEW);
  GtkWidget *strip = find_widget (reader, QUARRY_TYPE_SEGMENT_STRIP);
  GtkStack *stack = GTK_STACK (find_template_child (reader, "stack"));
  GtkWidget *window = show (reader, 480, 600);
  g_autoptr (QuarryHit) hit = NULL;
  g_autoptr (QuarryHit) other = NULL;
  g_autofree char *shown = NULL;
  g_autofree char *place = NULL;
  guint jumped = G_MAXUINT;
  QuarrySpan passage;

  add_document (fixture, "crafts.md", crafts_text);
  hit = find_hit (fixture, "kneading dough for bread");

  quarry_reader_set_library (QUARRY_READER (reader), fixture->library);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (stack), ==, "empty");
  quarry_reader_set_query (QUARRY_READER (reader), "kneading dough");
  quarry_reader_show_hit (QUARRY_READER (reader), hit);
  g_assert_true (quarry_reader_get_hit (QUARRY_READER (reader)) == hit);
  /* Until the document is loaded, the reader shows that it is loading, not that there is nothing. */
  g_assert_cmpstr (gtk_stack_get_visible_child_name (stack), ==, "loading");
  wait_for (g_str_equal (gtk_stack_get_visible_child_name (stack), "document"));

  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (find_template_child (reader, "title"))),
                   ==,
                   quarry_hit_get_title (hit));
  place = g_strdup (quarry_place_label_get_text (QUARRY_PLACE_LABEL (find_template_child (reader, "place"))));
  g_assert_true (g_str_has_suffix (place, " · crafts.md"));
  shown = buffer_text (view);
  g_assert_nonnull (strstr (shown, "•  a veil keeps stings away"));
  g_assert_nonnull (strstr (shown, "Kneading develops gluten."));
  g_assert_cmpuint (quarry_segment_strip_get_n_segments (QUARRY_SEGMENT_STRIP (strip)), >, 0);

  /* The passage is scrolled into view after the next frame. */
  next_frame (view);
  next_frame (view);
  passage = quarry_document_view_get_visible (QUARRY_DOCUMENT_VIEW (view));
  g_assert_cmpuint (passage.end, >, quarry_hit_get_bytes (hit).start);

  g_signal_connect (strip, "jump", G_CALLBACK (jumped_cb), &jumped);
  g_signal_emit_by_name (strip, "jump", 0u, 0.0);
  g_assert_cmpuint (jumped, ==, 0);

  /* Another passage of the same document is shown without loading again. */
  other = find_hit (fixture, "honeybees queen hive");
  g_assert_cmpint (quarry_hit_get_document (other), ==, quarry_hit_get_document (hit));
  quarry_reader_show_hit (QUARRY_READER (reader), other);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (stack), ==, "document");

  quarry_reader_show_hit (QUARRY_READER (reader), NULL);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (stack), ==, "empty");
  settle (50);

  destroy_window (window, reader);
}

/* A text without headings or a title: the reader shows its folder as its place, and its format only once. */
static void
test_reader_plain (LibraryFixture *fixture, gconstpointer data)
{
  GtkWidget *reader = quarry_reader_new ();
  GtkStack *stack = GTK_STACK (find_template_child (reader, "stack"));
  GtkWidget *window = show (reader, 480, 600);
  g_autoptr (QuarryHit) hit = NULL;
  g_autofree char *folder = NULL;

  add_document (fixture, "tea.txt", "Leaves of tea are rolled, and dried over a slow fire of pine.\n");
  hit = find_hit (fixture, "leaves of tea");
  quarry_reader_set_library (QUARRY_READER (reader), fixture->library);
  quarry_reader_show_hit (QUARRY_READER (reader), hit);
  wait_for (g_str_equal (gtk_stack_get_visible_child_name (stack), "document"));
  folder = quarry_shown_folder (quarry_hit_get_path (hit));
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (find_template_child (reader, "title"))), ==, "tea.txt");
  g_assert_cmpstr (quarry_place_label_get_text (QUARRY_PLACE_LABEL (find_template_child (reader, "place"))), ==, folder);
  destroy_window (window, reader);
}

static void
test_shown_path (void)
{
  g_autofree char *inside = g_build_filename (g_get_home_dir (), "Notes", "tea.md", NULL);
  g_autofree char *beside = g_strconcat (g_get_home_dir (), "-old/tea.md", NULL);
  const char *const cases[][2] = { { inside, "~/Notes/tea.md" },
                                   { g_get_home_dir (), "~" },
                                   { beside, beside },
                                   { "/srv/tea.md", "/srv/tea.md" } };
  g_autofree char *folder = quarry_shown_folder (inside);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *shown = quarry_shown_path (cases[i][0]);

      g_assert_cmpstr (shown, ==, cases[i][1]);
    }
  g_assert_cmpstr (folder, ==, "~/Notes");
}

static void
test_reader_granularity (LibraryFixture *fixture, gconstpointer data)
{
  GtkWidget *reader = quarry_reader_new ();
  GtkWidget *strip = find_widget (reader, QUARRY_TYPE_SEGMENT_STRIP);
  GtkStack *stack = GTK_STACK (find_template_child (reader, "stack"));
  GtkRevealer *revealer = GTK_REVEALER (find_template_child (reader, "preview_revealer"));
  GtkWidget *window = show (reader, 480, 600);
  GtkAdjustment *coarseness = NULL;
  g_autoptr (QuarryHit) hit = NULL;
  guint n, n_fine;

  add_document (fixture, "crafts.md", crafts_text);
  hit = find_hit (fixture, "kneading dough for bread");
  quarry_reader_set_library (QUARRY_READER (reader), fixture->library);
  quarry_reader_show_hit (QUARRY_READER (reader), hit);
  wait_for (g_str_equal (gtk_stack_get_visible_child_name (stack), "document"));
  n = quarry_segment_strip_get_n_segments (QUARRY_SEGMENT_STRIP (strip));
  g_assert_false (gtk_revealer_get_reveal_child (revealer));

  coarseness = gtk_range_get_adjustment (GTK_RANGE (find_widget (reader, GTK_TYPE_SCALE)));
  gtk_adjustment_set_value (coarseness, 0);
  wait_for (gtk_revealer_get_reveal_child (revealer));
  n_fine = quarry_segment_strip_get_n_segments (QUARRY_SEGMENT_STRIP (strip));
  g_assert_cmpuint (n_fine, >=, n);

  /* "Reset" goes back to the cut that is stored. */
  g_signal_emit_by_name (find_template_child (reader, "reset_button"), "clicked");
  g_assert_false (gtk_revealer_get_reveal_child (revealer));
  g_assert_cmpuint (quarry_segment_strip_get_n_segments (QUARRY_SEGMENT_STRIP (strip)), ==, n);

  /* "Use" stores the new cut in the library. */
  gtk_adjustment_set_value (coarseness, 0);
  wait_for (gtk_revealer_get_reveal_child (revealer));
  g_signal_emit_by_name (find_template_child (reader, "keep_button"), "clicked");
  wait_for (!gtk_revealer_get_reveal_child (revealer));
  g_assert_cmpuint (quarry_segment_strip_get_n_segments (QUARRY_SEGMENT_STRIP (strip)), ==, n_fine);
  g_assert_cmpfloat (gtk_adjustment_get_value (coarseness), ==, 0);

  destroy_window (window, reader);
}

/* Where the slider changes nothing, there is nothing to keep. */
static void
test_reader_same_cut (LibraryFixture *fixture, gconstpointer data)
{
  GtkWidget *reader = quarry_reader_new ();
  GtkStack *stack = GTK_STACK (find_template_child (reader, "stack"));
  GtkRevealer *revealer = GTK_REVEALER (find_template_child (reader, "preview_revealer"));
  GtkWidget *keep = find_template_child (reader, "keep_button");
  GtkWidget *window = show (reader, 480, 600);
  GtkAdjustment *coarseness = gtk_range_get_adjustment (GTK_RANGE (find_widget (reader, GTK_TYPE_SCALE)));
  g_autoptr (QuarryHit) whole = NULL, short_one = NULL;

  add_document (fixture, "crafts.md", crafts_text);
  add_document (fixture, "short.txt", "Lighthouses warn ships of rocks.\n");
  short_one = find_hit (fixture, "lighthouses");
  quarry_reader_set_library (QUARRY_READER (reader), fixture->library);
  quarry_reader_show_hit (QUARRY_READER (reader), short_one);
  wait_for (g_str_equal (gtk_stack_get_visible_child_name (stack), "document"));
  gtk_adjustment_set_value (coarseness, 1);
  wait_for (gtk_revealer_get_reveal_child (revealer));
  g_assert_nonnull (find_label (reader, "1 segment, as before"));
  g_assert_false (gtk_widget_get_sensitive (keep));

  whole = find_hit (fixture, "kneading dough for bread");
  quarry_reader_show_hit (QUARRY_READER (reader), whole);
  wait_for (g_str_equal (gtk_stack_get_visible_child_name (stack), "document") && !gtk_revealer_get_reveal_child (revealer));
  gtk_adjustment_set_value (coarseness, 0);
  wait_for (gtk_revealer_get_reveal_child (revealer));
  g_assert_true (gtk_widget_get_sensitive (keep));
  destroy_window (window, reader);
}

static void
test_reader_gone (LibraryFixture *fixture, gconstpointer data)
{
  GtkWidget *reader = g_object_ref_sink (quarry_reader_new ());
  GtkStack *stack = GTK_STACK (find_template_child (reader, "stack"));
  g_autoptr (QuarryHit) hit = NULL;
  g_autofree char *path = write_source (fixture, "crafts.md", crafts_text);
  g_autoptr (GError) error = NULL;
  guint n_removed;

  import_path (fixture->library, path);
  hit = find_hit (fixture, "dough");
  quarry_library_remove (fixture->library, path, &n_removed, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n_removed, ==, 1);

  quarry_reader_set_library (QUARRY_READER (reader), fixture->library);
  quarry_reader_show_hit (QUARRY_READER (reader), hit);
  wait_for (g_str_equal (gtk_stack_get_visible_child_name (stack), "failed"));
  quarry_reader_set_library (QUARRY_READER (reader), NULL);
  settle (50);
  g_assert_finalize_object (reader);
}

/* A message about a file whose name looks like markup is shown literally. */
static void
test_reader_damaged (LibraryFixture *fixture, gconstpointer data)
{
  GtkWidget *reader = g_object_ref_sink (quarry_reader_new ());
  GtkStack *stack = GTK_STACK (find_template_child (reader, "stack"));
  AdwStatusPage *failure = ADW_STATUS_PAGE (find_template_child (reader, "failure"));
  g_autoptr (QuarryHit) hit = NULL;
  g_autoptr (QuarryStore) store = NULL;
  g_autofree char *shown = NULL;

  add_document (fixture, "R&D <old>.md", crafts_text);
  hit = find_hit (fixture, "dough");
  store = quarry_store_open (quarry_library_get_folder (fixture->library), QUARRY_STORE_WRITE, NULL);
  g_assert_cmpint (sqlite3_exec (quarry_store_get_handle (store), "UPDATE contents SET segments = x'0300000001000000'", NULL,
                                 NULL, NULL),
                   ==, SQLITE_OK);
  quarry_reader_set_library (QUARRY_READER (reader), fixture->library);
  quarry_reader_show_hit (QUARRY_READER (reader), hit);
  wait_for (g_str_equal (gtk_stack_get_visible_child_name (stack), "failed"));
  g_assert_true (pango_parse_markup (adw_status_page_get_description (failure), -1, 0, NULL, &shown, NULL, NULL));
  g_assert_nonnull (strstr (shown, "R&D <old>.md"));
  quarry_reader_set_library (QUARRY_READER (reader), NULL);
  settle (50);
  g_assert_finalize_object (reader);
}

static const char printed[]
    = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
      "2 0 obj<</Type/Pages/Kids[3 0 R 6 0 R]/Count 2>>endobj\n"
      "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj\n"
      "4 0 obj<</Length 60>>stream\nBT /F 12 Tf 20 100 Td (Marble is cut with wire) Tj ET           \nendstream endobj\n"
      "5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n"
      "6 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]>>endobj\n"
      "trailer<</Root 1 0 R>>\n%%EOF\n";

/* Whether a controller of @widget handles scrolling in whole steps of the wheel only. */
static gboolean
scrolls_by_steps (GtkWidget *widget)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_EVENT_CONTROLLER_SCROLL (controller)
          && (gtk_event_controller_scroll_get_flags (GTK_EVENT_CONTROLLER_SCROLL (controller))
              & GTK_EVENT_CONTROLLER_SCROLL_DISCRETE))
        return TRUE;
    }
  return FALSE;
}

/* A page is shown with its marks; if a page cannot be shown, the reader says why. */
static void
test_reader_page (LibraryFixture *fixture, gconstpointer data)
{
  GtkWidget *reader = quarry_reader_new ();
  GtkWidget *window = show (reader, 480, 600);
  GtkWidget *view = find_template_child (reader, "page_view");
  QuarryPageCanvas *canvas = QUARRY_PAGE_CANVAS (find_template_child (view, "canvas"));
  GtkStack *stack = GTK_STACK (find_template_child (view, "stack"));
  AdwStatusPage *failure = ADW_STATUS_PAGE (find_template_child (view, "failure"));
  g_autoptr (QuarryHit) hit = NULL;
  g_autofree char *path = write_source (fixture, "marble.pdf", printed);
  g_autofree char *changed = g_strconcat (printed, "\n", NULL);
  GtkScrolledWindow *scroller = GTK_SCROLLED_WINDOW (find_template_child (view, "scroller"));
  double top = 0, bottom = 0, height;
  guint fitting;

  import_path (fixture->library, path);
  hit = find_hit (fixture, "marble wire");
  quarry_reader_set_library (QUARRY_READER (reader), fixture->library);
  quarry_reader_show_hit (QUARRY_READER (reader), hit);
  wait_for (gtk_widget_get_visible (find_template_child (reader, "modes")));
  g_assert_false (gtk_widget_get_mapped (view));
  quarry_reader_toggle_page (QUARRY_READER (reader));
  g_assert_true (gtk_widget_get_mapped (view));
  wait_for (quarry_page_canvas_get_marks (canvas, &top, &bottom));
  next_frame (reader);
  quarry_page_canvas_get_marks (canvas, &top, &bottom);
  height = gtk_widget_get_height (GTK_WIDGET (canvas));
  g_assert_cmpfloat (top, >, .6 * height);
  g_assert_cmpfloat (bottom, <, .72 * height);

  /* A touchpad sends small fractions of a step, each of which would otherwise zoom by a whole one. */
  g_assert_true (scrolls_by_steps (GTK_WIDGET (scroller)));

  /* When zoomed, the page is drawn anew at a larger size and can be scrolled sideways; it can be fitted to the view's
   * width again. */
  fitting = quarry_page_canvas_get_pixels (canvas);
  g_assert_true (gtk_widget_grab_focus (GTK_WIDGET (view)));
  g_assert_true (quarry_reader_zoom_page (QUARRY_READER (reader), 2));
  wait_for (quarry_page_canvas_get_pixels (canvas) > 3 * fitting / 2);
  wait_for (gtk_adjustment_get_upper (gtk_scrolled_window_get_hadjustment (scroller))
            > gtk_adjustment_get_page_size (gtk_scrolled_window_get_hadjustment (scroller)) * 1.4);
  wait_for (gtk_adjustment_get_value (gtk_scrolled_window_get_hadjustment (scroller)) > 0);
  g_assert_true (quarry_reader_zoom_page (QUARRY_READER (reader), -4));
  wait_for (quarry_page_canvas_get_pixels (canvas) < fitting * 3 / 4);
  g_assert_cmpint (gtk_widget_get_height (GTK_WIDGET (canvas)), <, 2 * gtk_widget_get_width (GTK_WIDGET (canvas)));
  g_assert_true (quarry_reader_zoom_page (QUARRY_READER (reader), 0));
  wait_for (quarry_page_canvas_get_pixels (canvas) == fitting);
  /* The keys do not zoom while the focus is outside the page. */
  g_assert_true (gtk_widget_grab_focus (find_template_child (reader, "text_button")));
  g_assert_false (quarry_reader_zoom_page (QUARRY_READER (reader), 1));

  /* A page that has been drawn is kept. After the file has changed, no other page is drawn, since it would be that of
   * another document. */
  g_free (write_source (fixture, "marble.pdf", changed));
  quarry_page_view_turn_to (QUARRY_PAGE_VIEW (view), 2);
  wait_for (g_str_equal (gtk_stack_get_visible_child_name (stack), "failed"));
  g_assert_nonnull (strstr (adw_status_page_get_description (failure), "has changed"));
  quarry_page_view_turn_to (QUARRY_PAGE_VIEW (view), 1);
  wait_for (g_str_equal (gtk_stack_get_visible_child_name (stack), "page"));
  g_assert_cmpint (g_unlink (path), ==, 0);
  quarry_page_view_turn_to (QUARRY_PAGE_VIEW (view), 2);
  wait_for (g_str_equal (gtk_stack_get_visible_child_name (stack), "failed"));
  g_assert_nonnull (strstr (adw_status_page_get_description (failure), "connect it"));

  quarry_reader_toggle_page (QUARRY_READER (reader));
  g_assert_false (gtk_widget_get_mapped (view));
  settle (50);
  destroy_window (window, reader);
}

int
main (int argc, char **argv)
{
  if (!widget_test_init (&argc, &argv))
    return 0;

  g_test_add_func ("/segment-strip/places", test_strip);
  g_test_add_func ("/segment-strip/many", test_strip_many);
  g_test_add_func ("/segment-strip/frame", test_strip_frame);
  g_test_add_func ("/segment-strip/small-frame", test_strip_small_frame);
  g_test_add ("/reader/origin", LibraryFixture, NULL, library_fixture_set_up, test_origin, library_fixture_tear_down);
  g_test_add ("/reader/passage", LibraryFixture, NULL, library_fixture_set_up, test_reader,
              library_fixture_tear_down);
  g_test_add ("/reader/plain", LibraryFixture, NULL, library_fixture_set_up, test_reader_plain,
              library_fixture_tear_down);
  g_test_add_func ("/shown-path", test_shown_path);
  g_test_add ("/reader/granularity", LibraryFixture, NULL, library_fixture_set_up, test_reader_granularity,
              library_fixture_tear_down);
  g_test_add ("/reader/same-cut", LibraryFixture, NULL, library_fixture_set_up, test_reader_same_cut,
              library_fixture_tear_down);
  g_test_add ("/reader/page", LibraryFixture, NULL, library_fixture_set_up, test_reader_page,
              library_fixture_tear_down);
  g_test_add ("/reader/damaged", LibraryFixture, NULL, library_fixture_set_up, test_reader_damaged,
              library_fixture_tear_down);
  g_test_add ("/reader/gone", LibraryFixture, NULL, library_fixture_set_up, test_reader_gone,
              library_fixture_tear_down);
  return g_test_run ();
}
