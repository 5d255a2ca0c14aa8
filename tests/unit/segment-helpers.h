/* segment-helpers.h: made-up documents to cut
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/segment/quarry-segmenter.h"

G_BEGIN_DECLS

#define DIMS 128
#define N_TOPICS 5

/* The words of each made-up topic. */
extern const char *const topics[N_TOPICS][10];

guint32 next_random (guint32 *state);

/* Appends a sentence of @n_words words, most of them of @topic, with a full stop. */
void append_sentence (GString *text, guint topic, guint n_words, guint32 *state);

void add_paragraph (QuarryDocumentBuilder *builder, guint topic, guint n_sentences, guint32 *state);

/* A document with its sentences and a segmenter. The vector of a sentence leans to the topics of its words. */
typedef struct
{
  QuarryDocument *document;
  GArray *sentences;
  float *vectors;
  QuarrySegmenter *segmenter;
} Case;

/* Takes over @builder. */
void case_init (Case *self, QuarryDocumentBuilder *builder, gboolean with_vectors);
void case_clear (Case *self);

/* Makes another segmenter for the same document, with other vectors. (transfer full) */
QuarrySegmenter *case_segment (const Case *self, const float *vectors);

/* The sentence @i. */
const QuarrySpan *span (const Case *self, guint i);

gboolean cuts_before (GArray *segments, guint sentence);

/* Checks that segments cover text and sentences in order, without gap or overlap. */
void assert_covers (const Case *self, GArray *segments);

/* Checks assert_covers() at every granularity, and that a finer cut has every boundary of a coarser one. */
void assert_nested (const Case *self);

/* Checks that the passages hold every sentence, in order, and are within the allowed sizes. */
void assert_passages (const Case *self, GArray *segments, GArray *passages);

G_END_DECLS
