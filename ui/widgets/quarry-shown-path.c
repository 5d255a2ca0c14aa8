/* quarry-shown-path.c: paths as people write them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/widgets/quarry-shown-path.h"
#include "core/files/quarry-path.h"

#include <string.h>

char *
quarry_shown_path (const char *path)
{
  const char *home = g_get_home_dir ();
  gsize length = strlen (home);
  g_autofree char *shown = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  /* Not if the home folder is "/", which every path begins with. */
  if (length < 2 || strncmp (path, home, length) != 0 || (path[length] != '/' && path[length] != '\0'))
    return quarry_path_display (path);
  shown = quarry_path_display (path + length);
  return g_strconcat ("~", shown, NULL);
}

char *
quarry_shown_folder (const char *path)
{
  g_autofree char *folder = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  folder = g_path_get_dirname (path);
  return quarry_shown_path (folder);
}
