/* quarry-segment-fit.h: fits the segmenter's network to documents
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "app/train/quarry-segment-texts.h"
#include "core/segment/quarry-segment-net.h"

G_BEGIN_DECLS

/* Fits @weights to @texts (of QuarrySegmentText) by AdamW, @epochs times through all of them.
 * @say is told how it goes. */
void quarry_segment_fit (QuarrySegmentWeights *weights,
                         GPtrArray *texts,
                         double epochs,
                         double learning_rate,
                         guint seed,
                         void (*say) (const char *what));

G_END_DECLS
