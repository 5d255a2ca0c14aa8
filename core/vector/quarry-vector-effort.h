/* quarry-vector-effort.h: how much a search looks at, so that it finds as much as is promised
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to core/vector. Two things decide which share of the true nearest is found: how many cells
 * are visited, and how far above its estimate a vector's cosine is held possible. Neither is a
 * constant. When vectors have been put into cells, queries are answered exactly among a sample of the vectors,
 * of one in ten, in which the nearest stands for the nearest ten of all; and of each neighbour it is noted
 * which share of all vectors had to be looked at to meet it, and how many deviations its estimate was short.
 * Quantiles of both are the effort. A neighbour further down the list lies in a cell further away, so there is
 * a share for the nearest 10, 100 and 1,000; what a filter takes away makes neighbours lie further down likewise.
 *
 * The further out a cell, the fewer of the nearest it holds, and the more of what only may be: of a million passages, the
 * last seven tenths of what a search scanned held two in a hundred of the nearest 150 and a third of what had to be looked
 * at exactly. So less is held possible there.
 *
 * What is measured by so and so many neighbours is uncertain, and were it taken as it is, half of all indexes
 * would find less than is promised: of 543,000 paragraphs and of a million made-up passages, each measured a
 * hundred times with other queries, 47 and 48 % did, some .991. So less is let go than may be lost, by what the
 * number of neighbours may be off: then 5 and 6 % did, and none less than .994.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The share of the true nearest that a search finds, on average. */
#define QUARRY_VECTOR_PROMISED .995f

static inline gboolean
quarry_vector_effort_is_promise (float recall)
{
  return recall >= .5f && recall < 1;
}

#define QUARRY_VECTOR_N_DEPTHS 3
#define QUARRY_VECTOR_MAX_DEVIATIONS 6

typedef struct
{
  float deviations; /* in the nearest cells */
  float shares[QUARRY_VECTOR_N_DEPTHS]; /* of the vectors in cells, for the nearest 10, 100, 1000 */
} QuarryVectorEffort;

/* Where nothing has been measured. */
#define QUARRY_VECTOR_EFFORT_ALL ((QuarryVectorEffort){ 2, { 1, 1, 1 } })

/* Which share of the vectors in cells to look at for the nearest @depth among all. */
float quarry_vector_effort_get_share (const QuarryVectorEffort *self, double depth);

/* How many deviations above its estimate a cosine is held possible in a cell that is looked at when @share of all
 * vectors has been, its own among them. */
float quarry_vector_effort_get_deviations (const QuarryVectorEffort *self, float share);

/* FALSE where it can't have been measured. */
gboolean quarry_vector_effort_is_sound (const QuarryVectorEffort *self);

G_END_DECLS
