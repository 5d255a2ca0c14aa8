/* quarry-folders-page.h: the library's folders, and what in them is passed over
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "core/library/quarry-library.h"

G_BEGIN_DECLS

#define QUARRY_TYPE_FOLDERS_PAGE (quarry_folders_page_get_type ())

/* A page of the preferences. Signal "told" (const char *text, const char *undo): a message for the person. If @undo is
 * not NULL, it is the path of a folder that was removed from the library and can be added again. */
G_DECLARE_FINAL_TYPE (QuarryFoldersPage, quarry_folders_page, QUARRY, FOLDERS_PAGE, AdwPreferencesPage)

/* @library may be NULL. */
void quarry_folders_page_set_library (QuarryFoldersPage *self, QuarryLibrary *library);

G_END_DECLS
