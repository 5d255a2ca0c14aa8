/* test-document-view.c: lines of a document, and the view of its text
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>

#include "tests/ui/hit-helpers.h"
#include "tests/ui/widget-helpers.h"
#include "ui/reader/quarry-document-view.h"
#include "ui/reader/quarry-view-lines.h"
#include "ui/window/quarry-panes.h"

/* --- Lines -------------------------------------------------------------------------------- */

static QuarryDocument *
build_document (guint n_long)
{
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  g_autoptr (GString) string = g_string_new (NULL);

  quarry_document_builder_add (builder, QUARRY_BLOCK_HEADING, 1, "A Title", -1);
  quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, "Zażółć gęślą jaźń. Next one.", -1);
  quarry_document_builder_add (builder, QUARRY_BLOCK_LIST_ITEM, 1, "first", -1);
  quarry_document_builder_add (builder, QUARRY_BLOCK_LIST_ITEM, 2, "2. second", -1);
  quarry_document_builder_add (builder, QUARRY_BLOCK_CODE, 0, "a = 1\nb = 2", -1);
  for (guint i = 0; i < n_long; i++)
    g_string_append_printf (string, "%s sentence number %u ends here. ", i % 2 ? "Ein größerer" : "A", i);
  if (n_long)
    quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, string->str, -1);
  return quarry_document_builder_end (builder);
}

static void
test_lines (void)
{
  g_autoptr (QuarryDocument) document = build_document (0);
  g_autoptr (GArray) lines = quarry_view_lines_new (document, "a title");
  g_autoptr (GString) shown = g_string_new (NULL);
  const char *text = quarry_document_get_text (document, NULL);

  for (guint i = 0; i < lines->len; i++)
    {
      g_assert_cmpuint (g_array_index (lines, QuarryViewLine, i).offset,
                        ==,
                        (guint) g_utf8_strlen (shown->str, -1));
      quarry_view_line_append (&g_array_index (lines, QuarryViewLine, i), text, shown);
    }
  g_assert_cmpstr (shown->str,
                   ==,
                   "Zażółć gęślą jaźń. Next one.\n•  first\n2. second\na = 1\nb = 2\n");

  g_array_unref (lines);
  lines = quarry_view_lines_new (document, "Another title");
  g_assert_cmpuint (g_array_index (lines, QuarryViewLine, 0).kind, ==, QUARRY_BLOCK_HEADING);
}

/* Every position of the document is mapped to one in what is shown, and back. */
static void
test_lines_places (void)
{
  g_autoptr (QuarryDocument) document = build_document (900);
  g_autoptr (GArray) lines = quarry_view_lines_new (document, NULL);
  g_autoptr (GString) shown = g_string_new (NULL);
  g_autofree gunichar *characters = NULL;
  gsize length;
  const char *text = quarry_document_get_text (document, &length);
  glong n;

  g_assert_cmpuint (lines->len, >, 10); /* the long paragraph is split */
  for (guint i = 0; i < lines->len; i++)
    {
      const QuarryViewLine *line = &g_array_index (lines, QuarryViewLine, i);

      g_assert_cmpuint (line->span.end - line->span.start, <=, QUARRY_VIEW_LINE_MAX_BYTES);
      g_assert_cmpuint (line->span.end, >, line->span.start);
      quarry_view_line_append (line, text, shown);
    }
  characters = g_utf8_to_ucs4_fast (shown->str, -1, &n);

  for (const char *at = text; at < text + length; at = g_utf8_next_char (at))
    {
      guint32 byte = (guint32) (at - text);
      const QuarryViewLine *line =
          &g_array_index (lines, QuarryViewLine, quarry_view_lines_at_byte (lines, byte));
      guint32 offset = quarry_view_lines_byte_to_offset (lines, text, byte);
      guint32 end = quarry_view_lines_end_to_offset (lines, text, byte);

      g_assert_cmpuint (end, <=, offset);
      if (byte < line->span.start || byte >= line->span.end)
        continue; /* between lines */
      if (byte > line->span.start)
        {
          g_assert_cmpuint (offset, ==, end);
          g_assert_cmpuint (characters[offset], ==, g_utf8_get_char (at));
          g_assert_cmpuint (quarry_view_lines_offset_to_byte (lines, text, offset), ==, byte);
        }
    }
  g_assert_cmpuint (quarry_view_lines_end_to_offset (lines, text, (guint32) length), ==, (guint) n - 1);
  g_assert_cmpuint (quarry_view_lines_end_to_offset (lines, text, 0), ==, 0);
}

