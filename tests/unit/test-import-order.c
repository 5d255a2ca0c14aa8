/* test-import-order.c: what comes first, how long it takes, and who has to wait
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>
#include <utime.h>

#include "core/extract/quarry-recognition.h"
#include "core/library/import/quarry-folders.h"
#include "core/library/import/quarry-import-private.h"
#include "core/library/import/quarry-work-rate.h"
#include "core/library/quarry-library-private.h"
#include "tests/support/draw-scan.h"
#include "tests/support/temporary-folder.h"
#include "tests/unit/library-helpers.h"

static void
collect_cb (QuarryImport *import, QuarryImportResult *result, GPtrArray *names)
{
  g_ptr_array_add (names, g_path_get_basename (quarry_import_result_get_path (result)));
}

/* Whether an import into @folder reads the large file after most others, and new files before old ones. */
static gboolean
reads_in_order (const char *folder, const char *sources)
{
  const char *paths[] = { sources, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  guint large_at = 0, old_sum = 0, new_sum = 0;

  {
    g_autoptr (QuarryLibrary) library = quarry_library_open (folder, NULL, QUARRY_LIBRARY_WRITE, &error);
    g_autoptr (QuarryImport) import = quarry_library_import (library, paths);

    g_signal_connect (import, "result", G_CALLBACK (collect_cb), names);
    while (!quarry_import_get_finished (import))
      g_main_context_iteration (NULL, TRUE);
  }
  g_assert_cmpuint (names->len, ==, 60);
  for (guint i = 0; i < names->len; i++)
    {
      const char *name = names->pdata[i];

      if (strcmp (name, "a-large.txt") == 0)
        large_at = i;
      else if (g_str_has_prefix (name, "z-new"))
        new_sum += i;
      else
        old_sum += i;
    }
  return large_at > 40 && new_sum < old_sum * 8 / 10;
}

/* Which files are read before the walk has found the rest is a matter of chance, so several attempts are made. */
static void
test_order (void)
{
  g_autofree char *top = temporary_folder_new ();
  g_autofree char *sources = g_build_filename (top, "sources", NULL);
  g_autofree char *large = g_malloc0 (200000);
  gboolean in_order = FALSE;

  memset (large, ' ', 200000 - 1);
  memcpy (large, "One word among spaces.", 22);
  /* The walk finds files in the order of their names, which is the opposite of their order by age. */
  for (guint i = 0; i < 60; i++)
    {
      g_autofree char *name
          = g_strdup_printf (i == 0 ? "a-large.txt" : "%s-%02u.txt", i % 2 ? "z-new" : "old", i);
      g_autofree char *path = write_file (sources, name, i == 0 ? large : name, -1);
      struct utimbuf times = { 1000000000 + i, i % 2 ? 1700000000 : 1000000000 };

      g_assert_cmpint (utime (path, &times), ==, 0);
    }
  for (guint i = 0; i < 20 && !in_order; i++)
    {
      g_autofree char *name = g_strdup_printf ("library-%u", i);
      g_autofree char *folder = g_build_filename (top, name, NULL);

      in_order = reads_in_order (folder, sources);
    }
  g_assert_true (in_order);
  temporary_folder_free (g_steal_pointer (&top));
}

static char *
write_scan (const char *folder, const char *name, gboolean in_pdf)
{
  char *path = write_file (folder, name, "", 0);
  int fd = open (path, O_WRONLY | O_CLOEXEC);

  g_assert_cmpint (fd, >=, 0);
  draw_scan (fd, "Limestone is burnt in round kilns.", in_pdf, NULL);
  close (fd);
  return path;
}

/* Writes a mail with a scan attached. */
static void
write_mail (const char *folder, const char *name, const char *scan)
{
  g_autofree char *bytes = NULL;
  g_autofree char *encoded = NULL;
  g_autofree char *mail = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (scan, &bytes, &length, NULL));
  encoded = g_base64_encode ((const guchar *) bytes, length);
  mail = g_strdup_printf ("From: a@b.c\nTo: d@e.f\nSubject: The kilns\nMIME-Version: 1.0\n"
                          "Content-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain\n\n"
                          "See the scan.\n--x\nContent-Type: application/pdf; name=scan.pdf\n"
                          "Content-Transfer-Encoding: base64\nContent-Disposition: attachment; "
                          "filename=scan.pdf\n\n%s\n--x--\n",
                          encoded);
  g_free (write_file (folder, name, mail, -1));
}

