/* quarry-circle.h: in which direction from the query each candidate lies
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * For a map whose centre is the query and whose distances are similarities: what is left to choose
 * is the direction. Each topic has a sector of its own, like topics lie beside each other, and who
 * was on the map before stays where it was as far as its topic's sector allows. Pure; thread safe.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* @topic_of: n, below @n_topics, or -1 for none. @likeness: n × n as of quarry_pool_likeness().
 * @before: n directions on the last map, NAN for who was not on it; NULL: there is no last map.
 * Writes n directions in turns, 0 to below 1, clockwise from straight up. A map laid out once more
 * after itself stays as it is. */
void quarry_lay_out_circle (guint n,
                            const gint *topic_of,
                            guint n_topics,
                            const float *likeness,
                            const float *before,
                            float *angles);

G_END_DECLS
