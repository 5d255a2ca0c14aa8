/* test-library-reading.c: reading the documents of a library
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "library-helpers.h"
#include "pdf-writer.h"
#include "zip-writer.h"

#include <string.h>

#include "core/library/import/quarry-why.h"
#include "core/library/quarry-library-private.h"
#include "core/library/quarry-library-write-private.h"
#include "core/library/quarry-pages.h"
#include "core/library/quarry-reading-private.h"
#include "core/store/quarry-store-private.h"

typedef struct
{
  GMainLoop *loop;
  QuarryReading *reading;
  gboolean kept;
} ReadData;

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ReadData *data = user_data;
  g_autoptr (GError) error = NULL;

  data->reading = quarry_library_read_finish (QUARRY_LIBRARY (source), result, &error);
  g_assert_no_error (error);
  g_main_loop_quit (data->loop);
}

static void
granularity_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ReadData *data = user_data;
  g_autoptr (GError) error = NULL;
  gint64 document = 0;

  data->kept = quarry_library_set_granularity_finish (QUARRY_LIBRARY (source), result, &document, &error);
  g_assert_no_error (error);
  g_assert_cmpint (document, >, 0);
  g_main_loop_quit (data->loop);
}

/* A stored cut with a boundary outside the text, or inside a character, is not used. */
static void
test_damaged_cut (LibraryFixture *fixture, gconstpointer data)
{
  static const char *const cuts[] = { "000000f0f0fffff0", "0000000000ffffff", "0300000001000000", "0000000001000000" };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryAnswer) answer = NULL;
  g_autoptr (QuarryHit) hit = NULL;

  add_text (library, "/umlaut", "\303\204pfel und Birnen wachsen im Garten.");
  answer = quarry_library_search (library, "Birnen", NULL, NULL, NULL);
  hit = g_list_model_get_item (quarry_answer_get_hits (answer), 0);
  g_assert_nonnull (hit);
  for (gsize i = 0; i < G_N_ELEMENTS (cuts); i++)
    {
      g_autofree char *sql = g_strdup_printf ("UPDATE contents SET segments = x'%s'", cuts[i]);
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (
          sqlite3_exec (quarry_store_get_handle (library->writer), sql, NULL, NULL, NULL), ==, SQLITE_OK);
      g_assert_null (quarry_reading_new (library, quarry_hit_get_document (hit), NULL, &error));
      g_assert_error (error, QUARRY_STORE_ERROR, QUARRY_STORE_ERROR_DAMAGED);
    }
}

static void
test_reading (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (QuarryAnswer) answer = NULL;
  g_autoptr (QuarryHit) hit = NULL;
  g_autoptr (GArray) coarse = NULL;
  g_autoptr (GArray) fine = NULL;
  g_autoptr (GString) all = g_string_new (NULL);
  g_autofree char *path = g_build_filename (fixture->sources, "all.md", NULL);
  ReadData read = { loop, NULL, FALSE };
  const QuarrySpan *segments;
  const char *text;
  gsize length;
  guint n_segments;

  for (gsize i = 0; i < N_SUBJECTS; i++)
    g_string_append (all, subjects[i][1]);
  g_assert_true (g_file_set_contents (path, all->str, -1, NULL));
  import_sources (fixture, library);
  answer = quarry_library_search (library, "schooner in:all.md", NULL, NULL, NULL);
  hit = g_list_model_get_item (quarry_answer_get_hits (answer), 0);
  g_assert_nonnull (hit);

  quarry_library_read_async (library, quarry_hit_get_document (hit), NULL, read_cb, &read);
  g_main_loop_run (loop);
  text = quarry_document_get_text (quarry_reading_get_document (read.reading), &length);
  segments = quarry_reading_get_segments (read.reading, &n_segments);
  g_assert_cmpuint (n_segments, >=, 1);
  g_assert_cmpuint (segments[0].start, ==, 0);
  g_assert_cmpuint (segments[n_segments - 1].end, ==, length);
  for (guint i = 0; i < n_segments; i++)
    g_assert_cmpuint (strlen (quarry_reading_get_label (read.reading, i)), >, 0);
  g_assert_cmpint (strncmp (text + quarry_hit_get_bytes (hit).start, quarry_hit_get_text (hit),
                            strlen (quarry_hit_get_text (hit))), ==, 0);

  while (!quarry_reading_can_preview (read.reading))
    g_usleep (1000);
  coarse = quarry_reading_preview (read.reading, 0);
  fine = quarry_reading_preview (read.reading, 1);
  g_assert_cmpuint (fine->len, >=, coarse->len);
  g_clear_object (&read.reading);

  quarry_library_set_granularity_async (library, quarry_hit_get_document (hit), 1, NULL, granularity_cb, &read);
  g_main_loop_run (loop);
  g_assert_true (read.kept);
  /* The document that was cut anew is found, and so are the others. */
  assert_best (library, "\"two masts\" schooner -honeybees in:all.md", "all");
  assert_best (library, "\"two masts\" schooner -honeybees in:ships.md", "ships");
  assert_sound (library);
}

