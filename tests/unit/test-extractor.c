/* test-extractor.c: files read in another process, and what becomes of those who misbehave
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/extract/quarry-extractor.h"
#include "core/extract/quarry-recognition.h"
#include "tests/support/draw-scan.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define MISBEHAVING QUARRY_BUILDDIR "/tests/unit/misbehaving-extract"

static int
open_text (const char *text)
{
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp ("quarry-extractor-XXXXXX", &path, NULL);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (unlink (path), ==, 0);
  g_assert_cmpint (write (fd, text, strlen (text)), ==, strlen (text));
  return fd;
}

static QuarryDocument *
read_named (QuarryExtractor *extractor, const char *name, GCancellable *cancel, GError **error)
{
  int fd = open_text ("x");
  QuarryDocument *document = quarry_extractor_read (extractor, fd, name, cancel, error);

  g_assert_true ((document == NULL) == (error != NULL && *error != NULL));
  close (fd);
  return document;
}

static void
assert_read (QuarryExtractor *extractor, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryDocument) document = read_named (extractor, name, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (quarry_document_get_text (document, NULL), ==, name);
}

static void
assert_fails (QuarryExtractor *extractor, const char *name, QuarryExtractError code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryDocument) document = read_named (extractor, name, NULL, &error);

  g_assert_error (error, QUARRY_EXTRACT_ERROR, (gint) code);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_cmpuint (strlen (error->message), >, 5);
}

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

static void
use_misbehaving (void)
{
  g_setenv ("QUARRY_EXTRACT", MISBEHAVING, TRUE);
}

static void
test_crashes (void)
{
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 0, 0);

  assert_fails (extractor, "crash", QUARRY_EXTRACT_ERROR_CRASHED);
  assert_read (extractor, "after a crash");
  assert_fails (extractor, "abort", QUARRY_EXTRACT_ERROR_CRASHED);
  assert_fails (extractor, "recurse", QUARRY_EXTRACT_ERROR_CRASHED);
  assert_read (extractor, "after an overflow");
  /* A reader that exits with success but sent no document is treated as crashed. */
  assert_fails (extractor, "exit", QUARRY_EXTRACT_ERROR_CRASHED);
  assert_fails (extractor, "refuse", QUARRY_EXTRACT_ERROR_ENCRYPTED);
  assert_read (extractor, "after all that");
}

/* A process that @parent has started; 0 if there is none. */
static pid_t
find_child (pid_t parent)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc", 0, NULL);
  const char *entry;

  while ((entry = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc", entry, "stat", NULL);
      g_autofree char *stat = NULL;
      const char *rest;
      int ppid = 0;

      if (g_ascii_isdigit (*entry) && g_file_get_contents (path, &stat, NULL, NULL)
          && (rest = strrchr (stat, ')')) != NULL && sscanf (rest + 1, " %*c %d", &ppid) == 1
          && ppid == parent)
        return (pid_t) atoi (entry);
    }
  return 0;
}

/* Kills the server process from outside. A new one is started. */
static gpointer
kill_server (gpointer data)
{
  pid_t server;

  /* Waits until the server has a child, which then has the file. */
  while ((server = find_child (getpid ())) == 0 || find_child (server) == 0)
    g_usleep (1000);
  g_assert_cmpint (kill (server, SIGKILL), ==, 0);
  return NULL;
}

static void
test_killed (void)
{
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 0, 0);
  GThread *killer = g_thread_new ("kill", kill_server, NULL);

  assert_fails (extractor, "hang", QUARRY_EXTRACT_ERROR_CRASHED);
  g_thread_join (killer);
  assert_read (extractor, "after being killed");
}

static void
test_deadline (void)
{
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 300, 0);

  assert_fails (extractor, "hang", QUARRY_EXTRACT_ERROR_DEADLINE);
  assert_fails (extractor, "spin", QUARRY_EXTRACT_ERROR_DEADLINE);
  assert_read (extractor, "after the deadline");
}

/* The deadline holds for each document of a file, so reading a file with many of them may take longer than that as a
 * whole. */
static void
test_mailbox (void)
{
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 500, 0);
  g_autoptr (GError) error = NULL;
  int fd = open_text ("x");
  g_autoptr (QuarryExtraction) extraction = quarry_extractor_open (extractor, fd, "mailbox", NULL, &error);
  QuarryDocument *document;
  const char *place;
  guint n = 0;

  close (fd);
  g_assert_no_error (error);
  while (quarry_extraction_next (extraction, &place, &document, &error))
    {
      g_assert_no_error (error);
      g_clear_object (&document);
      n++;
    }
  g_assert_cmpuint (n, ==, 16);
}

