/* quarry-clusters-private.h: groups of candidates that are alike
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Where groups of a pool's likeness stop being alike. */
#define QUARRY_CLUSTERS_STOP 0.02

/* Average-link clustering of n × n likenesses: the two groups whose members are most alike on
 * average are joined until none reach @stop. Writes each candidate's group, numbered by first
 * member, to @group_of; returns how many groups. */
guint quarry_find_clusters (const float *likeness, guint n, double stop, guint *group_of);

G_END_DECLS
