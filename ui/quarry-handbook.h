/* quarry-handbook.h: Quarry's own handbook, as documents
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The handbook's folder in the first of the person's languages that it exists in; NULL if it is not installed. Main
 * thread only. */
const char *quarry_handbook_get_folder (void);

/* Opens the handbook in the person's browser. Errors are shown in a dialog over @parent. */
void quarry_handbook_open (GtkWindow *parent);

G_END_DECLS
