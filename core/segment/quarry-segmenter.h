/* quarry-segmenter.h: a document cut where its topic changes
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * With vectors, a small trained network says for each gap between two sentences how likely a topic begins there, and
 * the default cut is the one with the fewest expected errors. Among the network's features is what two untrained models
 * say: sentence vectors that point the same way, and words that repeat (a Dirichlet compound multinomial, as in
 * Eisenstein and Barzilay, Bayesian Unsupervised Topic Segmentation, EMNLP 2008). Without vectors, the default cut is
 * the one that the models alone prefer, of all cuts of the whole document: what its segments gain, less a penalty for
 * each. In both cases, what the structure says against a boundary counts too.
 *
 * Coarser and finer cuts are made from the default cut once, each nested in the next; after that, decoding costs next
 * to nothing. Headings are sure boundaries, except right after a higher one; those of deeper levels are so only from a
 * granularity of .1, .2 or .3 on.
 *
 * Deterministic. Threads: a segmenter belongs to one thread at a time.
 */
#pragma once

#include "core/document/quarry-document.h"
#include "core/document/quarry-sentence-words.h"

G_BEGIN_DECLS

/* The granularity that a document gets when nobody chooses one. */
#define QUARRY_GRANULARITY_DEFAULT 0.5

/* No passage has more than the most words (text with hardly any words is measured by its bytes). One has fewer than the
 * least only where it cannot be put together with its neighbours: under a short section's own heading, for instance. */
#define QUARRY_PASSAGE_MIN_WORDS 40
#define QUARRY_PASSAGE_MAX_WORDS 250

typedef struct
{
  QuarrySpan span;      /* bytes; segments cover the text without gap or overlap */
  guint32 sentence;     /* the first sentence */
  guint32 n_sentences;
  float cohesion;       /* mean cosine of its sentences with their mean, 0 to 1 (of word counts where there are no
                         * vectors); 0 where nothing is known of them */
} QuarrySegment;

/* What is embedded, stored and found: a segment, several small ones together, or a window of one that is too long. */
typedef struct
{
  QuarrySpan span;  /* bytes, trimmed of white space */
  guint32 segment;  /* index of its (first) segment */
} QuarryPassageSpan;

#define QUARRY_TYPE_SEGMENTER (quarry_segmenter_get_type ())
G_DECLARE_FINAL_TYPE (QuarrySegmenter, quarry_segmenter, QUARRY, SEGMENTER, GObject)

/* Finds the default cut. @words: of the sentences of @document (quarry_sentences_of_document()); used only during the
 * call. @vectors: words->n × @dims, row-major, one a sentence: the sum of its weighted token rows, not normalised, zero
 * where nothing is known; used only during the call. NULL: words alone. (transfer full) */
QuarrySegmenter *quarry_segmenter_new (QuarryDocument *document,
                                       const QuarrySentenceWords *words,
                                       const float *vectors,
                                       guint dims);

/* Returns the segments at @granularity, 0 (coarsest) to 1 (finest); a finer cut keeps every boundary of a coarser one.
 * NaN is taken for the default, and what lies outside for the nearest of both ends. (transfer full): an array of QuarrySegment; one segment for a document without sentences but with text, none for an
 * empty one. */
GArray *quarry_segmenter_decode (QuarrySegmenter *self, double granularity);

/* The depth of the similarity at each of the n_sentences − 1 gaps, 0 and more, comparable within the document (Hearst,
 * TextTiling, Computational Linguistics 23(1), 1997). @n_gaps: gets their number; may be NULL. (transfer none), valid as
 * long as @self */
const float *quarry_segmenter_get_depths (QuarrySegmenter *self, guint *n_gaps);

/* Returns passages for the index, of @segments as this segmenter has decoded them. Neighbouring segments under one
 * heading are put together where one of them has fewer than QUARRY_PASSAGE_MIN_WORDS and all have at most 120;
 * segments over QUARRY_PASSAGE_MAX_WORDS become windows of whole sentences that overlap by about a fifth. A heading
 * goes with what follows it, on the same page also with another heading of its level. Every sentence is in a passage.
 * (transfer full): an array of QuarryPassageSpan. */
GArray *quarry_segmenter_passages (QuarrySegmenter *self, GArray *segments);

G_END_DECLS
