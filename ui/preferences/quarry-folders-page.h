/* quarry-folders-page.h: the library's folders, and what of them is passed over
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <adwaita.h>

#include "core/library/quarry-library.h"

G_BEGIN_DECLS

#define QUARRY_TYPE_FOLDERS_PAGE (quarry_folders_page_get_type ())

/* A page of the preferences. Signal "told" (const char *text, const char *undo): something to say to the
 * person; where @undo is not NULL, the path of a folder that was taken out, to be added again. */
G_DECLARE_FINAL_TYPE (QuarryFoldersPage, quarry_folders_page, QUARRY, FOLDERS_PAGE, AdwPreferencesPage)

/* @library may be NULL. */
void quarry_folders_page_set_library (QuarryFoldersPage *self, QuarryLibrary *library);

G_END_DECLS
