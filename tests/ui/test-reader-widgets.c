/* test-reader-widgets.c: reader, import, launcher and what belongs to them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Over a real library that is made for each test.
 */
#include <adwaita.h>
#include <glib/gstdio.h>
#include <string.h>

#include "tests/ui/next-frame.h"
#include "ui/quarry-document-view.h"
#include "ui/quarry-drop-area.h"
#include "ui/quarry-failure-row.h"
#include "ui/quarry-failures-window.h"
#include "ui/quarry-import-bar.h"
#include "ui/quarry-launcher-row.h"
#include "ui/quarry-launcher.h"
#include "ui/quarry-pieces.h"
#include "ui/quarry-preferences-window.h"
#include "ui/quarry-reader.h"
#include "ui/quarry-segment-strip.h"

/* Long enough for anything here; reached only where something is broken. */
#define PATIENCE_SECONDS 60

/* --- Waiting ------------------------------------------------------------------------------- */

static gboolean
too_late (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

#define wait_for(condition)                                                                        \
  G_STMT_START                                                                                     \
  {                                                                                                \
    gboolean late = FALSE;                                                                         \
    guint timer = g_timeout_add_seconds (PATIENCE_SECONDS, too_late, &late);                       \
    while (!(condition) && !late)                                                                  \
      g_main_context_iteration (NULL, TRUE);                                                       \
    if (!late)                                                                                     \
      g_source_remove (timer);                                                                     \
    g_assert_true (condition);                                                                     \
  }                                                                                                \
  G_STMT_END

static gboolean
wake_up (gpointer data)
{
  ++*(guint *) data;
  return G_SOURCE_CONTINUE;
}

/* Lets the main loop run while nothing is certain to happen in it. */
static void
settle (guint milliseconds)
{
  guint n = 0;
  guint timer = g_timeout_add (milliseconds, wake_up, &n);

  while (!n)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (timer);
}

/* --- A library ----------------------------------------------------------------------------- */

typedef struct
{
  char *top;
  QuarryLibrary *library;
} Fixture;

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir && (name = g_dir_read_name (dir)))
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_remove (path);
}

static char *
write_file (Fixture *fixture, const char *name, const char *text)
{
  char *path = g_build_filename (fixture->top, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return path;
}

static void
import_file (Fixture *fixture, const char *path)
{
  const char *paths[] = { path, NULL };
  g_autoptr (QuarryImport) import = quarry_library_import (fixture->library, paths);

  wait_for (quarry_import_get_finished (import));
  g_assert_null (quarry_import_get_error (import));
}

static void
add_document (Fixture *fixture, const char *name, const char *text)
{
  g_autofree char *path = write_file (fixture, name, text);

  import_file (fixture, path);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *folder = NULL;
  g_autoptr (GError) error = NULL;

  fixture->top = g_dir_make_tmp ("quarry-widgets-XXXXXX", &error);
  g_assert_no_error (error);
  folder = g_build_filename (fixture->top, "library", NULL);
  fixture->library = quarry_library_open (folder, NULL, QUARRY_LIBRARY_WRITE, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  /* Calls that were cancelled hold the library until they come back. */
  settle (50);
  g_clear_object (&fixture->library);
  remove_tree (fixture->top);
  g_free (fixture->top);
}

/* Text with structure: three chapters that share few words, a list, a table, code. */
static const char document_text[] =
    "# Crafts\n\n"
    "## Bees\n\n"
    "A colony of honeybees lives in a hive. The queen lays eggs in wax cells. Workers gather nectar "
    "and pollen from flowers. Beekeepers open the hive in spring and look for the queen.\n\n"
    "- a smoker calms the colony\n"
    "- a veil keeps stings away\n\n"
    "## Ships\n\n"
    "A schooner carries fore and aft sails on two masts. The captain reads the wind and the tide. "
    "The crew hauls on ropes to trim the canvas. In a storm the vessel heaves to.\n\n"
    "| Sail | Mast |\n|---|---|\n| jib | fore |\n| spanker | mizzen |\n\n"
    "## Bread\n\n"
    "Flour, water, salt and yeast make a dough. Kneading develops gluten. The loaf rises in a warm "
    "kitchen for two hours. Bake it in a hot oven until the crust is brown.\n\n"
    "```\nflour = 500\nwater = 350\n```\n";

static QuarryHit *
find_hit (Fixture *fixture, const char *query)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryAnswer) answer = quarry_library_search (fixture->library, query, NULL, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (quarry_answer_get_hits (answer)), >, 0);
  return g_list_model_get_item (quarry_answer_get_hits (answer), 0);
}

