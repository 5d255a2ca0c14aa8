/* quarry-place.c: where Quarry's own files are
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include "core/place/quarry-place.h"

#include <gio/gio.h>
#include <libintl.h>
#include <locale.h>

const char *
quarry_place_choose (const char *in_build, const char *installed)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);

  return program != NULL && g_str_has_prefix (program, QUARRY_BUILDDIR "/") ? in_build : installed;
}

void
quarry_place_bind_messages (void)
{
  setlocale (LC_ALL, "");
  bindtextdomain (QUARRY_GETTEXT_PACKAGE, quarry_place_choose (QUARRY_BUILDDIR "/po", QUARRY_LOCALEDIR));
  bind_textdomain_codeset (QUARRY_GETTEXT_PACKAGE, "UTF-8");
  textdomain (QUARRY_GETTEXT_PACKAGE);
}
