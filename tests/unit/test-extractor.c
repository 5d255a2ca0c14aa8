/* test-extractor.c: files read in another process by the program that is shipped
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "extractor-helpers.h"

#include "core/extract/quarry-extractor.h"
#include "core/extract/quarry-recognition.h"
#include "tests/support/draw-scan.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Runs the program that is shipped. */
static void
test_real (void)
{
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 0, 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryDocument) document = NULL;
  int fd = open_text ("# Stone\n\nMarble is *hard*.\n");
  guint n;

  document = quarry_extractor_read (extractor, fd, "stone.md", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (fcntl (fd, F_GETFD), >=, 0);
  close (fd);
  g_assert_cmpstr (quarry_document_get_title (document), ==, "Stone");
  g_assert_cmpstr (quarry_document_get_text (document, NULL), ==, "Stone\n\nMarble is hard.");
  g_assert_cmpstr (quarry_document_get_metadata (document, "mime-type"), ==, "text/markdown");
  quarry_document_get_blocks (document, &n);
  g_assert_cmpuint (n, ==, 2);
}

static guint
count_children (void)
{
  g_autoptr (GDir) processes = g_dir_open ("/proc", 0, NULL);
  const char *name;
  guint n = 0;

  while ((name = g_dir_read_name (processes)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc", name, "stat", NULL);
      g_autofree char *stat = NULL;
      const char *end;
      int parent;

      /* A process that ends meanwhile has no such file. */
      if (!g_ascii_isdigit (*name) || !g_file_get_contents (path, &stat, NULL, NULL))
        continue;
      end = strrchr (stat, ')');
      n += end != NULL && sscanf (end, ") %*c %d", &parent) == 1 && parent == getpid ();
    }
  return n;
}

/* A server that rests is gone, and the next file is read by another. */
static void
test_rest (void)
{
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (2, 0, 0);
  guint before = count_children ();

  for (guint time = 0; time < 2; time++)
    {
      g_autoptr (GError) error = NULL;
      int fd = open_text ("Marble is hard.");
      g_autoptr (QuarryDocument) document = quarry_extractor_read (extractor, fd, "stone.txt", NULL, &error);

      close (fd);
      g_assert_no_error (error);
      g_assert_cmpstr (quarry_document_get_text (document, NULL), ==, "Marble is hard.");
      g_assert_cmpuint (count_children (), ==, before + 1);
      quarry_extractor_rest (extractor);
      g_assert_cmpuint (count_children (), ==, before);
    }
}

/* For texts in UTF-16 the C library loads code, which cannot be loaded inside the sandbox. */
static void
test_encodings (void)
{
  static const char pdf[]
      = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        "3 0 obj<</Type/Page/Parent 2 0 R/Annots[7 0 R]/MediaBox[0 0 300 300]/Contents 4 0 R/Resources<</Font<</F "
        "5 0 R>>>>>>endobj\n"
        "4 0 obj<</Length 36>>stream\nBT /F 20 Tf 20 200 Td (Marble) Tj ET\nendstream endobj\n"
        "5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n"
        "6 0 obj<</Title<FEFF0053007400F6006E0065>>>endobj\n"
        "7 0 obj<</Type/Annot/Subtype/Text/Rect[9 9 20 20]/Contents<FEFF0053006C00E4007400E9>>>endobj\n"
        "trailer<</Root 1 0 R/Info 6 0 R>>\n%%EOF\n";
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 0, 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryDocument) document = NULL;
  int fd = open_text (pdf);

  document = quarry_extractor_read (extractor, fd, "stone.pdf", NULL, &error);
  close (fd);
  g_assert_no_error (error);
  g_assert_cmpstr (quarry_document_get_text (document, NULL), ==, "Marble\n\nSl\303\244t\303\251");
  g_assert_cmpstr (quarry_document_get_title (document), ==, "St\303\266ne");
}

