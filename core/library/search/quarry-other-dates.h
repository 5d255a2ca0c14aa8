/* quarry-other-dates.h: dates of a query that the passages write another way
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/lexical/quarry-lexical-index.h"

G_BEGIN_DECLS

/* @text with each date that no passage holds as it is typed, but in another notation, replaced by this. @typing: the
 * last word may be unfinished. (transfer full): NULL where nothing changes */
char *quarry_rewrite_dates (QuarryLexicalIndex *index, const char *text, gboolean typing);

G_END_DECLS
