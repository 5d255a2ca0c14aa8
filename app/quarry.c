/* quarry.c: the window
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include <glib/gi18n-lib.h>
#include <locale.h>

#include "core/library/quarry-library.h"
#include "ui/quarry-application.h"

int
main (int argc, char **argv)
{
  g_autoptr (QuarryApplication) application = NULL;

  setlocale (LC_ALL, "");
  quarry_keep_memory ();
  bindtextdomain (QUARRY_GETTEXT_PACKAGE, QUARRY_LOCALEDIR);
  bind_textdomain_codeset (QUARRY_GETTEXT_PACKAGE, "UTF-8");
  textdomain (QUARRY_GETTEXT_PACKAGE);
  g_set_prgname ("quarry");
  g_set_application_name (_("Quarry"));

  application = quarry_application_new ();
  return g_application_run (G_APPLICATION (application), argc, argv);
}
