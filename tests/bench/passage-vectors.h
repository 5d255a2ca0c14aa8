/* passage-vectors.h: vectors of real passages and queries to measure with
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/embed/quarry-embedder.h"

G_BEGIN_DECLS

/* Embeds the first paragraphs of the corpus as a library of them would, with token weights idf^.5. Makes up to
 * *@n_vectors vectors and sets it to their number, and makes @n_queries queries of twelve consecutive words each,
 * from paragraphs that are not among these. With @twice, vectors have twice the model's dimensions, one half for
 * each half of a paragraph, while a query has the same vector in both halves. Returns NULL if there is no corpus.
 * (transfer full): n × dims and n_queries × dims floats, unit vectors. */
float *passage_vectors_make (QuarryEmbedder *embedder,
                             gboolean twice,
                             guint *n_vectors,
                             guint n_queries,
                             float **queries);

G_END_DECLS
