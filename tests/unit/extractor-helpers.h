/* extractor-helpers.h: what the tests of the process that reads files share
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Opens a file without a name that holds @text. (transfer full) */
int open_text (const char *text);

G_END_DECLS
