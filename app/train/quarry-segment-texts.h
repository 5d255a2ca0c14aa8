/* quarry-segment-texts.h: documents whose topics are known to change where they do
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Headings tell for free where a document's topics change. The headings themselves are left out,
 * and the documents are varied, so that the segmenter meets what it will meet: sentences with and
 * without paragraphs, paragraphs as units, text without case and punctuation, units cut at random,
 * and documents put one after the other.
 */
#pragma once

#include "app/train/quarry-random.h"
#include "core/embed/quarry-embedder.h"
#include "core/segment/quarry-segment-cues.h"

G_BEGIN_DECLS

/* Documents are parted into so many, evenly, that what is counted in the others can be told of each. */
#define QUARRY_SEGMENT_FOLDS 4u

typedef struct
{
  guint n;          /* sentences */
  float *features;  /* n × QUARRY_SEGMENT_N_FEATURES */
  guint8 *boundary; /* 1 where a topic begins; the first sentence's is 0 */
  QuarrySegmentWording *wording;
  guint fold;       /* which documents its own one is among, below QUARRY_SEGMENT_FOLDS */
  gboolean counts;  /* it is a whole document in sentences, the first of this one */
  float *taught;    /* n × QUARRY_SEGMENT_OUTPUTS: how likely others think it; or NULL */
} QuarrySegmentText;

void quarry_segment_text_free (QuarrySegmentText *self);

/* Reads @path, takes at most @most of its documents, evenly, varies them and appends what the
 * segmenter sees of each to @texts (of QuarrySegmentText). Of pairs, the answers of a run of
 * lines are a document. */
gboolean quarry_segment_texts_read (const char *path,
                                    guint most,
                                    QuarryEmbedder *embedder,
                                    QuarryRandom *random,
                                    GPtrArray *texts,
                                    GError **error);

G_END_DECLS