/* --- Looking into widgets ------------------------------------------------------------------ */

static GtkWidget *
find_widget (GtkWidget *widget, GType type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_widget (child, type);

      if (found)
        return found;
    }
  return NULL;
}

static GtkWidget *
find_template_child (GtkWidget *widget, const char *name)
{
  GtkWidget *found = GTK_WIDGET (
      gtk_widget_get_template_child (widget, G_OBJECT_TYPE (widget), name));

  g_assert_nonnull (found);
  return found;
}

static char *
buffer_text (GtkWidget *view)
{
  GtkTextBuffer *buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (view));
  GtkTextIter start, end;

  gtk_text_buffer_get_bounds (buffer, &start, &end);
  return gtk_text_buffer_get_text (buffer, &start, &end, TRUE);
}

static GtkWidget *
show_in_window (GtkWidget *widget)
{
  GtkWidget *window = gtk_window_new ();

  gtk_window_set_default_size (GTK_WINDOW (window), 480, 600);
  gtk_window_set_child (GTK_WINDOW (window), widget);
  gtk_window_present (GTK_WINDOW (window));
  next_frame (window);
  return window;
}

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

static void
test_view_fills (void)
{
  static const char *const places[] = { "Paragraph 1234.", "Paragraph 0000.", "Paragraph 1985.",
                                        "Paragraph 0003.", "Paragraph 1999." };
  g_autoptr (GString) string = g_string_new (NULL);
  g_autoptr (QuarryDocument) document = NULL;
  g_autoptr (GArray) pieces = NULL;
  g_autoptr (GString) expected = g_string_new (NULL);
  QuarryDocumentBuilder *builder = quarry_document_builder_new ();
  GtkWidget *view = quarry_document_view_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *window;
  const char *text;

  for (guint i = 0; i < 2000; i++)
    {
      g_string_printf (string, "Paragraph %04u. It has words enough to fill more than one line of the view.", i);
      quarry_document_builder_add (builder,
                                   i % 7 == 3 ? QUARRY_BLOCK_HEADING : QUARRY_BLOCK_PARAGRAPH,
                                   2,
                                   string->str,
                                   -1);
    }
  document = quarry_document_builder_end (builder);
  pieces = quarry_pieces_new (document, NULL);
  text = quarry_document_get_text (document, NULL);
  for (guint i = 0; i < pieces->len; i++)
    quarry_piece_append (&g_array_index (pieces, QuarryPiece, i), text, expected);
  g_string_truncate (expected, expected->len - 1);

  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), view);
  window = show_in_window (scroller);
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
  window = show_in_window (strip);

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
  window = show_in_window (strip);
  g_assert_cmpint (quarry_segment_strip_segment_at (QUARRY_SEGMENT_STRIP (strip),
                                                    gtk_widget_get_height (strip) - .01),
                   ==,
                   4999);
  gtk_window_destroy (GTK_WINDOW (window));
}

/* --- Reader -------------------------------------------------------------------------------- */

static void
test_reader (Fixture *fixture, gconstpointer data)
{
  GtkWidget *reader = quarry_reader_new ();
  GtkWidget *view = find_widget (reader, QUARRY_TYPE_DOCUMENT_VIEW);
  GtkWidget *strip = find_widget (reader, QUARRY_TYPE_SEGMENT_STRIP);
  GtkStack *stack = GTK_STACK (find_template_child (reader, "stack"));
  GtkWidget *window = show_in_window (reader);
  g_autoptr (QuarryHit) hit = NULL;
  g_autoptr (QuarryHit) other = NULL;
  g_autofree char *shown = NULL;
  g_autofree char *place = NULL;
  guint jumped = G_MAXUINT;
  QuarrySpan passage;

  add_document (fixture, "crafts.md", document_text);
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

  g_object_add_weak_pointer (G_OBJECT (reader), (gpointer *) &reader);
  gtk_window_destroy (GTK_WINDOW (window));
  wait_for (reader == NULL);
}

