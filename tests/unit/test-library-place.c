/* test-library-place.c: which library is meant where none is named
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/library/quarry-library.h"
#include "core/place/quarry-library-place.h"
#include "tests/support/temporary-folder.h"

#include <glib/gstdio.h>
#include <string.h>

static char *
choice_file (void)
{
  return g_build_filename (g_get_user_config_dir (), "quarry", "library", NULL);
}

static void
assert_meant (const char *folder)
{
  g_autofree char *meant = quarry_library_place_get ();
  g_autofree char *of_library = quarry_library_default_folder ();
  g_autofree char *usual = quarry_library_place_usual ();

  g_assert_cmpstr (meant, ==, folder);
  g_assert_cmpstr (of_library, ==, folder);
  g_assert_true (quarry_library_place_is_chosen (folder) == (strcmp (folder, usual) != 0));
  g_assert_false (quarry_library_place_is_chosen ("/of/nobody"));
}

static void
test_chosen (void)
{
  g_autofree char *usual = g_build_filename (g_get_user_data_dir (), "quarry", "library", NULL);
  g_autofree char *file = choice_file ();
  g_autofree char *strange = g_build_filename (g_get_user_data_dir (), "disk", "My \xff library\n", NULL);
  g_autofree char *plain = g_build_filename (g_get_user_data_dir (), "disk", "a", NULL);
  g_autoptr (GError) error = NULL;

  assert_meant (usual);
  g_assert_true (quarry_library_place_choose (NULL, &error));
  g_assert_true (quarry_library_place_choose (strange, &error));
  assert_meant (strange);
  g_assert_true (quarry_library_place_choose (plain, &error));
  assert_meant (plain);

  /* The usual folder is no choice. */
  g_assert_true (quarry_library_place_choose (usual, &error));
  assert_meant (usual);
  g_assert_false (g_file_test (file, G_FILE_TEST_EXISTS));
  g_assert_true (quarry_library_place_choose (plain, &error));
  g_assert_true (quarry_library_place_choose (NULL, &error));
  assert_meant (usual);
  g_assert_no_error (error);
}

/* A chosen folder that is missing is on a disk that is not connected: no new library is made in its place. */
static void
test_missing (void)
{
  g_autofree char *folder = g_build_filename (g_get_user_data_dir (), "disk", "library", NULL);
  g_autofree char *under_file = NULL;
  g_autoptr (QuarryLibrary) library = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (quarry_library_place_choose (folder, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_null (quarry_library_open (NULL, NULL, i ? QUARRY_LIBRARY_WRITE : QUARRY_LIBRARY_READ, &error));
      g_assert_nonnull (strstr (error->message, folder));
      g_assert_nonnull (strstr (error->message, "missing"));
      g_clear_error (&error);
      g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
    }

  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  library = quarry_library_open (NULL, NULL, QUARRY_LIBRARY_WRITE, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (quarry_library_get_folder (library), ==, folder);

  under_file = g_build_filename (folder, "library.db", "inside", NULL);
  g_assert_false (quarry_library_place_choose (under_file, &error));
  g_assert_nonnull (strstr (error->message, under_file));
  assert_meant (folder);
  g_clear_error (&error);
  g_assert_true (quarry_library_place_choose (NULL, &error));
}

/* An empty folder in its place is the mount point of that disk. */
static void
test_empty (void)
{
  g_autofree char *folder = g_build_filename (g_get_user_data_dir (), "mount", NULL);
  g_autofree char *away = g_strconcat (folder, "-away", NULL);
  g_autofree char *inside = g_build_filename (folder, "library.db", NULL);
  g_autoptr (GError) error = NULL;
  QuarryLibrary *library;

  g_assert_true (quarry_library_place_choose (folder, &error));
  g_assert_false (quarry_library_place_is_lost (folder));
  library = quarry_library_open (NULL, NULL, QUARRY_LIBRARY_WRITE, &error);
  g_assert_no_error (error);
  g_assert_finalize_object (library);
  g_assert_cmpint (g_rename (folder, away), ==, 0);
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);

  for (guint i = 0; i < 2; i++)
    {
      g_assert_null (quarry_library_open (NULL, NULL, i ? QUARRY_LIBRARY_WRITE : QUARRY_LIBRARY_READ, &error));
      g_assert_nonnull (strstr (error->message, folder));
      g_assert_nonnull (strstr (error->message, "no longer"));
      g_clear_error (&error);
      g_assert_false (g_file_test (inside, G_FILE_TEST_EXISTS));
    }

  /* It is back, and elsewhere nothing is missed. */
  g_assert_cmpint (g_rmdir (folder), ==, 0);
  g_assert_cmpint (g_rename (away, folder), ==, 0);
  library = quarry_library_open (NULL, NULL, QUARRY_LIBRARY_READ, &error);
  g_assert_no_error (error);
  g_assert_finalize_object (library);
  g_assert_false (quarry_library_place_is_lost (away));

  /* Who chooses the folder again wants a new one there. */
  g_assert_cmpint (g_unlink (inside), ==, 0);
  g_assert_true (quarry_library_place_is_lost (folder));
  g_assert_true (quarry_library_place_choose (folder, &error));
  g_assert_false (quarry_library_place_is_lost (folder));
  g_assert_true (quarry_library_place_choose (NULL, &error));
}

/* What another program or a broken disk has left there. */
static void
test_unreadable (void)
{
  static const struct
  {
    const char *bytes;
    gssize length;
  } wrong[] = { { "", 0 }, { "\n", 1 }, { "relative/path\n", 14 }, { "/a\0b\n", 5 } };
  g_autofree char *usual = quarry_library_place_usual ();
  g_autofree char *file = choice_file ();
  g_autofree char *parent = g_path_get_dirname (file);
  g_autofree char *endless = g_strnfill (1 << 20, 'a');
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_assert_true (g_file_set_contents (file, wrong[i].bytes, wrong[i].length, &error));
      assert_meant (usual);
    }
  endless[0] = '/';
  g_assert_true (g_file_set_contents (file, endless, -1, &error));
  assert_meant (usual);

  /* Where nothing can be kept, it is said in which file. */
  g_assert_cmpint (g_unlink (file), ==, 0);
  g_assert_cmpint (g_mkdir (file, 0700), ==, 0);
  assert_meant (usual);
  g_assert_false (quarry_library_place_choose (parent, &error));
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, file));
  g_assert_cmpint (g_rmdir (file), ==, 0);
}

int
main (int argc, char **argv)
{
  char *folder = temporary_folder_new ();
  g_autofree char *config = g_build_filename (folder, "config", NULL);
  g_autofree char *data = g_build_filename (folder, "data", NULL);
  int status;

  /* What GLib can isolate is lost memory to the sanitizer. */
  g_setenv ("XDG_CONFIG_HOME", config, TRUE);
  g_setenv ("XDG_DATA_HOME", data, TRUE);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/library-place/chosen", test_chosen);
  g_test_add_func ("/library-place/missing", test_missing);
  g_test_add_func ("/library-place/empty", test_empty);
  g_test_add_func ("/library-place/unreadable", test_unreadable);
  status = g_test_run ();

  temporary_folder_free (folder);
  return status;
}
