/* quarry-latex.h: pieces of LaTeX in other files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Appends the text of a piece of LaTeX in valid UTF-8, without commands and braces, as one paragraph. A "%" is a sign
 * like others, and begins no comment. */
void quarry_latex_append_text (GString *out, const char *latex, gsize length);

G_END_DECLS
