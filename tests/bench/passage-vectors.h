/* passage-vectors.h: vectors of real passages and queries to measure with
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/embed/quarry-embedder.h"

G_BEGIN_DECLS

/* Embeds the first paragraphs of the corpus as a library of them would have it, with token weights
 * idf^.5: up to *n_vectors of them (*n_vectors gets how many), and @n_queries queries, each twelve
 * words on end of a paragraph that is not among them. @twice: vectors of twice the model's
 * dimensions, made of both halves of a paragraph; a query has the same in both. NULL where there is
 * no corpus. (transfer full): n × dims and n_queries × dims floats, unit vectors. */
float *passage_vectors_make (QuarryEmbedder *embedder,
                             gboolean twice,
                             guint *n_vectors,
                             guint n_queries,
                             float **queries);

G_END_DECLS
