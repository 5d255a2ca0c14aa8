/* quarry-segment-labels.h: what a segment is called
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/document/quarry-document.h"
#include "core/lexical/quarry-lexical-index.h"

G_BEGIN_DECLS

/* Names @segments (of QuarrySpan, in order) of @document: by the heading that a segment begins with, else by
 * its three words that tell it best from the document's other segments and that are rare in the library of
 * @index; a segment of hardly any words is named by how it begins. @language: of the text, or NULL.
 * (transfer full): of char *, one a segment. Threads: any. */
GPtrArray *quarry_segment_labels (QuarryDocument *document,
                                  GArray *segments,
                                  const char *language,
                                  QuarryLexicalIndex *index);

G_END_DECLS
