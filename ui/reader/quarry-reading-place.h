/* quarry-reading-place.h: where in its document a hit is, in words
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/library/quarry-library.h"

G_BEGIN_DECLS

/* (transfer full) As "Rigging › Masts · page 3 of 20 · PDF"; without headings the folder stands for them, "~/Ships ·
 * page 3 of 20 · PDF", and the format is left out where the title ends with it. */
char *quarry_reading_format_place (QuarryReading *reading, QuarryHit *hit);

G_END_DECLS