static void
test_lines_without_breaks (void)
{
  g_autoptr (GString) string = g_string_new (NULL);
  g_autoptr (QuarryDocument) document = NULL;
  g_autoptr (GArray) lines = NULL;
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  guint32 at = 0;

  /* A text without any blank, of characters of three bytes. */
  for (guint i = 0; i < 5000; i++)
    g_string_append (string, "語");
  quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, string->str, -1);
  document = quarry_document_builder_end (builder);
  lines = quarry_view_lines_new (document, NULL);
  for (guint i = 0; i < lines->len; i++)
    {
      const QuarryViewLine *line = &g_array_index (lines, QuarryViewLine, i);

      g_assert_cmpuint (line->span.start, ==, at);
      at = line->span.end;
      g_assert_cmpuint ((at - line->span.start) % 3, ==, 0);
    }
  g_assert_cmpuint (at, ==, string->len);
}

static void
test_lines_empty (void)
{
  g_autoptr (QuarryDocument) document = quarry_document_builder_end (quarry_document_builder_new ());
  g_autoptr (GArray) lines = quarry_view_lines_new (document, "x");

  g_assert_cmpuint (lines->len, ==, 0);
  g_assert_cmpuint (quarry_view_lines_byte_to_offset (lines, "", 0), ==, 0);
  g_assert_cmpuint (quarry_view_lines_offset_to_byte (lines, "", 0), ==, 0);
}

/* --- Document view ------------------------------------------------------------------------- */

/* How far below the top of the view the place is to which the view was scrolled. */
static int
place_in_view (GtkWidget *view)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (view));
  GtkTextIter iter;
  GdkRectangle place, visible;

  gtk_text_buffer_get_iter_at_mark (buffer, &iter, gtk_text_buffer_get_insert (buffer));
  gtk_text_view_get_iter_location (GTK_TEXT_VIEW (view), &iter, &place);
  gtk_text_view_get_visible_rect (GTK_TEXT_VIEW (view), &visible);
  return place.y - visible.y;
}

/* A document of headings and paragraphs that are numbered from 0000. */
static QuarryDocument *
build_numbered (guint n)
{
  g_autoptr (GString) string = g_string_new (NULL);
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();

  for (guint i = 0; i < n; i++)
    {
      g_string_printf (string, "Paragraph %04u. It has words enough to fill more than one line of the view.", i);
      quarry_document_builder_add (builder, i % 7 == 3 ? QUARRY_BLOCK_HEADING : QUARRY_BLOCK_PARAGRAPH, 2, string->str,
                                   -1);
    }
  return quarry_document_builder_end (builder);
}

