/* temporary-folder.c: folders that tests make, fill and remove
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "tests/support/temporary-folder.h"

#include <glib/gstdio.h>
#include <stdlib.h>

char *
temporary_folder_new (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *made = g_dir_make_tmp ("quarry-test-XXXXXX", &error);
  char *resolved, *folder;

  g_assert_no_error (error);
  resolved = realpath (made, NULL);
  g_assert_nonnull (resolved);
  folder = g_strdup (resolved);
  free (resolved);

  return folder;
}

void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  if (!g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    dir = g_dir_open (path, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_remove (path);
}

void
temporary_folder_free (char *folder)
{
  if (folder != NULL)
    remove_tree (folder);
  g_free (folder);
}

void
folder_fixture_set_up (FolderFixture *fixture, gconstpointer data)
{
  fixture->folder = temporary_folder_new ();
}

void
folder_fixture_tear_down (FolderFixture *fixture, gconstpointer data)
{
  temporary_folder_free (fixture->folder);
}

char *
write_file (const char *folder, const char *name, const void *text, gssize length)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *above = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (above, 0700), ==, 0);
  g_file_set_contents (path, text, length, &error);
  g_assert_no_error (error);

  return g_steal_pointer (&path);
}
