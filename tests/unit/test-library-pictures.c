/* test-library-pictures.c: text that was recognized in pictures, when nobody can look into them any more
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "library-helpers.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <utime.h>

#include "core/extract/quarry-recognition.h"
#include "core/files/quarry-mounts.h"
#include "core/library/import/quarry-folders-private.h"
#include "core/library/import/quarry-folders.h"
#include "core/library/import/quarry-import-pipeline-private.h"
#include "tests/support/draw-scan.h"

/* Each file holds a different text, which occurs only in its picture. */
typedef struct
{
  LibraryFixture *fixture;
  QuarryLibrary *library;
  char *picture, *pdf, *titled, *mail;
} Scans;

static char *
write_scan (LibraryFixture *fixture, const char *name, const char *words, gboolean in_pdf, const char *title)
{
  char *path = g_build_filename (fixture->sources, name, NULL);
  int fd = open (path, O_WRONLY | O_CLOEXEC | O_CREAT | O_TRUNC, 0600);

  g_assert_cmpint (fd, >=, 0);
  draw_scan (fd, words, in_pdf, title);
  close (fd);
  return path;
}

/* Writes a mail with the scan attached, and removes the scan from its place. */
static char *
write_mail (LibraryFixture *fixture, const char *scan, const char *greeting)
{
  char *path = g_build_filename (fixture->sources, "mail.eml", NULL);
  g_autofree char *bytes = NULL;
  g_autofree char *encoded = NULL;
  g_autofree char *mail = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (scan, &bytes, &length, NULL));
  encoded = g_base64_encode ((const guchar *) bytes, length);
  mail = g_strdup_printf ("From: a@b.c\nTo: d@e.f\nSubject: The kilns\nMIME-Version: 1.0\n"
                          "Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain\n\n"
                          "%s\n--x\nContent-Type: application/pdf; name=inner.pdf\n"
                          "Content-Transfer-Encoding: base64\nContent-Disposition: attachment; "
                          "filename=inner.pdf\n\n%s\n--x--\n",
                          greeting, encoded);
  g_assert_true (g_file_set_contents (path, mail, -1, NULL));
  return path;
}

static void
assert_there (Scans *scans)
{
  assert_best (scans->library, "\"burnt in round\"", "picture");
  assert_best (scans->library, "\"wire and water\"", "scan");
  assert_best (scans->library, "\"flows through valleys\"", "titled");
  assert_best (scans->library, "\"hammer shapes iron\"", "inner");
  assert_sound (scans->library);
}

static void
import_again (Scans *scans)
{
  const char *files[] = { scans->picture, scans->pdf, scans->titled, scans->mail, NULL };
  g_autoptr (QuarryImport) import = quarry_library_import_again (scans->library, files);

  while (!quarry_import_get_finished (import))
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (quarry_import_get_error (import));
}

/* Returns FALSE if no text can be recognized on this machine. */
static gboolean
begin (Scans *scans, LibraryFixture *fixture)
{
  g_auto (GStrv) languages = quarry_recognition_list_languages ();
  g_autofree char *inner = NULL;

  scans->fixture = fixture;
  if (languages[0] == NULL)
    {
      g_test_skip ("Tesseract has no language here");
      return FALSE;
    }
  scans->picture = write_scan (fixture, "picture.png", "Limestone is burnt in round kilns.", FALSE, NULL);
  scans->pdf = write_scan (fixture, "scan.pdf", "Marble is cut with wire and water.", TRUE, NULL);
  scans->titled = write_scan (fixture, "titled.pdf", "The river flows through valleys.", TRUE, "A drawing");
  inner = write_scan (fixture, "inner.pdf", "A hammer shapes iron on the anvil.", TRUE, NULL);
  scans->mail = write_mail (fixture, inner, "See the scan.");
  g_assert_cmpint (g_remove (inner), ==, 0);
  scans->library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  import_sources (fixture, scans->library);
  assert_there (scans);
  return TRUE;
}

static void
end (Scans *scans)
{
  g_clear_object (&scans->library);
  g_free (scans->picture);
  g_free (scans->pdf);
  g_free (scans->titled);
  g_free (scans->mail);
}

