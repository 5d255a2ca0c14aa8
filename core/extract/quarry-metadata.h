/* quarry-metadata.h: metadata in Dublin Core's terms, as office formats and books keep it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/document/quarry-document.h"

G_BEGIN_DECLS

/* Takes title, author, dates, language and keywords from an XML file. */
void quarry_metadata_read (GBytes *xml, QuarryDocumentBuilder *builder);

G_END_DECLS
