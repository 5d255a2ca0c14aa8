/* quarry-segment-features.h: the columns of a gap's features, and how they are filled
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * quarry-segment-features.c fills them, with quarry-segment-feature-words.c for those that come from words. The trained
 * network depends on their number and order.
 */
#pragma once

#include "core/segment/quarry-segment-private.h"

G_BEGIN_DECLS

#define QUARRY_FEATURE_N_VECTOR_WIDTHS 8
#define QUARRY_FEATURE_N_PLAIN_WIDTHS 2
#define QUARRY_FEATURE_N_WORD_WIDTHS 5
#define QUARRY_FEATURE_N_CHAINS 3
#define QUARRY_FEATURE_N_SPLITS 2

/* How many sentences at the beginning count as the opening, which says what a document is about. */
#define QUARRY_FEATURE_OPENING_SENTENCES 3u

/* Columns. Each group begins where the one before it ends; "Z" columns are standardised within the document, "depth" is
 * how far the value rises to the peaks around it. */
enum
{
  /* cosines of the windows on the left and right, of the vectors less their mean */
  QUARRY_FEATURE_VECTOR = 0,
  QUARRY_FEATURE_VECTOR_Z = QUARRY_FEATURE_VECTOR + QUARRY_FEATURE_N_VECTOR_WIDTHS,
  QUARRY_FEATURE_VECTOR_DEPTH = QUARRY_FEATURE_VECTOR_Z + 4,
  /* the same of the vectors as they are */
  QUARRY_FEATURE_PLAIN = QUARRY_FEATURE_VECTOR_DEPTH + 3,
  QUARRY_FEATURE_PLAIN_Z = QUARRY_FEATURE_PLAIN + QUARRY_FEATURE_N_PLAIN_WIDTHS,
  /* cosines of one sentence with the three, and the eight, on the other side */
  QUARRY_FEATURE_ONE_SIDED = QUARRY_FEATURE_PLAIN_Z + 1,
  QUARRY_FEATURE_WORD = QUARRY_FEATURE_ONE_SIDED + 4,
  QUARRY_FEATURE_WORD_Z = QUARRY_FEATURE_WORD + QUARRY_FEATURE_N_WORD_WIDTHS,
  QUARRY_FEATURE_WORD_DEPTH = QUARRY_FEATURE_WORD_Z + 2,
  QUARRY_FEATURE_NOVEL = QUARRY_FEATURE_WORD_DEPTH + 2,
  QUARRY_FEATURE_CHAIN = QUARRY_FEATURE_NOVEL + 4,
  QUARRY_FEATURE_EVIDENCE = QUARRY_FEATURE_CHAIN + QUARRY_FEATURE_N_CHAINS,
  QUARRY_FEATURE_PLACE = QUARRY_FEATURE_EVIDENCE + QUARRY_SEGMENT_N_EVIDENCE,
  QUARRY_FEATURE_LAYOUT = QUARRY_FEATURE_PLACE + 3,
  /* cosines of two sentences with one between them */
  QUARRY_FEATURE_SKIP = QUARRY_FEATURE_LAYOUT + 1,
  /* cosines of each side with the opening and with the whole document */
  QUARRY_FEATURE_OPENING = QUARRY_FEATURE_SKIP + 2,
  QUARRY_FEATURE_NAMES = QUARRY_FEATURE_OPENING + 4,
  QUARRY_FEATURE_YEARS = QUARRY_FEATURE_NAMES + 4,
  /* how many words are of the opening, and how many are all over the document */
  QUARRY_FEATURE_MAIN = QUARRY_FEATURE_YEARS + 3,
  /* whether sentences around begin with the same word */
  QUARRY_FEATURE_OPENER = QUARRY_FEATURE_MAIN + 3,
  /* how much likelier the words are as two texts than as one */
  QUARRY_FEATURE_SPLIT = QUARRY_FEATURE_OPENER + 3,
  QUARRY_FEATURE_SENTENCE = QUARRY_FEATURE_SPLIT + QUARRY_FEATURE_N_SPLITS,
  QUARRY_FEATURE_KIND = QUARRY_FEATURE_SENTENCE + 22 + 2 * (QUARRY_N_CUES - 1),
  QUARRY_FEATURE_CUES = QUARRY_FEATURE_KIND + 17 + QUARRY_SEGMENT_N_EVIDENCE,
  QUARRY_FEATURE_END = QUARRY_FEATURE_CUES + QUARRY_SEGMENT_N_CUE_FEATURES,
};
G_STATIC_ASSERT (QUARRY_FEATURE_END == QUARRY_SEGMENT_N_FEATURES);

/* A document, or a stretch of one that is described as if it were a whole document. */
typedef struct
{
  const QuarryUnits *units;
  guint n;
  float *out; /* n × QUARRY_SEGMENT_N_FEATURES, all zero at first */
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

/* Fills the columns that come from words: how alike both sides are by them, which begin, go on and end, names, years,
 * and how sentences begin. */
void quarry_segment_view_words (const QuarrySegmentView *self);

G_END_DECLS
