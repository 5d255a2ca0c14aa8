/* quarry-segment-kernels.h: products of small whole numbers, for the segmenter's network
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * All kernels give the same sums to the last bit, because these are sums of whole numbers and none of them overflows.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How many rows of sums are computed together, and how many sums a row has. */
#define QUARRY_SEGMENT_BLOCK 8
#define QUARRY_SEGMENT_CHANNELS 128

/* How many inputs of a channel have their weights next to each other, as the processor's instructions want them. */
#define QUARRY_SEGMENT_GROUP 4

/* The largest input. The sum of two products with weights of −128 or more then fits into 16 bits, in which AVX2 adds
 * them. */
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

/* The fastest kernel for this machine. */
const QuarrySegmentKernel *quarry_segment_kernel_get (void);

/* All kernels that this machine can run, the portable one first and the fastest last; *n gets how many. (transfer
 * none) */
const QuarrySegmentKernel *quarry_segment_kernels (guint *n);

G_END_DECLS