/* A segment without a heading is named by its most telling words: words that are rare in the rest of the library, not
 * function words of its language, not two forms of one word, and preferably words that do not only begin sentences. A
 * segment of very few words is named by its beginning. */
static void
test_labels (LibraryFixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "one.txt", "two.txt", "three.txt", "four.txt", "five.txt" };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autofree char *zither = g_build_filename (fixture->sources, "zither.txt", NULL);
  g_autofree char *german = g_build_filename (fixture->sources, "german.txt", NULL);
  g_autofree char *lute = g_build_filename (fixture->sources, "lute.txt", NULL);
  g_autofree char *line = g_build_filename (fixture->sources, "line.txt", NULL);
  const char *const queries[] = { "zither", "Fischer", "lute", "quince" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (fixture->sources, names[i], NULL);

      g_assert_true (g_file_set_contents (path, "The apples of this garden are red. Apples fall in autumn.\n", -1,
                                          NULL));
    }
  g_assert_true (g_file_set_contents (zither, "A zither and zithers under apples: www.zithers.org. A zither has "
                                              "strings, and apples have none.\n", -1, NULL));
  g_assert_true (g_file_set_contents (
      german, "Die Fischer und die Frauen sind nicht am Hafen, und sie werden auch nicht mit dem Boot auf das Meer "
              "fahren, weil der Wind nicht nach Norden dreht und die Wellen nicht kleiner werden.\n", -1, NULL));
  g_assert_true (g_file_set_contents (
      lute, "Moving strings of gut sound softly, wooden pegs hold them, while a carved rose lets air out of that "
            "body.\nBriefly a guitar followed a lute. Steel became usual.\n", -1, NULL));
  g_assert_true (g_file_set_contents (
      line, "  Quinces and medlars, which nobody eats raw,\n  ripen at the very last.\n", -1, NULL));
  import_sources (fixture, library);

  for (gsize i = 0; i < G_N_ELEMENTS (queries); i++)
    {
      g_autoptr (QuarryAnswer) answer = quarry_library_search (library, queries[i], NULL, NULL, NULL);
      g_autoptr (QuarryHit) hit = g_list_model_get_item (quarry_answer_get_hits (answer), 0);
      ReadData read = { loop, NULL, FALSE };
      const char *label;

      quarry_library_read_async (library, quarry_hit_get_document (hit), NULL, read_cb, &read);
      g_main_loop_run (loop);
      label = quarry_reading_get_label (read.reading, 0);
      g_test_message ("%s: %s", queries[i], label);
      if (i == 0)
        {
          g_assert_true (g_str_has_prefix (label, "zither, "));
          g_assert_null (strstr (label, "ithers"));
          g_assert_null (strstr (label, "www"));
        }
      else if (i == 2)
        {
          /* The words are written as in the text and separated by commas. */
          g_assert_true (g_str_has_prefix (label, "gut, "));
          g_assert_null (strstr (label, "Moving"));
          g_assert_null (strstr (label, "Briefly"));
        }
      else if (i == 3)
        g_assert_cmpstr (label, ==, "Quinces and medlars, which nobody eats raw…");
      else
        {
          g_assert_null (strstr (label, "nicht"));
          g_assert_null (strstr (label, "und"));
          g_assert_null (strstr (label, "werden"));
        }
      g_object_unref (read.reading);
    }
}

/* Two chapters under a title, with sections in the first. */
static void
test_chapters (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (QuarryAnswer) answer = NULL;
  g_autoptr (QuarryHit) hit = NULL;
  g_autofree char *path = g_build_filename (fixture->sources, "book.md", NULL);
  static const char book[] = "# Book\n\n## Vessels\n\n### Old\n\nA schooner has two masts.\n\n"
                             "### New\n\nA tanker has none.\n\n## Hives\n\nZymurgy begins with honey.\n";
  ReadData read = { loop, NULL, FALSE };
  const char *text;

  g_assert_true (g_file_set_contents (path, book, -1, NULL));
  import_sources (fixture, library);
  answer = quarry_library_search (library, "zymurgy", NULL, NULL, NULL);
  hit = g_list_model_get_item (quarry_answer_get_hits (answer), 0);
  quarry_library_read_async (library, quarry_hit_get_document (hit), NULL, read_cb, &read);
  g_main_loop_run (loop);
  text = quarry_document_get_text (quarry_reading_get_document (read.reading), NULL);

  g_assert_cmpstr (quarry_reading_get_chapter (read.reading, 0), ==, "Vessels");
  g_assert_cmpstr (quarry_reading_get_chapter (read.reading, (guint32) (strstr (text, "New") - text)), ==, "Vessels");
  g_assert_cmpstr (quarry_reading_get_chapter (read.reading, (guint32) (strstr (text, "Hives") - text)), ==, "Hives");
  g_assert_cmpstr (quarry_reading_get_chapter (read.reading, G_MAXUINT32), ==, "Hives");
  g_clear_object (&read.reading);
}