static void
test_view_fills (void)
{
  static const char *const places[] = { "Paragraph 1234.", "Paragraph 0000.", "Paragraph 1985.",
                                        "Paragraph 0003.", "Paragraph 1999." };
  g_autoptr (QuarryDocument) document = build_numbered (2000);
  g_autoptr (GArray) lines = NULL;
  g_autoptr (GString) expected = g_string_new (NULL);
  GtkWidget *view = quarry_document_view_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *window;
  const char *text;

  lines = quarry_view_lines_new (document, NULL);
  text = quarry_document_get_text (document, NULL);
  for (guint i = 0; i < lines->len; i++)
    quarry_view_line_append (&g_array_index (lines, QuarryViewLine, i), text, expected);
  g_string_truncate (expected, expected->len - 1);

  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), view);
  window = show (scroller, 480, 600);
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      const char *place = strstr (text, places[i]);
      g_autofree char *shown = NULL;
      QuarrySpan visible;
      int y;

      quarry_document_view_set_document (QUARRY_DOCUMENT_VIEW (view), document, lines);
      quarry_document_view_scroll_to (QUARRY_DOCUMENT_VIEW (view), (guint32) (place - text), .2);

      /* The text around the place is loaded first and shown at once; the place stands where it was wanted, as far as
       * there is enough text above it. */
      g_assert_cmpint (
          gtk_text_buffer_get_char_count (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view))), <, 20000);
      visible = quarry_document_view_get_visible (QUARRY_DOCUMENT_VIEW (view));
      g_assert_cmpuint (visible.start, <=, place - text);
      g_assert_cmpuint (visible.end, >, place - text);
      y = place_in_view (view);
      if (i == 0)
        g_assert_cmpint (ABS (y - gtk_widget_get_height (view) / 5), <, 30);

      /* Text that is loaded above the place later does not move it. */
      wait_for (!quarry_document_view_is_filling (QUARRY_DOCUMENT_VIEW (view)));
      settle (50);
      g_assert_cmpint (place_in_view (view), ==, y);
      shown = buffer_text (view);
      g_assert_cmpstr (shown, ==, expected->str);
    }

  /* Scrolling back and forth works in the text that has been loaded. */
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      const char *place = strstr (text, places[i]);
      QuarrySpan visible;

      quarry_document_view_scroll_to (QUARRY_DOCUMENT_VIEW (view), (guint32) (place - text), .5);
      visible = quarry_document_view_get_visible (QUARRY_DOCUMENT_VIEW (view));
      g_assert_cmpuint (visible.start, <=, place - text);
      g_assert_cmpuint (visible.end, >, place - text);
    }

  gtk_window_destroy (GTK_WINDOW (window));
}

/* Text that is loaded above a paragraph does not move that either if it is the first one loaded and begins above the
 * top of the view. */
static void
test_view_long_paragraphs (void)
{
  static const struct
  {
    guint paragraph;
    double align;
  } places[] = { { 20, .2 }, { 20, .5 }, { 20, 1 }, { 2, 1 }, { 39, .2 } };
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  g_autoptr (QuarryDocument) document = NULL;
  g_autoptr (GArray) lines = NULL;
  GtkWidget *view = quarry_document_view_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *window;

  for (guint i = 0; i < 40; i++)
    {
      g_autoptr (GString) string = g_string_new (NULL);

      while (string->len < 1700)
        g_string_append_printf (string, "Paragraph %u is one of those that go on and on. ", i);
      quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, string->str, -1);
    }
  document = quarry_document_builder_end (builder);
  lines = quarry_view_lines_new (document, NULL);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), view);
  window = show (scroller, 480, 600);
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      guint32 start = g_array_index (lines, QuarryViewLine, places[i].paragraph).span.start;
      int y;

      quarry_document_view_set_document (QUARRY_DOCUMENT_VIEW (view), document, lines);
      quarry_document_view_scroll_to (QUARRY_DOCUMENT_VIEW (view), start, places[i].align);
      y = place_in_view (view);
      g_assert_cmpint (y, >, 0);
      wait_for (!quarry_document_view_is_filling (QUARRY_DOCUMENT_VIEW (view)));
      settle (50);
      g_assert_cmpint (place_in_view (view), ==, y);
      g_assert_cmpint (gtk_text_buffer_get_line_count (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view))), ==, 40);
    }
  gtk_window_destroy (GTK_WINDOW (window));
}

/* A view that is scrolled to a place while it is hidden, as in a narrow window, shows that place later and stays
 * there. What was laid out while it had no width is not relied on: the text is loaded anew. */
