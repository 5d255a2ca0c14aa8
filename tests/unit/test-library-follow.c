/* test-library-follow.c: what is followed while the library cannot be written, and where its folders are replaced
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "library-helpers.h"

#include <fcntl.h>
#include <glib/gstdio.h>

#include "core/library/import/quarry-folders.h"
#include "core/library/import/quarry-follow-private.h"
#include "core/library/import/quarry-import-private.h"
#include "core/library/quarry-library-private.h"
#include "core/store/quarry-store-private.h"
#include "tests/support/temporary-folder.h"

static gboolean
wake_cb (gpointer data)
{
  return G_SOURCE_CONTINUE;
}

/* Waits until a look has failed because the library could not be written. */
static void
wait_for_failure (QuarryLibrary *library)
{
  g_autoptr (QuarryImport) look = NULL;
  gint64 until = g_get_monotonic_time () + 60 * G_TIME_SPAN_SECOND;

  while (look == NULL || quarry_import_get_error (look) == NULL)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, until);
      g_clear_object (&look);
      look = g_list_model_get_item (quarry_library_get_imports (library), 0);
      g_main_context_iteration (NULL, look == NULL);
    }
  g_assert_true (quarry_import_is_following (look));
  g_assert_error (quarry_import_get_error (look), QUARRY_STORE_ERROR, QUARRY_STORE_ERROR_BUSY);
}

static void
wait_for (QuarryLibrary *library, const char *path, gboolean there)
{
  gint64 until = g_get_monotonic_time () + 60 * G_TIME_SPAN_SECOND;

  while (has_document (library, path) != there && g_get_monotonic_time () < until)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (has_document (library, path) == there);
}

/* Another process keeps the library locked for longer than the timeout. What changed meanwhile is followed
 * afterwards. */
static void
test_kept (LibraryFixture *fixture, gconstpointer data)
{
  QuarryLibrary *library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autoptr (QuarryStore) other = NULL;
  g_autofree char *bees = g_build_filename (fixture->sources, "bees.md", NULL);
  g_autofree char *tea = NULL;
  g_autoptr (GError) error = NULL;
  guint timer = g_timeout_add (20, wake_cb, NULL);

  import_sources (fixture, library);
  sqlite3_busy_timeout (quarry_store_get_handle (library->writer), 10);
  other = quarry_store_open (fixture->folder, QUARRY_STORE_WRITE, &error);
  g_assert_no_error (error);
  quarry_library_follow (library, &(QuarryFollowOptions) { 50, 1, 0, FALSE });

  g_assert_true (quarry_store_begin (other, &error));
  tea = write_file (fixture->sources, "tea.txt", "Tea is brewed from leaves.", -1);
  wait_for_failure (library);
  g_assert_false (has_document (library, tea));
  quarry_store_rollback (other);
  wait_for (library, tea, TRUE);

  g_assert_true (quarry_store_begin (other, &error));
  g_assert_cmpint (g_unlink (bees), ==, 0);
  wait_for_failure (library);
  g_assert_true (has_document (library, bees));
  quarry_store_rollback (other);
  wait_for (library, bees, FALSE);

  g_source_remove (timer);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_finalize_object (library);
}

static void
wait_for_state (QuarryLibrary *library, const char *folder, QuarryFolderState state)
{
  gint64 until = g_get_monotonic_time () + 60 * G_TIME_SPAN_SECOND;
  QuarryFolderState now;

  while (!(quarry_follow_get_state (library->follow, folder, &now) && now == state))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, until);
      g_main_context_iteration (NULL, FALSE);
    }
}

/* A new folder that takes the name of one of the library's is followed from then on, and so is one that is deleted and
 * made again. Folders are only looked at when a change is reported. */
static void
test_replaced (LibraryFixture *fixture, gconstpointer data)
{
  QuarryLibrary *library = open_library (fixture, QUARRY_LIBRARY_WRITE);
  g_autofree char *after = g_strconcat (fixture->sources, "-after", NULL);
  const char *const names[][3] = { { "sub/orchids.txt", "tea.txt", "sub/lava.txt" },
                                   { "sub/honey.txt", "bread.txt", "sub/glass.txt" } };
  guint timer = g_timeout_add (20, wake_cb, NULL);

  import_sources (fixture, library);
  quarry_library_follow (library, &(QuarryFollowOptions) { 1500, 3600, 0, FALSE });
  wait_for_state (library, fixture->sources, QUARRY_FOLDER_WATCHED);

  for (guint i = 0; i < 2; i++)
    {
      g_free (write_file (after, names[i][0], names[i][0], -1));
      if (i == 0)
        g_assert_cmpint (renameat2 (AT_FDCWD, after, AT_FDCWD, fixture->sources, RENAME_EXCHANGE), ==, 0);
      else
        {
          remove_tree (fixture->sources);
          wait_for_state (library, fixture->sources, QUARRY_FOLDER_GONE);
          g_assert_cmpint (g_rename (after, fixture->sources), ==, 0);
        }
      for (guint j = 0; j < G_N_ELEMENTS (names[i]); j++)
        {
          g_autofree char *there = g_build_filename (fixture->sources, names[i][j], NULL);

          if (j > 0)
            g_free (write_file (fixture->sources, names[i][j], names[i][j], -1));
          wait_for (library, there, TRUE);
        }
      remove_tree (after);
    }

  g_source_remove (timer);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_finalize_object (library);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  LIBRARY_TEST ("follow/kept", test_kept);
  LIBRARY_TEST ("follow/replaced", test_replaced);

  return g_test_run ();
}
