/* quarry-handbook.c: Quarry's own handbook, as documents
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "ui/quarry-handbook.h"

#include "core/place/quarry-place.h"
#include "ui/quarry-opener.h"

/* The handbook's folder in @language; NULL if it is not written in that. */
static char *
find_in (const char *language)
{
  const char *help = quarry_place_choose (QUARRY_SOURCEDIR "/data/help", QUARRY_PKGDATADIR "/help");
  g_autofree char *folder = g_build_filename (help, language, "handbook", NULL);

  return g_file_test (folder, G_FILE_TEST_IS_DIR) ? g_steal_pointer (&folder) : NULL;
}

const char *
quarry_handbook_get_folder (void)
{
  static char *found;
  static gboolean looked;
  const char *const *languages = g_get_language_names ();

  for (guint i = 0; languages[i] != NULL && found == NULL && !looked; i++)
    found = find_in (languages[i]);
  if (found == NULL && !looked)
    found = find_in ("en");
  looked = TRUE;
  return found;
}

void
quarry_handbook_open (GtkWindow *parent)
{
  const char *folder = quarry_handbook_get_folder ();
  g_autofree char *path = folder ? g_build_filename (folder, "index.html", NULL) : NULL;

  if (path)
    quarry_open_path (path, "text/html", 0, parent);
}
