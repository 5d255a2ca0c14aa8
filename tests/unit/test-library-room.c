/* test-library-room.c: a library whose disk has no room, or hardly any
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "library-helpers.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "core/library/quarry-library-private.h"
#include "tests/support/own-mounts.h"

static guint
count (QuarryLibrary *library)
{
  g_auto (QuarryLibraryStatus) status = { 0 };

  g_assert_true (quarry_library_get_status (library, &status, NULL));
  return (guint) status.counts.documents;
}

static void
count_failed_cb (QuarryImport *import, QuarryImportResult *result, guint *n_failed)
{
  *n_failed += quarry_import_result_get_status (result) == QUARRY_IMPORT_FAILED;
}

/* Imports the sources, which must fail as a whole: no file is blamed. Returns the error. (transfer full) */
static GError *
fail_to_import (LibraryFixture *fixture, QuarryLibrary *library)
{
  const char *paths[] = { fixture->sources, NULL };
  g_autoptr (QuarryImport) import = quarry_library_import (library, paths);
  guint n_failed = 0;

  g_signal_connect (import, "result", G_CALLBACK (count_failed_cb), &n_failed);
  while (!quarry_import_get_finished (import))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (n_failed, ==, 0);
  g_assert_nonnull (quarry_import_get_error (import));
  return g_error_copy (quarry_import_get_error (import));
}

/* Runs a test in a process of its own, with the library's folder on a disk of @options. */
static void
run_on_disk (const char *options, void (*func) (LibraryFixture *fixture))
{
  LibraryFixture fixture = { 0 };

  if (!own_mounts_in_own_process ())
    return;
  library_set_up (&fixture, NULL);
  g_assert_true (own_mounts_begin ());
  g_assert_cmpint (g_mkdir (fixture.folder, 0700), ==, 0);
  g_assert_cmpint (mount ("none", fixture.folder, "tmpfs", 0, options), ==, 0);
  func (&fixture);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_cmpint (umount2 (fixture.folder, MNT_DETACH), ==, 0);
  library_tear_down (&fixture, NULL);
}

/* Fills the disk up; the file is deleted to have room again. (transfer full) */
static char *
fill (const char *folder)
{
  char *rest = g_build_filename (folder, "rest", NULL);
  int fd = open (rest, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  char bytes[4096] = { 0 };

  g_assert_cmpint (fd, >=, 0);
  while (write (fd, bytes, sizeof bytes) > 0)
    continue;
  close (fd);
  return rest;
}

/* It can still be searched. */
static void
fill_up (LibraryFixture *fixture)
{
  g_autofree char *memory = g_build_filename (fixture->folder, "library.db-shm", NULL);
  g_autofree char *log = g_build_filename (fixture->folder, "library.db-wal", NULL);
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (GError) error = NULL;

  import_sources (fixture, library);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_finalize_object (g_steal_pointer (&library));
  g_free (fill (fixture->folder));

  g_assert_null (quarry_library_open (fixture->folder, NULL, QUARRY_LIBRARY_WRITE, &error));
  g_assert_error (error, QUARRY_STORE_ERROR, QUARRY_STORE_ERROR_FULL);
  library = open_library (fixture, QUARRY_LIBRARY_READ);
  assert_best (library, "queen of the hive", "bees");
  assert_sound (library);
  g_clear_object (&library);
  g_clear_error (&error);

  /* Where nothing can be written, that is the reason, not that there is no space. Such a place has no files of an open
   * library. */
  g_unlink (memory);
  g_unlink (log);
  g_assert_cmpint (mount (NULL, fixture->folder, NULL, MS_REMOUNT | MS_RDONLY, NULL), ==, 0);
  g_assert_null (quarry_library_open (fixture->folder, NULL, QUARRY_LIBRARY_WRITE, &error));
  g_assert_error (error, QUARRY_STORE_ERROR, QUARRY_STORE_ERROR_READ_ONLY);
  library = open_library (fixture, QUARRY_LIBRARY_READ);
  assert_best (library, "queen of the hive", "bees");
  g_clear_object (&library);
}

static void
test_full (void)
{
  run_on_disk ("size=4m,mode=700", fill_up);
}

/* An import stops before the documents take the room that the indexes need. */
static void
nearly_fill (LibraryFixture *fixture)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (GError) error = fail_to_import (fixture, library);

  g_assert_error (error, QUARRY_STORE_ERROR, QUARRY_STORE_ERROR_FULL);
  g_assert_nonnull (strstr (error->message, fixture->folder));
  g_assert_cmpuint (count (library), ==, 0);

  g_assert_cmpint (mount (NULL, fixture->folder, NULL, MS_REMOUNT, "size=8m"), ==, 0);
  import_sources (fixture, library);
  assert_best (library, "queen of the hive", "bees");
}

