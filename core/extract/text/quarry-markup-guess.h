/* quarry-markup-guess.h: guesses the markup of a text whose name does not tell
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/extract/quarry-formats.h"

G_BEGIN_DECLS

/* The markup of a text whose extension is that of plain text, or which has none. It is told by the extension before the
 * last ("usage.rst.txt"), else by constructs that only occur in one markup, of which there must be several kinds in the
 * first 16 KiB. Returns MARKDOWN, RST, ORG or ASCIIDOC; or TEXT if in doubt, or if @length is more than 4 MiB, since
 * nothing is lost by showing marked-up text as plain text. */
QuarryFormat quarry_markup_guess (const char *name, const char *text, gsize length);

G_END_DECLS
