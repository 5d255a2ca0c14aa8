/* quarry-embed-sentences.h: sentences as sums of their tokens' rows
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/document/quarry-sentence-words.h"
#include "core/embed/quarry-embedder.h"

G_BEGIN_DECLS

/* Sums of weighted token rows, a row a sentence; (transfer full), words->n × dims. */
float *quarry_embed_sentences (QuarryEmbedder *embedder,
                               const float *weights,
                               const QuarrySentenceWords *words);

/* The same; the numbers of the tokens, too, as quarry_embedder_tokenize_sentences() gives them; @tokens has
 * to be empty. */
float *quarry_read_sentences (QuarryEmbedder *embedder,
                              const float *weights,
                              const QuarrySentenceWords *words,
                              GArray *tokens,
                              guint32 *first_tokens);

/* The sentences that @passage consists of: from *first to before *end. FALSE where one of them is cut by it. */
gboolean quarry_find_sentences (const char *text,
                                const QuarrySpan *sentences,
                                guint n_sentences,
                                QuarrySpan passage,
                                guint *first,
                                guint *end);

G_END_DECLS
