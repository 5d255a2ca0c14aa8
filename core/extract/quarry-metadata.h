/* quarry-metadata.h: metadata in Dublin Core's terms, as office formats and books keep it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/document/quarry-document.h"

G_BEGIN_DECLS

/* Takes title, author, dates, language and keywords from an XML file. */
void quarry_metadata_read (GBytes *xml, QuarryDocumentBuilder *builder);

/* (transfer full) A time as Windows counts it: hundreds of nanoseconds since 1601; NULL for none. */
GDateTime *quarry_metadata_get_windows_time (guint64 time);

/* FALSE where @text, the title or author of a document by its @key, is what a program wrote there that nobody told. */
gboolean quarry_metadata_is_told (const char *key, const char *text);

G_END_DECLS