/* A dozen subjects without a heading are separated by a coarser cut. */
static void
test_found_chapters (LibraryFixture *fixture, gconstpointer data)
{
  static const char *const themes[12][4] = {
    { "mast", "rigging", "anchor", "harbour" },     { "sail", "canvas", "keel", "rudder" },
    { "galley", "cook", "biscuit", "cargo" },       { "hive", "honey", "queen", "swarm" },
    { "pollen", "clover", "orchard", "blossom" },   { "wax", "candle", "frame", "smoke" },
    { "violin", "bow", "melody", "orchestra" },     { "opera", "singer", "stage", "chorus" },
    { "piano", "pedal", "keyboard", "sonata" },     { "glacier", "moraine", "snow", "crevasse" },
    { "volcano", "lava", "crater", "ash" },         { "earthquake", "fault", "tremor", "plate" },
  };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (QuarryAnswer) answer = NULL;
  g_autoptr (QuarryHit) hit = NULL;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GHashTable) titles = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree char *path = g_build_filename (fixture->sources, "essays.txt", NULL);
  ReadData read = { loop, NULL, FALSE };
  const QuarrySpan *segments;
  guint n_segments, starts = 0;

  for (guint i = 0; i < G_N_ELEMENTS (themes) * 4; i++)
    {
      const char *const *words = themes[i / 4];

      for (guint s = 0; s < 4; s++)
        g_string_append_printf (text, "The %s is near the %s, and the %s needs a good %s. ", words[s],
                                words[(s + i) % 4], words[(s + 1) % 4], words[(s + i + 2) % 4]);
      g_string_append (text, "\n\n");
    }
  g_string_append (text, "Zymurgy ends it.\n");
  g_assert_true (g_file_set_contents (path, text->str, -1, NULL));
  import_sources (fixture, library);
  answer = quarry_library_search (library, "zymurgy", NULL, NULL, NULL);
  hit = g_list_model_get_item (quarry_answer_get_hits (answer), 0);
  quarry_library_read_async (library, quarry_hit_get_document (hit), NULL, read_cb, &read);
  g_main_loop_run (loop);
  segments = quarry_reading_get_segments (read.reading, &n_segments);
  g_assert_cmpuint (n_segments, >=, 9);
  g_signal_connect_swapped (read.reading, "chapters-found", G_CALLBACK (g_main_loop_quit), loop);
  if (quarry_reading_get_chapter (read.reading, 0) == NULL)
    g_main_loop_run (loop);

  for (guint i = 0; i < n_segments; i++)
    {
      const char *title = quarry_reading_get_chapter (read.reading, segments[i].start);

      g_assert_nonnull (title);
      g_assert_cmpstr (title, !=, "");
      starts += g_hash_table_add (titles, (char *) title);
    }
  g_test_message ("%u segments, %u chapters", n_segments, starts);
  g_assert_cmpuint (starts, >=, 3);
  g_assert_cmpuint (starts, <, n_segments);
  g_clear_object (&read.reading);
}

typedef struct
{
  GMainLoop *loop;
  QuarryPageDrawn *drawn;
} DrawData;

static void
drawn_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  DrawData *data = user_data;
  g_autoptr (GError) error = NULL;

  data->drawn = quarry_pages_draw_finish (QUARRY_PAGES (source), result, &error);
  g_assert_no_error (error);
  g_main_loop_quit (data->loop);
}

