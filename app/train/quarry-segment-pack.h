/* quarry-segment-pack.h: quantizes the segmenter's network, as Quarry runs it
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/segment/quarry-segment-net.h"

G_BEGIN_DECLS

/* A network in floating point. It may have any number of channels, and at most as many layers as Quarry's. Its inputs
 * are deviations from the mean. */
typedef struct
{
  guint channels;
  guint layers;
  gsize n;        /* the number of all parameters, which are in one array */
  float *values;
  float *input;   /* QUARRY_SEGMENT_N_FEATURES × channels */
  float *input_bias;
  float *weights[QUARRY_SEGMENT_LAYERS]; /* QUARRY_SEGMENT_TAPS × channels × channels, input channel first */
  float *biases[QUARRY_SEGMENT_LAYERS];
  float *output;  /* channels × QUARRY_SEGMENT_OUTPUTS */
  float *output_bias;
} QuarrySegmentFitted;

/* A network with all parameters zero. */
QuarrySegmentFitted *quarry_segment_fitted_new (guint channels, guint layers);
void quarry_segment_fitted_free (QuarrySegmentFitted *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarrySegmentFitted, quarry_segment_fitted_free)

/* The range of each convolution's input channels; larger inputs are clipped. */
typedef float QuarrySegmentRanges[QUARRY_SEGMENT_LAYERS][QUARRY_SEGMENT_CHANNELS];

/* Writes all of @weights but the scales. @fitted has to have Quarry's shape. */
void quarry_segment_pack (const QuarrySegmentFitted *fitted,
                          const QuarrySegmentRanges ranges,
                          QuarrySegmentWeights *weights);

/* The reverse: makes a quantized network one that can be fitted further. */
void quarry_segment_unpack (const QuarrySegmentWeights *weights, QuarrySegmentFitted *fitted);

G_END_DECLS