static void
test_nearly_full (void)
{
  run_on_disk ("size=1m,mode=700", nearly_fill);
}

/* Makes the database @size bytes larger, none of which it needs: SQLite keeps what was deleted. */
static void
leave_unused (const char *folder, guint size)
{
  g_autofree char *path = g_build_filename (folder, "library.db", NULL);
  g_autofree char *sql = g_strdup_printf ("CREATE TABLE junk (bytes); INSERT INTO junk VALUES (zeroblob (%u)); DROP TABLE junk;",
                                          size);
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
}

/* What was removed from a library needs no indexes, although the database stays as large. */
static void
fill_and_empty (LibraryFixture *fixture)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);

  add_text (library, "/tea", "Tea is brewed from leaves.");
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_finalize_object (g_steal_pointer (&library));
  leave_unused (fixture->folder, 8 << 20);

  g_assert_cmpint (mount (NULL, fixture->folder, NULL, MS_REMOUNT, "size=16m"), ==, 0);
  library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  import_sources (fixture, library);
  g_assert_cmpuint (count (library), ==, 1 + N_SUBJECTS);
}

static void
test_emptied (void)
{
  run_on_disk ("size=32m,mode=700", fill_and_empty);
}

/* The log's room on the disk can be given back while the library is open. */
static void
test_log (LibraryFixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "library.db-wal", NULL);
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  GStatBuf info;

  add_text (library, "/tea", "Tea is brewed from leaves.");
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_size, >, 0);
  quarry_store_shrink_log (library->writer);
  g_assert_cmpint (g_stat (path, &info), ==, 0);
  g_assert_cmpint (info.st_size, ==, 0);
  assert_best (library, "brewed", "tea");
}

/* If the disk fills up during an import, no file is blamed, and what was in the library is still there. */
static void
fill_meanwhile (LibraryFixture *fixture)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (GError) error = NULL;
  g_autofree char *rest = NULL;

  add_text (library, "/tea", "Tea is brewed from leaves.");
  rest = fill (fixture->folder);
  error = fail_to_import (fixture, library);
  g_assert_error (error, QUARRY_STORE_ERROR, QUARRY_STORE_ERROR_FULL);
  assert_best (library, "brewed", "tea");
  assert_sound (library);
  g_assert_cmpint (g_unlink (rest), ==, 0);
  import_sources (fixture, library);
  g_assert_cmpuint (count (library), ==, 1 + N_SUBJECTS);
}

static void
test_filled_meanwhile (void)
{
  run_on_disk ("size=8m,mode=700", fill_meanwhile);
}

/* If a file of the indexes cannot be written, that is said, and it is written as soon as it can be. */
static void
test_not_kept (LibraryFixture *fixture, gconstpointer data)
{
  g_autofree char *words = g_build_filename (fixture->folder, "words.index", NULL);
  g_autoptr (QuarryLibrary) library = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (words, 0700), ==, 0);
  library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  error = fail_to_import (fixture, library);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  g_assert_nonnull (strstr (error->message, words));
  g_assert_cmpuint (count (library), ==, N_SUBJECTS);

  g_assert_cmpint (g_rmdir (words), ==, 0);
  import_sources (fixture, library);
  g_assert_true (g_file_test (words, G_FILE_TEST_IS_REGULAR));
  assert_best (library, "queen of the hive", "bees");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/library/full", test_full);
  g_test_add_func ("/library/full/nearly", test_nearly_full);
  g_test_add_func ("/library/full/emptied", test_emptied);
  g_test_add_func ("/library/full/meanwhile", test_filled_meanwhile);
  LIBRARY_TEST ("log", test_log);
  LIBRARY_TEST ("not-kept", test_not_kept);

  return g_test_run ();
}