/* Draws the first page of the document @place in the file @path. (transfer full) */
static QuarryPageImage *
draw_first (QuarryPages *pages, QuarryLibrary *library, const char *path, const char *place)
{
  const QuarryPageRequest request = { .page = 1, .width = 60 };
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autofree char *inner = g_build_filename (path, place, NULL);
  g_autoptr (QuarryWhy) why = quarry_library_why (library, inner, NULL, NULL, NULL);
  g_autoptr (QuarryPageDrawn) drawn = NULL;
  ReadData read = { loop, NULL, FALSE };
  DrawData draw = { loop, NULL };

  g_assert_cmpuint (why->documents->len, ==, 1);
  quarry_library_read_async (library, ((QuarryDocumentRecord *) why->documents->pdata[0])->id, NULL, read_cb, &read);
  g_main_loop_run (loop);
  quarry_pages_draw_async (pages, read.reading, &request, NULL, drawn_cb, &draw);
  g_main_loop_run (loop);
  g_object_unref (read.reading);
  drawn = draw.drawn;
  return g_object_ref (drawn->image);
}

static gboolean
look_alike (QuarryPageImage *a, QuarryPageImage *b)
{
  guint width, height;

  return g_bytes_equal (quarry_page_image_get_pixels (a, &width, &height),
                        quarry_page_image_get_pixels (b, &width, &height));
}

/* (transfer full) */
static char *
write_printed (gboolean with_box)
{
  PdfWriter *pdf = pdf_writer_new ();
  g_autoptr (GBytes) bytes = NULL;

  pdf_writer_begin_page (pdf);
  pdf_writer_text (pdf, "Helvetica", 12, 60, 80, "Zymurgy begins with honey.");
  if (with_box)
    pdf_writer_box (pdf);
  bytes = pdf_writer_end (pdf, FALSE);
  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static void
write_box (const char *path, const char *a, const char *b)
{
  g_autoptr (GBytes) box = zip_write ("a.pdf", a, "b.pdf", b, NULL);

  g_assert_true (g_file_set_contents (path, g_bytes_get_data (box, NULL), (gssize) g_bytes_get_size (box), NULL));
}

/* Pages with the same words need not look the same: in two files, and in one file before and after a change. */
static void
test_pages_of_same_words (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryPages) pages = quarry_pages_new ();
  g_autofree char *plain = write_printed (FALSE);
  g_autofree char *boxed = write_printed (TRUE);
  g_autofree char *path = g_build_filename (fixture->sources, "box.zip", NULL);
  g_autoptr (QuarryPageImage) a = NULL;
  g_autoptr (QuarryPageImage) b = NULL;
  g_autoptr (QuarryPageImage) later = NULL;

  write_box (path, plain, boxed);
  import_sources (fixture, library);
  a = draw_first (pages, library, path, "a.pdf");
  b = draw_first (pages, library, path, "b.pdf");
  g_assert_false (look_alike (a, b));

  write_box (path, boxed, boxed);
  import_sources (fixture, library);
  later = draw_first (pages, library, path, "a.pdf");
  g_assert_true (look_alike (later, b));
}

/* The number of the newest document; 0 if there is none. */
static int
library_newest (QuarryLibrary *library)
{
  QuarryStore *reader = quarry_library_borrow (library, NULL);
  g_autoptr (GPtrArray) records = quarry_store_list_documents (reader, NULL, FALSE, 0, NULL);
  int id = 0;

  for (guint i = 0; i < records->len; i++)
    id = MAX (id, (int) ((QuarryDocumentRecord *) records->pdata[i])->id);
  quarry_library_give_back (library, reader);
  return id;
}

static gpointer
cut_thread (gpointer data)
{
  gint64 document = 0;

  quarry_library_set_granularity (data, GPOINTER_TO_INT (g_object_get_data (data, "document")), .9, &document, NULL, NULL);
  return NULL;
}

/* A document that is taken out while it is being cut anew stays out. */
static void
test_cut_and_removed (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < 3000; i++)
    g_string_append_printf (text, "Schooner %u carries sails on two masts, and its crew trims them in the wind. ", i);
  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *path = g_strdup_printf ("/ships-%u", i);
      GThread *thread;

      add_text (library, path, text->str);
      g_object_set_data (G_OBJECT (library), "document", GINT_TO_POINTER (library_newest (library)));
      thread = g_thread_new ("cut", cut_thread, library);
      g_usleep (i * 500);
      g_assert_true (quarry_library_remove (library, path, NULL, NULL));
      g_thread_join (thread);
      g_assert_cmpint (library_newest (library), ==, 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  LIBRARY_TEST ("reading", test_reading);
  LIBRARY_TEST ("reading/damaged-cut", test_damaged_cut);
  LIBRARY_TEST ("labels", test_labels);
  LIBRARY_TEST ("chapters", test_chapters);
  LIBRARY_TEST ("chapters/found", test_found_chapters);
  LIBRARY_TEST ("reading/pages-of-same-words", test_pages_of_same_words);

  LIBRARY_TEST ("reading/cut-and-removed", test_cut_and_removed);

  return g_test_run ();
}
