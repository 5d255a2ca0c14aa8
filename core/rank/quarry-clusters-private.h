/* quarry-clusters-private.h: groups candidates that are alike
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Average-link clustering, of likenesses as they are or of how far candidates are alike to the same others.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Below this likeness, groups are not joined (for clustering by the likeness of a pool as it is). */
#define QUARRY_CLUSTERS_STOP 0.02

/* How far two candidates are alike to the same others: the cosine of their rows of @likeness, in which each counts for
 * little itself (shared neighbours: Jarvis and Patrick, 1973). Two texts on one subject that use different words are
 * linked by other texts. n × n; (transfer full): free with g_free(). */
float *quarry_share_likeness (const float *likeness, guint n);

/* The groups of a pool that is the result of a query: average-link clustering of the shared likeness, which stops where
 * groups are hardly more alike than the whole pool. Writes and returns the same as quarry_find_clusters(). */
guint quarry_find_groups (const float *likeness, guint n, guint *group_of);

/* Average-link clustering of n × n likenesses: the two groups whose members are most alike on average are joined, until
 * no average reaches @stop. Writes the group of each candidate to @group_of, numbered by first member; returns the
 * number of groups. */
guint quarry_find_clusters (const float *likeness, guint n, double stop, guint *group_of);

G_END_DECLS
