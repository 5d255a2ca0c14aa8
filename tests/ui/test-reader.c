/* test-reader.c: the reader: pieces of a document, their view, the strip beside it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <string.h>
#include <glib/gstdio.h>

#include "core/store/quarry-store-private.h"
#include "tests/ui/hit-helpers.h"
#include "tests/ui/library-fixture.h"
#include "tests/ui/widget-helpers.h"
#include "ui/quarry-document-view.h"
#include "ui/quarry-page-canvas.h"
#include "ui/quarry-page-view.h"
#include "ui/quarry-panes.h"
#include "ui/quarry-pieces.h"
#include "ui/quarry-reader.h"
#include "ui/quarry-segment-strip.h"

/* --- Pieces -------------------------------------------------------------------------------- */

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
test_pieces (void)
{
  g_autoptr (QuarryDocument) document = build_document (0);
  g_autoptr (GArray) pieces = quarry_pieces_new (document, "a title");
  g_autoptr (GString) shown = g_string_new (NULL);
  const char *text = quarry_document_get_text (document, NULL);

  for (guint i = 0; i < pieces->len; i++)
    {
      g_assert_cmpuint (g_array_index (pieces, QuarryPiece, i).offset,
                        ==,
                        (guint) g_utf8_strlen (shown->str, -1));
      quarry_piece_append (&g_array_index (pieces, QuarryPiece, i), text, shown);
    }
  g_assert_cmpstr (shown->str,
                   ==,
                   "Zażółć gęślą jaźń. Next one.\n•  first\n2. second\na = 1\nb = 2\n");

  g_array_unref (pieces);
  pieces = quarry_pieces_new (document, "Another title");
  g_assert_cmpuint (g_array_index (pieces, QuarryPiece, 0).kind, ==, QUARRY_BLOCK_HEADING);
}

/* Every place of the document is found in what is shown and back. */
static void
test_pieces_places (void)
{
  g_autoptr (QuarryDocument) document = build_document (900);
  g_autoptr (GArray) pieces = quarry_pieces_new (document, NULL);
  g_autoptr (GString) shown = g_string_new (NULL);
  g_autofree gunichar *characters = NULL;
  gsize length;
  const char *text = quarry_document_get_text (document, &length);
  glong n;

  g_assert_cmpuint (pieces->len, >, 10); /* the long paragraph is in parts */
  for (guint i = 0; i < pieces->len; i++)
    {
      const QuarryPiece *piece = &g_array_index (pieces, QuarryPiece, i);

      g_assert_cmpuint (piece->span.end - piece->span.start, <=, QUARRY_PIECE_MAX_BYTES);
      g_assert_cmpuint (piece->span.end, >, piece->span.start);
      quarry_piece_append (piece, text, shown);
    }
  characters = g_utf8_to_ucs4_fast (shown->str, -1, &n);

  for (const char *at = text; at < text + length; at = g_utf8_next_char (at))
    {
      guint32 byte = (guint32) (at - text);
      const QuarryPiece *piece =
          &g_array_index (pieces, QuarryPiece, quarry_pieces_at_byte (pieces, byte));
      guint32 offset = quarry_pieces_byte_to_offset (pieces, text, byte);
      guint32 end = quarry_pieces_end_to_offset (pieces, text, byte);

      g_assert_cmpuint (end, <=, offset);
      if (byte < piece->span.start || byte >= piece->span.end)
        continue; /* between pieces */
      if (byte > piece->span.start)
        {
          g_assert_cmpuint (offset, ==, end);
          g_assert_cmpuint (characters[offset], ==, g_utf8_get_char (at));
          g_assert_cmpuint (quarry_pieces_offset_to_byte (pieces, text, offset), ==, byte);
        }
    }
  g_assert_cmpuint (quarry_pieces_end_to_offset (pieces, text, (guint32) length), ==, (guint) n - 1);
  g_assert_cmpuint (quarry_pieces_end_to_offset (pieces, text, 0), ==, 0);
}

