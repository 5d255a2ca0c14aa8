/* quarry-segment-count.h: counts which words begin and end sections
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "app/train/quarry-segment-texts.h"

G_BEGIN_DECLS

/* Counts in all @texts (of QuarrySegmentText), and writes what that tells of each to its features; of each text without
 * those of its own fold, so that no boundary is told by itself. */
void quarry_segment_count_cues (GPtrArray *texts, QuarrySegmentCues *cues);

G_END_DECLS
