/* quarry-passage-maker.h: vectors with the statistics of real passages
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A passage's vector is the sum of a mean that all share and of normally distributed parts that it
 * shares with its field, its topic, its document and its section, and one of its own, brought to
 * unit length. All parts have one spectrum. Lengths, shares, sizes and spectrum are fitted to
 * Wikipedia's paragraphs as the shipped model embeds them (tests/bench/vector shows both side by
 * side): how long the mean of all is, how much less variance each next direction has, how alike
 * neighbours in a document are, and how near to a query its first, tenth, hundredth and thousandth
 * passage are.
 *
 * Everything follows from a passage's number: the same everywhere, and none has to be kept.
 * Threads: one maker a thread.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _QuarryPassageMaker QuarryPassageMaker;

/* @dims: 1 to 4096. @n_passages: in the library; queries are about their documents. */
QuarryPassageMaker *quarry_passage_maker_new (guint dims, guint n_passages);
void quarry_passage_maker_free (QuarryPassageMaker *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (QuarryPassageMaker, quarry_passage_maker_free)

/* Writes passage number @number to @vector (dims floats, of unit length). In order is fastest. */
void quarry_passage_maker_make_passage (QuarryPassageMaker *self, guint number, float *vector);

/* Twelve words on end from a passage that the library does not hold, of a document that it does. */
void quarry_passage_maker_make_query (QuarryPassageMaker *self, guint number, float *vector);

G_END_DECLS