/* Opens a file that shows words only as a picture. */
static int
open_picture (gboolean in_pdf)
{
  int fd = open_text ("");

  draw_scan (fd, "Marble is cut with wire and water.", in_pdf, NULL);
  return fd;
}

/* Text in pictures is recognized by Tesseract when that is asked for, inside the sandbox like all other reading. */
static void
test_recognition (void)
{
  g_auto (GStrv) languages = quarry_recognition_list_languages ();
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 0, 0);

  for (guint i = 0; i < 2; i++)
    {
      const char *name = i == 0 ? "scan.png" : "scan.pdf";
      int fd = open_picture (i == 1);
      g_autoptr (QuarryExtraction) extraction = NULL;
      g_autoptr (QuarryDocument) document = NULL;
      g_autoptr (GError) error = NULL;
      const char *place;

      g_assert_null (quarry_extractor_read (extractor, fd, name, NULL, &error));
      g_assert_error (error, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_PICTURES);
      g_clear_error (&error);

      extraction = quarry_extractor_recognize (extractor, fd, name, NULL, &error);
      close (fd);
      g_assert_no_error (error);
      g_assert_true (quarry_extraction_next (extraction, &place, &document, &error));
      if (languages[0] == NULL)
        {
          /* The message says which package to install. */
          g_assert_error (error, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_PICTURES);
          g_assert_nonnull (strstr (error->message, "tesseract-ocr"));
          continue;
        }
      g_assert_no_error (error);
      g_assert_cmpstr (quarry_document_get_text (document, NULL),
                       ==,
                       "Marble is cut with wire and water.");
    }
}

/* A page that was laid into the scanner sideways, or upside down, is read from its first line on. */
static void
test_turned (void)
{
  static const char *const lines[] = { "Marble is cut with wire and water all day long,",
                                       "while slate is split by hand along its grain.",
                                       "Granite walls outlast the people who built them,",
                                       "and sandstone crumbles where the rain beats on it.",
                                       "In winter the frost breaks what the summer left,",
                                       "so that the masons begin again every spring.",
                                       NULL };
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 0, 0);
  g_auto (GStrv) languages = quarry_recognition_list_languages ();

  if (languages[0] == NULL || !quarry_recognition_can_turn ())
    {
      g_test_skip ("Tesseract lacks a language, or tesseract-ocr-osd");
      return;
    }
  for (guint turns = 0; turns < 4; turns++)
    {
      int fd = open_text ("");
      g_autoptr (QuarryExtraction) extraction = NULL;
      g_autoptr (QuarryDocument) document = NULL;
      g_autoptr (GError) error = NULL;
      const char *place, *text;

      draw_turned (fd, lines, turns);
      extraction = quarry_extractor_recognize (extractor, fd, "turned.pdf", NULL, &error);
      close (fd);
      g_assert_no_error (error);
      g_assert_true (quarry_extraction_next (extraction, &place, &document, &error));
      g_assert_no_error (error);
      text = quarry_document_get_text (document, NULL);
      g_assert_true (g_str_has_prefix (text, "Marble is cut"));
      g_assert_nonnull (strstr (text, "grain. Granite"));
      g_assert_true (g_str_has_suffix (text, "every spring."));
    }
}

/* If the character codes on the pages mean nothing, those in the header are not believed either, and the text is
 * recognized from the picture. */
