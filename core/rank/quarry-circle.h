/* quarry-circle.h: chooses the direction of each candidate on a map around the query
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The centre of the map is the query, and distances are given by similarity, so only directions are left to choose.
 * Each topic has a sector of its own, similar topics are placed side by side, and candidates that were on the previous
 * map stay where they were as far as the sectors of their topics permit. Pure functions; thread safe.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @topic_of: n topics, below @n_topics, or -1 for none. @likeness: n × n, as returned by quarry_pool_likeness().
 * @before: n directions on the previous map, NAN for candidates that were not on it; NULL: there was no map. Writes n
 * directions in turns, from 0 to less than 1, clockwise from straight up. If a map is laid out again with itself as the
 * previous one, it does not change. */
void quarry_lay_out_circle (guint n,
                            const gint *topic_of,
                            guint n_topics,
                            const float *likeness,
                            const float *before,
                            float *angles);

G_END_DECLS