/* If other processes keep the processor, a reader is not taken to be late. */
static void
test_starved (void)
{
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 400, 0);
  cpu_set_t before, one;
  pid_t others[6];

  CPU_ZERO (&one);
  g_assert_cmpint (sched_getaffinity (0, sizeof before, &before), ==, 0);
  for (int i = 0; i < CPU_SETSIZE && CPU_COUNT (&one) == 0; i++)
    if (CPU_ISSET (i, &before))
      CPU_SET (i, &one);
  g_assert_cmpint (sched_setaffinity (0, sizeof one, &one), ==, 0);
  /* So that the server is running. */
  assert_read (extractor, "before");
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      others[i] = fork ();
      g_assert_cmpint (others[i], >=, 0);
      if (others[i] == 0)
        {
          prctl (PR_SET_PDEATHSIG, SIGKILL);
          for (;;)
            ;
        }
    }
  assert_read (extractor, "work");
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      kill (others[i], SIGKILL);
      waitpid (others[i], NULL, 0);
    }
  sched_setaffinity (0, sizeof before, &before);
}

/* It is not late either if everything stands still for longer than the deadline, or if only the server does and then
 * finds the child done. */
static void
test_standstill (void)
{
  static const char *const who[] = { "both", "server" };

  for (guint i = 0; i < G_N_ELEMENTS (who); i++)
    {
      g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 400, 0);

      g_setenv ("QUARRY_TEST_STANDSTILL", who[i], TRUE);
      assert_read (extractor, i == 0 ? "work" : "short");
      g_unsetenv ("QUARRY_TEST_STANDSTILL");
    }
}

static void
test_memory (void)
{
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 0, 64 << 20);

  assert_fails (extractor, "eat", QUARRY_EXTRACT_ERROR_MEMORY);
  assert_read (extractor, "after a meal");
}

static void
assert_rights (QuarryExtractor *extractor, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryDocument) document = read_named (extractor, name, NULL, &error);
  g_autofree char *expected = NULL;
  /* A kernel without Landlock lets the child read whatever the person may read. */
  gboolean has_landlock
      = syscall (SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION) > 0;

  g_assert_no_error (error);
  expected = g_strdup_printf ("read:yes own:%s write:no append:no create:no socket:no local:no fork:no thread:yes "
                              "exec:no code:no kill:no remove:no descriptors:no",
                              has_landlock ? "no" : "yes");
  g_assert_cmpstr (quarry_document_get_text (document, NULL), ==, expected);
}

static void
test_rights (void)
{
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 0, 0);

  assert_rights (extractor, "rights");
  /* The same while there is another child. */
  assert_rights (extractor, "rights-alone");
}

/* The process id of the child that read it. (transfer full) */
static char *
find_reader (QuarryExtractor *extractor, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryDocument) document = read_named (extractor, name, NULL, &error);

  g_assert_no_error (error);
  return g_strdup (quarry_document_get_text (document, NULL));
}

/* Files of one company share a process, which reads no other files; their contents decide this, not their names. */
static void
test_shared (void)
{
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 0, 0);
  g_autofree char *first = find_reader (extractor, "who");
  g_autofree char *alone = find_reader (extractor, "who-alone");
  g_autofree char *alone_too = find_reader (extractor, "who-alone");
  g_autofree char *by_name = find_reader (extractor, "who.pdf");
  g_autofree char *page = find_reader (extractor, "who.html");
  g_autofree char *second = find_reader (extractor, "who.txt");
  g_autofree char *page_too = find_reader (extractor, "who-too.html");
  g_autofree char *page_alone = find_reader (extractor, "who.html-alone");
  g_autofree char *third = NULL;

  g_assert_cmpstr (first, ==, second);
  g_assert_cmpstr (alone, !=, first);
  g_assert_cmpstr (alone_too, !=, first);
  g_assert_cmpstr (alone, !=, alone_too);
  g_assert_cmpstr (by_name, !=, first);
  g_assert_cmpstr (page, !=, first);
  g_assert_cmpstr (page, ==, page_too);
  g_assert_cmpstr (page, !=, page_alone);
  assert_fails (extractor, "crash", QUARRY_EXTRACT_ERROR_CRASHED);
  third = find_reader (extractor, "who");
  g_assert_cmpstr (third, !=, first);
}