static void
assert_stays (Scans *scans, const char *path)
{
  QuarryStore *reader = quarry_library_borrow (scans->library, NULL);
  g_autoptr (QuarryFailureRecord) failure = quarry_store_find_failure (reader, path, NULL);

  quarry_library_give_back (scans->library, reader);
  g_assert_nonnull (failure);
  g_assert_nonnull (strstr (failure->reason, "stays in the library"));
}

/* Switching recognition off keeps the text that was recognized. */
static void
test_switched_off (LibraryFixture *fixture, gconstpointer data)
{
  Scans scans = { 0 };
  g_autofree char *inner = NULL;

  if (!begin (&scans, fixture))
    return;
  g_assert_true (quarry_library_set_recognizes (scans.library, FALSE, NULL));
  import_again (&scans);
  assert_there (&scans);
  assert_stays (&scans, scans.picture);
  assert_stays (&scans, scans.pdf);

  /* It is kept even if the files change. */
  g_free (write_scan (fixture, "picture.png", "Something else.", FALSE, NULL));
  g_free (write_scan (fixture, "scan.pdf", "Something else.", TRUE, NULL));
  inner = write_scan (fixture, "inner.pdf", "Something else.", TRUE, NULL);
  g_free (write_mail (fixture, inner, "See another scan."));
  g_assert_cmpint (g_remove (inner), ==, 0);
  import_sources (fixture, scans.library);
  assert_there (&scans);
  g_clear_pointer (&inner, g_free);
  inner = g_strconcat (scans.mail, "/inner.pdf", NULL);
  assert_stays (&scans, inner);

  /* Once pictures may be looked into again, the new text replaces it, or it goes because there is none. */
  g_free (write_scan (fixture, "scan.pdf", "", TRUE, NULL));
  g_assert_true (quarry_library_set_recognizes (scans.library, TRUE, NULL));
  import_sources (fixture, scans.library);
  assert_best (scans.library, "\"wire and water\"", "");
  assert_best (scans.library, "\"burnt in round\"", "");
  assert_best (scans.library, "\"hammer shapes iron\"", "");
  end (&scans);
}

/* It is also kept if a picture is damaged, or Tesseract's data cannot be read. */
static void
test_damaged (LibraryFixture *fixture, gconstpointer data)
{
  g_autofree char *before = g_strdup (g_getenv ("TESSDATA_PREFIX"));
  g_autofree char *folder = g_build_filename (fixture->sources, "..", "tessdata", NULL);
  g_auto (GStrv) languages = quarry_recognition_list_languages ();
  Scans scans = { 0 };

  if (!begin (&scans, fixture))
    return;
  g_assert_true (g_file_set_contents (scans.picture, "\211PNG\r\n\032\n", -1, NULL));
  import_sources (fixture, scans.library);
  assert_there (&scans);
  assert_stays (&scans, scans.picture);

  g_clear_object (&scans.library);
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  for (guint i = 0; languages[i] != NULL; i++)
    {
      g_autofree char *name = g_strconcat (languages[i], ".traineddata", NULL);
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_assert_true (g_file_set_contents (path, "nothing of the kind", -1, NULL));
    }
  g_setenv ("TESSDATA_PREFIX", folder, TRUE);
  scans.library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  import_again (&scans);
  assert_there (&scans);
  assert_stays (&scans, scans.pdf);
  if (before != NULL)
    g_setenv ("TESSDATA_PREFIX", before, TRUE);
  else
    g_unsetenv ("TESSDATA_PREFIX");
  end (&scans);
}

/* A scan that has text besides its picture is a document even without recognition. Inside a file it keeps the
 * recognized text, unless it is seen to be another document. */
