/* test-opener.c: the commands that open a document at a page
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "ui/quarry-opener.h"

#include <glib/gstdio.h>
#include <unistd.h>

#include "tests/support/own-mounts.h"
#include "tests/support/temporary-folder.h"

static void
check (const char *app_id,
       const char *command_line,
       const char *path,
       guint page,
       const char *const *expected)
{
  g_auto (GStrv) argv = quarry_opener_page_command (app_id, command_line, path, page);

  if (!expected)
    g_assert_null (argv);
  else
    {
      g_autofree char *got = argv ? g_strjoinv (" | ", argv) : NULL;
      g_autofree char *want = g_strjoinv (" | ", (char **) expected);

      g_assert_cmpstr (got, ==, want);
    }
}

#define EXPECT(...) ((const char *const[]) { __VA_ARGS__, NULL })

static void
test_viewers (void)
{
  check ("org.gnome.Evince.desktop", "evince %U", "/d/a.pdf", 12,
         EXPECT ("evince", "--page-index=12", "/d/a.pdf"));
  check ("evince", NULL, "/d/a.pdf", 1, EXPECT ("evince", "--page-index=1", "/d/a.pdf"));
  check ("xreader.desktop", "xreader %U", "/d/a.pdf", 3,
         EXPECT ("xreader", "--page-index=3", "/d/a.pdf"));
  check ("atril.desktop", "atril %U", "/d/a.pdf", 3,
         EXPECT ("atril", "--page-index=3", "/d/a.pdf"));
  check ("org.kde.okular.desktop", "okular %U", "/d/a.pdf", 212,
         EXPECT ("okular", "--page=212", "/d/a.pdf"));
  check ("okularApplication_pdf.desktop", "okular %U", "/d/a.pdf", 2,
         EXPECT ("okular", "--page=2", "/d/a.pdf"));
  check ("org.pwmt.zathura-pdf-poppler.desktop", "zathura %U", "/d/a.pdf", 4,
         EXPECT ("zathura", "--page=4", "/d/a.pdf"));
  check ("mupdf.desktop", "mupdf %f", "/d/a.pdf", 5, EXPECT ("mupdf", "/d/a.pdf", "5"));
  check ("qpdfview.desktop", "qpdfview --unique %F", "/d/a.pdf", 6,
         EXPECT ("qpdfview", "--unique", "/d/a.pdf#6"));
}

static void
test_command_lines (void)
{
  /* The viewer's path and its own options are kept; field codes that do not stand for the file are dropped. */
  check ("org.kde.okular.desktop", "'/opt/my viewers/okular' --style x %U %i -caption %c", "/d/a.pdf", 2,
         EXPECT ("/opt/my viewers/okular", "--style", "x", "--page=2", "/d/a.pdf", "-caption"));
  check ("evince.desktop", "evince", "/d/a.pdf", 2, EXPECT ("evince", "--page-index=2", "/d/a.pdf"));
  check ("evince.desktop", "evince %f %U", "/d/a.pdf", 2,
         EXPECT ("evince", "--page-index=2", "/d/a.pdf"));
  check ("org.gnome.Evince.desktop",
         "/usr/bin/flatpak run --command=evince --file-forwarding org.gnome.Evince @@u %U @@",
         "/d/a.pdf", 7,
         EXPECT ("/usr/bin/flatpak", "run", "--command=evince", "--file-forwarding",
                 "org.gnome.Evince", "--page-index=7", "@@", "/d/a.pdf", "@@"));
}

static void
test_no_page (void)
{
  check ("evince.desktop", "evince %U", "/d/a.pdf", 0, NULL);
  check ("org.gnome.TextEditor.desktop", "gnome-text-editor %U", "/d/a.pdf", 3, NULL);
  check ("firefox-esr.desktop", "firefox %u", "/d/a.pdf", 3, NULL);
  check (NULL, "evince %U", "/d/a.pdf", 3, NULL);
  check ("evince.desktop", "evince 'unclosed", "/d/a.pdf", 3, NULL);
  check ("evince.desktop", "", "/d/a.pdf", 3, NULL);
  /* A path that could be taken for an option is refused. */
  check ("evince.desktop", "evince %U", "--help", 3, NULL);
  check ("evince.desktop", "evince %U", NULL, 3, NULL);
}

static void
test_odd_names (void)
{
  static const char *const paths[] = {
    "/d/a b.pdf", "/d/$(reboot).pdf", "/d/'\"`;&|.pdf", "/d/-p.pdf", "/d/%U.pdf", "/d/@@.pdf",
    "/d/100%.pdf", "/d/\xff\xfe\x80.pdf", "/d/new\nline.pdf", "/d/zażółć.pdf",
  };

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    check ("evince.desktop", "evince %U", paths[i], 3,
           EXPECT ("evince", "--page-index=3", paths[i]));
  check ("qpdfview.desktop", "qpdfview %F", "/d/C# notes#2.pdf", 3,
         EXPECT ("qpdfview", "/d/C# notes#2.pdf#3"));
}

