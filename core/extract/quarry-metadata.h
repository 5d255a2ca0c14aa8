/* quarry-metadata.h: metadata in Dublin Core's terms, as office formats and books keep it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/document/quarry-document.h"

G_BEGIN_DECLS

/* Takes title, author, dates, language and keywords from an XML file with Dublin Core's elements. */
void quarry_metadata_read (GBytes *xml, QuarryDocumentBuilder *builder);

/* A Windows time: units of 100 ns since 1601; NULL for none. (transfer full) */
GDateTime *quarry_metadata_get_windows_time (guint64 time);

/* FALSE if @text, the title or author of a document (according to @key), is only a program's default, which nobody
 * chose. */
gboolean quarry_metadata_is_told (const char *key, const char *text);

G_END_DECLS
