/* quarry-reading-place.h: where in its document a hit is, in words
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/quarry-library.h"

G_BEGIN_DECLS

/* Such as "Rigging › Masts · page 3 of 20 · PDF". If there are no headings, the folder stands in their place: "~/Ships
 * · page 3 of 20 · PDF". The format is left out if the title ends with it. *n_headings: how many
 * bytes of it are headings, or the folder. (transfer full) */
char *quarry_reading_format_place (QuarryReading *reading, QuarryHit *hit, gsize *n_headings);

/* Who wrote the document, when, if it bears a date, and its keywords, on one line: "Anna Brandt · 2 March 2015 · oil,
 * prices". (transfer full): empty where the document states nothing of it */
char *quarry_reading_format_origin (QuarryReading *reading);

G_END_DECLS