static void
test_illegible (void)
{
  g_auto (GStrv) languages = quarry_recognition_list_languages ();
  g_autoptr (GString) pdf = g_string_new ("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
                                          "2 0 obj<</Type/Pages/Kids[10 0 R 12 0 R 14 0 R]/Count 3>>endobj\n");
  static const char *const bodies[] = { "Marble is cut with wire and water all day long.",
                                        "Slate is split by hand along its grain in winter.",
                                        "Granite walls outlast the people who built them." };
  static const char *const first_codes[] = { "0021", "E021" }; /* of the header and of the pages */
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 0, 0);
  g_autoptr (QuarryExtraction) extraction = NULL;
  g_autoptr (QuarryDocument) document = NULL;
  g_autoptr (GError) error = NULL;
  const char *place, *text, *header;
  int fd;

  if (languages[0] == NULL)
    {
      g_test_skip ("no language can be recognized here");
      return;
    }
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *map = g_strdup_printf ("1 begincodespacerange <00> <FF> endcodespacerange\n"
                                              "1 beginbfrange <20> <7E> <%s> endbfrange\n",
                                              first_codes[i]);

      g_string_append_printf (pdf, "%u 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode %u 0 R>>endobj\n"
                                   "%u 0 obj<</Length %zu>>stream\n%s\nendstream endobj\n",
                              3 + 2 * i, 4 + 2 * i, 4 + 2 * i, strlen (map), map);
    }
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *shown = g_strdup_printf ("BT /H 16 Tf 60 760 Td (The Quarryman) Tj ET\n"
                                                "BT /B 16 Tf 60 500 Td (%s) Tj ET",
                                                bodies[i]);

      g_string_append_printf (pdf, "%u 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents %u 0 R"
                                   "/Resources<</Font<</H 3 0 R/B 5 0 R>>>>>>endobj\n"
                                   "%u 0 obj<</Length %zu>>stream\n%s\nendstream endobj\n",
                              10 + 2 * i, 11 + 2 * i, 11 + 2 * i, strlen (shown), shown);
    }
  g_string_append (pdf, "trailer<</Root 1 0 R>>\n%%EOF\n");
  fd = open_text (pdf->str);
  extraction = quarry_extractor_recognize (extractor, fd, "illegible.pdf", NULL, &error);
  close (fd);
  g_assert_no_error (error);
  g_assert_true (quarry_extraction_next (extraction, &place, &document, &error));
  g_assert_no_error (error);
  text = quarry_document_get_text (document, NULL);
  header = strstr (text, "The Quarryman");
  g_assert_nonnull (strstr (text, bodies[0]));
  g_assert_nonnull (header);
  g_assert_null (strstr (header + 1, "The Quarryman"));
  g_assert_null (strstr (text, "Rvbsszn")); /* what the font's codes would say */
}

/* A blank page counts as looked at, and holds no picture. */
static void
test_blank (void)
{
  static const char pdf[] = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
                            "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
                            "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]>>endobj\n"
                            "trailer<</Root 1 0 R>>\n%%EOF\n";
  g_auto (GStrv) languages = quarry_recognition_list_languages ();
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 0, 0);
  g_autoptr (QuarryExtraction) extraction = NULL;
  g_autoptr (QuarryDocument) document = NULL;
  g_autoptr (GError) error = NULL;
  int fd = open_text (pdf);
  const char *place;

  if (languages[0] == NULL)
    {
      close (fd);
      g_test_skip ("no language can be recognized here");
      return;
    }
  extraction = quarry_extractor_recognize (extractor, fd, "blank.pdf", NULL, &error);
  close (fd);
  if (extraction != NULL)
    {
      g_assert_true (quarry_extraction_next (extraction, &place, &document, &error));
      g_assert_null (document);
    }
  g_assert_error (error, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_EMPTY);
  g_assert_cmpstr (error->message, ==, "There is no text in it.");
}

/* PostScript is run inside the sandbox by a library that is loaded when the first such file turns up, even inside
 * another file. The program can neither open files nor start programs. */
