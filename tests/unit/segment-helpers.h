/* segment-helpers.h: made-up documents to cut
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/segment/quarry-segmenter.h"

G_BEGIN_DECLS

#define DIMS 128
#define N_TOPICS 5

/* Words of made-up topics. */
extern const char *const topics[N_TOPICS][10];

guint32 next_random (guint32 *state);

/* A sentence of @n_words words, most of them of @topic, with a full stop. */
void append_sentence (GString *text, guint topic, guint n_words, guint32 *state);

void add_paragraph (QuarryDocumentBuilder *builder, guint topic, guint n_sentences, guint32 *state);

/* A document, cut; its sentences' vectors lean to their words' topics. */
typedef struct
{
  QuarryDocument *document;
  GArray *sentences;
  float *vectors;
  QuarrySegmenter *segmenter;
} Case;

/* Takes @builder. */
void case_init (Case *self, QuarryDocumentBuilder *builder, gboolean with_vectors);
void case_clear (Case *self);

/* Another segmenter of its document, by other vectors. (transfer full) */
QuarrySegmenter *case_segment (const Case *self, const float *vectors);

/* The sentence @i. */
const QuarrySpan *span (const Case *self, guint i);

gboolean cuts_before (GArray *segments, guint sentence);

/* Segments cover text and sentences in order, without gap or overlap. */
void assert_covers (const Case *self, GArray *segments);

/* Covers, at every granularity; a finer cut keeps each boundary of a coarser one. */
void assert_nested (const Case *self);

/* Passages hold every sentence, in order, within their bounds. */
void assert_passages (const Case *self, GArray *segments, GArray *passages);

G_END_DECLS
