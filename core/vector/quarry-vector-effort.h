/* quarry-vector-effort.h: how much a search has to look at in order to find what was promised
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Private to core/vector. Which share of the true nearest neighbours a search finds depends on two settings: how many
 * cells it visits, and how many standard deviations above its estimate a vector's cosine is still considered possible.
 * Both are measured for each index. After vectors have been grouped into cells, queries are answered exactly among a
 * sample of one vector in ten, where the nearest one stands for the nearest ten of all. For each neighbour found, it is
 * recorded which share of all vectors had to be looked at to meet it, and by how many deviations its estimate fell
 * short. The settings are quantiles of these. Neighbours further down the list are in cells further away, so the share
 * is measured for the nearest 10, 100 and 1,000. A filter that removes vectors likewise pushes neighbours further down.
 *
 * The further away a cell is, the fewer of the nearest neighbours it holds, and the more vectors that only look
 * possible. With a million passages, the last seven tenths of what a search scanned held 2 % of the nearest 150, but a
 * third of what had to be looked at exactly. So fewer deviations are allowed for in distant cells.
 *
 * A measurement from a limited number of neighbours is uncertain. Taken as it is, half of all indexes would find less
 * than promised: with 543,000 paragraphs and with a million made-up passages, each measured a hundred times with
 * different queries, 47 and 48 % of them did, some finding only .991. So the settings allow for less loss than
 * permitted, by a margin for this uncertainty; then 5 and 6 % found less than promised, and none less than .994.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The share of the true nearest neighbours that a search finds, on average. */
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
  float shares[QUARRY_VECTOR_N_DEPTHS]; /* which share of the vectors in cells to look at, for the nearest 10, 100,
                                         * 1000 */
} QuarryVectorEffort;

/* The settings where nothing has been measured. */
#define QUARRY_VECTOR_EFFORT_ALL ((QuarryVectorEffort){ 2, { 1, 1, 1 } })

/* Which share of the vectors in cells to look at in order to find the nearest @depth of all. */
float quarry_vector_effort_get_share (const QuarryVectorEffort *self, double depth);

/* How many deviations above its estimate a cosine is considered possible in a cell with which @share of all vectors
 * will have been looked at, its own included. */
float quarry_vector_effort_get_deviations (const QuarryVectorEffort *self, float share);

/* FALSE where these values cannot be the result of a measurement. */
gboolean quarry_vector_effort_is_sound (const QuarryVectorEffort *self);

G_END_DECLS
