/* quarry-import-bar.h: how the imports of a library are getting on
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Shows the number of files, progress, current file and remaining time of the imports that run, with
 * buttons to pause, cancel and see details; afterwards a short summary. Hidden when there is nothing
 * to show.
 */
#pragma once

#include <adwaita.h>

#include "core/library/quarry-library.h"

G_BEGIN_DECLS

#define QUARRY_TYPE_IMPORT_BAR (quarry_import_bar_get_type ())

/* "Details" opens a QuarryFailuresWindow. Accessible name "Import". */
G_DECLARE_FINAL_TYPE (QuarryImportBar, quarry_import_bar, QUARRY, IMPORT_BAR, AdwBin)

GtkWidget *quarry_import_bar_new (void);

/* @library may be NULL. */
void quarry_import_bar_set_library (QuarryImportBar *self, QuarryLibrary *library);

/* For tests: how long nothing has to be done until a file is said to be still being read. */
void quarry_import_bar_set_patience (QuarryImportBar *self, guint milliseconds);

G_END_DECLS