static void
test_view_hidden (void)
{
  g_autoptr (QuarryDocument) document = build_numbered (2000);
  g_autoptr (GArray) lines = quarry_view_lines_new (document, NULL);
  const char *text = quarry_document_get_text (document, NULL);
  GtkWidget *view = quarry_document_view_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *panes = quarry_panes_new ();
  GtkWidget *window;
  GtkTextBuffer *hidden;

  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), view);
  quarry_panes_set_first (QUARRY_PANES (panes), gtk_label_new (""));
  quarry_panes_set_second (QUARRY_PANES (panes), scroller);
  window = show (panes, 360, 600);
  for (guint i = 0; i < 2; i++)
    {
      quarry_document_view_set_document (QUARRY_DOCUMENT_VIEW (view), document, lines);
      quarry_document_view_scroll_to (QUARRY_DOCUMENT_VIEW (view),
                                      (guint32) (strstr (text, i ? "Paragraph 1200." : "Paragraph 1950.") - text), .2);
      settle (200);
      /* Until then, text that comes in before it would push it away, so none does. */
      hidden = gtk_text_view_get_buffer (GTK_TEXT_VIEW (view));
      g_assert_cmpint (gtk_text_buffer_get_line_count (hidden), <, 2000);
      quarry_panes_set_show_second (QUARRY_PANES (panes), TRUE);
      wait_for (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)) != hidden);
      wait_for (!quarry_document_view_is_filling (QUARRY_DOCUMENT_VIEW (view)));
      settle (50);
      g_assert_cmpint (ABS (place_in_view (view) - gtk_widget_get_height (view) / 5), <, 30);
      g_assert_cmpint (gtk_text_buffer_get_line_count (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view))), ==, 2000);
      quarry_panes_set_show_second (QUARRY_PANES (panes), FALSE);
    }
  gtk_window_destroy (GTK_WINDOW (window));
}

/* In a wide window, the column of text stands in the middle. */
static void
test_view_centred (void)
{
  g_autoptr (QuarryDocument) document = build_numbered (3);
  g_autoptr (GArray) lines = quarry_view_lines_new (document, NULL);
  GtkWidget *view = quarry_document_view_new ();
  GtkWidget *window = show (view, QUARRY_DOCUMENT_COLUMN + 300, 300);

  quarry_document_view_set_document (QUARRY_DOCUMENT_VIEW (view), document, lines);
  wait_for (gtk_text_view_get_left_margin (GTK_TEXT_VIEW (view)) == 150);
  g_assert_cmpint (gtk_text_view_get_right_margin (GTK_TEXT_VIEW (view)), ==, 150);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* Numbers of pages stand beside the text, in large text and from page 1000 on too. */
static void
test_view_page_numbers (void)
{
  GtkSettings *settings = gtk_settings_get_default ();
  GtkWidget *view = quarry_document_view_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *window;
  int usual, margin;

  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), view);
  window = show (scroller, 300, 300);
  g_object_get (settings, "gtk-xft-dpi", &usual, NULL);
  margin = gtk_text_view_get_right_margin (GTK_TEXT_VIEW (view));
  for (guint large = 0; large < 2; large++)
    {
      QuarryDocumentBuilder *builder = quarry_document_builder_new ();
      g_autoptr (QuarryDocument) document = NULL;
      g_autoptr (GArray) lines = NULL;
      g_autoptr (PangoLayout) layout = NULL;
      int width;

      g_object_set (settings, "gtk-xft-dpi", large ? 2 * 96 * 1024 : usual, NULL);
      for (guint page = 1; page <= 1000; page++)
        {
          quarry_document_builder_begin_page (builder, page);
          quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, "A page.", -1);
        }
      document = quarry_document_builder_end (builder);
      lines = quarry_view_lines_new (document, NULL);
      quarry_document_view_set_document (QUARRY_DOCUMENT_VIEW (view), document, lines);
      /* The numbers are a little smaller than this. */
      layout = gtk_widget_create_pango_layout (view, "1000");
      pango_layout_get_pixel_size (layout, &width, NULL);
      quarry_document_view_scroll_to (QUARRY_DOCUMENT_VIEW (view), 0, 0);
      wait_for (gtk_text_view_get_right_margin (GTK_TEXT_VIEW (view)) > width);
      g_assert_cmpint (gtk_text_view_get_left_margin (GTK_TEXT_VIEW (view)), ==,
                       gtk_text_view_get_right_margin (GTK_TEXT_VIEW (view)));
      quarry_document_view_set_document (QUARRY_DOCUMENT_VIEW (view), NULL, NULL);
      wait_for (gtk_text_view_get_right_margin (GTK_TEXT_VIEW (view)) == margin);
    }
  g_object_set (settings, "gtk-xft-dpi", usual, NULL);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* If a passage is too long to be shown whole, its best sentence is what has to be in view. */