static void
test_reader_granularity (Fixture *fixture, gconstpointer data)
{
  GtkWidget *reader = quarry_reader_new ();
  GtkWidget *strip = find_widget (reader, QUARRY_TYPE_SEGMENT_STRIP);
  GtkStack *stack = GTK_STACK (find_template_child (reader, "stack"));
  GtkRevealer *revealer = GTK_REVEALER (find_template_child (reader, "preview_revealer"));
  GtkWidget *window = show_in_window (reader);
  GtkAdjustment *coarseness = NULL;
  g_autoptr (QuarryHit) hit = NULL;
  guint n, n_fine;

  add_document (fixture, "crafts.md", document_text);
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

  g_object_add_weak_pointer (G_OBJECT (reader), (gpointer *) &reader);
  gtk_window_destroy (GTK_WINDOW (window));
  wait_for (reader == NULL);
}

static void
test_reader_gone (Fixture *fixture, gconstpointer data)
{
  GtkWidget *reader = g_object_ref_sink (quarry_reader_new ());
  GtkStack *stack = GTK_STACK (find_template_child (reader, "stack"));
  g_autoptr (QuarryHit) hit = NULL;
  g_autofree char *path = write_file (fixture, "crafts.md", document_text);
  g_autoptr (GError) error = NULL;
  guint n_removed;

  import_file (fixture, path);
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

/* --- Import -------------------------------------------------------------------------------- */

static void
test_import_bar (Fixture *fixture, gconstpointer data)
{
  GtkWidget *bar = g_object_ref_sink (quarry_import_bar_new ());
  GtkLabel *count = GTK_LABEL (find_template_child (bar, "count"));
  g_autofree char *good = write_file (fixture, "crafts.md", document_text);
  g_autofree char *empty = write_file (fixture, "empty.md", "");
  const char *paths[] = { good, empty, NULL };
  g_autoptr (QuarryImport) import = NULL;

  quarry_import_bar_set_library (QUARRY_IMPORT_BAR (bar), fixture->library);
  g_assert_false (gtk_widget_get_visible (bar));
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (bar), GTK_ACCESSIBLE_PROPERTY_LABEL, "Import");

  import = quarry_library_import (fixture->library, paths);
  wait_for (gtk_widget_get_visible (bar));
  wait_for (quarry_import_get_finished (import));
  wait_for (strstr (gtk_label_get_label (count), "Added 1 document") != NULL);
  g_assert_nonnull (strstr (gtk_label_get_label (count), "1 passed over"));
  g_assert_true (gtk_widget_get_visible (find_template_child (bar, "details_button")));
  g_assert_false (gtk_widget_get_visible (find_template_child (bar, "pause_button")));

  g_signal_emit_by_name (find_template_child (bar, "close_button"), "clicked");
  g_assert_false (gtk_widget_get_visible (bar));
  quarry_import_bar_set_library (QUARRY_IMPORT_BAR (bar), NULL);
  g_assert_finalize_object (bar);
}

static void
test_import_bar_cancel (Fixture *fixture, gconstpointer data)
{
  GtkWidget *bar = g_object_ref_sink (quarry_import_bar_new ());
  GtkLabel *count = GTK_LABEL (find_template_child (bar, "count"));
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (QuarryImport) import = NULL;

  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *name = g_strdup_printf ("note-%u.txt", i);

      g_ptr_array_add (paths, write_file (fixture, name, name));
    }
  g_ptr_array_add (paths, NULL);

  quarry_import_bar_set_library (QUARRY_IMPORT_BAR (bar), fixture->library);
  import = quarry_library_import (fixture->library, (const char *const *) paths->pdata);
  wait_for (gtk_widget_get_visible (bar));
  g_signal_emit_by_name (find_template_child (bar, "pause_button"), "clicked");
  g_assert_true (quarry_import_get_paused (import));
  g_signal_emit_by_name (find_template_child (bar, "pause_button"), "clicked");
  g_assert_false (quarry_import_get_paused (import));
  g_signal_emit_by_name (find_template_child (bar, "cancel_button"), "clicked");
  wait_for (quarry_import_get_finished (import));
  wait_for (g_str_has_prefix (gtk_label_get_label (count), "Cancelled"));
  g_assert_finalize_object (bar);
}