static void
test_pieces_without_breaks (void)
{
  g_autoptr (GString) string = g_string_new (NULL);
  g_autoptr (QuarryDocument) document = NULL;
  g_autoptr (GArray) pieces = NULL;
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  guint32 at = 0;

  /* No blank anywhere, characters of three bytes. */
  for (guint i = 0; i < 5000; i++)
    g_string_append (string, "語");
  quarry_document_builder_add (builder, QUARRY_BLOCK_PARAGRAPH, 0, string->str, -1);
  document = quarry_document_builder_end (builder);
  pieces = quarry_pieces_new (document, NULL);
  for (guint i = 0; i < pieces->len; i++)
    {
      const QuarryPiece *piece = &g_array_index (pieces, QuarryPiece, i);

      g_assert_cmpuint (piece->span.start, ==, at);
      at = piece->span.end;
      g_assert_cmpuint ((at - piece->span.start) % 3, ==, 0);
    }
  g_assert_cmpuint (at, ==, string->len);
}

static void
test_pieces_empty (void)
{
  g_autoptr (QuarryDocument) document = quarry_document_builder_end (quarry_document_builder_new ());
  g_autoptr (GArray) pieces = quarry_pieces_new (document, "x");

  g_assert_cmpuint (pieces->len, ==, 0);
  g_assert_cmpuint (quarry_pieces_byte_to_offset (pieces, "", 0), ==, 0);
  g_assert_cmpuint (quarry_pieces_offset_to_byte (pieces, "", 0), ==, 0);
}

/* --- Document view ------------------------------------------------------------------------- */

static char *
buffer_text (GtkWidget *view)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (view));
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, TRUE);
}

/* How far below the top of the view the place is that it was sent to. */
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

/* Paragraphs and headings, numbered from 0000. */
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
  g_autoptr (GArray) pieces = NULL;
  g_autoptr (GString) expected = g_string_new (NULL);
  GtkWidget *view = quarry_document_view_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *window;
  const char *text;

  pieces = quarry_pieces_new (document, NULL);
  text = quarry_document_get_text (document, NULL);
  for (guint i = 0; i < pieces->len; i++)
    quarry_piece_append (&g_array_index (pieces, QuarryPiece, i), text, expected);
  g_string_truncate (expected, expected->len - 1);

  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), view);
  window = show (scroller, 480, 600);
  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      const char *place = strstr (text, places[i]);
      g_autofree char *shown = NULL;
      QuarrySpan visible;
      int y;

      quarry_document_view_set_document (QUARRY_DOCUMENT_VIEW (view), document, pieces);
      quarry_document_view_scroll_to (QUARRY_DOCUMENT_VIEW (view), (guint32) (place - text), .2);

      /* The place first, at once, and where it was wanted, as far as there is text. */
      g_assert_cmpint (
          gtk_text_buffer_get_char_count (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view))), <, 20000);
      visible = quarry_document_view_get_visible (QUARRY_DOCUMENT_VIEW (view));
      g_assert_cmpuint (visible.start, <=, place - text);
      g_assert_cmpuint (visible.end, >, place - text);
      y = place_in_view (view);
      if (i == 0)
        g_assert_cmpint (ABS (y - gtk_widget_get_height (view) / 5), <, 30);

      /* What comes in before it does not push it away. */
      wait_for (!quarry_document_view_is_filling (QUARRY_DOCUMENT_VIEW (view)));
      settle (50);
      g_assert_cmpint (place_in_view (view), ==, y);
      shown = buffer_text (view);
      g_assert_cmpstr (shown, ==, expected->str);
    }

  /* To and fro in what is there. */
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

/* Sent to its place while it is not shown, as in a narrow window, it shows that place and stays there. */
static void
test_view_hidden (void)
{
  g_autoptr (QuarryDocument) document = build_numbered (2000);
  g_autoptr (GArray) pieces = quarry_pieces_new (document, NULL);
  const char *text = quarry_document_get_text (document, NULL);
  GtkWidget *view = quarry_document_view_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *panes = quarry_panes_new ();
  GtkWidget *window;

  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), view);
  quarry_panes_set_first (QUARRY_PANES (panes), gtk_label_new (""));
  quarry_panes_set_second (QUARRY_PANES (panes), scroller);
  window = show (panes, 360, 600);
  for (guint i = 0; i < 2; i++)
    {
      quarry_document_view_set_document (QUARRY_DOCUMENT_VIEW (view), document, pieces);
      quarry_document_view_scroll_to (QUARRY_DOCUMENT_VIEW (view),
                                      (guint32) (strstr (text, i ? "Paragraph 1200." : "Paragraph 1950.") - text), .2);
      settle (50);
      quarry_panes_set_show_second (QUARRY_PANES (panes), TRUE);
      next_frame (view);
      wait_for (!quarry_document_view_is_filling (QUARRY_DOCUMENT_VIEW (view)));
      settle (50);
      g_assert_cmpint (ABS (place_in_view (view) - gtk_widget_get_height (view) / 5), <, 30);
      g_assert_cmpint (gtk_text_buffer_get_line_count (gtk_text_view_get_buffer (GTK_TEXT_VIEW (view))), ==, 2000);
      quarry_panes_set_show_second (QUARRY_PANES (panes), FALSE);
    }
  gtk_window_destroy (GTK_WINDOW (window));
}