static void
test_view_sentence (void)
{
  g_autoptr (QuarryDocument) document = build_numbered (400);
  g_autoptr (GArray) lines = quarry_view_lines_new (document, NULL);
  const char *text = quarry_document_get_text (document, NULL);
  guint32 start = (guint32) (strstr (text, "Paragraph 0200.") - text);
  guint32 end = (guint32) (strstr (text, "Paragraph 0220.") - text);
  g_autofree char *passage = g_strndup (text + start, end - start);
  g_autoptr (QuarryHit) hit = new_hit (1, passage);
  GtkWidget *view = quarry_document_view_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *window;
  QuarrySpan visible;

  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), view);
  window = show (scroller, 480, 400);
  hit->bytes = (QuarrySpan) { start, end };
  hit->sentence.start = (guint32) (strstr (passage, "Paragraph 0218.") - passage);
  hit->sentence.end = hit->sentence.start + 15;
  quarry_document_view_set_document (QUARRY_DOCUMENT_VIEW (view), document, lines);
  quarry_document_view_set_hit (QUARRY_DOCUMENT_VIEW (view), hit);
  quarry_document_view_scroll_to_hit (QUARRY_DOCUMENT_VIEW (view));
  wait_for (!quarry_document_view_is_filling (QUARRY_DOCUMENT_VIEW (view)));
  visible = quarry_document_view_get_visible (QUARRY_DOCUMENT_VIEW (view));
  g_assert_cmpuint (visible.start, <=, start + hit->sentence.start);
  g_assert_cmpuint (visible.end, >=, start + hit->sentence.end);

  /* If the sentence is near the passage's beginning, the view shows that beginning where passages usually begin. */
  hit->sentence = (QuarrySpan) { 0, 15 };
  quarry_document_view_scroll_to_hit (QUARRY_DOCUMENT_VIEW (view));
  g_assert_cmpint (ABS (place_in_view (view) - gtk_widget_get_height (view) / 5), <, 30);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_view_cut (void)
{
  g_autoptr (QuarryDocument) document = build_document (0);
  g_autoptr (GArray) lines = quarry_view_lines_new (document, NULL);
  g_autofree char *whole = NULL;
  g_autofree char *cut = NULL;
  g_autofree char *again = NULL;
  gsize length;
  const char *text = quarry_document_get_text (document, &length);
  guint32 at = (guint32) (strstr (text, "Next one") - text);
  QuarrySpan segments[2] = { { 0, at }, { at, (guint32) length } };
  const char *labels[2] = { "one", NULL };
  GtkWidget *view = g_object_ref_sink (quarry_document_view_new ());

  quarry_document_view_set_document (QUARRY_DOCUMENT_VIEW (view), document, lines);
  quarry_document_view_scroll_to (QUARRY_DOCUMENT_VIEW (view), 0, 0);
  whole = buffer_text (view);
  g_assert_nonnull (strstr (whole, "jaźń. Next one."));

  quarry_document_view_set_cut (QUARRY_DOCUMENT_VIEW (view), segments, 2, labels);
  cut = buffer_text (view);
  g_assert_nonnull (strstr (cut, "jaźń.\nNext one."));
  g_assert_cmpuint (strlen (cut), ==, strlen (whole));

  quarry_document_view_set_cut (QUARRY_DOCUMENT_VIEW (view), NULL, 0, NULL);
  again = buffer_text (view);
  g_assert_cmpstr (again, ==, whole);
  g_assert_finalize_object (view);
}