typedef struct
{
  GPtrArray *names;     /* in the order in which files were finished */
  GHashTable *outcomes; /* "imported", or the reason why not */
} Told;

static void
tell_cb (QuarryImport *import, QuarryImportResult *result, Told *told)
{
  const char *reason = quarry_import_result_get_reason (result);
  char *name = g_path_get_basename (quarry_import_result_get_path (result));

  g_ptr_array_add (told->names, name);
  g_hash_table_insert (told->outcomes, name, g_strdup (reason != NULL ? reason : "imported"));
}

static void
import_all (QuarryLibrary *library, const char *path, Told *told)
{
  const char *paths[] = { path, NULL };
  g_autoptr (QuarryImport) import = quarry_library_import (library, paths);

  g_hash_table_remove_all (told->outcomes);
  g_ptr_array_set_size (told->names, 0);
  g_signal_connect (import, "result", G_CALLBACK (tell_cb), told);
  while (!quarry_import_get_finished (import))
    g_main_context_iteration (NULL, TRUE);
}

/* Text in pictures is recognized after everything else has been read, unless the person has switched that off. */
static void
test_pictures (void)
{
  g_autofree char *top = temporary_folder_new ();
  g_autofree char *folder = g_build_filename (top, "library", NULL);
  g_autofree char *sources = g_build_filename (top, "sources", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryLibrary) library = NULL;
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) outcomes = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  Told told = { names, outcomes };
  g_autofree char *text = write_file (sources, "text.txt", "One text among pictures.", -1);
  G_GNUC_UNUSED g_autofree char *picture = write_scan (sources, "a.png", FALSE);
  g_autofree char *pdf = write_scan (sources, "b.pdf", TRUE);
  g_auto (GStrv) languages = quarry_recognition_list_languages ();
  g_autofree char *inside = NULL;
  const char *expected;

  library = quarry_library_open (folder, NULL, QUARRY_LIBRARY_WRITE, &error);
  g_assert_no_error (error);
  g_assert_true (quarry_library_recognizes (library));
  g_assert_true (quarry_library_set_recognizes (library, FALSE, &error));
  g_assert_false (quarry_library_recognizes (library));
  import_all (library, sources, &told);
  g_assert_nonnull (strstr (g_hash_table_lookup (outcomes, "a.png"), "preferences"));
  g_assert_nonnull (strstr (g_hash_table_lookup (outcomes, "b.pdf"), "preferences"));

  g_assert_true (quarry_library_set_recognizes (library, TRUE, &error));
  g_assert_true (g_file_set_contents (text, "Another text among pictures.", -1, NULL));
  /* If only age counted, this file would come last. */
  g_assert_cmpint (utime (text, &(struct utimbuf){ 1000, 1000 }), ==, 0);
  import_all (library, sources, &told);
  expected = languages[0] != NULL ? "imported" : "tesseract-ocr";
  g_assert_nonnull (strstr (g_hash_table_lookup (outcomes, "a.png"), expected));
  g_assert_nonnull (strstr (g_hash_table_lookup (outcomes, "b.pdf"), expected));
  if (languages[0] != NULL)
    g_assert_cmpstr (names->pdata[0], ==, "text.txt");

  /* The same holds for pictures inside other files. */
  write_mail (sources, "mail.eml", pdf);
  import_all (library, sources, &told);
  g_assert_cmpstr (g_hash_table_lookup (outcomes, "mail.eml"), ==, "imported");
  inside = g_build_filename (sources, "mail.eml", "scan.pdf", NULL);
  g_assert_true (has_document (library, inside) == (languages[0] != NULL));
  temporary_folder_free (g_steal_pointer (&top));
}