static void
test_titled_inside (LibraryFixture *fixture, gconstpointer data)
{
  Scans scans = { 0 };
  g_autofree char *inner = NULL;

  if (!begin (&scans, fixture))
    return;
  inner = write_scan (fixture, "inner.pdf", "A hammer shapes iron on the anvil.", TRUE, "A sketch");
  g_free (write_mail (fixture, inner, "See the scan."));
  g_assert_cmpint (g_remove (inner), ==, 0);
  import_sources (fixture, scans.library);
  assert_there (&scans);

  g_assert_true (quarry_library_set_recognizes (scans.library, FALSE, NULL));
  g_free (write_scan (fixture, "inner.pdf", "A hammer shapes iron on the anvil.", TRUE, "A sketch"));
  g_free (write_mail (fixture, inner, "See the scan, again."));
  g_assert_cmpint (g_remove (inner), ==, 0);
  import_sources (fixture, scans.library);
  assert_best (scans.library, "\"scan again\"", "mail");
  assert_there (&scans);
  import_again (&scans);
  assert_there (&scans);

  g_free (write_scan (fixture, "inner.pdf", "Something else.", TRUE, "A map"));
  g_free (write_mail (fixture, inner, "See another scan."));
  g_assert_cmpint (g_remove (inner), ==, 0);
  import_sources (fixture, scans.library);
  assert_best (scans.library, "\"hammer shapes iron\"", "");
  assert_sound (scans.library);
  end (&scans);
}

/* A mail that gets another number, since one before it was deleted, keeps its document, also when the mailbox is read once
 * more for the text in its pictures. */
static void
test_mailbox (LibraryFixture *fixture, gconstpointer data)
{
  static const char *const mails[] = { "Tea grows on misty hills.", "Volcanoes pour lava." };
  g_autofree char *mailbox = g_build_filename (fixture->sources, "box.mbox", NULL);
  gint64 before = 0;
  Scans scans = { 0 };

  if (!begin (&scans, fixture))
    return;
  for (guint first = 0; first < G_N_ELEMENTS (mails); first++)
    {
      g_autoptr (GString) text = g_string_new ("From a@b.c Sun Nov  1 10:00:00 2026\n");
      g_autofree char *mail = NULL;
      g_autofree char *path = g_strdup_printf ("%s/%05u.eml", mailbox, 3 - first);
      g_autoptr (QuarryDocumentRecord) record = NULL;
      QuarryStore *reader;

      g_assert_true (g_file_get_contents (scans.mail, &mail, NULL, NULL));
      g_string_append (text, mail);
      for (guint i = first; i < G_N_ELEMENTS (mails); i++)
        g_string_append_printf (text, "\nFrom a@b.c Sun Nov  1 10:00:00 2026\nFrom: a@b.c\nSubject: It\n\n%s\n", mails[i]);
      g_assert_true (g_file_set_contents (mailbox, text->str, -1, NULL));
      import_sources (fixture, scans.library);
      reader = quarry_library_borrow (scans.library, NULL);
      record = quarry_store_find_document (reader, path, NULL);
      quarry_library_give_back (scans.library, reader);
      g_assert_nonnull (record);
      if (first > 0)
        g_assert_cmpint (record->id, ==, before);
      before = record->id;
    }
  assert_there (&scans);
  end (&scans);
}

/* What an import does after all files is told, since a page may take long. */
static void
test_told (LibraryFixture *fixture, gconstpointer data)
{
  Scans scans = { 0 };
  g_autofree char *path = NULL;
  g_autoptr (QuarryImport) import = NULL;
  QuarryImportProgress progress;
  gboolean is_told = FALSE;
  const char *paths[2] = { NULL };

  if (!begin (&scans, fixture))
    return;
  paths[0] = path = write_scan (fixture, "copper.png", "Copper is smelted with charcoal.", FALSE, NULL);
  import = quarry_library_import (scans.library, paths);
  while (!quarry_import_get_finished (import))
    {
      quarry_import_get_progress (import, &progress);
      is_told |= progress.pictures;
      g_main_context_iteration (NULL, FALSE);
      g_usleep (200);
    }
  g_assert_true (is_told);
  quarry_import_get_progress (import, &progress);
  g_assert_false (progress.pictures);
  end (&scans);
}

/* The file with this number lies on a part of the disk that cannot be read; 0: none does. */
static ino_t broken;

