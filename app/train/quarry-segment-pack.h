/* quarry-segment-pack.h: a network while it is fitted, and in whole numbers as Quarry runs it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/segment/quarry-segment-net.h"

G_BEGIN_DECLS

/* Of any width, and as many layers as Quarry's or fewer. Its inputs are deviations from the mean. */
typedef struct
{
  guint channels;
  guint layers;
  gsize n;        /* all that is learned, one after the other */
  float *values;
  float *input;   /* QUARRY_SEGMENT_N_FEATURES × channels */
  float *input_bias;
  float *weights[QUARRY_SEGMENT_LAYERS]; /* QUARRY_SEGMENT_TAPS × channels × channels, the input's channels first */
  float *biases[QUARRY_SEGMENT_LAYERS];
  float *output;  /* channels × QUARRY_SEGMENT_OUTPUTS */
  float *output_bias;
} QuarrySegmentFitted;

/* All zero. */
QuarrySegmentFitted *quarry_segment_fitted_new (guint channels, guint layers);
void quarry_segment_fitted_free (QuarrySegmentFitted *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarrySegmentFitted, quarry_segment_fitted_free)

/* The largest input of each convolution's channels that is told from larger ones. */
typedef float QuarrySegmentRanges[QUARRY_SEGMENT_LAYERS][QUARRY_SEGMENT_CHANNELS];

/* Writes all of @weights but the scales; needs a network of Quarry's shape. */
void quarry_segment_pack (const QuarrySegmentFitted *fitted,
                          const QuarrySegmentRanges ranges,
                          QuarrySegmentWeights *weights);

/* The other way: a network in whole numbers as one that is fitted further. */
void quarry_segment_unpack (const QuarrySegmentWeights *weights, QuarrySegmentFitted *fitted);

G_END_DECLS