/* Files that were imported while recognition was off are looked into once it is on, but only once. */
static void
test_pictures_later (void)
{
  g_autofree char *top = temporary_folder_new ();
  g_autofree char *folder = g_build_filename (top, "library", NULL);
  g_autofree char *sources = g_build_filename (top, "sources", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryLibrary) library = NULL;
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) outcomes = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  Told told = { names, outcomes };
  g_auto (GStrv) languages = quarry_recognition_list_languages ();
  g_autofree char *pdf = NULL;
  g_autofree char *mail = NULL;
  g_autofree char *inside = NULL;
  QuarryStore *reader;

  if (languages[0] == NULL)
    {
      temporary_folder_free (g_steal_pointer (&top));
      g_test_skip ("Tesseract has no language here");
      return;
    }
  pdf = write_scan (top, "b.pdf", TRUE);
  mail = g_build_filename (sources, "mail.eml", NULL);
  inside = g_build_filename (mail, "scan.pdf", NULL);
  write_mail (sources, "mail.eml", pdf);
  library = quarry_library_open (folder, NULL, QUARRY_LIBRARY_WRITE, &error);
  g_assert_no_error (error);
  g_assert_true (quarry_library_set_recognizes (library, FALSE, &error));
  import_all (library, sources, &told);
  g_assert_true (has_document (library, mail));
  g_assert_false (has_document (library, inside));

  g_assert_true (quarry_library_set_recognizes (library, TRUE, &error));
  import_all (library, sources, &told);
  g_assert_true (has_document (library, mail));
  g_assert_true (has_document (library, inside));
  reader = quarry_library_borrow (library, NULL);
  g_assert_false (quarry_store_has_pictures (reader, mail));
  quarry_library_give_back (library, reader);
  import_all (library, sources, &told);
  g_assert_cmpuint (names->len, ==, 1);
  temporary_folder_free (g_steal_pointer (&top));
}

/* Of several files that are read at a time, one that takes longer than those begun after it is named again. */
static void
test_current (void)
{
  g_autofree char *top = temporary_folder_new ();
  g_autofree char *folder = g_build_filename (top, "library", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryLibrary) library = quarry_library_open (folder, NULL, QUARRY_LIBRARY_WRITE, &error);
  g_autoptr (QuarryImport) import = NULL;
  static const struct
  {
    void (*step) (QuarryImport *self, const char *path);
    const char *path, *current;
  } steps[] = {
    { quarry_import_begin_reading, "/x/book.pdf", "book.pdf" }, { quarry_import_begin_reading, "/x/note.txt", "note.txt" },
    { quarry_import_end_reading, "/x/note.txt", "book.pdf" },   { quarry_import_begin_reading, "/x/mail.eml", "mail.eml" },
    { quarry_import_end_reading, "/x/book.pdf", "mail.eml" },   { quarry_import_end_reading, "/x/mail.eml", "mail.eml" },
  };

  g_assert_no_error (error);
  import = quarry_library_import (library, (const char *[]){ top, NULL });
  while (!quarry_import_get_finished (import))
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (quarry_import_get_current (import));
  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autofree char *current = NULL;

      steps[i].step (import, steps[i].path);
      current = quarry_import_get_current (import);
      g_assert_cmpstr (current, ==, steps[i].current);
    }
  temporary_folder_free (g_steal_pointer (&top));
}

/* Pictures that one import has put off still wait if the next import is put off in favour of a third. */
static void
test_pictures_put_off (void)
{
  g_autofree char *top = temporary_folder_new ();
  g_autofree char *folder = g_build_filename (top, "library", NULL);
  g_autofree char *sources = g_build_filename (top, "sources", NULL);
  g_autofree char *later = g_build_filename (top, "later", NULL);
  g_auto (GStrv) languages = quarry_recognition_list_languages ();
  const char *roots[] = { later, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryLibrary) library = NULL;
  g_autoptr (QuarryImport) first = NULL;
  g_autoptr (QuarryImport) look = NULL;
  g_autoptr (QuarryImport) last = NULL;
  g_autofree char *current = NULL;

  if (languages[0] == NULL)
    {
      temporary_folder_free (g_steal_pointer (&top));
      g_test_skip ("Tesseract has no language here");
      return;
    }
  for (guint i = 0; i < 8; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.png", i);

      g_free (write_scan (sources, name, FALSE));
    }
  g_free (write_file (later, "text.txt", "A text that somebody waits for.", -1));
  library = quarry_library_open (folder, NULL, QUARRY_LIBRARY_WRITE, &error);
  g_assert_no_error (error);
  first = quarry_library_import (library, (const char *[]){ sources, NULL });
  /* The import has begun. */
  while (current == NULL && !quarry_import_get_finished (first))
    {
      g_main_context_iteration (NULL, FALSE);
      current = quarry_import_get_current (first);
    }
  look = quarry_library_look_again (library, roots, roots, FALSE);
  while (!quarry_import_get_finished (first))
    g_main_context_iteration (NULL, TRUE);
  last = quarry_library_import (library, roots);
  while (!quarry_import_get_finished (look) || !quarry_import_get_finished (last))
    g_main_context_iteration (NULL, TRUE);
  /* The follower looks again. */
  g_clear_object (&look);
  look = quarry_library_look_again (library, roots, roots, FALSE);
  while (!quarry_import_get_finished (look))
    g_main_context_iteration (NULL, TRUE);
  for (guint i = 0; i < 8; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.png", i);
      g_autofree char *path = g_build_filename (sources, name, NULL);

      g_assert_true (has_document (library, path));
    }
  temporary_folder_free (g_steal_pointer (&top));
}