/* If a file leaves a shared process in a bad state, the file that is read next is not harmed. */
static void
test_innocent (void)
{
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 0, 0);

  assert_read (extractor, "poison");
  assert_read (extractor, "victim");
  assert_read (extractor, "poison");
  assert_fails (extractor, "crash", QUARRY_EXTRACT_ERROR_CRASHED);
  assert_read (extractor, "victim");
}

/* A file whose name says nothing is assigned to a company by its contents. If a file inside it is not of that company,
 * the whole file is read in a process of its own. */
static void
test_company (void)
{
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 0, 0);
  g_autofree char *text = find_reader (extractor, "who");
  g_autofree char *mail = find_reader (extractor, "who-mail");
  g_autofree char *mail_too = find_reader (extractor, "who-too-mail");
  g_autofree char *text_too = find_reader (extractor, "who-too");
  g_autofree char *later = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) found = g_string_new (NULL);
  g_autoptr (QuarryExtraction) extraction = NULL;
  QuarryDocument *document;
  const char *place;
  int fd;

  g_assert_cmpstr (mail, !=, text);
  g_assert_cmpstr (mail, ==, mail_too);
  g_assert_cmpstr (text, ==, text_too);

  fd = open_text ("A parcel.");
  extraction = quarry_extractor_open (extractor, fd, "parcel-mail", NULL, &error);
  close (fd);
  g_assert_no_error (error);
  while (quarry_extraction_next (extraction, &place, &document, &error))
    {
      g_string_append_printf (found, "%s%s ", place, error != NULL ? "!" : "");
      if (*place == '\0')
        g_assert_cmpstr (quarry_document_get_text (document, NULL), !=, mail);
      g_clear_object (&document);
      g_clear_error (&error);
    }
  g_assert_cmpstr (found->str, ==, "a.txt b.pdf!  ");
  later = find_reader (extractor, "who-mail");
  g_assert_cmpstr (later, ==, mail);
}

/* A rare encoding is loaded when the first file asks for it. */
static void
test_rare_encoding (void)
{
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 0, 0);

  for (guint i = 0; i < 2; i++)
    {
      assert_read (extractor, "encoding");
      assert_read (extractor, "encoding-alone");
    }
  /* There is no encoding of that name, so the process is not started again in vain. */
  assert_read (extractor, "no-encoding");
}

static void
test_large_answer (void)
{
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 0, 0);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryDocument) document = read_named (extractor, "big", NULL, &error);
  gsize length;

  g_assert_no_error (error);
  quarry_document_get_text (document, &length);
  g_assert_cmpuint (length, ==, 20 << 20);
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

static gpointer
cancel_soon (gpointer cancellable)
{
  g_usleep (100000);
  g_cancellable_cancel (cancellable);
  return NULL;
}

static gpointer
read_hanging (gpointer data)
{
  gpointer *both = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryDocument) document = read_named (both[0], "hang", both[1], &error);

  g_assert_null (document);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  return NULL;
}

static void
test_cancel (void)
{
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 0, 0);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  gpointer both[] = { extractor, cancellable };
  GThread *canceller = g_thread_new ("cancel", cancel_soon, cancellable);
  /* One of the two requests is being read and the other waits for a server; both are cancelled. */
  GThread *first = g_thread_new ("first", read_hanging, both);
  GThread *second = g_thread_new ("second", read_hanging, both);

  g_thread_join (first);
  g_thread_join (second);
  g_thread_join (canceller);
  /* A request that was cancelled before it began is not begun. */
  read_hanging (both);
  assert_read (extractor, "after being cancelled");
}

typedef struct
{
  QuarryExtractor *extractor;
  gint next;
} Many;

static gpointer
read_many (gpointer data)
{
  Many *many = data;
  gint i;

  while ((i = g_atomic_int_add (&many->next, 1)) < 200)
    {
      g_autofree char *name = g_strdup_printf ("file %d", i);

      if (i % 20 == 7)
        assert_fails (many->extractor, "crash", QUARRY_EXTRACT_ERROR_CRASHED);
      else
        assert_read (many->extractor, name);
    }
  return NULL;
}

static void
test_many (void)
{
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (2, 0, 0);
  Many many = { .extractor = extractor };
  GThread *threads[4];

  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("many", read_many, &many);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_thread_join (threads[i]);
}