static void
test_failures (Fixture *fixture, gconstpointer data)
{
  g_autofree char *first = write_file (fixture, "first.md", "");
  g_autofree char *second = write_file (fixture, "second.md", "");
  GtkWidget *window;
  GtkStack *stack;
  GtkWidget *row = NULL;

  import_file (fixture, first);
  window = quarry_failures_window_new (NULL, fixture->library);
  stack = GTK_STACK (find_template_child (window, "stack"));
  gtk_window_present (GTK_WINDOW (window));
  wait_for (g_str_equal (gtk_stack_get_visible_child_name (stack), "list"));
  wait_for ((row = find_widget (window, QUARRY_TYPE_FAILURE_ROW)) != NULL);
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (find_template_child (row, "name"))), ==, "first.md");
  g_assert_cmpuint (strlen (gtk_label_get_label (GTK_LABEL (find_template_child (row, "reason")))), >, 5);
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (find_template_child (window, "all_toggle"))),
                   ==,
                   "All 1");

  /* What an import leaves out while the window is open. */
  import_file (fixture, second);
  wait_for (g_str_equal (
      gtk_button_get_label (GTK_BUTTON (find_template_child (window, "all_toggle"))), "All 2"));

  /* Mended and tried again, it goes. */
  g_assert_true (g_file_set_contents (first, "Now there is text in it.", -1, NULL));
  g_signal_emit_by_name (row, "retry");
  wait_for (g_str_equal (
      gtk_button_get_label (GTK_BUTTON (find_template_child (window, "all_toggle"))), "All 1"));
  g_assert_true (g_file_set_contents (second, "And here.", -1, NULL));
  import_file (fixture, second);
  wait_for (g_str_equal (gtk_stack_get_visible_child_name (stack), "empty"));

  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *) &window);
  gtk_window_destroy (GTK_WINDOW (window));
  wait_for (window == NULL);
}

/* --- Launcher ------------------------------------------------------------------------------ */

static void
shown_cb (QuarryLauncher *launcher, const char *query, QuarryHit *hit, char **got)
{
  *got = g_strdup_printf ("%s|%d", query, hit != NULL);
}

static gboolean
press (GtkWidget *window, guint key, GdkModifierType state)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (window);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);
      gboolean handled = FALSE;

      if (!GTK_IS_EVENT_CONTROLLER_KEY (controller) ||
          gtk_event_controller_get_propagation_phase (controller) != GTK_PHASE_CAPTURE)
        continue;
      g_signal_emit_by_name (controller, "key-pressed", key, 0u, state, &handled);
      if (handled)
        return TRUE;
    }
  return FALSE;
}

