/* topic-helpers.h: topics of texts whose groups are known
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */
#pragma once

#include "core/rank/quarry-topics.h"

G_BEGIN_DECLS

/* Likenesses of groups of the given sizes, interleaved as their numbers say: .6 within, .01 between. (transfer full) */
float *likeness_of (const guint *group_of, guint n);

/* Texts broken into words; @kept keeps these. (transfer full) */
QuarryTopicText *read_texts (const char *const *texts, const char *const *titles, guint n, GPtrArray *kept);

/* (transfer full): of QuarryTopic */
GArray *find_topics_of (const QuarryPool *pool,
                        const float *likeness,
                        const char *const *texts,
                        const char *const *titles,
                        const char *query,
                        guint max_topics,
                        gint *topic_of);

const QuarryTopic *topic_at (GArray *topics, guint i);

G_END_DECLS
