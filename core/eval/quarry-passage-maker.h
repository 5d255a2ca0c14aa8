/* quarry-passage-maker.h: makes vectors with the statistics of real passages
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The vector of a passage is the sum of a mean that all passages share, of normally distributed parts that it shares
 * with its field, its topic, its document and its section, and of a part of its own, normalised to unit length. All
 * parts have the same spectrum. Lengths, shares, sizes and spectrum are fitted to Wikipedia's paragraphs as embedded by
 * the shipped model (tests/bench/vector shows both side by side): the length of the overall mean, the decrease of
 * variance from one principal direction to the next, the similarity of neighbours in a document, and the similarity of
 * a query to its first, tenth, hundredth and thousandth passage.
 *
 * Everything is computed from the number of a passage: it is the same everywhere, and nothing has to be stored.
 * Threads: each needs its own maker.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _QuarryPassageMaker QuarryPassageMaker;

/* @dims: 1 to 4096. @n_passages: in the library; queries are about their documents. */
QuarryPassageMaker *quarry_passage_maker_new (guint dims, guint n_passages);
void quarry_passage_maker_free (QuarryPassageMaker *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryPassageMaker, quarry_passage_maker_free)

/* Writes passage number @number to @vector (dims floats, of unit length). It is fastest in the order of the numbers. */
void quarry_passage_maker_make_passage (QuarryPassageMaker *self, guint number, float *vector);

/* Writes a query like twelve consecutive words from a passage that is not in the library, of a document that is. */
void quarry_passage_maker_make_query (QuarryPassageMaker *self, guint number, float *vector);

G_END_DECLS
