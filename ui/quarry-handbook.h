/* quarry-handbook.h: what Quarry tells of itself, as documents
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The folder of the handbook in the first of the person's languages that it is written in; NULL where it is not
 * installed. The main thread. */
const char *quarry_handbook_get_folder (void);

/* Opens it in the person's browser. What goes wrong is told in a dialog over @parent. */
void quarry_handbook_open (GtkWindow *parent);

G_END_DECLS
