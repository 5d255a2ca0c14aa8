/* quarry-language-label.h: languages' names as the window says them
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The name of the language of the BCP 47 @tag, in the language that the window's texts are in, which is English where
 * nobody has translated them; @tag itself if no name is known. (transfer full) */
char *quarry_language_label_new (const char *tag);

G_END_DECLS
