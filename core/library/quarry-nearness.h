/* quarry-nearness.h: how near a library's passages typically are to a query
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Confidence is computed from cosines, and how high these typically are differs between libraries. This measures it:
 * the mean and the deviation of the cosines of random phrases from the library with their nearest passages. The
 * result is stored in the library and measured again as that grows; it takes a few hundred nearest-neighbour
 * searches, some tens of milliseconds.
 */
#pragma once

#include "core/library/quarry-library-private.h"
#include "core/rank/quarry-confidence.h"

G_BEGIN_DECLS

/* Measures and stores it, if the library's size has changed enough since the last time or its vectors are others. To
 * be called after an import. If that fails, the stored result stays. */
void quarry_library_measure_nearness (QuarryLibrary *self);

/* The stored result, if it is for these vectors; else the usual one. */
void quarry_nearness_load (QuarryLibrary *self,
                           const QuarryIndexes *indexes,
                           QuarryStore *store,
                           QuarryConfidenceNearness *nearness);

G_END_DECLS
