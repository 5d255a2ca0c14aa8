/* quarry-library-place.c: where the library is that is meant where none is named
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/place/quarry-library-place.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <limits.h>
#include <string.h>

static char *
choice_file (void)
{
  return g_build_filename (g_get_user_config_dir (), "quarry", "library", NULL);
}

static char *
note_file (void)
{
  return g_build_filename (g_get_user_config_dir (), "quarry", "library-was-there", NULL);
}

/* The path that one of these files has; NULL where it has none. (transfer full) */
static char *
read_path (const char *file)
{
  g_autofree char *path = NULL;
  gsize length = 0;

  if (!g_file_test (file, G_FILE_TEST_IS_REGULAR) || !g_file_get_contents (file, &path, &length, NULL)
      || length >= PATH_MAX || strlen (path) != length || !g_path_is_absolute (path))
    return NULL;
  if (path[length - 1] == '\n')
    path[length - 1] = '\0';
  return g_canonicalize_filename (path, NULL);
}

static gboolean
write_path (const char *file, const char *path, GError **error)
{
  g_autofree char *line = g_strconcat (path, "\n", NULL);

  return g_file_set_contents (file, line, -1, error);
}

char *
quarry_library_place_usual (void)
{
  return g_build_filename (g_get_user_data_dir (), "quarry", "library", NULL);
}

char *
quarry_library_place_get (void)
{
  g_autofree char *file = choice_file ();
  char *chosen = read_path (file);

  return chosen != NULL ? chosen : quarry_library_place_usual ();
}

gboolean
quarry_library_place_is_chosen (const char *folder)
{
  g_autofree char *meant = quarry_library_place_get ();
  g_autofree char *usual = quarry_library_place_usual ();

  return g_str_equal (folder, meant) && !g_str_equal (folder, usual);
}

void
quarry_library_place_note (const char *folder)
{
  g_autofree char *file = note_file ();
  g_autofree char *noted = NULL;

  if (quarry_library_place_is_chosen (folder) && g_strcmp0 (noted = read_path (file), folder) != 0)
    write_path (file, folder, NULL);
}

gboolean
quarry_library_place_is_lost (const char *folder)
{
  g_autofree char *file = note_file ();
  g_autofree char *database = g_build_filename (folder, "library.db", NULL);
  g_autofree char *noted = NULL;

  if (g_file_test (database, G_FILE_TEST_EXISTS) || !quarry_library_place_is_chosen (folder))
    return FALSE;
  noted = read_path (file);
  return g_strcmp0 (noted, folder) == 0 || !g_file_test (folder, G_FILE_TEST_EXISTS);
}

static gboolean
fail (GError **error, const char *file, int number)
{
  g_autofree char *shown = g_filename_display_name (file);

  g_set_error (error, G_FILE_ERROR, (int) g_file_error_from_errno (number),
               _("Which folder the library is in cannot be kept in “%s”: %s"), shown, g_strerror (number));
  return FALSE;
}

static gboolean
fail_to_make (GError **error, const char *folder, int number)
{
  g_autofree char *shown = g_filename_display_name (folder);

  g_set_error (error, G_FILE_ERROR, (int) g_file_error_from_errno (number),
               _("The library's folder “%s” cannot be made: %s. Choose another folder for it."), shown,
               g_strerror (number));
  return FALSE;
}

gboolean
quarry_library_place_choose (const char *folder, GError **error)
{
  g_autofree char *file = choice_file ();
  g_autofree char *parent = g_path_get_dirname (file);
  g_autofree char *usual = quarry_library_place_usual ();
  g_autofree char *note = note_file ();

  g_return_val_if_fail (folder == NULL || g_path_is_absolute (folder), FALSE);

  if (folder == NULL || strcmp (folder, usual) == 0)
    return g_unlink (file) == 0 || errno == ENOENT || fail (error, file, errno);
  if (g_mkdir_with_parents (folder, 0700) != 0)
    return fail_to_make (error, folder, errno);
  if (g_mkdir_with_parents (parent, 0700) != 0)
    return fail (error, file, errno);
  g_unlink (note);
  return write_path (file, folder, error);
}
