/* quarry-segment-net.h: the segmenter's network, as it is in its file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A linear layer with ReLU over the features of a gap, four residual convolutions over the gaps (five taps, 1, 3, 9
 * and 27 apart), and nine outputs: the log odds that a topic begins here, and that the window of so many gaps around
 * here holds no boundary. What a layer multiplies are whole numbers, 0 to 127 by −127 to 127, so that all machines
 * agree; what is between the layers are floats.
 *
 * The file data/model/segmenter.bin is a header and then QuarrySegmentWeights, little-endian.
 */
#pragma once

#include "core/segment/quarry-segment-kernels.h"
#include "core/segment/quarry-segment-private.h"

G_BEGIN_DECLS

#define QUARRY_SEGMENT_LAYERS 4
#define QUARRY_SEGMENT_TAPS 5
#define QUARRY_SEGMENT_HEADS 8
#define QUARRY_SEGMENT_OUTPUTS (1 + QUARRY_SEGMENT_HEADS)

/* A feature is told in steps around its mean, which is the middle of 1 to 127: of five deviations in all at most, either
 * way. What makes the features' number one of whole lanes is told as the mean. */
#define QUARRY_SEGMENT_STEPS 12.6f
#define QUARRY_SEGMENT_MIDDLE 64
#define QUARRY_SEGMENT_IN ((QUARRY_SEGMENT_N_FEATURES + 7) / 8 * 8)

/* Outputs and what fills the last lanes. */
#define QUARRY_SEGMENT_OUT 16

/* What 1 of a channel's sum is, and what is added to that. */
typedef struct
{
  gint8 weights[QUARRY_SEGMENT_IN / QUARRY_SEGMENT_GROUP][QUARRY_SEGMENT_CHANNELS][QUARRY_SEGMENT_GROUP];
  float unit[QUARRY_SEGMENT_CHANNELS];
  float bias[QUARRY_SEGMENT_CHANNELS];
} QuarrySegmentInput;

typedef struct
{
  gint8 weights[QUARRY_SEGMENT_TAPS][QUARRY_SEGMENT_CHANNELS / QUARRY_SEGMENT_GROUP][QUARRY_SEGMENT_CHANNELS]
               [QUARRY_SEGMENT_GROUP];
  float steps[QUARRY_SEGMENT_CHANNELS]; /* how many whole numbers 1 of an input is */
  float unit[QUARRY_SEGMENT_CHANNELS];
  float bias[QUARRY_SEGMENT_CHANNELS];
} QuarrySegmentLayer;

/* How features are told: their means, and how many steps 1 of them is; zero for those that are none. */
typedef struct
{
  float mean[QUARRY_SEGMENT_IN];
  float steps[QUARRY_SEGMENT_IN];
} QuarrySegmentScales;

typedef struct
{
  QuarrySegmentCues cues;
  QuarrySegmentScales scales;
  QuarrySegmentInput input;
  QuarrySegmentLayer layers[QUARRY_SEGMENT_LAYERS];
  float output[QUARRY_SEGMENT_CHANNELS][QUARRY_SEGMENT_OUT];
  float output_bias[QUARRY_SEGMENT_OUT];
} QuarrySegmentWeights;

typedef struct
{
  char magic[8];
  guint32 features;
  guint32 channels;
  guint32 layers;
  guint32 outputs;
} QuarrySegmentHeader;

#define QUARRY_SEGMENT_MAGIC "quarrys3"

static const int quarry_segment_dilations[QUARRY_SEGMENT_LAYERS] = { 1, 3, 9, 27 };

/* A window of w gaps around gap g begins at g − w / 2. */
static const guint quarry_segment_head_widths[QUARRY_SEGMENT_HEADS] = { 2, 3, 4, 6, 8, 12, 16, 24 };

/* Features as the networks take them: QUARRY_SEGMENT_IN numbers. */
void quarry_segment_standardise (const QuarrySegmentScales *scales, const float *features, guint8 *out);

/* The log odds of a boundary at each of the gaps 1 … @n − 1, and those that each of the windows around it has none,
 * for the features of quarry_segment_features(). Written to @odds (n × QUARRY_SEGMENT_OUTPUTS, the first row unused).
 * @kernel: NULL for the fastest. */
void quarry_segment_net_run (const QuarrySegmentWeights *weights,
                             const QuarrySegmentKernel *kernel,
                             const float *features,
                             guint n,
                             float *odds);

/* Finds the default cut by these odds, what the structure says, and how many boundaries that makes
 * one expect; needs n > 1. */
void quarry_segment_cut_by_odds (const float *odds, QuarryGap *gaps, guint n);

/* The weights that Quarry is built with. */
const QuarrySegmentWeights *quarry_segment_net_get (void);

G_END_DECLS