/* An import that is requested later does not wait for pictures of an earlier one, and no picture is forgotten. */
static void
test_pictures_wait (void)
{
  g_autofree char *top = temporary_folder_new ();
  g_autofree char *folder = g_build_filename (top, "library", NULL);
  g_autofree char *sources = g_build_filename (top, "sources", NULL);
  g_autofree char *later = g_build_filename (top, "later", NULL);
  g_auto (GStrv) languages = quarry_recognition_list_languages ();
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryLibrary) library = NULL;
  g_autoptr (QuarryImport) first = NULL;
  g_autoptr (QuarryImport) second = NULL;
  g_autofree char *text = NULL;

  if (languages[0] == NULL)
    {
      temporary_folder_free (g_steal_pointer (&top));
      g_test_skip ("Tesseract has no language here");
      return;
    }
  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.png", i);

      g_free (write_scan (sources, name, FALSE));
    }
  text = write_file (later, "text.txt", "A text that somebody waits for.", -1);
  library = quarry_library_open (folder, NULL, QUARRY_LIBRARY_WRITE, &error);
  g_assert_no_error (error);
  first = quarry_library_import (library, (const char *[]){ sources, NULL });
  second = quarry_library_import (library, (const char *[]){ later, NULL });
  while (!quarry_import_get_finished (first) || !quarry_import_get_finished (second))
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (has_document (library, text));
  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.png", i);
      g_autofree char *path = g_build_filename (sources, name, NULL);

      g_assert_true (has_document (library, path));
    }
  temporary_folder_free (g_steal_pointer (&top));
}

/* Many small files, and one as large as all of them together: when the small ones are done, half of the time is
 * left. */
static void
test_time_left (void)
{
  QuarryWorkRate rate = { 0 };
  guint64 small = quarry_work_of_file (4096);
  guint64 large = 400 * small;
  gint64 now = 5 * G_USEC_PER_SEC;

  rate.found = 400 * small + large;
  g_assert_cmpfloat (quarry_work_rate_get_left (&rate), <, 0);
  for (guint i = 0; i < 400; i++)
    {
      now += 100000;
      quarry_work_rate_add_done (&rate, small, now);
    }
  g_assert_cmpfloat_with_epsilon (quarry_work_rate_get_left (&rate), 40, 1);

  /* A pause does not count as slowness. */
  quarry_work_rate_interrupt (&rate);
  now += 1000 * (gint64) G_USEC_PER_SEC;
  for (guint i = 0; i < 100; i++)
    {
      quarry_work_rate_add_done (&rate, small, now);
      now += 100000;
    }
  g_assert_cmpfloat_with_epsilon (quarry_work_rate_get_left (&rate), 30, 1);

  /* When the import becomes slower, the estimate follows within a minute. */
  for (guint i = 0; i < 100; i++)
    {
      now += 600000;
      quarry_work_rate_add_done (&rate, small, now);
    }
  g_assert_cmpfloat_with_epsilon (quarry_work_rate_get_left (&rate), 200 * .6, 10);
  quarry_work_rate_add_done (&rate, large, now);
  g_assert_cmpfloat (quarry_work_rate_get_left (&rate), ==, 0);
}

/* Recognizing pictures takes longer than their sizes suggest. At first that is guessed, later it is measured. */
static void
test_time_left_pictures (void)
{
  QuarryWorkRate rate = { 0 }, pictures = { 0 };
  gint64 now = 5 * G_USEC_PER_SEC;

  rate.found = 10000000;
  pictures.found = 4000000;
  g_assert_cmpfloat (quarry_work_rate_get_left_of (&rate, &pictures), <, 0);
  for (guint i = 0; i < 6; i++)
    {
      quarry_work_rate_add_done (&rate, 1000000, now);
      now += G_USEC_PER_SEC;
    }
  /* Four seconds for the files and forty for the pictures. */
  g_assert_cmpfloat_with_epsilon (quarry_work_rate_get_left_of (&rate, &pictures), 44, 1);
  quarry_work_rate_add_done (&rate, 4000000, now);
  g_assert_cmpfloat_with_epsilon (quarry_work_rate_get_left_of (&rate, &pictures), 40, 1);
  quarry_work_rate_add_done (&pictures, 0, now);
  for (guint i = 0; i < 4; i++)
    {
      now += 20 * G_USEC_PER_SEC;
      quarry_work_rate_add_done (&pictures, 500000, now);
    }
  g_assert_cmpfloat_with_epsilon (quarry_work_rate_get_left_of (&rate, &pictures), 80, 5);
  quarry_work_rate_add_done (&pictures, 2000000, now);
  g_assert_cmpfloat (quarry_work_rate_get_left_of (&rate, &pictures), ==, 0);
}