/* Of a long passage it is the best sentence that has to be seen. */
static void
test_view_sentence (void)
{
  g_autoptr (QuarryDocument) document = build_numbered (400);
  g_autoptr (GArray) pieces = quarry_pieces_new (document, NULL);
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
  quarry_document_view_set_document (QUARRY_DOCUMENT_VIEW (view), document, pieces);
  quarry_document_view_set_hit (QUARRY_DOCUMENT_VIEW (view), hit);
  quarry_document_view_scroll_to_hit (QUARRY_DOCUMENT_VIEW (view));
  wait_for (!quarry_document_view_is_filling (QUARRY_DOCUMENT_VIEW (view)));
  visible = quarry_document_view_get_visible (QUARRY_DOCUMENT_VIEW (view));
  g_assert_cmpuint (visible.start, <=, start + hit->sentence.start);
  g_assert_cmpuint (visible.end, >=, start + hit->sentence.end);

  /* Where it is near, the passage begins where passages do. */
  hit->sentence = (QuarrySpan) { 0, 15 };
  quarry_document_view_scroll_to_hit (QUARRY_DOCUMENT_VIEW (view));
  g_assert_cmpint (ABS (place_in_view (view) - gtk_widget_get_height (view) / 5), <, 30);
  gtk_window_destroy (GTK_WINDOW (window));
}

static void
test_view_cut (void)
{
  g_autoptr (QuarryDocument) document = build_document (0);
  g_autoptr (GArray) pieces = quarry_pieces_new (document, NULL);
  g_autofree char *whole = NULL;
  g_autofree char *cut = NULL;
  g_autofree char *again = NULL;
  gsize length;
  const char *text = quarry_document_get_text (document, &length);
  guint32 at = (guint32) (strstr (text, "Next one") - text);
  QuarrySpan segments[2] = { { 0, at }, { at, (guint32) length } };
  const char *labels[2] = { "one", NULL };
  GtkWidget *view = g_object_ref_sink (quarry_document_view_new ());

  quarry_document_view_set_document (QUARRY_DOCUMENT_VIEW (view), document, pieces);
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

/* All lines of code have letters of even width, also where some have been laid out before and some have not. */
static void
test_view_code (void)
{
  enum { LINES = 5 };
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  g_autoptr (QuarryDocument) document = NULL;
  g_autoptr (GArray) pieces = NULL;
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
  pieces = quarry_pieces_new (document, NULL);
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
  quarry_document_view_set_document (QUARRY_DOCUMENT_VIEW (view), document, pieces);
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
  quarry_segment_strip_set_similarities (self, similarities, 2); /* not one a segment: ignored */
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
      g_assert_cmpint (at, <=, last + 1); /* none is too short to be hit */
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
  wait_for (g_str_equal (gtk_stack_get_visible_child_name (stack), "document"));

  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (find_template_child (reader, "title"))),
                   ==,
                   quarry_hit_get_title (hit));
  place = g_strdup (gtk_label_get_label (GTK_LABEL (find_template_child (reader, "place"))));
  g_assert_nonnull (strstr (place, "MD"));
  shown = buffer_text (view);
  g_assert_nonnull (strstr (shown, "•  a veil keeps stings away"));
  g_assert_nonnull (strstr (shown, "Kneading develops gluten."));
  g_assert_cmpuint (quarry_segment_strip_get_n_segments (QUARRY_SEGMENT_STRIP (strip)), >, 0);

  /* The passage is in view after the next frame. */
  next_frame (view);
  next_frame (view);
  passage = quarry_document_view_get_visible (QUARRY_DOCUMENT_VIEW (view));
  g_assert_cmpuint (passage.end, >, quarry_hit_get_bytes (hit).start);

  g_signal_connect (strip, "jump", G_CALLBACK (jumped_cb), &jumped);
  g_signal_emit_by_name (strip, "jump", 0u, 0.0);
  g_assert_cmpuint (jumped, ==, 0);

  /* Another passage of the same document is there without waiting. */
  other = find_hit (fixture, "honeybees queen hive");
  g_assert_cmpint (quarry_hit_get_document (other), ==, quarry_hit_get_document (hit));
  quarry_reader_show_hit (QUARRY_READER (reader), other);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (stack), ==, "document");

  quarry_reader_show_hit (QUARRY_READER (reader), NULL);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (stack), ==, "empty");
  settle (50);

  destroy_window (window, reader);
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

  /* Reset goes back. */
  g_signal_emit_by_name (find_template_child (reader, "reset_button"), "clicked");
  g_assert_false (gtk_revealer_get_reveal_child (revealer));
  g_assert_cmpuint (quarry_segment_strip_get_n_segments (QUARRY_SEGMENT_STRIP (strip)), ==, n);

  /* Use keeps it: the library cuts so from now on. */
  gtk_adjustment_set_value (coarseness, 0);
  wait_for (gtk_revealer_get_reveal_child (revealer));
  g_signal_emit_by_name (find_template_child (reader, "keep_button"), "clicked");
  wait_for (!gtk_revealer_get_reveal_child (revealer));
  g_assert_cmpuint (quarry_segment_strip_get_n_segments (QUARRY_SEGMENT_STRIP (strip)), ==, n_fine);
  g_assert_cmpfloat (gtk_adjustment_get_value (coarseness), ==, 0);

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