static void
test_launcher (Fixture *fixture, gconstpointer data)
{
  QuarryLauncher *launcher = quarry_launcher_new (NULL, NULL);
  GtkWidget *window = GTK_WIDGET (launcher);
  GtkWidget *entry = find_template_child (window, "entry");
  GtkListBox *list = GTK_LIST_BOX (find_template_child (window, "list"));
  GtkLabel *completion = GTK_LABEL (find_template_child (window, "completion_label"));
  g_autofree char *got = NULL;
  GtkListBoxRow *row;

  g_assert_cmpstr (gtk_window_get_title (GTK_WINDOW (launcher)), ==, "Quarry Launcher");
  add_document (fixture, "crafts.md", document_text);
  quarry_launcher_set_library (launcher, fixture->library);
  g_assert_false (gtk_widget_get_visible (window));
  quarry_launcher_toggle (launcher);
  g_assert_true (gtk_widget_get_visible (window));
  gtk_test_accessible_assert_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL, "Results");

  gtk_editable_set_text (GTK_EDITABLE (entry), "kneading dough");
  wait_for (gtk_widget_get_visible (GTK_WIDGET (list)));
  row = gtk_list_box_get_selected_row (list);
  g_assert_nonnull (row);
  g_assert_cmpint (gtk_list_box_row_get_index (row), ==, 0);
  g_assert_nonnull (quarry_launcher_row_get_hit (QUARRY_LAUNCHER_ROW (row)));

  g_assert_true (press (window, GDK_KEY_Down, 0));
  g_assert_true (press (window, GDK_KEY_Up, 0));
  g_assert_true (press (window, GDK_KEY_Up, 0)); /* stays at the first */
  g_assert_cmpint (gtk_list_box_row_get_index (gtk_list_box_get_selected_row (list)), ==, 0);
  g_assert_false (press (window, GDK_KEY_a, 0)); /* typed */
  g_assert_false (press (window, GDK_KEY_Return, 0)); /* the entry's */

  g_signal_connect (launcher, "show-in-window", G_CALLBACK (shown_cb), &got);
  g_assert_true (press (window, GDK_KEY_Return, GDK_CONTROL_MASK));
  g_assert_cmpstr (got, ==, "kneading dough|1");
  g_assert_false (gtk_widget_get_visible (window));

  /* What the last word is taken to become, which the arrow that leads on takes. */
  quarry_launcher_toggle (launcher);
  gtk_editable_set_text (GTK_EDITABLE (entry), "kneading dou");
  /* The focus, which selects all, comes when it comes. */
  wait_for ((gtk_editable_set_position (GTK_EDITABLE (entry), -1), gtk_widget_get_visible (GTK_WIDGET (completion))));
  g_assert_cmpstr (gtk_label_get_text (completion), ==, "gh");
  gtk_editable_select_region (GTK_EDITABLE (entry), 0, -1);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (completion)));
  gtk_editable_set_position (GTK_EDITABLE (entry), -1);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (completion)));
  g_assert_true (press (window, GDK_KEY_Right, 0));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "kneading dough");
  g_assert_false (press (window, GDK_KEY_Right, 0));
  g_assert_true (press (window, GDK_KEY_Escape, 0));

  /* Shown again it still has its text, selected. */
  quarry_launcher_toggle (launcher);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "kneading dough");
  g_assert_true (gtk_editable_get_selection_bounds (GTK_EDITABLE (entry), NULL, NULL));
  g_assert_true (press (window, GDK_KEY_Escape, 0));
  g_assert_false (gtk_widget_get_visible (window));

  gtk_editable_set_text (GTK_EDITABLE (entry), "");
  wait_for (!gtk_widget_get_visible (GTK_WIDGET (list)));
  settle (50);
  g_object_add_weak_pointer (G_OBJECT (launcher), (gpointer *) &launcher);
  gtk_window_destroy (GTK_WINDOW (launcher));
  wait_for (launcher == NULL);
}

/* --- Preferences --------------------------------------------------------------------------- */

