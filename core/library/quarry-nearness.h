/* quarry-nearness.h: how near passages of this library are to what is said in it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A library's own measure for the cosines that confidence is told from. Kept in the library, and worked
 * out anew as it grows: a few hundred nearest-neighbour searches, some tens of milliseconds.
 */
#pragma once

#include "core/library/quarry-library-private.h"
#include "core/rank/quarry-confidence.h"

G_BEGIN_DECLS

/* Works it out and writes it down, where the library has changed enough since the last time, or its
 * vectors are others. After an import. A failure leaves what was there. */
void quarry_library_measure_nearness (QuarryLibrary *self);

/* What was written down for these vectors, else the usual one. */
void quarry_nearness_load (QuarryLibrary *self,
                           const QuarryIndexes *indexes,
                           QuarryStore *store,
                           QuarryConfidenceNearness *nearness);

G_END_DECLS
