/* quarry-segment-labels.h: names for segments
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/document/quarry-document.h"
#include "core/lexical/quarry-lexical-index.h"

G_BEGIN_DECLS

/* Names the @segments (of QuarrySpan, in order) of @document: each by the heading that it begins with, or the title of
 * a numbered clause, else by the three words that distinguish it best from the document's other segments and are rare
 * in the library of @index, words of its first line before others, and none that only say who speaks. A segment of very
 * few words is named by its beginning. @language: of the text, or NULL. (transfer full): of char *, one for each
 * segment. Threads: any. */
GPtrArray *quarry_segment_labels (QuarryDocument *document,
                                  GArray *segments,
                                  const char *language,
                                  QuarryLexicalIndex *index);

G_END_DECLS
