/* quarry-segment-fit.h: fits the segmenter's network to documents
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "app/train/quarry-segment-texts.h"
#include "core/segment/quarry-segment-net.h"

G_BEGIN_DECLS

/* Fits @weights to @texts (of QuarrySegmentText) by AdamW, @epochs times through all of them: to the boundaries,
 * and where a text has been taught, to what it was taught as well. @say is told how it goes. */
void quarry_segment_fit (QuarrySegmentWeights *weights,
                         GPtrArray *texts,
                         double epochs,
                         double learning_rate,
                         guint seed,
                         void (*say) (const char *what));

/* Teaches @texts how likely the @n networks of @teachers think each output, in the mean. What several networks
 * agree on carries over to other texts than what one believes does, and one that is fitted to it comes near all of
 * them together (Hinton, Vinyals and Dean, Distilling the Knowledge in a Neural Network, 2015). */
void quarry_segment_teach (GPtrArray *texts, const QuarrySegmentWeights *teachers, guint n);

G_END_DECLS
