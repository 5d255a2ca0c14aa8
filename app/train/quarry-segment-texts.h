/* quarry-segment-texts.h: documents for which it is known where the topic changes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Headings tell for free where the topic of a document changes. The headings themselves are left out,
 * and the documents are varied, so that the segmenter is trained on what it will meet: sentences with
 * and without paragraphs, paragraphs as units, text without case and punctuation, units cut at random,
 * several documents in one, and single sections, which have no boundary.
 */
#pragma once

#include "app/train/quarry-random.h"
#include "core/embed/quarry-embedder.h"
#include "core/segment/quarry-segment-cues.h"

G_BEGIN_DECLS

/* Documents are divided evenly into so many folds, so that what is counted in the other folds can be used for each. */
#define QUARRY_SEGMENT_FOLDS 4u

typedef struct
{
  guint n;          /* sentences */
  float *features;  /* n × QUARRY_SEGMENT_N_FEATURES */
  guint8 *boundary; /* 1 where a topic begins; 0 for the first sentence */
  QuarrySegmentWording *wording;
  guint fold;       /* the fold of its document, below QUARRY_SEGMENT_FOLDS */
  gboolean counts;  /* it counts for the cues: the first variant of its document whose units are sentences */
  float *taught;    /* n × QUARRY_SEGMENT_OUTPUTS: probabilities according to the teachers; or NULL */
} QuarrySegmentText;

void quarry_segment_text_free (QuarrySegmentText *self);

/* Reads @path, chooses at most @most of its documents, evenly, varies them, and appends what the segmenter sees of each
 * to @texts (of QuarrySegmentText). If the file holds pairs, the answers of consecutive lines make up a document. */
gboolean quarry_segment_texts_read (const char *path,
                                    guint most,
                                    QuarryEmbedder *embedder,
                                    QuarryRandom *random,
                                    GPtrArray *texts,
                                    GError **error);

G_END_DECLS