static void
test_postscript (void)
{
  static const char program[]
      = "Subject: Stone\nFrom: a\nContent-Type: application/postscript\n"
        "Content-Disposition: attachment; filename=\"a.ps\"\n\n"
        "%!PS-Adobe-3.0\n/Helvetica findfont 12 scalefont setfont 20 40 moveto\n"
        "(Marble) show { (/etc/passwd) (r) file pop ( read) show } stopped {clear} if\n"
        "{ (/tmp/quarry-marble) (w) file pop ( written) show } stopped {clear} if\n"
        "{ (%pipe%id) (r) file pop ( run) show } stopped {clear} if ( is hard.) show showpage\n";
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 0, 0);

  /* The second time, the library has been loaded already. */
  for (guint i = 0; i < 2; i++)
    {
      int fd = open_text (program);
      g_autoptr (GError) error = NULL;
      g_autoptr (QuarryExtraction) extraction
          = quarry_extractor_open (extractor, fd, "stone.eml", NULL, &error);
      g_autoptr (QuarryDocument) document = NULL;
      const char *place;

      close (fd);
      g_assert_no_error (error);
      g_assert_true (quarry_extraction_next (extraction, &place, &document, &error));
      g_assert_cmpstr (place, ==, "a.ps");
      if (!quarry_extractor_has_ghostscript ())
        {
          /* The message says which package to install. */
          g_assert_error (error, QUARRY_EXTRACT_ERROR, QUARRY_EXTRACT_ERROR_UNSUPPORTED);
          g_assert_nonnull (strstr (error->message, "libgs10"));
          continue;
        }
      g_assert_no_error (error);
      g_assert_cmpstr (quarry_document_get_text (document, NULL), ==, "Marble is hard.");
    }
  g_assert_false (g_file_test ("/tmp/quarry-marble", G_FILE_TEST_EXISTS));
}

/* The library that reads WordPerfect's files is also loaded when the first one turns up. */
static void
test_wordperfect (void)
{
  static const char file[] = "\377WPC\20\0\0\0\1\12\0\1\0\0\0\0Marble is hard.\12";
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 0, 0);

  for (guint i = 0; i < 2; i++)
    {
      int fd = open_text ("");
      g_autoptr (GError) error = NULL;
      g_autoptr (QuarryExtraction) extraction = NULL;
      g_autoptr (QuarryDocument) document = NULL;
      const char *place;

      g_assert_cmpint (write (fd, file, sizeof file - 1), ==, sizeof file - 1);
      extraction = quarry_extractor_open (extractor, fd, "stone.wpd", NULL, &error);
      close (fd);
      g_assert_no_error (error);
      g_assert_true (quarry_extraction_next (extraction, &place, &document, &error));
      g_assert_no_error (error);
      g_assert_cmpstr (quarry_document_get_text (document, NULL), ==, "Marble is hard.");
    }
}

static void
test_refusals (void)
{
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 0, 0);
  struct
  {
    int fd;
    QuarryExtractError code;
  } cases[] = {
    { open_text (""), QUARRY_EXTRACT_ERROR_EMPTY },
    { open_text (" \n "), QUARRY_EXTRACT_ERROR_EMPTY },
    { open_text ("\001\002\003\004\377\376\001\002"), QUARRY_EXTRACT_ERROR_UNSUPPORTED },
    { open_text ("\211PNG\r\n\032\n"), QUARRY_EXTRACT_ERROR_PICTURES },
    { open_text ("fLaC\001\002\003\377"), QUARRY_EXTRACT_ERROR_UNSUPPORTED },
    { open (g_get_tmp_dir (), O_RDONLY | O_DIRECTORY), QUARRY_EXTRACT_ERROR_UNSUPPORTED },
    { open ("/dev/zero", O_RDONLY), QUARRY_EXTRACT_ERROR_UNSUPPORTED },
    { open_text (""), QUARRY_EXTRACT_ERROR_TOO_LARGE },
    { open_text ("/* XPM */\nstatic char *a[] = { \"1 1 1 1\", \"a c red\", \"a\" };"), QUARRY_EXTRACT_ERROR_UNSUPPORTED },
  };

  /* Two gibibytes without any data (a sparse file). */
  g_assert_cmpint (ftruncate (cases[7].fd, (off_t) 2 << 30), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (quarry_extractor_read (extractor, cases[i].fd, "x.txt", NULL, &error));
      g_assert_error (error, QUARRY_EXTRACT_ERROR, (gint) cases[i].code);
      g_assert_true (quarry_extract_error_is_skip (error));
      close (cases[i].fd);
    }
}

