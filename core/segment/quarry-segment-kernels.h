/* quarry-segment-kernels.h: products of small whole numbers, for the segmenter's network
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * All kernels give the same sums to the last bit: they are of whole numbers, and none overflows.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Rows of sums that are made together, and how many sums a row has. */
#define QUARRY_SEGMENT_BLOCK 4
#define QUARRY_SEGMENT_CHANNELS 128

/* Inputs whose weights stand together. */
#define QUARRY_SEGMENT_GROUP 4

/* The largest input: two of them times −128 and less make 16 bits. */
#define QUARRY_SEGMENT_MOST_INPUT 127

/* sums[r][c] = Σ over @n_taps of Σ over @width (a multiple of QUARRY_SEGMENT_GROUP) of
 * in[(r + tap × step) × width + i] × weights[tap][i / 4][c][i % 4], for QUARRY_SEGMENT_BLOCK rows and
 * QUARRY_SEGMENT_CHANNELS channels. @in: the first row's first tap; at most QUARRY_SEGMENT_MOST_INPUT each. */
typedef void (*QuarrySegmentMultiply) (const guint8 *in,
                                       guint width,
                                       guint n_taps,
                                       guint step,
                                       const gint8 *weights,
                                       gint32 (*sums)[QUARRY_SEGMENT_CHANNELS]);

typedef struct
{
  const char *name;
  QuarrySegmentMultiply multiply;
} QuarrySegmentKernel;

/* The fastest for this machine. */
const QuarrySegmentKernel *quarry_segment_kernel_get (void);

/* All that this machine can run, the portable one first; *n gets how many. (transfer none) */
const QuarrySegmentKernel *quarry_segment_kernels (guint *n);

G_END_DECLS
