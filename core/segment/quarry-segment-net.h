/* quarry-segment-net.h: the segmenter's networks, as they are in their file
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Each has a linear layer with ReLU over the features of a gap, four residual convolutions over the gaps (five taps, 1,
 * 3, 9 and 27 gaps apart), and nine outputs: the log odds that a topic begins at the gap, and for each of eight windows
 * around it the log odds that the window holds no boundary. The layers multiply whole numbers, 0 to 127 by −127 to 127,
 * so that all machines get the same sums; between the layers the numbers are floats.
 *
 * What several networks say, fitted to different texts, is in the mean better than what one of them says: each is wrong
 * elsewhere (Hansen and Salamon, Neural Network Ensembles, IEEE PAMI 12(10), 1990). So there are some, and the mean of
 * their log odds is what counts.
 *
 * A network's file is a header and then QuarrySegmentWeights, little-endian; data/model/segmenter.bin.gz is such files
 * one after the other, compressed with gzip.
 */
#pragma once

#include "core/segment/quarry-segment-kernels.h"
#include "core/segment/quarry-segment-private.h"

G_BEGIN_DECLS

#define QUARRY_SEGMENT_LAYERS 4
#define QUARRY_SEGMENT_TAPS 5
#define QUARRY_SEGMENT_HEADS 8
#define QUARRY_SEGMENT_OUTPUTS (1 + QUARRY_SEGMENT_HEADS)

/* Features become whole numbers: so many steps a standard deviation, with the mean in the middle of 1 to 127, so that
 * five deviations fit on either side. The number of features is filled up to a multiple of eight with columns at their
 * mean. */
#define QUARRY_SEGMENT_STEPS 12.6f
#define QUARRY_SEGMENT_MIDDLE 64
#define QUARRY_SEGMENT_IN ((QUARRY_SEGMENT_N_FEATURES + 7) / 8 * 8)

/* Outputs, and what fills them up to whole lanes. */
#define QUARRY_SEGMENT_OUT 16

/* @unit: what 1 in a channel's sum stands for; @bias: what is then added. */
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
  float steps[QUARRY_SEGMENT_CHANNELS]; /* whole numbers per 1 of an input */
  float unit[QUARRY_SEGMENT_CHANNELS];
  float bias[QUARRY_SEGMENT_CHANNELS];
} QuarrySegmentLayer;

/* How features become whole numbers: their means, and the steps per 1; zero for the columns that only fill up. */
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

/* The widths of the windows in gaps. A window of w gaps around gap g begins at g − w / 2. */
static const guint quarry_segment_head_widths[QUARRY_SEGMENT_HEADS] = { 2, 3, 4, 6, 8, 12, 16, 24 };

/* Turns the features of one gap into the whole numbers that the network takes, QUARRY_SEGMENT_IN of them. */
void quarry_segment_standardise (const QuarrySegmentScales *scales, const float *features, guint8 *out);

/* Computes, from the features of quarry_segment_features(), the log odds of a boundary at each of the gaps 1 … @n − 1,
 * and those that each of the windows around it holds none. Written to @odds (n × QUARRY_SEGMENT_OUTPUTS, the first row
 * unused). @kernel: NULL for the fastest. */
void quarry_segment_net_run (const QuarrySegmentWeights *weights,
                             const QuarrySegmentKernel *kernel,
                             const float *features,
                             guint n,
                             float *odds);

/* Finds the default cut by these odds and by what the structure says; both together also say how many boundaries are
 * expected. Needs n > 1. */
void quarry_segment_cut_by_odds (const float *odds, QuarryGap *gaps, guint n);

/* The networks that Quarry is built with. (transfer none): *n of them */
const QuarrySegmentWeights *quarry_segment_nets_get (guint *n);

G_END_DECLS