static void
test_preferences (Fixture *fixture, gconstpointer data)
{
  GtkWidget *window;
  GtkLabel *documents;
  AdwActionRow *check;
  AdwActionRow *rebuild;
  AdwActionRow *bench;
  g_autofree char *before = NULL;

  add_document (fixture, "crafts.md", document_text);
  window = quarry_preferences_window_new (NULL, fixture->library);
  documents = GTK_LABEL (find_template_child (window, "documents"));
  check = ADW_ACTION_ROW (find_template_child (window, "check_row"));
  rebuild = ADW_ACTION_ROW (find_template_child (window, "rebuild_row"));
  bench = ADW_ACTION_ROW (find_template_child (window, "bench_row"));
  gtk_window_present (GTK_WINDOW (window));
  wait_for (g_str_equal (gtk_label_get_label (documents), "1"));
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (find_template_child (window, "total"))), !=, "");

  g_signal_emit_by_name (find_template_child (window, "check_button"), "clicked");
  g_assert_false (gtk_widget_get_sensitive (find_template_child (window, "rebuild_button")));
  wait_for (g_str_equal (adw_action_row_get_subtitle (check), "No fault found."));

  before = g_strdup (adw_action_row_get_subtitle (rebuild));
  g_signal_emit_by_name (find_template_child (window, "rebuild_button"), "clicked");
  wait_for (g_str_equal (adw_action_row_get_subtitle (rebuild), "Both indexes were made anew."));
  g_assert_true (gtk_widget_get_sensitive (find_template_child (window, "check_button")));

  g_signal_emit_by_name (find_template_child (window, "bench_button"), "clicked");
  g_assert_cmpstr (adw_action_row_get_subtitle (bench), ==, "Measuring…");
  wait_for (g_str_has_prefix (adw_action_row_get_subtitle (bench), "Of 3 passages"));
  g_assert_nonnull (strstr (adw_action_row_get_subtitle (bench), "by both 100 %"));
  g_signal_emit_by_name (find_template_child (window, "bench_button"), "clicked");
  g_signal_emit_by_name (find_template_child (window, "bench_button"), "clicked");
  wait_for (g_str_equal (adw_action_row_get_subtitle (bench), "Stopped."));

  settle (50);
  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *) &window);
  gtk_window_destroy (GTK_WINDOW (window));
  wait_for (window == NULL);
}

static void
test_preferences_without_library (void)
{
  GtkWidget *window = quarry_preferences_window_new (NULL, NULL);

  g_assert_false (gtk_widget_get_sensitive (find_template_child (window, "check_button")));
  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *) &window);
  gtk_window_destroy (GTK_WINDOW (window));
  wait_for (window == NULL);
}

/* --- Shortcuts ----------------------------------------------------------------------------- */

static void
test_shortcuts (void)
{
  g_autoptr (GtkBuilder) builder =
      gtk_builder_new_from_resource ("/org/quarry/Quarry/gtk/help-overlay.ui");
  GtkWindow *window = GTK_WINDOW (gtk_builder_get_object (builder, "help_overlay"));

  g_assert_true (GTK_IS_SHORTCUTS_WINDOW (window));
  gtk_window_destroy (window);
}

/* --- Drop area ----------------------------------------------------------------------------- */

static GSList *
files_of (const char *const *uris)
{
  GSList *files = NULL;

  for (guint i = 0; uris[i]; i++)
    files = g_slist_append (files, g_file_new_for_uri (uris[i]));
  return files;
}

static void
test_drop_area_paths (void)
{
  static const char *const mixed[] = { "file:///d/a%20b.pdf", "https://example.org/x.pdf",
                                       "file:///d/%FF%FE.txt", NULL };
  static const char *const remote[] = { "https://example.org/x.pdf", NULL };
  GSList *files = files_of (mixed);
  g_auto (GStrv) paths = quarry_drop_area_local_paths (files);

  g_assert_cmpuint (g_strv_length (paths), ==, 2);
  g_assert_cmpstr (paths[0], ==, "/d/a b.pdf");
  g_assert_cmpstr (paths[1], ==, "/d/\xff\xfe.txt");
  g_slist_free_full (files, g_object_unref);

  files = files_of (remote);
  g_assert_null (quarry_drop_area_local_paths (files));
  g_slist_free_full (files, g_object_unref);
  g_assert_null (quarry_drop_area_local_paths (NULL));
}

static void
dropped_cb (QuarryDropArea *area, char **paths, char ***got)
{
  *got = g_strdupv (paths);
}

static void
refused_cb (QuarryDropArea *area, guint *n)
{
  ++*n;
}

static GtkDropTarget *
drop_target_of (GtkWidget *widget)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GObject) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_DROP_TARGET (controller))
        return GTK_DROP_TARGET (controller);
    }
  g_assert_not_reached ();
}

static gboolean
drop (GtkWidget *area, const char *const *uris)
{
  GSList *files = files_of (uris);
  GdkFileList *list = gdk_file_list_new_from_list (files);
  g_auto (GValue) value = G_VALUE_INIT;
  gboolean done = FALSE;

  g_slist_free_full (files, g_object_unref);
  g_value_init (&value, GDK_TYPE_FILE_LIST);
  g_value_take_boxed (&value, list);
  g_signal_emit_by_name (drop_target_of (area), "drop", &value, 1.0, 1.0, &done);
  return done;
}

