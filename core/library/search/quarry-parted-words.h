/* quarry-parted-words.h: words of a query that the passages write in parts
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * People leave out what parts a number, a code or a name: "5558675309" for "555-867-5309", "AX4711B" for "AX-4711-B",
 * "25°C" for "25 °C", "bookshelf" for "book shelf". Such a word, which no passage holds, is looked for as its parts.
 */
#pragma once

#include "core/lexical/quarry-lexical-index.h"

G_BEGIN_DECLS

/* @text with each word that no passage holds, but whose letters passages hold as several words in a row, replaced by
 * these words, joined by hyphens; large numbers are given the separators that passages write them with. @typing: the
 * last word may be unfinished. (transfer full): NULL where nothing changes */
char *quarry_part_words (QuarryLexicalIndex *index, const char *text, gboolean typing);

G_END_DECLS
