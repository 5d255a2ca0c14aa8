/* quarry-token-weights.h: how rare each token is in a library
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/embed/quarry-embedder.h"
#include "core/library/quarry-token-memory.h"
#include "core/store/quarry-store.h"

G_BEGIN_DECLS

/* idf^.5 of all tokens of the embedder by the passages of the library, each 0 to 1: BM25's idf (Robertson and Spärck
 * Jones) over the idf of what no passage holds. Texts are read of the passages alone that @memory has no tokens of.
 * (transfer full): quarry_embedder_get_n_tokens() numbers; NULL: an error of the store. */
float *quarry_token_weights_new (QuarryEmbedder *embedder,
                                 QuarryStore *store,
                                 QuarryTokenMemory *memory,
                                 GError **error);

G_END_DECLS