static void
test_drop_area (void)
{
  static const char *const two[] = { "file:///d/a.pdf", "file:///d/b", NULL };
  static const char *const remote[] = { "https://example.org/x.pdf", NULL };
  GtkWidget *area = g_object_ref_sink (quarry_drop_area_new ());
  GtkWidget *label = gtk_label_new ("content");
  g_auto (GStrv) got = NULL;
  guint n_refused = 0;

  /* Entries and text views take dropped files for text where they are asked first. */
  g_assert_cmpint (
      gtk_event_controller_get_propagation_phase (GTK_EVENT_CONTROLLER (drop_target_of (area))),
      ==,
      GTK_PHASE_CAPTURE);
  quarry_drop_area_set_content (QUARRY_DROP_AREA (area), label);
  g_assert_true (quarry_drop_area_get_content (QUARRY_DROP_AREA (area)) == label);
  g_assert_true (gtk_widget_is_ancestor (label, area));

  g_signal_connect (area, "files-dropped", G_CALLBACK (dropped_cb), &got);
  g_signal_connect (area, "files-refused", G_CALLBACK (refused_cb), &n_refused);
  g_assert_true (drop (area, two));
  g_assert_nonnull (got);
  g_assert_cmpuint (g_strv_length (got), ==, 2);
  g_assert_cmpstr (got[0], ==, "/d/a.pdf");
  g_assert_cmpuint (n_refused, ==, 0);
  g_assert_false (drop (area, remote));
  g_assert_cmpuint (n_refused, ==, 1);

  quarry_drop_area_set_content (QUARRY_DROP_AREA (area), NULL);
  g_assert_null (quarry_drop_area_get_content (QUARRY_DROP_AREA (area)));
  g_assert_finalize_object (area);
}

static void
test_drop_area_builder (void)
{
  static const char ui[] = "<interface><object class='QuarryDropArea' id='area'>"
                           "<child><object class='GtkLabel' id='label'/></child>"
                           "</object></interface>";
  g_autoptr (GtkBuilder) builder = NULL;
  GObject *area;

  g_type_ensure (QUARRY_TYPE_DROP_AREA);
  builder = gtk_builder_new_from_string (ui, -1);
  area = gtk_builder_get_object (builder, "area");
  g_assert_true (quarry_drop_area_get_content (QUARRY_DROP_AREA (area)) ==
                 GTK_WIDGET (gtk_builder_get_object (builder, "label")));
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

  g_test_add_func ("/pieces/shown", test_pieces);
  g_test_add_func ("/pieces/places", test_pieces_places);
  g_test_add_func ("/pieces/without-breaks", test_pieces_without_breaks);
  g_test_add_func ("/pieces/empty", test_pieces_empty);
  g_test_add_func ("/document-view/fills", test_view_fills);
  g_test_add_func ("/document-view/cut", test_view_cut);
  g_test_add_func ("/segment-strip/places", test_strip);
  g_test_add_func ("/segment-strip/many", test_strip_many);
#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)
  ADD ("/reader/passage", test_reader);
  ADD ("/reader/granularity", test_reader_granularity);
  ADD ("/reader/gone", test_reader_gone);
  ADD ("/import-bar/summary", test_import_bar);
  ADD ("/import-bar/cancel", test_import_bar_cancel);
  ADD ("/failures/retry", test_failures);
  ADD ("/launcher/keys", test_launcher);
  ADD ("/preferences/library", test_preferences);
#undef ADD
  g_test_add_func ("/preferences/no-library", test_preferences_without_library);
  g_test_add_func ("/shortcuts", test_shortcuts);
  g_test_add_func ("/drop-area/paths", test_drop_area_paths);
  g_test_add_func ("/drop-area/drop", test_drop_area);
  g_test_add_func ("/drop-area/builder", test_drop_area_builder);
  return g_test_run ();
}