static char *
family_of (GtkWidget *widget, const char *name)
{
  g_autoptr (PangoFontDescription) wanted = pango_font_description_from_string (name), got = NULL;
  g_autoptr (PangoFont) font = pango_context_load_font (gtk_widget_get_pango_context (widget), wanted);

  g_assert_nonnull (font);
  got = pango_font_describe (font);
  return g_strdup (pango_font_description_get_family (got));
}

/* All lines of code are in a fixed-width font, even if some were laid out earlier than others. */
static void
test_view_code (void)
{
  enum { LINES = 5 };
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  g_autoptr (QuarryDocument) document = NULL;
  g_autoptr (GArray) lines = NULL;
  g_autoptr (GBytes) painted = NULL;
  g_autofree char *monospace = NULL, *other = NULL, *text = NULL;
  GtkWidget *view = quarry_document_view_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *window;
  const char *code;
  guint n = 0;

  for (guint i = 0; i < 400; i++)
    quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, "Before it.", -1);
  quarry_document_builder_add (builder, QUARRY_BLOCK_CODE, 0, "a\nb\nc\nd\ne", -1);
  for (guint i = 0; i < 400; i++)
    quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, "After it.", -1);
  document = quarry_document_builder_end (builder);
  lines = quarry_view_lines_new (document, NULL);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), view);
  window = show (scroller, 480, 600);
  monospace = family_of (view, "monospace");
  other = family_of (view, "sans");
  if (strcmp (monospace, other) == 0)
    {
      g_test_skip ("no font of even width");
      gtk_window_destroy (GTK_WINDOW (window));
      return;
    }
  quarry_document_view_set_document (QUARRY_DOCUMENT_VIEW (view), document, lines);
  code = strstr (quarry_document_get_text (document, NULL), "a\nb");
  quarry_document_view_scroll_to (QUARRY_DOCUMENT_VIEW (view),
                                  (guint32) (code - quarry_document_get_text (document, NULL)), .5);
  while (quarry_document_view_is_filling (QUARRY_DOCUMENT_VIEW (view)))
    g_main_context_iteration (NULL, TRUE);
  next_frame (window);
  painted = paint_to_bytes (view);
  text = g_strndup (g_bytes_get_data (painted, NULL), g_bytes_get_size (painted));
  for (const char *at = text; (at = strstr (at, monospace)) != NULL; at++)
    n++;
  g_assert_cmpuint (n, ==, LINES);
  gtk_window_destroy (GTK_WINDOW (window));
}

int
main (int argc, char **argv)
{
  if (!widget_test_init (&argc, &argv))
    return 0;

  g_test_add_func ("/lines/shown", test_lines);
  g_test_add_func ("/lines/places", test_lines_places);
  g_test_add_func ("/lines/without-breaks", test_lines_without_breaks);
  g_test_add_func ("/lines/empty", test_lines_empty);
  g_test_add_func ("/document-view/fills", test_view_fills);
  g_test_add_func ("/document-view/long-paragraphs", test_view_long_paragraphs);
  g_test_add_func ("/document-view/hidden", test_view_hidden);
  g_test_add_func ("/document-view/centred", test_view_centred);
  g_test_add_func ("/document-view/page-numbers", test_view_page_numbers);
  g_test_add_func ("/document-view/sentence", test_view_sentence);
  g_test_add_func ("/document-view/cut", test_view_cut);
  g_test_add_func ("/document-view/code", test_view_code);
  return g_test_run ();
}
