/* quarry-segment-count.h: counts which words begin and end sections
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "app/train/quarry-segment-texts.h"

G_BEGIN_DECLS

/* Counts in all @texts (of QuarrySegmentText), and sets the cue features of each text from the counts in the other
 * folds, so that no boundary contributes to its own features. */
void quarry_segment_count_cues (GPtrArray *texts, QuarrySegmentCues *cues);

G_END_DECLS
