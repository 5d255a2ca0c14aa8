/* quarry-shown-path.h: paths as people write them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* "~/Notes/energy.md": @path in UTF-8 with the home folder abbreviated. Only for display: it cannot be turned back into
 * the path. (transfer full) */
char *quarry_shown_path (const char *path);

/* The same for the folder that @path is in. (transfer full) */
char *quarry_shown_folder (const char *path);

G_END_DECLS
