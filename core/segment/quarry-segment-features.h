/* quarry-segment-features.h: the columns of what is known about a gap, and how they are filled
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/segment/quarry-segment-private.h"

G_BEGIN_DECLS

#define QUARRY_FEATURE_N_VECTOR_WIDTHS 8
#define QUARRY_FEATURE_N_PLAIN_WIDTHS 2
#define QUARRY_FEATURE_N_WORD_WIDTHS 5
#define QUARRY_FEATURE_N_CHAINS 3
#define QUARRY_FEATURE_N_SPLITS 2

/* The sentences that say what a document is about. */
#define QUARRY_FEATURE_OPENING_SENTENCES 3u

/* Columns; the groups stand one after the other. */
enum
{
  /* cosines of what is left and right, less the mean */
  QUARRY_FEATURE_VECTOR = 0,
  QUARRY_FEATURE_VECTOR_Z = QUARRY_FEATURE_VECTOR + QUARRY_FEATURE_N_VECTOR_WIDTHS,
  QUARRY_FEATURE_VECTOR_DEPTH = QUARRY_FEATURE_VECTOR_Z + 4,
  /* cosines of the vectors as they are */
  QUARRY_FEATURE_PLAIN = QUARRY_FEATURE_VECTOR_DEPTH + 3,
  QUARRY_FEATURE_PLAIN_Z = QUARRY_FEATURE_PLAIN + QUARRY_FEATURE_N_PLAIN_WIDTHS,
  /* one sentence against three and eight on the other side */
  QUARRY_FEATURE_ONE_SIDED = QUARRY_FEATURE_PLAIN_Z + 1,
  QUARRY_FEATURE_WORD = QUARRY_FEATURE_ONE_SIDED + 4,
  QUARRY_FEATURE_WORD_Z = QUARRY_FEATURE_WORD + QUARRY_FEATURE_N_WORD_WIDTHS,
  QUARRY_FEATURE_WORD_DEPTH = QUARRY_FEATURE_WORD_Z + 2,
  QUARRY_FEATURE_NOVEL = QUARRY_FEATURE_WORD_DEPTH + 2,
  QUARRY_FEATURE_CHAIN = QUARRY_FEATURE_NOVEL + 4,
  QUARRY_FEATURE_EVIDENCE = QUARRY_FEATURE_CHAIN + QUARRY_FEATURE_N_CHAINS,
  QUARRY_FEATURE_PLACE = QUARRY_FEATURE_EVIDENCE + QUARRY_SEGMENT_N_EVIDENCE,
  QUARRY_FEATURE_LAYOUT = QUARRY_FEATURE_PLACE + 3,
  /* cosines of two sentences with one between */
  QUARRY_FEATURE_SKIP = QUARRY_FEATURE_LAYOUT + 1,
  /* each side against the opening, and the whole document */
  QUARRY_FEATURE_OPENING = QUARRY_FEATURE_SKIP + 2,
  QUARRY_FEATURE_NAMES = QUARRY_FEATURE_OPENING + 4,
  QUARRY_FEATURE_YEARS = QUARRY_FEATURE_NAMES + 4,
  /* words of the opening, and those that are all over the document */
  QUARRY_FEATURE_MAIN = QUARRY_FEATURE_YEARS + 3,
  /* how sentences begin that begin alike */
  QUARRY_FEATURE_OPENER = QUARRY_FEATURE_MAIN + 3,
  /* how much likelier the words are in two than in one */
  QUARRY_FEATURE_SPLIT = QUARRY_FEATURE_OPENER + 3,
  QUARRY_FEATURE_SENTENCE = QUARRY_FEATURE_SPLIT + QUARRY_FEATURE_N_SPLITS,
  QUARRY_FEATURE_KIND = QUARRY_FEATURE_SENTENCE + 22 + 2 * (QUARRY_N_CUES - 1),
  QUARRY_FEATURE_CUES = QUARRY_FEATURE_KIND + 17 + QUARRY_SEGMENT_N_EVIDENCE,
  QUARRY_FEATURE_END = QUARRY_FEATURE_CUES + QUARRY_SEGMENT_N_CUE_FEATURES,
};
G_STATIC_ASSERT (QUARRY_FEATURE_END == QUARRY_SEGMENT_N_FEATURES);

/* A document, or a stretch of one that is described as if it were all. */
typedef struct
{
  const QuarryUnits *units;
  guint n;
  float *out; /* n × QUARRY_SEGMENT_N_FEATURES, zero at first */
} QuarrySegmentView;

static inline float *
quarry_segment_view_row (const QuarrySegmentView *self, guint gap)
{
  return self->out + (gsize) gap * QUARRY_SEGMENT_N_FEATURES;
}

static inline float
quarry_segment_share (guint part, guint whole)
{
  return whole > 0 ? (float) part / (float) whole : 0;
}

/* Fills the columns that words tell: how alike both sides are by them, which begin, go on and stop, names, years,
 * how sentences begin. */
void quarry_segment_view_words (const QuarrySegmentView *self);

G_END_DECLS
