/* quarry.c: the program with the window
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#include "quarry-config.h"

#include <glib/gi18n-lib.h>

#include "core/library/quarry-library.h"
#include "core/machine/quarry-memory.h"
#include "core/place/quarry-place.h"
#include "ui/quarry-application.h"

int
main (int argc, char **argv)
{
  g_autoptr (QuarryApplication) application = NULL;
  int status;

  quarry_place_bind_messages ();
  quarry_keep_memory ();
  g_set_prgname ("quarry");
  g_set_application_name (_("Quarry"));

  application = quarry_application_new ();
  status = g_application_run (G_APPLICATION (application), argc, argv);
  quarry_application_close (application);
  return status;
}
