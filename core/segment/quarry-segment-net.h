/* quarry-segment-net.h: the segmenter's network, as it is in its file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A linear layer with ReLU over the features of a gap, three residual convolutions over the gaps
 * (five taps, 1, 3 and 9 apart), and nine outputs: the log odds that a topic begins here, and that
 * the window of so many gaps around here holds no boundary.
 *
 * The file data/model/segmenter.bin is a header and then floats, all little-endian: the features'
 * means and inverse deviations, and the layers' weights (input-major) and biases.
 */
#pragma once

#include "core/segment/quarry-segment-private.h"

G_BEGIN_DECLS

#define QUARRY_SEGMENT_CHANNELS 64
#define QUARRY_SEGMENT_LAYERS 3
#define QUARRY_SEGMENT_TAPS 5
#define QUARRY_SEGMENT_HEADS 8
#define QUARRY_SEGMENT_OUTPUTS (1 + QUARRY_SEGMENT_HEADS)

/* A feature lies within this many deviations, in steps of 1/64. */
#define QUARRY_SEGMENT_CLIP 5.0f

typedef struct
{
  float mean[QUARRY_SEGMENT_N_FEATURES];
  float scale[QUARRY_SEGMENT_N_FEATURES];
  float input[QUARRY_SEGMENT_N_FEATURES][QUARRY_SEGMENT_CHANNELS];
  float input_bias[QUARRY_SEGMENT_CHANNELS];
  struct
  {
    float weights[QUARRY_SEGMENT_TAPS][QUARRY_SEGMENT_CHANNELS][QUARRY_SEGMENT_CHANNELS];
    float bias[QUARRY_SEGMENT_CHANNELS];
  } layers[QUARRY_SEGMENT_LAYERS];
  float output[QUARRY_SEGMENT_CHANNELS][QUARRY_SEGMENT_OUTPUTS];
  float output_bias[QUARRY_SEGMENT_OUTPUTS];
} QuarrySegmentWeights;

typedef struct
{
  char magic[8];
  guint32 features;
  guint32 channels;
  guint32 layers;
  guint32 outputs;
} QuarrySegmentHeader;

#define QUARRY_SEGMENT_MAGIC "quarrys1"

static const int quarry_segment_dilations[QUARRY_SEGMENT_LAYERS] = { 1, 3, 9 };

/* A window of w gaps around gap g begins at g − w / 2. */
static const guint quarry_segment_head_widths[QUARRY_SEGMENT_HEADS] = { 2, 3, 4, 6, 8, 12, 16, 24 };

/* As the network takes it. */
void quarry_segment_standardise (const QuarrySegmentWeights *weights, const float *features, float *out);

/* The log odds of a boundary at each of the gaps 1 … @n − 1, and those that each of the windows
 * around it has none, for the features of quarry_segment_features(). Written to @odds
 * (n × QUARRY_SEGMENT_OUTPUTS, the first row unused). */
void quarry_segment_net_run (const QuarrySegmentWeights *weights, const float *features, guint n, float *odds);

/* Finds the default cut by these odds, what the structure says, and how many boundaries that makes
 * one expect; needs n > 1. */
void quarry_segment_cut_by_odds (const float *odds, QuarryGap *gaps, guint n);

/* The weights that Quarry is built with. */
const QuarrySegmentWeights *quarry_segment_net_get (void);

G_END_DECLS