static void
test_may_read (void)
{
  g_assert_true (quarry_extractor_may_read ("notes.txt"));
  g_assert_true (quarry_extractor_may_read ("NOTES.MD"));
  g_assert_true (quarry_extractor_may_read ("/a.b/README"));
  g_assert_true (quarry_extractor_may_read ("page.html"));
  g_assert_true (quarry_extractor_may_read ("photo.jpeg"));
  g_assert_false (quarry_extractor_may_read ("song.wav"));
  g_assert_false (quarry_extractor_may_read ("FILM.MKV"));
  g_assert_false (quarry_extractor_may_read ("film.mp4"));
  g_assert_true (quarry_extractor_may_read ("archive.zip"));
  g_assert_true (quarry_extractor_may_read ("1700000000.M1P2.host:2,S"));
}

/* The text of a large file is kept in a file without a name, and equals the text kept in memory. */
static void
test_spilled (void)
{
  g_autofree char *folder = g_dir_make_tmp ("quarry-spill-XXXXXX", NULL);
  g_autoptr (GString) text = g_string_new ("\357\273\277");
  g_autoptr (QuarryDocument) spilled = NULL;
  GBytes *bytes[2];
  g_autoptr (GDir) dir = NULL;
  g_autofree char *maps = NULL;
  g_autofree char *path = NULL;
  int fd;

  for (guint i = 0; text->len < 9 << 20; i++)
    g_string_append_printf (text, "%u stones of größer lay there.\n%s", i, i % 50 == 0 ? "\nQUARRIES\n\n" : "");
  fd = g_file_open_tmp ("quarry-extractor-XXXXXX", &path, NULL);
  g_assert_cmpint (unlink (path), ==, 0);
  g_assert_cmpint (write (fd, text->str, text->len), ==, text->len);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 0, 0);
      g_autoptr (GError) error = NULL;

      if (i == 1)
        quarry_extractor_set_spill_folder (extractor, folder);
      g_clear_object (&spilled);
      spilled = quarry_extractor_read (extractor, fd, "stones.txt", NULL, &error);
      g_assert_no_error (error);
      bytes[i] = quarry_document_serialize (spilled);
    }
  g_assert_true (g_bytes_equal (bytes[0], bytes[1]));
  g_assert_true (g_file_get_contents ("/proc/self/maps", &maps, NULL, NULL));
  g_assert_null (strstr (maps, "memfd:document"));
  g_assert_nonnull (strstr (maps, folder));
  dir = g_dir_open (folder, 0, NULL);
  g_assert_null (g_dir_read_name (dir));
  rmdir (folder);
  close (fd);
  g_bytes_unref (bytes[0]);
  g_bytes_unref (bytes[1]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_unsetenv ("QUARRY_EXTRACT");

  g_test_add_func ("/extractor/real", test_real);
  g_test_add_func ("/extractor/rest", test_rest);
  g_test_add_func ("/extractor/encodings", test_encodings);
  g_test_add_func ("/extractor/recognition", test_recognition);
  g_test_add_func ("/extractor/turned", test_turned);
  g_test_add_func ("/extractor/illegible", test_illegible);
  g_test_add_func ("/extractor/blank", test_blank);
  g_test_add_func ("/extractor/postscript", test_postscript);
  g_test_add_func ("/extractor/wordperfect", test_wordperfect);
  g_test_add_func ("/extractor/refusals", test_refusals);
  g_test_add_func ("/extractor/may-read", test_may_read);
  g_test_add_func ("/extractor/spilled", test_spilled);

  return g_test_run ();
}
