/* quarry-embed-sentences.h: embeds sentences, for the segmenter and for passages
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/document/quarry-sentence-words.h"
#include "core/embed/quarry-embedder.h"

G_BEGIN_DECLS

/* The sum of the token rows of each sentence, all tokens counting alike: what the segmenter takes. (transfer full):
 * words->n × dims */
float *quarry_embed_sentences (QuarryEmbedder *embedder, const QuarrySentenceWords *words);

/* The same, and also the token ids, in the form that quarry_embedder_tokenize_sentences() gives them: @tokens, of
 * guint32, must be empty; @first_tokens has place for words->n + 1. */
float *quarry_read_sentences (QuarryEmbedder *embedder,
                              const QuarrySentenceWords *words,
                              GArray *tokens,
                              guint32 *first_tokens);

/* Makes @sums, n × dims, of the @n sentences whose tokens quarry_read_sentences() gave. @weights: a float for each token
 * of the model; NULL: all 1. */
void quarry_sum_sentences (QuarryEmbedder *embedder,
                           const float *weights,
                           const GArray *tokens,
                           const guint32 *first_tokens,
                           guint n,
                           float *sums);

/* Finds the sentences that @passage consists of, from *first to before *end. FALSE where it begins or ends within a
 * sentence. */
gboolean quarry_find_sentences (const char *text,
                                const QuarrySpan *sentences,
                                guint n_sentences,
                                QuarrySpan passage,
                                guint *first,
                                guint *end);

G_END_DECLS