/* Stands in for the C library's. */
ssize_t
read (int fd, void *buffer, size_t length)
{
  struct stat info;

  if (broken != 0 && fstat (fd, &info) == 0 && info.st_ino == broken)
    {
      errno = EIO;
      return -1;
    }
  return syscall (SYS_read, fd, buffer, length);
}

/* Which steps back behind all others. */
static gpointer
read_pictures_thread (gpointer data)
{
  QuarryImportPipeline *pipeline = data;
  QuarryStore *connection = quarry_library_borrow (pipeline->library, NULL);

  pipeline->mounts = quarry_library_mounts (connection);
  quarry_import_read_pictures (pipeline, connection);
  g_clear_pointer (&pipeline->mounts, quarry_mounts_free);
  quarry_library_give_back (pipeline->library, connection);
  quarry_bounded_queue_close (pipeline->items, FALSE);
  return NULL;
}

/* A file that cannot be read when its pictures have their turn: what was found before stays, and they wait for another
 * import. */
static void
test_unreadable (LibraryFixture *fixture, gconstpointer data)
{
  /* It was read without them just now, or there is nothing but pictures in it. */
  static const QuarryImportStatus before[] = { QUARRY_IMPORT_UNCHANGED, QUARRY_IMPORT_SKIPPED };
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *bees = g_build_filename (fixture->sources, "bees.md", NULL);
  const char *paths[] = { bees, NULL };
  struct stat info;

  import_sources (fixture, library);
  g_assert_true (quarry_import_mark_pictures (library, bees, TRUE, NULL));
  g_assert_cmpint (stat (bees, &info), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (before); i++)
    {
      g_autoptr (QuarryImport) import = quarry_import_new (library, paths);
      g_autoptr (QuarryBoundedQueue) items
          = quarry_bounded_queue_new (8, NULL, (GDestroyNotify) quarry_import_item_free);
      g_autoptr (GHashTable) none = g_hash_table_new (g_str_hash, g_str_equal);
      g_autoptr (QuarryExtractor) recognizer = quarry_extractor_new (1, 0, 0);
      QuarryImportPipeline pipeline = { .library = library, .import = import, .items = items, .named = none,
                                        .again = none, .lost = none, .passed_over = none, .extractor = recognizer,
                                        .recognizer = recognizer };
      g_autoptr (QuarryImportItem) first = quarry_import_item_new (bees);
      g_autoptr (QuarryFailureRecord) failure = NULL;
      QuarryImportItem *item;
      QuarryStore *reader;
      gboolean wait;

      first->status = before[i];
      quarry_import_add_found (import, 1);
      quarry_import_put_off_pictures (&pipeline, first);
      broken = info.st_ino;
      g_thread_join (g_thread_new ("pictures", read_pictures_thread, &pipeline));
      broken = 0;
      while ((item = quarry_bounded_queue_pop (items)) != NULL)
        {
          g_assert_cmpint (item->status, ==, QUARRY_IMPORT_FAILED);
          quarry_import_write_items (&pipeline, &item, 1);
          quarry_import_item_free (item);
        }
      while (g_main_context_iteration (NULL, FALSE))
        continue;

      reader = quarry_library_borrow (library, NULL);
      wait = quarry_store_has_pictures (reader, bees);
      failure = quarry_store_find_failure (reader, bees, NULL);
      quarry_library_give_back (library, reader);
      g_assert_true (wait);
      if (before[i] == QUARRY_IMPORT_UNCHANGED)
        g_assert_null (failure);
      else
        g_assert_nonnull (strstr (failure->reason, "stays in the library"));
      assert_best (library, "bees", "bees");
    }
  assert_sound (library);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  LIBRARY_TEST ("pictures/switched-off", test_switched_off);
  LIBRARY_TEST ("pictures/damaged", test_damaged);
  LIBRARY_TEST ("pictures/titled-inside", test_titled_inside);
  LIBRARY_TEST ("pictures/mailbox", test_mailbox);
  LIBRARY_TEST ("pictures/told", test_told);
  LIBRARY_TEST ("pictures/unreadable", test_unreadable);

  return g_test_run ();
}
