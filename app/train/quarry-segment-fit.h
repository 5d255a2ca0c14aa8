/* quarry-segment-fit.h: fits the segmenter's network to documents
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "app/train/quarry-segment-pack.h"
#include "app/train/quarry-segment-texts.h"

G_BEGIN_DECLS

/* The features' means and deviations in @texts (of QuarrySegmentText). */
void quarry_segment_learn_scales (QuarrySegmentScales *scales, GPtrArray *texts);

/* Draws the weights that a network begins with. */
void quarry_segment_start (QuarrySegmentFitted *net, guint seed);

/* Fits @net, from where it is, to @texts by AdamW, @epochs times through all of them: to the boundaries, and where a text has been taught,
 * to what it was taught as well. @say is told how it goes. */
void quarry_segment_fit (QuarrySegmentFitted *net,
                         const QuarrySegmentScales *scales,
                         GPtrArray *texts,
                         double epochs,
                         double learning_rate,
                         guint seed,
                         void (*say) (const char *what));

/* Teaches @texts how likely the networks of @teachers (of QuarrySegmentFitted) think each output, in the mean. What
 * several networks agree on carries over to other texts than what one believes does, and one that is fitted to it comes
 * near all of them together (Hinton, Vinyals and Dean, Distilling the Knowledge in a Neural Network, 2015). */
void quarry_segment_teach (GPtrArray *texts, const QuarrySegmentScales *scales, GPtrArray *teachers);

/* How large the inputs of the layers of @net, of Quarry's shape, are in @texts. */
void quarry_segment_find_ranges (QuarrySegmentRanges ranges,
                                 const QuarrySegmentFitted *net,
                                 const QuarrySegmentScales *scales,
                                 GPtrArray *texts);

G_END_DECLS
