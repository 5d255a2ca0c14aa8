/* quarry-mediawiki.h: MediaWiki's markup, for the readers that find it in other files
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/extract/quarry-reader.h"

G_BEGIN_DECLS

/* Adds a page, valid UTF-8. Returns its categories, separated by commas; NULL for none. (transfer full) */
char *quarry_mediawiki_add (QuarryDocumentBuilder *builder, const char *text, gsize length);

/* Whether the file is XML that a wiki has exported, and its reader: each page comes under a heading. */
gboolean quarry_mediawiki_is_export (const QuarryInput *input);
void quarry_mediawiki_read_export (const QuarryInput *input, QuarryDocumentBuilder *builder);

G_END_DECLS
