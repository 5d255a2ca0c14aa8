/* test-names.c: on case-insensitive file systems, files get the names that their folders list
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "core/files/quarry-names.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/library/import/quarry-import-private.h"
#include "core/library/quarry-library-private.h"
#include "tests/support/temporary-folder.h"

/* --- A case-insensitive file system ---------------------------------------------------------- */

static const char *folding; /* the folder whose names are case-insensitive; NULL: none */

/* The path as the folders list it; NULL if nothing is there. (transfer full) */
static char *
find_listed (const char *path)
{
  g_autofree char *above = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *folder = strlen (above) >= strlen (folding) ? find_listed (above) : g_strdup (above);
  g_autoptr (GDir) dir = folder != NULL ? g_dir_open (folder, 0, NULL) : NULL;
  const char *listed;

  while (dir != NULL && (listed = g_dir_read_name (dir)) != NULL)
    if (g_ascii_strcasecmp (listed, name) == 0)
      return g_build_filename (folder, listed, NULL);
  return NULL;
}

static int
look (const char *path, struct stat *info, int flags)
{
  g_autofree char *listed = NULL;

  if (fstatat (AT_FDCWD, path, info, flags) == 0)
    return 0;
  if (folding == NULL || !g_str_has_prefix (path, folding))
    return -1;
  listed = find_listed (path);
  if (fstatat (AT_FDCWD, listed != NULL ? listed : path, info, flags) != 0)
    return -1;
  /* As with FUSE, the inode is another one by another name. */
  info->st_ino++;
  return 0;
}

/* Overrides the C library's function in the whole program. */
int
stat (const char *path, struct stat *info)
{
  return look (path, info, 0);
}

int
lstat (const char *path, struct stat *info)
{
  return look (path, info, AT_SYMLINK_NOFOLLOW);
}

/* --- Names -------------------------------------------------------------------------------------------------- */

static void
test_names (void)
{
  static const struct
  {
    const char *path;
    gboolean is_listed;
  } cases[] = {
    { "Note.txt", TRUE },      { "NOTE.txt", FALSE },     { "Sub/Bees.txt", TRUE },    { "SUB/Bees.txt", FALSE },
    { "Sub/bees.TXT", FALSE }, { "Sub", TRUE },           { "sub", FALSE },            { "12", TRUE },
    { "linked", TRUE },        { "LINKED", TRUE },
  };
  char *top = temporary_folder_new ();
  g_autofree char *linked = write_file (top, "linked", "Two names.", -1);
  g_autofree char *other = g_build_filename (top, "LINKED", NULL);

  g_free (write_file (top, "Note.txt", "A note.", -1));
  g_free (write_file (top, "12", "A number.", -1));
  g_free (write_file (top, "Sub/Bees.txt", "Honeybees.", -1));
  g_assert_cmpint (link (linked, other), ==, 0);
  for (guint folds = 0; folds < 2; folds++)
    {
      folding = folds ? top : NULL;
      /* In both orders, since the result must not depend on which was asked first. */
      for (guint backwards = 0; backwards < 2; backwards++)
        {
          g_autoptr (QuarryNames) names = quarry_names_new ();

          for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
            {
              gsize k = backwards ? G_N_ELEMENTS (cases) - 1 - i : i;
              g_autofree char *path = g_build_filename (top, cases[k].path, NULL);

              g_test_message ("%s", path);
              if (folds || cases[k].is_listed)
                g_assert_cmpint (quarry_names_has (names, top, path), ==, cases[k].is_listed);
            }
        }
    }
  folding = NULL;
  temporary_folder_free (top);
}

/* --- The library ---------------------------------------------------------------------------------------------- */

static void
run (QuarryImport *import)
{
  g_autoptr (QuarryImport) job = import;

  while (!quarry_import_get_finished (job))
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (quarry_import_get_error (job));
}

static gboolean
add_path_cb (const QuarryFileRecord *file, gpointer user_data)
{
  g_string_append_printf (user_data, " %s", strrchr (file->path, '/') + 1);
  return TRUE;
}

static void
assert_documents (QuarryLibrary *library, const char *wanted)
{
  QuarryStore *connection = quarry_library_borrow (library, NULL);
  g_autoptr (GString) found = g_string_new (NULL);
  g_autoptr (GPtrArray) failures = quarry_store_list_failures (connection, NULL);

  g_assert_true (quarry_store_foreach_file (connection, NULL, add_path_cb, found, NULL));
  quarry_library_give_back (library, connection);
  g_assert_cmpstr (found->str, ==, wanted);
  g_assert_cmpuint (failures->len, ==, 0);
}

static void
test_renamed (void)
{
  char *top = temporary_folder_new ();
  g_autofree char *folder = g_build_filename (top, "library", NULL);
  g_autofree char *drive = g_build_filename (top, "drive", NULL);
  g_autofree char *note = write_file (drive, "Note.txt", "Honeybees gather nectar.", -1);
  g_autofree char *renamed = g_build_filename (drive, "NOTE.txt", NULL);
  g_autofree char *sub = g_build_filename (drive, "Sub", NULL);
  g_autofree char *renamed_sub = g_build_filename (drive, "sub", NULL);
  const char *paths[] = { drive, NULL };
  const char *roots[] = { drive, drive, NULL };
  const char *changed[] = { sub, note, NULL };
  QuarryLibrary *library = quarry_library_open (folder, NULL, QUARRY_LIBRARY_WRITE, NULL);

  g_free (write_file (drive, "Sub/Ships.txt", "A schooner carries sails.", -1));
  g_free (write_file (drive, "kept.txt", "Volcanoes pour lava.", -1));
  folding = drive;
  run (quarry_library_import (library, paths));
  assert_documents (library, " Note.txt Ships.txt kept.txt");

  g_assert_cmpint (g_rename (note, renamed), ==, 0);
  g_assert_cmpint (g_rename (sub, renamed_sub), ==, 0);
  run (quarry_library_import (library, paths));
  assert_documents (library, " NOTE.txt kept.txt Ships.txt");

  /* Looks again as a follower does; the list of changed paths has the old names too. */
  run (quarry_library_look_again (library, roots, changed, FALSE));
  assert_documents (library, " NOTE.txt kept.txt Ships.txt");

  folding = NULL;
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (library);
  temporary_folder_free (top);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/names/listed", test_names);
  g_test_add_func ("/names/renamed", test_renamed);

  return g_test_run ();
}