/* Counts the open descriptors, to see that none is leaked, whatever happened. */
static guint
count_descriptors (void)
{
  guint n = 0;

  for (int fd = 0; fd < 1024; fd++)
    n += fcntl (fd, F_GETFD) >= 0;
  return n;
}

static void
test_descriptors (void)
{
  guint before = count_descriptors ();
  QuarryExtractor *extractor = quarry_extractor_new (2, 300, 64 << 20);

  for (guint i = 0; i < 5; i++)
    {
      assert_read (extractor, "x");
      assert_fails (extractor, "crash", QUARRY_EXTRACT_ERROR_CRASHED);
      assert_fails (extractor, "exit", QUARRY_EXTRACT_ERROR_CRASHED);
    }
  g_assert_finalize_object (extractor);
  g_assert_cmpuint (count_descriptors (), ==, before);
}

static void
test_nonsense (void)
{
  static const struct
  {
    const char *kind;
    QuarryExtractError code;
  } cases[] = {
    { "hello", QUARRY_EXTRACT_ERROR_PROCESS },  { "noise", QUARRY_EXTRACT_ERROR_CRASHED },
    { "length", QUARRY_EXTRACT_ERROR_CRASHED }, { "unsealed", QUARRY_EXTRACT_ERROR_CRASHED },
    { "leave", QUARRY_EXTRACT_ERROR_CRASHED },
  };
  guint before = count_descriptors ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 0, 0);

      g_setenv ("QUARRY_TEST_NONSENSE", cases[i].kind, TRUE);
      assert_fails (extractor, "x", cases[i].code);
      /* The next server behaves well. */
      g_unsetenv ("QUARRY_TEST_NONSENSE");
      assert_read (extractor, "after nonsense");
    }
  g_assert_cmpuint (count_descriptors (), ==, before);
}

static void
test_missing_program (void)
{
  g_autoptr (QuarryExtractor) extractor = quarry_extractor_new (1, 0, 0);

  g_setenv ("QUARRY_EXTRACT", "/nonexistent/quarry-extract", TRUE);
  assert_fails (extractor, "x", QUARRY_EXTRACT_ERROR_PROCESS);
  g_setenv ("QUARRY_EXTRACT", "/bin/true", TRUE);
  assert_fails (extractor, "x", QUARRY_EXTRACT_ERROR_PROCESS);
  use_misbehaving ();
  assert_read (extractor, "found at last");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_unsetenv ("QUARRY_EXTRACT");

  g_test_add_func ("/extractor/real", test_real);
  g_test_add_func ("/extractor/encodings", test_encodings);
  g_test_add_func ("/extractor/recognition", test_recognition);
  g_test_add_func ("/extractor/illegible", test_illegible);
  g_test_add_func ("/extractor/blank", test_blank);
  g_test_add_func ("/extractor/postscript", test_postscript);
  g_test_add_func ("/extractor/wordperfect", test_wordperfect);
  g_test_add_func ("/extractor/refusals", test_refusals);
  g_test_add_func ("/extractor/may-read", test_may_read);
  g_test_add_func ("/extractor/spilled", test_spilled);
  g_test_add_func ("/extractor/misbehaving", use_misbehaving);
  g_test_add_func ("/extractor/crashes", test_crashes);
  g_test_add_func ("/extractor/killed", test_killed);
  g_test_add_func ("/extractor/deadline", test_deadline);
  g_test_add_func ("/extractor/mailbox", test_mailbox);
  g_test_add_func ("/extractor/starved", test_starved);
  g_test_add_func ("/extractor/standstill", test_standstill);
  g_test_add_func ("/extractor/memory", test_memory);
  g_test_add_func ("/extractor/rights", test_rights);
  g_test_add_func ("/extractor/shared", test_shared);
  g_test_add_func ("/extractor/company", test_company);
  g_test_add_func ("/extractor/innocent", test_innocent);
  g_test_add_func ("/extractor/rare-encoding", test_rare_encoding);
  g_test_add_func ("/extractor/large-answer", test_large_answer);
  g_test_add_func ("/extractor/cancel", test_cancel);
  g_test_add_func ("/extractor/many", test_many);
  g_test_add_func ("/extractor/descriptors", test_descriptors);
  g_test_add_func ("/extractor/nonsense", test_nonsense);
  g_test_add_func ("/extractor/missing-program", test_missing_program);

  return g_test_run ();
}
