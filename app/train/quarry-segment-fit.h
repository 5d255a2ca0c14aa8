/* quarry-segment-fit.h: fits the segmenter's network to documents
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "app/train/quarry-segment-pack.h"
#include "app/train/quarry-segment-texts.h"

G_BEGIN_DECLS

/* Computes the means and deviations of the features in @texts (of QuarrySegmentText). */
void quarry_segment_learn_scales (QuarrySegmentScales *scales, GPtrArray *texts);

/* Draws random initial weights for a network. */
void quarry_segment_start (QuarrySegmentFitted *net, guint seed);

/* Fits @net, starting from its present weights, to @texts by AdamW, @epochs times through all of them. The targets are
 * the boundaries, mixed with the teachers' outputs for texts that have these. @say is called with messages about the
 * progress. */
void quarry_segment_fit (QuarrySegmentFitted *net,
                         const QuarrySegmentScales *scales,
                         GPtrArray *texts,
                         double epochs,
                         double learning_rate,
                         guint seed,
                         void (*say) (const char *what));

/* Distillation (Hinton, Vinyals and Dean, Distilling the Knowledge in a Neural Network, 2015): adds to what each text
 * has been taught @share times the probabilities that @teacher, which takes features by @scales, gives to its outputs.
 * The shares of all teachers have to add up to 1. What several networks agree on generalizes better than what a single
 * one predicts, and a network fitted to it comes close to all of them together. */
void quarry_segment_teach (GPtrArray *texts,
                           const QuarrySegmentScales *scales,
                           const QuarrySegmentFitted *teacher,
                           float share);

/* Measures how large the inputs of each layer of @net, which has to have Quarry's shape, are in @texts. */
void quarry_segment_find_ranges (QuarrySegmentRanges ranges,
                                 const QuarrySegmentFitted *net,
                                 const QuarrySegmentScales *scales,
                                 GPtrArray *texts);

G_END_DECLS
