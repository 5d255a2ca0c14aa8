/* quarry-html.h: makes the blocks of a document from HTML
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/document/quarry-document.h"

G_BEGIN_DECLS

/* Adds the text of a page or a fragment in UTF-8. @is_whole: it is a page, whose title and metadata are used too. FALSE
 * once the document is full. */
gboolean
quarry_html_add (QuarryDocumentBuilder *builder, const char *html, gsize length, gboolean is_whole);

G_END_DECLS