/* Opens @path, and checks that the application of make_desktop() is told to open @wanted. */
static void
check_opens (const char *folder, const char *path, const char *mime_type, const char *wanted)
{
  g_autofree char *opened = g_build_filename (folder, "opened", NULL);
  g_autofree char *got = NULL;

  if (!gtk_init_check ())
    {
      g_test_skip ("No display");
      return;
    }
  g_remove (opened);
  quarry_open_path (path, mime_type, 3, NULL);
  for (guint i = 0; i < 1000 && !g_file_test (opened, G_FILE_TEST_EXISTS); i++)
    {
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_usleep (10000);
    }
  g_assert_true (g_file_get_contents (opened, &got, NULL, NULL));
  g_assert_cmpstr (g_strchomp (got), ==, wanted);
}

/* A document inside an archive is opened by opening the archive. */
static void
test_inside (gconstpointer data)
{
  g_autofree char *archive = g_build_filename (data, "a.zip", NULL);
  g_autofree char *inner = g_build_filename (archive, "letters", "one.txt", NULL);

  check_opens (data, inner, "text/plain", archive);
}

/* What Quarry calls a file counts only where the desktop has no name for it. */
static void
test_types (gconstpointer data)
{
  g_autofree char *known = g_build_filename (data, "a.py", NULL);
  g_autofree char *unknown = g_build_filename (data, "a.unheard-of", NULL);

  check_opens (data, known, "text/x-source", known);
  check_opens (data, unknown, "text/x-python", unknown);
}

/* Makes a desktop whose application for archives records its arguments. (transfer full) */
static char *
make_desktop (void)
{
  char *folder = temporary_folder_new ();
  g_autofree char *entry = g_strdup_printf (
      "[Desktop Entry]\nType=Application\nName=Notes\nMimeType=application/zip;text/x-python;\n"
      "Exec=sh -c \"echo \\\\$0 > %s/part; mv %s/part %s/opened\" %%f\n",
      folder, folder, folder);

  g_free (write_file (folder, "applications/quarry-test.desktop", entry, -1));
  g_free (write_file (folder, "mimeapps.list",
                      "[Default Applications]\napplication/zip=quarry-test.desktop;\n"
                      "text/x-python=quarry-test.desktop;\ntext/x-python3=quarry-test.desktop;\n", -1));
  g_free (write_file (folder, "a.zip", "PK", -1));
  g_free (write_file (folder, "a.py", "print ('marble')\n", -1));
  g_free (write_file (folder, "a.unheard-of", "\1\2\3\4", 4));
  g_setenv ("XDG_DATA_HOME", folder, TRUE);
  g_setenv ("XDG_CONFIG_HOME", folder, TRUE);
  return folder;
}

/* The window does not block on a file server that does not answer. */
static void
test_silence (void)
{
  const char *folder = g_getenv ("QUARRY_TEST_SILENT");

  if (!g_test_subprocess ())
    {
      char *made;

      if (!own_mounts_may_mount_silent ())
        {
          g_test_skip ("a file system that does not answer cannot be mounted here");
          return;
        }
      made = temporary_folder_new ();
      g_setenv ("QUARRY_TEST_SILENT", made, TRUE);
      g_test_trap_subprocess (NULL, 30 * G_USEC_PER_SEC, G_TEST_SUBPROCESS_INHERIT_STDERR);
      temporary_folder_free (made);
      g_test_trap_assert_passed ();
      return;
    }
  if (!own_mounts_begin () || own_mounts_mount_silent (folder) < 0)
    _exit (1);
  {
    g_autofree char *path = g_build_filename (folder, "box.zip", "a.txt", NULL);

    quarry_open_path (path, "text/plain", 0, NULL);
    quarry_reveal_path (path, NULL);
  }
  /* When the process ends, the kernel releases the threads that wait for the server. */
  _exit (0);
}

int
main (int argc, char **argv)
{
  char *folder;
  int failed;

  g_test_init (&argc, &argv, NULL);
  /* The test that runs in a process of its own uses that of its parent. */
  folder = g_test_subprocess () ? NULL : make_desktop ();
  g_test_add_data_func ("/opener/inside", folder, test_inside);
  g_test_add_data_func ("/opener/types", folder, test_types);
  g_test_add_func ("/opener/viewers", test_viewers);
  g_test_add_func ("/opener/command-lines", test_command_lines);
  g_test_add_func ("/opener/no-page", test_no_page);
  g_test_add_func ("/opener/odd-names", test_odd_names);
  g_test_add_func ("/opener/silence", test_silence);
  failed = g_test_run ();

  temporary_folder_free (folder);
  return failed;
}
