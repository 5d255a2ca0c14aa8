/* quarry-token-weights.h: the weight of each token, by how rare it is in the library
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/embed/quarry-embedder.h"
#include "core/library/quarry-token-memory.h"
#include "core/store/quarry-store.h"

G_BEGIN_DECLS

/* The weights idf^.5 of all tokens of the embedder, from the passages of the library, each 0 to 1. The idf is BM25's
 * (Robertson and Spärck Jones), divided by that of a token that no passage contains. Only the texts of passages whose
 * tokens @memory does not have are read. (transfer full): quarry_embedder_get_n_tokens() numbers; NULL: an error of
 * the store */
float *quarry_token_weights_new (QuarryEmbedder *embedder,
                                 QuarryStore *store,
                                 QuarryTokenMemory *memory,
                                 GError **error);

G_END_DECLS