/* If a file's failure cannot be recorded, whatever writes next does not wait for that for ever. */
static void
test_failure_not_recorded (void)
{
  g_autofree char *top = temporary_folder_new ();
  g_autofree char *folder = g_build_filename (top, "library", NULL);
  g_autofree char *file = g_build_filename (folder, "library.db", NULL);
  g_autofree char *broken = write_file (top, "broken.pdf", "%PDF-1.4\nnothing", -1);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryLibrary) library = quarry_library_open (folder, NULL, QUARRY_LIBRARY_WRITE, &error);
  sqlite3 *db;

  g_assert_no_error (error);
  g_assert_cmpint (sqlite3_open (file, &db), ==, SQLITE_OK);
  sqlite3_busy_timeout (db, 10000);
  g_assert_cmpint (sqlite3_exec (db, "ALTER TABLE failures RENAME TO away", NULL, NULL, NULL), ==, SQLITE_OK);
  {
    g_autoptr (QuarryImport) import = quarry_library_import (library, (const char *[]){ broken, NULL });

    while (!quarry_import_get_finished (import))
      g_main_context_iteration (NULL, TRUE);
    g_test_message ("%s", quarry_import_get_error (import) != NULL ? quarry_import_get_error (import)->message : "");
  }
  g_assert_cmpint (sqlite3_exec (db, "ALTER TABLE away RENAME TO failures", NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
  add_text (library, "/note", "Honeybees gather nectar.");
  g_assert_true (has_document (library, "/note"));
  g_clear_object (&library);
  temporary_folder_free (g_steal_pointer (&top));
}

#define N_FLEETING 1500

static void
delete_all_cb (QuarryImport *import, gpointer result, char *notes)
{
  for (guint i = 0; i < N_FLEETING; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/%u.txt", notes, i);

      g_unlink (path);
    }
}

/* Files that are deleted between being found and being read did not fail. */
static void
test_deleted_meanwhile (void)
{
  g_autofree char *top = temporary_folder_new ();
  g_autofree char *folder = g_build_filename (top, "library", NULL);
  g_autofree char *notes = g_build_filename (top, "notes", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (QuarryLibrary) library = quarry_library_open (folder, NULL, QUARRY_LIBRARY_WRITE, &error);
  g_autoptr (GPtrArray) failures = NULL;

  g_assert_no_error (error);
  g_assert_cmpint (g_mkdir (notes, 0700), ==, 0);
  for (guint i = 0; i < N_FLEETING; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.txt", i);
      g_autofree char *text = g_strdup_printf ("Honeybees gather nectar, hive %u.", i);

      g_free (write_file (notes, name, text, -1));
    }
  {
    g_autoptr (QuarryImport) import = quarry_library_import (library, (const char *[]){ notes, NULL });

    g_signal_connect (import, "result", G_CALLBACK (delete_all_cb), notes);
    while (!quarry_import_get_finished (import))
      g_main_context_iteration (NULL, TRUE);
    g_assert_no_error (quarry_import_get_error (import));
  }
  failures = quarry_library_list_failures (library, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (failures->len, ==, 0);
  g_clear_object (&library);
  temporary_folder_free (g_steal_pointer (&top));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/import-order/pictures-later", test_pictures_later);
  g_test_add_func ("/import-order/order", test_order);
  g_test_add_func ("/import-order/failure-not-recorded", test_failure_not_recorded);
  g_test_add_func ("/import-order/deleted-meanwhile", test_deleted_meanwhile);
  g_test_add_func ("/import-order/pictures", test_pictures);
  g_test_add_func ("/import-order/pictures-wait", test_pictures_wait);
  g_test_add_func ("/import-order/current", test_current);
  g_test_add_func ("/import-order/pictures-put-off", test_pictures_put_off);
  g_test_add_func ("/import-order/time-left", test_time_left);
  g_test_add_func ("/import-order/time-left-pictures", test_time_left_pictures);

  return g_test_run ();
}
