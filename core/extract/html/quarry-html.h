/* quarry-html.h: HTML -> blocks of a document
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/document/quarry-document.h"

G_BEGIN_DECLS

/* Adds the text of a page or a fragment in UTF-8. @is_whole: title and metadata count too.
 * FALSE once the document is full. */
gboolean
quarry_html_add (QuarryDocumentBuilder *builder, const char *html, gsize length, gboolean is_whole);

G_END_DECLS
