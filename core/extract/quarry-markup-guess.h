/* quarry-markup-guess.h: which markup a text is written in whose name does not say
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/extract/quarry-formats.h"

G_BEGIN_DECLS

/* The markup of a text that is named as plain text or not at all: by the extension before the last ("usage.rst.txt"),
 * else by signs that nothing else has, of which there must be several kinds in the first 16 KiB of @length bytes.
 * One of MARKDOWN, RST, ORG and ASCIIDOC; TEXT where in doubt or beyond 4 MiB, since plain text shown as such loses nothing. */
QuarryFormat quarry_markup_guess (const char *name, const char *text, gsize length);

G_END_DECLS
