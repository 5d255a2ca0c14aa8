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

G_END_DECLS
