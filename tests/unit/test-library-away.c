/* test-library-away.c: what goes away while a library is open: drives, servers, the library itself
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "library-helpers.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "core/library/quarry-library-private.h"
#include "tests/support/temporary-folder.h"

static guint
count (QuarryLibrary *library)
{
  g_auto (QuarryLibraryStatus) status = { 0 };

  g_assert_true (quarry_library_get_status (library, &status, NULL));
  return (guint) status.counts.documents;
}

/* --- The library itself ------------------------------------------------------------------------ */

/* (transfer full) Why the import stopped. */
static GError *
fail_to_import (QuarryLibrary *library, const char *path)
{
  const char *paths[] = { path, NULL };
  g_autoptr (QuarryImport) import = quarry_library_import (library, paths);

  while (!quarry_import_get_finished (import))
    g_main_context_iteration (NULL, TRUE);
  g_assert_nonnull (quarry_import_get_error (import));
  return g_error_copy (quarry_import_get_error (import));
}

/* What is added to a library whose file is gone would be lost with the last one who has it open: that is said. */
static void
test_removed (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) why = NULL;

  add_text (library, "/tea", "Tea is brewed from leaves.");
  remove_tree (fixture->folder);
  g_assert_false (quarry_library_remove (library, "/tea", NULL, &error));
  g_assert_error (error, QUARRY_STORE_ERROR, QUARRY_STORE_ERROR_OPEN);
  g_assert_nonnull (strstr (error->message, fixture->folder));
  why = fail_to_import (library, fixture->sources);
  g_assert_true (why->domain == QUARRY_STORE_ERROR);
}

/* Another library in its place, as when a copy is put back, gets neither its documents nor its indexes. */
static void
test_replaced (LibraryFixture *fixture, gconstpointer data)
{
  QuarryLibrary *library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *before = g_strconcat (fixture->folder, "-before", NULL);
  g_autofree char *words = g_build_filename (fixture->folder, "words.index", NULL);
  g_autofree char *vectors = g_build_filename (fixture->folder, "vectors.index", NULL);
  QuarryLibrary *copy;
  g_autoptr (QuarryLibrary) later = NULL;
  g_autoptr (GError) error = NULL;

  add_text (library, "/tea", "Tea is brewed from leaves.");
  g_assert_cmpint (g_rename (fixture->folder, before), ==, 0);
  copy = open_library (fixture, QUARRY_LIBRARY_WRITE);
  add_text (copy, "/orchids", "Orchids grow on the branches of old trees.");
  g_assert_finalize_object (copy);
  /* Where they are missing they are made anew, which hides nothing. */
  g_assert_cmpint (g_unlink (words), ==, 0);
  g_assert_cmpint (g_unlink (vectors), ==, 0);

  error = fail_to_import (library, fixture->sources);
  g_assert_error (error, QUARRY_STORE_ERROR, QUARRY_STORE_ERROR_OPEN);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_finalize_object (library);
  g_assert_false (g_file_test (words, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (vectors, G_FILE_TEST_EXISTS));

  later = open_library (fixture, QUARRY_LIBRARY_READ);
  g_assert_cmpuint (count (later), ==, 1);
  assert_best (later, "+orchids", "orchids");
  assert_best (later, "+brewed", "");
  remove_tree (before);
}

/* --- Files ------------------------------------------------------------------------------------- */

/* Once it has been read, nobody has a file open any more: else its drive could not be taken out while Quarry runs. */
static void
test_let_go (LibraryFixture *fixture, gconstpointer data)
{
  g_autoptr (QuarryLibrary) library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *bees = g_build_filename (fixture->sources, "bees.md", NULL);
  gint64 until = g_get_monotonic_time () + 20 * G_TIME_SPAN_SECOND;
  const char *paths[] = { bees, NULL };
  int fd = open (bees, O_RDWR | O_CLOEXEC);
  gboolean is_ours = FALSE;

  g_assert_cmpint (fd, >=, 0);
  /* A lease goes to the only one who has a file open. */
  if (fcntl (fd, F_SETLEASE, F_WRLCK) != 0 || fcntl (fd, F_SETLEASE, F_UNLCK) != 0)
    g_test_skip ("files of the temporary folder are not lent");
  else
    {
      import_paths (library, paths);
      while (!(is_ours = fcntl (fd, F_SETLEASE, F_WRLCK) == 0) && g_get_monotonic_time () < until)
        g_usleep (10000);
      g_assert_true (is_ours);
    }
  close (fd);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  LIBRARY_TEST ("removed", test_removed);
  LIBRARY_TEST ("replaced", test_replaced);
  LIBRARY_TEST ("let-go", test_let_go);

  return g_test_run ();
}
