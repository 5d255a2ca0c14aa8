/* quarry-token-shares.h: what each token adds to the dot product of a passage with one vector
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A passage's vector is the sum of its tokens' rows, so its dot product with a query is the sum of the tokens' dot
 * products. The passages of one search have most of their tokens in common: the product of each token is computed
 * once, and kept.
 *
 * Threads: one at a time.
 */
#pragma once

#include "core/embed/quarry-embedder.h"

G_BEGIN_DECLS

typedef struct _QuarryTokenShares QuarryTokenShares;

/* @weights (a float for each token of the model; NULL: all 1) and @vector (dims floats) must outlive it. */
QuarryTokenShares *quarry_token_shares_new (QuarryEmbedder *embedder,
                                            const float *weights,
                                            const float *vector);
void quarry_token_shares_free (QuarryTokenShares *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryTokenShares, quarry_token_shares_free)

/* Computes the shares of @tokens where they are not known yet. Returns an array of the shares of all tokens of the
 * model, by id; those never asked for are undefined. The array is the same at every call. */
const float *quarry_token_shares_get (QuarryTokenShares *self, const QuarryToken *tokens, guint n_tokens);

G_END_DECLS
