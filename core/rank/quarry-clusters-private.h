/* quarry-clusters-private.h: groups of candidates that are alike
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Where groups of a pool's likeness stop being alike. */
#define QUARRY_CLUSTERS_STOP 0.02

/* How much two candidates are alike in whom they are like: the cosine of their rows of @likeness, in
 * which each counts for little itself (shared neighbours: Jarvis and Patrick, 1973). Two texts on one
 * subject in different words have other texts between them. n × n; (transfer full): free with g_free(). */
float *quarry_share_likeness (const float *likeness, guint n);

/* The groups of a pool that a query has brought together: average-link clustering of the shared
 * likeness, stopped where groups are hardly more alike than the pool is on the whole. */
guint quarry_find_groups (const float *likeness, guint n, guint *group_of);

/* Average-link clustering of n × n likenesses: the two groups whose members are most alike on
 * average are joined until none reach @stop. Writes each candidate's group, numbered by first
 * member, to @group_of; returns how many groups. */
guint quarry_find_clusters (const float *likeness, guint n, double stop, guint *group_of);

G_END_DECLS
