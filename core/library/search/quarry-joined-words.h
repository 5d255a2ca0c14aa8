/* quarry-joined-words.h: words of a query that the passages write as one
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The counterpart of quarry-parted-words.h: people put numbers and codes in groups, as they stand on cards and letters,
 * where the passages have none: "978-0-306-40615-7" for "9780306406157", "KA CD 789" for "KACD789", "20 kg" for "20kg".
 */
#pragma once

#include "core/lexical/quarry-lexical-index.h"

G_BEGIN_DECLS

/* @text with each row of words that has a digit, and that no passage holds in a row, but as one word, replaced by this
 * word. @typing: the last word may be unfinished. (transfer full): NULL where nothing changes */
char *quarry_join_words (QuarryLexicalIndex *index, const char *text, gboolean typing);

G_END_DECLS