/* What is said of a file whose name looks like markup is shown. */
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

/* Whether a controller of @widget is told of whole steps of the wheel only. */
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

/* A page is shown with its mark; what keeps another from being shown is said. */
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

  /* A touchpad moves by small parts of a step, each of which would be one of the zoom. */
  g_assert_true (scrolls_by_steps (GTK_WIDGET (scroller)));

  /* Zoomed it is larger, drawn anew, and can be moved aside; and as wide as the view again. */
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
  /* What is not on the page is not zoomed. */
  g_assert_true (gtk_widget_grab_focus (find_template_child (reader, "text_button")));
  g_assert_false (quarry_reader_zoom_page (QUARRY_READER (reader), 1));

  /* A page that has been drawn is kept; another is not drawn from another file. */
  g_free (write_source (fixture, "marble.pdf", changed));
  quarry_page_view_turn_to (QUARRY_PAGE_VIEW (view), 2);
  wait_for (g_str_equal (gtk_stack_get_visible_child_name (stack), "failed"));
  g_assert_nonnull (strstr (adw_status_page_get_description (failure), "has changed"));
  quarry_page_view_turn_to (QUARRY_PAGE_VIEW (view), 1);
  wait_for (g_str_equal (gtk_stack_get_visible_child_name (stack), "page"));
  g_assert_cmpint (g_unlink (path), ==, 0);
  quarry_page_view_turn_to (QUARRY_PAGE_VIEW (view), 2);
  wait_for (g_str_equal (gtk_stack_get_visible_child_name (stack), "failed"));
  g_assert_nonnull (strstr (adw_status_page_get_description (failure), "no longer there"));

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

  g_test_add_func ("/pieces/shown", test_pieces);
  g_test_add_func ("/pieces/places", test_pieces_places);
  g_test_add_func ("/pieces/without-breaks", test_pieces_without_breaks);
  g_test_add_func ("/pieces/empty", test_pieces_empty);
  g_test_add_func ("/document-view/fills", test_view_fills);
  g_test_add_func ("/document-view/hidden", test_view_hidden);
  g_test_add_func ("/document-view/sentence", test_view_sentence);
  g_test_add_func ("/document-view/cut", test_view_cut);
  g_test_add_func ("/document-view/code", test_view_code);
  g_test_add_func ("/segment-strip/places", test_strip);
  g_test_add_func ("/segment-strip/many", test_strip_many);
  g_test_add ("/reader/passage", LibraryFixture, NULL, library_fixture_set_up, test_reader,
              library_fixture_tear_down);
  g_test_add ("/reader/granularity", LibraryFixture, NULL, library_fixture_set_up, test_reader_granularity,
              library_fixture_tear_down);
  g_test_add ("/reader/page", LibraryFixture, NULL, library_fixture_set_up, test_reader_page,
              library_fixture_tear_down);
  g_test_add ("/reader/damaged", LibraryFixture, NULL, library_fixture_set_up, test_reader_damaged,
              library_fixture_tear_down);
  g_test_add ("/reader/gone", LibraryFixture, NULL, library_fixture_set_up, test_reader_gone,
              library_fixture_tear_down);
  return g_test_run ();
}
