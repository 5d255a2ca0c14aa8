/* quarry-token-shares.h: what each token gives to the product of a sum of tokens with one vector
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A passage is the sum of its tokens' rows, so its product with a query is the sum of theirs. The
 * passages of one search have most of their tokens in common: the product of each is worked out once.
 *
 * Threads: one at a time.
 */
#pragma once

#include "core/embed/quarry-embedder.h"

G_BEGIN_DECLS

typedef struct _QuarryTokenShares QuarryTokenShares;

/* @weights (a float a token, NULL: all 1) and @vector (dims floats) have to outlive it. */
QuarryTokenShares *quarry_token_shares_new (QuarryEmbedder *embedder,
                                            const float *weights,
                                            const float *vector);
void quarry_token_shares_free (QuarryTokenShares *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryTokenShares, quarry_token_shares_free)

/* Has the shares of @tokens ready. Returns them for all tokens of the model, by id, those that never
 * were asked for undefined; the same array each time. */
const float *quarry_token_shares_get (QuarryTokenShares *self, const QuarryToken *tokens, guint n_tokens);

G_END_DECLS
